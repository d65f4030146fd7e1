/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "forward.h"

#include "weir-relay-thread.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <unistd.h>

/* A relay as small as can be: of two connections the first is the sink's, the second the generator's, and a link is
 * made of both. */

typedef struct
{
  WeirRelayThread *thread;
  WeirLinkKind kind;
  WeirSide side; /* what the generator is for, where it is a channel */
  gboolean is_tapped;
  WeirTap *tap;
  GIOStream *sink; /* nullable: the one that waits */
  guint32 n;       /* the latest link, and channel */
} Relay;

static gboolean
tap_cb (gpointer user_data)
{
  Relay *self = user_data;
  GBytes *bytes;

  while ((bytes = weir_tap_take (self->tap, 64 * 1024)) != NULL)
    g_bytes_unref (bytes);

  return G_SOURCE_CONTINUE;
}

static void
open_channel (Relay *self)
{
  WeirRelayChannelConfig config = {
    .n = self->n, .writer = WEIR_PRESENCE_ELSEWHERE, .reader = WEIR_PRESENCE_ELSEWHERE, .keep_history = TRUE
  };

  weir_relay_thread_open_channel (self->thread, &config);
  if (!self->is_tapped)
    return;
  if (self->tap != NULL)
    weir_tap_cancel (self->tap);
  g_clear_pointer (&self->tap, weir_tap_unref);
  self->tap = weir_tap_new (0, WEIR_TAP_TEXT | WEIR_TAP_BINARY, NULL, tap_cb, self);
  weir_channel_door_add_tap (weir_relay_thread_get_door (self->thread), self->n, self->tap, FALSE);
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer user_data)
{
  Relay *self = user_data;
  WeirLinkConfig config = { .kind = self->kind, .side = self->side };
  GIOStream *stream = G_IO_STREAM (g_object_ref (connection));

  if (self->sink == NULL)
    {
      self->sink = stream;
      return TRUE;
    }
  config.link = config.n = ++self->n;
  config.worker = self->side == WEIR_SIDE_WRITER ? stream : self->sink;
  config.upstream = self->side == WEIR_SIDE_WRITER ? self->sink : stream;
  self->sink = NULL;
  if (self->kind == WEIR_LINK_CHANNEL)
    open_channel (self);
  weir_relay_thread_open_link (self->thread, &config);

  return TRUE;
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
message_cb (const WeirLinkMessage *message, gpointer user_data)
{
}

static void
link_ended_cb (guint32 link, WeirLinkEnd how, gpointer user_data)
{
}

G_NORETURN static void
serve (Relay *self, int port_fd)
{
  static const WeirRelayEvents events = { event_cb, meters_cb, message_cb, link_ended_cb, NULL };
  g_autoptr (WeirBudget) budget = weir_budget_new (G_GUINT64_CONSTANT (1) << 30);
  WeirRelayConfig config = { .budget = budget, .probe = TRUE };
  g_autoptr (GMainLoop) main_loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GSocketService) service = g_socket_service_new ();
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) effective = NULL;
  guint16 port;

  self->thread = weir_relay_thread_new ("relay", &config, NULL, &events, self, NULL);
  g_signal_connect (service, "incoming", G_CALLBACK (incoming_cb), self);
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (service), address, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
                                      NULL, &effective, NULL))
    exit (1);
  port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
  if (write (port_fd, &port, sizeof port) != sizeof port)
    exit (1);
  g_main_loop_run (main_loop);
  exit (0);
}

void
forward_link (int port_fd)
{
  serve (&(Relay){ .kind = WEIR_LINK_OTEL }, port_fd);
}

void
forward_link_writer (int port_fd)
{
  serve (&(Relay){ .kind = WEIR_LINK_CHANNEL, .side = WEIR_SIDE_WRITER }, port_fd);
}

void
forward_link_writer_tapped (int port_fd)
{
  serve (&(Relay){ .kind = WEIR_LINK_CHANNEL, .side = WEIR_SIDE_WRITER, .is_tapped = TRUE }, port_fd);
}

void
forward_link_reader (int port_fd)
{
  serve (&(Relay){ .kind = WEIR_LINK_CHANNEL, .side = WEIR_SIDE_READER }, port_fd);
}

void
forward_link_reader_tapped (int port_fd)
{
  serve (&(Relay){ .kind = WEIR_LINK_CHANNEL, .side = WEIR_SIDE_READER, .is_tapped = TRUE }, port_fd);
}
