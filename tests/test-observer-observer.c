/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "engine-program.h"
#include "fake-point.h"
#include "wait-for.h"
#include "weir-observer.h"

/* The observer against the real engine's main socket and channels, and a point that says what the test wants. */

#define S ((gint64) G_USEC_PER_SEC)

typedef struct
{
  EngineProgram *engine;
  char *url;
  FakePoint *point; /* not started */
  WeirObserver *observer;
  guint n_updated;
} Fixture;

static void
updated_cb (WeirObserver *observer, Fixture *fixture)
{
  fixture->n_updated++;
}

/* An engine whose own point has a longer name than an observer believes: so it is none. */
static EngineProgram *
start_engine (guint16 port)
{
  g_autofree char *listen = g_strdup_printf ("127.0.0.1:%u", port);
  g_autofree char *name = g_strnfill (200, 'x');
  const char *const arguments[] = { "--listen", listen, "--name", name, NULL };

  return engine_program_start (arguments);
}

static void
set_up (Fixture *fixture, gconstpointer token)
{
  fixture->engine = start_engine (engine_program_pick_port ());
  fixture->url = g_strdup_printf ("ws://127.0.0.1:%u", fixture->engine->port);
  fixture->point = fake_point_new (fixture->url, "weir::fake-1");
  fixture->observer = weir_observer_new (fixture->url);
  weir_observer_set_access (fixture->observer, token, NULL);
  g_signal_connect (fixture->observer, "updated", G_CALLBACK (updated_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer token)
{
  gpointer observer = fixture->observer;
  gpointer worker = fixture->point->worker;

  weir_observer_stop (fixture->observer);
  g_assert_cmpint (weir_observer_get_state (fixture->observer), ==, WEIR_OBSERVER_STOPPED);
  g_object_add_weak_pointer (G_OBJECT (fixture->observer), &observer);
  g_object_unref (fixture->observer);
  WAIT_FOR (observer == NULL);
  g_object_add_weak_pointer (worker, &worker);
  fake_point_free (fixture->point);
  WAIT_FOR (worker == NULL);
  engine_program_stop (fixture->engine);
  g_free (fixture->url);
}

static gboolean
is_in_state (Fixture *fixture, WeirObserverState state)
{
  return weir_observer_get_state (fixture->observer) == state;
}

static guint
count_channels (Fixture *fixture)
{
  return g_list_model_get_n_items (weir_observer_get_channels (fixture->observer));
}

/* Two channels at the point, and the observer live. */
static void
go_live (Fixture *fixture)
{
  fake_point_add (fixture->point, "a", 1);
  fake_point_add (fixture->point, "b", 2);
  fake_point_start (fixture->point);
  weir_observer_start (fixture->observer);
  WAIT_FOR (is_in_state (fixture, WEIR_OBSERVER_LIVE));
}

static void
test_live (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirChannel) first = NULL;
  WeirSummary summary;

  g_assert_cmpint (weir_observer_get_state (fixture->observer), ==, WEIR_OBSERVER_STOPPED);
  go_live (fixture);
  g_assert_cmpuint (count_channels (fixture), ==, 2);
  g_assert_cmpuint (g_strv_length ((char **) weir_observer_get_points (fixture->observer)), ==, 1);
  g_assert_cmpstr (weir_observer_get_points (fixture->observer)[0], ==, "fake-1");
  g_assert_no_error (weir_observer_get_error (fixture->observer));
  g_assert_cmpint (weir_observer_get_retry_at_us (fixture->observer), ==, 0);
  first = g_list_model_get_item (weir_observer_get_channels (fixture->observer), 0);
  g_assert_cmpstr (weir_channel_get_id (first), ==, "b");
  g_assert_true (weir_observer_lookup (fixture->observer, "b") == first);
  g_assert_nonnull (strstr (fixture->point->last_payload, "\"interval_ms\":250"));
  g_assert_null (strstr (fixture->point->last_payload, "token"));

  fake_point_say_sample (fixture->point, 2,
                         (WeirTotals){ .written_bytes = 500, .sent_bytes = 300, .buffered_bytes = 200 });
  WAIT_FOR (weir_channel_get_info (first)->totals.written_bytes == 500);
  summary = weir_observer_get_summary (fixture->observer, g_get_monotonic_time ());
  g_assert_cmpuint (summary.n_channels, ==, 2);
  g_assert_cmpuint (summary.n_flowing, ==, 2);
  g_assert_cmpfloat (summary.rates.buffered_bytes, ==, 200);
  g_assert_cmpfloat (summary.rates.written, >, 0);
  WAIT_FOR (weir_series_get_first_us (weir_observer_get_total_series (fixture->observer)) != 0);
  fixture->n_updated = 0;
  fake_point_say_sample (fixture->point, 2, (WeirTotals){ .written_bytes = 600 });
  WAIT_FOR (fixture->n_updated > 0);
}

/* A stock engine; and then a point comes. */
static void
test_no_point (Fixture *fixture, gconstpointer data)
{
  weir_observer_start (fixture->observer);
  g_assert_cmpint (weir_observer_get_state (fixture->observer), ==, WEIR_OBSERVER_CONNECTING);
  WAIT_FOR (is_in_state (fixture, WEIR_OBSERVER_NO_POINT));
  g_assert_no_error (weir_observer_get_error (fixture->observer));

  fake_point_add (fixture->point, "a", 1);
  fake_point_start (fixture->point);
  WAIT_FOR (is_in_state (fixture, WEIR_OBSERVER_LIVE));
  g_assert_cmpuint (count_channels (fixture), ==, 1);
}

/* A listener may put a prefix before ids; and what only looks like a point is none. */
static void
test_names (Fixture *fixture, gconstpointer data)
{
  static const char *const prefixes[] = {
    "noweir::fake", "weir::Fake", "weir::fake_1", "weir::", "weir", "weir::a::b"
  };
  FakePoint *points[G_N_ELEMENTS (prefixes)];
  g_autoptr (FakePoint) prefixed = fake_point_new (fixture->url, "team::weir::fake-9");

  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      points[i] = fake_point_new (fixture->url, prefixes[i]);
      fake_point_start (points[i]);
      WAIT_FOR (weir_worker_get_state (points[i]->worker) == WEIR_WORKER_CONNECTED);
    }
  weir_observer_start (fixture->observer);
  WAIT_FOR (is_in_state (fixture, WEIR_OBSERVER_NO_POINT));

  fake_point_add (prefixed, "a", 1);
  fake_point_start (prefixed);
  WAIT_FOR (is_in_state (fixture, WEIR_OBSERVER_LIVE));
  g_assert_cmpstr (weir_observer_get_points (fixture->observer)[0], ==, "fake-9");
  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    {
      g_assert_cmpuint (points[i]->n_described, ==, 0);
      fake_point_free (points[i]);
    }
}

