/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-code.h"

/* What the languages share: each program has the same parts in the same order. */

G_BEGIN_DECLS

/* Data up to this stands in the program; more is read from a file. */
#define WEIR_CODE_MAX_DATA  (64 * 1024)
#define WEIR_CODE_DATA_FILE "payload.bin"

typedef struct
{
  const WeirCodeRequest *request;
  GPtrArray *channels; /* of WeirPayloadChannel */
  GString *out;
} WeirCode;

/* Whether we write into it: the function gets the reader, and nobody the writer. */
gboolean weir_code_writes (const WeirPayloadChannel *channel);
gboolean weir_code_reads (const WeirPayloadChannel *channel);
gboolean weir_code_any (WeirCode *self, gboolean (*is) (const WeirPayloadChannel *channel));

/* The file that is read, or NULL: the data stands in the program. */
const char *weir_code_get_path (WeirCode *self);
gsize weir_code_get_message_size (WeirCode *self);

/* (transfer full): the data in base64. */
char *weir_code_dup_base64 (WeirCode *self);

typedef enum
{
  WEIR_CODE_STRING_C, /* \n, \xNN: Python and, with \u{…}, Rust */
  WEIR_CODE_STRING_RUST,
} WeirCodeString;

/* A string literal, quotes included, that stands for @text. */
void weir_code_append_string (GString *out, const char *text, WeirCodeString style);

/* The payload as an expression. @words: what `true`, `false` and `null` are called; @style: NULL: literals as they are;
 * @ref: format of a ref: name of the channel, "reader" or "writer". */
typedef struct
{
  const char *words[3];
  const WeirCodeString *style;
  void (*append_ref) (GString *out, const WeirPlaceholder *placeholder);
} WeirCodePayload;

void weir_code_append_payload (WeirCode *self, const WeirCodePayload *how, const char *indent);

void weir_code_write_node (WeirCode *self);
void weir_code_write_python (WeirCode *self);
void weir_code_write_rust (WeirCode *self);

G_END_DECLS
