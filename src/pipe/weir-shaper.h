/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-conn.h"

/* At which pace messages go on to the reader, where observers want less than it takes: not at all, or so many bytes a
 * second. A token bucket: a message goes while there is any credit, whole, and what it took beyond that is owed; so the
 * rate is right on average, whatever the sizes. Time is an argument. Data thread. */

G_BEGIN_DECLS

/* What a quiet stream saves up. */
#define WEIR_SHAPER_BURST_US (100 * G_TIME_SPAN_MILLISECOND)

/* No channel wakes its thread more often. */
#define WEIR_SHAPER_STEP_US (10 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  gboolean is_held;
  guint64 rate;  /* bytes a second; 0: as the reader takes them */
  double credit; /* bytes; negative: owed */
  gint64 at_us;  /* when it was so */
} WeirShaper;

/* What was owed is forgiven. */
void weir_shaper_set (WeirShaper *self, gboolean is_held, guint64 rate, gint64 now_us);

/* Of a rate: takes the time that has passed into account. */
gboolean weir_shaper_has_credit (WeirShaper *self, gint64 now_us);
guint weir_shaper_admit_by_credit (WeirShaper *self, const WeirOut *outs, guint n_outs);
void weir_shaper_spend_credit (WeirShaper *self, const WeirOut *outs, guint n_outs);

/* When a message may go; 0: not by the passing of time. */
gint64 weir_shaper_next_us (WeirShaper *self, gint64 now_us);

static inline gboolean
weir_shaper_is_active (const WeirShaper *self)
{
  return self->is_held || self->rate > 0;
}

static inline gboolean
weir_shaper_may_send (WeirShaper *self, gint64 now_us)
{
  return !weir_shaper_is_active (self) || (!self->is_held && weir_shaper_has_credit (self, now_us));
}

/* How many of @outs may go, the first one in any case: it was asked before. */
static inline guint
weir_shaper_admit (WeirShaper *self, const WeirOut *outs, guint n_outs)
{
  return self->rate == 0 ? n_outs : weir_shaper_admit_by_credit (self, outs, n_outs);
}

static inline void
weir_shaper_spend (WeirShaper *self, const WeirOut *outs, guint n_outs)
{
  if (self->rate > 0)
    weir_shaper_spend_credit (self, outs, n_outs);
}

G_END_DECLS
