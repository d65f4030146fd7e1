/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-envelope.h"

#include <string.h>

#define UUID "f64c3a1a-913e-4979-bad1-bcd190bd6124"

static void
assert_span (WeirSpan span, const char *expected)
{
  g_autofree char *text = span.text != NULL ? g_strndup (span.text, span.len) : NULL;

  g_assert_cmpstr (text, ==, expected);
}

static void
parse (WeirEnvelope *envelope, const char *text)
{
  g_autoptr (GError) error = NULL;

  weir_envelope_parse (envelope, WEIR_SPAN (text), &error);
  if (error != NULL)
    g_error ("%s: %s", text, error->message);
}

/* The least that each type needs, and one member of it. */
static const struct
{
  const char *text;
  WeirEnvelopeType type;
  const char *required[4];
} types[] = {
  { "{\"type\":\"registerfunction\",\"id\":\"a\"}", WEIR_ENVELOPE_REGISTER_FUNCTION, { "id" } },
  { "{\"type\":\"unregisterfunction\",\"id\":\"a\"}", WEIR_ENVELOPE_UNREGISTER_FUNCTION, { "id" } },
  { "{\"type\":\"invokefunction\",\"function_id\":\"a\"}", WEIR_ENVELOPE_INVOKE_FUNCTION, { "function_id" } },
  { "{\"type\":\"invocationresult\",\"invocation_id\":\"" UUID "\",\"function_id\":\"a\"}",
    WEIR_ENVELOPE_INVOCATION_RESULT,
    { "invocation_id", "function_id" } },
  { "{\"type\":\"registertrigger\",\"id\":\"a\",\"trigger_type\":\"b\",\"function_id\":\"c\"}",
    WEIR_ENVELOPE_REGISTER_TRIGGER,
    { "id", "trigger_type", "function_id" } },
  { "{\"type\":\"unregistertrigger\",\"id\":\"a\"}", WEIR_ENVELOPE_UNREGISTER_TRIGGER, { "id" } },
  { "{\"type\":\"registertriggertype\",\"id\":\"a\",\"description\":\"b\"}",
    WEIR_ENVELOPE_REGISTER_TRIGGER_TYPE,
    { "id", "description" } },
  { "{\"type\":\"triggerregistrationresult\",\"id\":\"a\",\"trigger_type\":\"b\",\"function_id\":\"c\"}",
    WEIR_ENVELOPE_TRIGGER_REGISTRATION_RESULT,
    { "id", "trigger_type", "function_id" } },
  { "{\"type\":\"registerservice\",\"id\":\"a\"}", WEIR_ENVELOPE_REGISTER_SERVICE, { "id" } },
  { "{\"type\":\"reattach\",\"previous_worker_id\":\"a\"}", WEIR_ENVELOPE_REATTACH, { "previous_worker_id" } },
  { "{\"type\":\"workerregistered\",\"worker_id\":\"a\"}", WEIR_ENVELOPE_WORKER_REGISTERED, { "worker_id" } },
  { "{\"type\":\"registrationrejected\",\"code\":\"a\"}", WEIR_ENVELOPE_REGISTRATION_REJECTED, { "code" } },
  { "{\"type\":\"ping\"}", WEIR_ENVELOPE_PING, { NULL } },
  { "{\"type\":\"pong\"}", WEIR_ENVELOPE_PONG, { NULL } },
  { "{\"type\":\"error\",\"error\":{}}", WEIR_ENVELOPE_ERROR, { "error" } },
  { "{\"type\":\"unregistertriggertype\",\"id\":\"a\"}", WEIR_ENVELOPE_UNKNOWN, { NULL } },
  { "{\"type\":\"\"}", WEIR_ENVELOPE_UNKNOWN, { NULL } },
};

static void
test_types (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      WeirEnvelope envelope;

      parse (&envelope, types[i].text);
      g_assert_cmpint (envelope.type, ==, types[i].type);
      assert_span (envelope.text, types[i].text);
    }
}

