/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>

#include "engine-program.h"
#include "wait-for.h"
#include "weir-application.h"
#include "weir-line-bound.h"
#include "weir-ref-dialog.h"
#include "weir-results-pane.h"
#include "weir-send-page.h"
#include "weir-travel.h"
#include "weir-trigger-pane.h"
#include "weir-writing-pane.h"
#include "widget-tree.h"
#include "window-test.h"

/* The Send page in a window, with a real weir-engine: what is offered when, what is wrong, and refs that are pasted. */

typedef struct
{
  EngineProgram *engine;
  WeirConnection *connection;
  WeirWorker *worker;
  GtkWindow *window;
  WeirSendPage *page;
  WeirChannelPair *pair; /* nullable: of the worker's channel */
} Fixture;

static WeirObserver *
get_observer (Fixture *fixture)
{
  return weir_connection_get_observer (fixture->connection);
}

static gpointer
new_page (void)
{
  WeirSendPage *page = g_object_new (WEIR_TYPE_SEND_PAGE, NULL);

  while (!weir_send_page_make_part (page))
    ;
  return page;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *url = NULL;
  g_autoptr (WeirCredentials) none = weir_credentials_new (NULL, NULL);

  fixture->engine = engine_program_start (NULL);
  url = g_strdup_printf ("ws://127.0.0.1:%u", fixture->engine->port);
  fixture->worker = weir_worker_new (url, "files");
  weir_worker_start (fixture->worker);
  WAIT_FOR (weir_worker_get_state (fixture->worker) == WEIR_WORKER_CONNECTED);
  fixture->connection = weir_connection_new (url, none);
  fixture->page = new_page ();
  fixture->window = GTK_WINDOW (adw_window_new ());
  gtk_window_set_default_size (fixture->window, 1200, 800);
  adw_window_set_content (ADW_WINDOW (fixture->window), GTK_WIDGET (fixture->page));
  gtk_window_present (fixture->window);
}

static void
be_connected (Fixture *fixture)
{
  weir_send_page_set_connection (fixture->page, fixture->connection);
  WAIT_FOR (weir_observer_get_state (get_observer (fixture)) == WEIR_OBSERVER_LIVE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  weir_send_page_end (fixture->page);
  gtk_window_destroy (fixture->window);
  weir_connection_close (fixture->connection);
  g_object_unref (fixture->connection);
  g_clear_pointer (&fixture->pair, weir_channel_pair_free);
  weir_worker_stop (fixture->worker);
  g_object_unref (fixture->worker);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  engine_program_stop (fixture->engine);
}

/* --- what is in the window --- */

/* The part of a template that has this id, or a part of the page that is made by itself. */
static gpointer
part (gpointer widget, const char *id)
{
  GObject *object = gtk_widget_get_template_child (widget, G_OBJECT_TYPE (widget), id);
  const struct
  {
    const char *id;
    GType type;
  } made[] = { { "trigger", WEIR_TYPE_TRIGGER_PANE },
               { "writing", WEIR_TYPE_WRITING_PANE },
               { "results", WEIR_TYPE_RESULTS_PANE } };

  for (guint i = 0; object == NULL && i < G_N_ELEMENTS (made); i++)
    if (g_str_equal (id, made[i].id))
      object = G_OBJECT (widget_find (widget, made[i].type));
  g_assert_nonnull (object);
  return object;
}

static gpointer
writing (Fixture *fixture, const char *id)
{
  return part (part (fixture->page, "writing"), id);
}

static gboolean
is_offered (Fixture *fixture, const char *button)
{
  GtkWidget *widget = part (fixture->page, button);

  /* Of a split button it is the first half that the action makes insensitive. */
  return gtk_widget_get_visible (widget) &&
         gtk_widget_is_sensitive (ADW_IS_SPLIT_BUTTON (widget) ? gtk_widget_get_first_child (widget) : widget);
}

static gboolean
says_problem (Fixture *fixture, const char *text)
{
  GtkLabel *label = writing (fixture, "problem_label");

  return gtk_widget_get_visible (GTK_WIDGET (label)) && strstr (gtk_label_get_text (label), text) != NULL;
}

static void
type (gpointer view, const char *text)
{
  gtk_text_buffer_set_text (gtk_text_view_get_buffer (view), text, -1);
}

static void
act (Fixture *fixture, const char *action)
{
  gtk_widget_activate_action (GTK_WIDGET (fixture->page), action, NULL);
}

/* --- what is offered --- */

/* The column scrolls: what stands in the editor is seen without scrolling in it, too. */
static void
test_payload_height (Fixture *fixture, gconstpointer data)
{
  const char *payload = "{\n  \"reader\": \"$reader\",\n  \"b\": 1,\n  \"c\": 1,\n  \"d\": 1,\n  \"e\": 1,\n"
                        "  \"f\": 1,\n  \"g\": 1\n}";
  GtkWidget *view, *scroller;
  GtkAdjustment *adjustment;

  be_connected (fixture);
  gtk_window_set_default_size (fixture->window, 1200, 500);
  weir_trigger_pane_fill (part (fixture->page, "trigger"), "nobody::has", payload, 1000, FALSE);
  view = widget_find (part (fixture->page, "trigger"), GTK_TYPE_TEXT_VIEW);
  scroller = gtk_widget_get_ancestor (view, GTK_TYPE_SCROLLED_WINDOW);
  adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));
  WAIT_FOR (gtk_text_buffer_get_line_count (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view))) == 9);
  WAIT_FOR (gtk_adjustment_get_upper (adjustment) > 120 &&
            gtk_adjustment_get_page_size (adjustment) >= gtk_adjustment_get_upper (adjustment));
}

