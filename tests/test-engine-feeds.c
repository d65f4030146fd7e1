/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine-program.h"

#include <glib/gstdio.h>

#include "weir-feed.h"
#include "weir-record.h"

/* What may be asked of a point, what is refused, and the choices of a tap: by an observer made of raw sockets. */

#define NAME "probe"

typedef struct
{
  EngineProgram *engine;
  RawPeer *observer; /* a worker */
} Fixture;

static const char *const arguments[] = { "--name", NAME, NULL };

static void
wait_for_point (Fixture *f)
{
  gint64 until = g_get_monotonic_time () + RAW_LIMIT_MS * 1000;
  gboolean found = FALSE;

  while (!found && g_get_monotonic_time () < until)
    {
      g_autofree char *list =
          worker_ask (f->observer, "engine::functions::list", "{\"include_internal\":true,\"prefix\":\"weir::\"}");

      found = strstr (list, "weir::" NAME "::describe") != NULL;
    }
  g_assert_true (found);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->engine = engine_program_start (data != NULL ? data : arguments);
  f->observer = worker_connect (f->engine, NULL, NULL);
  wait_for_point (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  raw_peer_free (f->observer);
  engine_program_stop (f->engine);
}

static char *
ask (Fixture *f, const char *verb, const char *format, ...)
{
  g_autofree char *function_id = g_strdup_printf ("weir::" NAME "::%s", verb);
  g_autofree char *payload = NULL;
  va_list args;

  va_start (args, format);
  payload = g_strdup_vprintf (format, args);
  va_end (args);
  return worker_ask (f->observer, function_id, payload);
}

static void
assert_refused (Fixture *f, const char *verb, const char *payload, const char *code, const char *word)
{
  g_autofree char *function_id = g_strdup_printf ("weir::" NAME "::%s", verb);
  g_autofree char *id = worker_call (f->observer, function_id, payload);
  g_autofree char *answer = worker_take_answer (f->observer, id);

  g_test_message ("%s %s", verb, payload);
  assert_error (answer, code);
  g_assert_nonnull (strstr (answer, word));
}

/* --- channels --- */

typedef struct
{
  WeirRef *writer, *reader;
} Channel;

static void
channel_clear (Channel *channel)
{
  weir_ref_free (channel->writer);
  weir_ref_free (channel->reader);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Channel, channel_clear)

static void
create (Fixture *f, Channel *channel)
{
  g_autofree char *result = worker_ask (f->observer, "engine::channels::create", "{}");

  channel->writer = weir_ref_from_span (weir_json_member (WEIR_SPAN (result), "writer"), NULL);
  channel->reader = weir_ref_from_span (weir_json_member (WEIR_SPAN (result), "reader"), NULL);
  g_assert_nonnull (channel->writer);
  g_assert_nonnull (channel->reader);
}

static RawPeer *
open_end (Fixture *f, const WeirRef *ref)
{
  g_autofree char *path = weir_ref_dup_path (ref);

  return raw_peer_open (f->engine->port, path);
}

static char *
ref_text (const WeirRef *ref)
{
  GString *text = g_string_new (NULL);

  weir_ref_append (text, ref);
  return g_string_free (text, FALSE);
}

/* Starts a feed and returns the raw reader of it. @id: (out): of the watch or tap. */
static RawPeer *
start_feed (Fixture *f, const char *verb, const char *members, gint64 *id)
{
  g_auto (Channel) feed = { NULL, NULL };
  g_autofree char *writer = NULL, *result = NULL;
  g_autofree char *id_name = g_strdup_printf ("%s_id", verb);
  RawPeer *reader;

  create (f, &feed);
  reader = open_end (f, feed.reader);
  writer = ref_text (feed.writer);
  result = ask (f, verb, "{\"writer\":%s%s}", writer, members);
  g_assert_nonnull (result);
  g_assert_true (weir_json_get_int (weir_json_member (WEIR_SPAN (result), id_name), id));
  return reader;
}

/* --- the watch feed --- */

static WeirFeed *
next_feed (RawPeer *reader)
{
  g_autofree char *text = raw_peer_next_text (reader);
  g_autoptr (GError) error = NULL;
  WeirFeed *feed = weir_feed_parse (WEIR_SPAN (text), &error);

  g_assert_no_error (error);
  g_assert_cmpuint (strlen (text), <=, WEIR_FEED_MAX_SIZE);
  return feed;
}

/* --- tests --- */

static void
test_refusals (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *verb, *payload, *code, *word;
  } cases[] = {
    { "describe", "[]", "WEIR_BAD_REQUEST", "object" },
    { "describe", "null", "WEIR_BAD_REQUEST", "object" },
    { "watch", "{}", "WEIR_BAD_REQUEST", "writer" },
    { "watch", "{\"writer\":{\"channel_id\":1,\"access_key\":\"k\",\"direction\":\"write\"}}", "WEIR_BAD_REQUEST",
      "writer" },
    { "watch", "{\"writer\":{\"channel_id\":\"c\",\"access_key\":\"k\",\"direction\":\"read\"}}", "WEIR_BAD_REQUEST",
      "writer" },
    { "watch", "{\"interval_ms\":49}", "WEIR_BAD_REQUEST", "interval_ms" },
    { "watch", "{\"interval_ms\":5001}", "WEIR_BAD_REQUEST", "interval_ms" },
    { "watch", "{\"interval_ms\":\"250\"}", "WEIR_BAD_REQUEST", "interval_ms" },
    { "tap", "{}", "WEIR_BAD_REQUEST", "channel_id" },
    { "tap", "{\"channel_id\":7}", "WEIR_BAD_REQUEST", "channel_id" },
    { "tap", "{\"channel_id\":\"nobody\"}", "WEIR_UNKNOWN_CHANNEL", "no such channel" },
    { "tap", "{\"channel_id\":\"nobody\",\"snaplen\":-1}", "WEIR_BAD_REQUEST", "snaplen" },
    { "tap", "{\"channel_id\":\"nobody\",\"kinds\":[\"smell\"]}", "WEIR_BAD_REQUEST", "kinds" },
    { "tap", "{\"channel_id\":\"nobody\",\"history\":1}", "WEIR_BAD_REQUEST", "history" },
    { "stop", "{}", "WEIR_BAD_REQUEST", "watch_id" },
    { "stop", "{\"watch_id\":1,\"tap_id\":1}", "WEIR_BAD_REQUEST", "tap_id" },
    { "reveal", "{\"channel_id\":\"nobody\",\"direction\":\"read\"}", "WEIR_NOT_PERMITTED", "right" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_refused (f, cases[i].verb, cases[i].payload, cases[i].code, cases[i].word);
}

static void
test_watch_says_internal (Fixture *f, gconstpointer data)
{
  g_autoptr (RawPeer) feed = NULL, other = NULL;
  g_autoptr (WeirFeed) snapshot = NULL;
  gint64 id;
  guint n_internal = 0;
  g_autofree char *payload = NULL;

  other = start_feed (f, "watch", "", &id);
  feed = start_feed (f, "watch", "", &id);
  snapshot = next_feed (feed);
  for (guint i = 0; i < snapshot->channels->len; i++)
    {
      WeirChannelInfo *info = snapshot->channels->pdata[i];

      n_internal += info->internal;
      if (info->internal && payload == NULL)
        payload = g_strdup_printf ("{\"channel_id\":\"%s\"}", info->channel_id);
    }
  g_assert_cmpuint (n_internal, ==, 2);
  assert_refused (f, "tap", payload, "WEIR_UNKNOWN_CHANNEL", "feed");
}

/* More channels than one part is chosen from: each is told once, in order, and the last part alone says that it is. */
static void
test_snapshot_in_parts (Fixture *f, gconstpointer data)
{
  const guint n_channels = 1100;
  g_autoptr (RawPeer) feed = NULL;
  guint32 last_n = 0;
  guint n_told = 0, n_parts = 0;
  gint64 id;

  for (guint i = 0; i < n_channels; i++)
    {
      g_auto (Channel) channel = { NULL, NULL };

      create (f, &channel);
    }
  feed = start_feed (f, "watch", "", &id);
  for (gboolean is_last = FALSE; !is_last; n_parts++)
    {
      g_autoptr (WeirFeed) part = next_feed (feed);

      g_assert_cmpint (part->type, ==, WEIR_FEED_SNAPSHOT);
      for (guint i = 0; i < part->channels->len; i++)
        {
          const WeirChannelInfo *info = part->channels->pdata[i];

          g_assert_cmpuint (info->n, >, last_n);
          last_n = info->n;
          n_told++;
        }
      is_last = part->is_last;
    }
  g_assert_cmpuint (n_told, ==, n_channels + 1); /* and the feed's own */
  g_assert_cmpuint (n_parts, >, 1);
}

static void
test_stop (Fixture *f, gconstpointer data)
{
  g_autoptr (RawPeer) feed = NULL;
  g_autofree char *result = NULL;
  gint64 id;

  feed = start_feed (f, "watch", "", &id);
  weir_feed_free (next_feed (feed));
  result = ask (f, "stop", "{\"watch_id\":%" G_GINT64_FORMAT "}", id);
  g_assert_cmpstr (result, ==, "{}");
  raw_peer_wait_close (feed, NULL);
}

static void
assert_feed_ends (RawPeer *feed)
{
  g_assert_cmpuint (raw_peer_wait_close (feed, NULL), ==, 0); /* as every stream that was closed by its writer */
  raw_peer_send_close (feed, 1000, "");
}

/* Feeds end with their own close before the engine closes the rest with 1001. */
static void
test_engine_stops (Fixture *f, gconstpointer data)
{
  g_auto (Channel) channel = { NULL, NULL };
  g_autoptr (RawPeer) watch = NULL, tap = NULL, reader = NULL;
  g_autofree char *members = NULL;
  gint64 id;

  create (f, &channel);
  reader = open_end (f, channel.reader);
  members = g_strdup_printf (",\"channel_id\":\"%s\"", channel.reader->channel_id);
  watch = start_feed (f, "watch", "", &id);
  weir_feed_free (next_feed (watch));
  tap = start_feed (f, "tap", members, &id);
  g_subprocess_send_signal (f->engine->process, SIGTERM);
  assert_feed_ends (watch);
  assert_feed_ends (tap);
  g_assert_cmpuint (raw_peer_wait_close (reader, NULL), ==, 1001);
  g_assert_cmpuint (raw_peer_wait_close (f->observer, NULL), ==, 1001);
}

/* An observer that reads nothing does not keep the engine. */
static void
test_engine_stops_while_held (Fixture *f, gconstpointer data)
{
  g_autoptr (RawPeer) watch = NULL;
  gint64 id;

  watch = start_feed (f, "watch", ",\"interval_ms\":50", &id);
  engine_program_stop (g_steal_pointer (&f->engine));
  f->engine = engine_program_start (arguments); /* for the end of the test */
}

/* --- taps --- */

typedef struct
{
  GString *text; /* a line a record */
  gboolean saw_heartbeat;
} Records;

static void
record_cb (const WeirRecordHead *head, const guint8 *payload, gsize len, gpointer user_data)
{
  Records *records = user_data;

  if (head->kind == WEIR_RECORD_EVENT && g_strstr_len ((const char *) payload, len, "heartbeat") != NULL)
    {
      records->saw_heartbeat = TRUE;
      return;
    }
  g_assert_cmpint (ABS (head->time_us - g_get_real_time ()), <, 60 * G_USEC_PER_SEC);
  if (head->kind == WEIR_RECORD_EVENT)
    g_string_append (records->text, "event\n");
  else
    g_string_append_printf (records->text, "%s %" G_GUINT64_FORMAT " of %u%s: %.*s\n",
                            head->kind == WEIR_RECORD_TEXT ? "text" : "binary", head->seq, head->payload_size,
                            head->flags & WEIR_RECORD_CUT ? " cut" : "", (int) len, (const char *) payload);
}

/* Reads a tap's feed to its close. */
static void
read_tap (RawPeer *feed, Records *records)
{
  g_autoptr (WeirRecordReader) reader = weir_record_reader_new (record_cb, records);
  gboolean is_open = TRUE;

  records->text = g_string_new (NULL);
  while (is_open)
    {
      g_auto (RawFrame) frame = { 0 };
      const char *reason = NULL;
      gsize size;
      const guint8 *bytes;

      raw_peer_next (feed, &frame);
      is_open = frame.first == (RAW_FINAL | RAW_BINARY);
      if (!is_open)
        break;
      bytes = g_bytes_get_data (frame.payload, &size);
      g_assert_cmpuint (size, <=, 64 * 1024);
      weir_record_reader_push (reader, bytes, size, &reason);
      g_assert_cmpstr (reason, ==, NULL);
    }
  g_assert_true (weir_record_reader_is_empty (reader));
}

static char *
tap_channel (Fixture *f, const char *options)
{
  g_auto (Channel) channel = { NULL, NULL };
  g_autoptr (RawPeer) writer = NULL, reader = NULL, feed = NULL;
  g_autofree char *members = NULL;
  Records records = { NULL, FALSE };
  gint64 id;

  create (f, &channel);
  writer = open_end (f, channel.writer);
  reader = open_end (f, channel.reader);
  raw_peer_send_text (writer, "before the tap");
  {
    g_auto (RawFrame) frame = { 0 };

    raw_peer_next (reader, &frame); /* so it has passed */
  }
  members = g_strdup_printf (",\"channel_id\":\"%s\"%s", channel.writer->channel_id, options);
  feed = start_feed (f, "tap", members, &id);
  raw_peer_send_text (writer, "{\"type\":\"progress\"}");
  raw_peer_send (writer, RAW_FINAL | RAW_BINARY, "0123456789", 10);
  raw_peer_send_text (writer, "");
  raw_peer_send_close (writer, 1000, "done");
  raw_peer_wait_close (reader, NULL);
  raw_peer_send_close (reader, 1000, "");
  read_tap (feed, &records);
  return g_string_free (records.text, FALSE);
}

static void
drop_events (char *text)
{
  char *at;

  while ((at = strstr (text, "event\n")) != NULL)
    memmove (at, at + 6, strlen (at + 6) + 1);
}

static void
test_tap (Fixture *f, gconstpointer data)
{
  static const struct
  {
    const char *options, *wanted;
  } cases[] = {
    { "", "text 1 of 14: before the tap\ntext 2 of 19: {\"type\":\"progress\"}\nbinary 3 of 10: 0123456789\ntext 4 of "
          "0: \n" },
    { ",\"history\":false", "text 2 of 19: {\"type\":\"progress\"}\nbinary 3 of 10: 0123456789\ntext 4 of 0: \n" },
    { ",\"snaplen\":4", "text 1 of 14 cut: befo\ntext 2 of 19 cut: {\"ty\nbinary 3 of 10 cut: 0123\ntext 4 of 0: \n" },
    { ",\"kinds\":[\"binary\"]", "binary 3 of 10: 0123456789\n" },
    { ",\"kinds\":[\"text\"],\"snaplen\":0",
      "text 1 of 14: before the tap\ntext 2 of 19: {\"type\":\"progress\"}\ntext 4 of 0: \n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = tap_channel (f, cases[i].options);

      g_assert_nonnull (strstr (text, "event\n")); /* closed */
      drop_events (text);
      g_assert_cmpstr (text, ==, cases[i].wanted);
    }
}

/* The tapper leaves; the stream and the point do not care. */
static void
test_tapper_leaves (Fixture *f, gconstpointer data)
{
  g_auto (Channel) channel = { NULL, NULL };
  g_autoptr (RawPeer) writer = NULL, reader = NULL;
  RawPeer *feed;
  g_autofree char *members = NULL, *result = NULL;
  gint64 id;

  create (f, &channel);
  writer = open_end (f, channel.writer);
  reader = open_end (f, channel.reader);
  members = g_strdup_printf (",\"channel_id\":\"%s\"", channel.writer->channel_id);
  feed = start_feed (f, "tap", members, &id);
  raw_peer_free (feed);
  for (guint i = 0; i < 1000; i++)
    {
      g_auto (RawFrame) frame = { 0 };

      raw_peer_send_text (writer, "on and on");
      raw_peer_next (reader, &frame);
      g_assert_cmpuint (g_bytes_get_size (frame.payload), ==, 9);
    }
  result = ask (f, "describe", "{}");
  g_assert_nonnull (result);
}

static void
test_token (void)
{
  Fixture f = { NULL, NULL };
  g_autofree char *path = NULL, *hello = NULL, *result = NULL;
  int fd = g_file_open_tmp ("weir-token-XXXXXX", &path, NULL);

  g_assert_cmpint (write (fd, "s3cret\n", 7), ==, 7);
  close (fd);
  f.engine = engine_program_start ((const char *const[]){ "--name", NAME, "--token-file", path, NULL });
  f.observer = raw_peer_open (f.engine->port, "/?token=s3cret");
  hello = raw_peer_next_text (f.observer);
  wait_for_point (&f);

  assert_refused (&f, "describe", "{}", "WEIR_BAD_TOKEN", "token");
  assert_refused (&f, "describe", "{\"token\":\"s3cres\"}", "WEIR_BAD_TOKEN", "token");
  assert_refused (&f, "describe", "{\"token\":17}", "WEIR_BAD_TOKEN", "token");
  result = ask (&f, "describe", "{\"token\":\"s3cret\"}");
  g_assert_nonnull (result);
  tear_down (&f, NULL);
  g_unlink (path);
}

static void
assert_permits (Fixture *f, const char *data, const char *wanted)
{
  g_autofree char *description = ask (f, "describe", "%s", data);
  g_autofree char *permits = message_dup_span (description, "permits");

  g_assert_cmpstr (permits, ==, wanted);
}

/* Who has the point's own token may do everything; others what they could without it, and workers come in as ever. */
static void
test_point_token (void)
{
  Fixture f = { NULL, NULL };
  g_auto (Channel) channel = { NULL, NULL };
  g_autofree char *path = NULL, *plain = NULL, *signed_ = NULL, *result = NULL;
  int fd = g_file_open_tmp ("weir-token-XXXXXX", &path, NULL);

  g_assert_cmpint (write (fd, "0wner\n", 6), ==, 6);
  close (fd);
  set_up (&f, (const char *const[]){ "--name", NAME, "--point-token-file", path, NULL });
  assert_permits (&f, "{}", "[\"see\",\"read\"]");
  assert_permits (&f, "{\"token\":\"0wner\"}", "[\"see\",\"read\",\"reveal\",\"interfere\"]");
  assert_permits (&f, "{\"token\":\"0wnes\"}", "[\"see\",\"read\"]");
  assert_permits (&f, "{\"token\":{}}", "[\"see\",\"read\"]");

  create (&f, &channel);
  plain = g_strdup_printf ("{\"channel_id\":\"%s\",\"direction\":\"read\"}", channel.reader->channel_id);
  signed_ = g_strdup_printf ("{\"channel_id\":\"%s\",\"direction\":\"read\",\"token\":\"0wner\"}",
                             channel.reader->channel_id);
  assert_refused (&f, "reveal", plain, "WEIR_NOT_PERMITTED", "reveal");
  result = ask (&f, "reveal", "%s", signed_);
  g_assert_nonnull (strstr (result, channel.reader->access_key));
  tear_down (&f, NULL);
  g_unlink (path);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/engine/feeds/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("refusals", test_refusals);
  ADD ("watch-says-internal", test_watch_says_internal);
  ADD ("snapshot-in-parts", test_snapshot_in_parts);
  ADD ("stop", test_stop);
  ADD ("engine-stops", test_engine_stops);
  ADD ("engine-stops-while-held", test_engine_stops_while_held);
  ADD ("tap", test_tap);
  ADD ("tapper-leaves", test_tapper_leaves);
  g_test_add_func ("/engine/feeds/token", test_token);
  g_test_add_func ("/engine/feeds/point-token", test_point_token);

  return g_test_run ();
}
