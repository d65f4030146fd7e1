/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-connection-button.h"

#include <glib/gi18n.h>

#include "weir-connection-row.h"

struct _WeirConnectionButton
{
  GtkWidget parent_instance;

  GtkMenuButton *button;
  GtkPopover *popover;
  GtkBox *rows;
  GtkWidget *dot;
  GtkLabel *url;
  GtkLabel *what;
  GtkLabel *alarms;

  WeirConnections *connections;
  WeirConnection *current;
  gboolean is_narrow;
  guint timer; /* while the menu is open: the latencies */
};

enum
{
  PROP_0,
  PROP_IS_NARROW,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (WeirConnectionButton, weir_connection_button, GTK_TYPE_WIDGET)

/* Of the connections that are not in view: what happens there would not be seen. */
static void
weir_connection_button_refresh_alarms (WeirConnectionButton *self)
{
  guint n = self->connections != NULL ? weir_connections_count_other_alarms (self->connections) : 0;
  g_autofree char *number = g_strdup_printf ("%u", n);
  g_autofree char *text =
      g_strdup_printf (ngettext ("%u alarm in another connection", "%u alarms in other connections", n), n);

  gtk_label_set_label (self->alarms, number);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->alarms), text);
  gtk_widget_set_visible (GTK_WIDGET (self->alarms), n > 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->alarms), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, n > 0 ? text : "",
                                  -1);
}

static void
weir_connection_button_refresh (WeirConnectionButton *self)
{
  const char *url = self->current != NULL ? weir_connection_get_title (self->current) : NULL;
  g_autofree char *what = self->current != NULL ? weir_connection_dup_what (self->current) : g_strdup ("");
  g_autofree char *name = g_strdup_printf (_ ("Connection: %s, %s"), url != NULL ? url : _ ("none"), what);
  gboolean is_off = self->current == NULL || !g_strcmp0 (weir_connection_get_dot (self->current), "off");

  weir_connection_row_set_dot (self->dot, self->current);
  gtk_label_set_label (self->url, is_off ? _ ("Not Connected") : url);
  gtk_label_set_label (self->what, is_off ? "" : what);
  gtk_widget_set_visible (GTK_WIDGET (self->url), !self->is_narrow);
  gtk_widget_set_visible (GTK_WIDGET (self->what), !self->is_narrow && !is_off);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->button), self->is_narrow ? name : NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/* In place: what has the keyboard's focus keeps it. */
static void
weir_connection_button_refresh_rows (WeirConnectionButton *self)
{
  GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->rows));

  for (guint i = 0; row != NULL; row = gtk_widget_get_next_sibling (row), i++)
    {
      g_autoptr (WeirConnection) connection = g_list_model_get_item (G_LIST_MODEL (self->connections), i);

      weir_connection_row_refresh (WEIR_CONNECTION_ROW (row), i, connection == self->current);
    }
}

static gboolean
refresh_rows_cb (gpointer user_data)
{
  weir_connection_button_refresh_rows (user_data);
  return G_SOURCE_CONTINUE;
}

/* A row a connection, in the same order. */
static void
connections_changed_cb (WeirConnectionButton *self, guint position, guint n_removed, guint n_added)
{
  GtkWidget *before = NULL, *next = gtk_widget_get_first_child (GTK_WIDGET (self->rows));

  for (guint i = 0; i < position; i++, next = gtk_widget_get_next_sibling (next))
    before = next;
  for (guint i = 0; i < n_removed; i++)
    {
      GtkWidget *gone = next;

      next = gtk_widget_get_next_sibling (gone);
      gtk_box_remove (self->rows, gone);
    }
  for (guint i = 0; i < n_added; i++)
    {
      g_autoptr (WeirConnection) connection = g_list_model_get_item (G_LIST_MODEL (self->connections), position + i);
      GtkWidget *row = weir_connection_row_new (connection);

      gtk_box_insert_child_after (self->rows, row, before);
      before = row;
    }
  weir_connection_button_refresh_rows (self);
}

static void
show_cb (GtkPopover *popover, WeirConnectionButton *self)
{
  weir_connection_button_refresh_rows (self);
  if (self->timer == 0)
    self->timer = g_timeout_add_seconds (1, refresh_rows_cb, self);
}

