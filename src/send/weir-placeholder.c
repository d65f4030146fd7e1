/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-placeholder.h"

#include <glib/gi18n.h>
#include <string.h>

#include "weir-json-lexer.h"

static void
weir_placeholder_free (gpointer data)
{
  WeirPlaceholder *self = data;

  g_free (self->channel);
  g_free (self);
}

static void
weir_payload_channel_free (gpointer data)
{
  WeirPayloadChannel *self = data;

  g_free (self->name);
  g_free (self);
}

/* --- one --- */

static gboolean
is_name (const char *text, gsize len)
{
  if (len == 0 || len > WEIR_PLACEHOLDER_MAX_NAME)
    return FALSE;
  for (gsize i = 0; i < len; i++)
    if (!g_ascii_isalnum (text[i]) && text[i] != '_' && text[i] != '-')
      return FALSE;
  return TRUE;
}

static gboolean
is_number (const char *text, gsize len)
{
  if (len == 0 || len > 2)
    return FALSE;
  for (gsize i = 0; i < len; i++)
    if (!g_ascii_isdigit (text[i]))
      return FALSE;
  return TRUE;
}

/* @rest: what stands behind `$reader` or `$writer`. */
static gboolean
parse_channel (const char *rest, gsize len, WeirDirection direction, char **channel)
{
  const char *unnamed = direction == WEIR_DIRECTION_READ ? "in" : "out";
  g_autofree char *name = NULL;

  if (len > 0 && rest[0] == ':' && is_name (rest + 1, len - 1))
    name = g_strndup (rest + 1, len - 1);
  else if (len == 0 || is_number (rest, len))
    name = g_strdup_printf ("%s%.*s", unnamed, (int) len, rest);
  if (name == NULL)
    return FALSE;
  if (channel != NULL)
    *channel = g_steal_pointer (&name);
  return TRUE;
}

gboolean
weir_placeholder_parse (WeirSpan literal, WeirDirection *direction, char **channel)
{
  static const char *const starts[] = { [WEIR_DIRECTION_READ] = "\"$reader", [WEIR_DIRECTION_WRITE] = "\"$writer" };

  if (literal.len < 2 || literal.text[literal.len - 1] != '"')
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    {
      gsize len = strlen (starts[i]);

      if (literal.len > len && memcmp (literal.text, starts[i], len) == 0)
        {
          *direction = i;
          return parse_channel (literal.text + len, literal.len - len - 1, i, channel);
        }
    }
  return FALSE;
}

/* --- all of a text --- */

GPtrArray *
weir_placeholder_find (WeirSpan text)
{
  GPtrArray *found = g_ptr_array_new_with_free_func (weir_placeholder_free);
  WeirJsonLexer lexer;
  WeirToken token;

  weir_json_lexer_init (&lexer, text.text, text.len);
  while (weir_json_lexer_next (&lexer, &token))
    {
      WeirDirection direction;
      WeirPlaceholder *placeholder;
      char *channel;

      if (token.kind != WEIR_TOKEN_STRING ||
          !weir_placeholder_parse ((WeirSpan){ text.text + token.start, token.len }, &direction, &channel))
        continue;
      placeholder = g_new (WeirPlaceholder, 1);
      *placeholder = (WeirPlaceholder){ token.start, token.len, direction, channel };
      g_ptr_array_add (found, placeholder);
    }
  return found;
}

static WeirPayloadChannel *
ensure_channel (GPtrArray *channels, const char *name)
{
  WeirPayloadChannel *channel;

  for (guint i = 0; i < channels->len; i++)
    {
      channel = channels->pdata[i];
      if (g_str_equal (channel->name, name))
        return channel;
    }
  channel = g_new0 (WeirPayloadChannel, 1);
  channel->name = g_strdup (name);
  g_ptr_array_add (channels, channel);
  return channel;
}

GPtrArray *
weir_payload_list_channels (WeirSpan text)
{
  g_autoptr (GPtrArray) placeholders = weir_placeholder_find (text);
  GPtrArray *channels = g_ptr_array_new_with_free_func (weir_payload_channel_free);

  for (guint i = 0; i < placeholders->len; i++)
    {
      const WeirPlaceholder *placeholder = placeholders->pdata[i];
      WeirPayloadChannel *channel = ensure_channel (channels, placeholder->channel);

      if (placeholder->direction == WEIR_DIRECTION_READ)
        channel->gives_reader = TRUE;
      else
        channel->gives_writer = TRUE;
    }
  return channels;
}

GString *
weir_payload_splice (WeirSpan text, WeirPayloadRefFunc func, gpointer user_data)
{
  g_autoptr (GPtrArray) placeholders = weir_placeholder_find (text);
  GString *out = g_string_sized_new (text.len + 160 * placeholders->len);
  gsize at = 0;

  for (guint i = 0; i < placeholders->len; i++)
    {
      const WeirPlaceholder *placeholder = placeholders->pdata[i];
      const WeirRef *ref = func (placeholder, user_data);

      if (ref == NULL)
        continue;
      g_string_append_len (out, text.text + at, placeholder->start - at);
      weir_ref_append (out, ref);
      at = placeholder->start + placeholder->len;
    }
  g_string_append_len (out, text.text + at, text.len - at);
  return out;
}

gboolean
weir_payload_check (WeirSpan text, gsize *offset, const char **wrong, GError **error)
{
  const char *reason, *invalid;
  gsize at;

  if (offset != NULL)
    *offset = 0;
  if (wrong != NULL)
    *wrong = NULL;
  if (text.len > WEIR_PAYLOAD_MAX_SIZE)
    {
      g_set_error (error, WEIR_JSON_ERROR, WEIR_JSON_ERROR_SYNTAX,
                   _ ("It has %" G_GSIZE_FORMAT " bytes, more than the %d of a message: a channel would carry it"),
                   text.len, WEIR_PAYLOAD_MAX_SIZE);
      return FALSE;
    }
  if (!g_utf8_validate_len (text.text, text.len, &invalid))
    {
      at = (gsize) (invalid - text.text);
      reason = N_ ("not UTF-8");
    }
  else if (weir_json_check_at (text, WEIR_JSON_MAX_DEPTH, &at, &reason))
    {
      return TRUE;
    }
  if (offset != NULL)
    *offset = at;
  if (wrong != NULL)
    *wrong = _ (reason);
  g_set_error (error, WEIR_JSON_ERROR, WEIR_JSON_ERROR_SYNTAX, _ ("Not valid JSON at byte %" G_GSIZE_FORMAT ": %s"), at,
               _ (reason));
  return FALSE;
}
