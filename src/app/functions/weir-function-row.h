/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-function-rows.h"

/* A row of a list of functions: its id and what it does, or the heading of a worker. */

G_BEGIN_DECLS

#define WEIR_TYPE_FUNCTION_ROW (weir_function_row_get_type ())
G_DECLARE_FINAL_TYPE (WeirFunctionRow, weir_function_row, WEIR, FUNCTION_ROW, GtkWidget)

/* Rows of WeirFunctionEntry; headings cannot be selected. */
GtkListItemFactory *weir_function_row_factory_new (void);

G_END_DECLS
