/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-code-private.h"

#include <string.h>

#include "weir-json-lexer.h"

gboolean
weir_code_writes (const WeirPayloadChannel *channel)
{
  return channel->gives_reader && !channel->gives_writer;
}

gboolean
weir_code_reads (const WeirPayloadChannel *channel)
{
  return channel->gives_writer && !channel->gives_reader;
}

gboolean
weir_code_any (WeirCode *self, gboolean (*is) (const WeirPayloadChannel *channel))
{
  for (guint i = 0; i < self->channels->len; i++)
    if (is (self->channels->pdata[i]))
      return TRUE;
  return FALSE;
}

const char *
weir_code_get_path (WeirCode *self)
{
  const WeirSending *sending = &self->request->sending;

  if (sending->path != NULL)
    return sending->path;
  return sending->data != NULL && g_bytes_get_size (sending->data) > WEIR_CODE_MAX_DATA ? WEIR_CODE_DATA_FILE : NULL;
}

gsize
weir_code_get_message_size (WeirCode *self)
{
  guint size = self->request->sending.message_size;

  return size > 0 ? size : 64 * 1024;
}

char *
weir_code_dup_base64 (WeirCode *self)
{
  GBytes *data = self->request->sending.data;
  gsize size = 0;
  const guchar *bytes = data != NULL ? g_bytes_get_data (data, &size) : NULL;

  return size > 0 ? g_base64_encode (bytes, size) : g_strdup ("");
}

/* --- literals --- */

static void
append_char (GString *out, gunichar c, WeirCodeString style)
{
  if (c == '"' || c == '\\')
    g_string_append_printf (out, "\\%c", (char) c);
  else if (c == '\n')
    g_string_append (out, "\\n");
  else if (g_unichar_isprint (c))
    g_string_append_unichar (out, c);
  else if (style == WEIR_CODE_STRING_RUST)
    g_string_append_printf (out, "\\u{%x}", c);
  else
    g_string_append_printf (out, "\\U%08x", c);
}

void
weir_code_append_string (GString *out, const char *text, WeirCodeString style)
{
  g_string_append_c (out, '"');
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    append_char (out, g_utf8_get_char (at), style);
  g_string_append_c (out, '"');
}

/* --- the payload --- */

static void
append_word (GString *out, const WeirCodePayload *how, const char *text, gsize len)
{
  static const char *const words[] = { "true", "false", "null" };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (len == strlen (words[i]) && memcmp (text, words[i], len) == 0)
      {
        g_string_append (out, how->words[i]);
        return;
      }
  g_string_append_len (out, text, (gssize) len);
}

static void
append_literal (GString *out, const WeirCodePayload *how, WeirSpan literal)
{
  g_autofree char *text = how->style != NULL ? weir_json_dup_string (literal) : NULL;

  if (text != NULL)
    weir_code_append_string (out, text, *how->style);
  else
    g_string_append_len (out, literal.text, (gssize) literal.len);
}

static void
append_token (GString *out, const WeirCodePayload *how, const char *text, const WeirToken *token)
{
  WeirSpan literal = { text + token->start, token->len };
  WeirPlaceholder placeholder = { token->start, token->len, WEIR_DIRECTION_READ, NULL };

  if (token->kind == WEIR_TOKEN_WORD)
    append_word (out, how, literal.text, literal.len);
  else if (token->kind == WEIR_TOKEN_STRING &&
           weir_placeholder_parse (literal, &placeholder.direction, &placeholder.channel))
    how->append_ref (out, &placeholder);
  else if (token->kind == WEIR_TOKEN_STRING || token->kind == WEIR_TOKEN_KEY)
    append_literal (out, how, literal);
  else
    g_string_append_len (out, literal.text, (gssize) literal.len);
  g_free (placeholder.channel);
}

/* Laid out as it was typed; what is between its parts stays, and later lines are indented. */
void
weir_code_append_payload (WeirCode *self, const WeirCodePayload *how, const char *indent)
{
  const char *text = self->request->payload;
  WeirJsonLexer lexer;
  WeirToken token;
  gsize at = 0;

  weir_json_lexer_init (&lexer, text, strlen (text));
  while (weir_json_lexer_next (&lexer, &token))
    {
      for (; at < token.start; at++)
        {
          g_string_append_c (self->out, text[at]);
          if (text[at] == '\n')
            g_string_append (self->out, indent);
        }
      append_token (self->out, how, text, &token);
      at = token.start + token.len;
    }
}

char *
weir_code_write (WeirCodeLanguage language, const WeirCodeRequest *request)
{
  g_autoptr (GPtrArray) channels = weir_payload_list_channels (WEIR_SPAN (request->payload));
  WeirCode code = { .request = request, .channels = channels, .out = g_string_new (NULL) };

  switch (language)
    {
    case WEIR_CODE_PYTHON:
      weir_code_write_python (&code);
      break;
    case WEIR_CODE_RUST:
      weir_code_write_rust (&code);
      break;
    case WEIR_CODE_NODE:
    default:
      weir_code_write_node (&code);
      break;
    }
  return g_string_free (code.out, FALSE);
}
