/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-envelope.h"
#include "weir-frame.h"
#include "weir-invocation-private.h"
#include "weir-worker-error.h"
#include "weir-worker-private.h"

/* Calls of ours that run at once. The engine sends as many as there are; beyond this they are refused, not collected.
 */
#define MAX_RUNNING 1000

/* --- functions --- */

static void
invocation_answer_cb (WeirInvocation *invocation, GString *message, gpointer user_data)
{
  WeirWorker *self = user_data;

  g_ptr_array_remove_fast (self->running, invocation);
  if (message->len > WEIR_FRAME_MAX_SIZE)
    {
      g_string_free (message, TRUE);
      message = weir_envelope_write_error (weir_invocation_get_id (invocation),
                                           weir_invocation_get_function_id (invocation), "serialization_error",
                                           "The result is larger than a message can be; a channel would hold it");
    }
  if (!weir_worker_send (self, WEIR_OUTGOING_OTHER, message, NULL))
    g_warning ("%s: the result of %s is lost: too many wait for the connection", self->name,
               weir_invocation_get_function_id (invocation));
}

static void
weir_worker_refuse (WeirWorker *self, const WeirEnvelope *envelope, const char *code, const char *why)
{
  g_autofree char *id = weir_json_dup_string (envelope->invocation_id);
  g_autofree char *function_id = weir_json_dup_string (envelope->function_id);

  if (id == NULL || function_id == NULL)
    return;
  if (!weir_worker_send (self, WEIR_OUTGOING_OTHER, weir_envelope_write_error (id, function_id, code, why), NULL))
    g_warning ("%s: a refusal of %s is lost: too many messages wait for the connection", self->name, function_id);
}

static void
weir_worker_invoke (WeirWorker *self, const WeirEnvelope *envelope)
{
  g_autofree char *function_id = weir_json_dup_string (envelope->function_id);
  WeirWorkerFunction *found =
      function_id != NULL ? weir_worker_registry_find_function (self->registry, function_id) : NULL;
  g_autoptr (WeirWorkerFunction) function = found != NULL ? weir_worker_function_ref (found) : NULL;
  g_autoptr (WeirInvocation) invocation = NULL;

  if (envelope->invocation_id.text == NULL)
    return; /* nobody to answer; every engine sends one (§3.3) */
  if (function == NULL)
    weir_worker_refuse (self, envelope, "function_not_found", "This worker has no such function");
  else if (envelope->too_deep)
    weir_worker_refuse (self, envelope, "deserialization_error", "The payload nests too deep");
  else if (self->running->len >= MAX_RUNNING)
    weir_worker_refuse (self, envelope, "invocation_failed", "Too many calls of this worker are running");
  else if ((invocation = weir_invocation_new (envelope, self->url, invocation_answer_cb, self)) == NULL)
    weir_worker_refuse (self, envelope, "deserialization_error", "The payload is not JSON");
  if (invocation == NULL)
    return;

  g_ptr_array_add (self->running, invocation);
  function->func (invocation, function->user_data);
}

/* --- what the engine says --- */

static void
weir_worker_handle_result (WeirWorker *self, const WeirEnvelope *envelope)
{
  g_autofree char *id = weir_json_dup_string (envelope->invocation_id);

  if (id == NULL)
    return;
  if (envelope->too_deep)
    weir_worker_calls_fail (
        self->calls, id,
        g_error_new_literal (WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_BAD_ANSWER, "The answer nests too deep"));
  else if (envelope->error.text != NULL)
    weir_worker_calls_fail (self->calls, id, weir_worker_error_new_remote (envelope->error));
  else
    weir_worker_calls_return (self->calls, id, envelope->result.text != NULL ? envelope->result : WEIR_SPAN ("null"));
}

/* A function that another worker has is a pity; a name that another worker has is the end of it (§2.7). */
static void
weir_worker_handle_rejected (WeirWorker *self, const WeirEnvelope *envelope)
{
  g_autofree char *code = weir_json_dup_string (envelope->code);
  g_autofree char *function_id = weir_json_dup_string (envelope->function_id);
  g_autoptr (GError) error = NULL;

  if (g_strcmp0 (code, "FUNCTION_NAMESPACE_CONFLICT") == 0)
    {
      g_warning ("%s: the engine did not register %s: another worker has it", self->name,
                 function_id != NULL ? function_id : "a function");
      return;
    }
  error = weir_worker_error_new_rejected (envelope->code);
  weir_worker_fail (self, error);
}

static void
weir_worker_handle_error (WeirWorker *self, const WeirEnvelope *envelope)
{
  g_autoptr (GError) error = weir_worker_error_new_remote (envelope->error);

  weir_worker_set_told (self, error); /* it closes the connection next */
}

static void
weir_worker_handle_trigger_result (WeirWorker *self, const WeirEnvelope *envelope)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *type = weir_json_dup_string (envelope->trigger_type);

  if (envelope->error.text == NULL)
    return;
  error = weir_worker_error_new_remote (envelope->error);
  g_warning ("%s: the engine did not register a trigger of type %s: %s", self->name, type != NULL ? type : "?",
             error->message);
}

void
weir_worker_handle_message (WeirWorker *self, WeirSpan text)
{
  g_autoptr (GError) error = NULL;
  WeirEnvelope envelope;

  if (!weir_envelope_parse (&envelope, text, &error))
    {
      g_debug ("%s: ignored a message of the engine: %s", self->name, error->message);
      return;
    }
  switch ((int) envelope.type)
    {
    case WEIR_ENVELOPE_WORKER_REGISTERED:
      weir_worker_set_registered (self, weir_json_dup_string (envelope.worker_id),
                                  weir_json_dup_string (envelope.reattach_token));
      break;
    case WEIR_ENVELOPE_INVOKE_FUNCTION:
      weir_worker_invoke (self, &envelope);
      break;
    case WEIR_ENVELOPE_INVOCATION_RESULT:
      weir_worker_handle_result (self, &envelope);
      break;
    case WEIR_ENVELOPE_REGISTRATION_REJECTED:
      weir_worker_handle_rejected (self, &envelope);
      break;
    case WEIR_ENVELOPE_TRIGGER_REGISTRATION_RESULT:
      weir_worker_handle_trigger_result (self, &envelope);
      break;
    case WEIR_ENVELOPE_ERROR:
      weir_worker_handle_error (self, &envelope);
      break;
    case WEIR_ENVELOPE_PING:
      weir_worker_send_session (self, g_string_new ("{\"type\":\"pong\"}"));
      break;
    default:
      break; /* for engines and providers of trigger types, or of a later day */
    }
}
