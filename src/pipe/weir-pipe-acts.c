/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-close.h"
#include "weir-pipe-private.h"

static void
answer (WeirPipe *self, guint ticket, WeirOutcome outcome, guint64 seq)
{
  WeirPipeEvent event = { .type = WEIR_PIPE_ANSWERED, .ticket = ticket, .outcome = outcome, .seq = seq };

  weir_pipe_emit (self, &event);
}

/* --- shape --- */

void
weir_pipe_shape (WeirPipe *self, guint ticket, gboolean is_held, guint64 rate, const char *by)
{
  if (self->is_over)
    {
      answer (self, ticket, WEIR_OUTCOME_GONE, 0);
      return;
    }
  weir_flow_shape (&self->flow, is_held, rate, weir_pipe_now_us (self));
  weir_tap_set_put_shaped (&self->audience.taps, is_held, rate, by, weir_pipe_group_wall_us (self->group));
  weir_pipe_touch (self);
  weir_pipe_settle (self);
  answer (self, ticket, WEIR_OUTCOME_DONE, 0);
}

/* --- inject --- */

static WeirOutcome
check_inject (WeirPipe *self, gsize len)
{
  gsize n_bytes;
  guint n = weir_flow_count_injected (&self->flow, &n_bytes);

  if (self->is_over)
    return WEIR_OUTCOME_GONE;
  if (self->ends[WEIR_SIDE_WRITER].presence == WEIR_PRESENCE_GONE)
    return WEIR_OUTCOME_CLOSED;
  if (n >= WEIR_PIPE_MAX_INJECTED || (n > 0 && n_bytes + len > self->flow.max_bytes))
    return WEIR_OUTCOME_TOO_MANY;
  if (weir_budget_is_exhausted (self->group->budget))
    return WEIR_OUTCOME_NO_MEMORY;
  return WEIR_OUTCOME_DONE;
}

static void
show_injected (WeirPipe *self, WeirOp op, WeirBlock *block, const char *by)
{
  WeirHistoryItem item = {
    .kind = weir_audience_get_kind (op),
    .data = block->data,
    .len = block->size,
    .seq = self->flow.meter.parsed_messages + 1,
  };

  weir_audience_show_injected (&self->audience, &item, block, by, weir_pipe_group_wall_us (self->group),
                               weir_pipe_now_us (self));
}

void
weir_pipe_inject (WeirPipe *self, guint ticket, WeirOp op, GBytes *payload, const char *by)
{
  WeirOutcome outcome = check_inject (self, g_bytes_get_size (payload));
  g_autoptr (WeirBlock) block = NULL;
  guint64 seq;

  if (outcome != WEIR_OUTCOME_DONE)
    {
      answer (self, ticket, outcome, 0);
      return;
    }
  block = weir_block_new_copy (g_bytes_get_data (payload, NULL), g_bytes_get_size (payload));
  show_injected (self, op, block, by);
  self->life_us = weir_pipe_now_us (self);
  seq = weir_flow_inject (&self->flow, op, block, self->life_us);
  weir_pipe_touch (self);
  weir_pipe_settle (self);
  answer (self, ticket, WEIR_OUTCOME_DONE, seq);
}

/* --- close --- */

static void
dismiss_reader (WeirPipe *self)
{
  weir_pipe_set_over (self, WEIR_ENDED_OBSERVER);
  weir_pipe_close_end (self, WEIR_SIDE_READER, WEIR_CLOSE_GOING_AWAY, WEIR_REASON_OBSERVER, WEIR_PIPE_WRITER_CLOSE_US);
  weir_pipe_close_end (self, WEIR_SIDE_WRITER, WEIR_CLOSE_GOING_AWAY, "reader_left", WEIR_PIPE_WRITER_CLOSE_US);
}

static void
dismiss_writer (WeirPipe *self)
{
  self->is_writer_dismissed = TRUE;
  weir_pipe_close_end (self, WEIR_SIDE_WRITER, WEIR_CLOSE_GOING_AWAY, WEIR_REASON_OBSERVER, WEIR_PIPE_WRITER_CLOSE_US);
}

void
weir_pipe_dismiss (WeirPipe *self, guint ticket, WeirSide side, const char *by)
{
  if (self->is_over || self->ends[side].presence != WEIR_PRESENCE_HERE)
    {
      answer (self, ticket, self->is_over ? WEIR_OUTCOME_GONE : WEIR_OUTCOME_NOT_CONNECTED, 0);
      return;
    }
  weir_tap_set_put_dismissed (&self->audience.taps, side, by, weir_pipe_group_wall_us (self->group));
  answer (self, ticket, WEIR_OUTCOME_DONE, 0);
  if (side == WEIR_SIDE_WRITER)
    dismiss_writer (self);
  else
    dismiss_reader (self);
  weir_pipe_touch (self);
  weir_pipe_settle (self);
}