static void
test_offered (Fixture *fixture, gconstpointer data)
{
  g_assert_false (is_offered (fixture, "send_button")); /* there is no engine */
  be_connected (fixture);
  WAIT_FOR (is_offered (fixture, "send_button"));
  g_assert_false (is_offered (fixture, "stop_button"));
  g_assert_false (is_offered (fixture, "again_button"));
  g_assert_false (is_offered (fixture, "end_button"));

  gtk_switch_set_active (writing (fixture, "closes"), FALSE);
  act (fixture, "send.begin");
  g_assert_true (is_offered (fixture, "end_button")); /* while the engine makes the channel, too */
  g_assert_false (is_offered (fixture, "send_button"));
  WAIT_FOR (is_offered (fixture, "again_button"));
  g_assert_false (is_offered (fixture, "stop_button"));

  act (fixture, "send.end");
  WAIT_FOR (is_offered (fixture, "send_button"));
  g_assert_false (is_offered (fixture, "end_button"));
}

/* Not for a moment in which buffers fill. */
static gboolean
is_held_for_good (Fixture *fixture, gint64 *since_us)
{
  if (!widget_says (GTK_WIDGET (fixture->page), "writing, held until a reader comes"))
    *since_us = 0;
  else if (*since_us == 0)
    *since_us = g_get_monotonic_time ();
  return *since_us != 0 && g_get_monotonic_time () - *since_us > G_USEC_PER_SEC / 2;
}

/* Nobody reads what goes on and on: it can be stopped, ended, and given up. */
static void
test_given_up (Fixture *fixture, gconstpointer data)
{
  GtkButton *end = part (fixture->page, "end_button");
  gint64 since_us = 0;

  be_connected (fixture);
  gtk_toggle_button_set_active (writing (fixture, "kind_generated"), TRUE);
  gtk_spin_button_set_value (writing (fixture, "count"), 0);
  WAIT_FOR (is_offered (fixture, "send_button"));
  act (fixture, "send.begin");
  WAIT_FOR (is_offered (fixture, "stop_button"));
  g_assert_true (is_offered (fixture, "end_button"));
  WAIT_FOR (widget_says (GTK_WIDGET (fixture->page), "writing, held until a reader comes"));
  act (fixture, "send.stop");
  g_assert_false (is_offered (fixture, "stop_button"));
  g_assert_true (is_offered (fixture, "again_button"));
  act (fixture, "send.again");
  WAIT_FOR (is_offered (fixture, "stop_button"));
  WAIT_FOR (is_held_for_good (fixture, &since_us));
  act (fixture, "send.end");
  WAIT_FOR (widget_says (GTK_WIDGET (fixture->page), "Waits for the reader"));
  g_assert_cmpstr (gtk_button_get_label (end), ==, "Abort");
  act (fixture, "send.end");
  WAIT_FOR (is_offered (fixture, "send_button"));
  WAIT_FOR (widget_says (GTK_WIDGET (fixture->page), "were accepted and not read"));
}

