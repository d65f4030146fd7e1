/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <time.h>

#include "engine-program.h"
#include "wait-for.h"
#include "weir-application.h"
#include "weir-connect-dialog.h"
#include "weir-functions-page.h"
#include "weir-send-page.h"
#include "weir-settings.h"
#include "weir-shortcut-row.h"
#include "weir-stall-watch.h"
#include "weir-tap-page.h"
#include "weir-window.h"
#include "window-test.h"

/* The window, its connections, and the engines that it starts. Needs a display, and is skipped without one. */

typedef struct
{
  WeirWindow *window;
  char *folder; /* of a stand-in for weir-engine */
  char *program;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer application)
{
  fixture->folder = g_dir_make_tmp ("weir-window-XXXXXX", NULL);
  fixture->program = g_build_filename (fixture->folder, "weir-engine", NULL);
  g_setenv ("WEIR_PROGRAMS", fixture->folder, TRUE);
  fixture->window = weir_window_new (GTK_APPLICATION ((gpointer) application));
  g_object_add_weak_pointer (G_OBJECT (fixture->window), (gpointer *) &fixture->window);
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
tear_down (Fixture *fixture, gconstpointer application)
{
  if (fixture->window != NULL)
    weir_window_leave (fixture->window);
  WAIT_FOR (fixture->window == NULL);
  g_unlink (fixture->program);
  g_rmdir (fixture->folder);
  g_free (fixture->program);
  g_free (fixture->folder);
}

static guint
count_connections (Fixture *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (weir_window_get_connections (fixture->window)));
}

static gboolean
exists (Fixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* One that says nothing is stopped with the window; and while it starts, no second one is. */
static void
test_leaves_starting (Fixture *fixture, gconstpointer data)
{
  static const char script[] = "#!/bin/sh\n"
                               "cd \"$(dirname \"$0\")\"\n"
                               "trap 'rm runs; exit 0' TERM\n"
                               "[ ! -e runs ] || touch twice\n"
                               "touch runs\n"
                               "while :; do sleep 0.05; done\n";

  g_assert_true (g_file_set_contents_full (fixture->program, script, -1, G_FILE_SET_CONTENTS_NONE, 0755, NULL));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.try-demo", NULL));
  WAIT_FOR (exists (fixture, "runs"));
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.try-demo", NULL);
  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.start-engine", NULL);
  weir_connections_start_engine (weir_window_get_connections (fixture->window), FALSE);

  weir_window_leave (fixture->window);
  WAIT_FOR (fixture->window == NULL);
  WAIT_FOR (!exists (fixture, "runs"));
  g_assert_false (exists (fixture, "twice"));
}

static WeirObserverState
get_state (Fixture *fixture)
{
  return weir_observer_get_state (weir_connection_get_observer (weir_window_get_connection (fixture->window)));
}

/* An engine that is connected stays in the list when another is opened, whether it has channels to show or not; an
 * address where nobody ever was does not. */
static void
test_keeps_connected (Fixture *fixture, gconstpointer data)
{
  g_autofree char *name = g_strnfill (200, 'x'); /* longer than an observer believes: no point, a stock engine */
  const char *const arguments[] = { "--listen", "127.0.0.1:0", "--name", name, NULL };
  EngineProgram *engine = engine_program_start (arguments);
  g_autofree char *url = g_strdup_printf ("ws://127.0.0.1:%u", engine->port);
  g_autoptr (WeirCredentials) none = weir_credentials_new (NULL, NULL);

  weir_connections_open (weir_window_get_connections (fixture->window), url, none);
  WAIT_FOR (get_state (fixture) == WEIR_OBSERVER_NO_POINT);
  weir_connections_open (weir_window_get_connections (fixture->window), "ws://127.0.0.1:1", none);
  g_assert_cmpuint (count_connections (fixture), ==, 2);
  weir_connections_open (weir_window_get_connections (fixture->window), "ws://127.0.0.1:2", none);
  g_assert_cmpuint (count_connections (fixture), ==, 2);

  weir_window_leave (fixture->window);
  WAIT_FOR (fixture->window == NULL);
  engine_program_stop (engine);
}

/* A token in an address is neither shown nor stored. */
static void
test_token_in_address (Fixture *fixture, gconstpointer data)
{
  EngineProgram *engine = engine_program_start (NULL);
  g_autofree char *url = g_strdup_printf ("ws://127.0.0.1:%u/?token=s3cret", engine->port);
  g_autofree char *shown = g_strdup_printf ("ws://127.0.0.1:%u/?…", engine->port);
  g_autoptr (WeirCredentials) none = weir_credentials_new (NULL, NULL);
  g_autofree char *stored = NULL;

  weir_connections_open (weir_window_get_connections (fixture->window), url, none);
  WAIT_FOR (get_state (fixture) == WEIR_OBSERVER_LIVE);
  g_assert_cmpstr (weir_connection_get_shown_url (weir_window_get_connection (fixture->window)), ==, shown);
  stored = g_settings_get_string (weir_settings_get (), "url");
  g_assert_null (strstr (stored, "s3cret"));

  weir_window_leave (fixture->window);
  WAIT_FOR (fixture->window == NULL);
  engine_program_stop (engine);
}

static void
connect_cb (GtkWidget *dialog, const char *url, const WeirCredentials *credentials, gboolean keeps, char **asked)
{
  *asked = g_strdup (url);
}

/* What is typed first goes into the address, or into the token where that is what is missing; Enter connects. */
static void
test_connect_dialog (Fixture *fixture, gconstpointer data)
{
  for (int wants_token = 0; wants_token < 2; wants_token++)
    {
      GtkWidget *dialog = weir_connect_dialog_new (GTK_WINDOW (fixture->window), "ws://127.0.0.1:1", wants_token);
      g_autofree char *asked = NULL;
      GtkWidget *focus;

      g_signal_connect (dialog, "connect", G_CALLBACK (connect_cb), &asked);
      g_object_add_weak_pointer (G_OBJECT (dialog), (gpointer *) &dialog);
      gtk_window_present (GTK_WINDOW (dialog));
      focus = gtk_window_get_focus (GTK_WINDOW (dialog));
      g_assert_true (GTK_IS_TEXT (focus));
      g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (focus)), ==, wants_token ? "" : "ws://127.0.0.1:1");
      g_signal_emit_by_name (focus, "activate");
      WAIT_FOR (dialog == NULL);
      g_assert_cmpstr (asked, ==, "ws://127.0.0.1:1");
    }
}

