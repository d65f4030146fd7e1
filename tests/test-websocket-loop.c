/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-loop.h"

#include <gio/gio.h>

/* Long enough for a loaded machine: only a test that fails waits for it. */
#define LIMIT_US (30 * G_USEC_PER_SEC)

typedef struct
{
  WeirLoop *loop;
  GString *log;
  WeirTimer *timer;
  int n;
} Fixture;

static void
fixture_init (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  self->loop = weir_loop_new (&error);
  g_assert_no_error (error);
  self->log = g_string_new (NULL);
}

static void
fixture_clear (Fixture *self)
{
  g_string_free (self->log, TRUE);
  weir_loop_unref (self->loop);
}

static Fixture *current; /* where the callbacks that only have a letter write */

static void
log_letter (gpointer data)
{
  g_string_append_c (current->log, GPOINTER_TO_INT (data));
}

static void
quit (gpointer data)
{
  weir_loop_quit (data);
}

static void
fail (gpointer data)
{
  g_assert_not_reached ();
}

static void
test_posted_in_order (void)
{
  Fixture fixture = { 0 };

  fixture_init (&fixture);
  current = &fixture;
  for (const char *letter = "abcdef"; *letter != '\0'; letter++)
    weir_loop_post (fixture.loop, log_letter, GINT_TO_POINTER ((int) *letter), NULL);
  weir_loop_quit (fixture.loop); /* what was posted before is run all the same */
  weir_loop_run (fixture.loop);
  g_assert_cmpstr (fixture.log->str, ==, "abcdef");

  weir_loop_post (fixture.loop, log_letter, GINT_TO_POINTER ('g'), NULL); /* and it can be run again */
  weir_loop_post (fixture.loop, quit, fixture.loop, NULL);
  weir_loop_run (fixture.loop);
  g_assert_cmpstr (fixture.log->str, ==, "abcdefg");
  fixture_clear (&fixture);
}

static void
test_posted_but_never_run (void)
{
  Fixture fixture = { 0 };

  fixture_init (&fixture);
  current = &fixture;
  weir_loop_post (fixture.loop, fail, GINT_TO_POINTER ('x'), log_letter);
  weir_loop_post (fixture.loop, fail, GINT_TO_POINTER ('y'), NULL);
  weir_loop_post (fixture.loop, fail, GINT_TO_POINTER ('z'), log_letter);
  weir_loop_unref (fixture.loop);
  g_assert_cmpstr (fixture.log->str, ==, "xz");
  g_string_free (fixture.log, TRUE);
}

#define N_THREADS 4
#define N_POSTS   20000

typedef struct
{
  WeirLoop *loop;
  int thread;
  int n;
} Post;

static int last_of_thread[N_THREADS];
static int n_run;

static void
count_post (gpointer data)
{
  g_autofree Post *post = data;

  g_assert_cmpint (post->n, ==, last_of_thread[post->thread] + 1);
  last_of_thread[post->thread] = post->n;
  if (++n_run == N_THREADS * N_POSTS)
    weir_loop_quit (post->loop);
}

static gpointer
post_many (gpointer data)
{
  Post *start = data;

  for (int i = 1; i <= N_POSTS; i++)
    {
      Post *post = g_new (Post, 1);

      *post = (Post){ start->loop, start->thread, i };
      weir_loop_post (start->loop, count_post, post, g_free);
    }

  return NULL;
}

static void
test_many_threads (void)
{
  Fixture fixture = { 0 };
  GThread *threads[N_THREADS];
  Post starts[N_THREADS];

  fixture_init (&fixture);
  for (int i = 0; i < N_THREADS; i++)
    {
      starts[i] = (Post){ fixture.loop, i, 0 };
      threads[i] = g_thread_new ("poster", post_many, &starts[i]);
    }
  weir_loop_run (fixture.loop);
  g_assert_cmpint (n_run, ==, N_THREADS * N_POSTS);
  for (int i = 0; i < N_THREADS; i++)
    g_thread_join (threads[i]);
  fixture_clear (&fixture);
}

