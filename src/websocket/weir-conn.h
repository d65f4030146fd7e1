/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-block.h"
#include "weir-frame.h"
#include "weir-loop.h"

/* One WebSocket after its handshake: a flow-controlled connection that belongs to one loop and so to one thread.
 *
 * Reading: messages are handed over whole, parsed and unmasked in place in the loop's read buffer, and *lent* until
 * batch_end has returned, so that all of a batch can be passed on with one weir_conn_sendv (); who wants to keep one
 * longer copies it. A consumer that has had enough says so with its return value: parsing stops right there, the rest
 * is kept and counts (weir_conn_get_unread ()), the socket is not read any more, and TCP pushes back to the peer.
 * Writing: at once, many messages a system call; what the socket does not take is kept and counts (weir_conn_get_queued
 * ()), and `drained` says when it is gone. There is no bound in here: the caller has one and honours it.
 *
 * Pings are answered, whatever else goes on, as soon as they are read. An unfinished message is bounded by
 * WEIR_MESSAGE_MAX_SIZE, a frame by WEIR_FRAME_MAX_SIZE. Breaking a rule fails the connection with the close code of
 * RFC 6455 §7.4.1 and a reason. Closing may be called anywhere, also from an event; memory goes after the dispatch has
 * returned. */

G_BEGIN_DECLS

typedef struct _WeirConn WeirConn;

/* How a connection ended, once and for all. */
typedef enum
{
  WEIR_CLOSED_CLEAN,    /* the peer sent a close frame: code and reason are its own (code 0: it gave none) */
  WEIR_CLOSED_LOST,     /* end of stream or an error without a close frame */
  WEIR_CLOSED_VIOLATED, /* the peer broke the protocol: code and reason are what it was told */

  /* Our close was asked for first, and is done: answered, by an end of stream without a reset at least, or not answered
   * in time. */
  WEIR_CLOSED_BY_US,
} WeirClosedHow;

typedef struct
{
  /* Nullable after weir_conn_discard_messages (). One data message; @data stays valid until batch_end has returned
   * (until this has, if the connection is freed meanwhile). FALSE: accepted, but no more now (the same as
   * weir_conn_set_paused (TRUE) from in here). */
  gboolean (*message) (WeirConn *conn, WeirOp kind, const guint8 *data, gsize len, gpointer user_data);

  /* Nullable. After the last `message` of what one read has brought, and before anything else is called: pass on, or
   * copy, what was gathered. A pause that ends in here goes on with what lies in the buffer. Also after a read that
   * brought a part of a message only, which weir_conn_get_unread () counts from then on. */
  void (*batch_end) (WeirConn *conn, gpointer user_data);

  /* Nullable. Everything queued has been handed to the socket, after it had been full. Not called once a close was
   * asked for. */
  void (*drained) (WeirConn *conn, gpointer user_data);

  /* Nullable. */
  void (*pong) (WeirConn *conn, const guint8 *data, gsize len, gpointer user_data);

  /* Nullable. The peer will send nothing more: its close frame came (and has been answered, unless we are still
   * sending; then the answer goes behind what is queued), or it is lost, or was refused. Called once, before `closed`,
   * in which nothing more can be sent once how is LOST. */
  void (*ended) (WeirConn *conn, WeirClosedHow how, guint16 code, const char *reason, gpointer user_data);

  /* The connection is over and the descriptor closed; the last call. The owner then calls weir_conn_free (). */
  void (*closed) (WeirConn *conn, gpointer user_data);
} WeirConnEvents;

/**
 * weir_conn_new:
 * @stream: (transfer full): the connected stream; its socket is read directly if it is a GSocketConnection (or a stream
 * stolen from a soup server), else it must be pollable both ways (TLS), which only an attached loop can serve
 * @early: (nullable): bytes that were read together with the handshake
 *
 * Events start with the next dispatch of @loop, never from in here.
 */
WeirConn *weir_conn_new (WeirLoop *loop, GIOStream *stream, WeirRole role, GBytes *early, const WeirConnEvents *events,
                         gpointer user_data);

/* Frees at the end of the dispatch; drops the socket if it was not closed. No event after this. */
void weir_conn_free (WeirConn *self);

/* --- reading --- */

void weir_conn_set_paused (WeirConn *self, gboolean paused);
gboolean weir_conn_get_paused (WeirConn *self);

