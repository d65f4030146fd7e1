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

/* What stands at @at is no byte. */
static void
set_wrong (const char *text, const char *at, GError **error)
{
  long place = g_utf8_pointer_to_offset (text, at) + 1;

  if (g_ascii_isxdigit (*at))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 _ ("The digit at character %ld stands alone: a byte has two"), place);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("Character %ld is no hexadecimal digit"), place);
}

/* @data: (nullable): for the bytes. Returns how many there are; −1: the text is wrong */
static gssize
read_all (const char *text, guint8 *data, GError **error)
{
  gssize n = 0;

  for (const char *at = skip_between (text); *at != '\0'; at = skip_between (at + 2), n++)
    {
      int high = g_ascii_xdigit_value (at[0]), low = high >= 0 ? g_ascii_xdigit_value (at[1]) : -1;

      if (low < 0)
        {
          set_wrong (text, at, error);
          return -1;
        }
      if (data != NULL)
        data[n] = high << 4 | low;
    }
  return n;
}

gboolean
weir_hex_text_check (const char *text, GError **error)
{
  return read_all (text, NULL, error) >= 0;
}

GBytes *
weir_hex_text_parse (const char *text, GError **error)
{
  g_autofree guint8 *data = g_malloc (strlen (text) / 2 + 1);
  gssize n = read_all (text, data, error);

  return n >= 0 ? g_bytes_new_take (g_steal_pointer (&data), n) : NULL;
}
