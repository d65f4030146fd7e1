/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-message-export.h"

#include "weir-message-batch.h"
#include <string.h>

#include "weir-message-list-private.h"

/* Lines of WEIR_EXPORT_NDJSON, times in µs since 1970 UTC:
 *   {"seq":1,"time_us":1700000000000000,"kind":"text","size":5,"text":"hello"}
 *   {"seq":2,"time_us":…,"kind":"binary","size":262144,"kept":65536,"base64":"…"}      cut by the tap
 *   {"seq":3,"time_us":…,"kind":"text","injected":true,…}
 *   {"time_us":…,"kind":"event",…}
 *   {"seq":4,"kind":"dropped","count":128}
 * Text that is no valid UTF-8 (it may be cut) is base64, too. */

typedef struct
{
  WeirMessageStore *store;
  GArray *rows; /* nullable */
  WeirMessageKinds kinds;
  WeirExportFormat format;
  WeirExportCheck check;
  GFileProgressCallback progress;
  gpointer progress_data;

  GFile *file;        /* nullable: into memory */
  gsize max_bytes;    /* then, at most, give or take a batch */
  gboolean was_there; /* the file */
  GOutputStream *stream;
  guint32 next, end; /* rows, or where in @rows */
  guint32 begin;
  WeirMessageBatch *batch;
  gboolean has_number; /* one that has one was there */
  WeirExportResult result;
} Export;

static void
export_free (gpointer data)
{
  Export *self = data;

  weir_message_store_unref (self->store);
  g_clear_pointer (&self->rows, g_array_unref);
  g_clear_pointer (&self->batch, weir_message_batch_free);
  g_clear_object (&self->stream);
  g_clear_object (&self->file);
  g_free (self);
}

/* --- a message as bytes --- */

static void
append_string (GByteArray *out, const char *string)
{
  g_byte_array_append (out, (const guint8 *) string, strlen (string));
}

static void
append_quoted (GByteArray *out, const char *text, gsize len)
{
  gsize plain = 0; /* from here on nothing had to be changed */

  append_string (out, "\"");
  for (gsize i = 0; i < len; i++)
    {
      guint8 c = text[i];
      char escape[8];

      if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
        continue;
      g_byte_array_append (out, (const guint8 *) text + plain, i - plain);
      if (c == '"' || c == '\\')
        g_snprintf (escape, sizeof escape, "\\%c", c);
      else
        g_snprintf (escape, sizeof escape, "\\u%04x", c);
      append_string (out, escape);
      plain = i + 1;
    }
  g_byte_array_append (out, (const guint8 *) text + plain, len - plain);
  append_string (out, "\"");
}

static void
append_payload (GByteArray *out, const WeirMessageRow *row, const guint8 *data)
{
  if (row->kind != WEIR_RECORD_BINARY && g_utf8_validate_len ((const char *) data, row->kept, NULL))
    {
      append_string (out, ",\"text\":");
      append_quoted (out, (const char *) data, row->kept);
    }
  else
    {
      g_autofree char *base64 = g_base64_encode (data, row->kept);

      append_string (out, ",\"base64\":\"");
      append_string (out, base64);
      append_string (out, "\"");
    }
}

static void
append_line (GByteArray *out, const WeirMessageRow *row, const guint8 *data)
{
  static const char *const kinds[] = { "dropped", "text", "binary", "event" };
  g_autoptr (GString) head = g_string_new ("{");

  if (row->seq != 0)
    g_string_append_printf (head, "\"seq\":%" G_GUINT64_FORMAT ",", row->seq);
  if (row->kind == WEIR_MESSAGE_ROW_GAP)
    {
      g_string_append_printf (head, "\"kind\":\"dropped\",\"count\":%u}\n", row->size);
      append_string (out, head->str);
      return;
    }

  g_string_append_printf (head, "\"time_us\":%" G_GINT64_FORMAT ",\"kind\":\"%s\",\"size\":%u", row->time_us,
                          kinds[MIN (row->kind, WEIR_RECORD_EVENT)], row->size);
  if ((row->flags & WEIR_RECORD_CUT) != 0)
    g_string_append_printf (head, ",\"kept\":%u", row->kept);
  if ((row->flags & WEIR_RECORD_INJECTED) != 0)
    g_string_append (head, ",\"injected\":true");
  append_string (out, head->str);
  append_payload (out, row, data);
  append_string (out, "}\n");
}

