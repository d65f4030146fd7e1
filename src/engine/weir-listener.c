/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-listener.h"

#include <sys/resource.h>

#include "weir-greeting.h"
#include "weir-handshake.h"
#include "weir-ref.h"
#include "weir-secret.h"

#define CHANNEL_PATH "/ws/channels/"

/* Connections that the kernel holds for us while we are busy, or as many are at their handshake as may be; it has a
 * limit of its own, often this one. */
#define BACKLOG 4096

/* Descriptors that are kept free: accepting without one would spin. */
#define SPARE_DESCRIPTORS 32

/* How often another port is tried when port 0 was asked for and the one picked on 127.0.0.1 is taken on ::1. */
#define PORT_TRIES 16

G_DEFINE_QUARK (weir_listener_error_quark, weir_listener_error)

struct _WeirListener
{
  char *token;
  char *own_key;
  char **origins;
  gint64 handshake_us;
  const WeirListenerEvents *events;
  gpointer user_data;
  char *url;
  gboolean is_loopback;
  GSocketService *service;
  SoupServer *server;
  GQueue greetings;      /* WeirGreeting, oldest first */
  GHashTable *by_remote; /* GSocketAddress → WeirGreeting: those that libsoup has */
  GSource *timer;        /* for the greeting that is the next to be given up */
  gboolean is_full;      /* as many greetings as may be: nothing is accepted */
  guint n_displaced;     /* since the log was told */
  gint64 displaced_us;   /* when that was */
  guint max_fd;
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
drop_greeting (WeirListener *self, WeirGreeting *greeting)
{
  g_queue_unlink (&self->greetings, &greeting->link);
  g_hash_table_remove (self->by_remote, greeting->remote);
  weir_greeting_free (greeting);
}

static void
rearm (WeirListener *self)
{
  WeirGreeting *oldest = g_queue_peek_head (&self->greetings);
  gint64 next_us = oldest != NULL ? oldest->accepted_us + self->handshake_us : -1;

  for (GList *l = self->is_full ? self->greetings.head : NULL; l != NULL; l = l->next)
    {
      WeirGreeting *greeting = l->data;

      if (!greeting->is_handed_on)
        next_us = MIN (next_us, greeting->heard_us + WEIR_LISTENER_SILENCE_US);
    }
  g_source_set_ready_time (self->timer, next_us);
}

static void
count_displaced (WeirListener *self, guint n, gint64 now_us)
{
  self->n_displaced += n;
  if (self->n_displaced == 0 || now_us - self->displaced_us < G_USEC_PER_SEC)
    return; /* it comes in thousands, the log need not */
  g_message ("closed %u connections that said nothing, to make room for others: %u were at their handshake, which is "
             "as many as may be",
             self->n_displaced, WEIR_LISTENER_MAX_GREETINGS);
  self->n_displaced = 0;
  self->displaced_us = now_us;
}

static void
displace_silent (WeirListener *self)
{
  gint64 now_us = g_get_monotonic_time ();
  guint n = 0;
  GList *next;

  for (GList *l = self->greetings.head; l != NULL; l = next)
    {
      WeirGreeting *greeting = l->data;

      next = l->next;
      if (!weir_greeting_is_silent (greeting, now_us, WEIR_LISTENER_SILENCE_US))
        continue;
      weir_greeting_shut (greeting);
      drop_greeting (self, greeting);
      n++;
    }
  count_displaced (self, n, now_us);
}

/* After greetings came or went. The service is stopped from its own signal only: a connection that it has accepted
 * otherwise, but not handed out yet, would be lost. */
static void
review (WeirListener *self)
{
  gboolean was_full = self->is_full;

  if (self->greetings.length >= WEIR_LISTENER_MAX_GREETINGS)
    displace_silent (self);
  self->is_full = self->greetings.length >= WEIR_LISTENER_MAX_GREETINGS;
  if (was_full && !self->is_full)
    g_socket_service_start (self->service);
  else if (self->is_full && !was_full)
    g_socket_service_stop (self->service);
  rearm (self);
}

static gboolean
on_timer (gpointer user_data)
{
  WeirListener *self = user_data;
  gint64 now_us = g_get_monotonic_time ();
  WeirGreeting *oldest;

  while ((oldest = g_queue_peek_head (&self->greetings)) != NULL && oldest->accepted_us + self->handshake_us <= now_us)
    {
      g_message ("%s: closed, its handshake was not complete after %.3g s", oldest->peer,
                 (double) self->handshake_us / G_USEC_PER_SEC);
      weir_greeting_shut (oldest);
      drop_greeting (self, oldest);
    }
  review (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch_timer (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSourceFuncs timer_funcs = { .dispatch = dispatch_timer };

static void
greeting_ready (WeirGreeting *greeting, gpointer user_data)
{
  WeirListener *self = user_data;
  g_autoptr (GSocketAddress) local = g_socket_connection_get_local_address (greeting->connection, NULL);
  g_autoptr (GError) error = NULL;

  g_hash_table_replace (self->by_remote, greeting->remote, greeting);
  if (local == NULL ||
      !soup_server_accept_iostream (self->server, G_IO_STREAM (greeting->connection), local, greeting->remote, &error))
    {
      drop_greeting (self, greeting);
      review (self);
    }
}

static void
greeting_over (WeirGreeting *greeting, gpointer user_data)
{
  WeirListener *self = user_data;

  drop_greeting (self, greeting);
  review (self);
}

static const WeirGreetingEvents greeting_events = {
  .ready = greeting_ready,
  .over = greeting_over,
};

static gboolean
on_incoming (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer user_data)
{
  WeirListener *self = user_data;
  WeirGreeting *greeting;
  int fd = g_socket_get_fd (g_socket_connection_get_socket (connection));

  /* The kernel hands out the lowest free number, so this one tells how many are open. */
  if ((guint) fd + SPARE_DESCRIPTORS >= self->max_fd)
    {
      g_message ("refused a connection: %d files are open, and %u is the limit of this process", fd, self->max_fd);
      return TRUE;
    }
  greeting = weir_greeting_new (connection, &greeting_events, self);
  if (greeting == NULL)
    return TRUE;
  g_queue_push_tail_link (&self->greetings, &greeting->link);
  review (self);
  return TRUE;
}

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

/* (nullable): what the request gives for a token. */
static const char *
find_token (SoupServerMessage *message, GHashTable *query)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *authorization = soup_message_headers_get_one (headers, "Authorization");

  if (authorization != NULL && g_ascii_strncasecmp (authorization, "Bearer ", 7) == 0)
    return authorization + 7;
  return query != NULL ? g_hash_table_lookup (query, "token") : NULL;
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
  greeting_over (greeting, self);
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
  const char *token = find_token (message, query);

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
  g_auto (GStrv) parts = g_strsplit (path + strlen (CHANNEL_PATH), "?", 2);
  g_autoptr (GHashTable) query = parts[1] != NULL ? soup_form_decode (parts[1]) : NULL;

  route_channel (self, message, peer, parts[0], query, arrival);
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
  if (soup_server_message_get_status (message) != SOUP_STATUS_SWITCHING_PROTOCOLS)
    soup_message_headers_replace (soup_server_message_get_response_headers (message), "Connection", "close");
}

/* A request that was answered, not upgraded; libsoup closes the connection. */
static void
on_finished (SoupServer *server, SoupServerMessage *message, gpointer user_data)
{
  WeirListener *self = user_data;
  WeirGreeting *greeting = g_hash_table_lookup (self->by_remote, soup_server_message_get_remote_address (message));

  if (greeting != NULL)
    greeting_over (greeting, self);
}

/* --- addresses --- */

static gboolean
parse_listen (const char *listen, char **host, guint16 *port, GError **error)
{
  const char *colon = strrchr (listen, ':');
  guint64 number;

  if (colon != NULL && colon != listen && g_ascii_string_to_unsigned (colon + 1, 10, 0, G_MAXUINT16, &number, NULL))
    {
      gboolean is_bracketed = *listen == '[' && colon[-1] == ']';

      *host = is_bracketed ? g_strndup (listen + 1, (gsize) (colon - listen) - 2)
                           : g_strndup (listen, (gsize) (colon - listen));
      *port = (guint16) number;
      if (g_str_equal (*host, "localhost") ||
          (g_hostname_is_ip_address (*host) && is_bracketed == (strchr (*host, ':') != NULL)))
        return TRUE;
      g_clear_pointer (host, g_free);
    }
  g_set_error (error, WEIR_LISTENER_ERROR, WEIR_LISTENER_ERROR_ADDRESS,
               "“%s” is no address to listen at: give ADDRESS:PORT, as localhost:49134, 127.0.0.1:0 or [::1]:49134",
               listen);
  return FALSE;
}

static gboolean
is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = NULL;

  if (g_str_equal (host, "localhost"))
    return TRUE;
  address = g_inet_address_new_from_string (host);
  return g_inet_address_get_is_loopback (address);
}

/* Returns the port, 0 on failure. */
static guint16
add_address (GSocketService *service, const char *host, guint16 port, GError **error)
{
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new_from_string (host, port);
  g_autoptr (GSocketAddress) effective = NULL;

  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (service), address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
                                      NULL, &effective, error))
    return 0;
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
}

