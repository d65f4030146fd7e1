/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>

#include "engine-program.h"
#include "wait-for.h"
#include "weir-answer-card.h"
#include "weir-application.h"
#include "weir-key-veil.h"
#include "weir-payload-chip.h"
#include "weir-payload.h"
#include "weir-trigger-pane.h"
#include "widget-tree.h"
#include "window-test.h"

/* The pane that triggers and the card of the answer, in a window, with a real weir-engine and a worker. */

#define SCHEMA                                                                                                         \
  "{\"type\":\"object\",\"required\":[\"name\"],\"properties\":{\"name\":{\"type\":\"string\"},"                       \
  "\"reader\":{\"type\":\"object\"}}}"

typedef struct
{
  EngineProgram *engine;
  WeirConnection *connection;
  WeirWorker *worker;
  GtkWindow *window;
  WeirTriggerPane *pane;
  WeirAnswerCard *card;
  guint n_changed;
  char *settings;
} Fixture;

static void
read_cb (WeirInvocation *invocation, gpointer user_data)
{
  weir_invocation_return (invocation, weir_json_parse (WEIR_SPAN ("{\"bytes\":42}"), NULL));
}

/* A picture in base64, as functions return them: one line. */
static void
picture_cb (WeirInvocation *invocation, gpointer user_data)
{
  g_autofree char *line = g_strnfill (300000, 'A');
  JsonNode *answer = json_node_init_string (json_node_alloc (), line);

  weir_invocation_return (invocation, answer);
}

static void
complain_cb (WeirInvocation *invocation, gpointer user_data)
{
  g_autofree char *line = g_strnfill (300000, 'A');

  weir_invocation_return_error (invocation, "TOO_LONG", "%s", line);
}

static void
break_cb (WeirInvocation *invocation, gpointer user_data)
{
  weir_invocation_return_error (invocation, "NO_FILE", "There is no report.csv");
}

static void
start_worker (Fixture *fixture, const char *url)
{
  g_autoptr (JsonNode) schema = weir_json_parse (WEIR_SPAN (SCHEMA), NULL);

  fixture->worker = weir_worker_new (url, "files");
  weir_worker_register_function_with_schemas (fixture->worker, "files::read", "Reads a file", NULL, schema, NULL,
                                              read_cb, NULL, NULL);
  weir_worker_register_function (fixture->worker, "files::break", NULL, NULL, break_cb, NULL, NULL);
  weir_worker_register_function (fixture->worker, "files::picture", NULL, NULL, picture_cb, NULL, NULL);
  weir_worker_register_function (fixture->worker, "files::complain", NULL, NULL, complain_cb, NULL, NULL);
  weir_worker_start (fixture->worker);
}

static void
changed_cb (Fixture *fixture)
{
  fixture->n_changed++;
}

static void
refilled_cb (WeirTriggerPane *pane, const char *settings, Fixture *fixture)
{
  g_free (fixture->settings);
  fixture->settings = g_strdup (settings);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *url = NULL;
  g_autoptr (WeirCredentials) none = weir_credentials_new (NULL, NULL);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 24);
  WeirFunctionList *functions;

  fixture->engine = engine_program_start (NULL);
  url = g_strdup_printf ("ws://127.0.0.1:%u", fixture->engine->port);
  start_worker (fixture, url);
  fixture->connection = weir_connection_new (url, none);
  functions = weir_observer_get_functions (weir_connection_get_observer (fixture->connection));
  fixture->pane = g_object_new (WEIR_TYPE_TRIGGER_PANE, NULL);
  fixture->card = g_object_new (WEIR_TYPE_ANSWER_CARD, "hexpand", TRUE, NULL);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (fixture->pane));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (fixture->card));
  gtk_box_append (GTK_BOX (box), weir_trigger_pane_get_tools (fixture->pane));
  fixture->window = GTK_WINDOW (adw_window_new ());
  gtk_window_set_default_size (fixture->window, 1000, 600);
  adw_window_set_content (ADW_WINDOW (fixture->window), box);
  g_signal_connect_swapped (fixture->pane, "changed", G_CALLBACK (changed_cb), fixture);
  g_signal_connect (fixture->pane, "refilled", G_CALLBACK (refilled_cb), fixture);
  weir_trigger_pane_set_connection (fixture->pane, fixture->connection);
  gtk_window_present (fixture->window);
  WAIT_FOR (weir_function_list_lookup (functions, "files::read") != NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  /* What is still on its way may keep the pane for longer than us. */
  g_signal_handlers_disconnect_by_data (fixture->pane, fixture);
  gtk_window_destroy (fixture->window);
  weir_connection_close (fixture->connection);
  g_object_unref (fixture->connection);
  weir_worker_stop (fixture->worker);
  g_object_unref (fixture->worker);
  g_free (fixture->settings);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  engine_program_stop (fixture->engine);
}