static void
created_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
make_channel (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  weir_worker_create_channel_async (fixture->worker, 64, NULL, created_cb, &result);
  WAIT_FOR (result != NULL);
  fixture->pair = weir_worker_create_channel_finish (fixture->worker, result, &error);
  g_assert_no_error (error);
  WAIT_FOR (weir_observer_lookup (get_observer (fixture), fixture->pair->writer_ref->channel_id) != NULL);
}

/* Another connection is looked at while the engine makes the channels: what was begun goes on. */
static void
test_switched (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirCredentials) none = weir_credentials_new (NULL, NULL);
  g_autoptr (WeirConnection) other = weir_connection_new ("ws://127.0.0.1:1", none);
  g_autofree char *held = NULL, *place = NULL;
  GListModel *channels;

  be_connected (fixture);
  channels = G_LIST_MODEL (weir_observer_get_channels (get_observer (fixture)));
  WAIT_FOR (is_offered (fixture, "send_button"));
  gtk_switch_set_active (writing (fixture, "closes"), FALSE);
  act (fixture, "send.begin");
  weir_send_page_set_connection (fixture->page, other);
  WAIT_FOR (g_list_model_get_n_items (channels) == 1);
  make_channel (fixture); /* the engine's answer about the first has come before that about this */
  g_assert_false (is_offered (fixture, "again_button"));
  g_assert_true (gtk_widget_get_visible (part (fixture->page, "elsewhere")));
  held = g_strdup_printf ("Ends of channels are held at %s.", weir_connection_get_title (fixture->connection));
  g_assert_true (widget_says (part (fixture->page, "elsewhere"), held));
  weir_send_page_set_connection (fixture->page, fixture->connection);
  WAIT_FOR (is_offered (fixture, "again_button"));
  g_assert_false (gtk_widget_get_visible (part (fixture->page, "elsewhere")));
  place = g_strdup_printf ("at %s, times since", weir_connection_get_title (fixture->connection));
  g_assert_true (widget_says (part (fixture->page, "results"), place));
  weir_connection_close (other);
}

static char *
read_text (gpointer view)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (view);
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
}

/* Each connection has its own form while the window is there; and at the next start, what was never sent. */
static void
test_forms (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirCredentials) none = weir_credentials_new (NULL, NULL);
  g_autoptr (WeirConnection) other = weir_connection_new ("ws://127.0.0.1:1", none);
  g_autofree char *text = NULL, *other_text = NULL, *again = NULL;
  WeirSendPage *next;

  be_connected (fixture);
  weir_send_page_set_function (fixture->page, "files::put");
  type (writing (fixture, "text"), "of the first");
  gtk_spin_button_set_value (writing (fixture, "message_size"), 1000);
  weir_send_page_set_connection (fixture->page, other);
  type (writing (fixture, "text"), "of the other");
  weir_send_page_set_function (fixture->page, "files::get");
  weir_send_page_set_connection (fixture->page, fixture->connection);
  g_assert_cmpstr (weir_trigger_pane_get_function (part (fixture->page, "trigger")), ==, "files::put");
  text = read_text (writing (fixture, "text"));
  g_assert_cmpstr (text, ==, "of the first");
  weir_send_page_set_connection (fixture->page, other);
  other_text = read_text (writing (fixture, "text"));
  g_assert_cmpstr (other_text, ==, "of the other");

  weir_send_page_set_connection (fixture->page, NULL);
  next = g_object_ref_sink (new_page ());
  weir_send_page_set_connection (next, fixture->connection);
  WAIT_FOR (g_str_equal (weir_trigger_pane_get_function (part (next, "trigger")), "files::put"));
  again = read_text (part (part (next, "writing"), "text"));
  g_assert_cmpstr (again, ==, "of the first");
  g_assert_cmpfloat (gtk_spin_button_get_value (part (part (next, "writing"), "message_size")), ==, 1000);
  weir_send_page_set_connection (next, NULL);
  g_object_unref (next);
  weir_connection_close (other);
}

/* Whether the last row of what travelled is in view. */
static gboolean
is_at_end (Fixture *fixture)
{
  GtkAdjustment *adjustment =
      gtk_scrolled_window_get_vadjustment (part (part (part (fixture->page, "results"), "table"), "scroller"));
  double page = gtk_adjustment_get_page_size (adjustment), upper = gtk_adjustment_get_upper (adjustment);

  return upper > page && gtk_adjustment_get_value (adjustment) + page >= upper - 1;
}

