/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-client.h"
#include "weir-registry.h"

/* One observer's watch: a registry's channels as the feed of observation.md, over a channel that the observer created.
 * What is due is kept as sets of channels, not as messages: an observer that reads slowly gets fewer samples, never a
 * queue. */

G_BEGIN_DECLS

typedef struct _WeirWatchFeed WeirWatchFeed;

#define WEIR_WATCH_FEED_MIN_INTERVAL_MS     50
#define WEIR_WATCH_FEED_MAX_INTERVAL_MS     5000
#define WEIR_WATCH_FEED_DEFAULT_INTERVAL_MS 250

/* @gone: the observer has left, its channel broke, or a finished feed is closed; the watch is to be freed. Never called
 * from a function of this file. */
typedef void (*WeirWatchFeedGoneFunc) (WeirWatchFeed *watch, gpointer user_data);

/* @writer: (transfer full). It begins with a snapshot; what happens from then on follows in rounds, @interval_ms apart
 * at the least: the next one waits until the observer's channel has taken the last. */
WeirWatchFeed *weir_watch_feed_new (WeirRegistry *registry, WeirChannelWriter *writer, guint interval_ms,
                                    WeirWatchFeedGoneFunc gone, gpointer user_data);
guint weir_watch_feed_get_interval_ms (WeirWatchFeed *self);

/* Says what is due, then closes; `gone` tells when the observer has it all. */
void weir_watch_feed_finish (WeirWatchFeed *self);

/* Closes the feed. */
void weir_watch_feed_free (WeirWatchFeed *self);

G_END_DECLS
