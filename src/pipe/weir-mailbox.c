/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-mailbox.h"

#include "weir-waker.h"

typedef struct
{
  WeirLetterFunc deliver; /* NULL: it is one of ours */
  gpointer content;
  GDestroyNotify destroy; /* nullable */
  gboolean is_last;

  WeirPipeEvent *event; /* nullable */
  GArray *rows;         /* nullable */
  gint64 now_us;
} WeirLetter;

struct _WeirMailbox
{
  WeirMailboxFuncs funcs;
  gpointer user_data;
  WeirWaker *waker;
  gint has_meters; /* atomic */

  GMutex lock; /* of the following */
  GQueue letters;
};

static void
weir_letter_free (WeirLetter *letter)
{
  g_clear_pointer (&letter->event, weir_pipe_event_free);
  g_clear_pointer (&letter->rows, g_array_unref);
  if (letter->destroy != NULL)
    letter->destroy (letter->content);
  g_free (letter);
}

static WeirLetter *
weir_mailbox_pop (WeirMailbox *self)
{
  WeirLetter *letter;

  g_mutex_lock (&self->lock);
  letter = g_queue_pop_head (&self->letters);
  g_mutex_unlock (&self->lock);
  return letter;
}

static void
weir_mailbox_deliver (WeirMailbox *self, const WeirLetter *letter)
{
  if (letter->event != NULL)
    {
      self->funcs.event (letter->event, self->user_data);
    }
  else if (letter->rows != NULL)
    {
      g_atomic_int_set (&self->has_meters, FALSE);
      self->funcs.meters ((const WeirMeterRow *) letter->rows->data, letter->rows->len, letter->now_us,
                          self->user_data);
    }
  else
    {
      letter->deliver (letter->content, self->user_data);
    }
}

static void
weir_mailbox_deliver_cb (gpointer user_data)
{
  WeirMailbox *self = user_data;
  gboolean is_last = FALSE; /* self may be gone after it */
  WeirLetter *letter;

  while (!is_last && (letter = weir_mailbox_pop (self)) != NULL)
    {
      is_last = letter->is_last;
      weir_mailbox_deliver (self, letter);
      weir_letter_free (letter);
    }
}

WeirMailbox *
weir_mailbox_new (GMainContext *control, const WeirMailboxFuncs *funcs, gpointer user_data)
{
  WeirMailbox *self = g_new0 (WeirMailbox, 1);

  self->funcs = *funcs;
  self->user_data = user_data;
  g_mutex_init (&self->lock);
  g_queue_init (&self->letters);
  self->waker = weir_waker_new (control, weir_mailbox_deliver_cb, self);
  return self;
}

void
weir_mailbox_free (WeirMailbox *self)
{
  weir_waker_free (self->waker);
  g_queue_clear_full (&self->letters, (GDestroyNotify) weir_letter_free);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static void
weir_mailbox_push (WeirMailbox *self, const WeirLetter *letter)
{
  gboolean was_empty;

  g_mutex_lock (&self->lock);
  was_empty = self->letters.length == 0;
  g_queue_push_tail (&self->letters, g_memdup2 (letter, sizeof *letter));
  g_mutex_unlock (&self->lock);

  if (was_empty)
    weir_waker_wake (self->waker);
}

void
weir_mailbox_post_event (WeirMailbox *self, const WeirPipeEvent *event)
{
  weir_mailbox_push (self, &(WeirLetter){ .event = weir_pipe_event_copy (event) });
}

void
weir_mailbox_post_meters (WeirMailbox *self, GArray *rows, gint64 now_us)
{
  g_atomic_int_set (&self->has_meters, TRUE);
  weir_mailbox_push (self, &(WeirLetter){ .rows = rows, .now_us = now_us });
}

gboolean
weir_mailbox_has_meters (WeirMailbox *self)
{
  return g_atomic_int_get (&self->has_meters);
}

void
weir_mailbox_post (WeirMailbox *self, WeirLetterFunc deliver, gpointer letter, GDestroyNotify destroy)
{
  weir_mailbox_push (self, &(WeirLetter){ .deliver = deliver, .content = letter, .destroy = destroy });
}

void
weir_mailbox_post_last (WeirMailbox *self, WeirLetterFunc deliver, gpointer letter)
{
  weir_mailbox_push (self, &(WeirLetter){ .deliver = deliver, .content = letter, .is_last = TRUE });
}
