/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <time.h>

#include "weir-schema.h"

/* Schemas: what a template is made of them, and what they say of a payload. */

#define REF                                                                                                            \
  "{\"type\":\"object\",\"required\":[\"channel_id\",\"access_key\",\"direction\"],\"properties\":{"                   \
  "\"channel_id\":{\"type\":\"string\"},\"access_key\":{\"type\":\"string\"},\"direction\":{\"enum\":[%s]}}}"

/* --- templates --- */

static void
assert_template (const char *schema_text, const char *expected)
{
  g_autoptr (WeirSchema) schema = weir_schema_new (WEIR_SPAN (schema_text));
  g_autofree char *template = weir_schema_make_template (schema);
  g_autofree char *flat = NULL;
  g_autoptr (WeirSchemaProblem) problem = NULL;
  GString *text = g_string_new (template);

  g_string_replace (text, "\n", "", 0);
  g_string_replace (text, " ", "", 0);
  flat = g_string_free (text, FALSE);
  g_test_message ("%s", schema_text);
  g_assert_cmpstr (flat, ==, expected);
  g_assert_true (weir_json_check (WEIR_SPAN (template), WEIR_JSON_MAX_DEPTH, NULL));
  weir_schema_check (schema, WEIR_SPAN (template), &problem);
  if (problem != NULL)
    g_test_message ("%s %s", problem->path, problem->message);
  g_assert_null (problem);
}

