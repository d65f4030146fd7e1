/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-content.h"

/* How an item of a joined stream reads. One thread. */

G_BEGIN_DECLS

/* What items have in common: of a table its delimiter and columns, told from the stream's beginning. */
typedef struct
{
  WeirContent content;
  char delimiter;    /* NUL: it is none, whatever it is taken for */
  GPtrArray *titles; /* (nullable) (element-type utf8): the fields of the first record */
  GArray *widths;    /* (nullable) (element-type guint): of columns, in characters */
} WeirStreamForm;

void weir_stream_form_init (WeirStreamForm *form, WeirContent content, const guint8 *head, gsize len);
void weir_stream_form_clear (WeirStreamForm *form);

/* In one line. */
char *weir_stream_text_line (const WeirStreamForm *form, const guint8 *data, gsize len, gsize max_chars);

/* To read: JSON laid out, an event's fields, a record with the columns' titles; what has bytes that are no text as it
 * is, with these. @is_json: (out): it is JSON alone. */
char *weir_stream_text_whole (const WeirStreamForm *form, const guint8 *data, gsize len, gboolean *is_json);

G_END_DECLS
