/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-ref.h"
#include "weir-registry.h"
#include "weir-relay-thread.h"
#include "weir-route.h"

/* The channels whose refs or ends have passed this relay, by id, and the threads that move their bytes. A channel stays
 * here as long as the registry lists it, so that a late end is still that channel's. Control thread. */

G_BEGIN_DECLS

/* Channels at once; more pass as well, and are not seen. */
#define WEIR_RELAY_CHANNELS_MAX 100000

typedef struct
{
  guint n_threads;
  guint64 memory_bytes; /* for histories */
  gint64 expiry_us;     /* of the engine: an end that was never taken for so long ends a channel */
  gboolean probe;
  gboolean mend;
  gboolean tls;
} WeirRelayChannelsConfig;

typedef struct
{
  /* Of a main link, see WeirRelayEvents. */
  void (*message) (const WeirLinkMessage *message, gpointer user_data);
  void (*link_ended) (guint32 link, gpointer user_data);
} WeirRelayChannelsEvents;

typedef struct _WeirRelayChannels WeirRelayChannels;

WeirRelayChannels *weir_relay_channels_new (const WeirRelayChannelsConfig *config, WeirRegistry *registry,
                                            const WeirRelayChannelsEvents *events, gpointer user_data, GError **error);
void weir_relay_channels_free (WeirRelayChannels *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirRelayChannels, weir_relay_channels_free)

/* Closes every link; @stopped: when that is done. */
void weir_relay_channels_stop (WeirRelayChannels *self, guint16 code, const char *reason, gint64 timeout_us,
                               void (*stopped) (gpointer user_data), gpointer user_data);

/* A channel of which something is known for the first time. @info: (transfer full): with its id. 0: there are too many.
 */
guint32 weir_relay_channels_add (WeirRelayChannels *self, WeirChannelInfo *info, const char *access_key,
                                 WeirPresence writer, WeirPresence reader);

/* 0: unknown, or its key is another. @access_key: (nullable): any will do. */
guint32 weir_relay_channels_lookup (WeirRelayChannels *self, const char *channel_id, const char *access_key);

void weir_relay_channels_set_presence (WeirRelayChannels *self, guint32 n, WeirSide side, WeirPresence presence);

/* Returns the link's number. Streams and early bytes are (transfer full). */
guint32 weir_relay_channels_open_link (WeirRelayChannels *self, const WeirRoute *route, GIOStream *worker,
                                       GBytes *worker_early, GIOStream *upstream, GBytes *upstream_early);

/* Of the thread whose channel it is, also after its end; NULL: it is not remembered. (transfer none) */
WeirChannelDoor *weir_relay_channels_get_door (WeirRelayChannels *self, guint32 n);
char *weir_relay_channels_dup_key (WeirRelayChannels *self, const char *channel_id);
void weir_relay_channels_set_interval (WeirRelayChannels *self, guint interval_ms);

/* What has become of the engine. */
void weir_relay_channels_note_engine (WeirRelayChannels *self, WeirEngineNews news);

/* Links of workers, and of ends of channels, that are open. */
guint weir_relay_channels_get_n_links (WeirRelayChannels *self);

G_END_DECLS
