/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "forward.h"

#include "weir-data-thread.h"
#include "weir-handshake.h"

#include <stdlib.h>
#include <unistd.h>

/* A server of channels as small as can be: every reader that comes opens one, the next writer writes to it. */

typedef struct
{
  WeirDataThread *thread;
  guint32 n; /* the latest channel */
  gboolean keeps_history;
  gboolean is_tapped;
  gsize n_tapped; /* bytes */
} Server;

static gboolean
tap_cb (gpointer user_data)
{
  WeirTap *tap = *(WeirTap **) user_data;
  GBytes *bytes;

  while ((bytes = weir_tap_take (tap, 64 * 1024)) != NULL)
    g_bytes_unref (bytes);

  return G_SOURCE_CONTINUE;
}

static void
tap_latest (Server *self)
{
  static WeirTap *tap;

  if (tap != NULL)
    {
      weir_tap_cancel (tap);
      weir_tap_unref (tap);
    }
  tap = weir_tap_new (0, WEIR_TAP_TEXT | WEIR_TAP_BINARY, NULL, tap_cb, &tap);
  weir_channel_door_add_tap (weir_data_thread_get_door (self->thread), self->n, tap, TRUE);
}

static void
arrive (Server *self, WeirSide side, GIOStream *stream, GBytes *early)
{
  if (stream == NULL)
    return;
  if (side == WEIR_SIDE_READER)
    {
      WeirPipeConfig config = {
        .n = ++self->n,
        .max_items = 64,
        .max_bytes = 8 << 20,
        .expiry_us = 300 * G_USEC_PER_SEC,
        .probe = TRUE,
        .keep_history = self->keeps_history,
      };

      weir_data_thread_open (self->thread, &config);
      if (self->is_tapped)
        tap_latest (self);
    }
  weir_data_thread_attach (self->thread, self->n, side, stream, early != NULL ? g_bytes_ref (early) : NULL);
}

static void
reader_cb (GIOStream *stream, GBytes *early, gpointer user_data)
{
  arrive (user_data, WEIR_SIDE_READER, stream, early);
}

static void
writer_cb (GIOStream *stream, GBytes *early, gpointer user_data)
{
  arrive (user_data, WEIR_SIDE_WRITER, stream, early);
}

static void
request_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  weir_handshake_accept (message, g_str_equal (path, "/read") ? reader_cb : writer_cb, user_data);
}

static void
event_cb (const WeirPipeEvent *event, gpointer user_data)
{
}

static void
meters_cb (const WeirMeterRow *rows, guint n_rows, gint64 now_us, gpointer user_data)
{
}

static void
serve (Server *self, int port_fd, guint interval_ms)
{
  static const WeirDataEvents events = { event_cb, meters_cb };
  g_autoptr (GMainLoop) main_loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (SoupServer) server = soup_server_new (NULL, NULL);
  g_autoptr (WeirBudget) budget = weir_budget_new (G_GUINT64_CONSTANT (1) << 30);
  GSList *uris;
  guint16 port;

  self->thread = weir_data_thread_new ("data", budget, NULL, &events, self, NULL);
  weir_channel_door_set_interval (weir_data_thread_get_door (self->thread), interval_ms);
  soup_server_add_handler (server, NULL, request_cb, self, NULL);
  if (!soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, NULL))
    exit (1);
  uris = soup_server_get_uris (server);
  port = g_uri_get_port (uris->data);
  if (write (port_fd, &port, sizeof port) != sizeof port)
    exit (1);
  g_main_loop_run (main_loop);
}

void
forward_pipe (int port_fd)
{
  Server server = { .keeps_history = TRUE };

  serve (&server, port_fd, 0);
  exit (0);
}

void
forward_pipe_watched (int port_fd)
{
  Server server = { .keeps_history = TRUE };

  serve (&server, port_fd, 250);
  exit (0);
}

void
forward_pipe_tapped (int port_fd)
{
  Server server = { .keeps_history = TRUE, .is_tapped = TRUE };

  serve (&server, port_fd, 250);
  exit (0);
}
