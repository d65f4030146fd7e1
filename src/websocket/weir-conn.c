/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-conn.h"

#include "weir-gather.h"
#include "weir-out-queue.h"
#include "weir-reader.h"
#include "weir-transport.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

/* What one dispatch reads of one connection at most, so that it cannot starve the others of its thread. */
#define DISPATCH_BUDGET (1024 * 1024)

/* How long a connection whose closing handshake is done may take to reach its end of stream. */
#define LINGER_US (2 * G_USEC_PER_SEC)

/* What a close frame can carry beside its code. */
#define REASON_MAX_SIZE (WEIR_CONTROL_MAX_SIZE - 2)

#define FLUSH_VECTORS 64

typedef enum
{
  IN_READING,
  IN_DISCARDING, /* our close was asked for: looks for the peer's and skips messages */
  IN_DRAINING,   /* both are known: bytes are read to keep the peer from a reset, and thrown away */
  IN_DONE,       /* end of stream */
} WeirIn;

typedef enum
{
  OUT_OPEN,
  OUT_CLOSING, /* a close frame is the last in the queue, or has been written */
  OUT_SHUT,
  OUT_BROKEN, /* a write has failed; reading will find out why */
} WeirOutState;

struct _WeirConn
{
  WeirTransport transport; /* first: its watch is cast to this */
  WeirLoop *loop;
  const WeirConnEvents *events;
  gpointer user_data;
  char *peer;
  WeirTimer *timer; /* nullable: of the closing */

  WeirRole role;
  WeirIn in;
  WeirOutState out;

  WeirReader reader;
  guint8 *kept; /* nullable: what had been read when it was paused, from kept_start to kept_end */
  gsize kept_start, kept_end;
  guint8 **cursor; /* nullable: what is being parsed, up to cursor_end */
  const guint8 *cursor_end;
  gsize read_limit;
  WeirBlock *block; /* nullable: of the message that is being handed over */

  WeirOutQueue queue;

  WeirClosedHow how; /* once has_end */
  guint16 code;
  char *reason;

  guint16 peer_code; /* of its close frame */
  char *peer_reason; /* nullable */

  guint is_paused : 1;
  guint in_batch : 1;      /* something was read or handed over and batch_end is due */
  guint was_full : 1;      /* drained is due when the queue is empty */
  guint has_progressed : 1; /* something was written since the timer was set */
  guint has_peer_close : 1;
  guint has_end : 1;       /* it is known how it ends */
  guint has_told_end : 1;
  guint has_closed : 1;
  guint is_aborted : 1;
  guint is_freed : 1;
};

/* --- writing --- */

static gsize
weir_conn_frame_size (WeirConn *self, gsize len)
{
  return weir_gather_head_size (self->role, len) + len;
}

/* A whole frame, in a block of its own. */
static WeirBlock *
weir_conn_make_frame (WeirConn *self, WeirOp op, const void *data, gsize len)
{
  WeirBlock *block = weir_block_new (weir_conn_frame_size (self, len));

  weir_gather_write_frame (self->loop, self->role, op, data, len, block->data);

  return block;
}

/* A write has failed. What waits will never go; what the peer sent before may still be read, and ends in an end of stream. */
static void
weir_conn_break (WeirConn *self)
{
  self->out = OUT_BROKEN;
  weir_out_queue_clear (&self->queue);
}

gsize
weir_conn_get_queued (WeirConn *self)
{
  return self->out == OUT_BROKEN ? 0 : self->queue.size + weir_transport_get_staged (&self->transport);
}

/* Writes as much of the queue as the socket takes. */
static void
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

/* Whether `drained` is due when the socket takes more. Nothing need be queued for that: it may have been full between messages. */
static gboolean
weir_conn_awaits_room (WeirConn *self)
{
  return weir_conn_get_queued (self) > 0 || (self->was_full && self->out == OUT_OPEN);
}

/* What the connection waits for. A pause alone does not go to the kernel: most are over before more has come, and if not, the
 * dispatch that finds it (@strictly) stops listening. */
