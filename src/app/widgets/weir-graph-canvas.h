/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-graph-view.h"

/* The lower layer of a graph: axes, areas and lines. */

G_BEGIN_DECLS

#define WEIR_TYPE_GRAPH_CANVAS (weir_graph_canvas_get_type ())
G_DECLARE_FINAL_TYPE (WeirGraphCanvas, weir_graph_canvas, WEIR, GRAPH_CANVAS, GtkWidget)

/* @view: borrowed for the life of the canvas: it is read whenever the canvas paints. */
GtkWidget *weir_graph_canvas_new (const WeirGraphView *view);

G_END_DECLS
