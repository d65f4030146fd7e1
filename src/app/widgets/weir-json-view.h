/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* JSON to look at and to copy: the text as it came, laid out, coloured and folded, access keys masked. As high as it
 * is, up to a bound, and scrolled beyond it. */

G_BEGIN_DECLS

/* What is shown of a larger text; a line below says that it is not all. */
#define WEIR_JSON_VIEW_MAX_SIZE (256 * 1024)

#define WEIR_TYPE_JSON_VIEW (weir_json_view_get_type ())
G_DECLARE_FINAL_TYPE (WeirJsonView, weir_json_view, WEIR, JSON_VIEW, GtkWidget)

/* @name: what assistive tools say it is. */
GtkWidget *weir_json_view_new (const char *name);
void weir_json_view_set_name (WeirJsonView *self, const char *name);

/* @json: (nullable): any text; what is no JSON is shown as it is. */
void weir_json_view_set_json (WeirJsonView *self, GBytes *json);

/* (transfer full): all of it, as it came, but for its access keys. */
char *weir_json_view_dup_text (WeirJsonView *self);

G_END_DECLS
