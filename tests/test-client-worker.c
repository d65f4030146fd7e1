/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-async.h"
#include "weir-client.h"
#include "weir-worker-calls.h"
#include "weir-worker-outbox.h"
#include "weir-worker-private.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A worker's session, against a mock of the stock engine's wire. */

/* Ids of invocations are UUIDs. */
#define ID(n) "22222222-0000-4000-8000-00000000" #n

static JsonNode *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node = json_from_string (text, &error);

  g_assert_no_error (error);

  return node;
}

/* What was warned of last: nobody else could tell that a registration did not come about. */
static char *last_warning;

static GLogWriterOutput
log_writer (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  if ((level & G_LOG_LEVEL_WARNING) == 0)
    return g_log_writer_default (level, fields, n_fields, user_data);
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE"))
      {
        g_free (last_warning);
        last_warning = g_strdup (fields[i].value);
      }

  return G_LOG_WRITER_HANDLED;
}

static WeirWorker *
start_worker (MockEngine *engine, const char *name)
{
  WeirWorker *worker = weir_worker_new (engine->url, name);

  weir_worker_start (worker);

  return worker;
}

static void
wait_state (WeirWorker *worker, WeirWorkerState state)
{
  mock_wait_until (weir_worker_get_state (worker) == state);
}

static void
echo_cb (WeirInvocation *invocation, gpointer user_data)
{
  weir_invocation_return (invocation, json_node_copy (weir_invocation_get_payload (invocation)));
}

static void
count_cb (gpointer user_data)
{
  ++*(int *) user_data;
}

/* --- the session --- */

static void
test_announce (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = weir_worker_new (engine->url, "files");
  g_autofree char *pid = g_strdup_printf ("\"pid\":%d", (int) getpid ());
  g_autofree char *id = mock_worker_id (0);
  g_autofree char *trigger = NULL;
  g_autoptr (JsonNode) metadata = parse ("{\"internal\":true}");
  MockPeer *peer;

  weir_worker_set_description (worker, "Reads \"files\"");
  weir_worker_set_token (worker, "sesame");
  weir_worker_set_headers (worker, (const char *[]){ "X-Tenant", "blue", NULL });
  weir_worker_register_function (worker, "files::read", "Reads", metadata, echo_cb, NULL, NULL);
  trigger = weir_worker_register_trigger (worker, "log", "files::read", NULL);
  g_assert_cmpint (weir_worker_get_state (worker), ==, WEIR_WORKER_STOPPED);
  weir_worker_start (worker);
  g_assert_cmpint (weir_worker_get_state (worker), ==, WEIR_WORKER_CONNECTING);
  g_assert_null (weir_worker_get_worker_id (worker));

  peer = mock_engine_get_peer (engine, 0);
  g_assert_cmpstr (peer->path, ==, "/");
  g_assert_cmpstr (peer->authorization, ==, "Bearer sesame");
  g_assert_cmpstr (peer->tenant, ==, "blue");
  g_assert_nonnull (strstr (mock_peer_get_text (peer, 0), "\"function_id\":\"engine::workers::register\""));
  g_assert_nonnull (strstr (mock_peer_get_text (peer, 0), "\"action\":{\"type\":\"void\"}"));
  g_assert_nonnull (strstr (mock_peer_get_text (peer, 0), "\"runtime\":\"c\""));
  g_assert_nonnull (strstr (mock_peer_get_text (peer, 0), "\"name\":\"files\""));
  g_assert_nonnull (strstr (mock_peer_get_text (peer, 0), "\"description\":\"Reads \\\"files\\\"\""));
  g_assert_nonnull (strstr (mock_peer_get_text (peer, 0), "\"os\":\"linux "));
  g_assert_nonnull (strstr (mock_peer_get_text (peer, 0), pid));
  g_assert_null (strstr (mock_peer_get_text (peer, 0), "invocation_id"));
  g_assert_nonnull (strstr (mock_peer_get_text (peer, 1), "\"registerfunction\""));
  g_assert_nonnull (strstr (mock_peer_get_text (peer, 1), "\"metadata\":{\"internal\":true}"));
  g_assert_nonnull (strstr (mock_peer_get_text (peer, 2), "\"registertrigger\""));
  g_assert_nonnull (strstr (mock_peer_get_text (peer, 2), "\"config\":{}"));
  g_assert_nonnull (strstr (mock_peer_get_text (peer, 2), trigger));

  wait_state (worker, WEIR_WORKER_CONNECTED);
  g_assert_cmpstr (weir_worker_get_worker_id (worker), ==, id);
  weir_worker_stop (worker);
  mock_peer_wait_end (peer);
  g_assert_cmpint (peer->how, ==, WEIR_CLOSED_CLEAN);
  g_assert_cmpint (peer->code, ==, 1000);
}

static void
test_defaults (void)
{
  g_autoptr (WeirWorker) worker = NULL;

  g_unsetenv ("III_URL");
  worker = weir_worker_new (NULL, NULL);
  g_assert_cmpstr (weir_worker_get_url (worker), ==, WEIR_WORKER_DEFAULT_URL);
  g_clear_object (&worker);
  g_setenv ("III_URL", "ws://example.invalid:1", TRUE);
  worker = weir_worker_new (NULL, NULL);
  g_assert_cmpstr (weir_worker_get_url (worker), ==, "ws://example.invalid:1");
  g_unsetenv ("III_URL");
}

static void
test_default_name (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) named = NULL;
  g_autoptr (WeirWorker) unnamed = NULL;
  g_autofree char *name = g_strdup_printf ("\"name\":\"%s:%d\"", g_get_host_name (), (int) getpid ());

  g_setenv ("III_WORKER_NAME", "from-outside", TRUE);
  named = start_worker (engine, NULL);
  mock_peer_find (mock_engine_get_peer (engine, 0), "\"name\":\"from-outside\"", NULL);
  g_unsetenv ("III_WORKER_NAME");
  unnamed = start_worker (engine, NULL);
  mock_peer_find (mock_engine_get_peer (engine, 1), name, NULL);
}

static void
test_register_while_connected (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = start_worker (engine, "late");
  g_autofree char *trigger = NULL;
  MockPeer *peer = mock_engine_get_peer (engine, 0);
  int n_destroyed = 0;

  wait_state (worker, WEIR_WORKER_CONNECTED);
  weir_worker_register_function (worker, "a::b", NULL, NULL, echo_cb, &n_destroyed, count_cb);
  mock_peer_find (peer, "\"registerfunction\"", "\"id\":\"a::b\"", NULL);
  weir_worker_register_function (worker, "a::b", "again", NULL, echo_cb, &n_destroyed, count_cb);
  g_assert_cmpint (n_destroyed, ==, 1);
  mock_peer_find (peer, "\"registerfunction\"", "\"description\":\"again\"", NULL);
  trigger = weir_worker_register_trigger (worker, "log", "a::b", NULL);
  mock_peer_find (peer, "\"registertrigger\"", trigger, NULL);
  weir_worker_unregister_trigger (worker, trigger);
  mock_peer_find (peer, "\"unregistertrigger\"", "\"trigger_type\":\"log\"", trigger, NULL);
  weir_worker_unregister_function (worker, "a::b");
  mock_peer_find (peer, "\"unregisterfunction\"", "\"id\":\"a::b\"", NULL);
  g_assert_cmpint (n_destroyed, ==, 2);
  weir_worker_unregister_function (worker, "never::was");
  weir_worker_unregister_trigger (worker, "never-was");
}

