/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-reader-stream.h"

#include "weir-channel-reader-private.h"

struct _WeirReaderStream
{
  GInputStream parent_instance;

  WeirChannelReader *reader; /* nullable, weak */
};

G_DEFINE_FINAL_TYPE (WeirReaderStream, weir_reader_stream, G_TYPE_INPUT_STREAM)

static gssize
weir_reader_stream_read (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "A channel is read asynchronously");

  return -1;
}

static void
weir_reader_stream_read_async (GInputStream *stream, void *buffer, gsize count, int io_priority,
                               GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  WeirReaderStream *self = WEIR_READER_STREAM (stream);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_priority (task, io_priority);
  if (self->reader == NULL)
    g_task_return_new_error (task, WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_CLOSED,
                             "The channel's reader has been dropped");
  else if (count == 0)
    g_task_return_int (task, 0);
  else
    weir_channel_reader_read (self->reader, g_steal_pointer (&task), buffer, count);
}

static gssize
weir_reader_stream_read_finish (GInputStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_int (G_TASK (result), error);
}

/* Leaving is told to the engine, and its answer is not needed. */
static gboolean
weir_reader_stream_close (GInputStream *stream, GCancellable *cancellable, GError **error)
{
  WeirReaderStream *self = WEIR_READER_STREAM (stream);

  if (self->reader != NULL)
    weir_channel_reader_close (self->reader);

  return TRUE;
}

static void
weir_reader_stream_close_async (GInputStream *stream, int io_priority, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (stream, cancellable, callback, user_data);

  g_task_set_priority (task, io_priority);
  weir_reader_stream_close (stream, NULL, NULL);
  g_task_return_boolean (task, TRUE);
}

static gboolean
weir_reader_stream_close_finish (GInputStream *stream, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
weir_reader_stream_dispose (GObject *object)
{
  g_clear_weak_pointer (&WEIR_READER_STREAM (object)->reader); /* first: the parent closes the stream */

  G_OBJECT_CLASS (weir_reader_stream_parent_class)->dispose (object);
}

static void
weir_reader_stream_class_init (WeirReaderStreamClass *klass)
{
  GInputStreamClass *stream_class = G_INPUT_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_reader_stream_dispose;
  stream_class->read_fn = weir_reader_stream_read;
  stream_class->read_async = weir_reader_stream_read_async;
  stream_class->read_finish = weir_reader_stream_read_finish;
  stream_class->close_fn = weir_reader_stream_close;
  stream_class->close_async = weir_reader_stream_close_async;
  stream_class->close_finish = weir_reader_stream_close_finish;
}

static void
weir_reader_stream_init (WeirReaderStream *self)
{
}

GInputStream *
weir_reader_stream_new (WeirChannelReader *reader)
{
  WeirReaderStream *self = g_object_new (WEIR_TYPE_READER_STREAM, NULL);

  g_set_weak_pointer (&self->reader, reader);

  return G_INPUT_STREAM (self);
}
