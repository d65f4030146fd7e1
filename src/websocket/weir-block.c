/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-block.h"

#include <string.h>

WeirBlock *
weir_block_new (gsize size)
{
  WeirBlock *self = g_malloc (sizeof (WeirBlock) + size);

  g_atomic_ref_count_init (&self->ref_count);
  self->size = size;

  return self;
}

WeirBlock *
weir_block_new_copy (const void *data, gsize size)
{
  WeirBlock *self = weir_block_new (size);

  if (size > 0)
    memcpy (self->data, data, size);

  return self;
}

WeirBlock *
weir_block_resize (WeirBlock *self, gsize size)
{
  self = g_realloc (self, sizeof (WeirBlock) + size);
  self->size = size;

  return self;
}

WeirBlock *
weir_block_ref (WeirBlock *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

void
weir_block_unref (WeirBlock *self)
{
  if (g_atomic_ref_count_dec (&self->ref_count))
    g_free (self);
}
