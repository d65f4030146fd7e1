/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-json.h"

#include <math.h>
#include <string.h>

/* A copy without room behind it, so that a sanitizer sees a step too far. */
static gboolean
check_copy (const char *text, gsize len, guint max_depth, GError **error)
{
  g_autofree char *copy = g_memdup2 (text, len);

  return weir_json_check ((WeirSpan){ len > 0 ? copy : "", len }, max_depth, error);
}

static const char *const valid[] = {
  "null",
  "true",
  "false",
  " \t\r\n0 \t\r\n",
  "-0",
  "-0.0e-0",
  "0.1",
  "1e400",
  "1E+2",
  "-1.5e-7",
  "18446744073709551615",
  "123456789012345678901234567890",
  "\"\"",
  "\"a\"",
  "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
  "\"\\u0000\"",
  "\"\\uD834\\udd1e\"",
  "\"\\ud834\"", /* half a pair is in the grammar */
  "\"\x7f\"",
  "\"é\xe2\x80\xa8\"",
  "[]",
  "[ ]",
  "{}",
  "{ }",
  "[1]",
  "[1,2]",
  "[ 1 , 2 ]",
  "[[],{},[{}]]",
  "{\"a\":1}",
  "{ \"a\" : 1 , \"b\" : [ ] }",
  "{\"\":\"\"}",
  "{\"a\":1,\"a\":2}",
  "{\"a\":{\"b\":{\"c\":[1,{\"d\":null}]}}}",
  "\"0123456701234567\\\"01234567012345670123456701234567\"",
};

static const char *const invalid[] = {
  "",
  " ",
  "nul",
  "nulll",
  "True",
  "tru e",
  "NaN",
  "Infinity",
  "-Infinity",
  "undefined",
  "+1",
  "-",
  "01",
  "-01",
  "00",
  "1.",
  ".5",
  "1.e1",
  "1e",
  "1e+",
  "1.5.5",
  "0x1",
  "1_000",
  "1 2",
  "'a'",
  "\"",
  "\"a",
  "\"\\\"",
  "\"\\",
  "\"\\x\"",
  "\"\\u\"",
  "\"\\u12\"",
  "\"\\u123g\"",
  "\"\\U0041\"",
  "\"a\nb\"",
  "\"a\tb\"",
  "\"0123456\x1f\"",
  "\"01234567\x01 01234567\"",
  "\"a\" b",
  "[",
  "]",
  "[1",
  "[1,",
  "[1,]",
  "[,1]",
  "[,]",
  "[1 2]",
  "[1}",
  "[1]]",
  "[\"a\":1]",
  "{",
  "}",
  "{1:2}",
  "{a:1}",
  "{'a':1}",
  "{\"a\"}",
  "{\"a\":}",
  "{\"a\" 1}",
  "{\"a\":1,}",
  "{,\"a\":1}",
  "{\"a\":1 \"b\":2}",
  "{\"a\":1]",
  "{\"a\":1}}",
  "{\"a\"::1}",
  "{null:1}",
  "{\"a\":1,,\"b\":2}",
  "{[]:1}",
  "[1]//",
  "[1]/* */",
  "\xef\xbb\xbf[]", /* no byte order mark */
  "[1\v]",
  "[1\f]",
  "[\xc2\xa0"
  "1]", /* no other white space */
};

static void
test_valid (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (valid); i++)
    {
      g_autoptr (GError) error = NULL;

      check_copy (valid[i], strlen (valid[i]), WEIR_JSON_MAX_DEPTH, &error);
      if (error != NULL)
        g_error ("%s: %s", valid[i], error->message);
    }
}

static void
test_invalid (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (invalid); i++)
    {
      g_autoptr (GError) error = NULL;

      if (check_copy (invalid[i], strlen (invalid[i]), WEIR_JSON_MAX_DEPTH, &error))
        g_error ("%s was taken for valid", invalid[i]);
      g_assert_error (error, WEIR_JSON_ERROR, WEIR_JSON_ERROR_SYNTAX);
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
    }
  g_assert_false (check_copy ("[1]\0", 4, WEIR_JSON_MAX_DEPTH, NULL));
  g_assert_false (check_copy ("\"\0\"", 3, WEIR_JSON_MAX_DEPTH, NULL));
  g_assert_false (check_copy ("\"\\\0\"", 4, WEIR_JSON_MAX_DEPTH, NULL));
  g_assert_false (weir_json_check ((WeirSpan){ NULL, 0 }, WEIR_JSON_MAX_DEPTH, NULL));
}

