/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-observer.h"

/* Which channels of an observer have an alarm: a finding that is an error and was not dismissed. It goes through the
 * channels once a second, a few of them at a time, so it is at most a second late and never holds the main loop. What
 * was seen before the connection was lost is no alarm. Signals: "raised" (WeirChannel *channel, guint kind): a
 * WeirFindingKind that the channel did not have; "over" (const char *channel_id): it has none any more, or is
 * forgotten; "changed": their number. */

G_BEGIN_DECLS

#define WEIR_TYPE_ALARMS (weir_alarms_get_type ())
G_DECLARE_FINAL_TYPE (WeirAlarms, weir_alarms, WEIR, ALARMS, GObject)

WeirAlarms *weir_alarms_new (WeirObserver *observer);

/* Looks no more, and nothing is an alarm. It keeps the observer alive until then. */
void weir_alarms_stop (WeirAlarms *self);

guint weir_alarms_get_count (WeirAlarms *self);
gboolean weir_alarms_has (WeirAlarms *self, const char *channel_id);

/* Looks at all channels at once, as the timer does bit by bit. @now_us: monotonic */
void weir_alarms_look (WeirAlarms *self, gint64 now_us);

G_END_DECLS
