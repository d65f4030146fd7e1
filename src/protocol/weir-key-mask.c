/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-key-mask.h"

#include <string.h>

#include "weir-key-scan.h"

/* Kept of a key: enough to tell two apart, not enough to use. */
#define MAX_KEPT 4

typedef struct
{
  char *text; /* a copy */
  guint n_keys;
} Masked;

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

static void
mask_value (Masked *masked, WeirSpan text, WeirSpan value)
{
  gsize start = value.text - text.text;

  if (value.len > 0)
    mask_key (masked, start, start + value.len);
}

static void
mask_addresses (WeirSpan text, gsize at, Masked *masked)
{
  WeirSpan id, name;

  while (weir_key_scan_address (text, &at, &id))
    while (weir_key_scan_parameter (text, &at, &name))
      if (weir_key_scan_is (name, "key"))
        mask_value (masked, text, weir_key_scan_parameter_value (text, &at));
}

/* Returns: whether @text ends with a name, whose key would be in what comes next */
static gboolean
mask_names (WeirSpan text, gsize at, Masked *masked)
{
  while (at < text.len)
    {
      WeirSpan value;

      if (!weir_key_scan_name (text, &at))
        at++;
      else if (at == text.len)
        return TRUE;
      else if (weir_key_scan_value (text, at, &value))
        {
          mask_value (masked, text, value);
          at = value.text + value.len - text.text;
        }
    }
  return FALSE;
}

static gboolean
mask_text (WeirSpan text, gsize at, Masked *masked)
{
  mask_addresses (text, at, masked);
  return mask_names (text, at, masked);
}

static gsize
skip_between (WeirSpan json, gsize at)
{
  while (strchr (" \t\r\n:", json.text[at]) != NULL)
    at++;
  return at;
}

static gsize
find_end_of_string (WeirSpan json, gsize at)
{
  while (json.text[at] != '"')
    at += json.text[at] == '\\' ? 2 : 1;
  return at;
}

/* String by string, so that none loses its end: what looks like a quoted key may begin with the quote that ends the
 * string. A ref's key is a string; a number or null under its name is none. */
static void
mask_json (WeirSpan json, Masked *masked)
{
  gboolean is_named = FALSE;
  const char *quote;

  for (gsize at = 0; (quote = memchr (json.text + at, '"', json.len - at)) != NULL;)
    {
      gsize start = quote - json.text + 1;
      WeirSpan string = { json.text, find_end_of_string (json, start) };

      if (!is_named || skip_between (json, at) != start - 1)
        is_named = mask_text (string, start, masked);
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
has_any (WeirSpan text)
{
  gsize address = 0;
  WeirSpan id;

  for (gsize at = 0; at < text.len; at++)
    {
      gsize behind = at;

      if (weir_key_scan_name (text, &behind))
        return TRUE;
    }
  return weir_key_scan_address (text, &address, &id);
}

/* --- keys that were cut --- */

static gboolean
is_whole (WeirSpan text)
{
  return text.len > 0 && (text.text[0] == '{' || text.text[0] == '[') &&
         weir_json_check (text, WEIR_JSON_MAX_DEPTH, NULL);
}

/* The key behind @border whose name stands before it, or that itself began there. */
static gboolean
find_cut_key (WeirSpan text, gsize border, gboolean is_stream, gsize *start, gsize *end)
{
  WeirSpan value;

  for (gsize at = 0; at < border;)
    if (!weir_key_scan_name (text, &at))
      at++;
    else if (weir_key_scan_value (text, at, &value))
      {
        gboolean is_word = strchr ("\"'`", value.text[-1]) == NULL;

        *start = value.text - text.text;
        *end = *start + value.len;
        if (*end > border)
          return is_stream || *start >= border || !is_word;
        at = *end;
      }
  return FALSE;
}

/* Of @text, from its beginning: where it ends. 0: there is none. */
static gsize
mask_rest (const WeirKeyLead *lead, WeirSpan text, Masked *masked)
{
  g_autoptr (GByteArray) both = g_byte_array_new ();
  gsize border, start, end;
  const guint8 *before = g_bytes_get_data (lead->bytes, &border);
  WeirSpan joined;

  g_byte_array_append (both, before, border);
  g_byte_array_append (both, (const guint8 *) text.text, MIN (text.len, WEIR_KEY_MASK_MAX_REST));
  joined = (WeirSpan){ (const char *) both->data, both->len };
  if (!find_cut_key (joined, border, lead->is_stream, &start, &end) || is_whole (text))
    return 0;
  if (masked->text == NULL)
    masked->text = g_memdup2 (text.text, text.len);
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
mask_all (WeirSpan text, gsize from, Masked *masked)
{
  if (masked->text == NULL)
    masked->text = g_memdup2 (text.text, text.len);
  if (from == 0 && weir_json_check (text, WEIR_JSON_MAX_DEPTH, NULL))
    mask_json (text, masked);
  else
    mask_text (text, from, masked);
}

GBytes *
weir_key_mask_after (const WeirKeyLead *lead, GBytes *bytes, guint *n_keys)
{
  Masked masked = { NULL, 0 };
  gsize from = 0;
  WeirSpan text;

  text.text = g_bytes_get_data (bytes, &text.len);
  if (lead != NULL && lead->bytes != NULL && text.len > 0 && g_bytes_get_size (lead->bytes) > 0)
    from = mask_rest (lead, text, &masked);
  if (has_any (text))
    mask_all (text, from, &masked);

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

char *
weir_key_mask_dup_text (const WeirKeyLead *lead, GBytes *bytes)
{
  g_autoptr (GBytes) masked = weir_key_mask_after (lead, bytes, NULL);
  gsize size;
  const char *data = g_bytes_get_data (masked, &size);

  return g_utf8_make_valid (data != NULL ? data : "", (gssize) size);
}

char *
weir_key_mask_text (const char *text)
{
  g_autoptr (GBytes) bytes = text != NULL ? g_bytes_new_static (text, strlen (text)) : NULL;

  return bytes != NULL ? weir_key_mask_dup_text (NULL, bytes) : NULL;
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