/* Every control character, at every place relative to the scanner's words of eight bytes. */
static void
test_control_characters (void)
{
  for (guint place = 1; place < 40; place++)
    for (guint c = 0; c < 256; c++)
      {
        char text[42];
        gboolean breaks = c < 0x20 || c == '"' || c == '\\';

        memset (text, 'x', sizeof text);
        text[0] = text[41] = '"';
        text[place] = (char) c;
        g_assert_cmpint (check_copy (text, sizeof text, 1, NULL), ==, !breaks);
      }
}

static void
test_error_position (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (weir_json_check (WEIR_SPAN ("{\"a\":[1,2,x]}"), WEIR_JSON_MAX_DEPTH, &error));
  g_assert_nonnull (strstr (error->message, "at byte 10:"));
}

static char *
nested (guint depth, const char *open, const char *close, const char *inner)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append (text, open);
  g_string_append (text, inner);
  for (guint i = 0; i < depth; i++)
    g_string_append (text, close);
  return g_string_free (text, FALSE);
}

static void
test_depth (void)
{
  static const struct
  {
    const char *open;
    const char *close;
  } kinds[] = { { "[", "]" }, { "{\"a\":", "}" }, { "[{\"a\": [", "]}]" } };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      guint per_step = i == 2 ? 3 : 1;

      for (guint steps = 1; steps * per_step < 140; steps++)
        {
          g_autofree char *text = nested (steps, kinds[i].open, kinds[i].close, "1");
          g_autoptr (GError) error = NULL;
          gboolean fits = steps * per_step <= WEIR_JSON_MAX_DEPTH;

          g_assert_cmpint (weir_json_check (WEIR_SPAN (text), WEIR_JSON_MAX_DEPTH, &error), ==, fits);
          if (!fits)
            g_assert_error (error, WEIR_JSON_ERROR, WEIR_JSON_ERROR_TOO_DEEP);
        }
    }
  g_assert_true (weir_json_check (WEIR_SPAN ("1"), 0, NULL));
  g_assert_false (weir_json_check (WEIR_SPAN ("[]"), 0, NULL));
}

static void
test_ten_megabytes_of_brackets (void)
{
  gsize len = 10 * 1000 * 1000;
  g_autofree char *text = g_malloc (len);
  g_autoptr (GError) error = NULL;
  WeirJsonIter iter;
  WeirSpan span = { text, len }, key, value;

  memset (text, '[', len);
  g_assert_false (weir_json_check (span, WEIR_JSON_MAX_DEPTH, &error));
  g_assert_error (error, WEIR_JSON_ERROR, WEIR_JSON_ERROR_TOO_DEEP);
  g_assert_null (weir_json_parse (span, NULL));
  g_assert_false (weir_json_check (span, G_MAXUINT, NULL));

  /* Not checked before: wrong, but no harm. */
  weir_json_iter_init (&iter, span);
  g_assert_true (weir_json_iter_next (&iter, &key, &value));
  g_assert_false (weir_json_iter_next (&iter, &key, &value));
}

static void
test_cut_at_every_byte (void)
{
  const char *text = "{\"a\":[0.1,18446744073709551615,1e400,\"\\u0000\\ud834\\udd1e\\n\",true,false,null],"
                     "\"a\" : { \"b\" : [ ] , \"c\":-1.5E-3 } }";
  gsize len = strlen (text);

  for (gsize cut = 0; cut < len; cut++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (check_copy (text, cut, WEIR_JSON_MAX_DEPTH, &error));
      g_assert_error (error, WEIR_JSON_ERROR, WEIR_JSON_ERROR_SYNTAX);
    }
  g_assert_true (check_copy (text, len, WEIR_JSON_MAX_DEPTH, NULL));
}

