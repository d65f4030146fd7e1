/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-listening.h"

#include <sys/resource.h>

/* Connections that the kernel holds for us while we are busy, or as many are at their handshake as may be; it has a
 * limit of its own, often this one. */
#define BACKLOG 4096

/* Descriptors that are kept free: accepting without one would spin. */
#define SPARE_DESCRIPTORS 32

/* How often another port is tried when port 0 was asked for and the one picked on 127.0.0.1 is taken on ::1. */
#define PORT_TRIES 16

G_DEFINE_QUARK (weir_listening_error_quark, weir_listening_error)

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
  g_set_error (error, WEIR_LISTENING_ERROR, WEIR_LISTENING_ERROR_ADDRESS,
               "“%s” is no address to listen at: give ADDRESS:PORT, as localhost:0 (any port that is free), "
               "127.0.0.1:4000 or [::1]:4000",
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
bind_localhost (WeirListening *self, guint16 wanted, GError **error)
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
bind_all (WeirListening *self, const char *scheme, const char *host, guint16 wanted, GError **error)
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
      g_set_error (error, WEIR_LISTENING_ERROR, WEIR_LISTENING_ERROR_BIND, "cannot listen on %s:%u: %s", host, wanted,
                   local_error->message);
      return FALSE;
    }
  if (g_str_equal (host, "localhost")) /* where every SDK looks by default, so one address has one name */
    host = "127.0.0.1";
  self->url = g_strdup_printf (strchr (host, ':') != NULL ? "%s://[%s]:%u" : "%s://%s:%u", scheme, host, port);
  return TRUE;
}

/* Where it listens on every address, that is none that a peer elsewhere can be given. */
static void
say_where (WeirListening *self, const char *scheme, const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address != NULL && g_inet_address_get_is_any (address))
    g_message ("other machines connect to %s://%s%s", scheme, g_get_host_name (), strrchr (self->url, ':'));
}

gboolean
weir_listening_open (WeirListening *self, const char *scheme, const char *listen, gboolean has_token, GError **error)
{
  g_autofree char *host = NULL;
  guint16 port;

  if (!parse_listen (listen, &host, &port, error))
    return FALSE;
  self->is_loopback = is_loopback (host);
  if (!has_token && !self->is_loopback)
    {
      g_set_error (
          error, WEIR_LISTENING_ERROR, WEIR_LISTENING_ERROR_NO_TOKEN,
          "%s can be reached by others: give a token with --token-file FILE or WEIR_TOKEN, or listen on localhost",
          host);
      return FALSE;
    }
  if (!bind_all (self, scheme, host, port, error))
    return FALSE;
  say_where (self, scheme, host);
  return TRUE;
}

void
weir_listening_start (WeirListening *self, GCallback incoming, gpointer user_data)
{
  struct rlimit limit = { 1024, 1024 };

  getrlimit (RLIMIT_NOFILE, &limit);
  self->max_fd = (guint) MIN (limit.rlim_cur, G_MAXINT);
  self->incoming = g_signal_connect (self->service, "incoming", incoming, user_data);
  g_socket_service_start (self->service);
}

void
weir_listening_stop (WeirListening *self)
{
  if (self->service == NULL)
    return;
  g_clear_signal_handler (&self->incoming, self->service);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
}

void
weir_listening_clear (WeirListening *self)
{
  weir_listening_stop (self);
  g_clear_object (&self->service);
  g_clear_pointer (&self->url, g_free);
}

gboolean
weir_listening_has_room (WeirListening *self, GSocketConnection *connection)
{
  int fd = g_socket_get_fd (g_socket_connection_get_socket (connection));

  /* The kernel hands out the lowest free number, so this one tells how many are open. */
  if ((guint) fd + SPARE_DESCRIPTORS < self->max_fd)
    return TRUE;
  g_message ("refused a connection: %d files are open, and %u is the limit of this process", fd, self->max_fd);
  return FALSE;
}

void
weir_listening_raise_file_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit (RLIMIT_NOFILE, &limit) != 0)
    g_message ("the limit of open files stays as it is: %s", g_strerror (errno));
}