static void
test_no_engine (Fixture *fixture, gconstpointer data)
{
  WeirObserver *observer = weir_observer_new ("ws://127.0.0.1:1");

  weir_observer_start (observer);
  WAIT_FOR (weir_observer_get_retry_at_us (observer) != 0);
  g_assert_cmpint (weir_observer_get_state (observer), ==, WEIR_OBSERVER_CONNECTING);
  g_assert_nonnull (weir_observer_get_error (observer));
  weir_observer_retry_now (observer);
  weir_observer_stop (observer);
  g_assert_cmpint (weir_observer_get_state (observer), ==, WEIR_OBSERVER_STOPPED);
  g_object_add_weak_pointer (G_OBJECT (observer), (gpointer *) &observer);
  g_object_unref (observer);
  WAIT_FOR (observer == NULL);
}

/* How its only point stands. */
static void
assert_point (Fixture *fixture, WeirPointState state)
{
  WeirPointInfo point;

  g_assert_cmpuint (weir_observer_get_n_points (fixture->observer), ==, 1);
  point = weir_observer_get_point (fixture->observer, 0);
  g_assert_cmpstr (point.name, ==, "fake-1");
  g_assert_cmpstr (point.prefix, ==, "weir::fake-1");
  g_assert_cmpint (point.state, ==, state);
  g_assert_true ((point.error != NULL) == (state != WEIR_POINT_LIVE && state != WEIR_POINT_GONE));
}

