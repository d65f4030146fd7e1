/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-preview.h"

#include <string.h>

#define DOT         "·"
#define REPLACEMENT "\357\277\275" /* U+FFFD */

/* Appends the character at @data, or its stand-in, and returns how many bytes it took. NUL is a character like any
 * other. */
static gsize
append_character (GString *out, const guint8 *data, gsize len, gboolean keep_lines)
{
  gunichar c = g_utf8_get_char_validated ((const char *) data, MIN (len, 6));

  if (data[0] == '\0')
    c = 0;
  if (c == (gunichar) -1 || c == (gunichar) -2)
    {
      g_string_append (out, REPLACEMENT);
      return 1;
    }

  if (c == '\n' || c == '\t')
    g_string_append_c (out, keep_lines ? (char) c : ' ');
  else if (g_unichar_iscntrl (c) || c == 0x2028 || c == 0x2029)
    g_string_append (out, c == '\r' && keep_lines ? "" : DOT);
  else
    g_string_append_unichar (out, c);
  return c == 0 ? 1 : g_unichar_to_utf8 (c, NULL);
}

static char *
preview (const guint8 *data, gsize len, gsize max_chars, gboolean keep_lines)
{
  GString *out = g_string_sized_new (MIN (len, max_chars) + 4);
  gsize at = 0;

  for (gsize n = 0; at < len && n < max_chars; n++)
    at += append_character (out, data + at, len - at, keep_lines);
  if (at < len)
    g_string_append (out, "…");

  return g_string_free (out, FALSE);
}

char *
weir_preview_line (const guint8 *data, gsize len, gsize max_chars)
{
  return preview (data, len, max_chars, FALSE);
}

char *
weir_preview_text (const char *text, gsize max_chars)
{
  return preview ((const guint8 *) text, strlen (text), max_chars, TRUE);
}

char *
weir_preview_lines (const guint8 *data, gsize len)
{
  GString *out = g_string_sized_new (len + 16);

  for (gsize at = 0; at < len;)
    at += append_character (out, data + at, len - at, TRUE);

  return g_string_free (out, FALSE);
}

static void
append_hex (GString *out, guint8 byte)
{
  static const char digits[] = "0123456789abcdef";

  g_string_append_c (out, digits[byte >> 4]);
  g_string_append_c (out, digits[byte & 15]);
}

char *
weir_preview_hex (const guint8 *data, gsize len)
{
  GString *out = g_string_sized_new (3 * len + 1);

  for (gsize i = 0; i < len; i++)
    {
      if (i > 0)
        g_string_append_c (out, ' ');
      append_hex (out, data[i]);
    }

  return g_string_free (out, FALSE);
}

char *
weir_preview_characters (const guint8 *data, gsize len)
{
  GString *out = g_string_sized_new (2 * len + 1);

  for (gsize i = 0; i < len; i++)
    if (g_ascii_isprint (data[i]))
      g_string_append_c (out, data[i]);
    else
      g_string_append (out, DOT);

  return g_string_free (out, FALSE);
}

char *
weir_preview_hex_line (const guint8 *data, gsize len, gsize offset)
{
  GString *out = g_string_new (NULL);
  g_autofree char *characters = weir_preview_characters (data, MIN (len, 16));

  g_string_append_printf (out, "%08" G_GSIZE_MODIFIER "x ", offset);
  for (gsize i = 0; i < 16; i++)
    {
      g_string_append (out, i == 8 ? "  " : " ");
      if (i < len)
        append_hex (out, data[i]);
      else
        g_string_append (out, "  ");
    }
  g_string_append_printf (out, "  %s", characters);

  return g_string_free (out, FALSE);
}
