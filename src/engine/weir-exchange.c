/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-exchange-private.h"

#include "weir-calls.h"
#include "weir-close.h"
#include "weir-secret.h"

/* --- its end --- */

static void
way_clear (WeirWay *way)
{
  g_free (way->ref.channel_id);
  g_free (way->ref.access_key);
}

static void
step_clear (gpointer data)
{
  g_free (((WeirStep *) data)->function_id);
}

static void
charge (WeirExchange *self, gsize memory)
{
  weir_budget_charge (self->web->router->limits.budget, (gint64) memory - (gint64) self->charged);
  self->charged = memory;
}

static void
update_charge (WeirExchange *self)
{
  charge (self, weir_http_conn_get_memory (self->conn) + (self->json != NULL ? self->json->len : 0));
}

/* What was not handed over of the body never will be, and the answer is nobody's any more. */
static void
close_ways (WeirExchange *self)
{
  if (self->request.end != NULL)
    weir_channel_end_abort (g_steal_pointer (&self->request.end));
  if (self->response.end != NULL)
    weir_channel_end_finish (g_steal_pointer (&self->response.end), WEIR_CLOSE_NORMAL, "response_complete");
}

static void
drop_json (WeirExchange *self)
{
  if (self->json != NULL)
    self->web->json_bytes -= self->json->len;
  g_clear_pointer (&self->json, g_byte_array_unref);
}

void
weir_exchange_free (WeirExchange *self)
{
  WeirWeb *web = self->web;

  if (self->invocation_id != NULL)
    weir_calls_forget (web->router, self->invocation_id);
  weir_timer_clear (&self->timer);
  close_ways (self);
  drop_json (self);
  charge (self, 0);
  g_hash_table_remove (web->unopened, self->request.ref.channel_id);
  g_hash_table_remove (web->unopened, self->response.ref.channel_id);
  way_clear (&self->request);
  way_clear (&self->response);
  weir_http_answer_clear (&self->answer);
  g_array_unref (self->steps);
  g_strfreev (self->values);
  g_strfreev (self->route.names);
  g_free (self->route.method);
  g_free (self->route.pattern);
  g_free (self->route.id);
  g_free (self->metadata);
  g_free (self->invocation_id);
  g_free (self->code);
  g_free (self->message);
  g_free (self);
}

/* After the answer: the connection goes on without it. */
static void
finish (WeirExchange *self)
{
  g_hash_table_remove (self->web->exchanges, self); /* frees it */
}

void
weir_exchange_respond (WeirExchange *self)
{
  weir_web_respond (self->web, self->conn, &self->answer);
  finish (self);
}

void
weir_exchange_fail (WeirExchange *self, guint status, const char *code, const char *message)
{
  if (self->is_streaming)
    {
      g_message ("%s %s: its answer was broken off: %s", self->route.method, self->route.pattern, message);
      weir_http_conn_abort (self->conn);
    }
  else
    {
      weir_web_respond_error (self->web, self->conn, status, code, message);
    }
  finish (self);
}

/* --- time --- */

static void
on_timeout (gpointer data)
{
  WeirExchange *self = data;
  const WeirStep *step = &g_array_index (self->steps, WeirStep, self->step);
  g_autofree char *why = g_strdup_printf (
      "Function %s has not answered within %.3g s.%s", step->function_id,
      (double) self->web->timeout_us / G_USEC_PER_SEC,
      self->has_returned ? " It returned without a value, and has not written to the response's channel." : "");

  self->timer = NULL;
  weir_exchange_fail (self, SOUP_STATUS_GATEWAY_TIMEOUT,
                      step->kind == WEIR_STEP_MIDDLEWARE ? "MIDDLEWARE_TIMEOUT" : "TIMEOUT", why);
}

void
weir_exchange_restart_timer (WeirExchange *self)
{
  weir_timer_clear (&self->timer);
  if (!self->is_streaming)
    self->timer = weir_loop_add_timer (self->web->loop, weir_loop_now_us (self->web->loop) + self->web->timeout_us,
                                       on_timeout, self);
}

/* --- the answer's channel --- */

/* FALSE: there is no more to be streamed, and the exchange is over. */
static gboolean
begin_stream (WeirExchange *self)
{
  self->is_streaming = TRUE;
  weir_timer_clear (&self->timer);
  weir_web_add_cors (self->web, weir_http_conn_get_head (self->conn), self->answer.headers);
  weir_http_conn_begin (self->conn, self->answer.status, self->answer.headers);
  if (weir_http_conn_wants_body (self->conn))
    return TRUE;
  weir_http_conn_end (self->conn); /* HEAD */
  finish (self);
  return FALSE;
}