/* Bytes read from the socket and not handed over: the kept rest, and an unfinished message. */
gsize weir_conn_get_unread (WeirConn *self);
/* Of those, the ones of the unfinished message. */
gsize weir_conn_get_unfinished (WeirConn *self);

/* In `message`: the block that the message lies in alone (it was cut, or large), NULL if it lies in the loop's buffer.
 * Whoever wants to keep it may take a reference instead of a copy. (transfer none) (nullable) */
WeirBlock *weir_conn_get_block (WeirConn *self);

/* In `message` and `batch_end`, for who wants to keep @len bytes of what was lent and has no block: the one they lie
 * in, if a reference keeps at most twice what is needed, or it is kept anyway. NULL: copy. (transfer none) (nullable)
 */
WeirBlock *weir_conn_get_buffer (WeirConn *self, gsize len);

/* Bytes of memory that it holds for what is unread and for what is queued, which may be more than these. */
gsize weir_conn_get_memory (WeirConn *self);

/* How many bytes a read takes at most, from now on (default: the loop's buffer). A pipe that is nearly full asks for
 * less, so that less has to be kept. */
void weir_conn_set_read_limit (WeirConn *self, gsize limit);

/* Nobody wants data messages: from now on they are checked and thrown away as they come, and `message` is not called.
 * For what only listens to its peer's pings, pongs and close. */
void weir_conn_discard_messages (WeirConn *self);

/* Refuse text that is not UTF-8 with 1007 (default: TRUE). */
void weir_conn_set_validate_utf8 (WeirConn *self, gboolean validate);

/* --- writing --- */

typedef struct
{
  WeirOp kind;
  /* The caller's notes. */
  guint is_lent : 1;     /* data is valid for the call only, what is not taken is the caller's to keep */
  guint is_injected : 1; /* it is not the writer's */
  const guint8 *data;
  gsize len;
  WeirBlock *block; /* nullable: what data lies in, so that a rest can be kept without a copy */
} WeirOut;

/**
 * weir_conn_sendv:
 *
 * Frames @out and hands as much as possible to the socket, gathered in as few system calls as possible. Does nothing
 * while something is queued. A message that was taken in part is finished by the connection: its rest is queued.
 *
 * Returns: how many messages were taken; the others are untouched, and `drained` will tell when to come again
 */
guint weir_conn_sendv (WeirConn *self, const WeirOut *out, guint n_out);

/* Sends or queues one message. FALSE: the connection is over, or a close has been asked for. */
gboolean weir_conn_send (WeirConn *self, WeirOp kind, const void *data, gsize len);

/* At most one is on its way to be written: a new one replaces one that is still queued. At most WEIR_CONTROL_MAX_SIZE
 * bytes. */
void weir_conn_ping (WeirConn *self, const void *data, gsize len);

/* Bytes queued here because the socket is full. 0: the next message goes out at once. */
gsize weir_conn_get_queued (WeirConn *self);

/* Those of them that are of messages, and not of pings and pongs. */
gsize weir_conn_get_queued_data (WeirConn *self);

#define WEIR_CONN_NO_LIMIT G_MAXINT64

/**
 * weir_conn_close:
 * @code: 0 for an empty close frame (as the stock engine sends)
 * @timeout_us: WEIR_CONN_NO_LIMIT: as long as the transport lives
 *
 * Sends a close frame behind all that is queued, waits for the peer's for at most @timeout_us, then shuts down for
 * writing, reads and discards until end of stream or 2 s (a reset would destroy data on the way), and closes. Data that
 * the peer still sends is not handed over any more. A second call can only shorten the wait.
 */
void weir_conn_close (WeirConn *self, guint16 code, const char *reason, gint64 timeout_us);

/* Once it has `ended`: whether a close frame of the peer has come, whoever closed first, and what was in it: how an end
 * BY_US was answered. @code: (out): 0 if it gave none. @reason: (out) (nullable) (transfer none) */
gboolean weir_conn_get_peer_close (WeirConn *self, guint16 *code, const char **reason);

/* Closes the socket at once, without a close frame, as a lost peer looks. `ended` and `closed` still come. */
void weir_conn_abort (WeirConn *self);

/* SO_SNDBUF-independent bound on what the kernel holds unsent: TCP_NOTSENT_LOWAT. No effect on other transports. */
void weir_conn_set_notsent_lowat (WeirConn *self, int bytes);

const char *weir_conn_get_peer (WeirConn *self); /* address for logs */

G_END_DECLS