static void
test_reattach (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = weir_worker_new (engine->url, "again");
  g_autofree char *id = mock_worker_id (0);
  g_autofree char *second_id = mock_worker_id (1);
  g_autofree char *token = mock_reattach_token (0);
  g_autofree char *trigger = NULL;
  MockPeer *peer;

  weir_worker_register_function (worker, "a::b", NULL, NULL, echo_cb, NULL, NULL);
  trigger = weir_worker_register_trigger (worker, "log", "a::b", NULL);
  weir_worker_start (worker);
  peer = mock_engine_get_peer (engine, 0);
  wait_state (worker, WEIR_WORKER_CONNECTED);
  mock_peer_abort (peer);
  wait_state (worker, WEIR_WORKER_WAITING);
  g_assert_cmpint (weir_worker_get_retry_at_us (worker), >, g_get_monotonic_time ());
  g_assert_error (weir_worker_get_last_error (worker), WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_NOT_CONNECTED);
  g_assert_cmpstr (weir_worker_get_worker_id (worker), ==, id);

  weir_worker_retry_now (worker);
  g_assert_cmpint (weir_worker_get_retry_at_us (worker), ==, 0);
  peer = mock_engine_get_peer (engine, 1);
  g_assert_nonnull (strstr (mock_peer_get_text (peer, 0), "\"reattach\""));
  g_assert_nonnull (strstr (mock_peer_get_text (peer, 0), id));
  g_assert_nonnull (strstr (mock_peer_get_text (peer, 0), token));
  g_assert_nonnull (strstr (mock_peer_get_text (peer, 1), "engine::workers::register"));
  g_assert_nonnull (strstr (mock_peer_get_text (peer, 2), "\"registerfunction\""));
  g_assert_nonnull (strstr (mock_peer_get_text (peer, 3), "\"registertrigger\""));
  g_assert_nonnull (strstr (mock_peer_get_text (peer, 3), trigger));
  wait_state (worker, WEIR_WORKER_CONNECTED);
  g_assert_cmpstr (weir_worker_get_worker_id (worker), ==, second_id);
  g_assert_null (weir_worker_get_last_error (worker));
}

/* Else an engine whose machine has gone is waited for by a writer until the kernel gives up a retransmission, and by a
 * reader for ever. */
static void
test_keeps_alive (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = start_worker (engine, "alive");
  g_autoptr (GUri) uri = g_uri_parse (engine->url, G_URI_FLAGS_NONE, NULL);
  guint n_found = 0;

  wait_state (worker, WEIR_WORKER_CONNECTED);
  for (int fd = 3; fd < 256; fd++)
    {
      struct sockaddr_in peer = { 0 };
      socklen_t size = sizeof peer, value_size = sizeof (int);
      int value = 0;

      if (getpeername (fd, (struct sockaddr *) &peer, &size) != 0 || peer.sin_family != AF_INET ||
          ntohs (peer.sin_port) != g_uri_get_port (uri))
        continue;
      n_found++;
      g_assert_no_errno (getsockopt (fd, SOL_SOCKET, SO_KEEPALIVE, &value, &value_size));
      g_assert_cmpint (value, ==, 1);
    }
  g_assert_cmpuint (n_found, ==, 1);
}

/* The first wait is at most 1.3 s. */
static void
test_retries_by_itself (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = NULL;
  gint64 start_us = g_get_monotonic_time ();

  engine->refuse_with = 503;
  worker = start_worker (engine, "patient");
  wait_state (worker, WEIR_WORKER_WAITING);
  g_assert_cmpint (weir_worker_get_retry_at_us (worker), >=, start_us + 700 * 1000);
  g_assert_nonnull (strstr (weir_worker_get_last_error (worker)->message, "503"));
  engine->refuse_with = 0;
  wait_state (worker, WEIR_WORKER_CONNECTED);
  g_assert_cmpint (g_get_monotonic_time () - start_us, >=, 700 * 1000);
  g_assert_cmpuint (engine->n_requests, ==, 2);
}

static void
test_nobody_listens (void)
{
  g_autoptr (WeirWorker) worker = weir_worker_new ("ws://127.0.0.1:1", "lonely");

  weir_worker_start (worker);
  wait_state (worker, WEIR_WORKER_WAITING);
  g_assert_error (weir_worker_get_last_error (worker), WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_NOBODY_LISTENS);
}

/* An address that opens WebSockets and is no engine is left, and tried again. */
static void
test_no_greeting (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = weir_worker_new (engine->url, "patient");

  engine->is_mute = TRUE;
  weir_worker_set_greeting_ms (worker, 20);
  weir_worker_start (worker);
  wait_state (worker, WEIR_WORKER_WAITING);
  g_assert_error (weir_worker_get_last_error (worker), WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_NO_GREETING);
  engine->is_mute = FALSE;
  weir_worker_set_greeting_ms (worker, 60 * 1000);
  weir_worker_retry_now (worker);
  wait_state (worker, WEIR_WORKER_CONNECTED);
}

/* A 401 says whether a token is missing or wrong. */
static void
test_unauthorized (void)
{
  static const char *const headers[] = { "authorization", "Basic eDp5", NULL };
  static const struct
  {
    const char *path, *token;
    const char *const *headers;
    int code;
  } cases[] = {
    { "", NULL, NULL, WEIR_WORKER_ERROR_WANTS_TOKEN },
    { "", "s3cret", NULL, WEIR_WORKER_ERROR_WRONG_TOKEN },
    { "", NULL, headers, WEIR_WORKER_ERROR_WRONG_TOKEN },
    { "?token=s3cret", NULL, NULL, WEIR_WORKER_ERROR_WRONG_TOKEN },
  };
  g_autoptr (MockEngine) engine = mock_engine_new ();

  engine->refuse_with = 401;
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *url = g_strconcat (engine->url, cases[i].path, NULL);
      g_autoptr (WeirWorker) worker = weir_worker_new (url, "stranger");

      weir_worker_set_token (worker, cases[i].token);
      weir_worker_set_headers (worker, cases[i].headers);
      weir_worker_start (worker);
      wait_state (worker, WEIR_WORKER_WAITING);
      g_assert_error (weir_worker_get_last_error (worker), WEIR_WORKER_ERROR, cases[i].code);
      g_assert_null (strstr (weir_worker_get_last_error (worker)->message, "s3cret"));
    }
}

static void
test_stop_and_start (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = start_worker (engine, "twice");
  g_autoptr (GError) error = NULL;
  Async call = NULL;

  weir_worker_stop (worker); /* while connecting */
  g_assert_cmpint (weir_worker_get_state (worker), ==, WEIR_WORKER_STOPPED);
  weir_worker_start (worker);
  wait_state (worker, WEIR_WORKER_CONNECTED);
  weir_worker_stop (worker);
  weir_worker_stop (worker);
  weir_worker_trigger_async (worker, "a::b", NULL, 0, NULL, async_cb, &call);
  g_assert_null (ASYNC_FINISH (weir_worker_trigger_finish, worker, call, &error));
  g_assert_error (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_STOPPED);
}

