/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-worker-backoff.h"

static void
test_schedule (void)
{
  static const double seconds[] = { 1, 2, 4, 8, 16, 30, 30, 30 };

  for (guint i = 0; i < G_N_ELEMENTS (seconds); i++)
    {
      g_assert_cmpfloat_with_epsilon (weir_worker_backoff_us (i + 1, 0.5) / 1e6, seconds[i], 1e-5);
      g_assert_cmpfloat_with_epsilon (weir_worker_backoff_us (i + 1, 0) / 1e6, seconds[i] * 0.7, 1e-5);
      g_assert_cmpfloat_with_epsilon (weir_worker_backoff_us (i + 1, 1) / 1e6, seconds[i] * 1.3, 1e-5);
    }
}

static void
test_extremes (void)
{
  g_assert_cmpint (weir_worker_backoff_us (0, 0.5), ==, weir_worker_backoff_us (1, 0.5));
  g_assert_cmpint (weir_worker_backoff_us (G_MAXUINT, 0.5), ==, 30 * G_USEC_PER_SEC);
  g_assert_cmpint (weir_worker_backoff_us (1, -5), ==, weir_worker_backoff_us (1, 0));
  g_assert_cmpint (weir_worker_backoff_us (1, 5), ==, weir_worker_backoff_us (1, 1));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/client/backoff/schedule", test_schedule);
  g_test_add_func ("/client/backoff/extremes", test_extremes);

  return g_test_run ();
}