/* --- what is in the window --- */

static GtkTextBuffer *
get_buffer (GtkWidget *top)
{
  return gtk_text_view_get_buffer (GTK_TEXT_VIEW (widget_find (top, GTK_TYPE_TEXT_VIEW)));
}

static char *
dup_text (GtkWidget *top)
{
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (get_buffer (top), &start, &end);
  return gtk_text_buffer_get_text (get_buffer (top), &start, &end, TRUE);
}

static gboolean
has_text (GtkWidget *top, const char *expected)
{
  g_autofree char *text = dup_text (top);

  return g_str_equal (text, expected);
}

static void
type (Fixture *fixture, const char *text)
{
  gtk_text_buffer_set_text (get_buffer (GTK_WIDGET (fixture->pane)), text, -1);
}

static WeirCall *
call (Fixture *fixture)
{
  WeirCall *made = weir_trigger_pane_new_call (fixture->pane);

  g_assert_nonnull (made);
  weir_answer_card_set_call (fixture->card, made);
  weir_call_start (made, weir_observer_get_worker (weir_connection_get_observer (fixture->connection)));
  return made;
}

/* --- tests --- */

static void
test_template (Fixture *fixture, gconstpointer data)
{
  GtkWidget *pane = GTK_WIDGET (fixture->pane);

  g_assert_false (weir_trigger_pane_is_ready (fixture->pane));
  weir_trigger_pane_set_function (fixture->pane, "files::read");
  WAIT_FOR (has_text (pane, "{\n  \"name\": \"\",\n  \"reader\": \"$reader\"\n}"));
  g_assert_true (widget_says (pane, "Reads a file"));
  WAIT_FOR (widget_says (pane, "valid against the function’s schema"));
  g_assert_true (weir_trigger_pane_is_ready (fixture->pane));

  type (fixture, "{\"name\":7}");
  WAIT_FOR (widget_says (pane, "“name” must be a string; 7 is a number"));
  g_assert_true (weir_trigger_pane_is_ready (fixture->pane)); /* it is a warning */
  type (fixture, "{\n\"name\":}");
  WAIT_FOR (widget_says (pane, "Line 2: a value should be here"));
  g_assert_false (weir_trigger_pane_is_ready (fixture->pane));
  g_assert_null (weir_trigger_pane_new_call (fixture->pane));
  type (fixture, "{\"a\": [1");
  WAIT_FOR (widget_says (pane, "Line 1: a ] is missing at the end"));
  type (fixture, "{\"a\": 1");
  WAIT_FOR (widget_says (pane, "Line 1: a } is missing at the end"));
}

