/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-block.h"
#include "weir-frame.h"

#include <sys/uio.h>

/* Bytes of frames that the socket did not take: whole frames in order, and control frames that overtake them at the
 * next boundary. Empty on the straight path. Plain struct, one thread. */

G_BEGIN_DECLS

typedef struct
{
  GQueue chunks;     /* of WeirChunk */
  GByteArray *pongs; /* nullable: whole frames, none of them begun */
  GByteArray *ping;  /* nullable: the same */
  gsize size;
} WeirOutQueue;

void weir_out_queue_init (WeirOutQueue *self);
void weir_out_queue_clear (WeirOutQueue *self);

/* @block: (transfer full): what @data lies in. @in_frame: it is not the beginning of a frame but the rest of what went
 * before. */
void weir_out_queue_push (WeirOutQueue *self, WeirBlock *block, const guint8 *data, gsize len, gboolean in_frame);

/* Answers are bounded: if too many wait, the latest stands for all (RFC 6455 §5.5.3). */
void weir_out_queue_push_pong (WeirOutQueue *self, const guint8 *frame, gsize len);

/* Replaces one that still waits. */
void weir_out_queue_set_ping (WeirOutQueue *self, const guint8 *frame, gsize len);

/* What was pushed, less what has gone: without pongs and pings. */
gsize weir_out_queue_get_n_data (WeirOutQueue *self);

/* Bytes of memory that it keeps alive. */
gsize weir_out_queue_get_memory (WeirOutQueue *self);

/* What is to be written next. Returns the number of vectors filled. */
guint weir_out_queue_get_vectors (WeirOutQueue *self, struct iovec *vectors, guint max);

/* @len bytes of that have been written. */
void weir_out_queue_advance (WeirOutQueue *self, gsize len);

G_END_DECLS
