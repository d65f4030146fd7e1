/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-client-socket.h"

#include "weir-client-loop.h"
#include "weir-keep-alive.h"

struct _WeirClientSocket
{
  GMainContext *context;
  const WeirClientSocketEvents *events;
  gpointer owner;
  GCancellable *connecting; /* nullable: while the handshake is under way */
  WeirLoop *loop;           /* nullable: with conn */
  WeirConn *conn;           /* nullable */
  gboolean is_freed;        /* while connecting: the callback still needs the memory */
};

static void
weir_client_socket_dispose (WeirClientSocket *self)
{
  if (self->loop != NULL)
    weir_client_loop_release (self->context);
  g_main_context_unref (self->context);
  g_free (self);
}

/* (nullable) (transfer none): under TLS, too. */
static GSocket *
find_socket (GIOStream *stream)
{
  g_autoptr (GIOStream) base = NULL;

  if (G_IS_TLS_CONNECTION (stream))
    g_object_get (stream, "base-io-stream", &base, NULL);
  else
    base = g_object_ref (stream);
  return G_IS_SOCKET_CONNECTION (base) ? g_socket_connection_get_socket (G_SOCKET_CONNECTION (base)) : NULL;
}

static void
weir_client_socket_take (WeirClientSocket *self, GIOStream *stream, GBytes *early)
{
  g_autoptr (GError) error = NULL;
  GSocket *socket = find_socket (stream);

  if (socket != NULL)
    weir_keep_alive (socket);
  self->loop = weir_client_loop_acquire (self->context, &error);
  if (self->loop == NULL)
    {
      g_object_unref (stream);
      self->events->failed (0, error, self->owner);
      return;
    }
  self->conn = weir_conn_new (self->loop, stream, WEIR_ROLE_CLIENT, early, &self->events->conn, self->owner);
  self->events->opened (self->owner);
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  WeirClientSocket *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) early = NULL;
  g_autoptr (GIOStream) stream = NULL;
  guint status = 0;

  stream = weir_handshake_connect_finish (result, &early, &status, &error);
  g_clear_object (&self->connecting);
  if (self->is_freed)
    weir_client_socket_dispose (self);
  else if (stream == NULL)
    self->events->failed (status, error, self->owner);
  else
    weir_client_socket_take (self, g_steal_pointer (&stream), early);
}

/* (nullable): what the handshake says besides what every one does. */
static SoupMessageHeaders *
new_headers (const WeirClientSocketTarget *target)
{
  SoupMessageHeaders *headers;

  if (target->token == NULL && target->headers == NULL)
    return NULL;

  headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_REQUEST);
  if (target->token != NULL)
    {
      g_autofree char *value = g_strconcat ("Bearer ", target->token, NULL);

      soup_message_headers_append (headers, "Authorization", value);
    }
  for (guint i = 0; target->headers != NULL && target->headers[i] != NULL; i += 2)
    soup_message_headers_append (headers, target->headers[i], target->headers[i + 1]);

  return headers;
}

WeirClientSocket *
weir_client_socket_new (GMainContext *context, const WeirClientSocketTarget *target,
                        const WeirClientSocketEvents *events, gpointer owner)
{
  WeirClientSocket *self = g_new0 (WeirClientSocket, 1);
  SoupMessageHeaders *headers = new_headers (target);

  self->context = g_main_context_ref (context);
  self->events = events;
  self->owner = owner;
  self->connecting = g_cancellable_new ();

  /* A callback of the context runs without it being pushed. */
  g_main_context_push_thread_default (context);
  weir_handshake_connect_async (target->base_url, target->path, headers, target->timeout_ms, self->connecting,
                                connected_cb, self);
  g_main_context_pop_thread_default (context);
  g_clear_pointer (&headers, soup_message_headers_unref);

  return self;
}

WeirConn *
weir_client_socket_get_conn (WeirClientSocket *self)
{
  return self->conn;
}

void
weir_client_socket_free (WeirClientSocket *self)
{
  g_clear_pointer (&self->conn, weir_conn_free);
  if (self->connecting != NULL)
    {
      self->is_freed = TRUE;
      g_cancellable_cancel (self->connecting);
    }
  else
    {
      weir_client_socket_dispose (self);
    }
}
