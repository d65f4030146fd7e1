/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-conn.h"

/* The messages that a channel holds, oldest first. Each has its bytes in a block; neighbours may share one. Grows
 * when it is filled and holds no memory while it is empty; the bound is the pipe's. Data thread. */

G_BEGIN_DECLS

/* Messages below this are put together in blocks of at most this size. */
#define WEIR_RING_SHARED_SIZE (16 * 1024)

typedef struct
{
  WeirOut *outs;  /* nullable: empty */
  guint capacity; /* a power of two */
  guint first;
  guint n_items;
  gsize n_bytes;  /* of payload */
  gsize n_memory; /* of the blocks it lies in */
} WeirRing;

void weir_ring_clear (WeirRing *self);

/* Takes references of the blocks of what has one, and of @buffer (nullable) for what is lent, which then lies in it;
 * copies that without. */
void weir_ring_append (WeirRing *self, const WeirOut *outs, guint n_outs, WeirBlock *buffer);

/* The oldest messages that lie in one piece: all of them, or those up to the end of the memory. */
const WeirOut *weir_ring_peek (const WeirRing *self, guint *n_outs);

/* @i: 0: the oldest. */
const WeirOut *weir_ring_get (const WeirRing *self, guint i);

/* Forgets the @n oldest. */
void weir_ring_drop (WeirRing *self, guint n);

G_END_DECLS
