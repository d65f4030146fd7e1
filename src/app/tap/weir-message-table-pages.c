/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-message-table-private.h"

#include "weir-list.h"

/* Page Down and Page Up. GTK's own (4.8) look for the row that stands a page away, and rows that were put into the list
 * since the last frame have no height and stand nowhere: with keys faster than frames, after a filter or while messages
 * come, a page is up to all the 200 rows that the list keeps. All rows have one height, so they can be counted. */

/* The item of the row with the focus: of the list's, whose cells there are. */
static GtkListItem *
find_focused (WeirMessageTable *self)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->bound);
  while (focus != NULL && g_hash_table_iter_next (&iter, &item, NULL))
    if (weir_list_get_row (gtk_list_item_get_child (item)) == focus &&
        gtk_list_item_get_position (item) != GTK_INVALID_LIST_POSITION)
      return item;
  return NULL;
}

/* One that the view has taken out and not destroyed yet still says where it was. */
static void
focus_row (WeirMessageTable *self, guint position)
{
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->bound);
  while (g_hash_table_iter_next (&iter, &item, NULL))
    if (gtk_list_item_get_position (item) == position && gtk_widget_get_root (gtk_list_item_get_child (item)) != NULL)
      {
        gtk_widget_grab_focus (weir_list_get_row (gtk_list_item_get_child (item)));
        return;
      }
}

void
weir_message_table_move_focus (WeirMessageTable *self, guint position)
{
  if (find_focused (self) == NULL)
    return;
  weir_list_scroll_to (GTK_SCROLLABLE (self->view), position); /* its row is there then */
  focus_row (self, position);
}

/* As many as are seen whole, but one, which stays in view. */
static guint
get_page (WeirMessageTable *self)
{
  double page = gtk_adjustment_get_page_size (gtk_scrolled_window_get_vadjustment (self->scroller));
  GHashTableIter iter;
  gpointer item;
  int height = 0;

  g_hash_table_iter_init (&iter, self->bound);
  while (height == 0 && g_hash_table_iter_next (&iter, &item, NULL))
    height = gtk_widget_get_height (weir_list_get_row (gtk_list_item_get_child (item)));
  return height > 0 ? MAX ((guint) (page / height), 2) - 1 : 1;
}

static gboolean
page_cb (GtkWidget *widget, GVariant *args, gpointer user_data)
{
  WeirMessageTable *self = user_data;
  GtkListItem *focused = find_focused (self);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection)), by = get_page (self), position;
  gboolean down, select, extend;

  if (focused == NULL || n == 0)
    return FALSE;
  g_variant_get (args, "(bbb)", &down, &select, &extend);
  position = gtk_list_item_get_position (focused);
  position = down ? position + MIN (by, n - 1 - MIN (position, n - 1)) : position - MIN (by, position);
  weir_message_table_move_focus (self, position);
  if (select)
    gtk_widget_activate_action (gtk_widget_get_last_child (widget), "list.select-item", "(ubb)", position, FALSE,
                                extend);
  weir_message_table_queue_show (self);
  return TRUE;
}

static void
add_key (WeirMessageTable *self, GtkShortcutController *keys, guint key, GdkModifierType modifiers, gboolean down)
{
  GtkShortcut *shortcut =
      gtk_shortcut_new (gtk_keyval_trigger_new (key, modifiers), gtk_callback_action_new (page_cb, self, NULL));

  gtk_shortcut_set_arguments (
      shortcut, g_variant_new ("(bbb)", down, (modifiers & GDK_CONTROL_MASK) == 0, (modifiers & GDK_SHIFT_MASK) != 0));
  gtk_shortcut_controller_add_shortcut (keys, shortcut);
}

void
weir_message_table_watch_pages (WeirMessageTable *self)
{
  static const guint keys[] = { GDK_KEY_Page_Up, GDK_KEY_KP_Page_Up, GDK_KEY_Page_Down, GDK_KEY_KP_Page_Down };
  GtkEventController *controller = gtk_shortcut_controller_new ();

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    for (GdkModifierType shift = 0; shift <= GDK_SHIFT_MASK; shift += GDK_SHIFT_MASK)
      for (GdkModifierType control = 0; control <= GDK_CONTROL_MASK; control += GDK_CONTROL_MASK)
        add_key (self, GTK_SHORTCUT_CONTROLLER (controller), keys[i], shift | control, i >= 2);
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE); /* before the list's own */
  gtk_widget_add_controller (GTK_WIDGET (self->view), controller);
}
