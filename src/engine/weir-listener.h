/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-data-thread.h"

/* The door of the engine: sockets, the HTTP in front of every WebSocket, who may come in. Routes are `/`, `/otel` and
 * `/ws/channels/ID` (§1.1 of the protocol notes). Control thread: the default context of the thread that starts it. */

G_BEGIN_DECLS

/* The header in which the engine's own worker gives the key that nobody else has. */
#define WEIR_LISTENER_OWN_HEADER "Weir-Own-Key"

typedef struct
{
  const char *listen;         /* HOST:PORT; HOST an address, or localhost for both loopbacks; port 0 picks one */
  const char *token;          /* nullable: for `/` and `/otel`; a channel's key is its own */
  const char *const *origins; /* nullable: allowed beside loopback ones */
  const char *own_key;        /* nullable: a worker that gives it is the engine's own */
  gint64 handshake_us;
} WeirListenerConfig;

typedef struct
{
  /* Connections after their handshake. @stream: (transfer full). @early: (nullable): what came with the handshake.
   * @is_own: it is the engine's own. */
  void (*worker) (GIOStream *stream, GBytes *early, gboolean is_own, gpointer user_data);
  void (*telemetry) (GIOStream *stream, GBytes *early, gpointer user_data);
  void (*channel) (guint32 n, WeirSide side, GIOStream *stream, GBytes *early, gpointer user_data);

  /* Somebody was answered with an error. */
  void (*refused) (gpointer user_data);

  /* The number of a channel; FALSE: unknown id or wrong key: @has_id tells, and the log only is told. */
  gboolean (*find_channel) (const char *id, const char *key, guint32 *n, gboolean *has_id, gpointer user_data);
} WeirListenerEvents;

typedef struct _WeirListener WeirListener;

/* Listens from now on. @config is copied. */
WeirListener *weir_listener_new (const WeirListenerConfig *config, const WeirListenerEvents *events, gpointer user_data,
                                 GError **error);
void weir_listener_free (WeirListener *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirListener, weir_listener_free)

/* `ws://HOST:PORT` with the port that was picked. */
const char *weir_listener_get_url (WeirListener *self);

/* Whether only this machine can reach it. */
gboolean weir_listener_is_loopback (WeirListener *self);

G_END_DECLS
