/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-block.h"

#include <string.h>

/* What is kept at most: 4 MiB. As much comes free at once when a full channel is read. */
#define MAX_SPARE 16

/* Of all threads: what one reads, another may be done with. */
static GMutex lock; /* of the following */
static WeirBlock *spare[MAX_SPARE];
static guint n_spare;

/* (nullable) */
static WeirBlock *
pop_spare (void)
{
  WeirBlock *block;

  g_mutex_lock (&lock);
  block = n_spare > 0 ? spare[--n_spare] : NULL;
  g_mutex_unlock (&lock);

  return block;
}

/* FALSE: there are enough. */
static gboolean
push_spare (WeirBlock *block)
{
  gboolean has_room;

  g_mutex_lock (&lock);
  has_room = n_spare < MAX_SPARE;
  if (has_room)
    spare[n_spare++] = block;
  g_mutex_unlock (&lock);

  return has_room;
}

WeirBlock *
weir_block_new (gsize size)
{
  WeirBlock *self = size == WEIR_BLOCK_BUFFER_SIZE ? pop_spare () : NULL;

  if (self == NULL)
    self = g_malloc (sizeof (WeirBlock) + size);
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

gboolean
weir_block_is_shared (WeirBlock *self)
{
  return !g_atomic_ref_count_compare (&self->ref_count, 1);
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
  if (g_atomic_ref_count_dec (&self->ref_count) && (self->size != WEIR_BLOCK_BUFFER_SIZE || !push_spare (self)))
    g_free (self);
}
