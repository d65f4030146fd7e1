/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-meter.h"

void
weir_meter_set_paused (WeirMeter *self, gboolean paused, gint64 now_us)
{
  if (paused == (self->paused_since_us != 0))
    return;
  if (!paused)
    self->paused_us += now_us - self->paused_since_us;
  self->paused_since_us = paused ? now_us : 0;
}

gboolean
weir_meter_ack (WeirMeter *self, guint64 acked_bytes, guint64 acked_messages, gint64 now_us)
{
  if (acked_messages <= self->acked_messages)
    return FALSE;

  self->acked_bytes = acked_bytes;
  self->acked_messages = acked_messages;
  self->moved_us = now_us;
  return TRUE;
}

static void
weir_meter_note_gap (WeirMeter *self, gint64 gap_us, gint64 now_us)
{
  if (now_us - self->gaps_since_us >= WEIR_METER_GAPS_US)
    {
      gboolean is_near = now_us - self->gaps_since_us < 2 * WEIR_METER_GAPS_US;

      self->older_gap_us = is_near ? self->gap_us : 0;
      self->n_older_gaps = is_near ? self->n_gaps : 0;
      self->gap_us = 0;
      self->n_gaps = 0;
      self->gaps_since_us = now_us;
    }
  self->gap_us = MAX (self->gap_us, gap_us);
  self->n_gaps++;
}

gint64
weir_meter_get_patience (const WeirMeter *self)
{
  return 2 * MAX (self->gap_us, self->older_gap_us);
}

gboolean
weir_meter_has_rhythm (const WeirMeter *self)
{
  return self->n_gaps + self->n_older_gaps >= WEIR_METER_RHYTHM;
}

void
weir_meter_set_outstanding (WeirMeter *self, gboolean is_outstanding, gboolean has_progressed, gint64 now_us)
{
  if (has_progressed && self->outstanding_since_us != 0)
    weir_meter_note_gap (self, now_us - self->outstanding_since_us, now_us);
  if (!is_outstanding)
    self->outstanding_since_us = 0;
  else if (has_progressed || self->outstanding_since_us == 0)
    self->outstanding_since_us = now_us;
}