static void
weir_conn_update_events (WeirConn *self, gboolean strictly)
{
  guint32 events = 0;

  if (self->in == IN_READING && self->is_paused)
    events = strictly ? 0 : weir_transport_get_events (&self->transport) & EPOLLIN;
  else if (self->in != IN_DONE)
    events = EPOLLIN;
  if (weir_conn_awaits_room (self))
    events |= EPOLLOUT;
  weir_transport_set_events (&self->transport, events);
}

/* After anything that may have left something to write. */
static void
weir_conn_update_output (WeirConn *self)
{
  guint32 events = weir_transport_get_events (&self->transport);

  if (weir_conn_awaits_room (self) != ((events & EPOLLOUT) != 0))
    weir_transport_set_events (&self->transport, events ^ EPOLLOUT);
  if (self->out == OUT_BROKEN)
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

  if (self->out != OUT_OPEN || self->is_freed || self->was_full)
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

  if (self->out != OUT_OPEN || self->is_freed)
    return FALSE;
  if (weir_conn_sendv (self, &out, 1) == 0 && self->out == OUT_OPEN)
    {
      WeirBlock *block = weir_conn_make_frame (self, kind, data, len);

      weir_out_queue_push (&self->queue, block, block->data, block->size, FALSE);
      self->was_full = TRUE;
      weir_conn_update_output (self);
    }

  return self->out == OUT_OPEN;
}

void
weir_conn_ping (WeirConn *self, const void *data, gsize len)
{
  guint8 frame[WEIR_FRAME_HEAD_MAX_SIZE + WEIR_CONTROL_MAX_SIZE];

  g_return_if_fail (len <= WEIR_CONTROL_MAX_SIZE);

  if (self->out != OUT_OPEN || self->is_freed)
    return;
  weir_gather_write_frame (self->loop, self->role, WEIR_OP_PING, data, len, frame);
  weir_out_queue_set_ping (&self->queue, frame, weir_conn_frame_size (self, len));
  if (!self->was_full)
    weir_conn_flush (self);
  weir_conn_update_output (self);
}

/* --- closing --- */

static void
weir_conn_set_end (WeirConn *self, WeirClosedHow how, guint16 code, const char *reason)
{
  if (self->has_end)
    return;
  self->has_end = TRUE;
  self->how = how;
  self->code = code;
  g_free (self->reason); /* that we asked for */
  self->reason = g_strdup (reason);
}

/* It ends as weir_conn_close () asked for, with its code and reason. */
static void
weir_conn_set_end_by_us (WeirConn *self)
{
  if (self->has_end)
    return;
  self->has_end = TRUE;
  self->how = WEIR_CLOSED_BY_US;
}

static void weir_conn_timer_cb (gpointer data);

static void
weir_conn_set_timer (WeirConn *self, gint64 timeout_us)
{
  weir_timer_clear (&self->timer);
  self->has_progressed = FALSE;
  self->timer = weir_loop_add_timer (self->loop, weir_loop_now_us (self->loop) + timeout_us, weir_conn_timer_cb, self);
}

/* The peer will send nothing of interest any more. */
static void
weir_conn_start_draining (WeirConn *self)
{
  self->in = IN_DRAINING;
  weir_conn_set_timer (self, LINGER_US);
}

/* Returns the longest valid beginning of @reason that fits. */
static gsize
reason_size (const char *reason)
{
  const char *end;

  if (reason == NULL)
    return 0;
  g_utf8_validate (reason, MIN (strlen (reason), REASON_MAX_SIZE), &end);

  return end - reason;
}

static void
weir_conn_queue_close (WeirConn *self, guint16 code, const char *reason)
{
  guint8 payload[WEIR_CONTROL_MAX_SIZE];
  gsize len = 0;
  WeirBlock *block;

  if (code != 0)
    {
      guint16 wire = GUINT16_TO_BE (code);

      len = reason_size (reason);
      memcpy (payload, &wire, sizeof wire);
      if (len > 0)
        memcpy (payload + sizeof wire, reason, len);
      len += sizeof wire;
    }
  block = weir_conn_make_frame (self, WEIR_OP_CLOSE, payload, len);
  weir_out_queue_push (&self->queue, block, block->data, block->size, FALSE);
  self->out = OUT_CLOSING;
  if (!self->was_full)
    weir_conn_flush (self);
}

