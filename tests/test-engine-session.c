/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine-program.h"

/* What workers and the engine say to each other on the main socket. */

static void
test_list (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autofree char *id = NULL;
  g_autoptr (RawPeer) worker = worker_connect (engine, &id, NULL);
  g_autoptr (RawPeer) silent = worker_connect (engine, NULL, NULL);
  g_autofree char *before = worker_ask (worker, "engine::workers::list", "{\"search\":\"lister\"}");
  g_autofree char *workers = NULL;
  g_autofree char *functions = NULL;
  g_autofree char *all = NULL;

  g_assert_cmpstr (before, ==, "{\"workers\":[]}");
  worker_announce (worker, "lister\\u202e\\n ");
  worker_register (worker, "list::b");
  worker_register (worker, "list::a");
  workers = worker_ask (worker, "engine::workers::list", "{\"search\":\"lister\"}");
  g_assert_nonnull (strstr (workers, id));
  g_assert_nonnull (strstr (workers, "\"name\":\"lister\""));
  g_assert_nonnull (strstr (workers, "\"function_count\":2"));
  functions = worker_ask (worker, "engine::functions::list", "{}");
  g_assert_cmpstr (functions, ==,
                   "{\"functions\":[{\"function_id\":\"list::a\",\"namespace\":\"default\",\"worker_name\":\"lister\"},"
                   "{\"function_id\":\"list::b\",\"namespace\":\"default\",\"worker_name\":\"lister\"}]}");
  all = worker_ask (worker, "engine::functions::list", "{\"include_internal\":true,\"prefix\":\"engine::\"}");
  g_assert_nonnull (strstr (all, "engine::channels::create"));
  g_assert_null (strstr (all, "list::a"));
}

static void
test_list_filters (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  g_autofree char *shown = NULL;
  g_autofree char *hidden = NULL;
  g_autofree char *other = NULL;
  g_autofree char *id = NULL;
  g_autofree char *answer = NULL;

  raw_peer_send_text (worker, "{\"type\":\"registerfunction\",\"id\":\"one::x\",\"description\":\"Does \\\"it\\\"\","
                              "\"metadata\":{\"internal\":true,\"owner\":0.10}}");
  shown = worker_ask (worker, "engine::functions::list", "{\"include_internal\":true,\"worker\":\"one\"}");
  g_assert_cmpstr (shown, ==,
                   "{\"functions\":[{\"function_id\":\"one::x\",\"namespace\":\"default\",\"worker_name\":\"one\","
                   "\"description\":\"Does \\\"it\\\"\",\"metadata\":{\"internal\":true,\"owner\":0.10}}]}");
  hidden = worker_ask (worker, "engine::functions::list", "null");
  g_assert_cmpstr (hidden, ==, "{\"functions\":[]}");
  other = worker_ask (worker, "engine::functions::list",
                      "{\"include_internal\":true,\"workers\":[\"two\"],\"search\":\"x\"}");
  g_assert_cmpstr (other, ==, "{\"functions\":[]}");
  id = worker_call (worker, "engine::functions::list", "[1]");
  answer = worker_take_answer (worker, id);
  assert_error (answer, "deserialization_error");
}