/* --- the watch for stalls --- */

static void
burn (gint64 us)
{
  clock_t end = clock () + us * CLOCKS_PER_SEC / G_USEC_PER_SEC;

  while (clock () < end)
    ;
}

static gboolean
hold_cb (gpointer is_busy)
{
  if (GPOINTER_TO_INT (is_busy))
    burn (80 * 1000);
  else
    g_usleep (80 * 1000);
  return G_SOURCE_REMOVE;
}

static void
painted_cb (GdkFrameClock *clock, gboolean *has_painted)
{
  *has_painted = TRUE;
}

static gboolean
set_true_cb (gpointer flag)
{
  *(gboolean *) flag = TRUE;
  return G_SOURCE_REMOVE;
}

static void
hold_the_main_loop (Fixture *fixture, gconstpointer is_busy)
{
  gboolean has_painted = FALSE;
  gboolean is_over = FALSE;
  GtkWidget *window = gtk_window_new ();

  g_setenv ("WEIR_DEBUG", "stalls", TRUE);
  weir_stall_watch_attach (window);
  gtk_window_present (GTK_WINDOW (window));
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (painted_cb), &has_painted);
  WAIT_FOR (has_painted);
  for (guint i = 0; i < 3; i++)
    g_main_context_iteration (NULL, FALSE);
  g_idle_add_full (G_PRIORITY_HIGH, hold_cb, (gpointer) is_busy, NULL);
  g_timeout_add (200, set_true_cb, &is_over);
  WAIT_FOR (is_over);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* What uses the processor for too long is told, with the place; what only waits for it, as under load, is not. */
