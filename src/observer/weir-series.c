/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-series.h"

#include <math.h>
#include <string.h>

#include "weir-buckets.h"
#include "weir-gaps.h"

#define N_COLUMNS (WEIR_SERIES_HELD + 1)

/* What was is kept three times coarser the older it is, so that no graph has less than its pixels show: a minute and
 * more of the watch feed's four samples a second, five minutes in pieces of a second, an hour in pieces of five. 300 ×
 * 32 + 300 × 28 + 720 × 28 bytes: 38 KiB for a channel that never rests. */
#define FINE_SPAN_US  (75 * (gint64) G_USEC_PER_SEC)
#define MAX_SAMPLES   300
#define FIRST_SAMPLES 8
#define MIDDLE_US     (1 * G_USEC_PER_SEC)
#define MAX_MIDDLE    300
#define COARSE_US     (5 * G_USEC_PER_SEC)
#define MAX_COARSE    720

/* What is reported after a longer silence moved in this last part of it. */
#define MAX_PIECE_US (1 * G_USEC_PER_SEC)

/* Pieces shorter than this are joined to their neighbour, up to a length of MAX_JOINED_US, and drawn as if they were so
 * long: a `changed` right behind a `samples` would else make a needle of a rate. */
#define MIN_PIECE_US  (100 * 1000)
#define MAX_JOINED_US (500 * 1000)

/* The next sample is due 250 ms after the last one; until this long after it, a rate is taken to go on rather than to
 * be zero. */
#define GRACE_US (400 * 1000)

/* A hold is told of when it is over, or has lasted this long. What is told of two times that lie closer is of one hold:
 * a clock is known the better the longer it is looked at. */
#define TOLD_US (1 * G_USEC_PER_SEC)

/* Where so few messages came in a piece, one more or less would make a comb of a steady stream: the rate is then drawn
 * as of all such pieces of a second, which is what the figure beside a graph is of. */
#define FEW_MESSAGES 4
#define WINDOW_US    (1 * G_USEC_PER_SEC)

/* The values of rates are the bytes of the piece that ends at @at_us, those of levels hold from there on, the held
 * share is of all the time since the sample before. */
typedef struct
{
  gint64 at_us : 61;
  guint64 few : 3; /* bits 1 << WEIR_SERIES_…: of the rates whose piece has FEW_MESSAGES or less */
  float values[N_COLUMNS];
} Sample;

G_STATIC_ASSERT (sizeof (Sample) == 32);
G_STATIC_ASSERT (sizeof (WeirBucket) == 28);
G_STATIC_ASSERT (N_COLUMNS == WEIR_BUCKETS_N_COLUMNS);

struct _WeirSeries
{
  Sample *samples; /* a ring */
  guint n_allocated;
  guint head;
  guint n_samples;
  WeirBuckets middle, coarse;
  WeirGaps gaps;
  gint64 first_us; /* nothing is known of what was before; 0: nothing at all */

  /* What the next push is compared with. */
  WeirTotals base;
  gint64 base_us;
  gint64 base_held_us;
  gint64 hold_us;         /* since when the writer was last said to be held; 0: it was said not to be */
  guint64 hold_paused_us; /* the closed intervals' total as that was said first */
  gint64 held_known_us;   /* until then it is known when it was held */
  gboolean is_held;       /* since the last push */
  gboolean has_base;
  gboolean is_full; /* it has all the memory that it gets */
};

/* What one column was in [from_us, to_us). */
typedef struct
{
  gint64 from_us;
  gint64 to_us;
  double value;  /* as it is drawn */
  double weight; /* as it counts in a mean: no byte more than moved, none less */
} Segment;

static gboolean
is_level (WeirSeriesColumn column)
{
  return column == WEIR_SERIES_BUFFERED_MESSAGES || column == WEIR_SERIES_BUFFERED_BYTES;
}

static Sample *
sample_at (WeirSeries *self, guint i)
{
  return &self->samples[(self->head + i) % self->n_allocated];
}

static Sample *
last_sample (WeirSeries *self)
{
  return sample_at (self, self->n_samples - 1);
}

/* Where the piece of sample @i starts: @i > 0, as the first sample kept has none. */
static gint64
piece_start (WeirSeries *self, guint i)
{
  return MAX (sample_at (self, i - 1)->at_us, sample_at (self, i)->at_us - MAX_PIECE_US);
}

