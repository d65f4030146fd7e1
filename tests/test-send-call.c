/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "say-escaped.h"
#include "engine-program.h"
#include "wait-for.h"
#include "weir-call.h"
#include "weir-run-call.h"

/* Calls: what stands for refs, and that the text reaches the function as it was typed. */

/* --- placeholders --- */

static void
test_placeholder (void)
{
  static const struct
  {
    const char *literal;
    gboolean is_one;
    WeirDirection direction;
    const char *channel;
  } rows[] = {
    { "\"$reader\"", TRUE, WEIR_DIRECTION_READ, "in" },
    { "\"$writer\"", TRUE, WEIR_DIRECTION_WRITE, "out" },
    { "\"$reader2\"", TRUE, WEIR_DIRECTION_READ, "in2" },
    { "\"$writer:parts_1-x\"", TRUE, WEIR_DIRECTION_WRITE, "parts_1-x" },
    { "\"$reader:\"", FALSE, 0, NULL },
    { "\"$reader: x\"", FALSE, 0, NULL },
    { "\"$reader:abcdefghijklmnopqrstuvwxyz0123456\"", FALSE, 0, NULL },
    { "\"$readers\"", FALSE, 0, NULL },
    { "\"$reader123\"", FALSE, 0, NULL },
    { "\"\\u0024reader\"", FALSE, 0, NULL },
    { "\"$READER\"", FALSE, 0, NULL },
    { "\"$reader", FALSE, 0, NULL },
    { "\"\"", FALSE, 0, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *channel = NULL;
      WeirDirection direction;

      say_escaped (rows[i].literal);
      g_assert_cmpint (weir_placeholder_parse (WEIR_SPAN (rows[i].literal), &direction, &channel), ==, rows[i].is_one);
      if (!rows[i].is_one)
        continue;
      g_assert_cmpint (direction, ==, rows[i].direction);
      g_assert_cmpstr (channel, ==, rows[i].channel);
    }
}

/* Keys are no placeholders, and two that name the same are of one channel. */
static void
test_channels (void)
{
  const char *text = "{\"$reader\":\"$writer:x\",\"a\":[\"$reader:x\",\"$reader\",{\"b\":\"$reader\"}]}";
  g_autoptr (GPtrArray) channels = weir_payload_list_channels (WEIR_SPAN (text));
  const WeirPayloadChannel *first, *second;

  g_assert_cmpuint (channels->len, ==, 2);
  first = channels->pdata[0];
  second = channels->pdata[1];
  g_assert_cmpstr (first->name, ==, "x");
  g_assert_true (first->gives_reader && first->gives_writer);
  g_assert_cmpstr (second->name, ==, "in");
  g_assert_true (second->gives_reader && !second->gives_writer);
}

static const WeirRef *
only_in (const WeirPlaceholder *placeholder, gpointer user_data)
{
  return g_str_equal (placeholder->channel, "in") ? user_data : NULL;
}

/* Everything else stays as it is, to the byte. */
static void
test_splice (void)
{
  static const struct
  {
    const char *text;
    const char *expected; /* R: the ref */
  } rows[] = {
    { "\"$reader\"", "R" },
    { " [ \"$reader\" ,\n1.10, 1e400, 12345678901234567890]\t", " [ R ,\n1.10, 1e400, 12345678901234567890]\t" },
    { "{\"b\":1,\"a\":2,\"b\":\"$reader\",\"\\u0000\":\"\\ud800\"}",
      "{\"b\":1,\"a\":2,\"b\":R,\"\\u0000\":\"\\ud800\"}" },
    { "[\"$reader\",\"$reader\",\"$writer\"]", "[R,R,\"$writer\"]" },
    { "[\"x\\\"$reader\\\"\"]", "[\"x\\\"$reader\\\"\"]" },
    { "{\"$reader\":1}", "{\"$reader\":1}" },
    { "0.1", "0.1" },
  };
  WeirRef ref = { (char *) "id", (char *) "key", WEIR_DIRECTION_READ };
  g_autoptr (GString) ref_text = g_string_new (NULL);

  weir_ref_append (ref_text, &ref);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GString) spliced = weir_payload_splice (WEIR_SPAN (rows[i].text), only_in, &ref);
      GString *expected = g_string_new (rows[i].expected);
      g_autofree char *text = NULL;

      g_string_replace (expected, "R", ref_text->str, 0);
      text = g_string_free (expected, FALSE);
      g_assert_cmpstr (spliced->str, ==, text);
    }
}

