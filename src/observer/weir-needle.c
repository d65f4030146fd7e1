/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-needle.h"

#include <gio/gio.h>
#include <string.h>

#include "weir-hex.h"

/* What one expression may do to one message: steps, and bytes that are looked at. A pattern that goes back and forth
 * for ever ends after milliseconds. */
#define LIMITS     "(*LIMIT_MATCH=200000)(*LIMIT_DEPTH=2000)"
#define REGEX_LOOK (64 * 1024)

/* Horspool's search: the byte under the needle's end says how far it can be moved on. */
struct _WeirNeedle
{
  WeirNeedleMode mode;
  char *string;
  guint8 *bytes;     /* folded, if it is text */
  gunichar *letters; /* instead of bytes, folded: (nullable): it is no text, or all ASCII */
  gsize len;
  guint8 fold[256];
  gsize skip[256]; /* by folded byte */
  GRegex *regex;   /* of bytes; nullable: it names characters that are no byte */
  GRegex *unicode; /* nullable: the same of characters, where that makes a difference */
};

gboolean
weir_needle_is_like_hex (const char *string)
{
  g_auto (GStrv) words = g_strsplit (string, " ", -1);
  guint n = 0;

  for (guint i = 0; words[i] != NULL; i++)
    {
      if (*words[i] == '\0')
        continue;
      if (strlen (words[i]) != 2 || !g_ascii_isxdigit (words[i][0]) || !g_ascii_isxdigit (words[i][1]))
        return FALSE;
      n++;
    }
  return n >= 2;
}

/* --- compiling --- */

static void
prepare_bytes (WeirNeedle *self)
{
  for (guint i = 0; i < 256; i++)
    {
      self->fold[i] = self->mode == WEIR_NEEDLE_TEXT ? (guint8) g_ascii_tolower (i) : i;
      self->skip[i] = self->len;
    }
  for (gsize i = 0; i < self->len; i++)
    self->bytes[i] = self->fold[self->bytes[i]];
  for (gsize i = 0; i + 1 < self->len; i++)
    self->skip[self->bytes[i]] = self->len - 1 - i;
}

/* GLib's sentence names the whole expression, which is before the user's eyes anyway. */
static void
take_reason (GError *failure, GError **error)
{
  const char *reason = strrchr (failure->message, ':');

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                       reason != NULL && reason[1] == ' ' ? reason + 2 : failure->message);
  g_error_free (failure);
}

static GRegex *
compile (const char *pattern, GRegexCompileFlags flags, GError **error)
{
  g_autoptr (GRegex) regex = NULL;
  g_autofree char *limited = NULL;
  GError *failure = NULL;

  flags |= G_REGEX_OPTIMIZE | G_REGEX_MULTILINE;
  regex = g_regex_new (pattern, flags, 0, &failure);
  if (regex == NULL)
    {
      take_reason (failure, error);
      return NULL;
    }
  g_clear_pointer (&regex, g_regex_unref);
  limited = g_strconcat (LIMITS, pattern, NULL);
  regex = g_regex_new (limited, flags, 0, &failure);
  if (regex == NULL)
    {
      take_reason (failure, error);
      return NULL;
    }
  g_regex_match (regex, "", 0, NULL); /* what GLib makes at the first match is made before threads share it */
  return g_steal_pointer (&regex);
}

/* Whether an expression means characters, by themselves, by number or by property. */
static gboolean
is_of_characters (const char *string)
{
  static const char *const escapes[] = { "\\x{", "\\p", "\\P", "\\X" };

  for (guint i = 0; i < G_N_ELEMENTS (escapes); i++)
    if (strstr (string, escapes[i]) != NULL)
      return TRUE;
  return !g_str_is_ascii (string);
}