static GSocketService *
service_new (void)
{
  GSocketService *service = g_socket_service_new ();

  g_socket_service_stop (service);
  g_socket_listener_set_backlog (G_SOCKET_LISTENER (service), BACKLOG);
  return service;
}

/* Both loopbacks on one port, since what `localhost` means differs from client to client. A machine without IPv6 has
 * one. */
static guint16
bind_localhost (WeirListener *self, guint16 wanted, GError **error)
{
  for (guint i = 0; i < PORT_TRIES; i++)
    {
      g_autoptr (GError) local_error = NULL;
      guint16 port;

      g_clear_object (&self->service);
      self->service = service_new ();
      port = add_address (self->service, "127.0.0.1", wanted, error);
      if (port == 0 || add_address (self->service, "::1", port, &local_error) != 0)
        return port;
      if (!g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE))
        {
          g_info ("listening on 127.0.0.1 alone: %s", local_error->message);
          return port;
        }
      if (wanted != 0)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return 0;
        }
    }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE, "no port is free on both 127.0.0.1 and ::1");
  return 0;
}

static gboolean
bind_all (WeirListener *self, const char *host, guint16 wanted, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  guint16 port;

  if (g_str_equal (host, "localhost"))
    port = bind_localhost (self, wanted, &local_error);
  else
    {
      self->service = service_new ();
      port = add_address (self->service, host, wanted, &local_error);
    }
  if (port == 0)
    {
      g_set_error (error, WEIR_LISTENER_ERROR, WEIR_LISTENER_ERROR_BIND, "cannot listen on %s:%u: %s", host, wanted,
                   local_error->message);
      return FALSE;
    }
  if (g_str_equal (host, "localhost")) /* where every SDK looks by default, so one address has one name */
    host = "127.0.0.1";
  self->url = g_strdup_printf (strchr (host, ':') != NULL ? "ws://[%s]:%u" : "ws://%s:%u", host, port);
  return TRUE;
}

