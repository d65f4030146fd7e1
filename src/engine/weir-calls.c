/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-calls.h"

#include "weir-builtins.h"
#include "weir-secret.h"

/* A call on its way: the envelope with its strings taken out. */
typedef struct
{
  WeirSession *caller;
  const WeirEnvelope *envelope;
  char *id; /* as the caller wrote it; NULL: it gave none */
  char *function_id;
  char *trace_id; /* nullable */
  gboolean wants_answer;
} Call;

static void
call_clear (Call *call)
{
  g_free (call->id);
  g_free (call->function_id);
  g_free (call->trace_id);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Call, call_clear)

static void
refuse (WeirRouter *router, const Call *call, const char *code, const char *message)
{
  router->refused[WEIR_REFUSED_CALL]++;
  if (call->wants_answer)
    weir_session_send (call->caller, weir_envelope_write_error (call->id, call->function_id, code, message));
  else
    g_message ("%s: a call of %s that wants no answer was refused: %s", call->caller->label, call->function_id,
               message);
}

/* --- the refs that it carries --- */

/* @passing: what is to be said of it beside what the call says itself. */
static void
note_refs (WeirRouter *router, const Call *call, WeirRegistryCall passing)
{
  passing.function_id = call->function_id;
  passing.by_worker_id = call->caller->id;
  passing.by_worker_name = call->caller->announce.name;
  passing.trace_id = call->trace_id;
  weir_registry_note_call (router->registry, &passing, call->envelope->data, weir_loop_now_us (router->loop));
}

/* The refs in the payload are on their way to the executor. */
static void
note_handed_refs (WeirRouter *router, const Call *call, const WeirSession *executor, const char *id)
{
  note_refs (router, call,
             (WeirRegistryCall){
                 .invocation_id = id,
                 .to_worker_id = executor->id,
                 .to_worker_name = executor->announce.name,
                 .to_worker_runtime = executor->announce.runtime,
             });
}

/* The call goes nowhere, and the refs in it with it: who waits at the other end is to learn why nobody comes. */
static void
refuse_with_refs (WeirRouter *router, const Call *call, const char *code, const char *message)
{
  note_refs (router, call,
             (WeirRegistryCall){ .invocation_id = call->id, .refused_code = code, .refused_message = message });
  refuse (router, call, code, message);
}

static void
refuse_unknown (WeirRouter *router, const Call *call)
{
  g_autofree char *message = g_strdup_printf ("Function %s not found in namespace default.", call->function_id);

  refuse_with_refs (router, call, "function_not_found", message);
}

/* --- to the engine's own functions --- */

static void
run_builtin (WeirRouter *router, const Call *call, const WeirFunction *function)
{
  g_autoptr (GString) result = g_string_new (NULL);
  WeirBuiltinCall builtin = {
    .router = router,
    .caller = call->caller,
    .function_id = call->function_id,
    .trace_id = call->trace_id,
    .data = call->envelope->data,
    .result = result,
  };

  if (!weir_builtins_run (function, &builtin))
    refuse (router, call, builtin.code, builtin.message);
  else if (call->wants_answer)
    weir_session_send (call->caller,
                       weir_envelope_write_result (call->id, call->function_id,
                                                   (WeirSpan){ result->len > 0 ? result->str : NULL, result->len },
                                                   call->envelope->traceparent));
  g_free (builtin.message);
}

/* --- to workers --- */

/* Passes the call on. An executor is always given an id, also where nobody waits for the answer (§3.3). */
static void
pass_on (WeirRouter *router, const Call *call, WeirSession *executor)
{
  const WeirEnvelope *envelope = call->envelope;
  g_autofree char *new_id = call->id == NULL ? weir_secret_new_uuid () : NULL;
  const char *id = call->id != NULL ? call->id : new_id;
  WeirInvoke invoke = {
    .invocation_id = id,
    .function_id = call->function_id,
    .data = envelope->data,
    .caller_worker_id = call->caller->id,
    .traceparent = envelope->traceparent,
    .baggage = envelope->baggage,
    .metadata = envelope->metadata,
  };

  note_handed_refs (router, call, executor, id);
  weir_invocation_table_add (router->invocations, id, call->function_id, call->trace_id,
                             call->wants_answer ? call->caller : NULL, executor);
  weir_session_send (executor, weir_envelope_write_invoke (&invoke));
  if (weir_session_is_congested (executor))
    weir_session_wait_for (call->caller, executor);
}

