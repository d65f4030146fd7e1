/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The parts of a JSON text for colouring and layout: of any text, also one that is cut or is no JSON at all, which is
 * what people look at when something is wrong. Nothing is changed and nothing is refused; every byte belongs to a token
 * or is white space. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_TOKEN_OPEN,  /* { or [ */
  WEIR_TOKEN_CLOSE, /* } or ] */
  WEIR_TOKEN_COMMA,
  WEIR_TOKEN_COLON,
  WEIR_TOKEN_KEY, /* a string with a colon behind it */
  WEIR_TOKEN_STRING,
  WEIR_TOKEN_NUMBER,
  WEIR_TOKEN_WORD, /* true, false, null, and whatever else */
} WeirTokenKind;

typedef struct
{
  WeirTokenKind kind;
  gsize start;
  gsize len;
} WeirToken;

typedef struct
{
  const char *text;
  gsize len;
  gsize at;
} WeirJsonLexer;

void weir_json_lexer_init (WeirJsonLexer *self, const char *text, gsize len);
gboolean weir_json_lexer_next (WeirJsonLexer *self, WeirToken *token);

/* The text on lines of its own, indented by two for the eye; literals as they stand, so it is still the same value. */
char *weir_json_layout (const char *text, gsize len);

/* Which lines of a text that was laid out can be folded: (transfer full) (element-type guint): for each line the one
 * with the bracket that closes what it has opened last and does not close itself; 0: none. */
GArray *weir_json_folds (const char *text, gsize len);

G_END_DECLS
