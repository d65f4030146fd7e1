/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-http-conn-private.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

/* What one read takes: as much is kept at most when a body is paused. */
#define READ_SIZE (64 * 1024)

/* What one dispatch reads, so that one connection cannot starve the others. */
#define DISPATCH_READS 8

/* How long a connection whose last answer is written may take to reach its end of stream, and what it may send. */
#define LINGER_US     (2 * G_USEC_PER_SEC)
#define MAX_DISCARDED (8 * 1024 * 1024)

/* More is not pushed into the kernel than keeps a fast client busy: a slow one is felt early. */
#define NOTSENT_LOWAT (128 * 1024)

/* --- time --- */

static void weir_http_conn_timer_cb (gpointer data);

static void
weir_http_conn_set_timer (WeirHttpConn *self, gint64 timeout_us)
{
  weir_timer_clear (&self->timer);
  self->has_progressed = FALSE;
  self->timer =
      weir_loop_add_timer (self->loop, weir_loop_now_us (self->loop) + timeout_us, weir_http_conn_timer_cb, self);
}

/* An answer that was not told of its end is not going to be asked for again. */
static void
weir_http_conn_lose (WeirHttpConn *self)
{
  const WeirHttpHandler *handler = g_steal_pointer (&self->handler);

  self->in = WEIR_HTTP_IN_DONE;
  self->is_broken = TRUE;
  weir_out_queue_clear (&self->queue);
  if (handler != NULL)
    handler->gone (self, self->handler_data);
}

static void
weir_http_conn_refuse (WeirHttpConn *self, guint status, const char *why)
{
  g_autofree char *text = g_strconcat (why, ".\n", NULL);
  g_autoptr (SoupMessageHeaders) headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);

  self->events->refused (self, status, why, self->user_data);
  self->out = WEIR_HTTP_OUT_NONE;
  self->closes = TRUE;
  soup_message_headers_replace (headers, "Content-Type", "text/plain");
  weir_http_conn_respond (self, status, headers, text, strlen (text));
}

static void
weir_http_conn_timer_cb (gpointer data)
{
  WeirHttpConn *self = data;

  self->timer = NULL;
  if (self->queue.size > 0 && self->has_progressed) /* a slow client is no idle one */
    weir_http_conn_set_timer (self, self->limits.idle_us);
  else if (self->in == WEIR_HTTP_IN_HEAD && self->ahead != NULL)
    weir_http_conn_refuse (self, SOUP_STATUS_REQUEST_TIMEOUT, "the request's head was not complete in time");
  else
    self->in = WEIR_HTTP_IN_DONE;
  weir_http_conn_settle (self);
}

/* --- what has been read --- */

static void
weir_http_conn_use (WeirHttpConn *self, gsize len)
{
  if (len == 0)
    return;
  g_byte_array_remove_range (self->ahead, 0, (guint) len);
  if (self->ahead->len == 0)
    g_clear_pointer (&self->ahead, g_byte_array_unref);
}

static void
weir_http_conn_start_request (WeirHttpConn *self)
{
  weir_timer_clear (&self->timer);
  weir_http_body_init (&self->body, self->head);
  self->in = weir_http_head_has_body (self->head) ? WEIR_HTTP_IN_BODY : WEIR_HTTP_IN_WAITING;
  self->out = WEIR_HTTP_OUT_NONE;
  self->is_paused = TRUE;
  self->has_continued = FALSE;
  self->closes = !self->head->keep_alive;
  self->events->request (self, self->head, self->user_data);
}

/* FALSE: there is no whole head. */
static gboolean
weir_http_conn_take_head (WeirHttpConn *self)
{
  gsize size;
  guint status;
  const char *why;

  while (self->ahead != NULL && (*self->ahead->data == '\r' || *self->ahead->data == '\n')) /* RFC 9112 §2.2 */
    weir_http_conn_use (self, 1);
  if (self->ahead == NULL)
    return FALSE;
  size = weir_http_head_measure (self->ahead->data, self->ahead->len);
  if (size > WEIR_HTTP_MAX_HEAD || (size == 0 && self->ahead->len >= WEIR_HTTP_MAX_HEAD))
    {
      weir_http_conn_refuse (self, WEIR_HTTP_STATUS_HEAD_TOO_LARGE, "the request's head is larger than 64 KiB");
      return FALSE;
    }
  if (size == 0)
    return FALSE;
  self->head = weir_http_head_parse (self->ahead->data, size, &status, &why);
  weir_http_conn_use (self, size);
  if (self->head != NULL)
    weir_http_conn_start_request (self);
  else
    weir_http_conn_refuse (self, status, why);
  return TRUE;
}

