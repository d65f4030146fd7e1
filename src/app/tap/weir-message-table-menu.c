/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-message-table-private.h"

#include "weir-focus.h"

static void
pop_up (WeirMessageTable *self, GMenuModel *model, GtkWidget *widget, double x, double y)
{
  GdkRectangle rectangle = { 0, 0, 1, 1 };
  double at_x, at_y;

  if (!gtk_widget_translate_coordinates (widget, GTK_WIDGET (self), x, y, &at_x, &at_y))
    return;
  rectangle.x = at_x;
  rectangle.y = at_y;
  gtk_popover_menu_set_menu_model (GTK_POPOVER_MENU (self->popover), model);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), &rectangle);
  weir_focus_lend (GTK_POPOVER (self->popover));
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

/* The row under the pointer: one that is not selected is, by asking for its menu. */
static gboolean
find_position_at (WeirMessageTable *self, double x, double y, guint *position)
{
  GtkWidget *cell = gtk_widget_pick (GTK_WIDGET (self->view), x, y, GTK_PICK_DEFAULT);
  GHashTableIter iter;
  gpointer item;

  while (cell != NULL && !WEIR_IS_MESSAGE_CELL (cell) && gtk_widget_get_first_child (cell) != NULL &&
         cell != GTK_WIDGET (self->view) && WEIR_IS_MESSAGE_CELL (gtk_widget_get_first_child (cell)))
    cell = gtk_widget_get_first_child (cell); /* the room around it */
  if (cell != NULL && !WEIR_IS_MESSAGE_CELL (cell))
    cell = gtk_widget_get_ancestor (cell, WEIR_TYPE_MESSAGE_CELL);
  g_hash_table_iter_init (&iter, self->bound);
  while (cell != NULL && g_hash_table_iter_next (&iter, &item, NULL))
    if (gtk_list_item_get_child (item) == cell)
      {
        *position = gtk_list_item_get_position (item);
        return *position != GTK_INVALID_LIST_POSITION;
      }
  return FALSE;
}

static void
menu_click_cb (GtkGestureClick *gesture, int n_press, double x, double y, WeirMessageTable *self)
{
  GtkSelectionModel *selection = GTK_SELECTION_MODEL (self->selection);
  guint position;

  if (!find_position_at (self, x, y, &position))
    return;
  if (!gtk_selection_model_is_selected (selection, position))
    gtk_selection_model_select_item (selection, position, TRUE);
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  pop_up (self, self->menu, GTK_WIDGET (self->view), x, y);
}

/* By the menu key: at the row that has the focus. */
gboolean
weir_message_table_menu_key_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  WeirMessageTable *self = WEIR_MESSAGE_TABLE (widget);
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));

  if (weir_message_table_get_selected (self) == NULL)
    return FALSE;
  if (focus == NULL || !gtk_widget_is_ancestor (focus, widget))
    focus = widget;
  pop_up (self, self->menu, focus, 24, gtk_widget_get_height (focus) / 2.0);
  return TRUE;
}

static void
title_click_cb (GtkGestureClick *gesture, int n_press, double x, double y, WeirMessageTable *self)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  pop_up (self, self->time_menu, gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (gesture)), x, y);
}

/* GtkColumnView (4.8) opens a column's menu with the second button only. */
void
weir_message_table_watch_title (WeirMessageTable *self, guint position)
{
  GtkWidget *title = gtk_widget_get_first_child (gtk_widget_get_first_child (GTK_WIDGET (self->view)));
  GtkGesture *click = gtk_gesture_click_new ();

  for (guint i = 0; i < position; i++)
    title = gtk_widget_get_next_sibling (title);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect (click, "released", G_CALLBACK (title_click_cb), self);
  gtk_widget_add_controller (title, GTK_EVENT_CONTROLLER (click));
}

void
weir_message_table_add_menu (WeirMessageTable *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  self->popover = gtk_popover_menu_new_from_model (NULL);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
  gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
  gtk_widget_set_parent (self->popover, GTK_WIDGET (self));
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect (click, "pressed", G_CALLBACK (menu_click_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->view), GTK_EVENT_CONTROLLER (click));
}

void
weir_message_table_set_menus (WeirMessageTable *self, GMenuModel *menu, GMenuModel *time_menu)
{
  g_set_object (&self->menu, menu);
  g_set_object (&self->time_menu, time_menu);
  gtk_column_view_column_set_header_menu (self->columns[WEIR_MESSAGE_COLUMN_TIME], time_menu);
}
