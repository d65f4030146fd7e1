/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-message-list-private.h"

#include "weir-message-private.h"
#include "weir-needle.h"
#include "weir-priority.h"

/* News is announced at most this often. */
#define ANNOUNCE_US (100 * 1000)

/* The longest that one slice of filtering may keep the main loop, and how many rows or bytes go between two looks at
 * the clock. */
#define SLICE_US    (4 * 1000)
#define SLICE_ROWS  256
#define SLICE_BYTES (64 * 1024)

struct _WeirMessageList
{
  GObject parent_instance;

  WeirMessageStore *store;
  guint n_announced; /* items, as the model has said */
  guint64 n_total;

  gboolean is_held;
  guint held_row;         /* rows from here on wait */
  guint64 held_n_records; /* records before that row */
  guint64 n_records;      /* rows that are no gaps */

  /* The filter. Without one, item i is row i. */
  gboolean is_filtered;
  WeirMessageKinds kinds;
  char *needle_string;
  WeirNeedle *needle;
  GArray *rows;   /* (element-type guint32): that pass, of those before scan_row */
  guint scan_row; /* the next to be looked at */
  gsize scan_at;  /* how much of it has been */
  guint64 n_hidden;
  guint scan_source;
  gboolean is_reading;    /* what is to be looked at next, from disk */
  gboolean is_unreadable; /* that failed */

  guint announce_source;
  gint64 announced_us;
};

enum
{
  FIGURES_CHANGED,
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
  return weir_message_new (self->store, self->is_filtered ? g_array_index (self->rows, guint32, position) : position);
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

  g_clear_handle_id (&self->scan_source, g_source_remove);
  g_clear_handle_id (&self->announce_source, g_source_remove);
  G_OBJECT_CLASS (weir_message_list_parent_class)->dispose (object);
}

static void
weir_message_list_finalize (GObject *object)
{
  WeirMessageList *self = WEIR_MESSAGE_LIST (object);

  g_clear_pointer (&self->store, weir_message_store_unref);
  g_clear_pointer (&self->needle, weir_needle_free);
  g_clear_pointer (&self->rows, g_array_unref);
  g_free (self->needle_string);
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
}

static void
weir_message_list_init (WeirMessageList *self)
{
  self->kinds = WEIR_SHOW_ALL;
  self->rows = g_array_new (FALSE, FALSE, sizeof (guint32));
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

/* --- announcing --- */

/* How many of the rows that pass the filter lie before @row. */
static guint
count_rows_before (WeirMessageList *self, guint row)
{
  guint low = 0;
  guint high = self->rows->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->rows, guint32, middle) < row)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

static guint
count_items (WeirMessageList *self)
{
  guint limit = self->is_held ? self->held_row : weir_message_store_get_n_rows (self->store);

  return self->is_filtered ? count_rows_before (self, limit) : limit;
}

gboolean
weir_message_list_find (WeirMessageList *self, WeirMessage *message, guint *position)
{
  guint row = weir_message_get_row (message);

  *position = self->is_filtered ? count_rows_before (self, row) : row;
  return *position < self->n_announced && (!self->is_filtered || g_array_index (self->rows, guint32, *position) == row);
}

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

/* --- filtering --- */

typedef enum
{
  HIDDEN,
  SHOWN,
  UNDECIDED, /* there is more of it to be looked at */
  ABSENT,    /* it is on disk */
} Verdict;

static WeirMessageKinds
row_kind (const WeirMessageRow *row)
{
  switch (row->kind)
    {
    case WEIR_RECORD_TEXT:
      return WEIR_SHOW_TEXT;
    case WEIR_RECORD_EVENT:
      return WEIR_SHOW_EVENTS;
    default:
      return WEIR_SHOW_BINARY;
    }
}

/* A hit may lie across two looks. */
static gsize
get_look_size (WeirMessageList *self)
{
  return SLICE_BYTES + weir_needle_get_size (self->needle) - 1;
}

/* Looks at the next SLICE_BYTES of the row. What cannot be read back is shown rather than hidden. */
static Verdict
judge_row (WeirMessageList *self, const WeirMessageRow *row)
{
  const guint8 *data;
  gsize len;

  if (row->kind == WEIR_MESSAGE_ROW_GAP)
    return SHOWN;
  if ((self->kinds & row_kind (row)) == 0)
    return HIDDEN;
  if (self->needle == NULL)
    return SHOWN;

  len = get_look_size (self);
  data = weir_message_store_peek (self->store, row, self->scan_at, &len);
  if (data == NULL && !self->is_unreadable)
    return ABSENT;
  if (data == NULL || weir_needle_is_in (self->needle, data, len))
    return SHOWN;
  self->scan_at += SLICE_BYTES;
  return self->scan_at < row->kept ? UNDECIDED : HIDDEN;
}

