/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine-program.h"
#include "fake-point.h"
#include "wait-for.h"
#include "weir-alarms.h"

/* Which channels have an alarm, against a point that says what the test wants. */

typedef struct
{
  EngineProgram *engine;
  FakePoint *point;
  WeirObserver *observer;
  WeirAlarms *alarms;
  guint n_raised, n_over, n_changed;
  guint last_kind;
} Fixture;

static void
raised_cb (WeirAlarms *alarms, WeirChannel *channel, guint kind, Fixture *fixture)
{
  fixture->n_raised++;
  fixture->last_kind = kind;
}

static void
over_cb (WeirAlarms *alarms, const char *channel_id, Fixture *fixture)
{
  g_assert_cmpstr (channel_id, ==, "a");
  fixture->n_over++;
}

static void
changed_cb (WeirAlarms *alarms, Fixture *fixture)
{
  fixture->n_changed++;
}

/* Two channels that nobody has connected to. */
static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *name = g_strnfill (200, 'x'); /* longer than an observer believes: the engine's own point is none */
  const char *const arguments[] = { "--listen", "127.0.0.1:0", "--name", name, NULL };
  g_autofree char *url = NULL;

  fixture->engine = engine_program_start (arguments);
  url = g_strdup_printf ("ws://127.0.0.1:%u", fixture->engine->port);
  fixture->point = fake_point_new (url, "weir::fake-1");
  fixture->observer = weir_observer_new (url);
  fake_point_add (fixture->point, "a", 1);
  fake_point_add (fixture->point, "b", 2);
  fake_point_start (fixture->point);
  weir_observer_start (fixture->observer);
  WAIT_FOR (weir_observer_get_state (fixture->observer) == WEIR_OBSERVER_LIVE);
  fixture->alarms = weir_alarms_new (fixture->observer);
  g_signal_connect (fixture->alarms, "raised", G_CALLBACK (raised_cb), fixture);
  g_signal_connect (fixture->alarms, "over", G_CALLBACK (over_cb), fixture);
  g_signal_connect (fixture->alarms, "changed", G_CALLBACK (changed_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->alarms);
  weir_observer_stop (fixture->observer);
  g_object_unref (fixture->observer);
  fake_point_free (fixture->point);
  if (fixture->engine != NULL)
    engine_program_stop (fixture->engine);
}

/* That of the first channel. */
static void
say_state (Fixture *fixture, WeirState state)
{
  WeirChannelInfo *info = fixture->point->infos->pdata[0];

  info->state = state;
  info->since_ms = fake_point_now_ms ();
  fake_point_say_string (fixture->point, weir_feed_write_changed (info));
}

static WeirState
get_state (Fixture *fixture)
{
  return weir_channel_get_state (weir_observer_lookup (fixture->observer, "a"));
}

/* One is raised once, counted, and over once, whoever looks how often. */
static void
test_raised_and_over (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpuint (weir_alarms_get_count (fixture->alarms), ==, 0);
  say_state (fixture, WEIR_STATE_STALLED);
  WAIT_FOR (weir_alarms_get_count (fixture->alarms) == 1);
  for (guint i = 0; i < 3; i++)
    weir_alarms_look (fixture->alarms, g_get_monotonic_time ());
  g_assert_true (weir_alarms_has (fixture->alarms, "a"));
  g_assert_false (weir_alarms_has (fixture->alarms, "b"));
  g_assert_cmpuint (fixture->n_raised, ==, 1);
  g_assert_cmpuint (fixture->n_changed, ==, 1);

  say_state (fixture, WEIR_STATE_FLOWING);
  WAIT_FOR (get_state (fixture) == WEIR_STATE_FLOWING);
  weir_alarms_look (fixture->alarms, g_get_monotonic_time ());
  g_assert_cmpuint (weir_alarms_get_count (fixture->alarms), ==, 0);
  g_assert_cmpuint (fixture->n_over, ==, 1);
  g_assert_cmpuint (fixture->n_changed, ==, 2);
}

/* One whose channel is forgotten is over; and so are all when nobody looks any more. */
static void
test_forgotten (Fixture *fixture, gconstpointer data)
{
  say_state (fixture, WEIR_STATE_STALLED);
  WAIT_FOR (weir_alarms_get_count (fixture->alarms) == 1);
  fake_point_say (fixture->point, "{\"type\":\"forgotten\",\"channel_id\":\"a\"}");
  WAIT_FOR (fixture->n_over == 1);
  g_assert_cmpuint (weir_alarms_get_count (fixture->alarms), ==, 0);
}

static void
test_stopped (Fixture *fixture, gconstpointer data)
{
  say_state (fixture, WEIR_STATE_STALLED);
  WAIT_FOR (weir_alarms_get_count (fixture->alarms) == 1);
  weir_alarms_stop (fixture->alarms);
  g_assert_cmpuint (weir_alarms_get_count (fixture->alarms), ==, 0);
  g_assert_cmpuint (fixture->n_changed, ==, 2);
}

/* What was seen before the connection was lost is no alarm. */
static void
test_lost (Fixture *fixture, gconstpointer data)
{
  say_state (fixture, WEIR_STATE_STALLED);
  WAIT_FOR (weir_alarms_get_count (fixture->alarms) == 1);
  engine_program_stop (g_steal_pointer (&fixture->engine));
  WAIT_FOR (weir_observer_get_state (fixture->observer) == WEIR_OBSERVER_LOST);
  WAIT_FOR (weir_alarms_get_count (fixture->alarms) == 0);
}

#define ADD(path, func) g_test_add ("/observer/alarms/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("raised-and-over", test_raised_and_over);
  ADD ("forgotten", test_forgotten);
  ADD ("stopped", test_stopped);
  ADD ("lost", test_lost);
  return g_test_run ();
}
