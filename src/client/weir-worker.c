/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-worker-private.h"

#include "weir-client-source.h"
#include "weir-envelope.h"
#include "weir-invocation-private.h"
#include "weir-secret.h"
#include "weir-worker-announce.h"
#include "weir-worker-backoff.h"

/* As the Node and Rust SDKs (§1.5 of the protocol notes). */
#define DEFAULT_PING_MS    (20 * 1000)
#define DEFAULT_SILENCE_MS (60 * 1000)

/* An engine sends `workerregistered` at once (§1.3): what has not done so after this time is none. */
#define DEFAULT_GREETING_MS (5 * 1000)

G_DEFINE_FINAL_TYPE (WeirWorker, weir_worker, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_STATE,
  PROP_WORKER_ID,
  PROP_RETRY_AT_US,
  PROP_LAST_ERROR,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void weir_worker_connect (WeirWorker *self);

/* --- state --- */

static void
weir_worker_set_state (WeirWorker *self, WeirWorkerState state)
{
  if (self->state == state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
weir_worker_set_retry_at_us (WeirWorker *self, gint64 retry_at_us)
{
  if (self->retry_at_us == retry_at_us)
    return;
  self->retry_at_us = retry_at_us;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RETRY_AT_US]);
}

/* @error: (nullable) */
static void
weir_worker_set_last_error (WeirWorker *self, const GError *error)
{
  if (self->last_error == NULL && error == NULL)
    return;
  g_clear_error (&self->last_error);
  self->last_error = error != NULL ? g_error_copy (error) : NULL;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LAST_ERROR]);
}

void
weir_worker_set_registered (WeirWorker *self, char *worker_id, char *reattach_token)
{
  g_free (self->worker_id);
  g_free (self->reattach_token);
  self->worker_id = worker_id;
  self->reattach_token = reattach_token;
  weir_client_source_clear (&self->greeting_timer);
  self->n_failed = 0;
  g_object_freeze_notify (G_OBJECT (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WORKER_ID]);
  weir_worker_set_last_error (self, NULL);
  weir_worker_set_state (self, WEIR_WORKER_CONNECTED);
  g_object_thaw_notify (G_OBJECT (self));
}

void
weir_worker_set_told (WeirWorker *self, const GError *error)
{
  self->was_told = TRUE;
  weir_worker_set_last_error (self, error);
}

/* --- sending --- */

static void
weir_worker_flush (WeirWorker *self)
{
  const WeirOutgoing *outgoing;

  while (self->is_open && (outgoing = weir_worker_outbox_peek (&self->outbox)) != NULL &&
         weir_worker_link_send (self->link, outgoing->text->str, outgoing->text->len))
    {
      if (outgoing->call_id != NULL)
        weir_worker_calls_mark_sent (self->calls, outgoing->call_id);
      weir_worker_outbox_pop (&self->outbox);
    }
}

gboolean
weir_worker_send (WeirWorker *self, WeirOutgoingKind kind, GString *text, const char *call_id)
{
  if (!weir_worker_outbox_push (&self->outbox, kind, text, call_id))
    return FALSE;
  weir_worker_flush (self);

  return TRUE;
}

void
weir_worker_send_session (WeirWorker *self, GString *text)
{
  if (text != NULL && self->is_open)
    weir_worker_send (self, WEIR_OUTGOING_SESSION, text, NULL);
  else if (text != NULL)
    g_string_free (text, TRUE);
}

static void
call_gone_cb (const char *id, gpointer owner)
{
  WeirWorker *self = owner;

  weir_worker_outbox_remove_call (&self->outbox, id);
}

/* --- the connection --- */

static void weir_worker_lose_link (WeirWorker *self, const GError *error);

static gboolean
greeting_timer_cb (gpointer user_data)
{
  WeirWorker *self = user_data;
  g_autoptr (GError) error =
      g_error_new (WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_NO_GREETING,
                   "The connection was opened, but no workerregistered came within %.3g s", self->greeting_ms / 1000.0);

  weir_worker_lose_link (self, error);

  return G_SOURCE_REMOVE;
}

static void
link_opened_cb (gpointer owner)
{
  WeirWorker *self = owner;
  GQueue session = G_QUEUE_INIT;

  /* In this order: the engine must know whom the registrations belong to, and forget the connection that had them
   * (§2.6). */
  if (self->worker_id != NULL && self->reattach_token != NULL)
    g_queue_push_tail (&session, weir_envelope_write_reattach (self->worker_id, self->reattach_token));
  g_queue_push_tail (&session, weir_worker_announce_write (self->name, self->description));
  weir_worker_registry_replay (self->registry, &session);
  weir_worker_outbox_renew (&self->outbox, &session);
  self->is_open = TRUE;
  self->greeting_timer = weir_client_timeout_new (self->context, self->greeting_ms, greeting_timer_cb, self);
  weir_worker_flush (self);
}

