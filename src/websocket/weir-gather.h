/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-conn.h"
#include "weir-loop-private.h"

#include <sys/uio.h>

/* Frames on their way into one system call: heads and small payloads are copied side by side into the loop's scratch
 * memory, large payloads stay where they are. Lives on the stack of the call that sends. */

G_BEGIN_DECLS

#define WEIR_GATHER_MAX_VECTORS 256

typedef struct
{
  guint n_vectors;
  gsize n_scratch;
  gsize n_bytes; /* of all vectors */
  struct iovec vectors[WEIR_GATHER_MAX_VECTORS];
} WeirGather;

/* Returns how many of @out were gathered; 0: the first is to be masked and larger than the scratch memory. */
guint weir_gather_messages (WeirGather *self, WeirLoop *loop, WeirRole role, const WeirOut *out, guint n_out);

/* Of a frame that is sent in this role. */
gsize weir_gather_head_size (WeirRole role, gsize len);

/* Writes a whole frame of one message to @to. */
void weir_gather_write_frame (WeirLoop *loop, WeirRole role, WeirOp op, const void *data, gsize len, guint8 *to);

G_END_DECLS
