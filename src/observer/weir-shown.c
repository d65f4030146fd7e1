/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-shown.h"

struct _WeirShown
{
  WeirTotals last;
  WeirTotals offsets; /* are added, wrapping, to what is told */
  WeirPlane *writer;  /* whose figures they are: held, as another might come to stand at the place of one that went */
  WeirPlane *reader;
};

static void
take_planes (WeirShown *self, const WeirWinners *winners)
{
  WeirPlane *writer = weir_plane_ref (winners->writer->plane);
  WeirPlane *reader = weir_plane_ref (winners->reader->plane);

  g_clear_pointer (&self->writer, weir_plane_unref);
  g_clear_pointer (&self->reader, weir_plane_unref);
  self->writer = writer;
  self->reader = reader;
}

void
weir_shown_free (WeirShown *self)
{
  g_clear_pointer (&self->writer, weir_plane_unref);
  g_clear_pointer (&self->reader, weir_plane_unref);
  g_free (self);
}

/* The columns that are not to be compared with what was told before. */
static guint32
find_broken (const WeirShown *self, const WeirTotals *now, const WeirWinners *winners)
{
  guint32 broken = (now->unknown ^ self->last.unknown) | (now->inferred ^ self->last.inferred) |
                   (now->old ^ self->last.old) | now->unknown | now->old;

  if (self->writer != winners->writer->plane)
    broken |= WEIR_TOTALS_OF_WRITER;
  if (self->reader != winners->reader->plane)
    broken |= WEIR_TOTALS_OF_READER;
  return broken & ~WEIR_TOTALS_OF_BUFFER; /* which are no totals, but what is there now */
}

WeirShown *
weir_shown_new (const WeirTotals *before, const WeirWinners *winners)
{
  WeirShown *self = g_new0 (WeirShown, 1);

  self->last = *before;
  take_planes (self, winners);
  return self;
}

WeirTotals
weir_shown_take (WeirShown *self, const WeirTotals *now, const WeirWinners *winners)
{
  WeirTotals totals = *now;
  guint32 broken = find_broken (self, now, winners);

  for (guint i = 0; i < WEIR_TOTALS_N_COLUMNS; i++)
    {
      guint64 last = weir_totals_get (&self->last, i);

      if (broken & (1u << i))
        weir_totals_set (&self->offsets, i, last - weir_totals_get (now, i));
      weir_totals_set (&totals, i, weir_totals_get (now, i) + weir_totals_get (&self->offsets, i));
    }
  self->last = totals;
  take_planes (self, winners);
  return totals;
}