/* --- life --- */

static void
start (WeirListener *self)
{
  struct rlimit limit = { 1024, 1024 };

  getrlimit (RLIMIT_NOFILE, &limit);
  self->max_fd = (guint) MIN (limit.rlim_cur, G_MAXINT);
  self->by_remote = g_hash_table_new (NULL, NULL);
  self->timer = g_source_new (&timer_funcs, sizeof (GSource));
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, on_request, self, NULL);
  g_signal_connect (self->server, "request-finished", G_CALLBACK (on_finished), self);
  g_signal_connect (self->server, "request-aborted", G_CALLBACK (on_finished), self);
  g_signal_connect (self->service, "incoming", G_CALLBACK (on_incoming), self);
  g_socket_service_start (self->service);
}

WeirListener *
weir_listener_new (const WeirListenerConfig *config, const WeirListenerEvents *events, gpointer user_data,
                   GError **error)
{
  g_autoptr (WeirListener) self = g_new0 (WeirListener, 1);
  g_autofree char *host = NULL;
  guint16 port;

  self->token = g_strdup (config->token);
  self->own_key = g_strdup (config->own_key);
  self->origins = g_strdupv ((char **) config->origins);
  self->handshake_us = config->handshake_us;
  self->events = events;
  self->user_data = user_data;
  if (!parse_listen (config->listen, &host, &port, error))
    return NULL;
  self->is_loopback = is_loopback (host);
  if (self->token == NULL && !self->is_loopback)
    {
      g_set_error (
          error, WEIR_LISTENER_ERROR, WEIR_LISTENER_ERROR_NO_TOKEN,
          "%s can be reached by others: give a token with --token-file FILE or WEIR_TOKEN, or listen on localhost",
          host);
      return NULL;
    }
  if (!bind_all (self, host, port, error))
    return NULL;
  start (self);
  return g_steal_pointer (&self);
}

void
weir_listener_free (WeirListener *self)
{
  if (self->service != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->service, self);
      g_socket_service_stop (self->service);
      g_socket_listener_close (G_SOCKET_LISTENER (self->service));
    }
  while (self->greetings.length > 0)
    {
      weir_greeting_shut (g_queue_peek_head (&self->greetings));
      drop_greeting (self, g_queue_peek_head (&self->greetings));
    }
  if (self->server != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->server, self);
      soup_server_disconnect (self->server);
    }
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  g_clear_object (&self->server);
  g_clear_object (&self->service);
  g_clear_pointer (&self->by_remote, g_hash_table_unref);
  g_free (self->url);
  g_free (self->token);
  g_free (self->own_key);
  g_strfreev (self->origins);
  g_free (self);
}

const char *
weir_listener_get_url (WeirListener *self)
{
  return self->url;
}

gboolean
weir_listener_is_loopback (WeirListener *self)
{
  return self->is_loopback;
}
