/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-wall-clock.h"

gint64
weir_wall_clock_at_us (gint64 monotonic_us)
{
  static gint64 offset_us;
  static gsize is_known;

  if (g_once_init_enter (&is_known))
    {
      offset_us = g_get_real_time () - g_get_monotonic_time ();
      g_once_init_leave (&is_known, TRUE);
    }
  return monotonic_us + offset_us;
}