/* Iterating over what was never checked must end and stay inside; a relay looks at such text. */
static void
test_iterate_over_anything (void)
{
  static const char bytes[] = "{}[]\",:\\ 1ntfu\n";
  g_autoptr (GRand) rand = g_rand_new_with_seed (20230);

  for (guint round = 0; round < 20000; round++)
    {
      gsize len = g_rand_int_range (rand, 1, 40);
      g_autofree char *text = g_malloc (len);
      WeirSpan span = { text, len }, key, value;
      WeirJsonIter iter;
      guint n = 0;

      for (gsize i = 0; i < len; i++)
        text[i] = bytes[g_rand_int_range (rand, 0, sizeof bytes - 1)];
      weir_json_iter_init (&iter, span);
      while (weir_json_iter_next (&iter, &key, &value))
        {
          g_autofree char *string = weir_json_dup_string (value);

          g_assert_true (value.text >= text && value.text + value.len <= text + len);
          g_assert_cmpuint (++n, <=, 2 * len);
        }
      g_assert_false (weir_json_string_equal (weir_json_member (span, "a"), "b"));
    }
}

static void
assert_span (WeirSpan span, const char *expected)
{
  g_autofree char *text = span.text != NULL ? g_strndup (span.text, span.len) : NULL;

  g_assert_cmpstr (text, ==, expected);
}

static void
test_iterate (void)
{
  WeirJsonIter iter;
  WeirSpan key, value;

  weir_json_iter_init (&iter, WEIR_SPAN (" { \"a\" : [1,{\"x\":\"}\"}] , \"b\\\"\":\"]\" ,\"c\":{}, \"d\" :-1 } "));
  g_assert_true (weir_json_iter_next (&iter, &key, &value));
  assert_span (key, "\"a\"");
  assert_span (value, "[1,{\"x\":\"}\"}]");
  g_assert_true (weir_json_iter_next (&iter, &key, &value));
  assert_span (key, "\"b\\\"\"");
  assert_span (value, "\"]\"");
  g_assert_true (weir_json_iter_next (&iter, &key, &value));
  assert_span (value, "{}");
  g_assert_true (weir_json_iter_next (&iter, &key, &value));
  assert_span (value, "-1");
  g_assert_false (weir_json_iter_next (&iter, &key, &value));
  g_assert_false (weir_json_iter_next (&iter, &key, &value));

  weir_json_iter_init (&iter, WEIR_SPAN ("[null ,\"a,b\"]"));
  g_assert_true (weir_json_iter_next (&iter, &key, &value));
  assert_span (key, NULL);
  assert_span (value, "null");
  g_assert_true (weir_json_iter_next (&iter, &key, &value));
  assert_span (value, "\"a,b\"");
  g_assert_false (weir_json_iter_next (&iter, &key, &value));

  weir_json_iter_init (&iter, WEIR_SPAN ("[]"));
  g_assert_false (weir_json_iter_next (&iter, &key, &value));
  weir_json_iter_init (&iter, WEIR_SPAN ("12"));
  g_assert_false (weir_json_iter_next (&iter, &key, &value));
  weir_json_iter_init (&iter, (WeirSpan){ NULL, 0 });
  g_assert_false (weir_json_iter_next (&iter, &key, &value));
}

static void
test_type (void)
{
  g_assert_cmpint (weir_json_type ((WeirSpan){ NULL, 0 }), ==, WEIR_JSON_ABSENT);
  g_assert_cmpint (weir_json_type (WEIR_SPAN (" null")), ==, WEIR_JSON_NULL);
  g_assert_cmpint (weir_json_type (WEIR_SPAN ("true")), ==, WEIR_JSON_BOOLEAN);
  g_assert_cmpint (weir_json_type (WEIR_SPAN ("\tfalse")), ==, WEIR_JSON_BOOLEAN);
  g_assert_cmpint (weir_json_type (WEIR_SPAN ("-1")), ==, WEIR_JSON_NUMBER);
  g_assert_cmpint (weir_json_type (WEIR_SPAN ("0")), ==, WEIR_JSON_NUMBER);
  g_assert_cmpint (weir_json_type (WEIR_SPAN ("\"\"")), ==, WEIR_JSON_STRING);
  g_assert_cmpint (weir_json_type (WEIR_SPAN ("\n[]")), ==, WEIR_JSON_ARRAY);
  g_assert_cmpint (weir_json_type (WEIR_SPAN ("{}")), ==, WEIR_JSON_OBJECT);
}

static void
test_member (void)
{
  WeirSpan object = WEIR_SPAN ("{\"a\":1,\"b\":{\"c\":9},\"a\":2,\"\\u0063\":3,\"a\":null}");

  assert_span (weir_json_member (object, "a"), "null"); /* the last */
  assert_span (weir_json_member (object, "b"), "{\"c\":9}");
  assert_span (weir_json_member (object, "c"), "3"); /* not the inner one; escapes count */
  assert_span (weir_json_member (object, "d"), NULL);
  assert_span (weir_json_member (WEIR_SPAN ("[1]"), "a"), NULL);
  assert_span (weir_json_member ((WeirSpan){ NULL, 0 }, "a"), NULL);
}

