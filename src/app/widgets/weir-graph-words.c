/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-graph-words.h"

#include <glib/gi18n.h>
#include <math.h>

#include "weir-settings.h"

/* A span is told by this many means: enough for its lowest and highest, and to see where it goes. */
#define N_MEANS 60

/* From one third of the span to the next, less than this is steady. */
#define STEADY_SHARE 0.1

typedef struct
{
  double now, least, most;
  double before, late; /* means of the last third but one, and of the last */
  double held;         /* share of the known time */
  guint n_known;
} Figures;

double
weir_graph_view_find_peak (const WeirGraphView *self, WeirSeriesColumn column)
{
  guint n = MAX (self->plot.size.width, 1);
  g_autofree float *values = g_new (float, n);
  double peak = 0;

  if (self->series == NULL)
    return 0;

  weir_series_reduce (self->series, column, self->from_us, self->to_us, values, n);
  for (guint i = 0; i < n; i++)
    if (!isnan (values[i]) && values[i] > peak)
      peak = values[i];

  return peak;
}

static double
mean_of_known (const float *values, guint n, guint *n_known)
{
  double sum = 0;

  *n_known = 0;
  for (guint i = 0; i < n; i++)
    if (!isnan (values[i]))
      {
        sum += values[i];
        (*n_known)++;
      }
  return *n_known > 0 ? sum / *n_known : 0;
}

static void
look_at (const WeirGraphView *self, WeirSeriesColumn column, Figures *figures)
{
  float values[N_MEANS];
  guint n = 0;

  weir_series_reduce (self->series, WEIR_SERIES_HELD, self->from_us, self->to_us, values, N_MEANS);
  figures->held = mean_of_known (values, N_MEANS, &n);
  weir_series_reduce (self->series, column, self->from_us, self->to_us, values, N_MEANS);
  figures->least = INFINITY;
  for (guint i = 0; i < N_MEANS; i++)
    if (!isnan (values[i]))
      {
        figures->least = MIN (figures->least, values[i]);
        figures->most = MAX (figures->most, values[i]);
        figures->now = values[i];
      }
  figures->before = mean_of_known (values + N_MEANS / 3, N_MEANS / 3, &n);
  figures->late = mean_of_known (values + N_MEANS * 2 / 3, N_MEANS / 3, &n);
  mean_of_known (values, N_MEANS, &figures->n_known);
}

static const char *
describe_trend (const Figures *figures)
{
  double change = figures->late - figures->before;

  if (fabs (change) <= STEADY_SHARE * MAX (figures->late, figures->before))
    return _ ("steady");
  return change > 0 ? _ ("rising") : _ ("falling");
}

static char *
dup_value (const WeirGraphView *self, double value)
{
  if (self->kind == WEIR_GRAPH_THROUGHPUT)
    return weir_format_rate (value, weir_settings_get_units ());
  if (self->in_bytes)
    return weir_format_bytes (value, weir_settings_get_units ());
  return g_strdup_printf (ngettext ("%.0f message", "%.0f messages", (gulong) value), value);
}

static char *
dup_held (const Figures *figures)
{
  g_autofree char *percent = weir_format_percent (figures->held);

  if (figures->held < 0.005)
    return g_strdup ("");
  return g_strdup_printf (_ (" The writer was held %s of the time."), percent);
}

static char *
join (const WeirGraphView *self, const Figures *figures, const char *span)
{
  g_autofree char *now = dup_value (self, figures->now);
  g_autofree char *least = dup_value (self, figures->least);
  g_autofree char *most = dup_value (self, figures->most);
  g_autofree char *held = dup_held (figures);

  if (self->stop != WEIR_GRAPH_LIVES)
    return g_strdup_printf (_ ("%s: %s at least, %s at most.%s"), span, least, most, held);
  if (self->kind == WEIR_GRAPH_THROUGHPUT)
    /* Translators: a graph in words: “Last 60 s: 4.1 MB/s sent now, 0 B/s at least, 6 MB/s at most, rising.” */
    return g_strdup_printf (_ ("%s: %s sent now, %s at least, %s at most, %s.%s"), span, now, least, most,
                            describe_trend (figures), held);
  return g_strdup_printf (_ ("%s: %s now, %s at least, %s at most, %s.%s"), span, now, least, most,
                          describe_trend (figures), held);
}

char *
weir_graph_view_dup_words (const WeirGraphView *self)
{
  g_autofree char *length = weir_graph_describe_span (self->to_us - self->from_us);
  g_autofree char *span = g_strdup_printf (_ ("Last %s"), length);
  Figures figures = { 0 };

  if (self->series != NULL)
    look_at (self, self->kind == WEIR_GRAPH_BUFFER ? weir_graph_view_buffer (self) : WEIR_SERIES_SENT, &figures);
  if (figures.n_known == 0)
    return g_strdup_printf (_ ("%s: nothing is known yet."), span);
  return join (self, &figures, span);
}
