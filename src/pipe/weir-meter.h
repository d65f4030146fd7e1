/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-frame.h"
#include "weir-state.h"

/* The counters of one channel, as its data thread keeps them. Time is an argument, and times are only taken where
 * something has happened. What a message was is counted one by one, what follows from it once a dispatch. */

G_BEGIN_DECLS

typedef struct
{
  guint64 parsed_bytes; /* of the writer's, and injected */
  guint64 parsed_messages;
  guint64 parsed_text;
  guint64 injected_bytes;
  guint64 injected_messages;
  guint64 injected_text;
  guint64 taken_bytes; /* by the reader's connection: sent, but for the rest of the last message */
  guint64 taken_messages;
  guint64 acked_bytes;
  guint64 acked_messages;
  gint64 first_us; /* the first message was parsed; 0: none was */
  gint64 paused_us;
  gint64 paused_since_us;      /* 0: not paused */
  gint64 moved_us;             /* 0: nothing ever moved */
  gint64 outstanding_since_us; /* 0: nothing is */
  gint64 gaps_since_us;        /* the longest time without progress since then, and in as long before */
  gint64 gap_us;
  gint64 older_gap_us;
  guint n_gaps; /* and how many there were */
  guint n_older_gaps;
} WeirMeter;

/* How long a gap is remembered: so long at least, and twice as long at most. */
#define WEIR_METER_GAPS_US (60 * G_USEC_PER_SEC)

/* So many of them are a rhythm. Acknowledgements come four times a second at most, so this is two seconds of reading:
 * more than a slow reader's client has room for before its lumps begin to show. */
#define WEIR_METER_RHYTHM 8

static inline void
weir_meter_count_parsed (WeirMeter *self, WeirOp kind, gsize len)
{
  self->parsed_messages++;
  self->parsed_bytes += len;
  self->parsed_text += kind == WEIR_OP_TEXT;
}

static inline void
weir_meter_count_injected (WeirMeter *self, WeirOp kind, gsize len)
{
  weir_meter_count_parsed (self, kind, len);
  self->injected_messages++;
  self->injected_bytes += len;
  self->injected_text += kind == WEIR_OP_TEXT;
}

void weir_meter_set_paused (WeirMeter *self, gboolean paused, gint64 now_us);

/* @acked_bytes, @acked_messages: running totals. FALSE: known already. */
gboolean weir_meter_ack (WeirMeter *self, guint64 acked_bytes, guint64 acked_messages, gint64 now_us);

/* @is_outstanding: something is buffered or unacknowledged. @has_progressed: see WeirMeters. */
void weir_meter_set_outstanding (WeirMeter *self, gboolean is_outstanding, gboolean has_progressed, gint64 now_us);

/* Twice the longest time that was lately without progress; 0: there was none. */
gint64 weir_meter_get_patience (const WeirMeter *self);
gboolean weir_meter_has_rhythm (const WeirMeter *self);

G_END_DECLS
