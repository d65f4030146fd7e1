/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-listener.h"

#include "weir-door.h"
#include "weir-handshake.h"
#include "weir-ref.h"
#include "weir-secret.h"

#define CHANNEL_PATH "/ws/channels/"

struct _WeirListener
{
  char *token;
  char *own_key;
  char **origins;
  const WeirListenerEvents *events;
  gpointer user_data;
  WeirDoor *door;
  SoupServer *server;
  GHashTable *by_remote; /* GSocketAddress → WeirGreeting: those that libsoup has */
};

typedef enum
{
  ROUTE_WORKER,
  ROUTE_TELEMETRY,
  ROUTE_CHANNEL,
} Route;

/* A request on its way through its handshake; belongs to its message. */
typedef struct
{
  WeirListener *self;
  GSocketAddress *remote; /* borrowed of the message */
  Route route;
  gboolean is_own; /* a worker: the engine's own */
  guint32 n;
  WeirSide side;
} Arrival;

/* --- greetings --- */

static void
release (WeirListener *self, WeirGreeting *greeting)
{
  g_hash_table_remove (self->by_remote, greeting->remote);
  weir_door_release (self->door, greeting);
}

static void
greeting_ready (WeirGreeting *greeting, gpointer user_data)
{
  WeirListener *self = user_data;
  g_autoptr (GSocketAddress) local = g_socket_connection_get_local_address (greeting->connection, NULL);
  g_autoptr (GError) error = NULL;

  g_hash_table_replace (self->by_remote, greeting->remote, greeting);
  if (local == NULL ||
      !soup_server_accept_iostream (self->server, G_IO_STREAM (greeting->connection), local, greeting->remote, &error))
    release (self, greeting);
}

static void
greeting_gone (WeirGreeting *greeting, gpointer user_data)
{
  WeirListener *self = user_data;

  g_hash_table_remove (self->by_remote, greeting->remote);
}

static const WeirDoorEvents door_events = {
  .ready = greeting_ready,
  .gone = greeting_gone,
};

/* --- requests --- */

/* Ids are UUIDs here; other engines' are not much longer. */
static gboolean
is_id (const char *text)
{
  gsize len = strspn (text, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_");

  return len > 0 && len <= 64 && text[len] == '\0';
}

static void
answer (SoupServerMessage *message, guint status, const char *why)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_COPY, why, strlen (why));
}

static void
refuse (SoupServerMessage *message, const char *peer, guint status, const char *why)
{
  g_message ("%s: refused with HTTP %u: %s", peer, status, why);
  answer (message, status, why);
}

/* Whether the id or the key is wrong is for the log: a peer that guesses learns nothing. */
static void
refuse_channel (SoupServerMessage *message, const char *peer, const char *id, gboolean has_id)
{
  if (has_id)
    g_message ("%s: refused with HTTP 404: Channel not found: channel %s is there, but this is not its key", peer, id);
  else if (is_id (id))
    g_message ("%s: refused with HTTP 404: Channel not found: there is no channel %s, or no longer", peer, id);
  else /* who knows what has got into it */
    g_message ("%s: refused with HTTP 404: Channel not found: what it names is no channel's id", peer);
  answer (message, SOUP_STATUS_NOT_FOUND, "Channel not found");
}

static void
pass_on (WeirListener *self, const Arrival *arrival, GIOStream *stream, GBytes *early)
{
  if (arrival->route == ROUTE_WORKER)
    self->events->worker (stream, early, arrival->is_own, self->user_data);
  else if (arrival->route == ROUTE_TELEMETRY)
    self->events->telemetry (stream, early, self->user_data);
  else
    self->events->channel (arrival->n, arrival->side, stream, early, self->user_data);
}

static void
on_arrived (GIOStream *stream, GBytes *early, gpointer user_data)
{
  Arrival arrival = *(Arrival *) user_data;
  WeirListener *self = arrival.self;
  WeirGreeting *greeting;

  if (stream == NULL) /* the peer was lost; its greeting ends with the request, or in time */
    return;
  greeting = g_hash_table_lookup (self->by_remote, arrival.remote);
  if (greeting == NULL) /* given up meanwhile, and shut: a stream without its socket is of no use to a data thread */
    {
      g_object_unref (stream);
      return;
    }
  /* libsoup sets this on streams it has accepted itself; it is how the connection finds its socket. */
  g_object_set_data_full (G_OBJECT (stream), "GSocket",
                          g_object_ref (g_socket_connection_get_socket (greeting->connection)), g_object_unref);
  release (self, greeting);
  pass_on (self, &arrival, stream, early);
}

static void
accept_request (WeirListener *self, SoupServerMessage *message, const char *peer, const Arrival *arrival)
{
  Arrival *own = g_memdup2 (arrival, sizeof *arrival);

  g_object_set_data_full (G_OBJECT (message), "weir-arrival", own, g_free);
  if (!weir_handshake_accept (message, on_arrived, own))
    g_message ("%s: refused with HTTP %u: it is no WebSocket handshake", peer,
               soup_server_message_get_status (message));
}

static void
route_channel (WeirListener *self, SoupServerMessage *message, const char *peer, const char *id, GHashTable *query,
               Arrival *arrival)
{
  const char *key = query != NULL ? g_hash_table_lookup (query, "key") : NULL;
  const char *dir = query != NULL ? g_hash_table_lookup (query, "dir") : NULL;
  WeirDirection direction;
  gboolean has_id;

  if (key == NULL || dir == NULL || !weir_direction_from_string (dir, &direction))
    {
      refuse (message, peer, SOUP_STATUS_BAD_REQUEST, "A channel is opened with ?key=KEY&dir=read or &dir=write.");
      return;
    }
  if (!self->events->find_channel (id, key, &arrival->n, &has_id, self->user_data))
    {
      refuse_channel (message, peer, id, has_id);
      return;
    }
  arrival->route = ROUTE_CHANNEL;
  arrival->side = direction == WEIR_DIRECTION_READ ? WEIR_SIDE_READER : WEIR_SIDE_WRITER;
  accept_request (self, message, peer, arrival);
}

