/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-pace.h"

#define MIB (G_GUINT64_CONSTANT (1) << 20)

static void
test_pace (void)
{
  static const struct
  {
    gint64 elapsed_ms;
    guint64 mib;
    gboolean is_fast;
  } steps[] = {
    { 10, 1000, FALSE }, /* too short to tell */
    { 40, 0, TRUE },     /* with what went before */
    { 100, 10, TRUE },   /* 100 MiB/s: neither */
    { 100, 6, FALSE },   /* 60 */
    { 100, 10, FALSE },  /* 100: neither */
    { 50, 13, TRUE },    /* 260 */
    { 60 * 1000, 1000, FALSE },
  };
  WeirPace pace = { .since_us = 5 };
  gint64 now_us = 5;
  guint64 bytes = 0;

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      gboolean was_fast = pace.is_fast;

      now_us += steps[i].elapsed_ms * G_TIME_SPAN_MILLISECOND;
      bytes += steps[i].mib * MIB;
      g_assert_cmpint (weir_pace_note (&pace, bytes, now_us), ==, steps[i].is_fast != was_fast);
      g_assert_cmpint (weir_pace_get_lowat (&pace), ==, steps[i].is_fast ? WEIR_PACE_FAST_LOWAT : WEIR_PACE_SLOW_LOWAT);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pipe/pace/pace", test_pace);
  return g_test_run ();
}
