/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-graph-view.h"

/* The upper layer of a graph: a line at one moment and what the series were then. */

G_BEGIN_DECLS

#define WEIR_TYPE_GRAPH_CROSSHAIR (weir_graph_crosshair_get_type ())
G_DECLARE_FINAL_TYPE (WeirGraphCrosshair, weir_graph_crosshair, WEIR, GRAPH_CROSSHAIR, GtkWidget)

/* @view: borrowed for the life of the widget. */
GtkWidget *weir_graph_crosshair_new (const WeirGraphView *view);

/* @at_us: 0: nowhere. */
void weir_graph_crosshair_set_time (WeirGraphCrosshair *self, gint64 at_us);

/* What it says, for who cannot see it: "12 s ago", and a line a value. */
char *weir_graph_crosshair_dup_text (WeirGraphCrosshair *self);

G_END_DECLS
