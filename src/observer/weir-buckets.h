/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What was, in equal pieces of time: the peak (or the mean) of each column in each piece. A ring of those pieces in
 * which something was: silence takes no memory. The older part of a series. A plain value, inner to WeirSeries. */

G_BEGIN_DECLS

#define WEIR_BUCKETS_N_COLUMNS 6

typedef struct
{
  guint32 n; /* the piece from n · width on */
  float values[WEIR_BUCKETS_N_COLUMNS];
} WeirBucket;

typedef struct _WeirBuckets WeirBuckets;

struct _WeirBuckets
{
  guint width_us;
  guint max;          /* pieces that are kept */
  guint mean;         /* this column keeps a mean, the others peaks */
  WeirBuckets *older; /* (nullable): gets what has no room here */

  WeirBucket *ring;
  guint n_allocated;
  guint head;
  guint size;
  gboolean is_full; /* it gets no more memory */
  gint64 lost_us;   /* what was before that is not known any more */
};

void weir_buckets_clear (WeirBuckets *self);

/* 0 is the oldest. */
WeirBucket *weir_buckets_at (WeirBuckets *self, guint i);
gint64 weir_buckets_start (WeirBuckets *self, guint i);

/* The first that ends after @at_us; size where there is none. */
guint weir_buckets_find (WeirBuckets *self, gint64 at_us);

/* @value of @column held in from_us … to_us. */
void weir_buckets_add (WeirBuckets *self, guint column, gint64 from_us, gint64 to_us, double value);

G_END_DECLS
