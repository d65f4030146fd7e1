/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-connection-row.h"

#include <glib/gi18n.h>

struct _WeirConnectionRow
{
  GtkWidget parent_instance;

  GtkWidget *show_button;
  GtkWidget *edit_button;
  GtkWidget *dot;
  GtkLabel *url;
  GtkLabel *status;
  GtkLabel *alarms;
  GtkWidget *check;
  WeirConnection *connection;
};

G_DEFINE_FINAL_TYPE (WeirConnectionRow, weir_connection_row, GTK_TYPE_WIDGET)

static void
clicked_cb (WeirConnectionRow *self)
{
  gtk_popover_popdown (GTK_POPOVER (gtk_widget_get_ancestor (GTK_WIDGET (self), GTK_TYPE_POPOVER)));
}

static void
weir_connection_row_dispose (GObject *object)
{
  g_clear_object (&WEIR_CONNECTION_ROW (object)->connection);
  gtk_widget_dispose_template (GTK_WIDGET (object), WEIR_TYPE_CONNECTION_ROW);
  G_OBJECT_CLASS (weir_connection_row_parent_class)->dispose (object);
}

static void
weir_connection_row_class_init (WeirConnectionRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_connection_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-connection-row.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirConnectionRow, show_button);
  gtk_widget_class_bind_template_child (widget_class, WeirConnectionRow, edit_button);
  gtk_widget_class_bind_template_child (widget_class, WeirConnectionRow, dot);
  gtk_widget_class_bind_template_child (widget_class, WeirConnectionRow, url);
  gtk_widget_class_bind_template_child (widget_class, WeirConnectionRow, status);
  gtk_widget_class_bind_template_child (widget_class, WeirConnectionRow, alarms);
  gtk_widget_class_bind_template_child (widget_class, WeirConnectionRow, check);
  gtk_widget_class_bind_template_callback (widget_class, clicked_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
}

static void
weir_connection_row_init (WeirConnectionRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
weir_connection_row_new (WeirConnection *connection, guint position, gboolean is_current)
{
  WeirConnectionRow *self = g_object_new (WEIR_TYPE_CONNECTION_ROW, NULL);
  const char *title = weir_connection_get_title (connection);
  g_autofree char *edit = g_strdup_printf (_ ("Edit %s…"), title);

  self->connection = g_object_ref (connection);
  gtk_label_set_label (self->url, title);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->show_button), "u", position);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->edit_button), "u", position);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->edit_button), GTK_ACCESSIBLE_PROPERTY_LABEL, edit, -1);
  gtk_widget_set_tooltip_text (self->edit_button, edit);
  gtk_widget_set_opacity (self->check, is_current ? 1 : 0); /* its place is kept, so that the counts stand in line */
  weir_connection_row_refresh (self);
  return GTK_WIDGET (self);
}

static char *
weir_connection_row_dup_status (WeirConnectionRow *self)
{
  char *status = weir_connection_dup_status (self->connection);

  if (weir_connection_get_name (self->connection) != NULL)
    {
      g_autofree char *short_status = status;

      status = g_strdup_printf ("%s · %s", weir_connection_get_shown_url (self->connection), short_status);
    }
  return status;
}

void
weir_connection_row_refresh (WeirConnectionRow *self)
{
  guint n = weir_alarms_get_count (weir_connection_get_alarms (self->connection));
  g_autofree char *status = weir_connection_row_dup_status (self);
  g_autofree char *number = g_strdup_printf ("%u", n);
  g_autofree char *alarms = g_strdup_printf (ngettext ("%u alarm", "%u alarms", n), n);
  g_autofree char *name = g_strdup_printf (n > 0 ? _ ("Show %s: %s, %s") : _ ("Show %s: %s"),
                                           weir_connection_get_title (self->connection), status, alarms);

  gtk_label_set_label (self->status, status);
  gtk_label_set_label (self->alarms, number);
  gtk_widget_set_visible (GTK_WIDGET (self->alarms), n > 0);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->alarms), alarms);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->show_button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  weir_connection_row_set_dot (self->dot, self->connection);
}

void
weir_connection_row_set_dot (GtkWidget *dot, WeirConnection *connection)
{
  const char *classes[] = { "dot", connection != NULL ? weir_connection_get_dot (connection) : "off", NULL };

  gtk_widget_set_css_classes (dot, classes);
}
