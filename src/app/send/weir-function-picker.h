/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-function-list.h"

/* A button with a list of functions to choose from, searched; an id that nobody has registered yet can be typed. */

G_BEGIN_DECLS

#define WEIR_TYPE_FUNCTION_PICKER (weir_function_picker_get_type ())
G_DECLARE_FINAL_TYPE (WeirFunctionPicker, weir_function_picker, WEIR, FUNCTION_PICKER, GtkWidget)

/* @functions: (nullable) */
void weir_function_picker_set_functions (WeirFunctionPicker *self, WeirFunctionList *functions);

/* "": none */
const char *weir_function_picker_get_function (WeirFunctionPicker *self);
void weir_function_picker_set_function (WeirFunctionPicker *self, const char *function_id);

/* "changed": somebody has chosen one. */

G_END_DECLS