static void
closed_cb (GtkPopover *popover, WeirConnectionButton *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
}

static void
close_menu_cb (WeirConnectionButton *self)
{
  gtk_popover_popdown (self->popover);
}

static void
weir_connection_button_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_IS_NARROW)
    g_value_set_boolean (value, WEIR_CONNECTION_BUTTON (object)->is_narrow);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
weir_connection_button_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  WeirConnectionButton *self = WEIR_CONNECTION_BUTTON (object);

  if (prop_id == PROP_IS_NARROW)
    {
      self->is_narrow = g_value_get_boolean (value);
      weir_connection_button_refresh (self);
    }
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
weir_connection_button_leave_current (WeirConnectionButton *self)
{
  if (self->current == NULL)
    return;

  g_signal_handlers_disconnect_by_data (weir_connection_get_observer (self->current), self);
  g_signal_handlers_disconnect_by_data (self->current, self);
  g_clear_object (&self->current);
}

static void
weir_connection_button_dispose (GObject *object)
{
  WeirConnectionButton *self = WEIR_CONNECTION_BUTTON (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  weir_connection_button_leave_current (self);
  if (self->connections != NULL)
    g_signal_handlers_disconnect_by_data (self->connections, self);
  g_clear_object (&self->connections);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_CONNECTION_BUTTON);
  G_OBJECT_CLASS (weir_connection_button_parent_class)->dispose (object);
}

static void
weir_connection_button_class_init (WeirConnectionButtonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = weir_connection_button_dispose;
  object_class->get_property = weir_connection_button_get_property;
  object_class->set_property = weir_connection_button_set_property;
  properties[PROP_IS_NARROW] =
      g_param_spec_boolean ("is-narrow", NULL, NULL, FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-connection-button.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirConnectionButton, button);
  gtk_widget_class_bind_template_child (widget_class, WeirConnectionButton, popover);
  gtk_widget_class_bind_template_child (widget_class, WeirConnectionButton, rows);
  gtk_widget_class_bind_template_child (widget_class, WeirConnectionButton, dot);
  gtk_widget_class_bind_template_child (widget_class, WeirConnectionButton, url);
  gtk_widget_class_bind_template_child (widget_class, WeirConnectionButton, what);
  gtk_widget_class_bind_template_child (widget_class, WeirConnectionButton, alarms);
  gtk_widget_class_bind_template_callback (widget_class, show_cb);
  gtk_widget_class_bind_template_callback (widget_class, closed_cb);
  gtk_widget_class_bind_template_callback (widget_class, close_menu_cb);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
weir_connection_button_init (WeirConnectionButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  weir_connection_button_refresh (self);
}

static void
current_cb (WeirConnectionButton *self)
{
  WeirConnection *connection = weir_connections_get_current (self->connections);
  WeirObserver *observer;

  weir_connection_button_leave_current (self);
  g_set_object (&self->current, connection);
  if (connection != NULL)
    {
      observer = weir_connection_get_observer (connection);
      g_signal_connect_swapped (observer, "notify::state", G_CALLBACK (weir_connection_button_refresh), self);
      g_signal_connect_swapped (observer, "notify::points", G_CALLBACK (weir_connection_button_refresh), self);
      g_signal_connect_swapped (connection, "changed", G_CALLBACK (weir_connection_button_refresh), self);
    }
  weir_connection_button_refresh (self);
  weir_connection_button_refresh_rows (self);
}

void
weir_connection_button_set_connections (WeirConnectionButton *self, WeirConnections *connections)
{
  g_return_if_fail (self->connections == NULL);

  g_set_object (&self->connections, connections);
  g_signal_connect_object (connections, "items-changed", G_CALLBACK (connections_changed_cb), self, G_CONNECT_SWAPPED);
  connections_changed_cb (self, 0, 0, g_list_model_get_n_items (G_LIST_MODEL (connections)));
  g_signal_connect_object (connections, "notify::current", G_CALLBACK (current_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (connections, "alarms-changed", G_CALLBACK (weir_connection_button_refresh_alarms), self,
                           G_CONNECT_SWAPPED);
  current_cb (self);
}