static void
grow (WeirSeries *self)
{
  guint n_allocated = self->n_allocated == 0 ? FIRST_SAMPLES : MIN (self->n_allocated * 2, MAX_SAMPLES);
  Sample *samples = g_new (Sample, n_allocated);

  for (guint i = 0; i < self->n_samples; i++)
    samples[i] = *sample_at (self, i);
  g_free (self->samples);
  self->samples = samples;
  self->n_allocated = n_allocated;
  self->head = 0;
}

static Segment segment_at (WeirSeries *self, WeirSeriesColumn column, guint i);

/* Takes the first sample out. What it told of the time until the next goes where older is kept. */
static void
hand_on_first (WeirSeries *self)
{
  for (guint column = 0; self->n_samples > 1 && column < N_COLUMNS; column++)
    {
      Segment segment = segment_at (self, column, 1);

      weir_buckets_add (&self->middle, column, segment.from_us, segment.to_us, segment.value);
    }
  self->head = (self->head + 1) % self->n_allocated;
  self->n_samples--;
}

static Sample *
append (WeirSeries *self, gint64 at_us)
{
  Sample *sample;

  if (self->first_us == 0)
    self->first_us = at_us;
  /* One sample older than the span stays: its levels reach into it. */
  while (self->n_samples > 1 && sample_at (self, 1)->at_us <= at_us - FINE_SPAN_US)
    hand_on_first (self);
  if (self->n_samples == self->n_allocated &&
      (self->n_allocated == MAX_SAMPLES || (self->is_full && self->n_allocated != 0)))
    hand_on_first (self);
  if (self->n_samples == self->n_allocated)
    grow (self);

  self->n_samples++;
  sample = last_sample (self);
  memset (sample, 0, sizeof *sample);
  sample->at_us = at_us;
  return sample;
}

/**
 * weir_series_new:
 *
 * An empty series: 200 bytes and no sample yet.
 */
WeirSeries *
weir_series_new (void)
{
  WeirSeries *self = g_new0 (WeirSeries, 1);

  self->coarse = (WeirBuckets){ .width_us = COARSE_US, .max = MAX_COARSE, .mean = WEIR_SERIES_HELD };
  self->middle = (WeirBuckets){ MIDDLE_US, MAX_MIDDLE, WEIR_SERIES_HELD, &self->coarse };
  return self;
}

void
weir_series_free (WeirSeries *self)
{
  weir_buckets_clear (&self->middle);
  weir_buckets_clear (&self->coarse);
  weir_gaps_clear (&self->gaps);
  g_free (self->samples);
  g_free (self);
}

void
weir_series_set_may_grow (WeirSeries *self, gboolean may_grow)
{
  self->is_full = self->middle.is_full = self->coarse.is_full = !may_grow;
}

gsize
weir_series_get_size (WeirSeries *self)
{
  return sizeof *self + self->n_allocated * sizeof (Sample) +
         (self->middle.n_allocated + self->coarse.n_allocated) * sizeof (WeirBucket) + weir_gaps_get_size (&self->gaps);
}

static guint64
grown_by (guint64 now, guint64 before)
{
  return now > before ? now - before : 0; /* less than before: the point has started anew */
}

/* Whether what came until @at_us joins the last piece. */
static gboolean
joins_last (WeirSeries *self, gint64 at_us)
{
  gint64 start, last;

  if (self->n_samples < 2)
    return FALSE;
  start = piece_start (self, self->n_samples - 1);
  last = last_sample (self)->at_us;
  return at_us - start <= MAX_JOINED_US && (at_us - last < MIN_PIECE_US || last - start < MIN_PIECE_US);
}

/* Bits of the rates of which few messages came since the last push. @amounts: the bytes */
static guint
find_few (WeirSeries *self, const WeirTotals *totals, const double amounts[N_COLUMNS])
{
  const guint64 n_messages[] = {
    [WEIR_SERIES_WRITTEN] = grown_by (totals->written_messages, self->base.written_messages),
    [WEIR_SERIES_SENT] = grown_by (totals->sent_messages, self->base.sent_messages),
    [WEIR_SERIES_ACKED] = grown_by (totals->acked_messages, self->base.acked_messages),
  };
  guint few = 0;

  for (guint i = 0; i < G_N_ELEMENTS (n_messages); i++)
    if (n_messages[i] <= FEW_MESSAGES && (n_messages[i] > 0 || amounts[i] == 0)) /* else they are not known */
      few |= 1u << i;
  return few;
}

