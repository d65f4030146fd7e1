/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-worker-backoff.h"

#define FIRST_US ((gint64) G_USEC_PER_SEC)
#define MAX_US   (30 * (gint64) G_USEC_PER_SEC)
#define JITTER   0.3

gint64
weir_worker_backoff_us (guint attempt, double random)
{
  guint n_doublings = CLAMP (attempt, 1, 6) - 1; /* 2⁵ s is over the limit */
  gint64 base_us = MIN (FIRST_US << n_doublings, MAX_US);

  return base_us * (1 - JITTER + 2 * JITTER * CLAMP (random, 0, 1));
}
