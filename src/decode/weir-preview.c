/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-preview.h"

#include <string.h>

#define DOT         "·"
#define REPLACEMENT "\357\277\275" /* U+FFFD */

/* Signs before numbers in Arabic, Syriac and Kaithi: of the category of those that are not seen, but seen. */
static gboolean
is_sign (gunichar c)
{
  return (c >= 0x600 && c <= 0x605) || c == 0x6dd || c == 0x70f || c == 0x890 || c == 0x891 || c == 0x8e2 ||
         c == 0x110bd || c == 0x110cd;
}

/* Whether what joins or parts characters has a use behind that one: Persian, the scripts of India, emoji. */
static gboolean
is_joined (gunichar before)
{
  GUnicodeScript script = before >= 0x80 ? g_unichar_get_script (before) : G_UNICODE_SCRIPT_LATIN;

  return g_unichar_isgraph (before) && script != G_UNICODE_SCRIPT_LATIN && script != G_UNICODE_SCRIPT_GREEK &&
         script != G_UNICODE_SCRIPT_CYRILLIC && script != G_UNICODE_SCRIPT_HAN;
}

static gboolean
is_variation (gunichar c)
{
  return (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef);
}

/* Letters and marks that have neither width nor ink. */
static gboolean
is_blank_letter (gunichar c)
{
  return c == 0x34f || c == 0x115f || c == 0x1160 || c == 0x17b4 || c == 0x17b5 || (c >= 0x180b && c <= 0x180f) ||
         c == 0x3164 || c == 0xffa0;
}

gboolean
weir_preview_is_shown (gunichar c, gunichar before)
{
  GUnicodeType type = g_unichar_type (c);

  if (is_variation (c))
    return g_unichar_isgraph (before) && !(before < 0x80 && g_ascii_isalpha (before)) && !is_variation (before);
  if (type == G_UNICODE_FORMAT)
    return is_sign (c) || ((c == 0x200c || c == 0x200d) && is_joined (before));
  return type != G_UNICODE_CONTROL && type != G_UNICODE_LINE_SEPARATOR && type != G_UNICODE_PARAGRAPH_SEPARATOR &&
         type != G_UNICODE_SURROGATE && !is_blank_letter (c);
}

/* Appends the character at @data, or its stand-in, and returns how many bytes it took. NUL is a character like any
 * other. @before: (inout): the character before it */
static gsize
append_character (GString *out, const guint8 *data, gsize len, gboolean keep_lines, gunichar *before)
{
  gunichar c = g_utf8_get_char_validated ((const char *) data, MIN (len, 6));
  gboolean is_shown;

  if (data[0] == '\0')
    c = 0;
  if (c == (gunichar) -1 || c == (gunichar) -2)
    {
      g_string_append (out, REPLACEMENT);
      *before = 0;
      return 1;
    }

  is_shown = weir_preview_is_shown (c, *before);
  *before = c;
  if (c == '\n' || c == '\t')
    g_string_append_c (out, keep_lines ? (char) c : ' ');
  else if (!is_shown)
    g_string_append (out, c == '\r' && keep_lines ? "" : DOT);
  else
    g_string_append_unichar (out, c);
  return c == 0 ? 1 : g_unichar_to_utf8 (c, NULL);
}

static char *
preview (const guint8 *data, gsize len, gsize max_chars, gboolean keep_lines)
{
  GString *out = g_string_sized_new (MIN (len, max_chars) + 4);
  gunichar before = 0;
  gsize at = 0;

  for (gsize n = 0; at < len && n < max_chars; n++)
    at += append_character (out, data + at, len - at, keep_lines, &before);
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
  gunichar before = 0;

  for (gsize at = 0; at < len;)
    at += append_character (out, data + at, len - at, TRUE, &before);

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
