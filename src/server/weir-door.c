/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-door.h"

#include <sys/resource.h>

/* Connections that the kernel holds for us while we are busy, or as many are at their handshake as may be; it has a
 * limit of its own, often this one. */
#define BACKLOG 4096

/* Descriptors that are kept free: accepting without one would spin. */
#define SPARE_DESCRIPTORS 32

/* How often another port is tried when port 0 was asked for and the one picked on 127.0.0.1 is taken on ::1. */
#define PORT_TRIES 16

G_DEFINE_QUARK (weir_door_error_quark, weir_door_error)

struct _WeirDoor
{
  gint64 handshake_us;
  const WeirDoorEvents *events;
  gpointer user_data;
  char *url;
  gboolean is_loopback;
  GSocketService *service;
  GQueue greetings;    /* WeirGreeting, oldest first */
  GSource *timer;      /* for the greeting that is the next to be given up */
  gboolean is_full;    /* as many greetings as may be: nothing is accepted */
  guint n_displaced;   /* since the log was told */
  gint64 displaced_us; /* when that was */
  guint max_fd;
};

/* --- greetings --- */

static void
drop_greeting (WeirDoor *self, WeirGreeting *greeting)
{
  g_queue_unlink (&self->greetings, &greeting->link);
  weir_greeting_free (greeting);
}

static void
give_up (WeirDoor *self, WeirGreeting *greeting)
{
  weir_greeting_shut (greeting);
  if (greeting->is_handed_on)
    self->events->gone (greeting, self->user_data);
  drop_greeting (self, greeting);
}

static void
rearm (WeirDoor *self)
{
  WeirGreeting *oldest = g_queue_peek_head (&self->greetings);
  gint64 next_us = oldest != NULL ? oldest->accepted_us + self->handshake_us : -1;

  for (GList *l = self->is_full ? self->greetings.head : NULL; l != NULL; l = l->next)
    {
      WeirGreeting *greeting = l->data;

      if (!greeting->is_handed_on)
        next_us = MIN (next_us, greeting->heard_us + WEIR_DOOR_SILENCE_US);
    }
  g_source_set_ready_time (self->timer, next_us);
}

static void
count_displaced (WeirDoor *self, guint n, gint64 now_us)
{
  self->n_displaced += n;
  if (self->n_displaced == 0 || now_us - self->displaced_us < G_USEC_PER_SEC)
    return; /* it comes in thousands, the log need not */
  g_message ("closed %u connections that said nothing, to make room for others: %u were at their handshake, which is "
             "as many as may be",
             self->n_displaced, WEIR_DOOR_MAX_GREETINGS);
  self->n_displaced = 0;
  self->displaced_us = now_us;
}

static void
displace_silent (WeirDoor *self)
{
  gint64 now_us = g_get_monotonic_time ();
  guint n = 0;
  GList *next;

  for (GList *l = self->greetings.head; l != NULL; l = next)
    {
      WeirGreeting *greeting = l->data;

      next = l->next;
      if (!weir_greeting_is_silent (greeting, now_us, WEIR_DOOR_SILENCE_US))
        continue;
      give_up (self, greeting);
      n++;
    }
  count_displaced (self, n, now_us);
}

/* After greetings came or went. The service is stopped from its own signal only: a connection that it has accepted
 * otherwise, but not handed out yet, would be lost. */
static void
review (WeirDoor *self)
{
  gboolean was_full = self->is_full;

  if (self->greetings.length >= WEIR_DOOR_MAX_GREETINGS)
    displace_silent (self);
  self->is_full = self->greetings.length >= WEIR_DOOR_MAX_GREETINGS;
  if (was_full && !self->is_full)
    g_socket_service_start (self->service);
  else if (self->is_full && !was_full)
    g_socket_service_stop (self->service);
  rearm (self);
}