static void
link_message_cb (const char *text, gsize len, gpointer owner)
{
  g_autoptr (WeirWorker) self = g_object_ref (owner);

  weir_worker_handle_message (self, (WeirSpan){ text, len });
}

static void
link_writable_cb (gpointer owner)
{
  weir_worker_flush (owner);
}

static gboolean
retry_cb (gpointer user_data)
{
  weir_worker_connect (user_data);

  return G_SOURCE_REMOVE;
}

static void
weir_worker_lose_link (WeirWorker *worker, const GError *error)
{
  g_autoptr (WeirWorker) self = g_object_ref (worker);
  g_autoptr (GError) lost = NULL;
  gint64 delay_us;

  weir_client_source_clear (&self->greeting_timer);
  self->heard_us = MAX (self->heard_us, weir_worker_link_get_heard_us (self->link));
  g_clear_pointer (&self->link, weir_worker_link_free);
  self->is_open = FALSE;
  self->n_failed++;
  delay_us = weir_worker_backoff_us (self->n_failed, g_random_double ());
  self->retry_timer = weir_client_timeout_new (self->context, delay_us / 1000, retry_cb, self);
  g_object_freeze_notify (G_OBJECT (self)); /* whoever hears of it may stop the worker */
  if (!self->was_told)
    weir_worker_set_last_error (self, error);
  weir_worker_set_retry_at_us (self, g_get_monotonic_time () + delay_us);
  weir_worker_set_state (self, WEIR_WORKER_WAITING);
  g_object_thaw_notify (G_OBJECT (self));

  /* An engine drops the answers to a caller that has gone (§2.5), so nothing can come any more. */
  lost = g_error_new (WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_NOT_CONNECTED, "The answer had not come yet: %s",
                      error->message);
  weir_worker_calls_fail_sent (self->calls, lost);
}

static void
link_lost_cb (const GError *error, gpointer owner)
{
  weir_worker_lose_link (owner, error);
}

static const WeirWorkerLinkEvents link_events = {
  .opened = link_opened_cb,
  .message = link_message_cb,
  .writable = link_writable_cb,
  .lost = link_lost_cb,
};

static void
weir_worker_connect (WeirWorker *self)
{
  weir_client_source_clear (&self->retry_timer);
  self->was_told = FALSE;
  self->link = weir_worker_link_new (self->context, self->url, self->token, (const char *const *) self->headers,
                                     &self->keepalive, &link_events, self);
  g_object_freeze_notify (G_OBJECT (self));
  weir_worker_set_retry_at_us (self, 0);
  weir_worker_set_state (self, WEIR_WORKER_CONNECTING);
  g_object_thaw_notify (G_OBJECT (self));
}

void
weir_worker_start (WeirWorker *self)
{
  g_return_if_fail (WEIR_IS_WORKER (self));

  if (self->state != WEIR_WORKER_STOPPED)
    return;
  self->was_stopped = FALSE;
  weir_worker_connect (self);
}

static void
weir_worker_disown_running (WeirWorker *self)
{
  for (guint i = 0; i < self->running->len; i++)
    weir_invocation_disown (self->running->pdata[i]);
  g_ptr_array_set_size (self->running, 0);
}

void
weir_worker_stop (WeirWorker *self)
{
  g_autoptr (GError) stopped = NULL;

  g_return_if_fail (WEIR_IS_WORKER (self));

  if (self->was_stopped)
    return;
  self->was_stopped = TRUE;
  self->is_open = FALSE;
  self->n_failed = 0;
  weir_client_source_clear (&self->greeting_timer);
  weir_client_source_clear (&self->retry_timer);
  g_clear_pointer (&self->link, weir_worker_link_close);
  weir_worker_disown_running (self);
  weir_worker_outbox_clear (&self->outbox);
  weir_worker_set_retry_at_us (self, 0);
  weir_worker_set_state (self, WEIR_WORKER_STOPPED);
  stopped = g_error_new_literal (WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_STOPPED, "The worker has been stopped");
  weir_worker_calls_fail_all (self->calls, stopped);
}

