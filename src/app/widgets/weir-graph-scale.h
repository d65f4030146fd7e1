/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-format.h"

/* The vertical axis of a graph: a round maximum, so that half of it is round too, in the unit that fits it. Plain
 * values. */

G_BEGIN_DECLS

typedef struct
{
  double max;     /* in bytes a second, or in messages */
  double divisor; /* of one unit */
  char unit[16];  /* "MB/s"; "" for counts */
  WeirUnits units;
} WeirGraphScale;

/* Follows a peak up at once, but down only when less than half is used: an axis that wobbles cannot be read. */
void weir_graph_scale_update_rate (WeirGraphScale *self, double peak, WeirUnits units);
void weir_graph_scale_update_bytes (WeirGraphScale *self, double peak, WeirUnits units);
void weir_graph_scale_update_count (WeirGraphScale *self, double peak);

/* A point of the axis in its unit: "12", "2.5". */
char *weir_graph_scale_label (const WeirGraphScale *self, double value);

G_END_DECLS
