/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine-program.h"
#include "wait-for.h"
#include "weir-observer.h"

/* Functions and workers as the observer sees them, with a real weir-engine: they come, go, and say what they are. */

typedef struct
{
  EngineProgram *engine;
  char *url;
  WeirObserver *observer;
  WeirFunctionList *functions;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->engine = engine_program_start (NULL);
  fixture->url = g_strdup_printf ("ws://127.0.0.1:%u", fixture->engine->port);
  fixture->observer = weir_observer_new (fixture->url);
  fixture->functions = weir_observer_get_functions (fixture->observer);
  weir_observer_start (fixture->observer);
  WAIT_FOR (weir_function_list_is_loaded (fixture->functions));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gpointer observer = fixture->observer;

  weir_observer_stop (fixture->observer);
  g_object_add_weak_pointer (observer, &observer);
  g_object_unref (fixture->observer);
  WAIT_FOR (observer == NULL);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_free (fixture->url);
  engine_program_stop (fixture->engine);
}

static void
call_cb (WeirInvocation *invocation, gpointer user_data)
{
  weir_invocation_return (invocation, NULL);
}

static WeirWorker *
start_worker (Fixture *fixture, const char *name, const char *const *ids)
{
  WeirWorker *worker = weir_worker_new (fixture->url, name);
  g_autoptr (JsonNode) schema = weir_json_parse (WEIR_SPAN ("{\"type\":\"object\"}"), NULL);

  for (guint i = 0; ids[i] != NULL; i++)
    weir_worker_register_function_with_schemas (worker, ids[i], "Counts the Änderungen", NULL, schema, NULL, call_cb,
                                                NULL, NULL);
  weir_worker_start (worker);
  return worker;
}

static void
stop_worker (WeirWorker *worker)
{
  weir_worker_stop (worker);
  g_object_unref (worker);
}

static WeirFunction *
lookup (Fixture *fixture, const char *id)
{
  return weir_function_list_lookup (fixture->functions, id);
}

static void
changed_cb (GListModel *model, guint position, guint n_removed, guint n_added, gpointer user_data)
{
  *(gint *) user_data += (gint) n_added - (gint) n_removed;
}

static void
assert_sorted (GListModel *model)
{
  g_autoptr (WeirFunction) before = g_list_model_get_item (model, 0);

  for (guint i = 1; i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (WeirFunction) item = g_list_model_get_item (model, i);
      int by_worker = strverscmp (weir_function_get_worker_name (before), weir_function_get_worker_name (item));

      g_assert_true (by_worker < 0 ||
                     (by_worker == 0 && strverscmp (weir_function_get_id (before), weir_function_get_id (item)) < 0));
      g_set_object (&before, item);
    }
}

/* --- tests --- */

static void
test_come_and_go (Fixture *fixture, gconstpointer data)
{
  GListModel *model = G_LIST_MODEL (fixture->functions);
  gint n = (gint) g_list_model_get_n_items (model);
  WeirWorker *files, *reports;
  g_autoptr (WeirFunction) kept = NULL;

  g_signal_connect (model, "items-changed", G_CALLBACK (changed_cb), &n);
  files = start_worker (fixture, "files",
                        (const char *const[]){ "files::read", "files::write", "files::r2", "files::r10", NULL });
  WAIT_FOR (lookup (fixture, "files::write") != NULL);
  kept = g_object_ref (lookup (fixture, "files::read"));
  reports = start_worker (fixture, "reports", (const char *const[]){ "reports::export", NULL });
  WAIT_FOR (lookup (fixture, "reports::export") != NULL);
  g_assert_true (lookup (fixture, "files::read") == kept);
  g_assert_cmpint (n, ==, (gint) g_list_model_get_n_items (model));
  assert_sorted (model);
  WAIT_FOR (weir_function_list_lookup_peer (fixture->functions, "reports") != NULL);

  stop_worker (files);
  WAIT_FOR (lookup (fixture, "files::read") == NULL && lookup (fixture, "files::write") == NULL);
  WAIT_FOR (lookup (fixture, "files::r10") == NULL && lookup (fixture, "files::r2") == NULL);
  g_assert_nonnull (lookup (fixture, "reports::export"));
  WAIT_FOR (weir_function_list_lookup_peer (fixture->functions, "files") == NULL);
  g_assert_cmpint (n, ==, (gint) g_list_model_get_n_items (model));
  stop_worker (reports);
  WAIT_FOR (lookup (fixture, "reports::export") == NULL);
}

