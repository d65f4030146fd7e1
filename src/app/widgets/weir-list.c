/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-list.h"

#include "weir-focus.h"
#include "weir-gradual-selection.h"

static GtkSelectionModel *
get_model (GtkScrollable *view)
{
  return GTK_IS_COLUMN_VIEW (view) ? gtk_column_view_get_model (GTK_COLUMN_VIEW (view))
                                   : gtk_list_view_get_model (GTK_LIST_VIEW (view));
}

/* In 4.8 Tab would go through all of its rows, which are up to a million. */
static void
make_tab_leave (GtkWidget *view)
{
  static const char key[] = "weir-list-tab-leaves";

  if (g_object_get_data (G_OBJECT (view), key) != NULL)
    return;
  g_object_set_data (G_OBJECT (view), key, GINT_TO_POINTER (TRUE));
  weir_focus_make_tab_leave (view);
}

void
weir_list_set_model (GtkScrollable *view, GtkSelectionModel *model)
{
  g_autoptr (WeirGradualSelection) gradual =
      model != NULL ? weir_gradual_selection_new (model, GTK_WIDGET (view)) : NULL;

  make_tab_leave (GTK_WIDGET (view));
  if (GTK_IS_COLUMN_VIEW (view))
    gtk_column_view_set_model (GTK_COLUMN_VIEW (view), (GtkSelectionModel *) gradual);
  else
    gtk_list_view_set_model (GTK_LIST_VIEW (view), (GtkSelectionModel *) gradual);
}

gboolean
weir_list_is_known (GtkScrollable *view, guint position)
{
  GtkSelectionModel *model = get_model (view);

  return model != NULL && position < g_list_model_get_n_items (G_LIST_MODEL (model));
}

void
weir_list_scroll_to (GtkScrollable *view, guint position)
{
  GtkWidget *list = GTK_IS_COLUMN_VIEW (view) ? gtk_widget_get_last_child (GTK_WIDGET (view)) : GTK_WIDGET (view);
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (view);
  GtkSelectionModel *model = get_model (view);
  guint n;

  if (model == NULL || adjustment == NULL || gtk_adjustment_get_page_size (adjustment) == 0)
    return;
  if (position != WEIR_LIST_END)
    weir_gradual_selection_reach (WEIR_GRADUAL_SELECTION (model), position);
  n = g_list_model_get_n_items (G_LIST_MODEL (model));
  if (n > 0)
    gtk_widget_activate_action (list, "list.scroll-to-item", "u", MIN (position, n - 1));
}

guint
weir_list_get_top (GtkScrollable *view, guint n_rows)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (view);
  double height = adjustment != NULL ? gtk_adjustment_get_upper (adjustment) / MAX (n_rows, 1) : 0;

  return height >= 1 ? gtk_adjustment_get_value (adjustment) / height : 0;
}

GtkWidget *
weir_list_get_row (GtkWidget *cell)
{
  GtkWidget *parent = gtk_widget_get_parent (cell);

  return parent != NULL ? gtk_widget_get_parent (parent) : NULL;
}

void
weir_list_set_row_class (GtkWidget *cell, const char **current, const char *row_class)
{
  GtkWidget *row = weir_list_get_row (cell);

  if (row == NULL || *current == row_class)
    return;
  if (*current != NULL)
    gtk_widget_remove_css_class (row, *current);
  if (row_class != NULL)
    gtk_widget_add_css_class (row, row_class);
  *current = row_class;
}

GtkColumnViewColumn *
weir_list_new_column (const char *title, GtkListItemFactory *factory, int width)
{
  GtkColumnViewColumn *column = gtk_column_view_column_new (title, factory);

  if (width > 0)
    gtk_column_view_column_set_fixed_width (column, width);
  else
    gtk_column_view_column_set_expand (column, TRUE);
  gtk_column_view_column_set_resizable (column, TRUE);
  return column;
}

/* Behind its words there is room for the arrow of a sorted column: before them, they end where the figures do. */
void
weir_list_align_title_end (GtkColumnView *view, guint position)
{
  GtkWidget *title = gtk_widget_get_first_child (gtk_widget_get_first_child (GTK_WIDGET (view)));
  GtkWidget *box;

  for (guint i = 0; i < position && title != NULL; i++)
    title = gtk_widget_get_next_sibling (title);
  box = title != NULL ? gtk_widget_get_first_child (title) : NULL;
  if (box == NULL)
    return;
  gtk_widget_set_halign (box, GTK_ALIGN_END);
  if (GTK_IS_BOX (box))
    gtk_box_reorder_child_after (GTK_BOX (box), gtk_widget_get_last_child (box), NULL);
}
