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

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/send/code/rust-numbers", test_rust_numbers);
  g_test_add_func ("/send/code/typed", test_typed);
  return g_test_run ();
}
