/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-graph-scale.h"
#include "weir-graph-time.h"
#include "weir-series.h"

/* What a graph shows at one moment: which part of which series, and where on the widget. Shared by the canvas that
 * paints it and the crosshair that reads it, so that what the pointer names is what was painted. Inner to WeirGraph. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_GRAPH_THROUGHPUT, /* written (area), sent (line), acknowledged (dashed) */
  WEIR_GRAPH_BUFFER,     /* messages that wait */
} WeirGraphKind;

typedef struct
{
  WeirGraphKind kind;
  WeirSeries *series; /* borrowed; nullable: nothing to show */
  gint64 from_us, to_us;
  WeirGraphStop stop;
  gint64 stop_us;   /* what times are told from once it stands still */
  gint64 origin_us; /* before it there was nothing to see; 0: unknown */
  WeirGraphScale scale;
  graphene_rect_t plot; /* within the widget */
  gboolean has_axes;
  gboolean has_times; /* under the plot */
  gboolean has_unit;  /* inside it, in the upper start corner */
  gboolean shows_acked;
  gboolean in_bytes;    /* the buffer: what waits in bytes, not in messages */
  gboolean is_mirrored; /* right to left: now is at the left */
  const char *note;     /* in the upper end corner; nullable */
} WeirGraphView;

/* What a graph of the buffer shows. */
static inline WeirSeriesColumn
weir_graph_view_buffer (const WeirGraphView *self)
{
  return self->in_bytes ? WEIR_SERIES_BUFFERED_BYTES : WEIR_SERIES_BUFFERED_MESSAGES;
}

/* What times are told from. */
static inline gint64
weir_graph_view_get_stop (const WeirGraphView *self)
{
  return self->stop != WEIR_GRAPH_LIVES ? CLAMP (self->stop_us, self->from_us, self->to_us) : self->to_us;
}

static inline double
weir_graph_view_x (const WeirGraphView *self, gint64 at_us)
{
  double share = (double) (at_us - self->from_us) / (self->to_us - self->from_us);

  return self->plot.origin.x + self->plot.size.width * (self->is_mirrored ? 1 - share : share);
}

static inline gint64
weir_graph_view_time (const WeirGraphView *self, double x)
{
  double share = (x - self->plot.origin.x) / self->plot.size.width;

  return self->from_us + (self->is_mirrored ? 1 - share : share) * (self->to_us - self->from_us);
}

static inline double
weir_graph_view_y (const WeirGraphView *self, double value)
{
  return self->plot.origin.y + self->plot.size.height * (1 - MIN (value / self->scale.max, 1));
}

G_END_DECLS