static void
test_keepalive (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = weir_worker_new (engine->url, "alive");
  WeirWorkerKeepalive keepalive = { .ping_ms = 10, .silence_ms = 60 * 1000 };
  MockPeer *peer;

  weir_worker_set_keepalive (worker, &keepalive);
  weir_worker_start (worker);
  peer = mock_engine_get_peer (engine, 0);
  mock_wait_until (weir_worker_get_latency_us (worker) > 0);

  /* A stock engine's second pong, and one that nobody asked for. */
  g_assert_true (weir_conn_send (peer->conn, WEIR_OP_PONG, "12345678", 8));
  g_assert_true (weir_conn_send (peer->conn, WEIR_OP_PONG, "", 0));
  mock_peer_send_text (peer, "{\"type\":\"ping\"}");
  mock_peer_find (peer, "{\"type\":\"pong\"}", NULL);
  g_assert_cmpint (weir_worker_get_state (worker), ==, WEIR_WORKER_CONNECTED);
}

/* An engine that hangs: it takes nothing and says nothing. */
static void
test_silence (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = weir_worker_new (engine->url, "waiting");
  WeirWorkerKeepalive keepalive = { .ping_ms = 20, .silence_ms = 100 };

  engine->does_not_read = TRUE;
  weir_worker_set_keepalive (worker, &keepalive);
  weir_worker_start (worker);
  wait_state (worker, WEIR_WORKER_CONNECTED);
  wait_state (worker, WEIR_WORKER_WAITING);
  g_assert_error (weir_worker_get_last_error (worker), WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_TIMED_OUT);
}

/* Who wants to know sooner asks: what is silent for two seconds, of which it was asked in the last, does not answer.
 * The times are ours. */
static void
test_check_silence (void)
{
  static const struct
  {
    gint64 after_ms;
    gboolean is_silent;
  } rows[] = { { 900, FALSE }, { 1500, FALSE }, { 2400, FALSE }, { 2600, TRUE }, { 60000, TRUE } };
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = weir_worker_new (engine->url, "asking");
  gint64 begin_us;

  g_assert_cmpint (weir_worker_check_silence_us (worker, g_get_monotonic_time ()), ==, 0);
  engine->does_not_read = TRUE;
  weir_worker_start (worker);
  wait_state (worker, WEIR_WORKER_CONNECTED);
  begin_us = weir_worker_link_get_heard_us (worker->link);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (weir_worker_check_silence_us (worker, begin_us + rows[i].after_ms * 1000), ==,
                     rows[i].is_silent ? rows[i].after_ms * 1000 : 0);

  /* Without a connection it is since the last sign on the one before. */
  mock_peer_abort (mock_engine_get_peer (engine, 0));
  wait_state (worker, WEIR_WORKER_WAITING);
  g_assert_cmpint (weir_worker_check_silence_us (worker, begin_us + 7000), ==, 7000);
}

/* It is asked, and answers. */
static void
test_check_answered (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = start_worker (engine, "asking");
  gint64 heard_us;

  wait_state (worker, WEIR_WORKER_CONNECTED);
  mock_wait_until (weir_worker_get_latency_us (worker) > 0); /* the first ping's pong is here */
  heard_us = weir_worker_link_get_heard_us (worker->link);
  g_assert_cmpint (weir_worker_check_silence_us (worker, heard_us + 1500 * 1000), ==, 0);
  mock_wait_until (weir_worker_link_get_heard_us (worker->link) > heard_us);
}

static void
test_unknown_types (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = start_worker (engine, "tolerant");
  MockPeer *peer = mock_engine_get_peer (engine, 0);
  g_autofree char *deep = g_strnfill (10 * 1000 * 1000, '[');

  weir_worker_register_function (worker, "a::b", NULL, NULL, echo_cb, NULL, NULL);
  mock_peer_send_text (peer, "{\"type\":\"fromthefuture\",\"id\":[{}]}");
  mock_peer_send_text (peer, "no JSON at all");
  mock_peer_send_text (peer, "%s", "");
  mock_peer_send_text (peer, "%s", deep);
  mock_peer_send_text (peer,
                       "{\"type\":\"invokefunction\",\"function_id\":\"a::b\",\"data\":1}"); /* nobody to answer */
  mock_peer_send_text (peer, "{\"type\":\"invokefunction\",\"function_id\":7,\"data\":1}");
  mock_peer_send_text (peer,
                       "{\"type\":\"invocationresult\",\"invocation_id\":\"" ID (7777) "\",\"function_id\":\"x\"}");
  mock_peer_send_binary (peer, "OTLP", 4);
  mock_peer_send_text (
      peer, "{\"type\":\"invokefunction\",\"invocation_id\":\"" ID (0001) "\",\"function_id\":\"a::b\",\"data\":42}");
  mock_peer_find (peer, "\"invocationresult\"", "\"" ID (0001) "\"", "\"result\":42", NULL);
  g_assert_cmpint (weir_worker_get_state (worker), ==, WEIR_WORKER_CONNECTED);
}

static void
test_function_conflict (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = start_worker (engine, "second");
  MockPeer *peer = mock_engine_get_peer (engine, 0);

  g_clear_pointer (&last_warning, g_free);
  mock_peer_send_text (peer, "{\"type\":\"registrationrejected\",\"code\":\"FUNCTION_NAMESPACE_CONFLICT\","
                             "\"namespace\":\"default\",\"function_id\":\"a::b\",\"owner_worker_id\":\"x\"}");
  mock_peer_send_text (peer, "{\"type\":\"ping\"}");
  mock_peer_find (peer, "\"pong\"", NULL);
  g_assert_nonnull (strstr (last_warning, "a::b"));
  g_assert_cmpint (weir_worker_get_state (worker), ==, WEIR_WORKER_CONNECTED);
}

static void
test_trigger_refused (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = start_worker (engine, "bound");
  g_autofree char *trigger = weir_worker_register_trigger (worker, "log", "a::b", NULL);
  MockPeer *peer = mock_engine_get_peer (engine, 0);

  mock_peer_find (peer, trigger, NULL);
  g_clear_pointer (&last_warning, g_free);
  mock_peer_send_text (peer,
                       "{\"type\":\"triggerregistrationresult\",\"id\":\"%s\",\"trigger_type\":\"log\","
                       "\"function_id\":\"a::b\",\"error\":{\"code\":\"FORBIDDEN\",\"message\":\"not here\"}}",
                       trigger);
  mock_wait_until (last_warning != NULL);
  g_assert_nonnull (strstr (last_warning, "not here"));
}

static void
test_name_conflict (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = start_worker (engine, "second");
  g_autoptr (GError) error = NULL;
  MockPeer *peer = mock_engine_get_peer (engine, 0);
  Async call = NULL;

  weir_worker_trigger_async (worker, "a::b", NULL, 0, NULL, async_cb, &call);
  mock_peer_find (peer, "a::b", NULL);
  mock_peer_send_text (peer, "{\"type\":\"registrationrejected\",\"code\":\"WORKER_NAMESPACE_CONFLICT\","
                             "\"namespace\":\"default\",\"worker_name\":\"second\",\"owner_worker_id\":\"x\"}");
  wait_state (worker, WEIR_WORKER_STOPPED);
  g_assert_error (weir_worker_get_last_error (worker), WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_NAME_TAKEN);
  g_assert_null (ASYNC_FINISH (weir_worker_trigger_finish, worker, call, &error));
  g_assert_error (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_STOPPED);
}