static void
test_stalls (Fixture *fixture, gconstpointer data)
{
  if (g_test_subprocess ())
    {
      hold_the_main_loop (fixture, GINT_TO_POINTER (TRUE));
      return;
    }
  g_test_trap_subprocess (NULL, 60 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*weir: stall * ms\nweir: stall sample\nweir: stall in *");
}

static void
test_no_stalls (Fixture *fixture, gconstpointer data)
{
  if (g_test_subprocess ())
    {
      hold_the_main_loop (fixture, GINT_TO_POINTER (FALSE));
      return;
    }
  g_test_trap_subprocess (NULL, 60 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr_unmatched ("*weir: stall*");
}

/* --- shortcuts --- */

/* What GTK and libadwaita bind by themselves. */
static const char *const of_the_toolkit[] = {
  "F10", /* the primary menu button */
  "<Control>Tab",
  "<Control>Page_Down", /* AdwTabView */
  "<Control><Shift>Tab",
  "<Control>Page_Up",
  "Return", /* a row of a list is activated */
  "Left",   /* a graph, which takes keys as they come */
  "Right",
};

static char *
dup_canonical (const char *accelerator)
{
  GdkModifierType modifiers;
  guint key;

  g_assert_true (gtk_accelerator_parse (accelerator, &key, &modifiers));
  return gtk_accelerator_name (gdk_keyval_to_lower (key), modifiers);
}

static void
add_accelerators (GHashTable *set, const char *accelerators)
{
  g_auto (GStrv) each = g_strsplit (accelerators, " ", -1);

  for (guint i = 0; each[i] != NULL; i++)
    if (*each[i] != '\0')
      g_hash_table_add (set, dup_canonical (each[i]));
}

static void
add_listed (GHashTable *set, GtkWidget *widget)
{
  g_autofree char *accelerators = NULL;

  if (WEIR_IS_SHORTCUT_ROW (widget))
    {
      g_object_get (widget, "accelerator", &accelerators, NULL);
      add_accelerators (set, accelerators);
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    add_listed (set, child);
}

/* @named: those that activate an action of ours */
static void
add_shortcut (GHashTable *bound, GHashTable *named, GtkShortcut *shortcut)
{
  GtkShortcutTrigger *trigger = gtk_shortcut_get_trigger (shortcut);
  GtkShortcutAction *action = gtk_shortcut_get_action (shortcut);
  g_autofree char *text = NULL;

  if (!GTK_IS_KEYVAL_TRIGGER (trigger))
    return;

  text = gtk_shortcut_trigger_to_string (trigger);
  add_accelerators (bound, text);
  if (GTK_IS_NAMED_ACTION (action) &&
      !g_str_has_prefix (gtk_named_action_get_action_name (GTK_NAMED_ACTION (action)), "window."))
    add_accelerators (named, text);
}

static void
add_bound (GHashTable *bound, GHashTable *named, GtkWidget *widget)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  gboolean is_ours = g_str_has_prefix (G_OBJECT_TYPE_NAME (widget), "Weir");

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (!GTK_IS_SHORTCUT_CONTROLLER (controller))
        continue;
      for (guint j = 0; j < g_list_model_get_n_items (G_LIST_MODEL (controller)); j++)
        {
          g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), j);

          if (is_ours)
            add_shortcut (bound, named, shortcut);
        }
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    add_bound (bound, named, child);
}

static void
assert_all_in (GHashTable *some, GHashTable *others, const char *what)
{
  GHashTableIter iter;
  gpointer accelerator;

  g_hash_table_iter_init (&iter, some);
  while (g_hash_table_iter_next (&iter, &accelerator, NULL))
    if (!g_hash_table_contains (others, accelerator))
      g_error ("%s %s", (const char *) accelerator, what);
}