/* What a worker said of its function comes back as it was said. */
static void
test_function_info (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  g_autofree char *one = NULL, *several = NULL, *both = NULL, *both_answer = NULL, *none = NULL, *none_answer = NULL;

  raw_peer_send_text (worker, "{\"type\":\"registerfunction\",\"id\":\"one::x\",\"description\":\"Does it\","
                              "\"request_format\":{\"minimum\":0.10, \"type\":\"number\"},"
                              "\"response_format\":{\"type\":\"null\"}}");
  raw_peer_send_text (worker, "{\"type\":\"registertrigger\",\"id\":\"t\",\"trigger_type\":\"later\","
                              "\"function_id\":\"one::x\",\"config\":{\"at\":1}}");
  one = worker_ask (worker, "engine::functions::info", "{\"function_id\":\"one::x\"}");
  g_assert_cmpstr (one, ==,
                   "{\"function_id\":\"one::x\",\"namespace\":\"default\",\"worker_name\":\"one\","
                   "\"description\":\"Does it\",\"request_schema\":{\"minimum\":0.10, \"type\":\"number\"},"
                   "\"response_schema\":{\"type\":\"null\"},\"registered_triggers\":[{\"id\":\"t\","
                   "\"trigger_type\":\"later\",\"function_id\":\"one::x\",\"config\":{\"at\":1}}]}");
  several = worker_ask (worker, "engine::functions::info", "{\"function_ids\":[\"one::y\",\"one::x\"]}");
  g_assert_true (g_str_has_prefix (
      several, "{\"functions\":[{\"function_id\":\"one::y\",\"error\":\"not_found\"},{\"function_id\":\"one::x\","));
  none = worker_call (worker, "engine::functions::info", "{\"function_id\":\"one::y\"}");
  none_answer = worker_take_answer (worker, none);
  assert_error (none_answer, "NOT_FOUND");
  both = worker_call (worker, "engine::functions::info", "{\"function_id\":\"one::x\",\"function_ids\":[]}");
  both_answer = worker_take_answer (worker, both);
  assert_error (both_answer, "INVALID_ARGUMENTS");
}

static void
test_worker_info (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  g_autofree char *info = NULL, *own = NULL, *none = NULL, *none_answer = NULL;

  worker_announce (worker, "teller");
  worker_register (worker, "tell::a");
  info = worker_ask (worker, "engine::workers::info", "{\"name\":\"teller\"}");
  g_assert_nonnull (strstr (info, "\"name\":\"teller\""));
  g_assert_nonnull (strstr (info, "\"pid\":"));
  g_assert_nonnull (strstr (info, "\"functions\":[{\"function_id\":\"tell::a\""));
  own = worker_ask (worker, "engine::workers::info", "{\"name\":\"weir-engine\"}");
  g_assert_nonnull (strstr (own, "\"internal\":true"));
  none = worker_call (worker, "engine::workers::info", "{\"name\":\"nobody\"}");
  none_answer = worker_take_answer (worker, none);
  assert_error (none_answer, "NOT_FOUND");
}

static void
test_call (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autofree char *caller_id = NULL;
  g_autoptr (RawPeer) caller = worker_connect (engine, &caller_id, NULL);
  g_autoptr (RawPeer) executor = worker_connect (engine, NULL, NULL);
  g_autofree char *id = NULL;
  g_autofree char *call = NULL;
  g_autofree char *data = NULL;
  g_autofree char *wanted = NULL;
  g_autofree char *result = NULL;
  g_autofree char *answer = NULL;

  worker_register (executor, "math::add");
  id = worker_call (caller, "math::add", "{\"a\":2}");
  call = raw_peer_next_text (executor);
  assert_message (call, "type", "invokefunction");
  assert_message (call, "invocation_id", id);
  assert_message (call, "function_id", "math::add");
  data = message_dup_span (call, "data");
  wanted = g_strdup_printf ("{\"a\":2,\"_caller_worker_id\":\"%s\"}", caller_id);
  g_assert_cmpstr (data, ==, wanted);

  result = g_strdup_printf (
      "{\"type\":\"invocationresult\",\"invocation_id\":\"%s\",\"function_id\":\"math::add\",\"result\":null,"
      "\"traceparent\":\"00-a-b-01\"}",
      id);
  raw_peer_send_text (executor, result);
  answer = worker_take_answer (caller, id);
  assert_message (answer, "function_id", "math::add");
  assert_message (answer, "traceparent", "00-a-b-01");
  g_assert_null (strstr (answer, "result\":"));
  g_assert_null (strstr (answer, "error"));
}

/* An id that is written otherwise is the same id. */
static void
test_id_forms (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  g_autofree char *answer = NULL;

  worker_register (worker, "own::f");
  raw_peer_send_text (worker, "{\"type\":\"invokefunction\",\"invocation_id\":\"F64C3A1A913E4979BAD1BCD190BD6124\","
                              "\"function_id\":\"own::f\"}");
  g_free (raw_peer_next_text (worker));
  raw_peer_send_text (worker,
                      "{\"type\":\"invocationresult\",\"invocation_id\":\"f64c3a1a-913e-4979-bad1-bcd190bd6124\","
                      "\"function_id\":\"own::f\",\"result\":1}");
  answer = raw_peer_next_text (worker);
  assert_message (answer, "invocation_id", "F64C3A1A913E4979BAD1BCD190BD6124");
}

