/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Offers `$reader` and `$writer` beside the cursor of an editor of JSON: when a dollar is typed, or with Ctrl+Space.
 * The focus stays in the editor, whose keys choose meanwhile.
 *
 * Not GtkSourceCompletion: that of 5.6 shows an empty window from the second time on, which does not go again. */

G_BEGIN_DECLS

#define WEIR_TYPE_PLACEHOLDER_POPOVER (weir_placeholder_popover_get_type ())
G_DECLARE_FINAL_TYPE (WeirPlaceholderPopover, weir_placeholder_popover, WEIR, PLACEHOLDER_POPOVER, GtkPopover)

/* @view: in whose ancestor the popover is put, which has a layout manager; it outlives the popover. */
GtkWidget *weir_placeholder_popover_new (GtkTextView *view);

G_END_DECLS