static void
route_worker (WeirListener *self, SoupServerMessage *message, const char *peer, GHashTable *query, Arrival *arrival)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *token = weir_handshake_find_token (headers, query);

  arrival->is_own = weir_secret_equal (self->own_key, soup_message_headers_get_one (headers, WEIR_LISTENER_OWN_HEADER));
  if (self->token == NULL || weir_secret_equal (self->token, token))
    {
      accept_request (self, message, peer, arrival);
      return;
    }
  refuse (message, peer, SOUP_STATUS_UNAUTHORIZED,
          token == NULL ? "This engine wants a token: put ?token=TOKEN behind the address that the worker connects to, "
                          "or send the header Authorization: Bearer TOKEN."
                        : "This is not the token that this engine wants.");
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "WWW-Authenticate", "Bearer");
}

/* SDKs put a channel's path behind the whole of the engine's address (§5.1 of the protocol notes). If that has a query,
 * as `/?token=TOKEN`, they ask for `/?token=TOKEN/ws/channels/ID?key=KEY&dir=read`. */
static const char *
find_path_in_query (SoupServerMessage *message, const char *path)
{
  const char *query = g_uri_get_query (soup_server_message_get_uri (message));

  return query != NULL && g_str_equal (path, "/") ? strstr (query, CHANNEL_PATH) : NULL;
}

static void
route_path_in_query (WeirListener *self, SoupServerMessage *message, const char *peer, const char *path,
                     Arrival *arrival)
{
  const char *mark = strchr (path, '?');
  g_autofree char *id = g_strndup (path + strlen (CHANNEL_PATH), strcspn (path + strlen (CHANNEL_PATH), "?"));
  g_autoptr (GHashTable) query = mark != NULL ? soup_form_decode (mark + 1) : NULL;

  route_channel (self, message, peer, id, query, arrival);
}

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  WeirListener *self = user_data;
  Arrival arrival = { .self = self, .remote = soup_server_message_get_remote_address (message) };
  WeirGreeting *greeting = g_hash_table_lookup (self->by_remote, arrival.remote);
  const char *peer = greeting != NULL ? greeting->peer : soup_server_message_get_remote_host (message);
  const char *origin = soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Origin");
  const char *path_in_query = find_path_in_query (message, path);

  if (!weir_handshake_origin_is_allowed (origin, (const char *const *) self->origins))
    refuse (message, peer, SOUP_STATUS_FORBIDDEN,
            "Pages of another origin may not connect; --allow-origin permits one.");
  else if (g_str_has_prefix (path, CHANNEL_PATH))
    route_channel (self, message, peer, path + strlen (CHANNEL_PATH), query, &arrival);
  else if (path_in_query != NULL)
    route_path_in_query (self, message, peer, path_in_query, &arrival);
  else if (g_str_equal (path, "/") || g_str_equal (path, "/otel"))
    {
      arrival.route = path[1] == '\0' ? ROUTE_WORKER : ROUTE_TELEMETRY;
      route_worker (self, message, peer, query, &arrival);
    }
  else
    refuse (message, peer, SOUP_STATUS_NOT_FOUND, "There are /, /otel and /ws/channels/ID here.");
  if (soup_server_message_get_status (message) == SOUP_STATUS_SWITCHING_PROTOCOLS)
    return;
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Connection", "close");
  self->events->refused (self->user_data);
}

/* A request that was answered, not upgraded; libsoup closes the connection. */
static void
on_finished (SoupServer *server, SoupServerMessage *message, gpointer user_data)
{
  WeirListener *self = user_data;
  WeirGreeting *greeting = g_hash_table_lookup (self->by_remote, soup_server_message_get_remote_address (message));

  if (greeting != NULL)
    release (self, greeting);
}

/* --- life --- */

WeirListener *
weir_listener_new (const WeirListenerConfig *config, const WeirListenerEvents *events, gpointer user_data,
                   GError **error)
{
  g_autoptr (WeirListener) self = g_new0 (WeirListener, 1);
  WeirDoorConfig door = {
    .listen = config->listen,
    .has_token = config->token != NULL,
    .handshake_us = config->handshake_us,
  };

  self->token = g_strdup (config->token);
  self->own_key = g_strdup (config->own_key);
  self->origins = g_strdupv ((char **) config->origins);
  self->events = events;
  self->user_data = user_data;
  self->by_remote = g_hash_table_new (NULL, NULL);
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, on_request, self, NULL);
  g_signal_connect (self->server, "request-finished", G_CALLBACK (on_finished), self);
  g_signal_connect (self->server, "request-aborted", G_CALLBACK (on_finished), self);
  self->door = weir_door_new (&door, &door_events, self, error);
  return self->door != NULL ? g_steal_pointer (&self) : NULL;
}

void
weir_listener_free (WeirListener *self)
{
  g_clear_pointer (&self->door, weir_door_free);
  if (self->server != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->server, self);
      soup_server_disconnect (self->server);
    }
  g_clear_object (&self->server);
  g_clear_pointer (&self->by_remote, g_hash_table_unref);
  g_free (self->token);
  g_free (self->own_key);
  g_strfreev (self->origins);
  g_free (self);
}

const char *
weir_listener_get_url (WeirListener *self)
{
  return weir_door_get_url (self->door);
}

gboolean
weir_listener_is_loopback (WeirListener *self)
{
  return weir_door_is_loopback (self->door);
}
