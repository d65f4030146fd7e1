/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-relay-link.h"

/* A link from the inside, in two files: weir-relay-link.c moves what passes, weir-relay-link-end.c ends it. */

G_BEGIN_DECLS

/* How long both sides may take to close their connections after all has been said. */
#define WEIR_RELAY_LINK_PART_US (2 * G_USEC_PER_SEC)

/* How long a worker may take to answer a close frame. */
#define WEIR_RELAY_LINK_ANSWER_US (5 * G_USEC_PER_SEC)

/* --- weir-relay-link.c --- */

gint64 weir_relay_link_now_us (WeirRelayLink *self);

/* The worker will say nothing more. */
void weir_relay_link_note_left (WeirRelayLink *self);

/* --- weir-relay-link-end.c --- */

/* @is_reset: its peer sees a reset. */
void weir_relay_link_close_socket (WeirRelayLink *self, guint direction, gboolean is_reset);

/* Where a lane has ended, and what came before that has gone, its other side is told. */
void weir_relay_link_shut (WeirRelayLink *self, WeirLane *lane);

/* Ends it if it is time. */
void weir_relay_link_conclude (WeirRelayLink *self);

G_END_DECLS
