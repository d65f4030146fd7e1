/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-relay-channel-private.h"

#include <string.h>

#include "weir-wall-clock.h"

gint64
weir_relay_channel_now_us (WeirRelayChannel *self)
{
  return weir_relay_group_now_us (self->group);
}

gint64
weir_relay_channel_wall_us (WeirRelayChannel *self)
{
  return weir_wall_clock_at_us (weir_relay_channel_now_us (self));
}

guint32
weir_relay_channel_get_n (WeirRelayChannel *self)
{
  return self->config.n;
}

WeirLane *
weir_relay_channel_get_up (WeirRelayChannel *self)
{
  WeirRelayLink *link = self->ends[WEIR_SIDE_WRITER].link;

  return link != NULL ? &link->lanes[WEIR_UP] : NULL;
}

WeirLane *
weir_relay_channel_get_down (WeirRelayChannel *self)
{
  WeirRelayLink *link = self->ends[WEIR_SIDE_READER].link;

  return link != NULL ? &link->lanes[WEIR_DOWN] : NULL;
}

WeirLane *
weir_relay_channel_get_lane (WeirRelayChannel *self)
{
  return self->ends[WEIR_SIDE_WRITER].was_here ? weir_relay_channel_get_up (self) : weir_relay_channel_get_down (self);
}

void
weir_relay_channel_touch (WeirRelayChannel *self)
{
  if (!self->is_internal && !self->has_ended)
    weir_meter_feed_touch (self->group->meters, &self->meter_source);
}

void
weir_relay_channel_emit (WeirRelayChannel *self, WeirPipeEvent *event)
{
  event->n = self->config.n;
  event->at_us = weir_relay_channel_now_us (self);
  weir_relay_channel_get_meters (self, &event->meters);
  if (event->type != WEIR_PIPE_REFUSED && event->type != WEIR_PIPE_ANSWERED)
    weir_tap_set_put_event (&self->audience.taps, event, weir_relay_channel_wall_us (self));
  weir_mailbox_post_event (self->group->mailbox, event);
}

/* --- acknowledgement --- */

static gboolean
weir_relay_channel_may_ping (WeirRelayChannel *self)
{
  WeirLane *down = weir_relay_channel_get_down (self);

  return down != NULL && self->probe.state != WEIR_PROBE_OFF && !down->is_closed && !down->is_blind && !down->is_broken;
}

static gboolean
weir_relay_channel_ping_is_due (WeirRelayChannel *self)
{
  const WeirMeter *meter = &self->meter;

  if (!weir_relay_channel_may_ping (self))
    return FALSE;
  return self->probe.last_id == 0 || weir_probe_is_due (&self->probe, meter->taken_messages, meter->acked_messages,
                                                        weir_relay_channel_now_us (self));
}

/* Since when the first pong is owed; 0 while the ping may stand behind what the reader's socket does not take. */
static gint64
weir_relay_channel_get_owed_since (WeirRelayChannel *self)
{
  WeirLane *down = weir_relay_channel_get_down (self);

  return down != NULL && !weir_lane_is_blocked (down) ? self->probe.first_ping_us : 0;
}

static void
weir_relay_channel_ping (WeirRelayChannel *self, WeirLane *down)
{
  guint8 payload[WEIR_RELAY_PING_PREFIX + WEIR_PROBE_SIZE];

  memcpy (payload, self->prefix, WEIR_RELAY_PING_PREFIX);
  weir_probe_ping (&self->probe, down->in.n_bytes, down->in.n_messages, weir_relay_channel_now_us (self),
                   payload + WEIR_RELAY_PING_PREFIX);
  weir_lane_put (down, WEIR_OP_PING, payload, sizeof payload);
}

gboolean
weir_relay_channel_pong (WeirRelayChannel *self, const WeirControl *pong)
{
  WeirProbeMark mark;

  if (pong->len != WEIR_RELAY_PING_PREFIX + WEIR_PROBE_SIZE ||
      memcmp (pong->data, self->prefix, WEIR_RELAY_PING_PREFIX) != 0)
    return FALSE;
  if (!weir_probe_pong (&self->probe, pong->data + WEIR_RELAY_PING_PREFIX, WEIR_PROBE_SIZE, &mark))
    return TRUE; /* an answer that was given twice is still ours */
  if (weir_meter_ack (&self->meter, mark.bytes, mark.messages, weir_relay_channel_now_us (self)))
    self->has_progress = TRUE;
  return TRUE;
}

