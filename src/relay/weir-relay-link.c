/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-relay-link-private.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "weir-close.h"
#include "weir-link-messages.h"
#include "weir-relay-channel.h"

/* A stream of records must be read to its end, but others have their turn now and then. */
#define MAX_POLLED_READS 16

/* What one read brings while memory is short. */
#define SMALL_READ (16 * 1024)

gint64
weir_relay_link_now_us (WeirRelayLink *self)
{
  return weir_relay_group_now_us (self->group);
}

/* --- close frames --- */

static WeirLinkClose *
weir_link_close_new (guint16 code, const char *reason, gsize len)
{
  WeirLinkClose *self = g_new0 (WeirLinkClose, 1);

  self->code = code;
  self->reason = reason != NULL ? g_utf8_make_valid (reason, len) : NULL;
  return self;
}

static void
weir_link_close_free (WeirLinkClose *self)
{
  g_free (self->reason);
  g_free (self);
}

static void
weir_control_set_close (WeirControl *self, guint16 code, const char *reason)
{
  gsize len = reason != NULL ? MIN (strlen (reason), sizeof self->data - 2) : 0;

  self->op = WEIR_OP_CLOSE;
  self->len = code != 0 ? 2 + len : 0;
  self->data[0] = code >> 8;
  self->data[1] = code & 0xff;
  memcpy (self->data + 2, reason != NULL ? reason : "", len);
}

gboolean
weir_relay_link_is_clean (const WeirRelayLink *self)
{
  return self->closes[WEIR_UP] != NULL || self->closes[WEIR_DOWN] != NULL || self->parting != NULL;
}

gboolean
weir_relay_link_is_unanswered (const WeirRelayLink *self)
{
  return self->has_asked && !self->was_answered && !weir_lane_is_blocked (&self->lanes[WEIR_DOWN]);
}

/* --- who leaves --- */

static void
weir_relay_link_note_first (WeirRelayLink *self, WeirLinkEnd how)
{
  if (self->has_first)
    return;
  self->has_first = TRUE;
  self->first = how;
}

void
weir_relay_link_note_left (WeirRelayLink *self)
{
  if (self->has_left)
    return;
  self->has_left = TRUE;
  if (self->channel != NULL)
    weir_relay_channel_note_left (self->channel, self);
}

static void
weir_relay_link_note_ends (WeirRelayLink *self)
{
  const WeirLane *up = &self->lanes[WEIR_UP];
  const WeirLane *down = &self->lanes[WEIR_DOWN];

  if (up->is_ended || up->is_lost)
    {
      weir_relay_link_note_first (self, up->is_lost ? WEIR_LINK_END_WORKER_LOST : WEIR_LINK_END_WORKER);
      weir_relay_link_note_left (self);
    }
  if (down->is_ended || down->is_lost)
    weir_relay_link_note_first (self, down->is_lost ? WEIR_LINK_END_UPSTREAM_LOST : WEIR_LINK_END_UPSTREAM);
}

/* --- what the lanes ask --- */

static WeirVerdict
weir_relay_link_handle_close (WeirRelayLink *self, guint direction, WeirControl *control)
{
  guint16 code = control->len >= 2 ? control->data[0] << 8 | control->data[1] : 0;

  if (self->closes[direction] == NULL)
    self->closes[direction] =
        weir_link_close_new (code, control->len > 2 ? (const char *) control->data + 2 : NULL, control->len - 2);
  weir_relay_link_note_first (self, direction == WEIR_UP ? WEIR_LINK_END_WORKER : WEIR_LINK_END_UPSTREAM);
  if (direction == WEIR_UP)
    weir_relay_link_note_left (self);
  else if (self->group->mends && self->channel != NULL && self->side == WEIR_SIDE_READER &&
           weir_relay_channel_has_lost_writer (self->channel))
    {
      weir_control_set_close (control, WEIR_CLOSE_UNEXPECTED, WEIR_REASON_WRITER_LOST);
      return WEIR_VERDICT_CHANGE;
    }
  return WEIR_VERDICT_PASS;
}

