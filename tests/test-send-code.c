/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "weir-code.h"

/* What the interop tests, which run the programs, cannot: Rust's takes minutes to build. */

/* An integer without a type is an i32 there, and does not compile if it is larger. */
static void
test_rust_numbers (void)
{
  static const struct
  {
    const char *json, *wanted;
  } rows[] = {
    { "0", "json!([0])" },
    { "-1.5e3", "json!([-1.5e3])" },
    { "2147483647", "json!([2147483647])" },
    { "2147483648", "json!([2147483648_i64])" },
    { "-2147483649", "json!([-2147483649_i64])" },
    { "1732200000000", "json!([1732200000000_i64])" },
    { "18446744073709551615", "json!([18446744073709551615_u64])" },
    { "18446744073709551616", "json!([18446744073709551616_f64])" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *payload = g_strdup_printf ("[%s]", rows[i].json);
      WeirCodeRequest request = { "ws://127.0.0.1:1", "files::echo", payload, 1000, FALSE, NULL };
      g_autofree char *code = weir_code_write (WEIR_CODE_RUST, &request);

      g_test_message ("%s", rows[i].json);
      g_assert_nonnull (strstr (code, rows[i].wanted));
    }
}

static char *
write_typed (WeirCodeLanguage language, WeirWritingKind kind, const char *typed)
{
  g_autoptr (WeirSendSetup) setup = weir_send_setup_new ();
  g_autoptr (WeirWriting) writing = weir_writing_new ();
  WeirCodeRequest request = { "ws://127.0.0.1:1", "files::count", "{\"reader\":\"$reader\"}", 1000, FALSE, setup };
  char **field = kind == WEIR_WRITING_HEX ? &writing->hex : &writing->text;

  writing->kind = kind;
  g_free (*field);
  *field = g_strdup (typed);
  weir_send_setup_set_writing (setup, writing);
  return weir_code_write (language, &request);
}

/* Text can be read and edited in the program, line by line; bytes cannot. */
static void
test_typed (void)
{
  static const struct
  {
    WeirCodeLanguage language;
    WeirWritingKind kind;
    const char *typed, *wanted;
    gboolean is_base64;
  } rows[] = {
    { WEIR_CODE_NODE, WEIR_WRITING_TEXT, "hello", "  const data = Buffer.from(\"hello\")\n", FALSE },
    { WEIR_CODE_PYTHON, WEIR_WRITING_TEXT, "hello", "    data = \"hello\".encode()\n", FALSE },
    { WEIR_CODE_RUST, WEIR_WRITING_TEXT, "hello", "    let mut source = \"hello\".as_bytes();\n", FALSE },
    { WEIR_CODE_NODE, WEIR_WRITING_TEXT, "", "Buffer.from(\"\")", FALSE },
    { WEIR_CODE_NODE, WEIR_WRITING_TEXT, "a\r\n\"b\"\\", "[\n    \"a\\r\\n\",\n    \"\\\"b\\\"\\\\\",\n  ].join('')",
      FALSE },
    { WEIR_CODE_PYTHON, WEIR_WRITING_TEXT, "a\nb\n",
      "    data = (\n        \"a\\n\"\n        \"b\\n\"\n    ).encode()\n", FALSE },
    { WEIR_CODE_RUST, WEIR_WRITING_TEXT, "a\nb", "concat!(\n        \"a\\n\",\n        \"b\",\n    ).as_bytes();\n",
      FALSE },
    { WEIR_CODE_RUST, WEIR_WRITING_TEXT, "\342\200\256x\342\200\250", "\"\\u{202e}x\\u{2028}\"", FALSE },
    { WEIR_CODE_PYTHON, WEIR_WRITING_TEXT, "\342\200\256@SIZE@", "\"\\U0000202e@SIZE@\"", FALSE },
    { WEIR_CODE_NODE, WEIR_WRITING_HEX, "68 69", "Buffer.from(\"hi\")", FALSE },
    { WEIR_CODE_NODE, WEIR_WRITING_HEX, "68 00", "Buffer.from('aAA=', 'base64')", TRUE },
    { WEIR_CODE_PYTHON, WEIR_WRITING_HEX, "c3", "base64.b64decode(\"ww==\")", TRUE },
    { WEIR_CODE_RUST, WEIR_WRITING_TEXT, "\033[m", "STANDARD.decode(\"G1tt\")", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *code = write_typed (rows[i].language, rows[i].kind, rows[i].typed);

      g_test_message ("%u: %s", i, code);
      g_assert_nonnull (strstr (code, rows[i].wanted));
      g_assert_cmpint (strstr (code, "base64") != NULL, ==, rows[i].is_base64);
    }
}

/* What the program sends is what the page does: where a literal is something else, JSON is given as text. */
static void
test_not_literal (void)
{
  static const struct
  {
    WeirCodeLanguage language;
    const char *payload, *wanted;
  } rows[] = {
    { WEIR_CODE_PYTHON, "{\"a\":\"\\u0000x\"}", "\"payload\": json.loads(\"{\\\"a\\\":\\\"\\\\u0000x\\\"}\")," },
    { WEIR_CODE_PYTHON, "{\"r\":\"$reader\",\"\\ud800\":[\"\\u0000\"],\"b\":true}",
      ",json.loads(\"\\\"\\\\ud800\\\"\"):json.loads(\"[\\\"\\\\u0000\\\"]\"),\"b\":True}" },
    { WEIR_CODE_PYTHON, "{\"a\":\"\\ud83d\\ude00\"}", "\"payload\": {\"a\":\"\360\237\230\200\"}," },
    { WEIR_CODE_RUST, "[\"\\u0000\"]", "json!(serde_json::from_str::<serde_json::Value>(\"[\\\"\\\\u0000\\\"]\")?)" },
    { WEIR_CODE_RUST, "{\"\\u0000\":\"$reader\"}", "json!({(serde_json::from_str::<String>(\"\\\"\\\\u0000\\\"\")?):" },
    { WEIR_CODE_NODE, "{\"__proto__\":{\"x\":1},\"a\":\"\\u0000\"}",
      "payload: {[\"__proto__\"]:{\"x\":1},\"a\":\"\\u0000\"}," },
    { WEIR_CODE_NODE, "{\"_\\u005fproto__\":1}", "payload: {[\"_\\u005fproto__\"]:1}," },
    { WEIR_CODE_NODE, "[12345678901234567890,-1e400,123456789012345,0.000000000000000000012]",
      "payload: [(JSON.rawJSON ?? Number)('12345678901234567890'),(JSON.rawJSON ?? Number)('-1e400'),123456789012345,"
      "0.000000000000000000012]," },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      WeirCodeRequest request = { "ws://127.0.0.1:1", "files::echo", rows[i].payload, 1000, FALSE, NULL };
      g_autofree char *code = weir_code_write (rows[i].language, &request);

      g_test_message ("%u: %s", i, code);
      g_assert_nonnull (strstr (code, rows[i].wanted));
      g_assert_cmpint (strstr (code, "is rounded") != NULL, ==, strstr (rows[i].wanted, "rawJSON") != NULL);
    }
}

/* A macro that expands for each of many tokens goes deeper than the compiler does. */
static void
test_rust_long (void)
{
  g_autoptr (GString) list = g_string_new ("0");
  g_autofree char *payload = NULL, *code = NULL, *beside = NULL, *within = NULL, *wanted = NULL;
  WeirCodeRequest request = { "ws://127.0.0.1:1", "files::echo", NULL, 1000, FALSE, NULL };

  for (guint i = 1; i < 150; i++)
    g_string_append_printf (list, ",%u", i);
  wanted = g_strdup_printf ("serde_json::from_str::<serde_json::Value>(\"[%s]\")?", list->str);
  request.payload = payload = g_strdup_printf ("[%s]", list->str);
  code = weir_code_write (WEIR_CODE_RUST, &request);
  g_assert_nonnull (strstr (code, wanted));
  g_assert_null (strstr (code, "recursion_limit"));

  g_free (payload);
  request.payload = payload = g_strdup_printf ("{\"reader\":\"$reader\",\"list\":[%s]}", list->str);
  beside = weir_code_write (WEIR_CODE_RUST, &request);
  g_assert_nonnull (strstr (beside, wanted));
  g_assert_null (strstr (beside, "recursion_limit"));

  g_free (payload);
  request.payload = payload = g_strdup_printf ("[\"$reader\",%s]", list->str);
  within = weir_code_write (WEIR_CODE_RUST, &request);
  g_assert_null (strstr (within, "from_str"));
  g_assert_nonnull (strstr (within, "\n#![recursion_limit = \"1340\"]\n"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/send/code/rust-numbers", test_rust_numbers);
  g_test_add_func ("/send/code/typed", test_typed);
  g_test_add_func ("/send/code/not-literal", test_not_literal);
  g_test_add_func ("/send/code/rust-long", test_rust_long);
  return g_test_run ();
}
