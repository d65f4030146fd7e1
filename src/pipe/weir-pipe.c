/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-pipe-private.h"

#include "weir-close.h"

/* How soon memory that others have given back is seen. */
#define STARVED_US (20 * G_TIME_SPAN_MILLISECOND)

static WeirPipeEnd *
weir_pipe_get_writer (WeirPipe *self)
{
  return &self->ends[WEIR_SIDE_WRITER];
}

static WeirPipeEnd *
weir_pipe_get_reader (WeirPipe *self)
{
  return &self->ends[WEIR_SIDE_READER];
}

gint64
weir_pipe_now_us (WeirPipe *self)
{
  return weir_pipe_group_now_us (self->group);
}

guint32
weir_pipe_get_n (WeirPipe *self)
{
  return self->config.n;
}

gboolean
weir_pipe_was_left_alone (WeirPipe *self)
{
  gboolean was_left = self->ended_by == WEIR_ENDED_READER || self->ended_by == WEIR_ENDED_OBSERVER;

  return self->is_over && was_left && weir_pipe_get_writer (self)->presence == WEIR_PRESENCE_NONE;
}

/* --- what is said about it --- */

static gboolean
weir_pipe_has_unread (WeirPipe *self)
{
  return self->flow.meter.outstanding_since_us != 0;
}

/* Whether the channel counts as ended for those who look, who want to see a reader that has gone, or a rest that
 * drains. */
static gboolean
weir_pipe_shows_end (WeirPipe *self)
{
  gboolean is_done = weir_pipe_get_writer (self)->presence == WEIR_PRESENCE_GONE &&
                     weir_pipe_get_reader (self)->is_closing && !weir_pipe_has_unread (self);

  if (self->ended_by == WEIR_ENDED_NOT)
    return FALSE;
  return self->has_ended || is_done || (self->is_over && self->ended_by != WEIR_ENDED_READER);
}

void
weir_pipe_get_meters (WeirPipe *self, WeirMeters *meters)
{
  const WeirMeter *meter = &self->flow.meter;

  *meters = (WeirMeters){
    .writer = weir_pipe_get_writer (self)->presence,
    .reader = weir_pipe_get_reader (self)->presence,
    .ended = weir_pipe_shows_end (self) ? self->ended_by : WEIR_ENDED_NOT,
    .reader_answers = weir_probe_is_expected (&self->probe),
    .moved_us = meter->moved_us,
    .outstanding_since_us = meter->outstanding_since_us,
    .patience_us = weir_meter_get_patience (meter),
    .has_rhythm = weir_meter_has_rhythm (meter),
    .paused_since_us = meter->paused_since_us,
    .lacks_memory = self->flow.is_paused && self->flow.lacks_memory,
    .first_us = meter->first_us,
    .is_held = self->flow.shaper.is_held,
    .is_slowed = self->flow.shaper.rate > 0,
  };
  weir_flow_get_totals (&self->flow, &meters->totals);
}

void
weir_pipe_touch (WeirPipe *self)
{
  if (!self->is_internal && !self->has_ended)
    weir_meter_feed_touch (self->group->meters, &self->meter_source);
}

void
weir_pipe_emit (WeirPipe *self, WeirPipeEvent *event)
{
  event->n = self->config.n;
  event->at_us = weir_pipe_now_us (self);
  weir_pipe_get_meters (self, &event->meters);
  if (event->type != WEIR_PIPE_REFUSED && event->type != WEIR_PIPE_ANSWERED)
    weir_tap_set_put_event (&self->audience.taps, event, weir_pipe_group_wall_us (self->group));
  self->group->events->event (event, self->group->user_data);
}

static void
weir_pipe_emit_side (WeirPipe *self, WeirPipeEventType type, WeirSide side)
{
  WeirPipeEvent event = { .type = type, .side = side };

  weir_pipe_emit (self, &event);
}

/* --- time --- */

/* Since when the reader's client owes the first pong; 0 while the ping may stand behind what is buffered. A stream that
 * flows on and on is no reason to wait: its reader takes the messages, but answers nothing. */
static gint64
weir_pipe_get_owed_since (WeirPipe *self)
{
  return weir_flow_is_done (&self->flow) ? self->probe.first_ping_us : 0;
}

