/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-frame.h"

/* Follows the frames of a stream that goes by, in pieces of any size, looking at nothing but their heads: where frames
 * and messages end, and what they count. A value: a copy follows on from the same place. */

G_BEGIN_DECLS

typedef struct
{
  guint64 n_messages; /* whole ones */
  guint64 n_text;     /* of them */
  guint64 n_bytes;    /* their payloads */

  WeirFrameHead frame;   /* the latest */
  guint64 left;          /* bytes of its payload still to come */
  guint64 message_bytes; /* of the frames of this message before it */
  guint8 message_op;     /* WeirOp of the message that has begun and not ended; 0: none has */
  guint8 n_head;         /* bytes of a head that is not whole yet */
  guint8 head[WEIR_FRAME_HEAD_MAX_SIZE];
} WeirFollower;

/* Between two frames. */
static inline gboolean
weir_follower_is_at_frame (const WeirFollower *self)
{
  return self->left == 0 && self->n_head == 0;
}

/* Between two messages, and not at a control frame in one. */
static inline gboolean
weir_follower_is_at_message (const WeirFollower *self)
{
  return weir_follower_is_at_frame (self) && self->message_op == 0;
}

typedef enum
{
  WEIR_STEP_MORE,  /* all of it was taken, the frame goes on */
  WEIR_STEP_FRAME, /* to the end of a frame */
  WEIR_STEP_BAD,   /* no frame begins like that, or not here: nothing can be followed from here on */
} WeirStepResult;

/* What lies in a piece of a stream of the frame that was stepped over. */
typedef struct
{
  gsize size;         /* what was taken, heads included */
  const guint8 *data; /* payload, masked as it is */
  gsize len;          /* of data: 0 while the head is not whole */
  guint64 offset;     /* of data in the frame's payload */
  gboolean has_frame; /* the head is whole: .frame is what this is of */
  gboolean ends_message;
} WeirStep;

/* Over no more than one frame. @len: at least 1. */
WeirStepResult weir_follower_step (WeirFollower *self, const guint8 *data, gsize len, WeirStep *step);

/* Where to stop before the end of what there is. */
typedef enum
{
  WEIR_STOP_NOWHERE,
  WEIR_STOP_AT_FRAME,   /* after a frame, */
  WEIR_STOP_AT_MESSAGE, /* after a message */
} WeirStop;

/* Over as much as there is, or to @stop, or to just before a frame whose opcode has its bit in @ops (then
 * weir_follower_is_at_frame (), and *@size < @len), or to what is BAD. FRAME: it has stopped; MORE: not. *@size: how
 * far it came. */
WeirStepResult weir_follower_walk (WeirFollower *self, const guint8 *data, gsize len, guint16 ops, WeirStop stop,
                                   gsize *size);

/* Over messages until it has counted @n_messages, which it will in what there is: returns how far that is. */
gsize weir_follower_skip (WeirFollower *self, const guint8 *data, gsize len, guint64 n_messages);

/* A message that was put in where none had begun. */
void weir_follower_count (WeirFollower *self, WeirOp op, gsize len);

G_END_DECLS
