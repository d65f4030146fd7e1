/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-relay-channel-private.h"

#include "weir-close.h"
#include "weir-reader.h"

/* Connections of one engine that dies break one after the other, within less than this. */
#define DOUBT_US (500 * 1000)

static void
weir_relay_channel_emit_side (WeirRelayChannel *self, WeirPipeEventType type, WeirSide side)
{
  WeirPipeEvent event = { .type = type, .side = side };

  weir_relay_channel_emit (self, &event);
}

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
void
weir_relay_channel_end_if_over (WeirRelayChannel *self)
{
  WeirRelayEnd *writer = &self->ends[WEIR_SIDE_WRITER];
  WeirRelayEnd *reader = &self->ends[WEIR_SIDE_READER];

  if (self->has_ended || self->doubt_us > weir_relay_channel_now_us (self))
    return;
  if (writer->link != NULL || reader->link != NULL || !(writer->was_here || reader->was_here))
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
  if (link->side == WEIR_SIDE_READER) /* what waited for it is not stuck yet */
    weir_meter_set_outstanding (&self->meter, FALSE, FALSE, self->life_us);
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

/* What it got ends with its close frame: a client that has given up discards what comes until it is answered. */
static void
weir_relay_channel_note_closed (WeirRelayChannel *self, const WeirRelayLink *link)
{
  WeirRelayEnd *end = &self->ends[link->side];
  const WeirFollower *in, *out;

  if (link->side != WEIR_SIDE_READER || link->first != WEIR_LINK_END_WORKER || link->closes[WEIR_UP] == NULL)
    return;
  weir_relay_channel_get_followed (self, link->side, &in, &out);
  end->followed = *out;
  end->has_closed = TRUE;
}

/* An engine that dies cuts off its connections: as the stock engine does with a writer whose reader has gone (§5.6). */
static gboolean
weir_relay_channel_was_cut_off (const WeirRelayLink *link)
{
  return (link->first == WEIR_LINK_END_UPSTREAM || link->first == WEIR_LINK_END_UPSTREAM_LOST) &&
         link->closes[WEIR_DOWN] == NULL;
}

/* The engine drops who sends more than it takes at once, most often without a word (§1.4). */
static const char *
weir_relay_channel_find_violation (const WeirRelayLink *link)
{
  const WeirFollower *in = &link->lanes[WEIR_UP].in;
  const WeirLinkClose *close = link->closes[WEIR_DOWN];
  gboolean is_refused = close != NULL && close->code == WEIR_CLOSE_TOO_BIG;

  if (link->side != WEIR_SIDE_WRITER || !(is_refused || weir_relay_channel_was_cut_off (link)))
    return NULL;
  if (in->frame.length > WEIR_FRAME_MAX_SIZE)
    return WEIR_VIOLATION_FRAME_SIZE;
  return in->message_bytes + in->frame.length > WEIR_MESSAGE_MAX_SIZE ? WEIR_VIOLATION_MESSAGE_SIZE : NULL;
}

static void
weir_relay_channel_lose_engine (WeirRelayChannel *self)
{
  self->ended_by = WEIR_ENDED_ENGINE;
  self->is_removed = TRUE;
}

void
weir_relay_channel_note_engine_lost (WeirRelayChannel *self)
{
  if (self->doubt_us == 0)
    return;
  self->doubt_us = 0;
  weir_relay_channel_lose_engine (self);
  weir_relay_channel_end_if_over (self);
}

void
weir_relay_channel_note_engine_gone (WeirRelayChannel *self)
{
  if (self->ends[WEIR_SIDE_WRITER].link != NULL || self->ends[WEIR_SIDE_READER].link != NULL)
    return; /* it is about to be cut off */
  weir_relay_channel_lose_engine (self);
  weir_relay_channel_end (self, WEIR_ENDED_ENGINE);
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
  weir_relay_channel_note_closed (self, link);
  weir_relay_channel_ack_all (self, link);
  weir_relay_channel_note_ended_by (self, link);
  event.violation = (char *) weir_relay_channel_find_violation (link);
  if (event.violation != NULL)
    self->ended_by = WEIR_ENDED_WRITER_LOST;
  else if (weir_relay_channel_was_cut_off (link) && self->group->is_engine_lost)
    weir_relay_channel_lose_engine (self);
  else if (weir_relay_channel_was_cut_off (link))
    self->doubt_us = weir_relay_channel_now_us (self) + DOUBT_US;
  event.is_clean = !end->is_lost;
  event.code = close != NULL ? close->code : 0;
  event.reason = close != NULL ? close->reason : NULL;
  event.is_unanswered = weir_relay_link_is_unanswered (link);
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