/* A worker that takes nothing is not told more. */
static void
weir_relay_link_offer_pong (WeirRelayLink *self)
{
  if (self->pong != NULL && !weir_lane_is_blocked (&self->lanes[WEIR_DOWN]))
    weir_lane_want (&self->lanes[WEIR_DOWN], WEIR_STOP_AT_FRAME);
}

/* Answers a ping in the engine's place, if that is wished. Of several that could not be answered yet the last one is
 * enough. */
static WeirVerdict
weir_relay_link_handle_ping (WeirRelayLink *self, const WeirControl *control)
{
  if (!self->group->mends)
    {
      self->has_asked = TRUE;
      return WEIR_VERDICT_PASS;
    }
  g_free (self->pong);
  self->pong = g_memdup2 (control, sizeof *control);
  weir_relay_link_offer_pong (self);
  return WEIR_VERDICT_DROP;
}

static WeirVerdict
weir_relay_link_handle_pong (WeirRelayLink *self, guint direction, const WeirControl *control)
{
  if (direction == WEIR_DOWN)
    {
      self->was_answered = TRUE;
      return WEIR_VERDICT_PASS;
    }
  return self->channel != NULL && weir_relay_channel_pong (self->channel, control) ? WEIR_VERDICT_DROP
                                                                                   : WEIR_VERDICT_PASS;
}

static WeirVerdict
weir_relay_link_control_cb (WeirLane *lane, WeirControl *control, gpointer user_data)
{
  WeirRelayLink *self = user_data;
  guint direction = lane == &self->lanes[WEIR_UP] ? WEIR_UP : WEIR_DOWN;

  switch (control->op)
    {
    case WEIR_OP_CLOSE:
      return weir_relay_link_handle_close (self, direction, control);
    case WEIR_OP_PING:
      return weir_relay_link_handle_ping (self, control);
    case WEIR_OP_PONG:
      return weir_relay_link_handle_pong (self, direction, control);
    case WEIR_OP_CONTINUATION:
    case WEIR_OP_TEXT:
    case WEIR_OP_BINARY:
    default:
      return WEIR_VERDICT_PASS;
    }
}

static void
weir_relay_link_put_parting (WeirRelayLink *self, WeirLane *lane)
{
  WeirControl control;

  weir_control_set_close (&control, self->parting->code, self->parting->reason);
  weir_lane_put (lane, WEIR_OP_CLOSE, control.data, control.len);
  lane->is_muted = TRUE;
}

static void
weir_relay_link_boundary_cb (WeirLane *lane, gpointer user_data)
{
  WeirRelayLink *self = user_data;
  gboolean is_down = lane == &self->lanes[WEIR_DOWN];

  if (self->pong != NULL && is_down)
    {
      weir_lane_put (lane, WEIR_OP_PONG, self->pong->data, self->pong->len);
      g_clear_pointer (&self->pong, g_free);
    }
  if (self->parting != NULL && (is_down || self->is_leaving))
    weir_relay_link_put_parting (self, lane);
  else if (self->channel != NULL)
    weir_relay_channel_put (self->channel, self, lane);
}

static void
weir_relay_link_passed_cb (WeirLane *lane, const WeirFollower *from, guint8 *data, gsize len, gpointer user_data)
{
  WeirRelayLink *self = user_data;

  if (self->kind == WEIR_LINK_MAIN)
    weir_link_messages_take (self, lane == &self->lanes[WEIR_UP] ? WEIR_UP : WEIR_DOWN, from, data, len);
  else if (self->channel != NULL)
    weir_relay_channel_view (self->channel, lane, from, data, len);
}

static const WeirLaneEvents lane_events = {
  .control = weir_relay_link_control_cb,
  .boundary = weir_relay_link_boundary_cb,
  .passed = weir_relay_link_passed_cb,
};

/* --- reading --- */

