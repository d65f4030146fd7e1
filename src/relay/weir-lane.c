/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-lane.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#define MAX_PIECES 16

/* What the other side did not take. */
struct _WeirKept
{
  WeirFollower out; /* at what has been written */
  gboolean is_blind;
  gsize start, end, size;
  guint8 *data;
};

/* A control frame that is not whole yet. */
struct _WeirHeld
{
  gsize len;
  guint8 data[WEIR_FRAME_HEAD_MAX_SIZE + WEIR_CONTROL_MAX_SIZE];
};

/* What goes out of one piece of the stream, lent. */
typedef struct
{
  WeirFollower at; /* where it begins */
  guint n;
  gsize size;
  struct iovec pieces[MAX_PIECES];
} WeirOutgoing;

void
weir_lane_init (WeirLane *self, WeirTransport *from, WeirTransport *to, gboolean masks, const WeirLaneEvents *events,
                gpointer user_data)
{
  *self = (WeirLane){
    .from = from,
    .to = to,
    .masks = masks,
    .events = events,
    .user_data = user_data,
  };
}

static void
weir_lane_drop_kept (WeirLane *self)
{
  if (self->kept != NULL)
    g_free (self->kept->data);
  g_clear_pointer (&self->kept, g_free);
}

void
weir_lane_clear (WeirLane *self)
{
  weir_lane_drop_kept (self);
  g_clear_pointer (&self->held, g_free);
}

/* --- writing --- */

/* A write has failed. What is kept goes nowhere, but how far it came is still known. */
static void
weir_lane_break (WeirLane *self, int error)
{
  self->is_broken = TRUE;
  self->is_reset = error == ECONNRESET && self->to->polled == NULL;
  if (self->kept == NULL)
    return;
  g_clear_pointer (&self->kept->data, g_free);
  self->kept->start = self->kept->end = 0;
}

static void
weir_lane_note_written (WeirLane *self, gsize n)
{
  int fd = weir_transport_get_fd (self->to);
  int lowat;

  self->n_wire += n;
  if (!weir_pace_note (&self->pace, self->n_wire, weir_loop_now_us (self->to->loop)))
    return;
  lowat = weir_pace_get_lowat (&self->pace);
  setsockopt (fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &lowat, sizeof lowat); /* where it is no TCP, it need not be */
}

static void
weir_kept_follow (WeirKept *self, const guint8 *data, gsize len)
{
  gsize size;

  if (!self->is_blind && len > 0)
    self->is_blind = weir_follower_walk (&self->out, data, len, 0, WEIR_STOP_NOWHERE, &size) == WEIR_STEP_BAD;
}

static void
weir_kept_append (WeirKept *self, const guint8 *data, gsize len)
{
  if (len == 0)
    return;
  if (self->end + len > self->size)
    {
      self->size = self->end + len;
      self->data = g_realloc (self->data, self->size);
    }
  memcpy (self->data + self->end, data, len);
  self->end += len;
}

/* All but the first @n bytes. */
static void
weir_lane_keep (WeirLane *self, const WeirOutgoing *out, gsize n)
{
  if (self->kept == NULL)
    {
      self->kept = g_new0 (WeirKept, 1);
      self->kept->out = out->at;
      self->kept->is_blind = self->is_blind;
    }
  for (guint i = 0; i < out->n; i++)
    {
      const guint8 *data = out->pieces[i].iov_base;
      gsize done = MIN (n, out->pieces[i].iov_len);

      weir_kept_follow (self->kept, data, done);
      weir_kept_append (self->kept, data + done, out->pieces[i].iov_len - done);
      n -= done;
    }
}

static void
weir_outgoing_follow (WeirOutgoing *out)
{
  gsize size;

  for (guint i = 0; i < out->n; i++)
    weir_follower_walk (&out->at, out->pieces[i].iov_base, out->pieces[i].iov_len, 0, WEIR_STOP_NOWHERE, &size);
}

/* @is_last: nothing follows of this piece of the stream. */
static void
weir_lane_flush (WeirLane *self, WeirOutgoing *out, gboolean is_last)
{
  gssize n = 0;

  if (out->size == 0 || self->is_broken)
    return;
  if (self->kept == NULL)
    n = weir_transport_writev (self->to, out->pieces, out->n);
  if (n == WEIR_TRANSPORT_FAILED)
    {
      int error = errno;

      weir_lane_keep (self, out, 0);
      weir_lane_break (self, error);
      return;
    }
  if (n > 0)
    weir_lane_note_written (self, n);
  if (MAX (n, 0) < (gssize) out->size)
    weir_lane_keep (self, out, MAX (n, 0));
  else if (!is_last)
    weir_outgoing_follow (out);
  out->n = 0;
  out->size = 0;
}