static void
test_auth_error (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = NULL;
  MockPeer *peer;

  engine->is_mute = TRUE;
  worker = start_worker (engine, "stranger");
  peer = mock_engine_get_peer (engine, 0);
  mock_peer_send_text (peer, "{\"type\":\"error\",\"error\":{\"code\":\"AUTH_ERROR\",\"message\":\"who are you\"}}");
  mock_peer_close (peer, 0, NULL);
  wait_state (worker, WEIR_WORKER_WAITING);
  g_assert_cmpstr (weir_worker_error_get_code (weir_worker_get_last_error (worker)), ==, "AUTH_ERROR");
  g_assert_nonnull (strstr (weir_worker_get_last_error (worker)->message, "who are you"));
}

/* It answers, and says why it does not take us; it may have room later. */
static void
test_full (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = NULL;

  engine->is_mute = TRUE;
  worker = start_worker (engine, "one-too-many");
  mock_peer_close (mock_engine_get_peer (engine, 0), 1013, "too_many_workers");
  wait_state (worker, WEIR_WORKER_WAITING);
  g_assert_error (weir_worker_get_last_error (worker), WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_FULL);
}

/* Hears of each change; the worker may be stopped from in there. */
static void
stop_when_waiting_cb (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  WeirWorker *worker = WEIR_WORKER (object);

  if (weir_worker_get_state (worker) == WEIR_WORKER_WAITING)
    weir_worker_stop (worker);
}

static void
test_stop_in_notify (void)
{
  static const char *const names[] = { "notify::state", "notify::last-error", "notify::retry-at-us" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (MockEngine) engine = mock_engine_new ();
      g_autoptr (WeirWorker) worker = start_worker (engine, "nervous");

      wait_state (worker, WEIR_WORKER_CONNECTED);
      g_signal_connect (worker, names[i], G_CALLBACK (stop_when_waiting_cb), NULL);
      mock_peer_abort (mock_engine_get_peer (engine, 0));
      wait_state (worker, WEIR_WORKER_STOPPED);
      run_idle ();
      g_assert_cmpint (weir_worker_get_state (worker), ==, WEIR_WORKER_STOPPED);
      g_assert_cmpint (weir_worker_get_retry_at_us (worker), ==, 0);
    }
}

/* --- calls that come --- */

static void
keep_cb (WeirInvocation *invocation, gpointer user_data)
{
  g_assert_null (*(WeirInvocation **) user_data);
  *(WeirInvocation **) user_data = g_object_ref (invocation);
}

static void
nothing_cb (WeirInvocation *invocation, gpointer user_data)
{
}

static void
fail_cb (WeirInvocation *invocation, gpointer user_data)
{
  weir_invocation_return_error (invocation, "E_MINE", "no %s today", "cake");
  weir_invocation_return (invocation, NULL); /* there is one answer */
}

static void
unregister_cb (WeirInvocation *invocation, gpointer user_data)
{
  weir_worker_unregister_function (user_data, weir_invocation_get_function_id (invocation));
  weir_invocation_return (invocation, NULL);
}

static void
test_invoked (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = weir_worker_new (engine->url, "callee");
  g_autoptr (WeirInvocation) kept = NULL;
  MockPeer *peer;

  weir_worker_register_function (worker, "a::echo", NULL, NULL, echo_cb, NULL, NULL);
  weir_worker_register_function (worker, "a::keep", NULL, NULL, keep_cb, &kept, NULL);
  weir_worker_register_function (worker, "a::nothing", NULL, NULL, nothing_cb, NULL, NULL);
  weir_worker_register_function (worker, "a::fail", NULL, NULL, fail_cb, NULL, NULL);
  weir_worker_register_function (worker, "a::once", NULL, NULL, unregister_cb, worker, NULL);
  weir_worker_start (worker);
  peer = mock_engine_get_peer (engine, 0);
  mock_peer_send_text (peer, "{\"type\":\"invokefunction\",\"invocation_id\":\"" ID (
                                 0001) "\",\"function_id\":\"a::echo\","
                                       "\"data\":{\"a\":[1,null,\"\\u00e9\"]},\"traceparent\":\"00-1-1-01\"}");
  mock_peer_send_text (peer, "{\"type\":\"invokefunction\",\"invocation_id\":\"" ID (
                                 0002) "\",\"function_id\":\"a::keep\","
                                       "\"data\":{\"x\":1,\"_caller_worker_id\":\"w7\"}}");
  mock_peer_send_text (peer, "{\"type\":\"invokefunction\",\"invocation_id\":\"" ID (
                                 0003) "\",\"function_id\":\"a::nothing\",\"data\":null}");
  mock_peer_send_text (peer,
                       "{\"type\":\"invokefunction\",\"invocation_id\":\"" ID (0004) "\",\"function_id\":\"a::fail\"}");
  mock_peer_send_text (
      peer, "{\"type\":\"invokefunction\",\"invocation_id\":\"" ID (0005) "\",\"function_id\":\"a::gone\",\"data\":0}");
  mock_peer_send_text (
      peer, "{\"type\":\"invokefunction\",\"invocation_id\":\"" ID (0006) "\",\"function_id\":\"a::once\",\"data\":0}");
  mock_peer_send_text (
      peer, "{\"type\":\"invokefunction\",\"invocation_id\":\"" ID (0007) "\",\"function_id\":\"a::once\",\"data\":0}");

  mock_peer_find (peer, "\"invocationresult\"", "\"" ID (0001) "\"", "\"traceparent\":\"00-1-1-01\"", "\"a\":[1,null,",
                  NULL);
  mock_peer_find (peer, "\"" ID (0003) "\"", "\"invocation_failed\"", NULL);
  mock_peer_find (peer, "\"" ID (0004) "\"", "\"code\":\"E_MINE\"", "\"message\":\"no cake today\"", NULL);
  mock_peer_find (peer, "\"" ID (0005) "\"", "\"function_not_found\"", NULL);
  mock_peer_find (peer, "\"" ID (0006) "\"", "\"invocationresult\"", NULL);
  mock_peer_find (peer, "\"" ID (0007) "\"", "\"function_not_found\"", NULL);
  mock_wait_until (kept != NULL);
  g_assert_cmpstr (weir_invocation_get_caller (kept), ==, "w7");
  g_assert_cmpstr (weir_invocation_get_id (kept), ==, ID (0002));
  g_assert_cmpstr (weir_invocation_get_function_id (kept), ==, "a::keep");
  weir_invocation_return (kept, json_node_init_int (json_node_alloc (), 7));
  mock_peer_find (peer, "\"" ID (0002) "\"", "\"result\":7", NULL);
}

