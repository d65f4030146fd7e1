/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* When columns of a series were not known: nothing is drawn there, which a zero would be. Takes no memory where all is
 * known. A plain value, inner to WeirSeries; times as there. */

G_BEGIN_DECLS

typedef struct
{
  GArray *closed; /* nullable; in order of their ends */
  GArray *open;   /* nullable; their ends are to come */
} WeirGaps;

void weir_gaps_clear (WeirGaps *self);
gsize weir_gaps_get_size (const WeirGaps *self);

/* @unknown: a bit a column: what was not known from @from_us to @to_us. Where it is known again at @to_us its gap ends
 * there. */
void weir_gaps_note (WeirGaps *self, guint unknown, gint64 from_us, gint64 to_us);

gboolean weir_gaps_contains (const WeirGaps *self, guint column, gint64 at_us);

/* NAN for each of @values, equal pieces of @from_us … @to_us, that lies within a gap. */
void weir_gaps_blank (const WeirGaps *self, guint column, gint64 from_us, gint64 to_us, float *values, guint n_values);

G_END_DECLS
