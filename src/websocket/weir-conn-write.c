/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-conn-private.h"

#include "weir-gather.h"

#include <string.h>
#include <sys/epoll.h>

#define FLUSH_VECTORS 64

gsize
weir_conn_frame_size (WeirConn *self, gsize len)
{
  return weir_gather_head_size (self->role, len) + len;
}

WeirBlock *
weir_conn_make_frame (WeirConn *self, WeirOp op, const void *data, gsize len)
{
  WeirBlock *block = weir_block_new (weir_conn_frame_size (self, len));

  weir_gather_write_frame (self->loop, self->role, op, data, len, block->data);

  return block;
}

void
weir_conn_break (WeirConn *self)
{
  self->out = WEIR_OUT_BROKEN;
  weir_out_queue_clear (&self->queue);
}

gsize
weir_conn_get_queued (WeirConn *self)
{
  return self->out == WEIR_OUT_BROKEN ? 0 : self->queue.size + weir_transport_get_staged (&self->transport);
}

gsize
weir_conn_get_queued_data (WeirConn *self)
{
  return weir_out_queue_get_n_data (&self->queue) + weir_transport_get_staged (&self->transport);
}

void
weir_conn_flush (WeirConn *self)
{
  struct iovec vectors[FLUSH_VECTORS];
  gssize n = 0;

  while (self->queue.size > 0 && n >= 0)
    {
      gsize asked = 0;
      guint n_vectors = weir_out_queue_get_vectors (&self->queue, vectors, FLUSH_VECTORS);

      for (guint i = 0; i < n_vectors; i++)
        asked += vectors[i].iov_len;
      n = weir_transport_writev (&self->transport, vectors, n_vectors);
      if (n <= 0)
        break;
      self->has_progressed = TRUE;
      weir_out_queue_advance (&self->queue, n);
      if ((gsize) n < asked)
        n = WEIR_TRANSPORT_AGAIN;
    }
  if (n != WEIR_TRANSPORT_FAILED && self->queue.size == 0)
    n = weir_transport_flush (&self->transport);

  if (n == WEIR_TRANSPORT_FAILED)
    weir_conn_break (self);
  else if (weir_conn_get_queued (self) > 0)
    self->was_full = TRUE;
}

/* Whether `drained` is due when the socket takes more. Nothing need be queued for that: it may have been full between
 * messages. */
static gboolean
weir_conn_awaits_room (WeirConn *self)
{
  return weir_conn_get_queued (self) > 0 || (self->was_full && self->out == WEIR_OUT_OPEN);
}

void
weir_conn_update_events (WeirConn *self, gboolean strictly)
{
  guint32 events = 0;

  if (self->in == WEIR_IN_READING && self->is_paused)
    events = strictly ? 0 : weir_transport_get_events (&self->transport) & EPOLLIN;
  else if (self->in != WEIR_IN_DONE)
    events = EPOLLIN;
  if (weir_conn_awaits_room (self))
    events |= EPOLLOUT;
  if (!weir_transport_set_events (&self->transport, events))
    weir_conn_abort (self);
}

/* After anything that may have left something to write. */
static void
weir_conn_update_output (WeirConn *self)
{
  guint32 events = weir_transport_get_events (&self->transport);

  if (weir_conn_awaits_room (self) != ((events & EPOLLOUT) != 0))
    weir_conn_update_events (self, FALSE);
  if (self->out == WEIR_OUT_BROKEN)
    weir_loop_make_ready (self->loop, &self->transport.watch);
}

/* Queues the rest of a message that was written in part: the bytes from @from to @to of what was gathered. */
static void
weir_conn_queue_rest (WeirConn *self, const WeirGather *gather, gsize from, gsize to, const WeirOut *out)
{
  gsize position = 0;

  for (guint i = 0; i < gather->n_vectors && position < to; i++)
    {
      const struct iovec *vector = &gather->vectors[i];
      gsize start = MAX (from, position), end = MIN (to, position + vector->iov_len);
      const guint8 *data = (const guint8 *) vector->iov_base + (start - position);

      if (start < end && out->block != NULL && data >= out->data && data < out->data + out->len)
        {
          weir_out_queue_push (&self->queue, weir_block_ref (out->block), data, end - start, TRUE);
        }
      else if (start < end)
        {
          WeirBlock *copy = weir_block_new_copy (data, end - start);

          weir_out_queue_push (&self->queue, copy, copy->data, end - start, TRUE);
        }
      position += vector->iov_len;
    }
}

