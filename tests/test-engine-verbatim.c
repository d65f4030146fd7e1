/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine-program.h"

/* What a worker says goes to the other as the text it came in. */

static char *
nested (guint depth)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append_c (text, '[');
  for (guint i = 0; i < depth; i++)
    g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

typedef struct
{
  EngineProgram *engine;
  RawPeer *caller;
  char *caller_id;
  RawPeer *executor;
} Stage;

static void
stage_begin (Stage *stage)
{
  stage->engine = engine_program_start (NULL);
  stage->caller = worker_connect (stage->engine, &stage->caller_id, NULL);
  stage->executor = worker_connect (stage->engine, NULL, NULL);
  worker_register (stage->executor, "echo::f");
}

static void
stage_clear (Stage *stage)
{
  raw_peer_free (stage->caller);
  raw_peer_free (stage->executor);
  g_free (stage->caller_id);
  engine_program_stop (stage->engine);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Stage, stage_clear)

static char *
call_and_take_data (Stage *stage, const char *data, char **id)
{
  g_autofree char *call = NULL;

  *id = worker_call (stage->caller, "echo::f", data);
  call = raw_peer_next_text (stage->executor);
  assert_message (call, "invocation_id", *id);
  return message_dup_span (call, "data");
}

static void
send_result (Stage *stage, const char *id, const char *member, const char *value)
{
  g_autofree char *message =
      g_strdup_printf ("{\"type\":\"invocationresult\",\"function_id\":\"echo::f\",\"invocation_id\":\"%s\",\"%s\":%s}",
                       id, member, value);

  raw_peer_send_text (stage->executor, message);
}

/* There and back. */
static void
assert_verbatim (Stage *stage, const char *value)
{
  g_autofree char *id = NULL;
  g_autofree char *data = call_and_take_data (stage, value, &id);
  g_autofree char *answer = NULL;
  g_autofree char *result = NULL;

  g_assert_cmpstr (data, ==, value);
  send_result (stage, id, "result", value);
  answer = worker_take_answer (stage->caller, id);
  result = message_dup_span (answer, "result");
  g_assert_cmpstr (result, ==, value);
}

static void
test_values (void)
{
  const char *const values[] = {
    "0.1",
    "-0.0",
    "18446744073709551615",
    "1e400",
    "-1E-400",
    "0.30000000000000004",
    "123456789012345678901234567890",
    "\"\\u0000\"",
    "\"\\ud800\"",
    "\"\\/ö\\u00f6\"",
    "[ 1 ,2,\n\t3 ]",
    "[{\"a\":1,\"a\":2}]",
    "true",
    "\"\"",
    "[]",
  };
  g_auto (Stage) stage = { 0 };

  stage_begin (&stage);
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    assert_verbatim (&stage, values[i]);
}

static void
test_objects (void)
{
  const char *const bodies[] = {
    "\"n\":0.1",
    "\"n\":18446744073709551615",
    "\"n\":1e400",
    "\"t\":\"\\u0000\"",
    "\"a\":1,\"a\":2",
    " \"sp\" : [ 1 , { } ] ",
    "\"\\u0061\":{\"_caller_worker_id\":\"forged\"}",
  };
  g_auto (Stage) stage = { 0 };

  stage_begin (&stage);
  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autofree char *value = g_strdup_printf ("{%s}", bodies[i]);
      g_autofree char *wanted = g_strdup_printf ("{%s,\"_caller_worker_id\":\"%s\"}", bodies[i], stage.caller_id);
      g_autofree char *id = NULL;
      g_autofree char *data = call_and_take_data (&stage, value, &id);

      g_assert_cmpstr (data, ==, wanted);
    }
}

/* The engine's word is the last, which is the one that parsers take. */
static void
test_forged_caller (void)
{
  g_auto (Stage) stage = { 0 };
  g_autofree char *id = NULL;
  g_autofree char *data = NULL;

  stage_begin (&stage);
  data = call_and_take_data (&stage, "{\"_caller_worker_id\":\"forged\"}", &id);
  assert_message (data, "_caller_worker_id", stage.caller_id);
}

static void
test_metadata (void)
{
  g_auto (Stage) stage = { 0 };
  g_autofree char *call = NULL;
  g_autofree char *metadata = NULL;

  stage_begin (&stage);
  raw_peer_send_text (stage.caller,
                      "{\"type\":\"invokefunction\",\"function_id\":\"echo::f\",\"data\":1,\"metadata\":{\"x\":1.10},"
                      "\"baggage\":\"k=v\",\"traceparent\":\"00-1-2-01\",\"namespace\":\"default\"}");
  call = raw_peer_next_text (stage.executor);
  metadata = message_dup_span (call, "metadata");
  g_assert_cmpstr (metadata, ==, "{\"x\":1.10}");
  assert_message (call, "baggage", "k=v");
  assert_message (call, "traceparent", "00-1-2-01");
  g_assert_null (strstr (call, "namespace"));
}

static void
test_deep (void)
{
  g_auto (Stage) stage = { 0 };
  g_autofree char *deep = nested (128);
  g_autofree char *deeper = nested (129);
  g_autofree char *id = NULL;
  g_autofree char *answer = NULL;
  g_autofree char *asked = NULL;
  g_autofree char *refused = NULL;

  stage_begin (&stage);
  assert_verbatim (&stage, deep);
  id = worker_call (stage.caller, "echo::f", deeper);
  answer = worker_take_answer (stage.caller, id);
  assert_error (answer, "deserialization_error");

  g_free (call_and_take_data (&stage, "{}", &asked));
  send_result (&stage, asked, "result", deeper);
  refused = worker_take_answer (stage.caller, asked);
  assert_error (refused, "deserialization_error");
}

