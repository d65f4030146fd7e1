/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-hex.h"

#include <string.h>

static const char *
skip_between (const char *at)
{
  for (;;)
    {
      at += strspn (at, " ,:\t\r\n");
      if (!g_str_has_prefix (at, "0x") && !g_str_has_prefix (at, "\\x"))
        return at;
      at += 2;
    }
}

GBytes *
weir_hex_parse (const char *text, const char **bad)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (const char *at = skip_between (text); *at != '\0'; at = skip_between (at + 2))
    {
      guint8 byte;

      if (!g_ascii_isxdigit (at[0]) || !g_ascii_isxdigit (at[1]))
        {
          *bad = at;
          return NULL;
        }
      byte = (guint8) (g_ascii_xdigit_value (at[0]) << 4 | g_ascii_xdigit_value (at[1]));
      g_byte_array_append (bytes, &byte, 1);
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}
