/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pipe-fixture.h"

/* What those see who look at a channel: taps and history on a live one, meters at their interval. */

typedef struct
{
  WeirTap *tap;
  WeirRecordReader *reader;
  GPtrArray *events;   /* of char: the JSON */
  GPtrArray *messages; /* of char */
  GArray *seqs;        /* of guint64 */
} Watcher;

static void
record_cb (const WeirRecordHead *head, const guint8 *payload, gsize len, gpointer user_data)
{
  Watcher *self = user_data;

  if (head->kind == WEIR_RECORD_EVENT)
    {
      g_assert_cmpuint (head->seq, ==, 0);
      g_ptr_array_add (self->events, g_strndup ((const char *) payload, len));
      return;
    }
  g_ptr_array_add (self->messages, g_strndup ((const char *) payload, len));
  g_array_append_val (self->seqs, head->seq);
}

static gboolean
wake_cb (gpointer user_data)
{
  Watcher *self = user_data;
  const char *reason;
  GBytes *bytes;

  while ((bytes = weir_tap_take (self->tap, 65536)) != NULL)
    {
      g_assert_true (
          weir_record_reader_push (self->reader, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &reason));
      g_bytes_unref (bytes);
    }
  return G_SOURCE_CONTINUE;
}

static gboolean
sleepy_wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static void
watcher_init (Watcher *self, Fixture *fixture, guint32 n, gboolean history, gboolean is_sleepy)
{
  *self = (Watcher){ .reader = weir_record_reader_new (record_cb, self) };
  self->tap = weir_tap_new (0, WEIR_TAP_TEXT | WEIR_TAP_BINARY, fixture->heard.context,
                            is_sleepy ? sleepy_wake_cb : wake_cb, self);
  self->events = g_ptr_array_new_with_free_func (g_free);
  self->messages = g_ptr_array_new_with_free_func (g_free);
  self->seqs = g_array_new (FALSE, FALSE, sizeof (guint64));
  weir_channel_door_add_tap (fixture->door, n, self->tap, history);
}

static void
watcher_clear (Watcher *self)
{
  weir_tap_cancel (self->tap);
  weir_tap_unref (self->tap);
  weir_record_reader_free (self->reader);
  g_ptr_array_unref (self->events);
  g_ptr_array_unref (self->messages);
  g_array_unref (self->seqs);
}

static gboolean
watcher_has_event (Watcher *self, const char *json)
{
  return g_ptr_array_find_with_equal_func (self->events, json, g_str_equal, NULL);
}

static void
test_tap_sees_everything (void)
{
  Fixture fixture;
  Watcher watcher;
  Peer writer, reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 64, 1 << 20);
  watcher_init (&watcher, &fixture, 1, FALSE, FALSE);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *text = g_strnfill (i % 5 == 0 ? 20000 : i, 'a' + i % 26);

      peer_send (&writer, i % 2 == 0 ? WEIR_OP_TEXT : WEIR_OP_BINARY, text, strlen (text));
      peer_expect (&reader, i % 2 == 0 ? WEIR_OP_TEXT : WEIR_OP_BINARY, text);
    }
  peer_send_close (&writer, 1000, "done");
  peer_expect_close (&reader, 0, NULL);
  peer_finish (&reader);
  peer_clear (&writer);

  WAIT_FOR (&fixture, watcher_has_event (&watcher, "{\"event\":\"closed\",\"by\":\"writer\"}"));
  g_assert_true (watcher_has_event (&watcher, "{\"event\":\"connected\",\"side\":\"writer\"}"));
  g_assert_true (watcher_has_event (&watcher, "{\"event\":\"connected\",\"side\":\"reader\"}"));
  g_assert_true (watcher_has_event (&watcher, "{\"event\":\"closed\",\"side\":\"writer\",\"code\":1000,"
                                              "\"clean\":true,\"reason\":\"done\"}"));
  g_assert_cmpuint (watcher.messages->len, ==, 100);
  for (guint i = 0; i < 100; i++)
    {
      g_assert_cmpuint (g_array_index (watcher.seqs, guint64, i), ==, i + 1);
      g_assert_cmpuint (strlen (watcher.messages->pdata[i]), ==, i % 5 == 0 ? 20000 : i);
    }
  watcher_clear (&watcher);
  fixture_clear (&fixture);
}