static void
test_payload (void)
{
  g_autofree char *deep = g_strnfill (129, '[');
  static const struct
  {
    const char *text;
    gsize offset;
  } rows[] = {
    { "", 0 }, { "{", 1 }, { "{\"a\":}", 5 }, { "[1,]", 3 }, { "1 2", 2 }, { "\"\xff\"", 1 }, { "{'a':1}", 1 },
  };
  g_autofree char *large = g_strnfill (WEIR_PAYLOAD_MAX_SIZE + 1, ' ');
  g_autoptr (GError) too_deep = NULL, too_large = NULL;
  const char *wrong;
  gsize offset;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      say_escaped (rows[i].text);
      g_assert_false (weir_payload_check (WEIR_SPAN (rows[i].text), &offset, &wrong, &error));
      g_assert_cmpuint (offset, ==, rows[i].offset);
      g_assert_true (g_str_has_suffix (error->message, wrong)); /* for who shows the place in a way of his own */
    }
  g_assert_false (weir_payload_check (WEIR_SPAN (large), &offset, &wrong, &too_large));
  g_assert_null (wrong); /* at no place */
  g_assert_false (weir_payload_check (WEIR_SPAN (deep), &offset, NULL, &too_deep));
  g_assert_cmpuint (offset, ==, 128);
  g_assert_true (weir_payload_check (WEIR_SPAN ("{\"a\":[1, null]}"), NULL, NULL, NULL));
}

/* --- with an engine --- */

typedef struct
{
  EngineProgram *engine;
  RawPeer *executor; /* its messages are seen as they are on the wire */
  WeirWorker *worker;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *url = NULL;

  fixture->engine = engine_program_start (NULL);
  fixture->executor = worker_connect (fixture->engine, NULL, NULL);
  worker_register (fixture->executor, "echo::f");
  url = g_strdup_printf ("ws://127.0.0.1:%u", fixture->engine->port);
  fixture->worker = weir_worker_new (url, "caller");
  weir_worker_start (fixture->worker);
  WAIT_FOR (weir_worker_get_state (fixture->worker) == WEIR_WORKER_CONNECTED);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  weir_worker_stop (fixture->worker);
  g_object_unref (fixture->worker);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  raw_peer_free (fixture->executor);
  engine_program_stop (fixture->engine);
}

static WeirCall *
start (Fixture *fixture, const char *payload, guint timeout_ms, gboolean is_void)
{
  g_autoptr (GError) error = NULL;
  WeirCall *call = weir_call_new ("echo::f", payload, timeout_ms, is_void, &error);

  g_assert_no_error (error);
  weir_call_start (call, fixture->worker);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  return call;
}

static void
answer (Fixture *fixture, const char *invocation, const char *member, const char *value)
{
  g_autofree char *id = message_dup_span (invocation, "invocation_id");
  g_autofree char *message = g_strdup_printf (
      "{\"type\":\"invocationresult\",\"function_id\":\"echo::f\",\"invocation_id\":%s,\"%s\":%s}", id, member, value);

  raw_peer_send_text (fixture->executor, message);
}

static void
assert_answer (WeirCall *call, const char *expected)
{
  g_autofree char *text = NULL;

  WAIT_FOR (weir_call_get_state (call) != WEIR_CALL_RUNNING);
  g_assert_cmpint (weir_call_get_state (call), ==, WEIR_CALL_ANSWERED);
  text = weir_span_dup ((WeirSpan){ g_bytes_get_data (weir_call_get_answer (call), NULL),
                                    g_bytes_get_size (weir_call_get_answer (call)) });
  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpint (weir_call_get_duration_us (call), >, 0);
}

/* Numbers, the order of keys and what is there twice: there and back as it was typed. */
static void
test_verbatim (Fixture *fixture, gconstpointer data)
{
  static const char *const payloads[] = { "[0.1,1.10,1e400,12345678901234567890,-0]", "\"\\u0000\\ud800\"",
                                          "[ 1,\n\t2 ]", "null" };

  for (guint i = 0; i < G_N_ELEMENTS (payloads); i++)
    {
      g_autoptr (WeirCall) call = start (fixture, payloads[i], 0, FALSE);
      g_autofree char *invocation = raw_peer_next_text (fixture->executor);
      g_autofree char *came = message_dup_span (invocation, "data");

      g_assert_cmpstr (came, ==, payloads[i]);
      answer (fixture, invocation, "result", payloads[i]);
      assert_answer (call, payloads[i]);
    }
}

