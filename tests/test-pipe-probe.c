/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-meter.h"
#include "weir-probe.h"

#define MS G_TIME_SPAN_MILLISECOND

/* Pings at @now_us; the ids are checked to differ. */
static void
ping (WeirProbe *probe, guint64 messages, gint64 now_us, guint8 id[WEIR_PROBE_SIZE])
{
  weir_probe_ping (probe, messages * 10, messages, now_us, id);
}

static void
test_connect (void)
{
  WeirProbe probe = { .state = WEIR_PROBE_WAITING };
  WeirProbeMark mark;
  guint8 id[WEIR_PROBE_SIZE];

  ping (&probe, 0, 1, id);
  g_assert_false (weir_probe_is_due (&probe, 0, 0, G_USEC_PER_SEC)); /* nothing was sent */
  g_assert_true (weir_probe_is_expected (&probe));
  g_assert_true (weir_probe_pong (&probe, id, sizeof id, &mark));
  g_assert_cmpuint (mark.messages, ==, 0);
  g_assert_cmpint (probe.state, ==, WEIR_PROBE_ANSWERED);
  g_assert_cmpint (weir_probe_next_us (&probe, 0, 0, 1), ==, 0);
}

static void
test_interval (void)
{
  WeirProbe probe = { .state = WEIR_PROBE_ANSWERED };
  guint8 id[WEIR_PROBE_SIZE];

  ping (&probe, 1, 1000 * MS, id);
  g_assert_false (weir_probe_is_due (&probe, 1, 0, 2000 * MS)); /* it stands behind everything */
  g_assert_false (weir_probe_is_due (&probe, 2, 0, 1249 * MS));
  g_assert_true (weir_probe_is_due (&probe, 2, 0, 1250 * MS));
  g_assert_cmpint (weir_probe_next_us (&probe, 2, 0, 1000 * MS), ==, 1250 * MS);
  g_assert_cmpint (weir_probe_next_us (&probe, 1, 0, 1000 * MS), ==, 0);
}

static void
test_pong_answers_those_before (void)
{
  WeirProbe probe = { .state = WEIR_PROBE_WAITING };
  WeirProbeMark mark;
  guint8 ids[3][WEIR_PROBE_SIZE];

  for (guint i = 0; i < 3; i++)
    ping (&probe, 5 * (i + 1), i * 300 * MS, ids[i]);
  g_assert_true (weir_probe_pong (&probe, ids[1], sizeof ids[1], &mark));
  g_assert_cmpuint (mark.messages, ==, 10);
  g_assert_cmpuint (mark.bytes, ==, 100);
  g_assert_false (weir_probe_pong (&probe, ids[0], sizeof ids[0], &mark)); /* answered with it */
  g_assert_false (weir_probe_pong (&probe, ids[1], sizeof ids[1], &mark));
  g_assert_true (weir_probe_pong (&probe, ids[2], sizeof ids[2], &mark));
  g_assert_cmpuint (mark.messages, ==, 15);
  g_assert_cmpuint (probe.n_marks, ==, 0);
}

static void
test_foreign_pong (void)
{
  WeirProbe probe = { .state = WEIR_PROBE_WAITING };
  WeirProbeMark mark;
  guint8 id[WEIR_PROBE_SIZE];

  ping (&probe, 1, 0, id);
  g_assert_false (weir_probe_pong (&probe, id, 7, &mark));
  g_assert_false (weir_probe_pong (&probe, NULL, 0, &mark));
  id[7] ^= 1;
  g_assert_false (weir_probe_pong (&probe, id, sizeof id, &mark));
  g_assert_cmpint (probe.state, ==, WEIR_PROBE_WAITING);
}

static void
test_gives_up (void)
{
  WeirProbe probe = { .state = WEIR_PROBE_WAITING };
  WeirProbeMark mark;
  guint8 id[WEIR_PROBE_SIZE];

  ping (&probe, 0, 1, id);
  g_assert_cmpint (weir_probe_next_us (&probe, 0, 0, 1), ==, 1 + WEIR_PROBE_GIVE_UP_US);
  g_assert_false (weir_probe_check (&probe, 1, WEIR_PROBE_GIVE_UP_US));
  g_assert_false (weir_probe_check (&probe, 0, 2 * WEIR_PROBE_GIVE_UP_US)); /* not idle: something is buffered */
  g_assert_true (weir_probe_check (&probe, 1, WEIR_PROBE_GIVE_UP_US + 1));
  g_assert_false (weir_probe_check (&probe, 1, WEIR_PROBE_GIVE_UP_US + 2)); /* once */
  g_assert_false (weir_probe_is_expected (&probe));
  g_assert_false (weir_probe_is_due (&probe, 9, 0, 9 * WEIR_PROBE_GIVE_UP_US));

  g_assert_true (weir_probe_pong (&probe, id, sizeof id, &mark)); /* it does answer after all */
  g_assert_true (weir_probe_is_expected (&probe));
}

