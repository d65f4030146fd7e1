/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-application.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>

#include "weir-connect-dialog.h"
#include "weir-debug.h"
#include "weir-focus.h"
#include "weir-frame-log.h"
#include "weir-preferences.h"
#include "weir-settings.h"
#include "weir-stall-watch.h"
#include "weir-window.h"

struct _WeirApplication
{
  AdwApplication parent_instance;
};

G_DEFINE_FINAL_TYPE (WeirApplication, weir_application, ADW_TYPE_APPLICATION)

static const GOptionEntry options[] = {
  { "url", 'u', 0, G_OPTION_ARG_STRING, NULL, N_ ("Connect to the engine at URL"), N_ ("URL") },
  { "demo", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Start an engine here, with sample workers"), NULL },
  { "version", 'v', 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the version and leave"), NULL },
  { "first-frame", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, NULL, N_ ("Leave after the first frame, for benchmarks"),
    NULL },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, NULL, NULL, N_ ("[URL]") },
  { NULL }
};

/* NULL: it is closed, or not there yet. Dialogs are windows of the application, too. */
static WeirWindow *
weir_application_find_window (WeirApplication *self)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l != NULL; l = l->next)
    if (WEIR_IS_WINDOW (l->data))
      return l->data;
  return NULL;
}

static WeirWindow *
weir_application_get_window (WeirApplication *self)
{
  WeirWindow *window = weir_application_find_window (self);

  if (window == NULL)
    {
      window = weir_window_new (GTK_APPLICATION (self));
      weir_frame_log_attach (GTK_WIDGET (window));
      weir_stall_watch_attach (GTK_WIDGET (window));
      weir_connections_restore (weir_window_get_connections (window));
    }
  return window;
}

/* --- the first frame, for tests/bench --- */

static gboolean
leave_cb (gpointer user_data)
{
  g_application_quit (user_data);
  return G_SOURCE_REMOVE;
}

static void
painted_cb (GdkFrameClock *clock, GApplication *self)
{
  g_signal_handlers_disconnect_by_data (clock, self);
  g_print ("weir: first frame\n");
  g_idle_add (leave_cb, self);
}

static void
realize_cb (GtkWidget *window, GApplication *self)
{
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (painted_cb), self);
}

/* --- actions --- */

static void
quit_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WeirWindow *window = weir_application_find_window (user_data);

  if (window != NULL)
    gtk_window_close (GTK_WINDOW (window));
  else
    g_application_quit (user_data);
}

static void
preferences_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWidget *window = weir_preferences_new (gtk_application_get_active_window (user_data));

  gtk_window_present (GTK_WINDOW (window));
}

static void
about_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWidget *window =
      g_object_new (ADW_TYPE_ABOUT_WINDOW, "transient-for", gtk_application_get_active_window (user_data),
                    "application-name", _ ("Weir"), "application-icon", WEIR_APP_ID, "version", WEIR_VERSION,
                    "comments", _ ("Watch and debug the channels of an iii engine"), "license-type",
                    GTK_LICENSE_GPL_3_0, "developer-name", _ ("The Weir developers"), NULL);

  weir_focus_name_parts (window);
  gtk_window_present (GTK_WINDOW (window));
}

/* What a notification asks for. */
static void
show_channel_action (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  WeirWindow *window = weir_application_get_window (user_data);
  const char *channel_id = g_variant_get_string (parameter, NULL);

  if (weir_connections_show_channel (weir_window_get_connections (window), channel_id))
    weir_content_show_channel (weir_window_get_content (window), channel_id);
  gtk_window_present (GTK_WINDOW (window));
}

static const GActionEntry actions[] = { { "quit", quit_action },
                                        { "show-channel", show_channel_action, "s" },
                                        { "preferences", preferences_action },
                                        { "about", about_action } };

static void
weir_application_install_actions (WeirApplication *self)
{
  GtkApplication *application = GTK_APPLICATION (self);

  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  gtk_application_set_accels_for_action (application, "app.quit", (const char *[]){ "<Control>q", NULL });
  gtk_application_set_accels_for_action (application, "app.preferences", (const char *[]){ "<Control>comma", NULL });
}

/* --- life --- */

/* Who ends a program by a signal does not wait for an answer. */
static gboolean
signal_cb (gpointer user_data)
{
  WeirWindow *window = weir_application_find_window (user_data);

  if (window != NULL)
    weir_window_leave (window);
  else
    g_application_quit (user_data);
  return G_SOURCE_CONTINUE;
}

static void
weir_application_apply_theme (WeirApplication *self)
{
  static const AdwColorScheme schemes[] = { ADW_COLOR_SCHEME_DEFAULT, ADW_COLOR_SCHEME_FORCE_LIGHT,
                                            ADW_COLOR_SCHEME_FORCE_DARK };
  int theme = g_settings_get_enum (weir_settings_get (), "theme");

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      schemes[CLAMP (theme, 0, (int) G_N_ELEMENTS (schemes) - 1)]);
}

