/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Server-sent events, as the HTML standard has them. Any thread. */

G_BEGIN_DECLS

typedef struct
{
  char *event;   /* (nullable): none is named: "message" */
  char *id;      /* (nullable) */
  char *data;    /* (nullable): the data lines, a line break between them; NULL: there are none */
  char *comment; /* (nullable): what stands behind `:`, as keep-alives do */
  char *retry;   /* (nullable) */
} WeirSse;

/* One event: its lines, without the empty one behind them. What is no field is left out. The strings are valid UTF-8 in
 * which only line breaks and tabs are control characters. */
void weir_sse_read (WeirSse *self, const char *text, gsize len);
void weir_sse_clear (WeirSse *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WeirSse, weir_sse_clear)

/* Whether a line is a field of an event that is known, or a comment. */
gboolean weir_sse_is_line (const char *line, gsize len);
/* Whether all of its lines are. */
gboolean weir_sse_is_event (const char *text, gsize len);

G_END_DECLS