/* Without a member that must be there, or with null in its place, the error names it. */
static void
test_required (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    for (guint m = 0; m < G_N_ELEMENTS (types[i].required) && types[i].required[m] != NULL; m++)
      {
        g_autofree char *quoted = g_strdup_printf ("\"%s\":", types[i].required[m]);
        g_autofree char *other = g_strdup_printf ("\"x_%s\":", types[i].required[m]);
        g_auto (GStrv) parts = g_strsplit (types[i].text, quoted, 2);
        g_autofree char *without = g_strjoinv (other, parts);
        g_autofree char *with_null = g_strdup_printf ("%.*s,%snull}", (int) strlen (without) - 1, without, quoted);
        const char *texts[] = { without, with_null };

        for (guint t = 0; t < G_N_ELEMENTS (texts); t++)
          {
            g_autoptr (GError) error = NULL;
            WeirEnvelope envelope;

            g_assert_false (weir_envelope_parse (&envelope, WEIR_SPAN (texts[t]), &error));
            g_assert_error (error, WEIR_JSON_ERROR, WEIR_JSON_ERROR_MISSING);
            g_assert_nonnull (strstr (error->message, types[i].required[m]));
          }
      }
}

static void
test_members (void)
{
  WeirEnvelope envelope;

  parse (&envelope,
         " { \"type\" : \"invokefunction\" , \"invocation_id\" : \"" UUID
         "\", \"function_id\":\"a::b\",\"data\" : {\"a\": [1 ] } ,"
         "\"traceparent\":\"t\",\"baggage\":\"b\",\"metadata\":{\"m\":1},\"namespace\":\"n\",\"unknown\":[1],"
         "\"message_type\":\"x\",\"action\":{\"type\":\"void\"}}\n");
  assert_span (envelope.invocation_id, "\"" UUID "\"");
  assert_span (envelope.function_id, "\"a::b\"");
  assert_span (envelope.data, "{\"a\": [1 ] }");
  assert_span (envelope.traceparent, "\"t\"");
  assert_span (envelope.baggage, "\"b\"");
  assert_span (envelope.metadata, "{\"m\":1}");
  assert_span (envelope.namespace_, "\"n\"");
  assert_span (envelope.action, "{\"type\":\"void\"}");
  assert_span (envelope.result, NULL);
  g_assert_true (weir_envelope_is_void (&envelope));

  parse (
      &envelope,
      "{\"type\":\"registerfunction\",\"id\":\"f\",\"description\":\"d\",\"request_format\":{},\"response_format\":[],"
      "\"invocation\":{\"url\":\"u\"},\"metadata\":null}");
  assert_span (envelope.id, "\"f\"");
  assert_span (envelope.description, "\"d\"");
  assert_span (envelope.request_format, "{}");
  assert_span (envelope.response_format, "[]");
  assert_span (envelope.invocation, "{\"url\":\"u\"}");
  assert_span (envelope.metadata, NULL);

  parse (&envelope,
         "{\"type\":\"invocationresult\",\"invocation_id\":\"" UUID "\",\"function_id\":\"f\",\"result\":null,"
         "\"error\":{\"code\":\"c\"}}");
  assert_span (envelope.result, NULL);
  assert_span (envelope.error, "{\"code\":\"c\"}");

  parse (&envelope,
         "{\"type\":\"registertrigger\",\"id\":\"i\",\"trigger_type\":\"t\",\"function_id\":\"f\",\"config\":0.1}");
  assert_span (envelope.trigger_type, "\"t\"");
  assert_span (envelope.config, "0.1");

  parse (&envelope, "{\"type\":\"workerregistered\",\"worker_id\":\"w\",\"reattach_token\":\"r\"}");
  assert_span (envelope.worker_id, "\"w\"");
  assert_span (envelope.reattach_token, "\"r\"");
}

static void
test_escapes (void)
{
  WeirEnvelope envelope;

  parse (&envelope, "{\"\\u0074ype\":\"invoke\\u0066unction\",\"function\\u005fid\":\"a\",\"invocation_id\":"
                    "\"\\u006664c3a1a-913e-4979-bad1-bcd190bd6124\"}");
  g_assert_cmpint (envelope.type, ==, WEIR_ENVELOPE_INVOKE_FUNCTION);
  assert_span (envelope.function_id, "\"a\"");
  assert_span (envelope.invocation_id, "\"\\u006664c3a1a-913e-4979-bad1-bcd190bd6124\"");
}