static void
test_too_deep (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = weir_worker_new (engine->url, "flat");
  g_autofree char *opening = g_strnfill (200, '[');
  g_autofree char *closing = g_strnfill (200, ']');
  MockPeer *peer;

  weir_worker_register_function (worker, "a::echo", NULL, NULL, echo_cb, NULL, NULL);
  weir_worker_start (worker);
  peer = mock_engine_get_peer (engine, 0);
  mock_peer_send_text (
      peer,
      "{\"type\":\"invokefunction\",\"invocation_id\":\"" ID (0001) "\",\"function_id\":\"a::echo\",\"data\":%s%s}",
      opening, closing);
  mock_peer_find (peer, "\"" ID (0001) "\"", "\"deserialization_error\"", NULL);
}

/* Beyond the bound calls are refused, and there is room again when one is answered. */
static void
test_too_many_running (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = weir_worker_new (engine->url, "busy");
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (g_object_unref);
  MockPeer *peer;

  weir_worker_register_function (worker, "a::echo", NULL, NULL, echo_cb, NULL, NULL);
  weir_worker_start (worker);
  peer = mock_engine_get_peer (engine, 0);
  for (guint i = 0; i < 1001; i++)
    {
      WeirInvocation *invocation = NULL;

      weir_worker_register_function (worker, "a::keep", NULL, NULL, keep_cb, &invocation, NULL);
      mock_peer_send_text (peer,
                           "{\"type\":\"invokefunction\",\"invocation_id\":\"22222222-0000-4000-8000-00000000%04u\","
                           "\"function_id\":\"a::keep\",\"data\":0}",
                           i);
      if (i < 1000)
        {
          mock_wait_until (invocation != NULL);
          g_ptr_array_add (kept, invocation);
        }
    }
  mock_peer_find (peer, "\"" ID (1000) "\"", "\"invocation_failed\"", NULL);
  g_ptr_array_set_size (kept, 999);
  mock_peer_send_text (
      peer, "{\"type\":\"invokefunction\",\"invocation_id\":\"" ID (9999) "\",\"function_id\":\"a::echo\",\"data\":5}");
  mock_peer_find (peer, "\"" ID (9999) "\"", "\"result\":5", NULL);
}

/* Made while there is no connection, sent on the next one, after the greeting. */
static void
test_result_while_disconnected (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = weir_worker_new (engine->url, "late");
  g_autoptr (WeirInvocation) kept = NULL;
  MockPeer *peer;

  weir_worker_register_function (worker, "a::keep", NULL, NULL, keep_cb, &kept, NULL);
  weir_worker_start (worker);
  peer = mock_engine_get_peer (engine, 0);
  mock_peer_send_text (
      peer, "{\"type\":\"invokefunction\",\"invocation_id\":\"" ID (0001) "\",\"function_id\":\"a::keep\",\"data\":0}");
  mock_wait_until (kept != NULL);
  mock_peer_abort (peer);
  wait_state (worker, WEIR_WORKER_WAITING);
  weir_invocation_return (kept, NULL);
  weir_worker_retry_now (worker);
  peer = mock_engine_get_peer (engine, 1);
  g_assert_nonnull (strstr (mock_peer_get_text (peer, 0), "\"reattach\""));
  g_assert_nonnull (strstr (mock_peer_get_text (peer, 3), "\"" ID (0001) "\""));
}

static void
test_answer_after_stop (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  WeirWorker *worker = weir_worker_new (engine->url, "gone");
  g_autoptr (WeirInvocation) kept = NULL;

  weir_worker_register_function (worker, "a::keep", NULL, NULL, keep_cb, &kept, NULL);
  weir_worker_start (worker);
  mock_peer_send_text (mock_engine_get_peer (engine, 0), "{\"type\":\"invokefunction\",\"invocation_id\":\"" ID (
                                                             0001) "\",\"function_id\":\"a::keep\",\"data\":0}");
  mock_wait_until (kept != NULL);
  g_object_unref (worker);
  weir_invocation_return (kept, NULL);
}

static void
test_result_too_large (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = weir_worker_new (engine->url, "huge");
  g_autoptr (WeirInvocation) kept = NULL;
  g_autofree char *text = g_strnfill (17 * 1024 * 1024, 'x');
  MockPeer *peer;

  weir_worker_register_function (worker, "a::keep", NULL, NULL, keep_cb, &kept, NULL);
  weir_worker_start (worker);
  peer = mock_engine_get_peer (engine, 0);
  mock_peer_send_text (
      peer, "{\"type\":\"invokefunction\",\"invocation_id\":\"" ID (0001) "\",\"function_id\":\"a::keep\",\"data\":0}");
  mock_wait_until (kept != NULL);
  weir_invocation_return (kept, json_node_init_string (json_node_alloc (), text));
  mock_peer_find (peer, "\"" ID (0001) "\"", "\"serialization_error\"", NULL);
}

static void
test_refs_in_payload (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = weir_worker_new (engine->url, "ends");
  g_autoptr (WeirInvocation) kept = NULL;
  g_autoptr (GError) error = NULL;
  WeirChannelReader *reader;
  Async all = NULL;
  g_autoptr (GBytes) bytes = NULL;
  MockPeer *peer;

  weir_worker_register_function (worker, "a::keep", NULL, NULL, keep_cb, &kept, NULL);
  weir_worker_start (worker);
  mock_peer_send_text (
      mock_engine_get_peer (engine, 0),
      "{\"type\":\"invokefunction\",\"invocation_id\":\"" ID (
          0001) "\",\"function_id\":\"a::keep\",\"data\":{\"parts\":"
                "[1,{\"reader\":{\"channel_id\":\"c1\",\"access_key\":\"k 1\",\"direction\":\"read\"}}],"
                "\"out\":{\"channel_id\":\"c2\",\"access_key\":\"k2\",\"direction\":\"write\"}}}");
  mock_wait_until (kept != NULL);
  g_assert_null (weir_invocation_get_reader (kept, "out"));
  g_assert_null (weir_invocation_get_reader (kept, "parts"));
  g_assert_null (weir_invocation_get_reader (kept, "nowhere"));
  g_assert_nonnull (weir_invocation_get_writer (kept, "out"));
  reader = weir_invocation_get_reader (kept, "parts[1].reader");
  g_assert_nonnull (reader);
  g_assert_true (reader == weir_invocation_get_reader (kept, "parts[1].reader"));
  g_assert_cmpstr (weir_channel_reader_get_ref (reader)->channel_id, ==, "c1");
  g_assert_cmpuint (engine->n_requests, ==, 1); /* nothing connects before it is used */

  weir_channel_reader_read_all_async (reader, 0, NULL, async_cb, &all);
  peer = mock_engine_get_peer (engine, 1);
  g_assert_cmpstr (peer->path, ==, "/ws/channels/c1?key=k%201&dir=read");
  g_assert_null (peer->authorization);
  mock_peer_send_binary (peer, "data", 4);
  mock_peer_close (peer, 0, NULL);
  bytes = ASYNC_FINISH (weir_channel_reader_read_all_finish, reader, all, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "data", 4);
}

/* --- calls that go --- */

