/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "weir-code.h"

/* say-code LANGUAGE URL FUNCTION PAYLOAD [text TEXT | bytes TEXT | file PATH | void]: the program that the window's “Copy as
 * Code” gives. */

int
main (int argc, char *argv[])
{
  static const char *const languages[] = {
    [WEIR_CODE_NODE] = "node",
    [WEIR_CODE_PYTHON] = "python",
    [WEIR_CODE_RUST] = "rust",
  };
  WeirCodeRequest request = { 0 };

  if (argc < 5)
    return 2;
  request = (WeirCodeRequest){ .url = argv[2], .function_id = argv[3], .payload = argv[4], .timeout_ms = 20000 };
  request.is_void = g_strcmp0 (argv[5], "void") == 0;
  if (argc > 6 && g_str_equal (argv[5], "file"))
    request.sending.path = argv[6];
  else if (argc > 6)
    request.sending.data = g_bytes_new_static (argv[6], strlen (argv[6]));
  request.sending.is_text = g_strcmp0 (argv[5], "text") == 0;
  request.sending.message_size = request.sending.is_text ? 8 : 1000;
  request.sending.buffer_size = 16;
  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    if (g_str_equal (argv[1], languages[i]))
      {
        g_autofree char *code = weir_code_write (i, &request);

        fputs (code, stdout);
      }
  g_clear_pointer (&request.sending.data, g_bytes_unref);
  return 0;
}
