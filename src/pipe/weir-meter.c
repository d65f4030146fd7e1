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

void
weir_meter_set_outstanding (WeirMeter *self, gboolean is_outstanding, gboolean has_progressed, gint64 now_us)
{
  if (!is_outstanding)
    self->outstanding_since_us = 0;
  else if (has_progressed || self->outstanding_since_us == 0)
    self->outstanding_since_us = now_us;
}