static void
weir_http_conn_break_body (WeirHttpConn *self)
{
  const WeirHttpHandler *handler = g_steal_pointer (&self->handler);
  gboolean may_answer = self->out == WEIR_HTTP_OUT_NONE;

  if (handler != NULL)
    handler->gone (self, self->handler_data);
  if (may_answer)
    weir_http_conn_refuse (self, SOUP_STATUS_BAD_REQUEST, "the request's body is not chunked as it should be");
  else
    weir_http_conn_abort (self);
}

static void
weir_http_conn_end_body (WeirHttpConn *self)
{
  self->in = WEIR_HTTP_IN_WAITING;
  if (self->handler != NULL && self->handler->body_end != NULL)
    self->handler->body_end (self, self->handler_data);
}

/* TRUE: something else is next. */
static gboolean
weir_http_conn_take_body (WeirHttpConn *self)
{
  g_autoptr (GByteArray) ahead = g_steal_pointer (&self->ahead);
  const guint8 *cursor = ahead != NULL ? ahead->data : NULL;
  const guint8 *end = ahead != NULL ? ahead->data + ahead->len : NULL;
  WeirHttpBodyResult result = WEIR_HTTP_BODY_DATA;

  while (self->in == WEIR_HTTP_IN_BODY && !self->is_paused && result == WEIR_HTTP_BODY_DATA)
    {
      const guint8 *data;
      gsize len;

      result = weir_http_body_next (&self->body, &cursor, end, &data, &len);
      if (result == WEIR_HTTP_BODY_DATA && self->handler != NULL && self->handler->body != NULL &&
          !self->handler->body (self, data, len, self->handler_data))
        self->is_paused = TRUE;
    }
  if (cursor < end && self->in <= WEIR_HTTP_IN_WAITING)
    {
      g_byte_array_remove_range (ahead, 0, (guint) (cursor - ahead->data));
      self->ahead = g_steal_pointer (&ahead);
    }
  if (self->in == WEIR_HTTP_IN_BODY && result == WEIR_HTTP_BODY_BAD)
    weir_http_conn_break_body (self);
  else if (self->in == WEIR_HTTP_IN_BODY && self->body.state == WEIR_HTTP_BODY_OVER)
    weir_http_conn_end_body (self);
  return self->in != WEIR_HTTP_IN_BODY;
}

void
weir_http_conn_skip_body (WeirHttpConn *self)
{
  const guint8 *cursor = self->ahead != NULL ? self->ahead->data : NULL;
  const guint8 *end = cursor != NULL ? cursor + self->ahead->len : NULL;
  WeirHttpBodyResult result = WEIR_HTTP_BODY_DATA;
  const guint8 *data;
  gsize len;

  if (self->in != WEIR_HTTP_IN_BODY || cursor == NULL)
    return;
  while (result == WEIR_HTTP_BODY_DATA)
    result = weir_http_body_next (&self->body, &cursor, end, &data, &len);
  weir_http_conn_use (self, (gsize) (cursor - self->ahead->data));
  if (result == WEIR_HTTP_BODY_END)
    self->in = WEIR_HTTP_IN_WAITING;
}

static void
weir_http_conn_process (WeirHttpConn *self)
{
  gboolean goes_on = TRUE;

  while (goes_on && !self->is_freed)
    switch (self->in)
      {
      case WEIR_HTTP_IN_HEAD:
        goes_on = weir_http_conn_take_head (self);
        break;
      case WEIR_HTTP_IN_BODY:
        goes_on = weir_http_conn_take_body (self);
        break;
      case WEIR_HTTP_IN_WAITING:
      case WEIR_HTTP_IN_LINGERING:
      case WEIR_HTTP_IN_DONE:
      default:
        goes_on = FALSE;
      }
}

/* --- the socket --- */

static void
weir_http_conn_keep (WeirHttpConn *self, const guint8 *data, gsize len)
{
  if (self->ahead == NULL)
    self->ahead = g_byte_array_new ();
  if (self->in == WEIR_HTTP_IN_HEAD && self->ahead->len == 0)
    weir_http_conn_set_timer (self, self->limits.head_us);
  g_byte_array_append (self->ahead, data, (guint) len);
}

