/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-code-private.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

#include "weir-json-lexer.h"
#include "weir-source.h"

/* --- the channels --- */

/* (nullable): what is set for it */
static const WeirChannelSetup *
get_setup (WeirCode *self, const char *name)
{
  WeirSendSetup *setup = self->request->setup;
  int i = setup != NULL ? weir_send_setup_find (setup, name) : -1;

  return i >= 0 ? weir_send_setup_get_channel (setup, (guint) i) : NULL;
}

/* (nullable): that was pasted for it */
static const WeirRef *
get_ref (WeirCode *self, const char *name)
{
  const WeirChannelSetup *setup = get_setup (self, name);

  return setup != NULL ? setup->ref : NULL;
}

gboolean
weir_code_makes (WeirCode *self, const WeirPayloadChannel *channel)
{
  return get_ref (self, channel->name) == NULL;
}

gboolean
weir_code_writes (WeirCode *self, const WeirPayloadChannel *channel)
{
  return channel->gives_reader && !channel->gives_writer && weir_code_makes (self, channel);
}

gboolean
weir_code_reads (WeirCode *self, const WeirPayloadChannel *channel)
{
  return channel->gives_writer && !channel->gives_reader && weir_code_makes (self, channel);
}

gboolean
weir_code_any (WeirCode *self, WeirCodeFunc is)
{
  for (guint i = 0; i < self->channels->len; i++)
    if (is (self, self->channels->pdata[i]))
      return TRUE;
  return FALSE;
}

guint
weir_code_get_buffer_size (WeirCode *self, const WeirPayloadChannel *channel)
{
  const WeirChannelSetup *setup = get_setup (self, channel->name);

  return setup != NULL && setup->buffer_size != WEIR_SEND_DEFAULT_BUFFER ? setup->buffer_size : 0;
}

/* --- what is written --- */

/* Lines above this are one literal: so many are not edited one by one. */
#define MAX_LINES 1000

gboolean
weir_code_cuts_text (WeirCode *self)
{
  return self->writing->is_text && self->writing->kind != WEIR_WRITING_GENERATED;
}

gboolean
weir_code_needs_random (WeirCode *self)
{
  return self->writing->generator == WEIR_GENERATOR_NDJSON || self->writing->generator == WEIR_GENERATOR_RANDOM;
}

gboolean
weir_code_maps_letters (WeirCode *self)
{
  return self->writing->is_text &&
         (self->writing->generator == WEIR_GENERATOR_BYTES || self->writing->generator == WEIR_GENERATOR_RANDOM);
}

char *
weir_code_dup_base64 (WeirCode *self)
{
  g_autoptr (GBytes) data = weir_writing_dup_data (self->writing);
  gsize size = 0;
  const guchar *bytes = data != NULL ? g_bytes_get_data (data, &size) : NULL;

  return size > 0 ? g_base64_encode (bytes, size) : g_strdup ("");
}

/* What cannot be seen but belongs to writing, as what joins the parts of a picture, is escaped; a control character
 * says that it is none. */
static gboolean
is_readable_text (const char *text, gsize len)
{
  if (!g_utf8_validate_len (text, len, NULL))
    return FALSE;
  for (const char *at = text; at < text + len; at = g_utf8_next_char (at))
    if (g_unichar_iscntrl (g_utf8_get_char (at)) && (*at == '\0' || strchr ("\t\n\r", *at) == NULL))
      return FALSE;
  return TRUE;
}

gboolean
weir_code_needs_base64 (WeirCode *self)
{
  g_autoptr (GBytes) data = weir_writing_dup_data (self->writing);
  gsize len;
  const char *text = data != NULL ? g_bytes_get_data (data, &len) : NULL;

  return text != NULL && !is_readable_text (text, len);
}

static guint
count_lines (const char *text)
{
  guint n = 1;

  for (const char *end = text; (end = strchr (end, '\n')) != NULL && *++end != '\0';)
    n++;
  return n;
}

void
weir_code_append_typed (WeirCode *self, const WeirCodeLines *how)
{
  g_autoptr (GBytes) data = weir_writing_dup_data (self->writing);
  gsize len;
  const char *bytes = g_bytes_get_data (data, &len);
  g_autofree char *text = g_strndup (bytes != NULL ? bytes : "", len);
  guint n_lines = count_lines (text);

  if (n_lines == 1 || n_lines > MAX_LINES)
    {
      weir_code_append_string (self->out, text, how->style);
      return;
    }
  g_string_append (self->out, how->begin);
  for (const char *line = text; *line != '\0';)
    {
      const char *newline = strchr (line, '\n');
      g_autofree char *one = newline != NULL ? g_strndup (line, newline + 1 - line) : g_strdup (line);

      g_string_append (self->out, how->indent);
      weir_code_append_string (self->out, one, how->style);
      g_string_append_printf (self->out, "%s\n", how->between);
      line += strlen (one);
    }
  g_string_append (self->out, how->end);
}

