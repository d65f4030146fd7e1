/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-garble.h"

#include <glib/gi18n.h>
#include <string.h>

#include "weir-format.h"
#include "weir-preview.h"
#include "weir-sse.h"

/* Within a character that goes on behind the end there are at most so many bytes of it. */
#define MAX_PART 3

/* --- bytes --- */

/* The length of the character there; 0: there is none that a text has. */
static gsize
get_character (const char *at, const char *end)
{
  guint8 byte = (guint8) *at;
  gunichar c;

  if (byte >= 0x20 && byte < 0x7f)
    return 1;
  if (byte < 0x80)
    return byte == '\t' || byte == '\n' || byte == '\r' || byte == '\f' || byte == '\x1b' ? 1 : 0;
  c = g_utf8_get_char_validated (at, end - at);
  return c == (gunichar) -1 || c == (gunichar) -2 ? 0 : (gsize) (g_utf8_next_char (at) - at);
}

gboolean
weir_garble_find (WeirSpan text, gsize at, gsize *start, gsize *end)
{
  const char *to = text.text + text.len;
  gsize n = 1;

  while (at < text.len && (n = get_character (text.text + at, to)) > 0)
    at += n;
  *start = at;
  while (at < text.len && get_character (text.text + at, to) == 0)
    at++;
  *end = at;
  return *end > *start;
}

/* Of a character that is cut off at the very end. */
static gsize
get_part (WeirSpan text)
{
  for (gsize n = 1; n <= MIN (MAX_PART, text.len); n++)
    if ((guint8) text.text[text.len - n] >= 0xc0 &&
        g_utf8_get_char_validated (text.text + text.len - n, n) == (gunichar) -2)
      return n;
  return 0;
}

gsize
weir_garble_count (WeirSpan text)
{
  gsize n = 0, start, end = 0;

  text.len -= get_part (text);
  if (text.len == 0)
    return 0;
  while (weir_garble_find (text, end, &start, &end))
    n += end - start;
  return n;
}

/* --- items --- */

static WeirSpan
skip_mark (WeirSpan item)
{
  gsize n = item.len >= 3 && memcmp (item.text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

  return (WeirSpan){ item.text + n, item.len - n };
}

static gboolean
is_value (WeirSpan item, gsize *offset)
{
  const char *reason;

  return weir_json_check_at (item, WEIR_JSON_MAX_DEPTH, offset, &reason);
}

gboolean
weir_garble_is_item (WeirContent content, WeirSpan item)
{
  gsize start, end;

  if (item.len == 0)
    return TRUE;
  if (weir_garble_find (item, 0, &start, &end))
    return FALSE;
  if (content == WEIR_CONTENT_NDJSON || content == WEIR_CONTENT_JSON)
    return is_value (skip_mark (item), &start);
  return content != WEIR_CONTENT_SSE || weir_sse_is_event (item.text, item.len);
}

static char *
describe_bytes (WeirSpan item, gsize first)
{
  gsize n = 0, start, end = first;
  g_autofree char *count = NULL;

  while (weir_garble_find (item, end, &start, &end))
    n += end - start;
  count = weir_format_count (n);
  return g_strdup_printf (ngettext ("%s byte of it is no text, at 0x%" G_GSIZE_MODIFIER "x",
                                    "%s bytes of it are no text, the first at 0x%" G_GSIZE_MODIFIER "x", n),
                          count, first);
}

char *
weir_garble_describe (WeirContent content, WeirSpan item)
{
  WeirSpan value = item.len > 0 ? skip_mark (item) : item;
  gsize at = 0, end;

  if (item.len == 0 || weir_garble_is_item (content, item))
    return NULL;
  if (weir_garble_find (item, 0, &at, &end))
    return describe_bytes (item, at);
  if (content == WEIR_CONTENT_SSE)
    return g_strdup (_ ("Not all of its lines are fields of an event"));
  if (is_value (value, &at) || at >= value.len)
    return g_strdup (_ ("It is no whole JSON value: its end is missing"));
  return g_strdup_printf (_ ("It is no JSON value: wrong at 0x%" G_GSIZE_MODIFIER "x"), at + item.len - value.len);
}

/* --- to be seen --- */

static void
append_text (GString *out, WeirSpan text, gsize start, gsize end)
{
  g_autofree char *lines = weir_preview_lines ((const guint8 *) text.text + start, end - start);

  g_string_append (out, lines);
}

char *
weir_garble_dup_lines (WeirSpan text)
{
  GString *out = g_string_sized_new (text.len + 64);
  gsize at = 0, start, end;

  while (weir_garble_find (text, at, &start, &end))
    {
      g_autofree char *hex = weir_preview_hex ((const guint8 *) text.text + start, end - start);

      append_text (out, text, at, start);
      g_string_append_printf (out, "⟨%s⟩", hex);
      at = end;
    }
  append_text (out, text, at, text.len);
  return g_string_free (out, FALSE);
}