static gboolean
response_message (WeirChannelEnd *end, WeirOp op, const guint8 *data, gsize len, WeirBlock *block, gpointer user_data)
{
  WeirExchange *self = user_data;
  gboolean goes_on;

  if (op == WEIR_OP_TEXT)
    {
      if (!self->is_streaming)
        weir_http_answer_take_message (&self->answer, (WeirSpan){ (const char *) data, len });
      return TRUE;
    }
  if (!self->is_streaming && !begin_stream (self))
    return TRUE;
  self->web->counts.out_bytes += len;
  goes_on = weir_http_conn_write (self->conn, data, len, block);
  update_charge (self);
  return goes_on;
}

static void
response_ended (WeirChannelEnd *end, WeirClosedHow how, guint16 code, gpointer user_data)
{
  WeirExchange *self = user_data;

  self->response.end = NULL;
  if (how != WEIR_CLOSED_CLEAN || code != 0)
    {
      weir_exchange_fail (self, SOUP_STATUS_INTERNAL_SERVER_ERROR, "response_lost",
                          "The response's channel ended before its writer had closed it.");
      return;
    }
  if (!self->is_streaming)
    {
      weir_exchange_respond (self);
      return;
    }
  weir_http_conn_end (self->conn);
  finish (self);
}

static const WeirChannelEndEvents response_events = {
  .message = response_message,
  .ended = response_ended,
};

/* --- the body's channel --- */

static void
request_drained (WeirChannelEnd *end, gpointer user_data)
{
  WeirExchange *self = user_data;

  weir_http_conn_set_paused (self->conn, FALSE);
}

static void
request_ended (WeirChannelEnd *end, WeirClosedHow how, guint16 code, gpointer user_data)
{
  WeirExchange *self = user_data;

  self->request.end = NULL; /* nobody reads it: what is left stays with the client */
  weir_http_conn_set_paused (self->conn, TRUE);
}

static const WeirChannelEndEvents request_events = {
  .drained = request_drained,
  .ended = request_ended,
};

static void
finish_request (WeirExchange *self)
{
  if (self->request.end != NULL)
    weir_channel_end_finish (g_steal_pointer (&self->request.end), WEIR_CLOSE_NORMAL, "request_complete");
}

/* The body begins to flow; one that was gathered is one message. */
static void
feed_request (WeirExchange *self)
{
  if (self->json != NULL && self->json->len > 0)
    weir_channel_end_write (self->request.end, self->json->data, self->json->len);
  if (self->json != NULL || weir_http_conn_has_body (self->conn))
    finish_request (self);
  else
    weir_http_conn_set_paused (self->conn, FALSE);
}

/* --- opening them --- */

static WeirChannelInfo *
info_new (const WeirWay *way)
{
  WeirChannelInfo *info = weir_channel_info_new (NULL);
  WeirEndInfo *ours = way->side == WEIR_SIDE_WRITER ? &info->writer : &info->reader;

  info->creator_worker_name = g_strdup (WEIR_EXCHANGE_CALLER);
  ours->worker_name = g_strdup (WEIR_EXCHANGE_CALLER);
  ours->how = WEIR_HOW_CREATOR;
  return info;
}

/* The call that carried its ref was before there was anything to be told of. */
static void
note_passing (WeirExchange *self, const WeirWay *way)
{
  WeirRouter *router = self->web->router;
  const char *function_id = g_array_index (self->steps, WeirStep, self->step).function_id;
  const WeirFunction *function = weir_function_table_lookup (router->functions, function_id);
  const WeirSession *owner = function != NULL ? function->owner : NULL;
  gint64 now_us = weir_loop_now_us (self->web->loop);
  g_autoptr (GString) refs = g_string_new (NULL);
  WeirRegistryCall passing = {
    .function_id = function_id,
    .invocation_id = self->invocation_id,
    .by_worker_name = WEIR_EXCHANGE_CALLER,
    .to_worker_id = owner != NULL ? owner->id : NULL,
    .to_worker_name = owner != NULL ? owner->announce.name : NULL,
    .to_worker_runtime = owner != NULL ? owner->announce.runtime : NULL,
  };

  g_string_append_printf (refs, "{\"%s\":", way == &self->request ? "request_body" : "response");
  weir_ref_append (refs, &way->ref);
  g_string_append_c (refs, '}');
  weir_registry_note_call (router->registry, &passing, (WeirSpan){ refs->str, refs->len }, now_us);
  if (self->has_returned && self->invocation_id != NULL)
    weir_registry_note_returned (router->registry, self->invocation_id, NULL, NULL, now_us);
}

gboolean
weir_exchange_open_way (WeirExchange *self, WeirWay *way)
{
  WeirWeb *web = self->web;
  const WeirChannelEndEvents *events = way == &self->request ? &request_events : &response_events;
  const WeirEngineChannel *channel = weir_channel_table_create_named (
      web->router->channels, WEIR_CHANNEL_DEFAULT_ITEMS, info_new (way), way->ref.channel_id, way->ref.access_key);

  way->is_open = TRUE;
  g_hash_table_remove (web->unopened, way->ref.channel_id);
  if (channel == NULL)
    {
      g_message ("%s %s: a channel of it was not made: %u are open, which is the limit", self->route.method,
                 self->route.pattern, WEIR_CHANNEL_TABLE_MAX);
      return FALSE;
    }
  note_passing (self, way);
  way->end = weir_channel_end_new (web->ends, web->loop, web->router->channels, channel->n, way->side, events, self);
  if (way->end != NULL && way == &self->request)
    feed_request (self);
  return way->end != NULL;
}