static gboolean
ends_with (Fixture *fixture, const char *text)
{
  GtkColumnView *view = part (part (part (fixture->page, "results"), "table"), "view");
  GListModel *rows = G_LIST_MODEL (gtk_column_view_get_model (view));
  guint n = g_list_model_get_n_items (rows);
  g_autoptr (WeirTravel) last = n > 0 ? g_list_model_get_item (rows, n - 1) : NULL;
  gsize len;
  const guint8 *data = last != NULL ? weir_travel_get_data (last, &len) : NULL;

  return data != NULL && len == strlen (text) && memcmp (data, text, len) == 0;
}

/* What travelled follows to its last row, which says why it ended, also when what stands above it grows then. */
static void
test_followed (Fixture *fixture, gconstpointer data)
{
  be_connected (fixture);
  gtk_toggle_button_set_active (writing (fixture, "kind_generated"), TRUE);
  gtk_spin_button_set_value (writing (fixture, "count"), 40);
  WAIT_FOR (is_offered (fixture, "send_button"));
  act (fixture, "send.begin");
  WAIT_FOR (widget_says (GTK_WIDGET (fixture->page), "Nobody has opened the reader"));
  WAIT_FOR (ends_with (fixture, "writer closed: 1000 stream_complete"));
  WAIT_FOR (is_at_end (fixture));
}

/* What goes into several channels says so before. */
static void
test_targets (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *payload, *title, *text;
  } cases[] = {
    { "{\"a\": \"$reader\"}", "Write into the Channel", "" },
    { "{\"a\": \"$reader\", \"b\": \"$writer\"}", "Write into the Channel", "" },
    { "{\"a\": \"$reader\", \"b\": \"$reader:more\"}", "Write into the Channels",
      "It goes into both channels, “in” and “more”, the same into each." },
    { "{\"a\": \"$reader\", \"b\": \"$reader2\", \"c\": \"$reader3\"}", "Write into the Channels",
      "It goes into all 3 channels, the same into each." },
  };
  AdwPreferencesGroup *group = writing (fixture, "group");

  be_connected (fixture);
  weir_send_page_set_function (fixture->page, "files::put");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      weir_trigger_pane_fill (part (fixture->page, "trigger"), "files::put", cases[i].payload, 1000, FALSE);
      WAIT_FOR (g_str_equal (adw_preferences_group_get_title (group), cases[i].title) &&
                g_strcmp0 (adw_preferences_group_get_description (group), cases[i].text) == 0);
    }
}

/* --- what is wrong --- */

static void
test_hex (Fixture *fixture, gconstpointer data)
{
  be_connected (fixture);
  WAIT_FOR (is_offered (fixture, "send_button"));
  gtk_toggle_button_set_active (writing (fixture, "kind_hex"), TRUE);
  type (writing (fixture, "hex"), "50 4");
  g_assert_true (says_problem (fixture, "The digit at character 4 stands alone"));
  g_assert_false (is_offered (fixture, "send_button"));
  type (writing (fixture, "hex"), "hello");
  g_assert_true (says_problem (fixture, "Character 1 is no hexadecimal digit"));
  type (writing (fixture, "hex"), "50 41");
  g_assert_true (is_offered (fixture, "send_button"));
  g_assert_false (says_problem (fixture, ""));
}

static void
test_too_much (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);

  be_connected (fixture);
  WAIT_FOR (is_offered (fixture, "send_button"));
  while (text->len <= WEIR_WRITING_MAX_TYPED_SIZE)
    g_string_append (text, "a line of what is typed, of which there are too many\n");
  type (writing (fixture, "text"), text->str);
  g_assert_true (says_problem (fixture, "put it into a file"));
  g_assert_false (is_offered (fixture, "send_button"));
  /* It is no fault of what is generated. */
  gtk_toggle_button_set_active (writing (fixture, "kind_generated"), TRUE);
  g_assert_true (is_offered (fixture, "send_button"));
}

static char *
make_line (gsize len)
{
  g_autofree char *line = g_strnfill (len, '5');

  return g_strconcat ("first\n", line, "\nlast", NULL);
}