/* Each way in which a point can be of no use is told, with its name. */
static void
assert_refused (Fixture *fixture, const char *words, WeirPointState state)
{
  fake_point_start (fixture->point);
  weir_observer_start (fixture->observer);
  WAIT_FOR (weir_observer_get_error (fixture->observer) != NULL);
  g_assert_cmpint (weir_observer_get_state (fixture->observer), ==, WEIR_OBSERVER_NO_POINT);
  g_assert_cmpint (weir_observer_get_retry_at_us (fixture->observer), >, 0);
  if (!g_pattern_match_simple (words, weir_observer_get_error (fixture->observer)->message))
    g_error ("“%s” is not like “%s”", weir_observer_get_error (fixture->observer)->message, words);
  g_assert_null (strstr (weir_observer_get_error (fixture->observer)->message, "s3cret"));
  assert_point (fixture, state);
}

static void
test_refused_describe (Fixture *fixture, gconstpointer data)
{
  fixture->point->refuse_verb = "describe";
  fixture->point->refuse_code = "WEIR_BAD_TOKEN";
  assert_refused (fixture, "fake-1*describe*WEIR_BAD_TOKEN*", WEIR_POINT_WANTS_TOKEN);
  g_assert_nonnull (strstr (fixture->point->last_payload, "\"token\":\"s3cret\""));

  /* Let in now. */
  fixture->point->refuse_verb = NULL;
  weir_observer_retry_now (fixture->observer);
  WAIT_FOR (is_in_state (fixture, WEIR_OBSERVER_LIVE));
  g_assert_no_error (weir_observer_get_error (fixture->observer));
  assert_point (fixture, WEIR_POINT_LIVE);
  g_assert_nonnull (strstr (fixture->point->last_payload, "\"token\":\"s3cret\"")); /* watch has it, too */

  weir_worker_stop (fixture->point->worker);
  WAIT_FOR (weir_observer_get_point (fixture->observer, 0).state == WEIR_POINT_GONE);
  assert_point (fixture, WEIR_POINT_GONE);
}

static void
test_refused_watch (Fixture *fixture, gconstpointer data)
{
  fixture->point->refuse_verb = "watch";
  fixture->point->refuse_code = "WEIR_LIMIT";
  assert_refused (fixture, "fake-1*watch*WEIR_LIMIT*", WEIR_POINT_REFUSED);
}

static void
test_not_permitted (Fixture *fixture, gconstpointer data)
{
  fixture->point->permits = "[\"read\"]";
  assert_refused (fixture, "fake-1 does not permit*", WEIR_POINT_WANTS_TOKEN);
}

static void
test_other_protocol (Fixture *fixture, gconstpointer data)
{
  fixture->point->protocol = 2;
  assert_refused (fixture, "fake-1 speaks protocol 2*", WEIR_POINT_BROKEN);
}

/* Ours never show, whatever the point says of them. */
static void
test_own_hidden (Fixture *fixture, gconstpointer data)
{
  go_live (fixture);
  fake_point_add (fixture->point, fixture->point->feed_channel, 3);
  fake_point_add (fixture->point, "c", 4);
  fake_point_say_snapshot (fixture->point);
  WAIT_FOR (weir_observer_lookup (fixture->observer, "c") != NULL);
  g_assert_null (weir_observer_lookup (fixture->observer, fixture->point->feed_channel));
  g_assert_cmpuint (count_channels (fixture), ==, 3);
}

