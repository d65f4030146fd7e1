/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* The state of a channel, decided in this one place from its meters alone, so that engine, relay, captures and tests
 * agree. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_STATE_UNKNOWN, /* the point cannot see enough to say */
  WEIR_STATE_CREATED, /* neither end has connected */
  WEIR_STATE_WAITING_READER,
  WEIR_STATE_WAITING_WRITER,
  WEIR_STATE_FLOWING,     /* a message moved within WEIR_STATE_QUIET_US */
  WEIR_STATE_HELD,        /* an observer holds it (or slows it, and nothing moves for that): no end is to blame */
  WEIR_STATE_STALLED,     /* outstanding, and no progress for WEIR_STATE_QUIET_US: the reader is slow */
  WEIR_STATE_DRAINING,    /* the writer has closed, something is left */
  WEIR_STATE_IDLE,        /* both connected, nothing outstanding: the writer is quiet */
  WEIR_STATE_READER_GONE, /* the reader left, and the writer is connected or had unread messages */
  WEIR_STATE_CLOSED,
} WeirState;

typedef enum
{
  WEIR_PRESENCE_UNKNOWN,
  WEIR_PRESENCE_NONE,      /* never connected */
  WEIR_PRESENCE_HERE,      /* connected to this point */
  WEIR_PRESENCE_ENGINE,    /* inside the engine: an HTTP trigger's end */
  WEIR_PRESENCE_ELSEWHERE, /* known to be connected, not through this point */
  WEIR_PRESENCE_GONE,
} WeirPresence;

typedef enum
{
  WEIR_ENDED_NOT,
  WEIR_ENDED_WRITER, /* closed as it should be */
  WEIR_ENDED_WRITER_LOST,
  WEIR_ENDED_READER,
  WEIR_ENDED_EXPIRED,
  WEIR_ENDED_ENGINE,
  WEIR_ENDED_OBSERVER,
  WEIR_ENDED_UNKNOWN, /* it has, and who ended it was not seen */
} WeirEndedBy;

/* For how long nothing may move before a channel counts as stalled or idle (observation.md). */
#define WEIR_STATE_QUIET_US (3 * G_USEC_PER_SEC)

/* A reader that shows in lumps what it has read (a client's buffer at a time) has not stalled between two of them: it
 * is given as long as WeirMeters.patience_us says. Until its rhythm is known, and while its socket takes all that is
 * written, it is given this at least: the first lumps of a slow reader would be so many stalls. Once it is known (see
 * WeirMeters.has_rhythm), to be silent for twice as long as it ever lately was is to have stalled, after
 * WEIR_STATE_QUIET_US as any other: if it has only become slower, that one lump is the last that is taken for a stall,
 * as it teaches patience. */
#define WEIR_STATE_LUMP_US (4 * WEIR_STATE_QUIET_US)

/* No reader is given longer than this. */
#define WEIR_STATE_PATIENCE_MAX_US (10 * WEIR_STATE_QUIET_US)

/* Running totals and the present: the columns of a sample, in the order of the watch feed. */
typedef struct
{
  guint64 written_bytes; /* what the writer's socket gave us */
  guint64 written_messages;
  guint64 written_text; /* messages of kind text */
  guint64 sent_bytes;   /* what was handed to the reader's socket */
  guint64 sent_messages;
  guint64 acked_bytes; /* what the reader's client has shown it has taken */
  guint64 acked_messages;
  guint64 paused_us; /* the writer was held: closed intervals only */
  guint64 buffered_messages;
  guint64 buffered_bytes;
  guint64 injected_bytes; /* by observers: sent like what was written, and not counted there */
  guint64 injected_messages;

  /* A bit a column, as below. */
  guint32 unknown;  /* it is not known, for that end is not here: 0 in this struct, null on the wire */
  guint32 inferred; /* at least that: concluded from what was seen, not told. Not on the wire */
  guint32 partial;  /* some of it was missed: it grows at least as fast as this. Not on the wire */
  guint32 old;      /* as of some time ago: how it grows now is not known. Not on the wire */
} WeirTotals;

#define WEIR_TOTALS_N_COLUMNS 12

#define WEIR_TOTALS_WRITTEN_BYTES     (1u << 0)
#define WEIR_TOTALS_WRITTEN_MESSAGES  (1u << 1)
#define WEIR_TOTALS_WRITTEN_TEXT      (1u << 2)
#define WEIR_TOTALS_SENT_BYTES        (1u << 3)
#define WEIR_TOTALS_SENT_MESSAGES     (1u << 4)
#define WEIR_TOTALS_ACKED_BYTES       (1u << 5)
#define WEIR_TOTALS_ACKED_MESSAGES    (1u << 6)
#define WEIR_TOTALS_PAUSED_US         (1u << 7)
#define WEIR_TOTALS_BUFFERED_MESSAGES (1u << 8)
#define WEIR_TOTALS_BUFFERED_BYTES    (1u << 9)