static gboolean
on_timer (gpointer user_data)
{
  WeirDoor *self = user_data;
  gint64 now_us = g_get_monotonic_time ();
  WeirGreeting *oldest;

  while ((oldest = g_queue_peek_head (&self->greetings)) != NULL && oldest->accepted_us + self->handshake_us <= now_us)
    {
      g_message ("%s: closed, its handshake was not complete after %.3g s", oldest->peer,
                 (double) self->handshake_us / G_USEC_PER_SEC);
      give_up (self, oldest);
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
  WeirDoor *self = user_data;

  self->events->ready (greeting, self->user_data);
}

static void
greeting_over (WeirGreeting *greeting, gpointer user_data)
{
  weir_door_release (user_data, greeting);
}

static const WeirGreetingEvents greeting_events = {
  .ready = greeting_ready,
  .over = greeting_over,
};

static gboolean
on_incoming (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer user_data)
{
  WeirDoor *self = user_data;
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
  g_set_error (error, WEIR_DOOR_ERROR, WEIR_DOOR_ERROR_ADDRESS,
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
bind_localhost (WeirDoor *self, guint16 wanted, GError **error)
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
bind_all (WeirDoor *self, const char *host, guint16 wanted, GError **error)
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
      g_set_error (error, WEIR_DOOR_ERROR, WEIR_DOOR_ERROR_BIND, "cannot listen on %s:%u: %s", host, wanted,
                   local_error->message);
      return FALSE;
    }
  if (g_str_equal (host, "localhost")) /* where every SDK looks by default, so one address has one name */
    host = "127.0.0.1";
  self->url = g_strdup_printf (strchr (host, ':') != NULL ? "ws://[%s]:%u" : "ws://%s:%u", host, port);
  return TRUE;
}

/* Where it listens on every address, that is none that a worker elsewhere can be given. */
static void
say_where (WeirDoor *self, const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address != NULL && g_inet_address_get_is_any (address))
    g_message ("other machines connect to ws://%s%s", g_get_host_name (), strrchr (self->url, ':'));
}

/* --- life --- */

static void
start (WeirDoor *self)
{
  struct rlimit limit = { 1024, 1024 };

  getrlimit (RLIMIT_NOFILE, &limit);
  self->max_fd = (guint) MIN (limit.rlim_cur, G_MAXINT);
  self->timer = g_source_new (&timer_funcs, sizeof (GSource));
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
  g_signal_connect (self->service, "incoming", G_CALLBACK (on_incoming), self);
  g_socket_service_start (self->service);
}

WeirDoor *
weir_door_new (const WeirDoorConfig *config, const WeirDoorEvents *events, gpointer user_data, GError **error)
{
  g_autoptr (WeirDoor) self = g_new0 (WeirDoor, 1);
  g_autofree char *host = NULL;
  guint16 port;

  self->handshake_us = config->handshake_us;
  self->events = events;
  self->user_data = user_data;
  if (!parse_listen (config->listen, &host, &port, error))
    return NULL;
  self->is_loopback = is_loopback (host);
  if (!config->has_token && !self->is_loopback)
    {
      g_set_error (
          error, WEIR_DOOR_ERROR, WEIR_DOOR_ERROR_NO_TOKEN,
          "%s can be reached by others: give a token with --token-file FILE or WEIR_TOKEN, or listen on localhost",
          host);
      return NULL;
    }
  if (!bind_all (self, host, port, error))
    return NULL;
  say_where (self, host);
  start (self);
  return g_steal_pointer (&self);
}

void
weir_door_free (WeirDoor *self)
{
  if (self->service != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->service, self);
      g_socket_service_stop (self->service);
      g_socket_listener_close (G_SOCKET_LISTENER (self->service));
    }
  while (self->greetings.length > 0)
    give_up (self, g_queue_peek_head (&self->greetings));
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  g_clear_object (&self->service);
  g_free (self->url);
  g_free (self);
}

void
weir_door_release (WeirDoor *self, WeirGreeting *greeting)
{
  drop_greeting (self, greeting);
  review (self);
}

const char *
weir_door_get_url (WeirDoor *self)
{
  return self->url;
}

gboolean
weir_door_is_loopback (WeirDoor *self)
{
  return self->is_loopback;
}

void
weir_door_raise_file_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit (RLIMIT_NOFILE, &limit) != 0)
    g_message ("the limit of open files stays as it is: %s", g_strerror (errno));
}
