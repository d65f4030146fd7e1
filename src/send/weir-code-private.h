/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-code.h"

/* What the languages share: each program has the same parts in the same order. */

G_BEGIN_DECLS

/* The generator's: of binary bytes made text. */
#define WEIR_CODE_LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

typedef struct
{
  const WeirCodeRequest *request;
  const WeirWriting *writing; /* what is written into the channels */
  GPtrArray *channels;        /* of WeirPayloadChannel */
  GString *out;
} WeirCode;

typedef gboolean (*WeirCodeFunc) (WeirCode *self, const WeirPayloadChannel *channel);

/* Whether the program makes it: no ref was pasted for it. */
gboolean weir_code_makes (WeirCode *self, const WeirPayloadChannel *channel);
/* Whether it writes into it: the function gets the reader, and nobody the writer. */
gboolean weir_code_writes (WeirCode *self, const WeirPayloadChannel *channel);
gboolean weir_code_reads (WeirCode *self, const WeirPayloadChannel *channel);
gboolean weir_code_any (WeirCode *self, WeirCodeFunc is);

/* Messages of its buffer; 0: the engine's default. */
guint weir_code_get_buffer_size (WeirCode *self, const WeirPayloadChannel *channel);

/* Whether bytes are cut into text messages, between characters. */
gboolean weir_code_cuts_text (WeirCode *self);

/* Of what is generated: whether it takes random numbers, and whether its bytes stand for WEIR_CODE_LETTERS. */
gboolean weir_code_needs_random (WeirCode *self);
gboolean weir_code_maps_letters (WeirCode *self);

/* A line on top where the program holds what is not everybody's. @comment: what begins one. */
void weir_code_append_warning (WeirCode *self, const char *comment);

/* Whether bytes were typed: they stand in the program in base64, and text that one can read as such. */
gboolean weir_code_needs_base64 (WeirCode *self);

/* (transfer full): what was typed, in base64. */
char *weir_code_dup_base64 (WeirCode *self);

/* Copies @text, in which `@SIZE@` and the like stand for numbers: SIZE of a message, SEED, COUNT, RATE. */
void weir_code_append_template (WeirCode *self, const char *text);

typedef enum
{
  WEIR_CODE_STRING_PYTHON, /* \U0001f600 */
  WEIR_CODE_STRING_BRACED, /* \u{1f600}: JavaScript and Rust */
} WeirCodeString;

/* A string literal, quotes included, that stands for @text. */
void weir_code_append_string (GString *out, const char *text, WeirCodeString style);

/* What was typed, which is readable, as an expression: one literal, or one a line, that can be edited. */
typedef struct
{
  WeirCodeString style;
  const char *begin, *indent, *between, *end; /* of several literals */
} WeirCodeLines;

void weir_code_append_typed (WeirCode *self, const WeirCodeLines *how);

/* The payload as an expression. @words: what `true`, `false` and `null` are called; @style: NULL: literals as they are;
 * @append_number, @append_key: NULL: as they are. @parse: NULL: a literal is always the same as its JSON; else what
 * stands around JSON given as text, of a value and of a key, for what has no literal (half a surrogate pair) or more
 * than @max_tokens, if those are bounded. */
typedef struct
{
  const char *words[3];
  const WeirCodeString *style;
  void (*append_ref) (GString *out, const WeirPlaceholder *placeholder);
  void (*append_number) (GString *out, WeirSpan literal);
  void (*append_key) (GString *out, WeirSpan literal);
  const char *parse[2], *parse_key[2];
  guint max_tokens;
} WeirCodePayload;

/* Returns how many tokens stand in it as they are. */
guint weir_code_append_payload (WeirCode *self, const WeirCodePayload *how, const char *indent);

/* (transfer full): the same, by itself. @n_tokens: (out) */
char *weir_code_dup_payload (WeirCode *self, const WeirCodePayload *how, const char *indent, guint *n_tokens);

void weir_code_write_node (WeirCode *self);
void weir_code_write_python (WeirCode *self);
void weir_code_write_rust (WeirCode *self);

G_END_DECLS
