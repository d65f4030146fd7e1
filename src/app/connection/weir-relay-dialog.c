/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-relay-dialog.h"

#include <glib/gi18n.h>

#include "weir-format.h"
#include "weir-text-scale.h"
#include "weir-toast.h"

/* As wide as its window where that has no room for more; the two ways with lines that wrap need so much height. */
#define MAX_WIDTH   440
#define WAYS_HEIGHT 450

/* So often who uses it is asked for, once a second, until it is said that nobody can tell. */
#define PATIENCE 5

struct _WeirRelayDialog
{
  AdwWindow parent_instance;

  AdwToastOverlay *toasts;
  GtkScrolledWindow *scroller;
  GtkImage *icon;
  GtkLabel *text;
  GtkWidget *ways;
  AdwActionRow *command_row;
  AdwActionRow *variable_row;
  GtkLabel *users;
  GtkWidget *start_button;
  GtkWidget *stop_button;

  WeirConnection *connection;
  WeirOwnRelay *relay;
  guint timer;     /* who uses it */
  guint n_unknown; /* so often nobody could tell, one after the other */
};

G_DEFINE_FINAL_TYPE (WeirRelayDialog, weir_relay_dialog, ADW_TYPE_WINDOW)

/* --- the two ways --- */

/* That starts a relay of its own, in front of the same engine. @is_masked: to be shown */
static char *
dup_command (WeirRelayDialog *self, gboolean is_masked)
{
  WeirObserver *observer = weir_connection_get_observer (self->connection);
  g_autofree char *url = weir_observer_dup_worker_url (observer, is_masked), *quoted = g_shell_quote (url);

  if (g_str_equal (url, WEIR_WORKER_DEFAULT_URL))
    return g_strdup ("weir-relay -- npm start");
  return g_strdup_printf ("weir-relay --upstream %s -- npm start", quoted);
}

static char *
dup_variable (WeirRelayDialog *self, gboolean is_masked)
{
  g_autofree char *url = weir_own_relay_dup_client_url (self->relay, is_masked);

  return weir_format_setting ("III_URL", url);
}

static void
copy (WeirRelayDialog *self, char *text)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  weir_toast_show (self->toasts, _ ("Copied"));
  g_free (text);
}

static void
copy_command_cb (WeirRelayDialog *self)
{
  copy (self, dup_command (self, FALSE));
}

static void
copy_variable_cb (WeirRelayDialog *self)
{
  copy (self, dup_variable (self, FALSE));
}

/* --- what it says --- */

static char *
dup_text (WeirRelayDialog *self)
{
  const char *engine = weir_connection_get_shown_url (self->connection);
  const char *url = weir_own_relay_get_url (self->relay);
  const GError *error = weir_own_relay_get_error (self->relay);

  if (url != NULL)
    return g_strdup_printf (
        _ ("It runs on %s, in front of %s. Workers that start through it show their channels here."), url, engine);
  if (weir_own_relay_is_starting (self->relay))
    return g_strdup_printf (_ ("A relay is being started in front of %s…"), engine);
  if (error != NULL)
    return g_strdup (error->message);
  return g_strdup_printf (
      _ ("No relay of Weir runs in front of %s. A relay passes everything on unchanged, and shows the channels of the "
         "workers that connect through it."),
      engine);
}

static void
weir_relay_dialog_refresh (WeirRelayDialog *self)
{
  gboolean runs = weir_own_relay_get_url (self->relay) != NULL;
  gboolean is_starting = weir_own_relay_is_starting (self->relay);
  gboolean has_failed = !runs && !is_starting && weir_own_relay_get_error (self->relay) != NULL;
  g_autofree char *text = dup_text (self);
  g_autofree char *command = dup_command (self, TRUE);
  g_autofree char *variable = dup_variable (self, TRUE);

  gtk_label_set_label (self->text, text);
  gtk_image_set_from_icon_name (self->icon, runs         ? "object-select-symbolic"
                                            : has_failed ? "dialog-warning-symbolic"
                                                         : "dialog-information-symbolic");
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->command_row), command);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->variable_row), variable);
  gtk_scrolled_window_set_min_content_height (self->scroller, runs ? WAYS_HEIGHT : -1);
  gtk_widget_set_visible (self->ways, runs);
  gtk_widget_set_visible (GTK_WIDGET (self->users), runs);
  gtk_widget_set_visible (self->stop_button, runs);
  gtk_widget_set_visible (self->start_button, !runs);
  gtk_widget_set_sensitive (self->start_button, !is_starting);
}

static void
use_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirRelayDialog) self = user_data;
  WeirRelayUse use = weir_own_relay_get_use_finish (WEIR_OWN_RELAY (object), result);
  g_autofree char *text = weir_relay_use_describe (&use);

  if (self->users == NULL) /* closed meanwhile */
    return;
  self->n_unknown = use.is_known ? 0 : self->n_unknown + 1;
  if (self->n_unknown > 0 && self->n_unknown < PATIENCE) /* its point may be yet to be found */
    return;
  if (g_strcmp0 (gtk_label_get_label (self->users), text) != 0)
    gtk_label_set_label (self->users, text);
}

