/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>

#include "engine-program.h"
#include "wait-for.h"
#include "weir-application.h"
#include "weir-function-pane.h"
#include "weir-functions-page.h"
#include "widget-tree.h"
#include "window-test.h"

/* The Functions page in a window, with a real weir-engine that may not be there yet. */

typedef struct
{
  EngineProgram *engine; /* nullable */
  char *listen;
  char *url;
  WeirConnection *connection;
  GtkWindow *window;
  WeirFunctionsPage *page;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirCredentials) none = weir_credentials_new (NULL, NULL);

  fixture->listen = g_strdup_printf ("127.0.0.1:%u", engine_program_pick_port ());
  fixture->url = g_strdup_printf ("ws://%s", fixture->listen);
  fixture->connection = weir_connection_new (fixture->url, none);
  fixture->page = g_object_new (WEIR_TYPE_FUNCTIONS_PAGE, NULL);
  fixture->window = GTK_WINDOW (adw_window_new ());
  gtk_window_set_default_size (fixture->window, 1000, 600);
  adw_window_set_content (ADW_WINDOW (fixture->window), GTK_WIDGET (fixture->page));
  weir_functions_page_set_connection (fixture->page, fixture->connection);
  gtk_window_present (fixture->window);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gtk_window_destroy (fixture->window);
  weir_connection_close (fixture->connection);
  g_object_unref (fixture->connection);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  if (fixture->engine != NULL)
    engine_program_stop (fixture->engine);
  g_free (fixture->listen);
  g_free (fixture->url);
}

static void
start_engine (Fixture *fixture)
{
  const char *const arguments[] = { "--listen", fixture->listen, NULL };

  fixture->engine = engine_program_start (arguments);
  weir_observer_retry_now (weir_connection_get_observer (fixture->connection));
}

/* --- what is in the window --- */

/* The most characters of a label. */
static glong
get_longest (GtkWidget *top)
{
  glong longest = GTK_IS_LABEL (top) ? g_utf8_strlen (gtk_label_get_text (GTK_LABEL (top)), -1) : 0;

  for (GtkWidget *child = gtk_widget_get_first_child (top); child != NULL; child = gtk_widget_get_next_sibling (child))
    longest = MAX (longest, get_longest (child));
  return longest;
}

/* The first function, which stands below the name of its worker. */
static void
select_first (Fixture *fixture)
{
  GtkListView *list = GTK_LIST_VIEW (widget_find (GTK_WIDGET (fixture->page), GTK_TYPE_LIST_VIEW));

  WAIT_FOR (gtk_list_view_get_model (list) != NULL &&
            g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (list))) == 2);
  gtk_selection_model_select_item (gtk_list_view_get_model (list), 1, TRUE);
}

/* --- tests --- */

/* Why there is no list is said, with a way out, until there is one. */
static void
test_no_list (Fixture *fixture, gconstpointer data)
{
  GtkWidget *page = GTK_WIDGET (fixture->page);

  WAIT_FOR (widget_says (page, "No List of Functions"));
  g_assert_true (widget_says (page, "Try Again"));
  start_engine (fixture);
  WAIT_FOR (widget_says (page, "No Functions Yet"));
  g_assert_false (widget_says (page, "No List of Functions"));
}

static void
call_cb (WeirInvocation *invocation, gpointer user_data)
{
  weir_invocation_return (invocation, NULL);
}

/* Names and descriptions of any length are cut before a label measures them; a schema that is none is said to be. */
static void
test_hostile_worker (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = g_strnfill (10000, 'x'), *description = g_strnfill (100000, 'y');
  g_autoptr (JsonNode) no_schema = weir_json_parse (WEIR_SPAN ("\"not a schema\""), NULL);
  g_autoptr (JsonNode) schema = weir_json_parse (WEIR_SPAN ("true"), NULL);
  g_autoptr (WeirWorker) worker = weir_worker_new (fixture->url, "hostile");
  GtkWidget *pane = widget_find (GTK_WIDGET (fixture->page), WEIR_TYPE_FUNCTION_PANE);

  start_engine (fixture);
  weir_worker_register_function_with_schemas (worker, id, description, NULL, no_schema, schema, call_cb, NULL, NULL);
  weir_worker_start (worker);
  select_first (fixture);
  WAIT_FOR (widget_says (pane, "is no JSON Schema"));
  g_assert_cmpint (get_longest (GTK_WIDGET (fixture->page)), <=, 2001);
  weir_worker_stop (worker);
}

/* Workers without functions are found, too, and of those that registered another's ids it is said. */
static void
test_workers_without_functions (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirWorker) orders = weir_worker_new (fixture->url, "orders");
  g_autoptr (WeirWorker) warehouse = weir_worker_new (fixture->url, "warehouse");
  g_autoptr (WeirWorker) client = weir_worker_new (fixture->url, "client");
  GtkWidget *page = GTK_WIDGET (fixture->page);
  GtkWidget *search = widget_find (page, GTK_TYPE_SEARCH_ENTRY);

  start_engine (fixture);
  weir_worker_register_function (orders, "orders::f2", NULL, NULL, call_cb, NULL, NULL);
  weir_worker_register_function (orders, "orders::f10", NULL, NULL, call_cb, NULL, NULL);
  weir_worker_register_function (warehouse, "orders::f2", NULL, NULL, call_cb, NULL, NULL);
  weir_worker_start (orders);
  WAIT_FOR (widget_says (page, "orders::f10"));
  weir_worker_start (warehouse);
  weir_worker_start (client);
  WAIT_FOR (widget_says (page, "warehouse") && widget_says (page, "client"));
  WAIT_FOR (widget_says (page, "No functions: another worker has the ids that it registers"));
  gtk_editable_set_text (GTK_EDITABLE (search), "cLient");
  WAIT_FOR (!widget_says (page, "orders::f2") && widget_says (page, "client"));
  g_assert_false (widget_says (page, "warehouse"));
  gtk_editable_set_text (GTK_EDITABLE (search), "nobody");
  WAIT_FOR (!widget_says (page, "client"));
  weir_worker_stop (orders);
  weir_worker_stop (warehouse);
  weir_worker_stop (client);
}

/* --- main --- */

#define ADD(path, func) g_test_add ("/app/functions/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_autofree char *folder = g_dir_make_tmp ("weir-functions-XXXXXX", NULL);
  g_autoptr (GApplication) application = NULL;

  if (!window_test_init (&argc, &argv, folder))
    return 0;
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL); /* a worker warns of functions that are refused */
  application = window_test_application_new ();
  ADD ("no-list", test_no_list);
  ADD ("hostile-worker", test_hostile_worker);
  ADD ("workers-without-functions", test_workers_without_functions);
  return g_test_run ();
}
