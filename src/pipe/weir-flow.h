/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-budget.h"
#include "weir-conn.h"
#include "weir-meter.h"
#include "weir-pace.h"
#include "weir-pipe-event.h"
#include "weir-ring.h"
#include "weir-shaper.h"

/* The messages of one channel on their way from its writer's to its reader's connection: batch, ring, bounds, and the
 * one decision to hold the writer. Knows nothing of why connections come and go. Data thread.
 *
 * The bounds: a flow holds less than max_items messages and max_bytes of payload when it lets its writer go on, so at
 * most one message and what one read brings more; in memory at most twice that. All that it keeps alive is charged to
 * the budget: blocks of the ring, what has been read and cannot be handed over, an unfinished message, and what its
 * reader's connection has queued. While the budget is exhausted a flow that has a message does not read, and one that
 * has none reads WEIR_FLOW_SMALL_READ at a time, until it has begun a message that is larger: of those one at a time
 * goes on in the whole process. So all flows together hold at most the budget, one message (WEIR_MESSAGE_MAX_SIZE)
 * more, and for each flow what one read brings (and reserves: 256 KiB at most, of which no more is touched than has
 * come). A message that stands still for WEIR_BUDGET_EXCESS_US lets another go on beside it: one more each, then. */

G_BEGIN_DECLS

typedef struct _WeirFlow WeirFlow;

/* What one read brings at most while the budget is exhausted. */
#define WEIR_FLOW_SMALL_READ (16 * 1024)

/* No pipe's bound of messages is above this. */
#define WEIR_BATCH_MAX 1024

/* The messages of the writer that is being dispatched, lent until they are flushed, or kept at the end of its batch.
 * One for a thread: an idle channel has no memory for what is on its way. */
typedef struct
{
  WeirFlow *owner; /* NULL: empty */
  guint n_items;
  guint limit; /* of items */
  gsize n_bytes;
  gboolean has_blocks;
  WeirOut outs[WEIR_BATCH_MAX];
} WeirBatch;

struct _WeirFlow
{
  WeirBatch *batch; /* the thread's */
  WeirBudget *budget;
  guint max_items;
  guint64 max_bytes;

  WeirConn *writer; /* nullable: the owner sets them while they may be used */
  WeirConn *reader;

  WeirRing ring;
  WeirMeter meter;
  WeirPace pace;       /* of the reader */
  WeirShaper shaper;   /* what observers have asked for */
  gsize partial_bytes; /* the rest of a message that the reader's connection sends when it can */
  guint64 n_seen;      /* of the messages parsed: those that moved_us knows of */
  gsize charged;       /* to the budget */
  guint has_partial : 1;
  guint is_reader_full : 1;
  guint is_paused : 1;
  guint
      is_starved : 1; /* paused until others have given memory back: weir_flow_update () is to be called now and then */
  guint lacks_memory : 1;   /* paused for that alone */
  guint has_progressed : 1; /* since weir_flow_update () */
};

/* One message, lent; @block: (nullable): what it lies in. FALSE: the bound is reached, and the writer has been paused.
 */
gboolean weir_flow_push (WeirFlow *self, WeirOp kind, const guint8 *data, gsize len, WeirBlock *block, gint64 now_us);

/* A message of an observer's, behind all that waits; the bounds do not hold it up, they are the caller's to ask for.
 * Returns its number. */
guint64 weir_flow_inject (WeirFlow *self, WeirOp kind, WeirBlock *block, gint64 now_us);

/* Of what waits, what observers have injected. */
guint weir_flow_count_injected (WeirFlow *self, gsize *n_bytes);

/* From now on messages go on to the reader like that. @rate: bytes a second; 0: as the reader takes them. */
void weir_flow_shape (WeirFlow *self, gboolean is_held, guint64 rate, gint64 now_us);

/* When a message may go on that waits for the shape alone; 0: none does, or it is held. */
gint64 weir_flow_next_us (WeirFlow *self, gint64 now_us);

/* The reader has come: what waits for it is outstanding from now on. Nothing is sent yet. */
void weir_flow_set_reader (WeirFlow *self, WeirConn *reader, gint64 now_us);

/* And is sent to. */
void weir_flow_start_reader (WeirFlow *self, gint64 now_us);

/* Hands to the reader's connection what it takes. */
void weir_flow_flush (WeirFlow *self, gint64 now_us);

/* Flushes, and keeps the rest of what is lent. */
void weir_flow_end_batch (WeirFlow *self, gint64 now_us);

/* The reader's connection has sent what it had. */
void weir_flow_drained (WeirFlow *self, gint64 now_us);

/* Everything that waits is thrown away. */
void weir_flow_drop (WeirFlow *self);

/* The same at its end: nothing is charged any more. */
void weir_flow_clear (WeirFlow *self);

/* Whether everything has been handed to the reader's socket. */
gboolean weir_flow_is_done (WeirFlow *self);

/* After anything that may have changed what is held: charges it, decides the pause, and notes what is outstanding.
 * @expects_acks: what has been sent is outstanding until it is acknowledged. Goes last: the writer may be read from in
 * here. */
void weir_flow_update (WeirFlow *self, gboolean expects_acks, gint64 now_us);

/* The part of the meters that is known here. */
void weir_flow_get_totals (WeirFlow *self, WeirTotals *totals);

G_END_DECLS