static gboolean
weir_pipe_may_expire (WeirPipe *self)
{
  gboolean has_untaken = weir_pipe_get_writer (self)->presence == WEIR_PRESENCE_NONE ||
                         weir_pipe_get_reader (self)->presence == WEIR_PRESENCE_NONE;

  return has_untaken && self->config.expiry_us > 0 && !self->is_over;
}

static gboolean
weir_pipe_may_ping (WeirPipe *self)
{
  return self->flow.reader != NULL && !weir_pipe_get_reader (self)->is_closing;
}

static gint64
weir_pipe_next_us (WeirPipe *self)
{
  const WeirMeter *meter = &self->flow.meter;
  gint64 shape_us = weir_flow_next_us (&self->flow, weir_pipe_now_us (self));
  gint64 next_us = shape_us != 0 ? shape_us : G_MAXINT64;

  if (weir_pipe_may_expire (self))
    next_us = MIN (next_us, self->life_us + self->config.expiry_us);
  if (self->flow.is_starved)
    next_us = MIN (next_us, weir_pipe_now_us (self) + STARVED_US);
  if (weir_pipe_may_ping (self))
    {
      gint64 probe_us = weir_probe_next_us (&self->probe, meter->taken_messages, meter->acked_messages,
                                            weir_pipe_get_owed_since (self));

      if (probe_us != 0)
        next_us = MIN (next_us, probe_us);
    }
  return next_us;
}

/* What a shape has withheld until now may go. */
static void
weir_pipe_go_on (WeirPipe *self)
{
  if (weir_flow_next_us (&self->flow, weir_pipe_now_us (self)) != 0)
    {
      weir_flow_flush (&self->flow, weir_pipe_now_us (self));
      weir_pipe_touch (self);
    }
  weir_pipe_settle (self);
}

static void
weir_pipe_timer_cb (gpointer data)
{
  WeirPipe *self = data;
  gint64 now_us = weir_pipe_now_us (self);
  gboolean was_starved = self->flow.is_starved;

  self->timer = NULL;
  if (weir_pipe_may_expire (self) && now_us >= self->life_us + self->config.expiry_us)
    weir_pipe_close (self, WEIR_ENDED_EXPIRED, 1001, "expired", WEIR_PIPE_WRITER_CLOSE_US);
  else
    weir_pipe_go_on (self);
  if (was_starved)
    weir_pipe_touch (self);
}

/* A timer that is too early is left alone: it costs one look, and setting a new one for every message would cost more.
 */
static void
weir_pipe_update_timer (WeirPipe *self)
{
  gint64 next_us = weir_pipe_next_us (self);

  if (next_us == G_MAXINT64 || (self->timer != NULL && self->timer_us <= next_us))
    return;
  weir_timer_clear (&self->timer);
  self->timer_us = next_us;
  self->timer = weir_loop_add_timer (self->group->loop, next_us, weir_pipe_timer_cb, self);
}

/* --- acknowledgement --- */

static void
weir_pipe_send_ping (WeirPipe *self)
{
  const WeirMeter *meter = &self->flow.meter;
  guint8 id[WEIR_PROBE_SIZE];

  weir_probe_ping (&self->probe, meter->taken_bytes, meter->taken_messages, weir_pipe_now_us (self), id);
  weir_conn_ping (self->flow.reader, id, sizeof id);
}

static void
weir_pipe_update_probe (WeirPipe *self)
{
  const WeirMeter *meter = &self->flow.meter;
  gint64 now_us = weir_pipe_now_us (self);

  if (!weir_pipe_may_ping (self))
    return;
  if (weir_probe_is_due (&self->probe, meter->taken_messages, meter->acked_messages, now_us))
    weir_pipe_send_ping (self);
  if (weir_probe_check (&self->probe, weir_pipe_get_owed_since (self), now_us))
    weir_pipe_touch (self);
}

static void
weir_pipe_pong_cb (WeirConn *conn, const guint8 *data, gsize len, gpointer user_data)
{
  WeirPipe *self = user_data;
  WeirProbeMark mark;

  if (!weir_probe_pong (&self->probe, data, len, &mark))
    return;
  if (weir_meter_ack (&self->flow.meter, mark.bytes, mark.messages, weir_pipe_now_us (self)))
    self->flow.has_progressed = TRUE;
  weir_pipe_touch (self);
  weir_pipe_settle (self);
}

