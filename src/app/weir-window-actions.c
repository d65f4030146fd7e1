/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-window-actions.h"

#include <glib/gi18n.h>

#include "weir-connect-dialog.h"
#include "weir-connection-dialog.h"
#include "weir-focus.h"
#include "weir-shortcut-row.h"
#include "weir-text-scale.h"
#include "weir-trouble.h"
#include "weir-window.h"

/* Nothing typed: what the keyring has. Something typed that it is not to keep: what it had is not wanted any more. */
static void
connect_cb (WeirConnectDialog *dialog, const char *url, const WeirCredentials *credentials, gboolean keeps,
            WeirWindow *self)
{
  WeirConnections *connections = weir_window_get_connections (self);
  g_autoptr (WeirCredentials) none = weir_credentials_new (NULL, NULL);
  gboolean is_empty = weir_credentials_is_empty (credentials);
  WeirConnection *connection = weir_connections_open (connections, url, is_empty ? NULL : credentials);

  if (!is_empty)
    weir_connection_keep_credentials (connection, keeps ? credentials : none);
}

static void
ask_where (GtkWidget *widget, gboolean wants_token)
{
  WeirConnection *current = weir_window_get_connection (WEIR_WINDOW (widget));
  const char *url = current != NULL ? weir_observer_get_url (weir_connection_get_observer (current)) : "ws://";
  GtkWidget *dialog = weir_connect_dialog_new (GTK_WINDOW (widget), url, wants_token);

  g_signal_connect_object (dialog, "connect", G_CALLBACK (connect_cb), widget, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
connect_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ask_where (widget, FALSE);
}

static void
give_token (GtkWidget *widget, const char *action, GVariant *parameter)
{
  ask_where (widget, TRUE);
}

static void
try_demo (GtkWidget *widget, const char *action, GVariant *parameter)
{
  weir_connections_start_engine (weir_window_get_connections (WEIR_WINDOW (widget)), TRUE);
}

static void
start_engine (GtkWidget *widget, const char *action, GVariant *parameter)
{
  weir_connections_start_engine (weir_window_get_connections (WEIR_WINDOW (widget)), FALSE);
}

static void
show_connection (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirConnections *connections = weir_window_get_connections (WEIR_WINDOW (widget));
  g_autoptr (WeirConnection) connection =
      g_list_model_get_item (G_LIST_MODEL (connections), g_variant_get_uint32 (parameter));

  if (connection != NULL)
    weir_connections_set_current (connections, connection);
}

static void
show_engine (GtkWidget *widget, const char *action, GVariant *parameter)
{
  weir_connections_show (weir_window_get_connections (WEIR_WINDOW (widget)), g_variant_get_string (parameter, NULL));
}

static void
close_connection (GtkWidget *widget, const char *action, GVariant *parameter)
{
  weir_window_close_connection (WEIR_WINDOW (widget), g_variant_get_uint32 (parameter));
}

static void
edit_connection (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirConnections *connections = weir_window_get_connections (WEIR_WINDOW (widget));
  g_autoptr (WeirConnection) connection =
      g_list_model_get_item (G_LIST_MODEL (connections), g_variant_get_uint32 (parameter));

  if (connection != NULL)
    gtk_window_present (GTK_WINDOW (weir_connection_dialog_new (GTK_WINDOW (widget), connections, connection)));
}

static void
retry (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirConnection *current = weir_window_get_connection (WEIR_WINDOW (widget));

  if (current != NULL)
    weir_observer_retry_now (weir_connection_get_observer (current));
}

static void
copy_details (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirConnection *current = weir_window_get_connection (WEIR_WINDOW (widget));
  g_autofree char *details = NULL;

  if (current == NULL)
    return;
  details = weir_trouble_dup_details (current);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), details);
  weir_window_toast (WEIR_WINDOW (widget), _ ("Details copied"));
}

static WeirContent *
get_content (GtkWidget *widget)
{
  return weir_window_get_content (WEIR_WINDOW (widget));
}

static void
show_page (GtkWidget *widget, const char *action, GVariant *parameter)
{
  weir_content_show_page (get_content (widget), g_variant_get_string (parameter, NULL));
}

static void
tap (GtkWidget *widget, const char *action, GVariant *parameter)
{
  if (!weir_content_tap (get_content (widget), g_variant_get_string (parameter, NULL)))
    weir_window_toast (WEIR_WINDOW (widget), _ ("That channel is no longer known"));
}

static void
trigger (GtkWidget *widget, const char *action, GVariant *parameter)
{
  weir_content_trigger (get_content (widget), g_variant_get_string (parameter, NULL));
}

