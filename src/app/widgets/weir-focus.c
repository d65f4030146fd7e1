/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-focus.h"

#include <glib/gi18n.h>

#define LENDER "weir-focus-lender"

static void
weak_ref_free (GWeakRef *ref)
{
  g_weak_ref_clear (ref);
  g_free (ref);
}

static void
closed_cb (GtkPopover *popover)
{
  GWeakRef *ref = g_object_get_data (G_OBJECT (popover), LENDER);
  g_autoptr (GtkWidget) lender = g_weak_ref_get (ref);

  if (lender != NULL && gtk_widget_get_mapped (lender))
    gtk_widget_grab_focus (lender);
}

static GtkWidget *
get_focus (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);

  return root != NULL ? gtk_root_get_focus (root) : NULL;
}

void
weir_focus_lend (GtkPopover *popover)
{
  GWeakRef *ref = g_object_get_data (G_OBJECT (popover), LENDER);

  if (ref == NULL)
    {
      ref = g_new0 (GWeakRef, 1);
      g_weak_ref_init (ref, NULL);
      g_object_set_data_full (G_OBJECT (popover), LENDER, ref, (GDestroyNotify) weak_ref_free);
      g_signal_connect (popover, "closed", G_CALLBACK (closed_cb), NULL);
    }
  g_weak_ref_set (ref, get_focus (GTK_WIDGET (popover)));
}

gboolean
weir_focus_is_in (GtkWidget *widget)
{
  GtkWidget *focus = get_focus (widget);

  return focus != NULL && (focus == widget || gtk_widget_is_ancestor (focus, widget));
}

void
weir_focus_name_drop_down (GtkDropDown *drop_down)
{
  GtkWidget *button = gtk_widget_get_first_child (GTK_WIDGET (drop_down));

  gtk_accessible_update_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_LABELLED_BY, drop_down, NULL, -1);
}

static void
set_name (GtkWidget *widget, const char *name)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

void
weir_focus_name_entry_row (AdwEntryRow *row)
{
  GtkWidget *text = GTK_WIDGET (gtk_editable_get_delegate (GTK_EDITABLE (row)));

  g_object_set (text, "accessible-role", GTK_ACCESSIBLE_ROLE_TEXT_BOX, NULL);
  set_name (text, adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)));
  weir_focus_name_parts (GTK_WIDGET (row)); /* the button that shows a password */
}

static void
name_each (GtkWidget *top, void (*name) (GtkWidget *))
{
  name (top);
  for (GtkWidget *child = gtk_widget_get_first_child (top); child != NULL; child = gtk_widget_get_next_sibling (child))
    name_each (child, name);
}

static void
name_part (GtkWidget *part)
{
  const char *tooltip = gtk_widget_get_tooltip_text (part);

  if (GTK_IS_SEARCH_ENTRY (part))
    set_name (part, _ ("Search"));
  else if (GTK_IS_BUTTON (part) && tooltip != NULL)
    set_name (part, tooltip);
}

void
weir_focus_name_parts (GtkWidget *top)
{
  name_each (top, name_part);
}

static void
name_pane (AdwStatusPage *page)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (page)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (GTK_IS_SCROLLED_WINDOW (child))
      set_name (child, adw_status_page_get_title (page));
}

static void
name_status_page (GtkWidget *part)
{
  if (!ADW_IS_STATUS_PAGE (part))
    return;
  name_pane (ADW_STATUS_PAGE (part));
  g_signal_connect (part, "notify::title", G_CALLBACK (name_pane), NULL);
}

void
weir_focus_name_status_pages (GtkWidget *top)
{
  name_each (top, name_status_page);
}

static void
name_menu (GtkWidget *part)
{
  GtkPopover *menu = GTK_IS_MENU_BUTTON (part) ? gtk_menu_button_get_popover (GTK_MENU_BUTTON (part)) : NULL;
  const char *tooltip = gtk_widget_get_tooltip_text (part);

  if (GTK_IS_POPOVER_MENU (menu) && tooltip != NULL)
    set_name (GTK_WIDGET (menu), tooltip);
}

void
weir_focus_name_menus (GtkWidget *top)
{
  name_each (top, name_menu);
}

static gboolean
step_over_cb (GtkWidget *widget, GVariant *args, gpointer direction)
{
  gtk_widget_set_can_focus (widget, FALSE);
  g_signal_emit_by_name (widget, "move-focus", GPOINTER_TO_INT (direction));
  gtk_widget_set_can_focus (widget, TRUE);
  return GDK_EVENT_STOP;
}

static void
add_key (GtkWidget *widget, const char *keys, GtkDirectionType direction)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();
  GtkShortcutAction *action = gtk_callback_action_new (step_over_cb, GINT_TO_POINTER (direction), NULL);

  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller),
                                        gtk_shortcut_new (gtk_shortcut_trigger_parse_string (keys), action));
  gtk_widget_add_controller (widget, controller);
}

void
weir_focus_make_tab_leave (GtkWidget *widget)
{
  add_key (widget, "Tab|KP_Tab", GTK_DIR_TAB_FORWARD);
  add_key (widget, "<Shift>Tab|<Shift>ISO_Left_Tab|<Shift>KP_Tab", GTK_DIR_TAB_BACKWARD);
}

static void
mapped_cb (GtkWidget *widget, GtkWidget *shown)
{
  g_signal_handlers_disconnect_by_func (shown, mapped_cb, widget);
  gtk_widget_grab_focus (widget);
}

void
weir_focus_grab_once_shown (GtkWidget *widget)
{
  GtkWidget *window = GTK_WIDGET (gtk_widget_get_root (widget));
  GtkWidget *shown = window != NULL && !gtk_widget_get_mapped (window) ? window : widget;

  if (gtk_widget_get_mapped (widget))
    gtk_widget_grab_focus (widget);
  else
    g_signal_connect_object (shown, "map", G_CALLBACK (mapped_cb), widget, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}

void
weir_focus_take_key (GtkWidget *widget, guint key, GdkModifierType modifiers, const char *action)
{
  GtkEventController *controller = gtk_shortcut_controller_new ();

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (controller),
      gtk_shortcut_new (gtk_keyval_trigger_new (key, modifiers), gtk_named_action_new (action)));
  gtk_widget_add_controller (widget, controller);
}
