/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Wall time for people and feeds. It is taken once in a process and then follows the monotonic clock, so that all that
 * is said at one moment agrees, and nothing jumps when somebody sets the clock. Any thread. */

G_BEGIN_DECLS

/* The wall clock, µs since 1970 UTC, at a monotonic time. */
gint64 weir_wall_clock_at_us (gint64 monotonic_us);

G_END_DECLS
