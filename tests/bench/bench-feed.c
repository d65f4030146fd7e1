/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib-unix.h>
#include <stdlib.h>

#include "fake-point.h"

/* A point whose channels are made up, for bench-ui.py: the window has all its work with them, and nobody else has any.
 * SIGUSR1 forgets every channel. Ends with SIGTERM, and says then what became of the tap's messages. */

#define TICK_MS 10

/* What a point's tap queues at most (observation.md); what is over is dropped and counted. */
#define MAX_QUEUED_BYTES (8 * 1024 * 1024)

static char *url;
static int n_channels = 1000;
static int every = 1;
static int interval_ms = 250;
static int tap_rate;
static int n_tap_messages;
static int message_size = 200;

static const GOptionEntry options[] = {
  { "url", 0, 0, G_OPTION_ARG_STRING, &url, "Of the engine", "URL" },
  { "channels", 0, 0, G_OPTION_ARG_INT, &n_channels, "How many there are", "N" },
  { "every", 0, 0, G_OPTION_ARG_INT, &every, "Each Nth of them moves", "N" },
  { "interval", 0, 0, G_OPTION_ARG_INT, &interval_ms, "Between two samples", "MS" },
  { "tap-rate", 0, 0, G_OPTION_ARG_INT, &tap_rate, "Messages a second of a tap; 0: as fast as they are taken", "N" },
  { "tap-messages", 0, 0, G_OPTION_ARG_INT, &n_tap_messages, "Messages of a tap; 0: no end", "N" },
  { "size", 0, 0, G_OPTION_ARG_INT, &message_size, "Bytes of a message", "N" },
  { NULL }
};

typedef struct
{
  FakePoint *point;
  GArray *samples; /* WeirSample */
  GRand *random;
  GMainLoop *loop;

  /* The tap. */
  WeirChannelWriter *tap; /* NULL: nobody has tapped yet */
  gint64 tapped_us;
  guint64 n_due;
  guint64 n_sent;
  guint64 n_dropped;
  guint32 n_dropped_before; /* the next record */
  gsize queued_bytes;
} Feed;

/* --- samples --- */

static void
move_channel (Feed *self, WeirTotals *totals)
{
  guint n_messages = g_rand_int_range (self->random, 1, 50);
  guint64 n_bytes = n_messages * (guint64) g_rand_int_range (self->random, 100, 20000);

  totals->written_messages += n_messages;
  totals->written_bytes += n_bytes;
  totals->buffered_messages = g_rand_int_range (self->random, 0, 65);
  totals->buffered_bytes = totals->buffered_messages * 1000;
  totals->sent_messages = totals->acked_messages = totals->written_messages;
  totals->sent_bytes = totals->acked_bytes = totals->written_bytes;
  totals->paused_us += g_rand_int_range (self->random, 0, interval_ms * 500);
}

static gboolean
samples_cb (gpointer user_data)
{
  Feed *self = user_data;
  WeirSample *samples = (WeirSample *) self->samples->data;
  guint next = 0;

  if (self->point->feed == NULL)
    return G_SOURCE_CONTINUE;
  for (guint i = 0; i < self->samples->len; i++)
    move_channel (self, &samples[i].totals);
  do
    fake_point_say_string (self->point,
                           weir_feed_write_samples (fake_point_now_ms (), samples, self->samples->len, next, &next));
  while (next < self->samples->len);
  return G_SOURCE_CONTINUE;
}

static gboolean
forget_cb (gpointer user_data)
{
  Feed *self = user_data;

  g_array_set_size (self->samples, 0);
  for (guint i = 0; i < self->point->infos->len; i++)
    {
      const WeirChannelInfo *info = self->point->infos->pdata[i];

      fake_point_say_string (self->point, weir_feed_write_forgotten (info->channel_id));
    }
  g_ptr_array_set_size (self->point->infos, 0);
  return G_SOURCE_CONTINUE;
}

/* --- the tap --- */

typedef struct
{
  Feed *feed;
  gsize size;
} Batch;

static void
written_cb (GObject *writer, GAsyncResult *result, gpointer user_data)
{
  Batch *batch = user_data;

  batch->feed->queued_bytes -= batch->size;
  weir_channel_writer_write_finish (WEIR_CHANNEL_WRITER (writer), result, NULL);
  g_free (batch);
}

static void
append_record (Feed *self, GByteArray *batch)
{
  gboolean is_text = self->n_due % 3 != 0;
  WeirRecordHead head = { WEIR_RECORD_HEAD_SIZE + message_size,
                          is_text ? WEIR_RECORD_TEXT : WEIR_RECORD_BINARY,
                          self->n_dropped_before > 0 ? WEIR_RECORD_DROPPED : 0,
                          self->n_due + 1,
                          g_get_real_time (),
                          message_size,
                          self->n_dropped_before };
  guint at = batch->len;
  char *payload;

  g_byte_array_set_size (batch, at + WEIR_RECORD_HEAD_SIZE + message_size);
  weir_record_head_write (&head, batch->data + at);
  payload = (char *) batch->data + at + WEIR_RECORD_HEAD_SIZE;
  memset (payload, is_text ? ' ' : 0, message_size);
  g_snprintf (payload, message_size,
              "{\"type\":\"row\",\"n\":%" G_GUINT64_FORMAT ",\"name\":\"needle-%u\",\"value\":%f}", self->n_due,
              g_rand_int_range (self->random, 0, 1000), g_rand_double (self->random));
  payload[strlen (payload)] = ' ';
  self->n_dropped_before = 0;
}

