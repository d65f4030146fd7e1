/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* How a point's wall clock stands to this process's monotonic one: learnt from the `now_ms` of its feed. Shared by the
 * point's channels, counted. Inner to the room. */

G_BEGIN_DECLS

typedef struct _WeirClock WeirClock;

/* Until it has learnt something it takes the point's wall clock to be this machine's. */
WeirClock *weir_clock_new (void);
WeirClock *weir_clock_ref (WeirClock *self);
void weir_clock_unref (WeirClock *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirClock, weir_clock_unref)

/* The point said @now_ms, and we heard it at @now_us. */
void weir_clock_learn (WeirClock *self, gint64 now_ms, gint64 now_us);

/* When the point was last heard; 0: never. Monotonic. */
gint64 weir_clock_get_heard_us (WeirClock *self);

gint64 weir_clock_to_local_us (WeirClock *self, gint64 at_ms); /* 0 for 0 */
gint64 weir_clock_to_wall_ms (WeirClock *self, gint64 at_us);

/* Times that a peer sends are cut to this, so that sums and products of them stay in range: about the year 5000. */
#define WEIR_CLOCK_MAX_MS G_GINT64_CONSTANT (100000000000000)

G_END_DECLS
