/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-conn.h"
#include "weir-out-queue.h"
#include "weir-reader.h"
#include "weir-transport.h"

/* A connection from the inside, in three files: weir-conn.c dispatches and reads, weir-conn-write.c writes,
 * weir-conn-close.c knows how it ends. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_IN_READING,
  WEIR_IN_DISCARDING, /* our close was asked for: looks for the peer's and skips messages */
  WEIR_IN_DRAINING,   /* both are known: bytes are read to keep the peer from a reset, and thrown away */
  WEIR_IN_DONE,       /* end of stream */
} WeirIn;

typedef enum
{
  WEIR_OUT_OPEN,
  WEIR_OUT_CLOSING, /* a close frame is the last in the queue, or has been written */
  WEIR_OUT_SHUT,
  WEIR_OUT_BROKEN, /* a write has failed; reading will find out why */
} WeirOutState;

struct _WeirConn
{
  WeirTransport transport; /* first: its watch is cast to this */
  WeirLoop *loop;
  const WeirConnEvents *events;
  gpointer user_data;
  char *peer;
  WeirTimer *timer; /* nullable: of the closing, at timer_us */
  gint64 timer_us;

  WeirRole role;
  WeirIn in;
  WeirOutState out;

  WeirReader reader;
  WeirBlock *kept; /* nullable: what had been read when it was paused, from kept_start to kept_end */
  gsize kept_start, kept_end;
  guint8 **cursor; /* nullable: what is being parsed, up to cursor_end */
  const guint8 *cursor_end;
  WeirBlock *buffer; /* that it lies in */
  gsize read_limit;
  WeirBlock *block; /* nullable: of the message that is being handed over */

  WeirOutQueue queue;

  WeirClosedHow how; /* once has_end */
  guint16 code;
  char *reason;

  guint16 peer_code; /* of its close frame */
  char *peer_reason; /* nullable */

  guint is_paused : 1;
  guint in_batch : 1;       /* something was read or handed over and batch_end is due */
  guint was_full : 1;       /* drained is due when the queue is empty */
  guint has_progressed : 1; /* something was written since the timer was set */
  guint has_peer_close : 1;
  guint has_end : 1; /* it is known how it ends */
  guint has_told_end : 1;
  guint has_closed : 1;
  guint is_aborted : 1;
  guint is_freed : 1;
};

/* --- weir-conn-write.c --- */

/* Of a frame with @len bytes of payload. */
gsize weir_conn_frame_size (WeirConn *self, gsize len);

/* A whole frame, in a block of its own. (transfer full) */
WeirBlock *weir_conn_make_frame (WeirConn *self, WeirOp op, const void *data, gsize len);

/* Writes as much of the queue as the socket takes. */
void weir_conn_flush (WeirConn *self);

/* A write has failed, or will. What waits will never go; what the peer sent before may still be read, and ends in an
 * end of stream. */
void weir_conn_break (WeirConn *self);

/* What the connection waits for. A pause alone does not go to the kernel: most are over before more has come, and if
 * not, the dispatch that finds it (@strictly) stops listening. */
void weir_conn_update_events (WeirConn *self, gboolean strictly);

/* --- weir-conn-close.c --- */

/* The peer broke a rule. Once our close is on its way there is nothing more to tell it. */
void weir_conn_fail (WeirConn *self, guint16 code, const char *reason);

/* The peer's close frame. */
void weir_conn_handle_close (WeirConn *self, const guint8 *data, gsize len);

void weir_conn_end_of_stream (WeirConn *self, gboolean has_failed);

/* The last step of everything that may have changed the state: tells what is due, and decides what to wait for. */
void weir_conn_settle (WeirConn *self, gboolean strictly);

G_END_DECLS
