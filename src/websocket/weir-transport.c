/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-transport.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* A TLS record. A write that would block must be repeated with the same bytes, so they are copied here first, and count
 * as written. */
#define STAGING_SIZE (16 * 1024)

/* How long saying good-bye may take. */
#define CLOSE_LIMIT_MS 2000

struct _WeirPolled
{
  GPollableInputStream *input;
  GPollableOutputStream *output;
  GSource *input_source, *output_source; /* nullable: while waited for */
  gsize staged_start, staged_end;
  guint8 staging[STAGING_SIZE];
};

static WeirPolled *
weir_polled_new (GIOStream *stream)
{
  WeirPolled *self = g_new0 (WeirPolled, 1);

  self->input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (stream));
  self->output = G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (stream));

  return self;
}

/* The socket of a connection, or of what a soup server gave away. */
static GSocket *
get_socket (GIOStream *stream)
{
  if (G_IS_SOCKET_CONNECTION (stream))
    return g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream));

  return g_object_get_data (G_OBJECT (stream), "GSocket");
}

/* The stream's objects cost half a KiB a connection (2 KiB where libsoup has wrapped them), of which only the
 * descriptor is needed. They give theirs up only by closing it, so ours is another for the same socket. Where there is
 * none to be had, they stay. */
static void
take_descriptor (WeirTransport *self)
{
  int fd = fcntl (g_socket_get_fd (self->socket), F_DUPFD_CLOEXEC, 3);

  if (fd < 0)
    {
      self->watch.fd = g_socket_get_fd (self->socket);
      return;
    }
  self->watch.fd = fd;
  self->socket = NULL;
  g_io_stream_close (self->stream, NULL, NULL);
  g_clear_object (&self->stream);
}

void
weir_transport_init (WeirTransport *self, WeirLoop *loop, GIOStream *stream,
                     void (*dispatch) (WeirWatch *watch, guint32 events))
{
  int on = 1;

  *self = (WeirTransport){
    .watch = { .dispatch = dispatch, .fd = -1 },
    .loop = loop,
    .stream = stream,
    .socket = get_socket (stream),
  };
  /* What is sent has been gathered already. Not every socket is TCP. */
  if (self->socket != NULL)
    setsockopt (g_socket_get_fd (self->socket), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (self->socket == NULL || G_IS_TCP_WRAPPER_CONNECTION (stream))
    self->polled = weir_polled_new (stream);
  else
    take_descriptor (self);
}

/* A TLS connection that says good-bye, on its own. */
typedef struct
{
  GSocket *socket; /* nullable */
  GCancellable *cancellable;
  GSource *limit;
} WeirGoodbye;

static gboolean
goodbye_limit_cb (gpointer user_data)
{
  WeirGoodbye *self = user_data;

  if (self->socket != NULL) /* or it would be waited for once more when the stream is freed */
    g_socket_shutdown (self->socket, TRUE, TRUE, NULL);
  g_cancellable_cancel (self->cancellable);

  return G_SOURCE_REMOVE;
}

static void
stream_closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  WeirGoodbye *self = user_data;

  g_io_stream_close_finish (G_IO_STREAM (object), result, NULL); /* nobody is left to be told */
  g_source_destroy (self->limit);
  g_source_unref (self->limit);
  g_object_unref (self->cancellable);
  g_clear_object (&self->socket);
  g_free (self);
}

static void
say_goodbye (WeirTransport *self, GIOStream *stream)
{
  WeirGoodbye *goodbye = g_new0 (WeirGoodbye, 1);

  goodbye->socket = self->socket != NULL ? g_object_ref (self->socket) : NULL;
  goodbye->cancellable = g_cancellable_new ();
  goodbye->limit = g_timeout_source_new (CLOSE_LIMIT_MS);
  g_source_set_callback (goodbye->limit, goodbye_limit_cb, goodbye, NULL);
  g_source_attach (goodbye->limit, weir_loop_get_context (self->loop));
  g_io_stream_close_async (stream, G_PRIORITY_DEFAULT, goodbye->cancellable, stream_closed_cb, goodbye);
}