static void
test_void (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  g_autofree char *call = NULL;
  g_autofree char *id = NULL;
  g_autofree char *answer = NULL;

  worker_register (worker, "void::f");
  raw_peer_send_text (worker,
                      "{\"type\":\"invokefunction\",\"function_id\":\"void::f\",\"action\":{\"type\":\"void\"}}");
  call = raw_peer_next_text (worker);
  id = message_dup (call, "invocation_id");
  g_assert_true (g_uuid_string_is_valid (id));
  g_assert_nonnull (strstr (call, "\"data\":null"));
  g_assert_null (strstr (call, "action"));
  answer = g_strdup_printf (
      "{\"type\":\"invocationresult\",\"invocation_id\":\"%s\",\"function_id\":\"void::f\",\"result\":1}", id);
  raw_peer_send_text (worker, answer);
  worker_sync (worker); /* its answer goes nowhere */
  raw_peer_send_text (worker,
                      "{\"type\":\"invokefunction\",\"function_id\":\"void::g\",\"action\":{\"type\":\"void\"}}");
  worker_sync (worker);
  engine_program_assert_logged (engine, "void::g*not found");
}

static void
test_errors (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autoptr (RawPeer) caller = worker_connect (engine, NULL, NULL);
  g_autoptr (RawPeer) executor = worker_connect (engine, NULL, NULL);
  g_autofree char *unknown = worker_call (caller, "no::such", "{}");
  g_autofree char *unknown_answer = worker_take_answer (caller, unknown);
  g_autofree char *error = message_dup_span (unknown_answer, "error");
  g_autofree char *id = NULL;
  g_autofree char *failure = NULL;
  g_autofree char *answer = NULL;
  g_autofree char *forwarded = NULL;

  assert_error (unknown_answer, "function_not_found");
  assert_message (error, "message", "Function no::such not found in namespace default.");

  worker_register (executor, "fails::always");
  id = worker_call (caller, "fails::always", "{}");
  g_free (raw_peer_next_text (executor));
  failure = g_strdup_printf (
      "{\"type\":\"invocationresult\",\"invocation_id\":\"%s\",\"function_id\":\"fails::always\","
      "\"error\":{\"code\":\"invocation_failed\", \"message\":\"boom\",\"stacktrace\":\"a\\nb\",\"x\":1.0}}",
      id);
  raw_peer_send_text (executor, failure);
  answer = worker_take_answer (caller, id);
  forwarded = message_dup_span (answer, "error");
  g_assert_cmpstr (forwarded, ==,
                   "{\"code\":\"invocation_failed\", \"message\":\"boom\",\"stacktrace\":\"a\\nb\",\"x\":1.0}");
}

static void
test_enqueue (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  g_autofree char *answer = NULL;

  raw_peer_send_text (worker,
                      "{\"type\":\"invokefunction\",\"invocation_id\":\"f64c3a1a-913e-4979-bad1-bcd190bd6124\","
                      "\"function_id\":\"x::y\",\"data\":{},\"action\":{\"type\":\"enqueue\",\"queue\":\"q\"}}");
  answer = raw_peer_next_text (worker);
  assert_error (answer, "enqueue_error");
}

static void
test_duplicate_id (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  g_autoptr (RawPeer) other = worker_connect (engine, NULL, NULL);
  const char *call = "{\"type\":\"invokefunction\",\"invocation_id\":\"f64c3a1a-913e-4979-bad1-bcd190bd6124\","
                     "\"function_id\":\"dup::f\",\"data\":1}";
  const char *result = "{\"type\":\"invocationresult\",\"invocation_id\":\"f64c3a1a-913e-4979-bad1-bcd190bd6124\","
                       "\"function_id\":\"dup::f\",\"result\":7}";
  g_autofree char *answer = NULL;

  worker_register (worker, "dup::f");
  raw_peer_send_text (worker, call);
  raw_peer_send_text (worker, call);
  g_free (raw_peer_next_text (worker));
  engine_program_assert_logged (engine, "ignored a call of dup::f");

  raw_peer_send_text (other, result); /* not its to answer */
  worker_sync (other);
  engine_program_assert_logged (engine, "ignored an answer");

  raw_peer_send_text (worker, result);
  answer = raw_peer_next_text (worker);
  assert_message (answer, "type", "invocationresult");
  raw_peer_send_text (worker, result);
  worker_sync (worker);
}

