/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-router.h"

/* Calls and their answers: the part of the router that passes payloads on, as the text they came in. */

G_BEGIN_DECLS

void weir_calls_handle_invoke (WeirRouter *router, WeirSession *caller, const WeirEnvelope *envelope);
void weir_calls_handle_result (WeirRouter *router, WeirSession *executor, const WeirEnvelope *envelope);

/* A call of the engine's own (a trigger has fired): nobody waits for its answer. @metadata: nullable. */
void weir_calls_deliver (WeirRouter *router, const char *function_id, WeirSpan data, const char *metadata);

/* The same, but somebody waits. */
typedef struct
{
  const char *by; /* who calls, for those who look at the refs in it; NULL: there are none */
  const char *function_id;
  WeirSpan data;
  const char *metadata; /* nullable: JSON */
  WeirSpan traceparent; /* literals, or absent */
  WeirSpan baggage;
  WeirReply reply;
} WeirOwnCall;

/* (transfer full): the invocation's id. NULL: it goes nowhere, *@code (a constant) and *@message (transfer full) say
 * why, and there is no reply. A reply may come from in here: sending may end the worker. */
char *weir_calls_ask (WeirRouter *router, const WeirOwnCall *call, const char **code, char **message);

/* Its reply is not wanted any more. */
void weir_calls_forget (WeirRouter *router, const char *invocation_id);

/* The worker has gone: callers of what it was executing are told `invocation_stopped`. */
void weir_calls_halt (WeirRouter *router, WeirSession *session);

G_END_DECLS