static void
test_template (void)
{
  static const struct
  {
    const char *schema;
    const char *template;
  } rows[] = {
    { "true", "{}" },
    { "{}", "{}" },
    { "{\"type\":\"object\"}", "{}" },
    { "{\"type\":\"string\"}", "\"\"" },
    { "{\"type\":[\"null\",\"string\"]}", "\"\"" },
    { "{\"properties\":{\"a\":{\"type\":\"integer\"},\"b\":{\"type\":\"boolean\"}}}", "{\"a\":0,\"b\":false}" },
    { "{\"properties\":{\"a\":{\"type\":\"number\",\"minimum\":0.10}}}", "{\"a\":0.10}" },
    { "{\"properties\":{\"a\":{\"enum\":[\"x\",\"y\"]},\"b\":{\"const\":7},\"c\":{\"default\":[1]}}}",
      "{\"a\":\"x\",\"b\":7,\"c\":[1]}" },
    { "{\"properties\":{\"a\":{\"type\":\"string\",\"examples\":[\"report.csv\"]}}}", "{\"a\":\"report.csv\"}" },
    { "{\"properties\":{\"a\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}}", "{\"a\":[\"\"]}" },
    { "{\"properties\":{\"a\":{\"type\":\"array\",\"items\":{\"type\":\"number\"},\"minItems\":2}}}", "{\"a\":[0,0]}" },
    { "{\"properties\":{\"a\":{\"type\":\"string\",\"minLength\":3}}}", "{\"a\":\"xxx\"}" },
    { "{\"properties\":{\"a\":{\"anyOf\":[{\"type\":\"null\"},{\"type\":\"string\"}]}}}", "{\"a\":\"\"}" },
    { "{\"properties\":{\"a\":{\"oneOf\":[{\"type\":\"number\"},{\"type\":\"string\"}]}}}", "{\"a\":0}" },
    { "{\"allOf\":[{\"properties\":{\"a\":{\"type\":\"null\"}}},{\"properties\":{\"b\":{\"type\":\"string\"}}}]}",
      "{\"a\":null,\"b\":\"\"}" },
    { "{\"properties\":{\"a\":{\"$ref\":\"#/$defs/n/x~1y\"}},\"$defs\":{\"n\":{\"x/y\":{\"type\":\"integer\"}}}}",
      "{\"a\":0}" },
    { "{\"properties\":{\"a\":{\"$ref\":\"http://example.com/a\"}}}", "{\"a\":null}" },
    { "{\"properties\":{\"a\":{\"$ref\":\"#/properties/a\"}}}", "{\"a\":null}" },
    { "{\"properties\":{\"reader\":{\"type\":\"object\"},\"count\":{\"type\":\"integer\"}}}",
      "{\"reader\":\"$reader\",\"count\":0}" },
    { "{\"properties\":{\"input\":{\"properties\":{\"reader\":{}}},\"output\":{\"properties\":{\"writer\":{}}}}}",
      "{\"input\":{\"reader\":\"$reader\"},\"output\":{\"writer\":\"$writer\"}}" },
    { "{\"properties\":{\"readers\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}}", "{\"readers\":[\"\"]}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_template (rows[i].schema, rows[i].template);
}

static void
test_template_refs (void)
{
  g_autofree char *schema =
      g_strdup_printf ("{\"properties\":{\"a\":" REF ",\"b\":" REF ",\"c\":" REF ",\"output\":" REF "}}", "\"read\"",
                       "\"write\"", "\"read\"", "\"read\",\"write\"");

  assert_template (schema, "{\"a\":\"$reader\",\"b\":\"$writer\",\"c\":\"$reader2\",\"output\":\"$writer2\"}");
}

/* However a schema refers to itself, the template ends. */
static void
test_template_bounds (void)
{
  g_autoptr (GString) wide = g_string_new ("{\"properties\":{");
  g_autoptr (WeirSchema) loop = weir_schema_new (
      WEIR_SPAN ("{\"type\":\"object\",\"required\":[\"a\",\"b\"],\"properties\":{\"a\":{\"$ref\":\"#\"},"
                 "\"b\":{\"type\":\"array\",\"items\":{\"$ref\":\"#\"}}}}"));
  g_autoptr (WeirSchema) many = NULL;
  g_autofree char *loop_template = weir_schema_make_template (loop);
  g_autofree char *many_template = NULL;

  g_assert_true (weir_json_check (WEIR_SPAN (loop_template), WEIR_JSON_MAX_DEPTH, NULL));
  g_assert_cmpuint (strlen (loop_template), <, 256 * 1024);
  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (wide, "%s\"p%u\":{\"type\":\"string\"}", i > 0 ? "," : "", i);
  g_string_append (wide, "}}");
  many = weir_schema_new ((WeirSpan){ wide->str, wide->len });
  many_template = weir_schema_make_template (many);
  g_assert_true (weir_json_check (WEIR_SPAN (many_template), WEIR_JSON_MAX_DEPTH, NULL));
  g_assert_cmpuint (strlen (many_template), <, 64 * 1024);
}

static void
test_no_schema (void)
{
  g_assert_null (weir_schema_new (WEIR_SPAN ("{")));
  g_assert_null (weir_schema_new (WEIR_SPAN ("[]")));
  g_assert_null (weir_schema_new (WEIR_SPAN ("null")));
  g_assert_null (weir_schema_new (WEIR_SPAN ("\"object\"")));
}

/* --- checks --- */

static void
test_check (void)
{
  static const struct
  {
    const char *schema;
    const char *payload;
    const char *path; /* NULL: it is valid */
    const char *message;
  } rows[] = {
    { "true", "[1]", NULL, NULL },
    { "false", "1", "", "must not be there; it is 1" },
    { "{\"type\":\"string\"}", "1", "", "must be a string; 1 is a number" },
    { "{\"type\":[\"string\",\"null\"]}", "null", NULL, NULL },
    { "{\"type\":[\"string\",\"null\"]}", "{}", "", "must be a string or null; {} is an object" },
    { "{\"type\":\"integer\"}", "1.5", "", "must be a whole number; 1.5 is not" },
    { "{\"type\":\"integer\"}", "1.0", NULL, NULL },
    { "{\"type\":\"integer\"}", "12345678901234567890", NULL, NULL },
    { "{\"type\":\"float64\"}", "1", NULL, NULL },
    { "{\"required\":[\"a\"]}", "{}", "", "must have “a”, and {} has not" },
    { "{\"required\":[\"a\"]}", "[]", NULL, NULL },
    { "{\"properties\":{\"a\":{\"properties\":{\"b\":{\"type\":\"null\"}}}}}", "{\"a\":{\"b\":true}}", "a.b",
      "must be null; true is a boolean" },
    { "{\"properties\":{\"a\":{\"items\":{\"type\":\"number\"}}}}", "{\"a\":[1,\"x\"]}", "a[1]",
      "must be a number; \"x\" is a string" },
    { "{\"properties\":{\"a\":{}},\"additionalProperties\":false}", "{\"b\":1}", "",
      "has “b”, which the function does not know" },
    { "{\"properties\":{\"a\":{}},\"additionalProperties\":{\"type\":\"string\"}}", "{\"b\":1}", "b",
      "must be a string; 1 is a number" },
    { "{\"enum\":[\"x\",1,{\"a\":[1]}]}", "{\"a\":[1.0]}", NULL, NULL },
    { "{\"enum\":[\"x\",1]}", "\"y\"", "", "must be one of [\"x\",1]; \"y\" is not" },
    { "{\"const\":\"\\u0041\"}", "\"A\"", NULL, NULL },
    { "{\"const\":1}", "2", "", "must be 1; 2 is not" },
    { "{\"minimum\":1}", "0", "", "must be at least 1; 0 is less" },
    { "{\"maximum\":0.5}", "0.6", "", "must be at most 0.5; 0.6 is more" },
    { "{\"minLength\":2}", "\"ä\"", "", "must have at least 2 characters; ⁨\"ä\"⁩ has 1" },
    { "{\"maxLength\":2}", "\"äöü\"", "", "must have at most 2 characters; ⁨\"äöü\"⁩ has 3" },
    { "{\"minItems\":1}", "[]", "", "must have at least 1 element; it has 0" },
    { "{\"maxItems\":1}", "[1,2]", "", "must have at most 1 element; it has 2" },
    { "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}", "null", NULL, NULL },
    { "{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}", "1", "", "must be a string; 1 is a number" },
    { "{\"oneOf\":[{\"properties\":{\"a\":{\"type\":\"string\"}}}]}", "{\"a\":1}", "a",
      "must be a string; 1 is a number" },
    { "{\"allOf\":[{\"required\":[\"a\"]},{\"required\":[\"b\"]}]}", "{\"a\":1}", "",
      "must have “b”, and {\"a\":1} has not" },
    { "{\"$ref\":\"#/definitions/x\",\"definitions\":{\"x\":{\"type\":\"null\"}}}", "1", "",
      "must be null; 1 is a number" },
    { "{\"anyOf\":[{\"$ref\":\"#\"}]}", "1", NULL, NULL },
    { "{\"type\":\"object\"}", "\"$reader\"", NULL, NULL },
    { "{\"type\":\"string\"}", "\"$reader:x\"", "", "must be a string; \"$reader:x\" is a ref" },
    { "{\"type\":\"string\"}", "\"$readers\"", NULL, NULL },
    { "{\"type\":[\"integer\",\"null\"]}", "0.5", "", "must be a whole number or null; 0.5 is not" },
    { "{\"type\":\"object\"}", "null", "", "must be an object, not null" },
    /* cut, in one line, and its keys masked: also one whose name stands before it */
    { "{\"type\":\"null\"}", "{\n  \"a\": [\n    1,\n    2\n  ]\n}", "",
      "must be null; { \"a\": [ 1, 2 ] } is an object" },
    { "{\"type\":\"null\"}", "\"1234567890123456789012345678901234567890\"", "",
      "must be null; \"123456789012345678901234567890123456789… is a string" },
    { "{\"type\":\"null\"}", "{\"access_key\":\"abcdefgh\"}", "",
      "must be null; {\"access_key\":\"ab******\"} is an object" },
    { "{\"properties\":{\"access_key\":{\"type\":\"null\"}}}", "{\"access_key\":\"abcdefgh\"}", "access_key",
      "must be null; \"ab******\" is a string" },
    { "{\"properties\":{\"access_key\":{\"enum\":[1]}}}", "{\"access_key\" : \"abcdefgh\"}", "access_key",
      "must be one of [1]; \"ab******\" is not" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (WeirSchema) schema = weir_schema_new (WEIR_SPAN (rows[i].schema));
      g_autoptr (WeirSchemaProblem) problem = NULL;
      WeirSchemaVerdict verdict = weir_schema_check (schema, WEIR_SPAN (rows[i].payload), &problem);

      g_test_message ("%s of %s", rows[i].payload, rows[i].schema);
      g_assert_cmpint (problem == NULL, ==, rows[i].path == NULL);
      g_assert_cmpint (verdict, ==, problem == NULL ? WEIR_SCHEMA_VALID : WEIR_SCHEMA_INVALID);
      if (problem == NULL)
        continue;
      g_assert_cmpstr (problem->path, ==, rows[i].path);
      g_assert_cmpstr (problem->message, ==, rows[i].message);
    }
}

static void
test_check_refs (void)
{
  static const struct
  {
    const char *payload;
    const char *message;
  } rows[] = {
    { "{\"reader\":\"$reader\"}", NULL },
    { "{\"reader\":\"$reader:parts\"}", NULL },
    { "{\"reader\":\"$writer\"}", "must be a reader’s ref, not a writer’s" },
    { "{\"reader\":{\"channel_id\":\"a\",\"access_key\":\"b\",\"direction\":\"read\"}}", NULL },
    { "{\"reader\":{\"channel_id\":\"a\",\"access_key\":\"b\",\"direction\":\"write\"}}",
      "must be one of [\"read\"]; \"write\" is not" },
    { "{\"reader\":{\"channel_id\":\"a\",\"direction\":\"read\"}}",
      "must have “access_key”, and {\"channel_id\":\"a\",\"direction\":\"read\"} has not" },
    { "{\"reader\":\"reader\"}", "must be an object; \"reader\" is a string" },
  };
  g_autofree char *text = g_strdup_printf ("{\"properties\":{\"reader\":" REF "}}", "\"read\"");
  g_autoptr (WeirSchema) schema = weir_schema_new (WEIR_SPAN (text));

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (WeirSchemaProblem) problem = NULL;
      WeirSchemaVerdict verdict = weir_schema_check (schema, WEIR_SPAN (rows[i].payload), &problem);

      g_test_message ("%s", rows[i].payload);
      g_assert_cmpstr (problem != NULL ? problem->message : NULL, ==, rows[i].message);
      g_assert_cmpint (verdict, ==, problem == NULL ? WEIR_SCHEMA_VALID : WEIR_SCHEMA_INVALID);
    }
}

/* What one check costs: processor time, which a loaded machine does not change much. */
static double
check_for (const char *schema_text, const char *payload, WeirSchemaVerdict *verdict)
{
  g_autoptr (WeirSchema) schema = weir_schema_new (WEIR_SPAN (schema_text));
  g_autoptr (WeirSchemaProblem) problem = NULL;
  struct timespec start, end;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &start);
  *verdict = weir_schema_check (schema, WEIR_SPAN (payload), &problem);
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &end);
  return (double) (end.tv_sec - start.tv_sec) * 1e3 + (double) (end.tv_nsec - start.tv_nsec) / 1e6;
}

