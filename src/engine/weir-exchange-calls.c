/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-exchange-private.h"

#include "weir-calls.h"

/* --- what is called --- */

static void
add_step (WeirExchange *self, WeirStepKind kind, WeirSpan function_id)
{
  WeirStep step = { kind, weir_json_dup_string (function_id) };

  if (step.function_id != NULL)
    g_array_append_val (self->steps, step);
}

void
weir_exchange_add_steps (WeirExchange *self, const WeirTrigger *trigger)
{
  WeirSpan config = WEIR_SPAN (trigger->config);
  WeirSpan middleware = weir_json_member (config, "middleware_function_ids");
  WeirStep last = { WEIR_STEP_HANDLER, g_strdup (trigger->function_id) };
  WeirJsonIter iter;
  WeirSpan key;
  WeirSpan value;

  add_step (self, WEIR_STEP_CONDITION, weir_json_member (config, "condition_function_id"));
  if (weir_json_type (middleware) == WEIR_JSON_ARRAY)
    {
      weir_json_iter_init (&iter, middleware);
      while (weir_json_iter_next (&iter, &key, &value))
        add_step (self, WEIR_STEP_MIDDLEWARE, value);
    }
  g_array_append_val (self->steps, last);
}

/* --- what came back --- */

/* That the function was not called is said in so many words, as the stock engine does. */
static void
skip (WeirExchange *self)
{
  g_autofree char *id = weir_http_answer_take_error (&self->answer, SOUP_STATUS_UNPROCESSABLE_ENTITY,
                                                     "CONDITION_NOT_MET", "Request condition not met");

  g_string_truncate (self->answer.body, self->answer.body->len - 1);
  g_string_append (self->answer.body, ",\"skipped\":true}");
  weir_exchange_respond (self);
}

static void
take_condition (WeirExchange *self, WeirSpan result)
{
  if (weir_json_type (result) == WEIR_JSON_BOOLEAN && *result.text == 'f')
    {
      skip (self);
      return;
    }
  self->step++;
  weir_exchange_run_step (self);
}

static void
take_middleware (WeirExchange *self, WeirSpan result)
{
  WeirSpan action = { NULL, 0 };

  if (weir_json_type (result) == WEIR_JSON_OBJECT)
    action = weir_json_member (result, "action");
  if (weir_json_type (action) == WEIR_JSON_STRING && weir_json_string_equal (action, "respond"))
    {
      weir_http_answer_take_value (&self->answer, weir_json_member (result, "response"));
      weir_exchange_respond (self);
      return;
    }
  self->step++;
  weir_exchange_run_step (self);
}

static void
take_value (WeirExchange *self, WeirSpan result)
{
  self->has_returned = TRUE;
  if (self->is_streaming)
    return;
  if (weir_json_type (result) > WEIR_JSON_NULL)
    {
      weir_http_answer_clear (&self->answer);
      weir_http_answer_init (&self->answer);
      weir_http_answer_take_value (&self->answer, result);
      weir_exchange_respond (self);
      return;
    }
  weir_exchange_restart_timer (self);
  if (!self->response.is_open) /* now the channel is waited for, and those who look may see that */
    weir_exchange_open_way (self, &self->response);
}

static void
take_error (WeirExchange *self, const char *code, const char *message)
{
  if (self->is_streaming) /* what it has begun to answer, others may go on with */
    g_message ("%s %s: its function has failed after its answer had begun: %s", self->route.method, self->route.pattern,
               message != NULL ? message : code);
  else
    weir_exchange_fail (self, SOUP_STATUS_INTERNAL_SERVER_ERROR, code,
                        message != NULL ? message : "The function has failed.");
}

static void
answered (WeirSpan result, const char *code, const char *message, gpointer user_data)
{
  WeirExchange *self = user_data;
  WeirStepKind kind = g_array_index (self->steps, WeirStep, self->step).kind;

  if (self->is_asking) /* sending has ended the worker; one thing after the other */
    {
      self->code = g_strdup (code);
      self->message = g_strdup (message);
      return;
    }
  if (kind != WEIR_STEP_HANDLER)
    g_clear_pointer (&self->invocation_id, g_free);
  if (code != NULL)
    take_error (self, code, message);
  else if (kind == WEIR_STEP_CONDITION)
    take_condition (self, result);
  else if (kind == WEIR_STEP_MIDDLEWARE)
    take_middleware (self, result);
  else
    take_value (self, result);
}

static GString *
write_payload (WeirExchange *self, WeirStepKind kind)
{
  WeirHttpPayload payload = {
    .head = weir_http_conn_get_head (self->conn),
    .route = &self->route,
    .values = (const char *const *) self->values,
    .request_body = self->request.ref,
    .response = self->response.ref,
  };

  if (self->json != NULL)
    payload.body = weir_http_payload_take_json (self->json);
  return kind == WEIR_STEP_MIDDLEWARE ? weir_http_payload_write_middleware (&payload)
                                      : weir_http_payload_write (&payload, kind == WEIR_STEP_HANDLER);
}

/* (transfer full) (nullable): a header as a literal. */
static GString *
dup_literal (WeirExchange *self, const char *name)
{
  const char *value = soup_message_headers_get_one (weir_http_conn_get_head (self->conn)->headers, name);
  GString *literal = value != NULL ? g_string_new (NULL) : NULL;

  if (literal != NULL)
    weir_json_append_string (literal, value, -1);
  return literal;
}

static WeirSpan
span_of (const GString *literal)
{
  return literal != NULL ? (WeirSpan){ literal->str, literal->len } : (WeirSpan){ NULL, 0 };
}

void
weir_exchange_run_step (WeirExchange *self)
{
  const WeirStep *step = &g_array_index (self->steps, WeirStep, self->step);
  g_autoptr (GString) payload = write_payload (self, step->kind);
  g_autoptr (GString) traceparent = dup_literal (self, "traceparent");
  g_autoptr (GString) baggage = dup_literal (self, "baggage");
  WeirOwnCall call = {
    .by = WEIR_EXCHANGE_CALLER,
    .function_id = step->function_id,
    .data = { payload->str, payload->len },
    .metadata = step->kind == WEIR_STEP_HANDLER ? self->metadata : NULL,
    .traceparent = span_of (traceparent),
    .baggage = span_of (baggage),
    .reply = { answered, self },
  };
  const char *code = NULL;
  g_autofree char *message = NULL;

  weir_exchange_restart_timer (self);
  self->is_asking = TRUE;
  self->invocation_id = weir_calls_ask (self->web->router, &call, &code, &message);
  self->is_asking = FALSE;
  if (self->invocation_id == NULL)
    weir_exchange_fail (self,
                        g_str_equal (code, "invocation_error") ? SOUP_STATUS_SERVICE_UNAVAILABLE
                                                               : SOUP_STATUS_INTERNAL_SERVER_ERROR,
                        code, message);
  else if (self->code != NULL)
    take_error (self, self->code, self->message);
}