void
weir_worker_fail (WeirWorker *self, const GError *error)
{
  weir_worker_stop (self);
  weir_worker_set_last_error (self, error);
}

void
weir_worker_retry_now (WeirWorker *self)
{
  g_return_if_fail (WEIR_IS_WORKER (self));

  if (self->state == WEIR_WORKER_WAITING)
    weir_worker_connect (self);
}

/* --- registrations --- */

void
weir_worker_register_function (WeirWorker *self, const char *id, const char *description, JsonNode *metadata,
                               WeirFunctionFunc func, gpointer user_data, GDestroyNotify destroy)
{
  weir_worker_register_function_with_schemas (self, id, description, metadata, NULL, NULL, func, user_data, destroy);
}

void
weir_worker_register_function_with_schemas (WeirWorker *self, const char *id, const char *description,
                                            JsonNode *metadata, JsonNode *request_schema, JsonNode *response_schema,
                                            WeirFunctionFunc func, gpointer user_data, GDestroyNotify destroy)
{
  WeirWorkerFunction function = {
    .id = (char *) id,
    .description = (char *) description,
    .metadata = metadata,
    .request_schema = request_schema,
    .response_schema = response_schema,
    .func = func,
    .user_data = user_data,
    .destroy = destroy,
  };

  g_return_if_fail (WEIR_IS_WORKER (self) && id != NULL && func != NULL);

  weir_worker_send_session (self, weir_worker_registry_add_function (self->registry, &function));
}

void
weir_worker_unregister_function (WeirWorker *self, const char *id)
{
  g_return_if_fail (WEIR_IS_WORKER (self) && id != NULL);

  weir_worker_send_session (self, weir_worker_registry_remove_function (self->registry, id));
}

char *
weir_worker_register_trigger (WeirWorker *self, const char *trigger_type, const char *function_id, JsonNode *config)
{
  g_autofree char *id = weir_secret_new_uuid ();

  g_return_val_if_fail (WEIR_IS_WORKER (self) && trigger_type != NULL && function_id != NULL, NULL);

  weir_worker_send_session (self,
                            weir_worker_registry_add_trigger (self->registry, id, trigger_type, function_id, config));

  return g_steal_pointer (&id);
}

void
weir_worker_unregister_trigger (WeirWorker *self, const char *id)
{
  g_return_if_fail (WEIR_IS_WORKER (self) && id != NULL);

  weir_worker_send_session (self, weir_worker_registry_remove_trigger (self->registry, id));
}

/* --- the rest --- */

const char *
weir_worker_get_url (WeirWorker *self)
{
  g_return_val_if_fail (WEIR_IS_WORKER (self), NULL);

  return self->url;
}

const char *
weir_worker_get_name (WeirWorker *self)
{
  g_return_val_if_fail (WEIR_IS_WORKER (self), NULL);

  return self->name;
}

void
weir_worker_set_name (WeirWorker *self, const char *name)
{
  g_return_if_fail (WEIR_IS_WORKER (self) && self->state == WEIR_WORKER_STOPPED);

  g_free (self->name);
  self->name = g_strdup (name);
}

void
weir_worker_set_description (WeirWorker *self, const char *description)
{
  g_return_if_fail (WEIR_IS_WORKER (self));

  g_free (self->description);
  self->description = g_strdup (description);
}

void
weir_worker_set_token (WeirWorker *self, const char *token)
{
  g_return_if_fail (WEIR_IS_WORKER (self));

  g_free (self->token);
  self->token = g_strdup (token);
}

void
weir_worker_set_headers (WeirWorker *self, const char *const *headers)
{
  g_return_if_fail (WEIR_IS_WORKER (self));
  g_return_if_fail (headers == NULL || g_strv_length ((char **) headers) % 2 == 0);

  g_strfreev (self->headers);
  self->headers = g_strdupv ((char **) headers);
}

void
weir_worker_set_keepalive (WeirWorker *self, const WeirWorkerKeepalive *keepalive)
{
  self->keepalive = *keepalive;
}

void
weir_worker_set_greeting_ms (WeirWorker *self, guint greeting_ms)
{
  self->greeting_ms = greeting_ms;
}

const char *
weir_worker_get_id (WeirWorker *self)
{
  return self->worker_id;
}

WeirWorkerState
weir_worker_get_state (WeirWorker *self)
{
  g_return_val_if_fail (WEIR_IS_WORKER (self), WEIR_WORKER_STOPPED);

  return self->state;
}

