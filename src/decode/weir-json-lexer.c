/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-json-lexer.h"

#include <string.h>

/* Deeper than this nothing is indented further: what is hostile is not to grow by its depth squared. */
#define MAX_INDENT 64

void
weir_json_lexer_init (WeirJsonLexer *self, const char *text, gsize len)
{
  self->text = text;
  self->len = len;
  self->at = 0;
}

static gboolean
is_space (char c)
{
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static void
skip_space (const WeirJsonLexer *self, gsize *at)
{
  while (*at < self->len && is_space (self->text[*at]))
    (*at)++;
}

/* From the opening quote to behind the closing one, or to the end. */
static gsize
string_end (const WeirJsonLexer *self, gsize at)
{
  for (at++; at < self->len && self->text[at] != '"'; at++)
    if (self->text[at] == '\\')
      at++;
  return MIN (at + 1, self->len);
}

static gsize
word_end (const WeirJsonLexer *self, gsize at)
{
  while (at < self->len && !is_space (self->text[at]) && strchr ("{}[],:\"", self->text[at]) == NULL)
    at++;
  return at;
}

static WeirTokenKind
string_kind (const WeirJsonLexer *self, gsize end)
{
  skip_space (self, &end);
  return end < self->len && self->text[end] == ':' ? WEIR_TOKEN_KEY : WEIR_TOKEN_STRING;
}

gboolean
weir_json_lexer_next (WeirJsonLexer *self, WeirToken *token)
{
  char c;

  skip_space (self, &self->at);
  if (self->at >= self->len)
    return FALSE;

  c = self->text[self->at];
  token->start = self->at;
  self->at++;
  switch (c)
    {
    case '{':
    case '[':
      token->kind = WEIR_TOKEN_OPEN;
      break;
    case '}':
    case ']':
      token->kind = WEIR_TOKEN_CLOSE;
      break;
    case ',':
      token->kind = WEIR_TOKEN_COMMA;
      break;
    case ':':
      token->kind = WEIR_TOKEN_COLON;
      break;
    case '"':
      self->at = string_end (self, token->start);
      token->kind = string_kind (self, self->at);
      break;
    default:
      self->at = MAX (word_end (self, token->start), self->at); /* a NUL is found by strchr, and is a word of its own */
      token->kind = c == '-' || g_ascii_isdigit (c) ? WEIR_TOKEN_NUMBER : WEIR_TOKEN_WORD;
      break;
    }
  token->len = self->at - token->start;

  return TRUE;
}

static void
append_line (GString *out, guint depth)
{
  g_string_append_printf (out, "\n%*s", (int) (2 * MIN (depth, MAX_INDENT)), "");
}

char *
weir_json_layout (const char *text, gsize len)
{
  GString *out = g_string_sized_new (len + len / 2 + 16);
  WeirJsonLexer lexer;
  WeirToken token;
  WeirTokenKind before = WEIR_TOKEN_COMMA;
  gboolean is_first = TRUE;
  guint depth = 0;

  weir_json_lexer_init (&lexer, text, len);
  for (; weir_json_lexer_next (&lexer, &token); before = token.kind, is_first = FALSE)
    {
      if (token.kind == WEIR_TOKEN_CLOSE && depth > 0)
        depth--;

      /* An empty container stays on its line, and so does what follows a key. */
      if (!is_first && (before == WEIR_TOKEN_COMMA || (token.kind == WEIR_TOKEN_CLOSE) != (before == WEIR_TOKEN_OPEN)))
        append_line (out, depth);
      else if (before == WEIR_TOKEN_COLON || (token.kind >= WEIR_TOKEN_KEY && before >= WEIR_TOKEN_KEY))
        g_string_append_c (out, ' ');

      g_string_append_len (out, text + token.start, token.len);
      if (token.kind == WEIR_TOKEN_OPEN)
        depth++;
    }

  return g_string_free (out, FALSE);
}

/* The line of @at, going on from *line, which is that of *seen. */
static guint
count_lines (const char *text, gsize at, gsize *seen, guint *line)
{
  for (; *seen < at; (*seen)++)
    *line += text[*seen] == '\n';
  return *line;
}

GArray *
weir_json_folds (const char *text, gsize len)
{
  GArray *folds = g_array_new (FALSE, TRUE, sizeof (guint));
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (guint)); /* the lines of brackets that are open */
  WeirJsonLexer lexer;
  WeirToken token;
  gsize seen = 0;
  guint line = 0;

  weir_json_lexer_init (&lexer, text, len);
  while (weir_json_lexer_next (&lexer, &token))
    {
      count_lines (text, token.start, &seen, &line);
      g_array_set_size (folds, MAX (folds->len, line + 1));
      if (token.kind == WEIR_TOKEN_OPEN)
        {
          g_array_append_val (open, line);
        }
      else if (token.kind == WEIR_TOKEN_CLOSE && open->len > 0)
        {
          guint opened = g_array_index (open, guint, open->len - 1);

          if (line > opened + 1)
            g_array_index (folds, guint, opened) = line;
          g_array_set_size (open, open->len - 1);
        }
    }
  return folds;
}
