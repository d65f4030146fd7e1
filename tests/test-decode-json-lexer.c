/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-json-lexer.h"

#include <string.h>

static void
test_layout (void)
{
  static const struct
  {
    const char *text;
    const char *laid_out;
  } cases[] = {
    { "{\"a\":1,\"b\":[1,2],\"c\":{}}", "{\n  \"a\": 1,\n  \"b\": [\n    1,\n    2\n  ],\n  \"c\": {}\n}" },
    { "[]", "[]" },
    { " 1e400 ", "1e400" },
    { "{\"a\":0.10,\"a\":\"\\u0000\"}", "{\n  \"a\": 0.10,\n  \"a\": \"\\u0000\"\n}" },
    { "{\"a\":[1,", "{\n  \"a\": [\n    1," }, /* cut */
    { "{\"a\":\"xy", "{\n  \"a\": \"xy" },     /* cut in a string */
    { "not json, at all", "not json,\nat all" },
    { "]]", "]\n]" },
    { "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *laid_out = weir_json_layout (cases[i].text, strlen (cases[i].text));

      g_assert_cmpstr (laid_out, ==, cases[i].laid_out);
    }
}

static void
test_tokens (void)
{
  static const char text[] = "{\"k\" : \"a\\\"b\",\"n\":-1.5,\"t\":true}";
  static const WeirTokenKind kinds[] = {
    WEIR_TOKEN_OPEN,  WEIR_TOKEN_KEY,   WEIR_TOKEN_COLON,  WEIR_TOKEN_STRING, WEIR_TOKEN_COMMA,
    WEIR_TOKEN_KEY,   WEIR_TOKEN_COLON, WEIR_TOKEN_NUMBER, WEIR_TOKEN_COMMA,  WEIR_TOKEN_KEY,
    WEIR_TOKEN_COLON, WEIR_TOKEN_WORD,  WEIR_TOKEN_CLOSE,
  };
  WeirJsonLexer lexer;
  WeirToken token;
  guint n = 0;

  weir_json_lexer_init (&lexer, text, strlen (text));
  for (; weir_json_lexer_next (&lexer, &token); n++)
    {
      g_assert_cmpuint (n, <, G_N_ELEMENTS (kinds));
      g_assert_cmpint (token.kind, ==, kinds[n]);
    }
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (kinds));
}

/* Whatever it is: tokens follow each other, never overlap, and reach the end. */
static void
test_any_bytes (void)
{
  static const char alphabet[] = "{}[],:\"\\ \n1-ae\0\377";
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint round = 0; round < 2000; round++)
    {
      char text[64];
      gsize len = g_rand_int_range (rand, 0, sizeof text), end = 0;
      WeirJsonLexer lexer;
      WeirToken token;

      for (gsize i = 0; i < len; i++)
        text[i] = alphabet[g_rand_int_range (rand, 0, sizeof alphabet - 1)];
      weir_json_lexer_init (&lexer, text, len);
      while (weir_json_lexer_next (&lexer, &token))
        {
          g_assert_cmpuint (token.start, >=, end);
          g_assert_cmpuint (token.len, >, 0);
          end = token.start + token.len;
        }
      g_assert_cmpuint (end, <=, len);
      for (; end < len; end++)
        g_assert_true (g_ascii_isspace (text[end]));
      g_free (weir_json_layout (text, len));
    }
}

static void
test_deep (void)
{
  g_autofree char *text = g_strnfill (100000, '[');
  g_autofree char *laid_out = weir_json_layout (text, 100000);

  g_assert_cmpuint (strlen (laid_out), <, 100000 * 140);
}

/* A container folds that has lines of its own; brackets in strings, too many and too few are none. */
static void
test_folds (void)
{
  static const char text[] =
      "{\n  \"a\": {},\n  \"b\": [\n    1,\n    \"]{\"\n  ],\n  \"c\": {\n    \"d\": 0.10\n  }\n}\n]\n[";
  static const guint expected[] = { 9, 0, 5, 0, 0, 0, 8, 0, 0, 0, 0, 0 };
  g_autoptr (GArray) folds = weir_json_folds (text, strlen (text));
  g_autoptr (GArray) none = weir_json_folds ("", 0);

  g_assert_cmpmem (folds->data, folds->len * sizeof (guint), expected, sizeof expected);
  g_assert_cmpuint (none->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decode/json-lexer/layout", test_layout);
  g_test_add_func ("/decode/json-lexer/tokens", test_tokens);
  g_test_add_func ("/decode/json-lexer/any-bytes", test_any_bytes);
  g_test_add_func ("/decode/json-lexer/deep", test_deep);
  g_test_add_func ("/decode/json-lexer/folds", test_folds);
  return g_test_run ();
}