const char *
weir_worker_get_worker_id (WeirWorker *self)
{
  g_return_val_if_fail (WEIR_IS_WORKER (self), NULL);

  return self->worker_id;
}

gint64
weir_worker_get_retry_at_us (WeirWorker *self)
{
  g_return_val_if_fail (WEIR_IS_WORKER (self), 0);

  return self->retry_at_us;
}

const GError *
weir_worker_get_last_error (WeirWorker *self)
{
  g_return_val_if_fail (WEIR_IS_WORKER (self), NULL);

  return self->last_error;
}

gint64
weir_worker_get_latency_us (WeirWorker *self)
{
  g_return_val_if_fail (WEIR_IS_WORKER (self), 0);

  return self->link != NULL ? weir_worker_link_get_latency_us (self->link) : 0;
}

gint64
weir_worker_check_silence_us (WeirWorker *self, gint64 now_us)
{
  g_return_val_if_fail (WEIR_IS_WORKER (self), 0);

  if (self->link != NULL && self->is_open)
    return weir_worker_link_check_silence_us (self->link, now_us);
  return self->heard_us != 0 ? MAX (now_us - self->heard_us, 0) : 0;
}

static void
weir_worker_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  WeirWorker *self = WEIR_WORKER (object);

  switch (prop_id)
    {
    case PROP_STATE:
      g_value_set_uint (value, self->state);
      break;
    case PROP_WORKER_ID:
      g_value_set_string (value, self->worker_id);
      break;
    case PROP_RETRY_AT_US:
      g_value_set_int64 (value, self->retry_at_us);
      break;
    case PROP_LAST_ERROR:
      g_value_set_boxed (value, self->last_error);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
weir_worker_dispose (GObject *object)
{
  WeirWorker *self = WEIR_WORKER (object);

  weir_worker_stop (self);

  G_OBJECT_CLASS (weir_worker_parent_class)->dispose (object);
}

static void
weir_worker_finalize (GObject *object)
{
  WeirWorker *self = WEIR_WORKER (object);

  weir_worker_registry_free (self->registry);
  weir_worker_calls_free (self->calls);
  weir_worker_outbox_clear (&self->outbox);
  g_ptr_array_unref (self->running);
  g_clear_error (&self->last_error);
  g_free (self->reattach_token);
  g_free (self->worker_id);
  g_free (self->token);
  g_strfreev (self->headers);
  g_free (self->description);
  g_free (self->name);
  g_free (self->url);
  g_main_context_unref (self->context);

  G_OBJECT_CLASS (weir_worker_parent_class)->finalize (object);
}

static void
weir_worker_class_init (WeirWorkerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = weir_worker_get_property;
  object_class->dispose = weir_worker_dispose;
  object_class->finalize = weir_worker_finalize;

  /**
   * WeirWorker:state:
   *
   * A #WeirWorkerState.
   */
  properties[PROP_STATE] =
      g_param_spec_uint ("state", NULL, NULL, WEIR_WORKER_STOPPED, WEIR_WORKER_WAITING, WEIR_WORKER_STOPPED, flags);
  properties[PROP_WORKER_ID] = g_param_spec_string ("worker-id", NULL, NULL, NULL, flags);
  properties[PROP_RETRY_AT_US] = g_param_spec_int64 ("retry-at-us", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_LAST_ERROR] = g_param_spec_boxed ("last-error", NULL, NULL, G_TYPE_ERROR, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
weir_worker_init (WeirWorker *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->keepalive = (WeirWorkerKeepalive){ DEFAULT_PING_MS, DEFAULT_SILENCE_MS };
  self->greeting_ms = DEFAULT_GREETING_MS;
  weir_worker_outbox_init (&self->outbox);
  self->calls = weir_worker_calls_new (self->context, call_gone_cb, self);
  self->registry = weir_worker_registry_new ();
  self->running = g_ptr_array_new ();
}

WeirWorker *
weir_worker_new (const char *url, const char *name)
{
  WeirWorker *self = g_object_new (WEIR_TYPE_WORKER, NULL);
  const char *default_url = g_getenv ("III_URL");
  const char *default_name = g_getenv ("III_WORKER_NAME");

  if (url == NULL)
    url = default_url != NULL && *default_url != '\0' ? default_url : WEIR_WORKER_DEFAULT_URL;
  if (name == NULL && default_name != NULL && *default_name != '\0')
    name = default_name;
  self->url = g_strdup (url);
  self->name = name != NULL ? g_strdup (name) : weir_worker_announce_dup_default_name ();

  return self;
}
