/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-engine-point.h"

#include "weir-listener.h"

struct _WeirEnginePoint
{
  WeirChannelTable *channels;
  WeirRouter *router;
  WeirOwnPoint *own;
};

/* --- what the point wants of the engine --- */

static WeirChannelDoor *
get_door (gpointer host, guint32 n)
{
  WeirEnginePoint *self = host;

  return weir_channel_table_get_door (self->channels, n);
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

static const WeirPointHost point_host = {
  .get_door = get_door,
  .set_interval = set_interval,
  .dup_access_key = dup_access_key,
  .dup_worker_name = dup_worker_name,
};

/* --- life --- */

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
  const char *const headers[] = { WEIR_LISTENER_OWN_HEADER, config->own_key, NULL };
  WeirOwnPointConfig own = {
    .url = url,
    .token = config->token,
    .headers = headers,
    .worker_name = "weir-point",
    .description = "Shows this engine's channels to Weir",
    .point = {
      .mode = "engine",
      .listen = config->url,
      .name = config->name,
      .token = config->token,
      .owner_token = config->owner_token,
      .permits = config->permits,
    },
  };

  self->channels = channels;
  self->router = router;
  self->own = weir_own_point_new (loop, registry, &own, &point_host, self);
  weir_router_reserve (router, weir_own_point_get_name (self->own)); /* before anybody can connect */
  weir_own_point_start (self->own);
  return self;
}

void
weir_engine_point_stop (WeirEnginePoint *self, gint64 timeout_us, void (*stopped) (gpointer user_data),
                        gpointer user_data)
{
  weir_own_point_stop (self->own, timeout_us, stopped, user_data);
}

void
weir_engine_point_free (WeirEnginePoint *self)
{
  weir_own_point_free (self->own);
  g_free (self);
}
