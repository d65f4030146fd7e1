/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-shaper.h"

void
weir_shaper_set (WeirShaper *self, gboolean is_held, guint64 rate, gint64 now_us)
{
  *self = (WeirShaper){ .is_held = is_held, .rate = rate, .at_us = now_us };
}

static double
weir_shaper_get_burst (const WeirShaper *self)
{
  return MAX ((double) self->rate * WEIR_SHAPER_BURST_US / G_USEC_PER_SEC, 1);
}

gboolean
weir_shaper_has_credit (WeirShaper *self, gint64 now_us)
{
  double gained = (double) self->rate * (now_us - self->at_us) / G_USEC_PER_SEC;

  self->credit = MIN (self->credit + gained, weir_shaper_get_burst (self));
  self->at_us = now_us;
  return self->credit > 0;
}

guint
weir_shaper_admit_by_credit (WeirShaper *self, const WeirOut *outs, guint n_outs)
{
  double rest = self->credit;
  guint n = 0;

  while (n < n_outs && (n == 0 || rest > 0))
    rest -= outs[n++].len;
  return n;
}

void
weir_shaper_spend_credit (WeirShaper *self, const WeirOut *outs, guint n_outs)
{
  for (guint i = 0; i < n_outs; i++)
    self->credit -= outs[i].len;
}

gint64
weir_shaper_next_us (WeirShaper *self, gint64 now_us)
{
  double owed_us;

  if (self->is_held || self->rate == 0)
    return 0;
  if (weir_shaper_has_credit (self, now_us))
    return now_us;
  owed_us = -self->credit * G_USEC_PER_SEC / self->rate;
  return now_us + MAX ((gint64) MIN (owed_us, G_TIME_SPAN_DAY), WEIR_SHAPER_STEP_US);
}
