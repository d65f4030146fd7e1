/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-key-scan.h"

#include <string.h>

/* --- letters --- */

static gsize
skip (WeirSpan text, gsize at, const char *set)
{
  while (at < text.len && text.text[at] != '\0' && strchr (set, text.text[at]) != NULL)
    at++;
  return at;
}

/* `u005f`, behind its backslash. */
static gboolean
is_escape (WeirSpan text, gsize at)
{
  const char *here = text.text + at;

  return text.len - at >= 5 && here[0] == 'u' && here[1] == '0' && here[2] == '0' && g_ascii_isxdigit (here[3]) &&
         g_ascii_isxdigit (here[4]);
}

static char
read_escape (WeirSpan text, gsize at)
{
  return (char) (g_ascii_xdigit_value (text.text[at + 3]) << 4 | g_ascii_xdigit_value (text.text[at + 4]));
}

/* The character at @at, in lower case, and behind it. */
static char
read_letter (WeirSpan text, gsize *at)
{
  char c = text.text[*at];

  *at += 1;
  if (c == '\\' && is_escape (text, *at))
    {
      c = read_escape (text, *at);
      *at += 5;
    }
  return g_ascii_tolower (c);
}

/* --- names and values --- */

static gboolean
is_separator (char c)
{
  return c == '_' || c == '-';
}

static void
skip_separators (WeirSpan text, gsize *at)
{
  for (gsize next = *at; next < text.len && is_separator (read_letter (text, &next));)
    *at = next;
}

gboolean
weir_key_scan_name (WeirSpan text, gsize *at)
{
  gsize from = *at;

  if (from < text.len && (text.text[from] | 0x20) != 'a' && text.text[from] != '\\') /* most are none */
    return FALSE;
  for (const char *letter = "accesskey"; *letter != '\0'; letter++)
    {
      if (from >= text.len || read_letter (text, &from) != *letter)
        return FALSE;
      skip_separators (text, &from);
    }
  *at = from;
  return TRUE;
}

/* `:`, `=`, `=>`, `==` */
static gboolean
read_sign (WeirSpan text, gsize *at)
{
  gboolean has_sign = FALSE;

  for (gsize next = *at; next < text.len;)
    {
      char c = read_letter (text, &next);

      if (c != ':' && c != '=' && (c != '>' || !has_sign))
        break;
      has_sign = TRUE;
      *at = next;
    }
  return has_sign;
}

static gboolean
is_quote (char c)
{
  return c == '"' || c == '\'' || c == '`';
}

/* What ends a string is the quote that began it, as often escaped; where none does (the text is cut), all the rest is
 * the value. */
static gsize
find_quote (WeirSpan text, gsize start, char quote, gsize n_wanted)
{
  gsize n_backslashes = 0;

  for (gsize at = start; at < text.len; at++)
    {
      if (text.text[at] == quote && n_backslashes == n_wanted)
        return at - n_backslashes;
      n_backslashes = text.text[at] == '\\' ? n_backslashes + 1 : 0;
    }
  return text.len;
}

static gsize
find_end_of_word (WeirSpan text, gsize at)
{
  while (at < text.len && !g_ascii_isspace (text.text[at]) && strchr ("\"'`\\,;&}])<>", text.text[at]) == NULL)
    at++;
  return at;
}

gboolean
weir_key_scan_value (WeirSpan text, gsize at, WeirSpan *value)
{
  static const char space[] = " \t\r\n";
  gsize quoted, start, end;

  at = skip (text, skip (text, at, "\\\"'`])"), space);
  if (!read_sign (text, &at))
    return FALSE;
  at = skip (text, skip (text, at, space), "<");
  quoted = skip (text, at, "\\");
  if (quoted < text.len && is_quote (text.text[quoted]))
    {
      start = quoted + 1;
      end = find_quote (text, start, text.text[quoted], quoted - at);
    }
  else
    {
      start = at;
      end = find_end_of_word (text, at);
    }
  *value = (WeirSpan){ text.text + start, end - start };
  return end > start;
}

/* --- addresses --- */

static gsize
skip_backslashes (WeirSpan text, gsize at)
{
  return skip (text, at, "\\");
}

/* `%26` and the like, where an address is in another's query. */
static char
read_percent (WeirSpan text, gsize at)
{
  gboolean is_hex = text.len - at >= 3 && g_ascii_isxdigit (text.text[at + 1]) && g_ascii_isxdigit (text.text[at + 2]);
  int c = is_hex ? g_ascii_xdigit_value (text.text[at + 1]) << 4 | g_ascii_xdigit_value (text.text[at + 2]) : 0;

  return c == '&' || c == '=' || c == '?' ? (char) c : '%';
}

/* The character of an address at @at, and behind it: also one that is escaped, in a string of JSON or in one that is
 * within another. NUL: the address ends there. */
static char
read_address (WeirSpan text, gsize *at)
{
  gsize next = skip_backslashes (text, *at);
  gboolean is_escaped = next > *at;
  char c;

  if (next >= text.len)
    return '\0';
  c = text.text[next];
  if (is_escaped && is_escape (text, next))
    {
      c = read_escape (text, next);
      next += 4;
    }
  else if (is_escaped && c != '/')
    return '\0';
  else if (c == '%')
    {
      c = read_percent (text, next);
      next += c != '%' ? 2 : 0;
    }
  if (g_ascii_iscntrl (c) || strchr (" \"'`<>\\)]},", c) != NULL)
    return '\0';
  *at = next + 1;
  return c;
}

static gboolean
read_path (WeirSpan text, gsize *at)
{
  gsize from = *at;

  for (const char *letter = "ws/channels/"; *letter != '\0'; letter++)
    if (read_address (text, &from) != *letter)
      return FALSE;
  *at = from;
  return TRUE;
}

/* Up to one of @set, and behind that one. Returns: which; NUL: the address ends. */
static char
read_until (WeirSpan text, gsize *at, const char *set, WeirSpan *part)
{
  gsize start = *at, end = start;
  char c;

  while ((c = read_address (text, at)) != '\0' && strchr (set, c) == NULL)
    end = *at;
  *part = (WeirSpan){ text.text + start, end - start };
  return c;
}

gboolean
weir_key_scan_address (WeirSpan text, gsize *at, WeirSpan *id)
{
  for (gsize from = *at; from < text.len; from++)
    if (text.text[from] == 'w' && read_path (text, &from))
      {
        read_until (text, &from, "?/&#", id);
        *at = from;
        return TRUE;
      }
  *at = text.len;
  return FALSE;
}

gboolean
weir_key_scan_parameter (WeirSpan text, gsize *at, WeirSpan *name)
{
  char end;

  do /* what is no name is a piece of the path, or of a value */
    end = read_until (text, at, "=&#?/;", name);
  while (end != '=' && end != '\0');
  return end == '=';
}

WeirSpan
weir_key_scan_parameter_value (WeirSpan text, gsize *at)
{
  WeirSpan value;

  read_until (text, at, "&#?;", &value);
  return value;
}

gboolean
weir_key_scan_is (WeirSpan name, const char *wanted)
{
  return name.len == strlen (wanted) && memcmp (name.text, wanted, name.len) == 0;
}