/* One line of megabytes would hold the window: it does not come in, is said not to, and what is there can be sent. */
static void
test_long_line (Fixture *fixture, gconstpointer data)
{
  g_autofree char *longest = make_line (WEIR_LINE_BOUND), *longer = make_line (4 * 1024 * 1024), *shown = NULL;
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (writing (fixture, "text"));
  GtkTextIter place;
  GtkWidget *dialog;

  be_connected (fixture);
  WAIT_FOR (is_offered (fixture, "send_button"));
  type (writing (fixture, "text"), longest);
  g_assert_false (says_problem (fixture, ""));
  gtk_text_buffer_get_iter_at_line_offset (buffer, &place, 1, 100);
  gtk_text_buffer_insert (buffer, &place, "6", -1);
  g_assert_true (says_problem (fixture, "A line of more than 16 KiB is not taken here"));
  g_assert_true (is_offered (fixture, "send_button"));
  shown = read_text (writing (fixture, "text"));
  g_assert_cmpstr (shown, ==, longest);
  gtk_text_buffer_insert (buffer, &place, "\n", -1);
  g_assert_false (says_problem (fixture, ""));

  dialog = weir_ref_dialog_new (fixture->window, get_observer (fixture), NULL);
  gtk_window_present (GTK_WINDOW (dialog));
  type (part (dialog, "text"), longer);
  g_assert_true (widget_says (dialog, "A line of more than 16 KiB is not taken here"));
  type (part (dialog, "text"), "hello");
  g_assert_true (widget_says (dialog, "There is no ref in this"));
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static void
ignore_cb (WeirInvocation *invocation, gpointer user_data)
{
}

/* A function that has left leaves nothing to be valid against. */
static void
test_schema_gone (Fixture *fixture, gconstpointer data)
{
  GtkWidget *trigger = part (fixture->page, "trigger");
  g_autoptr (JsonNode) schema = weir_json_parse (WEIR_SPAN ("{\"type\":\"object\"}"), NULL);

  weir_worker_register_function_with_schemas (fixture->worker, "files::put", NULL, NULL, schema, NULL, ignore_cb, NULL,
                                              NULL);
  be_connected (fixture);
  weir_send_page_set_function (fixture->page, "files::put");
  WAIT_FOR (widget_says (trigger, "valid against the function’s schema"));
  weir_worker_unregister_function (fixture->worker, "files::put");
  WAIT_FOR (widget_says (trigger, "No worker has registered it now"));
  g_assert_false (widget_says (trigger, "valid against the function’s schema"));
}

static void
test_no_file (Fixture *fixture, gconstpointer data)
{
  be_connected (fixture);
  WAIT_FOR (is_offered (fixture, "send_button"));
  gtk_toggle_button_set_active (writing (fixture, "kind_file"), TRUE);
  g_assert_false (says_problem (fixture, "")); /* that none is chosen yet is no mistake… */
  g_assert_false (is_offered (fixture, "send_button"));
}

static void
test_message_size (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *typed;
    double bytes;
  } sizes[] = { { "64 KiB", 65536 }, { "1k", 1024 }, { "1 MB", 1e6 }, { "100", 100 }, { "99 MiB", 99 * 1024 * 1024 } };
  GtkSpinButton *size = writing (fixture, "message_size");

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      gtk_editable_set_text (GTK_EDITABLE (size), sizes[i].typed);
      gtk_spin_button_update (size);
      g_assert_cmpfloat (gtk_spin_button_get_value (size), ==, sizes[i].bytes);
      g_assert_true (says_problem (fixture, "16\u00a0MiB at most") == (sizes[i].bytes > 16 * 1024 * 1024));
    }
}

/* --- refs --- */

static void
paste (GtkWidget *dialog, const char *before, const WeirRef *ref, const char *after)
{
  g_autoptr (GString) text = g_string_new (before);

  weir_ref_append (text, ref);
  g_string_append (text, after);
  type (part (dialog, "text"), text->str);
}

