/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-channel-info.h"

/* What is to be said about a channel, as a kind and its figures; src/decode has the sentences. */

G_BEGIN_DECLS

/* What BACKPRESSURED is decided from: the share of this long in which the writer was held. */
#define WEIR_FINDING_HELD_US (5 * G_USEC_PER_SEC)

/* The Python client refuses larger text messages (its WebSocket library's default) and drops the connection. */
#define WEIR_FINDING_BIG_TEXT_SIZE (1024 * 1024)

/* A peer drops the connection that sends more than 16 MiB in one message; what grows gets there. */
#define WEIR_FINDING_MAX_MESSAGE_SIZE (16 * 1024 * 1024)
#define WEIR_FINDING_BIG_MESSAGE_SIZE (15 * 1024 * 1024)

typedef enum
{
  WEIR_FINDING_FLOWS,           /* all is well */
  WEIR_FINDING_IDLE,            /* the writer is quiet */
  WEIR_FINDING_BACKPRESSURED,   /* flows, but the writer is held part of the time: the reader is the slower side */
  WEIR_FINDING_BUFFER_FULL,     /* the writer is held, and the reader has not read for less long than makes a stall */
  WEIR_FINDING_READER_SLOW,     /* stalled: figures: buffered, last read */
  WEIR_FINDING_READER_HANGS,    /* stalled with nothing buffered: handed over, never taken */
  WEIR_FINDING_READER_SWALLOWS, /* the same while the writer goes on: its socket takes what nobody reads */
  WEIR_FINDING_DEADLOCK, /* stalled, and so is the channel back: each side waits for the other to read (other_id) */
  WEIR_FINDING_WAITS_FOR_READER, /* the writer is there (or has closed), the reader never came; may expire */
  WEIR_FINDING_WAITS_FOR_WRITER,
  WEIR_FINDING_NOBODY_CAME, /* created, no end connected; may expire */
  WEIR_FINDING_DRAINING,
  WEIR_FINDING_READER_GONE,
  WEIR_FINDING_TOO_LARGE, /* the reader left, as its client takes no message that large: Close 1009 */
  WEIR_FINDING_CLOSED,    /* by the writer, all of it was sent */
  WEIR_FINDING_CLOSED_BY_READER,
  WEIR_FINDING_WRITER_LOST, /* the connection broke without a close */
  WEIR_FINDING_EXPIRED,
  WEIR_FINDING_CLOSED_BY_ENGINE,
  WEIR_FINDING_HELD_BY_OBSERVER,   /* or slowed so that nothing moves: shape */
  WEIR_FINDING_SLOWED_BY_OBSERVER, /* shape */
  WEIR_FINDING_CLOSED_BY_OBSERVER, /* is_writer: that end was closed, else the reader's */
  WEIR_FINDING_OPENED_TWICE,       /* is_writer: that end; the second connection was closed at once */
  WEIR_FINDING_NO_FUNCTION,        /* the call that carried a ref failed, as that function does not exist */
  WEIR_FINDING_CALL_FAILED,        /* the call that carried a ref failed */
  WEIR_FINDING_LIVE_OBJECT,        /* the client's object of an end was passed in place of its ref */
  WEIR_FINDING_WRONG_END,          /* what went under the name of one end is a ref of the other */
  WEIR_FINDING_NOT_USED,           /* the function that was handed an end has returned and never opened it */
  WEIR_FINDING_NOT_CLOSED,         /* the function that had the writer has returned, the writer is open and quiet */
  WEIR_FINDING_LEFT_OPEN,          /* that function's worker has left, and the writer was never closed */
  WEIR_FINDING_UNREAD_AT_END,      /* written ≠ sent when it ended */
  WEIR_FINDING_BIG_TEXT,           /* text messages over the Python client's 1 MiB limit */
  WEIR_FINDING_BIG_MESSAGE,        /* close to what a message may have at all */
  WEIR_FINDING_TEXT_WAITS,         /* text is queued behind binary that is not read */
  WEIR_FINDING_NOT_FOUND,          /* is_writer: a connection for that end was answered 404 */
  WEIR_FINDING_UNKNOWN,
} WeirFindingKind;

typedef enum
{
  WEIR_SEVERITY_GOOD,
  WEIR_SEVERITY_QUIET,
  WEIR_SEVERITY_WARNING, /* may become a fault: waiting */
  WEIR_SEVERITY_ERROR,
} WeirSeverity;

typedef struct
{
  WeirFindingKind kind;
  WeirSeverity severity;
  gint64 for_us;                /* how long it has been so */
  gint64 left_us;               /* until the channel expires; 0: it will not */
  const WeirPassedInfo *passed; /* the call it is about; nullable; borrowed from the channel's info */
  const WeirShapeInfo *shape;   /* nullable; borrowed as well */
  gboolean is_writer;           /* which end it is about */
  const char *other_id;         /* the channel that it is about, too; nullable; borrowed as that is */
  gboolean is_dismissed;        /* the user has seen it, and wants it out of sight until it comes again */
} WeirFinding;

void weir_finding_free (WeirFinding *self);

/* Whether that call went nowhere: the engine knows no function of that name. */
gboolean weir_finding_is_no_function (const WeirPassedInfo *passed);

typedef enum
{
  WEIR_LIFE_CREATED,
  WEIR_LIFE_PASSED,   /* passed */
  WEIR_LIFE_WITH,     /* passed: refs of other channels went in that call, too: with */
  WEIR_LIFE_RETURNED, /* passed: that call returned, or failed */
  WEIR_LIFE_WRITER_CONNECTED,
  WEIR_LIFE_READER_CONNECTED,
  WEIR_LIFE_FIRST_MESSAGE,
  WEIR_LIFE_HELD,      /* the writer, for duration_us; 0: still */
  WEIR_LIFE_STALLED,   /* since, for duration_us; 0: still */
  WEIR_LIFE_LAST_READ, /* before a stall that goes on */
  WEIR_LIFE_ACT,       /* act: an observer did that */
  WEIR_LIFE_WRITER_CLOSED,
  WEIR_LIFE_READER_CLOSED,
  WEIR_LIFE_ENDED,
} WeirLifeKind;

typedef struct
{
  WeirLifeKind kind;
  gint64 at_ms; /* wall clock of the point */
  gint64 duration_us;
  const WeirPassedInfo *passed; /* borrowed from the channel's info */
  char **with;                  /* (nullable): ids of channels */
  const WeirActInfo *act;       /* borrowed as well */
} WeirLifeEvent;

void weir_life_event_free (WeirLifeEvent *self);

G_END_DECLS
