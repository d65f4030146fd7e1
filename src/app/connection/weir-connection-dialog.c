/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-connection-dialog.h"

#include <glib/gi18n.h>

#include "weir-focus.h"
#include "weir-text-scale.h"

struct _WeirConnectionDialog
{
  AdwWindow parent_instance;

  AdwEntryRow *name;
  AdwActionRow *address;
  AdwActionRow *secret;
  GtkWidget *forget_button;
  AdwActionRow *place;

  WeirConnections *connections;
  WeirConnection *connection;
};

G_DEFINE_FINAL_TYPE (WeirConnectionDialog, weir_connection_dialog, ADW_TYPE_WINDOW)

/* -1: it is not there any more */
static int
weir_connection_dialog_get_position (WeirConnectionDialog *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->connections)); i++)
    {
      g_autoptr (WeirConnection) connection = g_list_model_get_item (G_LIST_MODEL (self->connections), i);

      if (connection == self->connection)
        return i;
    }
  return -1;
}

static void
weir_connection_dialog_refresh_place (WeirConnectionDialog *self)
{
  int position = weir_connection_dialog_get_position (self);
  int n = g_list_model_get_n_items (G_LIST_MODEL (self->connections));
  g_autofree char *text = g_strdup_printf (_ ("%d of %d"), position + 1, n);

  if (position < 0)
    {
      gtk_window_close (GTK_WINDOW (self));
      return;
    }
  adw_action_row_set_subtitle (self->place, text);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "dialog.move-up", position > 0);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "dialog.move-down", position + 1 < n);
}

static void
weir_connection_dialog_refresh_secret (WeirConnectionDialog *self)
{
  gboolean has_secret = weir_connection_has_secret (self->connection);

  adw_action_row_set_subtitle (self->secret,
                               has_secret ? _ ("Kept in the keyring") : _ ("None are kept in the keyring"));
  gtk_widget_set_visible (self->forget_button, has_secret);
}

static void
name_changed_cb (WeirConnectionDialog *self)
{
  weir_connection_set_name (self->connection, gtk_editable_get_text (GTK_EDITABLE (self->name)));
}

static void
forget_secret_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autoptr (WeirCredentials) none = weir_credentials_new (NULL, NULL);

  weir_connection_keep_credentials (WEIR_CONNECTION_DIALOG (widget)->connection, none);
}

static void
move_up_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirConnectionDialog *self = WEIR_CONNECTION_DIALOG (widget);

  weir_connections_move (self->connections, self->connection, -1);
}

static void
move_down_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirConnectionDialog *self = WEIR_CONNECTION_DIALOG (widget);

  weir_connections_move (self->connections, self->connection, 1);
}

/* --- removing --- */

/* This dialog goes when the connection does. */
static void
response_cb (WeirConnectionDialog *self, const char *response)
{
  int position = weir_connection_dialog_get_position (self);
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));

  if (g_str_equal (response, "remove") && position >= 0 && parent != NULL)
    gtk_widget_activate_action (GTK_WIDGET (parent), "win.close-connection", "u", position);
}

static void
remove_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirConnectionDialog *self = WEIR_CONNECTION_DIALOG (widget);
  AdwMessageDialog *dialog;
  g_autofree char *heading = g_strdup_printf (_ ("Remove “%s”?"), weir_connection_get_title (self->connection));

  dialog = ADW_MESSAGE_DIALOG (adw_message_dialog_new (
      GTK_WINDOW (self), heading,
      weir_connection_has_secret (self->connection)
          ? _ ("Weir closes this connection with its taps and forgets its address, and the keyring forgets its token "
               "and headers. The engine goes on.")
          : _ ("Weir closes this connection with its taps and forgets its address. The engine goes on.")));
  if (weir_connection_get_engine (self->connection) != NULL)
    adw_message_dialog_set_body (dialog, _ ("Weir closes this connection with its taps. It started the engine "
                                            "itself, which is stopped unless workers use it."));
  adw_message_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "remove", _ ("_Remove"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "remove", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (dialog, "cancel");
  adw_message_dialog_set_close_response (dialog, "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (response_cb), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* --- the type --- */

static void
weir_connection_dialog_dispose (GObject *object)
{
  WeirConnectionDialog *self = WEIR_CONNECTION_DIALOG (object);

  if (self->connection != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->connection, self);
      g_signal_handlers_disconnect_by_data (self->connections, self);
    }
  g_clear_object (&self->connection);
  g_clear_object (&self->connections);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_CONNECTION_DIALOG);
  G_OBJECT_CLASS (weir_connection_dialog_parent_class)->dispose (object);
}

static void
weir_connection_dialog_class_init (WeirConnectionDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_connection_dialog_dispose;
  gtk_widget_class_install_action (widget_class, "dialog.forget-secret", NULL, forget_secret_action);
  gtk_widget_class_install_action (widget_class, "dialog.move-up", NULL, move_up_action);
  gtk_widget_class_install_action (widget_class, "dialog.move-down", NULL, move_down_action);
  gtk_widget_class_install_action (widget_class, "dialog.remove", NULL, remove_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-connection-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirConnectionDialog, name);
  gtk_widget_class_bind_template_child (widget_class, WeirConnectionDialog, address);
  gtk_widget_class_bind_template_child (widget_class, WeirConnectionDialog, secret);
  gtk_widget_class_bind_template_child (widget_class, WeirConnectionDialog, forget_button);
  gtk_widget_class_bind_template_child (widget_class, WeirConnectionDialog, place);
  gtk_widget_class_bind_template_callback (widget_class, name_changed_cb);
}

static void
weir_connection_dialog_init (WeirConnectionDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  weir_text_scale_window (GTK_WINDOW (self));
  weir_focus_name_entry_row (self->name);
  weir_focus_grab_once_shown (GTK_WIDGET (gtk_editable_get_delegate (GTK_EDITABLE (self->name))));
}

GtkWidget *
weir_connection_dialog_new (GtkWindow *parent, WeirConnections *connections, WeirConnection *connection)
{
  WeirConnectionDialog *self = g_object_new (WEIR_TYPE_CONNECTION_DIALOG, "transient-for", parent, NULL);
  const char *name = weir_connection_get_name (connection);

  self->connections = g_object_ref (connections);
  self->connection = g_object_ref (connection);
  gtk_editable_set_text (GTK_EDITABLE (self->name), name != NULL ? name : "");
  adw_action_row_set_subtitle (self->address, weir_connection_get_shown_url (connection));
  g_signal_connect_swapped (connection, "changed", G_CALLBACK (weir_connection_dialog_refresh_secret), self);
  g_signal_connect_swapped (connections, "items-changed", G_CALLBACK (weir_connection_dialog_refresh_place), self);
  weir_connection_dialog_refresh_secret (self);
  weir_connection_dialog_refresh_place (self);
  return GTK_WIDGET (self);
}
