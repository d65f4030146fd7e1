/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-pipe-private.h"

WeirTapSet *
weir_pipe_get_taps (WeirPipe *self)
{
  return &self->taps;
}

WeirRecordKind
weir_pipe_record_kind (WeirOp op)
{
  return op == WEIR_OP_TEXT ? WEIR_RECORD_TEXT : WEIR_RECORD_BINARY;
}

WeirBlock *
weir_pipe_show (WeirPipe *self, WeirConn *conn, WeirOp op, const guint8 *data, gsize len)
{
  WeirBlock *block = weir_conn_get_block (conn);
  WeirRecordKind kind = weir_pipe_record_kind (op);
  guint64 seq = self->flow.meter.parsed_messages + 1;
  gint64 wall_us = weir_pipe_group_wall_us (self->group);
  WeirBlock *copy = NULL;

  if (block == NULL && weir_tap_set_wants_block (&self->taps, kind, len))
    block = weir_conn_get_buffer (conn, len);
  if (block == NULL && weir_tap_set_wants_block (&self->taps, kind, len))
    block = copy = weir_block_new_copy (data, len);
  weir_tap_set_put (&self->taps, kind, 0, seq, wall_us, copy != NULL ? copy->data : data, len, block);
  return copy;
}

void
weir_pipe_add_tap (WeirPipe *self, WeirTap *tap, gboolean history)
{
  if (self->is_internal || self->has_ended || !weir_tap_set_add (&self->taps, tap))
    return;
  if (self->taps.n_taps == 1)
    g_queue_push_tail_link (&self->group->tapped, &self->tapped_link);
  if (history && self->history != NULL)
    weir_history_replay (self->history, tap);
}

void
weir_pipe_remove_tap (WeirPipe *self, WeirTap *tap)
{
  if (weir_tap_set_remove (&self->taps, tap) && self->taps.n_taps == 0)
    g_queue_unlink (&self->group->tapped, &self->tapped_link);
}

void
weir_pipe_clear_taps (WeirPipe *self)
{
  if (self->taps.n_taps > 0)
    g_queue_unlink (&self->group->tapped, &self->tapped_link);
  weir_tap_set_clear (&self->taps);
}

WeirHistory *
weir_pipe_steal_history (WeirPipe *self)
{
  return g_steal_pointer (&self->history);
}

void
weir_pipe_set_internal (WeirPipe *self)
{
  weir_meter_feed_untouch (self->group->meters, &self->meter_source);
  self->is_internal = TRUE;
  weir_pipe_clear_taps (self);
  g_clear_pointer (&self->history, weir_history_free);
}
