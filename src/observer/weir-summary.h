/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-channel.h"

/* What all channels do together: a value, made of one after the other. */

G_BEGIN_DECLS

/* What is summed up, and of which it is told how much of it is known. */
typedef enum
{
  WEIR_SUM_WRITTEN,
  WEIR_SUM_SENT,
  WEIR_SUM_ACKED,
  WEIR_SUM_BUFFERED,
  WEIR_N_SUMS,
} WeirSum;

typedef struct
{
  /* Each channel is in one of these. Waiting: for an end, or created. */
  guint n_flowing, n_held, n_stalled, n_reader_gone, n_waiting, n_idle, n_closed, n_unknown;
  guint n_channels;
  guint n_waiting_reader;      /* of those that wait */
  guint n_passive;             /* of those that have not ended: that no point sees */
  guint n_rated;               /* of those that have not ended: whose rates are known */
  WeirSeriesRates rates;       /* over the last second, and what lies there now, of those of which it is known */
  guint n_known[WEIR_N_SUMS];  /* of those that have not ended: of which it is known, */
  guint n_unseen[WEIR_N_SUMS]; /* and of which it is not, though there may be something */
} WeirSummary;

void weir_summary_add (WeirSummary *self, WeirChannel *channel, gint64 now_us);

/* INFERRED: it is at least that much; UNKNOWN: there may be something, and nobody knows of any. */
WeirCertainty weir_summary_get_certainty (const WeirSummary *self, WeirSum sum);

/* The columns of WeirTotals that belong to the sums of which nothing is known. */
guint32 weir_summary_get_unknown (const WeirSummary *self);

G_END_DECLS