static void
test_refs (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirCall) call =
      weir_call_new ("echo::f", "{\"b\":1.0,\"b\":\"$reader:x\",\"a\":\"$writer\"}", 0, FALSE, &error);
  WeirRef reader = { (char *) "c1", (char *) "k1", WEIR_DIRECTION_READ };
  WeirRef writer = { (char *) "c2", (char *) "k2", WEIR_DIRECTION_WRITE };
  g_autofree char *invocation = NULL, *came = NULL;

  g_assert_cmpuint (weir_call_get_channels (call)->len, ==, 2);
  weir_call_set_ref (call, "x", &reader);
  g_assert_false (weir_call_has_refs (call));
  weir_call_set_ref (call, "out", &writer);
  g_assert_true (weir_call_has_refs (call));
  weir_call_start (call, fixture->worker);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  invocation = raw_peer_next_text (fixture->executor);
  came = message_dup_span (invocation, "data");
  g_assert_true (g_str_has_prefix (
      came,
      "{\"b\":1.0,\"b\":{\"channel_id\":\"c1\",\"access_key\":\"k1\",\"direction\":\"read\"},\"a\":{\"channel_id\":"
      "\"c2\",\"access_key\":\"k2\",\"direction\":\"write\"}"));
  answer (fixture, invocation, "result", "true");
  assert_answer (call, "true");
}

static void
test_missing_ref (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirCall) call = start (fixture, "\"$reader:x\"", 0, FALSE);

  g_assert_cmpint (weir_call_get_state (call), ==, WEIR_CALL_FAILED);
  g_assert_nonnull (strstr (weir_call_get_error (call)->message, "“x”"));
}

static void
test_error (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirCall) call = start (fixture, "{}", 0, FALSE);
  g_autofree char *invocation = raw_peer_next_text (fixture->executor);

  answer (fixture, invocation, "error", "{\"code\":\"NO_FILE\",\"message\":\"There is none\"}");
  WAIT_FOR (weir_call_get_state (call) == WEIR_CALL_FAILED);
  g_assert_cmpstr (weir_worker_error_get_code (weir_call_get_error (call)), ==, "NO_FILE");
}

static void
test_timeout (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirCall) call = start (fixture, "{}", 50, FALSE);

  WAIT_FOR (weir_call_get_state (call) == WEIR_CALL_FAILED);
  g_assert_error (weir_call_get_error (call), WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_TIMED_OUT);
}

static void
count_cb (guint *n)
{
  (*n)++;
}

static char *
dup_lines (WeirRun *run)
{
  GString *lines = g_string_new (NULL);

  weir_run_flush (run);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (run)); i++)
    {
      g_autoptr (WeirTravel) line = g_list_model_get_item (G_LIST_MODEL (run), i);
      gsize len;
      const guint8 *data = weir_travel_get_data (line, &len);

      g_string_append_len (lines, (const char *) data, (gssize) len);
      g_string_append_c (lines, '\n');
    }
  return g_string_free (lines, FALSE);
}

/* What comes of a call after nobody waited for it any more is told, and what travelled has it. */
static void
test_late (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *member, *value;
    WeirCallState state;
    const char *line;
  } rows[] = {
    { "result", "{\"n\":1.50}", WEIR_CALL_ANSWERED, "{\"n\":1.50}" },
    { "error", "{\"code\":\"NO_FILE\",\"message\":\"There is none\"}", WEIR_CALL_FAILED, "There is none" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (WeirCall) call = start (fixture, "{}", 50, FALSE);
      g_autofree char *invocation = raw_peer_next_text (fixture->executor), *lines = NULL;
      g_autoptr (WeirRun) run = weir_run_new ();
      const char *came;

      weir_run_follow_call (run, call);
      WAIT_FOR (weir_call_get_state (call) == WEIR_CALL_FAILED);
      g_assert_true (weir_call_awaits_late (call));
      g_assert_false (weir_call_is_late (call));
      weir_call_abandon (call); /* as by the next one: it is over for who waited */
      answer (fixture, invocation, rows[i].member, rows[i].value);
      WAIT_FOR (weir_call_is_late (call));
      g_assert_false (weir_call_awaits_late (call));
      g_assert_cmpint (weir_call_get_state (call), ==, rows[i].state);
      g_assert_cmpint (weir_call_get_answer (call) != NULL, ==, rows[i].state == WEIR_CALL_ANSWERED);
      g_assert_cmpint (weir_call_get_error (call) == NULL, ==, rows[i].state == WEIR_CALL_ANSWERED);
      g_assert_cmpint (weir_call_get_duration_us (call), >=, 50000);
      lines = dup_lines (run);
      came = strstr (lines, "later than it was waited for:\n");
      g_assert_nonnull (came);
      g_assert_nonnull (strstr (came, rows[i].line));
    }
}

