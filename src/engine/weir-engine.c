/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-engine.h"

#include "weir-channel-table.h"
#include "weir-close.h"
#include "weir-engine-point.h"
#include "weir-listener.h"
#include "weir-router.h"
#include "weir-secret.h"
#include "weir-telemetry.h"
#include "weir-web.h"

/* A stop takes at most this long for the point's feeds, and as long again for everything else. */
#define STOP_TIMEOUT_US G_USEC_PER_SEC

#define MIN_WORKER_BYTES G_GUINT64_CONSTANT (1 << 20)

struct _WeirEngine
{
  WeirLoop *loop;
  WeirRegistry *registry;
  WeirChannelTable *channels;
  WeirRouter *router;
  WeirTelemetry *telemetry;
  WeirListener *listener;
  WeirWeb *web; /* nullable */
  WeirEnginePoint *point;
  char *url;
  char *own_key; /* by which the point's worker is known from others */
  void (*stopped) (gpointer user_data);
  gpointer stopped_data;
  WeirTimer *stop_timer;
};

/* --- what comes in through the door --- */

static void
take_worker (GIOStream *stream, GBytes *early, gboolean is_own, gpointer user_data)
{
  WeirEngine *self = user_data;

  weir_router_accept (self->router, stream, early, is_own);
}

static void
take_telemetry (GIOStream *stream, GBytes *early, gpointer user_data)
{
  WeirEngine *self = user_data;

  weir_telemetry_accept (self->telemetry, stream, early);
}

static void
take_channel (guint32 n, WeirSide side, GIOStream *stream, GBytes *early, gpointer user_data)
{
  WeirEngine *self = user_data;

  weir_channel_table_attach (self->channels, n, side, stream, early);
}

static gboolean
find_channel (const char *id, const char *key, guint32 *n, gboolean *has_id, gpointer user_data)
{
  WeirEngine *self = user_data;
  const WeirEngineChannel *channel;

  *has_id = weir_channel_table_has_id (self->channels, id);
  if (!*has_id && self->web != NULL)
    weir_web_open_channel (self->web, id, key, has_id);
  channel = weir_channel_table_lookup (self->channels, id, key);
  if (channel == NULL)
    return FALSE;
  *n = channel->n;
  return TRUE;
}

static void
note_refused (gpointer user_data)
{
  WeirEngine *self = user_data;

  self->router->refused[WEIR_REFUSED_CONNECTION]++;
}

static const WeirListenerEvents listener_events = {
  .refused = note_refused,
  .worker = take_worker,
  .telemetry = take_telemetry,
  .channel = take_channel,
  .find_channel = find_channel,
};

/* --- stopping --- */

static void
finish_stop (gpointer user_data)
{
  WeirEngine *self = user_data;
  void (*stopped) (gpointer user_data) = g_steal_pointer (&self->stopped);

  self->stop_timer = NULL;
  if (stopped != NULL)
    stopped (self->stopped_data);
}

static void
check_stopped (gpointer user_data)
{
  WeirEngine *self = user_data;

  if (self->stopped == NULL || weir_router_get_n_open (self->router) > 0 ||
      weir_telemetry_get_n_open (self->telemetry) > 0 || weir_channel_table_get_n_running (self->channels) > 0)
    return;
  weir_timer_clear (&self->stop_timer);
  finish_stop (self);
}

/* Observers have been told; now everybody else. */
static void
feeds_ended (gpointer user_data)
{
  WeirEngine *self = user_data;

  g_clear_pointer (&self->web, weir_web_free);
  g_clear_pointer (&self->listener, weir_listener_free); /* a feed that had nothing to say until now connected here */
  weir_router_stop (self->router);
  weir_telemetry_stop (self->telemetry, WEIR_CLOSE_GOING_AWAY, WEIR_REASON_ENGINE_STOPPING, STOP_TIMEOUT_US);
  weir_channel_table_stop (self->channels, WEIR_CLOSE_GOING_AWAY, WEIR_REASON_ENGINE_STOPPING, STOP_TIMEOUT_US,
                           check_stopped, self);
  self->stop_timer = weir_loop_add_timer (self->loop, g_get_monotonic_time () + STOP_TIMEOUT_US, finish_stop, self);
}

void
weir_engine_stop (WeirEngine *self, void (*stopped) (gpointer user_data), gpointer user_data)
{
  g_return_if_fail (self->stopped == NULL);

  self->stopped = stopped;
  self->stopped_data = user_data;
  weir_engine_point_stop (self->point, STOP_TIMEOUT_US, feeds_ended, self);
}