/* --- its end --- */

void
weir_pipe_close_end (WeirPipe *self, WeirSide side, guint16 code, const char *reason, gint64 timeout_us)
{
  WeirPipeEnd *end = &self->ends[side];

  if (end->presence != WEIR_PRESENCE_HERE)
    return;
  if (!end->is_closing)
    end->closing_until_us = timeout_us == WEIR_CONN_NO_LIMIT ? G_MAXINT64 : weir_pipe_now_us (self) + timeout_us;
  end->is_closing = TRUE;
  weir_conn_close (end->conn, code, reason, timeout_us);
}

/* The last thing that is done: both connections are gone, and nobody may come. */
static void
weir_pipe_end_if_over (WeirPipe *self)
{
  WeirPipeEvent event = { .type = WEIR_PIPE_ENDED, .by = self->ended_by };

  if (!self->is_over || self->has_ended || self->ends[0].conn != NULL || self->ends[1].conn != NULL)
    return;

  weir_meter_feed_untouch (self->group->meters, &self->meter_source);
  self->has_ended = TRUE;
  weir_timer_clear (&self->timer);
  weir_pipe_emit (self, &event);
  self->group->events->ended (self, self->group->user_data);
}

void
weir_pipe_set_over (WeirPipe *self, WeirEndedBy by)
{
  self->is_over = TRUE;
  self->ended_by = by;
  weir_flow_drop (&self->flow);
}

void
weir_pipe_close (WeirPipe *self, WeirEndedBy by, guint16 code, const char *reason, gint64 timeout_us)
{
  if (self->has_ended)
    return;
  if (!self->is_over)
    weir_pipe_set_over (self, by);
  weir_pipe_close_end (self, WEIR_SIDE_WRITER, code, reason, timeout_us);
  weir_pipe_close_end (self, WEIR_SIDE_READER, code, reason, timeout_us);
  weir_pipe_touch (self);
  weir_pipe_settle (self);
  weir_pipe_end_if_over (self);
}

/* The writer has gone, and all it wrote has been handed over: the reader is told how it was. */
static void
weir_pipe_finish_reader (WeirPipe *self)
{
  gboolean is_lost = self->ended_by == WEIR_ENDED_WRITER_LOST;

  if (self->is_over || weir_pipe_get_writer (self)->presence != WEIR_PRESENCE_GONE || !weir_flow_is_done (&self->flow))
    return;
  weir_pipe_close_end (self, WEIR_SIDE_READER, is_lost ? 1011 : 0, is_lost ? "writer_lost" : NULL,
                       WEIR_PIPE_READER_CLOSE_US);
}

static void
weir_pipe_writer_left (WeirPipe *self, WeirClosedHow how)
{
  self->flow.writer = NULL;
  if (self->is_over)
    return;
  weir_flow_end_batch (&self->flow, weir_pipe_now_us (self));
  if (self->is_writer_dismissed)
    self->ended_by = WEIR_ENDED_OBSERVER;
  else
    self->ended_by = how == WEIR_CLOSED_CLEAN ? WEIR_ENDED_WRITER : WEIR_ENDED_WRITER_LOST;
  self->life_us = weir_pipe_now_us (self);
}

/* A close of the reader's own may cross ours, and then it is no answer: one that says neither what ours said nor that
 * all was well. Nothing follows from it of what was read. */
static gboolean
weir_pipe_has_broken_off (WeirPipe *self, WeirConn *conn, guint16 *code, const char **reason)
{
  guint16 ours = self->ended_by == WEIR_ENDED_WRITER_LOST ? WEIR_CLOSE_UNEXPECTED : 0;

  return !self->is_over && weir_conn_get_peer_close (conn, code, reason) && *code != 0 && *code != WEIR_CLOSE_NORMAL &&
         *code != ours;
}

/* Whether the reader has shown that it has read everything: it answers a close frame after all that was before it. */
static gboolean
weir_pipe_has_answered_close (WeirPipe *self, WeirClosedHow how, gboolean has_broken_off)
{
  WeirPipeEnd *reader = weir_pipe_get_reader (self);

  return !self->is_over && !has_broken_off && reader->is_closing &&
         (how == WEIR_CLOSED_BY_US || how == WEIR_CLOSED_CLEAN) && weir_pipe_now_us (self) < reader->closing_until_us;
}

