/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-http-server.h"

#include "weir-keep-alive.h"
#include "weir-listening.h"

struct _WeirHttpServer
{
  WeirLoop *loop;
  WeirHttpConnLimits limits;
  const WeirHttpServerEvents *events;
  gpointer user_data;
  WeirListening listening;
  GHashTable *conns; /* set of WeirHttpConn */
};

static void
conn_request (WeirHttpConn *conn, const WeirHttpHead *head, gpointer user_data)
{
  WeirHttpServer *self = user_data;

  self->events->request (conn, head, self->user_data);
}

static void
conn_refused (WeirHttpConn *conn, guint status, const char *why, gpointer user_data)
{
  WeirHttpServer *self = user_data;

  self->events->refused (conn, status, why, self->user_data);
}

static void
conn_closed (WeirHttpConn *conn, gpointer user_data)
{
  WeirHttpServer *self = user_data;

  g_hash_table_remove (self->conns, conn);
}

static const WeirHttpConnEvents conn_events = {
  .request = conn_request,
  .refused = conn_refused,
  .closed = conn_closed,
};

static gboolean
on_incoming (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer user_data)
{
  WeirHttpServer *self = user_data;
  WeirHttpConn *conn;

  if (!weir_listening_has_room (&self->listening, connection))
    return TRUE;
  if (g_hash_table_size (self->conns) >= WEIR_HTTP_SERVER_MAX_CONNECTIONS)
    {
      g_message ("refused an HTTP connection: %d are open, which is the limit", WEIR_HTTP_SERVER_MAX_CONNECTIONS);
      return TRUE;
    }
  weir_keep_alive (g_socket_connection_get_socket (connection));
  conn = weir_http_conn_new (self->loop, g_object_ref (G_IO_STREAM (connection)), &self->limits, &conn_events, self);
  g_hash_table_add (self->conns, conn);
  return TRUE;
}

WeirHttpServer *
weir_http_server_new (WeirLoop *loop, const WeirHttpServerConfig *config, const WeirHttpServerEvents *events,
                      gpointer user_data, GError **error)
{
  g_autoptr (WeirHttpServer) self = g_new0 (WeirHttpServer, 1);

  self->loop = weir_loop_ref (loop);
  self->limits = config->limits;
  self->events = events;
  self->user_data = user_data;
  self->conns = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) weir_http_conn_free, NULL);
  if (!weir_listening_open (&self->listening, "http", config->listen, config->has_token, error))
    return NULL;
  weir_listening_start (&self->listening, G_CALLBACK (on_incoming), self);
  return g_steal_pointer (&self);
}

void
weir_http_server_free (WeirHttpServer *self)
{
  weir_listening_clear (&self->listening);
  g_hash_table_unref (self->conns);
  weir_loop_unref (self->loop);
  g_free (self);
}

const char *
weir_http_server_get_url (WeirHttpServer *self)
{
  return self->listening.url;
}

gboolean
weir_http_server_is_loopback (WeirHttpServer *self)
{
  return self->listening.is_loopback;
}

guint
weir_http_server_get_n_connections (WeirHttpServer *self)
{
  return g_hash_table_size (self->conns);
}
