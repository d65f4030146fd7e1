/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-passage.h"

#include <libsoup/soup.h>
#include <string.h>

#include "weir-handshake.h"

#define READ_SIZE 4096

/* As for the answers that a client of ours takes: the head, and as much of a text that says why. */
#define MAX_HEAD (64 * 1024)
#define MAX_BODY (64 * 1024)

typedef struct
{
  const WeirUpstream *upstream;
  GIOStream *worker;
  GString *head;
  GIOStream *stream;  /* nullable: to the engine */
  GByteArray *answer; /* what has come of it and was not passed on yet */
  guint status;
  goffset n_body_left; /* of an answer that is no 101; -1: until it closes */
  gsize n_body;
} Passage;

static void
passage_free (gpointer data)
{
  Passage *self = data;

  g_object_unref (self->worker);
  g_string_free (self->head, TRUE);
  g_clear_object (&self->stream);
  g_byte_array_unref (self->answer);
  g_free (self);
}

void
weir_passage_result_free (WeirPassageResult *self)
{
  g_clear_object (&self->stream);
  g_clear_pointer (&self->early, g_bytes_unref);
  g_free (self);
}

static void read_some (GTask *task);
static void take_head (GTask *task);

static void
fail (GTask *task, const char *what)
{
  Passage *self = g_task_get_task_data (task);

  g_task_return_new_error (task, WEIR_HANDSHAKE_ERROR, WEIR_HANDSHAKE_ERROR_NOT_HTTP, "%s %s",
                           self->upstream->authority, what);
}

static void
succeed (GTask *task)
{
  Passage *self = g_task_get_task_data (task);
  WeirPassageResult *result = g_new0 (WeirPassageResult, 1);

  result->status = self->status;
  if (self->status == SOUP_STATUS_SWITCHING_PROTOCOLS)
    {
      g_socket_set_timeout (g_socket_connection_get_socket (G_SOCKET_CONNECTION (self->stream)), 0);
      result->stream = g_steal_pointer (&self->stream);
      if (self->answer->len > 0)
        result->early = g_bytes_new (self->answer->data, self->answer->len);
    }
  g_task_return_pointer (task, result, (GDestroyNotify) weir_passage_result_free);
}

/* --- the answer that is no 101 has a text behind it --- */

/* (transfer full): task. What a proxy says before the answer (100, 103) is not the answer. */
static void
take_next_head (GTask *task)
{
  Passage *self = g_task_get_task_data (task);

  self->status = 0;
  if (self->answer->len > 0)
    take_head (task);
  else
    read_some (task);
}

static void
passed_on_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Passage *self = g_task_get_task_data (task);
  gsize n_written = 0;

  /* A worker that has left does not want the rest. */
  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (object), result, &n_written, NULL))
    self->n_body_left = 0;
  g_byte_array_remove_range (self->answer, 0, (guint) n_written);
  if (SOUP_STATUS_IS_INFORMATIONAL (self->status) && self->status != SOUP_STATUS_SWITCHING_PROTOCOLS)
    take_next_head (g_steal_pointer (&task));
  else if (self->status == SOUP_STATUS_SWITCHING_PROTOCOLS || self->n_body_left == 0)
    succeed (task);
  else
    read_some (g_steal_pointer (&task));
}

/* (transfer full): task */
static void
pass_on (GTask *task, gsize len)
{
  Passage *self = g_task_get_task_data (task);

  g_output_stream_write_all_async (g_io_stream_get_output_stream (self->worker), self->answer->data, len,
                                   G_PRIORITY_DEFAULT, g_task_get_cancellable (task), passed_on_cb, task);
}

static void
pass_body_on (GTask *task)
{
  Passage *self = g_task_get_task_data (task);
  gsize len = self->answer->len;

  if (self->n_body_left >= 0)
    len = MIN (len, (gsize) self->n_body_left);
  self->n_body += len;
  if (self->n_body > MAX_BODY)
    self->n_body_left = 0;
  else if (self->n_body_left > 0)
    self->n_body_left -= (goffset) len;
  pass_on (task, len);
}

