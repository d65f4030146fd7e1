/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-client.h"
#include "weir-tap.h"

/* Carries a tap's records to the observer who asked for them, in binary messages of at most 64 KiB, over a channel that
 * the observer created. While the observer does not read, records wait in the tap, which is bounded, drops, and counts.
 */

G_BEGIN_DECLS

typedef struct _WeirTapFeed WeirTapFeed;

/* The observer has left, or has everything and the close behind it. Never called from a function of this file. */
typedef void (*WeirTapFeedDoneFunc) (WeirTapFeed *feed, gpointer user_data);

/* @worker_id: (nullable): the observer; @writer: (transfer full) */
WeirTapFeed *weir_tap_feed_new (const char *worker_id, guint32 n, guint32 snaplen, WeirTapKinds kinds,
                                WeirChannelWriter *writer, WeirTapFeedDoneFunc done, gpointer user_data);
const char *weir_tap_feed_get_worker_id (WeirTapFeed *self); /* nullable */
guint32 weir_tap_feed_get_n (WeirTapFeed *self);             /* the channel's number */
WeirTap *weir_tap_feed_get_tap (WeirTapFeed *self);

/* Nothing comes after what is in the tap: that is written, then the feed closed. */
void weir_tap_feed_finish (WeirTapFeed *self);

/* Cancels the tap and closes the feed. */
void weir_tap_feed_free (WeirTapFeed *self);

G_END_DECLS
