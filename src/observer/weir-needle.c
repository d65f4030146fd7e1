/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-needle.h"

#include <string.h>

/* Horspool's search: the byte under the needle's end says how far it can be moved on. */
struct _WeirNeedle
{
  guint8 *bytes; /* folded, if it is text */
  gsize len;
  guint8 fold[256];
  gsize skip[256]; /* by folded byte */
};

/* "hex" and at least one pair of digits, spaces between pairs as one likes; else NULL: it is text. */
static guint8 *
parse_hex (const char *string, gsize *len)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  const char *at = string + strlen ("hex ");

  if (!g_str_has_prefix (string, "hex "))
    return NULL;
  while (*at != '\0')
    {
      guint8 byte;

      if (*at == ' ')
        {
          at++;
          continue;
        }
      if (!g_ascii_isxdigit (at[0]) || !g_ascii_isxdigit (at[1]))
        return NULL;
      byte = g_ascii_xdigit_value (at[0]) << 4 | g_ascii_xdigit_value (at[1]);
      g_byte_array_append (bytes, &byte, 1);
      at += 2;
    }
  if (bytes->len == 0)
    return NULL;
  *len = bytes->len;
  return g_byte_array_free (g_steal_pointer (&bytes), FALSE);
}

WeirNeedle *
weir_needle_new (const char *string)
{
  WeirNeedle *self;
  gboolean is_text;

  if (string == NULL || *string == '\0')
    return NULL;

  self = g_new0 (WeirNeedle, 1);
  self->bytes = parse_hex (string, &self->len);
  is_text = self->bytes == NULL;
  if (is_text)
    {
      self->len = strlen (string);
      self->bytes = g_memdup2 (string, self->len);
    }

  for (guint i = 0; i < 256; i++)
    {
      self->fold[i] = is_text ? (guint8) g_ascii_tolower (i) : i;
      self->skip[i] = self->len;
    }
  for (gsize i = 0; i < self->len; i++)
    self->bytes[i] = self->fold[self->bytes[i]];
  for (gsize i = 0; i + 1 < self->len; i++)
    self->skip[self->bytes[i]] = self->len - 1 - i;
  return self;
}

void
weir_needle_free (WeirNeedle *self)
{
  g_free (self->bytes);
  g_free (self);
}

gsize
weir_needle_get_size (WeirNeedle *self)
{
  return self->len;
}

static gboolean
matches_at (WeirNeedle *self, const guint8 *data)
{
  gsize i = 0;

  while (i < self->len && self->fold[data[i]] == self->bytes[i])
    i++;
  return i == self->len;
}

gboolean
weir_needle_is_in (WeirNeedle *self, const guint8 *data, gsize len)
{
  guint8 last = self->bytes[self->len - 1];

  for (gsize at = 0; at + self->len <= len;)
    {
      guint8 end = self->fold[data[at + self->len - 1]];

      if (end == last && matches_at (self, data + at))
        return TRUE;
      at += self->skip[end];
    }
  return FALSE;
}
