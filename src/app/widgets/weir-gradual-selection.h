/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define WEIR_TYPE_GRADUAL_SELECTION (weir_gradual_selection_get_type ())
G_DECLARE_FINAL_TYPE (WeirGradualSelection, weir_gradual_selection, WEIR, GRADUAL_SELECTION, GObject)

/**
 * weir_gradual_selection_new:
 * @whole: (transfer none): the list and its selection
 * @view: (nullable): what shows it
 *
 * A view of GTK 4.8 makes the first 205 rows of its list in the turn of the main loop in which it hears of them, each a
 * dozen widgets, however few it shows: a tenth of a second. Of this model it hears of them a few at a time, in as many
 * frames; from then on it is the list itself. Positions, items and the selection are those of @whole. Rows that the
 * view takes out, as a filter has it do, are destroyed a few at a time, too; until then they are in no window.
 *
 * Returns: (transfer full): to be set on one view
 */
WeirGradualSelection *weir_gradual_selection_new (GtkSelectionModel *whole, GtkWidget *view);

/* Tells all the rest at once: for who must scroll to @position now. */
void weir_gradual_selection_reach (WeirGradualSelection *self, guint position);

G_END_DECLS
