/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-relay-channels.h"

#include "weir-secret.h"

typedef struct
{
  guint32 n;
  char *id;
  char *key; /* secret */
} Channel;

struct _WeirRelayChannels
{
  WeirRelayChannelsConfig config;
  WeirRegistry *registry;
  const WeirRelayChannelsEvents *events;
  gpointer user_data;
  WeirBudget *budget;
  GPtrArray *threads;
  GHashTable *by_id; /* id → Channel */
  guint32 last_link;
  guint n_links;
  gboolean is_stopping;
  void (*stopped) (gpointer user_data);
  gpointer stopped_data;
};

static void
channel_free (gpointer data)
{
  Channel *channel = data;

  g_free (channel->id);
  g_free (channel->key);
  g_free (channel);
}

/* --- what the threads say --- */

static void
log_event (WeirRelayChannels *self, const WeirPipeEvent *event)
{
  const WeirChannelInfo *info = weir_registry_get (self->registry, event->n);

  if (info == NULL)
    return;
  if (event->type == WEIR_PIPE_CONNECTED)
    g_info ("channel %.8s: its %s connected", info->channel_id, weir_side_to_string (event->side));
  else if (event->type == WEIR_PIPE_REFUSED)
    g_message ("channel %.8s: a second %s came; the engine has one for good", info->channel_id,
               weir_side_to_string (event->side));
  else if (event->type == WEIR_PIPE_LEFT && event->violation != NULL)
    g_message ("channel %.8s: its %s broke the protocol: %s", info->channel_id, weir_side_to_string (event->side),
               event->violation);
  else if (event->type == WEIR_PIPE_LEFT)
    g_info ("channel %.8s: its %s left%s", info->channel_id, weir_side_to_string (event->side),
            event->is_clean ? "" : " without a close");
}

static void
thread_event (const WeirPipeEvent *event, gpointer user_data)
{
  WeirRelayChannels *self = user_data;

  log_event (self, event);
  weir_registry_note_event (self->registry, event);
}

static void
thread_meters (const WeirMeterRow *rows, guint n_rows, gint64 now_us, gpointer user_data)
{
  WeirRelayChannels *self = user_data;

  weir_registry_note_meters (self->registry, rows, n_rows, now_us);
}

static void
thread_message (const WeirLinkMessage *message, gpointer user_data)
{
  WeirRelayChannels *self = user_data;

  self->events->message (message, self->user_data);
}

static void
thread_link_ended (guint32 link, WeirLinkEnd how, gpointer user_data)
{
  WeirRelayChannels *self = user_data;

  self->n_links--;
  self->events->link_ended (link, self->user_data);
}

static void
thread_stopped (WeirRelayThread *thread, gpointer user_data)
{
  WeirRelayChannels *self = user_data;

  g_ptr_array_remove_fast (self->threads, thread);
  if (self->threads->len == 0)
    self->stopped (self->stopped_data);
}

static const WeirRelayEvents thread_events = {
  .event = thread_event,
  .meters = thread_meters,
  .message = thread_message,
  .link_ended = thread_link_ended,
  .stopped = thread_stopped,
};

static WeirRelayThread *
choose_thread (WeirRelayChannels *self, const char *channel_id)
{
  return self->threads->pdata[g_str_hash (channel_id) % self->threads->len];
}

static void
forgotten_cb (WeirRegistry *registry, guint n, const char *channel_id, WeirRelayChannels *self)
{
  if (!self->is_stopping)
    weir_channel_door_forget (weir_relay_thread_get_door (choose_thread (self, channel_id)), n);
  g_hash_table_remove (self->by_id, channel_id);
}

/* --- life --- */

static gboolean
start_threads (WeirRelayChannels *self, GError **error)
{
  GMainContext *control = g_main_context_get_thread_default ();
  WeirRelayConfig config = {
    .budget = self->budget,
    .probe = self->config.probe,
    .mend = self->config.mend,
    .tls = self->config.tls,
  };

  for (guint i = 0; i < self->config.n_threads; i++)
    {
      g_autofree char *name = g_strdup_printf ("weir-relay-%u", i);
      WeirRelayThread *thread = weir_relay_thread_new (
          name, &config, control != NULL ? control : g_main_context_default (), &thread_events, self, error);

      if (thread == NULL)
        return FALSE;
      g_ptr_array_add (self->threads, thread);
    }
  return TRUE;
}

WeirRelayChannels *
weir_relay_channels_new (const WeirRelayChannelsConfig *config, WeirRegistry *registry,
                         const WeirRelayChannelsEvents *events, gpointer user_data, GError **error)
{
  g_autoptr (WeirRelayChannels) self = g_new0 (WeirRelayChannels, 1);

  self->config = *config;
  self->registry = g_object_ref (registry);
  self->events = events;
  self->user_data = user_data;
  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, channel_free);
  self->threads = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_relay_thread_free);
  self->budget = weir_budget_new (config->memory_bytes);
  g_signal_connect (registry, "forgotten", G_CALLBACK (forgotten_cb), self);
  return start_threads (self, error) ? g_steal_pointer (&self) : NULL;
}

void
weir_relay_channels_stop (WeirRelayChannels *self, guint16 code, const char *reason, gint64 timeout_us,
                          void (*stopped) (gpointer user_data), gpointer user_data)
{
  self->is_stopping = TRUE;
  self->stopped = stopped;
  self->stopped_data = user_data;
  for (guint i = 0; i < self->threads->len; i++)
    weir_relay_thread_stop (self->threads->pdata[i], code, reason, timeout_us);
}