/* Takes @amounts (rates: bytes; held: µs) that came about between the last push and @at_us. */
static void
add_piece (WeirSeries *self, gint64 at_us, double amounts[N_COLUMNS], guint few)
{
  Sample *sample = last_sample (self);
  gint64 before;

  if (joins_last (self, at_us))
    {
      before = sample_at (self, self->n_samples - 2)->at_us;
      for (guint i = WEIR_SERIES_WRITTEN; i <= WEIR_SERIES_ACKED; i++)
        amounts[i] += sample->values[i];
      amounts[WEIR_SERIES_HELD] += sample->values[WEIR_SERIES_HELD] * (double) (sample->at_us - before);
      sample->at_us = at_us;
      sample->few &= few;
    }
  else
    {
      sample = append (self, at_us);
      sample->few = few;
    }

  before = sample_at (self, self->n_samples - 2)->at_us;
  for (guint i = WEIR_SERIES_WRITTEN; i <= WEIR_SERIES_ACKED; i++)
    sample->values[i] = amounts[i];
  sample->values[WEIR_SERIES_HELD] = CLAMP (amounts[WEIR_SERIES_HELD] / (at_us - before), 0.0, 1.0);
}

/* The hold that is said to be open is not, once the closed intervals have grown: that came first, with the figures. */
static gboolean
is_open (WeirSeries *self, const WeirTotals *totals, gint64 paused_since_us)
{
  gboolean is_other = self->hold_us == 0 || ABS (paused_since_us - self->hold_us) >= TOLD_US / 2;

  if (paused_since_us == 0 || is_other)
    {
      self->hold_us = paused_since_us;
      self->hold_paused_us = totals->paused_us;
    }
  return paused_since_us != 0 && totals->paused_us <= self->hold_paused_us;
}

/* What is told of a hold when it is over, or a while old, was before as well: in what the last piece was joined to,
 * too.
 */
static void
hold_before (WeirSeries *self, double excess_us)
{
  for (guint i = self->n_samples - 1; i > 0 && excess_us > 0; i--)
    {
      Sample *sample = sample_at (self, i);
      double length_us = sample->at_us - sample_at (self, i - 1)->at_us;
      double taken_us = MIN (excess_us, length_us * (1.0 - sample->values[WEIR_SERIES_HELD]));

      sample->values[WEIR_SERIES_HELD] += taken_us / length_us;
      excess_us -= taken_us;
    }
}

static void
push_first (WeirSeries *self, gint64 at_us)
{
  append (self, at_us);
  self->has_base = TRUE;
}

static void
push_next (WeirSeries *self, gint64 at_us, const WeirTotals *totals, gint64 held_us)
{
  double amounts[N_COLUMNS] = { 0 };
  gint64 grown_us = MAX (held_us - self->base_held_us, 0);
  gint64 passed_us = at_us - self->base_us;

  amounts[WEIR_SERIES_WRITTEN] = grown_by (totals->written_bytes, self->base.written_bytes);
  amounts[WEIR_SERIES_SENT] = grown_by (totals->sent_bytes, self->base.sent_bytes);
  amounts[WEIR_SERIES_ACKED] = grown_by (totals->acked_bytes, self->base.acked_bytes);
  amounts[WEIR_SERIES_HELD] = MIN (grown_us, passed_us);
  /* What is left of the piece may be the begin of a hold that is not told of yet. */
  if (totals->paused_us > self->base.paused_us)
    self->held_known_us = self->base_us + (gint64) amounts[WEIR_SERIES_HELD];
  add_piece (self, at_us, amounts, find_few (self, totals, amounts));
  hold_before (self, grown_us - passed_us);
}

