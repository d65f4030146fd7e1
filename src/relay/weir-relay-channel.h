/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-meter.h"
#include "weir-probe.h"
#include "weir-relay-link.h"
#include "weir-shaper.h"
#include "weir-audience.h"

/* What is known of a channel by the links of its ends: meters, acknowledgement, taps, history, and what observers do to
 * it. Data thread. */

G_BEGIN_DECLS

WeirRelayChannel *weir_relay_channel_new (WeirRelayGroup *group, const WeirRelayChannelConfig *config);
void weir_relay_channel_free (WeirRelayChannel *self); /* after its links */

guint32 weir_relay_channel_get_n (WeirRelayChannel *self);
void weir_relay_channel_get_meters (WeirRelayChannel *self, WeirMeters *meters);
void weir_relay_channel_set_presence (WeirRelayChannel *self, WeirSide side, WeirPresence presence);

/* Nothing more happens to it. Its links go on without it. */
void weir_relay_channel_end (WeirRelayChannel *self, WeirEndedBy by);

/* The engine is lost: what it has just cut off was not cut off for a reason of the channel's own. */
void weir_relay_channel_note_engine_lost (WeirRelayChannel *self);

/* Nothing listens where the engine was: its channels have gone with it. */
void weir_relay_channel_note_engine_gone (WeirRelayChannel *self);

/* --- for its links --- */

/* FALSE: that end is or was here: the link is just passed on. */
gboolean weir_relay_channel_attach (WeirRelayChannel *self, WeirRelayLink *link);

/* The worker at that end will say nothing more. */
void weir_relay_channel_note_left (WeirRelayChannel *self, WeirRelayLink *link);

/* The link has ended. */
void weir_relay_channel_detach (WeirRelayChannel *self, WeirRelayLink *link);

/* Whether a pong answers one of our pings. */
gboolean weir_relay_channel_pong (WeirRelayChannel *self, const WeirControl *pong);

/* Whether the end of the reader's stream is not what it looks like. */
gboolean weir_relay_channel_has_lost_writer (WeirRelayChannel *self);

/* A frame of ours may go on that lane. */
void weir_relay_channel_put (WeirRelayChannel *self, WeirRelayLink *link, WeirLane *lane);

/* Something has passed on that lane. @start: where it begins. */
void weir_relay_channel_view (WeirRelayChannel *self, const WeirLane *lane, const WeirFollower *start, guint8 *data,
                              gsize len);

/* How much may be read for that lane: 0: nothing now. */
gsize weir_relay_channel_admit (WeirRelayChannel *self, WeirRelayLink *link, WeirLane *lane);
void weir_relay_channel_spend (WeirRelayChannel *self, WeirRelayLink *link, WeirLane *lane, gsize n);

/* After anything that has happened to a link: whatever follows from it. */
void weir_relay_channel_settle (WeirRelayChannel *self);

/* --- for observers: as weir-pipe.h --- */

void weir_relay_channel_shape (WeirRelayChannel *self, guint ticket, gboolean is_held, guint64 rate, const char *by);
void weir_relay_channel_inject (WeirRelayChannel *self, guint ticket, WeirOp op, GBytes *payload, const char *by);
void weir_relay_channel_dismiss (WeirRelayChannel *self, guint ticket, WeirSide side, const char *by);
void weir_relay_channel_add_tap (WeirRelayChannel *self, WeirTap *tap, gboolean history);
void weir_relay_channel_remove_tap (WeirRelayChannel *self, WeirTap *tap);
void weir_relay_channel_set_internal (WeirRelayChannel *self);

/* (transfer full) (nullable): no more is remembered from now on. */
WeirHistory *weir_relay_channel_steal_history (WeirRelayChannel *self);

G_END_DECLS
