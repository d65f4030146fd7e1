/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-ref-text.h"

#include <glib/gi18n.h>
#include <string.h>

#include "weir-key-scan.h"

/* The three members of a ref, in no order; a member that comes again begins the next ref. So does one that stands too
 * far from the others. */
typedef enum
{
  MEMBER_ID,
  MEMBER_KEY,
  MEMBER_DIRECTION,
  N_MEMBERS,
  NO_MEMBER = N_MEMBERS,
} Member;

#define MAX_DISTANCE 2048

typedef struct
{
  char *values[N_MEMBERS];
  gsize at; /* of the last one */
  GPtrArray *refs;
  gboolean is_masked; /* a key was */
  gboolean is_wrong;  /* a direction was */
  guint seen;         /* of all members: bits */
} Finder;

static void
finder_clear_values (Finder *self)
{
  for (Member i = 0; i < N_MEMBERS; i++)
    g_clear_pointer (&self->values[i], g_free);
}

/* --- words --- */

static gboolean
is_name_char (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '-';
}

/* "channel_id", "channelId", "ChannelID", "channel-id" */
static gboolean
is_word (const char *text, gsize len, const char *word)
{
  gsize n = 0;

  for (gsize i = 0; i < len; i++)
    if (text[i] != '_' && text[i] != '-' && g_ascii_tolower (text[i]) != word[n++])
      return FALSE;
  return word[n] == '\0';
}

static Member
get_member (const char *text, gsize len)
{
  static const char *const words[] = { "channelid", "accesskey", "direction" };

  for (Member i = 0; i < N_MEMBERS; i++)
    if (len >= strlen (words[i]) && is_word (text, len, words[i]))
      return i;
  return NO_MEMBER;
}

static gboolean
is_value_char (char c)
{
  /* What a mask is made of, too, so that it is told from a key that is missing. */
  return (guchar) c >= 0x80 || is_name_char (c) || strchr (".~*+/%", c) != NULL;
}

static const char *
find_value_end (const char *at, const char *end)
{
  while (at < end && *at != '\0' && is_value_char (*at))
    at++;
  return at;
}

/* --- refs --- */

static gboolean
is_masked (const char *key)
{
  return strchr (key, '*') != NULL || strstr (key, "…") != NULL || strstr (key, "•") != NULL;
}

static gboolean
read_direction (const char *text, WeirDirection *direction)
{
  gsize len = strlen (text);
  const char *dot = strrchr (text, '.'); /* `ChannelDirection.read` */

  if (dot != NULL)
    {
      len -= dot + 1 - text;
      text = dot + 1;
    }
  *direction = is_word (text, len, "write") ? WEIR_DIRECTION_WRITE : WEIR_DIRECTION_READ;
  return is_word (text, len, "read") || is_word (text, len, "write");
}

static gboolean
has_ref (GPtrArray *refs, const char *id, WeirDirection direction)
{
  for (guint i = 0; i < refs->len; i++)
    {
      const WeirRef *ref = g_ptr_array_index (refs, i);

      if (g_str_equal (ref->channel_id, id) && ref->direction == direction)
        return TRUE;
    }
  return FALSE;
}

static void
finder_finish_ref (Finder *self)
{
  WeirDirection direction;
  const char *id = self->values[MEMBER_ID], *key = self->values[MEMBER_KEY];

  if (id == NULL || key == NULL || self->values[MEMBER_DIRECTION] == NULL)
    return;
  if (is_masked (key))
    self->is_masked = TRUE;
  else if (!read_direction (self->values[MEMBER_DIRECTION], &direction))
    self->is_wrong = TRUE;
  else if (self->refs->len < WEIR_REF_TEXT_MAX_REFS && !has_ref (self->refs, id, direction))
    g_ptr_array_add (self->refs, weir_ref_new (id, key, direction));
  finder_clear_values (self);
}

