/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-tap-feed.h"

/* Taken at once: many records a write; the writer cuts them into messages. */
#define WRITE_SIZE (256 * 1024)

struct _WeirTapFeed
{
  char *worker_id; /* nullable */
  guint32 n;
  WeirTap *tap;
  WeirChannelWriter *writer;
  GCancellable *cancellable;
  WeirTapFeedDoneFunc done;
  gpointer user_data;
  gboolean is_writing;
  gboolean is_finishing; /* nothing comes after what is in the tap … */
  gboolean is_closing;   /* … and that has been written */
  gboolean is_freed;     /* but for the memory, until the write on its way has come back */
};

static void write_next (WeirTapFeed *self);

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  WeirTapFeed *self = user_data;
  gboolean written = weir_channel_writer_write_finish (WEIR_CHANNEL_WRITER (object), result, NULL);

  self->is_writing = FALSE;
  if (self->is_freed)
    g_free (self);
  else if (written)
    write_next (self);
  else
    self->done (self, self->user_data);
}

static void
write_next (WeirTapFeed *self)
{
  g_autoptr (GBytes) records = NULL;

  if (self->is_writing || self->is_closing)
    return;

  records = weir_tap_take (self->tap, WRITE_SIZE);
  if (records != NULL)
    {
      self->is_writing = TRUE;
      weir_channel_writer_write_async (self->writer, records, self->cancellable, written_cb, self);
    }
  else if (self->is_finishing)
    {
      self->is_closing = TRUE;
      weir_channel_writer_close_async (self->writer, NULL, NULL, NULL); /* closed_cb () tells when it is */
    }
}

static gboolean
wake_cb (gpointer user_data)
{
  write_next (user_data);
  return G_SOURCE_REMOVE;
}

static void
closed_cb (WeirChannelWriter *writer, GError *error, WeirTapFeed *self)
{
  self->done (self, self->user_data);
}

WeirTapFeed *
weir_tap_feed_new (const char *worker_id, guint32 n, guint32 snaplen, WeirTapKinds kinds, WeirChannelWriter *writer,
                   WeirTapFeedDoneFunc done, gpointer user_data)
{
  WeirTapFeed *self = g_new0 (WeirTapFeed, 1);

  self->worker_id = g_strdup (worker_id);
  self->n = n;
  self->writer = writer;
  self->cancellable = g_cancellable_new ();
  self->done = done;
  self->user_data = user_data;
  self->tap = weir_tap_new (snaplen, kinds, g_main_context_get_thread_default (), wake_cb, self);
  g_signal_connect (writer, "closed", G_CALLBACK (closed_cb), self);

  return self;
}

const char *
weir_tap_feed_get_worker_id (WeirTapFeed *self)
{
  return self->worker_id;
}

guint32
weir_tap_feed_get_n (WeirTapFeed *self)
{
  return self->n;
}

WeirTap *
weir_tap_feed_get_tap (WeirTapFeed *self)
{
  return self->tap;
}

void
weir_tap_feed_finish (WeirTapFeed *self)
{
  self->is_finishing = TRUE;
  write_next (self);
}

void
weir_tap_feed_free (WeirTapFeed *self)
{
  g_signal_handlers_disconnect_by_data (self->writer, self);
  g_cancellable_cancel (self->cancellable);
  weir_tap_cancel (self->tap);
  weir_tap_unref (self->tap);
  weir_channel_writer_close_async (self->writer, NULL, NULL, NULL); /* the writer lives until that is done */
  g_object_unref (self->writer);
  g_object_unref (self->cancellable);
  g_clear_pointer (&self->worker_id, g_free);
  self->is_freed = TRUE;
  if (!self->is_writing)
    g_free (self);
}