/* A text too long for an editor stands beside it, whole: pasted, or set. */
static void
test_large (Fixture *fixture, gconstpointer data)
{
  GtkWidget *pane = GTK_WIDGET (fixture->pane);
  g_autofree char *filling = g_strnfill (2000 * 1000 - 11, 'x');
  g_autofree char *large = g_strdup_printf ("{\"name\":\"%s\"}", filling);
  g_autofree char *pasted = NULL, *set = NULL, *rest = NULL;

  weir_trigger_pane_set_function (fixture->pane, "files::read");
  WAIT_FOR (widget_says (pane, "valid against the function’s schema")); /* its template stands there now */
  type (fixture, "");
  gtk_text_buffer_insert_at_cursor (get_buffer (pane), large, -1);
  WAIT_FOR (widget_says (pane, "MB of JSON, not shown: too much to edit. It is sent whole."));
  WAIT_FOR (widget_says (pane, "a payload this large should be a channel’s stream"));
  g_assert_true (weir_trigger_pane_is_ready (fixture->pane));
  pasted = weir_trigger_pane_dup_payload (fixture->pane);
  g_assert_cmpstr (pasted, ==, large);
  g_assert_true (has_text (pane, ""));

  g_signal_emit_by_name (widget_find (pane, WEIR_TYPE_PAYLOAD_CHIP), "removed");
  type (fixture, "{\"name\":\"short\"}");
  WAIT_FOR (widget_says (pane, "valid against the function’s schema"));
  weir_trigger_pane_fill (fixture->pane, "files::read", large, 1000, FALSE);
  set = weir_trigger_pane_dup_payload (fixture->pane);
  g_assert_cmpstr (set, ==, large);
  g_signal_emit_by_name (widget_find (pane, WEIR_TYPE_PAYLOAD_CHIP), "removed");
  rest = weir_trigger_pane_dup_payload (fixture->pane);
  g_assert_cmpstr (rest, ==, "{\"name\":\"short\"}");
}

/* So does a text of which the editor shows a part covered: what is sent has the key. */
static void
test_large_with_key (Fixture *fixture, gconstpointer data)
{
  GtkWidget *pane = GTK_WIDGET (fixture->pane);
  const char *ref = "{\"r\":{\"channel_id\":\"c\",\"access_key\":\"k3y-k3y-k3y\",\"direction\":\"read\"},\"x\":\"";
  g_autofree char *filling = g_strnfill (2000 * 1000, 'x');
  g_autofree char *whole = g_strdup_printf ("%s%s\"}", ref, filling);
  g_autofree char *pasted = NULL;
  GtkTextIter end;

  weir_trigger_pane_set_function (fixture->pane, "nobody::has");
  type (fixture, ref);
  WAIT_FOR (!has_text (pane, ref)); /* covered */
  gtk_text_buffer_get_end_iter (get_buffer (pane), &end);
  gtk_text_buffer_place_cursor (get_buffer (pane), &end);
  gtk_text_buffer_insert_at_cursor (get_buffer (pane), whole + strlen (ref), -1);
  WAIT_FOR (widget_says (pane, "not shown: too much to edit"));
  pasted = weir_trigger_pane_dup_payload (fixture->pane);
  g_assert_cmpstr (pasted, ==, whole);
}