/* --- in the thread --- */

static gboolean
is_wanted (Export *self, const WeirMessageRow *row)
{
  switch (row->kind)
    {
    case WEIR_MESSAGE_ROW_GAP:
      return TRUE;
    case WEIR_RECORD_EVENT:
      return (self->format == WEIR_EXPORT_NDJSON || self->file == NULL) && (self->kinds & WEIR_SHOW_EVENTS) != 0;
    case WEIR_RECORD_TEXT:
      return (self->kinds & WEIR_SHOW_TEXT) != 0;
    default:
      return (self->kinds & WEIR_SHOW_BINARY) != 0;
    }
}

static void
count (Export *self, const WeirMessageRow *row, const guint8 *data)
{
  if (row->kind == WEIR_MESSAGE_ROW_GAP)
    {
      self->result.n_dropped += row->size;
      return;
    }
  self->result.n_messages++;
  self->result.n_bytes += row->kept;
  self->result.n_cut += (row->flags & WEIR_RECORD_CUT) != 0;
  if (self->check != NULL && self->check (data, row->kept))
    self->result.n_keyed++;
}

/* What is not in the file though it is of the stream. */
static void
count_missing (Export *self, const WeirMessageRow *row)
{
  if (self->rows == NULL && row->seq > 0 && !self->has_number)
    {
      self->has_number = TRUE;
      self->result.n_before = row->seq - 1;
    }
  self->result.n_texts += row->kind == WEIR_RECORD_TEXT && (self->kinds & WEIR_SHOW_TEXT) == 0;
}

static void
append_row (Export *self, GByteArray *out, guint i)
{
  const WeirMessageRow *row = &self->batch->rows[i];
  const guint8 *data = weir_message_batch_get_payload (self->batch, i);

  count_missing (self, row);
  if (!is_wanted (self, row))
    return;
  count (self, row, data);
  if (self->format == WEIR_EXPORT_NDJSON)
    append_line (out, row, data);
  else if (row->kind != WEIR_MESSAGE_ROW_GAP)
    g_byte_array_append (out, data, row->kept);
}

/* Streams have access keys and what people say: the file is its owner's alone, also over one that was not. */
static gboolean
open_stream (Export *self, GCancellable *cancellable, GError **error)
{
  if (self->stream != NULL)
    return TRUE;
  self->was_there = g_file_query_exists (self->file, NULL);
  self->stream = G_OUTPUT_STREAM (g_file_replace (
      self->file, NULL, FALSE, G_FILE_CREATE_REPLACE_DESTINATION | G_FILE_CREATE_PRIVATE, cancellable, error));
  return self->stream != NULL;
}

/* What the tap let go while it was read from disk may be a hole there. */
static gboolean
is_intact (const WeirMessageRow *row, guint64 intact_from)
{
  return row->kind == WEIR_MESSAGE_ROW_GAP || row->offset >= intact_from;
}

static gboolean
write_batch (Export *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  guint64 intact_from;

  if (!open_stream (self, cancellable, error))
    return FALSE;
  if (self->batch == NULL) /* that was the last one */
    return g_output_stream_close (self->stream, cancellable, error);
  if (!weir_message_batch_read (self->batch, error))
    return FALSE;
  intact_from = self->batch->fd >= 0 ? weir_message_store_get_let_go_to (self->store) : 0;
  for (guint i = 0; i < self->batch->n && !g_cancellable_is_cancelled (cancellable); i++)
    if (is_intact (&self->batch->rows[i], intact_from))
      append_row (self, out, i);
    else
      self->result.n_gone++;
  return g_output_stream_write_all (self->stream, out->data, out->len, NULL, cancellable, error);
}

/* Closing a stream that is cancelled leaves the file that was there before; a new one is taken away. */
static void
undo (Export *self)
{
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();

  if (self->stream == NULL || self->file == NULL)
    return;
  g_cancellable_cancel (cancelled);
  g_output_stream_close (self->stream, cancelled, NULL);
  if (!self->was_there)
    g_file_delete (self->file, NULL, NULL);
}

static void
write_in_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  Export *self = task_data;
  GError *error = NULL;

  if (write_batch (self, cancellable, &error))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  undo (self);
  g_task_return_error (task, error);
}

/* --- batch by batch --- */

