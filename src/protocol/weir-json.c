/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-json.h"

#include <string.h>

#include "weir-json-scan.h"

G_DEFINE_QUARK (weir_json_error_quark, weir_json_error)

char *
weir_span_dup (WeirSpan span)
{
  return span.text != NULL ? g_strndup (span.text, span.len) : NULL;
}

gboolean
weir_json_check (WeirSpan text, guint max_depth, GError **error)
{
  WeirJsonScan scan;
  WeirSpan value;

  weir_json_scan_init (&scan, text);
  if (weir_json_scan_value (&scan, max_depth, &value) && weir_json_scan_is_at_end (&scan))
    return TRUE;
  weir_json_scan_set_error (&scan, error);
  return FALSE;
}

gboolean
weir_json_check_at (WeirSpan text, guint max_depth, gsize *offset, const char **reason)
{
  WeirJsonScan scan;
  WeirSpan value;

  weir_json_scan_init (&scan, text);
  if (weir_json_scan_value (&scan, max_depth, &value) && weir_json_scan_is_at_end (&scan))
    return TRUE;
  *offset = (gsize) (scan.at - scan.start);
  *reason = scan.reason;
  return FALSE;
}

static WeirSpan
trim (WeirSpan span)
{
  const char *at, *end;

  if (span.text == NULL)
    return span;
  end = span.text + span.len;
  at = weir_json_skip_space (span.text, end);
  while (end > at && (end[-1] == ' ' || end[-1] == '\n' || end[-1] == '\r' || end[-1] == '\t'))
    end--;
  return (WeirSpan){ at, (gsize) (end - at) };
}

WeirJsonType
weir_json_type (WeirSpan value)
{
  value = trim (value);
  if (value.text == NULL || value.len == 0)
    return WEIR_JSON_ABSENT;
  switch (value.text[0])
    {
    case '{':
      return WEIR_JSON_OBJECT;
    case '[':
      return WEIR_JSON_ARRAY;
    case '"':
      return WEIR_JSON_STRING;
    case 't':
    case 'f':
      return WEIR_JSON_BOOLEAN;
    case 'n':
      return WEIR_JSON_NULL;
    default:
      return WEIR_JSON_NUMBER;
    }
}

void
weir_json_iter_init (WeirJsonIter *iter, WeirSpan container)
{
  WeirJsonType type = weir_json_type (container);

  *iter = (WeirJsonIter){ .is_object = type == WEIR_JSON_OBJECT };
  if (type != WEIR_JSON_OBJECT && type != WEIR_JSON_ARRAY)
    return;
  container = trim (container);
  iter->at = container.text + 1;
  iter->end = container.text + container.len;
}

/* Past white space and the one character that is expected there. */
static const char *
skip_char (const char *at, const char *end, char c)
{
  at = weir_json_skip_space (at, end);
  return at < end && *at == c ? weir_json_skip_space (at + 1, end) : at;
}

gboolean
weir_json_iter_next (WeirJsonIter *iter, WeirSpan *key, WeirSpan *value)
{
  const char *at = skip_char (iter->at, iter->end, ',');

  *key = *value = (WeirSpan){ NULL, 0 };
  if (at == iter->end || *at == '}' || *at == ']')
    return FALSE;
  if (iter->is_object)
    {
      const char *key_end = weir_json_skip_value (at, iter->end);

      *key = (WeirSpan){ at, (gsize) (key_end - at) };
      at = skip_char (key_end, iter->end, ':');
    }
  iter->at = weir_json_skip_value (at, iter->end);
  *value = (WeirSpan){ at, (gsize) (iter->at - at) };
  return TRUE;
}

/* What is between the quotes. */
static gboolean
get_inside (WeirSpan literal, const char **at, const char **end)
{
  if (weir_json_type (literal) != WEIR_JSON_STRING)
    return FALSE;
  literal = trim (literal);
  if (literal.len < 2)
    return FALSE;
  *at = literal.text + 1;
  *end = literal.text + literal.len - 1;
  return TRUE;
}

gboolean
weir_json_string_equal (WeirSpan literal, const char *string)
{
  const char *at, *end, *string_end;
  gsize len = strlen (string);

  if (!get_inside (literal, &at, &end))
    return FALSE;
  if (memchr (at, '\\', end - at) == NULL)
    return (gsize) (end - at) == len && memcmp (at, string, len) == 0;
  string_end = string + len;
  while (at < end)
    {
      char c[6];
      guint n = weir_json_decode_char (&at, end, c);

      if (string_end - string < n || memcmp (string, c, n) != 0)
        return FALSE;
      string += n;
    }
  return string == string_end;
}