static void
test_conflict (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autofree char *first_id = NULL;
  g_autoptr (RawPeer) first = worker_connect (engine, &first_id, NULL);
  g_autoptr (RawPeer) second = worker_connect (engine, NULL, NULL);
  g_autofree char *rejection = NULL;
  g_autofree char *own = NULL;
  g_autofree char *said = NULL;
  g_autofree char *id = NULL;
  g_autofree char *call = NULL;

  worker_register (first, "mine::f");
  raw_peer_send_text (second, "{\"type\":\"registerfunction\",\"id\":\"mine::f\"}");
  rejection = raw_peer_next_text (second);
  assert_message (rejection, "type", "registrationrejected");
  assert_message (rejection, "code", "FUNCTION_NAMESPACE_CONFLICT");
  assert_message (rejection, "namespace", "default");
  assert_message (rejection, "function_id", "mine::f");
  assert_message (rejection, "owner_worker_id", first_id);
  raw_peer_send_text (second, "{\"type\":\"registerfunction\",\"id\":\"engine::channels::create\"}");
  own = raw_peer_next_text (second);
  assert_message (own, "owner_worker_id", "");
  raw_peer_send_text (second, "{\"type\":\"unregisterfunction\",\"id\":\"mine::f\"}"); /* nor can it take it away */
  worker_sync (second);
  worker_announce (first, "owner");
  worker_announce (second, "refused");
  said = worker_ask (first, "engine::workers::list", "{\"search\":\"owner\"}");
  g_assert_null (strstr (said, "has_refused_functions"));
  g_free (g_steal_pointer (&said));
  said = worker_ask (first, "engine::workers::list", "{\"search\":\"refused\"}");
  g_assert_nonnull (strstr (said, "\"has_refused_functions\":true,\"function_count\":0"));
  worker_register (first, "mine::f"); /* its owner may say it again */
  id = worker_call (second, "mine::f", "{}");
  call = raw_peer_next_text (first);
  assert_message (call, "invocation_id", id);
}

static void
test_executor_gone (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autoptr (RawPeer) caller = worker_connect (engine, NULL, NULL);
  RawPeer *executor = worker_connect (engine, NULL, NULL);
  g_autofree char *id = NULL;
  g_autofree char *answer = NULL;
  g_autofree char *again = NULL;
  g_autofree char *not_found = NULL;

  worker_register (executor, "dies::soon");
  id = worker_call (caller, "dies::soon", "{}");
  g_free (raw_peer_next_text (executor));
  raw_peer_free (executor);
  answer = worker_take_answer (caller, id);
  assert_error (answer, "invocation_stopped");
  again = worker_call (caller, "dies::soon", "{}");
  not_found = worker_take_answer (caller, again);
  assert_error (not_found, "function_not_found");
}

static void
test_caller_gone (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  RawPeer *caller = worker_connect (engine, NULL, NULL);
  g_autoptr (RawPeer) executor = worker_connect (engine, NULL, NULL);
  g_autofree char *id = NULL;
  g_autofree char *result = NULL;

  worker_register (executor, "late::f");
  id = worker_call (caller, "late::f", "{}");
  g_free (raw_peer_next_text (executor));
  raw_peer_send_close (caller, 1000, "bye");
  g_assert_cmpuint (raw_peer_wait_close (caller, NULL), ==, 1000);
  raw_peer_free (caller);
  engine_program_assert_logged (engine, "has left: it closed: bye");
  result = g_strdup_printf (
      "{\"type\":\"invocationresult\",\"invocation_id\":\"%s\",\"function_id\":\"late::f\",\"result\":1}", id);
  raw_peer_send_text (executor, result);
  worker_sync (executor);
}

static void
send_reattach (RawPeer *worker, const char *id, const char *token)
{
  g_autofree char *message =
      g_strdup_printf ("{\"type\":\"reattach\",\"previous_worker_id\":\"%s\",\"reattach_token\":\"%s\"}", id, token);

  raw_peer_send_text (worker, message);
}