/* The connection is over: no answer can come. */
static void
test_late_lost (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirCall) call = start (fixture, "{}", 50, FALSE);
  guint n_changes = 0, n_unawaited = 0;

  WAIT_FOR (weir_call_get_state (call) == WEIR_CALL_FAILED);
  g_signal_connect_swapped (call, "changed", G_CALLBACK (count_cb), &n_changes);
  g_signal_connect_swapped (call, "unawaited", G_CALLBACK (count_cb), &n_unawaited);
  weir_worker_stop (fixture->worker);
  WAIT_FOR (n_unawaited > 0);
  g_assert_false (weir_call_awaits_late (call));
  g_assert_error (weir_call_get_error (call), WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_TIMED_OUT);
  g_assert_cmpuint (n_changes, ==, 0);
}

static void
test_void (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirCall) call = start (fixture, "{\"n\":1.50}", 0, TRUE);
  g_autofree char *invocation = raw_peer_next_text (fixture->executor);

  g_assert_cmpint (weir_call_get_state (call), ==, WEIR_CALL_SENT);
  g_assert_nonnull (strstr (invocation, "{\"n\":1.50"));
}

/* What travelled has one call, whether its answer is waited for or not. */
static void
test_void_travels (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirCall) call = weir_call_new ("a::b", "{}", 0, TRUE, NULL);
  g_autoptr (WeirRun) run = weir_run_new ();
  guint n_calls = 0;

  weir_run_follow_call (run, call);
  weir_call_start (call, fixture->worker);
  g_assert_cmpint (weir_call_get_state (call), ==, WEIR_CALL_SENT);
  weir_run_flush (run);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (run)); i++)
    {
      g_autoptr (WeirTravel) line = g_list_model_get_item (G_LIST_MODEL (run), i);

      n_calls += weir_travel_get_kind (line) == WEIR_TRAVEL_CALL;
    }
  g_assert_cmpuint (n_calls, ==, 1);
}

static void
test_abandon (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirCall) call = start (fixture, "{}", 0, FALSE);
  g_autofree char *invocation = raw_peer_next_text (fixture->executor);

  weir_call_abandon (call);
  g_assert_cmpint (weir_call_get_state (call), ==, WEIR_CALL_ABANDONED);
  answer (fixture, invocation, "result", "1");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpint (weir_call_get_state (call), ==, WEIR_CALL_ABANDONED);
}

/* What was never made is not given up: it would be told as a call of 1970. */
static void
test_abandon_unmade (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirCall) call = weir_call_new ("files::read", "{}", 0, FALSE, NULL);
  guint n_changes = 0;

  g_signal_connect_swapped (call, "changed", G_CALLBACK (count_cb), &n_changes);
  weir_call_abandon (call);
  g_assert_cmpint (weir_call_get_state (call), ==, WEIR_CALL_READY);
  g_assert_cmpuint (n_changes, ==, 0);
}

#define ADD(path, func) g_test_add ("/send/call/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/send/call/placeholder", test_placeholder);
  g_test_add_func ("/send/call/channels", test_channels);
  g_test_add_func ("/send/call/splice", test_splice);
  g_test_add_func ("/send/call/payload", test_payload);
  ADD ("verbatim", test_verbatim);
  ADD ("refs", test_refs);
  ADD ("missing-ref", test_missing_ref);
  ADD ("error", test_error);
  ADD ("timeout", test_timeout);
  ADD ("late", test_late);
  ADD ("late-lost", test_late_lost);
  ADD ("void", test_void);
  ADD ("void-travels", test_void_travels);
  ADD ("abandon", test_abandon);
  ADD ("abandon-unmade", test_abandon_unmade);
  return g_test_run ();
}
