/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-message-private.h"

struct _WeirMessage
{
  GObject parent_instance;

  WeirMessageStore *store;
  WeirMessageRow row;
  guint32 index; /* of the row */
  gint64 since_previous_us;
  gint64 since_start_us;
  GBytes *payload; /* NULL: not asked for yet */
};

G_DEFINE_FINAL_TYPE (WeirMessage, weir_message, G_TYPE_OBJECT)

static void
weir_message_finalize (GObject *object)
{
  WeirMessage *self = WEIR_MESSAGE (object);

  g_clear_pointer (&self->store, weir_message_store_unref);
  g_clear_pointer (&self->payload, g_bytes_unref);
  G_OBJECT_CLASS (weir_message_parent_class)->finalize (object);
}

static void
weir_message_class_init (WeirMessageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_message_finalize;
}

static void
weir_message_init (WeirMessage *self)
{
}

/* The row of the record before; NULL if there is none. Two gaps never follow each other. */
static const WeirMessageRow *
previous_record (WeirMessageStore *store, guint32 row)
{
  for (guint32 i = row; i > weir_message_store_get_first_row (store); i--)
    {
      const WeirMessageRow *previous = weir_message_store_get_row (store, i - 1);

      if (previous->kind != WEIR_MESSAGE_ROW_GAP)
        return previous;
    }
  return NULL;
}

WeirMessage *
weir_message_new (WeirMessageStore *store, guint32 row)
{
  WeirMessage *self = g_object_new (WEIR_TYPE_MESSAGE, NULL);
  const WeirMessageRow *previous = previous_record (store, row);

  self->store = weir_message_store_ref (store);
  self->row = *weir_message_store_get_row (store, row);
  self->index = row;
  self->since_previous_us = previous != NULL ? self->row.time_us - previous->time_us : -1;
  self->since_start_us = self->row.time_us - weir_message_store_get_start_us (store);
  return self;
}

guint32
weir_message_get_row (WeirMessage *self)
{
  return self->index;
}

WeirMessageKind
weir_message_row_get_kind (const WeirMessageRow *row)
{
  switch (row->kind)
    {
    case WEIR_MESSAGE_ROW_GAP:
      return WEIR_MESSAGE_GAP;
    case WEIR_RECORD_TEXT:
      return WEIR_MESSAGE_TEXT;
    case WEIR_RECORD_EVENT:
      return WEIR_MESSAGE_EVENT;
    default:
      return WEIR_MESSAGE_BINARY;
    }
}

WeirMessageKind
weir_message_get_kind (WeirMessage *self)
{
  return weir_message_row_get_kind (&self->row);
}

guint64
weir_message_get_seq (WeirMessage *self)
{
  return self->row.seq;
}

gint64
weir_message_get_time_us (WeirMessage *self)
{
  return self->row.time_us;
}

gint64
weir_message_get_since_previous_us (WeirMessage *self)
{
  return self->since_previous_us;
}

gint64
weir_message_get_since_start_us (WeirMessage *self)
{
  return self->since_start_us;
}

guint64
weir_message_get_size (WeirMessage *self)
{
  return self->row.kind == WEIR_MESSAGE_ROW_GAP ? 0 : self->row.size;
}

gboolean
weir_message_is_cut (WeirMessage *self)
{
  return (self->row.flags & WEIR_RECORD_CUT) != 0;
}

gboolean
weir_message_is_injected (WeirMessage *self)
{
  return (self->row.flags & WEIR_RECORD_INJECTED) != 0;
}

guint64
weir_message_get_n_dropped (WeirMessage *self)
{
  return self->row.kind == WEIR_MESSAGE_ROW_GAP ? self->row.size : 0;
}

/* NULL: they are on disk. */
static GBytes *
copy_start (WeirMessage *self, gsize len)
{
  const guint8 *data = weir_message_store_peek (self->store, &self->row, 0, &len);

  return data != NULL ? g_bytes_new (data, len) : NULL;
}

GBytes *
weir_message_get_payload (WeirMessage *self)
{
  if (self->payload == NULL)
    self->payload = copy_start (self, self->row.kept);
  return self->payload;
}

GBytes *
weir_message_dup_start (WeirMessage *self, gsize max_size)
{
  if (self->payload != NULL)
    return g_bytes_new_from_bytes (self->payload, 0, MIN (max_size, g_bytes_get_size (self->payload)));
  return copy_start (self, max_size);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  WeirMessage *self = g_task_get_source_object (task);
  GError *error = NULL;
  GBytes *bytes = weir_message_store_load_finish (result, &error);

  if (bytes == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (self->payload == NULL && g_bytes_get_size (bytes) == self->row.kept)
    self->payload = g_bytes_ref (bytes);
  g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
}

void
weir_message_load_async (WeirMessage *self, gsize max_size, GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  GBytes *bytes = weir_message_dup_start (self, max_size);

  g_task_set_source_tag (task, weir_message_load_async);
  if (bytes != NULL)
    {
      g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
      g_object_unref (task);
      return;
    }
  weir_message_store_load_async (self->store, &self->row, MIN (max_size, self->row.kept), cancellable, loaded_cb, task);
}

GBytes *
weir_message_load_finish (WeirMessage *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