static void
test_void (void)
{
  static const struct
  {
    const char *action;
    gboolean is_void;
  } rows[] = {
    { "{\"type\":\"void\"}", TRUE },
    { "{\"x\":1,\"type\":\"\\u0076oid\"}", TRUE },
    { "{\"type\":\"enqueue\"}", FALSE },
    { "null", FALSE },
    { "\"void\"", FALSE },
    { "[]", FALSE },
    { "{\"type\":1}", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text =
          g_strdup_printf ("{\"type\":\"invokefunction\",\"function_id\":\"f\",\"action\":%s}", rows[i].action);
      WeirEnvelope envelope;

      parse (&envelope, text);
      g_assert_cmpint (weir_envelope_is_void (&envelope), ==, rows[i].is_void);
    }
}

static void
test_broken (void)
{
  static const struct
  {
    const char *text;
    int code; /* WeirJsonError, as a GError has it */
    const char *names;
  } rows[] = {
    { "", WEIR_JSON_ERROR_SYNTAX, "object" },
    { "[]", WEIR_JSON_ERROR_SYNTAX, "object" },
    { "\"ping\"", WEIR_JSON_ERROR_SYNTAX, "object" },
    { "{", WEIR_JSON_ERROR_SYNTAX, "" },
    { "{}", WEIR_JSON_ERROR_MISSING, "type" },
    { "{\"type\":null}", WEIR_JSON_ERROR_TYPE, "type" },
    { "{\"type\":1}", WEIR_JSON_ERROR_TYPE, "type" },
    { "{\"type\":{\"type\":\"ping\"}}", WEIR_JSON_ERROR_TYPE, "type" },
    { "{\"type\":\"ping\"} x", WEIR_JSON_ERROR_SYNTAX, "" },
    { "{\"type\":\"ping\"}{}", WEIR_JSON_ERROR_SYNTAX, "" },
    { "{\"type\":\"ping\",}", WEIR_JSON_ERROR_SYNTAX, "" },
    { "{\"type\":\"ping\" \"a\":1}", WEIR_JSON_ERROR_SYNTAX, "" },
    { "{\"type\":\"ping\",\"a\":[1,]}", WEIR_JSON_ERROR_SYNTAX, "" },
    { "{\"type\":\"invokefunction\",\"function_id\":7}", WEIR_JSON_ERROR_TYPE, "function_id" },
    { "{\"type\":\"invokefunction\",\"function_id\":\"f\",\"invocation_id\":7}", WEIR_JSON_ERROR_TYPE,
      "invocation_id" },
    { "{\"type\":\"invokefunction\",\"function_id\":\"f\",\"invocation_id\":\"7\"}", WEIR_JSON_ERROR_TYPE, "UUID" },
    { "{\"type\":\"invokefunction\",\"function_id\":\"f\",\"traceparent\":{}}", WEIR_JSON_ERROR_TYPE, "traceparent" },
    { "{\"type\":\"invocationresult\",\"function_id\":\"f\",\"invocation_id\":\"\"}", WEIR_JSON_ERROR_TYPE, "UUID" },
    { "{\"type\":\"registerfunction\",\"id\":\"f\",\"description\":[]}", WEIR_JSON_ERROR_TYPE, "description" },
    { "{\"type\":\"unregistertrigger\",\"id\":\"f\",\"trigger_type\":false}", WEIR_JSON_ERROR_TYPE, "trigger_type" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      WeirEnvelope envelope;

      g_assert_false (weir_envelope_parse (&envelope, WEIR_SPAN (rows[i].text), &error));
      g_assert_error (error, WEIR_JSON_ERROR, rows[i].code);
      g_assert_nonnull (strstr (error->message, rows[i].names));
    }
}

/* A member that a type does not have may be anything, and is then not there. */
static void
test_foreign_members (void)
{
  WeirEnvelope envelope;

  parse (&envelope, "{\"type\":\"ping\",\"id\":7,\"invocation_id\":\"x\",\"code\":\"c\"}");
  assert_span (envelope.id, NULL);
  assert_span (envelope.code, "\"c\"");
  parse (&envelope, "{\"type\":\"of-the-future\",\"id\":[],\"data\":{}}");
  g_assert_cmpint (envelope.type, ==, WEIR_ENVELOPE_UNKNOWN);
  assert_span (envelope.id, NULL);
}

static void
test_uuid (void)
{
  static const struct
  {
    const char *id;
    gboolean is_uuid;
  } rows[] = {
    { UUID, TRUE },
    { "F64C3A1A-913E-4979-BAD1-BCD190BD6124", TRUE },
    { "f64c3a1a913e4979bad1bcd190bd6124", TRUE },
    { "00000000-0000-0000-0000-000000000000", TRUE },
    { "f64c3a1a-913e-4979-bad1-bcd190bd612", FALSE },
    { "f64c3a1a-913e-4979-bad1-bcd190bd61245", FALSE },
    { "f64c3a1a-913e-4979-bad1bcd190bd6124", FALSE },
    { "f64c3a1a--913e4979-bad1-bcd190bd6124", FALSE },
    { "-f64c3a1a913e-4979-bad1-bcd190bd6124", FALSE },
    { "f64c3a1a-913e-4979-bad1-bcd190bd6124-", FALSE },
    { "g64c3a1a-913e-4979-bad1-bcd190bd6124", FALSE },
    { "", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text =
          g_strdup_printf ("{\"type\":\"invokefunction\",\"function_id\":\"f\",\"invocation_id\":\"%s\"}", rows[i].id);
      WeirEnvelope envelope;

      g_assert_cmpint (weir_envelope_parse (&envelope, WEIR_SPAN (text), NULL), ==, rows[i].is_uuid);
    }
}

static void
append_nested (GString *text, guint depth)
{
  for (guint i = 0; i < depth; i++)
    g_string_append (text, "[");
  for (guint i = 0; i < depth; i++)
    g_string_append (text, "]");
}

static void
test_depth (void)
{
  for (guint depth = WEIR_JSON_MAX_DEPTH; depth <= WEIR_JSON_MAX_DEPTH + 1; depth++)
    {
      g_autoptr (GString) text = g_string_new ("{\"data\":");
      WeirEnvelope envelope;

      append_nested (text, depth);
      g_string_append (text,
                       ",\"type\":\"invokefunction\",\"invocation_id\":\"" UUID "\",\"function_id\":\"a\\\"]::b\","
                       "\"action\":{\"type\":\"void\"}}");
      parse (&envelope, text->str);
      g_assert_cmpint (envelope.too_deep, ==, depth > WEIR_JSON_MAX_DEPTH);
      assert_span (envelope.invocation_id, "\"" UUID "\"");
      assert_span (envelope.function_id, "\"a\\\"]::b\"");
      g_assert_cmpint (weir_envelope_is_void (&envelope), ==, depth <= WEIR_JSON_MAX_DEPTH);
    }
}

/* A value that nests too deep takes the rest if it is never closed; what stood before it is found. */
static void
test_ten_megabytes_of_brackets (void)
{
  g_autoptr (GString) text =
      g_string_new ("{\"type\":\"invokefunction\",\"invocation_id\":\"" UUID "\",\"function_id\":\"f\",\"data\":");
  gsize start = text->len, len = 10 * 1000 * 1000;
  WeirEnvelope envelope;

  g_string_set_size (text, start + len);
  memset (text->str + start, '[', len);
  parse (&envelope, text->str);
  g_assert_true (envelope.too_deep);
  assert_span (envelope.invocation_id, "\"" UUID "\"");

  g_assert_false (weir_envelope_parse (&envelope, (WeirSpan){ text->str + start, len }, NULL));
  memset (text->str + start, '{', len);
  g_assert_false (weir_envelope_parse (&envelope, (WeirSpan){ text->str, text->len }, NULL));
}

static void
test_cut_at_every_byte (void)
{
  const char *text =
      "{\"type\":\"invokefunction\",\"invocation_id\":\"" UUID "\",\"function_id\":\"a::\\u0062\","
      "\"data\":{\"a\":[1.5,{}],\"b\":\"\\ud834\\udd1e\"},\"traceparent\":\"t\",\"action\":{\"type\":\"void\"}}";
  gsize len = strlen (text);

  for (gsize cut = 0; cut < len; cut++)
    {
      g_autofree char *copy = g_memdup2 (text, MAX (cut, 1));
      g_autoptr (GError) error = NULL;
      WeirEnvelope envelope;

      g_assert_false (weir_envelope_parse (&envelope, (WeirSpan){ copy, cut }, &error));
      g_assert_error (error, WEIR_JSON_ERROR, WEIR_JSON_ERROR_SYNTAX);
    }
}

static void
assert_written (GString *message, const char *expected)
{
  WeirEnvelope envelope;

  g_assert_cmpstr (message->str, ==, expected);
  parse (&envelope, message->str); /* what we write, we read */
  g_string_free (message, TRUE);
}

static void
test_write_invoke (void)
{
  WeirInvoke full = { .invocation_id = UUID,
                      .function_id = "a::\"b\"",
                      .data = WEIR_SPAN ("{\"n\":0.1}"),
                      .caller_worker_id = "w1",
                      .traceparent = WEIR_SPAN ("\"t\""),
                      .baggage = WEIR_SPAN ("\"b\""),
                      .metadata = WEIR_SPAN ("{\"m\":1}") };
  WeirInvoke bare = { .function_id = "f", .is_void = TRUE };
  WeirInvoke array = { .function_id = "f", .data = WEIR_SPAN ("[1]"), .caller_worker_id = "w1" };

  assert_written (weir_envelope_write_invoke (&full),
                  "{\"type\":\"invokefunction\",\"invocation_id\":\"" UUID "\",\"function_id\":\"a::\\\"b\\\"\","
                  "\"data\":{\"n\":0.1,\"_caller_worker_id\":\"w1\"},\"traceparent\":\"t\",\"baggage\":\"b\","
                  "\"metadata\":{\"m\":1}}");
  assert_written (weir_envelope_write_invoke (&bare),
                  "{\"type\":\"invokefunction\",\"function_id\":\"f\",\"data\":null,\"action\":{\"type\":\"void\"}}");
  assert_written (weir_envelope_write_invoke (&array),
                  "{\"type\":\"invokefunction\",\"function_id\":\"f\",\"data\":[1]}");
}

static void
test_write_result (void)
{
  WeirSpan none = { NULL, 0 };

  assert_written (weir_envelope_write_result (UUID, "f", WEIR_SPAN ("{\"c\": 5}"), WEIR_SPAN ("\"t\"")),
                  "{\"type\":\"invocationresult\",\"invocation_id\":\"" UUID
                  "\",\"function_id\":\"f\",\"result\":{\"c\": 5},\"traceparent\":\"t\"}");
  assert_written (weir_envelope_write_result (UUID, "f", WEIR_SPAN ("null"), none),
                  "{\"type\":\"invocationresult\",\"invocation_id\":\"" UUID "\",\"function_id\":\"f\"}");
  assert_written (weir_envelope_write_result (UUID, "f", none, none),
                  "{\"type\":\"invocationresult\",\"invocation_id\":\"" UUID "\",\"function_id\":\"f\"}");
  assert_written (weir_envelope_write_error (UUID, "f", "c", "a\nb"),
                  "{\"type\":\"invocationresult\",\"invocation_id\":\"" UUID
                  "\",\"function_id\":\"f\",\"error\":{\"code\":\"c\",\"message\":\"a\\nb\"}}");
  assert_written (weir_envelope_write_error_span (UUID, "f", WEIR_SPAN ("{\"code\":1e400}"), none),
                  "{\"type\":\"invocationresult\",\"invocation_id\":\"" UUID
                  "\",\"function_id\":\"f\",\"error\":{\"code\":1e400}}");
}

static void
test_write_registrations (void)
{
  g_autoptr (JsonNode) format = weir_json_parse (WEIR_SPAN ("{\"type\":\"object\"}"), NULL);
  WeirSpan none = { NULL, 0 };

  assert_written (weir_envelope_write_worker_registered ("w", NULL),
                  "{\"type\":\"workerregistered\",\"worker_id\":\"w\"}");
  assert_written (weir_envelope_write_worker_registered ("w", "r"),
                  "{\"type\":\"workerregistered\",\"worker_id\":\"w\",\"reattach_token\":\"r\"}");
  assert_written (weir_envelope_write_reattach ("w", "r"),
                  "{\"type\":\"reattach\",\"previous_worker_id\":\"w\",\"reattach_token\":\"r\"}");
  assert_written (weir_envelope_write_register_function ("f", NULL, NULL, NULL, NULL),
                  "{\"type\":\"registerfunction\",\"id\":\"f\"}");
  assert_written (
      weir_envelope_write_register_function ("f", "d", format, format, format),
      "{\"type\":\"registerfunction\",\"id\":\"f\",\"description\":\"d\",\"request_format\":{\"type\":\"object\"},"
      "\"response_format\":{\"type\":\"object\"},\"metadata\":{\"type\":\"object\"}}");
  assert_written (weir_envelope_write_unregister_function ("f"), "{\"type\":\"unregisterfunction\",\"id\":\"f\"}");
  assert_written (
      weir_envelope_write_register_trigger ("i", "t", "f", none, none),
      "{\"type\":\"registertrigger\",\"id\":\"i\",\"trigger_type\":\"t\",\"function_id\":\"f\",\"config\":null}");
  assert_written (
      weir_envelope_write_register_trigger ("i", "t", "f", WEIR_SPAN ("{}"), WEIR_SPAN ("[]")),
      "{\"type\":\"registertrigger\",\"id\":\"i\",\"trigger_type\":\"t\",\"function_id\":\"f\",\"config\":{},"
      "\"metadata\":[]}");
  assert_written (weir_envelope_write_unregister_trigger ("i", "t"),
                  "{\"type\":\"unregistertrigger\",\"id\":\"i\",\"trigger_type\":\"t\"}");
  assert_written (weir_envelope_write_trigger_result ("i", "t", "f", NULL, NULL),
                  "{\"type\":\"triggerregistrationresult\",\"id\":\"i\",\"trigger_type\":\"t\",\"function_id\":\"f\"}");
  assert_written (weir_envelope_write_trigger_result ("i", "t", "f", "c", "m"),
                  "{\"type\":\"triggerregistrationresult\",\"id\":\"i\",\"trigger_type\":\"t\",\"function_id\":\"f\","
                  "\"error\":{\"code\":\"c\",\"message\":\"m\"}}");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/envelope/types", test_types);
  g_test_add_func ("/protocol/envelope/required", test_required);
  g_test_add_func ("/protocol/envelope/members", test_members);
  g_test_add_func ("/protocol/envelope/escapes", test_escapes);
  g_test_add_func ("/protocol/envelope/void", test_void);
  g_test_add_func ("/protocol/envelope/broken", test_broken);
  g_test_add_func ("/protocol/envelope/foreign-members", test_foreign_members);
  g_test_add_func ("/protocol/envelope/uuid", test_uuid);
  g_test_add_func ("/protocol/envelope/depth", test_depth);
  g_test_add_func ("/protocol/envelope/ten-megabytes-of-brackets", test_ten_megabytes_of_brackets);
  g_test_add_func ("/protocol/envelope/cut-at-every-byte", test_cut_at_every_byte);
  g_test_add_func ("/protocol/envelope/write-invoke", test_write_invoke);
  g_test_add_func ("/protocol/envelope/write-result", test_write_result);
  g_test_add_func ("/protocol/envelope/write-registrations", test_write_registrations);
  return g_test_run ();
}
