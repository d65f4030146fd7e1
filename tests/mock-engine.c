/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "mock-engine.h"

#include "weir-handshake.h"
#include "weir-json.h"

#include <string.h>

typedef struct
{
  MockEngine public;
  GSocketService *service; /* libsoup's own listener loses a reference to each socket it accepts */
  GHashTable *sockets;     /* GSocketAddress of the peer → its GSocket */
  SoupServer *server;
  WeirLoop *loop;
  guint n_workers;
} Engine;

/* --- waiting --- */

static gboolean
limit_cb (gpointer user_data)
{
  g_error ("waited in vain for: %s", (const char *) user_data);

  return G_SOURCE_REMOVE;
}

GSource *
mock_limit_new (const char *what)
{
  GSource *source = g_timeout_source_new_seconds (MOCK_LIMIT_S);

  g_source_set_callback (source, limit_cb, (gpointer) what, NULL);
  g_source_attach (source, NULL);

  return source;
}

gboolean
mock_tick_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

/* --- one socket --- */

static void
message_free (gpointer data)
{
  MockMessage *message = data;

  g_free (message->data);
  g_free (message);
}

static void
peer_free (gpointer data)
{
  MockPeer *peer = data;

  g_clear_pointer (&peer->conn, weir_conn_free);
  g_ptr_array_unref (peer->messages);
  g_free (peer->authorization);
  g_free (peer->tenant);
  g_free (peer->reason);
  g_free (peer->path);
  g_free (peer);
}

static gboolean
message_cb (WeirConn *conn, WeirOp kind, const guint8 *data, gsize len, gpointer user_data)
{
  MockPeer *peer = user_data;
  MockMessage *message;

  if (kind == WEIR_OP_TEXT && peer->engine->text != NULL)
    {
      g_autofree char *text = g_strndup ((const char *) data, len);

      peer->engine->text (peer, text, peer->engine->user_data);
      return TRUE;
    }
  message = g_new0 (MockMessage, 1);
  message->is_text = kind == WEIR_OP_TEXT;
  message->size = len;
  message->data = g_malloc (len + 1);
  memcpy (message->data, data, len);
  message->data[len] = '\0';
  g_ptr_array_add (peer->messages, message);
  if (!message->is_text)
    peer->n_bytes += len;

  return TRUE;
}

static void
ended_cb (WeirConn *conn, WeirClosedHow how, guint16 code, const char *reason, gpointer user_data)
{
  MockPeer *peer = user_data;

  peer->has_ended = TRUE;
  peer->how = how;
  peer->code = code;
  peer->reason = g_strdup (reason);
  if (peer->engine->left != NULL)
    peer->engine->left (peer, peer->engine->user_data);
}

static void
closed_cb (WeirConn *conn, gpointer user_data)
{
  MockPeer *peer = user_data;

  g_clear_pointer (&peer->conn, weir_conn_free);
}

static const WeirConnEvents conn_events = { .message = message_cb, .ended = ended_cb, .closed = closed_cb };

void
mock_peer_send_text (MockPeer *peer, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_assert_true (weir_conn_send (peer->conn, WEIR_OP_TEXT, text, strlen (text)));
}

void
mock_peer_send_binary (MockPeer *peer, const void *data, gsize len)
{
  g_assert_true (weir_conn_send (peer->conn, WEIR_OP_BINARY, data, len));
}

void
mock_peer_close (MockPeer *peer, guint16 code, const char *reason)
{
  weir_conn_close (peer->conn, code, reason, MOCK_LIMIT_S * (gint64) G_USEC_PER_SEC);
}

void
mock_peer_abort (MockPeer *peer)
{
  weir_conn_abort (peer->conn);
}

void
mock_peer_wait_end (MockPeer *peer)
{
  mock_wait_until (peer->has_ended);
}

const MockMessage *
mock_peer_get_message (MockPeer *peer, guint n)
{
  mock_wait_until (peer->messages->len > n);

  return peer->messages->pdata[n];
}

const char *
mock_peer_get_text (MockPeer *peer, guint n)
{
  const MockMessage *message = mock_peer_get_message (peer, n);

  g_assert_true (message->is_text);

  return message->data;
}

static const char *
peer_look_for (MockPeer *peer, GPtrArray *texts)
{
  for (guint i = 0; i < peer->messages->len; i++)
    {
      const char *data = ((MockMessage *) peer->messages->pdata[i])->data;
      guint n = 0;

      while (n < texts->len && strstr (data, texts->pdata[n]) != NULL)
        n++;
      if (n == texts->len)
        return data;
    }

  return NULL;
}

const char *
mock_peer_find (MockPeer *peer, const char *first, ...)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();
  const char *found;
  va_list args;

  va_start (args, first);
  for (const char *text = first; text != NULL; text = va_arg (args, const char *))
    g_ptr_array_add (texts, (gpointer) text);
  va_end (args);
  mock_wait_until ((found = peer_look_for (peer, texts)) != NULL);

  return found;
}

char *
mock_member (const char *json, const char *name)
{
  g_assert_true (weir_json_check (WEIR_SPAN (json), WEIR_JSON_MAX_DEPTH, NULL));

  return weir_json_dup_string (weir_json_member (WEIR_SPAN (json), name));
}

/* --- the engine --- */