static void
weir_lane_emit (WeirLane *self, WeirOutgoing *out, const guint8 *data, gsize len)
{
  if (len == 0)
    return;
  if (out->n == MAX_PIECES)
    weir_lane_flush (self, out, FALSE);
  out->pieces[out->n++] = (struct iovec){ (gpointer) data, len };
  out->size += len;
}

gboolean
weir_lane_is_blocked (const WeirLane *self)
{
  return !self->is_broken && (self->kept != NULL || weir_transport_get_staged (self->to) > 0);
}

void
weir_lane_drain (WeirLane *self)
{
  WeirKept *kept = self->kept;
  struct iovec rest;
  gssize n;

  if (self->is_broken)
    return;
  if (kept == NULL)
    {
      if (weir_transport_flush (self->to) == WEIR_TRANSPORT_FAILED)
        weir_lane_break (self, errno);
      return;
    }
  rest = (struct iovec){ kept->data + kept->start, kept->end - kept->start };
  n = weir_transport_writev (self->to, &rest, 1);
  if (n == WEIR_TRANSPORT_FAILED)
    weir_lane_break (self, errno);
  if (n <= 0)
    return;
  weir_lane_note_written (self, n);
  weir_kept_follow (kept, kept->data + kept->start, n);
  kept->start += n;
  if (kept->start == kept->end)
    weir_lane_drop_kept (self);
}

const WeirFollower *
weir_lane_get_written (const WeirLane *self)
{
  return self->kept != NULL ? &self->kept->out : &self->in;
}

gsize
weir_lane_get_kept (const WeirLane *self)
{
  return self->kept != NULL ? self->kept->end - self->kept->start : 0;
}

/* --- frames of ours --- */

gboolean
weir_lane_can_put (const WeirLane *self, gboolean is_message)
{
  gboolean is_over = self->is_blind || self->is_closed || self->is_muted || self->is_ended || self->is_lost ||
                     self->is_broken || self->is_shut;

  return !is_over && self->held == NULL &&
         (is_message ? weir_follower_is_at_message (&self->in) : weir_follower_is_at_frame (&self->in));
}

/* (transfer full): the payload as it goes on the wire. */
static guint8 *
weir_lane_dup_masked (WeirLane *self, WeirFrameHead *head, const guint8 *data, gsize len)
{
  guint8 *copy = g_malloc (len + 1);

  head->is_masked = TRUE;
  weir_loop_get_mask (self->to->loop, head->mask);
  weir_mask_copy (copy, data, len, head->mask, 0);
  return copy;
}

void
weir_lane_put (WeirLane *self, WeirOp op, const guint8 *data, gsize len)
{
  WeirFrameHead head = { .op = op, .is_final = TRUE, .length = len };
  g_autofree guint8 *masked = self->masks ? weir_lane_dup_masked (self, &head, data, len) : NULL;
  WeirOutgoing out = { .at = self->in };
  guint8 wire[WEIR_FRAME_HEAD_MAX_SIZE];

  weir_lane_emit (self, &out, wire, weir_frame_head_write (&head, wire));
  weir_lane_emit (self, &out, masked != NULL ? masked : data, len);
  weir_lane_flush (self, &out, TRUE);
  if (op == WEIR_OP_CLOSE)
    self->is_closed = TRUE;
  else if (op < WEIR_OP_CLOSE)
    weir_follower_count (&self->in, op, len);
}

static void
weir_lane_offer (WeirLane *self)
{
  if (self->wants == WEIR_STOP_NOWHERE || !weir_lane_can_put (self, self->wants == WEIR_STOP_AT_MESSAGE))
    return;
  self->wants = WEIR_STOP_NOWHERE;
  self->events->boundary (self, self->user_data);
}

void
weir_lane_want (WeirLane *self, WeirStop where)
{
  self->wants = MAX (self->wants, where);
  weir_lane_offer (self);
}

/* --- control frames that are looked at --- */

static void
weir_control_parse (WeirControl *self, const WeirFrameHead *head, const guint8 *payload)
{
  self->op = head->op;
  self->len = head->length;
  if (head->is_masked)
    weir_mask_copy (self->data, payload, self->len, head->mask, 0);
  else
    memcpy (self->data, payload, self->len);
}

/* @payload: of the whole frame that was just stepped over. */
static WeirVerdict
weir_lane_judge (WeirLane *self, WeirOutgoing *out, const guint8 *payload)
{
  WeirFrameHead head = self->in.frame;
  guint8 wire[WEIR_FRAME_HEAD_MAX_SIZE];
  WeirControl control;
  WeirVerdict verdict;

  weir_control_parse (&control, &head, payload);
  verdict = self->events->control (self, &control, self->user_data);
  if (control.op == WEIR_OP_CLOSE && verdict != WEIR_VERDICT_DROP)
    self->is_closed = TRUE;
  if (verdict != WEIR_VERDICT_CHANGE)
    return verdict;

  head.length = control.len;
  if (head.is_masked)
    weir_mask_apply (control.data, control.len, head.mask, 0);
  weir_lane_emit (self, out, wire, weir_frame_head_write (&head, wire));
  weir_lane_emit (self, out, control.data, control.len);
  weir_lane_flush (self, out, FALSE);
  return WEIR_VERDICT_DROP;
}