/* @value: (transfer full) */
static void
finder_add (Finder *self, Member member, char *value, gsize at)
{
  if (self->values[member] != NULL || at - self->at > MAX_DISTANCE)
    finder_clear_values (self);
  self->values[member] = value;
  self->at = at;
  self->seen |= 1u << member;
  finder_finish_ref (self);
}

/* --- addresses --- */

static char *
unescape (WeirSpan part)
{
  return g_uri_unescape_segment (part.text, part.text + part.len, NULL);
}

/* @value: nullable: the first one is taken */
static void
take_parameter (char **value, WeirSpan given)
{
  if (*value == NULL)
    *value = unescape (given);
}

static void
find_addresses (Finder *self, WeirSpan text)
{
  WeirSpan id, name;

  for (gsize at = 0; weir_key_scan_address (text, &at, &id);)
    {
      finder_clear_values (self);
      self->values[MEMBER_ID] = unescape (id);
      while (weir_key_scan_parameter (text, &at, &name))
        if (weir_key_scan_is (name, "key"))
          take_parameter (&self->values[MEMBER_KEY], weir_key_scan_parameter_value (text, &at));
        else if (weir_key_scan_is (name, "dir"))
          take_parameter (&self->values[MEMBER_DIRECTION], weir_key_scan_parameter_value (text, &at));
      for (Member i = 0; i < N_MEMBERS; i++)
        self->seen |= self->values[i] != NULL ? 1u << i : 0;
      finder_finish_ref (self);
    }
  finder_clear_values (self);
}

/* (nullable): behind the name at @at; @behind: (out): it. */
static char *
dup_member (WeirSpan text, gsize at, const char **behind)
{
  WeirSpan near = { text.text, MIN (text.len, at + MAX_DISTANCE) }, value;
  const char *end;

  if (!weir_key_scan_value (near, at, &value))
    return NULL;
  end = find_value_end (value.text, value.text + value.len);
  if (end == value.text || (end == near.text + near.len && near.len < text.len)) /* too long for one */
    return NULL;
  *behind = end;
  return g_strndup (value.text, end - value.text);
}

static void
find_members (Finder *self, WeirSpan text)
{
  const char *end = text.text + text.len;

  for (const char *at = text.text; at < end;)
    {
      const char *word = at;
      Member member;
      char *value;

      while (at < end && is_name_char (*at))
        at++;
      member = get_member (word, at - word);
      value = member != NO_MEMBER ? dup_member (text, at - text.text, &at) : NULL;
      if (value != NULL)
        finder_add (self, member, value, at - text.text);
      else if (at == word)
        at++;
    }
  finder_clear_values (self);
}

/* --- public --- */

static GError *
say_why (const Finder *self)
{
  if (self->is_masked)
    return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                                _ ("The access key is masked: paste the ref with its whole key"));
  if (self->is_wrong)
    return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("The direction is neither “read” nor “write”"));
  if (self->seen == 0)
    return g_error_new_literal (
        G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
        _ ("There is no ref in this: it has a “channel_id”, an “access_key” and a “direction”"));
  if ((self->seen & 1u << MEMBER_ID) == 0)
    return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("The “channel_id” is missing"));
  if ((self->seen & 1u << MEMBER_KEY) == 0)
    return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("The “access_key” is missing"));
  if ((self->seen & 1u << MEMBER_DIRECTION) == 0)
    return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                                _ ("The “direction” is missing: “read” or “write”"));
  return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                              _ ("The “channel_id”, “access_key” and “direction” do not stand together"));
}

GPtrArray *
weir_ref_text_find (const char *text, GError **error)
{
  Finder finder = { .refs = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_ref_free) };

  if (strlen (text) > WEIR_REF_TEXT_MAX)
    {
      g_ptr_array_unref (finder.refs);
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("This is too much text for a ref"));
      return NULL;
    }
  find_members (&finder, WEIR_SPAN (text));
  find_addresses (&finder, WEIR_SPAN (text));
  if (finder.refs->len > 0)
    return finder.refs;
  g_ptr_array_unref (finder.refs);
  g_propagate_error (error, say_why (&finder));
  return NULL;
}