/* A late tap sees the last messages, then what comes, without a hole and without a repetition. */
static void
test_history_then_live (void)
{
  Fixture fixture;
  Watcher watcher;
  Peer writer, reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 64, 1 << 20);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  for (guint i = 0; i < 200; i++)
    {
      if (i == 150)
        {
          WAIT_FOR (&fixture, heard_get_meters (&fixture.heard, 1)->totals.written_messages == 150);
          watcher_init (&watcher, &fixture, 1, TRUE, FALSE);
        }
      peer_send_text (&writer, "m");
      peer_expect (&reader, WEIR_OP_TEXT, "m");
    }
  WAIT_FOR (&fixture, watcher.seqs->len > 0 && g_array_index (watcher.seqs, guint64, watcher.seqs->len - 1) == 200);
  g_assert_cmpuint (g_array_index (watcher.seqs, guint64, 0), <=, 200 - 64 - 13);
  for (guint i = 1; i < watcher.seqs->len; i++)
    g_assert_cmpuint (g_array_index (watcher.seqs, guint64, i), ==, g_array_index (watcher.seqs, guint64, i - 1) + 1);

  weir_channel_door_remove_tap (fixture.door, 1, watcher.tap);
  watcher_clear (&watcher);
  peer_clear (&writer);
  peer_clear (&reader);
  fixture_clear (&fixture);
}

static void
test_heartbeat (void)
{
  Fixture fixture;
  Watcher watcher;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 64, 1 << 20);
  watcher_init (&watcher, &fixture, 1, TRUE, FALSE);
  WAIT_FOR (&fixture, watcher.events->len == 2);
  g_assert_cmpstr (watcher.events->pdata[1], ==, "{\"event\":\"heartbeat\"}");
  watcher_clear (&watcher);
  fixture_clear (&fixture);
}

/* Nobody takes: the tap fills and drops, the channel does not notice. */
static void
test_tap_never_holds_the_writer (void)
{
  g_autofree char *data = g_strnfill (30000, 'd');
  const WeirPipeEvent *ended;
  Fixture fixture;
  Watcher watcher;
  Peer writer, reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 64, 8 << 20);
  watcher_init (&watcher, &fixture, 1, FALSE, TRUE);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  for (guint i = 0; i < 1000; i++)
    {
      peer_send (&writer, WEIR_OP_BINARY, data, 30000);
      peer_expect (&reader, WEIR_OP_BINARY, data);
    }
  peer_send_close (&writer, 1000, NULL);
  peer_expect_close (&reader, 0, NULL);
  peer_finish (&reader);
  peer_clear (&writer);
  ended = heard_wait_event (&fixture.heard, 1, WEIR_PIPE_ENDED, -1);
  g_assert_cmpuint (ended->meters.totals.paused_us, ==, 0);
  g_assert_cmpuint (weir_tap_get_n_dropped (watcher.tap), >, 700);
  wake_cb (&watcher);
  g_assert_cmpuint (watcher.messages->len + weir_tap_get_n_dropped (watcher.tap), ==, 1000);
  watcher_clear (&watcher);
  fixture_clear (&fixture);
}

