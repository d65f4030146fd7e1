/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-budget.h"
#include "weir-tap.h"

/* The last messages of each channel, copied, so that a tap that is opened late still shows how the stream came to look
 * as it does. A WeirHistoryStore holds those of one thread and forgets the oldest of all of them when the process has
 * remembered enough. Data thread. */

G_BEGIN_DECLS

#define WEIR_HISTORY_MAX_MESSAGES 64
#define WEIR_HISTORY_MAX_BYTES    (256 * 1024)

/* A channel that moves more than this in WEIR_HISTORY_WINDOW_US has its messages kept up to WEIR_HISTORY_CUT_SIZE only:
 * copying all of a full-speed stream costs a fifth of its throughput, and 64 of this size are what a history holds. */
#define WEIR_HISTORY_CUT_SIZE     4096
#define WEIR_HISTORY_WINDOW_US    (100 * G_TIME_SPAN_MILLISECOND)
#define WEIR_HISTORY_WINDOW_BYTES (1024 * 1024)

typedef struct _WeirHistoryStore WeirHistoryStore;
typedef struct _WeirHistory WeirHistory;

WeirHistoryStore *weir_history_store_new (WeirBudget *budget);
void weir_history_store_free (WeirHistoryStore *self); /* after its histories */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirHistoryStore, weir_history_store_free)

WeirHistory *weir_history_new (WeirHistoryStore *store);
void weir_history_free (WeirHistory *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirHistory, weir_history_free)

/* A message, lent. */
typedef struct
{
  WeirRecordKind kind;
  const guint8 *data;
  gsize len;
  guint64 seq;
  guint16 flags;      /* of its record */
  guint8 mask[4];     /* data is masked with it; 0: with none */
  gsize payload_size; /* where data is only its start; 0: len */
} WeirHistoryItem;

/* @time_us: wall clock, as in records. @now_us: monotonic. */
void weir_history_push (WeirHistory *self, const WeirHistoryItem *item, gint64 time_us, gint64 now_us);

/* The last messages of a dispatch: most of many small ones would be forgotten again at once. */
typedef struct
{
  guint n_items; /* of the dispatch: the last WEIR_HISTORY_MAX_MESSAGES are here */
  WeirHistoryItem items[WEIR_HISTORY_MAX_MESSAGES];
} WeirRecent;

static inline void
weir_recent_note (WeirRecent *self, WeirRecordKind kind, const guint8 *data, gsize len, guint64 seq)
{
  self->items[self->n_items++ % WEIR_HISTORY_MAX_MESSAGES] =
      (WeirHistoryItem){ .kind = kind, .data = data, .len = len, .seq = seq };
}

/* At the end of a dispatch: @recent is empty after it. */
void weir_history_push_recent (WeirHistory *self, WeirRecent *recent, gint64 time_us, gint64 now_us);

/* How much of a message at most is worth being gathered: what would be kept of one of @len bytes now. */
gsize weir_history_get_limit (WeirHistory *self, gsize len, gint64 now_us);

/* Puts all that is remembered into @tap, oldest first. */
void weir_history_replay (WeirHistory *self, WeirTap *tap);

guint weir_history_get_n_messages (WeirHistory *self);
gsize weir_history_get_n_bytes (WeirHistory *self);

G_END_DECLS