void
weir_transport_close (WeirTransport *self, gboolean is_graceful)
{
  g_autoptr (GIOStream) stream = NULL;

  if (self->is_closed)
    return;
  weir_transport_set_events (self, 0);
  weir_loop_set_waiting (self->loop, &self->watch, FALSE);
  self->is_closed = TRUE;
  stream = g_steal_pointer (&self->stream);
  if (self->polled != NULL)
    {
      /* Saying good-bye may wait for the peer, unless there is no way to it any more. */
      if (!is_graceful && self->socket != NULL)
        g_socket_shutdown (self->socket, TRUE, TRUE, NULL);
      g_clear_pointer (&self->polled, g_free);
      say_goodbye (self, stream);
    }
  else if (stream != NULL)
    {
      g_io_stream_close (stream, NULL, NULL);
    }
  else
    {
      close (self->watch.fd);
    }
  self->watch.fd = -1;
  self->socket = NULL;
}

int
weir_transport_get_fd (WeirTransport *self)
{
  return self->polled != NULL && self->socket != NULL ? g_socket_get_fd (self->socket) : self->watch.fd;
}

void
weir_transport_abort (WeirTransport *self)
{
  struct linger linger = { .l_onoff = 1 };

  if (self->is_closed)
    return;
  setsockopt (weir_transport_get_fd (self), SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  weir_transport_close (self, FALSE);
}

/* --- reading and writing --- */

static gssize
result_of_errno (void)
{
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? WEIR_TRANSPORT_AGAIN : WEIR_TRANSPORT_FAILED;
}

static gssize
result_of_error (GError *error)
{
  gboolean again = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);

  g_error_free (error);

  return again ? WEIR_TRANSPORT_AGAIN : WEIR_TRANSPORT_FAILED;
}

static gssize
weir_polled_read (WeirPolled *self, const struct iovec *vector)
{
  GError *error = NULL;
  gssize n = g_pollable_input_stream_read_nonblocking (self->input, vector->iov_base, vector->iov_len, NULL, &error);

  return n < 0 ? result_of_error (error) : n;
}

gssize
weir_transport_readv (WeirTransport *self, struct iovec *vectors, guint n_vectors)
{
  struct msghdr message = { .msg_iov = vectors, .msg_iovlen = n_vectors };
  gssize n;

  if (self->polled != NULL)
    return weir_polled_read (self->polled, &vectors[0]);
  n = recvmsg (self->watch.fd, &message, MSG_DONTWAIT);

  return n < 0 ? result_of_errno () : n;
}

gssize
weir_transport_peek (WeirTransport *self, struct iovec *vector)
{
  gssize n;

  if (self->polled != NULL)
    return WEIR_TRANSPORT_FAILED;
  n = recv (self->watch.fd, vector->iov_base, vector->iov_len, MSG_DONTWAIT | MSG_PEEK);

  return n < 0 ? result_of_errno () : n;
}

static gssize
weir_polled_flush (WeirPolled *self)
{
  while (self->staged_start < self->staged_end)
    {
      GError *error = NULL;
      gssize n = g_pollable_output_stream_write_nonblocking (self->output, self->staging + self->staged_start,
                                                             self->staged_end - self->staged_start, NULL, &error);

      if (n < 0)
        return result_of_error (error);
      self->staged_start += n;
    }
  self->staged_start = self->staged_end = 0;

  return 0;
}

static gssize
weir_polled_writev (WeirPolled *self, const struct iovec *vectors, guint n_vectors)
{
  gsize total = 0;
  gssize result = weir_polled_flush (self);

  for (guint i = 0; i < n_vectors && result == 0; i++)
    for (gsize done = 0; done < vectors[i].iov_len && result == 0;)
      {
        gsize len = MIN (vectors[i].iov_len - done, STAGING_SIZE - self->staged_end);

        memcpy (self->staging + self->staged_end, (guint8 *) vectors[i].iov_base + done, len);
        self->staged_end += len;
        done += len;
        total += len;
        if (self->staged_end == STAGING_SIZE)
          result = weir_polled_flush (self);
      }
  if (result == 0)
    result = weir_polled_flush (self);

  return result == WEIR_TRANSPORT_FAILED ? result : total > 0 ? (gssize) total : result;
}

