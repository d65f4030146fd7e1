/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-greeting.h"

#include "weir-keep-alive.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* RFC 6585 §5; libsoup's enumeration ends before it. */
#define STATUS_HEAD_TOO_LARGE 431

/* So often is a head looked at that grows: each time costs what it has until then. */
#define MAX_LOOKS 4096

/* What is read and thrown away behind a refused head, so that no reset destroys the answer on its way. */
#define MAX_DISCARDED (8 * 1024 * 1024)

static gboolean on_readable (GSocket *socket, GIOCondition condition, gpointer user_data);

static char *
dup_peer (GSocketAddress *address)
{
  GInetSocketAddress *inet;
  g_autofree char *host = NULL;

  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return g_strdup ("a peer without an address");
  inet = G_INET_SOCKET_ADDRESS (address);
  host = g_inet_address_to_string (g_inet_socket_address_get_address (inet));
  return g_strdup_printf (strchr (host, ':') != NULL ? "[%s]:%u" : "%s:%u", host,
                          g_inet_socket_address_get_port (inet));
}

static void
watch (WeirGreeting *self)
{
  self->source = g_socket_create_source (self->socket, G_IO_IN, NULL);
  g_source_set_callback (self->source, G_SOURCE_FUNC (on_readable), self, NULL);
  g_source_attach (self->source, g_main_context_get_thread_default ());
}

static void
unwatch (WeirGreeting *self)
{
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
}

/* It may have waited in the kernel's queue: the last that was heard of it there is the end of TCP's own handshake. */
static gint64
find_connected_us (GSocket *socket, gint64 now_us)
{
  struct tcp_info info = { 0 };
  socklen_t len = sizeof info;

  if (getsockopt (g_socket_get_fd (socket), IPPROTO_TCP, TCP_INFO, &info, &len) != 0)
    return now_us;
  return now_us - info.tcpi_last_ack_recv * G_GINT64_CONSTANT (1000);
}

WeirGreeting *
weir_greeting_new (GSocketConnection *connection, const WeirGreetingEvents *events, gpointer user_data)
{
  g_autoptr (GSocketAddress) remote = g_socket_connection_get_remote_address (connection, NULL);
  WeirGreeting *self;

  if (remote == NULL)
    return NULL;
  self = g_new0 (WeirGreeting, 1);
  self->connection = g_object_ref (connection);
  self->socket = g_socket_connection_get_socket (connection);
  self->remote = g_steal_pointer (&remote);
  self->peer = dup_peer (self->remote);
  self->accepted_us = g_get_monotonic_time ();
  self->heard_us = find_connected_us (self->socket, self->accepted_us);
  self->link.data = self;
  self->events = events;
  self->user_data = user_data;
  g_socket_set_blocking (self->socket, FALSE);
  g_socket_set_option (self->socket, IPPROTO_TCP, TCP_NODELAY, TRUE, NULL);
  weir_keep_alive (self->socket); /* the protocol has no ping of the engine's (§1.5 of the protocol notes) */
  watch (self);
  return self;
}

void
weir_greeting_free (WeirGreeting *self)
{
  unwatch (self);
  g_clear_object (&self->connection);
  g_clear_object (&self->remote);
  g_free (self->peer);
  g_free (self);
}

gboolean
weir_greeting_is_silent (WeirGreeting *self, gint64 now_us, gint64 silence_us)
{
  int n_waiting = 0;

  if (self->is_handed_on || now_us - self->heard_us < silence_us)
    return FALSE;
  return ioctl (g_socket_get_fd (self->socket), FIONREAD, &n_waiting) != 0 || (gsize) n_waiting <= self->n_seen;
}

void
weir_greeting_shut (WeirGreeting *self)
{
  g_socket_shutdown (self->socket, TRUE, TRUE, NULL);
}

/* --- refusing --- */

void
weir_greeting_refuse (WeirGreeting *self, guint status, const char *why)
{
  g_autofree char *answer = NULL;
  const char *phrase =
      status == STATUS_HEAD_TOO_LARGE ? "Request Header Fields Too Large" : soup_status_get_phrase (status);

  g_message ("%s: refused with HTTP %u: %s", self->peer, status, why);
  answer = g_strdup_printf (
      "HTTP/1.1 %u %s\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n\r\n%s\n", status,
      phrase, strlen (why) + 1, why);
  g_socket_send (self->socket, answer, strlen (answer), NULL, NULL); /* a fresh socket's buffer takes it */
  g_socket_shutdown (self->socket, FALSE, TRUE, NULL);
  g_socket_set_option (self->socket, SOL_SOCKET, SO_RCVLOWAT, 1, NULL);
  self->is_refused = TRUE;
  self->is_handed_on = FALSE;
  self->n_seen = 0; /* all of it is read from now on */
  if (self->source == NULL)
    watch (self);
}

