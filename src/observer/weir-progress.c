/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-progress.h"

/* Reading is shown by acknowledgements, and where the reader's client gives none, by what its socket took. */
static void
note_reading (WeirProgress *self, const WeirChannelInfo *info, const WeirTotals *before, gint64 at_us)
{
  const WeirTotals *now = &info->totals;

  if (now->acked_messages > before->acked_messages || now->acked_bytes > before->acked_bytes ||
      (!info->reader.probed && now->sent_messages > before->sent_messages))
    self->last_read_us = at_us;
}

/* How far it is behind: how long it takes from when messages are sent until they are shown to be read. */
static void
note_lag (WeirProgress *self, const WeirChannelInfo *info, const WeirTotals *before, gint64 at_us)
{
  const WeirTotals *now = &info->totals;

  if (now->sent_messages > before->sent_messages || now->sent_bytes > before->sent_bytes)
    self->last_taken_us = at_us;
  if (!info->reader.probed || now->acked_messages >= now->sent_messages)
    {
      self->mark_us = self->lag_us = 0;
      return;
    }
  if (self->mark_us != 0 && now->acked_messages < self->mark_sent)
    return;
  self->lag_us = self->mark_us != 0 ? at_us - self->mark_us : 0;
  self->mark_us = at_us;
  self->mark_sent = now->sent_messages;
}

void
weir_progress_note (WeirProgress *self, const WeirChannelInfo *info, const WeirTotals *before, gint64 at_us)
{
  note_reading (self, info, before, at_us);
  note_lag (self, info, before, at_us);
}

gint64
weir_progress_get_lag_us (const WeirProgress *self, gint64 now_us)
{
  return self->mark_us != 0 ? MAX (self->lag_us, now_us - self->mark_us) : 0;
}

void
weir_progress_note_moving (WeirProgress *self, const WeirTotals *now, const WeirTotals *before, gint64 at_us)
{
  guint32 both = ~(now->unknown | before->unknown);

  if (((both & WEIR_TOTALS_WRITTEN_MESSAGES) && now->written_messages > before->written_messages) ||
      ((both & WEIR_TOTALS_SENT_MESSAGES) && now->sent_messages > before->sent_messages) ||
      ((both & WEIR_TOTALS_ACKED_MESSAGES) && now->acked_messages > before->acked_messages))
    self->moved_us = at_us;
}
