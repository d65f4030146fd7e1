/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-router.h"

/* Triggers: the part of the router that binds functions to events, those of workers and the engine's own two. */

G_BEGIN_DECLS

/* The engine's own events (§4.4 of the protocol notes). */
#define WEIR_TRIGGER_FUNCTIONS_AVAILABLE "engine::functions-available"
#define WEIR_TRIGGER_WORKERS_AVAILABLE   "engine::workers-available"

void weir_bindings_handle_register (WeirRouter *router, WeirSession *session, const WeirEnvelope *envelope);
void weir_bindings_handle_unregister (WeirRouter *router, WeirSession *session, const WeirEnvelope *envelope);
void weir_bindings_handle_register_type (WeirRouter *router, WeirSession *session, const WeirEnvelope *envelope);
void weir_bindings_handle_result (WeirRouter *router, WeirSession *session, const WeirEnvelope *envelope);

/* The worker has gone: providers are told of its triggers' end, triggers of its types are parked. */
void weir_bindings_remove_session (WeirRouter *router, WeirSession *session);

/* @event: `worker_connected`, `worker_disconnected`, `worker_metadata_updated` */
void weir_bindings_worker_event (WeirRouter *router, const char *event, const char *worker_id);

/* The set of functions may have changed; many changes at once are one event. */
void weir_bindings_functions_changed (WeirRouter *router);

G_END_DECLS