gboolean
weir_exchange_open_channel (WeirExchange *self, const char *id, const char *key)
{
  WeirWay *way = g_str_equal (id, self->request.ref.channel_id) ? &self->request : &self->response;

  return weir_secret_equal (way->ref.access_key, key) && weir_exchange_open_way (self, way);
}

/* --- the client --- */

/* @more: bytes than what is gathered. FALSE: it is too much, and the exchange is over. */
static gboolean
check_size (WeirExchange *self, guint64 more)
{
  if (self->json->len + more > WEIR_WEB_MAX_JSON)
    weir_exchange_fail (
        self, SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE, "BODY_TOO_LARGE",
        "A JSON body may have 8 MiB: send more with another content type, and read it from request_body.");
  else if (self->web->json_bytes + more > WEIR_WEB_MAX_JSON_HELD)
    weir_exchange_fail (self, SOUP_STATUS_SERVICE_UNAVAILABLE, "BODY_LIMIT",
                        "The JSON bodies of all requests may hold 64 MiB together, and they do.");
  else
    return TRUE;
  return FALSE;
}

static gboolean
gather (WeirExchange *self, const guint8 *data, gsize len)
{
  if (!check_size (self, len))
    return FALSE;
  g_byte_array_append (self->json, data, (guint) len);
  self->web->json_bytes += len;
  update_charge (self);
  return TRUE;
}

static gboolean
client_body (WeirHttpConn *conn, const guint8 *data, gsize len, gpointer user_data)
{
  WeirExchange *self = user_data;

  self->web->counts.in_bytes += len;
  weir_exchange_restart_timer (self);
  if (self->json != NULL)
    return gather (self, data, len);
  return self->request.end != NULL && weir_channel_end_write (self->request.end, data, len);
}

static void
client_body_end (WeirHttpConn *conn, gpointer user_data)
{
  WeirExchange *self = user_data;

  if (self->json != NULL)
    weir_exchange_run_step (self);
  else
    finish_request (self);
}

static void
client_drained (WeirHttpConn *conn, gpointer user_data)
{
  WeirExchange *self = user_data;

  update_charge (self);
  if (self->response.end != NULL)
    weir_channel_end_set_paused (self->response.end, FALSE);
}

static void
client_gone (WeirHttpConn *conn, gpointer user_data)
{
  WeirExchange *self = user_data;

  g_info ("%s %s: %s has gone before its answer was complete", self->route.method, self->route.pattern,
          weir_http_conn_get_peer (conn));
  finish (self);
}

static const WeirHttpHandler handler = {
  .body = client_body,
  .body_end = client_body_end,
  .drained = client_drained,
  .gone = client_gone,
};

/* --- its beginning --- */

static void
way_init (WeirWay *way, WeirExchange *self, WeirSide side)
{
  way->side = side;
  way->ref.channel_id = weir_secret_new_uuid ();
  way->ref.access_key = weir_secret_new_uuid ();
  way->ref.direction = side == WEIR_SIDE_WRITER ? WEIR_DIRECTION_READ : WEIR_DIRECTION_WRITE;
  g_hash_table_replace (self->web->unopened, way->ref.channel_id, self);
}

void
weir_exchange_start (WeirWeb *web, WeirHttpConn *conn, const WeirHttpRoute *route, const WeirTrigger *trigger,
                     GStrv values)
{
  WeirExchange *self = g_new0 (WeirExchange, 1);
  const WeirHttpHead *head = weir_http_conn_get_head (conn);

  self->web = web;
  self->conn = conn;
  self->route = (WeirHttpRoute){ g_strdup (route->method), g_strdup (route->pattern), g_strdup (route->id),
                                 g_strdupv (route->names) };
  self->values = values;
  self->metadata = g_strdup (trigger->metadata);
  self->steps = g_array_new (FALSE, FALSE, sizeof (WeirStep));
  g_array_set_clear_func (self->steps, step_clear);
  weir_exchange_add_steps (self, trigger);
  way_init (&self->request, self, WEIR_SIDE_WRITER);
  way_init (&self->response, self, WEIR_SIDE_READER);
  weir_http_answer_init (&self->answer);
  g_hash_table_add (web->exchanges, self);
  weir_http_conn_handle (conn, &handler, self);
  web->counts.n_requests++;
  if (weir_http_payload_is_json (head))
    self->json = g_byte_array_new ();
  if (self->json == NULL || !weir_http_head_has_body (head))
    weir_exchange_run_step (self);
  else if (check_size (self, head->length))
    {
      weir_exchange_restart_timer (self);
      weir_http_conn_set_paused (conn, FALSE);
    }
}
