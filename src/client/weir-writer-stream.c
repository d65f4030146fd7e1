/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-writer-stream.h"

#include "weir-channel-writer-private.h"

struct _WeirWriterStream
{
  GOutputStream parent_instance;

  WeirChannelWriter *writer; /* nullable, weak */
};

G_DEFINE_FINAL_TYPE (WeirWriterStream, weir_writer_stream, G_TYPE_OUTPUT_STREAM)

static GError *
error_gone (void)
{
  return g_error_new_literal (WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_CLOSED, "The channel's writer has been dropped");
}

static gssize
weir_writer_stream_write (GOutputStream *stream, const void *buffer, gsize count, GCancellable *cancellable,
                          GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "A channel is written asynchronously");

  return -1;
}

static void
weir_writer_stream_write_async (GOutputStream *stream, const void *buffer, gsize count, int io_priority,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  WeirWriterStream *self = WEIR_WRITER_STREAM (stream);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GBytes) bytes = g_bytes_new_static (buffer, count); /* the caller keeps it until the end of the write */

  g_task_set_priority (task, io_priority);
  if (self->writer == NULL)
    g_task_return_error (task, error_gone ());
  else if (count == 0) /* to a stream that is nothing at all, not an empty message */
    g_task_return_int (task, 0);
  else
    weir_channel_writer_queue (self->writer, g_steal_pointer (&task), bytes);
}

static gssize
weir_writer_stream_write_finish (GOutputStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_int (G_TASK (result), error);
}

/* Also what g_object_unref () comes to, for a stream that nobody has closed: then the writer is going as well. */
static gboolean
weir_writer_stream_close (GOutputStream *stream, GCancellable *cancellable, GError **error)
{
  WeirWriterStream *self = WEIR_WRITER_STREAM (stream);

  if (self->writer != NULL)
    weir_channel_writer_close_async (self->writer, NULL, NULL, NULL);

  return TRUE;
}

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (weir_channel_writer_close_finish (WEIR_CHANNEL_WRITER (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
weir_writer_stream_close_async (GOutputStream *stream, int io_priority, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  WeirWriterStream *self = WEIR_WRITER_STREAM (stream);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_priority (task, io_priority);
  if (self->writer == NULL)
    g_task_return_error (task, error_gone ());
  else
    weir_channel_writer_close_async (self->writer, cancellable, closed_cb, g_steal_pointer (&task));
}

static gboolean
weir_writer_stream_close_finish (GOutputStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- splicing: GOutputStream's own would read 8 KiB at a time, and make messages of that --- */

typedef struct
{
  GInputStream *source;
  GOutputStreamSpliceFlags flags;
  gssize n_copied;
  GError *error; /* nullable: the first; what is to be closed is closed all the same */
  guint8 buffer[WEIR_CHANNEL_CHUNK_SIZE];
} Splice;

static void splice_read (GTask *task);

static void
splice_free (Splice *splice)
{
  g_object_unref (splice->source);
  g_clear_error (&splice->error);
  g_free (splice);
}

static void
splice_return (GTask *task)
{
  Splice *splice = g_task_get_task_data (task);

  if (splice->error != NULL)
    g_task_return_error (task, g_steal_pointer (&splice->error));
  else
    g_task_return_int (task, splice->n_copied);
  g_object_unref (task);
}

static void
splice_target_closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Splice *splice = g_task_get_task_data (user_data);

  g_output_stream_close_finish (G_OUTPUT_STREAM (object), result, &splice->error);
  splice_return (user_data);
}

/* A stream that failed is not closed as if it had been complete: its reader would take it for the whole. */
static void
splice_close_target (GTask *task)
{
  Splice *splice = g_task_get_task_data (task);
  WeirWriterStream *self = g_task_get_source_object (task);

  if ((splice->flags & G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET) == 0)
    {
      splice_return (task);
    }
  else if (splice->error != NULL)
    {
      if (self->writer != NULL)
        weir_channel_writer_abort (self->writer);
      splice_return (task);
    }
  else
    {
      g_output_stream_clear_pending (
          G_OUTPUT_STREAM (self)); /* the splice was; the close is now, and marks it closed */
      g_output_stream_close_async (G_OUTPUT_STREAM (self), g_task_get_priority (task), g_task_get_cancellable (task),
                                   splice_target_closed_cb, task);
    }
}

static void
splice_source_closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Splice *splice = g_task_get_task_data (user_data);

  g_input_stream_close_finish (G_INPUT_STREAM (object), result, splice->error == NULL ? &splice->error : NULL);
  splice_close_target (user_data);
}

static void
splice_end (GTask *task)
{
  Splice *splice = g_task_get_task_data (task);

  if ((splice->flags & G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE) != 0)
    g_input_stream_close_async (splice->source, g_task_get_priority (task), g_task_get_cancellable (task),
                                splice_source_closed_cb, task);
  else
    splice_close_target (task);
}

static void
splice_written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Splice *splice = g_task_get_task_data (user_data);
  gssize n = weir_writer_stream_write_finish (G_OUTPUT_STREAM (object), result, &splice->error);

  splice->n_copied += MAX (n, 0);
  if (n < 0)
    splice_end (user_data);
  else
    splice_read (user_data);
}

static void
splice_read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Splice *splice = g_task_get_task_data (user_data);
  gssize n = g_input_stream_read_finish (splice->source, result, &splice->error);

  if (n <= 0)
    splice_end (user_data);
  else /* one message: taken whole, or failed */
    weir_writer_stream_write_async (g_task_get_source_object (user_data), splice->buffer, n,
                                    g_task_get_priority (user_data), g_task_get_cancellable (user_data),
                                    splice_written_cb, user_data);
}

