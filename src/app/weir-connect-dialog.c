/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-connect-dialog.h"

#include <glib/gi18n.h>
#include <string.h>

#define DEFAULT_PORT 49134 /* of the iii engine */

struct _WeirConnectDialog
{
  AdwWindow parent_instance;

  AdwEntryRow *url;
  AdwPasswordEntryRow *token;
  GtkLabel *problem;
};

enum
{
  CONNECT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirConnectDialog, weir_connect_dialog, ADW_TYPE_WINDOW)

static char *
with_scheme (const char *text)
{
  if (g_ascii_strncasecmp (text, "http://", 7) == 0)
    return g_strconcat ("ws://", text + 7, NULL);
  if (g_ascii_strncasecmp (text, "https://", 8) == 0)
    return g_strconcat ("wss://", text + 8, NULL);
  if (strstr (text, "://") == NULL)
    return g_strconcat ("ws://", text, NULL);
  return g_strdup (text);
}

char *
weir_connect_dialog_complete_url (const char *text, const char **reason)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (text));
  g_autofree char *full = with_scheme (trimmed);
  g_autoptr (GUri) uri = g_uri_parse (full, G_URI_FLAGS_NONE, NULL);
  g_autoptr (GUri) complete = NULL;
  const char *scheme = uri != NULL ? g_uri_get_scheme (uri) : NULL;

  *reason = NULL;
  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0' ||
      strpbrk (g_uri_get_host (uri), " \t") != NULL)
    *reason = _ ("This is not an address. One looks like ws://127.0.0.1:49134.");
  else if (!g_str_equal (scheme, "ws") && !g_str_equal (scheme, "wss"))
    *reason = _ ("An engine's address begins with ws:// or wss://.");
  if (*reason != NULL)
    return NULL;

  complete = g_uri_build (G_URI_FLAGS_NONE, scheme, g_uri_get_userinfo (uri), g_uri_get_host (uri),
                          g_uri_get_port (uri) > 0 || g_str_equal (scheme, "wss") ? g_uri_get_port (uri) : DEFAULT_PORT,
                          g_uri_get_path (uri), g_uri_get_query (uri), NULL);
  return g_uri_to_string (complete);
}

static void
weir_connect_dialog_validate (WeirConnectDialog *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->url));
  const char *reason = NULL;
  g_autofree char *url = weir_connect_dialog_complete_url (text, &reason);

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "dialog.connect", url != NULL);
  gtk_label_set_label (self->problem, *text != '\0' && reason != NULL ? reason : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), *text != '\0' && reason != NULL);
}

static void
connect_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirConnectDialog *self = WEIR_CONNECT_DIALOG (widget);
  const char *token = gtk_editable_get_text (GTK_EDITABLE (self->token));
  const char *reason;
  g_autofree char *url = weir_connect_dialog_complete_url (gtk_editable_get_text (GTK_EDITABLE (self->url)), &reason);

  if (url == NULL)
    return;

  g_signal_emit (self, signals[CONNECT], 0, url, *token != '\0' ? token : NULL);
  gtk_window_close (GTK_WINDOW (self));
}

static void
entry_activated_cb (WeirConnectDialog *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "dialog.connect", NULL);
}

static void
weir_connect_dialog_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), WEIR_TYPE_CONNECT_DIALOG);
  G_OBJECT_CLASS (weir_connect_dialog_parent_class)->dispose (object);
}

static void
weir_connect_dialog_class_init (WeirConnectDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_connect_dialog_dispose;
  signals[CONNECT] = g_signal_new ("connect", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  gtk_widget_class_install_action (widget_class, "dialog.connect", NULL, connect_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-connect-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirConnectDialog, url);
  gtk_widget_class_bind_template_child (widget_class, WeirConnectDialog, token);
  gtk_widget_class_bind_template_child (widget_class, WeirConnectDialog, problem);
  gtk_widget_class_bind_template_callback (widget_class, weir_connect_dialog_validate);
  gtk_widget_class_bind_template_callback (widget_class, entry_activated_cb);
}

static void
weir_connect_dialog_init (WeirConnectDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
weir_connect_dialog_new (GtkWindow *parent, const char *url)
{
  WeirConnectDialog *self = g_object_new (WEIR_TYPE_CONNECT_DIALOG, "transient-for", parent, NULL);

  gtk_editable_set_text (GTK_EDITABLE (self->url), url);
  weir_connect_dialog_validate (self);
  return GTK_WIDGET (self);
}
