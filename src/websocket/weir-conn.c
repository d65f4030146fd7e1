/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-conn-private.h"

#include "weir-gather.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

/* What one dispatch reads of one connection at most, so that it cannot starve the others of its thread. */
#define DISPATCH_BUDGET (1024 * 1024)

/* The same for control frames of one that is paused. */
#define MAX_CONTROLS 64

/* --- reading --- */

static gboolean
weir_conn_can_parse (WeirConn *self)
{
  return self->in == WEIR_IN_READING ? !self->is_paused && !self->is_freed
                                     : self->in == WEIR_IN_DISCARDING && !self->is_freed;
}

/* A pause holds back messages; a control frame that comes next is none, and takes no room. */
static gboolean
weir_conn_is_at_control (WeirConn *self, const guint8 *cursor, const guint8 *end)
{
  return self->in == WEIR_IN_READING && self->is_paused && !self->is_freed &&
         weir_reader_measure_control (&self->reader, cursor, end - cursor) > 0;
}

static void
weir_conn_handle_control (WeirConn *self, const WeirReaderItem *item)
{
  guint8 frame[WEIR_FRAME_HEAD_MAX_SIZE + WEIR_CONTROL_MAX_SIZE];

  if (item->op == WEIR_OP_CLOSE)
    {
      weir_conn_handle_close (self, item->data, item->len);
    }
  else if (item->op == WEIR_OP_PING && self->out == WEIR_OUT_OPEN)
    {
      weir_gather_write_frame (self->loop, self->role, WEIR_OP_PONG, item->data, item->len, frame);
      weir_out_queue_push_pong (&self->queue, frame, weir_conn_frame_size (self, item->len));
    }
  else if (item->op == WEIR_OP_PONG && self->in == WEIR_IN_READING && self->events->pong != NULL)
    {
      self->events->pong (self, item->data, item->len, self->user_data);
    }
}

static void
weir_conn_parse (WeirConn *self, guint8 **cursor, const guint8 *end)
{
  WeirReaderItem item;

  while (weir_conn_can_parse (self) || weir_conn_is_at_control (self, *cursor, end))
    switch (weir_reader_next (&self->reader, cursor, end, &item))
      {
      case WEIR_READER_MESSAGE:
        self->in_batch = TRUE;
        self->block = item.block;
        if (!self->events->message (self, item.op, item.data, item.len, self->user_data))
          self->is_paused = TRUE;
        break;
      case WEIR_READER_CONTROL:
        weir_conn_handle_control (self, &item);
        break;
      case WEIR_READER_BAD:
        weir_conn_fail (self, item.code, item.reason);
        return;
      case WEIR_READER_MORE:
      default:
        return;
      }
}

/* What was lent ends here. */
static void
weir_conn_end_batch (WeirConn *self)
{
  if (self->in_batch && !self->is_freed && self->events->batch_end != NULL)
    self->events->batch_end (self, self->user_data);
  self->in_batch = FALSE;
  self->block = NULL;
  weir_reader_release (&self->reader);
  if (self->queue.size > 0 && !self->was_full && !self->is_freed)
    weir_conn_flush (self); /* pongs */
}

/* Hands over what lies from *@cursor to @end, as far as is wanted. */
static void
weir_conn_process (WeirConn *self, WeirBlock *buffer, guint8 **cursor, const guint8 *end)
{
  self->buffer = buffer;
  self->cursor = cursor;
  self->cursor_end = end;
  do
    {
      weir_loop_set_more (self->loop, TRUE);
      weir_conn_parse (self, cursor, end);
      weir_loop_set_more (self->loop, FALSE);
      weir_conn_end_batch (self); /* which may end a pause */
    }
  while (*cursor < end && weir_conn_can_parse (self));
  weir_loop_push (self->loop);
  self->cursor = NULL;
  self->buffer = NULL;
}

/* Returns how many bytes were used. */
static gsize
weir_conn_read_kept (WeirConn *self)
{
  guint8 *start = self->kept->data + self->kept_start;
  guint8 *cursor = start;

  weir_conn_process (self, self->kept, &cursor, self->kept->data + self->kept_end);
  self->kept_start += cursor - start;
  if (self->kept_start == self->kept_end || self->in > WEIR_IN_DISCARDING)
    {
      g_clear_pointer (&self->kept, weir_block_unref);
      self->kept_start = self->kept_end = 0;
    }

  return cursor - start;
}

/* Whether somebody keeps the block anyway, or enough of it that it may stay for that: at most twice what is needed. */
static gboolean
is_worth_keeping (WeirBlock *block, gsize len)
{
  return len >= block->size / 2 || weir_block_is_shared (block);
}

