/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-router.h"

/* Calls and their answers: the part of the router that passes payloads on, as the text they came in. */

G_BEGIN_DECLS

void weir_calls_handle_invoke (WeirRouter *router, WeirSession *caller, const WeirEnvelope *envelope);
void weir_calls_handle_result (WeirRouter *router, WeirSession *executor, const WeirEnvelope *envelope);

/* A call of the engine's own (a trigger has fired): nobody waits for its answer. @metadata: nullable. */
void weir_calls_deliver (WeirRouter *router, const char *function_id, WeirSpan data, const char *metadata);

/* The worker has gone: callers of what it was executing are told `invocation_stopped`. */
void weir_calls_halt (WeirRouter *router, WeirSession *session);

G_END_DECLS
