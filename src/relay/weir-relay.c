/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-relay.h"

#include "weir-close.h"
#include "weir-door.h"
#include "weir-relay-gate.h"
#include "weir-relay-point.h"
#include "weir-secret.h"
#include "weir-upstream-watch.h"

/* A stop takes at most this long for the point's feeds, and as long again for everything else. */
#define STOP_TIMEOUT_US G_USEC_PER_SEC

/* After this time the stock engine forgets a channel whose end was never taken (§5.8 of the protocol notes). */
#define EXPIRY_US (5 * 60 * G_USEC_PER_SEC)

G_DEFINE_QUARK (weir_relay_error_quark, weir_relay_error)

struct _WeirRelay
{
  const WeirUpstream *upstream;
  WeirLoop *loop;
  WeirRegistry *registry;
  WeirRelayChannels *channels;
  WeirRelayCalls *calls;
  WeirRelayGate *gate;
  WeirRelayPointData point_data;
  WeirOwnPoint *point;
  WeirUpstreamWatch *upstream_watch;
  void (*stopped) (gpointer user_data); /* nullable */
  gpointer stopped_data;
};

/* --- links --- */

static void
gate_opened (const WeirRoute *route, GIOStream *worker, GBytes *worker_early, GIOStream *upstream,
             GBytes *upstream_early, gpointer user_data)
{
  WeirRelay *self = user_data;
  guint32 link = weir_relay_channels_open_link (self->channels, route, worker, worker_early, upstream, upstream_early);

  if (route->kind == WEIR_LINK_MAIN)
    weir_relay_calls_add_worker (self->calls, link);
}

static void
link_message (const WeirLinkMessage *message, gpointer user_data)
{
  WeirRelay *self = user_data;

  weir_relay_calls_read (self->calls, message);
}

static void
link_ended (guint32 link, gpointer user_data)
{
  WeirRelay *self = user_data;

  weir_relay_calls_remove_worker (self->calls, link);
}

static const WeirRelayChannelsEvents channels_events = {
  .message = link_message,
  .link_ended = link_ended,
};

/* --- stopping --- */

static void
channels_stopped (gpointer user_data)
{
  WeirRelay *self = user_data;
  void (*stopped) (gpointer user_data) = g_steal_pointer (&self->stopped);

  if (stopped != NULL)
    stopped (self->stopped_data);
}

/* Observers have been told; now everybody else. */
static void
feeds_ended (gpointer user_data)
{
  WeirRelay *self = user_data;

  g_clear_pointer (&self->gate, weir_relay_gate_free);
  weir_relay_channels_stop (self->channels, WEIR_CLOSE_GOING_AWAY, WEIR_REASON_RELAY_STOPPING, STOP_TIMEOUT_US,
                            channels_stopped, self);
}

void
weir_relay_stop (WeirRelay *self, void (*stopped) (gpointer user_data), gpointer user_data)
{
  g_return_if_fail (self->stopped == NULL);

  g_clear_pointer (&self->upstream_watch, weir_upstream_watch_free);
  self->stopped = stopped;
  self->stopped_data = user_data;
  weir_own_point_stop (self->point, STOP_TIMEOUT_US, feeds_ended, self);
}

/* --- life --- */

static gboolean
open_gate (WeirRelay *self, const WeirRelayOptions *options, GError **error)
{
  WeirRelayGateConfig config = {
    .listen = options->common.listen,
    .token = options->common.token,
    .is_engine_token = weir_secret_equal (options->common.token, options->upstream_token),
    .origins = (const char *const *) options->common.origins,
    .upstream = options->upstream,
    .handshake_us = WEIR_DOOR_HANDSHAKE_US,
  };

  self->gate = weir_relay_gate_new (&config, gate_opened, self, error);
  return self->gate != NULL;
}

static WeirRelayChannels *
channels_new (WeirRelay *self, const WeirRelayOptions *options, GError **error)
{
  WeirRelayChannelsConfig config = {
    .n_threads = options->common.n_threads,
    .memory_bytes = options->common.memory_bytes,
    .expiry_us = EXPIRY_US,
    .probe = options->common.probe,
    .mend = options->mend,
    .tls = options->upstream->is_tls,
  };

  return weir_relay_channels_new (&config, self->registry, &channels_events, self, error);
}

