/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-key-mask.h"

#include "weir-json.h"

#include <string.h>

/* Kept of a key: enough to tell two apart, not enough to use. */
#define MAX_KEPT 4

/* How far behind its path an address is looked through. */
#define MAX_ADDRESS 4096

typedef struct
{
  const char *text;
  gsize len;
} Text;

typedef struct
{
  char *text; /* a copy */
  guint n_keys;
} Masked;

/* The character at @at, in lower case, and behind it: also one that is written `\u005f`. */
static char
read_letter (const Text *text, gsize *at)
{
  const char *here = text->text + *at;
  gboolean is_escape = text->len - *at >= 6 && here[0] == '\\' && here[1] == 'u' && here[2] == '0' && here[3] == '0' &&
                       g_ascii_isxdigit (here[4]) && g_ascii_isxdigit (here[5]);

  *at += is_escape ? 6 : 1;
  return g_ascii_tolower (is_escape ? (char) (g_ascii_xdigit_value (here[4]) << 4 | g_ascii_xdigit_value (here[5]))
                                    : here[0]);
}

/* `access_key`, `accessKey`, `ACCESS-KEY`. */
static gboolean
read_name (const Text *text, gsize *at)
{
  static const char name[] = "accesskey";
  gsize from = *at;

  if (from < text->len && (text->text[from] | 0x20) != 'a' && text->text[from] != '\\') /* most are none */
    return FALSE;
  for (gsize i = 0; i < sizeof name - 1; i++)
    {
      char c;

      if (from >= text->len)
        return FALSE;
      c = read_letter (text, &from);
      if (i == 6 && (c == '_' || c == '-') && from < text->len) /* between the words */
        c = read_letter (text, &from);
      if (c != name[i])
        return FALSE;
    }
  *at = from;
  return TRUE;
}

/* `ws/channels/`, each slash perhaps escaped as JSON may have it: the address of a channel's socket, with the key in
 * its query. */
static gboolean
read_path (const Text *text, gsize *at)
{
  static const char path[] = "ws/channels/";
  gsize from = *at;

  for (gsize i = 0; i < sizeof path - 1; i++, from++)
    {
      if (path[i] == '/')
        while (from < text->len && text->text[from] == '\\')
          from++;
      if (from >= text->len || text->text[from] != path[i])
        return FALSE;
    }
  *at = from;
  return TRUE;
}

/* What stands where an address ends, or a string of JSON that is one. */
static gboolean
is_end_of_address (char c)
{
  return g_ascii_isspace (c) || c == '"' || c == '\'' || c == '<' || c == '>' || c == '`';
}

static gboolean
is_end_of_key (const Text *text, gsize at)
{
  const char *here = text->text + at;

  return is_end_of_address (*here) || strchr ("&\\;,)]}", *here) != NULL ||
         (text->len - at >= 3 && memcmp (here, "%26", 3) == 0);
}

/* Behind the path: its query's key. `=` and `&` may be escaped, as `\u0026` or `%26` say. */
static gboolean
find_query_key (const Text *text, gsize at, gsize *start, gsize *end)
{
  gsize limit = MIN (text->len, at + MAX_ADDRESS);

  for (; at + 4 < limit && !is_end_of_address (text->text[at]); at++)
    {
      gsize behind = at + 4;

      if (g_ascii_isalpha (text->text[at]) || g_ascii_strncasecmp (text->text + at + 1, "key", 3) != 0)
        continue;
      if (text->text[behind] == '=')
        behind += 1;
      else if (text->len - behind > 6 && g_ascii_strncasecmp (text->text + behind, "\\u003d", 6) == 0)
        behind += 6;
      else if (text->len - behind > 3 && g_ascii_strncasecmp (text->text + behind, "%3d", 3) == 0)
        behind += 3;
      else
        continue;
      *start = *end = behind;
      while (*end < text->len && !is_end_of_key (text, *end))
        ++*end;
      return *end > *start;
    }
  return FALSE;
}