/* How much may be read of that socket; 0: nothing now. */
static gsize
weir_relay_link_admit (WeirRelayLink *self, guint direction)
{
  WeirLane *lane = &self->lanes[direction];
  gsize limit = WEIR_LOOP_BUFFER_SIZE;

  if (lane->is_ended || lane->is_lost || self->is_over)
    return 0;
  if (lane->is_muted || lane->is_broken) /* to be thrown away */
    return limit;
  if (weir_lane_is_blocked (lane))
    return 0;
  if (self->channel != NULL)
    limit = weir_relay_channel_admit (self->channel, self, lane);
  return weir_budget_is_exhausted (self->group->budget) ? MIN (limit, SMALL_READ) : limit;
}

static void
weir_relay_link_take (WeirRelayLink *self, guint direction, guint8 *data, gsize len)
{
  WeirLane *lane = &self->lanes[direction];

  weir_lane_take (lane, data, len);
  if (self->channel != NULL)
    weir_relay_channel_spend (self->channel, self, lane, len);
}

/* Returns whether there may be more. */
static gboolean
weir_relay_link_read_once (WeirRelayLink *self, guint direction)
{
  gsize limit = weir_relay_link_admit (self, direction);
  struct iovec space;
  gssize n;

  if (limit == 0)
    return FALSE;
  self->group->block = weir_loop_get_buffer (self->group->loop);
  space = (struct iovec){ self->group->block->data, limit };
  n = weir_transport_readv (&self->sockets[direction].transport, &space, 1);
  if (n > 0)
    weir_relay_link_take (self, direction, self->group->block->data, n);
  else if (n == WEIR_TRANSPORT_FAILED || (n == 0 && self->lanes[!direction].is_reset))
    self->lanes[direction].is_lost = TRUE;
  else if (n == 0)
    self->lanes[direction].is_ended = TRUE;
  self->group->block = NULL;
  return n > 0;
}

static void
weir_relay_link_read (WeirRelayLink *self, guint direction)
{
  WeirRelaySocket *from = &self->sockets[direction];
  guint n = from->transport.polled != NULL ? MAX_POLLED_READS : 1;

  while (n > 0 && weir_relay_link_read_once (self, direction))
    n--;
  if (n == 0 && from->transport.polled != NULL)
    weir_loop_make_ready (self->group->loop, &from->transport.watch);
}

static void
weir_relay_link_dispatch (WeirWatch *watch, guint32 events)
{
  WeirRelaySocket *socket = (WeirRelaySocket *) watch;
  WeirRelayLink *self = socket->link;
  guint direction = socket == &self->sockets[WEIR_UP] ? WEIR_UP : WEIR_DOWN;
  WeirLane *back = &self->lanes[!direction]; /* that is written to it */

  if ((events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) != 0 && weir_lane_is_blocked (back))
    weir_lane_drain (back);
  if (events == 0 || (events & ~EPOLLOUT) != 0)
    weir_relay_link_read (self, direction);
  weir_relay_link_settle (self);
}

static void
weir_relay_link_watch_socket (WeirRelayLink *self, guint direction)
{
  WeirTransport *transport = &self->sockets[direction].transport;
  guint32 before = weir_transport_get_events (transport);
  guint32 events = weir_relay_link_admit (self, direction) > 0 ? EPOLLIN : 0;

  if (weir_lane_is_blocked (&self->lanes[!direction]))
    events |= EPOLLOUT;
  if (!weir_transport_set_events (transport, events)) /* no memory: it cannot go on */
    weir_relay_link_abort (self);
  else if (transport->polled != NULL && (events & ~before & EPOLLIN) != 0) /* records may lie in there already */
    weir_loop_make_ready (self->group->loop, &transport->watch);
}

void
weir_relay_link_watch (WeirRelayLink *self)
{
  for (guint i = 0; i < 2 && !self->is_over; i++)
    weir_relay_link_watch_socket (self, i);
}

/* --- whatever follows --- */