/* The peer broke a rule. Once our close is on its way there is nothing more to tell it. */
static void
weir_conn_fail (WeirConn *self, guint16 code, const char *reason)
{
  if (self->in == IN_READING)
    {
      weir_conn_set_end (self, WEIR_CLOSED_VIOLATED, code, reason);
      if (self->out == OUT_OPEN)
        weir_conn_queue_close (self, code, reason);
    }
  weir_conn_set_end_by_us (self);
  weir_conn_start_draining (self);
}

/* The codes that may be sent (RFC 6455 §7.4, and the registry of IANA up to 1014). */
static gboolean
close_code_is_valid (guint16 code)
{
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

/* What a close frame says. Returns 0, or the code that it is refused with, and *@why. @reason: (out) (nullable) */
static guint16
close_parse (const guint8 *data, gsize len, guint16 *code, char **reason, const char **why)
{
  WeirUtf8 utf8 = { 0 };

  *code = 0;
  *reason = NULL;
  *why = len == 1 ? "close frame of one byte" : NULL;
  if (len == 1)
    return WEIR_CLOSE_PROTOCOL_ERROR;
  if (len == 0)
    return 0;

  memcpy (code, data, sizeof *code);
  *code = GUINT16_FROM_BE (*code);
  *why = "close code that may not be sent";
  if (!close_code_is_valid (*code))
    return WEIR_CLOSE_PROTOCOL_ERROR;
  *why = "reason of a close that is not UTF-8";
  if (!weir_utf8_push (&utf8, data + 2, len - 2) || !weir_utf8_is_complete (&utf8))
    return WEIR_CLOSE_NOT_UTF8;
  if (len > 2)
    *reason = g_strndup ((const char *) data + 2, len - 2);

  return 0;
}

static void
weir_conn_handle_close (WeirConn *self, const guint8 *data, gsize len)
{
  const char *why;
  guint16 refusal = close_parse (data, len, &self->peer_code, &self->peer_reason, &why);

  self->has_peer_close = refusal == 0;
  if (self->in == IN_DISCARDING)
    {
      weir_conn_set_end_by_us (self);
      weir_conn_start_draining (self);
      return;
    }
  if (refusal != 0)
    {
      weir_conn_fail (self, refusal, why);
      return;
    }
  weir_conn_set_end (self, WEIR_CLOSED_CLEAN, self->peer_code, self->peer_reason);
  weir_conn_start_draining (self);
  if (self->out == OUT_OPEN)
    weir_conn_queue_close (self, self->peer_code, NULL);
}

gboolean
weir_conn_get_peer_close (WeirConn *self, guint16 *code, const char **reason)
{
  *code = self->has_peer_close ? self->peer_code : 0;
  *reason = self->has_peer_close ? self->peer_reason : NULL;

  return self->has_peer_close;
}

void
weir_conn_close (WeirConn *self, guint16 code, const char *reason, gint64 timeout_us)
{
  if (self->out == OUT_CLOSING || self->out == OUT_SHUT || self->in > IN_DISCARDING || self->is_freed || self->is_aborted)
    return;

  self->code = code;
  self->reason = g_strdup (reason);
  self->in = IN_DISCARDING;
  weir_reader_discard (&self->reader);
  weir_conn_set_timer (self, MAX (timeout_us, 0));
  if (self->out == OUT_OPEN)
    weir_conn_queue_close (self, code, reason);
  weir_conn_update_events (self, FALSE);
  if (self->kept != NULL || self->out == OUT_BROKEN)
    weir_loop_make_ready (self->loop, &self->transport.watch);
}

void
weir_conn_abort (WeirConn *self)
{
  if (self->has_closed || self->is_freed || self->is_aborted)
    return;
  self->is_aborted = TRUE;
  self->in = IN_DONE;
  weir_conn_break (self);
  weir_timer_clear (&self->timer);
  weir_conn_set_end (self, WEIR_CLOSED_LOST, 0, NULL);
  weir_transport_close (&self->transport, FALSE);
  weir_loop_make_ready (self->loop, &self->transport.watch);
}

/* The connection is over. */
static void
weir_conn_finish (WeirConn *self)
{
  self->has_closed = TRUE;
  weir_timer_clear (&self->timer);
  weir_transport_close (&self->transport, self->out == OUT_SHUT);
  self->events->closed (self, self->user_data);
}

/* The last step of everything that may have changed the state: tells what is due, and decides what to wait for. */
static void
weir_conn_settle (WeirConn *self, gboolean strictly)
{
  if (self->is_freed || self->has_closed)
    return;
  if (self->has_end && !self->has_told_end)
    {
      self->has_told_end = TRUE;
      if (self->events->ended != NULL)
        self->events->ended (self, self->how, self->code, self->reason, self->user_data);
      if (self->is_freed)
        return;
    }

  if (self->in == IN_DRAINING && self->out == OUT_CLOSING && weir_conn_get_queued (self) == 0)
    {
      self->out = OUT_SHUT;
      weir_transport_shutdown_write (&self->transport);
      weir_conn_set_timer (self, LINGER_US);
    }
  if (self->in == IN_DRAINING && self->out == OUT_BROKEN)
    self->in = IN_DONE;

  if (self->in == IN_DONE && weir_conn_get_queued (self) == 0)
    weir_conn_finish (self);
  else
    weir_conn_update_events (self, strictly);
}

static void
weir_conn_timer_cb (gpointer data)
{
  WeirConn *self = data;

  self->timer = NULL;
  if (self->in != IN_DISCARDING && weir_conn_get_queued (self) > 0 && self->has_progressed)
    {
      weir_conn_set_timer (self, LINGER_US);
      return;
    }
  weir_conn_set_end_by_us (self);
  if (self->in == IN_DISCARDING && weir_conn_get_queued (self) == 0)
    {
      weir_conn_start_draining (self);
    }
  else
    {
      self->in = IN_DONE;
      weir_conn_break (self);
    }
  weir_conn_settle (self, FALSE);
}

/* --- reading --- */

static gboolean
weir_conn_can_parse (WeirConn *self)
{
  return self->in == IN_READING ? !self->is_paused && !self->is_freed : self->in == IN_DISCARDING && !self->is_freed;
}

static void
weir_conn_handle_control (WeirConn *self, const WeirReaderItem *item)
{
  guint8 frame[WEIR_FRAME_HEAD_MAX_SIZE + WEIR_CONTROL_MAX_SIZE];

  if (item->op == WEIR_OP_CLOSE)
    {
      weir_conn_handle_close (self, item->data, item->len);
    }
  else if (item->op == WEIR_OP_PING && self->out == OUT_OPEN)
    {
      weir_gather_write_frame (self->loop, self->role, WEIR_OP_PONG, item->data, item->len, frame);
      weir_out_queue_push_pong (&self->queue, frame, weir_conn_frame_size (self, item->len));
    }
  else if (item->op == WEIR_OP_PONG && self->in == IN_READING && self->events->pong != NULL)
    {
      self->events->pong (self, item->data, item->len, self->user_data);
    }
}

static void
weir_conn_parse (WeirConn *self, guint8 **cursor, const guint8 *end)
{
  WeirReaderItem item;

  while (weir_conn_can_parse (self))
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
weir_conn_process (WeirConn *self, guint8 **cursor, const guint8 *end)
{
  self->cursor = cursor;
  self->cursor_end = end;
  do
    {
      weir_conn_parse (self, cursor, end);
      weir_conn_end_batch (self); /* which may end a pause */
    }
  while (*cursor < end && weir_conn_can_parse (self));
  self->cursor = NULL;
}

/* Returns how many bytes were used. */
static gsize
weir_conn_read_kept (WeirConn *self)
{
  guint8 *start = self->kept + self->kept_start;
  guint8 *cursor = start;

  weir_conn_process (self, &cursor, self->kept + self->kept_end);
  self->kept_start += cursor - start;
  if (self->kept_start == self->kept_end || self->in > IN_DISCARDING)
    {
      g_clear_pointer (&self->kept, g_free);
      self->kept_start = self->kept_end = 0;
    }

  return cursor - start;
}

static void
weir_conn_keep (WeirConn *self, const guint8 *data, gsize len)
{
  self->kept = g_memdup2 (data, len);
  self->kept_start = 0;
  self->kept_end = len;
}

static void
weir_conn_end_of_stream (WeirConn *self, gboolean has_failed)
{
  /* A peer that goes by itself when it has read our close frame; one that has not read it all is reset by its kernel. */
  if (self->in == IN_DISCARDING && self->out == OUT_CLOSING && weir_conn_get_queued (self) == 0 && !has_failed)
    weir_conn_set_end_by_us (self);
  else
    weir_conn_set_end (self, WEIR_CLOSED_LOST, 0, NULL);
  if (self->in != IN_DRAINING || has_failed) /* else our answer may still be on its way */
    weir_conn_break (self);
  self->in = IN_DONE;
}

/* Returns how many bytes came, 0 if there are no more for now. */
static gsize
weir_conn_read_socket (WeirConn *self)
{
  guint8 *buffer = weir_loop_get_buffer (self->loop);
  guint8 *cursor = buffer, *room = NULL;
  struct iovec vectors[2];
  gsize n_room = self->in == IN_READING ? weir_reader_get_room (&self->reader, &room) : 0;
  guint n_vectors = 0;
  gssize n;

  n_room = MIN (n_room, self->read_limit);
  if (n_room > 0)
    vectors[n_vectors++] = (struct iovec) { room, n_room };
  if (n_room < self->read_limit)
    vectors[n_vectors++] = (struct iovec) { buffer, self->read_limit - n_room };

  n = weir_transport_readv (&self->transport, vectors, n_vectors);
  if (n == WEIR_TRANSPORT_AGAIN)
    return 0;
  if (n <= 0)
    {
      weir_conn_end_of_stream (self, n < 0);
      return 0;
    }
  if (self->in == IN_DRAINING)
    return n;

  self->in_batch = self->in == IN_READING;
  if (n_room > 0)
    weir_reader_commit (&self->reader, MIN ((gsize) n, n_room));
  weir_conn_process (self, &cursor, buffer + ((gsize) n > n_room ? n - n_room : 0));
  if (self->in == IN_READING && !self->is_freed && cursor < buffer + n - MIN ((gsize) n, n_room))
    weir_conn_keep (self, cursor, buffer + n - n_room - cursor);
  if (self->transport.polled == NULL && (gsize) n < self->read_limit)
    return 0;

  return n;
}

static void
weir_conn_read (WeirConn *self)
{
  gsize budget = DISPATCH_BUDGET;
  gsize n = 1;

  while (n > 0 && budget > 0 && (weir_conn_can_parse (self) || self->in == IN_DRAINING) && !self->is_freed)
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
  if (weir_conn_get_queued (self) > 0 && (events & ~EPOLLIN) != 0)
    weir_conn_flush (self);
  if (self->was_full && weir_conn_get_queued (self) == 0)
    {
      self->was_full = FALSE;
      if (self->out == OUT_OPEN && self->events->drained != NULL)
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
  if (paused || self->is_freed || self->in != IN_READING)
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
weir_conn_set_validate_utf8 (WeirConn *self, gboolean validate)
{
  self->reader.validate_utf8 = validate;
}

/* --- the rest --- */

void
weir_conn_set_notsent_lowat (WeirConn *self, int bytes)
{
  if (self->transport.socket != NULL)
    setsockopt (g_socket_get_fd (self->transport.socket), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &bytes, sizeof bytes);
}

gpointer
weir_conn_get_user_data (WeirConn *self)
{
  return self->user_data;
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
    weir_conn_keep (self, g_bytes_get_data (early, NULL), g_bytes_get_size (early));
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
  g_free (self->kept);
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
