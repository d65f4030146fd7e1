/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-pipe-event.h"
#include "weir-tap.h"

/* The taps on one channel, and the events that are told to them: `{"event":"connected","side":"writer"}`,
 * `{"event":"closed","side":"writer","code":1000,"reason":"…","clean":true,"violation":"…"}` (the last only if there
 * was one),
 * `{"event":"closed","by":"writer"}` when the channel has ended, `{"event":"heartbeat"}`. Of observers, `by` being the
 * name of one or null: `{"event":"shaped","pause":false,"rate_bytes_per_s":1024,"by":"weir:17"}` (null: not slowed),
 * `{"event":"injected","seq":7,"by":"weir:17"}` behind that message, whose record has the flag,
 * `{"event":"dismissed","side":"writer","by":"weir:17"}`. Data thread. */

G_BEGIN_DECLS

typedef struct
{
  guint n_taps;
  WeirTap **taps; /* owned references */
} WeirTapSet;

void weir_tap_set_clear (WeirTapSet *self);

/* FALSE: it is in there already, or is not. */
gboolean weir_tap_set_add (WeirTapSet *self, WeirTap *tap);
gboolean weir_tap_set_remove (WeirTapSet *self, WeirTap *tap);

/* Whether a block that holds the message would save the taps a copy. */
gboolean weir_tap_set_wants_block (WeirTapSet *self, WeirRecordKind kind, gsize len);

/* How much of a message any of them keeps at most. */
gsize weir_tap_set_get_limit (WeirTapSet *self);

void weir_tap_set_put (WeirTapSet *self, WeirRecordKind kind, guint16 flags, guint64 seq, gint64 time_us,
                       const guint8 *data, gsize len, WeirBlock *block);

/* A message of which only the first @len bytes of @payload_size are known. */
void weir_tap_set_put_start (WeirTapSet *self, WeirRecordKind kind, guint16 flags, guint64 seq, gint64 time_us,
                             const guint8 *data, gsize len, gsize payload_size);

/* @event: CONNECTED, LEFT or ENDED. */
void weir_tap_set_put_event (WeirTapSet *self, const WeirPipeEvent *event, gint64 time_us);

/* What observers have done; @by: (nullable). */
void weir_tap_set_put_shaped (WeirTapSet *self, gboolean is_held, guint64 rate, const char *by, gint64 time_us);
void weir_tap_set_put_injected (WeirTapSet *self, guint64 seq, const char *by, gint64 time_us);
void weir_tap_set_put_dismissed (WeirTapSet *self, WeirSide side, const char *by, gint64 time_us);

/* Says that the tap is alive, to those that have room for it. */
void weir_tap_set_put_heartbeat (WeirTapSet *self, gint64 time_us);

G_END_DECLS