/* What a log says around it does no harm, and its key is not shown. */
static void
test_pasted (Fixture *fixture, gconstpointer data)
{
  GtkWidget *dialog;

  be_connected (fixture);
  make_channel (fixture);
  dialog = weir_ref_dialog_new (fixture->window, get_observer (fixture), NULL);
  gtk_window_present (GTK_WINDOW (dialog));
  g_assert_false (gtk_widget_is_sensitive (part (dialog, "open_button")));
  type (part (dialog, "text"), "hello");
  g_assert_true (widget_says (dialog, "There is no ref in this"));
  g_assert_false (gtk_widget_is_sensitive (part (dialog, "open_button")));
  paste (dialog, "2026-11-21 09:00 INFO payload={\"in\": ", fixture->pair->writer_ref, ", \"n\": 1} done");
  g_assert_true (gtk_widget_is_sensitive (part (dialog, "open_button")));
  g_assert_true (widget_says (dialog, "Nobody has connected as the writer yet"));
  g_assert_true (widget_says (dialog, fixture->pair->writer_ref->channel_id));
  g_assert_false (widget_says (dialog, fixture->pair->writer_ref->access_key));
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static gboolean
field_says (GtkWidget *dialog, const char *text)
{
  g_autofree char *shown = read_text (part (dialog, "text"));

  return strstr (shown, text) != NULL;
}

/* Its field shows no key either, unless it is asked to; what is there to be changed is the ref all the same. */
static void
test_covered (Fixture *fixture, gconstpointer data)
{
  GtkTextBuffer *buffer;
  GtkWidget *dialog;
  GtkTextIter start;
  const char *key;

  be_connected (fixture);
  make_channel (fixture);
  key = fixture->pair->writer_ref->access_key;
  dialog = weir_ref_dialog_new (fixture->window, get_observer (fixture), NULL);
  buffer = gtk_text_view_get_buffer (part (dialog, "text"));
  gtk_window_present (GTK_WINDOW (dialog));
  paste (dialog, "got ", fixture->pair->writer_ref, " there");
  WAIT_FOR (!field_says (dialog, key));
  g_assert_true (field_says (dialog, fixture->pair->writer_ref->channel_id));

  gtk_text_buffer_get_start_iter (buffer, &start);
  gtk_text_buffer_insert (buffer, &start, "I have ", -1);
  g_assert_true (gtk_widget_is_sensitive (part (dialog, "open_button")));
  g_assert_cmpstr (weir_ref_dialog_get_ref (WEIR_REF_DIALOG (dialog))->access_key, ==, key);

  gtk_toggle_button_set_active (part (dialog, "keys_button"), TRUE);
  g_assert_true (field_says (dialog, "I have got "));
  g_assert_true (field_says (dialog, key));
  g_assert_true (widget_says (dialog, key));
  gtk_toggle_button_set_active (part (dialog, "keys_button"), FALSE);
  g_assert_false (field_says (dialog, key));
  g_assert_false (widget_says (dialog, key));
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static gpointer
find_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (WEIR_IS_REF_DIALOG (window))
        return window;
    }
  return NULL;
}

/* While an end is open a function can be called: each button says what it does, and does that. */
static void
test_beside (Fixture *fixture, gconstpointer data)
{
  GtkButton *again = part (fixture->page, "again_button");
  gpointer trigger = part (fixture->page, "trigger");
  GtkWidget *hint = part (fixture->page, "hint");

  weir_worker_register_function (fixture->worker, "files::put", NULL, NULL, ignore_cb, NULL, NULL);
  be_connected (fixture);
  make_channel (fixture);
  weir_send_page_set_ref (fixture->page, fixture->pair->writer_ref);
  gtk_widget_activate_action (find_dialog (), "dialog.open", NULL);
  WAIT_FOR (is_offered (fixture, "again_button"));
  g_assert_cmpstr (gtk_button_get_label (again), ==, "Send");
  g_assert_true (widget_says (hint, "“Send” writes into channel "));
  g_assert_false (widget_says (hint, "calls"));
  g_assert_false (is_offered (fixture, "send_button"));

  weir_trigger_pane_fill (trigger, "files::put", "{\"out\": \"$writer\"}", 1000, TRUE);
  WAIT_FOR (is_offered (fixture, "send_button"));
  g_assert_true (widget_says (hint, "“Trigger” calls "));
  g_assert_true (widget_says (hint, "“Send” writes into channel "));
  act (fixture, "send.begin");
  WAIT_FOR (widget_says (part (fixture->page, "results"), "Channel “out”"));
  WAIT_FOR (is_offered (fixture, "send_button")); /* nobody waits for an answer */
  g_assert_cmpstr (gtk_button_get_label (again), ==, "Send");

  type (writing (fixture, "text"), "hello");
  gtk_switch_set_active (writing (fixture, "closes"), FALSE);
  act (fixture, "send.again");
  WAIT_FOR (is_offered (fixture, "again_button") && g_str_equal (gtk_button_get_label (again), "Send Again"));
  g_assert_true (widget_says (hint, "“Send Again” writes into channel "));
}