/* What can only be known where that end is, or was, here; and what only where both are. */
#define WEIR_TOTALS_OF_WRITER                                                                                          \
  (WEIR_TOTALS_WRITTEN_BYTES | WEIR_TOTALS_WRITTEN_MESSAGES | WEIR_TOTALS_WRITTEN_TEXT | WEIR_TOTALS_PAUSED_US)
#define WEIR_TOTALS_OF_READER                                                                                          \
  (WEIR_TOTALS_SENT_BYTES | WEIR_TOTALS_SENT_MESSAGES | WEIR_TOTALS_ACKED_BYTES | WEIR_TOTALS_ACKED_MESSAGES)
#define WEIR_TOTALS_OF_BUFFER (WEIR_TOTALS_BUFFERED_MESSAGES | WEIR_TOTALS_BUFFERED_BYTES)

extern const char *const weir_totals_columns[WEIR_TOTALS_N_COLUMNS]; /* their names on the wire */
guint64 weir_totals_get (const WeirTotals *self, guint column);
void weir_totals_set (WeirTotals *self, guint column, guint64 value);

/* As JSON: null where it is not known. */
void weir_totals_append (GString *out, const WeirTotals *self, guint column);

/* Columns that points have told only since some version: 0 where they are missing. */
gboolean weir_totals_is_optional (guint column);

/* They are not known, and 0 from now on. @columns: bits; more than there are do not matter. */
void weir_totals_set_unknown (WeirTotals *self, guint32 columns);

/* Whether all of them are known, be it by inference. */
gboolean weir_totals_knows (const WeirTotals *self, guint32 columns);

/* Messages, written or injected, that were not handed to the reader's socket; 0 where that is not known. */
guint64 weir_totals_get_unsent (const WeirTotals *self);

/* A consistent copy of what a data thread knows of one channel. Times are monotonic, of the point; 0: never. */
typedef struct
{
  WeirTotals totals;
  WeirPresence writer;
  WeirPresence reader;
  WeirEndedBy ended;
  gboolean is_writer_unseen; /* that end never passed this point: what it would have counted is 0, and no figure */
  gboolean is_reader_unseen;
  gboolean reader_answers; /* the reader's client answers pings, so `acked` means something */
  gint64 moved_us;         /* a message was last written, sent or acknowledged */
  gint64
      outstanding_since_us; /* since when something is outstanding without progress; 0: nothing is.
                               Progress: an acknowledgement, or a reader's socket that was full taking more.
                               Of a client that is known to answer no pings, what was handed over is not outstanding. */
  gint64 patience_us;       /* twice the longest time that it lately took to make progress; 0: not known */
  gboolean has_rhythm;      /* patience_us comes of so many of them that it can be relied on */
  gint64 paused_since_us;   /* the writer is held since; 0: it is not */
  gboolean lacks_memory;    /* not for what its channel may hold, but for what all together may */
  gint64 first_us;          /* the first message came from the writer */
  gboolean is_held;         /* by an observer: nothing goes on to the reader */
  gboolean is_slowed;       /* by an observer */
} WeirMeters;

/* The table of observation.md. Where a row says "within 3 s", at 3 s it is over. Both ends gone and all of it
 * delivered, but not yet ended, is draining: the close is what is left. */
WeirState weir_state_decide (const WeirMeters *meters, gint64 now_us);

/* When the state changes by the passing of time alone: 0 if it does not. For those who must wake up to notice. */
gint64 weir_state_next_change_us (const WeirMeters *meters, gint64 now_us);

/* The words of the wire: `waiting-reader`, `writer-lost`, `elsewhere`. from_string: FALSE for an unknown word. */
const char *weir_state_to_string (WeirState state);
gboolean weir_state_from_string (const char *string, WeirState *state);
/* Whether more is known with @now than was: that an end is not known does not unsay that it is elsewhere. */
gboolean weir_presence_is_news (WeirPresence before, WeirPresence now);

const char *weir_presence_to_string (WeirPresence presence);
gboolean weir_presence_from_string (const char *string, WeirPresence *presence);
const char *weir_ended_by_to_string (WeirEndedBy by); /* WEIR_ENDED_NOT: NULL */
gboolean weir_ended_by_from_string (const char *string, WeirEndedBy *by);

G_END_DECLS