/* A schema cannot make the check go on for ever, nor for longer than a frame, and that it was given up is said. */
static void
test_check_bounds (void)
{
  g_autofree char *branches = g_strnfill (60000, ' '), *deep = NULL, *large = NULL;
  g_autoptr (GString) constants = g_string_new ("{\"enum\":[0");
  const char *loop = "{\"anyOf\":[{\"$ref\":\"#\"},{\"$ref\":\"#\"},{\"$ref\":\"#\"},{\"$ref\":\"#\"},false]}";
  WeirSchemaVerdict verdict;

  for (guint i = 0; i < 38000; i++)
    g_string_append_printf (constants, ",{\"a\":%u,\"b\":[%u]}", i, i);
  g_string_append (constants, "]}");
  large = g_strnfill (2 * 1024 * 1024, ' ');
  large[0] = '{';
  large[2 * 1024 * 1024 - 1] = '}';
  deep = g_strdup_printf ("{\"allOf\":[%s{\"$ref\":\"#\"},{\"$ref\":\"#\"}]}", branches);
  for (guint i = 0; i < 4; i++)
    {
      const char *text = i == 0 ? loop : i == 1 ? constants->str : i == 2 ? deep : large;
      double took_ms = check_for (text, "{\"a\":-1,\"b\":[1]}", &verdict);

      g_test_message ("%u: %.1f ms", i, took_ms);
      g_assert_cmpint (verdict, ==, i == 0 ? WEIR_SCHEMA_VALID : WEIR_SCHEMA_NOT_CHECKED);
      g_assert_cmpfloat (took_ms, <, 100);
    }
}