/* TRUE: there may be more. */
static gboolean
discard (WeirGreeting *self)
{
  char buffer[16 * 1024];
  gssize n = g_socket_receive (self->socket, buffer, sizeof buffer, NULL, NULL);

  if (n > 0)
    {
      self->n_discarded += (gsize) n;
      self->heard_us = g_get_monotonic_time ();
    }
  return n > 0 && self->n_discarded < MAX_DISCARDED;
}

/* --- listening --- */

/* @n_seen: of those bytes it is known that there is none in them */
static const char *
find_head_end (const char *text, gsize len, gsize n_seen)
{
  gsize from = n_seen > 3 ? n_seen - 3 : 0; /* a part of it may be */

  return memmem (text + from, len - from, "\r\n\r\n", 4) ?: memmem (text + from, len - from, "\n\n", 2);
}

/* What can be told before the head is complete. */
static const char *
check_beginning (const guint8 *data, gsize len)
{
  if (len == 0 || (data[0] >= 'A' && data[0] <= 'Z') || data[0] == '\r' || data[0] == '\n')
    return NULL;
  if (data[0] == 0x16) /* TLS handshake record */
    return "this is TLS; plain HTTP and WebSocket (ws://) is spoken here";
  return "this is not HTTP";
}

/* 0: good. */
static guint
check_head (const char *bytes, gsize len, const char **why)
{
  g_autofree char *head = g_strndup (bytes, len); /* terminated, as libsoup reads numbers as C does */
  g_autoptr (SoupMessageHeaders) headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_REQUEST);
  g_autofree char *method = NULL;
  g_autofree char *path = NULL;
  SoupHTTPVersion version;
  guint status = soup_headers_parse_request (head, (int) len, headers, &method, &path, &version);

  *why = "the request is not HTTP as it should be";
  if (!SOUP_STATUS_IS_SUCCESSFUL (status))
    return status;
  *why = "a request must have a path and a Host";
  if (*path != '/' || soup_message_headers_get_one (headers, "Host") == NULL)
    return SOUP_STATUS_BAD_REQUEST;
  *why = "there is no body to be sent to an engine";
  if (soup_message_headers_get_content_length (headers) > 0 ||
      soup_message_headers_get_one (headers, "Transfer-Encoding") != NULL)
    return SOUP_STATUS_REQUEST_ENTITY_TOO_LARGE;
  return 0;
}

static void
hand_on (WeirGreeting *self)
{
  unwatch (self);
  g_socket_set_option (self->socket, SOL_SOCKET, SO_RCVLOWAT, 1, NULL);
  self->is_handed_on = TRUE;
  self->events->ready (self, self->user_data);
}

/* The next wake-up is for more than what has been seen: the socket stays readable, and the bytes are not taken out of
 * it. */
static void
wait_for_more (WeirGreeting *self, gsize seen)
{
  self->n_seen = seen;
  self->heard_us = g_get_monotonic_time ();
  g_socket_set_option (self->socket, SOL_SOCKET, SO_RCVLOWAT, (int) seen + 1, NULL);
}

static void
look (WeirGreeting *self, const char *data, gsize len)
{
  const char *end = find_head_end (data, len, MIN (self->n_seen, len));
  const char *why = check_beginning ((const guint8 *) data, len);
  guint status = SOUP_STATUS_BAD_REQUEST;

  if (why == NULL && end != NULL)
    {
      /* libsoup's parser wants the head without its last line end. */
      status = check_head (data, (gsize) (end - data) + 2, &why);
      if (status == 0)
        {
          hand_on (self);
          return;
        }
    }
  else if (why == NULL && len >= WEIR_GREETING_MAX_HEAD)
    {
      status = STATUS_HEAD_TOO_LARGE;
      why = "the request's head is larger than 64 KiB";
    }
  else if (why == NULL && ++self->n_looks > MAX_LOOKS)
    {
      why = "the request's head comes in too many pieces";
    }
  if (why != NULL)
    weir_greeting_refuse (self, status, why);
  else
    wait_for_more (self, len);
}

/* Woken up, but not by more bytes: the peer has sent its last. */
static gboolean
has_hung_up (GSocket *socket)
{
  struct pollfd poll_fd = { .fd = g_socket_get_fd (socket), .events = POLLRDHUP };

  return poll (&poll_fd, 1, 0) > 0;
}

static gboolean
on_readable (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  char buffer[WEIR_GREETING_MAX_HEAD];
  WeirGreeting *self = user_data;
  gssize n;

  if (self->is_refused)
    {
      if (!discard (self))
        self->events->over (self, self->user_data);
      return G_SOURCE_CONTINUE;
    }
  n = recv (g_socket_get_fd (socket), buffer, sizeof buffer, MSG_PEEK | MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return G_SOURCE_CONTINUE;
  if (n > 0 && ((gsize) n > self->n_seen || !has_hung_up (socket)))
    {
      look (self, buffer, (gsize) n);
      return G_SOURCE_CONTINUE;
    }
  g_info ("%s: left before its request was complete", self->peer);
  self->events->over (self, self->user_data);
  return G_SOURCE_CONTINUE;
}