static void
test_reattach (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autofree char *old_id = NULL;
  g_autofree char *token = NULL;
  g_autoptr (RawPeer) old = worker_connect (engine, &old_id, &token);
  g_autoptr (RawPeer) caller = worker_connect (engine, NULL, NULL);
  g_autoptr (RawPeer) new = worker_connect (engine, NULL, NULL);
  g_autofree char *halted = NULL;
  g_autofree char *halted_answer = NULL;
  g_autofree char *id = NULL;
  g_autofree char *call = NULL;

  worker_register (old, "re::f");
  halted = worker_call (caller, "re::f", "{}");
  g_free (raw_peer_next_text (old));

  send_reattach (new, old_id, "not the token");
  send_reattach (new, "not-an-id", token);
  worker_sync (new);
  worker_sync (old); /* still there */
  engine_program_assert_logged (engine, "its token is wrong");

  /* In one go: the registration behind it must find the name free. */
  send_reattach (new, old_id, token);
  worker_register (new, "re::f");
  halted_answer = worker_take_answer (caller, halted);
  assert_error (halted_answer, "invocation_stopped");
  g_assert_cmpuint (raw_peer_wait_close (old, NULL), ==, 1000);
  id = worker_call (caller, "re::f", "{}");
  call = raw_peer_next_text (new);
  assert_message (call, "invocation_id", id);
}

static void
test_odd_messages (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  const char *ping = "{\"type\":\"ping\"}";
  g_autofree char *pong = NULL;

  raw_peer_send_text (worker, " \n");
  raw_peer_send_text (worker, "not json");
  raw_peer_send_text (worker, "[1]");
  raw_peer_send_text (worker, "{\"type\":7}");
  raw_peer_send_text (worker, "{\"type\":\"from-the-future\",\"id\":7}");
  raw_peer_send_text (worker, "{\"type\":\"registerfunction\"}");
  raw_peer_send_text (worker, "{\"type\":\"registerservice\",\"id\":\"s\"}");
  raw_peer_send (worker, RAW_FINAL | RAW_BINARY, "OTLP{", 5);
  raw_peer_send (worker, RAW_FINAL | RAW_BINARY, "MTRC", 4);
  raw_peer_send (worker, RAW_FINAL | RAW_BINARY, "\xff\xfe", 2);
  worker_sync (worker);
  raw_peer_send (worker, RAW_FINAL | RAW_BINARY, ping, strlen (ping));
  pong = raw_peer_next_text (worker);
  assert_message (pong, "type", "pong");
  engine_program_assert_logged (engine, "“registerfunction” has no “id”");
  engine_program_assert_logged (engine, "neither telemetry nor JSON");
}

static void
test_otel (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autoptr (RawPeer) telemetry = raw_peer_open (engine->port, "/otel");
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  g_auto (RawFrame) frame = { 0 };

  raw_peer_send (telemetry, RAW_FINAL | RAW_BINARY, "OTLP{}", 6);
  raw_peer_send_text (telemetry, "ignored");
  raw_peer_send (telemetry, RAW_FINAL | RAW_PING, "still here?", 11);
  raw_peer_receive (telemetry, &frame);
  g_assert_cmphex (frame.first, ==, RAW_FINAL | RAW_PONG);
  worker_sync (worker);
}

static void
test_ping (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  g_auto (RawFrame) frame = { 0 };

  raw_peer_send (worker, RAW_FINAL | RAW_PING, "abc", 3);
  raw_peer_receive (worker, &frame);
  g_assert_cmphex (frame.first, ==, RAW_FINAL | RAW_PONG);
  g_assert_cmpmem (g_bytes_get_data (frame.payload, NULL), g_bytes_get_size (frame.payload), "abc", 3);
}

static void
test_url_function (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  g_autofree char *id = NULL;
  g_autofree char *answer = NULL;

  raw_peer_send_text (worker,
                      "{\"type\":\"registerfunction\",\"id\":\"ext::f\",\"invocation\":{\"url\":\"https://h/x\"}}");
  id = worker_call (worker, "ext::f", "{}");
  answer = worker_take_answer (worker, id);
  assert_error (answer, "function_not_found");
  engine_program_assert_logged (engine, "ext::f*URL");
}

