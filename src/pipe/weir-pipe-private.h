/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-pipe.h"
#include "weir-probe.h"

/* A channel from the inside, in three files: weir-pipe.c moves its messages and knows its ends, weir-pipe-taps.c shows
 * it to those who watch, weir-pipe-acts.c does what they ask for. */

G_BEGIN_DECLS

typedef struct
{
  WeirConn *conn; /* nullable */
  WeirPresence presence;
  gboolean is_closing;     /* we have asked for the end of this connection */
  gint64 closing_until_us; /* the peer may answer until then; G_MAXINT64: whenever it likes */
} WeirPipeEnd;

struct _WeirPipe
{
  WeirPipeGroup *group;
  WeirPipeConfig config;
  WeirPipeEnd ends[WEIR_N_SIDES];
  WeirFlow flow;
  WeirProbe probe;
  WeirAudience audience;

  gint64 life_us;   /* the last sign of life */
  WeirTimer *timer; /* nullable: at timer_us, or earlier than anything there is to do */
  gint64 timer_us;

  WeirEndedBy ended_by; /* what has ended it, or will when all is handed over */
  gboolean is_over;     /* nothing more is handed over; it waits for its connections to be gone */
  gboolean has_ended;
  gboolean is_internal;
  gboolean is_writer_dismissed; /* an observer has closed that end */
  WeirMeterSource meter_source;
};

/* --- weir-pipe.c --- */

gint64 weir_pipe_now_us (WeirPipe *self);

/* Something is to be told. */
void weir_pipe_touch (WeirPipe *self);

/* After anything that has happened: whatever follows from it. */
void weir_pipe_settle (WeirPipe *self);

/* Fills in what is the same in all events. */
void weir_pipe_emit (WeirPipe *self, WeirPipeEvent *event);

void weir_pipe_close_end (WeirPipe *self, WeirSide side, guint16 code, const char *reason, gint64 timeout_us);

/* From now on nothing is handed over any more. */
void weir_pipe_set_over (WeirPipe *self, WeirEndedBy by);

/* --- weir-pipe-taps.c --- */

/* Shows the message to the taps. Returns a block if it was worth a copy to one: what comes after can use that.
 * (transfer full) (nullable) */
WeirBlock *weir_pipe_show (WeirPipe *self, WeirConn *conn, WeirOp op, const guint8 *data, gsize len);

G_END_DECLS
