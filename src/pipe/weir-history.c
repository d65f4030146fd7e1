/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-history.h"

#include <string.h>

#include "weir-frame.h"

/* Oldest first in two lists: that of its channel and that of the store. The store's oldest is its channel's oldest too.
 */
typedef struct _WeirHistoryEntry WeirHistoryEntry;
struct _WeirHistoryEntry
{
  GList link; /* in the store */
  WeirHistoryEntry *next;
  WeirHistory *history;
  guint64 seq;
  gint64 time_us;
  WeirRecordKind kind;
  guint16 flags;
  gsize payload_size;
  gsize len; /* as kept */
  guint8 data[];
};

struct _WeirHistory
{
  WeirHistoryStore *store;
  WeirHistoryEntry *first;
  WeirHistoryEntry *last;
  guint n_messages;
  gsize n_bytes;
  gint64 window_us;
  gsize window_bytes;
};

struct _WeirHistoryStore
{
  WeirBudget *budget;
  GQueue entries;
};

WeirHistoryStore *
weir_history_store_new (WeirBudget *budget)
{
  WeirHistoryStore *self = g_new0 (WeirHistoryStore, 1);

  self->budget = weir_budget_ref (budget);
  g_queue_init (&self->entries);
  return self;
}

void
weir_history_store_free (WeirHistoryStore *self)
{
  g_assert (self->entries.length == 0);
  weir_budget_unref (self->budget);
  g_free (self);
}

WeirHistory *
weir_history_new (WeirHistoryStore *store)
{
  WeirHistory *self = g_new0 (WeirHistory, 1);

  self->store = store;
  return self;
}

static void
weir_history_drop_oldest (WeirHistory *self)
{
  WeirHistoryEntry *entry = self->first;

  self->first = entry->next;
  if (self->first == NULL)
    self->last = NULL;
  self->n_messages--;
  self->n_bytes -= entry->len;
  g_queue_unlink (&self->store->entries, &entry->link);
  weir_budget_charge_history (self->store->budget, -(gint64) (sizeof *entry + entry->len));
  g_free (entry);
}

void
weir_history_free (WeirHistory *self)
{
  while (self->first != NULL)
    weir_history_drop_oldest (self);
  g_free (self);
}

/* How much of a message is kept. */
static gsize
weir_history_measure (WeirHistory *self, gsize len, gint64 now_us)
{
  if (now_us - self->window_us >= WEIR_HISTORY_WINDOW_US)
    {
      self->window_us = now_us;
      self->window_bytes = 0;
    }
  self->window_bytes += len;
  return MIN (len, self->window_bytes <= WEIR_HISTORY_WINDOW_BYTES ? WEIR_HISTORY_MAX_BYTES : WEIR_HISTORY_CUT_SIZE);
}

static void
weir_history_make_room (WeirHistory *self, gsize len)
{
  WeirHistoryStore *store = self->store;
  gsize size = sizeof (WeirHistoryEntry) + len;

  while (self->n_messages > 0 &&
         (self->n_messages >= WEIR_HISTORY_MAX_MESSAGES || self->n_bytes + len > WEIR_HISTORY_MAX_BYTES))
    weir_history_drop_oldest (self);

  while (store->entries.head != NULL &&
         weir_budget_get_history_used (store->budget) + size > WEIR_BUDGET_HISTORY_MAX_BYTES)
    weir_history_drop_oldest (((WeirHistoryEntry *) store->entries.head->data)->history);
}

gsize
weir_history_get_limit (WeirHistory *self, gsize len, gint64 now_us)
{
  gsize before = now_us - self->window_us < WEIR_HISTORY_WINDOW_US ? self->window_bytes : 0;

  return before + len <= WEIR_HISTORY_WINDOW_BYTES ? WEIR_HISTORY_MAX_BYTES : WEIR_HISTORY_CUT_SIZE;
}

static void
weir_history_copy (guint8 *to, const WeirHistoryItem *item, gsize len)
{
  static const guint8 none[4];

  if (memcmp (item->mask, none, sizeof none) == 0)
    memcpy (to, item->data, len);
  else
    weir_mask_copy (to, item->data, len, item->mask, 0);
}

void
weir_history_push (WeirHistory *self, const WeirHistoryItem *item, gint64 time_us, gint64 now_us)
{
  gsize len = weir_history_measure (self, item->len, now_us);
  WeirHistoryEntry *entry = g_malloc (sizeof *entry + len);

  weir_history_make_room (self, len);
  *entry = (WeirHistoryEntry){ .link = { .data = entry },
                               .history = self,
                               .seq = item->seq,
                               .time_us = time_us,
                               .kind = item->kind,
                               .flags = item->flags,
                               .payload_size = MAX (item->payload_size, item->len),
                               .len = len };
  if (len > 0)
    weir_history_copy (entry->data, item, len);

  if (self->last != NULL)
    self->last->next = entry;
  else
    self->first = entry;
  self->last = entry;
  self->n_messages++;
  self->n_bytes += len;
  g_queue_push_tail_link (&self->store->entries, &entry->link);
  weir_budget_charge_history (self->store->budget, sizeof *entry + len);
}

void
weir_history_push_recent (WeirHistory *self, WeirRecent *recent, gint64 time_us, gint64 now_us)
{
  guint n = MIN (recent->n_items, WEIR_HISTORY_MAX_MESSAGES);

  for (guint i = recent->n_items - n; i < recent->n_items; i++)
    weir_history_push (self, &recent->items[i % WEIR_HISTORY_MAX_MESSAGES], time_us, now_us);
  recent->n_items = 0;
}

void
weir_history_replay (WeirHistory *self, WeirTap *tap)
{
  for (WeirHistoryEntry *entry = self->first; entry != NULL; entry = entry->next)
    weir_tap_put_start (tap, entry->kind, entry->flags, entry->seq, entry->time_us, entry->data, entry->len,
                        entry->payload_size);
}

guint
weir_history_get_n_messages (WeirHistory *self)
{
  return self->n_messages;
}

gsize
weir_history_get_n_bytes (WeirHistory *self)
{
  return self->n_bytes;
}