void
weir_relay_channels_free (WeirRelayChannels *self)
{
  g_signal_handlers_disconnect_by_data (self->registry, self);
  g_ptr_array_unref (self->threads);
  g_hash_table_unref (self->by_id);
  weir_budget_unref (self->budget);
  g_object_unref (self->registry);
  g_free (self);
}

/* --- channels --- */

guint32
weir_relay_channels_add (WeirRelayChannels *self, WeirChannelInfo *info, const char *access_key, WeirPresence writer,
                         WeirPresence reader)
{
  Channel *channel;
  WeirRelayChannelConfig config = {
    .writer = writer,
    .reader = reader,
    .expiry_us = self->config.expiry_us,
    .keep_history = TRUE,
  };

  if (g_hash_table_size (self->by_id) >= WEIR_RELAY_CHANNELS_MAX || self->is_stopping)
    {
      weir_channel_info_free (info);
      return 0;
    }
  channel = g_new0 (Channel, 1);
  channel->id = g_strdup (info->channel_id);
  channel->key = g_strdup (access_key);
  channel->n = config.n = weir_registry_add (self->registry, info, g_get_monotonic_time ());
  g_hash_table_replace (self->by_id, channel->id, channel);
  weir_registry_note_presence (self->registry, channel->n, WEIR_SIDE_WRITER, writer);
  weir_registry_note_presence (self->registry, channel->n, WEIR_SIDE_READER, reader);
  weir_relay_thread_open_channel (choose_thread (self, channel->id), &config);
  return channel->n;
}

guint32
weir_relay_channels_lookup (WeirRelayChannels *self, const char *channel_id, const char *access_key)
{
  const Channel *channel = g_hash_table_lookup (self->by_id, channel_id);

  if (channel == NULL || (access_key != NULL && !weir_secret_equal (channel->key, access_key)))
    return 0;
  return channel->n;
}

/* Whose channel it is, also after its end; NULL: it is not remembered. */
static WeirRelayThread *
find_thread (WeirRelayChannels *self, guint32 n)
{
  const WeirChannelInfo *info = weir_registry_get (self->registry, n);

  return info != NULL && !self->is_stopping ? choose_thread (self, info->channel_id) : NULL;
}

void
weir_relay_channels_set_presence (WeirRelayChannels *self, guint32 n, WeirSide side, WeirPresence presence)
{
  WeirRelayThread *thread = find_thread (self, n);

  if (thread == NULL)
    return;
  weir_relay_thread_set_presence (thread, n, side, presence);
  weir_registry_note_presence (self->registry, n, side, presence);
}

WeirChannelDoor *
weir_relay_channels_get_door (WeirRelayChannels *self, guint32 n)
{
  WeirRelayThread *thread = find_thread (self, n);

  return thread != NULL ? weir_relay_thread_get_door (thread) : NULL;
}

char *
weir_relay_channels_dup_key (WeirRelayChannels *self, const char *channel_id)
{
  const Channel *channel = g_hash_table_lookup (self->by_id, channel_id);

  return channel != NULL ? g_strdup (channel->key) : NULL;
}

void
weir_relay_channels_set_interval (WeirRelayChannels *self, guint interval_ms)
{
  for (guint i = 0; i < self->threads->len; i++)
    weir_channel_door_set_interval (weir_relay_thread_get_door (self->threads->pdata[i]), interval_ms);
}

void
weir_relay_channels_note_engine (WeirRelayChannels *self, WeirEngineNews news)
{
  for (guint i = 0; i < self->threads->len && !self->is_stopping; i++)
    weir_relay_thread_note_engine (self->threads->pdata[i], news);
}

/* --- links --- */

/* The engine has let it in, so this is a channel, if one whose ref did not pass here. */
static guint32
find_or_add (WeirRelayChannels *self, const WeirRoute *route)
{
  guint32 n = weir_relay_channels_lookup (self, route->channel_id, NULL);

  if (n != 0)
    return n;
  return weir_relay_channels_add (self, weir_channel_info_new (route->channel_id), route->access_key,
                                  WEIR_PRESENCE_UNKNOWN, WEIR_PRESENCE_UNKNOWN);
}

guint32
weir_relay_channels_open_link (WeirRelayChannels *self, const WeirRoute *route, GIOStream *worker, GBytes *worker_early,
                               GIOStream *upstream, GBytes *upstream_early)
{
  WeirLinkConfig link = {
    .kind = route->kind,
    .side = route->direction == WEIR_DIRECTION_READ ? WEIR_SIDE_READER : WEIR_SIDE_WRITER,
    .worker = worker,
    .worker_early = worker_early,
    .upstream = upstream,
    .upstream_early = upstream_early,
  };
  WeirRelayThread *thread;

  if (++self->last_link == 0) /* after four thousand million of them */
    self->last_link = 1;
  link.link = self->last_link;
  if (route->kind == WEIR_LINK_CHANNEL)
    {
      link.n = find_or_add (self, route);
      thread = choose_thread (self, route->channel_id);
    }
  else
    thread = self->threads->pdata[link.link % self->threads->len];
  self->n_links++;
  weir_relay_thread_open_link (thread, &link);
  return link.link;
}

guint
weir_relay_channels_get_n_links (WeirRelayChannels *self)
{
  return self->n_links;
}
