/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-http-body.h"
#include "weir-http-conn.h"
#include "weir-out-queue.h"
#include "weir-transport.h"

/* A connection from the inside, in two files: weir-http-conn.c dispatches and reads, weir-http-conn-write.c writes. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_HTTP_IN_HEAD,
  WEIR_HTTP_IN_BODY,
  WEIR_HTTP_IN_WAITING,   /* the request is complete, its answer is not */
  WEIR_HTTP_IN_LINGERING, /* the answer was the last; what comes is thrown away, to keep the client from a reset */
  WEIR_HTTP_IN_DONE,
} WeirHttpIn;

typedef enum
{
  WEIR_HTTP_OUT_NONE,   /* nothing of an answer has been written */
  WEIR_HTTP_OUT_STREAM, /* its body is being written */
  WEIR_HTTP_OUT_ENDED,  /* there is no request, or it has been answered */
} WeirHttpOut;

struct _WeirHttpConn
{
  WeirTransport transport; /* first: its watch is cast to this */
  WeirLoop *loop;
  WeirHttpConnLimits limits;
  const WeirHttpConnEvents *events;
  gpointer user_data;
  const WeirHttpHandler *handler; /* nullable */
  gpointer handler_data;
  char *peer;
  WeirTimer *timer; /* nullable: of the head, of an idle connection, of lingering */

  WeirHttpIn in;
  WeirHttpOut out;
  WeirHttpHead *head; /* nullable: of the request that is being answered */
  WeirHttpBody body;
  GByteArray *ahead; /* (nullable): read, and not used yet */
  gsize n_discarded;

  WeirOutQueue queue;
  guint64 left; /* of a body whose size was announced */

  guint is_paused : 1;
  guint has_continued : 1; /* 100 was sent */
  guint is_chunked : 1;    /* the answer */
  guint is_sized : 1;      /* the answer, or it has no body at all */
  guint closes : 1;        /* it is the last of the connection */
  guint was_full : 1;
  guint is_broken : 1;      /* a write has failed */
  guint is_at_end : 1;      /* the client's stream has ended */
  guint is_shut : 1;        /* ours, too */
  guint has_progressed : 1; /* something was written since the timer was set */
  guint in_dispatch : 1;
  guint has_closed : 1;
  guint is_freed : 1;
};

/* Writes as much of the queue as the socket takes. */
void weir_http_conn_flush (WeirHttpConn *self);

/* Nothing can be written any more: the next dispatch says so. */
void weir_http_conn_break (WeirHttpConn *self);

/* `HTTP/1.1 100 Continue`, if the client waits for that. */
void weir_http_conn_continue (WeirHttpConn *self);

/* What there is of a body that nobody wants is thrown away: if that is all of it, the connection can go on. */
void weir_http_conn_skip_body (WeirHttpConn *self);

/* The last step of everything that may have changed the state. */
void weir_http_conn_settle (WeirHttpConn *self);

/* What has been answered is over, and the next request may be read. */
void weir_http_conn_finish_request (WeirHttpConn *self);

G_END_DECLS