static gboolean
prepare_regex (WeirNeedle *self, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (is_of_characters (self->string))
    self->unicode = compile (self->string, 0, NULL);
  self->regex = compile (self->string, G_REGEX_RAW, &failure);
  if (self->regex != NULL || self->unicode != NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* As case folding without a change of length has it: ς is σ and K is k; ß is not ss. */
static gunichar
fold_letter (gunichar c)
{
  return g_unichar_tolower (g_unichar_toupper (c));
}

static void
prepare_text (WeirNeedle *self)
{
  glong n_letters;

  if (g_str_is_ascii (self->string) || !g_utf8_validate (self->string, -1, NULL))
    {
      self->len = strlen (self->string);
      self->bytes = g_memdup2 (self->string, self->len);
      return;
    }
  self->letters = g_utf8_to_ucs4_fast (self->string, -1, &n_letters);
  self->len = n_letters;
  for (gsize i = 0; i < self->len; i++)
    self->letters[i] = fold_letter (self->letters[i]);
}

static gboolean
prepare (WeirNeedle *self, GError **error)
{
  const char *bad;

  if (self->mode == WEIR_NEEDLE_REGEX)
    return prepare_regex (self, error);

  if (self->mode == WEIR_NEEDLE_HEX)
    {
      GBytes *bytes = weir_hex_parse (self->string, &bad);

      self->bytes = bytes != NULL ? g_bytes_unref_to_data (bytes, &self->len) : NULL;
      if (self->bytes == NULL)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, "bytes are written as 50 41 52 31");
          return FALSE;
        }
    }
  else
    {
      prepare_text (self);
    }
  if (self->bytes != NULL)
    prepare_bytes (self);
  return TRUE;
}

WeirNeedle *
weir_needle_new (WeirNeedleMode mode, const char *string, GError **error)
{
  g_autoptr (WeirNeedle) self = NULL;

  if (string == NULL || *string == '\0')
    return NULL;

  self = g_atomic_rc_box_new0 (WeirNeedle);
  self->mode = mode;
  self->string = g_strdup (string);
  if (!prepare (self, error))
    return NULL;
  /* What stands between bytes is none: there is nothing to look for. */
  return mode == WEIR_NEEDLE_REGEX || self->len > 0 ? g_steal_pointer (&self) : NULL;
}

