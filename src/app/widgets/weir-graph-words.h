/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-graph-view.h"

/* What a graph shows as words and figures, for who cannot see it. Inner to WeirGraph. */

G_BEGIN_DECLS

/* The highest value of a column in the span. */
double weir_graph_view_find_peak (const WeirGraphView *self, WeirSeriesColumn column);

/* "Last 60 s: 4.1 MB/s sent now, 0 B/s at least, 6.2 MB/s at most, rising. The writer was held 9 % of the time." */
char *weir_graph_view_dup_words (const WeirGraphView *self);

G_END_DECLS