/* What a worker registers is bounded, and that costs only itself. */
static void
test_registrations_bounded (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  g_autofree char *large = g_strnfill (8 << 20, 'x');
  g_autofree char *id = NULL;
  g_autofree char *answer = NULL;

  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *message =
          g_strdup_printf ("{\"type\":\"registerfunction\",\"id\":\"large::%u\",\"description\":\"%s\"}", i, large);

      raw_peer_send_text (worker, message);
    }
  id = worker_call (worker, "large::4", "{}");
  answer = worker_take_answer (worker, id);
  assert_error (answer, "function_not_found");
  engine_program_assert_logged (engine, "refused its function large::4*hold more than");
  raw_peer_send_text (worker, "{\"type\":\"unregisterfunction\",\"id\":\"large::0\"}");
  worker_register (worker, "large::5");
}

/* A worker that does not read is given up; the others do not notice. */
static void
test_slow_worker (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autoptr (RawPeer) slow = worker_connect (engine, NULL, NULL);
  g_autoptr (RawPeer) caller = worker_connect (engine, NULL, NULL);
  g_autofree char *large = g_strnfill (4 << 20, 'x');
  g_autofree char *data = g_strdup_printf ("\"%s\"", large);
  g_autofree char *message = g_strdup_printf ("{\"type\":\"invokefunction\",\"function_id\":\"slow::f\",\"data\":%s,"
                                              "\"action\":{\"type\":\"void\"}}",
                                              data);

  worker_announce (slow, "sleeper");
  worker_register (slow, "slow::f");
  for (guint i = 0; i < 24; i++) /* held at some of them until the other is given up */
    {
      raw_peer_send_text (caller, message);
      worker_sync (caller);
    }
  engine_program_assert_logged (engine, "worker sleeper*does not read");
  worker_sync (caller);
}

/* A worker that reads, but slowly, holds its callers and is given everything. */
static gpointer
call_many (gpointer data)
{
  RawPeer *caller = data;
  g_autofree char *large = g_strnfill (4 << 20, 'x');
  g_autofree char *message =
      g_strdup_printf ("{\"type\":\"invokefunction\",\"function_id\":\"slow::f\",\"data\":\"%s\","
                       "\"action\":{\"type\":\"void\"}}",
                       large);

  for (guint i = 0; i < 40; i++)
    raw_peer_send_text (caller, message);
  return NULL;
}

static void
test_held_caller (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autoptr (RawPeer) slow = worker_connect (engine, NULL, NULL);
  g_autoptr (RawPeer) caller = worker_connect (engine, NULL, NULL);
  g_autoptr (RawPeer) other = worker_connect (engine, NULL, NULL);
  GThread *thread;

  worker_register (slow, "slow::f");
  thread = g_thread_new ("caller", call_many, caller);
  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *call = raw_peer_next_text (slow);

      assert_message (call, "function_id", "slow::f");
      worker_sync (other);  /* nobody else is held */
      g_usleep (20 * 1000); /* as slow as it is, not as a way to wait */
    }
  g_thread_join (thread);
  worker_sync (caller);
}

static void
test_too_many_workers (void)
{
  const char *const arguments[] = { "--workers", "3", NULL };
  g_autoptr (EngineProgram) engine = engine_program_start (arguments); /* its own is one */
  g_autoptr (RawPeer) first = worker_connect (engine, NULL, NULL);
  RawPeer *second = worker_connect (engine, NULL, NULL);
  g_autoptr (RawPeer) third = raw_peer_open (engine->port, "/");
  g_autoptr (RawPeer) fourth = NULL;
  g_autofree char *reason = NULL;

  g_assert_cmpuint (raw_peer_wait_close (third, &reason), ==, 1013);
  g_assert_cmpstr (reason, ==, "too_many_workers");
  engine_program_assert_logged (engine, "refused: 3 workers are connected*--workers");
  worker_sync (first);
  raw_peer_free (second);
  engine_program_assert_logged (engine, "has left");
  fourth = worker_connect (engine, NULL, NULL);
  worker_sync (fourth);
}

