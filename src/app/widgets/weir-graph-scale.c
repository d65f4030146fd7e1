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
update_scaled (WeirGraphScale *self, double peak, WeirUnits units, const char *suffix)
{
  WeirGraphScale next = { .units = units };
  const char *unit;

  peak = MAX (peak, 10); /* an axis of less than 10 B would only show noise */
  next.divisor = weir_format_scale (peak, units, &unit);
  g_snprintf (next.unit, sizeof next.unit, "%s%s", unit, suffix);
  next.max = round_up (peak / next.divisor) * next.divisor;

  if (peak > self->max || peak < self->max / 2 || units != self->units || !g_str_has_suffix (self->unit, suffix))
    *self = next;
}

void
weir_graph_scale_update_rate (WeirGraphScale *self, double peak, WeirUnits units)
{
  update_scaled (self, peak, units, "/s");
}

void
weir_graph_scale_update_bytes (WeirGraphScale *self, double peak, WeirUnits units)
{
  update_scaled (self, peak, units, "");
}

void
weir_graph_scale_update_count (WeirGraphScale *self, double peak)
{
  peak = MAX (peak, 2);
  if (peak > self->max || peak < self->max / 2)
    *self = (WeirGraphScale){ .max = round_up (peak), .divisor = 1 };
}

char *
weir_graph_scale_label (const WeirGraphScale *self, double value)
{
  char label[G_ASCII_DTOSTR_BUF_SIZE];

  return g_strdup (g_ascii_formatd (label, sizeof label, "%.4g", value / self->divisor));
}