static gboolean
take_cb (WeirChannelReader *reader, gboolean is_text, const guint8 *data, gsize len, gpointer user_data)
{
  return TRUE;
}

/* A rate is of what flows: of what has ended it is told how much it was. */
static void
test_rate (Fixture *fixture, gconstpointer data)
{
  GtkWidget *results = part (fixture->page, "results");

  be_connected (fixture);
  make_channel (fixture);
  weir_channel_reader_set_handler (fixture->pair->reader, take_cb, NULL, NULL);
  weir_send_page_set_ref (fixture->page, fixture->pair->writer_ref);
  gtk_widget_activate_action (find_dialog (), "dialog.open", NULL);
  WAIT_FOR (is_offered (fixture, "again_button"));
  gtk_toggle_button_set_active (writing (fixture, "kind_generated"), TRUE);
  gtk_spin_button_set_value (writing (fixture, "count"), 0);
  act (fixture, "send.again");
  WAIT_FOR (widget_says (results, "B/s, "));
  act (fixture, "send.end");
  WAIT_FOR (widget_says (results, "All that was written was read"));
  g_assert_false (widget_says (results, "B/s, "));
  g_assert_true (widget_says (results, "written in "));
}

static void
test_wrong_direction (Fixture *fixture, gconstpointer data)
{
  GtkWidget *dialog;

  be_connected (fixture);
  make_channel (fixture);
  dialog = weir_ref_dialog_new_for_call (fixture->window, get_observer (fixture), WEIR_DIRECTION_READ);
  gtk_window_present (GTK_WINDOW (dialog));
  paste (dialog, "", fixture->pair->writer_ref, "");
  g_assert_true (widget_says (dialog, "This is a writer’s ref, and the function wants a reader"));
  g_assert_false (gtk_widget_is_sensitive (part (dialog, "open_button")));
  paste (dialog, "", fixture->pair->reader_ref, "");
  g_assert_true (gtk_widget_is_sensitive (part (dialog, "open_button")));
  gtk_window_destroy (GTK_WINDOW (dialog));
}

/* It is said before, and the engine's word is shown to who does it all the same. */
static void
test_taken (Fixture *fixture, gconstpointer data)
{
  GtkWidget *dialog;

  be_connected (fixture);
  make_channel (fixture);
  weir_channel_writer_connect (fixture->pair->writer);
  WAIT_FOR (weir_channel_writer_is_open (fixture->pair->writer));
  dialog = weir_ref_dialog_new (fixture->window, get_observer (fixture), fixture->pair->writer_ref);
  gtk_window_present (GTK_WINDOW (dialog));
  WAIT_FOR (widget_says (dialog, "is connected as the writer"));
  g_assert_true (widget_says (dialog, "Weir will be turned away"));
  gtk_window_destroy (GTK_WINDOW (dialog));
}

#define ADD(path, func) g_test_add ("/app/send/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_autofree char *folder = g_dir_make_tmp ("weir-send-XXXXXX", NULL);
  g_autoptr (GApplication) application = NULL;

  if (!window_test_init (&argc, &argv, folder))
    return 0;
  application = window_test_application_new ();
  ADD ("payload-height", test_payload_height);
  ADD ("offered", test_offered);
  ADD ("given-up", test_given_up);
  ADD ("switched", test_switched);
  ADD ("forms", test_forms);
  ADD ("followed", test_followed);
  ADD ("schema-gone", test_schema_gone);
  ADD ("hex", test_hex);
  ADD ("too-much", test_too_much);
  ADD ("long-line", test_long_line);
  ADD ("no-file", test_no_file);
  ADD ("message-size", test_message_size);
  ADD ("targets", test_targets);
  ADD ("pasted", test_pasted);
  ADD ("covered", test_covered);
  ADD ("beside", test_beside);
  ADD ("rate", test_rate);
  ADD ("wrong-direction", test_wrong_direction);
  ADD ("taken", test_taken);
  return g_test_run ();
}
