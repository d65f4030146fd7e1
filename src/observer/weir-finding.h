/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-channel-info.h"

/* What is to be said about a channel, as a kind and its figures; src/decode has the sentences. */

G_BEGIN_DECLS

/* What BACKPRESSURED is decided from: the share of this long in which the writer was held. */
#define WEIR_FINDING_HELD_US (5 * G_USEC_PER_SEC)

/* A reader that leaves as its function returns does so within this of it. */
#define WEIR_FINDING_RETURNS_MS 1000

/* The connections of a worker that ends break within this. */
#define WEIR_FINDING_TOGETHER_MS 2000

/* The Python client refuses larger text messages (its WebSocket library's default) and drops the connection. */
#define WEIR_FINDING_BIG_TEXT_SIZE (1024 * 1024)

/* A peer drops the connection that sends more than 16 MiB in one message; what grows gets there. */
#define WEIR_FINDING_MAX_MESSAGE_SIZE (16 * 1024 * 1024)
#define WEIR_FINDING_BIG_MESSAGE_SIZE (15 * 1024 * 1024)

typedef enum
{
  WEIR_FINDING_FLOWS,           /* all is well */
  WEIR_FINDING_IDLE,            /* the writer is quiet */
  WEIR_FINDING_FALLS_BEHIND,    /* flows, but what is sent is shown to be read ever later: lag_us */
  WEIR_FINDING_BACKPRESSURED,   /* flows, but the writer is held part of the time: the reader is the slower side */
  WEIR_FINDING_BUFFER_FULL,     /* the writer is held, and the reader has not read for less long than makes a stall */
  WEIR_FINDING_BUFFER_FILLS,    /* the same, and the writer is not held yet */
  WEIR_FINDING_READER_SLOW,     /* stalled: figures: buffered, last read */
  WEIR_FINDING_READER_HANGS,    /* stalled with nothing buffered: handed over, never taken */
  WEIR_FINDING_READER_SWALLOWS, /* the same while the writer goes on: its socket takes what nobody reads */
  WEIR_FINDING_READER_FAILED,   /* stalled: its function has failed and left its end open: passed */
  WEIR_FINDING_READER_HELD, /* its reader is the writer of a channel of the same call, and held there: other, the end
                               of such a chain */
  WEIR_FINDING_DEADLOCK,    /* stalled, and so is the channel back: each side waits for the other to read (other) */
  WEIR_FINDING_MEMORY_USED, /* the writer is held although its buffer is not full: the engine's memory is used up */
  WEIR_FINDING_WAITS_FOR_READER, /* the writer is there (or has closed), the reader never came; may expire */
  WEIR_FINDING_WAITS_FOR_WRITER,
  WEIR_FINDING_NOBODY_CAME, /* created, no end connected; may expire */
  WEIR_FINDING_DRAINING,
  WEIR_FINDING_READER_GONE,
  WEIR_FINDING_READER_DONE,    /* the reader left, and its function has returned well: it did not want the rest */
  WEIR_FINDING_TOO_LARGE,      /* the reader left, as its client takes no message that large: Close 1009 */
  WEIR_FINDING_KEEPALIVE,      /* an end's client gave up, as its pings were not answered: is_writer */
  WEIR_FINDING_BROKE_PROTOCOL, /* an end broke WebSocket, and was closed for it: is_writer */
  WEIR_FINDING_CLOSED,         /* by the writer, all of it was sent */
  WEIR_FINDING_CLOSED_BY_READER,
  WEIR_FINDING_WRITER_LOST, /* the connection broke without a close */
  WEIR_FINDING_RELAY_LOST,  /* an end broke as the relay was lost that it passed through */
  WEIR_FINDING_WORKER_LOST, /* both ends were of one worker, and broke as it ended */
  WEIR_FINDING_EXPIRED,
  WEIR_FINDING_CLOSED_BY_ENGINE,
  WEIR_FINDING_HELD_BY_OBSERVER,   /* or slowed so that nothing moves: shape */
  WEIR_FINDING_SLOWED_BY_OBSERVER, /* shape */
  WEIR_FINDING_CLOSED_BY_OBSERVER, /* is_writer: that end was closed, else the reader's */
  WEIR_FINDING_OPENED_TWICE,       /* is_writer: that end; the second connection was closed at once */
  WEIR_FINDING_NO_FUNCTION,        /* the call that carried a ref failed, as that function does not exist */
  WEIR_FINDING_CALL_FAILED,        /* the call that carried a ref failed */
  WEIR_FINDING_CALL_CUT_OFF,       /* its worker's connection broke: no answer will come, but it may still run */
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
  WEIR_FINDING_WRITER_WENT,        /* its worker has left, and what its socket still holds is waited for */
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
  const WeirChannelInfo *other; /* the channel that it is about, too; nullable; borrowed from that */
  gint64 lag_us;                /* how long ago that was sent which the reader has shown to have read last */
  gboolean is_order_known;      /* TEXT_WAITS: it was written after data that waits */
  gboolean is_dismissed;        /* the user has seen it, and wants it out of sight until it comes again */
} WeirFinding;

void weir_finding_free (WeirFinding *self);

/* Messages that were not handed on, or not shown to be read: at most so many of them are lost at the end. Of a reader
 * that answers no pings, and at the end of a stream that it was told of, what was handed on counts as read. */
guint64 weir_finding_count_unread (const WeirChannelInfo *info);

/* The call of the reader's function that returned well as the reader left, which wanted no more; NULL: it was not so.
 */
const WeirPassedInfo *weir_finding_get_done (const WeirChannelInfo *info);

/* The call of the one function that may be at the reader's end, which is open, while that call is over; NULL: it is not
 * so, or nobody knows whether it has stopped. */
const WeirPassedInfo *weir_finding_get_over (const WeirChannelInfo *info);

/* Whether both ends were one worker's, which ended with both of them open: which of them broke first says nothing. */
gboolean weir_finding_is_with_worker (const WeirChannelInfo *info);

/* Whether that end's client said so as it gave up on an unanswered ping. */
gboolean weir_finding_is_keepalive (const WeirEndInfo *end);

/* Whether that call went nowhere: the engine knows no function of that name. */
gboolean weir_finding_is_no_function (const WeirPassedInfo *passed);

/* Shorter holds are the ordinary work of flow control. */
#define WEIR_LIFE_MIN_HELD_US (250 * 1000)

typedef enum
{
  WEIR_LIFE_CREATED,
  WEIR_LIFE_PASSED,   /* passed */
  WEIR_LIFE_WITH,     /* passed: refs of other channels went in that call, too: with */
  WEIR_LIFE_RETURNED, /* passed: that call returned, or failed */
  WEIR_LIFE_ASKED,    /* is_writer: a connection for that end was asked for, and none is known to have come of it */
  WEIR_LIFE_WRITER_CONNECTED,
  WEIR_LIFE_READER_CONNECTED,
  WEIR_LIFE_FIRST_MESSAGE,
  WEIR_LIFE_HELD,      /* the writer, for duration_us; 0: still */
  WEIR_LIFE_STALLED,   /* since, for duration_us; 0: still */
  WEIR_LIFE_LAST_READ, /* before a stall that goes on */
  WEIR_LIFE_ACT,       /* act: an observer did that */
  WEIR_LIFE_NOT_FOUND, /* is_writer: a connection for that end was answered 404; the latest of n */
  WEIR_LIFE_REFUSED,   /* is_writer: a connection for that end came when it was taken; the latest of n */
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
  gboolean is_writer;
  guint n;
} WeirLifeEvent;

void weir_life_event_free (WeirLifeEvent *self);

G_END_DECLS