static gpointer
run_loop (gpointer data)
{
  weir_loop_run (data);

  return NULL;
}

static void
test_quit_from_another_thread (void)
{
  for (int i = 0; i < 200; i++)
    {
      g_autoptr (WeirLoop) loop = weir_loop_new (NULL);
      GThread *thread = g_thread_new ("loop", run_loop, loop);

      weir_loop_quit (loop);
      g_thread_join (thread);
    }
}

static void
test_timers_in_order (void)
{
  Fixture fixture = { 0 };
  gint64 now;

  fixture_init (&fixture);
  current = &fixture;
  now = weir_loop_now_us (fixture.loop);
  weir_loop_add_timer (fixture.loop, now + 3000, log_letter, GINT_TO_POINTER ('d'));
  weir_loop_add_timer (fixture.loop, now + 1000, log_letter, GINT_TO_POINTER ('b'));
  weir_loop_add_timer (fixture.loop, now - 1000, log_letter, GINT_TO_POINTER ('a'));
  weir_loop_add_timer (fixture.loop, now + 1000, log_letter,
                       GINT_TO_POINTER ('c')); /* the same moment: as they were added */
  weir_loop_add_timer (fixture.loop, now + 4000, quit, fixture.loop);
  weir_loop_run (fixture.loop);
  g_assert_cmpstr (fixture.log->str, ==, "abcd");
  g_assert_cmpint (weir_loop_now_us (fixture.loop), >=, now + 4000);
  fixture_clear (&fixture);
}

/* Random ones, a third of them cancelled: each of the others once, and none too early or out of order. */
#define N_TIMERS 2000

typedef struct
{
  WeirLoop *loop;
  WeirTimer *timer;
  gint64 at_us;
} Timed;

static gint64 last_at_us;
static int n_left;

static void
timed_cb (gpointer data)
{
  Timed *timed = data;

  g_assert_nonnull (timed->timer);
  timed->timer = NULL;
  g_assert_cmpint (timed->at_us, >=, last_at_us);
  g_assert_cmpint (weir_loop_now_us (timed->loop), >=, timed->at_us);
  last_at_us = timed->at_us;
  if (--n_left == 0)
    weir_loop_quit (timed->loop);
}

static void
test_many_timers (void)
{
  Fixture fixture = { 0 };
  g_autofree Timed *timed = g_new0 (Timed, N_TIMERS);

  fixture_init (&fixture);
  n_left = N_TIMERS;
  for (int i = 0; i < N_TIMERS; i++)
    {
      timed[i].loop = fixture.loop;
      timed[i].at_us = weir_loop_now_us (fixture.loop) + g_test_rand_int_range (0, 50000);
      timed[i].timer = weir_loop_add_timer (fixture.loop, timed[i].at_us, timed_cb, &timed[i]);
    }
  for (int i = 0; i < N_TIMERS; i++)
    if (g_test_rand_int_range (0, 3) == 0)
      {
        weir_timer_clear (&timed[i].timer);
        n_left--;
      }
  weir_loop_run (fixture.loop);
  for (int i = 0; i < N_TIMERS; i++)
    g_assert_null (timed[i].timer);
  fixture_clear (&fixture);
}

static void
again (gpointer data)
{
  Fixture *self = data;

  if (++self->n < 5)
    weir_loop_add_timer (self->loop, 0, again, self); /* always due: must not keep posted work away */
  else
    weir_loop_post (self->loop, quit, self->loop, NULL);
}

static void
test_timer_that_adds_itself (void)
{
  Fixture fixture = { 0 };

  fixture_init (&fixture);
  weir_loop_add_timer (fixture.loop, 0, again, &fixture);
  weir_loop_run (fixture.loop);
  g_assert_cmpint (fixture.n, ==, 5);
  fixture_clear (&fixture);
}

static void
cancel_other (gpointer data)
{
  Fixture *self = data;

  weir_timer_clear (&self->timer);
  weir_loop_quit (self->loop);
}