static void
weir_relay_channel_update_probe (WeirRelayChannel *self)
{
  if (weir_relay_channel_ping_is_due (self))
    weir_lane_want (weir_relay_channel_get_down (self), WEIR_STOP_AT_FRAME);
  if (weir_relay_channel_may_ping (self) &&
      weir_probe_check (&self->probe, weir_relay_channel_get_owed_since (self), weir_relay_channel_now_us (self)))
    weir_relay_channel_touch (self);
}

void
weir_relay_channel_put (WeirRelayChannel *self, WeirRelayLink *link, WeirLane *lane)
{
  if (lane == weir_relay_channel_get_down (self))
    {
      weir_relay_channel_count (self);
      if (weir_relay_channel_ping_is_due (self))
        weir_relay_channel_ping (self, lane);
    }
  if (weir_lane_can_put (lane, TRUE))
    weir_relay_channel_put_injection (self, lane);
  else if (self->injections != NULL && lane == weir_relay_channel_get_lane (self))
    lane->wants = WEIR_STOP_AT_MESSAGE;
}

/* --- time --- */

/* When an end that might still come is not waited for any more; 0: never. */
static gint64
weir_relay_channel_get_expiry_us (WeirRelayChannel *self)
{
  gboolean is_open = self->ends[WEIR_SIDE_WRITER].link != NULL || self->ends[WEIR_SIDE_READER].link != NULL;

  if (is_open || self->has_ended || self->doubt_us != 0 || self->config.expiry_us == 0)
    return 0;
  return self->life_us + self->config.expiry_us;
}

/* When a ping will be due, or missed; one that is due already goes where a frame ends, whenever that is. */
static gint64
weir_relay_channel_get_probe_us (WeirRelayChannel *self)
{
  const WeirMeter *meter = &self->meter;

  if (!weir_relay_channel_may_ping (self) || weir_relay_channel_ping_is_due (self))
    return 0;
  return weir_probe_next_us (&self->probe, meter->taken_messages, meter->acked_messages,
                             weir_relay_channel_get_owed_since (self));
}

static gint64
weir_relay_channel_get_shape_us (WeirRelayChannel *self)
{
  gint64 now_us = weir_relay_channel_now_us (self);

  if (self->shaper.rate == 0 || weir_shaper_may_send (&self->shaper, now_us))
    return 0;
  return weir_shaper_next_us (&self->shaper, now_us);
}

static gint64
weir_relay_channel_next_us (WeirRelayChannel *self)
{
  gint64 moments[] = {
    weir_relay_channel_get_expiry_us (self),
    weir_relay_channel_get_shape_us (self),
    weir_relay_channel_get_probe_us (self),
    self->doubt_us,
  };
  gint64 next_us = G_MAXINT64;

  for (guint i = 0; i < G_N_ELEMENTS (moments); i++)
    if (moments[i] > 0)
      next_us = MIN (next_us, moments[i]);
  return next_us;
}

static void
weir_relay_channel_timer_cb (gpointer data)
{
  WeirRelayChannel *self = data;
  gint64 expiry_us = weir_relay_channel_get_expiry_us (self);

  self->timer = NULL;
  if (self->doubt_us != 0 && weir_relay_channel_now_us (self) >= self->doubt_us)
    {
      self->doubt_us = 0;
      weir_relay_channel_end_if_over (self);
    }
  if (self->has_ended)
    return;
  if (expiry_us > 0 && weir_relay_channel_now_us (self) >= expiry_us)
    weir_relay_channel_end (self, WEIR_ENDED_EXPIRED);
  else
    weir_relay_channel_settle (self);
}

/* One that is too early is left alone, as a pipe's. */
static void
weir_relay_channel_update_timer (WeirRelayChannel *self)
{
  gint64 next_us = weir_relay_channel_next_us (self);

  if (next_us == G_MAXINT64 || (self->timer != NULL && self->timer_us <= next_us))
    return;
  weir_timer_clear (&self->timer);
  self->timer_us = next_us;
  self->timer = weir_loop_add_timer (self->group->loop, next_us, weir_relay_channel_timer_cb, self);
}

/* --- whatever follows --- */

