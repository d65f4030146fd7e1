/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-pace.h"

gboolean
weir_pace_note (WeirPace *self, guint64 bytes, gint64 now_us)
{
  gint64 elapsed_us = now_us - self->since_us;
  gboolean was_fast = self->is_fast;
  double rate;

  if (elapsed_us < WEIR_PACE_WINDOW_US)
    return FALSE;
  rate = (double) (bytes - self->since_bytes) * G_USEC_PER_SEC / elapsed_us;
  self->is_fast = rate >= (was_fast ? WEIR_PACE_SLOW : WEIR_PACE_FAST);
  self->since_us = now_us;
  self->since_bytes = bytes;
  return self->is_fast != was_fast;
}

int
weir_pace_get_lowat (const WeirPace *self)
{
  return self->is_fast ? WEIR_PACE_FAST_LOWAT : WEIR_PACE_SLOW_LOWAT;
}
