/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-follower.h"
#include "weir-pace.h"
#include "weir-transport.h"

/* One direction of a link: what is read of one connection is written to the other as it is. Frames are followed, not
 * unpacked; what the other side does not take is kept, and until that has gone nothing more is to be read. Only a
 * control frame whose opcode has its bit in `ops` is held back until it is whole, and shown to the owner, who may take
 * it out. Embedded in its link. Data thread. */

G_BEGIN_DECLS

typedef struct _WeirLane WeirLane;
typedef struct _WeirKept WeirKept;
typedef struct _WeirHeld WeirHeld;

typedef enum
{
  WEIR_VERDICT_PASS,
  WEIR_VERDICT_CHANGE, /* pass it with the payload as it is now */
  WEIR_VERDICT_DROP,
} WeirVerdict;

/* A control frame, unmasked. */
typedef struct
{
  WeirOp op;
  gsize len;
  guint8 data[WEIR_CONTROL_MAX_SIZE];
} WeirControl;

typedef struct
{
  WeirVerdict (*control) (WeirLane *lane, WeirControl *control, gpointer user_data);

  /* Where `wants` says: weir_lane_put () is possible. `wants` is NOWHERE again. */
  void (*boundary) (WeirLane *lane, gpointer user_data);

  /* If is_viewed: what has been passed on, and is the callee's to do with what it likes. @from: where it begins. */
  void (*passed) (WeirLane *lane, const WeirFollower *from, guint8 *data, gsize len, gpointer user_data);
} WeirLaneEvents;

struct _WeirLane
{
  WeirTransport *from;
  WeirTransport *to;
  const WeirLaneEvents *events;
  gpointer user_data;

  WeirFollower in; /* at what has been read */
  WeirKept *kept;  /* nullable */
  WeirHeld *held;  /* nullable */
  WeirPace pace;
  guint64 n_wire; /* bytes written, ever */
  guint16 ops;
  guint8 wants; /* WeirStop */

  guint masks : 1; /* frames of ours are to be masked: it goes to a server */
  guint is_viewed : 1;
  guint is_blind : 1;  /* nothing is followed any more */
  guint is_closed : 1; /* a close frame has passed */
  guint is_muted : 1;  /* what comes is thrown away: its last frame was ours */
  guint is_ended : 1;  /* nothing more comes: end of stream, */
  guint is_lost : 1;   /* or a reset */
  guint is_broken : 1; /* the other side takes nothing any more: what comes is thrown away */
  guint is_reset : 1;  /* for it has reset the connection, which the next read does not tell again */
  guint is_shut : 1;   /* the other side has been told of the end */
};

void weir_lane_init (WeirLane *self, WeirTransport *from, WeirTransport *to, gboolean masks,
                     const WeirLaneEvents *events, gpointer user_data);
void weir_lane_clear (WeirLane *self);

/* What has been read. @data may be changed. */
void weir_lane_take (WeirLane *self, guint8 *data, gsize len);

/* Whether nothing may be read before more has been written. */
gboolean weir_lane_is_blocked (const WeirLane *self);

/* The other side takes more again. */
void weir_lane_drain (WeirLane *self);

/* Whether a frame, or a message, of ours may go here and now. */
gboolean weir_lane_can_put (const WeirLane *self, gboolean is_message);

/* A frame of ours; a message is counted with the others. */
void weir_lane_put (WeirLane *self, WeirOp op, const guint8 *data, gsize len);

/* Calls `boundary` as soon as it may be: perhaps now. Of two wishes the stricter one is kept. */
void weir_lane_want (WeirLane *self, WeirStop where);

/* At the end of stream: the rest of what was held back goes. */
void weir_lane_release (WeirLane *self);

/* What has been written of what was read: its counts are in this one. */
const WeirFollower *weir_lane_get_written (const WeirLane *self);

gsize weir_lane_get_kept (const WeirLane *self); /* bytes */

G_END_DECLS