WeirNeedle *
weir_needle_ref (WeirNeedle *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
needle_clear (gpointer data)
{
  WeirNeedle *self = data;

  g_free (self->string);
  g_free (self->bytes);
  g_free (self->letters);
  g_clear_pointer (&self->regex, g_regex_unref);
  g_clear_pointer (&self->unicode, g_regex_unref);
}

void
weir_needle_unref (WeirNeedle *self)
{
  g_atomic_rc_box_release_full (self, needle_clear);
}

WeirNeedleMode
weir_needle_get_mode (WeirNeedle *self)
{
  return self->mode;
}

gboolean
weir_needle_equal (WeirNeedle *a, WeirNeedle *b)
{
  return a == b || (a != NULL && b != NULL && a->mode == b->mode && strcmp (a->string, b->string) == 0);
}

/* --- looking --- */

static gboolean
matches_at (WeirNeedle *self, const guint8 *data)
{
  gsize i = 0;

  while (i < self->len && self->fold[data[i]] == self->bytes[i])
    i++;
  return i == self->len;
}

static WeirNeedleResult
find_bytes (WeirNeedle *self, const guint8 *data, gsize len, gsize from, gsize *start, gsize *end)
{
  guint8 last = self->bytes[self->len - 1];

  for (gsize at = from; at + self->len <= len;)
    {
      guint8 byte = self->fold[data[at + self->len - 1]];

      if (byte == last && matches_at (self, data + at))
        {
          *start = at;
          *end = at + self->len;
          return WEIR_NEEDLE_FOUND;
        }
      at += self->skip[byte];
    }
  return WEIR_NEEDLE_NOT_FOUND;
}

/* How many bytes of @data the needle's letters are; 0: they are not there. */
static gsize
match_letters (WeirNeedle *self, const guint8 *data, gsize len)
{
  gsize at = 0;

  for (gsize i = 0; i < self->len; i++)
    {
      gunichar c = at < len ? data[at] : 0;

      if (c >= 0x80)
        c = g_utf8_get_char_validated ((const char *) data + at, MIN (len - at, 6));
      if (at >= len || c == (gunichar) -1 || c == (gunichar) -2 || fold_letter (c) != self->letters[i])
        return 0;
      at += g_unichar_to_utf8 (c, NULL);
    }
  return at;
}

static WeirNeedleResult
find_letters (WeirNeedle *self, const guint8 *data, gsize len, gsize from, gsize *start, gsize *end)
{
  gboolean is_first_ascii = self->letters[0] < 0x80;

  for (gsize at = from; at < len; at++)
    {
      gboolean may_be =
          data[at] >= 0xc2 || (is_first_ascii && (gunichar) g_ascii_tolower (data[at]) == self->letters[0]);
      gsize n_bytes = may_be ? match_letters (self, data + at, len - at) : 0;

      if (n_bytes == 0)
        continue;
      *start = at;
      *end = at + n_bytes;
      return WEIR_NEEDLE_FOUND;
    }
  return WEIR_NEEDLE_NOT_FOUND;
}

/* Bytes or text. */
static WeirNeedleResult
find_string (WeirNeedle *self, const guint8 *data, gsize len, gsize from, gsize *start, gsize *end)
{
  return self->letters != NULL ? find_letters (self, data, len, from, start, end)
                               : find_bytes (self, data, len, from, start, end);
}

static WeirNeedleResult
find_regex (GRegex *regex, const guint8 *data, gsize len, gsize from, gboolean takes_empty, gsize *start, gsize *end)
{
  g_autoptr (GMatchInfo) info = NULL;
  g_autoptr (GError) error = NULL;
  int first = 0, behind = 0;
  gboolean is_found = g_regex_match_full (regex, (const char *) data, len, from, 0, &info, &error);

  while (is_found && g_match_info_fetch_pos (info, 0, &first, &behind) && behind <= first && !takes_empty)
    is_found = g_match_info_next (info, &error);
  if (error != NULL)
    return WEIR_NEEDLE_GAVE_UP;
  *start = first;
  *end = behind;
  return is_found && (behind > first || takes_empty) ? WEIR_NEEDLE_FOUND : WEIR_NEEDLE_NOT_FOUND;
}

/* How much of it is looked at. A character that the bound would cut through stays out: a text with a part of it is
 * none. */
static gsize
bound_look (const guint8 *data, gsize len)
{
  gsize end = MIN (len, REGEX_LOOK);

  for (guint i = 0; i < 3 && end < len && (data[end] & 0xc0) == 0x80; i++)
    end--;
  return end;
}

/* That for bytes, or that for characters. (nullable): these bytes are no text. */
static GRegex *
choose_regex (WeirNeedle *self, const guint8 *data, gsize len)
{
  gboolean is_unicode = self->unicode != NULL && g_utf8_validate_len ((const char *) data, len, NULL);

  return is_unicode ? self->unicode : self->regex;
}

WeirNeedleResult
weir_needle_find (WeirNeedle *self, const guint8 *data, gsize len, gsize from, gsize *start, gsize *end)
{
  GRegex *regex;

  if (self->mode != WEIR_NEEDLE_REGEX)
    return find_string (self, data, len, from, start, end);

  len = bound_look (data, len);
  regex = from < len ? choose_regex (self, data, len) : NULL;
  return regex != NULL ? find_regex (regex, data, len, from, FALSE, start, end) : WEIR_NEEDLE_NOT_FOUND;
}

WeirNeedleResult
weir_needle_match (WeirNeedle *self, const guint8 *data, gsize len)
{
  gsize start, end;
  GRegex *regex;

  if (self->mode != WEIR_NEEDLE_REGEX)
    return find_string (self, data, len, 0, &start, &end);

  len = bound_look (data, len);
  data = len > 0 ? data : (const guint8 *) "";
  regex = choose_regex (self, data, len);
  return regex != NULL ? find_regex (regex, data, len, 0, TRUE, &start, &end) : WEIR_NEEDLE_NOT_FOUND;
}