static void
test_trigger (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = start_worker (engine, "caller");
  g_autoptr (JsonNode) payload = parse ("{\"a\":2}");
  g_autoptr (JsonNode) answer = NULL;
  g_autoptr (JsonNode) nothing = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  g_autofree char *second = NULL;
  Async call = NULL, other = NULL;
  MockPeer *peer;

  weir_worker_trigger_async (worker, "math::add", payload, 0, NULL, async_cb, &call); /* waits for the connection */
  weir_worker_trigger_async (worker, "math::none", NULL, 0, NULL, async_cb, &other);
  peer = mock_engine_get_peer (engine, 0);
  id = mock_member (mock_peer_find (peer, "\"math::add\"", "\"data\":{\"a\":2}", NULL), "invocation_id");
  second = mock_member (mock_peer_find (peer, "\"math::none\"", "\"data\":null", NULL), "invocation_id");
  g_assert_true (g_uuid_string_is_valid (id));
  g_assert_cmpstr (id, !=, second);
  mock_peer_send_text (peer, "{\"type\":\"invocationresult\",\"invocation_id\":\"%s\",\"function_id\":\"x\"}", second);
  mock_peer_send_text (
      peer, "{\"type\":\"invocationresult\",\"invocation_id\":\"%s\",\"function_id\":\"x\",\"result\":{\"c\":5}}", id);
  mock_peer_send_text (
      peer, "{\"type\":\"invocationresult\",\"invocation_id\":\"%s\",\"function_id\":\"x\",\"result\":6}", id);
  answer = ASYNC_FINISH (weir_worker_trigger_finish, worker, call, &error);
  g_assert_no_error (error);
  g_assert_cmpint (json_object_get_int_member (json_node_get_object (answer), "c"), ==, 5);
  nothing = ASYNC_FINISH (weir_worker_trigger_finish, worker, other, &error);
  g_assert_no_error (error);
  g_assert_true (JSON_NODE_HOLDS_NULL (nothing));
}

static void
test_trigger_error (void)
{
  static const struct
  {
    const char *body, *code;
  } cases[] = {
    { "{\"code\":\"function_not_found\",\"message\":\"Function x not found\"}", "function_not_found" },
    { "{\"message\":\"only words\"}", NULL },
    { "\"a string\"", NULL },
    { "[1]", NULL },
  };
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = start_worker (engine, "caller");
  MockPeer *peer = mock_engine_get_peer (engine, 0);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strdup_printf ("x::%u", i);
      g_autofree char *id = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) copy = NULL;
      Async call = NULL;

      weir_worker_trigger_async (worker, name, NULL, 0, NULL, async_cb, &call);
      id = mock_member (mock_peer_find (peer, name, NULL), "invocation_id");
      mock_peer_send_text (
          peer, "{\"type\":\"invocationresult\",\"invocation_id\":\"%s\",\"function_id\":\"x\",\"error\":%s}", id,
          cases[i].body);
      g_assert_null (ASYNC_FINISH (weir_worker_trigger_finish, worker, call, &error));
      if (weir_worker_error_get_code (error) != NULL || cases[i].code != NULL)
        g_assert_error (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_REMOTE);
      copy = g_error_copy (error);
      g_assert_cmpstr (weir_worker_error_get_code (copy), ==, cases[i].code);
    }
}

static void
test_trigger_times_out (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = start_worker (engine, "caller");
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  MockPeer *peer = mock_engine_get_peer (engine, 0);
  Async call = NULL;

  weir_worker_trigger_async (worker, "slow::one", NULL, 20, NULL, async_cb, &call);
  id = mock_member (mock_peer_find (peer, "slow::one", NULL), "invocation_id");
  g_assert_null (ASYNC_FINISH (weir_worker_trigger_finish, worker, call, &error));
  g_assert_error (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_TIMED_OUT);
  g_assert_nonnull (strstr (error->message, "slow::one"));
  g_assert_null (weir_worker_error_get_code (error));
  mock_peer_send_text (peer, "{\"type\":\"invocationresult\",\"invocation_id\":\"%s\",\"function_id\":\"x\"}", id);
  mock_peer_send_text (peer, "{\"type\":\"ping\"}");
  mock_peer_find (peer, "\"pong\"", NULL); /* the late answer did no harm */
}

typedef struct
{
  GCancellable *cancellable;
  GAsyncResult *late; /* nullable: none has come */
  guint n_awaited, n_refused, n_come;
} Late;

static void
late_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Late *late = user_data;

  g_set_object (&late->late, result);
  late->n_come++;
}

static void
await_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Late *late = user_data;
  g_autoptr (GError) error = NULL;

  g_assert_null (weir_worker_trigger_text_finish (WEIR_WORKER (object), result, &error));
  g_assert_error (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_TIMED_OUT);
  if (weir_worker_trigger_late_async (WEIR_WORKER (object), result, late->cancellable, late_cb, late))
    late->n_awaited++;
  else
    late->n_refused++;
}

/* Who wants it gets it; not more than so many at a time, and not of what was never sent. */
static void
test_late_answer (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = start_worker (engine, "caller");
  g_autofree char *id = NULL;
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GError) error = NULL;
  MockPeer *peer = mock_engine_get_peer (engine, 0);
  Late late = { g_cancellable_new () }, others = { late.cancellable };

  weir_worker_trigger_text_async (worker, "slow::one", WEIR_SPAN ("1"), 20, NULL, await_cb, &late);
  id = mock_member (mock_peer_find (peer, "slow::one", NULL), "invocation_id");
  mock_wait_until (late.n_awaited == 1);
  for (guint i = 0; i < WEIR_WORKER_CALLS_MAX_LATE; i++)
    weir_worker_trigger_text_async (worker, "slow::two", WEIR_SPAN ("1"), 20, NULL, await_cb, &others);
  mock_wait_until (others.n_awaited == WEIR_WORKER_CALLS_MAX_LATE - 1 && others.n_refused == 1);
  g_assert_null (late.late);
  mock_peer_send_text (
      peer, "{\"type\":\"invocationresult\",\"invocation_id\":\"%s\",\"function_id\":\"x\",\"result\":[1.50]}", id);
  mock_wait_until (late.late != NULL);
  answer = weir_worker_trigger_text_finish (worker, late.late, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (answer, NULL), g_bytes_get_size (answer), "[1.50]", 6);

  g_cancellable_cancel (others.cancellable);
  mock_wait_until (others.n_come == others.n_awaited);
  g_clear_object (&late.late);
  g_clear_object (&others.late);
  g_object_unref (late.cancellable);
}

/* What was never sent is not sent later, whoever waits. */
static void
test_late_unsent (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = weir_worker_new (engine->url, "caller");
  Late late = { NULL };

  weir_worker_trigger_text_async (worker, "slow::one", WEIR_SPAN ("1"), 20, NULL, await_cb, &late);
  mock_wait_until (late.n_refused == 1);
}

