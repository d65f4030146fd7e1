/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-connect-dialog.h"

#include <glib/gi18n.h>
#include <string.h>

#include "weir-focus.h"
#include "weir-header-row.h"
#include "weir-keyring.h"
#include "weir-text-scale.h"

#define DEFAULT_PORT 49134 /* of the iii engine */
#define MAX_HEADERS  16

struct _WeirConnectDialog
{
  AdwWindow parent_instance;

  AdwEntryRow *url;
  AdwPasswordEntryRow *token;
  AdwPreferencesGroup *headers;
  AdwActionRow *remember_row;
  GtkSwitch *remember;
  GtkLabel *problem;
  GPtrArray *rows; /* (element-type WeirHeaderRow), borrowed from the group */
  GCancellable *cancellable;
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
  else if (g_uri_get_userinfo (uri) != NULL)
    *reason = _ ("There is a name or a password in this address, and addresses are shown and stored. What an engine "
                 "wants goes into the field for its token.");
  if (*reason != NULL)
    return NULL;

  complete = g_uri_build (G_URI_FLAGS_NONE, scheme, NULL, g_uri_get_host (uri),
                          g_uri_get_port (uri) > 0 || g_str_equal (scheme, "wss") ? g_uri_get_port (uri) : DEFAULT_PORT,
                          g_uri_get_path (uri), g_uri_get_query (uri), NULL);
  return g_uri_to_string (complete);
}

static const char *
check_token (const char *token)
{
  for (; *token != '\0'; token++)
    if (g_ascii_iscntrl (*token))
      return _ ("A token is one line.");
  return NULL;
}

/* A row in which nothing was typed is none. */
static const char *
weir_connect_dialog_check_headers (WeirConnectDialog *self)
{
  const char *reason = NULL;

  for (guint i = 0; i < self->rows->len && reason == NULL; i++)
    {
      g_autofree char *name = weir_header_row_dup_name (self->rows->pdata[i]);
      g_autofree char *value = weir_header_row_dup_value (self->rows->pdata[i]);

      if (*name != '\0' || *value != '\0')
        reason = weir_credentials_check_header (name, value);
    }
  return reason;
}

static void
weir_connect_dialog_validate (WeirConnectDialog *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->url));
  const char *reason = NULL;
  g_autofree char *url = weir_connect_dialog_complete_url (text, &reason);
  gboolean is_good;

  if (reason == NULL)
    reason = check_token (gtk_editable_get_text (GTK_EDITABLE (self->token)));
  if (reason == NULL)
    reason = weir_connect_dialog_check_headers (self);
  is_good = url != NULL && reason == NULL;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "dialog.connect", is_good);
  gtk_label_set_label (self->problem, *text != '\0' && !is_good ? reason : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), *text != '\0' && !is_good);
}

/* --- headers --- */

static void
remove_header_cb (WeirHeaderRow *row, WeirConnectDialog *self)
{
  g_ptr_array_remove (self->rows, row);
  adw_preferences_group_remove (self->headers, GTK_WIDGET (row));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "dialog.add-header", TRUE);
  weir_connect_dialog_validate (self);
}

static void
add_header_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirConnectDialog *self = WEIR_CONNECT_DIALOG (widget);
  GtkWidget *row = weir_header_row_new ();

  g_signal_connect_swapped (row, "changed", G_CALLBACK (weir_connect_dialog_validate), self);
  g_signal_connect (row, "remove", G_CALLBACK (remove_header_cb), self);
  g_ptr_array_add (self->rows, row);
  adw_preferences_group_add (self->headers, row);
  gtk_widget_action_set_enabled (widget, "dialog.add-header", self->rows->len < MAX_HEADERS);
  gtk_widget_child_focus (row, GTK_DIR_TAB_FORWARD);
}

/* @from_url: (nullable): what is typed into the field for it goes before what is in the address */
static WeirCredentials *
weir_connect_dialog_dup_credentials (WeirConnectDialog *self, const char *from_url)
{
  const char *typed = gtk_editable_get_text (GTK_EDITABLE (self->token));
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) headers = NULL;

  for (guint i = 0; i < self->rows->len; i++)
    {
      g_autofree char *name = weir_header_row_dup_name (self->rows->pdata[i]);
      g_autofree char *value = weir_header_row_dup_value (self->rows->pdata[i]);

      if (*name != '\0')
        g_strv_builder_add_many (builder, name, value, NULL);
    }
  headers = g_strv_builder_end (builder);
  return weir_credentials_new (*typed != '\0' ? typed : from_url, (const char *const *) headers);
}