static void
test_details (Fixture *fixture, gconstpointer data)
{
  WeirWorker *worker = start_worker (fixture, "files", (const char *const[]){ "files::read", NULL });
  WeirFunction *function;
  WeirPeer *peer;

  WAIT_FOR (lookup (fixture, "files::read") != NULL &&
            weir_function_list_lookup_peer (fixture->functions, "files") != NULL);
  function = lookup (fixture, "files::read");
  peer = weir_function_list_lookup_peer (fixture->functions, "files");
  g_assert_cmpint (weir_function_get_schemas_state (function), ==, WEIR_SCHEMAS_UNASKED);
  g_assert_cmpint (weir_peer_get_pid (peer), ==, -1);
  g_assert_cmpint (weir_peer_get_function_count (peer), ==, 1);
  weir_function_list_look (fixture->functions, function);
  WAIT_FOR (weir_function_get_schemas_state (function) == WEIR_SCHEMAS_KNOWN && weir_peer_get_pid (peer) == getpid ());
  g_assert_cmpstr (weir_function_get_request_schema (function), ==, "{\"type\":\"object\"}");
  g_assert_null (weir_function_get_response_schema (function));
  g_assert_false (weir_function_is_internal (function));
  stop_worker (worker);
}

/* What was known stays while the engine is away. */
static void
test_lost (Fixture *fixture, gconstpointer data)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (fixture->functions));
  WeirFunction *create = lookup (fixture, "engine::channels::create");

  g_assert_nonnull (create);
  g_assert_true (weir_function_is_internal (create));
  weir_function_list_look (fixture->functions, create);
  g_subprocess_send_signal (fixture->engine->process, SIGTERM);
  WAIT_FOR (weir_observer_get_state (fixture->observer) == WEIR_OBSERVER_LOST);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->functions)), ==, n);
  g_assert_true (lookup (fixture, "engine::channels::create") == create);
}

static void
test_search (void)
{
  static const struct
  {
    const char *search;
    gboolean is_found;
  } rows[] = {
    { "", TRUE },
    { "files", TRUE },
    { "FILES::READ", TRUE },
    { "änderungen", TRUE },
    { "read counts", TRUE },
    { "disk", TRUE },
    { "disk files wrong", FALSE },
    { "write", FALSE },
  };
  g_autoptr (WeirFunction) function =
      weir_function_new (WEIR_SPAN ("{\"function_id\":\"files::read\",\"worker_name\":\"Disk\","
                                    "\"description\":\"Counts the ÄNDERUNGEN\"}"));

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *folded = g_utf8_casefold (rows[i].search, -1);
      g_auto (GStrv) words = g_strsplit (folded, " ", -1);

      g_test_message ("%s", rows[i].search);
      g_assert_cmpint (weir_function_contains (function, (const char *const *) words), ==, rows[i].is_found);
    }
}

static void
test_what_it_is (void)
{
  static const struct
  {
    const char *json;
    gboolean is_function;
    gboolean is_internal;
  } rows[] = {
    { "{\"function_id\":\"a::b\"}", TRUE, FALSE },
    { "{\"function_id\":\"engine::x\"}", TRUE, TRUE },
    { "{\"function_id\":\"weir::e-1::tap\"}", TRUE, TRUE },
    { "{\"function_id\":\"tenant::weir::e-1::tap\"}", TRUE, TRUE },
    { "{\"function_id\":\"weirdo::x\"}", TRUE, FALSE },
    { "{\"function_id\":\"a::b\",\"metadata\":{\"internal\":true}}", TRUE, TRUE },
    { "{\"function_id\":\"a::b\",\"metadata\":{\"internal\":\"true\"}}", TRUE, FALSE },
    { "{\"function_id\":\"a::b\",\"metadata\":[1],\"description\":7,\"worker_name\":null}", TRUE, FALSE },
    { "{\"function_id\":7}", FALSE, FALSE },
    { "{}", FALSE, FALSE },
    { "[]", FALSE, FALSE },
    { "null", FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (WeirFunction) function = weir_function_new (WEIR_SPAN (rows[i].json));

      g_test_message ("%s", rows[i].json);
      g_assert_cmpint (function != NULL, ==, rows[i].is_function);
      if (function != NULL)
        g_assert_cmpint (weir_function_is_internal (function), ==, rows[i].is_internal);
    }
}

/* A schema that the engine did not take is another thing than none. */
static void
test_too_deep (void)
{
  g_autoptr (WeirFunction) function = weir_function_new (WEIR_SPAN ("{\"function_id\":\"a::b\"}"));

  weir_function_set_schemas (function, WEIR_SPAN ("{\"function_id\":\"a::b\",\"response_schema_too_deep\":true}"));
  g_assert_false (weir_function_is_request_too_deep (function));
  g_assert_true (weir_function_is_response_too_deep (function));
  weir_function_set_schemas (function, WEIR_SPAN ("{\"function_id\":\"a::b\",\"response_schema\":{}}"));
  g_assert_false (weir_function_is_response_too_deep (function));
}

/* --- what an engine says --- */

typedef struct
{
  WeirWorker *worker;
  WeirFunctionList *functions;
} Told;

static void
tell (Told *told, const char *answer)
{
  g_autoptr (GBytes) bytes = g_bytes_new (answer, strlen (answer));

  g_assert_true (weir_function_list_take (told->functions, bytes));
}

static void
told_set_up (Told *told, gconstpointer data)
{
  told->worker = weir_worker_new ("ws://127.0.0.1:1", "observer");
  told->functions = weir_function_list_new (told->worker);
}

static void
told_tear_down (Told *told, gconstpointer data)
{
  g_object_unref (told->functions);
  g_object_unref (told->worker);
}

/* An id that an engine lists more than once is there once. */
static void
test_listed_twice (Told *told, gconstpointer data)
{
  for (guint i = 0; i < 2; i++)
    {
      tell (told, "{\"functions\":[{\"function_id\":\"math::add\"},{\"function_id\":\"math::add\"},"
                  "{\"function_id\":\"math::add\"},{\"function_id\":\"math::sub\"}]}");
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (told->functions)), ==, 2);
    }
}

