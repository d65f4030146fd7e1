/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-frame.h"
#include "weir-history.h"
#include "weir-tap-set.h"

/* Who looks on at a channel: its taps, and what is remembered for those who come late. Embedded in the channel. Data
 * thread. */

G_BEGIN_DECLS

typedef struct
{
  WeirTapSet taps;
  WeirHistory *history; /* nullable */
  GQueue *tapped;       /* the thread's: of WeirAudience with taps, by its link */
  GList link;
} WeirAudience;

static inline WeirRecordKind
weir_audience_get_kind (WeirOp op)
{
  return op == WEIR_OP_TEXT ? WEIR_RECORD_TEXT : WEIR_RECORD_BINARY;
}

/* @tapped: outlives it. @histories: (nullable): nothing is remembered. */
void weir_audience_init (WeirAudience *self, GQueue *tapped, WeirHistoryStore *histories);

/* Taps and history are gone; nothing is remembered from now on. */
void weir_audience_clear (WeirAudience *self);

/* @history: put what is remembered into the tap first. FALSE: it is in there already, or is not. */
gboolean weir_audience_add (WeirAudience *self, WeirTap *tap, gboolean history);
gboolean weir_audience_remove (WeirAudience *self, WeirTap *tap);

/* A message that an observer has put in, and by whom. @block: (nullable): holds it, and saves the taps a copy. @by:
 * (nullable). */
void weir_audience_show_injected (WeirAudience *self, const WeirHistoryItem *item, WeirBlock *block, const char *by,
                                  gint64 time_us, gint64 now_us);

/* (transfer full) (nullable): no more is remembered from now on. */
WeirHistory *weir_audience_steal_history (WeirAudience *self);

/* To all of @tapped. */
void weir_audience_put_heartbeats (GQueue *tapped, gint64 time_us);

G_END_DECLS