static void
connect_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirConnectDialog *self = WEIR_CONNECT_DIALOG (widget);
  const char *reason;
  g_autofree char *url = weir_connect_dialog_complete_url (gtk_editable_get_text (GTK_EDITABLE (self->url)), &reason);
  g_autofree char *bare = NULL, *token = NULL;
  g_autoptr (WeirCredentials) credentials = NULL;

  if (url == NULL)
    return;

  bare = weir_credentials_split_url (url, &token);
  credentials = weir_connect_dialog_dup_credentials (self, token);
  g_signal_emit (self, signals[CONNECT], 0, bare, credentials, gtk_switch_get_active (self->remember));
  gtk_window_close (GTK_WINDOW (self));
}

static void
entry_activated_cb (WeirConnectDialog *self)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "dialog.connect", NULL);
}

/* --- the keyring --- */

static void
found_keyring_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirConnectDialog) self = user_data;
  gboolean has_keyring = weir_keyring_find_finish (result);

  if (self->remember == NULL) /* it is closed */
    return;

  gtk_widget_set_sensitive (GTK_WIDGET (self->remember_row), has_keyring);
  if (has_keyring)
    return;
  gtk_switch_set_active (self->remember, FALSE);
  adw_action_row_set_subtitle (self->remember_row,
                               _ ("There is no keyring here: token and headers are kept for this session only."));
}

static void
weir_connect_dialog_dispose (GObject *object)
{
  g_cancellable_cancel (WEIR_CONNECT_DIALOG (object)->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (object), WEIR_TYPE_CONNECT_DIALOG);
  G_OBJECT_CLASS (weir_connect_dialog_parent_class)->dispose (object);
}

static void
weir_connect_dialog_finalize (GObject *object)
{
  g_ptr_array_unref (WEIR_CONNECT_DIALOG (object)->rows);
  g_object_unref (WEIR_CONNECT_DIALOG (object)->cancellable);
  G_OBJECT_CLASS (weir_connect_dialog_parent_class)->finalize (object);
}

static void
weir_connect_dialog_class_init (WeirConnectDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_connect_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = weir_connect_dialog_finalize;
  signals[CONNECT] = g_signal_new ("connect", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 3, G_TYPE_STRING, WEIR_TYPE_CREDENTIALS, G_TYPE_BOOLEAN);
  gtk_widget_class_install_action (widget_class, "dialog.connect", NULL, connect_action);
  gtk_widget_class_install_action (widget_class, "dialog.add-header", NULL, add_header_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);

  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-connect-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirConnectDialog, url);
  gtk_widget_class_bind_template_child (widget_class, WeirConnectDialog, token);
  gtk_widget_class_bind_template_child (widget_class, WeirConnectDialog, headers);
  gtk_widget_class_bind_template_child (widget_class, WeirConnectDialog, remember_row);
  gtk_widget_class_bind_template_child (widget_class, WeirConnectDialog, remember);
  gtk_widget_class_bind_template_child (widget_class, WeirConnectDialog, problem);
  gtk_widget_class_bind_template_callback (widget_class, weir_connect_dialog_validate);
  gtk_widget_class_bind_template_callback (widget_class, entry_activated_cb);
}

static void
weir_connect_dialog_init (WeirConnectDialog *self)
{
  self->rows = g_ptr_array_new ();
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  weir_text_scale_window (GTK_WINDOW (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->remember), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Keep token and headers in the keyring"), -1);
  weir_focus_name_entry_row (self->url);
  weir_focus_name_entry_row (ADW_ENTRY_ROW (self->token));
  weir_keyring_find_async (self->cancellable, found_keyring_cb, g_object_ref (self));
}

GtkWidget *
weir_connect_dialog_new (GtkWindow *parent, const char *url, gboolean wants_token)
{
  WeirConnectDialog *self = g_object_new (WEIR_TYPE_CONNECT_DIALOG, "transient-for", parent, NULL);

  gtk_editable_set_text (GTK_EDITABLE (self->url), url);
  weir_connect_dialog_validate (self);
  /* Else the first button has it. What is there already is selected, so that typing replaces it. */
  weir_focus_grab_once_shown (
      GTK_WIDGET (gtk_editable_get_delegate (wants_token ? GTK_EDITABLE (self->token) : GTK_EDITABLE (self->url))));
  return GTK_WIDGET (self);
}
