/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-ring.h"

#include <string.h>

#define MIN_CAPACITY 8

static void
weir_ring_reserve (WeirRing *self, guint n_items)
{
  guint capacity = MAX (self->capacity, MIN_CAPACITY);
  WeirOut *outs;
  guint n_straight;

  if (n_items <= self->capacity)
    return;
  while (capacity < n_items)
    capacity *= 2;

  outs = g_new (WeirOut, capacity);
  n_straight = MIN (self->n_items, self->capacity - self->first);
  if (self->n_items > 0)
    {
      memcpy (outs, self->outs + self->first, n_straight * sizeof *outs);
      memcpy (outs + n_straight, self->outs, (self->n_items - n_straight) * sizeof *outs);
    }
  g_free (self->outs);
  self->outs = outs;
  self->capacity = capacity;
  self->first = 0;
}

static void
weir_ring_push (WeirRing *self, const WeirOut *out, const guint8 *data, WeirBlock *block)
{
  guint at = (self->first + self->n_items) & (self->capacity - 1);
  guint before = (at - 1) & (self->capacity - 1);

  if (self->n_items == 0 || self->outs[before].block != block)
    self->n_memory += block->size;
  self->outs[at] = (WeirOut){
    .kind = out->kind,
    .is_injected = out->is_injected,
    .data = data,
    .len = out->len,
    .block = weir_block_ref (block),
  };
  self->n_items++;
  self->n_bytes += out->len;
}

/* How many of @outs, all lent, go into one block. At least one. */
static guint
weir_ring_measure (const WeirOut *outs, guint n_outs, gsize *size)
{
  guint n = 1;

  *size = outs[0].len;
  while (n < n_outs && outs[n].is_lent && *size + outs[n].len <= WEIR_RING_SHARED_SIZE)
    *size += outs[n++].len;
  return n;
}

static guint
weir_ring_append_lent (WeirRing *self, const WeirOut *outs, guint n_outs)
{
  gsize size;
  guint n = weir_ring_measure (outs, n_outs, &size);
  g_autoptr (WeirBlock) block = weir_block_new (size);
  guint8 *at = block->data;

  for (guint i = 0; i < n; i++)
    {
      if (outs[i].len > 0)
        memcpy (at, outs[i].data, outs[i].len);
      weir_ring_push (self, &outs[i], at, block);
      at += outs[i].len;
    }
  return n;
}

void
weir_ring_append (WeirRing *self, const WeirOut *outs, guint n_outs, WeirBlock *buffer)
{
  weir_ring_reserve (self, self->n_items + n_outs);
  for (guint i = 0; i < n_outs;)
    {
      WeirBlock *block = outs[i].is_lent ? buffer : outs[i].block;

      if (block == NULL)
        {
          i += weir_ring_append_lent (self, outs + i, n_outs - i);
          continue;
        }
      weir_ring_push (self, &outs[i], outs[i].data, block);
      i++;
    }
}

const WeirOut *
weir_ring_peek (const WeirRing *self, guint *n_outs)
{
  *n_outs = MIN (self->n_items, self->capacity - self->first);
  return self->n_items > 0 ? self->outs + self->first : NULL;
}

const WeirOut *
weir_ring_get (const WeirRing *self, guint i)
{
  return &self->outs[(self->first + i) & (self->capacity - 1)];
}

void
weir_ring_drop (WeirRing *self, guint n)
{
  g_return_if_fail (n <= self->n_items);

  for (guint i = 0; i < n; i++)
    {
      WeirOut *out = &self->outs[self->first];

      self->first = (self->first + 1) & (self->capacity - 1);
      self->n_items--;
      self->n_bytes -= out->len;
      if (self->n_items == 0 || self->outs[self->first].block != out->block)
        self->n_memory -= out->block->size;
      weir_block_unref (out->block);
    }
  if (self->n_items == 0)
    weir_ring_clear (self);
}

void
weir_ring_clear (WeirRing *self)
{
  for (guint i = 0; i < self->n_items; i++)
    weir_block_unref (self->outs[(self->first + i) & (self->capacity - 1)].block);
  g_free (self->outs);
  *self = (WeirRing){ 0 };
}