static void
open_ref (GtkWidget *widget, const char *action, GVariant *parameter)
{
  const char *channel_id, *access_key, *direction;
  g_autoptr (WeirRef) ref = NULL;
  WeirDirection parsed;

  g_variant_get (parameter, "(&s&s&s)", &channel_id, &access_key, &direction);
  if (!weir_direction_from_string (direction, &parsed))
    return;
  ref = weir_ref_new (channel_id, access_key, parsed);
  weir_content_open_ref (get_content (widget), ref);
}

static void
paste_ref (GtkWidget *widget, const char *action, GVariant *parameter)
{
  weir_content_open_ref (get_content (widget), NULL);
}

static void
close_tab (GtkWidget *widget, const char *action, GVariant *parameter)
{
  weir_content_close_tab (get_content (widget));
}

static void
search (GtkWidget *widget, const char *action, GVariant *parameter)
{
  if (gtk_widget_get_mapped (GTK_WIDGET (get_content (widget))))
    weir_content_focus_search (get_content (widget));
}

static void
close_details (GtkWidget *widget, const char *action, GVariant *parameter)
{
  weir_content_close_details (get_content (widget));
}

/* Made when it is asked for, and gone when it is closed. The hidden window that GtkApplication makes of a file named
 * gtk/help-overlay.ui ends the program under a screen reader: GTK 4.8's accessibility bridge hands it out as the child
 * at an index that is not there any more, and it has no path on the bus. */
static void
show_shortcuts (GtkWidget *widget, const char *action, GVariant *parameter)
{
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource ("/io/github/weir/Weir/ui/weir-shortcuts.ui");
  GtkWindow *window = GTK_WINDOW (gtk_builder_get_object (builder, "shortcuts"));

  gtk_window_set_transient_for (window, GTK_WINDOW (widget));
  weir_text_scale_window (window);
  weir_focus_name_parts (GTK_WIDGET (window));
  gtk_window_present (window);
}

static void
toast (GtkWidget *widget, const char *action, GVariant *parameter)
{
  weir_window_toast (WEIR_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

void
weir_window_install_actions (GtkWidgetClass *widget_class)
{
  g_type_ensure (WEIR_TYPE_SHORTCUT_ROW);
  gtk_widget_class_install_action (widget_class, "win.connect", NULL, connect_action);
  gtk_widget_class_install_action (widget_class, "win.give-token", NULL, give_token);
  gtk_widget_class_install_action (widget_class, "win.try-demo", NULL, try_demo);
  gtk_widget_class_install_action (widget_class, "win.start-engine", NULL, start_engine);
  gtk_widget_class_install_action (widget_class, "win.show-connection", "u", show_connection);
  gtk_widget_class_install_action (widget_class, "win.show-engine", "s", show_engine);
  gtk_widget_class_install_action (widget_class, "win.close-connection", "u", close_connection);
  gtk_widget_class_install_action (widget_class, "win.edit-connection", "u", edit_connection);
  gtk_widget_class_install_action (widget_class, "win.retry", NULL, retry);
  gtk_widget_class_install_action (widget_class, "win.copy-details", NULL, copy_details);
  gtk_widget_class_install_action (widget_class, "win.tap", "s", tap);
  gtk_widget_class_install_action (widget_class, "win.show-page", "s", show_page);
  gtk_widget_class_install_action (widget_class, "win.trigger", "s", trigger);
  gtk_widget_class_install_action (widget_class, "win.open-ref", "(sss)", open_ref);
  gtk_widget_class_install_action (widget_class, "win.paste-ref", NULL, paste_ref);
  gtk_widget_class_install_action (widget_class, "win.close-tab", NULL, close_tab);
  gtk_widget_class_install_action (widget_class, "win.search", NULL, search);
  gtk_widget_class_install_action (widget_class, "win.close-details", NULL, close_details);
  gtk_widget_class_install_action (widget_class, "win.show-shortcuts", NULL, show_shortcuts);
  gtk_widget_class_install_action (widget_class, "win.toast", "s", toast);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_1, GDK_ALT_MASK, "win.show-page", "s", "channels");
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_2, GDK_ALT_MASK, "win.show-page", "s", "functions");
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_3, GDK_ALT_MASK, "win.show-page", "s", "send");
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_n, GDK_CONTROL_MASK, "win.connect", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_r, GDK_CONTROL_MASK, "win.retry", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_o, GDK_CONTROL_MASK, "win.paste-ref", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_w, GDK_CONTROL_MASK, "win.close-tab", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_f, GDK_CONTROL_MASK, "win.search", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_question, GDK_CONTROL_MASK, "win.show-shortcuts", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "win.close-details", NULL);
}
