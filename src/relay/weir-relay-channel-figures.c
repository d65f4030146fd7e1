/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-relay-channel-private.h"

void
weir_relay_channel_get_followed (WeirRelayChannel *self, WeirSide side, const WeirFollower **in,
                                 const WeirFollower **out)
{
  WeirLane *lane = side == WEIR_SIDE_WRITER ? weir_relay_channel_get_up (self) : weir_relay_channel_get_down (self);

  *in = lane != NULL ? &lane->in : &self->ends[side].followed;
  *out = lane != NULL && !self->ends[side].has_closed ? weir_lane_get_written (lane) : &self->ends[side].followed;
}

void
weir_relay_channel_count (WeirRelayChannel *self)
{
  const WeirFollower *in, *out;

  weir_relay_channel_get_followed (self, WEIR_SIDE_WRITER, &in, &out);
  self->meter.parsed_messages = in->n_messages;
  self->meter.parsed_bytes = in->n_bytes;
  self->meter.parsed_text = in->n_text;
  weir_relay_channel_get_followed (self, WEIR_SIDE_READER, &in, &out);
  self->meter.taken_messages = out->n_messages;
  self->meter.taken_bytes = out->n_bytes;
}

/* What is on its way as far as it can be seen: between both ends, the engine's queue and the kernels' buffers included;
 * else what is kept at the end that is here. */
static void
weir_relay_channel_get_buffered (WeirRelayChannel *self, WeirTotals *totals)
{
  gboolean has_writer = self->ends[WEIR_SIDE_WRITER].was_here;
  gboolean has_reader = self->ends[WEIR_SIDE_READER].was_here;
  const WeirFollower *in, *out, *other;

  weir_relay_channel_get_followed (self, has_writer ? WEIR_SIDE_WRITER : WEIR_SIDE_READER, &in, &out);
  if (has_writer && has_reader)
    weir_relay_channel_get_followed (self, WEIR_SIDE_READER, &other, &out);
  totals->buffered_messages = in->n_messages - MIN (in->n_messages, out->n_messages);
  if (totals->buffered_messages > 0) /* the bytes of one of which a part has come are no message yet */
    totals->buffered_bytes = in->n_bytes - MIN (in->n_bytes, out->n_bytes);
}

static void
weir_relay_channel_get_totals (WeirRelayChannel *self, WeirTotals *totals)
{
  const WeirMeter *meter = &self->meter;

  weir_relay_channel_count (self);
  *totals = (WeirTotals){
    .sent_bytes = meter->taken_bytes,
    .sent_messages = meter->taken_messages,
    .acked_bytes = meter->acked_bytes,
    .acked_messages = meter->acked_messages,
    .paused_us = meter->paused_us,
    .injected_bytes = meter->injected_bytes,
    .injected_messages = meter->injected_messages,
  };
  weir_relay_channel_get_buffered (self, totals);
  if (!self->ends[WEIR_SIDE_WRITER].was_here)
    return;
  totals->written_bytes = meter->parsed_bytes - self->injected_up.n_bytes;
  totals->written_messages = meter->parsed_messages - self->injected_up.n_messages;
  totals->written_text = meter->parsed_text - self->injected_up.n_text;
}

static gboolean
weir_relay_channel_is_blind (WeirRelayChannel *self, WeirSide side)
{
  WeirLane *lane = side == WEIR_SIDE_WRITER ? weir_relay_channel_get_up (self) : weir_relay_channel_get_down (self);

  return lane != NULL && lane->is_blind;
}

/* An end that is here, but cannot be read. */
static WeirPresence
weir_relay_channel_get_presence (WeirRelayChannel *self, WeirSide side)
{
  return weir_relay_channel_is_blind (self, side) ? WEIR_PRESENCE_UNKNOWN : self->ends[side].presence;
}

/* Whether it counts as ended for those who look: nothing more can be read. */
static gboolean
weir_relay_channel_shows_end (WeirRelayChannel *self)
{
  WeirRelayLink *reader = self->ends[WEIR_SIDE_READER].link;

  if (self->ended_by == WEIR_ENDED_NOT)
    return FALSE;
  return self->has_ended || (reader != NULL && reader->closes[WEIR_DOWN] != NULL &&
                             self->ends[WEIR_SIDE_WRITER].link == NULL && self->meter.outstanding_since_us == 0);
}

void
weir_relay_channel_get_meters (WeirRelayChannel *self, WeirMeters *meters)
{
  const WeirMeter *meter = &self->meter;

  *meters = (WeirMeters){
    .writer = weir_relay_channel_get_presence (self, WEIR_SIDE_WRITER),
    .reader = weir_relay_channel_get_presence (self, WEIR_SIDE_READER),
    .ended = weir_relay_channel_shows_end (self) ? self->ended_by : WEIR_ENDED_NOT,
    .is_writer_unseen = !self->ends[WEIR_SIDE_WRITER].was_here,
    .is_reader_unseen = !self->ends[WEIR_SIDE_READER].was_here,
    .reader_answers = weir_probe_is_expected (&self->probe),
    .moved_us = meter->moved_us,
    .outstanding_since_us = meter->outstanding_since_us,
    .patience_us = weir_meter_get_patience (meter),
    .has_rhythm = weir_meter_has_rhythm (meter),
    .paused_since_us = meter->paused_since_us,
    .first_us = meter->first_us,
    .is_held = self->shaper.is_held,
    .is_slowed = self->shaper.rate > 0,
  };
  weir_relay_channel_get_totals (self, &meters->totals);
}
