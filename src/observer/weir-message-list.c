/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-message-list-private.h"

#include "weir-message-private.h"
#include "weir-message-scan.h"
#include "weir-row-set.h"

/* News is announced at most this often. */
#define ANNOUNCE_US (100 * 1000)

struct _WeirMessageList
{
  GObject parent_instance;

  WeirMessageStore *store;
  guint32 first_row; /* of the store, as the model has said */
  guint n_announced; /* items, as the model has said */
  guint64 n_total;
  gboolean has_binary;

  gboolean is_held;
  guint32 held_row;       /* rows from here on wait */
  guint64 held_n_records; /* records before that row */
  guint64 n_records;      /* rows that are no gaps */

  WeirMessageKinds kinds;
  WeirNeedle *needle;      /* nullable: of the filter */
  WeirMessageScan *filter; /* nullable: item i is row i */
  WeirNeedle *sought;      /* nullable */
  WeirMessageScan *search; /* nullable: of what the filter shows */
  WeirRowSet *marks;

  guint announce_source;
  gint64 announced_us;
};

enum
{
  FIGURES_CHANGED,
  MARKS_CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirMessageList, weir_message_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
get_item_type (GListModel *model)
{
  return WEIR_TYPE_MESSAGE;
}

static guint
get_n_items (GListModel *model)
{
  return WEIR_MESSAGE_LIST (model)->n_announced;
}

static gpointer
get_item (GListModel *model, guint position)
{
  WeirMessageList *self = WEIR_MESSAGE_LIST (model);

  if (position >= self->n_announced)
    return NULL;
  return weir_message_new (self->store, weir_message_list_get_row (self, position));
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
weir_message_list_dispose (GObject *object)
{
  WeirMessageList *self = WEIR_MESSAGE_LIST (object);

  g_clear_pointer (&self->search, weir_message_scan_free);
  g_clear_pointer (&self->filter, weir_message_scan_free);
  g_clear_handle_id (&self->announce_source, g_source_remove);
  G_OBJECT_CLASS (weir_message_list_parent_class)->dispose (object);
}

static void
weir_message_list_finalize (GObject *object)
{
  WeirMessageList *self = WEIR_MESSAGE_LIST (object);

  g_clear_pointer (&self->store, weir_message_store_unref);
  g_clear_pointer (&self->needle, weir_needle_unref);
  g_clear_pointer (&self->sought, weir_needle_unref);
  g_clear_pointer (&self->marks, weir_row_set_free);
  G_OBJECT_CLASS (weir_message_list_parent_class)->finalize (object);
}

static void
weir_message_list_class_init (WeirMessageListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = weir_message_list_dispose;
  object_class->finalize = weir_message_list_finalize;

  /**
   * WeirMessageList::figures-changed:
   *
   * What the getters below say is new; at most ten times a second, also while the list is held.
   */
  signals[FIGURES_CHANGED] =
      g_signal_new ("figures-changed", WEIR_TYPE_MESSAGE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[MARKS_CHANGED] =
      g_signal_new ("marks-changed", WEIR_TYPE_MESSAGE_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
weir_message_list_init (WeirMessageList *self)
{
  self->kinds = WEIR_SHOW_ALL;
  self->marks = weir_row_set_new ();
}

WeirMessageList *
weir_message_list_new (GError **error)
{
  WeirMessageStore *store = weir_message_store_new (error);

  return store != NULL ? weir_message_list_new_for_store (store) : NULL;
}

WeirMessageList *
weir_message_list_new_for_store (WeirMessageStore *store)
{
  WeirMessageList *self = g_object_new (WEIR_TYPE_MESSAGE_LIST, NULL);

  self->store = store;
  return self;
}

WeirMessageStore *
weir_message_list_get_store (WeirMessageList *self)
{
  return self->store;
}

void
weir_message_list_set_max_bytes (WeirMessageList *self, guint64 max_bytes)
{
  weir_message_store_set_max_bytes (self->store, max_bytes);
}

/* --- where things are --- */

/* Rows from there on are not shown yet. */
static guint32
get_limit (WeirMessageList *self)
{
  return self->is_held ? self->held_row : weir_message_store_get_n_rows (self->store);
}

static guint
count_items (WeirMessageList *self)
{
  guint32 limit = get_limit (self);

  return self->filter != NULL ? weir_row_set_count_before (weir_message_scan_get_rows (self->filter), limit)
                              : limit - self->first_row;
}

guint32
weir_message_list_get_row (WeirMessageList *self, guint position)
{
  return self->filter != NULL ? weir_row_set_get (weir_message_scan_get_rows (self->filter), position)
                              : self->first_row + position;
}

gboolean
weir_message_list_find_row (WeirMessageList *self, guint32 row, guint *position)
{
  if (row < self->first_row)
    return FALSE;
  *position = self->filter != NULL ? weir_row_set_count_before (weir_message_scan_get_rows (self->filter), row)
                                   : row - self->first_row;
  return *position < self->n_announced && weir_message_list_get_row (self, *position) == row;
}

gboolean
weir_message_list_find (WeirMessageList *self, WeirMessage *message, guint *position)
{
  return weir_message_list_find_row (self, weir_message_get_row (message), position);
}

/* --- announcing --- */

static void
announce (WeirMessageList *self)
{
  guint first = self->n_announced;

  self->announced_us = g_get_monotonic_time ();
  self->n_announced = count_items (self);
  if (self->n_announced > first)
    g_list_model_items_changed (G_LIST_MODEL (self), first, 0, self->n_announced - first);
  g_signal_emit (self, signals[FIGURES_CHANGED], 0);
}

static gboolean
announce_cb (gpointer user_data)
{
  g_autoptr (WeirMessageList) self = g_object_ref (user_data);

  self->announce_source = 0;
  announce (self);
  return G_SOURCE_REMOVE;
}

static void
queue_announce (WeirMessageList *self)
{
  gint64 wait_us;

  if (self->announce_source != 0)
    return;
  wait_us = self->announced_us + ANNOUNCE_US - g_get_monotonic_time ();
  self->announce_source = g_timeout_add (CLAMP (wait_us, 0, ANNOUNCE_US) / 1000, announce_cb, self);
}

/* --- filter and search --- */

static void
wake (WeirMessageList *self)
{
  if (self->filter != NULL)
    weir_message_scan_wake (self->filter);
  if (self->search != NULL)
    weir_message_scan_wake (self->search);
}

static void
scanned_cb (gpointer user_data)
{
  WeirMessageList *self = user_data;

  wake (self);
  queue_announce (self);
}

static void
start_search (WeirMessageList *self)
{
  g_clear_pointer (&self->search, weir_message_scan_free);
  if (self->sought == NULL)
    return;
  self->search =
      weir_message_scan_new (self->store, self->filter, WEIR_SHOW_ALL, self->sought, FALSE, scanned_cb, self);
  weir_message_scan_run (self->search);
  weir_message_scan_wake (self->search);
}

static void
start_filter (WeirMessageList *self)
{
  g_clear_pointer (&self->search, weir_message_scan_free); /* it looks at what the filter shows */
  g_clear_pointer (&self->filter, weir_message_scan_free);
  if ((self->kinds & WEIR_SHOW_ALL) != WEIR_SHOW_ALL || self->needle != NULL)
    {
      self->filter = weir_message_scan_new (self->store, NULL, self->kinds, self->needle, TRUE, scanned_cb, self);
      weir_message_scan_run (self->filter); /* a short list changes in one step */
      weir_message_scan_wake (self->filter);
    }
  start_search (self);
}

void
weir_message_list_set_filter (WeirMessageList *self, WeirMessageKinds kinds, WeirNeedle *needle)
{
  guint n_before = self->n_announced;

  if (self->kinds == kinds && weir_needle_equal (self->needle, needle))
    return;

  g_clear_pointer (&self->needle, weir_needle_unref);
  self->needle = needle != NULL ? weir_needle_ref (needle) : NULL;
  self->kinds = kinds;
  start_filter (self);
  self->n_announced = count_items (self);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n_before, self->n_announced);
  queue_announce (self);
}

void
weir_message_list_set_search (WeirMessageList *self, WeirNeedle *needle)
{
  if (weir_needle_equal (self->sought, needle))
    return;

  g_clear_pointer (&self->sought, weir_needle_unref);
  self->sought = needle != NULL ? weir_needle_ref (needle) : NULL;
  start_search (self);
  queue_announce (self);
}

WeirNeedle *
weir_message_list_get_search (WeirMessageList *self)
{
  return self->sought;
}

guint
weir_message_list_get_n_hits (WeirMessageList *self)
{
  return self->search != NULL ? weir_row_set_count_before (weir_message_scan_get_rows (self->search), get_limit (self))
                              : 0;
}

guint
weir_message_list_get_hit_index (WeirMessageList *self, WeirMessage *message)
{
  guint32 row = weir_message_get_row (message);
  WeirRowSet *hits;

  if (self->search == NULL)
    return 0;
  hits = weir_message_scan_get_rows (self->search);
  return weir_row_set_contains (hits, row) ? weir_row_set_count_before (hits, row) + 1 : 0;
}

gboolean
weir_message_list_is_searching (WeirMessageList *self)
{
  return self->search != NULL && !weir_message_scan_is_done (self->search);
}

/* The next of @n rows of @set, or the previous, that is shown. */
static gboolean
find_next (WeirMessageList *self, WeirRowSet *set, guint n, WeirMessage *from, gboolean forward, gboolean wraps,
           guint *position)
{
  guint32 row = from != NULL ? weir_message_get_row (from) : 0;
  guint i = from == NULL ? (forward ? 0 : n) : weir_row_set_count_before (set, row);

  if (forward && from != NULL && i < n && weir_row_set_get (set, i) == row)
    i++;
  for (guint tried = 0; tried < n; tried++)
    {
      if (forward ? i >= n : i == 0)
        {
          if (!wraps)
            return FALSE;
          i = forward ? 0 : n;
        }
      if (!forward)
        i--;
      if (weir_message_list_find_row (self, weir_row_set_get (set, i), position))
        return TRUE;
      if (forward)
        i++;
    }
  return FALSE;
}

gboolean
weir_message_list_find_hit (WeirMessageList *self, WeirMessage *from, gboolean forward, guint *position)
{
  guint n = weir_message_list_get_n_hits (self);

  return n > 0 && find_next (self, weir_message_scan_get_rows (self->search), n, from, forward,
                             weir_message_scan_is_done (self->search), position);
}

/* --- marks --- */

void
weir_message_list_toggle_mark (WeirMessageList *self, WeirMessage *message)
{
  if (weir_message_get_row (message) < self->first_row)
    return;
  weir_row_set_toggle (self->marks, weir_message_get_row (message));
  g_signal_emit (self, signals[MARKS_CHANGED], 0);
}

gboolean
weir_message_list_is_marked (WeirMessageList *self, WeirMessage *message)
{
  return weir_row_set_contains (self->marks, weir_message_get_row (message));
}

guint
weir_message_list_get_n_marks (WeirMessageList *self)
{
  return weir_row_set_get_size (self->marks);
}

gboolean
weir_message_list_find_mark (WeirMessageList *self, WeirMessage *from, gboolean forward, guint *position)
{
  return find_next (self, self->marks, weir_row_set_get_size (self->marks), from, forward, TRUE, position);
}

gboolean
weir_message_list_get_since_mark_us (WeirMessageList *self, WeirMessage *message, gint64 *since_us)
{
  guint n = weir_row_set_count_before (self->marks, weir_message_get_row (message));
  guint32 row;

  if (weir_message_list_is_marked (self, message))
    n++;
  if (n == 0)
    return FALSE;
  row = weir_row_set_get (self->marks, n - 1);
  *since_us = weir_message_get_time_us (message) - weir_message_store_get_row (self->store, row)->time_us;
  return TRUE;
}

/* --- what comes --- */

/* The oldest have gone: at once, as nothing can be said of them any more. */
static void
drop_let_go (WeirMessageList *self)
{
  guint32 first = weir_message_store_get_first_row (self->store);
  guint n = first - self->first_row;

  if (n == 0)
    return;
  if (self->filter != NULL)
    n = weir_message_scan_drop (self->filter);
  if (self->search != NULL)
    weir_message_scan_drop (self->search);
  n = MIN (n, self->n_announced);
  self->first_row = first;
  self->held_row = MAX (self->held_row, first);
  self->n_announced -= n;
  if (n > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, n, 0);
  if (weir_row_set_drop_before (self->marks, first) > 0)
    g_signal_emit (self, signals[MARKS_CHANGED], 0);
}

gboolean
weir_message_list_append (WeirMessageList *self, const WeirRecordHead *head, const guint8 *payload, gsize len,
                          GError **error)
{
  gboolean is_kept = weir_message_store_append (self->store, head, payload, len, error);

  self->n_total++;
  if (is_kept)
    self->n_records++;
  self->has_binary = self->has_binary || head->kind == WEIR_RECORD_BINARY;
  drop_let_go (self);
  wake (self);
  queue_announce (self);
  return is_kept;
}

gboolean
weir_message_list_has_room (WeirMessageList *self)
{
  return weir_message_store_has_room (self->store);
}

void
weir_message_list_set_held (WeirMessageList *self, gboolean held)
{
  held = !!held;
  if (self->is_held == held)
    return;

  if (held)
    {
      announce (self); /* what has come until now is shown */
      self->held_row = weir_message_store_get_n_rows (self->store);
      self->held_n_records = self->n_records;
    }
  self->is_held = held;
  if (!held)
    announce (self);
}

/* --- figures --- */

guint64
weir_message_list_get_n_total (WeirMessageList *self)
{
  return self->n_total;
}

guint64
weir_message_list_get_n_hidden (WeirMessageList *self)
{
  return self->filter != NULL ? weir_message_scan_get_n_others (self->filter) : 0;
}

guint64
weir_message_list_get_n_waiting (WeirMessageList *self)
{
  return self->is_held ? self->n_records - MAX (self->held_n_records, weir_message_list_get_n_let_go (self)) : 0;
}

guint64
weir_message_list_get_n_let_go (WeirMessageList *self)
{
  return weir_message_store_get_n_let_go (self->store);
}

guint64
weir_message_list_get_n_given_up (WeirMessageList *self)
{
  return self->filter != NULL ? weir_message_scan_get_n_given_up (self->filter) : 0;
}

gboolean
weir_message_list_has_binary (WeirMessageList *self)
{
  return self->has_binary;
}

gboolean
weir_message_list_is_filtering (WeirMessageList *self)
{
  return self->filter != NULL && !weir_message_scan_is_done (self->filter);
}