static gsize
skip (const Text *text, gsize at, const char *set)
{
  while (at < text->len && text->text[at] != '\0' && strchr (set, text->text[at]) != NULL)
    at++;
  return at;
}

static guint
count_backslashes (const Text *text, gsize start, gsize at)
{
  guint n = 0;

  while (at > start && text->text[at - 1] == '\\')
    {
      n++;
      at--;
    }
  return n;
}

/* What ends a string is the quote that began it, as often escaped; where none does (the message is cut), all the rest
 * is the key's. */
static gsize
find_quote (const Text *text, gsize start, char quote, guint n_backslashes)
{
  for (gsize at = start; at < text->len; at++)
    if (text->text[at] == quote && count_backslashes (text, start, at) == n_backslashes)
      return at - n_backslashes;
  return text->len;
}

static gsize
find_end_of_word (const Text *text, gsize at)
{
  while (at < text->len && !g_ascii_isspace (text->text[at]) && strchr ("\"'\\,;&}])<>", text->text[at]) == NULL)
    at++;
  return at;
}

/* Behind the name: the key, if there is one. */
static gboolean
find_key (const Text *text, gsize at, gsize *start, gsize *end)
{
  static const char space[] = " \t\r\n";
  gsize quoted;

  at = skip (text, skip (text, at, "\\\"'"), space);
  if (at >= text->len || (text->text[at] != ':' && text->text[at] != '='))
    return FALSE;
  at = skip (text, at + 1, space);
  quoted = skip (text, at, "\\");
  if (quoted < text->len && (text->text[quoted] == '"' || text->text[quoted] == '\''))
    {
      *start = quoted + 1;
      *end = find_quote (text, *start, text->text[quoted], quoted - at);
    }
  else
    {
      *start = at;
      *end = find_end_of_word (text, at);
    }
  return *end > *start;
}

/* An escape would be cut in two: so only what is plain stays, and of a short key less, or it would be the key. */
static void
mask_key (Masked *masked, gsize start, gsize end)
{
  gsize kept = MIN ((end - start) / 4, MAX_KEPT);

  while (kept > 0 &&
         (g_ascii_isalnum (masked->text[start]) || masked->text[start] == '-' || masked->text[start] == '_'))
    {
      start++;
      kept--;
    }
  memset (masked->text + start, '*', end - start);
  masked->n_keys++;
}

/* Returns: whether @text ends with a name, whose key would be in what comes next */
static gboolean
mask_text (const Text *text, gsize at, Masked *masked)
{
  while (at < text->len)
    {
      gsize start, end;

      if (read_path (text, &at))
        {
          if (find_query_key (text, at, &start, &end))
            {
              mask_key (masked, start, end);
              at = end;
            }
        }
      else if (!read_name (text, &at))
        at++;
      else if (at == text->len)
        return TRUE;
      else if (find_key (text, at, &start, &end))
        {
          mask_key (masked, start, end);
          at = end;
        }
    }
  return FALSE;
}

static gsize
find_end_of_string (const Text *json, gsize at)
{
  while (json->text[at] != '"')
    at += json->text[at] == '\\' ? 2 : 1;
  return at;
}

/* String by string, so that none loses its end: what looks like a quoted key may begin with the quote that ends the
 * string. A ref's key is a string; a number or null under its name is none. */
static void
mask_json (const Text *json, Masked *masked)
{
  gboolean is_named = FALSE;
  const char *quote;

  for (gsize at = 0; (quote = memchr (json->text + at, '"', json->len - at)) != NULL;)
    {
      gsize start = quote - json->text + 1;
      Text string = { json->text, find_end_of_string (json, start) };

      if (!is_named || skip (json, at, " \t\r\n:") != start - 1)
        is_named = mask_text (&string, start, masked);
      else
        {
          if (string.len > start)
            mask_key (masked, start, string.len);
          is_named = FALSE;
        }
      at = string.len + 1;
    }
}