char *
mock_worker_id (guint n)
{
  return g_strdup_printf ("00000000-0000-4000-8000-%012u", n);
}

char *
mock_reattach_token (guint n)
{
  return g_strdup_printf ("11111111-0000-4000-8000-%012u", n);
}

static void
greet_worker (Engine *self, MockPeer *peer)
{
  g_autofree char *id = mock_worker_id (self->n_workers);
  g_autofree char *token = mock_reattach_token (self->n_workers);

  self->n_workers++;
  mock_peer_send_text (peer, "{\"type\":\"workerregistered\",\"worker_id\":\"%s\",\"reattach_token\":\"%s\"}", id,
                       token);
}

/* A request on its way through its handshake. */
typedef struct
{
  MockPeer *peer;
  GSocket *socket;
} Arrival;

static void
arrival_free (Arrival *arrival)
{
  g_clear_object (&arrival->socket);
  g_free (arrival);
}

static void
accepted_cb (GIOStream *stream, GBytes *early, gpointer user_data)
{
  Arrival *arrival = user_data;
  MockPeer *peer = arrival->peer;
  Engine *self = (Engine *) peer->engine;

  /* As libsoup does for what it accepts itself; it is how the connection finds its socket. */
  if (stream != NULL)
    g_object_set_data_full (G_OBJECT (stream), "GSocket", g_steal_pointer (&arrival->socket), g_object_unref);
  arrival_free (arrival);
  if (stream == NULL)
    {
      peer_free (peer);
      return;
    }
  peer->conn = weir_conn_new (self->loop, stream, WEIR_ROLE_SERVER, early, &conn_events, peer);
  g_ptr_array_add (self->public.peers, peer);
  if (self->public.does_not_read)
    weir_conn_set_paused (peer->conn, TRUE);
  if (self->public.closes_at_once)
    mock_peer_close (peer, 0, NULL);
  else if (g_str_equal (peer->path, "/") && !self->public.is_mute)
    greet_worker (self, peer);
}

static void
request_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  Engine *self = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  GUri *uri = soup_server_message_get_uri (message);
  GSocketAddress *remote = soup_server_message_get_remote_address (message);
  Arrival *arrival;
  MockPeer *peer;

  self->public.n_requests++;
  if (self->public.refuse_with != 0)
    {
      soup_server_message_set_status (message, self->public.refuse_with, NULL);
      soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_STATIC, "Channel not found", 17);
      return;
    }
  peer = g_new0 (MockPeer, 1);
  peer->engine = &self->public;
  peer->messages = g_ptr_array_new_with_free_func (message_free);
  peer->path = g_uri_get_query (uri) != NULL ? g_strdup_printf ("%s?%s", path, g_uri_get_query (uri)) : g_strdup (path);
  peer->authorization = g_strdup (soup_message_headers_get_one (headers, "Authorization"));
  peer->tenant = g_strdup (soup_message_headers_get_one (headers, "X-Tenant"));
  arrival = g_new0 (Arrival, 1);
  arrival->peer = peer;
  arrival->socket = g_object_ref (g_hash_table_lookup (self->sockets, remote));
  if (weir_handshake_accept (message, accepted_cb, arrival))
    return;
  arrival_free (arrival);
  peer_free (peer);
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer user_data)
{
  Engine *self = user_data;
  g_autoptr (GSocketAddress) local = g_socket_connection_get_local_address (connection, NULL);
  GSocketAddress *remote = g_socket_connection_get_remote_address (connection, NULL);
  g_autoptr (GError) error = NULL;

  if (remote == NULL) /* it has left already */
    return TRUE;
  g_hash_table_insert (self->sockets, remote, g_object_ref (g_socket_connection_get_socket (connection)));
  soup_server_accept_iostream (self->server, G_IO_STREAM (connection), local, remote, &error);
  g_assert_no_error (error);

  return TRUE;
}

MockPeer *
mock_engine_get_peer (MockEngine *self, guint n)
{
  mock_wait_until (self->peers->len > n);

  return self->peers->pdata[n];
}

MockEngine *
mock_engine_new (void)
{
  Engine *self = g_new0 (Engine, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) effective = NULL;

  self->loop = weir_loop_new_attached (NULL, G_PRIORITY_DEFAULT, &error);
  g_assert_no_error (error);
  self->public.peers = g_ptr_array_new_with_free_func (peer_free);
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, request_cb, self, NULL);
  self->sockets = g_hash_table_new_full (NULL, NULL, g_object_unref, g_object_unref);
  self->service = g_socket_service_new ();
  g_signal_connect (self->service, "incoming", G_CALLBACK (incoming_cb), self);
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), any, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
                                 NULL, &effective, &error);
  g_assert_no_error (error);
  self->public.url =
      g_strdup_printf ("ws://127.0.0.1:%u", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective)));

  return &self->public;
}

/* Leaves nothing behind: neither sockets nor what still had to be dispatched. */
void
mock_engine_free (MockEngine *engine)
{
  Engine *self = (Engine *) engine;

  g_signal_handlers_disconnect_by_data (self->service, self);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_object_unref (self->service);
  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  g_hash_table_unref (self->sockets);
  g_ptr_array_unref (self->public.peers);
  weir_loop_unref (self->loop);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_free (self->public.url);
  g_free (self);
}