/* A call that was given up before there was a connection is not made any more. */
static void
test_trigger_given_up (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = weir_worker_new (engine->url, "caller");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) timed_out = NULL;
  g_autoptr (GError) cancelled = NULL;
  g_autoptr (GError) early = NULL;
  MockPeer *peer;
  Async call = NULL, other = NULL, third = NULL;

  weir_worker_trigger_async (worker, "slow::one", NULL, 20, NULL, async_cb, &call);
  weir_worker_trigger_async (worker, "slow::two", NULL, 0, cancellable, async_cb, &other);
  g_assert_null (ASYNC_FINISH (weir_worker_trigger_finish, worker, call, &timed_out));
  g_assert_error (timed_out, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_TIMED_OUT);
  g_cancellable_cancel (cancellable);
  g_assert_null (ASYNC_FINISH (weir_worker_trigger_finish, worker, other, &cancelled));
  g_assert_error (cancelled, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  weir_worker_trigger_async (worker, "slow::three", NULL, 0, cancellable, async_cb, &third);
  g_assert_null (ASYNC_FINISH (weir_worker_trigger_finish, worker, third, &early));
  g_assert_error (early, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  weir_worker_start (worker);
  peer = mock_engine_get_peer (engine, 0);
  wait_state (worker, WEIR_WORKER_CONNECTED);
  g_assert_true (weir_worker_trigger_void (worker, "last::one", NULL, NULL));
  mock_peer_find (peer, "last::one", NULL);
  for (guint i = 0; i < peer->messages->len; i++)
    g_assert_null (strstr (mock_peer_get_text (peer, i), "slow::"));
}

static void
test_trigger_void (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = start_worker (engine, "caller");
  g_autoptr (GError) error = NULL;
  const char *message;

  g_assert_false (weir_worker_trigger_void (worker, "a::b", NULL, &error));
  g_assert_error (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_NOT_CONNECTED);
  wait_state (worker, WEIR_WORKER_CONNECTED);
  g_assert_true (weir_worker_trigger_void (worker, "a::b", NULL, NULL));
  message = mock_peer_find (mock_engine_get_peer (engine, 0), "a::b", "\"action\":{\"type\":\"void\"}", NULL);
  g_assert_null (strstr (message, "invocation_id"));
}

static void
test_trigger_lost (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = start_worker (engine, "caller");
  g_autoptr (GError) error = NULL;
  MockPeer *peer = mock_engine_get_peer (engine, 0);
  Async sent = NULL, waiting = NULL;
  g_autofree char *id = NULL;
  g_autoptr (JsonNode) answer = NULL;

  weir_worker_trigger_async (worker, "a::sent", NULL, 0, NULL, async_cb, &sent);
  mock_peer_find (peer, "a::sent", NULL);
  mock_peer_abort (peer);
  g_assert_null (ASYNC_FINISH (weir_worker_trigger_finish, worker, sent, &error));
  g_assert_error (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_NOT_CONNECTED);
  g_assert_cmpint (weir_worker_get_state (worker), ==, WEIR_WORKER_WAITING);

  weir_worker_trigger_async (worker, "a::waiting", NULL, 0, NULL, async_cb, &waiting);
  weir_worker_retry_now (worker);
  peer = mock_engine_get_peer (engine, 1);
  id = mock_member (mock_peer_find (peer, "a::waiting", NULL), "invocation_id");
  mock_peer_send_text (
      peer, "{\"type\":\"invocationresult\",\"invocation_id\":\"%s\",\"function_id\":\"x\",\"result\":true}", id);
  answer = ASYNC_FINISH (weir_worker_trigger_finish, worker, waiting, NULL);
  g_assert_true (json_node_get_boolean (answer));
}

static void
test_trigger_too_large (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = start_worker (engine, "caller");
  g_autofree char *text = g_strnfill (17 * 1024 * 1024, 'x');
  g_autoptr (JsonNode) payload = json_node_init_string (json_node_alloc (), text);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) void_error = NULL;
  Async call = NULL;

  wait_state (worker, WEIR_WORKER_CONNECTED);
  weir_worker_trigger_async (worker, "a::b", payload, 0, NULL, async_cb, &call);
  g_assert_null (ASYNC_FINISH (weir_worker_trigger_finish, worker, call, &error));
  g_assert_error (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_TOO_LARGE);
  g_assert_false (weir_worker_trigger_void (worker, "a::b", payload, &void_error));
  g_assert_error (void_error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_TOO_LARGE);
}

static void
count_answers_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (weir_worker_trigger_finish (WEIR_WORKER (object), result, &error));
  if (g_error_matches (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_STOPPED))
    ++*(guint *) user_data;
}

static void
test_too_many_calls (void)
{
  g_autoptr (WeirWorker) worker = weir_worker_new ("ws://127.0.0.1:1", "eager");
  g_autoptr (GError) error = NULL;
  Async last = NULL;
  guint n_stopped = 0;

  for (guint i = 0; i < WEIR_WORKER_CALLS_MAX; i++)
    weir_worker_trigger_async (worker, "a::b", NULL, 0, NULL, count_answers_cb, &n_stopped);
  weir_worker_trigger_async (worker, "a::b", NULL, 0, NULL, async_cb, &last);
  g_assert_null (ASYNC_FINISH (weir_worker_trigger_finish, worker, last, &error));
  g_assert_error (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_NOT_CONNECTED);
  weir_worker_stop (worker);
  mock_wait_until (n_stopped == WEIR_WORKER_CALLS_MAX);
}

/* An engine that does not read: the queue has a bound, and the caller is told. When it reads again all of it arrives,
 * in order. */
static void
test_outbox_bound (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = NULL;
  g_autofree char *text = g_strnfill (1024 * 1024, 'x');
  g_autoptr (JsonNode) payload = json_node_init_string (json_node_alloc (), text);
  g_autoptr (GError) error = NULL;
  MockPeer *peer;
  guint n_taken = 0;

  engine->does_not_read = TRUE;
  worker = start_worker (engine, "pushing");
  wait_state (worker, WEIR_WORKER_CONNECTED);
  while (weir_worker_trigger_void (worker, "a::b", payload, &error))
    g_assert_cmpuint (++n_taken, <, 200);
  g_assert_error (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_NOT_CONNECTED);
  g_assert_cmpuint (n_taken, >=, 60);
  peer = mock_engine_get_peer (engine, 0);
  weir_conn_set_paused (peer->conn, FALSE);
  mock_peer_get_message (peer, n_taken); /* and the announce */
}

static void
test_outbox (void)
{
  WeirWorkerOutbox outbox;
  GQueue session = G_QUEUE_INIT;
  guint n = 0;

  weir_worker_outbox_init (&outbox);
  g_assert_null (weir_worker_outbox_peek (&outbox));
  g_assert_true (weir_worker_outbox_push (&outbox, WEIR_OUTGOING_CALL, g_string_new ("a"), "id"));
  g_assert_true (weir_worker_outbox_push (&outbox, WEIR_OUTGOING_SESSION, g_string_new ("old"), NULL));
  g_assert_true (weir_worker_outbox_push (&outbox, WEIR_OUTGOING_OTHER, g_string_new ("b"), NULL));
  g_queue_push_tail (&session, g_string_new ("1"));
  g_queue_push_tail (&session, g_string_new ("2"));
  weir_worker_outbox_renew (&outbox, &session);
  weir_worker_outbox_remove_call (&outbox, "other");
  for (const char *const *wanted = (const char *const[]){ "1", "2", "a", "b", NULL }; *wanted != NULL; wanted++)
    {
      g_assert_cmpstr (weir_worker_outbox_peek (&outbox)->text->str, ==, *wanted);
      weir_worker_outbox_pop (&outbox);
    }
  g_assert_null (weir_worker_outbox_peek (&outbox));
  g_assert_cmpuint (outbox.n_items, ==, 0);
  g_assert_cmpuint (outbox.n_bytes, ==, 0);

  while (weir_worker_outbox_push (&outbox, WEIR_OUTGOING_OTHER, g_string_new ("x"), NULL))
    n++;
  g_assert_cmpuint (n, ==, WEIR_WORKER_OUTBOX_MAX_ITEMS);
  g_assert_true (weir_worker_outbox_push (&outbox, WEIR_OUTGOING_SESSION, g_string_new ("never refused"), NULL));
  weir_worker_outbox_clear (&outbox);
}

