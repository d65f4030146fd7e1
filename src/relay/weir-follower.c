/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-follower.h"

#include <string.h>

void
weir_follower_count (WeirFollower *self, WeirOp op, gsize len)
{
  self->n_messages++;
  self->n_text += op == WEIR_OP_TEXT;
  self->n_bytes += len;
}

static gboolean
weir_follower_is_control (const WeirFollower *self)
{
  return self->frame.op >= WEIR_OP_CLOSE;
}

/* The payload is over. Returns whether a message is. */
static gboolean
weir_follower_end_frame (WeirFollower *self)
{
  if (weir_follower_is_control (self))
    return FALSE;
  self->message_bytes += self->frame.length;
  if (!self->frame.is_final)
    return FALSE;
  weir_follower_count (self, self->message_op, self->message_bytes);
  self->message_op = 0;
  self->message_bytes = 0;
  return TRUE;
}

/* A head that has come whole. FALSE: no such frame may come here. */
static gboolean
weir_follower_begin_frame (WeirFollower *self)
{
  self->n_head = 0;
  self->left = self->frame.length;
  if (weir_follower_is_control (self))
    return TRUE;
  if ((self->frame.op == WEIR_OP_CONTINUATION) != (self->message_op != 0))
    return FALSE;
  if (self->message_op == 0)
    self->message_op = self->frame.op;
  return TRUE;
}

/* The rest of a head whose start came before. Returns how much of @data is of it; 0: it is BAD. */
static gsize
weir_follower_join_head (WeirFollower *self, const guint8 *data, gsize len, WeirParse *parse)
{
  const char *reason;
  gsize n = MIN (len, sizeof self->head - self->n_head);
  guint8 before = self->n_head;

  memcpy (self->head + before, data, n);
  *parse = weir_frame_head_parse (&self->frame, self->head, before + n, &reason);
  if (*parse == WEIR_PARSE_OK)
    return self->frame.size - before;
  self->n_head += n;
  return n;
}

static gsize
weir_follower_take_head (WeirFollower *self, const guint8 *data, gsize len, WeirParse *parse)
{
  const char *reason;

  if (self->n_head > 0)
    return weir_follower_join_head (self, data, len, parse);
  *parse = weir_frame_head_parse (&self->frame, data, len, &reason);
  if (*parse == WEIR_PARSE_OK)
    return self->frame.size;
  self->n_head = MIN (len, sizeof self->head);
  memcpy (self->head, data, self->n_head);
  return self->n_head;
}

WeirStepResult
weir_follower_step (WeirFollower *self, const guint8 *data, gsize len, WeirStep *step)
{
  *step = (WeirStep){ .has_frame = TRUE, .data = data };
  if (self->left == 0)
    {
      WeirParse parse;

      step->size = weir_follower_take_head (self, data, len, &parse);
      step->has_frame = parse == WEIR_PARSE_OK;
      if (parse == WEIR_PARSE_BAD || (parse == WEIR_PARSE_OK && !weir_follower_begin_frame (self)))
        return WEIR_STEP_BAD;
      if (parse == WEIR_PARSE_MORE)
        return WEIR_STEP_MORE;
    }
  step->data = data + step->size;
  step->len = MIN (self->left, len - step->size);
  step->offset = self->frame.length - self->left;
  step->size += step->len;
  self->left -= step->len;
  if (self->left > 0)
    return WEIR_STEP_MORE;
  step->ends_message = weir_follower_end_frame (self);
  return WEIR_STEP_FRAME;
}

WeirStepResult
weir_follower_walk (WeirFollower *self, const guint8 *data, gsize len, guint16 ops, WeirStop stop, gsize *size)
{
  gsize at = 0;

  while (at < len)
    {
      WeirStep step;
      WeirStepResult result;

      if (weir_follower_is_at_frame (self) && (ops & 1u << (data[at] & 0x0f)) != 0)
        {
          *size = at;
          return WEIR_STEP_FRAME;
        }
      result = weir_follower_step (self, data + at, len - at, &step);
      if (G_UNLIKELY (result == WEIR_STEP_BAD))
        {
          *size = at;
          return WEIR_STEP_BAD;
        }
      at += step.size;
      if (result == WEIR_STEP_FRAME && stop != WEIR_STOP_NOWHERE &&
          (stop == WEIR_STOP_AT_FRAME || self->message_op == 0))
        {
          *size = at;
          return WEIR_STEP_FRAME;
        }
    }
  *size = len;
  return WEIR_STEP_MORE;
}

gsize
weir_follower_skip (WeirFollower *self, const guint8 *data, gsize len, guint64 n_messages)
{
  gsize at = 0;
  WeirStep step;

  while (at < len && self->n_messages < n_messages &&
         weir_follower_step (self, data + at, len - at, &step) != WEIR_STEP_BAD)
    at += step.size;
  return at;
}