static gboolean
has_name (const Text *text)
{
  for (gsize at = 0; at < text->len; at++)
    {
      gsize behind = at;

      if (read_name (text, &behind) || read_path (text, &behind))
        return TRUE;
    }
  return FALSE;
}

/* --- keys that were cut --- */

static gboolean
is_whole (const Text *text)
{
  return text->len > 0 && (text->text[0] == '{' || text->text[0] == '[') &&
         weir_json_check ((WeirSpan){ text->text, text->len }, WEIR_JSON_MAX_DEPTH, NULL);
}

/* The key behind @border whose name stands before it, or that itself began there. */
static gboolean
find_cut_key (const Text *text, gsize border, gboolean is_stream, gsize *start, gsize *end)
{
  for (gsize at = 0; at < border;)
    if (!read_name (text, &at))
      at++;
    else if (find_key (text, at, start, end))
      {
        gboolean is_word = text->text[*start - 1] != '"' && text->text[*start - 1] != '\'';

        if (*end > border)
          return is_stream || *start >= border || !is_word;
        at = *end;
      }
  return FALSE;
}

/* Of @text, from its beginning: where it ends. 0: there is none. */
static gsize
mask_rest (const WeirKeyLead *lead, const Text *text, Masked *masked)
{
  g_autoptr (GByteArray) both = g_byte_array_new ();
  gsize border, start, end;
  const guint8 *before = g_bytes_get_data (lead->bytes, &border);
  Text joined;

  g_byte_array_append (both, before, border);
  g_byte_array_append (both, (const guint8 *) text->text, MIN (text->len, WEIR_KEY_MASK_MAX_REST));
  joined = (Text){ (const char *) both->data, both->len };
  if (!find_cut_key (&joined, border, lead->is_stream, &start, &end) || is_whole (text))
    return 0;
  if (masked->text == NULL)
    masked->text = g_memdup2 (text->text, text->len);
  if (start >= border)
    {
      mask_key (masked, start - border, end - border);
    }
  else
    {
      memset (masked->text, '*', end - border);
      masked->n_keys++;
    }
  return end - border;
}

static void
mask_all (const Text *text, gsize from, Masked *masked)
{
  if (masked->text == NULL)
    masked->text = g_memdup2 (text->text, text->len);
  if (from == 0 && weir_json_check ((WeirSpan){ text->text, text->len }, WEIR_JSON_MAX_DEPTH, NULL))
    mask_json (text, masked);
  else
    mask_text (text, from, masked);
}

char *
weir_key_mask_text (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GBytes) masked = weir_key_mask (bytes, NULL);

  return g_strndup (g_bytes_get_data (masked, NULL), g_bytes_get_size (masked));
}

GBytes *
weir_key_mask_after (const WeirKeyLead *lead, GBytes *bytes, guint *n_keys)
{
  Masked masked = { NULL, 0 };
  gsize from = 0;
  Text text;

  text.text = g_bytes_get_data (bytes, &text.len);
  if (lead != NULL && lead->bytes != NULL && text.len > 0 && g_bytes_get_size (lead->bytes) > 0)
    from = mask_rest (lead, &text, &masked);
  if (has_name (&text))
    mask_all (&text, from, &masked);

  if (n_keys != NULL)
    *n_keys = masked.n_keys;
  if (masked.n_keys > 0)
    return g_bytes_new_take (masked.text, text.len);
  g_free (masked.text);
  return g_bytes_ref (bytes);
}

GBytes *
weir_key_mask (GBytes *bytes, guint *n_keys)
{
  return weir_key_mask_after (NULL, bytes, n_keys);
}

static int shows_all_keys;

void
weir_key_mask_set_shows_keys (gboolean shows_keys)
{
  g_atomic_int_set (&shows_all_keys, shows_keys);
}

GBytes *
weir_key_mask_shown (const WeirKeyLead *lead, GBytes *bytes)
{
  return g_atomic_int_get (&shows_all_keys) ? g_bytes_ref (bytes) : weir_key_mask_after (lead, bytes, NULL);
}