static void
count_cb (GListModel *model, guint position, guint n_removed, guint n_added, guint *n_added_in_sum)
{
  *n_added_in_sum += n_added;
}

/* A worker may say its name after its functions: who shows them by worker hears of that. */
static void
test_worker_named_later (Told *told, gconstpointer data)
{
  guint n_added = 0;

  tell (told, "{\"functions\":[{\"function_id\":\"math::add\"}]}");
  g_signal_connect (told->functions, "items-changed", G_CALLBACK (count_cb), &n_added);
  tell (told, "{\"functions\":[{\"function_id\":\"math::add\",\"worker_name\":\"calculator\"}]}");
  g_assert_cmpuint (n_added, ==, 1);
  g_assert_cmpstr (weir_function_get_worker_name (weir_function_list_lookup (told->functions, "math::add")), ==,
                   "calculator");
}

/* A worker whose functions another has is known for what it is. */
static void
test_refused (Fixture *fixture, gconstpointer data)
{
  const char *const ids[] = { "files::read", NULL };
  WeirWorker *first = start_worker (fixture, "orders", ids), *second;
  WeirPeer *peer;

  WAIT_FOR (lookup (fixture, "files::read") != NULL);
  second = start_worker (fixture, "warehouse", ids);
  WAIT_FOR ((peer = weir_function_list_lookup_peer (fixture->functions, "warehouse")) != NULL &&
            weir_peer_has_refused_functions (peer));
  g_assert_cmpint (weir_peer_get_function_count (peer), ==, 0);
  g_assert_cmpstr (weir_function_get_worker_name (lookup (fixture, "files::read")), ==, "orders");
  g_assert_false (weir_peer_has_refused_functions (weir_function_list_lookup_peer (fixture->functions, "orders")));
  stop_worker (first);
  stop_worker (second);
}

static char *
make_many (guint n)
{
  GString *text = g_string_new ("{\"functions\":[");

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s{\"function_id\":\"many::%u\",\"metadata\":{\"a\":[1,2,3]}}", i > 0 ? "," : "", i);
  g_string_append (text, "]}");
  return g_string_free (text, FALSE);
}

/* More than one turn may read: it is read in several, the list that came meanwhile after it, and not after a pause. */
static void
test_many (Told *told, gconstpointer data)
{
  g_autofree char *many = make_many (50000);
  g_autofree char *fewer = make_many (40000);
  GListModel *list = G_LIST_MODEL (told->functions);
  guint n_turns = 0;

  tell (told, many);
  tell (told, fewer);
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 0);
  while (g_list_model_get_n_items (list) != 50000)
    n_turns += g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (n_turns, >, 2);
  while (g_list_model_get_n_items (list) != 40000)
    g_main_context_iteration (NULL, TRUE);

  tell (told, many);
  weir_function_list_pause (told->functions);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 40000);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL); /* a worker warns of functions that are refused */
  g_test_add_func ("/observer/functions/search", test_search);
  g_test_add_func ("/observer/functions/what-it-is", test_what_it_is);
  g_test_add_func ("/observer/functions/too-deep", test_too_deep);
  g_test_add ("/observer/functions/come-and-go", Fixture, NULL, set_up, test_come_and_go, tear_down);
  g_test_add ("/observer/functions/details", Fixture, NULL, set_up, test_details, tear_down);
  g_test_add ("/observer/functions/refused", Fixture, NULL, set_up, test_refused, tear_down);
  g_test_add ("/observer/functions/lost", Fixture, NULL, set_up, test_lost, tear_down);
  g_test_add ("/observer/functions/many", Told, NULL, told_set_up, test_many, told_tear_down);
  g_test_add ("/observer/functions/listed-twice", Told, NULL, told_set_up, test_listed_twice, told_tear_down);
  g_test_add ("/observer/functions/worker-named-later", Told, NULL, told_set_up, test_worker_named_later,
              told_tear_down);
  return g_test_run ();
}
