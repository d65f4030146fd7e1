/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-route.h"
#include "weir-upstream.h"

/* The door of a relay: takes requests, lets the engine answer each, and gives on what has become a WebSocket on both
 * sides. Control thread. */

G_BEGIN_DECLS

typedef struct
{
  const char *listen;         /* see WeirDoorConfig */
  const char *token;          /* nullable: for `/` and `/otel`; a channel's key is its own. It goes no further */
  gboolean is_engine_token;   /* it is the engine's as well, and goes on to it */
  const char *const *origins; /* nullable: allowed beside loopback ones */
  const WeirUpstream *upstream;
  gint64 handshake_us;
} WeirRelayGateConfig;

/* The streams are (transfer full), early ones (nullable). */
typedef void (*WeirRelayGateFunc) (const WeirRoute *route, GIOStream *worker, GBytes *worker_early, GIOStream *upstream,
                                   GBytes *upstream_early, gpointer user_data);

typedef struct _WeirRelayGate WeirRelayGate;

/* Listens from now on. @config's upstream outlives it, the rest is copied. */
WeirRelayGate *weir_relay_gate_new (const WeirRelayGateConfig *config, WeirRelayGateFunc opened, gpointer user_data,
                                    GError **error);
void weir_relay_gate_free (WeirRelayGate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirRelayGate, weir_relay_gate_free)

const char *weir_relay_gate_get_url (WeirRelayGate *self);
gboolean weir_relay_gate_is_loopback (WeirRelayGate *self);

G_END_DECLS