/* A feed that does not obey: an error that names the point, and another try. */
static void
test_bad_feed (Fixture *fixture, gconstpointer data)
{
  go_live (fixture);
  fake_point_say (fixture->point, "{\"type\":\"samples\"}");
  WAIT_FOR (!is_in_state (fixture, WEIR_OBSERVER_LIVE));
  g_assert_cmpint (weir_observer_get_state (fixture->observer), ==, WEIR_OBSERVER_LOST);
  g_assert_true (g_str_has_prefix (weir_observer_get_error (fixture->observer)->message, "fake-1: "));
  g_assert_true (weir_channel_is_stale (weir_observer_lookup (fixture->observer, "a")));
  g_assert_cmpuint (count_channels (fixture), ==, 2);

  g_ptr_array_remove_index (fixture->point->infos, 0); /* what is gone by then leaves */
  WAIT_FOR (is_in_state (fixture, WEIR_OBSERVER_LIVE));
  g_assert_cmpuint (fixture->point->n_watched, ==, 2);
  g_assert_null (weir_observer_lookup (fixture->observer, "a"));
  g_assert_false (weir_channel_is_stale (weir_observer_lookup (fixture->observer, "b")));
  WAIT_FOR (fixture->point->n_stopped == 1); /* the first feed was called off */
}

static void
test_binary_feed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);

  go_live (fixture);
  weir_channel_writer_write_async (fixture->point->feed, bytes, NULL, NULL, NULL);
  WAIT_FOR (is_in_state (fixture, WEIR_OBSERVER_LOST));
  g_assert_nonnull (strstr (weir_observer_get_error (fixture->observer)->message, "not text"));
}

static void
test_broken_feed (Fixture *fixture, gconstpointer data)
{
  go_live (fixture);
  fake_point_break_feed (fixture->point);
  WAIT_FOR (is_in_state (fixture, WEIR_OBSERVER_LOST));
  g_assert_nonnull (strstr (weir_observer_get_error (fixture->observer)->message, "fake-1"));
  weir_observer_retry_now (fixture->observer);
  WAIT_FOR (is_in_state (fixture, WEIR_OBSERVER_LIVE));
}

static void
test_closed_feed (Fixture *fixture, gconstpointer data)
{
  go_live (fixture);
  weir_channel_writer_close_async (fixture->point->feed, NULL, NULL, NULL);
  WAIT_FOR (is_in_state (fixture, WEIR_OBSERVER_LOST));
  g_assert_cmpstr (weir_observer_get_error (fixture->observer)->message, ==, "fake-1 has ended its feed");
}

/* The engine is killed and started again, its point has a new name: what was seen stays, stale, and has ended when the
 * new one is live. */
static void
test_engine_lost (Fixture *fixture, gconstpointer data)
{
  gint64 begun_us = g_get_monotonic_time ();
  gint64 lost_us;
  guint16 port = fixture->engine->port;
  WeirChannel *channel;
  g_autoptr (FakePoint) other = fake_point_new (fixture->url, "weir::fake-2");

  go_live (fixture);
  g_object_get (fixture->observer, "lost-us", &lost_us, NULL);
  g_assert_cmpint (lost_us, ==, 0);
  weir_worker_stop (fixture->point->worker);
  engine_program_stop (fixture->engine);
  WAIT_FOR (is_in_state (fixture, WEIR_OBSERVER_LOST));
  g_object_get (fixture->observer, "lost-us", &lost_us, NULL);
  g_assert_cmpint (lost_us, >, begun_us);
  g_assert_cmpint (lost_us, <=, g_get_monotonic_time ());
  WAIT_FOR (weir_observer_get_retry_at_us (fixture->observer) != 0);
  g_assert_nonnull (weir_observer_get_error (fixture->observer));
  g_assert_cmpuint (count_channels (fixture), ==, 2);
  g_assert_true (weir_channel_is_stale (weir_observer_lookup (fixture->observer, "a")));
  g_assert_cmpuint (g_strv_length ((char **) weir_observer_get_points (fixture->observer)), ==, 0);

  fixture->engine = start_engine (port);
  fake_point_add (other, "c", 1);
  fake_point_start (other);
  weir_observer_retry_now (fixture->observer);
  WAIT_FOR (is_in_state (fixture, WEIR_OBSERVER_LIVE));
  WAIT_FOR (count_channels (fixture) == 3);
  g_assert_nonnull (weir_observer_lookup (fixture->observer, "c"));
  channel = weir_observer_lookup (fixture->observer, "a");
  WAIT_FOR (weir_channel_get_state (channel) == WEIR_STATE_CLOSED);
  g_assert_cmpint (weir_channel_get_info (channel)->ended_by, ==, WEIR_ENDED_ENGINE);
  g_assert_cmpint (weir_channel_get_info (channel)->ended_at_ms, >, 0);
  g_assert_cmpstr (weir_observer_get_points (fixture->observer)[0], ==, "fake-2");
}

