/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-block.h"
#include "weir-http-head.h"
#include "weir-loop.h"

/* A client's connection to a server of HTTP/1.1: one request after the other, bodies streamed both ways. It is
 * libsoup's server no more than the WebSockets are: that neither bounds what is queued nor notices, while a response
 * waits, that its client has gone.
 *
 * Reading: the body comes in pieces as it is read, and only while it is wanted; a handler that has had enough pauses
 * it, the socket is not read any more, and TCP pushes back to the client. What was read and not handed over is 64 KiB
 * at most. Writing: at once; what the socket does not take is kept, and `drained` says when it is gone. There is no
 * bound in here: the handler has one and honours it.
 *
 * A client that ends its stream while it is owed an answer has gone. Belongs to its loop's thread and to its server. */

G_BEGIN_DECLS

typedef struct _WeirHttpConn WeirHttpConn;

/* Who answers a request. All nullable but `gone`. */
typedef struct
{
  /* Some of the request's body, lent. FALSE: no more now (the same as weir_http_conn_set_paused (TRUE) in here). */
  gboolean (*body) (WeirHttpConn *conn, const guint8 *data, gsize len, gpointer user_data);
  void (*body_end) (WeirHttpConn *conn, gpointer user_data);

  /* Everything written has been handed to the socket, after that had been full. */
  void (*drained) (WeirHttpConn *conn, gpointer user_data);

  /* The client has gone, or has sent what is no HTTP: nothing more can be written. The last call, and never from within
   * a function below but weir_http_conn_free (). */
  void (*gone) (WeirHttpConn *conn, gpointer user_data);
} WeirHttpHandler;

typedef struct
{
  /* A request has come: call weir_http_conn_handle (), or answer at once. The head is the connection's, until the
   * answer's end. Its body is paused. */
  void (*request) (WeirHttpConn *conn, const WeirHttpHead *head, gpointer user_data);

  /* What came was answered with an error without being asked for. @why: a constant. */
  void (*refused) (WeirHttpConn *conn, guint status, const char *why, gpointer user_data);

  /* It is over; the last call. The owner then calls weir_http_conn_free (). */
  void (*closed) (WeirHttpConn *conn, gpointer user_data);
} WeirHttpConnEvents;

/* How long a head may take, from its first byte; and how long a client may keep a connection without asking. */
typedef struct
{
  gint64 head_us;
  gint64 idle_us;
} WeirHttpConnLimits;

/* @stream: (transfer full): connected. */
WeirHttpConn *weir_http_conn_new (WeirLoop *loop, GIOStream *stream, const WeirHttpConnLimits *limits,
                                  const WeirHttpConnEvents *events, gpointer user_data);

/* At the end of the dispatch; drops the socket if it was not closed. No event after this, but a handler's `gone`. */
void weir_http_conn_free (WeirHttpConn *self);

const char *weir_http_conn_get_peer (WeirHttpConn *self); /* address for logs */
const WeirHttpHead *weir_http_conn_get_head (WeirHttpConn *self);

/* Whether a request has come and its answer is not over. */
gboolean weir_http_conn_is_busy (WeirHttpConn *self);

/* In `request`. @handler: outlives the answer. */
void weir_http_conn_handle (WeirHttpConn *self, const WeirHttpHandler *handler, gpointer user_data);

/* FALSE: the body is wanted; a client that waits for being told so (100-continue) is. */
void weir_http_conn_set_paused (WeirHttpConn *self, gboolean paused);

/* Whether all of the body has been handed over. */
gboolean weir_http_conn_has_body (WeirHttpConn *self);

/* --- answers: one of weir_http_conn_respond () and weir_http_conn_begin () for each request --- */

/* The whole answer. @headers: (nullable): those that say how it is sent are set in here. The handler hears nothing any
 * more. */
void weir_http_conn_respond (WeirHttpConn *self, guint status, SoupMessageHeaders *headers, const void *body,
                             gsize len);

/* The head of one that is streamed: as many bytes as @headers give for Content-Length, else until its end. */
void weir_http_conn_begin (WeirHttpConn *self, guint status, SoupMessageHeaders *headers);

/* Whether the answer has a body: not to HEAD, not with 204 and 304. What is written nevertheless is thrown away. */
gboolean weir_http_conn_wants_body (WeirHttpConn *self);

/* @block: (nullable): what @data lies in, so that a rest can be kept without a copy. FALSE: the socket is full; wait
 * for `drained` if there is more. */
gboolean weir_http_conn_write (WeirHttpConn *self, const guint8 *data, gsize len, WeirBlock *block);

/* The answer is complete: the handler hears nothing any more. */
void weir_http_conn_end (WeirHttpConn *self);

/* The answer cannot be completed: the connection is broken off, so that the client sees that something is missing. The
 * handler hears nothing any more. */
void weir_http_conn_abort (WeirHttpConn *self);

/* Bytes of memory that it holds for what was read and for what is queued. */
gsize weir_http_conn_get_memory (WeirHttpConn *self);

G_END_DECLS