static void step (GTask *whole);

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) whole = user_data;
  Export *self = g_task_get_task_data (whole);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      g_task_return_error (whole, error);
      return;
    }
  if (self->progress != NULL)
    self->progress (self->next - self->begin, self->end - self->begin, self->progress_data);
  if (self->batch == NULL)
    g_task_return_pointer (whole, g_memdup2 (&self->result, sizeof self->result), g_free);
  else
    step (whole);
}

/* Rows that were let go meanwhile are passed over, and counted. */
static void
skip_gone (Export *self)
{
  guint32 first = weir_message_store_get_first_row (self->store);

  while (self->next < self->end)
    {
      guint32 row = self->rows != NULL ? g_array_index (self->rows, guint32, self->next) : self->next;

      if (row >= first)
        break;
      self->next++;
      self->result.n_gone++;
    }
}

static void
step (GTask *whole)
{
  Export *self = g_task_get_task_data (whole);
  GTask *part = g_task_new (NULL, g_task_get_cancellable (whole), written_cb, g_object_ref (whole));

  g_clear_pointer (&self->batch, weir_message_batch_free);
  skip_gone (self);
  if (self->next < self->end && (self->max_bytes == 0 || self->result.n_bytes < self->max_bytes))
    {
      const guint32 *numbers = self->rows != NULL ? &g_array_index (self->rows, guint32, self->next) : NULL;

      self->batch = weir_message_batch_new (self->store, numbers, self->next, self->end - self->next);
      self->next += self->batch->n;
    }
  g_task_set_source_tag (part, step);
  g_task_set_check_cancellable (part, FALSE); /* the thread undoes what it did first */
  g_task_set_task_data (part, self, NULL);
  g_task_run_in_thread (part, write_in_thread);
  g_object_unref (part);
}

static Export *
export_new (WeirMessageList *list, GArray *rows, WeirMessageKinds kinds, WeirExportFormat format)
{
  Export *self = g_new0 (Export, 1);

  self->store = weir_message_store_ref (weir_message_list_get_store (list));
  self->rows = rows != NULL ? g_array_ref (rows) : NULL;
  self->kinds = kinds;
  self->format = format;
  self->begin = rows != NULL ? 0 : weir_message_store_get_first_row (self->store);
  self->end = rows != NULL ? rows->len : weir_message_store_get_n_rows (self->store);
  self->next = self->begin;
  return self;
}

static GTask *
whole_new (WeirMessageList *list, Export *self, GCancellable *cancellable, GAsyncReadyCallback callback,
           gpointer user_data)
{
  GTask *task = g_task_new (list, cancellable, callback, user_data);

  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, self, export_free);
  return task;
}

void
weir_message_export_async (WeirMessageList *list, GArray *rows, WeirMessageKinds kinds, WeirExportFormat format,
                           GFile *file, WeirExportCheck check, GFileProgressCallback progress, gpointer progress_data,
                           GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  Export *self = export_new (list, rows, kinds, format);
  g_autoptr (GTask) task = whole_new (list, self, cancellable, callback, user_data);

  g_task_set_source_tag (task, weir_message_export_async);
  self->file = g_object_ref (file);
  self->check = check;
  self->progress = progress;
  self->progress_data = progress_data;
  step (task);
}

gboolean
weir_message_export_finish (GAsyncResult *result, WeirExportResult *out, GError **error)
{
  g_autofree WeirExportResult *found = g_task_propagate_pointer (G_TASK (result), error);

  if (found == NULL)
    return FALSE;
  *out = *found;
  return TRUE;
}

void
weir_message_gather_async (WeirMessageList *list, GArray *rows, gsize max_bytes, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  Export *self = export_new (list, rows, WEIR_SHOW_ALL, WEIR_EXPORT_BYTES);
  g_autoptr (GTask) task = whole_new (list, self, cancellable, callback, user_data);

  g_task_set_source_tag (task, weir_message_gather_async);
  self->stream = g_memory_output_stream_new_resizable ();
  self->max_bytes = max_bytes;
  step (task);
}

GBytes *
weir_message_gather_finish (GAsyncResult *result, GError **error)
{
  Export *self = g_task_get_task_data (G_TASK (result));
  g_autofree WeirExportResult *found = g_task_propagate_pointer (G_TASK (result), error);
  g_autoptr (GBytes) bytes = NULL;

  if (found == NULL)
    return NULL;
  bytes = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (self->stream));
  return g_bytes_new_from_bytes (bytes, 0, MIN (g_bytes_get_size (bytes), self->max_bytes));
}