/* Who changes a covered key may do so within a character of it: what is left is text all the same. */
static void
test_cut_key (void)
{
  const char *const keys[] = { "\303\244\303\266\303\274\303\237\303\251\303\250\303\252\303\253",
                               "\360\237\230\200\360\237\230\200\360\237\230\200\360\237\230\200" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    for (int at = 0; at < (int) strlen (keys[i]); at++)
      {
        g_autofree char *ref = g_strdup_printf ("{\"access_key\":\"%s\",\"direction\":\"read\"}", keys[i]);
        g_autofree char *text = NULL;
        g_autoptr (GtkTextBuffer) buffer = gtk_text_buffer_new (NULL);
        g_autoptr (WeirKeyVeil) veil = NULL;
        GtkTextIter start, end;

        gtk_text_buffer_set_text (buffer, ref, -1);
        veil = weir_key_veil_new (buffer);
        g_assert_true (weir_key_veil_has_keys (veil));
        gtk_text_buffer_get_iter_at_offset (buffer, &start, (int) strlen ("{\"access_key\":\"") + at);
        end = start;
        gtk_text_iter_forward_char (&end);
        gtk_text_buffer_delete (buffer, &start, &end);
        text = weir_key_veil_dup_text (veil);
        g_assert_true (g_utf8_validate (text, -1, NULL));
        g_assert_true (g_str_has_prefix (text, "{\"access_key\":\""));
      }
}

/* What was typed for a function comes back with it. */
static void
test_drafts (Fixture *fixture, gconstpointer data)
{
  GtkWidget *pane = GTK_WIDGET (fixture->pane);

  weir_trigger_pane_set_function (fixture->pane, "files::read");
  WAIT_FOR (widget_says (pane, "Reads a file") && !has_text (pane, "{}"));
  type (fixture, "{\"name\":\"mine\"}");
  weir_trigger_pane_set_function (fixture->pane, "nobody::has");
  g_assert_true (has_text (pane, "{}"));
  g_assert_true (widget_says (pane, "No worker has registered it now"));
  weir_trigger_pane_set_function (fixture->pane, "files::read");
  g_assert_true (has_text (pane, "{\"name\":\"mine\"}"));
}

static void
test_channels (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) channels = NULL;
  guint n;

  weir_trigger_pane_set_function (fixture->pane, "files::break");
  type (fixture, "{\"a\":\"$reader\",\"b\":\"$writer:log\"}");
  n = fixture->n_changed; /* of now: a function that is chosen is a change, too */
  WAIT_FOR (fixture->n_changed > n);
  channels = weir_trigger_pane_list_channels (fixture->pane);
  g_assert_cmpuint (channels->len, ==, 2);

  type (fixture, "{\"a\":\"$reader\","); /* while it is typed they stay where they are */
  g_ptr_array_unref (channels);
  channels = weir_trigger_pane_list_channels (fixture->pane);
  g_assert_cmpuint (channels->len, ==, 2);
  type (fixture, "{\"a\":\"$reader\"}");
  g_ptr_array_unref (channels);
  channels = weir_trigger_pane_list_channels (fixture->pane);
  g_assert_cmpuint (channels->len, ==, 1);

  type (fixture, "{\"a\":"); /* a draft that is no JSON: it has none of another function's */
  weir_trigger_pane_set_function (fixture->pane, "files::read");
  type (fixture, "{\"a\":\"$reader\"}");
  g_ptr_array_unref (channels);
  channels = weir_trigger_pane_list_channels (fixture->pane);
  g_assert_cmpuint (channels->len, ==, 1);
  weir_trigger_pane_set_function (fixture->pane, "files::break");
  g_ptr_array_unref (channels);
  channels = weir_trigger_pane_list_channels (fixture->pane);
  g_assert_cmpuint (channels->len, ==, 0);
}

static void
test_answer (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirCall) made = NULL;

  weir_trigger_pane_set_function (fixture->pane, "files::read");
  type (fixture, "{\"name\":\"x\"}");
  made = call (fixture);
  WAIT_FOR (widget_says (GTK_WIDGET (fixture->card), "files::read returned"));
  g_assert_true (has_text (GTK_WIDGET (fixture->card), "{\n  \"bytes\": 42\n}"));
}

static guint
get_longest_line (GtkTextBuffer *buffer)
{
  guint longest = 0;

  for (int i = 0; i < gtk_text_buffer_get_line_count (buffer); i++)
    {
      GtkTextIter iter;

      gtk_text_buffer_get_iter_at_line (buffer, &iter, i);
      longest = MAX (longest, (guint) gtk_text_iter_get_chars_in_line (&iter));
    }
  return longest;
}