static gboolean
weir_http_conn_wants_input (WeirHttpConn *self)
{
  if (self->is_at_end)
    return FALSE;
  switch (self->in)
    {
    case WEIR_HTTP_IN_HEAD:
      return TRUE;
    case WEIR_HTTP_IN_BODY:
      return !self->is_paused;
    case WEIR_HTTP_IN_WAITING: /* for its end */
      return self->ahead == NULL || self->ahead->len < WEIR_HTTP_MAX_HEAD;
    case WEIR_HTTP_IN_LINGERING:
      return TRUE;
    case WEIR_HTTP_IN_DONE:
    default:
      return FALSE;
    }
}

static void
weir_http_conn_end_of_stream (WeirHttpConn *self)
{
  self->is_at_end = TRUE;
  if (weir_http_conn_is_busy (self))
    weir_http_conn_lose (self);
  if (self->queue.size == 0) /* else the client wants that, and nothing else */
    self->in = WEIR_HTTP_IN_DONE;
}

/* Returns whether there may be more. */
static gboolean
weir_http_conn_read_once (WeirHttpConn *self)
{
  WeirBlock *buffer = weir_loop_get_buffer (self->loop);
  struct iovec vector = { buffer->data, READ_SIZE };
  gssize n = weir_transport_readv (&self->transport, &vector, 1);

  if (n == WEIR_TRANSPORT_AGAIN)
    return FALSE;
  if (n <= 0)
    {
      weir_http_conn_end_of_stream (self);
      return FALSE;
    }
  if (self->in == WEIR_HTTP_IN_LINGERING)
    {
      self->n_discarded += (gsize) n;
      if (self->n_discarded > MAX_DISCARDED)
        self->in = WEIR_HTTP_IN_DONE;
      return TRUE;
    }
  weir_http_conn_keep (self, buffer->data, (gsize) n);
  weir_http_conn_process (self);
  return n == READ_SIZE;
}

static void
weir_http_conn_close (WeirHttpConn *self)
{
  self->has_closed = TRUE;
  weir_timer_clear (&self->timer);
  weir_transport_close (&self->transport, FALSE);
  self->events->closed (self, self->user_data);
}

static void
weir_http_conn_dispatch (WeirWatch *watch, guint32 events)
{
  WeirHttpConn *self = (WeirHttpConn *) watch;

  if (self->has_closed)
    return;
  self->in_dispatch = TRUE;
  if (self->is_broken || ((events & (EPOLLERR | EPOLLHUP)) != 0 && !weir_http_conn_wants_input (self)))
    weir_http_conn_end_of_stream (self); /* a write has failed; or it was reset while it is not read from */
  if ((events & EPOLLOUT) != 0)
    weir_http_conn_flush (self);
  if (events == 0) /* what lies here already */
    weir_http_conn_process (self);
  for (guint i = 0; i < DISPATCH_READS && (events & ~EPOLLOUT) != 0 && !self->is_freed; i++)
    if (!weir_http_conn_wants_input (self) || !weir_http_conn_read_once (self))
      break;
  self->in_dispatch = FALSE;
  if (self->in == WEIR_HTTP_IN_DONE && !self->is_freed)
    weir_http_conn_close (self);
  else
    weir_http_conn_settle (self);
}

static void
weir_http_conn_update_events (WeirHttpConn *self)
{
  guint32 events = weir_http_conn_wants_input (self) ? EPOLLIN : 0;

  if (self->queue.size > 0 || self->was_full)
    events |= EPOLLOUT;
  if (events == 0) /* or a reset would not be told of */
    events = EPOLLPRI;
  if (!weir_transport_set_events (&self->transport, events))
    weir_http_conn_break (self);
}

void
weir_http_conn_settle (WeirHttpConn *self)
{
  if (self->is_freed || self->has_closed || self->in_dispatch)
    return;
  if (self->is_broken) /* that is told by the dispatch alone, not to who has just written */
    {
      weir_loop_make_ready (self->loop, &self->transport.watch);
      return;
    }
  if (self->in == WEIR_HTTP_IN_LINGERING && self->queue.size == 0 && !self->is_shut)
    {
      self->is_shut = TRUE;
      weir_transport_shutdown_write (&self->transport);
      weir_http_conn_set_timer (self, LINGER_US);
    }
  if (self->is_at_end && self->queue.size == 0)
    self->in = WEIR_HTTP_IN_DONE;
  if (self->in != WEIR_HTTP_IN_DONE)
    weir_http_conn_update_events (self);
  else /* not in here: whoever writes may not be done with it */
    weir_loop_make_ready (self->loop, &self->transport.watch);
}

