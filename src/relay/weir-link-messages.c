/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-link-messages.h"

typedef struct
{
  const WeirRelayEvents *events;
  WeirViewAccount *account;
  WeirLinkMessage message;
} Letter;

static void
letter_free (gpointer data)
{
  Letter *self = data;

  if (self->message.text != NULL)
    {
      gint64 size = g_bytes_get_size (self->message.text);

      __atomic_sub_fetch (&self->account->used, size, __ATOMIC_RELAXED);
      g_bytes_unref (self->message.text);
    }
  g_free (self);
}

static void
letter_deliver (gpointer data, gpointer user_data)
{
  Letter *self = data;

  self->events->message (&self->message, user_data);
}

/* @text: (transfer full) (nullable) */
static void
post (WeirRelayLink *link, guint direction, GBytes *text)
{
  Letter *letter = g_new0 (Letter, 1);

  letter->events = link->group->events;
  letter->account = link->group->account;
  letter->message = (WeirLinkMessage){
    .link = link->id,
    .is_from_worker = direction == WEIR_UP,
    .text = text,
    .at_us = weir_relay_group_now_us (link->group),
  };
  weir_mailbox_post (link->group->mailbox, letter_deliver, letter, letter_free);
}

void
weir_link_messages_miss (WeirRelayLink *link, guint direction)
{
  if ((link->missed_lanes & 1u << direction) != 0)
    return;
  link->missed_lanes |= 1u << direction;
  post (link, direction, NULL);
}

typedef struct
{
  WeirRelayLink *link;
  guint direction;
} Lane;

static GBytes *
to_bytes (const WeirViewed *message)
{
  guint8 *copy;

  if (message->block != NULL)
    return g_bytes_new_with_free_func (message->data, message->len, (GDestroyNotify) weir_block_unref,
                                       weir_block_ref (message->block));
  copy = g_malloc (message->len + 1);
  weir_mask_copy (copy, message->data, message->len, message->mask, 0);
  return g_bytes_new_take (copy, message->len);
}

static void
message_cb (WeirViewed *message, gpointer user_data)
{
  const Lane *lane = user_data;
  WeirRelayLink *link = lane->link;
  WeirViewAccount *account = link->group->account;

  if (message->op != WEIR_OP_TEXT)
    return;
  if (message->is_missed || message->size > WEIR_LINK_MESSAGE_MAX_SIZE ||
      __atomic_load_n (&account->used, __ATOMIC_RELAXED) + (gint64) message->len > account->max)
    {
      weir_link_messages_miss (link, lane->direction);
      return;
    }
  __atomic_add_fetch (&account->used, (gint64) message->len, __ATOMIC_RELAXED);
  link->missed_lanes &= ~(1u << lane->direction);
  post (link, lane->direction, to_bytes (message));
}

void
weir_link_messages_take (WeirRelayLink *link, guint direction, const WeirFollower *from, guint8 *data, gsize len)
{
  Lane lane = { link, direction };

  if (link->viewers == NULL)
    {
      link->viewers = g_new0 (WeirViewer, 2);
      link->viewers[WEIR_UP].account = link->viewers[WEIR_DOWN].account = link->group->account;
    }
  weir_viewer_take (&link->viewers[direction], from, data, len, WEIR_LINK_MESSAGE_MAX_SIZE, message_cb, &lane);
}

void
weir_link_messages_clear (WeirRelayLink *link)
{
  for (guint i = 0; link->viewers != NULL && i < 2; i++)
    weir_viewer_clear (&link->viewers[i]);
  g_clear_pointer (&link->viewers, g_free);
}
