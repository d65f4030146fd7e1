/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-relay-channel-private.h"

#include <string.h>

#include "weir-close.h"
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

static void
weir_relay_channel_emit_side (WeirRelayChannel *self, WeirPipeEventType type, WeirSide side)
{
  WeirPipeEvent event = { .type = type, .side = side };

  weir_relay_channel_emit (self, &event);
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

/* --- its ends --- */

gboolean
weir_relay_channel_has_lost_writer (WeirRelayChannel *self)
{
  return self->ends[WEIR_SIDE_WRITER].is_lost;
}

static gboolean
weir_relay_channel_is_settled (const WeirRelayEnd *end)
{
  return end->presence == WEIR_PRESENCE_GONE || end->presence == WEIR_PRESENCE_ENGINE ||
         end->presence == WEIR_PRESENCE_ELSEWHERE;
}

void
weir_relay_channel_end (WeirRelayChannel *self, WeirEndedBy by)
{
  WeirPipeEvent event = { .type = WEIR_PIPE_ENDED };

  if (self->has_ended)
    return;
  if (self->ended_by == WEIR_ENDED_NOT)
    self->ended_by = by;
  weir_meter_feed_untouch (self->group->meters, &self->meter_source);
  weir_timer_clear (&self->timer);
  weir_relay_channel_drop_injections (self, WEIR_OUTCOME_GONE);
  self->has_ended = TRUE;
  for (guint i = 0; i < WEIR_N_SIDES; i++)
    if (self->ends[i].link != NULL)
      weir_relay_channel_detach (self, self->ends[i].link);
  event.by = self->ended_by;
  weir_relay_channel_emit (self, &event);
  self->group->group_events->channel_ended (self, self->group->user_data);
}

/* Both have been here and gone, or that is as much as will be seen of them. */
static void
weir_relay_channel_end_if_over (WeirRelayChannel *self)
{
  WeirRelayEnd *writer = &self->ends[WEIR_SIDE_WRITER];
  WeirRelayEnd *reader = &self->ends[WEIR_SIDE_READER];

  if (self->has_ended || writer->link != NULL || reader->link != NULL || !(writer->was_here || reader->was_here))
    return;
  if (self->is_removed || (weir_relay_channel_is_settled (writer) && weir_relay_channel_is_settled (reader)))
    weir_relay_channel_end (self, WEIR_ENDED_ENGINE);
}

void
weir_relay_channel_set_presence (WeirRelayChannel *self, WeirSide side, WeirPresence presence)
{
  WeirRelayEnd *end = &self->ends[side];

  if (end->was_here || !weir_presence_is_news (end->presence, presence))
    return;
  end->presence = presence;
  weir_relay_channel_touch (self);
  weir_relay_channel_end_if_over (self);
}

gboolean
weir_relay_channel_attach (WeirRelayChannel *self, WeirRelayLink *link)
{
  WeirRelayEnd *end = &self->ends[link->side];

  if (self->has_ended)
    return FALSE;
  if (end->was_here)
    {
      weir_relay_channel_emit_side (self, WEIR_PIPE_REFUSED, link->side);
      return FALSE;
    }
  end->link = link;
  end->presence = WEIR_PRESENCE_HERE;
  end->was_here = TRUE;
  self->life_us = weir_relay_channel_now_us (self);
  weir_relay_channel_emit_side (self, WEIR_PIPE_CONNECTED, link->side);
  if (link->side == WEIR_SIDE_READER && self->group->probes && !self->is_internal)
    {
      link->lanes[WEIR_UP].ops |= 1u << WEIR_OP_PONG;
      self->probe.state = WEIR_PROBE_WAITING;
    }
  weir_relay_channel_update_view (self);
  weir_relay_channel_touch (self);
  return TRUE;
}

/* What the engine's close frame says of why. */
static WeirEndedBy
weir_relay_channel_read_close (const WeirLinkClose *close, WeirEndedBy otherwise)
{
  if (g_strcmp0 (close->reason, WEIR_REASON_EXPIRED) == 0)
    return WEIR_ENDED_EXPIRED;
  if (g_strcmp0 (close->reason, WEIR_REASON_OBSERVER) == 0)
    return WEIR_ENDED_OBSERVER;
  if (g_strcmp0 (close->reason, WEIR_REASON_ENGINE_STOPPING) == 0)
    return WEIR_ENDED_ENGINE;
  if (g_strcmp0 (close->reason, WEIR_REASON_WRITER_LOST) == 0)
    return WEIR_ENDED_WRITER_LOST;
  return otherwise;
}

/* We have ended it: an observer of one end, or whoever stops the relay. */
static WeirEndedBy
weir_relay_channel_judge_parting (const WeirRelayLink *link)
{
  gboolean is_observer = link->parting != NULL && g_strcmp0 (link->parting->reason, WEIR_REASON_OBSERVER) == 0;

  return is_observer ? WEIR_ENDED_OBSERVER : WEIR_ENDED_ENGINE;
}

/* The engine removes what an end never came to, when it has waited for long enough (§5.7). */
static WeirEndedBy
weir_relay_channel_judge_removal (WeirRelayChannel *self, WeirSide missing, WeirEndedBy otherwise)
{
  WeirPresence presence = self->ends[missing].presence;
  gboolean may_wait = presence == WEIR_PRESENCE_NONE || presence == WEIR_PRESENCE_UNKNOWN;
  gint64 age_us = weir_relay_channel_now_us (self) - self->born_us;

  if (may_wait && self->config.expiry_us != 0 && age_us >= self->config.expiry_us)
    return WEIR_ENDED_EXPIRED;
  return presence == WEIR_PRESENCE_NONE ? WEIR_ENDED_ENGINE : otherwise; /* one that never came has not left */
}

static WeirEndedBy
weir_relay_channel_judge_writer (WeirRelayChannel *self, const WeirRelayLink *link)
{
  gboolean is_reader_there = self->ends[WEIR_SIDE_READER].presence == WEIR_PRESENCE_HERE;

  if (link->first == WEIR_LINK_END_STOPPED)
    return weir_relay_channel_judge_parting (link);
  if (link->first == WEIR_LINK_END_WORKER || link->first == WEIR_LINK_END_WORKER_LOST)
    return link->closes[WEIR_UP] != NULL ? WEIR_ENDED_WRITER : WEIR_ENDED_WRITER_LOST;
  if (link->closes[WEIR_DOWN] != NULL)
    return weir_relay_channel_read_close (link->closes[WEIR_DOWN], WEIR_ENDED_READER);
  if (is_reader_there)
    return WEIR_ENDED_ENGINE;
  return weir_relay_channel_judge_removal (self, WEIR_SIDE_READER, WEIR_ENDED_READER); /* the stock engine's (§5.6) */
}

static WeirEndedBy
weir_relay_channel_judge_reader (WeirRelayChannel *self, const WeirRelayLink *link)
{
  WeirEndedBy closed = WEIR_ENDED_WRITER;

  if (link->first == WEIR_LINK_END_STOPPED)
    return weir_relay_channel_judge_parting (link);
  if (link->first == WEIR_LINK_END_WORKER || link->first == WEIR_LINK_END_WORKER_LOST)
    return WEIR_ENDED_READER;
  if (link->lanes[WEIR_DOWN].in.n_messages == 0)
    closed = weir_relay_channel_judge_removal (self, WEIR_SIDE_WRITER, WEIR_ENDED_WRITER);
  if (link->closes[WEIR_DOWN] != NULL)
    return weir_relay_channel_read_close (link->closes[WEIR_DOWN], closed);
  return WEIR_ENDED_ENGINE;
}

/* A reader that goes by itself before it has read everything ends the channel, whoever else has left. */
static gboolean
weir_relay_channel_has_unread (WeirRelayChannel *self)
{
  const WeirMeter *meter = &self->meter;

  weir_relay_channel_count (self);
  return meter->acked_messages < meter->taken_messages ||
         (self->ends[WEIR_SIDE_WRITER].was_here && meter->taken_messages < meter->parsed_messages);
}

static void
weir_relay_channel_note_ended_by (WeirRelayChannel *self, const WeirRelayLink *link)
{
  WeirEndedBy by = link->side == WEIR_SIDE_WRITER ? weir_relay_channel_judge_writer (self, link)
                                                  : weir_relay_channel_judge_reader (self, link);

  if (self->ended_by == WEIR_ENDED_NOT || (by == WEIR_ENDED_READER && weir_relay_channel_has_unread (self)))
    self->ended_by = by;
}

/* Whether the reader has answered the engine's close frame: a close of its own may cross that, and then it is one that
 * says neither what the engine's said nor that all was well. */
static gboolean
weir_relay_channel_has_answered_close (const WeirRelayLink *link)
{
  const WeirLinkClose *ours = link->closes[WEIR_UP];
  const WeirLinkClose *engines = link->closes[WEIR_DOWN];

  return ours != NULL && engines != NULL && link->first == WEIR_LINK_END_UPSTREAM &&
         (ours->code == 0 || ours->code == WEIR_CLOSE_NORMAL || ours->code == engines->code);
}

/* Whoever answers it has taken all that was before it. */
static void
weir_relay_channel_ack_all (WeirRelayChannel *self, const WeirRelayLink *link)
{
  WeirMeter *meter = &self->meter;

  if (link->side != WEIR_SIDE_READER || !weir_relay_channel_has_answered_close (link))
    return;
  weir_relay_channel_count (self);
  weir_meter_ack (meter, meter->taken_bytes, meter->taken_messages, weir_relay_channel_now_us (self));
}

void
weir_relay_channel_note_left (WeirRelayChannel *self, WeirRelayLink *link)
{
  WeirRelayEnd *end = &self->ends[link->side];
  const WeirLinkClose *close = link->first == WEIR_LINK_END_WORKER ? link->closes[WEIR_UP] : NULL;
  WeirPipeEvent event = { .type = WEIR_PIPE_LEFT, .side = link->side };

  end->presence = WEIR_PRESENCE_GONE;
  end->is_lost = !weir_relay_link_is_clean (link);
  self->is_removed |= link->first == WEIR_LINK_END_UPSTREAM;
  weir_relay_channel_ack_all (self, link);
  weir_relay_channel_note_ended_by (self, link);
  event.is_clean = !end->is_lost;
  event.code = close != NULL ? close->code : 0;
  event.reason = close != NULL ? close->reason : NULL;
  self->life_us = weir_relay_channel_now_us (self);
  weir_relay_channel_emit (self, &event);
  if (link->side == WEIR_SIDE_WRITER)
    weir_relay_channel_drop_injections (self, WEIR_OUTCOME_CLOSED);
  weir_relay_channel_touch (self);
}

void
weir_relay_channel_detach (WeirRelayChannel *self, WeirRelayLink *link)
{
  WeirRelayEnd *end = &self->ends[link->side];
  const WeirFollower *in, *out;

  weir_relay_channel_get_followed (self, link->side, &in, &out);
  end->followed = link->side == WEIR_SIDE_WRITER ? *in : *out;
  end->link = NULL;
  link->channel = NULL;
  for (guint i = 0; i < 2; i++)
    {
      link->lanes[i].is_viewed = FALSE;
      link->lanes[i].ops &= ~(1u << WEIR_OP_PONG);
    }
  self->life_us = weir_relay_channel_now_us (self);
  if (weir_relay_channel_get_lane (self) == NULL)
    weir_relay_channel_drop_injections (self, WEIR_OUTCOME_CLOSED);
  weir_relay_channel_settle (self);
  weir_relay_channel_end_if_over (self);
}

/* --- time --- */

/* When an end that might still come is not waited for any more; 0: never. */
static gint64
weir_relay_channel_get_expiry_us (WeirRelayChannel *self)
{
  gboolean is_open = self->ends[WEIR_SIDE_WRITER].link != NULL || self->ends[WEIR_SIDE_READER].link != NULL;

  return is_open || self->has_ended || self->config.expiry_us == 0 ? 0 : self->life_us + self->config.expiry_us;
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

static guint64
weir_relay_channel_get_n_wire (WeirRelayChannel *self)
{
  WeirLane *up = weir_relay_channel_get_up (self);
  WeirLane *down = weir_relay_channel_get_down (self);

  return (up != NULL ? up->n_wire : 0) + (down != NULL ? down->n_wire : 0);
}

/* Of a writer alone, what the engine does not take is what is outstanding; a reader tells more. */
static void
weir_relay_channel_note_outstanding (WeirRelayChannel *self)
{
  WeirLane *up = weir_relay_channel_get_up (self);
  WeirLane *down = weir_relay_channel_get_down (self);
  gint64 now_us = weir_relay_channel_now_us (self);
  gboolean is_held = up != NULL && weir_lane_is_blocked (up);
  gboolean is_blocked = down != NULL ? weir_lane_is_blocked (down) : is_held;
  guint64 n_wire = weir_relay_channel_get_n_wire (self);
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
