/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "forward.h"

#include <libsoup/soup.h>
#include <stdlib.h>
#include <unistd.h>

static SoupWebsocketConnection *reader;

static void
message_cb (SoupWebsocketConnection *writer, SoupWebsocketDataType type, GBytes *message, gpointer user_data)
{
  if (reader != NULL && soup_websocket_connection_get_state (reader) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_message (reader, type, message);
}

static void
closed_cb (SoupWebsocketConnection *connection, gpointer user_data)
{
  if (connection == reader)
    g_clear_object (&reader);
  else
    g_object_unref (connection);
}

static void
opened_cb (SoupServer *server, SoupServerMessage *message, const char *path, SoupWebsocketConnection *connection,
           gpointer user_data)
{
  g_object_ref (connection);
  g_signal_connect (connection, "closed", G_CALLBACK (closed_cb), NULL);
  if (g_str_equal (path, "/read"))
    g_set_object (&reader, connection), g_object_unref (connection);
  else
    g_signal_connect (connection, "message", G_CALLBACK (message_cb), NULL);
}

void
forward_soup (int port_fd)
{
  g_autoptr (GMainLoop) main_loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (SoupServer) server = soup_server_new (NULL, NULL);
  GSList *uris;
  guint16 port;

  soup_server_add_websocket_handler (server, NULL, NULL, NULL, opened_cb, NULL, NULL);
  if (!soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL))
    exit (1);
  uris = soup_server_get_uris (server);
  port = g_uri_get_port (uris->data);
  if (write (port_fd, &port, sizeof port) != sizeof port)
    exit (1);
  g_main_loop_run (main_loop);
  exit (0);
}