/* What comes for the reader and was not put in by us has a writer, wherever that is. */
static void
weir_relay_channel_note_writer (WeirRelayChannel *self)
{
  WeirRelayEnd *writer = &self->ends[WEIR_SIDE_WRITER];
  WeirLane *down = weir_relay_channel_get_down (self);
  guint64 n_ours = self->meter.injected_messages - self->injected_up.n_messages;

  if (!writer->was_here && writer->presence != WEIR_PRESENCE_ENGINE && down != NULL && down->in.n_messages > n_ours)
    writer->presence = WEIR_PRESENCE_ELSEWHERE;
}

/* The messages that have passed since the last look. */
static void
weir_relay_channel_note_moved (WeirRelayChannel *self)
{
  WeirMeter *meter = &self->meter;
  guint64 before = meter->parsed_messages + meter->taken_messages;

  weir_relay_channel_count (self);
  if (meter->parsed_messages + meter->taken_messages == before)
    return;
  meter->moved_us = self->life_us = weir_relay_channel_now_us (self);
  if (meter->first_us == 0)
    meter->first_us = meter->moved_us;
}

/* Of a writer alone, what the engine does not take is what is outstanding; a reader tells more: that the engine goes on
 * to take what is written is no progress of who does not read it. */
static void
weir_relay_channel_note_outstanding (WeirRelayChannel *self)
{
  WeirLane *up = weir_relay_channel_get_up (self);
  WeirLane *down = weir_relay_channel_get_down (self);
  WeirLane *last = down != NULL ? down : up;
  gint64 now_us = weir_relay_channel_now_us (self);
  gboolean is_held = up != NULL && weir_lane_is_blocked (up);
  gboolean is_blocked = last != NULL && weir_lane_is_blocked (last);
  guint64 n_wire = last != NULL ? last->n_wire : 0;
  gboolean is_unread =
      down != NULL && weir_probe_is_expected (&self->probe) && self->meter.acked_messages < self->meter.taken_messages;

  if (self->was_blocked && n_wire != self->n_wire)
    self->has_progress = TRUE;
  weir_meter_set_paused (&self->meter, is_held, now_us);
  weir_meter_set_outstanding (&self->meter, is_blocked || is_unread, self->has_progress, now_us);
  self->n_wire = n_wire;
  self->was_blocked = is_blocked;
  self->has_progress = FALSE;
}

void
weir_relay_channel_settle (WeirRelayChannel *self)
{
  WeirLane *lane = weir_relay_channel_get_lane (self);

  if (self->has_ended)
    return;
  weir_relay_channel_note_moved (self);
  weir_relay_channel_note_writer (self);
  weir_relay_channel_update_probe (self);
  if (self->injections != NULL && lane != NULL && !weir_lane_is_blocked (lane))
    weir_lane_want (lane, WEIR_STOP_AT_MESSAGE);
  weir_relay_channel_note_outstanding (self);
  weir_relay_channel_touch (self);
  weir_relay_channel_update_timer (self);
  for (guint i = 0; i < WEIR_N_SIDES; i++)
    if (self->ends[i].link != NULL)
      weir_relay_link_watch (self->ends[i].link);
}

/* --- life --- */

WeirRelayChannel *
weir_relay_channel_new (WeirRelayGroup *group, const WeirRelayChannelConfig *config)
{
  WeirRelayChannel *self = g_new0 (WeirRelayChannel, 1);

  self->group = group;
  self->config = *config;
  self->ends[WEIR_SIDE_WRITER].presence = config->writer;
  self->ends[WEIR_SIDE_READER].presence = config->reader;
  weir_audience_init (&self->audience, &group->tapped, config->keep_history ? group->histories : NULL);
  self->born_us = self->life_us = weir_relay_channel_now_us (self);
  self->meter_source.link.data = self;
  self->viewer.account = &group->views;
  weir_loop_get_mask (group->loop, self->prefix);
  weir_loop_get_mask (group->loop, self->prefix + 4);
  weir_relay_channel_update_timer (self);
  return self;
}

void
weir_relay_channel_free (WeirRelayChannel *self)
{
  weir_timer_clear (&self->timer);
  weir_meter_feed_untouch (self->group->meters, &self->meter_source);
  weir_audience_clear (&self->audience);
  weir_relay_channel_drop_injections (self, WEIR_OUTCOME_GONE);
  weir_viewer_clear (&self->viewer);
  g_free (self);
}