static void
weir_pipe_reader_left (WeirPipe *self, WeirClosedHow how, gboolean has_broken_off)
{
  WeirMeter *meter = &self->flow.meter;
  gboolean was_finished;

  if (weir_pipe_has_answered_close (self, how, has_broken_off))
    weir_meter_ack (meter, meter->taken_bytes, meter->taken_messages, weir_pipe_now_us (self));
  was_finished = weir_pipe_get_reader (self)->is_closing &&
                 ((how == WEIR_CLOSED_BY_US && !has_broken_off) || meter->acked_messages == meter->parsed_messages);
  self->flow.reader = NULL;
  if (!self->is_over)
    weir_pipe_set_over (self, was_finished ? self->ended_by : WEIR_ENDED_READER);
  weir_pipe_close_end (self, WEIR_SIDE_WRITER, 1001, "reader_left", WEIR_PIPE_WRITER_CLOSE_US);
}

/* --- connections --- */

static WeirSide
weir_pipe_get_side (WeirPipe *self, WeirConn *conn)
{
  return self->ends[WEIR_SIDE_WRITER].conn == conn ? WEIR_SIDE_WRITER : WEIR_SIDE_READER;
}

static void
weir_pipe_ended_cb (WeirConn *conn, WeirClosedHow how, guint16 code, const char *reason, gpointer user_data)
{
  WeirPipe *self = user_data;
  WeirSide side = weir_pipe_get_side (self, conn);
  WeirPipeEvent event = { .type = WEIR_PIPE_LEFT, .side = side };

  gboolean has_broken_off = FALSE;
  guint16 peer_code;
  const char *peer_reason;

  self->ends[side].presence = WEIR_PRESENCE_GONE;
  if (side == WEIR_SIDE_READER && how == WEIR_CLOSED_BY_US &&
      weir_pipe_has_broken_off (self, conn, &peer_code, &peer_reason))
    {
      has_broken_off = TRUE;
      how = WEIR_CLOSED_CLEAN;
      code = peer_code;
      reason = peer_reason;
    }
  if (side == WEIR_SIDE_WRITER)
    weir_pipe_writer_left (self, how);
  else
    weir_pipe_reader_left (self, how, has_broken_off);

  event.is_clean = how == WEIR_CLOSED_CLEAN || how == WEIR_CLOSED_BY_US;
  event.code = how == WEIR_CLOSED_CLEAN ? code : 0;
  if (how == WEIR_CLOSED_VIOLATED)
    event.violation = (char *) reason;
  else
    event.reason = (char *) reason;
  weir_pipe_touch (self);
  weir_pipe_settle (self);
  weir_pipe_emit (self, &event);
}

static void
weir_pipe_closed_cb (WeirConn *conn, gpointer user_data)
{
  WeirPipe *self = user_data;

  self->ends[weir_pipe_get_side (self, conn)].conn = NULL;
  weir_conn_free (conn);
  weir_pipe_end_if_over (self);
}

void
weir_pipe_settle (WeirPipe *self)
{
  weir_pipe_finish_reader (self);
  weir_pipe_update_probe (self);
  weir_flow_update (&self->flow, weir_probe_is_expected (&self->probe), weir_pipe_now_us (self));
  weir_pipe_update_timer (self);
}

static void
weir_pipe_drained_cb (WeirConn *conn, gpointer user_data)
{
  WeirPipe *self = user_data;

  if (self->flow.reader == NULL)
    return;
  weir_flow_drained (&self->flow, weir_pipe_now_us (self));
  weir_pipe_touch (self);
  weir_pipe_settle (self);
}

static gboolean
weir_pipe_written_cb (WeirConn *conn, WeirOp op, const guint8 *data, gsize len, gpointer user_data)
{
  WeirPipe *self = user_data;
  WeirBlock *block = weir_conn_get_block (conn);
  g_autoptr (WeirBlock) copy = NULL;

  if (self->is_over)
    return TRUE;
  if (self->audience.history != NULL) /* what is lent: a tap's copy may be gone before the batch is over */
    weir_recent_note (&self->group->recent, weir_audience_get_kind (op), data, len,
                      self->flow.meter.parsed_messages + 1);
  if (self->audience.taps.n_taps > 0 && (copy = weir_pipe_show (self, conn, op, data, len)) != NULL)
    {
      block = copy;
      data = copy->data;
    }
  return weir_flow_push (&self->flow, op, data, len, block, weir_pipe_now_us (self));
}

