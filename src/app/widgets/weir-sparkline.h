/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-series.h"

/* The throughput of a channel in a cell, in the colour of the widget. Painted when it is told that samples are new. */

G_BEGIN_DECLS

#define WEIR_TYPE_SPARKLINE (weir_sparkline_get_type ())
G_DECLARE_FINAL_TYPE (WeirSparkline, weir_sparkline, WEIR, SPARKLINE, GtkWidget)

GtkWidget *weir_sparkline_new (void);

/* @owner: (nullable): owns @series and is kept alive for it. @column: WEIR_SERIES_SENT or WEIR_SERIES_WRITTEN.
 * @until_us: where the line ends, 0: now. */
void weir_sparkline_update (WeirSparkline *self, GObject *owner, WeirSeries *series, WeirSeriesColumn column,
                            gint64 until_us);

G_END_DECLS
