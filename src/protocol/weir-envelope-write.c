/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-envelope.h"

static GString *
begin (const char *type)
{
  GString *out = g_string_new ("{\"type\":\"");

  g_string_append (out, type);
  g_string_append_c (out, '"');
  return out;
}

static GString *
end (GString *out)
{
  g_string_append_c (out, '}');
  return out;
}

static void
add_name (GString *out, const char *name)
{
  g_string_append_printf (out, ",\"%s\":", name);
}

/* Each of these adds nothing for a value that is not there: absent and null mean the same to every receiver (§3). */

static void
add_string (GString *out, const char *name, const char *string)
{
  if (string == NULL)
    return;
  add_name (out, name);
  weir_json_append_string (out, string, -1);
}

static void
add_span (GString *out, const char *name, WeirSpan value)
{
  if (value.text == NULL)
    return;
  add_name (out, name);
  weir_json_append_span (out, value);
}

static void
add_node (GString *out, const char *name, JsonNode *node)
{
  if (node == NULL)
    return;
  add_name (out, name);
  weir_json_append_node (out, node);
}

static void
add_error (GString *out, const char *code, const char *message)
{
  g_string_append (out, ",\"error\":{\"code\":");
  weir_json_append_string (out, code, -1);
  g_string_append (out, ",\"message\":");
  weir_json_append_string (out, message != NULL ? message : "", -1);
  g_string_append_c (out, '}');
}

GString *
weir_envelope_write_invoke (const WeirInvoke *invoke)
{
  GString *out = begin ("invokefunction");

  add_string (out, "invocation_id", invoke->invocation_id);
  add_string (out, "function_id", invoke->function_id);
  add_name (out, "data"); /* the stock engine and the Rust client drop a message without it */
  if (invoke->caller_worker_id != NULL)
    weir_json_append_with_member (out, invoke->data, "_caller_worker_id", invoke->caller_worker_id);
  else
    weir_json_append_span (out, invoke->data);
  add_span (out, "traceparent", invoke->traceparent);
  add_span (out, "baggage", invoke->baggage);
  add_span (out, "metadata", invoke->metadata);
  if (invoke->is_void)
    g_string_append (out, ",\"action\":{\"type\":\"void\"}");
  return end (out);
}

static GString *
begin_result (const char *invocation_id, const char *function_id)
{
  GString *out = begin ("invocationresult");

  add_string (out, "invocation_id", invocation_id);
  add_string (out, "function_id", function_id);
  return out;
}

GString *
weir_envelope_write_result (const char *invocation_id, const char *function_id, WeirSpan result, WeirSpan traceparent)
{
  GString *out = begin_result (invocation_id, function_id);

  if (weir_json_type (result) != WEIR_JSON_NULL) /* "no value" is an absent result (§3.2) */
    add_span (out, "result", result);
  add_span (out, "traceparent", traceparent);
  return end (out);
}

GString *
weir_envelope_write_error (const char *invocation_id, const char *function_id, const char *code, const char *message)
{
  GString *out = begin_result (invocation_id, function_id);

  add_error (out, code, message);
  return end (out);
}

GString *
weir_envelope_write_error_span (const char *invocation_id, const char *function_id, WeirSpan error,
                                WeirSpan traceparent)
{
  GString *out = begin_result (invocation_id, function_id);

  add_span (out, "error", error);
  add_span (out, "traceparent", traceparent);
  return end (out);
}

GString *
weir_envelope_write_worker_registered (const char *worker_id, const char *reattach_token)
{
  GString *out = begin ("workerregistered");

  add_string (out, "worker_id", worker_id);
  add_string (out, "reattach_token", reattach_token);
  return end (out);
}

GString *
weir_envelope_write_reattach (const char *previous_worker_id, const char *reattach_token)
{
  GString *out = begin ("reattach");

  add_string (out, "previous_worker_id", previous_worker_id);
  add_string (out, "reattach_token", reattach_token);
  return end (out);
}

GString *
weir_envelope_write_register_function (const char *id, const char *description, JsonNode *request_format,
                                       JsonNode *response_format, JsonNode *metadata)
{
  GString *out = begin ("registerfunction");

  add_string (out, "id", id);
  add_string (out, "description", description);
  add_node (out, "request_format", request_format);
  add_node (out, "response_format", response_format);
  add_node (out, "metadata", metadata);
  return end (out);
}

GString *
weir_envelope_write_unregister_function (const char *id)
{
  GString *out = begin ("unregisterfunction");

  add_string (out, "id", id);
  return end (out);
}

GString *
weir_envelope_write_register_trigger (const char *id, const char *trigger_type, const char *function_id,
                                      WeirSpan config, WeirSpan metadata)
{
  GString *out = begin ("registertrigger");

  add_string (out, "id", id);
  add_string (out, "trigger_type", trigger_type);
  add_string (out, "function_id", function_id);
  add_name (out, "config"); /* required by the stock engine, as `data` is */
  weir_json_append_span (out, config);
  add_span (out, "metadata", metadata);
  return end (out);
}

GString *
weir_envelope_write_unregister_trigger (const char *id, const char *trigger_type)
{
  GString *out = begin ("unregistertrigger");

  add_string (out, "id", id);
  add_string (out, "trigger_type", trigger_type);
  return end (out);
}

GString *
weir_envelope_write_trigger_result (const char *id, const char *trigger_type, const char *function_id, const char *code,
                                    const char *message)
{
  GString *out = begin ("triggerregistrationresult");

  add_string (out, "id", id);
  add_string (out, "trigger_type", trigger_type);
  add_string (out, "function_id", function_id);
  if (code != NULL)
    add_error (out, code, message);
  return end (out);
}
