/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* How much the kernel may hold unsent towards a reader (TCP_NOTSENT_LOWAT). Little, so that a slow reader is felt, and
 * 10 000 of them cost no memory to speak of; more for one that takes hundreds of megabytes a second, where a system
 * call for every few KiB costs more than the copying: then it is still a few milliseconds of its stream. Time is an
 * argument. Data thread. */

G_BEGIN_DECLS

#define WEIR_PACE_SLOW_LOWAT (16 * 1024)

/* Measured (tests/bench, 64 KiB messages, both cores free, medians of 6 paired runs): CPU of a message is 41 µs with 16
 * KiB, 37 with 128, 34 with 256, 30 to 32 with 512, 28 to 31 with this; 8 MiB is no better. */
#define WEIR_PACE_FAST_LOWAT (1024 * 1024)

#define WEIR_PACE_WINDOW_US (50 * G_TIME_SPAN_MILLISECOND)
#define WEIR_PACE_FAST      (G_GUINT64_CONSTANT (256) << 20) /* bytes a second: fast from here */
#define WEIR_PACE_SLOW      (G_GUINT64_CONSTANT (64) << 20)  /* slow again below this */

typedef struct
{
  gboolean is_fast;
  gint64 since_us;
  guint64 since_bytes;
} WeirPace;

/* @bytes: sent until now, ever. TRUE: it has changed what weir_pace_get_lowat () returns. */
gboolean weir_pace_note (WeirPace *self, guint64 bytes, gint64 now_us);

int weir_pace_get_lowat (const WeirPace *self);

G_END_DECLS
