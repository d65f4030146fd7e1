/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-buckets.h"

#define FIRST_BUCKETS 8

void
weir_buckets_clear (WeirBuckets *self)
{
  g_clear_pointer (&self->ring, g_free);
  self->n_allocated = self->head = self->size = 0;
}

WeirBucket *
weir_buckets_at (WeirBuckets *self, guint i)
{
  return &self->ring[(self->head + i) % self->n_allocated];
}

gint64
weir_buckets_start (WeirBuckets *self, guint i)
{
  return (gint64) weir_buckets_at (self, i)->n * self->width_us;
}

static guint32
number_of (const WeirBuckets *self, gint64 at_us)
{
  return at_us / self->width_us;
}

guint
weir_buckets_find (WeirBuckets *self, gint64 at_us)
{
  guint32 n = number_of (self, at_us);
  guint low = 0;
  guint high = self->size;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (weir_buckets_at (self, middle)->n >= n)
        high = middle;
      else
        low = middle + 1;
    }
  return low;
}

static void
grow (WeirBuckets *self)
{
  guint n_allocated = self->n_allocated == 0 ? FIRST_BUCKETS : MIN (self->n_allocated * 2, self->max);
  WeirBucket *ring = g_new (WeirBucket, n_allocated);

  for (guint i = 0; i < self->size; i++)
    ring[i] = *weir_buckets_at (self, i);
  g_free (self->ring);
  self->ring = ring;
  self->n_allocated = n_allocated;
  self->head = 0;
}

static void
lose_before (WeirBuckets *self, gint64 at_us)
{
  self->lost_us = MAX (self->lost_us, at_us);
}

/* The oldest goes where older ones are kept. */
static void
hand_on_first (WeirBuckets *self)
{
  WeirBucket first = *weir_buckets_at (self, 0);
  gint64 start_us = weir_buckets_start (self, 0);

  self->head = (self->head + 1) % self->n_allocated;
  self->size--;
  if (self->older == NULL)
    lose_before (self, start_us + self->width_us);
  else
    for (guint column = 0; column < WEIR_BUCKETS_N_COLUMNS; column++)
      weir_buckets_add (self->older, column, start_us, start_us + self->width_us, first.values[column]);
}

/* (nullable): there is no room for one that old. */
static WeirBucket *
insert (WeirBuckets *self, guint32 n, guint i)
{
  gboolean can_grow = self->n_allocated < self->max && !self->is_full;

  if (self->size == self->n_allocated && can_grow)
    {
      grow (self);
    }
  else if (self->size == self->n_allocated)
    {
      if (i == 0)
        return NULL;
      hand_on_first (self);
      i--;
    }
  for (guint j = self->size++; j > i; j--) /* what came out of order */
    *weir_buckets_at (self, j) = *weir_buckets_at (self, j - 1);
  *weir_buckets_at (self, i) = (WeirBucket){ .n = n };
  return weir_buckets_at (self, i);
}

static WeirBucket *
get (WeirBuckets *self, guint32 n)
{
  guint i = weir_buckets_find (self, (gint64) n * self->width_us);

  if (i < self->size && weir_buckets_at (self, i)->n == n)
    return weir_buckets_at (self, i);
  return insert (self, n, i);
}

static void
add_to_piece (WeirBuckets *self, guint32 n, guint column, gint64 from_us, gint64 to_us, double value)
{
  WeirBucket *bucket = get (self, n);
  gint64 start_us = (gint64) n * self->width_us;
  gint64 end_us = start_us + self->width_us;

  if (bucket == NULL && self->older != NULL)
    weir_buckets_add (self->older, column, MAX (from_us, start_us), MIN (to_us, end_us), value);
  else if (bucket == NULL)
    lose_before (self, end_us);
  else if (column == self->mean)
    bucket->values[column] += value * (MIN (to_us, end_us) - MAX (from_us, start_us)) / self->width_us;
  else
    bucket->values[column] = MAX (bucket->values[column], (float) value);
}

void
weir_buckets_add (WeirBuckets *self, guint column, gint64 from_us, gint64 to_us, double value)
{
  gint64 oldest_us = to_us - (gint64) self->max * self->width_us;

  if (value == 0 || to_us <= from_us)
    return;

  if (from_us < oldest_us && self->older != NULL)
    weir_buckets_add (self->older, column, from_us, oldest_us, value);
  from_us = MAX (from_us, oldest_us);
  for (guint32 n = number_of (self, from_us); n <= number_of (self, to_us - 1); n++)
    add_to_piece (self, n, column, from_us, to_us, value);
}