static void
test_string_equal (void)
{
  g_assert_true (weir_json_string_equal (WEIR_SPAN ("\"abc\""), "abc"));
  g_assert_true (weir_json_string_equal (WEIR_SPAN ("\"\""), ""));
  g_assert_true (weir_json_string_equal (WEIR_SPAN ("\"\\u0061b\\u0063\""), "abc"));
  g_assert_true (weir_json_string_equal (WEIR_SPAN ("\"\\/\\n\\u00e9\\uD834\\uDD1E\""), "/\né𝄞"));
  g_assert_true (weir_json_string_equal (WEIR_SPAN ("\"a\\u0000b\""), "a\xef\xbf\xbd"
                                                                      "b"));
  g_assert_false (weir_json_string_equal (WEIR_SPAN ("\"abc\""), "ab"));
  g_assert_false (weir_json_string_equal (WEIR_SPAN ("\"ab\""), "abc"));
  g_assert_false (weir_json_string_equal (WEIR_SPAN ("\"\\u0061b\""), "abc"));
  g_assert_false (weir_json_string_equal (WEIR_SPAN ("\"\\u0061bcd\""), "abc"));
  g_assert_false (weir_json_string_equal (WEIR_SPAN ("\"a\\u0000\""), "a"));
  g_assert_false (weir_json_string_equal ((WeirSpan){ "\"\\na\0\0\"", 7 }, "\na")); /* never checked */
  g_assert_false (weir_json_string_equal (WEIR_SPAN ("null"), "null"));
  g_assert_false (weir_json_string_equal ((WeirSpan){ NULL, 0 }, ""));
}

static void
test_dup_string (void)
{
  static const struct
  {
    const char *literal;
    const char *string;
  } rows[] = {
    { "\"\"", "" },
    { "\"plain\"", "plain" },
    { " \"spaced\" ", "spaced" },
    { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t" },
    { "\"a\\u0041\\u00e9\\u20ac\"", "aAé€" },
    { "\"\\ud834\\udd1e\"", "𝄞" },
    { "\"\\u0000\"", "\xef\xbf\xbd" },
    { "\"\\ud834\"", "\xef\xbf\xbd" },
    { "\"\\ud834x\"", "\xef\xbf\xbdx" },
    { "\"\\udd1e\\ud834\"", "\xef\xbf\xbd\xef\xbf\xbd" },
    { "\"\\ud834\\u0041\"", "\xef\xbf\xbd"
                            "A" },
    { "\"\\uDC00\\uDC00\"", "\xef\xbf\xbd\xef\xbf\xbd" },
    { "\"\\uD800\\uD800\"", "\xef\xbf\xbd\xef\xbf\xbd" },
    { "\"bro\xffken\"", "bro\xef\xbf\xbdken" },
    { "1", NULL },
    { "null", NULL },
    { "[\"a\"]", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *string = weir_json_dup_string (WEIR_SPAN (rows[i].literal));

      g_assert_cmpstr (string, ==, rows[i].string);
    }
  g_assert_null (weir_json_dup_string ((WeirSpan){ NULL, 0 }));
}

static void
test_get_int (void)
{
  static const struct
  {
    const char *text;
    gboolean is_int;
    gint64 number;
  } rows[] = {
    { "0", TRUE, 0 },
    { "-0", TRUE, 0 },
    { "250", TRUE, 250 },
    { "-17", TRUE, -17 },
    { "9223372036854775807", TRUE, G_MAXINT64 },
    { "-9223372036854775808", TRUE, G_MININT64 },
    { "9223372036854775808", FALSE, 0 },
    { "-9223372036854775809", FALSE, 0 },
    { "18446744073709551615", FALSE, 0 },
    { "99999999999999999999999999", FALSE, 0 },
    { "0.1", FALSE, 0 },
    { "1.0", FALSE, 0 },
    { "1e3", FALSE, 0 },
    { "1e400", FALSE, 0 },
    { "\"1\"", FALSE, 0 },
    { "true", FALSE, 0 },
    { "null", FALSE, 0 },
    { "[1]", FALSE, 0 },
  };
  gint64 number;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_assert_cmpint (weir_json_get_int (WEIR_SPAN (rows[i].text), &number), ==, rows[i].is_int);
      if (rows[i].is_int)
        g_assert_cmpint (number, ==, rows[i].number);
    }
  g_assert_false (weir_json_get_int ((WeirSpan){ NULL, 0 }, &number));
}

static void
test_append_string (void)
{
  static const struct
  {
    const char *string;
    const char *literal;
  } rows[] = {
    { "", "\"\"" },
    { "plain é 𝄞", "\"plain é 𝄞\"" },
    { "\"\\/", "\"\\\"\\\\/\"" },
    { "\b\f\n\r\t\x01\x1f\x7f", "\"\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"" },
    { "bro\xffken", "\"bro\xef\xbf\xbdken\"" },
  };
  g_autoptr (GString) cut = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);

      weir_json_append_string (out, rows[i].string, -1);
      g_assert_cmpstr (out->str, ==, rows[i].literal);
      g_assert_true (weir_json_check ((WeirSpan){ out->str, out->len }, 0, NULL));
    }
  weir_json_append_string (cut, "abc", 2);
  weir_json_append_string (cut, "a\0b", 3);
  g_assert_cmpstr (cut->str, ==,
                   "\"ab\"\"a\xef\xbf\xbd"
                   "b\"");
}

