/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-function-list.h"

/* The rows of a list of functions: those that a search and a filter let through, under a heading for each worker; for
 * those that have none, too, if that is asked for. A GListModel of WeirFunctionEntry; an entry stays the same object
 * while what it stands for does. */

G_BEGIN_DECLS

/* A heading or a function. */
#define WEIR_TYPE_FUNCTION_ENTRY (weir_function_entry_get_type ())
G_DECLARE_FINAL_TYPE (WeirFunctionEntry, weir_function_entry, WEIR, FUNCTION_ENTRY, GObject)

WeirFunction *weir_function_entry_get_function (WeirFunctionEntry *self); /* NULL: a heading */
const char *weir_function_entry_get_worker_name (WeirFunctionEntry *self);

/* Of a heading: what is under it, and the workers of that name. */
guint weir_function_entry_get_n_functions (WeirFunctionEntry *self);
guint weir_function_entry_get_n_workers (WeirFunctionEntry *self);
gboolean weir_function_entry_has_refused (WeirFunctionEntry *self); /* see weir_peer_has_refused_functions () */

/* "changed": what a heading says */

#define WEIR_TYPE_FUNCTION_ROWS (weir_function_rows_get_type ())
G_DECLARE_FINAL_TYPE (WeirFunctionRows, weir_function_rows, WEIR, FUNCTION_ROWS, GObject)

WeirFunctionRows *weir_function_rows_new (void);

/* @functions: (nullable) */
void weir_function_rows_set_source (WeirFunctionRows *self, WeirFunctionList *functions);
void weir_function_rows_set_shows_workers (WeirFunctionRows *self, gboolean shows_workers); /* without functions */
void weir_function_rows_set_search (WeirFunctionRows *self, const char *search);
void weir_function_rows_set_internal (WeirFunctionRows *self, gboolean shows_internal);

/* Functions, shown and in all: those that are hidden as internal do not count. */
guint weir_function_rows_get_n_shown (WeirFunctionRows *self);
guint weir_function_rows_get_n_all (WeirFunctionRows *self);

/* Workers without functions, whether the search shows them or not. */
guint weir_function_rows_get_n_idle (WeirFunctionRows *self);

/* GTK_INVALID_LIST_POSITION's value (G_MAXUINT): it is not shown. */
guint weir_function_rows_find (WeirFunctionRows *self, const char *function_id);

G_END_DECLS
