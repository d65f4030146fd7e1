/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-ref-text.h"

#include <glib/gi18n.h>
#include <string.h>

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

/* What may stand between a name and its value: quotes, escaped ones too, a colon or an equals sign, space. */
static const char *
skip_to_value (const char *at, const char *end)
{
  gboolean has_sign = FALSE;

  for (; at < end; at++)
    {
      if (*at == ':' || *at == '=')
        has_sign = TRUE;
      else if (*at == '>' && at[-1] == '=')
        continue;
      else if (strchr ("<\"'`\\ \t\r\n", *at) == NULL || *at == '\0')
        break;
    }
  return has_sign ? at : NULL;
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
get_query (const char *query, const char *name)
{
  const char *end = query + strcspn (query, " \t\r\n\"'`<>\\)]},");
  gsize len = strlen (name);

  for (const char *at = query; at < end; at++)
    {
      const char *value_end = at + strcspn (at, "&#");

      value_end = MIN (value_end, end);
      if (strncmp (at, name, len) == 0 && at[len] == '=')
        return g_uri_unescape_segment (at + len + 1, value_end, NULL);
      at = value_end;
    }
  return NULL;
}

static void
find_addresses (Finder *self, const char *text)
{
  static const char path[] = "/ws/channels/";

  for (const char *at = strstr (text, path); at != NULL; at = strstr (at, path))
    {
      gsize len = strcspn (at += strlen (path), "?/ \t\r\n\"'");
      g_autofree char *id = g_uri_unescape_segment (at, at + len, NULL);
      const char *query = at[len] == '?' ? at + len + 1 : "";
      char *key = get_query (query, "key"), *direction = get_query (query, "dir");

      finder_clear_values (self);
      self->seen |=
          1u << MEMBER_ID | (key != NULL ? 1u << MEMBER_KEY : 0) | (direction != NULL ? 1u << MEMBER_DIRECTION : 0);
      self->values[MEMBER_ID] = g_steal_pointer (&id);
      self->values[MEMBER_KEY] = key;
      self->values[MEMBER_DIRECTION] = direction;
      finder_finish_ref (self);
    }
  finder_clear_values (self);
}

static void
find_members (Finder *self, const char *text)
{
  const char *end = text + strlen (text);

  for (const char *at = text; at < end;)
    {
      const char *word = at, *value, *value_end;
      Member member;

      while (at < end && is_name_char (*at))
        at++;
      member = get_member (word, at - word);
      value = member != NO_MEMBER ? skip_to_value (at, end) : NULL;
      if (value != NULL)
        {
          value_end = find_value_end (value, end);
          if (value_end > value)
            finder_add (self, member, g_strndup (value, value_end - value), value - text);
          at = value_end;
        }
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
  find_members (&finder, text);
  find_addresses (&finder, text);
  if (finder.refs->len > 0)
    return finder.refs;
  g_ptr_array_unref (finder.refs);
  g_propagate_error (error, say_why (&finder));
  return NULL;
}
