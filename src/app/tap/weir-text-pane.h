/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-needle.h"

/* Text to read: JSON coloured, its lines numbered and foldable. The expensive view is built when there is first
 * something to show. */

G_BEGIN_DECLS

#define WEIR_TYPE_TEXT_PANE (weir_text_pane_get_type ())
G_DECLARE_FINAL_TYPE (WeirTextPane, weir_text_pane, WEIR, TEXT_PANE, GtkWidget)

/* @name: what it is, for assistive tools */
GtkWidget *weir_text_pane_new (const char *name);

/* @lines: valid UTF-8, no line too long. */
void weir_text_pane_set_text (WeirTextPane *self, const char *lines, gboolean is_json);

/* Folds all objects and arrays that are members of that name. */
void weir_text_pane_fold_members (WeirTextPane *self, const char *name);

/* @needle: (nullable): marks where it is found, here and in what is shown next. Returns how often,
 * WEIR_TEXT_PANE_MAX_HITS at most. */
#define WEIR_TEXT_PANE_MAX_HITS 1000
guint weir_text_pane_set_needle (WeirTextPane *self, WeirNeedle *needle);

typedef enum
{
  WEIR_FOLD_HERE, /* around the cursor */
  WEIR_UNFOLD_HERE,
  WEIR_FOLD_ALL, /* but the outermost */
  WEIR_UNFOLD_ALL,
} WeirFold;

void weir_text_pane_fold (WeirTextPane *self, WeirFold fold);

G_END_DECLS