static void
test_timer_cancelled_by_timer (void)
{
  Fixture fixture = { 0 };

  fixture_init (&fixture);
  weir_loop_add_timer (fixture.loop, 0, cancel_other, &fixture);
  fixture.timer = weir_loop_add_timer (fixture.loop, 1, fail, NULL); /* due in the same dispatch */
  weir_loop_run (fixture.loop);
  g_assert_null (fixture.timer);
  fixture_clear (&fixture);
}

/* --- attached to a GMainContext --- */

static gboolean
too_late_cb (gpointer data)
{
  g_error ("nothing came in time");

  return G_SOURCE_REMOVE;
}

static void
iterate_until (GMainContext *context, GString *log, const char *expected)
{
  GSource *limit = g_timeout_source_new (LIMIT_US / 1000);

  g_source_set_callback (limit, too_late_cb, NULL, NULL);
  g_source_attach (limit, context);
  while (log->len < strlen (expected))
    g_main_context_iteration (context, TRUE);
  g_assert_cmpstr (log->str, ==, expected);
  g_source_destroy (limit);
  g_source_unref (limit);
}

static gpointer
post_letter (gpointer data)
{
  weir_loop_post (data, log_letter, GINT_TO_POINTER ('a'), NULL);

  return NULL;
}

static void
test_attached (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GError) error = NULL;
  Fixture fixture = { .loop = weir_loop_new_attached (context, G_PRIORITY_DEFAULT, &error),
                      .log = g_string_new (NULL) };
  GThread *thread;

  g_assert_no_error (error);
  current = &fixture;
  thread = g_thread_new ("poster", post_letter, fixture.loop);
  iterate_until (context, fixture.log, "a");
  g_thread_join (thread);

  fixture.timer =
      weir_loop_add_timer (fixture.loop, weir_loop_now_us (fixture.loop) + 1000, log_letter, GINT_TO_POINTER ('x'));
  weir_loop_add_timer (fixture.loop, weir_loop_now_us (fixture.loop) + 4000, log_letter, GINT_TO_POINTER ('c'));
  weir_loop_add_timer (fixture.loop, weir_loop_now_us (fixture.loop) + 2000, log_letter, GINT_TO_POINTER ('b'));
  weir_timer_clear (&fixture.timer);
  iterate_until (context, fixture.log, "abc");

  g_assert_false (g_main_context_iteration (context, FALSE)); /* it does not spin */
  weir_loop_unref (fixture.loop);
  g_assert_false (g_main_context_iteration (context, FALSE));
  g_string_free (fixture.log, TRUE);
}

static void
drop_loop (gpointer data)
{
  Fixture *self = data;

  g_string_append_c (self->log, 'q');
  g_clear_pointer (&self->loop, weir_loop_unref);
}

static void
test_attached_dropped_inside (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  Fixture fixture = { .loop = weir_loop_new_attached (context, G_PRIORITY_DEFAULT, NULL), .log = g_string_new (NULL) };

  weir_loop_post (fixture.loop, drop_loop, &fixture, NULL);
  iterate_until (context, fixture.log, "q");
  g_assert_false (g_main_context_iteration (context, FALSE));
  g_string_free (fixture.log, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/websocket/loop/posted/in-order", test_posted_in_order);
  g_test_add_func ("/websocket/loop/posted/never-run", test_posted_but_never_run);
  g_test_add_func ("/websocket/loop/posted/many-threads", test_many_threads);
  g_test_add_func ("/websocket/loop/quit/another-thread", test_quit_from_another_thread);
  g_test_add_func ("/websocket/loop/timers/in-order", test_timers_in_order);
  g_test_add_func ("/websocket/loop/timers/many", test_many_timers);
  g_test_add_func ("/websocket/loop/timers/adds-itself", test_timer_that_adds_itself);
  g_test_add_func ("/websocket/loop/timers/cancelled-by-timer", test_timer_cancelled_by_timer);
  g_test_add_func ("/websocket/loop/attached", test_attached);
  g_test_add_func ("/websocket/loop/attached/dropped-inside", test_attached_dropped_inside);

  return g_test_run ();
}