static void
weir_pipe_batch_end_cb (WeirConn *conn, gpointer user_data)
{
  WeirPipe *self = user_data;
  gint64 now_us = weir_pipe_now_us (self);

  if (self->audience.history != NULL)
    weir_history_push_recent (self->audience.history, &self->group->recent, weir_pipe_group_wall_us (self->group),
                              now_us);
  if (self->is_over)
    return;
  self->life_us = now_us;
  weir_flow_end_batch (&self->flow, now_us);
  weir_pipe_touch (self);
  weir_pipe_settle (self);
}

static const WeirConnEvents writer_events = {
  .message = weir_pipe_written_cb,
  .batch_end = weir_pipe_batch_end_cb,
  .ended = weir_pipe_ended_cb,
  .closed = weir_pipe_closed_cb,
};

static const WeirConnEvents reader_events = {
  .drained = weir_pipe_drained_cb,
  .pong = weir_pipe_pong_cb,
  .ended = weir_pipe_ended_cb,
  .closed = weir_pipe_closed_cb,
};

static void
weir_pipe_start_reader (WeirPipe *self)
{
  gint64 now_us = weir_pipe_now_us (self);

  weir_conn_discard_messages (self->flow.reader); /* what a reader says as data is nobody's, and counted in no bound */
  if (self->config.probe)
    {
      self->probe.state = WEIR_PROBE_WAITING;
      weir_pipe_send_ping (self);
    }
  weir_flow_start_reader (&self->flow, now_us);
}

gboolean
weir_pipe_attach (WeirPipe *self, WeirSide side, GIOStream *stream, GBytes *early)
{
  WeirPipeEnd *end = &self->ends[side];
  WeirConn *conn;

  if (end->presence != WEIR_PRESENCE_NONE)
    weir_pipe_emit_side (self, WEIR_PIPE_REFUSED, side);
  if (end->presence != WEIR_PRESENCE_NONE || self->is_over)
    return FALSE;

  conn = weir_conn_new (self->group->loop, stream, WEIR_ROLE_SERVER, early,
                        side == WEIR_SIDE_WRITER ? &writer_events : &reader_events, self);
  end->conn = conn;
  end->presence = WEIR_PRESENCE_HERE;
  self->life_us = weir_pipe_now_us (self);
  if (side == WEIR_SIDE_WRITER)
    self->flow.writer = conn;
  else
    weir_flow_set_reader (&self->flow, conn, self->life_us);
  weir_pipe_emit_side (self, WEIR_PIPE_CONNECTED, side);
  if (side == WEIR_SIDE_READER)
    weir_pipe_start_reader (self);
  weir_pipe_touch (self);
  weir_pipe_settle (self);
  return TRUE;
}

/* --- life --- */

WeirPipe *
weir_pipe_new (WeirPipeGroup *group, const WeirPipeConfig *config)
{
  WeirPipe *self = g_new0 (WeirPipe, 1);

  self->group = group;
  self->config = *config;
  self->ends[WEIR_SIDE_WRITER].presence = WEIR_PRESENCE_NONE;
  self->ends[WEIR_SIDE_READER].presence = WEIR_PRESENCE_NONE;
  self->flow.batch = &group->batch;
  self->flow.budget = group->budget;
  self->flow.max_items = CLAMP (config->max_items, 1, WEIR_BATCH_MAX);
  self->flow.max_bytes = MAX (config->max_bytes, 1);
  weir_audience_init (&self->audience, &group->tapped, config->keep_history ? group->histories : NULL);
  self->life_us = weir_pipe_now_us (self);
  self->meter_source.link.data = self;
  weir_pipe_update_timer (self);
  return self;
}

void
weir_pipe_free (WeirPipe *self)
{
  weir_flow_clear (&self->flow);
  for (guint i = 0; i < WEIR_N_SIDES; i++)
    g_clear_pointer (&self->ends[i].conn, weir_conn_free);
  weir_meter_feed_untouch (self->group->meters, &self->meter_source);
  weir_audience_clear (&self->audience);
  weir_timer_clear (&self->timer);
  g_free (self);
}