void
weir_http_conn_finish_request (WeirHttpConn *self)
{
  gboolean is_complete = self->in == WEIR_HTTP_IN_WAITING;

  self->handler = NULL;
  self->out = WEIR_HTTP_OUT_ENDED;
  g_clear_pointer (&self->head, weir_http_head_free);
  if (self->in == WEIR_HTTP_IN_DONE)
    return;
  if (!is_complete || self->closes)
    {
      self->in = WEIR_HTTP_IN_LINGERING;
      g_clear_pointer (&self->ahead, g_byte_array_unref);
    }
  else
    {
      self->in = WEIR_HTTP_IN_HEAD;
      if (self->ahead != NULL)
        weir_loop_make_ready (self->loop, &self->transport.watch);
    }
  weir_http_conn_set_timer (self, self->limits.idle_us);
}

/* --- for handlers --- */

const char *
weir_http_conn_get_peer (WeirHttpConn *self)
{
  return self->peer;
}

const WeirHttpHead *
weir_http_conn_get_head (WeirHttpConn *self)
{
  return self->head;
}

gboolean
weir_http_conn_is_busy (WeirHttpConn *self)
{
  return self->head != NULL && self->out != WEIR_HTTP_OUT_ENDED;
}

void
weir_http_conn_handle (WeirHttpConn *self, const WeirHttpHandler *handler, gpointer user_data)
{
  self->handler = handler;
  self->handler_data = user_data;
}

void
weir_http_conn_set_paused (WeirHttpConn *self, gboolean paused)
{
  if (self->is_paused == !!paused)
    return;
  self->is_paused = !!paused;
  if (paused || self->in != WEIR_HTTP_IN_BODY)
    return;
  weir_http_conn_continue (self);
  if (self->ahead != NULL)
    weir_loop_make_ready (self->loop, &self->transport.watch);
  weir_http_conn_settle (self);
}

gboolean
weir_http_conn_has_body (WeirHttpConn *self)
{
  return self->in == WEIR_HTTP_IN_WAITING;
}

gsize
weir_http_conn_get_memory (WeirHttpConn *self)
{
  return (self->ahead != NULL ? self->ahead->len : 0) + weir_out_queue_get_memory (&self->queue);
}

/* --- life --- */

WeirHttpConn *
weir_http_conn_new (WeirLoop *loop, GIOStream *stream, const WeirHttpConnLimits *limits,
                    const WeirHttpConnEvents *events, gpointer user_data)
{
  WeirHttpConn *self = g_new0 (WeirHttpConn, 1);
  int lowat = NOTSENT_LOWAT;

  self->loop = weir_loop_ref (loop);
  self->limits = *limits;
  self->events = events;
  self->user_data = user_data;
  self->out = WEIR_HTTP_OUT_ENDED;
  weir_out_queue_init (&self->queue);
  weir_transport_init (&self->transport, loop, stream, weir_http_conn_dispatch);
  self->peer = weir_transport_dup_peer (&self->transport);
  setsockopt (weir_transport_get_fd (&self->transport), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &lowat, sizeof lowat);
  weir_http_conn_set_timer (self, limits->head_us);
  weir_http_conn_update_events (self);
  return self;
}

static void
weir_http_conn_dispose (gpointer data)
{
  WeirHttpConn *self = data;

  weir_out_queue_clear (&self->queue);
  g_clear_pointer (&self->ahead, g_byte_array_unref);
  g_clear_pointer (&self->head, weir_http_head_free);
  g_free (self->peer);
  g_free (self);
}

void
weir_http_conn_free (WeirHttpConn *self)
{
  WeirLoop *loop = self->loop;

  self->is_freed = TRUE;
  weir_http_conn_lose (self);
  weir_timer_clear (&self->timer);
  weir_transport_close (&self->transport, FALSE);
  weir_loop_forget (loop, &self->transport.watch);
  weir_loop_dispose_later (loop, self, weir_http_conn_dispose);
  weir_loop_unref (loop);
}
