/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-state.h"

/* What a channel did over the last minutes, small enough for thousands of channels, and reduced for drawing: the graph
 * widgets only paint what comes out of here. A plain struct, tested without a display. Times are the observer's
 * monotonic µs. */

G_BEGIN_DECLS

/* The longest span that can be asked for. It takes memory for what happened, not for time: 38 KiB at most. */
#define WEIR_SERIES_SPAN_US (60 * 60 * (gint64) G_USEC_PER_SEC)

typedef enum
{
  WEIR_SERIES_WRITTEN,           /* bytes a second */
  WEIR_SERIES_SENT,              /* bytes a second */
  WEIR_SERIES_ACKED,             /* bytes a second */
  WEIR_SERIES_BUFFERED_MESSAGES, /* the most in the interval */
  WEIR_SERIES_BUFFERED_BYTES,
  WEIR_SERIES_HELD, /* share of the interval in which the writer was held, 0…1 */
} WeirSeriesColumn;

typedef struct _WeirSeries WeirSeries;

WeirSeries *weir_series_new (void);
void weir_series_free (WeirSeries *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirSeries, weir_series_free)

/* Totals as of @at_us; between two pushes the channel is taken to have moved evenly, but at most over one second: what
 * comes after a longer silence moved just before it was reported. What is not known of them leaves a gap.
 * @paused_since_us: the hold that was last said to be open, 0 if none is; one that @totals shows to be over counts
 * once.
 */
void weir_series_push (WeirSeries *self, gint64 at_us, const WeirTotals *totals, gint64 paused_since_us);

/* Where there is no memory left for more the oldest go: the span that is known gets shorter. */
void weir_series_set_may_grow (WeirSeries *self, gboolean may_grow);

/* Bytes of memory that it takes. */
gsize weir_series_get_size (WeirSeries *self);

typedef struct
{
  double written, sent, acked; /* bytes a second */
  double buffered_messages, buffered_bytes;
} WeirSeriesRates;

/* One sample more, of rates that were summed up already: for sums over channels that come and go.
 * @unknown: columns of WeirTotals of which nothing is known: a gap since the last sample. */
void weir_series_push_rates (WeirSeries *self, gint64 at_us, const WeirSeriesRates *rates, guint32 unknown);

/**
 * weir_series_reduce:
 * @values: (out caller-allocates) (array length=n_values): oldest first; NAN where nothing is known
 *
 * The span @from_us … @to_us in @n_values equal pieces, of each the peak (HELD: the mean).
 */
void weir_series_reduce (WeirSeries *self, WeirSeriesColumn column, gint64 from_us, gint64 to_us, float *values,
                         guint n_values);

/* Mean over the last @window_us of which there is news: the figure beside a graph. A hold is told of a second late. */
double weir_series_rate (WeirSeries *self, WeirSeriesColumn column, gint64 now_us, gint64 window_us);

/* The value at a time, for a crosshair; NAN where nothing is known. Of a rate what is drawn: where few messages come,
 * of a second, as the figure is. */
double weir_series_value_at (WeirSeries *self, WeirSeriesColumn column, gint64 at_us);

gint64 weir_series_get_first_us (WeirSeries *self); /* 0: empty */

G_END_DECLS