static void
weir_lane_let_go (WeirLane *self, WeirOutgoing *out)
{
  weir_lane_emit (self, out, self->held->data, self->held->len);
  weir_lane_flush (self, out, FALSE);
  g_clear_pointer (&self->held, g_free);
}

/* More of a frame that is held back. Returns how much of @data was of it. */
static gsize
weir_lane_hold (WeirLane *self, WeirOutgoing *out, const guint8 *data, gsize len)
{
  WeirHeld *held = self->held;
  WeirStep step;
  WeirStepResult result = weir_follower_step (&self->in, data, len, &step);

  if (result == WEIR_STEP_BAD)
    {
      self->is_blind = TRUE;
      weir_lane_let_go (self, out);
      return 0;
    }
  memcpy (held->data + held->len, data, step.size);
  held->len += step.size;
  if (result == WEIR_STEP_MORE)
    return step.size;
  if (weir_lane_judge (self, out, held->data + self->in.frame.size) == WEIR_VERDICT_PASS)
    weir_lane_let_go (self, out);
  g_clear_pointer (&self->held, g_free);
  return step.size;
}

/* A frame to be looked at begins here. What was passed before it has been emitted up to *@passed. Returns how much of
 * @data was of it. */
static gsize
weir_lane_look (WeirLane *self, WeirOutgoing *out, const guint8 *data, gsize at, gsize len, gsize *passed)
{
  WeirFollower before = self->in;
  WeirStep step;
  WeirStepResult result = weir_follower_step (&self->in, data + at, len - at, &step);

  if (result == WEIR_STEP_BAD)
    {
      self->is_blind = TRUE;
      return 0;
    }
  if (result == WEIR_STEP_FRAME)
    {
      weir_lane_emit (self, out, data + *passed, at - *passed);
      *passed = weir_lane_judge (self, out, step.data) == WEIR_VERDICT_PASS ? at : at + step.size;
      return step.size;
    }

  self->in = before;
  weir_lane_emit (self, out, data + *passed, at - *passed);
  self->held = g_new0 (WeirHeld, 1);
  *passed = at + weir_lane_hold (self, out, data + at, len - at);
  return *passed - at;
}

void
weir_lane_release (WeirLane *self)
{
  WeirOutgoing out = { .at = self->in };

  if (self->held == NULL)
    return;
  out.at.left = out.at.n_head = 0; /* none of it has gone yet */
  weir_lane_let_go (self, &out);
}

/* --- reading --- */

static gboolean
weir_lane_is_at_stop (const WeirLane *self)
{
  return self->wants != WEIR_STOP_NOWHERE && weir_lane_can_put (self, self->wants == WEIR_STOP_AT_MESSAGE);
}

static gboolean
weir_lane_is_at_look (const WeirLane *self, guint8 first)
{
  return !self->is_blind && weir_follower_is_at_frame (&self->in) && (self->ops & 1u << (first & 0x0f)) != 0;
}

/* Passes on what there is, or as far as where a frame of ours may go. Returns how far it came. */
static gsize
weir_lane_pass (WeirLane *self, const guint8 *data, gsize len)
{
  WeirOutgoing out = { .at = self->in };
  gsize at = 0, passed = 0, n;

  if (self->held != NULL) /* none of it has gone yet */
    out.at.left = out.at.n_head = 0;
  while (at < len && !self->is_blind && !(at > 0 && weir_lane_is_at_stop (self)))
    {
      if (self->held != NULL)
        {
          at += weir_lane_hold (self, &out, data + at, len - at);
          passed = at;
        }
      else if (weir_lane_is_at_look (self, data[at]))
        {
          at += weir_lane_look (self, &out, data, at, len, &passed);
        }
      else
        {
          self->is_blind =
              weir_follower_walk (&self->in, data + at, len - at, self->ops, self->wants, &n) == WEIR_STEP_BAD;
          at += n;
        }
    }
  if (self->is_blind)
    at = len;
  weir_lane_emit (self, &out, data + passed, at - passed);
  weir_lane_flush (self, &out, TRUE);
  return at;
}

void
weir_lane_take (WeirLane *self, guint8 *data, gsize len)
{
  while (len > 0 && !self->is_muted && !self->is_broken)
    {
      WeirFollower from = self->in;
      gboolean was_blind = self->is_blind;
      gsize n = weir_lane_pass (self, data, len);

      if (self->is_viewed && !was_blind)
        self->events->passed (self, &from, data, n, self->user_data);
      data += n;
      len -= n;
      weir_lane_offer (self);
    }
}
