/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-upstream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include "weir-handshake.h"
#include "weir-keep-alive.h"
#include "weir-tls.h"
#include "weir-worker.h"

#define DEFAULT_PORT     80
#define DEFAULT_TLS_PORT 443

static const char *
find_fault (GUri *uri, const char *url)
{
  if (!g_str_equal (g_uri_get_scheme (uri), "ws") && !g_str_equal (g_uri_get_scheme (uri), "wss"))
    return "it does not begin with ws:// or wss://";
  if (g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    return "it has no host";
  if (strpbrk (url, " \r\n\t") != NULL)
    return "there is white space in it";
  if (g_uri_get_userinfo (uri) != NULL)
    return "there is a user's name in it, which no engine asks for";
  return NULL;
}

static char *
dup_prefix (const char *path)
{
  gsize len = strlen (path);

  while (len > 0 && path[len - 1] == '/')
    len--;
  return g_strndup (path, len);
}

WeirUpstream *
weir_upstream_new (const char *url, GError **error)
{
  g_autoptr (GError) inner = NULL;
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED | G_URI_FLAGS_PARSE_RELAXED, &inner);
  const char *fault = uri == NULL ? inner->message : find_fault (uri, url);
  WeirUpstream *self;
  int port;

  if (fault != NULL)
    {
      const char *at = strrchr (url, '@'); /* a password may stand before it */
      const char *shown = at != NULL ? at + 1 : url;

      g_set_error (error, WEIR_HANDSHAKE_ERROR, WEIR_HANDSHAKE_ERROR_ADDRESS, "“%.*s” is no engine's address: %s",
                   (int) strcspn (shown, "?"), shown, fault);
      return NULL;
    }
  self = g_new0 (WeirUpstream, 1);
  self->is_tls = g_str_equal (g_uri_get_scheme (uri), "wss");
  port = g_uri_get_port (uri);
  self->port = (guint16) (port > 0 ? port : self->is_tls ? DEFAULT_TLS_PORT : DEFAULT_PORT);
  self->url = g_strdup (url);
  self->shown_url = g_strndup (url, strcspn (url, "?#"));
  self->host = g_strdup (g_uri_get_host (uri));
  self->authority = g_strdup_printf (strchr (self->host, ':') != NULL ? "[%s]:%u" : "%s:%u", self->host, self->port);
  self->prefix = dup_prefix (g_uri_get_path (uri));
  self->query = g_strdup (g_uri_get_query (uri));
  return self;
}

void
weir_upstream_free (WeirUpstream *self)
{
  g_free (self->url);
  g_free (self->shown_url);
  g_free (self->host);
  g_free (self->authority);
  g_free (self->prefix);
  g_free (self->query);
  g_free (self);
}

char *
weir_upstream_dup_client_url (const WeirUpstream *self, const char *listen_url, const char *token)
{
  GString *url = g_string_new (listen_url);

  if (self->query != NULL)
    g_string_append_printf (url, "?%s", self->query);
  if (token != NULL)
    {
      g_string_append (url, self->query != NULL ? "&token=" : "?token=");
      g_string_append_uri_escaped (url, token, NULL, FALSE);
    }
  return g_string_free (url, FALSE);
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  GSocketConnection *connection = g_socket_client_connect_to_host_finish (G_SOCKET_CLIENT (object), result, &error);
  GSocket *socket;

  if (connection == NULL)
    {
      const WeirUpstream *self = g_task_get_task_data (task);

      g_task_return_error (task, weir_tls_explain (G_SOCKET_CLIENT (object), self->authority, error));
      return;
    }
  socket = g_socket_connection_get_socket (connection);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
  weir_keep_alive (socket);
  g_task_return_pointer (task, connection, g_object_unref);
}

void
weir_upstream_connect_async (const WeirUpstream *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, weir_upstream_connect_async);
  g_task_set_task_data (task, (gpointer) self, NULL);
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_set_timeout (client, WEIR_UPSTREAM_PATIENCE_S);
  g_socket_client_set_tls (client, self->is_tls);
  weir_tls_watch (client);
  g_socket_client_connect_to_host_async (client, self->host, self->port, cancellable, connected_cb,
                                         g_steal_pointer (&task));
}

GIOStream *
weir_upstream_connect_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

char *
weir_upstream_dup_fault (const GError *error)
{
  gboolean is_unknown = g_error_matches (error, WEIR_TLS_ERROR, WEIR_TLS_ERROR_UNKNOWN_AUTHORITY) ||
                        g_error_matches (error, WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_UNKNOWN_AUTHORITY);

  return g_strconcat (error->message, is_unknown ? "; with --tls-ca FILE the relay trusts that of FILE" : NULL, NULL);
}
