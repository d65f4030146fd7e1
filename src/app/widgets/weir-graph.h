/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-graph-time.h"
#include "weir-series.h"

/* A live graph of a series: the canvas, moved on by whole pixels from one timer while it is mapped, and the crosshair
 * above it. Properties for templates: "is-buffer", "has-axes", "has-times", "has-unit" (inside the plot),
 * "shows-acked", "title" (its accessible name; values in words follow it), "unit" (of its axis, read-only), "hover-us"
 * (where the crosshair stands; bind it between graphs that belong together). */

G_BEGIN_DECLS

#define WEIR_TYPE_GRAPH (weir_graph_get_type ())
G_DECLARE_FINAL_TYPE (WeirGraph, weir_graph, WEIR, GRAPH, GtkWidget)

GtkWidget *weir_graph_new (void);

/* @owner: (nullable): owns @series and is kept alive for it; NULL: nothing to show. */
void weir_graph_set_source (WeirGraph *self, GObject *owner, WeirSeries *series);

/* The full height of the axis; 0: follows the values. */
void weir_graph_set_limit (WeirGraph *self, double limit);

/* @origin_us: before it there was nothing to see; 0: unknown. */
void weir_graph_set_origin (WeirGraph *self, gint64 origin_us);

/* Words in the upper corner of the plot; nullable. */
void weir_graph_set_note (WeirGraph *self, const char *note);

/* Where the picture stands still, as no more comes. @stop_us: what its times are told from, at @at_us or a little
 * before it. WEIR_GRAPH_LIVES: it does not, and the times are not looked at. */
void weir_graph_set_frozen (WeirGraph *self, WeirGraphStop stop, gint64 stop_us, gint64 at_us);

G_END_DECLS