void
weir_code_append_template (WeirCode *self, const char *text)
{
  const WeirWriting *writing = self->writing;
  const struct
  {
    const char *name;
    guint64 number;
  } numbers[] = {
    { "@SIZE@", writing->message_size },
    { "@SEED@", writing->seed },
    { "@COUNT@", writing->count },
    { "@RATE@", MAX (writing->rate, 1) },
  };
  GString *copy = g_string_new (text);

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, numbers[i].number);

      g_string_replace (copy, numbers[i].name, number, 0);
    }
  g_string_append_len (self->out, copy->str, (gssize) copy->len);
  g_string_free (copy, TRUE);
}

static gboolean
has_pasted (WeirCode *self, const WeirPayloadChannel *channel)
{
  return !weir_code_makes (self, channel);
}

void
weir_code_append_warning (WeirCode *self, const char *comment)
{
  if (weir_code_any (self, has_pasted))
    g_string_append_printf (self->out, "%s It holds the access key of a channel: whoever reads it can use that.\n",
                            comment);
}

/* --- literals --- */

/* What is not seen, or turns the line's direction or breaks it in an editor, is escaped. */
static gboolean
is_plain (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return g_unichar_isprint (c) && type != G_UNICODE_LINE_SEPARATOR && type != G_UNICODE_PARAGRAPH_SEPARATOR;
}