static void
test_internal_is_not_watched (void)
{
  gint64 until_us;
  Fixture fixture;
  Watcher watcher;
  Peer writer, reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 64, 1 << 20);
  watcher_init (&watcher, &fixture, 1, TRUE, FALSE);
  weir_channel_door_set_internal (fixture.door, 1);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  peer_send_text (&writer, "not seen");
  peer_expect (&reader, WEIR_OP_TEXT, "not seen");
  heard_wait_event (&fixture.heard, 1, WEIR_PIPE_CONNECTED, WEIR_SIDE_READER);
  until_us = g_get_monotonic_time () + 150 * G_TIME_SPAN_MILLISECOND;
  WAIT_FOR (&fixture, g_get_monotonic_time () >= until_us);
  g_assert_cmpuint (fixture.heard.n_blocks, ==, 0);
  g_assert_cmpuint (watcher.events->len, ==, 0);
  g_assert_cmpuint (watcher.messages->len, ==, 0);
  g_assert_cmpuint (weir_budget_get_history_used (fixture.budget), ==, 0);

  watcher_clear (&watcher);
  watcher_init (&watcher, &fixture, 1, TRUE, FALSE); /* nor later */
  peer_send_text (&writer, "not seen");
  peer_expect (&reader, WEIR_OP_TEXT, "not seen");
  g_assert_cmpuint (watcher.messages->len, ==, 0);
  watcher_clear (&watcher);
  peer_clear (&writer);
  peer_clear (&reader);
  fixture_clear (&fixture);
}

/* Only what has changed is told, and at most once an interval. */
static void
test_meters (void)
{
  guint n_blocks = G_MAXUINT;
  gint64 until_us;
  Fixture fixture;
  Peer writers[3];

  fixture_init (&fixture, 1 << 30);
  for (guint n = 0; n < 3; n++)
    {
      fixture_open (&fixture, n, 64, 1 << 20);
      fixture_attach (&fixture, n, WEIR_SIDE_WRITER, &writers[n]);
      WAIT_FOR (&fixture, heard_get_meters (&fixture.heard, n)->writer == WEIR_PRESENCE_HERE);
    }
  for (guint tries = 0; fixture.heard.n_blocks != n_blocks; tries++) /* until nothing is said for three intervals */
    {
      g_assert_cmpuint (tries, <, 20);
      n_blocks = fixture.heard.n_blocks;
      until_us = g_get_monotonic_time () + 150 * G_TIME_SPAN_MILLISECOND;
      WAIT_FOR (&fixture, g_get_monotonic_time () >= until_us);
    }
  g_hash_table_remove_all (fixture.heard.meters);

  peer_send_text (&writers[1], "changed");
  WAIT_FOR (&fixture, heard_get_meters (&fixture.heard, 1)->totals.buffered_bytes == 7);
  g_assert_cmpuint (g_hash_table_size (fixture.heard.meters), ==, 1);
  for (guint n = 0; n < 3; n++)
    peer_clear (&writers[n]);
  fixture_clear (&fixture);
}

/* While the control thread does not listen, nothing piles up for it. */
static void
test_slow_control_thread (void)
{
  Fixture fixture;
  Peer writer, reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 64, 1 << 20);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  for (guint i = 0; i < 40; i++)
    {
      peer_send_text (&writer, "x");
      peer_expect (&reader, WEIR_OP_TEXT, "x");
      g_usleep (5000); /* lets intervals pass */
    }
  while (g_main_context_iteration (fixture.heard.context, FALSE))
    ;
  g_assert_cmpuint (fixture.heard.n_blocks, <=, 1);
  WAIT_FOR (&fixture, heard_get_meters (&fixture.heard, 1)->totals.written_messages == 40);
  peer_clear (&writer);
  peer_clear (&reader);
  fixture_clear (&fixture);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pipe/watch/tap-sees-everything", test_tap_sees_everything);
  g_test_add_func ("/pipe/watch/history-then-live", test_history_then_live);
  g_test_add_func ("/pipe/watch/heartbeat", test_heartbeat);
  g_test_add_func ("/pipe/watch/tap-never-holds-the-writer", test_tap_never_holds_the_writer);
  g_test_add_func ("/pipe/watch/internal-is-not-watched", test_internal_is_not_watched);
  g_test_add_func ("/pipe/watch/meters", test_meters);
  g_test_add_func ("/pipe/watch/slow-control-thread", test_slow_control_thread);
  return g_test_run ();
}