static void queue_scan (WeirMessageList *self);

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirMessageList) self = user_data;
  g_autoptr (GError) error = NULL;

  self->is_reading = FALSE;
  self->is_unreadable = !weir_message_store_read_ahead_finish (result, &error);
  if (error != NULL)
    g_warning ("%s", error->message);
  queue_scan (self);
}

static void
read_ahead (WeirMessageList *self, const WeirMessageRow *row)
{
  self->is_reading = TRUE;
  weir_message_store_read_ahead_async (self->store, row, self->scan_at, get_look_size (self), read_cb,
                                       g_object_ref (self));
}

/* FALSE: it goes on when what is on disk is here. */
static gboolean
scan_step (WeirMessageList *self)
{
  const WeirMessageRow *row = weir_message_store_get_row (self->store, self->scan_row);
  Verdict verdict = judge_row (self, row);

  if (verdict == ABSENT)
    {
      read_ahead (self, row);
      return FALSE;
    }
  self->is_unreadable = FALSE;
  if (verdict == UNDECIDED)
    return TRUE;
  if (verdict == SHOWN)
    g_array_append_val (self->rows, self->scan_row);
  else
    self->n_hidden++;
  self->scan_row++;
  self->scan_at = 0;
  return TRUE;
}

static gboolean
has_scanned_all (WeirMessageList *self)
{
  return self->scan_row == weir_message_store_get_n_rows (self->store);
}

/* Until all is looked at, the time is up, or the next is on disk. */
static void
scan_slice (WeirMessageList *self)
{
  gint64 end_us = g_get_monotonic_time () + SLICE_US;
  guint64 n_bytes = 0;
  guint n_rows = 0;

  while (!self->is_reading && !has_scanned_all (self))
    {
      n_bytes += MIN (weir_message_store_get_row (self->store, self->scan_row)->kept, SLICE_BYTES);
      if (!scan_step (self))
        break;
      if (++n_rows < SLICE_ROWS && n_bytes < SLICE_BYTES)
        continue;
      if (g_get_monotonic_time () >= end_us)
        break;
      n_rows = 0;
      n_bytes = 0;
    }
}

static gboolean
scan_cb (gpointer user_data)
{
  WeirMessageList *self = user_data;

  scan_slice (self);
  queue_announce (self);
  if (!self->is_reading && !has_scanned_all (self))
    return G_SOURCE_CONTINUE;
  self->scan_source = 0;
  return G_SOURCE_REMOVE;
}

static void
queue_scan (WeirMessageList *self)
{
  if (self->is_filtered && self->scan_source == 0 && !self->is_reading && !has_scanned_all (self))
    self->scan_source = g_idle_add_full (WEIR_PRIORITY_BACKGROUND, scan_cb, self, NULL);
}

void
weir_message_list_set_filter (WeirMessageList *self, WeirMessageKinds kinds, const char *needle)
{
  guint n_before = self->n_announced;

  if (needle != NULL && *needle == '\0')
    needle = NULL;
  if (self->kinds == kinds && g_strcmp0 (self->needle_string, needle) == 0)
    return;

  g_free (self->needle_string);
  self->needle_string = g_strdup (needle);
  g_clear_pointer (&self->needle, weir_needle_free);
  self->needle = weir_needle_new (needle);
  self->kinds = kinds;
  self->is_filtered = (kinds & WEIR_SHOW_ALL) != WEIR_SHOW_ALL || self->needle != NULL;

  g_clear_handle_id (&self->scan_source, g_source_remove);
  g_array_set_size (self->rows, 0);
  self->scan_row = 0;
  self->scan_at = 0;
  self->n_hidden = 0;
  if (self->is_filtered)
    scan_slice (self); /* a short list changes in one step */
  self->n_announced = count_items (self);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n_before, self->n_announced);
  queue_scan (self);
  queue_announce (self);
}

/* --- what comes --- */

gboolean
weir_message_list_append (WeirMessageList *self, const WeirRecordHead *head, const guint8 *payload, gsize len,
                          GError **error)
{
  gboolean is_kept = weir_message_store_append (self->store, head, payload, len, error);

  self->n_total++;
  if (is_kept)
    self->n_records++;
  queue_scan (self);
  queue_announce (self);
  return is_kept;
}

WeirMessageStore *
weir_message_list_get_store (WeirMessageList *self)
{
  return self->store;
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

gboolean
weir_message_list_get_held (WeirMessageList *self)
{
  return self->is_held;
}

guint64
weir_message_list_get_n_total (WeirMessageList *self)
{
  return self->n_total;
}

guint64
weir_message_list_get_n_hidden (WeirMessageList *self)
{
  return self->n_hidden;
}

guint64
weir_message_list_get_n_waiting (WeirMessageList *self)
{
  return self->is_held ? self->n_records - self->held_n_records : 0;
}

gboolean
weir_message_list_is_filtering (WeirMessageList *self)
{
  return self->is_filtered && !has_scanned_all (self);
}
