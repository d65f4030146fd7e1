/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-graph-time.h"

#include <glib/gi18n.h>

#include "weir-format.h"

char *
weir_graph_describe_span (gint64 span_us)
{
  gint64 seconds = (span_us + G_USEC_PER_SEC / 2) / G_USEC_PER_SEC;
  char minutes[G_ASCII_DTOSTR_BUF_SIZE];

  if (seconds < 120)
    return g_strdup_printf (_ ("%d s"), (int) seconds);
  if (seconds % 60 == 0)
    return g_strdup_printf (_ ("%d min"), (int) (seconds / 60));
  /* Translators: minutes, as in “2.5 min” */
  return g_strdup_printf (_ ("%s min"), g_ascii_formatd (minutes, sizeof minutes, "%.1f", seconds / 60.0));
}

static char *
describe_before (WeirGraphStop stop, const char *length)
{
  switch (stop)
    {
    case WEIR_GRAPH_ENDED:
      return g_strdup_printf (_ ("%s before the end"), length);
    case WEIR_GRAPH_LOST:
      return g_strdup_printf (_ ("%s before the connection was lost"), length);
    case WEIR_GRAPH_LIVES:
    default:
      return g_strdup_printf (_ ("%s ago"), length);
    }
}

char *
weir_graph_describe_time (WeirGraphStop stop, gint64 before_us)
{
  g_autofree char *length = weir_format_duration (ABS (before_us));

  if (before_us < 0 && stop == WEIR_GRAPH_ENDED)
    return g_strdup_printf (_ ("%s after the end"), length);
  return describe_before (stop, length);
}

char *
weir_graph_describe_start (WeirGraphStop stop, gint64 before_us)
{
  g_autofree char *length = weir_graph_describe_span (before_us);

  return describe_before (stop, length);
}

const char *
weir_graph_describe_stop (WeirGraphStop stop)
{
  switch (stop)
    {
    case WEIR_GRAPH_ENDED:
      return _ ("end");
    case WEIR_GRAPH_LOST:
      return _ ("connection lost");
    case WEIR_GRAPH_LIVES:
    default:
      return _ ("now");
    }
}
