/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-gather.h"

#include <string.h>

/* Copying a payload of this size costs about what one more vector costs the kernel. */
#define COPY_SIZE 2048

gsize
weir_gather_head_size (WeirRole role, gsize len)
{
  return 2 + (len > G_MAXUINT16 ? 8 : len > WEIR_CONTROL_MAX_SIZE ? 2 : 0) + (role == WEIR_ROLE_CLIENT ? 4 : 0);
}

static inline WeirFrameHead
make_head (WeirLoop *loop, WeirRole role, WeirOp op, gsize len)
{
  WeirFrameHead head = { .op = op, .is_final = TRUE, .is_masked = role == WEIR_ROLE_CLIENT, .length = len };

  if (head.is_masked)
    weir_loop_get_mask (loop, head.mask);

  return head;
}

void
weir_gather_write_frame (WeirLoop *loop, WeirRole role, WeirOp op, const void *data, gsize len, guint8 *to)
{
  WeirFrameHead head = make_head (loop, role, op, len);

  to += weir_frame_head_write (&head, to);
  if (head.is_masked)
    weir_mask_copy (to, data, len, head.mask, 0);
  else if (len > 0)
    memcpy (to, data, len);
}

static void
weir_gather_add (WeirGather *self, const void *data, gsize len)
{
  struct iovec *last = self->n_vectors > 0 ? &self->vectors[self->n_vectors - 1] : NULL;

  self->n_bytes += len;
  if (last != NULL && (guint8 *) last->iov_base + last->iov_len == data) /* scratch memory, further on */
    last->iov_len += len;
  else
    self->vectors[self->n_vectors++] = (struct iovec){ (void *) data, len };
}

guint
weir_gather_messages (WeirGather *self, WeirLoop *loop, WeirRole role, const WeirOut *out, guint n_out)
{
  guint8 *scratch = weir_loop_get_scratch (loop);
  guint i;

  self->n_vectors = 0;
  self->n_scratch = 0;
  self->n_bytes = 0;
  for (i = 0; i < n_out && self->n_vectors + 2 <= WEIR_GATHER_MAX_VECTORS; i++)
    {
      gboolean is_copied = role == WEIR_ROLE_CLIENT || out[i].len <= COPY_SIZE;
      gsize size = weir_gather_head_size (role, out[i].len) + (is_copied ? out[i].len : 0);
      guint8 *to = scratch + self->n_scratch;

      if (size > WEIR_LOOP_BUFFER_SIZE - self->n_scratch)
        break;
      if (is_copied)
        {
          weir_gather_write_frame (loop, role, out[i].kind, out[i].data, out[i].len, to);
          weir_gather_add (self, to, size);
        }
      else
        {
          WeirFrameHead head = make_head (loop, role, out[i].kind, out[i].len);

          weir_frame_head_write (&head, to);
          weir_gather_add (self, to, size);
          weir_gather_add (self, out[i].data, out[i].len);
        }
      self->n_scratch += size;
    }

  return i;
}
