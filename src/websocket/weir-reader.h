/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-block.h"
#include "weir-frame.h"
#include "weir-utf8.h"

/* The receiving half of a WebSocket without its I/O: bytes in, whole messages and control frames out, one at a time, so
 * that the caller may stop after any of them. A message that lies whole in the caller's buffer is unmasked and lent in
 * place; one that is cut is gathered in a block that grows with what has come. Plain struct, one thread. */

G_BEGIN_DECLS

/* Close codes of RFC 6455 §7.4.1 that a receiver fails a connection with. */
#define WEIR_CLOSE_PROTOCOL_ERROR 1002
#define WEIR_CLOSE_NOT_UTF8       1007
#define WEIR_CLOSE_TOO_BIG        1009

typedef enum
{
  WEIR_READER_MORE,    /* everything is consumed */
  WEIR_READER_MESSAGE, /* op, data, len, block */
  WEIR_READER_CONTROL, /* op, data, len; data is valid until the next call */
  WEIR_READER_BAD,     /* code and reason; nothing may be read any more */
} WeirReaderResult;

typedef struct
{
  WeirOp op;
  guint8 *data; /* valid until weir_reader_release (), as long as what was passed in is */
  gsize len;
  WeirBlock *block;   /* nullable, borrowed: what data lies in, alone */
  guint16 code;       /* BAD */
  const char *reason; /* BAD: a constant that names the broken rule */
} WeirReaderItem;

typedef struct
{
  WeirRole role;
  gboolean validate_utf8;
  gboolean is_discarding;

  guint8 head[WEIR_FRAME_HEAD_MAX_SIZE]; /* a head that was cut */
  guint8 n_head;

  gboolean in_frame; /* its payload did not lie in the buffer whole */
  WeirFrameHead frame;
  guint64 frame_done;
  guint8 control[WEIR_CONTROL_MAX_SIZE];

  gboolean in_message;
  WeirOp message_op;
  WeirBlock *block; /* the unfinished message, nullable */
  gsize n_block;    /* of it; counted on where nothing is kept */
  WeirUtf8 utf8;
  gboolean is_bad_utf8;

  GPtrArray *lent; /* nullable: blocks of messages that were handed out */
} WeirReader;

void weir_reader_init (WeirReader *self, WeirRole role);
void weir_reader_clear (WeirReader *self);

/* Takes from *@cursor on, unmasking what it takes; what lies between *@cursor and @end afterwards is untouched. */
WeirReaderResult weir_reader_next (WeirReader *self, guint8 **cursor, const guint8 *end, WeirReaderItem *item);

/* The size of the control frame that comes next, if it is there whole; 0: it is not. Nothing is taken. */
gsize weir_reader_measure_control (const WeirReader *self, const guint8 *data, gsize len);

/* Frees what was lent: nobody looks at messages any more that have been handed out. */
void weir_reader_release (WeirReader *self);

/* Where the rest of the payload in progress may be read to directly; 0 if there is none. After reading,
 * weir_reader_commit () the bytes that came, and weir_reader_next () even if no more bytes came behind them. */
gsize weir_reader_get_room (WeirReader *self, guint8 **room);
void weir_reader_commit (WeirReader *self, gsize len);

/* From now on only control frames are handed out. Messages must be as they should, but their bytes are not kept. */
void weir_reader_discard (WeirReader *self);

/* Bytes taken that were not handed out. */
gsize weir_reader_get_held (const WeirReader *self);

/* Bytes of memory for them, which is taken in advance: at most twice what has come, or TRUSTED_SIZE. */
gsize weir_reader_get_memory (const WeirReader *self);

G_END_DECLS
