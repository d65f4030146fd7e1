/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-pipe-group.h"

#include "weir-pipe.h"
#include "weir-wall-clock.h"

static void
fill_row (gpointer channel, WeirMeterRow *row)
{
  row->n = weir_pipe_get_n (channel);
  weir_pipe_get_meters (channel, &row->meters);
}

WeirPipeGroup *
weir_pipe_group_new (WeirLoop *loop, WeirMailbox *mailbox, WeirBudget *budget, const WeirPipeGroupEvents *events,
                     gpointer user_data)
{
  WeirPipeGroup *self = g_new0 (WeirPipeGroup, 1);

  self->loop = weir_loop_ref (loop);
  self->budget = weir_budget_ref (budget);
  self->events = events;
  self->user_data = user_data;
  self->histories = weir_history_store_new (budget);
  self->meters = weir_meter_feed_new (loop, mailbox, fill_row);
  g_queue_init (&self->tapped);
  return self;
}

void
weir_pipe_group_free (WeirPipeGroup *self)
{
  g_assert (self->tapped.length == 0);

  weir_meter_feed_free (self->meters);
  weir_history_store_free (self->histories);
  weir_budget_unref (self->budget);
  weir_loop_unref (self->loop);
  g_free (self);
}

gint64
weir_pipe_group_now_us (WeirPipeGroup *self)
{
  return weir_loop_now_us (self->loop);
}

gint64
weir_pipe_group_wall_us (WeirPipeGroup *self)
{
  return weir_wall_clock_at_us (weir_pipe_group_now_us (self));
}
