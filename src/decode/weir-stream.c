/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-stream-private.h"

#include <glib/gi18n.h>

#include "weir-format.h"
#include "weir-priority.h"

/* How much goes between two looks at the clock. */
#define SLICE_BYTES (64 * 1024)
#define SLICE_ROWS  64

#define ANNOUNCE_US (100 * 1000)

/* A longer text message is no piece of a growing text. */
#define MAX_NAMED (256 * 1024)

enum
{
  CHANGED,
  RESTARTED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (WeirStream, weir_stream, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

/* --- GListModel --- */

static GType
get_item_type (GListModel *model)
{
  return WEIR_TYPE_STREAM_ITEM;
}

static guint
get_n_items (GListModel *model)
{
  return WEIR_STREAM (model)->n_announced;
}

static gpointer
get_item (GListModel *model, guint position)
{
  WeirStream *self = WEIR_STREAM (model);

  if (position >= self->n_announced || position >= weir_joiner_get_n_items (self->joiner))
    return NULL;
  return weir_stream_item_new (position, weir_joiner_get_item (self->joiner, position));
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

/* --- announcing --- */

static void
update_form (WeirStream *self)
{
  gsize len;
  const guint8 *head = weir_joiner_get_head (self->joiner, &len);

  if (self->form.content == weir_joiner_get_content (self->joiner) && self->form_head == len)
    return;
  weir_stream_form_clear (&self->form);
  weir_stream_form_init (&self->form, weir_joiner_get_content (self->joiner), head, len);
  self->form_head = len;
}

/* The last item may have grown; when the stream turns out to be something else, all of them are others. */
static void
announce (WeirStream *self)
{
  guint before = self->n_announced, n = weir_joiner_get_n_items (self->joiner);
  gboolean is_other = self->generation != weir_joiner_get_generation (self->joiner);
  guint from = is_other ? 0 : before - MIN (before, 1);

  update_form (self);
  self->generation = weir_joiner_get_generation (self->joiner);
  self->announced_us = g_get_monotonic_time ();
  self->n_announced = n;
  if (is_other || n > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), from, before - from, n - from);
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
announce_cb (gpointer user_data)
{
  WeirStream *self = user_data;

  self->announce_source = 0;
  announce (self);
  return G_SOURCE_REMOVE;
}

static void
queue_announce (WeirStream *self)
{
  gint64 wait_us = self->announced_us + ANNOUNCE_US - g_get_monotonic_time ();

  if (self->announce_source == 0)
    self->announce_source = g_timeout_add (CLAMP (wait_us, 0, ANNOUNCE_US) / 1000, announce_cb, self);
}

/* --- reading --- */

static void
take_text (WeirStream *self, const WeirWalkRow *row)
{
  g_auto (WeirName) name = { 0 };

  if (row->data == NULL || row->len > MAX_NAMED ||
      !weir_name_read (&name, (WeirSpan){ (const char *) row->data, row->len }))
    return;
  weir_growing_add (self->growing, row->seq, &name);
}

/* As much as goes in one step; TRUE: that was all of it. */
static gboolean
take_binary (WeirStream *self, const WeirWalkRow *row)
{
  gsize n = MIN (row->len - self->walk_at, SLICE_BYTES);

  if (weir_joiner_is_full (self->joiner))
    return TRUE;
  if (row->data == NULL)
    {
      weir_joiner_push_gap (self->joiner, 0, row->size);
      return TRUE;
    }
  if (self->walk_at == 0 && weir_joiner_get_n_messages (self->joiner) < WEIR_JOINER_MAX_MESSAGES)
    g_array_append_val (self->rows, row->row);
  weir_joiner_push (self->joiner, row->seq, row->data + self->walk_at, n);
  self->walk_at += n;
  if (self->walk_at < row->len)
    return FALSE;
  if (row->size > row->len)
    weir_joiner_push_gap (self->joiner, 0, row->size - row->len);
  return TRUE;
}

static void
take_gap (WeirStream *self, guint64 n_messages)
{
  weir_joiner_push_gap (self->joiner, n_messages, 0);
  weir_growing_add_gap (self->growing);
}

/* Messages that are not there: the tap began in the middle of the stream, or what was kept of it was let go. */
static void
take_number (WeirStream *self, const WeirWalkRow *row)
{
  if (self->walk_at > 0 || row->seq == 0)
    return;
  if (row->seq > self->last_seq + 1)
    take_gap (self, row->seq - self->last_seq - 1);
  self->last_seq = row->kind == WEIR_MESSAGE_GAP ? row->seq + row->n_dropped - 1 : row->seq;
}

static gboolean
take (WeirStream *self, const WeirWalkRow *row)
{
  take_number (self, row);
  switch (row->kind)
    {
    case WEIR_MESSAGE_TEXT:
      take_text (self, row);
      return TRUE;
    case WEIR_MESSAGE_BINARY:
      return take_binary (self, row);
    case WEIR_MESSAGE_GAP:
      take_gap (self, row->n_dropped);
      return TRUE;
    case WEIR_MESSAGE_EVENT:
    default:
      return TRUE;
    }
}

/* FALSE: there is nothing to be read now. */
static gboolean
pump_slice (WeirStream *self)
{
  gint64 end_us = g_get_monotonic_time () + WEIR_STREAM_SLICE_US;
  guint n_rows = 0;
  gsize n_bytes = 0;
  WeirWalkRow row;

  while (weir_message_walk_get (self->walk, &row) == WEIR_WALK_ROW)
    {
      n_bytes += MIN (row.len - MIN (self->walk_at, row.len), SLICE_BYTES);
      if (take (self, &row))
        {
          weir_message_walk_go_on (self->walk);
          self->walk_at = 0;
        }
      if (++n_rows < SLICE_ROWS && n_bytes < SLICE_BYTES)
        continue;
      if (g_get_monotonic_time () >= end_us)
        return TRUE;
      n_rows = 0;
      n_bytes = 0;
    }
  return FALSE;
}

static gboolean
pump_cb (gpointer user_data)
{
  WeirStream *self = user_data;

  queue_announce (self);
  if (pump_slice (self))
    return G_SOURCE_CONTINUE;
  self->pump_source = 0;
  return G_SOURCE_REMOVE;
}

static void
queue_pump (gpointer user_data)
{
  WeirStream *self = user_data;

  if (self->pump_source == 0 && self->walk != NULL)
    self->pump_source = g_idle_add_full (WEIR_PRIORITY_BACKGROUND, pump_cb, self, NULL);
}

static void
begin_reading (WeirStream *self, WeirJoiner *joiner)
{
  guint n = self->n_announced;

  g_clear_handle_id (&self->announce_source, g_source_remove);
  g_clear_pointer (&self->joiner, weir_joiner_free);
  g_clear_pointer (&self->growing, weir_growing_free);
  weir_stream_form_clear (&self->form);
  self->joiner = joiner;
  self->growing = weir_growing_new ();
  self->form.content = weir_joiner_get_content (joiner);
  self->form_head = 0;
  self->generation = 0;
  self->walk_at = 0;
  self->last_seq = 0;
  self->n_readings++;
  g_array_set_size (self->rows, 0);
  self->n_announced = 0;
  if (n > 0)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, n, 0);
  g_signal_emit (self, signals[RESTARTED], 0);
}

void
weir_stream_read_as (WeirStream *self, const WeirContent *content)
{
  g_return_if_fail (WEIR_IS_STREAM (self));

  begin_reading (self, content != NULL ? weir_joiner_new_for_content (*content) : weir_joiner_new ());
  if (self->walk == NULL)
    return;
  weir_message_walk_free (self->walk);
  self->walk = weir_message_walk_new (self->messages, queue_pump, self);
  queue_pump (self);
}

void
weir_stream_start (WeirStream *self)
{
  g_return_if_fail (WEIR_IS_STREAM (self));

  if (self->walk != NULL)
    return;
  self->walk = weir_message_walk_new (self->messages, queue_pump, self);
  g_signal_connect_object (self->messages, "figures-changed", G_CALLBACK (queue_pump), self, G_CONNECT_SWAPPED);
  queue_pump (self);
}

gboolean
weir_stream_is_reading (WeirStream *self)
{
  WeirWalkRow row;

  return self->walk != NULL && weir_message_walk_get (self->walk, &row) != WEIR_WALK_END;
}

/* --- GObject --- */

static void
weir_stream_dispose (GObject *object)
{
  WeirStream *self = WEIR_STREAM (object);

  g_clear_handle_id (&self->pump_source, g_source_remove);
  g_clear_handle_id (&self->announce_source, g_source_remove);
  g_clear_pointer (&self->walk, weir_message_walk_free);
  g_clear_object (&self->messages);
  G_OBJECT_CLASS (weir_stream_parent_class)->dispose (object);
}

static void
weir_stream_finalize (GObject *object)
{
  WeirStream *self = WEIR_STREAM (object);

  weir_joiner_free (self->joiner);
  weir_growing_free (self->growing);
  g_array_unref (self->rows);
  weir_stream_form_clear (&self->form);
  G_OBJECT_CLASS (weir_stream_parent_class)->finalize (object);
}

static void
weir_stream_class_init (WeirStreamClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = weir_stream_dispose;
  object_class->finalize = weir_stream_finalize;
  signals[CHANGED] = g_signal_new ("changed", WEIR_TYPE_STREAM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[RESTARTED] =
      g_signal_new ("restarted", WEIR_TYPE_STREAM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
weir_stream_init (WeirStream *self)
{
  self->rows = g_array_new (FALSE, FALSE, sizeof (guint32));
  begin_reading (self, weir_joiner_new ());
}

WeirStream *
weir_stream_new (WeirMessageList *messages)
{
  WeirStream *self = g_object_new (WEIR_TYPE_STREAM, NULL);

  self->messages = g_object_ref (messages);
  return self;
}

/* --- what is there --- */

gboolean
weir_stream_is_told (WeirStream *self)
{
  return weir_joiner_is_told (self->joiner);
}

WeirContent
weir_stream_get_content (WeirStream *self)
{
  return weir_joiner_get_content (self->joiner);
}

const WeirStreamForm *
weir_stream_get_form (WeirStream *self)
{
  return &self->form;
}

guint64
weir_stream_get_size (WeirStream *self)
{
  return weir_joiner_get_size (self->joiner);
}

guint
weir_stream_get_n_messages (WeirStream *self)
{
  return weir_joiner_get_n_messages (self->joiner);
}

guint
weir_stream_get_n_gaps (WeirStream *self)
{
  return weir_joiner_get_n_gaps (self->joiner);
}

guint
weir_stream_get_n_garbled (WeirStream *self)
{
  return weir_joiner_get_n_garbled (self->joiner);
}

gboolean
weir_stream_is_full (WeirStream *self)
{
  return weir_joiner_is_full (self->joiner);
}

char *
weir_stream_describe_gap (WeirStream *self, WeirJoined item)
{
  const WeirJoinerGap *gap = weir_joiner_get_gap (self->joiner, item);
  g_autofree char *messages = NULL, *bytes = NULL;

  g_return_val_if_fail (gap != NULL, NULL);

  messages = weir_format_count (gap->n_messages);
  bytes = weir_format_bytes_exact (gap->n_bytes);
  if (gap->at == 0 && gap->n_messages > 0)
    return g_strdup_printf (ngettext ("%s message came before what the tap has",
                                      "%s messages came before what the tap has", gap->n_messages),
                            messages);
  if (gap->n_messages == 0)
    return g_strdup_printf (_ ("%s are missing here: the message was cut"), bytes);
  if (gap->n_bytes == 0)
    return g_strdup_printf (ngettext ("%s message is missing here", "%s messages are missing here", gap->n_messages),
                            messages);
  return g_strdup_printf (ngettext ("%s message is missing here, and %s of one that was cut",
                                    "%s messages are missing here, and %s of one that was cut", gap->n_messages),
                          messages, bytes);
}

gboolean
weir_stream_get_messages (WeirStream *self, WeirJoined item, guint64 *first_seq, guint64 *last_seq)
{
  gboolean is_gap = (item.flags & WEIR_JOINED_GAP) != 0;
  guint64 end = is_gap ? item.start : item.start + item.len, start;
  guint first, last;

  if (is_gap && item.start > 0)
    item.start--;
  if (!weir_joiner_find_message (self->joiner, item.start, &first) ||
      !weir_joiner_find_message (self->joiner, MAX (end, item.start + 1) - 1, &last))
    return FALSE;
  *first_seq = weir_joiner_get_message (self->joiner, first, &start);
  *last_seq = weir_joiner_get_message (self->joiner, last, &start);
  return TRUE;
}

gboolean
weir_stream_get_row (WeirStream *self, WeirJoined item, guint32 *row)
{
  guint i;

  if (!weir_joiner_find_message (self->joiner, item.start, &i))
    return FALSE;
  *row = g_array_index (self->rows, guint32, i);
  return TRUE;
}

gboolean
weir_stream_find_item (WeirStream *self, guint64 seq, guint *position)
{
  guint64 start;

  return weir_joiner_find_start (self->joiner, seq, &start) && weir_joiner_find_item (self->joiner, start, position) &&
         *position < self->n_announced;
}

gboolean
weir_stream_find_garbled (WeirStream *self, guint after, guint *position)
{
  return weir_joiner_find_garbled (self->joiner, after, position) && *position < self->n_announced;
}

char *
weir_stream_dup_growing (WeirStream *self, guint64 seq, gsize max_bytes, gboolean *has_gaps)
{
  return weir_growing_dup_text (self->growing, seq, max_bytes, has_gaps);
}
