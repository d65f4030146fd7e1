/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-demo-flow.h"

#include <string.h>

#define NOISE_SIZE (1024 * 1024)

/* --- writing --- */

typedef struct
{
  WeirDemo *demo;
  WeirChannelWriter *writer;
  const WeirDemoFlow *flow;
  guint n;      /* messages written */
  guint n_left; /* of this burst */
} Writing;

static void write_next (GTask *task);

static void
writing_free (gpointer data)
{
  Writing *writing = data;

  g_object_unref (writing->writer);
  g_free (writing);
}

/* @error: (transfer full). What was written is whole: when the curtain falls it is closed properly. */
static void
return_error (GTask *task, GError *error)
{
  Writing *writing = g_task_get_task_data (task);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    weir_channel_writer_close_async (writing->writer, NULL, NULL, NULL);
  g_task_return_error (task, error);
  g_object_unref (task);
}

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (weir_channel_writer_close_finish (WEIR_CHANNEL_WRITER (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
rested_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GError *error = NULL;

  if (weir_demo_sleep_finish (result, &error))
    write_next (user_data);
  else
    return_error (user_data, error);
}

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Writing *writing = g_task_get_task_data (user_data);
  GError *error = NULL;

  if (!weir_channel_writer_write_finish (writing->writer, result, &error))
    {
      return_error (user_data, error);
      return;
    }
  writing->n++;
  if (--writing->n_left > 0)
    {
      write_next (user_data);
      return;
    }
  writing->n_left = writing->flow->burst;
  weir_demo_sleep_async (writing->demo, writing->flow->interval_ms, rested_cb, user_data);
}

static void
write_end (GTask *task)
{
  Writing *writing = g_task_get_task_data (task);

  if (!writing->flow->is_left_open)
    {
      weir_channel_writer_close_async (writing->writer, g_task_get_cancellable (task), closed_cb, task);
      return;
    }
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void
write_next (GTask *task)
{
  Writing *writing = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  gboolean is_text = FALSE;
  g_autoptr (GBytes) bytes = writing->flow->make (writing->n, &is_text);

  if (bytes == NULL)
    write_end (task);
  else if (is_text)
    weir_channel_writer_send_message_async (writing->writer, g_bytes_get_data (bytes, NULL), cancellable, written_cb,
                                            task);
  else
    weir_channel_writer_write_async (writing->writer, bytes, cancellable, written_cb, task);
}

void
weir_demo_write_async (WeirDemo *demo, WeirChannelWriter *writer, const WeirDemoFlow *flow,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, weir_demo_get_cancellable (demo), callback, user_data);
  Writing *writing = g_new0 (Writing, 1);

  writing->demo = demo;
  writing->writer = g_object_ref (writer);
  writing->flow = flow;
  writing->n_left = flow->burst;
  g_task_set_source_tag (task, weir_demo_write_async);
  g_task_set_task_data (task, writing, writing_free);
  write_next (task);
}

gboolean
weir_demo_write_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- reading --- */

typedef struct
{
  WeirDemo *demo;
  WeirChannelReader *reader;
  const WeirDemoAppetite *appetite;
  gssize n;
  GSource *cancel;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_source_destroy (reading->cancel);
  g_source_unref (reading->cancel);
  g_object_unref (reading->reader);
  g_free (reading);
}

static void
hungry_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Reading *reading = g_task_get_task_data (task);

  if (weir_demo_sleep_finish (result, NULL)) /* else it has been closed */
    weir_channel_reader_resume (reading->reader);
}

static gboolean
message_cb (WeirChannelReader *reader, gboolean is_text, const guint8 *data, gsize len, gpointer user_data)
{
  Reading *reading = g_task_get_task_data (user_data);
  guint pause_ms = reading->appetite->pause_ms;

  reading->n++;
  if (pause_ms == 0 || reading->n % reading->appetite->n_messages != 0)
    return TRUE;
  weir_demo_sleep_async (reading->demo, pause_ms, hungry_cb, g_object_ref (user_data));

  return FALSE;
}

static void
ended_cb (WeirChannelReader *reader, const GError *error, gpointer user_data)
{
  GTask *task = user_data;
  Reading *reading = g_task_get_task_data (task);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_int (task, reading->n);
}

