/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-gaps.h"

#include <math.h>

/* The oldest go: an end that comes and goes so often is told by none of them. */
#define MAX_CLOSED 32

typedef struct
{
  gint64 from_us;
  gint64 to_us;
  guint column;
} Gap;

void
weir_gaps_clear (WeirGaps *self)
{
  g_clear_pointer (&self->closed, g_array_unref);
  g_clear_pointer (&self->open, g_array_unref);
}

static gsize
get_array_size (GArray *array)
{
  return array != NULL ? array->len * sizeof (Gap) : 0;
}

gsize
weir_gaps_get_size (const WeirGaps *self)
{
  return get_array_size (self->closed) + get_array_size (self->open);
}

static void
add (GArray **array, Gap gap)
{
  if (*array == NULL)
    *array = g_array_new (FALSE, FALSE, sizeof (Gap));
  if ((*array)->len == MAX_CLOSED)
    g_array_remove_index (*array, 0);
  g_array_append_val (*array, gap);
}

static void
close_known (WeirGaps *self, guint unknown, gint64 at_us)
{
  for (guint i = self->open != NULL ? self->open->len : 0; i > 0; i--)
    {
      Gap gap = g_array_index (self->open, Gap, i - 1);

      if (unknown & (1u << gap.column))
        continue;
      gap.to_us = at_us;
      add (&self->closed, gap);
      g_array_remove_index_fast (self->open, i - 1);
    }
}

static gboolean
is_open (const WeirGaps *self, guint column)
{
  for (guint i = 0; self->open != NULL && i < self->open->len; i++)
    if (g_array_index (self->open, Gap, i).column == column)
      return TRUE;
  return FALSE;
}

void
weir_gaps_note (WeirGaps *self, guint unknown, gint64 from_us, gint64 to_us)
{
  close_known (self, unknown, to_us);
  for (guint column = 0; unknown >> column != 0; column++)
    if ((unknown & (1u << column)) && !is_open (self, column))
      add (&self->open, (Gap){ from_us, G_MAXINT64, column });
}

static gboolean
array_contains (GArray *gaps, guint column, gint64 at_us)
{
  for (guint i = 0; gaps != NULL && i < gaps->len; i++)
    {
      const Gap *gap = &g_array_index (gaps, Gap, i);

      if (gap->column == column && at_us >= gap->from_us && at_us < gap->to_us)
        return TRUE;
    }
  return FALSE;
}

gboolean
weir_gaps_contains (const WeirGaps *self, guint column, gint64 at_us)
{
  return array_contains (self->closed, column, at_us) || array_contains (self->open, column, at_us);
}

/* Pieces of which a part is known show that. */
static void
blank (GArray *gaps, guint column, gint64 from_us, double piece_us, float *values, guint n_values)
{
  for (guint i = 0; gaps != NULL && i < gaps->len; i++)
    {
      const Gap *gap = &g_array_index (gaps, Gap, i);
      double first = ceil ((double) (gap->from_us - from_us) / piece_us);
      double end = gap->to_us == G_MAXINT64 ? n_values : floor ((double) (gap->to_us - from_us) / piece_us);

      if (gap->column != column)
        continue;
      for (double piece = MAX (first, 0); piece < MIN (end, n_values); piece++)
        values[(guint) piece] = NAN;
    }
}

void
weir_gaps_blank (const WeirGaps *self, guint column, gint64 from_us, gint64 to_us, float *values, guint n_values)
{
  double piece_us = (double) (to_us - from_us) / MAX (n_values, 1);

  blank (self->closed, column, from_us, piece_us, values, n_values);
  blank (self->open, column, from_us, piece_us, values, n_values);
}
