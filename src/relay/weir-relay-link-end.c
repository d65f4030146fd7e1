/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include "weir-relay-channel.h"
#include "weir-relay-link-private.h"

/* How soon one looks again whether a socket's bytes have arrived: at first, and at most. */
#define FIRST_DELAY_US (5 * G_TIME_SPAN_MILLISECOND)
#define LAST_DELAY_US  G_USEC_PER_SEC

typedef struct
{
  const WeirRelayEvents *events;
  guint32 link;
  WeirLinkEnd how;
} Ended;

static void
deliver_ended (gpointer letter, gpointer user_data)
{
  const Ended *ended = letter;

  ended->events->link_ended (ended->link, ended->how, user_data);
}

void
weir_relay_link_close_socket (WeirRelayLink *self, guint direction, gboolean is_reset)
{
  WeirTransport *transport = &self->sockets[direction].transport;

  if (transport->is_closed)
    return;
  weir_loop_forget (self->group->loop, &transport->watch);
  if (is_reset)
    weir_transport_abort (transport);
  else
    weir_transport_close (transport, TRUE);
}

/* The last thing that happens to it. @resets: bits of the sockets whose peers see a reset. */
static void
weir_relay_link_end (WeirRelayLink *self, guint resets)
{
  Ended *ended;

  if (self->is_over)
    return;
  self->is_over = TRUE;
  weir_timer_clear (&self->timer);
  weir_relay_link_note_left (self);
  for (guint i = 0; i < 2; i++)
    weir_relay_link_close_socket (self, i, (resets & 1u << i) != 0);
  weir_budget_charge (self->group->budget, -(gint64) self->charged);
  self->charged = 0;
  if (self->channel != NULL)
    weir_relay_channel_detach (self->channel, self);

  ended = g_new (Ended, 1);
  *ended = (Ended){ self->group->events, self->id, self->has_first ? self->first : WEIR_LINK_END_STOPPED };
  weir_mailbox_post (self->group->mailbox, deliver_ended, ended, g_free);
  self->group->group_events->link_ended (self, self->group->user_data);
}

void
weir_relay_link_abort (WeirRelayLink *self)
{
  weir_relay_link_end (self, 1u << WEIR_UP | 1u << WEIR_DOWN);
}

void
weir_relay_link_shut (WeirRelayLink *self, WeirLane *lane)
{
  if (lane->is_shut || !(lane->is_ended || (lane->is_muted && self->is_leaving)))
    return;
  weir_lane_release (lane);
  if (weir_lane_is_blocked (lane))
    return;
  lane->is_shut = TRUE;
  if (!lane->is_broken)
    weir_transport_shutdown_write (lane->to);

  /* TLS has no half of an end here. A peer that has got a close frame ends by itself; else there is nobody any more. */
  if (lane->to->polled != NULL && self->until_us == 0)
    self->until_us = weir_relay_link_now_us (self) + (lane->is_closed ? WEIR_RELAY_LINK_PART_US : 0);
}

/* One side is gone altogether: it neither sends nor takes anything any more. */
static gboolean
weir_relay_link_is_gone (const WeirRelayLink *self, guint direction)
{
  const WeirLane *lane = &self->lanes[direction];

  return lane->is_lost || (lane->is_shut && lane->is_ended && self->lanes[!direction].is_broken);
}

/* Whether all that the lane has brought has reached its peer, or never will. */
static gboolean
weir_relay_link_has_arrived (WeirRelayLink *self, guint direction)
{
  const WeirLane *lane = &self->lanes[direction];
  int n = 0;

  if (lane->is_broken || self->lanes[!direction].is_lost)
    return TRUE;
  return !weir_lane_is_blocked (lane) && (ioctl (weir_transport_get_fd (lane->to), SIOCOUTQ, &n) < 0 || n == 0);
}

static gboolean
weir_relay_link_is_done (const WeirRelayLink *self)
{
  for (guint i = 0; i < 2; i++)
    if (!self->lanes[i].is_shut || !(self->lanes[i].is_ended || self->lanes[i].is_lost))
      return FALSE;
  return TRUE;
}

/* An engine that has sent its close frame and its end is gone: a worker that does not close its side would keep what is
 * here of it. */
static void
weir_relay_link_limit (WeirRelayLink *self)
{
  const WeirLane *down = &self->lanes[WEIR_DOWN];

  if (!down->is_closed || !down->is_ended || !down->is_shut)
    return;
  if (self->lanes[WEIR_UP].is_closed)
    self->until_us = weir_relay_link_now_us (self);
  else if (self->until_us == 0)
    self->until_us = weir_relay_link_now_us (self) + WEIR_RELAY_LINK_ANSWER_US;
}

void
weir_relay_link_conclude (WeirRelayLink *self)
{
  gint64 now_us = weir_relay_link_now_us (self);

  weir_relay_link_limit (self);
  if (weir_relay_link_is_done (self) || (self->until_us != 0 && now_us >= self->until_us))
    {
      weir_relay_link_end (self, 0);
      return;
    }
  for (guint i = 0; i < 2; i++)
    {
      if (!weir_relay_link_is_gone (self, i))
        continue;
      self->lanes[!i].is_broken = TRUE;
      if (weir_relay_link_has_arrived (self, i))
        {
          /* A reset would take a close frame from who has not read it yet. */
          weir_relay_link_end (self, self->lanes[i].is_lost && !self->lanes[i].is_closed ? 1u << !i : 0);
          return;
        }
      self->delay_us = self->delay_us == 0 ? FIRST_DELAY_US : MIN (2 * self->delay_us, LAST_DELAY_US);
    }
}