static void
append_char (GString *out, gunichar c, WeirCodeString style)
{
  static const char controls[] = "\n\r\t", letters[] = "nrt";
  const char *control = c < 0x80 && c != 0 ? strchr (controls, (int) c) : NULL;

  if (c == '"' || c == '\\')
    g_string_append_printf (out, "\\%c", (char) c);
  else if (control != NULL)
    g_string_append_printf (out, "\\%c", letters[control - controls]);
  else if (is_plain (c))
    g_string_append_unichar (out, c);
  else if (style == WEIR_CODE_STRING_BRACED)
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

static gboolean
has_no_literal (WeirSpan literal)
{
  g_autofree char *text = weir_json_dup_string (literal);

  return text != NULL && strstr (text, "\357\277\275") != NULL; /* U+FFFD: of NUL, of half a surrogate pair */
}

static void
append_text (GString *out, const char *const around[2], WeirSpan json, WeirCodeString style)
{
  g_autofree char *text = g_strndup (json.text, json.len);

  g_string_append (out, around[0]);
  weir_code_append_string (out, text, style);
  g_string_append (out, around[1]);
}

static void
append_string (GString *out, const WeirCodePayload *how, WeirSpan literal)
{
  g_autofree char *text = how->style != NULL ? weir_json_dup_string (literal) : NULL;

  if (text != NULL)
    weir_code_append_string (out, text, *how->style);
  else
    g_string_append_len (out, literal.text, (gssize) literal.len);
}

static void
append_key (GString *out, const WeirCodePayload *how, WeirSpan literal)
{
  if (how->append_key != NULL)
    how->append_key (out, literal);
  else if (how->parse[0] != NULL && has_no_literal (literal))
    append_text (out, how->parse_key, literal, *how->style);
  else
    append_string (out, how, literal);
}

static void
append_ref (WeirCode *self, const WeirCodePayload *how, const WeirPlaceholder *placeholder)
{
  const WeirRef *pasted = get_ref (self, placeholder->channel);

  if (pasted != NULL)
    weir_ref_append (self->out, pasted); /* an object of plain strings is the same in all languages */
  else
    how->append_ref (self->out, placeholder);
}

static void
append_token (WeirCode *self, const WeirCodePayload *how, const char *text, const WeirToken *token)
{
  GString *out = self->out;
  WeirSpan literal = { text + token->start, token->len };
  WeirPlaceholder placeholder = { token->start, token->len, WEIR_DIRECTION_READ, NULL };

  if (token->kind == WEIR_TOKEN_WORD)
    append_word (out, how, literal.text, literal.len);
  else if (token->kind == WEIR_TOKEN_STRING &&
           weir_placeholder_parse (literal, &placeholder.direction, &placeholder.channel))
    append_ref (self, how, &placeholder);
  else if (token->kind == WEIR_TOKEN_STRING)
    append_string (out, how, literal);
  else if (token->kind == WEIR_TOKEN_KEY)
    append_key (out, how, literal);
  else if (token->kind == WEIR_TOKEN_NUMBER && how->append_number != NULL)
    how->append_number (out, literal);
  else
    g_string_append_len (out, literal.text, (gssize) literal.len);
  g_free (placeholder.channel);
}

/* A value: its first token has just been read. */
typedef struct
{
  gsize end;
  guint n_tokens;
  gboolean has_ref, has_no_literal;
} Extent;

static Extent
measure (const WeirJsonLexer *lexer, WeirToken token)
{
  WeirJsonLexer ahead = *lexer;
  Extent extent = { 0, 0, FALSE, FALSE };
  guint depth = 0;

  do
    {
      WeirSpan literal = { lexer->text + token.start, token.len };

      depth += token.kind == WEIR_TOKEN_OPEN;
      depth -= token.kind == WEIR_TOKEN_CLOSE && depth > 0;
      extent.n_tokens++;
      extent.end = token.start + token.len;
      if (token.kind == WEIR_TOKEN_STRING && weir_placeholder_parse (literal, &(WeirDirection){ 0 }, NULL))
        extent.has_ref = TRUE;
      else if (token.kind == WEIR_TOKEN_STRING || token.kind == WEIR_TOKEN_KEY)
        extent.has_no_literal = extent.has_no_literal || has_no_literal (literal);
    }
  while (depth > 0 && weir_json_lexer_next (&ahead, &token));
  return extent;
}

/* Whether the value, of which @token is the first, was given as text: the lexer is behind it. */
static gboolean
append_as_text (WeirCode *self, const WeirCodePayload *how, WeirJsonLexer *lexer, const WeirToken *token)
{
  Extent extent;

  if (how->parse[0] == NULL || (token->kind != WEIR_TOKEN_OPEN && token->kind != WEIR_TOKEN_STRING))
    return FALSE;
  extent = measure (lexer, *token);
  if (extent.has_ref || (!extent.has_no_literal && (how->max_tokens == 0 || extent.n_tokens <= how->max_tokens)))
    return FALSE;
  append_text (self->out, how->parse, (WeirSpan){ lexer->text + token->start, extent.end - token->start }, *how->style);
  lexer->at = extent.end;
  return TRUE;
}

/* Laid out as it was typed; what is between its parts stays, and later lines are indented. */
guint
weir_code_append_payload (WeirCode *self, const WeirCodePayload *how, const char *indent)
{
  const char *text = self->request->payload;
  WeirJsonLexer lexer;
  WeirToken token;
  gsize at = 0;
  guint n = 0;

  weir_json_lexer_init (&lexer, text, strlen (text));
  while (weir_json_lexer_next (&lexer, &token))
    {
      for (; at < token.start; at++)
        {
          g_string_append_c (self->out, text[at]);
          if (text[at] == '\n')
            g_string_append (self->out, indent);
        }
      at = token.start + token.len;
      n++;
      if (append_as_text (self, how, &lexer, &token))
        at = lexer.at;
      else
        append_token (self, how, text, &token);
    }
  return n;
}

char *
weir_code_dup_payload (WeirCode *self, const WeirCodePayload *how, const char *indent, guint *n_tokens)
{
  GString *out = self->out;
  char *payload;

  self->out = g_string_new (NULL);
  *n_tokens = weir_code_append_payload (self, how, indent);
  payload = g_string_free (self->out, FALSE);
  self->out = out;
  return payload;
}

/* --- the program --- */

/* What is said about a channel that no placeholder names; NULL: nothing. */
static const char *
object_to_channels (WeirCode *self)
{
  WeirSendSetup *setup = self->request->setup;

  for (guint i = 0; setup != NULL && i < weir_send_setup_get_n_channels (setup); i++)
    {
      const WeirChannelSetup *channel = weir_send_setup_get_channel (setup, i);

      if (channel->ref != NULL && !channel->is_wanted)
        return _ ("A program does not take the end of a pasted ref that the payload has no placeholder for");
      if (channel->ref != NULL && channel->hold == WEIR_HOLD_NONE)
        return _ ("The payload asks for both ends of a channel of which one ref was pasted");
    }
  return NULL;
}

static gboolean
check_data (WeirCode *self, GError **error)
{
  g_autoptr (GBytes) data = NULL;

  if (!weir_source_check (self->writing, error))
    return FALSE;
  data = weir_writing_dup_data (self->writing);
  if (data == NULL || g_bytes_get_size (data) <= WEIR_CODE_MAX_DATA)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                       _ ("More is typed than should stand in a program (64 KiB): put it into a file, which the "
                          "program reads"));
  return FALSE;
}

/* @nothing: what stands for a missing setup */
static WeirCode
begin (const WeirCodeRequest *request, WeirWriting *nothing)
{
  return (WeirCode){ .request = request,
                     .writing = request->setup != NULL ? weir_send_setup_get_writing (request->setup) : nothing,
                     .channels = weir_payload_list_channels (WEIR_SPAN (request->payload)) };
}

gboolean
weir_code_check (const WeirCodeRequest *request, GError **error)
{
  g_autoptr (WeirWriting) nothing = weir_writing_new ();
  WeirCode code = begin (request, nothing);
  g_autoptr (GPtrArray) channels = code.channels;
  const char *objection = object_to_channels (&code);

  if (objection == NULL)
    return !weir_code_any (&code, weir_code_writes) || check_data (&code, error);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, objection);
  return FALSE;
}

char *
weir_code_write (WeirCodeLanguage language, const WeirCodeRequest *request)
{
  g_autoptr (WeirWriting) nothing = weir_writing_new ();
  WeirCode code = begin (request, nothing);
  g_autoptr (GPtrArray) channels = code.channels;

  code.out = g_string_new (NULL);
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