/* Nobody knows what moved until now of what is not known now. */
static void
note_gaps (WeirSeries *self, gint64 from_us, gint64 at_us, guint32 unknown)
{
  static const guint32 columns[N_COLUMNS] = {
    [WEIR_SERIES_WRITTEN] = WEIR_TOTALS_WRITTEN_BYTES,
    [WEIR_SERIES_SENT] = WEIR_TOTALS_SENT_BYTES,
    [WEIR_SERIES_ACKED] = WEIR_TOTALS_ACKED_BYTES,
    [WEIR_SERIES_BUFFERED_MESSAGES] = WEIR_TOTALS_BUFFERED_MESSAGES,
    [WEIR_SERIES_BUFFERED_BYTES] = WEIR_TOTALS_BUFFERED_BYTES,
    [WEIR_SERIES_HELD] = WEIR_TOTALS_PAUSED_US,
  };
  guint gaps = 0;

  for (guint i = 0; i < N_COLUMNS; i++)
    gaps |= (unknown & columns[i]) != 0 ? 1u << i : 0;
  weir_gaps_note (&self->gaps, gaps, from_us, at_us);
}

void
weir_series_push (WeirSeries *self, gint64 at_us, const WeirTotals *totals, gint64 paused_since_us)
{
  gint64 held_us = MIN (totals->paused_us, (guint64) G_MAXINT64 / 2);
  Sample *sample;

  if (self->has_base)
    at_us = MAX (at_us, self->base_us + 1); /* two at once: time goes on */
  self->is_held = is_open (self, totals, paused_since_us);
  if (self->is_held && paused_since_us < at_us)
    held_us += at_us - paused_since_us;
  note_gaps (self, self->has_base ? self->base_us : at_us, at_us, totals->unknown | totals->old);
  if (self->has_base)
    push_next (self, at_us, totals, held_us);
  else
    push_first (self, at_us);

  sample = last_sample (self);
  sample->values[WEIR_SERIES_BUFFERED_MESSAGES] = totals->buffered_messages;
  sample->values[WEIR_SERIES_BUFFERED_BYTES] = totals->buffered_bytes;
  /* What was held until @at_us was not all of it yet where the hold ended on the way here. */
  self->base_held_us = totals->paused_us < self->base.paused_us ? held_us : MAX (held_us, self->base_held_us);
  self->base = *totals;
  self->base_us = at_us;
}

void
weir_series_push_rates (WeirSeries *self, gint64 at_us, const WeirSeriesRates *rates, guint32 unknown)
{
  gint64 before_us = self->n_samples > 0 ? last_sample (self)->at_us : at_us;
  Sample *sample;
  double length;

  if (self->n_samples > 0 && at_us <= before_us)
    return;

  note_gaps (self, before_us, at_us, unknown);
  sample = append (self, at_us);
  length = self->n_samples > 1 ? (double) (at_us - piece_start (self, self->n_samples - 1)) / G_USEC_PER_SEC : 0;
  sample->values[WEIR_SERIES_WRITTEN] = rates->written * length;
  sample->values[WEIR_SERIES_SENT] = rates->sent * length;
  sample->values[WEIR_SERIES_ACKED] = rates->acked * length;
  sample->values[WEIR_SERIES_BUFFERED_MESSAGES] = rates->buffered_messages;
  sample->values[WEIR_SERIES_BUFFERED_BYTES] = rates->buffered_bytes;
}

/* The mean of the pieces with few messages in the second that ends with piece @i; in the first one that is known, where
 * nothing is kept of before. */
static double
rate_of_few (WeirSeries *self, WeirSeriesColumn column, guint i)
{
  gint64 first_us = sample_at (self, 0)->at_us, last_us = last_sample (self)->at_us;
  gint64 from_us = MAX (sample_at (self, i)->at_us - WINDOW_US, first_us);
  gint64 to_us = MIN (from_us + WINDOW_US, last_us), length_us = to_us - from_us;
  double bytes = 0;

  while (i + 1 < self->n_samples && sample_at (self, i)->at_us < to_us)
    i++;
  for (; i > 0 && sample_at (self, i)->at_us > from_us; i--)
    {
      const Sample *sample = sample_at (self, i);
      gint64 start_us = piece_start (self, i);
      gint64 within_us = MIN (sample->at_us, to_us) - MAX (start_us, from_us);

      if (within_us <= 0)
        continue;
      if ((sample->few & (1u << column)) != 0)
        bytes += sample->values[column] * within_us / (sample->at_us - start_us);
      else
        length_us -= within_us;
    }
  return bytes * G_USEC_PER_SEC / MAX (length_us, MIN_PIECE_US);
}