static void
test_one_pong_is_enough (void)
{
  WeirProbe probe = { .state = WEIR_PROBE_ANSWERED };

  g_assert_false (weir_probe_check (&probe, 1, 100 * WEIR_PROBE_GIVE_UP_US));
}

static void
test_off (void)
{
  WeirProbe probe = { .state = WEIR_PROBE_OFF };

  g_assert_false (weir_probe_is_expected (&probe));
  g_assert_false (weir_probe_is_due (&probe, 1, 0, G_USEC_PER_SEC));
  g_assert_false (weir_probe_check (&probe, 1, 2 * WEIR_PROBE_GIVE_UP_US));
  g_assert_cmpint (weir_probe_next_us (&probe, 1, 0, 1), ==, 0);
}

static void
test_marks_are_bounded (void)
{
  WeirProbe probe = { .state = WEIR_PROBE_ANSWERED };
  WeirProbeMark mark;
  guint8 id[WEIR_PROBE_SIZE];
  gint64 now_us = 0;
  guint64 sent = 0;

  for (guint i = 0; i < 100; i++)
    {
      sent++;
      now_us += 300 * MS;
      if (weir_probe_is_due (&probe, sent, 0, now_us))
        ping (&probe, sent, now_us, id);
    }
  g_assert_cmpuint (probe.n_marks, ==, WEIR_PROBE_MAX_MARKS);
  g_assert_true (weir_probe_pong (&probe, id, sizeof id, &mark));
  g_assert_true (weir_probe_is_due (&probe, sent, mark.messages, now_us));
}

/* A reader is given twice the longest time that it lately took: a minute at least, and not for ever. */
static void
test_gaps (void)
{
  WeirMeter meter = { 0 };
  gint64 now_us = 1000 * (gint64) G_USEC_PER_SEC;

  weir_meter_set_outstanding (&meter, TRUE, FALSE, now_us);
  g_assert_cmpint (weir_meter_get_patience (&meter), ==, 0);
  now_us += 5 * G_USEC_PER_SEC;
  weir_meter_set_outstanding (&meter, TRUE, TRUE, now_us);
  g_assert_cmpint (weir_meter_get_patience (&meter), ==, 10 * G_USEC_PER_SEC);
  for (guint i = 0; i < 59; i++)
    {
      g_assert_cmpint (weir_meter_has_rhythm (&meter), ==, i + 1 >= WEIR_METER_RHYTHM);
      now_us += G_USEC_PER_SEC;
      weir_meter_set_outstanding (&meter, TRUE, TRUE, now_us);
      g_assert_cmpint (weir_meter_get_patience (&meter), ==, 10 * G_USEC_PER_SEC);
    }
  for (guint i = 0; i < 62; i++)
    weir_meter_set_outstanding (&meter, TRUE, TRUE, now_us += G_USEC_PER_SEC);
  g_assert_cmpint (weir_meter_get_patience (&meter), ==, 2 * G_USEC_PER_SEC);

  /* What is long ago is none. */
  now_us += 3 * WEIR_METER_GAPS_US;
  weir_meter_set_outstanding (&meter, FALSE, FALSE, now_us);
  weir_meter_set_outstanding (&meter, TRUE, FALSE, now_us);
  weir_meter_set_outstanding (&meter, TRUE, TRUE, now_us + 1);
  g_assert_false (weir_meter_has_rhythm (&meter));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pipe/probe/connect", test_connect);
  g_test_add_func ("/pipe/probe/interval", test_interval);
  g_test_add_func ("/pipe/probe/pong-answers-those-before", test_pong_answers_those_before);
  g_test_add_func ("/pipe/probe/foreign-pong", test_foreign_pong);
  g_test_add_func ("/pipe/probe/gives-up", test_gives_up);
  g_test_add_func ("/pipe/probe/one-pong-is-enough", test_one_pong_is_enough);
  g_test_add_func ("/pipe/probe/off", test_off);
  g_test_add_func ("/pipe/probe/marks-are-bounded", test_marks_are_bounded);
  g_test_add_func ("/pipe/meter/gaps", test_gaps);
  return g_test_run ();
}