/* What the peer has sent before we could read: a copy. */
static void
weir_conn_keep_early (WeirConn *self, GBytes *early)
{
  self->kept = weir_block_new_copy (g_bytes_get_data (early, NULL), g_bytes_get_size (early));
  self->kept_end = self->kept->size;
}

static void
weir_conn_keep (WeirConn *self, WeirBlock *buffer, const guint8 *data, gsize len)
{
  gboolean is_shared = is_worth_keeping (buffer, len);

  self->kept = is_shared ? weir_block_ref (buffer) : weir_block_new_copy (data, len);
  self->kept_start = is_shared ? data - buffer->data : 0;
  self->kept_end = self->kept_start + len;
}

/* Returns how many bytes came, 0 if there are no more for now. */
static gsize
weir_conn_read_socket (WeirConn *self)
{
  WeirBlock *buffer = weir_loop_get_buffer (self->loop);
  guint8 *cursor = buffer->data, *end, *room = NULL;
  struct iovec vectors[2];
  gsize n_room = self->in == WEIR_IN_READING ? weir_reader_get_room (&self->reader, &room) : 0;
  guint n_vectors = 0;
  gssize n;

  n_room = MIN (n_room, self->read_limit);
  if (n_room > 0)
    vectors[n_vectors++] = (struct iovec){ room, n_room };
  if (n_room < self->read_limit)
    vectors[n_vectors++] = (struct iovec){ buffer->data, self->read_limit - n_room };

  n = weir_transport_readv (&self->transport, vectors, n_vectors);
  if (n == WEIR_TRANSPORT_AGAIN)
    return 0;
  if (n <= 0)
    {
      weir_conn_end_of_stream (self, n < 0);
      return 0;
    }
  if (self->in == WEIR_IN_DRAINING)
    return n;

  self->in_batch = self->in == WEIR_IN_READING;
  if (n_room > 0)
    weir_reader_commit (&self->reader, MIN ((gsize) n, n_room));
  end = buffer->data + ((gsize) n > n_room ? n - n_room : 0);
  weir_conn_process (self, buffer, &cursor, end);
  if (self->in == WEIR_IN_READING && !self->is_freed && cursor < end)
    weir_conn_keep (self, buffer, cursor, end - cursor);
  if (self->transport.polled == NULL && (gsize) n < self->read_limit)
    return 0;

  return n;
}

/* Looks for control frames that the socket of a paused connection has next: one whose writer is done is not kept
 * waiting for its close to be seen. FALSE: something else is there. */
static gboolean
weir_conn_read_controls (WeirConn *self)
{
  for (guint i = 0; i < MAX_CONTROLS && self->in == WEIR_IN_READING && self->is_paused && !self->is_freed; i++)
    {
      guint8 bytes[WEIR_FRAME_HEAD_MAX_SIZE + WEIR_CONTROL_MAX_SIZE];
      struct iovec vector = { bytes, sizeof bytes };
      guint8 *cursor = bytes;
      gssize n = weir_transport_peek (&self->transport, &vector);

      if (n == WEIR_TRANSPORT_AGAIN)
        return TRUE;
      vector.iov_len = n > 0 ? weir_reader_measure_control (&self->reader, bytes, n) : 0;
      if (vector.iov_len == 0)
        return FALSE;
      weir_transport_readv (&self->transport, &vector, 1);
      weir_conn_process (self, NULL, &cursor, bytes + vector.iov_len);
    }

  return TRUE;
}

static void
weir_conn_read (WeirConn *self)
{
  gsize budget = DISPATCH_BUDGET;
  gsize n = 1;

  while (n > 0 && budget > 0 && (weir_conn_can_parse (self) || self->in == WEIR_IN_DRAINING) && !self->is_freed)
    {
      n = self->kept != NULL ? weir_conn_read_kept (self) : weir_conn_read_socket (self);
      budget -= MIN (n, budget);
    }
  /* Nothing else would tell that there is more. */
  if (budget == 0 && !self->is_freed && (self->kept != NULL || self->transport.polled != NULL))
    weir_loop_make_ready (self->loop, &self->transport.watch);
}