WeirSpan
weir_json_member (WeirSpan object, const char *name)
{
  WeirSpan found = { NULL, 0 }, key, value;
  WeirJsonIter iter;

  if (weir_json_type (object) != WEIR_JSON_OBJECT)
    return found;
  weir_json_iter_init (&iter, object);
  while (weir_json_iter_next (&iter, &key, &value))
    if (weir_json_string_equal (key, name))
      found = value;
  return found;
}

char *
weir_json_dup_string (WeirSpan value)
{
  const char *at, *end;
  GString *string;

  if (!get_inside (value, &at, &end))
    return NULL;
  string = g_string_sized_new (end - at);
  while (at < end)
    {
      const char *escape = memchr (at, '\\', end - at);
      char c[6];

      if (escape != at)
        {
          gsize plain = (escape != NULL ? escape : end) - at;

          g_string_append_len (string, at, plain);
          at += plain;
          continue;
        }
      g_string_append_len (string, c, weir_json_decode_char (&at, end, c));
    }
  if (!g_utf8_validate_len (string->str, string->len, NULL))
    {
      char *valid = g_utf8_make_valid (string->str, string->len);

      g_string_free (string, TRUE);
      return valid;
    }
  return g_string_free (string, FALSE);
}

gboolean
weir_json_get_int (WeirSpan value, gint64 *number)
{
  gboolean is_negative;
  guint64 n = 0, max;

  value = trim (value);
  if (weir_json_type (value) != WEIR_JSON_NUMBER)
    return FALSE;
  is_negative = value.text[0] == '-';
  max = is_negative ? (guint64) G_MAXINT64 + 1 : G_MAXINT64;
  for (gsize i = is_negative; i < value.len; i++)
    {
      guint digit = (guchar) value.text[i] - '0';

      if (digit > 9 || n > (max - digit) / 10)
        return FALSE;
      n = n * 10 + digit;
    }
  *number = is_negative ? (gint64) (0 - n) : (gint64) n;
  return TRUE;
}

static void
append_escaped (GString *out, guchar c)
{
  static const char names[] = "\"\\bfnrt", values[] = "\"\\\b\f\n\r\t";
  const char *value = strchr (values, c);

  if (c != '\0' && value != NULL)
    g_string_append_printf (out, "\\%c", names[value - values]);
  else
    g_string_append_printf (out, "\\u%04x", c);
}

static void
append_valid (GString *out, const char *string, gsize len)
{
  gsize plain = 0;

  g_string_append_c (out, '"');
  for (gsize i = 0; i < len; i++)
    {
      guchar c = string[i];

      if (c >= 0x20 && c != '"' && c != '\\')
        continue;
      g_string_append_len (out, string + plain, i - plain);
      append_escaped (out, c);
      plain = i + 1;
    }
  g_string_append_len (out, string + plain, len - plain);
  g_string_append_c (out, '"');
}

void
weir_json_append_string (GString *out, const char *string, gssize len)
{
  gsize n = len < 0 ? strlen (string) : (gsize) len;

  if (g_utf8_validate_len (string, n, NULL))
    {
      append_valid (out, string, n);
    }
  else /* a text message must be UTF-8, whatever we were given */
    {
      g_autofree char *valid = g_utf8_make_valid (string, n);

      append_valid (out, valid, strlen (valid));
    }
}

void
weir_json_append_span (GString *out, WeirSpan value)
{
  if (value.text == NULL)
    g_string_append (out, "null");
  else
    g_string_append_len (out, value.text, value.len);
}

void
weir_json_append_with_member (GString *out, WeirSpan object, const char *name, const char *string)
{
  WeirJsonIter iter;
  WeirSpan key, value;
  gboolean is_empty;

  object = trim (object);
  if (weir_json_type (object) != WEIR_JSON_OBJECT)
    {
      weir_json_append_span (out, object);
      return;
    }
  weir_json_iter_init (&iter, object);
  is_empty = !weir_json_iter_next (&iter, &key, &value);
  g_string_append_len (out, object.text, object.len - 1);
  if (!is_empty)
    g_string_append_c (out, ',');
  weir_json_append_string (out, name, -1);
  g_string_append_c (out, ':');
  weir_json_append_string (out, string, -1);
  g_string_append_c (out, '}');
}