/* To lay out a line takes longer than as many bytes in several: one of 256 KiB held the window for seconds. */
static void
test_long_line (Fixture *fixture, gconstpointer data)
{
  GtkWidget *card = GTK_WIDGET (fixture->card);
  g_autoptr (WeirCall) made = NULL, failed = NULL;
  g_autoptr (GPtrArray) labels = g_ptr_array_new ();

  weir_trigger_pane_set_function (fixture->pane, "files::picture");
  type (fixture, "{}");
  made = call (fixture);
  WAIT_FOR (widget_says (card, "files::picture returned"));
  g_assert_cmpuint (get_longest_line (get_buffer (card)), <=, WEIR_PAYLOAD_MAX_LINE + 1);
  g_assert_cmpuint (get_longest_line (get_buffer (card)), >, 1000);
  g_assert_true (widget_says (card, "Shown are the first 256"));
  g_assert_true (widget_says (card, "A very long line is broken to be shown."));

  weir_trigger_pane_set_function (fixture->pane, "files::complain");
  failed = call (fixture);
  WAIT_FOR (widget_says (card, "files::complain failed"));
  widget_collect (card, GTK_TYPE_LABEL, labels);
  for (guint i = 0; i < labels->len; i++)
    g_assert_cmpuint (strlen (gtk_label_get_text (labels->pdata[i])), <, 5000);
}

static void
test_error (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirCall) made = NULL, missing = NULL;

  weir_trigger_pane_set_function (fixture->pane, "files::break");
  made = call (fixture);
  WAIT_FOR (widget_says (GTK_WIDGET (fixture->card), "files::break failed"));
  g_assert_true (widget_says (GTK_WIDGET (fixture->card), "NO_FILE"));
  g_assert_true (widget_says (GTK_WIDGET (fixture->card), "There is no report.csv"));

  weir_trigger_pane_set_function (fixture->pane, "nobody::has");
  missing = call (fixture);
  WAIT_FOR (widget_says (GTK_WIDGET (fixture->card), "nobody::has failed"));
  g_assert_true (widget_says (GTK_WIDGET (fixture->card), "Start its worker"));
}

/* What was sent is there again, with what the page has set. */
static void
test_history (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirSendSetup) setup = weir_send_setup_new ();
  g_autoptr (WeirWriting) writing = weir_writing_new ();
  g_autoptr (WeirCall) made = NULL;
  g_autofree char *text = NULL;
  GtkWidget *list = widget_find (weir_trigger_pane_get_tools (fixture->pane), GTK_TYPE_LIST_BOX);
  GtkWidget *popover = gtk_widget_get_ancestor (list, GTK_TYPE_POPOVER);

  weir_trigger_pane_set_function (fixture->pane, "files::read");
  type (fixture, "{\"name\":\"kept\",\"reader\":{\"channel_id\":\"c\",\"access_key\":\"0123456789abcdef\","
                 "\"direction\":\"read\"}}");
  weir_trigger_pane_set_setup (fixture->pane, setup);
  writing->seed = 4711; /* set after it was told of: it is asked for when a call is made */
  weir_send_setup_set_writing (setup, writing);
  made = call (fixture);
  WAIT_FOR (weir_call_get_state (made) == WEIR_CALL_ANSWERED);
  type (fixture, "{}");
  gtk_popover_popup (GTK_POPOVER (popover));
  WAIT_FOR (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), 0) != NULL);
  g_signal_emit_by_name (list, "row-activated", gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), 0));
  g_assert_nonnull (strstr (fixture->settings, "\"seed\":\"4711\""));
  WAIT_FOR (widget_says (GTK_WIDGET (fixture->pane), "Paste the ref anew"));
  text = dup_text (GTK_WIDGET (fixture->pane));
  g_assert_nonnull (strstr (text, "kept"));
  g_assert_null (strstr (text, "abcdef"));
}

#define ADD(path, func) g_test_add ("/app/trigger/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_autofree char *folder = g_dir_make_tmp ("weir-trigger-XXXXXX", NULL);
  g_autoptr (GApplication) application = NULL;

  if (!window_test_init (&argc, &argv, folder))
    return 0;
  application = window_test_application_new ();
  ADD ("template", test_template);
  ADD ("large", test_large);
  ADD ("large-with-key", test_large_with_key);
  g_test_add_func ("/app/trigger/cut-key", test_cut_key);
  ADD ("drafts", test_drafts);
  ADD ("channels", test_channels);
  ADD ("answer", test_answer);
  ADD ("long-line", test_long_line);
  ADD ("error", test_error);
  ADD ("history", test_history);
  return g_test_run ();
}