static void
weir_relay_link_timer_cb (gpointer data)
{
  WeirRelayLink *self = data;

  self->timer = NULL;
  if (self->until_us != 0 && weir_relay_link_now_us (self) >= self->until_us && self->parting != NULL &&
      weir_lane_can_put (&self->lanes[WEIR_UP], FALSE)) /* the worker has not answered: we do, in its place */
    weir_relay_link_put_parting (self, &self->lanes[WEIR_UP]);
  weir_relay_link_settle (self);
}

static void
weir_relay_link_update_timer (WeirRelayLink *self)
{
  gint64 at_us = self->until_us;

  if (self->delay_us > 0)
    at_us = MIN (at_us != 0 ? at_us : G_MAXINT64, weir_relay_link_now_us (self) + self->delay_us);
  weir_timer_clear (&self->timer);
  if (at_us != 0)
    self->timer = weir_loop_add_timer (self->group->loop, at_us, weir_relay_link_timer_cb, self);
}

static void
weir_relay_link_update_charge (WeirRelayLink *self)
{
  gsize kept = weir_lane_get_kept (&self->lanes[WEIR_UP]) + weir_lane_get_kept (&self->lanes[WEIR_DOWN]);

  if (kept == self->charged)
    return;
  weir_budget_charge (self->group->budget, (gint64) kept - (gint64) self->charged);
  self->charged = kept;
}

/* A reader that has answered our close frame has nobody to wait for: the stock engine reads nothing of it (§5.6). */
static void
weir_relay_link_leave_if_answered (WeirRelayLink *self)
{
  if (self->parting == NULL || self->is_leaving || !self->lanes[WEIR_UP].is_closed || self->side != WEIR_SIDE_READER)
    return;
  self->is_leaving = TRUE;
  self->lanes[WEIR_UP].is_muted = TRUE;
  self->until_us = weir_relay_link_now_us (self) + WEIR_RELAY_LINK_PART_US;
}

void
weir_relay_link_settle (WeirRelayLink *self)
{
  if (self->is_over)
    return;
  weir_relay_link_note_ends (self);
  weir_relay_link_leave_if_answered (self);
  weir_relay_link_offer_pong (self);
  for (guint i = 0; i < 2; i++)
    {
      weir_relay_link_shut (self, &self->lanes[i]);
      if (self->lanes[i].is_blind && self->kind == WEIR_LINK_MAIN)
        weir_link_messages_miss (self, i);
    }
  weir_relay_link_conclude (self);
  if (self->is_over)
    return;
  if (self->timer != NULL || self->until_us != 0 || self->delay_us != 0)
    weir_relay_link_update_timer (self);
  weir_relay_link_update_charge (self);
  if (self->channel != NULL)
    weir_relay_channel_settle (self->channel); /* watches, too */
  else
    weir_relay_link_watch (self);
}

void
weir_relay_link_part (WeirRelayLink *self, guint16 code, const char *reason, gboolean is_leaving)
{
  if (self->is_over || (self->parting != NULL && !is_leaving))
    return;
  if (self->parting == NULL)
    self->parting = weir_link_close_new (code, reason, reason != NULL ? strlen (reason) : 0);
  self->is_leaving |= is_leaving;
  self->until_us = weir_relay_link_now_us (self) + WEIR_RELAY_LINK_ANSWER_US;
  weir_relay_link_note_first (self, WEIR_LINK_END_STOPPED);
  weir_lane_want (&self->lanes[WEIR_DOWN], WEIR_STOP_AT_FRAME);
  if (is_leaving)
    {
      weir_lane_want (&self->lanes[WEIR_UP], WEIR_STOP_AT_FRAME);
      for (guint i = 0; i < 2; i++)
        if (self->lanes[i].is_closed) /* it says so already */
          self->lanes[i].is_muted = TRUE;
    }
  weir_relay_link_settle (self);
}

/* --- life --- */

