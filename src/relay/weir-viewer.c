/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-viewer.h"

#include <string.h>

#define FIRST_SIZE (16 * 1024)

void
weir_viewed_unmask (WeirViewed *self)
{
  if (self->is_masked)
    weir_mask_apply (self->data, self->len, self->mask, 0);
  self->is_masked = FALSE;
}

/* --- gathering --- */

static void
weir_viewer_charge (WeirViewer *self, gint64 bytes)
{
  if (self->account != NULL)
    __atomic_add_fetch (&self->account->used, bytes, __ATOMIC_RELAXED);
}

static gboolean
weir_viewer_may_grow (WeirViewer *self, gsize by)
{
  return self->account == NULL ||
         __atomic_load_n (&self->account->used, __ATOMIC_RELAXED) + (gint64) by <= self->account->max;
}

void
weir_viewer_clear (WeirViewer *self)
{
  if (self->block != NULL)
    weir_viewer_charge (self, -(gint64) self->block->size);
  g_clear_pointer (&self->block, weir_block_unref);
  self->len = 0;
  self->total = 0;
  self->is_gathering = FALSE;
  self->is_missed = FALSE;
}

/* Room for @size bytes in all. @expected: what is known to come. */
static gboolean
weir_viewer_ensure (WeirViewer *self, gsize size, gsize expected)
{
  gsize before = self->block != NULL ? self->block->size : 0;
  gsize capacity = MAX (size, MIN (expected, MAX (2 * before, FIRST_SIZE)));

  if (size <= before)
    return TRUE;
  if (!weir_viewer_may_grow (self, capacity - before))
    return FALSE;
  self->block = self->block != NULL ? weir_block_resize (self->block, capacity) : weir_block_new (capacity);
  weir_viewer_charge (self, (gint64) capacity - (gint64) before);
  return TRUE;
}

static void
weir_viewer_gather (WeirViewer *self, const WeirFollower *follower, const WeirStep *step, gsize limit)
{
  /* What is wanted may grow meanwhile: nothing is put behind what was left out. */
  gboolean is_whole = self->len == self->total;
  gsize n = is_whole && self->total < limit ? MIN (limit - self->total, step->len) : 0;
  gsize rest = n + (step->len == n ? MIN (follower->left, limit) : 0);

  self->total += step->len;
  if (n == 0 || self->is_missed)
    return;
  if (!weir_viewer_ensure (self, self->len + n, MIN (self->len + rest, limit)))
    {
      weir_viewer_clear (self);
      self->is_gathering = TRUE;
      self->is_missed = TRUE;
      return;
    }
  if (follower->frame.is_masked)
    weir_mask_copy (self->block->data + self->len, step->data, n, follower->frame.mask, step->offset);
  else
    memcpy (self->block->data + self->len, step->data, n);
  self->len += n;
}

/* --- looking --- */

static void
weir_viewer_show_whole (const WeirFollower *follower, const WeirStep *step, WeirOp op, WeirViewFunc func,
                        gpointer user_data)
{
  WeirViewed message = {
    .op = op,
    .seq = follower->n_messages,
    .data = (guint8 *) step->data,
    .len = step->len,
    .size = step->len,
    .is_masked = follower->frame.is_masked,
  };

  memcpy (message.mask, follower->frame.mask, 4);
  func (&message, user_data);
}

static void
weir_viewer_show_gathered (WeirViewer *self, const WeirFollower *follower, guint64 size, WeirOp op, WeirViewFunc func,
                           gpointer user_data)
{
  WeirViewed message = {
    .op = op,
    .seq = follower->n_messages,
    .data = self->block != NULL ? self->block->data : NULL,
    .len = self->len,
    .size = size,
    .is_missed = self->is_missed,
    .block = self->block,
  };

  func (&message, user_data);
  weir_viewer_clear (self);
}

void
weir_viewer_take (WeirViewer *self, const WeirFollower *from, guint8 *data, gsize len, gsize limit, WeirViewFunc func,
                  gpointer user_data)
{
  WeirFollower follower = *from;
  WeirStep step;

  for (gsize at = 0; at < len; at += step.size)
    {
      WeirOp op = follower.message_op;
      guint64 size = follower.message_bytes;

      if (weir_follower_step (&follower, data + at, len - at, &step) == WEIR_STEP_BAD)
        return;
      if (!step.has_frame || follower.frame.op >= WEIR_OP_CLOSE)
        continue;
      if (op == 0 && step.ends_message)
        {
          weir_viewer_show_whole (&follower, &step, follower.frame.op, func, user_data);
          continue;
        }
      if (op == 0)
        self->is_gathering = TRUE;
      if (self->is_gathering)
        weir_viewer_gather (self, &follower, &step, limit);
      if (step.ends_message && self->is_gathering)
        weir_viewer_show_gathered (self, &follower, size + follower.frame.length, op, func, user_data);
    }
}