/* The rate of piece @i > 0 as it is drawn. */
static double
piece_rate (WeirSeries *self, WeirSeriesColumn column, guint i)
{
  const Sample *sample = sample_at (self, i);
  gint64 length_us = MAX (sample->at_us - piece_start (self, i), MIN_PIECE_US);

  if ((sample->few & (1u << column)) != 0)
    return rate_of_few (self, column, i);

  return sample->values[column] * (double) G_USEC_PER_SEC / length_us;
}

static Segment
rate_segment (WeirSeries *self, WeirSeriesColumn column, guint i)
{
  Segment segment;

  if (i == self->n_samples) /* the last rate goes on for a while; but nothing is known to have moved */
    {
      segment.from_us = last_sample (self)->at_us;
      segment.to_us = segment.from_us + GRACE_US;
      segment.value = i > 1 ? piece_rate (self, column, i - 1) : 0;
      segment.weight = 0;
    }
  else
    {
      segment.from_us = piece_start (self, i);
      segment.to_us = sample_at (self, i)->at_us;
      segment.value = piece_rate (self, column, i);
      segment.weight =
          sample_at (self, i)->values[column] * (double) G_USEC_PER_SEC / (segment.to_us - segment.from_us);
    }
  return segment;
}

/* Segment @i, 1 … n_samples, in order of time and disjoint; where a rate has none it is zero. The last one is what can
 * be said of the time after the last sample. */
static Segment
segment_at (WeirSeries *self, WeirSeriesColumn column, guint i)
{
  const Sample *before = sample_at (self, i - 1);
  gboolean is_tail = i == self->n_samples;
  Segment segment = { before->at_us, is_tail ? G_MAXINT64 : sample_at (self, i)->at_us, 0, 0 };

  if (is_level (column))
    segment.value = before->values[column];
  else if (column != WEIR_SERIES_HELD)
    return rate_segment (self, column, i);
  else if (is_tail)
    segment.value = self->is_held ? 1 : 0;
  else
    segment.value = sample_at (self, i)->values[column];
  segment.weight = segment.value;
  return segment;
}

/* The first segment that reaches beyond @at_us. */
static guint
find_segment (WeirSeries *self, gint64 at_us)
{
  guint low = 1;
  guint high = self->n_samples;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (sample_at (self, middle)->at_us > at_us)
        high = middle;
      else
        low = middle + 1;
    }
  return low;
}

typedef struct
{
  gint64 from_us;
  double bucket_us;
  float *values;
  guint n_values;
  gboolean is_mean;
} Buckets;

/* @segment has been cut to the span of the buckets. */
static void
buckets_add (const Buckets *buckets, const Segment *segment)
{
  double from = (segment->from_us - buckets->from_us) / buckets->bucket_us;
  double to = (segment->to_us - buckets->from_us) / buckets->bucket_us;

  for (guint i = from; i < buckets->n_values && (i < to || i == (guint) from); i++)
    {
      float *value = &buckets->values[i];

      if (buckets->is_mean)
        *value += segment->weight * (MIN (to, i + 1.0) - MAX (from, (double) i));
      else
        *value = MAX (*value, (float) segment->value);
    }
}

/* What @kept knows of from_us … to_us; the piece in which that ends counts as if it had ended there. */
static void
reduce_kept (WeirBuckets *kept, WeirSeriesColumn column, gint64 from_us, gint64 to_us, const Buckets *buckets)
{
  for (guint i = weir_buckets_find (kept, from_us); i < kept->size; i++)
    {
      gint64 start_us = weir_buckets_start (kept, i);
      double value = weir_buckets_at (kept, i)->values[column];
      Segment segment = { MAX (start_us, from_us), MIN (start_us + kept->width_us, to_us), value, value };

      if (start_us >= to_us)
        return;
      if (start_us + kept->width_us > to_us)
        segment.weight = MIN (value * kept->width_us / (to_us - start_us), 1); /* looked at for shares alone */
      if (segment.from_us < segment.to_us)
        buckets_add (buckets, &segment);
    }
}

