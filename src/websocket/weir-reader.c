/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-reader.h"

#include <string.h>

/* A message of known size up to here gets its memory at once; a larger one, or one whose size nobody knows, as it
 * comes. */
#define TRUSTED_SIZE (256 * 1024)

#define IS_CONTROL(op) ((op) >= WEIR_OP_CLOSE)

void
weir_reader_init (WeirReader *self, WeirRole role)
{
  *self = (WeirReader){ .role = role, .validate_utf8 = TRUE };
}

void
weir_reader_clear (WeirReader *self)
{
  g_clear_pointer (&self->block, weir_block_unref);
  g_clear_pointer (&self->lent, g_ptr_array_unref);
}

void
weir_reader_release (WeirReader *self)
{
  g_clear_pointer (&self->lent, g_ptr_array_unref);
}

void
weir_reader_discard (WeirReader *self)
{
  self->is_discarding = TRUE;
  g_clear_pointer (&self->block, weir_block_unref);
}

gsize
weir_reader_get_held (const WeirReader *self)
{
  gsize in_control = self->in_frame && IS_CONTROL (self->frame.op) ? self->frame_done : 0;

  return self->n_head + (self->is_discarding ? 0 : self->n_block) + in_control;
}

gsize
weir_reader_get_memory (const WeirReader *self)
{
  return self->block != NULL ? self->block->size : 0;
}

static WeirReaderResult
fail (WeirReaderItem *item, guint16 code, const char *reason)
{
  item->code = code;
  item->reason = reason;

  return WEIR_READER_BAD;
}

/* The rules that a head alone cannot break. MORE: none is broken. */
static WeirReaderResult
weir_reader_check (WeirReader *self, const WeirFrameHead *head, WeirReaderItem *item)
{
  if (G_UNLIKELY (head->is_masked != (self->role == WEIR_ROLE_SERVER)))
    return fail (item, WEIR_CLOSE_PROTOCOL_ERROR, head->is_masked ? "masked frame from a server" : "frame not masked");
  if (IS_CONTROL (head->op))
    return WEIR_READER_MORE;
  if (G_UNLIKELY (head->length > WEIR_FRAME_MAX_SIZE))
    return fail (item, WEIR_CLOSE_TOO_BIG, WEIR_VIOLATION_FRAME_SIZE);
  if (G_UNLIKELY (head->op == WEIR_OP_CONTINUATION && !self->in_message))
    return fail (item, WEIR_CLOSE_PROTOCOL_ERROR, "continuation of nothing");
  if (G_UNLIKELY (head->op != WEIR_OP_CONTINUATION && self->in_message))
    return fail (item, WEIR_CLOSE_PROTOCOL_ERROR, "new message inside of a fragmented one");
  if (G_UNLIKELY (self->n_block + head->length > WEIR_MESSAGE_MAX_SIZE))
    return fail (item, WEIR_CLOSE_TOO_BIG, WEIR_VIOLATION_MESSAGE_SIZE);

  return WEIR_READER_MORE;
}

/* Makes room for what is missing of the frame, or for as much of it as its sender has earned. */
static void
weir_reader_reserve (WeirReader *self)
{
  guint64 left = self->frame.length - self->frame_done;
  gsize want = self->n_block + left;
  gsize size = self->block != NULL ? self->block->size : 0;

  if (size > self->n_block || left == 0)
    return;
  want = MIN (want, MAX (TRUSTED_SIZE, 2 * self->n_block));
  if (!self->frame.is_final) /* more to come, nobody knows how much; do not move it for each small fragment */
    want = MAX (want, 2 * self->n_block);

  if (self->block == NULL)
    self->block = weir_block_new (want);
  else
    self->block = weir_block_resize (self->block, want);
}

static void
weir_reader_take (WeirReader *self, guint8 *payload, gsize len)
{
  if (self->frame.is_masked)
    weir_mask_apply (payload, len, self->frame.mask, self->frame_done);
  self->frame_done += len;
  if (IS_CONTROL (self->frame.op))
    return;
  if (self->message_op == WEIR_OP_TEXT && self->validate_utf8 && !weir_utf8_push (&self->utf8, payload, len))
    self->is_bad_utf8 = TRUE;
  self->n_block += len;
}

gsize
weir_reader_get_room (WeirReader *self, guint8 **room)
{
  if (!self->in_frame || self->is_discarding || IS_CONTROL (self->frame.op) || self->frame_done == self->frame.length)
    return 0;
  weir_reader_reserve (self);
  *room = self->block->data + self->n_block;

  return MIN (self->block->size - self->n_block, self->frame.length - self->frame_done);
}

void
weir_reader_commit (WeirReader *self, gsize len)
{
  weir_reader_take (self, self->block->data + self->n_block, len);
}

/* Copies what there is of the frame's payload. */
static void
weir_reader_fill (WeirReader *self, guint8 **cursor, const guint8 *end)
{
  while (*cursor < end && self->frame_done < self->frame.length)
    {
      gsize len = MIN ((gsize) (end - *cursor), self->frame.length - self->frame_done);
      guint8 *room;

      if (IS_CONTROL (self->frame.op))
        {
          room = self->control + self->frame_done;
        }
      else if (self->is_discarding)
        {
          weir_reader_take (self, *cursor, len);
          *cursor += len;
          continue;
        }
      else
        {
          len = MIN (len, weir_reader_get_room (self, &room));
        }
      memcpy (room, *cursor, len);
      weir_reader_take (self, room, len);
      *cursor += len;
    }
}