static void
weir_application_startup (GApplication *application)
{
  WeirApplication *self = WEIR_APPLICATION (application);

  G_APPLICATION_CLASS (weir_application_parent_class)->startup (application);
  weir_debug_init ();
  weir_application_install_actions (self);
  weir_application_apply_theme (self);
  g_signal_connect_object (weir_settings_get (), "changed::theme", G_CALLBACK (weir_application_apply_theme), self,
                           G_CONNECT_SWAPPED);
  g_unix_signal_add (SIGINT, signal_cb, self);
  g_unix_signal_add (SIGTERM, signal_cb, self);
  g_unix_signal_add (SIGHUP, signal_cb, self);
}

/* FALSE: it is no address, and whoever asked has been told. It is not repeated: there may be a password in it. */
static gboolean
weir_application_connect (WeirWindow *window, const char *asked, GApplicationCommandLine *command_line)
{
  const char *reason;
  g_autofree char *url = weir_connect_dialog_complete_url (asked, &reason);

  if (url != NULL)
    {
      g_autofree char *token = NULL;
      g_autofree char *bare = weir_credentials_split_url (url, &token);
      g_autoptr (WeirCredentials) credentials = token != NULL ? weir_credentials_new (token, NULL) : NULL;

      weir_connections_open (weir_window_get_connections (window), bare, credentials);
      return TRUE;
    }
  g_application_command_line_printerr (command_line, "weir: %s\n", reason);
  gtk_window_present (GTK_WINDOW (window)); /* first: the dialog is upon it */
  weir_window_show_error (window, _ ("Weir Cannot Connect There"), reason);
  return FALSE;
}

static void
weir_application_open (WeirApplication *self, WeirWindow *window, GApplicationCommandLine *command_line)
{
  GVariantDict *arguments = g_application_command_line_get_options_dict (command_line);
  WeirConnections *connections = weir_window_get_connections (window);
  g_autofree char *last = weir_connections_dup_last_url (connections);
  g_autofree char *asked = NULL;

  if (g_variant_dict_lookup (arguments, "url", "s", &asked) && !weir_application_connect (window, asked, command_line))
    return;
  if (g_variant_dict_contains (arguments, "demo"))
    weir_connections_start_engine (connections, TRUE);
  else if (weir_connections_get_current (connections) == NULL)
    weir_connections_open (connections, last, NULL);
}

static int
weir_application_command_line (GApplication *application, GApplicationCommandLine *command_line)
{
  WeirApplication *self = WEIR_APPLICATION (application);
  GVariantDict *arguments = g_application_command_line_get_options_dict (command_line);
  WeirWindow *window = weir_application_get_window (self);

  if (g_variant_dict_contains (arguments, "first-frame"))
    g_signal_connect_object (window, "realize", G_CALLBACK (realize_cb), self, 0);
  weir_application_open (self, window, command_line);
  gtk_window_present (GTK_WINDOW (window));
  return 0;
}

static int
weir_application_handle_local_options (GApplication *application, GVariantDict *arguments)
{
  g_autofree const char **extra = NULL;
  gboolean has_other =
      g_variant_dict_contains (arguments, "url") || g_variant_dict_contains (arguments, "demo"); /* where to connect */

  if (g_variant_dict_lookup (arguments, G_OPTION_REMAINING, "^a&s", &extra))
    {
      if (has_other || extra[1] != NULL)
        {
          g_printerr (_ ("weir: “%s” is not understood: there is one address at most. See weir --help.\n"),
                      extra[has_other ? 0 : 1]);
          return 2;
        }
      g_variant_dict_insert (arguments, "url", "s", extra[0]);
      g_variant_dict_remove (arguments, G_OPTION_REMAINING);
    }
  if (!g_variant_dict_contains (arguments, "version"))
    return -1; /* go on */

  g_print ("weir %s\n", WEIR_VERSION);
  return 0;
}

static void
weir_application_activate (GApplication *application)
{
  gtk_window_present (GTK_WINDOW (weir_application_get_window (WEIR_APPLICATION (application))));
}

static void
weir_application_class_init (WeirApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->startup = weir_application_startup;
  application_class->activate = weir_application_activate;
  application_class->command_line = weir_application_command_line;
  application_class->handle_local_options = weir_application_handle_local_options;
}

static void
weir_application_init (WeirApplication *self)
{
  g_application_add_main_option_entries (G_APPLICATION (self), options);
  g_application_set_option_context_parameter_string (G_APPLICATION (self), _ ("– watch the channels of an iii engine"));
}

GApplication *
weir_application_new (void)
{
  return g_object_new (WEIR_TYPE_APPLICATION, "application-id", WEIR_APP_ID, "resource-base-path",
                       "/io/github/weir/Weir", "flags", G_APPLICATION_HANDLES_COMMAND_LINE, NULL);
}