static gboolean
is_enqueue (const WeirEnvelope *envelope)
{
  return weir_json_type (envelope->action) == WEIR_JSON_OBJECT &&
         weir_json_string_equal (weir_json_member (envelope->action, "type"), "enqueue");
}

/* What can be wrong with a call before anybody is asked to execute it. */
static gboolean
check (WeirRouter *router, const Call *call)
{
  const WeirEnvelope *envelope = call->envelope;

  if (envelope->too_deep)
    refuse (router, call, "deserialization_error", "The payload nests deeper than 128 levels.");
  else if (call->id != NULL && weir_invocation_table_has (router->invocations, call->id))
    g_message ("%s: ignored a call of %s whose invocation_id is that of a pending call", call->caller->label,
               call->function_id);
  else if (is_enqueue (envelope))
    refuse_with_refs (router, call, "enqueue_error", "This engine has no queues.");
  else
    return TRUE;
  return FALSE;
}

static void
dispatch (WeirRouter *router, const Call *call)
{
  const WeirFunction *function;

  if (!check (router, call))
    return;
  function = weir_function_table_lookup (router->functions, call->function_id);
  if (function == NULL)
    refuse_unknown (router, call);
  else if (function->owner == NULL)
    run_builtin (router, call, function);
  else if (function->owner->executing.length >= WEIR_INVOCATION_TABLE_MAX)
    refuse_with_refs (router, call, "invocation_error",
                      "Too many calls are pending at the worker that executes this function.");
  else
    pass_on (router, call, function->owner);
}

void
weir_calls_handle_invoke (WeirRouter *router, WeirSession *caller, const WeirEnvelope *envelope)
{
  g_auto (Call) call = { .caller = caller, .envelope = envelope };
  g_autofree char *traceparent = weir_json_dup_string (envelope->traceparent);

  call.id = weir_json_dup_string (envelope->invocation_id);
  call.function_id = weir_json_dup_string (envelope->function_id);
  call.trace_id = weir_execution_dup_trace_id (traceparent);
  caller->has_traced |= call.trace_id != NULL;
  call.wants_answer = call.id != NULL && !weir_envelope_is_void (envelope);
  dispatch (router, &call);
}

/* --- the engine's own calls --- */

/* NULL: it cannot be executed now. A worker that does not read its calls is given no more that somebody waits for. */
static WeirSession *
find_executor (WeirRouter *router, const WeirOwnCall *call, const char **code, char **message)
{
  const WeirFunction *function = weir_function_table_lookup (router->functions, call->function_id);
  gboolean is_congested;

  if (function == NULL || function->owner == NULL)
    {
      *code = "function_not_found";
      *message = g_strdup_printf ("Function %s not found in namespace default.", call->function_id);
      return NULL;
    }
  is_congested = call->reply.answered != NULL && weir_session_is_congested (function->owner);
  if (function->owner->executing.length < WEIR_INVOCATION_TABLE_MAX && !is_congested)
    return function->owner;
  *code = "invocation_error";
  *message = g_strdup_printf ("%s has more calls waiting than it may have.", function->owner->label);
  return NULL;
}

char *
weir_calls_ask (WeirRouter *router, const WeirOwnCall *call, const char **code, char **message)
{
  WeirSession *executor = find_executor (router, call, code, message);
  g_autofree char *id = NULL;
  WeirInvoke invoke = {
    .function_id = call->function_id,
    .data = call->data,
    .traceparent = call->traceparent,
    .baggage = call->baggage,
  };
  WeirRegistryCall passing = { .function_id = call->function_id, .by_worker_name = call->by };
  WeirPending *pending;

  if (executor == NULL)
    return NULL;
  id = weir_secret_new_uuid ();
  invoke.invocation_id = passing.invocation_id = id;
  passing.to_worker_id = executor->id;
  passing.to_worker_name = executor->announce.name;
  passing.to_worker_runtime = executor->announce.runtime;
  if (call->metadata != NULL)
    invoke.metadata = WEIR_SPAN (call->metadata);
  if (call->by != NULL)
    weir_registry_note_call (router->registry, &passing, call->data, weir_loop_now_us (router->loop));
  pending = weir_invocation_table_add (router->invocations, id, call->function_id, NULL, NULL, executor);
  pending->reply = call->reply;
  weir_session_send (executor, weir_envelope_write_invoke (&invoke));
  return g_steal_pointer (&id);
}

void
weir_calls_forget (WeirRouter *router, const char *invocation_id)
{
  weir_invocation_table_drop_reply (router->invocations, invocation_id);
}

