/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* What GtkListView and GtkColumnView (4.8) have no API for. A view is one of the two. */

G_BEGIN_DECLS

#define WEIR_LIST_END G_MAXUINT

/* @model: (transfer none) (nullable). The view hears of its first rows a few at a time (see WeirGradualSelection), and
 * Tab leaves it. */
void weir_list_set_model (GtkScrollable *view, GtkSelectionModel *model);

/* Whether the view has heard of that row: to scroll to another has it make all those before it at once. */
gboolean weir_list_is_known (GtkScrollable *view, guint position);

/* Brings a row into view by the least distance; %WEIR_LIST_END: the last one so far. Nothing while the view is empty or
 * has no size: that would spoil its anchor for good. After rows were put in at the top, taken out or sorted anew,
 * scrolling to the row that was on top keeps the view from staying blank. */
void weir_list_scroll_to (GtkScrollable *view, guint position);

/* The row on top: what to scroll to after a change. @n_rows: how many there were before it. */
guint weir_list_get_top (GtkScrollable *view, guint n_rows);

/* The row of a cell of a column view; NULL: it is in none. */
GtkWidget *weir_list_get_row (GtkWidget *cell);

/* Gives that row a style class in the place of *@current, the cell's note of the one it gave before. Both: constants;
 * NULL: none. */
void weir_list_set_row_class (GtkWidget *cell, const char **current, const char *row_class);

/* @factory: (transfer full). @width: 0: it takes the room that is left. Returns: (transfer full) */
GtkColumnViewColumn *weir_list_new_column (const char *title, GtkListItemFactory *factory, int width);

/* Over figures the title stands at the end too. */
void weir_list_align_title_end (GtkColumnView *view, guint position);

G_END_DECLS
