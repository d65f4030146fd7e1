/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-line-bound.h"

#include <string.h>

typedef struct
{
  WeirLineRefused refused;
  gpointer user_data;
} Bound;

/* With what stands in the line before and behind the place where @text comes. */
static gboolean
has_long_line (const GtkTextIter *place, const char *text, gsize len)
{
  gsize before = gtk_text_iter_get_line_index (place);
  gsize behind = gtk_text_iter_get_bytes_in_line (place) - before;
  const char *line_end;

  for (const char *end = text + len; (line_end = memchr (text, '\n', end - text)) != NULL; text = line_end + 1)
    {
      if (before + (gsize) (line_end - text) > WEIR_LINE_BOUND)
        return TRUE;
      before = 0;
      len = end - line_end - 1;
    }
  return before + len + behind > WEIR_LINE_BOUND;
}

static void
insert_cb (GtkTextBuffer *buffer, const GtkTextIter *place, const char *text, int len, Bound *bound)
{
  if (!has_long_line (place, text, len < 0 ? strlen (text) : (gsize) len))
    return;
  g_signal_stop_emission_by_name (buffer, "insert-text");
  bound->refused (bound->user_data);
}

static void
bound_free (gpointer data, GClosure *closure)
{
  g_free (data);
}

void
weir_line_bound_add (GtkTextBuffer *buffer, WeirLineRefused refused, gpointer user_data)
{
  Bound *bound = g_new (Bound, 1);

  *bound = (Bound){ refused, user_data };
  g_signal_connect_data (buffer, "insert-text", G_CALLBACK (insert_cb), bound, bound_free, 0);
}
