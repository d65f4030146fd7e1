/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-relay-channel-private.h"

#include "weir-close.h"
#include "weir-pipe.h"

static void
answer (WeirRelayChannel *self, guint ticket, WeirOutcome outcome, guint64 seq)
{
  WeirPipeEvent event = { .type = WEIR_PIPE_ANSWERED, .ticket = ticket, .outcome = outcome, .seq = seq };

  weir_relay_channel_emit (self, &event);
}

/* --- shape: by not reading --- */

/* What is read for the reader where that is here, so that the engine's queue fills; else what the writer sends. */
static gboolean
weir_relay_channel_is_shaped (WeirRelayChannel *self, WeirLane *lane)
{
  WeirLane *down = weir_relay_channel_get_down (self);

  return weir_shaper_is_active (&self->shaper) && lane == (down != NULL ? down : weir_relay_channel_get_up (self));
}

gsize
weir_relay_channel_admit (WeirRelayChannel *self, WeirRelayLink *link, WeirLane *lane)
{
  guint64 burst = self->shaper.rate * WEIR_SHAPER_BURST_US / G_USEC_PER_SEC;

  if (!weir_relay_channel_is_shaped (self, lane))
    return WEIR_LOOP_BUFFER_SIZE;
  if (!weir_shaper_may_send (&self->shaper, weir_relay_channel_now_us (self)))
    return 0;
  return CLAMP (burst, 1, WEIR_LOOP_BUFFER_SIZE);
}

void
weir_relay_channel_spend (WeirRelayChannel *self, WeirRelayLink *link, WeirLane *lane, gsize n)
{
  WeirOut out = { .len = n };

  if (weir_relay_channel_is_shaped (self, lane))
    weir_shaper_spend (&self->shaper, &out, 1);
}

void
weir_relay_channel_shape (WeirRelayChannel *self, guint ticket, gboolean is_held, guint64 rate, const char *by)
{
  weir_shaper_set (&self->shaper, is_held, rate, weir_relay_channel_now_us (self));
  weir_tap_set_put_shaped (&self->audience.taps, is_held, rate, by, weir_relay_channel_wall_us (self));
  weir_relay_channel_settle (self);
  answer (self, ticket, WEIR_OUTCOME_DONE, 0);
}

/* --- inject --- */

static void
weir_relay_injection_free (WeirRelayInjection *self)
{
  g_bytes_unref (self->payload);
  g_free (self->by);
  g_free (self);
}

static WeirOutcome
check_inject (WeirRelayChannel *self)
{
  if (weir_relay_channel_get_lane (self) == NULL)
    return self->ends[WEIR_SIDE_WRITER].was_here ? WEIR_OUTCOME_CLOSED : WEIR_OUTCOME_NOT_CONNECTED;
  if (self->ends[WEIR_SIDE_WRITER].presence == WEIR_PRESENCE_GONE)
    return WEIR_OUTCOME_CLOSED;
  if (self->injections != NULL && self->injections->length >= WEIR_PIPE_MAX_INJECTED)
    return WEIR_OUTCOME_TOO_MANY;
  if (weir_budget_is_exhausted (self->group->budget))
    return WEIR_OUTCOME_NO_MEMORY;
  return WEIR_OUTCOME_DONE;
}

void
weir_relay_channel_inject (WeirRelayChannel *self, guint ticket, WeirOp op, GBytes *payload, const char *by)
{
  WeirOutcome outcome = check_inject (self);
  WeirRelayInjection *injection;

  if (outcome != WEIR_OUTCOME_DONE)
    {
      answer (self, ticket, outcome, 0);
      return;
    }
  injection = g_new (WeirRelayInjection, 1);
  *injection = (WeirRelayInjection){ ticket, op, g_bytes_ref (payload), g_strdup (by) };
  if (self->injections == NULL)
    self->injections = g_queue_new ();
  g_queue_push_tail (self->injections, injection);
  weir_budget_charge (self->group->budget, g_bytes_get_size (payload));
  weir_relay_channel_settle (self);
}

/* (transfer full) */
static WeirRelayInjection *
weir_relay_channel_pop_injection (WeirRelayChannel *self)
{
  WeirRelayInjection *injection = g_queue_pop_head (self->injections);

  weir_budget_charge (self->group->budget, -(gint64) g_bytes_get_size (injection->payload));
  if (self->injections->length == 0)
    g_clear_pointer (&self->injections, g_queue_free);
  return injection;
}

static void
weir_relay_channel_put_one (WeirRelayChannel *self, WeirLane *lane)
{
  WeirRelayInjection *injection = weir_relay_channel_pop_injection (self);
  gsize len;
  const guint8 *data = g_bytes_get_data (injection->payload, &len);

  weir_lane_put (lane, injection->op, data, len);
  self->meter.injected_messages++;
  self->meter.injected_bytes += len;
  if (lane == weir_relay_channel_get_up (self))
    weir_follower_count (&self->injected_up, injection->op, len);
  weir_relay_channel_show_injected (self, injection->op, injection->payload, lane->in.n_messages, injection->by);
  answer (self, injection->ticket, WEIR_OUTCOME_DONE, lane->in.n_messages);
  weir_relay_injection_free (injection);
}

void
weir_relay_channel_put_injection (WeirRelayChannel *self, WeirLane *lane)
{
  while (self->injections != NULL && lane == weir_relay_channel_get_lane (self) && weir_lane_can_put (lane, TRUE) &&
         !weir_lane_is_blocked (lane))
    weir_relay_channel_put_one (self, lane);
}

void
weir_relay_channel_drop_injections (WeirRelayChannel *self, WeirOutcome outcome)
{
  while (self->injections != NULL)
    {
      WeirRelayInjection *injection = weir_relay_channel_pop_injection (self);

      answer (self, injection->ticket, outcome, 0);
      weir_relay_injection_free (injection);
    }
}

/* --- close --- */

void
weir_relay_channel_dismiss (WeirRelayChannel *self, guint ticket, WeirSide side, const char *by)
{
  WeirRelayLink *link = self->ends[side].link;

  if (link == NULL || self->ends[side].presence != WEIR_PRESENCE_HERE)
    {
      answer (self, ticket, WEIR_OUTCOME_NOT_CONNECTED, 0);
      return;
    }
  weir_tap_set_put_dismissed (&self->audience.taps, side, by, weir_relay_channel_wall_us (self));
  answer (self, ticket, WEIR_OUTCOME_DONE, 0);
  weir_relay_link_part (link, WEIR_CLOSE_GOING_AWAY, WEIR_REASON_OBSERVER, FALSE);
}