/* --- channels --- */

static void
answer_create (MockPeer *peer, const char *result)
{
  g_autofree char *id = mock_member (mock_peer_find (peer, "engine::channels::create", NULL), "invocation_id");

  mock_peer_send_text (
      peer, "{\"type\":\"invocationresult\",\"invocation_id\":\"%s\",\"function_id\":\"x\",\"result\":%s}", id, result);
}

static void
test_create_channel (void)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (WeirWorker) worker = start_worker (engine, "maker");
  g_autoptr (WeirChannelPair) pair = NULL;
  g_autoptr (GError) error = NULL;
  MockPeer *peer = mock_engine_get_peer (engine, 0);
  Async created = NULL;

  weir_worker_create_channel_async (worker, 8, NULL, async_cb, &created);
  mock_peer_find (peer, "engine::channels::create", "\"data\":{\"buffer_size\":8}", NULL);
  answer_create (peer, "{\"writer\":{\"channel_id\":\"c\",\"access_key\":\"k\",\"direction\":\"write\"},"
                       "\"reader\":{\"channel_id\":\"c\",\"access_key\":\"k\",\"direction\":\"read\"}}");
  pair = ASYNC_FINISH (weir_worker_create_channel_finish, worker, created, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pair->writer_ref->channel_id, ==, "c");
  g_assert_cmpint (pair->reader_ref->direction, ==, WEIR_DIRECTION_READ);
  g_assert_cmpstr (weir_channel_writer_get_ref (pair->writer)->access_key, ==, "k");
  g_assert_cmpuint (engine->n_requests, ==, 1);
}

static void
test_create_channel_badly (void)
{
  static const char *const answers[] = {
    "null",
    "[]",
    "{}",
    "{\"writer\":{\"channel_id\":\"c\",\"access_key\":\"k\",\"direction\":\"write\"}}",
    "{\"writer\":{\"channel_id\":\"c\",\"access_key\":\"k\",\"direction\":\"read\"},"
    "\"reader\":{\"channel_id\":\"c\",\"access_key\":\"k\",\"direction\":\"read\"}}",
    "{\"writer\":{\"channel_id\":1,\"access_key\":\"k\",\"direction\":\"write\"},"
    "\"reader\":{\"channel_id\":\"c\",\"access_key\":\"k\",\"direction\":\"read\"}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autoptr (MockEngine) engine = mock_engine_new ();
      g_autoptr (WeirWorker) worker = start_worker (engine, "maker");
      g_autoptr (GError) error = NULL;
      Async created = NULL;

      weir_worker_create_channel_async (worker, 0, NULL, async_cb, &created);
      mock_peer_find (mock_engine_get_peer (engine, 0), "engine::channels::create", "\"data\":{}", NULL);
      answer_create (mock_engine_get_peer (engine, 0), answers[i]);
      g_assert_null (ASYNC_FINISH (weir_worker_create_channel_finish, worker, created, &error));
      g_assert_error (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_BAD_ANSWER);
    }
}

int
main (int argc, char *argv[])
{
  int status;

  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  g_log_set_writer_func (log_writer, NULL, NULL);

  g_test_add_func ("/client/worker/announce", test_announce);
  g_test_add_func ("/client/worker/defaults", test_defaults);
  g_test_add_func ("/client/worker/default-name", test_default_name);
  g_test_add_func ("/client/worker/register-while-connected", test_register_while_connected);
  g_test_add_func ("/client/worker/reattach", test_reattach);
  g_test_add_func ("/client/worker/keeps-alive", test_keeps_alive);
  g_test_add_func ("/client/worker/retries-by-itself", test_retries_by_itself);
  g_test_add_func ("/client/worker/nobody-listens", test_nobody_listens);
  g_test_add_func ("/client/worker/no-greeting", test_no_greeting);
  g_test_add_func ("/client/worker/unauthorized", test_unauthorized);
  g_test_add_func ("/client/worker/stop-and-start", test_stop_and_start);
  g_test_add_func ("/client/worker/keepalive", test_keepalive);
  g_test_add_func ("/client/worker/silence", test_silence);
  g_test_add_func ("/client/worker/check-silence", test_check_silence);
  g_test_add_func ("/client/worker/check-answered", test_check_answered);
  g_test_add_func ("/client/worker/unknown-types", test_unknown_types);
  g_test_add_func ("/client/worker/function-conflict", test_function_conflict);
  g_test_add_func ("/client/worker/trigger-refused", test_trigger_refused);
  g_test_add_func ("/client/worker/name-conflict", test_name_conflict);
  g_test_add_func ("/client/worker/auth-error", test_auth_error);
  g_test_add_func ("/client/worker/full", test_full);
  g_test_add_func ("/client/worker/stop-in-notify", test_stop_in_notify);
  g_test_add_func ("/client/worker/invoked", test_invoked);
  g_test_add_func ("/client/worker/too-deep", test_too_deep);
  g_test_add_func ("/client/worker/too-many-running", test_too_many_running);
  g_test_add_func ("/client/worker/result-while-disconnected", test_result_while_disconnected);
  g_test_add_func ("/client/worker/answer-after-stop", test_answer_after_stop);
  g_test_add_func ("/client/worker/result-too-large", test_result_too_large);
  g_test_add_func ("/client/worker/refs-in-payload", test_refs_in_payload);
  g_test_add_func ("/client/worker/trigger", test_trigger);
  g_test_add_func ("/client/worker/trigger-error", test_trigger_error);
  g_test_add_func ("/client/worker/trigger-times-out", test_trigger_times_out);
  g_test_add_func ("/client/worker/late-answer", test_late_answer);
  g_test_add_func ("/client/worker/late-unsent", test_late_unsent);
  g_test_add_func ("/client/worker/trigger-given-up", test_trigger_given_up);
  g_test_add_func ("/client/worker/trigger-void", test_trigger_void);
  g_test_add_func ("/client/worker/trigger-lost", test_trigger_lost);
  g_test_add_func ("/client/worker/trigger-too-large", test_trigger_too_large);
  g_test_add_func ("/client/worker/too-many-calls", test_too_many_calls);
  g_test_add_func ("/client/worker/outbox-bound", test_outbox_bound);
  g_test_add_func ("/client/worker/outbox", test_outbox);
  g_test_add_func ("/client/worker/create-channel", test_create_channel);
  g_test_add_func ("/client/worker/create-channel-badly", test_create_channel_badly);

  status = g_test_run ();
  g_free (last_warning);

  return status;
}