gssize
weir_transport_writev (WeirTransport *self, struct iovec *vectors, guint n_vectors)
{
  struct msghdr message = { .msg_iov = vectors, .msg_iovlen = n_vectors };
  gboolean more = weir_loop_get_more (self->loop);
  gssize n;

  if (self->polled != NULL)
    return weir_polled_writev (self->polled, vectors, n_vectors);
  n = sendmsg (self->watch.fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL | (more ? MSG_MORE : 0));
  weir_loop_set_waiting (self->loop, &self->watch, more && n > 0);

  return n < 0 ? result_of_errno () : n;
}

gsize
weir_transport_get_staged (WeirTransport *self)
{
  return self->polled != NULL ? self->polled->staged_end - self->polled->staged_start : 0;
}

gssize
weir_transport_flush (WeirTransport *self)
{
  return self->polled != NULL ? weir_polled_flush (self->polled) : 0;
}

/* --- waiting --- */

static gboolean
polled_dispatch (WeirTransport *self, guint32 events)
{
  WeirLoop *loop = self->loop;

  weir_loop_enter (loop);
  if (self->watch.dispatch != NULL)
    self->watch.dispatch (&self->watch, events);
  weir_loop_leave (loop); /* self may be gone */

  return G_SOURCE_CONTINUE;
}

static gboolean
input_ready_cb (GObject *stream, gpointer user_data)
{
  return polled_dispatch (user_data, EPOLLIN);
}

static gboolean
output_ready_cb (GObject *stream, gpointer user_data)
{
  return polled_dispatch (user_data, EPOLLOUT);
}

static void
set_source (WeirTransport *self, GSource **slot, GSource *source, GPollableSourceFunc func)
{
  if (*slot != NULL)
    g_source_destroy (*slot);
  g_clear_pointer (slot, g_source_unref);
  if (source == NULL)
    return;
  g_source_set_callback (source, G_SOURCE_FUNC (func), self, NULL);
  g_source_attach (source, weir_loop_get_context (self->loop));
  *slot = source;
}

static void
weir_transport_set_polled_events (WeirTransport *self, guint32 events)
{
  WeirPolled *polled = self->polled;
  guint32 changed = self->watch.events ^ events;

  if ((changed & EPOLLIN) != 0)
    set_source (self, &polled->input_source,
                (events & EPOLLIN) != 0 ? g_pollable_input_stream_create_source (polled->input, NULL) : NULL,
                input_ready_cb);
  if ((changed & EPOLLOUT) != 0)
    set_source (self, &polled->output_source,
                (events & EPOLLOUT) != 0 ? g_pollable_output_stream_create_source (polled->output, NULL) : NULL,
                output_ready_cb);
  self->watch.events = events;
}

gboolean
weir_transport_set_events (WeirTransport *self, guint32 events)
{
  if (self->is_closed)
    return TRUE;
  if (self->polled == NULL)
    return weir_loop_set_events (self->loop, &self->watch, events);
  weir_transport_set_polled_events (self, events);

  return TRUE;
}

void
weir_transport_shutdown_write (WeirTransport *self)
{
  if (self->polled == NULL)
    shutdown (self->watch.fd, SHUT_WR);
}

char *
weir_transport_dup_peer (WeirTransport *self)
{
  int fd = weir_transport_get_fd (self);
  struct sockaddr_storage storage;
  socklen_t size = sizeof storage;
  g_autoptr (GSocketAddress) address = NULL;

  if (fd >= 0 && getpeername (fd, (struct sockaddr *) &storage, &size) == 0)
    address = g_socket_address_new_from_native (&storage, size);
  if (address == NULL || !G_IS_INET_SOCKET_ADDRESS (address))
    return g_strdup ("local");

  return g_socket_connectable_to_string (G_SOCKET_CONNECTABLE (address));
}