/* --- life --- */

static gboolean
listen_at (WeirEngine *self, const WeirEngineOptions *options, GError **error)
{
  WeirListenerConfig config = {
    .listen = options->common.listen,
    .token = options->common.token,
    .origins = (const char *const *) options->common.origins,
    .own_key = self->own_key,
    .handshake_us = options->handshake_us,
  };

  self->listener = weir_listener_new (&config, &listener_events, self, error);
  if (self->listener == NULL)
    return FALSE;
  self->url = g_strdup (weir_listener_get_url (self->listener));
  return TRUE;
}

static gboolean
serve_http (WeirEngine *self, const WeirEngineOptions *options, GError **error)
{
  WeirWebConfig config = {
    .listen = options->http_listen,
    .token = options->common.token,
    .origins = (const char *const *) options->common.origins,
    .timeout_us = options->http_timeout_us,
    .max_requests = options->http_requests,
    .head_us = options->handshake_us,
  };

  if (options->http_listen == NULL)
    return TRUE;
  self->web = weir_web_new (self->loop, self->router, &config, error);
  return self->web != NULL;
}

static WeirEnginePoint *
point_new (WeirEngine *self, const WeirEngineOptions *options)
{
  WeirEnginePointConfig config = {
    .url = self->url,
    .token = options->common.token,
    .own_key = self->own_key,
    .owner_token = options->common.point_token,
    .name = options->common.name,
    .permits = weir_server_options_get_permits (&options->common, weir_listener_is_loopback (self->listener)),
  };

  return weir_engine_point_new (self->loop, self->registry, self->channels, self->router, &config);
}

/* Workers get half of the memory at most, so that channels move whatever workers do; but an engine that is told to use
 * next to none must be able to take calls. */
static WeirRouter *
router_new (WeirEngine *self, const WeirEngineOptions *options)
{
  WeirRouterLimits limits = {
    .budget = weir_channel_table_get_budget (self->channels),
    .max_bytes = MAX (options->common.memory_bytes / 2, MIN_WORKER_BYTES),
    .max_sessions = options->max_workers,
  };

  return weir_router_new (self->loop, self->channels, self->registry, &limits, check_stopped, self);
}

WeirEngine *
weir_engine_new (const WeirEngineOptions *options, GError **error)
{
  g_autoptr (WeirEngine) self = g_new0 (WeirEngine, 1);
  WeirChannelConfig channels = {
    .n_threads = options->common.n_threads,
    .memory_bytes = options->common.memory_bytes,
    .buffer_bytes = options->buffer_bytes,
    .expiry_us = options->expiry_us,
    .probe = options->common.probe,
  };

  self->loop = weir_loop_new_attached (g_main_context_get_thread_default (), G_PRIORITY_DEFAULT, error);
  if (self->loop == NULL)
    return NULL;
  self->own_key = weir_secret_new_uuid ();
  self->registry = weir_registry_new (options->expiry_us);
  self->channels = weir_channel_table_new (&channels, self->registry, error);
  if (self->channels == NULL)
    return NULL;
  self->router = router_new (self, options);
  self->telemetry = weir_telemetry_new (self->loop, check_stopped, self);
  if (!serve_http (self, options, error) || !listen_at (self, options, error))
    return NULL;
  self->point = point_new (self, options);
  return g_steal_pointer (&self);
}

void
weir_engine_free (WeirEngine *self)
{
  self->stopped = NULL;
  weir_timer_clear (&self->stop_timer);
  g_clear_pointer (&self->point, weir_engine_point_free);
  g_clear_pointer (&self->web, weir_web_free);
  g_clear_pointer (&self->listener, weir_listener_free);
  g_clear_pointer (&self->telemetry, weir_telemetry_free);
  g_clear_pointer (&self->router, weir_router_free);
  g_clear_pointer (&self->channels, weir_channel_table_free);
  g_clear_object (&self->registry);
  g_clear_pointer (&self->loop, weir_loop_unref);
  g_free (self->url);
  g_free (self->own_key);
  g_free (self);
}

const char *
weir_engine_get_url (WeirEngine *self)
{
  return self->url;
}

const char *
weir_engine_get_http_url (WeirEngine *self)
{
  return self->web != NULL ? weir_web_get_url (self->web) : NULL;
}
