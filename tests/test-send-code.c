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

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/send/code/rust-numbers", test_rust_numbers);
  return g_test_run ();
}
