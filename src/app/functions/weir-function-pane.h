/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-observer.h"

/* The details of a function: what it does, who runs it, what it takes and returns, and the channels that it has now. */

G_BEGIN_DECLS

#define WEIR_TYPE_FUNCTION_PANE (weir_function_pane_get_type ())
G_DECLARE_FINAL_TYPE (WeirFunctionPane, weir_function_pane, WEIR, FUNCTION_PANE, GtkWidget)

/* @function: (nullable): the engine is asked for what its list leaves out; @observer: what it is a function of */
void weir_function_pane_set_function (WeirFunctionPane *self, WeirFunction *function, WeirObserver *observer);
WeirFunction *weir_function_pane_get_function (WeirFunctionPane *self); /* nullable */

/* It has left the engine, or is there again. */
void weir_function_pane_set_gone (WeirFunctionPane *self, gboolean is_gone);

/* Workers came or went: one that is new is asked about. */
void weir_function_pane_meet (WeirFunctionPane *self);

/* What lives: channels, the worker's calls. */
void weir_function_pane_refresh (WeirFunctionPane *self);

G_END_DECLS
