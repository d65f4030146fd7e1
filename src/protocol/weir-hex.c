/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-hex.h"

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

/* @data: (nullable): for the bytes. Returns how many there are; −1: the text is wrong */
static gssize
read_all (const char *text, guint8 *data, const char **bad)
{
  gssize n = 0;

  for (const char *at = skip_between (text); *at != '\0'; at = skip_between (at + 2), n++)
    {
      int high = g_ascii_xdigit_value (at[0]), low = high >= 0 ? g_ascii_xdigit_value (at[1]) : -1;

      if (low < 0)
        {
          *bad = at;
          return -1;
        }
      if (data != NULL)
        data[n] = high << 4 | low;
    }
  return n;
}

gboolean
weir_hex_check (const char *text, const char **bad)
{
  return read_all (text, NULL, bad) >= 0;
}

GBytes *
weir_hex_parse (const char *text, const char **bad)
{
  g_autofree guint8 *data = g_malloc (strlen (text) / 2 + 1);
  gssize n = read_all (text, data, bad);

  return n >= 0 ? g_bytes_new_take (g_steal_pointer (&data), n) : NULL;
}
