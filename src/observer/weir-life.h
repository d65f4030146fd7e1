/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-finding.h"

/* The life of one channel: what its info says with a time, and what this observer saw between two of them (holds,
 * stalls), of which the latest are kept. Inner to the room. Times are wall clock of the point. */

G_BEGIN_DECLS

/* Holds and stalls that are remembered, the latest ones. */
#define WEIR_LIFE_MAX_SEEN 32

/* Holds that follow each other closer than this are one: a writer that is let go for a message at a time is held. */
#define WEIR_LIFE_PAUSE_MS 1000

/* The same of stalls: a reader that takes some every few seconds is slow all the time. */
#define WEIR_LIFE_STALL_PAUSE_MS 10000

typedef struct _WeirLife WeirLife;

WeirLife *weir_life_new (void);
void weir_life_free (WeirLife *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirLife, weir_life_free)

/* The channel's info as it is now, at @now_ms; the first time, nothing is concluded from it. */
void weir_life_see (WeirLife *self, const WeirChannelInfo *info, gint64 now_ms);

/* Since when the writer is held, as the events say it; 0: it is not. */
gint64 weir_life_get_held_since_ms (WeirLife *self, const WeirChannelInfo *info);

/* (element-type WeirLifeEvent), oldest first; the events borrow from @info. @last_read_ms: 0: not known */
GPtrArray *weir_life_dup_events (WeirLife *self, const WeirChannelInfo *info, gint64 last_read_ms);

G_END_DECLS
