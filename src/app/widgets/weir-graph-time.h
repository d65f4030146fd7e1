/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The times of a graph in words. While it lives they are told from now; once it stands still, from what it stopped at.
 * Plain values. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_GRAPH_LIVES,
  WEIR_GRAPH_ENDED, /* the channel did */
  WEIR_GRAPH_LOST,  /* the connection to what observes it was */
} WeirGraphStop;

/* A moment this long before that: "25 s ago", "25 s before the end"; negative: after it. */
char *weir_graph_describe_time (WeirGraphStop stop, gint64 before_us);

/* The same of the start of an axis, in whole seconds or minutes. */
char *weir_graph_describe_start (WeirGraphStop stop, gint64 before_us);

/* That moment itself. */
const char *weir_graph_describe_stop (WeirGraphStop stop);

/* "30 s", "2.5 min" */
char *weir_graph_describe_span (gint64 span_us);

G_END_DECLS
