/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The head of a WebSocket frame (RFC 6455 §5.2): bytes in, a small struct out. "Incomplete" is a result, no error. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_OP_CONTINUATION = 0x0,
  WEIR_OP_TEXT = 0x1,
  WEIR_OP_BINARY = 0x2,
  WEIR_OP_CLOSE = 0x8,
  WEIR_OP_PING = 0x9,
  WEIR_OP_PONG = 0xa,
} WeirOp;

typedef enum
{
  WEIR_ROLE_SERVER, /* refuses frames that are not masked; sends unmasked */
  WEIR_ROLE_CLIENT, /* refuses frames that are masked; masks */
} WeirRole;

#define WEIR_FRAME_HEAD_MAX_SIZE 14
#define WEIR_CONTROL_MAX_SIZE    125

/* As the stock engine's library has them (§1.4 of the protocol notes). */
#define WEIR_FRAME_MAX_SIZE   (G_GUINT64_CONSTANT (16) << 20)
#define WEIR_MESSAGE_MAX_SIZE (G_GUINT64_CONSTANT (64) << 20)

/* What is said of who exceeds them. */
#define WEIR_VIOLATION_FRAME_SIZE   "frame larger than 16 MiB"
#define WEIR_VIOLATION_MESSAGE_SIZE "message larger than 64 MiB"

typedef struct
{
  guint8 op; /* WeirOp */
  gboolean is_final;
  gboolean is_masked;
  guint8 mask[4];
  guint8 size;    /* of the head */
  guint64 length; /* of the payload */
} WeirFrameHead;

typedef enum
{
  WEIR_PARSE_OK,
  WEIR_PARSE_MORE, /* not a whole head yet: nothing is consumed, *head is untouched */
  WEIR_PARSE_BAD,  /* *reason, a constant, names the broken rule */
} WeirParse;

/* Checks what the head alone can break: RSV bits, opcode, fragmented or long control frame, a length that is not
 * minimal or has its top bit set. Sizes beyond our limits and masking are the connection's rules. */
WeirParse weir_frame_head_parse (WeirFrameHead *head, const guint8 *data, gsize len, const char **reason);

/* Returns the size of what was written. */
gsize weir_frame_head_write (const WeirFrameHead *head, guint8 out[WEIR_FRAME_HEAD_MAX_SIZE]);

/* XORs @data in place, by machine words. @offset: how many bytes of the payload came before. */
void weir_mask_apply (guint8 *data, gsize len, const guint8 mask[4], gsize offset);

/* The same from one place to another. */
void weir_mask_copy (guint8 *to, const guint8 *from, gsize len, const guint8 mask[4], gsize offset);

G_END_DECLS
