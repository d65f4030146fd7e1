/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-meter-feed.h"

#define DEFAULT_INTERVAL_US G_USEC_PER_SEC

struct _WeirMeterFeed
{
  WeirLoop *loop; /* the thread's, which outlives this */
  WeirMailbox *mailbox;
  WeirMeterFunc fill;
  GQueue changed; /* of channels, by their sources' links */
  gint64 interval_us;
  gint64 posted_us; /* when they were last told */
  WeirTimer *timer; /* nullable */
};

WeirMeterFeed *
weir_meter_feed_new (WeirLoop *loop, WeirMailbox *mailbox, WeirMeterFunc fill)
{
  WeirMeterFeed *self = g_new0 (WeirMeterFeed, 1);

  self->loop = loop;
  self->mailbox = mailbox;
  self->fill = fill;
  self->interval_us = DEFAULT_INTERVAL_US;
  g_queue_init (&self->changed);
  return self;
}

void
weir_meter_feed_free (WeirMeterFeed *self)
{
  g_assert (self->changed.length == 0);

  weir_timer_clear (&self->timer);
  g_free (self);
}

static GArray *
weir_meter_feed_take (WeirMeterFeed *self)
{
  GArray *rows = g_array_sized_new (FALSE, FALSE, sizeof (WeirMeterRow), self->changed.length);

  while (self->changed.head != NULL)
    {
      WeirMeterSource *source = (WeirMeterSource *) self->changed.head; /* its link goes first */
      WeirMeterRow row;

      weir_meter_feed_untouch (self, source);
      self->fill (source->link.data, &row);
      g_array_append_val (rows, row);
    }
  return rows;
}

static void weir_meter_feed_timer_cb (gpointer data);

static void
weir_meter_feed_set_timer (WeirMeterFeed *self, gint64 at_us)
{
  weir_timer_clear (&self->timer);
  self->timer = weir_loop_add_timer (self->loop, at_us, weir_meter_feed_timer_cb, self);
}

static void
weir_meter_feed_timer_cb (gpointer data)
{
  WeirMeterFeed *self = data;
  gint64 now_us = weir_loop_now_us (self->loop);

  self->timer = NULL;
  if (self->changed.length == 0) /* what had changed has ended */
    return;
  if (weir_mailbox_has_meters (self->mailbox)) /* the control thread is slow: later figures will do as well */
    {
      weir_meter_feed_set_timer (self, now_us + self->interval_us);
      return;
    }
  self->posted_us = now_us;
  weir_mailbox_post_meters (self->mailbox, weir_meter_feed_take (self), now_us);
}

void
weir_meter_feed_set_interval (WeirMeterFeed *self, guint interval_ms)
{
  self->interval_us = interval_ms > 0 ? interval_ms * G_TIME_SPAN_MILLISECOND : DEFAULT_INTERVAL_US;
  if (self->timer != NULL)
    weir_meter_feed_set_timer (self, self->posted_us + self->interval_us);
}

void
weir_meter_feed_touch (WeirMeterFeed *self, WeirMeterSource *source)
{
  if (source->is_changed)
    return;
  source->is_changed = TRUE;
  g_queue_push_tail_link (&self->changed, &source->link);
  if (self->timer == NULL)
    weir_meter_feed_set_timer (self, self->posted_us + self->interval_us);
}

void
weir_meter_feed_untouch (WeirMeterFeed *self, WeirMeterSource *source)
{
  if (!source->is_changed)
    return;
  source->is_changed = FALSE;
  g_queue_unlink (&self->changed, &source->link);
}