static void
send_batch (Feed *self, guint n)
{
  GByteArray *batch = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  Batch *pending = g_new (Batch, 1);

  for (; n > 0; n--, self->n_due++, self->n_sent++)
    append_record (self, batch);
  bytes = g_byte_array_free_to_bytes (batch);
  *pending = (Batch){ self, g_bytes_get_size (bytes) };
  self->queued_bytes += pending->size;
  weir_channel_writer_write_async (self->tap, bytes, NULL, written_cb, pending);
}

/* How many messages more there should have been by now. */
static guint
messages_due (Feed *self)
{
  gint64 passed_us = g_get_monotonic_time () - self->tapped_us;
  guint64 n = tap_rate > 0 ? (guint64) passed_us * tap_rate / G_USEC_PER_SEC : G_MAXUINT64;

  if (n_tap_messages > 0)
    n = MIN (n, (guint64) n_tap_messages);
  return MIN (n - self->n_due, 4000);
}

static gboolean
tap_cb (gpointer user_data)
{
  Feed *self = user_data;
  guint per_batch = MAX (1, WEIR_CHANNEL_CHUNK_SIZE / (WEIR_RECORD_HEAD_SIZE + message_size));
  guint n_due;

  if (self->point->tap == NULL)
    return G_SOURCE_CONTINUE;
  if (g_set_object (&self->tap, self->point->tap))
    self->tapped_us = g_get_monotonic_time ();
  n_due = messages_due (self);
  while (n_due > 0 && self->queued_bytes < MAX_QUEUED_BYTES)
    {
      guint n = MIN (n_due, per_batch);

      send_batch (self, n);
      n_due -= n;
    }
  if (tap_rate > 0)
    {
      self->n_due += n_due;
      self->n_dropped += n_due;
      self->n_dropped_before += n_due;
    }
  return G_SOURCE_CONTINUE;
}

/* What a tap says each second: that it lives. */
static gboolean
heartbeat_cb (gpointer user_data)
{
  Feed *self = user_data;

  if (self->tap != NULL)
    fake_point_send_record (self->point, WEIR_RECORD_EVENT, 0, "{\"event\":\"heartbeat\"}");
  return G_SOURCE_CONTINUE;
}

/* --- life --- */

static void
add_channels (Feed *self)
{
  for (int n = 1; n <= n_channels; n++)
    {
      g_autofree char *id = g_strdup_printf ("%08x-%04x-4bbb-8bbb-%012x", g_rand_int (self->random), n & 0xffff, n);
      WeirChannelInfo *info = fake_point_add (self->point, id, n);
      WeirSample sample = { n, { 0 } };

      info->buffer_items = 64;
      info->buffer_bytes_max = MAX_QUEUED_BYTES;
      info->writer.function_id = g_strdup_printf ("files::read-%d", n % 20);
      info->reader.function_id = g_strdup_printf ("reports::export-%d", n % 30);
      info->writer.worker_name = g_strdup_printf ("files-%d", n % 5);
      info->reader.worker_name = g_strdup_printf ("reports-%d", n % 5);
      info->writer.probed = info->reader.probed = TRUE;
      if (n % every == 0)
        g_array_append_val (self->samples, sample);
    }
}

static gboolean
end_cb (gpointer user_data)
{
  Feed *self = user_data;

  g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

int
main (int argc, char *argv[])
{
  g_autoptr (GOptionContext) context = g_option_context_new ("– a made-up point");
  g_autoptr (GError) error = NULL;
  Feed self = { 0 };

  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || url == NULL || every < 1 || message_size < 120)
    {
      g_printerr ("bench-feed: %s\n", error != NULL ? error->message : "an option is missing or wrong");
      return EXIT_FAILURE;
    }
  self.random = g_rand_new_with_seed (1);
  self.samples = g_array_new (FALSE, TRUE, sizeof (WeirSample));
  self.loop = g_main_loop_new (NULL, FALSE);
  self.point = fake_point_new (url, "weir::bench");
  add_channels (&self);
  fake_point_start (self.point);
  g_timeout_add (interval_ms, samples_cb, &self);
  g_timeout_add (TICK_MS, tap_cb, &self);
  g_timeout_add_seconds (1, heartbeat_cb, &self);
  g_unix_signal_add (SIGUSR1, forget_cb, &self);
  g_unix_signal_add (SIGTERM, end_cb, &self);
  g_print ("ready\n");
  g_main_loop_run (self.loop);

  g_print ("sent %" G_GUINT64_FORMAT ", dropped %" G_GUINT64_FORMAT "\n", self.n_sent, self.n_dropped);
  return EXIT_SUCCESS; /* what is left goes with the process */
}
