/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-engine-point.h"

#include "weir-listener.h"

/* As often as the registry wants to look at its clock. */
#define TICK_US (250 * 1000)

struct _WeirEnginePoint
{
  WeirLoop *loop;
  WeirRegistry *registry;
  WeirChannelTable *channels;
  WeirRouter *router;
  WeirWorker *worker;
  WeirPoint *point;
  WeirTimer *tick;
  WeirTimer *stop_timer;
  void (*stopped) (gpointer user_data); /* nullable */
  gpointer stopped_data;
};

/* --- what the point wants of the engine --- */

static void
add_tap (gpointer host, guint32 n, WeirTap *tap, gboolean history)
{
  WeirEnginePoint *self = host;
  WeirDataThread *thread = weir_channel_table_get_thread (self->channels, n);

  if (thread != NULL)
    weir_data_thread_add_tap (thread, n, tap, history);
}

static void
remove_tap (gpointer host, guint32 n, WeirTap *tap)
{
  WeirEnginePoint *self = host;
  WeirDataThread *thread = weir_channel_table_get_thread (self->channels, n);

  if (thread != NULL)
    weir_data_thread_remove_tap (thread, n, tap);
}

static void
mark_internal (gpointer host, guint32 n)
{
  WeirEnginePoint *self = host;
  WeirDataThread *thread = weir_channel_table_get_thread (self->channels, n);

  if (thread != NULL)
    weir_data_thread_set_internal (thread, n);
}

static void
set_interval (gpointer host, guint interval_ms)
{
  WeirEnginePoint *self = host;

  weir_channel_table_set_interval (self->channels, interval_ms);
}

static char *
dup_access_key (gpointer host, const char *channel_id)
{
  WeirEnginePoint *self = host;

  return weir_channel_table_dup_key (self->channels, channel_id);
}

static char *
dup_worker_name (gpointer host, const char *worker_id)
{
  WeirEnginePoint *self = host;

  return g_strdup (weir_router_get_worker_name (self->router, worker_id));
}

static gboolean
shape (gpointer host, guint32 n, guint ticket, gboolean is_held, guint64 rate, const char *by)
{
  WeirEnginePoint *self = host;
  WeirDataThread *thread = weir_channel_table_get_thread (self->channels, n);

  if (thread != NULL)
    weir_data_thread_shape (thread, n, ticket, is_held, rate, by);
  return thread != NULL;
}

static gboolean
inject (gpointer host, guint32 n, guint ticket, gboolean is_text, GBytes *payload, const char *by)
{
  WeirEnginePoint *self = host;
  WeirDataThread *thread = weir_channel_table_get_thread (self->channels, n);

  if (thread != NULL)
    weir_data_thread_inject (thread, n, ticket, is_text, payload, by);
  return thread != NULL;
}

static gboolean
dismiss (gpointer host, guint32 n, guint ticket, WeirSide side, const char *by)
{
  WeirEnginePoint *self = host;
  WeirDataThread *thread = weir_channel_table_get_thread (self->channels, n);

  if (thread != NULL)
    weir_data_thread_dismiss (thread, n, ticket, side, by);
  return thread != NULL;
}

static const WeirPointHost point_host = {
  .add_tap = add_tap,
  .remove_tap = remove_tap,
  .mark_internal = mark_internal,
  .set_interval = set_interval,
  .dup_access_key = dup_access_key,
  .dup_worker_name = dup_worker_name,
  .shape = shape,
  .inject = inject,
  .dismiss = dismiss,
};

/* --- life --- */

static void
on_tick (gpointer data)
{
  WeirEnginePoint *self = data;
  gint64 now_us = weir_loop_now_us (self->loop);

  weir_registry_tick (self->registry, now_us);
  self->tick = weir_loop_add_timer (self->loop, now_us + TICK_US, on_tick, self);
}

/* Where the engine reaches itself: what listens everywhere is not an address to connect to. */
static char *
dup_own_url (const char *url)
{
  if (g_str_has_prefix (url, "ws://0.0.0.0:"))
    return g_strdup_printf ("ws://127.0.0.1:%s", strrchr (url, ':') + 1);
  if (g_str_has_prefix (url, "ws://[::]:"))
    return g_strdup_printf ("ws://[::1]:%s", strrchr (url, ':') + 1);
  return g_strdup (url);
}

WeirEnginePoint *
weir_engine_point_new (WeirLoop *loop, WeirRegistry *registry, WeirChannelTable *channels, WeirRouter *router,
                       const WeirEnginePointConfig *config)
{
  WeirEnginePoint *self = g_new0 (WeirEnginePoint, 1);
  g_autofree char *url = dup_own_url (config->url);
  WeirPointConfig point = {
    .mode = "engine",
    .listen = config->url,
    .name = config->name,
    .token = config->token,
    .owner_token = config->owner_token,
    .permits = config->permits,
  };
  const char *const headers[] = { WEIR_LISTENER_OWN_HEADER, config->own_key, NULL };

  self->loop = loop;
  self->registry = g_object_ref (registry);
  self->channels = channels;
  self->router = router;
  self->worker = weir_worker_new (url, "weir-point");
  weir_worker_set_description (self->worker, "Shows this engine's channels to Weir");
  if (config->token != NULL)
    weir_worker_set_token (self->worker, config->token);
  weir_worker_set_headers (self->worker, headers);
  self->point = weir_point_new (self->worker, registry, &point, &point_host, self);
  weir_router_reserve (router, weir_point_get_name (self->point)); /* before anybody can connect */
  g_info ("channels are shown by the point %s", weir_point_get_name (self->point));
  weir_worker_start (self->worker);
  self->tick = weir_loop_add_timer (loop, g_get_monotonic_time () + TICK_US, on_tick, self);
  return self;
}

static void
leave (gpointer user_data)
{
  WeirEnginePoint *self = user_data;
  void (*stopped) (gpointer user_data) = g_steal_pointer (&self->stopped);

  if (stopped == NULL) /* the time was over before the feeds were */
    return;
  weir_timer_clear (&self->stop_timer);
  weir_worker_stop (self->worker);
  stopped (self->stopped_data);
}

static void
on_stop_timer (gpointer data)
{
  WeirEnginePoint *self = data;

  self->stop_timer = NULL;
  leave (self);
}

void
weir_engine_point_stop (WeirEnginePoint *self, gint64 timeout_us, void (*stopped) (gpointer user_data),
                        gpointer user_data)
{
  self->stopped = stopped;
  self->stopped_data = user_data;
  self->stop_timer = weir_loop_add_timer (self->loop, weir_loop_now_us (self->loop) + timeout_us, on_stop_timer, self);
  weir_point_stop (self->point, leave, self);
}

void
weir_engine_point_free (WeirEnginePoint *self)
{
  weir_timer_clear (&self->tick);
  weir_timer_clear (&self->stop_timer);
  g_clear_object (&self->point);
  weir_worker_stop (self->worker);
  g_clear_object (&self->worker);
  g_clear_object (&self->registry);
  g_free (self);
}
