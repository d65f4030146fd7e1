/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-graph-scale.h"

#include <math.h>

/* Maxima whose halves are as short to write. */
static const double steps[] = { 1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10 };

static double
round_up (double value)
{
  double magnitude = pow (10, floor (log10 (value)));

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if (value <= steps[i] * magnitude * (1 + 1e-9))
      return steps[i] * magnitude;

  return 10 * magnitude;
}

static void
weir_graph_scale_set_unit (WeirGraphScale *self, double peak, WeirUnits units)
{
  static const char *const decimal[] = { "B/s", "kB/s", "MB/s", "GB/s", "TB/s" };
  static const char *const binary[] = { "B/s", "KiB/s", "MiB/s", "GiB/s", "TiB/s" };
  double base = units == WEIR_UNITS_DECIMAL ? 1000 : 1024;
  guint i = 0;

  for (self->divisor = 1; peak / self->divisor >= base && i + 1 < G_N_ELEMENTS (decimal); i++)
    self->divisor *= base;
  self->units = units;
  self->unit = units == WEIR_UNITS_DECIMAL ? decimal[i] : binary[i];
}

void
weir_graph_scale_update_rate (WeirGraphScale *self, double peak, WeirUnits units)
{
  WeirGraphScale next = { 0 };

  peak = MAX (peak, 10); /* an axis of less than 10 B/s would only show noise */
  weir_graph_scale_set_unit (&next, peak, units);
  next.max = round_up (peak / next.divisor) * next.divisor;

  if (peak > self->max || peak < self->max / 2 || units != self->units)
    *self = next;
}

void
weir_graph_scale_update_count (WeirGraphScale *self, double peak)
{
  peak = MAX (peak, 2);
  if (peak > self->max || peak < self->max / 2)
    *self = (WeirGraphScale){ .max = round_up (peak), .divisor = 1, .unit = "" };
}

char *
weir_graph_scale_label (const WeirGraphScale *self, double value)
{
  return g_strdup_printf ("%.3g", value / self->divisor);
}