/* Lends the block of the message that is complete, until weir_reader_release (). */
static WeirReaderResult
weir_reader_hand_out (WeirReader *self, WeirReaderItem *item)
{
  self->in_message = FALSE;
  if (G_UNLIKELY (!weir_utf8_is_complete (&self->utf8)))
    return fail (item, WEIR_CLOSE_NOT_UTF8, "text that is not UTF-8");
  if (self->is_discarding)
    {
      self->n_block = 0;
      return WEIR_READER_MORE;
    }

  if (self->block == NULL)
    self->block = weir_block_new (0);
  else if (self->block->size > self->n_block)
    self->block = weir_block_resize (self->block, self->n_block);
  *item = (WeirReaderItem){
    .op = self->message_op,
    .data = self->block->data,
    .len = self->n_block,
    .block = self->block,
  };
  if (self->lent == NULL)
    self->lent = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_block_unref);
  g_ptr_array_add (self->lent, g_steal_pointer (&self->block));
  self->n_block = 0;

  return WEIR_READER_MESSAGE;
}

/* MORE: nothing to hand out. */
static WeirReaderResult
weir_reader_finish_frame (WeirReader *self, WeirReaderItem *item)
{
  self->in_frame = FALSE;
  if (IS_CONTROL (self->frame.op))
    {
      *item = (WeirReaderItem){ .op = self->frame.op, .data = self->control, .len = self->frame.length };
      return WEIR_READER_CONTROL;
    }
  if (!self->frame.is_final)
    return WEIR_READER_MORE;

  return weir_reader_hand_out (self, item);
}

/* A frame that lies whole in the buffer, and is a message or a control frame. */
static inline WeirReaderResult
weir_reader_lend (WeirReader *self, const WeirFrameHead *head, guint8 *payload, WeirReaderItem *item)
{
  WeirUtf8 utf8 = { 0 };

  if (head->is_masked)
    weir_mask_apply (payload, head->length, head->mask, 0);
  *item = (WeirReaderItem){ .op = head->op, .data = payload, .len = head->length };
  if (IS_CONTROL (head->op))
    return WEIR_READER_CONTROL;
  if (head->op == WEIR_OP_TEXT && self->validate_utf8 &&
      (!weir_utf8_push (&utf8, payload, head->length) || !weir_utf8_is_complete (&utf8)))
    return fail (item, WEIR_CLOSE_NOT_UTF8, "text that is not UTF-8");

  return WEIR_READER_MESSAGE;
}

static void
weir_reader_begin_frame (WeirReader *self, const WeirFrameHead *head)
{
  self->in_frame = TRUE;
  self->frame = *head;
  self->frame_done = 0;
  if (IS_CONTROL (head->op) || head->op == WEIR_OP_CONTINUATION)
    return;
  self->in_message = TRUE;
  self->message_op = head->op;
  self->utf8 = (WeirUtf8){ 0 };
}

/* Takes a head from the kept bytes and the buffer. MORE: it is not whole, and everything is consumed. */
static WeirParse
weir_reader_take_head (WeirReader *self, guint8 **cursor, const guint8 *end, WeirFrameHead *head, const char **reason)
{
  gsize n_kept = self->n_head;
  gsize len = end - *cursor;
  const guint8 *data = *cursor;
  WeirParse parse;

  if (G_UNLIKELY (n_kept > 0))
    {
      len = MIN (len, sizeof self->head - n_kept);
      memcpy (self->head + n_kept, *cursor, len);
      len += n_kept;
      data = self->head;
    }
  parse = weir_frame_head_parse (head, data, len, reason);
  if (parse == WEIR_PARSE_OK)
    {
      *cursor += head->size - n_kept;
      self->n_head = 0;
    }
  else if (parse == WEIR_PARSE_MORE)
    {
      memmove (self->head, data, len);
      *cursor += len - n_kept;
      self->n_head = len;
    }

  return parse;
}

gsize
weir_reader_measure_control (const WeirReader *self, const guint8 *data, gsize len)
{
  WeirFrameHead head;
  const char *reason;

  if (self->in_frame || self->n_head > 0 || weir_frame_head_parse (&head, data, len, &reason) != WEIR_PARSE_OK ||
      !IS_CONTROL (head.op) || head.size + head.length > len)
    return 0;

  return head.size + head.length;
}

WeirReaderResult
weir_reader_next (WeirReader *self, guint8 **cursor, const guint8 *end, WeirReaderItem *item)
{
  WeirReaderResult result;
  WeirFrameHead head;
  const char *reason;

  for (;;)
    {
      if (self->in_frame)
        {
          weir_reader_fill (self, cursor, end);
          if (G_UNLIKELY (self->is_bad_utf8))
            return fail (item, WEIR_CLOSE_NOT_UTF8, "text that is not UTF-8");
          if (self->frame_done < self->frame.length)
            return WEIR_READER_MORE;
          result = weir_reader_finish_frame (self, item);
          if (result != WEIR_READER_MORE)
            return result;
        }
      if (*cursor == end)
        return WEIR_READER_MORE;

      switch (weir_reader_take_head (self, cursor, end, &head, &reason))
        {
        case WEIR_PARSE_MORE:
          return WEIR_READER_MORE;
        case WEIR_PARSE_BAD:
          return fail (item, WEIR_CLOSE_PROTOCOL_ERROR, reason);
        case WEIR_PARSE_OK:
        default:
          break;
        }
      if (G_UNLIKELY (weir_reader_check (self, &head, item) == WEIR_READER_BAD))
        return WEIR_READER_BAD;

      if (head.length <= (gsize) (end - *cursor) && head.is_final && head.op != WEIR_OP_CONTINUATION &&
          (!self->is_discarding || IS_CONTROL (head.op)))
        {
          guint8 *payload = *cursor;

          *cursor += head.length;
          return weir_reader_lend (self, &head, payload, item);
        }
      weir_reader_begin_frame (self, &head);
    }
}