void
weir_calls_deliver (WeirRouter *router, const char *function_id, WeirSpan data, const char *metadata)
{
  WeirOwnCall call = { .function_id = function_id, .data = data, .metadata = metadata };
  const char *code = NULL;
  g_autofree char *message = NULL;
  g_autofree char *id = weir_calls_ask (router, &call, &code, &message);

  if (id == NULL && g_str_equal (code, "function_not_found"))
    g_message ("a trigger has fired for %s, which no worker has registered", function_id);
  else if (id == NULL)
    g_message ("a trigger has fired for %s in vain: %s", function_id, message);
}

/* --- answers --- */

static GString *
write_answer (const WeirPending *pending, const WeirEnvelope *envelope)
{
  if (envelope->too_deep)
    return weir_envelope_write_error (pending->execution.id, pending->execution.function_id, "deserialization_error",
                                      "The result nests deeper than 128 levels.");
  if (envelope->error.text != NULL)
    return weir_envelope_write_error_span (pending->execution.id, pending->execution.function_id, envelope->error,
                                           envelope->traceparent);
  return weir_envelope_write_result (pending->execution.id, pending->execution.function_id, envelope->result,
                                     envelope->traceparent);
}

/* The refs in the answer are on their way back to the caller. */
static void
note_returned_refs (WeirRouter *router, const WeirPending *pending, const WeirEnvelope *envelope)
{
  const WeirSession *caller = pending->caller;
  const WeirExecution *executing = weir_execution_guess (&caller->executing, caller->has_traced,
                                                         caller->announce.runtime, pending->execution.trace_id);
  WeirRegistryCall to = {
    .function_id = executing != NULL ? executing->function_id : NULL,
    .to_worker_id = caller->id,
    .to_worker_name = caller->announce.name,
    .to_worker_runtime = caller->announce.runtime,
  };

  if (!envelope->too_deep)
    weir_registry_note_result (router->registry, &to,
                               envelope->error.text != NULL ? envelope->error : envelope->result);
}

/* How a call ended. @code: NULL: it succeeded. */
static void
read_error (const WeirEnvelope *envelope, char **code, char **message)
{
  *code = *message = NULL;
  if (envelope->too_deep)
    *code = g_strdup ("deserialization_error");
  else if (weir_json_type (envelope->error) == WEIR_JSON_OBJECT)
    {
      *code = weir_json_dup_string (weir_json_member (envelope->error, "code"));
      *message = weir_json_dup_string (weir_json_member (envelope->error, "message"));
    }
  if (*code == NULL && envelope->error.text != NULL)
    *code = g_strdup ("invocation_failed");
}

void
weir_calls_handle_result (WeirRouter *router, WeirSession *executor, const WeirEnvelope *envelope)
{
  g_autofree char *id = weir_json_dup_string (envelope->invocation_id);
  g_autoptr (WeirPending) pending = weir_invocation_table_take (router->invocations, id, executor);
  g_autofree char *code = NULL;
  g_autofree char *message = NULL;

  if (pending == NULL)
    {
      g_message ("%s: ignored an answer to a call that is not pending there", executor->label);
      return;
    }
  read_error (envelope, &code, &message);
  weir_registry_note_returned (router->registry, pending->execution.id, code, message, weir_loop_now_us (router->loop));
  if (pending->reply.answered != NULL)
    pending->reply.answered (envelope->result, code, message, pending->reply.user_data);
  if (pending->caller == NULL)
    return;
  note_returned_refs (router, pending, envelope);
  weir_session_send (pending->caller, write_answer (pending, envelope));
}

void
weir_calls_halt (WeirRouter *router, WeirSession *session)
{
  g_autoptr (GPtrArray) halted = weir_invocation_table_remove_session (router->invocations, session);

  for (guint i = 0; i < halted->len; i++)
    {
      const WeirPending *pending = halted->pdata[i];

      weir_registry_note_returned (router->registry, pending->execution.id, "invocation_stopped", "Invocation stopped",
                                   weir_loop_now_us (router->loop));
      if (pending->reply.answered != NULL)
        pending->reply.answered ((WeirSpan){ NULL, 0 }, "invocation_stopped", "Invocation stopped",
                                 pending->reply.user_data);
      if (pending->caller != NULL)
        weir_session_send (pending->caller,
                           weir_envelope_write_error (pending->execution.id, pending->execution.function_id,
                                                      "invocation_stopped", "Invocation stopped"));
    }
}
