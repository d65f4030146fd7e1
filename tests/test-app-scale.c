/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>

#include "weir-graph-scale.h"
#include "weir-graph-time.h"

#define NB "\u00a0" /* before a unit */

static void
test_rates (void)
{
  static const struct
  {
    double peak;
    WeirUnits units;
    double max;
    const char *unit, *top, *half;
  } cases[] = {
    { 0, WEIR_UNITS_DECIMAL, 10, "B/s", "10", "5" },
    { 11, WEIR_UNITS_DECIMAL, 12, "B/s", "12", "6" },
    { 999, WEIR_UNITS_DECIMAL, 1000, "B/s", "1000", "500" },
    { 1000, WEIR_UNITS_DECIMAL, 1000, "kB/s", "1", "0.5" },
    { 11900000, WEIR_UNITS_DECIMAL, 12000000, "MB/s", "12", "6" },
    { 42e6, WEIR_UNITS_DECIMAL, 50e6, "MB/s", "50", "25" },
    { 1.05e9, WEIR_UNITS_DECIMAL, 1.2e9, "GB/s", "1.2", "0.6" },
    { 1536, WEIR_UNITS_BINARY, 1.6 * 1024, "KiB/s", "1.6", "0.8" },
    { 700 * 1048576.0, WEIR_UNITS_BINARY, 800 * 1048576.0, "MiB/s", "800", "400" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      WeirGraphScale scale = { 0 };
      g_autofree char *top = NULL, *half = NULL;

      weir_graph_scale_update_rate (&scale, cases[i].peak, cases[i].units);
      top = weir_graph_scale_label (&scale, scale.max);
      half = weir_graph_scale_label (&scale, scale.max / 2);
      g_assert_cmpfloat_with_epsilon (scale.max, cases[i].max, cases[i].max * 1e-9);
      g_assert_cmpstr (scale.unit, ==, cases[i].unit);
      g_assert_cmpstr (top, ==, cases[i].top);
      g_assert_cmpstr (half, ==, cases[i].half);
    }
}

/* Up at once, down only when less than half is used. */
static void
test_steady (void)
{
  WeirGraphScale scale = { 0 };

  weir_graph_scale_update_rate (&scale, 90e6, WEIR_UNITS_DECIMAL);
  g_assert_cmpfloat (scale.max, ==, 100e6);
  weir_graph_scale_update_rate (&scale, 55e6, WEIR_UNITS_DECIMAL);
  g_assert_cmpfloat (scale.max, ==, 100e6);
  weir_graph_scale_update_rate (&scale, 45e6, WEIR_UNITS_DECIMAL);
  g_assert_cmpfloat (scale.max, ==, 50e6);
  weir_graph_scale_update_rate (&scale, 101e6, WEIR_UNITS_DECIMAL);
  g_assert_cmpfloat (scale.max, ==, 120e6);
  weir_graph_scale_update_rate (&scale, 101e6, WEIR_UNITS_BINARY);
  g_assert_cmpstr (scale.unit, ==, "MiB/s");
}

static void
test_counts (void)
{
  WeirGraphScale scale = { 0 };

  weir_graph_scale_update_count (&scale, 0);
  g_assert_cmpfloat (scale.max, ==, 2);
  weir_graph_scale_update_count (&scale, 64);
  g_assert_cmpfloat (scale.max, ==, 80);
  g_assert_cmpstr (scale.unit, ==, "");
}

/* A point, also where the locale has a comma (if such a locale is installed: else this asks for less). */
static void
test_labels (void)
{
  WeirGraphScale scale = { .max = 2.5e6, .divisor = 1e6 };
  g_autofree char *label = NULL;

  if (setlocale (LC_NUMERIC, "de_DE.UTF-8") == NULL)
    setlocale (LC_NUMERIC, "fr_FR.UTF-8");
  label = weir_graph_scale_label (&scale, 1.25e6);
  g_assert_cmpstr (label, ==, "1.25");
  setlocale (LC_NUMERIC, "C");
}

/* What a graph shows that stands still is not so long ago as it says while it lives. */
static void
test_times (void)
{
  static const struct
  {
    WeirGraphStop stop;
    gint64 before_us;
    const char *time, *start, *at;
  } cases[] = {
    { WEIR_GRAPH_LIVES, 25 * G_USEC_PER_SEC, "25" NB "s ago", "25 s ago", "now" },
    { WEIR_GRAPH_ENDED, 59 * G_USEC_PER_SEC, "59" NB "s before the end", "59 s before the end", "end" },
    { WEIR_GRAPH_ENDED, -500000, "500" NB "ms after the end", NULL, "end" },
    { WEIR_GRAPH_ENDED, 60 * G_USEC_PER_SEC - 20000, NULL, "60 s before the end", "end" },
    { WEIR_GRAPH_LOST, 150 * G_USEC_PER_SEC, "2" NB "m" NB "30" NB "s before the connection was lost",
      "2.5 min before the connection was lost", "connection lost" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *time = weir_graph_describe_time (cases[i].stop, cases[i].before_us);
      g_autofree char *start = weir_graph_describe_start (cases[i].stop, cases[i].before_us);

      if (cases[i].time != NULL)
        g_assert_cmpstr (time, ==, cases[i].time);
      if (cases[i].start != NULL)
        g_assert_cmpstr (start, ==, cases[i].start);
      g_assert_cmpstr (weir_graph_describe_stop (cases[i].stop), ==, cases[i].at);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/scale/rates", test_rates);
  g_test_add_func ("/app/scale/steady", test_steady);
  g_test_add_func ("/app/scale/counts", test_counts);
  g_test_add_func ("/app/scale/labels", test_labels);
  g_test_add_func ("/app/scale/times", test_times);
  return g_test_run ();
}