static void
reduce_samples (WeirSeries *self, WeirSeriesColumn column, gint64 from_us, gint64 to_us, const Buckets *buckets)
{
  for (guint i = find_segment (self, from_us); i <= self->n_samples; i++)
    {
      Segment segment = segment_at (self, column, i);

      if (segment.from_us >= to_us)
        return;
      segment.from_us = MAX (segment.from_us, from_us);
      segment.to_us = MIN (segment.to_us, to_us);
      if (segment.from_us < segment.to_us)
        buckets_add (buckets, &segment);
    }
}

/* Where what the pieces of a second tell begins. */
static gint64
get_middle_us (WeirSeries *self)
{
  return self->middle.size > 0 ? weir_buckets_start (&self->middle, 0) : sample_at (self, 0)->at_us;
}

void
weir_series_reduce (WeirSeries *self, WeirSeriesColumn column, gint64 from_us, gint64 to_us, float *values,
                    guint n_values)
{
  Buckets buckets = { from_us, (double) (to_us - from_us) / MAX (n_values, 1), values, n_values,
                      column == WEIR_SERIES_HELD };
  gint64 first_us = weir_series_get_first_us (self);

  g_return_if_fail (to_us > from_us);

  for (guint i = 0; i < n_values; i++)
    {
      gboolean is_known = self->n_samples > 0 && from_us + (i + 1) * buckets.bucket_us > first_us;

      values[i] = is_known ? 0 : NAN;
    }
  if (self->n_samples == 0 || first_us >= to_us)
    return;

  from_us = MAX (from_us, first_us);
  reduce_kept (&self->coarse, column, from_us, MIN (to_us, get_middle_us (self)), &buckets);
  reduce_kept (&self->middle, column, from_us, MIN (to_us, sample_at (self, 0)->at_us), &buckets);
  reduce_samples (self, column, from_us, to_us, &buckets);
  weir_gaps_blank (&self->gaps, column, buckets.from_us, to_us, values, n_values);
}

/* The feed lags: the window ends where the news does. */
static gint64
find_window_end (WeirSeries *self, WeirSeriesColumn column, gint64 now_us)
{
  gint64 last_us = last_sample (self)->at_us;

  if (column == WEIR_SERIES_HELD)
    return self->is_held ? now_us : MIN (now_us, MAX (self->held_known_us, now_us - TOLD_US - GRACE_US));
  return !is_level (column) && now_us > last_us && now_us - last_us <= GRACE_US ? last_us : now_us;
}

double
weir_series_rate (WeirSeries *self, WeirSeriesColumn column, gint64 now_us, gint64 window_us)
{
  gint64 to_us;
  double sum = 0;

  if (self->n_samples == 0 || window_us <= 0)
    return 0;

  to_us = find_window_end (self, column, now_us);

  for (guint i = self->n_samples; i >= 1; i--)
    {
      Segment segment = segment_at (self, column, i);
      gint64 from = MAX (segment.from_us, to_us - window_us);
      gint64 to = MIN (segment.to_us, to_us);

      if (from < to)
        sum += segment.weight * (double) (to - from);
      if (segment.from_us <= to_us - window_us)
        break;
    }
  return sum / window_us;
}

static double
kept_value_at (WeirBuckets *kept, WeirSeriesColumn column, gint64 at_us)
{
  guint i = weir_buckets_find (kept, at_us);

  return i < kept->size && weir_buckets_start (kept, i) <= at_us ? weir_buckets_at (kept, i)->values[column] : 0;
}

double
weir_series_value_at (WeirSeries *self, WeirSeriesColumn column, gint64 at_us)
{
  Segment segment;

  if (self->n_samples == 0 || at_us < weir_series_get_first_us (self) ||
      weir_gaps_contains (&self->gaps, column, at_us))
    return NAN;
  if (at_us < get_middle_us (self))
    return kept_value_at (&self->coarse, column, at_us);
  if (at_us < sample_at (self, 0)->at_us)
    return kept_value_at (&self->middle, column, at_us);

  segment = segment_at (self, column, find_segment (self, at_us));
  return at_us >= segment.from_us && at_us < segment.to_us ? segment.value : 0;
}

gint64
weir_series_get_first_us (WeirSeries *self)
{
  gint64 known_us = MAX (self->first_us, MAX (self->middle.lost_us, self->coarse.lost_us));

  return self->n_samples == 0 ? 0 : MAX (known_us, last_sample (self)->at_us - WEIR_SERIES_SPAN_US);
}