/* --- taps --- */

static WeirMessageKind
kind_at (WeirTapReader *tap, guint i)
{
  g_autoptr (WeirMessage) message = g_list_model_get_item (G_LIST_MODEL (weir_tap_reader_get_messages (tap)), i);

  return weir_message_get_kind (message);
}

static void
test_tap (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirTapReader) tap = NULL;
  GListModel *messages;

  go_live (fixture);
  tap = weir_observer_tap (fixture->observer, weir_observer_lookup (fixture->observer, "a"));
  g_assert_cmpint (weir_tap_reader_get_state (tap), ==, WEIR_TAP_READER_OPENING);
  messages = G_LIST_MODEL (weir_tap_reader_get_messages (tap));
  WAIT_FOR (weir_tap_reader_get_state (tap) == WEIR_TAP_READER_LIVE);
  g_assert_nonnull (strstr (fixture->point->last_payload, "\"channel_id\":\"a\""));
  g_assert_nonnull (strstr (fixture->point->last_payload, "\"snaplen\":65536"));
  g_assert_nonnull (strstr (fixture->point->last_payload, "\"history\":true"));

  fake_point_send_record (fixture->point, WEIR_RECORD_EVENT, 0, "{\"event\":\"connected\"}");
  fake_point_send_record (fixture->point, WEIR_RECORD_TEXT, 1, "hello");
  fake_point_send_record (fixture->point, WEIR_RECORD_EVENT, 0, "{\"event\":\"heartbeat\"}");
  fake_point_send_record (fixture->point, WEIR_RECORD_BINARY, 2, "PAR1");
  WAIT_FOR (g_list_model_get_n_items (messages) == 3);
  g_assert_cmpint (kind_at (tap, 1), ==, WEIR_MESSAGE_TEXT);
  g_assert_cmpint (kind_at (tap, 2), ==, WEIR_MESSAGE_BINARY);

  weir_channel_writer_close_async (fixture->point->tap, NULL, NULL, NULL);
  WAIT_FOR (weir_tap_reader_get_state (tap) == WEIR_TAP_READER_ENDED);
  g_assert_cmpuint (g_list_model_get_n_items (messages), ==, 3);
}

static void
test_tap_stopped (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirTapReader) tap = NULL;

  go_live (fixture);
  tap = weir_observer_tap (fixture->observer, weir_observer_lookup (fixture->observer, "a"));
  WAIT_FOR (weir_tap_reader_get_state (tap) == WEIR_TAP_READER_LIVE);
  weir_tap_reader_stop (tap);
  g_assert_cmpint (weir_tap_reader_get_state (tap), ==, WEIR_TAP_READER_ENDED);
  WAIT_FOR (fixture->point->n_stopped == 1);
}

