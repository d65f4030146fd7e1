/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-message-private.h"

/* How far back it is looked for what came before, and how much of the file is read for it at once. */
#define BEFORE_ROWS  256
#define BEFORE_RANGE (64 * 1024)

struct _WeirMessage
{
  GObject parent_instance;

  WeirMessageStore *store;
  WeirMessageRow row;
  guint32 index; /* of the row */
  gint64 since_previous_us;
  gint64 since_start_us;
  GBytes *payload; /* NULL: not asked for yet */
  GBytes *before;  /* likewise */
};

G_DEFINE_FINAL_TYPE (WeirMessage, weir_message, G_TYPE_OBJECT)

static void
weir_message_finalize (GObject *object)
{
  WeirMessage *self = WEIR_MESSAGE (object);

  g_clear_pointer (&self->store, weir_message_store_unref);
  g_clear_pointer (&self->payload, g_bytes_unref);
  g_clear_pointer (&self->before, g_bytes_unref);
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

/* --- what came before it --- */

typedef struct
{
  guint64 at; /* in the file */
  gsize len;
} Part;

/* A row whose end is the beginning of what @next begins with: of the same kind, and nothing between them is missing. */
static gboolean
leads_on (const WeirMessageRow *row)
{
  return row->kind != WEIR_MESSAGE_ROW_GAP && (row->flags & WEIR_RECORD_CUT) == 0;
}

/* (element-type Part): last one first. Before the first row there is nothing to be known. */
static GArray *
find_parts (WeirMessage *self)
{
  GArray *parts = g_array_new (FALSE, FALSE, sizeof (Part));
  guint32 first = weir_message_store_get_first_row (self->store);
  gsize left = WEIR_MESSAGE_BEFORE;
  gboolean is_message = self->row.kind != WEIR_MESSAGE_ROW_GAP && self->row.kind != WEIR_RECORD_EVENT;

  for (guint32 i = self->index; is_message && i > first && left > 0 && self->index - i < BEFORE_ROWS; i--)
    {
      const WeirMessageRow *row = weir_message_store_get_row (self->store, i - 1);
      Part part;

      if (!leads_on (row) || self->row.offset - row->offset > BEFORE_RANGE + (guint64) row->kept)
        break;
      if (weir_message_row_get_kind (row) != weir_message_get_kind (self))
        continue;
      part.len = MIN (row->kept, left);
      part.at = row->offset + WEIR_RECORD_HEAD_SIZE + row->kept - part.len;
      left -= part.len;
      if (part.len > 0)
        g_array_append_val (parts, part);
    }
  return parts;
}

/* @block: (nullable): the file from @block_at on; NULL: what is in memory. NULL: it is not there. */
static GBytes *
join_parts (WeirMessage *self, GArray *parts, GBytes *block, guint64 block_at)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gsize size = 0;
  const guint8 *from = block != NULL ? g_bytes_get_data (block, &size) : NULL;

  for (guint i = parts->len; i > 0; i--)
    {
      const Part *part = &g_array_index (parts, Part, i - 1);
      const guint8 *data = NULL;

      if (block == NULL)
        data = weir_message_store_peek_records (self->store, part->at, part->len);
      else if (part->at - block_at + part->len <= size)
        data = from + (part->at - block_at);
      if (data == NULL)
        return NULL;
      g_byte_array_append (bytes, data, part->len);
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

GBytes *
weir_message_get_before (WeirMessage *self)
{
  g_autoptr (GArray) parts = NULL;

  if (self->before != NULL)
    return self->before;
  parts = find_parts (self);
  self->before = join_parts (self, parts, NULL, 0);
  return self->before;
}

/* --- reading from disk --- */

typedef struct
{
  GBytes *bytes; /* what was asked for */
  GArray *parts; /* of what came before it */
} Loading;

static void
loading_free (gpointer data)
{
  Loading *loading = data;

  g_bytes_unref (loading->bytes);
  g_array_unref (loading->parts);
  g_free (loading);
}

static guint64
get_first (GArray *parts)
{
  return g_array_index (parts, Part, parts->len - 1).at;
}

/* Where it cannot be read, nothing is known of it. */
static void
before_loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  WeirMessage *self = g_task_get_source_object (task);
  Loading *loading = g_task_get_task_data (task);
  g_autoptr (GBytes) block = weir_message_store_read_finish (result, NULL);

  if (self->before == NULL && block != NULL)
    self->before = join_parts (self, loading->parts, block, get_first (loading->parts));
  if (self->before == NULL)
    self->before = g_bytes_new (NULL, 0);
  g_task_return_pointer (task, g_bytes_ref (loading->bytes), (GDestroyNotify) g_bytes_unref);
}

/* @task, @bytes: (transfer full): what was asked for is there. */
static void
load_before (GTask *task, GBytes *bytes)
{
  WeirMessage *self = g_task_get_source_object (task);
  Loading *loading;
  guint64 at;

  if (weir_message_get_before (self) != NULL)
    {
      g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
      g_object_unref (task);
      return;
    }
  loading = g_new (Loading, 1);
  *loading = (Loading){ bytes, find_parts (self) };
  g_task_set_task_data (task, loading, loading_free);
  at = get_first (loading->parts);
  weir_message_store_read_async (self->store, at, self->row.offset - at, g_task_get_cancellable (task),
                                 before_loaded_cb, task);
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
  load_before (g_steal_pointer (&task), bytes);
}

void
weir_message_load_async (WeirMessage *self, gsize max_size, GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  GBytes *bytes = weir_message_dup_start (self, max_size);

  g_task_set_source_tag (task, weir_message_load_async);
  if (bytes != NULL)
    load_before (task, bytes);
  else
    weir_message_store_load_async (self->store, &self->row, MIN (max_size, self->row.kept), cancellable, loaded_cb,
                                   task);
}

GBytes *
weir_message_load_finish (WeirMessage *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
