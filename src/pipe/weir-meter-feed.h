/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-loop.h"
#include "weir-mailbox.h"

/* The list of a thread's channels whose meters have changed, and the post that tells of them now and then: never more
 * often than the interval, and not before what was told last has been taken. Data thread. */

G_BEGIN_DECLS

typedef struct _WeirMeterFeed WeirMeterFeed;

/* Lies in a channel; its link's data is the channel. */
typedef struct
{
  GList link;
  gboolean is_changed; /* it is in the list */
} WeirMeterSource;

/* @fill: gives a row its number and meters. */
typedef void (*WeirMeterFunc) (gpointer channel, WeirMeterRow *row);

WeirMeterFeed *weir_meter_feed_new (WeirLoop *loop, WeirMailbox *mailbox, WeirMeterFunc fill);
void weir_meter_feed_free (WeirMeterFeed *self); /* after its sources */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirMeterFeed, weir_meter_feed_free)

/* 0: nobody watches; they are told once a second then, as states and ends must be known all the same. */
void weir_meter_feed_set_interval (WeirMeterFeed *self, guint interval_ms);

void weir_meter_feed_touch (WeirMeterFeed *self, WeirMeterSource *source);
void weir_meter_feed_untouch (WeirMeterFeed *self, WeirMeterSource *source);

G_END_DECLS