static gboolean
curtain_cb (GCancellable *cancellable, gpointer user_data)
{
  Reading *reading = g_task_get_task_data (user_data);

  weir_channel_reader_close (reading->reader);

  return G_SOURCE_REMOVE;
}

void
weir_demo_read_async (WeirDemo *demo, WeirChannelReader *reader, const WeirDemoAppetite *appetite,
                      GAsyncReadyCallback callback, gpointer user_data)
{
  GCancellable *cancellable = weir_demo_get_cancellable (demo);
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Reading *reading = g_new0 (Reading, 1);

  reading->demo = demo;
  reading->reader = g_object_ref (reader);
  reading->appetite = appetite;
  reading->cancel = g_cancellable_source_new (cancellable);
  g_task_set_source_tag (task, weir_demo_read_async);
  g_task_set_task_data (task, reading, reading_free);
  g_source_set_callback (reading->cancel, G_SOURCE_FUNC (curtain_cb), task, NULL);
  g_source_attach (reading->cancel, g_task_get_context (task));
  g_signal_connect (reader, "ended", G_CALLBACK (ended_cb), task);
  weir_channel_reader_set_handler (reader, message_cb, task, g_object_unref); /* keeps the task until the end */
}

gssize
weir_demo_read_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_int (G_TASK (result), error);
}

/* --- whole functions --- */

static void
answer (WeirInvocation *invocation, gssize n, const GError *error)
{
  JsonObject *object;

  if (error != NULL)
    {
      weir_invocation_return_error (invocation, "channel_error", "%s", error->message);
      return;
    }
  object = json_object_new ();
  json_object_set_boolean_member (object, "ok", TRUE);
  if (n >= 0)
    json_object_set_int_member (object, "messages", n);
  weir_invocation_return (invocation, json_node_init_object (json_node_alloc (), object));
  json_object_unref (object);
}

static void
answer_written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirInvocation) invocation = user_data;
  g_autoptr (GError) error = NULL;

  weir_demo_write_finish (result, &error);
  answer (invocation, -1, error);
}

static void
answer_read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirInvocation) invocation = user_data;
  g_autoptr (GError) error = NULL;
  gssize n = weir_demo_read_finish (result, &error);

  answer (invocation, n, error);
}

void
weir_demo_answer_by_writing (WeirDemo *demo, WeirInvocation *invocation, const WeirDemoFlow *flow)
{
  WeirChannelWriter *writer = weir_invocation_get_writer (invocation, "writer");

  if (writer != NULL)
    weir_demo_write_async (demo, writer, flow, answer_written_cb, g_object_ref (invocation));
  else
    weir_invocation_return_error (invocation, "bad_request", "There is no channel to write to in “writer”");
}

void
weir_demo_answer_by_reading (WeirDemo *demo, WeirInvocation *invocation, const WeirDemoAppetite *appetite)
{
  WeirChannelReader *reader = weir_invocation_get_reader (invocation, "reader");

  if (reader != NULL)
    weir_demo_read_async (demo, reader, appetite, answer_read_cb, g_object_ref (invocation));
  else
    weir_invocation_return_error (invocation, "bad_request", "There is no channel to read in “reader”");
}

/* --- what goes through --- */

GBytes *
weir_demo_text (gboolean *is_text, const char *format, ...)
{
  va_list args;
  char *text;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  *is_text = TRUE;

  return g_bytes_new_take (text, strlen (text) + 1); /* the NUL ends it where it is sent */
}

GBytes *
weir_demo_noise (guint n, gsize size)
{
  static guint32 *noise; /* made once, kept for good */

  if (noise == NULL)
    {
      guint32 state = 2463534242; /* xorshift32, Marsaglia's own seed */

      noise = g_malloc (NOISE_SIZE);
      for (guint i = 0; i < NOISE_SIZE / sizeof *noise; i++)
        {
          state ^= state << 13;
          state ^= state >> 17;
          state ^= state << 5;
          noise[i] = state;
        }
    }

  g_return_val_if_fail (size <= NOISE_SIZE, NULL);

  return g_bytes_new_static ((const char *) noise + (n * 7919 * sizeof *noise) % (NOISE_SIZE - size + 1), size);
}
