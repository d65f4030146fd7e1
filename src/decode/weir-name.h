/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-json.h"

/* What a text message is, where it is one of those that people send through channels: the engine's own (`set_status`,
 * `set_headers` of an HTTP answer), progress, the events of a language model's answer, errors. All of them are JSON
 * objects; one that is cut is named by what is there. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_NAME_NONE,
  WEIR_NAME_STATUS,
  WEIR_NAME_HEADERS,
  WEIR_NAME_PROGRESS,
  WEIR_NAME_DELTA, /* a piece of a growing text */
  WEIR_NAME_EVENT, /* of an answer of which others bring the pieces: its start, its end, … */
  WEIR_NAME_ERROR,
} WeirNameKind;

typedef struct
{
  WeirNameKind kind;
  char *name;        /* as the message has it: "set_status", "text_delta" */
  char *gist;        /* (nullable): what is to be known of it, in a line: "201 Created", "80 %, 3 of 20" */
  double share;      /* of progress: 1 is all, and some say more; negative: unknown */
  char *piece;       /* (nullable): a delta's text, any length, valid UTF-8 */
  char *series;      /* (nullable): which of several texts a delta belongs to */
  gboolean is_start; /* an answer begins here */
} WeirName;

/* @text: any bytes. FALSE: it is none of these, and @name is empty. */
gboolean weir_name_read (WeirName *name, WeirSpan text);
void weir_name_clear (WeirName *name);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WeirName, weir_name_clear)

/**
 * weir_name_dup_line:
 * @data: a text message or its start, keys masked
 * @prefix_len: (out): bytes of the name and the gist that the line begins with; 0: there is none
 *
 * A message as a line of a list: its name and gist, then the message itself as weir_preview_line () has it.
 */
char *weir_name_dup_line (const guint8 *data, gsize len, gsize max_chars, gsize *prefix_len);

G_END_DECLS