/* What the shortcuts window lists is there, and every key that is bound to an action is listed. */
static void
test_shortcuts (Fixture *fixture, gconstpointer application)
{
  g_autoptr (GHashTable) listed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) bound = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) named = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource ("/io/github/weir/Weir/ui/weir-shortcuts.ui");
  GtkWidget *shortcuts = GTK_WIDGET (gtk_builder_get_object (builder, "shortcuts"));
  g_auto (GStrv) actions = gtk_application_list_action_descriptions (GTK_APPLICATION ((gpointer) application));
  GType later_pages[] = { WEIR_TYPE_FUNCTIONS_PAGE, WEIR_TYPE_SEND_PAGE,
                          WEIR_TYPE_TAP_PAGE }; /* made when first shown */

  add_listed (listed, shortcuts);
  g_assert_cmpuint (g_hash_table_size (listed), >, 15);
  add_bound (bound, named, GTK_WIDGET (fixture->window));
  for (guint i = 0; i < G_N_ELEMENTS (later_pages); i++)
    {
      GtkWidget *page = g_object_ref_sink (g_object_new (later_pages[i], NULL));

      while (WEIR_IS_SEND_PAGE (page) && !weir_send_page_make_part (WEIR_SEND_PAGE (page)))
        ;
      add_bound (bound, named, page);
      g_object_unref (page);
    }
  for (guint i = 0; actions[i] != NULL; i++)
    {
      g_auto (GStrv) keys =
          gtk_application_get_accels_for_action (GTK_APPLICATION ((gpointer) application), actions[i]);

      for (guint j = 0; keys[j] != NULL; j++)
        {
          add_accelerators (bound, keys[j]);
          add_accelerators (named, keys[j]);
        }
    }
  for (guint i = 0; i < G_N_ELEMENTS (of_the_toolkit); i++)
    add_accelerators (bound, of_the_toolkit[i]);

  add_accelerators (bound, "<Alt>Left <Alt>Right"); /* of a message's text, which is made for one */

  g_assert_cmpuint (g_hash_table_size (named), >, 8);
  assert_all_in (listed, bound, "is listed, but nothing does it");
  assert_all_in (named, listed, "does something, but is not listed");
  gtk_window_destroy (GTK_WINDOW (shortcuts));
}

/* Remembered of a larger display, the window is no larger than the one there is now. */
static void
test_fits_display (Fixture *fixture, gconstpointer application)
{
  GListModel *monitors = gdk_display_get_monitors (gdk_display_get_default ());
  g_autoptr (GdkMonitor) monitor = g_list_model_get_item (monitors, 0);
  GSettings *settings = weir_settings_get ();
  GdkRectangle room;
  int width, height;

  gdk_monitor_get_geometry (monitor, &room);
  weir_window_leave (fixture->window);
  WAIT_FOR (fixture->window == NULL);
  g_settings_set_int (settings, "window-width", room.width * 2);
  g_settings_set_int (settings, "window-height", room.height * 2);
  fixture->window = weir_window_new (GTK_APPLICATION ((gpointer) application));
  g_object_add_weak_pointer (G_OBJECT (fixture->window), (gpointer *) &fixture->window);
  gtk_window_get_default_size (GTK_WINDOW (fixture->window), &width, &height);
  g_assert_cmpint (width, ==, room.width);
  g_assert_cmpint (height, ==, room.height);
  gtk_window_present (GTK_WINDOW (fixture->window));
  g_settings_reset (settings, "window-width");
  g_settings_reset (settings, "window-height");
}

#define ADD(path, func) g_test_add ("/app/window/" path, Fixture, application, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_autofree char *runtime = g_dir_make_tmp ("weir-runtime-XXXXXX", NULL); /* no engines of others are found in here */
  g_autoptr (GApplication) application = NULL;
  int status;

  if (!window_test_init (&argc, &argv, runtime))
    {
      g_rmdir (runtime);
      return 0;
    }
  application = window_test_application_new ();
  ADD ("leaves-starting", test_leaves_starting);
  ADD ("keeps-connected", test_keeps_connected);
  ADD ("token-in-address", test_token_in_address);
  ADD ("connect-dialog", test_connect_dialog);
  ADD ("fits-display", test_fits_display);
  ADD ("shortcuts", test_shortcuts);
  ADD ("stalls", test_stalls);
  ADD ("no-stalls", test_no_stalls);
  status = g_test_run ();
  g_rmdir (runtime);
  return status;
}
