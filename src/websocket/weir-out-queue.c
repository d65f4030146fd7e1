/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-out-queue.h"

#include <string.h>

/* Answers to pings that may wait together: some thirty of the longest. */
#define MAX_PONG_BYTES 4096

typedef struct
{
  WeirBlock *block;
  const guint8 *data;
  gsize len;
  gboolean in_frame;
  gboolean is_control; /* the rest of frames that have been begun */
} WeirChunk;

static void
weir_chunk_free (WeirChunk *chunk)
{
  weir_block_unref (chunk->block);
  g_free (chunk);
}

static WeirChunk *
weir_chunk_new (WeirBlock *block, const guint8 *data, gsize len, gboolean in_frame)
{
  WeirChunk *chunk = g_new (WeirChunk, 1);

  *chunk = (WeirChunk){ block, data, len, in_frame };

  return chunk;
}

void
weir_out_queue_init (WeirOutQueue *self)
{
  *self = (WeirOutQueue){ .chunks = G_QUEUE_INIT };
}

void
weir_out_queue_clear (WeirOutQueue *self)
{
  g_queue_clear_full (&self->chunks, (GDestroyNotify) weir_chunk_free);
  g_clear_pointer (&self->pongs, g_byte_array_unref);
  g_clear_pointer (&self->ping, g_byte_array_unref);
  self->size = 0;
}

void
weir_out_queue_push (WeirOutQueue *self, WeirBlock *block, const guint8 *data, gsize len, gboolean in_frame)
{
  g_queue_push_tail (&self->chunks, weir_chunk_new (block, data, len, in_frame));
  self->size += len;
}

static void
drop_control (WeirOutQueue *self, GByteArray **control)
{
  if (*control == NULL)
    return;
  self->size -= (*control)->len;
  g_clear_pointer (control, g_byte_array_unref);
}

static void
add_control (WeirOutQueue *self, GByteArray **control, const guint8 *frame, gsize len)
{
  if (*control == NULL)
    *control = g_byte_array_new ();
  g_byte_array_append (*control, frame, len);
  self->size += len;
}

void
weir_out_queue_push_pong (WeirOutQueue *self, const guint8 *frame, gsize len)
{
  if (self->pongs != NULL && self->pongs->len + len > MAX_PONG_BYTES)
    drop_control (self, &self->pongs);
  add_control (self, &self->pongs, frame, len);
}

void
weir_out_queue_set_ping (WeirOutQueue *self, const guint8 *frame, gsize len)
{
  drop_control (self, &self->ping);
  add_control (self, &self->ping, frame, len);
}

gsize
weir_out_queue_get_n_data (WeirOutQueue *self)
{
  gsize sum = 0;

  for (GList *l = self->chunks.head; l != NULL; l = l->next)
    if (!((WeirChunk *) l->data)->is_control)
      sum += ((WeirChunk *) l->data)->len;

  return sum;
}

gsize
weir_out_queue_get_memory (WeirOutQueue *self)
{
  gsize sum = (self->pongs != NULL ? self->pongs->len : 0) + (self->ping != NULL ? self->ping->len : 0);

  for (GList *l = self->chunks.head; l != NULL; l = l->next)
    sum += ((WeirChunk *) l->data)->block->size;

  return sum;
}

guint
weir_out_queue_get_vectors (WeirOutQueue *self, struct iovec *vectors, guint max)
{
  GByteArray *controls[] = { self->pongs, self->ping };
  GList *l = self->chunks.head;
  guint n = 0;

  for (; l != NULL && n < max && ((WeirChunk *) l->data)->in_frame; l = l->next)
    vectors[n++] = (struct iovec){ (void *) ((WeirChunk *) l->data)->data, ((WeirChunk *) l->data)->len };
  for (guint i = 0; i < G_N_ELEMENTS (controls) && n < max; i++)
    if (controls[i] != NULL)
      vectors[n++] = (struct iovec){ controls[i]->data, controls[i]->len };
  for (; l != NULL && n < max; l = l->next)
    vectors[n++] = (struct iovec){ (void *) ((WeirChunk *) l->data)->data, ((WeirChunk *) l->data)->len };

  return n;
}

/* Returns how many of @len bytes the first chunk accounts for. */
static gsize
advance_chunk (WeirOutQueue *self, gsize len)
{
  WeirChunk *chunk = g_queue_peek_head (&self->chunks);

  len = MIN (len, chunk->len);
  chunk->data += len;
  chunk->len -= len;
  chunk->in_frame = TRUE;
  self->size -= len;
  if (chunk->len == 0)
    weir_chunk_free (g_queue_pop_head (&self->chunks));

  return len;
}

/* The same for control frames. One that has been begun must be finished: its rest goes to the head of the queue. */
static gsize
advance_control (WeirOutQueue *self, GByteArray **control, gsize len)
{
  g_autoptr (GByteArray) frames = g_steal_pointer (control);
  WeirBlock *rest;
  WeirChunk *chunk;

  len = MIN (len, frames->len);
  self->size -= len;
  if (len == frames->len)
    return len;

  rest = weir_block_new_copy (frames->data + len, frames->len - len);
  chunk = weir_chunk_new (rest, rest->data, rest->size, TRUE);
  chunk->is_control = TRUE;
  g_queue_push_head (&self->chunks, chunk);

  return len;
}

void
weir_out_queue_advance (WeirOutQueue *self, gsize len)
{
  while (len > 0)
    {
      WeirChunk *chunk = g_queue_peek_head (&self->chunks);

      if (chunk != NULL && chunk->in_frame)
        len -= advance_chunk (self, len);
      else if (self->pongs != NULL)
        len -= advance_control (self, &self->pongs, len);
      else if (self->ping != NULL)
        len -= advance_control (self, &self->ping, len);
      else
        len -= advance_chunk (self, len);
    }
}