static void
splice_read (GTask *task)
{
  Splice *splice = g_task_get_task_data (task);

  g_input_stream_read_async (splice->source, splice->buffer, sizeof splice->buffer, g_task_get_priority (task),
                             g_task_get_cancellable (task), splice_read_cb, task);
}

static void
weir_writer_stream_splice_async (GOutputStream *stream, GInputStream *source, GOutputStreamSpliceFlags flags,
                                 int io_priority, GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  GTask *task = g_task_new (stream, cancellable, callback, user_data);
  Splice *splice = g_new0 (Splice, 1);

  splice->source = g_object_ref (source);
  splice->flags = flags;
  g_task_set_priority (task, io_priority);
  g_task_set_check_cancellable (task, FALSE); /* each step looks */
  g_task_set_task_data (task, splice, (GDestroyNotify) splice_free);
  splice_read (task);
}

static gssize
weir_writer_stream_splice_finish (GOutputStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_int (G_TASK (result), error);
}

/* --- GObject --- */

static void
weir_writer_stream_dispose (GObject *object)
{
  /* First: the parent closes the stream, and a writer that is dropped is not one that is complete. */
  g_clear_weak_pointer (&WEIR_WRITER_STREAM (object)->writer);

  G_OBJECT_CLASS (weir_writer_stream_parent_class)->dispose (object);
}

static void
weir_writer_stream_class_init (WeirWriterStreamClass *klass)
{
  GOutputStreamClass *stream_class = G_OUTPUT_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_writer_stream_dispose;
  stream_class->write_fn = weir_writer_stream_write;
  stream_class->write_async = weir_writer_stream_write_async;
  stream_class->write_finish = weir_writer_stream_write_finish;
  stream_class->close_fn = weir_writer_stream_close;
  stream_class->close_async = weir_writer_stream_close_async;
  stream_class->close_finish = weir_writer_stream_close_finish;
  stream_class->splice_async = weir_writer_stream_splice_async;
  stream_class->splice_finish = weir_writer_stream_splice_finish;
}

static void
weir_writer_stream_init (WeirWriterStream *self)
{
}

GOutputStream *
weir_writer_stream_new (WeirChannelWriter *writer)
{
  WeirWriterStream *self = g_object_new (WEIR_TYPE_WRITER_STREAM, NULL);

  g_set_weak_pointer (&self->writer, writer);

  return G_OUTPUT_STREAM (self);
}
