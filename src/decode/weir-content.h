/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What a stream of bytes is, told from its beginning. Any thread. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_CONTENT_BINARY,
  WEIR_CONTENT_TEXT,
  WEIR_CONTENT_JSON,   /* values one after the other, on as many lines as they like */
  WEIR_CONTENT_NDJSON, /* a value a line */
  WEIR_CONTENT_SSE,
  WEIR_CONTENT_CSV,
  WEIR_CONTENT_IMAGE,
} WeirContent;

/* No more is looked at. */
#define WEIR_CONTENT_HEAD 4096

/**
 * weir_content_detect:
 * @len: what is behind %WEIR_CONTENT_HEAD does not count
 * @is_start: these are the stream's first bytes; else they begin anywhere, also inside of a line or a character
 *
 * The same for the same bytes, however they came.
 */
WeirContent weir_content_detect (const guint8 *data, gsize len, gboolean is_start);

/* "Server-sent events": a word for people, as a button has it. */
const char *weir_content_get_name (WeirContent content);

G_END_DECLS