static void
engine_news (WeirEngineNews news, gpointer user_data)
{
  WeirRelay *self = user_data;

  weir_relay_channels_note_engine (self->channels, news);
}

/* Directly, not through itself: its feeds are nobody's channels. */
static void
start_point (WeirRelay *self, const WeirRelayOptions *options)
{
  WeirOwnPointConfig config = {
    .url = options->upstream->url,
    .token = options->upstream_token,
    .description = "Shows the channels that pass this relay to Weir",
    .point = {
      .mode = "relay",
      .listen = weir_relay_gate_get_url (self->gate),
      .upstream = options->upstream->shown_url,
      .name = options->common.name,
      .token = options->common.token,
      .owner_token = options->common.point_token,
      .permits = weir_server_options_get_permits (&options->common, weir_relay_gate_is_loopback (self->gate)),
    },
  };

  self->point_data = (WeirRelayPointData){ self->channels, self->calls };
  self->point = weir_own_point_new (self->loop, self->registry, &config, &weir_relay_point_host, &self->point_data);
  self->upstream_watch =
      weir_upstream_watch_new (self->upstream, weir_own_point_get_worker (self->point), engine_news, self);
  weir_own_point_start (self->point);
}

/* Whoever listens on a loopback address answers on `localhost`, and what listens everywhere on all of them. */
static gboolean
is_same_door (const WeirUpstream *upstream, const char *url)
{
  g_autoptr (GUri) own = g_uri_parse (url, G_URI_FLAGS_NONE, NULL);
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (upstream->host);
  gboolean is_near = address != NULL ? g_inet_address_get_is_loopback (address) || g_inet_address_get_is_any (address)
                                     : g_str_equal (upstream->host, "localhost");

  return !upstream->is_tls && g_uri_get_port (own) == upstream->port &&
         (is_near || g_str_equal (g_uri_get_host (own), upstream->host));
}

WeirRelay *
weir_relay_new (const WeirRelayOptions *options, GError **error)
{
  g_autoptr (WeirRelay) self = g_new0 (WeirRelay, 1);

  self->upstream = options->upstream;
  self->loop = weir_loop_new_attached (g_main_context_get_thread_default (), G_PRIORITY_DEFAULT, error);
  if (self->loop == NULL)
    return NULL;
  self->registry = weir_registry_new (EXPIRY_US);
  weir_registry_set_expires_by_age (self->registry, TRUE);
  self->channels = channels_new (self, options, error);
  if (self->channels == NULL)
    return NULL;
  self->calls = weir_relay_calls_new (self->channels, self->registry);
  if (!open_gate (self, options, error))
    return NULL;
  if (is_same_door (options->upstream, weir_relay_gate_get_url (self->gate)))
    {
      g_set_error (error, WEIR_RELAY_ERROR, WEIR_RELAY_ERROR_OWN_UPSTREAM,
                   "%s is where this relay itself listens: --upstream has to lead to an engine",
                   options->upstream->shown_url);
      return NULL;
    }
  start_point (self, options);
  return g_steal_pointer (&self);
}

void
weir_relay_free (WeirRelay *self)
{
  self->stopped = NULL;
  g_clear_pointer (&self->upstream_watch, weir_upstream_watch_free);
  g_clear_pointer (&self->point, weir_own_point_free);
  g_clear_pointer (&self->gate, weir_relay_gate_free);
  g_clear_pointer (&self->channels, weir_relay_channels_free);
  g_clear_pointer (&self->calls, weir_relay_calls_free);
  g_clear_object (&self->registry);
  g_clear_pointer (&self->loop, weir_loop_unref);
  g_free (self);
}

const char *
weir_relay_get_url (WeirRelay *self)
{
  return weir_relay_gate_get_url (self->gate);
}

gboolean
weir_relay_is_loopback (WeirRelay *self)
{
  return weir_relay_gate_is_loopback (self->gate);
}