static void
weir_conn_dispatch (WeirWatch *watch, guint32 events)
{
  WeirConn *self = (WeirConn *) watch;
  gboolean is_readable = events == 0 || (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0;
  gboolean was_paused = self->is_paused;

  if (self->has_closed)
    return;
  if (is_readable && was_paused && self->kept == NULL && weir_conn_read_controls (self))
    was_paused = FALSE;
  if (weir_conn_get_queued (self) > 0 && (events & ~EPOLLIN) != 0)
    weir_conn_flush (self);
  if (self->was_full && weir_conn_get_queued (self) == 0)
    {
      self->was_full = FALSE;
      if (self->out == WEIR_OUT_OPEN && self->events->drained != NULL)
        self->events->drained (self, self->user_data);
    }
  if (is_readable)
    weir_conn_read (self);
  weir_conn_settle (self, was_paused && is_readable);
}

void
weir_conn_set_paused (WeirConn *self, gboolean paused)
{
  if (self->is_paused == !!paused)
    return;
  self->is_paused = !!paused;
  if (paused || self->is_freed || self->in != WEIR_IN_READING)
    return;
  if (self->kept != NULL || self->transport.polled != NULL)
    weir_loop_make_ready (self->loop, &self->transport.watch);
  weir_conn_update_events (self, FALSE);
}

gboolean
weir_conn_get_paused (WeirConn *self)
{
  return self->is_paused;
}

gsize
weir_conn_get_unread (WeirConn *self)
{
  gsize rest = self->cursor != NULL ? (gsize) (self->cursor_end - *self->cursor) : self->kept_end - self->kept_start;

  return rest + weir_reader_get_held (&self->reader);
}

gsize
weir_conn_get_unfinished (WeirConn *self)
{
  return weir_reader_get_held (&self->reader);
}

/* Of what has been read and not handed over, or will be when the dispatch is over. */
static gsize
weir_conn_get_kept_memory (WeirConn *self)
{
  gsize rest = self->cursor != NULL ? (gsize) (self->cursor_end - *self->cursor) : 0;

  if (self->kept != NULL)
    return self->cursor == NULL || rest > 0 ? self->kept->size : 0; /* what is used up goes when the dispatch is over */

  return rest > 0 && self->buffer != NULL && is_worth_keeping (self->buffer, rest) ? self->buffer->size : rest;
}

gsize
weir_conn_get_memory (WeirConn *self)
{
  return weir_conn_get_kept_memory (self) + weir_reader_get_memory (&self->reader) +
         weir_out_queue_get_memory (&self->queue);
}

WeirBlock *
weir_conn_get_buffer (WeirConn *self, gsize len)
{
  gsize rest = self->cursor != NULL ? (gsize) (self->cursor_end - *self->cursor) : 0;

  return self->buffer != NULL && is_worth_keeping (self->buffer, len + rest) ? self->buffer : NULL;
}

WeirBlock *
weir_conn_get_block (WeirConn *self)
{
  return self->block;
}

void
weir_conn_set_read_limit (WeirConn *self, gsize limit)
{
  self->read_limit = CLAMP (limit, 1, WEIR_LOOP_BUFFER_SIZE);
}

void
weir_conn_discard_messages (WeirConn *self)
{
  weir_reader_discard (&self->reader);
}

void
weir_conn_set_validate_utf8 (WeirConn *self, gboolean validate)
{
  self->reader.validate_utf8 = validate;
}

/* --- the rest --- */

void
weir_conn_set_notsent_lowat (WeirConn *self, int bytes)
{
  if (self->transport.watch.fd >= 0)
    setsockopt (self->transport.watch.fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &bytes, sizeof bytes);
}

const char *
weir_conn_get_peer (WeirConn *self)
{
  return self->peer;
}

WeirConn *
weir_conn_new (WeirLoop *loop, GIOStream *stream, WeirRole role, GBytes *early, const WeirConnEvents *events,
               gpointer user_data)
{
  WeirConn *self = g_new0 (WeirConn, 1);

  self->loop = weir_loop_ref (loop);
  self->events = events;
  self->user_data = user_data;
  self->role = role;
  self->read_limit = WEIR_LOOP_BUFFER_SIZE;
  weir_reader_init (&self->reader, role);
  weir_out_queue_init (&self->queue);
  weir_transport_init (&self->transport, loop, stream, weir_conn_dispatch);
  self->peer = weir_transport_dup_peer (&self->transport);
  if (early != NULL && g_bytes_get_size (early) > 0)
    weir_conn_keep_early (self, early);
  if (self->kept != NULL || self->transport.polled != NULL)
    weir_loop_make_ready (loop, &self->transport.watch);
  weir_conn_update_events (self, FALSE);

  return self;
}

static void
weir_conn_dispose (gpointer data)
{
  WeirConn *self = data;

  weir_reader_clear (&self->reader);
  weir_out_queue_clear (&self->queue);
  g_clear_pointer (&self->kept, weir_block_unref);
  g_free (self->reason);
  g_free (self->peer_reason);
  g_free (self->peer);
  g_free (self);
}

void
weir_conn_free (WeirConn *self)
{
  WeirLoop *loop = self->loop;

  self->is_freed = TRUE;
  weir_timer_clear (&self->timer);
  weir_transport_close (&self->transport, FALSE);
  weir_loop_forget (loop, &self->transport.watch);
  weir_loop_dispose_later (loop, self, weir_conn_dispose);
  weir_loop_unref (loop);
}
