/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-summary.h"

static const guint32 sum_columns[WEIR_N_SUMS] = {
  [WEIR_SUM_WRITTEN] = WEIR_TOTALS_WRITTEN_BYTES,
  [WEIR_SUM_SENT] = WEIR_TOTALS_SENT_BYTES,
  [WEIR_SUM_ACKED] = WEIR_TOTALS_ACKED_BYTES,
  [WEIR_SUM_BUFFERED] = WEIR_TOTALS_OF_BUFFER,
};

static void
count_state (WeirSummary *self, WeirState state)
{
  switch (state)
    {
    case WEIR_STATE_FLOWING:
    case WEIR_STATE_DRAINING:
      self->n_flowing++;
      break;
    case WEIR_STATE_HELD:
      self->n_held++;
      break;
    case WEIR_STATE_STALLED:
      self->n_stalled++;
      break;
    case WEIR_STATE_WAITING_READER:
      self->n_waiting_reader++;
      self->n_waiting++;
      break;
    case WEIR_STATE_WAITING_WRITER:
    case WEIR_STATE_CREATED:
      self->n_waiting++;
      break;
    case WEIR_STATE_IDLE:
      self->n_idle++;
      break;
    case WEIR_STATE_READER_GONE:
      self->n_reader_gone++;
      break;
    case WEIR_STATE_CLOSED:
      self->n_closed++;
      break;
    case WEIR_STATE_UNKNOWN:
    default:
      self->n_unknown++;
      break;
    }
}

/* What an end has moved is known, and it may move more. */
static gboolean
is_rated (WeirChannel *channel)
{
  const WeirChannelInfo *info = weir_channel_get_info (channel);

  return (weir_channel_knows_rate (channel, WEIR_TOTALS_WRITTEN_BYTES) &&
          info->writer.presence != WEIR_PRESENCE_GONE) ||
         (weir_channel_knows_rate (channel, WEIR_TOTALS_SENT_BYTES) && info->reader.presence != WEIR_PRESENCE_GONE);
}

/* An end that is not seen may move as much as it likes, and there may lie as much in between, unless it is known that
 * nothing moves. */
static gboolean
may_have_some (WeirState state, WeirSum sum)
{
  switch (state)
    {
    case WEIR_STATE_FLOWING:
    case WEIR_STATE_UNKNOWN:
      return TRUE;
    case WEIR_STATE_HELD:
    case WEIR_STATE_STALLED:
    case WEIR_STATE_DRAINING:
    case WEIR_STATE_WAITING_READER:
      return sum == WEIR_SUM_BUFFERED;
    case WEIR_STATE_CREATED:
    case WEIR_STATE_WAITING_WRITER:
    case WEIR_STATE_IDLE:
    case WEIR_STATE_READER_GONE:
    case WEIR_STATE_CLOSED:
    default:
      return FALSE;
    }
}

static void
count_known (WeirSummary *self, WeirChannel *channel)
{
  WeirState state = weir_channel_get_state (channel);

  for (guint i = 0; i < WEIR_N_SUMS; i++)
    {
      gboolean is_known = i == WEIR_SUM_BUFFERED ? weir_channel_knows (channel, WEIR_TOTALS_BUFFERED_BYTES)
                                                 : weir_channel_knows_rate (channel, sum_columns[i]);

      gboolean is_part = is_known && weir_channel_is_rate_partial (channel, sum_columns[i]);

      self->n_known[i] += is_known;
      if (is_part || (!is_known && may_have_some (state, i)))
        self->n_unseen[i]++;
    }
}

void
weir_summary_add (WeirSummary *self, WeirChannel *channel, gint64 now_us)
{
  const WeirTotals *totals = &weir_channel_get_info (channel)->totals;

  self->n_channels++;
  count_state (self, weir_channel_get_state (channel));
  self->rates.written += weir_channel_get_written_rate (channel, now_us);
  self->rates.sent += weir_channel_get_sent_rate (channel, now_us);
  self->rates.acked += weir_series_rate (weir_channel_get_series (channel), WEIR_SERIES_ACKED, now_us, G_USEC_PER_SEC);
  if (weir_channel_get_state (channel) == WEIR_STATE_CLOSED)
    return;
  self->rates.buffered_messages += totals->buffered_messages;
  self->rates.buffered_bytes += totals->buffered_bytes;
  self->n_rated += is_rated (channel);
  self->n_passive += weir_channel_is_passive (channel);
  count_known (self, channel);
}

WeirCertainty
weir_summary_get_certainty (const WeirSummary *self, WeirSum sum)
{
  if (self->n_unseen[sum] == 0)
    return WEIR_CERTAINTY_SEEN;
  return self->n_known[sum] > 0 ? WEIR_CERTAINTY_INFERRED : WEIR_CERTAINTY_UNKNOWN;
}

guint32
weir_summary_get_unknown (const WeirSummary *self)
{
  guint32 unknown = 0;

  for (guint i = 0; i < WEIR_N_SUMS; i++)
    if (weir_summary_get_certainty (self, i) == WEIR_CERTAINTY_UNKNOWN)
      unknown |= sum_columns[i];
  return unknown;
}