static gboolean
is_loopback (int fd)
{
  struct sockaddr_storage address = { 0 };
  socklen_t size = sizeof address;
  const struct sockaddr_in *in = (const struct sockaddr_in *) &address;
  const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *) &address;

  if (getpeername (fd, (struct sockaddr *) &address, &size) < 0)
    return FALSE;
  if (address.ss_family == AF_INET6)
    return IN6_IS_ADDR_LOOPBACK (&in6->sin6_addr);
  return address.ss_family == AF_INET && g_ntohl (in->sin_addr.s_addr) >> 24 == IN_LOOPBACKNET;
}

/* What the kernel may hold of a link, too: little towards either side, and of what comes no more than a read takes,
 * unless it comes from afar and needs a window. */
static void
weir_relay_link_bound_socket (int fd)
{
  int lowat = WEIR_PACE_SLOW_LOWAT;
  int size = WEIR_LOOP_BUFFER_SIZE / 2; /* the kernel doubles it */

  setsockopt (fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &lowat, sizeof lowat);
  if (is_loopback (fd))
    setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

static void
weir_relay_link_init_socket (WeirRelayLink *self, guint direction, GIOStream *stream)
{
  WeirRelaySocket *socket = &self->sockets[direction];

  socket->link = self;
  weir_transport_init (&socket->transport, self->group->loop, stream, weir_relay_link_dispatch);
  weir_relay_link_bound_socket (weir_transport_get_fd (&socket->transport));
}

WeirRelayLink *
weir_relay_link_new (WeirRelayGroup *group, const WeirLinkConfig *config)
{
  WeirRelayLink *self = g_new0 (WeirRelayLink, 1);

  self->group = group;
  self->id = config->link;
  self->kind = config->kind;
  self->side = config->side;
  weir_relay_link_init_socket (self, WEIR_UP, config->worker);
  weir_relay_link_init_socket (self, WEIR_DOWN, config->upstream);
  for (guint i = 0; i < 2; i++)
    {
      weir_lane_init (&self->lanes[i], &self->sockets[i].transport, &self->sockets[!i].transport, i == WEIR_UP,
                      &lane_events, self);
      self->lanes[i].ops = 1u << WEIR_OP_CLOSE;
      self->lanes[i].is_viewed = self->kind == WEIR_LINK_MAIN;
    }
  if (self->kind == WEIR_LINK_CHANNEL && self->side == WEIR_SIDE_READER)
    {
      self->lanes[WEIR_UP].ops |= 1u << WEIR_OP_PING;
      self->lanes[WEIR_DOWN].ops |= group->mends ? 0 : 1u << WEIR_OP_PONG;
    }
  return self;
}

static void
weir_relay_link_take_early (WeirRelayLink *self, guint direction, GBytes *early)
{
  g_autofree guint8 *copy = NULL;
  gsize len;
  const guint8 *data;

  if (early == NULL)
    return;
  data = g_bytes_get_data (early, &len);
  copy = g_memdup2 (data, len);
  weir_relay_link_take (self, direction, copy, len);
}

void
weir_relay_link_start (WeirRelayLink *self, WeirRelayChannel *channel, const WeirLinkConfig *config)
{
  if (channel != NULL)
    {
      self->channel = channel;
      if (!weir_relay_channel_attach (channel, self))
        self->channel = NULL;
    }
  weir_relay_link_take_early (self, WEIR_UP, config->worker_early);
  weir_relay_link_take_early (self, WEIR_DOWN, config->upstream_early);
  weir_relay_link_settle (self);
}

void
weir_relay_link_free (WeirRelayLink *self)
{
  weir_timer_clear (&self->timer);
  weir_budget_charge (self->group->budget, -(gint64) self->charged);
  for (guint i = 0; i < 2; i++)
    {
      weir_relay_link_close_socket (self, i, FALSE);
      weir_lane_clear (&self->lanes[i]);
      g_clear_pointer (&self->closes[i], weir_link_close_free);
    }
  g_clear_pointer (&self->parting, weir_link_close_free);
  g_clear_pointer (&self->pong, g_free);
  weir_link_messages_clear (self);
  g_free (self);
}
