/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-pipe-private.h"

WeirBlock *
weir_pipe_show (WeirPipe *self, WeirConn *conn, WeirOp op, const guint8 *data, gsize len)
{
  WeirBlock *block = weir_conn_get_block (conn);
  WeirRecordKind kind = weir_audience_get_kind (op);
  guint64 seq = self->flow.meter.parsed_messages + 1;
  gint64 wall_us = weir_pipe_group_wall_us (self->group);
  WeirBlock *copy = NULL;

  if (block == NULL && weir_tap_set_wants_block (&self->audience.taps, kind, len))
    block = weir_conn_get_buffer (conn, len);
  if (block == NULL && weir_tap_set_wants_block (&self->audience.taps, kind, len))
    block = copy = weir_block_new_copy (data, len);
  weir_tap_set_put (&self->audience.taps, kind, 0, seq, wall_us, copy != NULL ? copy->data : data, len, block);
  return copy;
}

void
weir_pipe_add_tap (WeirPipe *self, WeirTap *tap, gboolean history)
{
  if (!self->is_internal && !self->has_ended)
    weir_audience_add (&self->audience, tap, history);
}

void
weir_pipe_remove_tap (WeirPipe *self, WeirTap *tap)
{
  weir_audience_remove (&self->audience, tap);
}

WeirHistory *
weir_pipe_steal_history (WeirPipe *self)
{
  return weir_audience_steal_history (&self->audience);
}

void
weir_pipe_set_internal (WeirPipe *self)
{
  weir_meter_feed_untouch (self->group->meters, &self->meter_source);
  self->is_internal = TRUE;
  weir_audience_clear (&self->audience);
}