static void
test_tap_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirTapReader) tap = NULL;

  go_live (fixture);
  fixture->point->refuse_verb = "tap";
  fixture->point->refuse_code = "WEIR_UNKNOWN_CHANNEL";
  tap = weir_observer_tap (fixture->observer, weir_observer_lookup (fixture->observer, "a"));
  WAIT_FOR (weir_tap_reader_get_state (tap) == WEIR_TAP_READER_FAILED);
  g_assert_nonnull (strstr (weir_tap_reader_get_error (tap)->message, "WEIR_UNKNOWN_CHANNEL"));
}

static void
test_tap_broken (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirTapReader) tap = NULL;

  go_live (fixture);
  tap = weir_observer_tap (fixture->observer, weir_observer_lookup (fixture->observer, "a"));
  WAIT_FOR (weir_tap_reader_get_state (tap) == WEIR_TAP_READER_LIVE);
  weir_channel_writer_send_message_async (fixture->point->tap, "no record", NULL, NULL, NULL);
  WAIT_FOR (weir_tap_reader_get_state (tap) == WEIR_TAP_READER_FAILED);
  g_assert_nonnull (strstr (weir_tap_reader_get_error (tap)->message, "fake-1"));
}

/* A tap that is dropped at any moment leaves nothing behind; LeakSanitizer watches. */
static void
test_tap_dropped (Fixture *fixture, gconstpointer data)
{
  go_live (fixture);
  for (guint turns = 0; turns < 40; turns++)
    {
      WeirTapReader *tap = weir_observer_tap (fixture->observer, weir_observer_lookup (fixture->observer, "a"));

      for (guint i = 0; i < turns; i++)
        g_main_context_iteration (NULL, FALSE);
      g_object_unref (tap);
    }
  fixture->n_updated = 0;
  fake_point_say_sample (fixture->point, 2, (WeirTotals){ .written_bytes = 600 });
  WAIT_FOR (fixture->n_updated > 0);
  g_assert_true (is_in_state (fixture, WEIR_OBSERVER_LIVE));
}

/* No point is there: the tap says so. */
static void
test_tap_stale (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirTapReader) tap = NULL;

  go_live (fixture);
  fake_point_say (fixture->point, "x");
  WAIT_FOR (is_in_state (fixture, WEIR_OBSERVER_LOST));
  tap = weir_observer_tap (fixture->observer, weir_observer_lookup (fixture->observer, "a"));
  g_assert_cmpint (weir_tap_reader_get_state (tap), ==, WEIR_TAP_READER_FAILED);
  g_assert_nonnull (weir_tap_reader_get_error (tap));
}

#define CASE(name, token, test) g_test_add ("/observer/observer/" name, Fixture, token, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_autofree char *cache = g_dir_make_tmp ("weir-test-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (cache, "weir", NULL);
  int result;

  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  g_test_init (&argc, &argv, NULL);
  CASE ("live", NULL, test_live);
  CASE ("no-point", NULL, test_no_point);
  CASE ("names", NULL, test_names);
  CASE ("no-engine", NULL, test_no_engine);
  CASE ("refused-describe", "s3cret", test_refused_describe);
  CASE ("refused-watch", NULL, test_refused_watch);
  CASE ("not-permitted", NULL, test_not_permitted);
  CASE ("other-protocol", NULL, test_other_protocol);
  CASE ("own-hidden", NULL, test_own_hidden);
  CASE ("bad-feed", NULL, test_bad_feed);
  CASE ("binary-feed", NULL, test_binary_feed);
  CASE ("broken-feed", NULL, test_broken_feed);
  CASE ("closed-feed", NULL, test_closed_feed);
  CASE ("engine-lost", NULL, test_engine_lost);
  CASE ("tap", NULL, test_tap);
  CASE ("tap-stopped", NULL, test_tap_stopped);
  CASE ("tap-refused", NULL, test_tap_refused);
  CASE ("tap-broken", NULL, test_tap_broken);
  CASE ("tap-dropped", NULL, test_tap_dropped);
  CASE ("tap-stale", NULL, test_tap_stale);
  result = g_test_run ();
  g_rmdir (folder);
  g_rmdir (cache);
  return result;
}
