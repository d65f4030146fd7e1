/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Counted bytes: the only thing that is passed on when a payload outlives the read buffer it came in. The count is
 * atomic, bytes that have been handed on are constant, so a block may be shared between threads. What one reference
 * keeps alive is `size`, and that is what a bound is charged with.
 *
 * Blocks of WEIR_BLOCK_BUFFER_SIZE are what sockets are read into. Those come and go with every read while a channel
 * is backed up, and fresh memory costs as much as a copy: some that are free are kept for the next. */

G_BEGIN_DECLS

#define WEIR_BLOCK_BUFFER_SIZE (256 * 1024)

typedef struct
{
  gatomicrefcount ref_count;
  gsize size; /* of data */
  guint8 data[];
} WeirBlock;

WeirBlock *weir_block_new (gsize size); /* data is not cleared */
WeirBlock *weir_block_new_copy (const void *data, gsize size);

/* While there is one reference only: may move it. What was in it stays, as far as it fits. */
WeirBlock *weir_block_resize (WeirBlock *self, gsize size);

/* Whether anybody else has a reference: FALSE stays so until the caller gives one away. */
gboolean weir_block_is_shared (WeirBlock *self);

WeirBlock *weir_block_ref (WeirBlock *self);
void weir_block_unref (WeirBlock *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirBlock, weir_block_unref)

G_END_DECLS