/* Of @n_out gathered messages @written bytes went out: how many messages are done with. */
static guint
weir_conn_account (WeirConn *self, const WeirGather *gather, const WeirOut *out, guint n_out, gsize written)
{
  gsize position = 0;

  self->has_progressed = TRUE;
  self->was_full = written < gather->n_bytes || weir_transport_get_staged (&self->transport) > 0;
  if (written == gather->n_bytes)
    return n_out;
  for (guint i = 0; i < n_out; i++)
    {
      gsize end = position + weir_conn_frame_size (self, out[i].len);

      if (end > written)
        {
          if (written > position)
            weir_conn_queue_rest (self, gather, written, end, &out[i]);
          return i + (written > position ? 1 : 0);
        }
      position = end;
    }

  return n_out;
}

static guint
weir_conn_write_messages (WeirConn *self, const WeirOut *out, guint n_out)
{
  guint n_taken = 0;

  while (n_taken < n_out && weir_conn_get_queued (self) == 0 && !self->was_full)
    {
      WeirGather gather;
      guint n = weir_gather_messages (&gather, self->loop, self->role, out + n_taken, n_out - n_taken);
      gssize written;

      if (n == 0) /* masked, and too large to lie anywhere but in memory of its own */
        {
          WeirBlock *block = weir_conn_make_frame (self, out[n_taken].kind, out[n_taken].data, out[n_taken].len);

          weir_out_queue_push (&self->queue, block, block->data, block->size, FALSE);
          weir_conn_flush (self);
          n_taken++;
          continue;
        }
      written = weir_transport_writev (&self->transport, gather.vectors, gather.n_vectors);
      if (written == WEIR_TRANSPORT_FAILED)
        {
          weir_conn_break (self);
          break;
        }
      n_taken += weir_conn_account (self, &gather, out + n_taken, n, MAX (written, 0));
    }

  return n_taken;
}

guint
weir_conn_sendv (WeirConn *self, const WeirOut *out, guint n_out)
{
  guint n_taken;

  if (self->out != WEIR_OUT_OPEN || self->is_freed || self->was_full)
    return 0;
  if (G_UNLIKELY (weir_conn_get_queued (self) > 0))
    weir_conn_flush (self);
  n_taken = weir_conn_write_messages (self, out, n_out);
  weir_conn_update_output (self);

  return n_taken;
}

gboolean
weir_conn_send (WeirConn *self, WeirOp kind, const void *data, gsize len)
{
  WeirOut out = { .kind = kind, .is_lent = TRUE, .data = data, .len = len };

  if (self->out != WEIR_OUT_OPEN || self->is_freed)
    return FALSE;
  if (weir_conn_sendv (self, &out, 1) == 0 && self->out == WEIR_OUT_OPEN)
    {
      WeirBlock *block = weir_conn_make_frame (self, kind, data, len);

      weir_out_queue_push (&self->queue, block, block->data, block->size, FALSE);
      self->was_full = TRUE;
      weir_conn_update_output (self);
    }

  return self->out == WEIR_OUT_OPEN;
}

void
weir_conn_ping (WeirConn *self, const void *data, gsize len)
{
  guint8 frame[WEIR_FRAME_HEAD_MAX_SIZE + WEIR_CONTROL_MAX_SIZE];

  g_return_if_fail (len <= WEIR_CONTROL_MAX_SIZE);

  if (self->out != WEIR_OUT_OPEN || self->is_freed)
    return;
  weir_gather_write_frame (self->loop, self->role, WEIR_OP_PING, data, len, frame);
  weir_out_queue_set_ping (&self->queue, frame, weir_conn_frame_size (self, len));
  if (!self->was_full)
    weir_conn_flush (self);
  weir_conn_update_output (self);
}