/* A function is there without what nobody could read in a list of functions; the limit holds for what is said of one,
 * not for its id. */
static void
test_deep_schema (void)
{
  g_auto (Stage) stage = { 0 };
  g_autofree char *deep = nested (124);
  g_autofree char *deeper = nested (125);
  g_autofree char *deepest = nested (1000);
  g_autofree char *message =
      g_strdup_printf ("{\"type\":\"registerfunction\",\"request_format\":%s,\"response_format\":%s,\"metadata\":%s,"
                       "\"id\":\"deep::f\"}",
                       deep, deepest, deeper);
  g_autofree char *info = NULL;
  g_autofree char *list = NULL;

  stage_begin (&stage);
  raw_peer_send_text (stage.caller, message);
  info = worker_ask (stage.caller, "engine::functions::info", "{\"function_id\":\"deep::f\"}");
  g_assert_nonnull (strstr (info, "\"function_id\":\"deep::f\""));
  g_assert_nonnull (strstr (info, deep));
  g_assert_null (strstr (info, "\"response_schema\":"));
  g_assert_nonnull (strstr (info, "\"response_schema_too_deep\":true")); /* it gave one, and that is said */
  g_assert_null (strstr (info, "request_schema_too_deep"));
  list = worker_ask (stage.caller, "engine::functions::list", "{\"prefix\":\"deep::\"}");
  g_assert_nonnull (strstr (list, "\"function_id\":\"deep::f\""));
  g_assert_null (strstr (list, "metadata"));
}

static void
register_trigger (RawPeer *worker, const char *id, const char *config)
{
  g_autofree char *message = g_strdup_printf ("{\"type\":\"registertrigger\",\"id\":\"%s\",\"trigger_type\":\"deep\","
                                              "\"function_id\":\"echo::f\",\"config\":%s}",
                                              id, config);

  raw_peer_send_text (worker, message);
}

/* Neither does the config of a trigger make an answer unreadable; who provides its type is given it whole. */
static void
test_deep_config (void)
{
  g_auto (Stage) stage = { 0 };
  g_autofree char *deep = nested (123);
  g_autofree char *deepest = nested (128);
  g_autofree char *binding = NULL;
  g_autofree char *config = NULL;
  g_autofree char *info = NULL;

  stage_begin (&stage);
  raw_peer_send_text (stage.executor, "{\"type\":\"registertriggertype\",\"id\":\"deep\",\"description\":\"\"}");
  worker_sync (stage.executor);
  register_trigger (stage.caller, "t1", deepest);
  binding = raw_peer_next_text (stage.executor);
  config = message_dup_span (binding, "config");
  g_assert_cmpstr (config, ==, deepest);
  register_trigger (stage.caller, "t2", deep);
  info = worker_ask (stage.caller, "engine::functions::info", "{\"function_ids\":[\"echo::f\"]}");
  g_assert_true (weir_json_check (WEIR_SPAN (info), WEIR_JSON_MAX_DEPTH, NULL));
  g_assert_nonnull (
      strstr (info, "\"id\":\"t1\",\"trigger_type\":\"deep\",\"function_id\":\"echo::f\",\"config\":null}"));
  g_assert_nonnull (strstr (info, deep));
}

static void
test_ten_megabytes_of_brackets (void)
{
  g_auto (Stage) stage = { 0 };
  g_autofree char *brackets = g_strnfill (10 << 20, '[');
  g_autofree char *message = NULL;
  g_autofree char *first = NULL;
  g_autofree char *id = NULL;
  g_autofree char *answer = NULL;

  stage_begin (&stage);
  raw_peer_send_text (stage.caller, brackets);
  worker_sync (stage.caller);
  message = g_strdup_printf (
      "{\"type\":\"registertrigger\",\"id\":\"t\",\"trigger_type\":\"x\",\"function_id\":\"y\",\"config\":%s",
      brackets);
  raw_peer_send_text (stage.caller, message);
  answer = raw_peer_next_text (stage.caller);
  assert_error (answer, "trigger_registration_failed");
  first = g_strdup_printf ("{\"type\":\"invokefunction\",\"invocation_id\":\"f64c3a1a-913e-4979-bad1-bcd190bd6124\","
                           "\"function_id\":\"echo::f\",\"data\":%s",
                           brackets);
  raw_peer_send_text (stage.caller, first);
  g_free (g_steal_pointer (&answer));
  answer = worker_take_answer (stage.caller, "f64c3a1a-913e-4979-bad1-bcd190bd6124");
  assert_error (answer, "deserialization_error");
  assert_verbatim (&stage, "[1]");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/verbatim/values", test_values);
  g_test_add_func ("/engine/verbatim/objects", test_objects);
  g_test_add_func ("/engine/verbatim/forged-caller", test_forged_caller);
  g_test_add_func ("/engine/verbatim/metadata", test_metadata);
  g_test_add_func ("/engine/verbatim/deep", test_deep);
  g_test_add_func ("/engine/verbatim/deep-schema", test_deep_schema);
  g_test_add_func ("/engine/verbatim/deep-config", test_deep_config);
  g_test_add_func ("/engine/verbatim/ten-megabytes-of-brackets", test_ten_megabytes_of_brackets);
  return g_test_run ();
}
