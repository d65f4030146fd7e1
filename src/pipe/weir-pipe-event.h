/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-state.h"

/* What a channel is to its data thread, and what it says about it: values that cross threads. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_SIDE_WRITER,
  WEIR_SIDE_READER,
} WeirSide;

#define WEIR_N_SIDES 2

const char *weir_side_to_string (WeirSide side);

typedef struct
{
  guint32 n;
  guint max_items;   /* messages */
  guint64 max_bytes; /* one message always fits */
  gint64 expiry_us;  /* an end that is not taken this long after the last sign of life ends the channel; 0: never */
  gboolean probe;    /* acknowledge by pings */
  gboolean keep_history;
} WeirPipeConfig;

typedef enum
{
  WEIR_PIPE_CONNECTED, /* an end has been taken */
  WEIR_PIPE_REFUSED,   /* an end that was taken already: that connection has been closed */
  WEIR_PIPE_ANSWERED,  /* what an observer asked for has been done, or not */
  WEIR_PIPE_LEFT,      /* an end will send nothing more; once for each CONNECTED */
  WEIR_PIPE_ENDED,     /* nothing more happens to this channel; its memory is gone, but for its history */
  WEIR_PIPE_REPLAYED,  /* a tap that came after ENDED has all that is remembered; nothing else is set */
} WeirPipeEventType;

/* What has become of an observer's wish. */
typedef enum
{
  WEIR_OUTCOME_DONE,
  WEIR_OUTCOME_GONE,          /* the channel has ended */
  WEIR_OUTCOME_CLOSED,        /* its writer has closed: nothing comes after that */
  WEIR_OUTCOME_NOT_CONNECTED, /* nobody is at that end */
  WEIR_OUTCOME_TOO_MANY,      /* so many injected messages wait already */
  WEIR_OUTCOME_NO_MEMORY,
} WeirOutcome;

typedef struct
{
  WeirPipeEventType type;
  guint32 n;
  WeirSide side;          /* CONNECTED, REFUSED, LEFT */
  gint64 at_us;           /* monotonic */
  guint16 code;           /* LEFT: as the peer closed; 0: it did not, or gave none */
  gboolean is_clean;      /* LEFT: there was a close frame, of the peer's or of ours */
  char *reason;           /* LEFT: nullable */
  char *violation;        /* LEFT: the rule of the protocol that the peer broke; nullable */
  gboolean is_unanswered; /* LEFT: the engine had answered none of its pings */
  WeirEndedBy by;         /* ENDED */
  guint ticket;           /* ANSWERED */
  WeirOutcome outcome;    /* ANSWERED */
  guint64 seq;            /* ANSWERED: the number of the injected message */
  WeirMeters meters;      /* as of now */
} WeirPipeEvent;

typedef struct
{
  guint32 n;
  WeirMeters meters;
} WeirMeterRow;

WeirPipeEvent *weir_pipe_event_copy (const WeirPipeEvent *self);
void weir_pipe_event_free (WeirPipeEvent *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirPipeEvent, weir_pipe_event_free)

G_END_DECLS