/* A schema and a payload as workers have them are checked whole, at once. */
static void
test_check_large (void)
{
  g_autoptr (GString) schema = g_string_new ("{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/t199\"},\"$defs\":{");
  g_autoptr (GString) payload = g_string_new ("[");
  WeirSchemaVerdict verdict;
  double took_ms;

  for (guint i = 0; i < 200; i++)
    g_string_append_printf (schema,
                            "%s\"t%u\":{\"type\":\"object\",\"required\":[\"id\",\"name\"],\"properties\":{"
                            "\"id\":{\"type\":\"integer\"},\"name\":{\"type\":\"string\"}}}",
                            i > 0 ? "," : "", i);
  g_string_append (schema, "}}");
  for (guint i = 0; i < 1500; i++)
    g_string_append_printf (payload, "%s{\"id\":%u,\"name\":\"a name\"}", i > 0 ? "," : "", i);
  g_string_append_c (payload, ']');
  took_ms = check_for (schema->str, payload->str, &verdict);
  g_test_message ("%" G_GSIZE_FORMAT " bytes of schema, %" G_GSIZE_FORMAT " of payload: %.1f ms", schema->len,
                  payload->len, took_ms);
  g_assert_cmpint (verdict, ==, WEIR_SCHEMA_VALID);
  g_assert_cmpfloat (took_ms, <, 100);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/send/schema/template", test_template);
  g_test_add_func ("/send/schema/template-refs", test_template_refs);
  g_test_add_func ("/send/schema/template-bounds", test_template_bounds);
  g_test_add_func ("/send/schema/no-schema", test_no_schema);
  g_test_add_func ("/send/schema/check", test_check);
  g_test_add_func ("/send/schema/check-refs", test_check_refs);
  g_test_add_func ("/send/schema/check-bounds", test_check_bounds);
  g_test_add_func ("/send/schema/check-large", test_check_large);
  return g_test_run ();
}
