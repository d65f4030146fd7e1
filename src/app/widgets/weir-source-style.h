/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

/* Keeps a source view's colours light or dark with the application's. */
void weir_source_style_follow (GtkSourceView *view);

/* Where a word is too long for its line Pango draws a hyphen that is not in the data: not in this view. */
void weir_source_style_break_plainly (GtkTextView *view);

/* Whether its text is coloured as JSON. GtkSourceView reads a language again once no buffer has it: one keeps it. */
void weir_source_style_set_json (GtkSourceView *view, gboolean is_json);

G_END_DECLS
