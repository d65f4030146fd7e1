/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-hex-text.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

/* Past what stands between two bytes. */
static const char *
skip_between (const char *at)
{
  for (;;)
    {
      if (*at != '\0' && (g_ascii_isspace (*at) || strchr (",:;-|", *at) != NULL))
        at++;
      else if ((at[0] == '0' || at[0] == '\\') && (at[1] == 'x' || at[1] == 'X'))
        at += 2;
      else
        return at;
    }
}

GBytes *
weir_hex_text_parse (const char *text, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (const char *at = skip_between (text); *at != '\0'; at = skip_between (at))
    {
      int high = g_ascii_xdigit_value (at[0]), low = high >= 0 ? g_ascii_xdigit_value (at[1]) : -1;
      long place = g_utf8_pointer_to_offset (text, at) + 1;

      if (high < 0)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("Character %ld is no hexadecimal digit"), place);
          return NULL;
        }
      if (low < 0)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _ ("The digit at character %ld stands alone: a byte has two"), place);
          return NULL;
        }
      g_byte_array_append (bytes, &(guint8){ high << 4 | low }, 1);
      at += 2;
    }

  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}
