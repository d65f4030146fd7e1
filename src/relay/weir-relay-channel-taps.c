/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-relay-channel-private.h"

#include <string.h>

/* --- what passes --- */

/* What the message lies in, so that taps may keep it without a copy. (nullable) */
static WeirBlock *
weir_relay_channel_find_block (WeirRelayChannel *self, const WeirViewed *message)
{
  WeirBlock *block = self->group->block;

  if (message->block != NULL)
    return message->block;
  if (block == NULL || message->data < block->data || message->data >= block->data + block->size)
    return NULL;
  return block;
}

static void
weir_relay_channel_show_taps (WeirRelayChannel *self, WeirViewed *message)
{
  WeirRecordKind kind = weir_audience_get_kind (message->op);
  gint64 wall_us = weir_relay_channel_wall_us (self);

  weir_viewed_unmask (message);
  if (message->size > message->len)
    weir_tap_set_put_start (&self->audience.taps, kind, 0, message->seq, wall_us, message->data, message->len,
                            message->size);
  else
    weir_tap_set_put (&self->audience.taps, kind, 0, message->seq, wall_us, message->data, message->len,
                      weir_relay_channel_find_block (self, message));
}

/* What was gathered does not last until the end of the dispatch, what is lent does. */
static void
weir_relay_channel_remember (WeirRelayChannel *self, const WeirViewed *message)
{
  WeirRecent *recent = &self->group->recent;
  gint64 wall_us = weir_relay_channel_wall_us (self);
  gint64 now_us = weir_relay_channel_now_us (self);
  WeirHistoryItem *item;

  weir_recent_note (recent, weir_audience_get_kind (message->op), message->data, message->len, message->seq);
  item = &recent->items[(recent->n_items - 1) % WEIR_HISTORY_MAX_MESSAGES];
  item->payload_size = message->size;
  if (message->is_masked)
    memcpy (item->mask, message->mask, sizeof item->mask);
  if (message->block != NULL)
    weir_history_push_recent (self->audience.history, recent, wall_us, now_us);
}

static void
weir_relay_channel_viewed_cb (WeirViewed *message, gpointer user_data)
{
  WeirRelayChannel *self = user_data;

  if (self->audience.taps.n_taps > 0)
    weir_relay_channel_show_taps (self, message);
  if (self->audience.history != NULL)
    weir_relay_channel_remember (self, message);
}

/* Of many messages that come at once only the last ones are remembered: without looking at the others a small message
 * costs half as much. Returns where those begin that are, and moves @from there. */
static gsize
weir_relay_channel_skip (WeirRelayChannel *self, const WeirLane *lane, WeirFollower *from, const guint8 *data,
                         gsize len)
{
  guint64 n = lane->in.n_messages - from->n_messages;

  if (self->audience.taps.n_taps > 0 || n <= WEIR_HISTORY_MAX_MESSAGES)
    return 0;
  weir_viewer_clear (&self->viewer); /* what it may have gathered ends before that */
  return weir_follower_skip (from, data, len, lane->in.n_messages - WEIR_HISTORY_MAX_MESSAGES);
}

void
weir_relay_channel_view (WeirRelayChannel *self, const WeirLane *lane, const WeirFollower *start, guint8 *data,
                         gsize len)
{
  gint64 now_us = weir_relay_channel_now_us (self);
  gsize limit = weir_tap_set_get_limit (&self->audience.taps);
  WeirFollower from = *start;
  gsize at = weir_relay_channel_skip (self, lane, &from, data, len);

  if (self->audience.history != NULL)
    limit = MAX (limit, weir_history_get_limit (self->audience.history, len, now_us));
  weir_viewer_take (&self->viewer, &from, data + at, len - at, limit, weir_relay_channel_viewed_cb, self);
  if (self->audience.history != NULL)
    weir_history_push_recent (self->audience.history, &self->group->recent, weir_relay_channel_wall_us (self), now_us);
}

void
weir_relay_channel_update_view (WeirRelayChannel *self)
{
  WeirLane *lanes[] = { weir_relay_channel_get_up (self), weir_relay_channel_get_down (self) };
  WeirLane *lane = weir_relay_channel_get_lane (self);
  gboolean is_wanted = self->audience.taps.n_taps > 0 || self->audience.history != NULL;

  for (guint i = 0; i < G_N_ELEMENTS (lanes); i++)
    {
      gboolean is_viewed = is_wanted && lanes[i] == lane;

      if (lanes[i] == NULL || lanes[i]->is_viewed == is_viewed)
        continue;
      weir_viewer_clear (&self->viewer);
      lanes[i]->is_viewed = is_viewed;
    }
}

void
weir_relay_channel_show_injected (WeirRelayChannel *self, WeirOp op, GBytes *payload, guint64 seq, const char *by)
{
  gsize len;
  const guint8 *data = g_bytes_get_data (payload, &len);
  WeirHistoryItem item = { .kind = weir_audience_get_kind (op), .data = data, .len = len, .seq = seq };

  weir_audience_show_injected (&self->audience, &item, NULL, by, weir_relay_channel_wall_us (self),
                               weir_relay_channel_now_us (self));
}

/* --- who watches --- */

void
weir_relay_channel_add_tap (WeirRelayChannel *self, WeirTap *tap, gboolean history)
{
  if (self->is_internal || self->has_ended)
    return;
  weir_audience_add (&self->audience, tap, history);
  weir_relay_channel_update_view (self);
}

void
weir_relay_channel_remove_tap (WeirRelayChannel *self, WeirTap *tap)
{
  weir_audience_remove (&self->audience, tap);
  weir_relay_channel_update_view (self);
}

WeirHistory *
weir_relay_channel_steal_history (WeirRelayChannel *self)
{
  return weir_audience_steal_history (&self->audience);
}

void
weir_relay_channel_set_internal (WeirRelayChannel *self)
{
  weir_meter_feed_untouch (self->group->meters, &self->meter_source);
  self->is_internal = TRUE;
  weir_audience_clear (&self->audience);
  weir_relay_channel_update_view (self);
}