/* A message that never ends is in memory all the same. Nobody else pays for it. */
static void
test_unfinished_messages_bounded (void)
{
  const char *const arguments[] = { "--memory", "8M", NULL };
  g_autoptr (EngineProgram) engine = engine_program_start (arguments);
  g_autoptr (RawPeer) modest = worker_connect (engine, NULL, NULL);
  g_autoptr (RawPeer) greedy = worker_connect (engine, NULL, NULL);
  g_autofree char *text = g_strnfill (6 << 20, 'x');
  g_autoptr (GByteArray) large = raw_frame_build (RAW_FINAL | RAW_TEXT, TRUE, text, 6 << 20);
  g_autoptr (GByteArray) small = raw_frame_build (RAW_FINAL | RAW_TEXT, TRUE, text, 1 << 20);
  g_autofree char *reason = NULL;

  raw_peer_write (modest, small->data, small->len / 2);
  raw_peer_write (greedy, large->data, large->len - 1);
  g_assert_cmpuint (raw_peer_wait_close (greedy, &reason), ==, 1013);
  g_assert_cmpstr (reason, ==, "memory");
  engine_program_assert_logged (engine, "has left: it held*--memory");
  raw_peer_write (modest, small->data + small->len / 2, small->len - small->len / 2); /* no JSON, and no matter */
  worker_sync (modest);
}

static void
test_unread_messages_bounded (void)
{
  const char *const arguments[] = { "--memory", "4M", NULL };
  g_autoptr (EngineProgram) engine = engine_program_start (arguments);
  g_autoptr (RawPeer) slow = worker_connect (engine, NULL, NULL);
  g_autoptr (RawPeer) caller = worker_connect (engine, NULL, NULL);
  g_autofree char *large = g_strnfill (1 << 20, 'x');
  g_autofree char *message =
      g_strdup_printf ("{\"type\":\"invokefunction\",\"function_id\":\"slow::f\",\"data\":\"%s\","
                       "\"action\":{\"type\":\"void\"}}",
                       large);

  worker_announce (slow, "sleeper");
  worker_register (slow, "slow::f");
  for (guint i = 0; i < 16; i++) /* more than the kernel takes, less than holds the caller */
    {
      raw_peer_send_text (caller, message);
      worker_sync (caller);
    }
  engine_program_assert_logged (engine, "worker sleeper*has left: it held*--memory");
  worker_sync (caller);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/session/list", test_list);
  g_test_add_func ("/engine/session/list-filters", test_list_filters);
  g_test_add_func ("/engine/session/function-info", test_function_info);
  g_test_add_func ("/engine/session/worker-info", test_worker_info);
  g_test_add_func ("/engine/session/call", test_call);
  g_test_add_func ("/engine/session/id-forms", test_id_forms);
  g_test_add_func ("/engine/session/void", test_void);
  g_test_add_func ("/engine/session/errors", test_errors);
  g_test_add_func ("/engine/session/enqueue", test_enqueue);
  g_test_add_func ("/engine/session/duplicate-id", test_duplicate_id);
  g_test_add_func ("/engine/session/conflict", test_conflict);
  g_test_add_func ("/engine/session/executor-gone", test_executor_gone);
  g_test_add_func ("/engine/session/caller-gone", test_caller_gone);
  g_test_add_func ("/engine/session/reattach", test_reattach);
  g_test_add_func ("/engine/session/odd-messages", test_odd_messages);
  g_test_add_func ("/engine/session/otel", test_otel);
  g_test_add_func ("/engine/session/ping", test_ping);
  g_test_add_func ("/engine/session/url-function", test_url_function);
  g_test_add_func ("/engine/session/registrations-bounded", test_registrations_bounded);
  g_test_add_func ("/engine/session/slow-worker", test_slow_worker);
  g_test_add_func ("/engine/session/held-caller", test_held_caller);
  g_test_add_func ("/engine/session/too-many-workers", test_too_many_workers);
  g_test_add_func ("/engine/session/unfinished-messages-bounded", test_unfinished_messages_bounded);
  g_test_add_func ("/engine/session/unread-messages-bounded", test_unread_messages_bounded);
  return g_test_run ();
}