static gboolean
has_body (guint status)
{
  return status != SOUP_STATUS_NO_CONTENT && status != SOUP_STATUS_NOT_MODIFIED && status >= SOUP_STATUS_OK;
}

/* --- its head --- */

/* The offset behind the blank line, 0 if it has not come. */
static gsize
find_head_size (const GByteArray *answer)
{
  const guint8 *end = memmem (answer->data, answer->len, "\r\n\r\n", 4);

  return end != NULL ? (gsize) (end - answer->data) + 4 : 0;
}

static gboolean
parse_head (Passage *self, gsize size)
{
  g_autoptr (SoupMessageHeaders) headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  /* Without its blank line; terminated, as libsoup reads numbers as C does. */
  g_autofree char *head = g_strndup ((const char *) self->answer->data, size - 2);
  SoupHTTPVersion version;

  if (!soup_headers_parse_response (head, (int) size - 2, headers, &version, &self->status, NULL))
    return FALSE;
  self->n_body_left = -1;
  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH)
    self->n_body_left = soup_message_headers_get_content_length (headers);
  if (!has_body (self->status) || g_str_has_prefix (self->head->str, "HEAD "))
    self->n_body_left = 0;
  return TRUE;
}

/* (transfer full): task */
static void
take_head (GTask *task)
{
  Passage *self = g_task_get_task_data (task);
  gsize size = find_head_size (self->answer);

  if (memcmp (self->answer->data, "HTTP/", MIN (self->answer->len, 5)) != 0 ||
      (size == 0 && self->answer->len > MAX_HEAD))
    fail (task, "does not speak HTTP");
  else if (size == 0)
    read_some (g_object_ref (task));
  else if (!parse_head (self, size))
    fail (task, "does not speak HTTP");
  else
    pass_on (g_object_ref (task), size);
  g_object_unref (task);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Passage *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, &error);

  if (bytes != NULL && g_bytes_get_size (bytes) > 0)
    g_byte_array_append (self->answer, g_bytes_get_data (bytes, NULL), (guint) g_bytes_get_size (bytes));
  else if (self->status != 0) /* the text ends as it ends */
    succeed (task);
  else if (bytes != NULL)
    fail (task, "closed the connection without an answer");
  else
    g_task_return_error (task, g_steal_pointer (&error));
  if (g_task_get_completed (task) || bytes == NULL || g_bytes_get_size (bytes) == 0)
    return;
  if (self->status == 0)
    take_head (g_steal_pointer (&task));
  else
    pass_body_on (g_steal_pointer (&task));
}

/* (transfer full): task. What came with the head is the beginning of the text. */
static void
read_some (GTask *task)
{
  Passage *self = g_task_get_task_data (task);

  if (self->status != 0 && self->answer->len > 0)
    pass_body_on (task);
  else
    g_input_stream_read_bytes_async (g_io_stream_get_input_stream (self->stream), READ_SIZE, G_PRIORITY_DEFAULT,
                                     g_task_get_cancellable (task), read_cb, task);
}

/* --- the request --- */

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (object), result, NULL, &error))
    read_some (g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Passage *self = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;

  self->stream = weir_upstream_connect_finish (result, &error);
  if (self->stream == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_output_stream_write_all_async (g_io_stream_get_output_stream (self->stream), self->head->str, self->head->len,
                                   G_PRIORITY_DEFAULT, cancellable, sent_cb, g_steal_pointer (&task));
}

void
weir_passage_run_async (const WeirUpstream *upstream, GString *head, GIOStream *worker, GCancellable *cancellable,
                        GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Passage *self = g_new0 (Passage, 1);

  g_task_set_source_tag (task, weir_passage_run_async);
  self->upstream = upstream;
  self->worker = g_object_ref (worker);
  self->head = head;
  self->answer = g_byte_array_new ();
  g_task_set_task_data (task, self, passage_free);
  weir_upstream_connect_async (upstream, cancellable, connected_cb, g_steal_pointer (&task));
}

WeirPassageResult *
weir_passage_run_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