static void
test_append_with_member (void)
{
  static const struct
  {
    const char *object;
    const char *result;
  } rows[] = {
    { "{}", "{\"_id\":\"a\\\"b\"}" },
    { " { } ", "{ \"_id\":\"a\\\"b\"}" },
    { "{\"a\":1}", "{\"a\":1,\"_id\":\"a\\\"b\"}" },
    { "{\"a\": 1 \n}\n", "{\"a\": 1 \n,\"_id\":\"a\\\"b\"}" },
    { "{\"n\":0.1,\"u\":18446744073709551615,\"e\":1e400,\"z\":\"\\u0000\",\"d\":1,\"d\":2}",
      "{\"n\":0.1,\"u\":18446744073709551615,\"e\":1e400,\"z\":\"\\u0000\",\"d\":1,\"d\":2,\"_id\":\"a\\\"b\"}" },
    { "{\"_id\":1}", "{\"_id\":1,\"_id\":\"a\\\"b\"}" },
    { "[1, 2]", "[1, 2]" },
    { "null", "null" },
    { "\"{}\"", "\"{}\"" },
  };
  g_autoptr (GString) absent = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);

      weir_json_append_with_member (out, WEIR_SPAN (rows[i].object), "_id", "a\"b");
      g_assert_cmpstr (out->str, ==, rows[i].result);
      g_assert_true (weir_json_check ((WeirSpan){ out->str, out->len }, 2, NULL));
    }
  weir_json_append_with_member (absent, (WeirSpan){ NULL, 0 }, "_id", "a");
  g_assert_cmpstr (absent->str, ==, "null");
}

