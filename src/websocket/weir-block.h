/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Counted bytes: the only thing that is passed on when a payload outlives the read buffer it came in. The count is
 * atomic, the bytes are written once and then constant, so a block may be shared between threads. What one reference
 * keeps alive is `size`, and that is what a bound is charged with. */

G_BEGIN_DECLS

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

WeirBlock *weir_block_ref (WeirBlock *self);
void weir_block_unref (WeirBlock *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirBlock, weir_block_unref)

G_END_DECLS
