/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include <string.h>

#include "weir-copy-as.h"
#include "weir-number.h"
#include "weir-preview.h"

static void
check_hex (const char *hex, const guint8 *data, gsize size)
{
  g_assert_cmpuint (strlen (hex), ==, size > 0 ? 3 * size - 1 : 0);
  for (gsize i = 0; i < size; i++)
    g_assert_cmpint (g_ascii_xdigit_value (hex[3 * i]) << 4 | g_ascii_xdigit_value (hex[3 * i + 1]), ==, data[i]);
}

/* Hex and base64 give the same bytes again, and all of them are text. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree guint8 *decoded = NULL;
  gsize n = 0;

  for (guint as = 0; as < WEIR_N_COPIES; as++)
    {
      g_autofree char *text = weir_copy_as (data, size, as);

      g_assert_true (g_utf8_validate (text, -1, NULL));
      if (as == WEIR_COPY_HEX)
        check_hex (text, data, size);
      if (as == WEIR_COPY_BASE64 && size > 0)
        decoded = g_base64_decode (text, &n);
    }
  if (size > 0)
    g_assert_cmpmem (decoded, n, data, size);
  for (guint number = 0; number < WEIR_N_NUMBERS; number++)
    for (guint order = 0; order < 2; order++)
      g_free (weir_number_dup_text (number, data, size, order));
  for (gsize at = 0; at < size; at += 16)
    g_free (weir_preview_hex_line (data + at, MIN (size - at, 16), at));
  return 0;
}
