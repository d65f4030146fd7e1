/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-relay-channels.h"

/* Reads the control messages that pass on main links, and tells the registry what they say of channels: who made them,
 * which way their refs went, what became of the calls that carried them. A worker's peer may not come through this
 * relay, so a call is seen as it leaves its caller, as it arrives where it is executed, or both. Control thread. */

G_BEGIN_DECLS

typedef struct _WeirRelayCalls WeirRelayCalls;

/* @channels outlives it. */
WeirRelayCalls *weir_relay_calls_new (WeirRelayChannels *channels, WeirRegistry *registry);
void weir_relay_calls_free (WeirRelayCalls *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirRelayCalls, weir_relay_calls_free)

/* A main link has been opened, or is over. */
void weir_relay_calls_add_worker (WeirRelayCalls *self, guint32 link);
void weir_relay_calls_remove_worker (WeirRelayCalls *self, guint32 link);
guint weir_relay_calls_get_n_workers (WeirRelayCalls *self);

void weir_relay_calls_read (WeirRelayCalls *self, const WeirLinkMessage *message);

/* (nullable): of a worker that comes through here. */
const char *weir_relay_calls_get_worker_name (WeirRelayCalls *self, const char *worker_id);

G_END_DECLS