static void
test_parse (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = weir_json_parse (
      WEIR_SPAN (" {\"s\":\"a\\u0000\\udc00\\udc00\",\"i\":-5,\"d\":0.1,\"big\":18446744073709551615,\"inf\":1e400,"
                 "\"t\":true,\"n\":null,\"a\":[1,[],{}],\"x\":1,\"x\":2} "),
      &error);
  JsonObject *object;
  g_autoptr (GString) out = g_string_new (NULL);

  g_assert_no_error (error);
  object = json_node_get_object (node);
  g_assert_cmpstr (json_object_get_string_member (object, "s"), ==, "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
  g_assert_cmpint (json_object_get_int_member (object, "i"), ==, -5);
  g_assert_cmpfloat (json_object_get_double_member (object, "d"), ==, 0.1);
  g_assert_true (isinf (json_object_get_double_member (object, "inf")));
  g_assert_true (json_object_get_boolean_member (object, "t"));
  g_assert_true (json_object_get_null_member (object, "n"));
  g_assert_cmpint (json_object_get_int_member (object, "x"), ==, 2);

  weir_json_append_node (out, node);
  g_assert_cmpstr (out->str, ==,
                   "{\"s\":\"a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\",\"i\":-5,\"d\":0.1,\"big\":1.8446744073709552e+19,"
                   "\"inf\":null,\"t\":true,\"n\":null,\"a\":[1,[],{}],\"x\":2}");
  g_assert_null (weir_json_parse ((WeirSpan){ NULL, 0 }, NULL));
  g_assert_null (weir_json_parse (WEIR_SPAN ("{"), &error));
  g_assert_error (error, WEIR_JSON_ERROR, WEIR_JSON_ERROR_SYNTAX);
}

static void
test_parse_deep (void)
{
  g_autofree char *fits = nested (WEIR_JSON_MAX_DEPTH, "[", "]", "");
  g_autofree char *deeper = nested (WEIR_JSON_MAX_DEPTH + 1, "[", "]", "");
  g_autoptr (JsonNode) node = weir_json_parse (WEIR_SPAN (fits), NULL);
  g_autoptr (GString) out = g_string_new (NULL);

  weir_json_append_node (out, node);
  g_assert_cmpstr (out->str, ==, fits);
  g_assert_null (weir_json_parse (WEIR_SPAN (deeper), NULL));
}

static void
test_append_null (void)
{
  g_autoptr (GString) out = g_string_new (NULL);

  weir_json_append_node (out, NULL);
  weir_json_append_span (out, (WeirSpan){ NULL, 0 });
  weir_json_append_span (out, WEIR_SPAN ("[ 1]"));
  g_assert_cmpstr (out->str, ==, "nullnull[ 1]");
}

/* A random value, and what is left of it after parsing and writing it again must be it. */
static void
append_random (GString *out, GRand *rand, guint depth)
{
  static const char *const scalars[] = { "-0.0",
                                         "0",
                                         "-12",
                                         "0.5",
                                         "1e+20",
                                         "true",
                                         "false",
                                         "null",
                                         "\"\"",
                                         "\"a\\n\\\"é\\\\\"",
                                         "\"long enough for two words\"" };
  guint kind = depth > 6 ? 2 : g_rand_int_range (rand, 0, 4), n = g_rand_int_range (rand, 0, 5);

  if (kind >= 2)
    {
      g_string_append (out, scalars[g_rand_int_range (rand, 0, G_N_ELEMENTS (scalars))]);
      return;
    }
  g_string_append_c (out, kind == 0 ? '{' : '[');
  for (guint i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      if (kind == 0)
        g_string_append_printf (out, "\"k%u\":", i);
      append_random (out, rand, depth + 1);
    }
  g_string_append_c (out, kind == 0 ? '}' : ']');
}

static void
test_round_trip (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint round = 0; round < 500; round++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GString) again = g_string_new (NULL);
      g_autoptr (JsonNode) node = NULL;

      append_random (text, rand, 0);
      node = weir_json_parse ((WeirSpan){ text->str, text->len }, NULL);
      g_assert_nonnull (node);
      weir_json_append_node (again, node);
      g_assert_cmpstr (again->str, ==, text->str);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/json/valid", test_valid);
  g_test_add_func ("/protocol/json/invalid", test_invalid);
  g_test_add_func ("/protocol/json/control-characters", test_control_characters);
  g_test_add_func ("/protocol/json/error-position", test_error_position);
  g_test_add_func ("/protocol/json/depth", test_depth);
  g_test_add_func ("/protocol/json/ten-megabytes-of-brackets", test_ten_megabytes_of_brackets);
  g_test_add_func ("/protocol/json/cut-at-every-byte", test_cut_at_every_byte);
  g_test_add_func ("/protocol/json/iterate", test_iterate);
  g_test_add_func ("/protocol/json/iterate-over-anything", test_iterate_over_anything);
  g_test_add_func ("/protocol/json/type", test_type);
  g_test_add_func ("/protocol/json/member", test_member);
  g_test_add_func ("/protocol/json/string-equal", test_string_equal);
  g_test_add_func ("/protocol/json/dup-string", test_dup_string);
  g_test_add_func ("/protocol/json/get-int", test_get_int);
  g_test_add_func ("/protocol/json/append-string", test_append_string);
  g_test_add_func ("/protocol/json/append-with-member", test_append_with_member);
  g_test_add_func ("/protocol/json/append-null", test_append_null);
  g_test_add_func ("/protocol/json/parse", test_parse);
  g_test_add_func ("/protocol/json/parse-deep", test_parse_deep);
  g_test_add_func ("/protocol/json/round-trip", test_round_trip);
  return g_test_run ();
}