static gboolean
ask_cb (gpointer user_data)
{
  WeirRelayDialog *self = user_data;

  if (weir_own_relay_get_url (self->relay) != NULL)
    weir_own_relay_get_use_async (self->relay, use_cb, g_object_ref (self));
  return G_SOURCE_CONTINUE;
}

/* --- what it does --- */

static void
start_cb (WeirRelayDialog *self)
{
  weir_connection_start_relay (self->connection);
}

static void
response_cb (AdwMessageDialog *question, const char *response, WeirRelayDialog *self)
{
  if (g_str_equal (response, "stop"))
    weir_own_relay_stop (self->relay);
}

static void
weir_relay_dialog_ask (WeirRelayDialog *self, const WeirRelayUse *use)
{
  g_autofree char *heading = weir_relay_use_dup_heading (use);
  AdwMessageDialog *question = ADW_MESSAGE_DIALOG (adw_message_dialog_new (
      GTK_WINDOW (self), heading,
      _ ("If it is stopped, what goes through it breaks off, and its workers find nobody at its address.")));

  adw_message_dialog_add_responses (question, "cancel", _ ("_Cancel"), "stop", _ ("_Stop"), NULL);
  adw_message_dialog_set_response_appearance (question, "stop", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (question, "cancel");
  adw_message_dialog_set_close_response (question, "cancel");
  g_signal_connect_object (question, "response", G_CALLBACK (response_cb), self, 0);
  gtk_window_present (GTK_WINDOW (question));
}

static void
stop_asked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirRelayDialog) self = user_data;
  WeirRelayUse use = weir_own_relay_get_use_finish (WEIR_OWN_RELAY (object), result);

  if (self->stop_button == NULL) /* closed meanwhile */
    return;
  gtk_widget_set_sensitive (self->stop_button, TRUE);
  if (weir_relay_use_is_none (&use))
    weir_own_relay_stop (self->relay);
  else
    weir_relay_dialog_ask (self, &use);
}

/* Who it would be stopped for is asked first. */
static void
stop_cb (WeirRelayDialog *self)
{
  gtk_widget_set_sensitive (self->stop_button, FALSE);
  weir_own_relay_get_use_async (self->relay, stop_asked_cb, g_object_ref (self));
}

/* --- the type --- */

static void
weir_relay_dialog_dispose (GObject *object)
{
  WeirRelayDialog *self = WEIR_RELAY_DIALOG (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->relay);
  g_clear_object (&self->connection);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_RELAY_DIALOG);
  G_OBJECT_CLASS (weir_relay_dialog_parent_class)->dispose (object);
}

static void
weir_relay_dialog_class_init (WeirRelayDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_relay_dialog_dispose;
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-relay-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirRelayDialog, toasts);
  gtk_widget_class_bind_template_child (widget_class, WeirRelayDialog, icon);
  gtk_widget_class_bind_template_child (widget_class, WeirRelayDialog, scroller);
  gtk_widget_class_bind_template_child (widget_class, WeirRelayDialog, text);
  gtk_widget_class_bind_template_child (widget_class, WeirRelayDialog, ways);
  gtk_widget_class_bind_template_child (widget_class, WeirRelayDialog, command_row);
  gtk_widget_class_bind_template_child (widget_class, WeirRelayDialog, variable_row);
  gtk_widget_class_bind_template_child (widget_class, WeirRelayDialog, users);
  gtk_widget_class_bind_template_child (widget_class, WeirRelayDialog, start_button);
  gtk_widget_class_bind_template_child (widget_class, WeirRelayDialog, stop_button);
  gtk_widget_class_bind_template_callback (widget_class, copy_command_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_variable_cb);
  gtk_widget_class_bind_template_callback (widget_class, start_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_cb);
}

static void
weir_relay_dialog_init (WeirRelayDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  weir_text_scale_window (GTK_WINDOW (self));
}

GtkWidget *
weir_relay_dialog_new (GtkWindow *parent, WeirConnection *connection)
{
  WeirRelayDialog *self = g_object_new (WEIR_TYPE_RELAY_DIALOG, "transient-for", parent, NULL);

  gtk_window_set_default_size (GTK_WINDOW (self), MIN (gtk_widget_get_width (GTK_WIDGET (parent)), MAX_WIDTH), -1);
  self->connection = g_object_ref (connection);
  self->relay = g_object_ref (weir_connection_get_relay (connection));
  g_signal_connect_object (self->relay, "changed", G_CALLBACK (weir_relay_dialog_refresh), self, G_CONNECT_SWAPPED);
  self->timer = g_timeout_add_seconds (1, ask_cb, self);
  weir_relay_dialog_refresh (self);
  return GTK_WIDGET (self);
}
