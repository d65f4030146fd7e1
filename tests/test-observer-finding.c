/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-diagnosis.h"
#include "weir-life.h"

#define NOW       G_GINT64_CONSTANT (1700000000000) /* wall clock of the point, ms */
#define MAX_KINDS 4

/* A call that carried a ref: when, ms ago, it was made and returned. */
typedef struct
{
  const char *function_id; /* NULL: there was none */
  WeirDirection direction;
  gint64 made_ago;
  gint64 returned_ago; /* 0: not yet */
  const char *error_code;
  const char *error_message;
  const char *path; /* where in the payload the ref was */
  gboolean live;    /* it was the client's object, not the ref */
} Call;

/* What is so (times in ms ago, 0: never), and what is to be said of it. */
typedef struct
{
  const char *name;
  WeirState state;
  WeirEndedBy ended_by;
  gint64 since_ago, expires_in, paused_ago;
  gint64 writer_ago, reader_ago; /* connected */
  WeirPresence writer, reader;
  guint64 written, sent, buffered;
  gint64 last_read_ago;
  double held_share, sent_rate;
  guint64 largest_text, largest;
  gboolean text_waits, lost_relay;
  gboolean is_our_writer, is_our_reader;
  gboolean deadlock;   /* there is a channel back that is held */
  gboolean culprit;    /* there is a channel that holds its reader */
  const char *runtime; /* of the reader's worker */
  const char *worker;  /* of both ends, which broke as it left */
  int close_code;      /* of the reader */
  Call calls[2];
  struct
  {
    gint64 since_ago;
    gboolean pause;
    guint64 rate;
  } shapes[2];
  WeirAct act;                         /* the last of an observer's */
  gint64 refused_ago;                  /* at the reader's end */
  gint64 not_found_ago, went_ago;      /* the latter: the writer's worker */
  guint32 unknown, inferred;           /* of the totals */
  gint64 taken_ago, lag_ms, heard_ago; /* the latter: the point; 0: now */
  gboolean lacks_memory;
  gint64 closed_ago;                                                       /* the reader */
  const char *close_reason, *violation, *writer_reason, *writer_violation; /* of the ends; the writer's code is 1011 */
  guint64 text, acked, buffered_bytes;                                     /* acked: then its client answers */

  guint n_kinds;
  WeirFindingKind kinds[MAX_KINDS];
  WeirSeverity severity; /* of the first */
  gint64 for_ms, left_ms;
} Case;

#define BOTH_HERE .writer = WEIR_PRESENCE_HERE, .reader = WEIR_PRESENCE_HERE, .writer_ago = 9000, .reader_ago = 9000
#define BOTH_GONE .writer = WEIR_PRESENCE_GONE, .reader = WEIR_PRESENCE_GONE, .writer_ago = 9000, .reader_ago = 9000
#define ONE(kind) .n_kinds = 1, .kinds = { kind }

static const Case cases[] = {
  { "a writer itself was passed", WEIR_STATE_WAITING_WRITER, .since_ago = 5000, .writer = WEIR_PRESENCE_NONE,
    .reader = WEIR_PRESENCE_HERE, .reader_ago = 5000,
    .calls = { { "f", WEIR_DIRECTION_WRITE, 6000, .path = "to", .live = TRUE } }, .n_kinds = 2,
    .kinds = { WEIR_FINDING_LIVE_OBJECT, WEIR_FINDING_WAITS_FOR_WRITER }, .severity = WEIR_SEVERITY_ERROR,
    .for_ms = 6000 },
  { "a reader itself was passed, and the call failed for it", WEIR_STATE_CREATED, .since_ago = 5000,
    .writer = WEIR_PRESENCE_NONE, .reader = WEIR_PRESENCE_NONE,
    .calls = { { "f", WEIR_DIRECTION_READ, 6000, 5900, "invocation_failed", "no ref", "reader", .live = TRUE } },
    .n_kinds = 3, .kinds = { WEIR_FINDING_LIVE_OBJECT, WEIR_FINDING_CALL_FAILED, WEIR_FINDING_NOBODY_CAME },
    .severity = WEIR_SEVERITY_ERROR, .for_ms = 6000 },
  { "a writer itself was passed, then its ref", WEIR_STATE_FLOWING, .since_ago = 3000, BOTH_HERE, .written = 9,
    .sent = 9, .calls = { { "f", WEIR_DIRECTION_WRITE, 6000, .live = TRUE }, { "f", WEIR_DIRECTION_WRITE, 5000 } },
    ONE (WEIR_FINDING_FLOWS), .severity = WEIR_SEVERITY_GOOD, .for_ms = 3000 },
  { "a writer itself was passed, but is used by another", WEIR_STATE_FLOWING, .since_ago = 3000, BOTH_HERE,
    .written = 9, .sent = 9, .calls = { { "f", WEIR_DIRECTION_WRITE, 6000, .live = TRUE } }, .n_kinds = 2,
    .kinds = { WEIR_FINDING_LIVE_OBJECT, WEIR_FINDING_FLOWS }, .severity = WEIR_SEVERITY_WARNING, .for_ms = 6000 },
  { "flows", WEIR_STATE_FLOWING, .since_ago = 30000, BOTH_HERE, .written = 9, .sent = 9, ONE (WEIR_FINDING_FLOWS),
    .severity = WEIR_SEVERITY_GOOD, .for_ms = 30000 },
  { "held a little", WEIR_STATE_FLOWING, .since_ago = 30000, BOTH_HERE, .held_share = WEIR_DIAGNOSIS_HELD_SHARE - 0.01,
    ONE (WEIR_FINDING_FLOWS), .severity = WEIR_SEVERITY_GOOD, .for_ms = 30000 },
  { "held often", WEIR_STATE_FLOWING, .since_ago = 30000, BOTH_HERE, .held_share = WEIR_DIAGNOSIS_HELD_SHARE,
    ONE (WEIR_FINDING_BACKPRESSURED), .severity = WEIR_SEVERITY_QUIET, .for_ms = 30000 },
  { "buffer full, and not read from for a moment", WEIR_STATE_FLOWING, .since_ago = 30000, BOTH_HERE, .written = 70,
    .sent = 6, .buffered = 64, .last_read_ago = 800, ONE (WEIR_FINDING_BUFFER_FULL), .severity = WEIR_SEVERITY_QUIET,
    .for_ms = 800 },
  { "buffer full, and not read from for longer", WEIR_STATE_FLOWING, .since_ago = 30000, BOTH_HERE, .written = 70,
    .sent = 6, .buffered = 64, .last_read_ago = 2000, .held_share = 0.4, ONE (WEIR_FINDING_BUFFER_FULL),
    .severity = WEIR_SEVERITY_QUIET, .for_ms = 2000 },
  { "buffer fills", WEIR_STATE_FLOWING, .since_ago = 30000, BOTH_HERE, .written = 20, .sent = 9, .buffered = 11,
    .last_read_ago = WEIR_DIAGNOSIS_FILLS_MS, ONE (WEIR_FINDING_BUFFER_FILLS), .severity = WEIR_SEVERITY_QUIET,
    .for_ms = WEIR_DIAGNOSIS_FILLS_MS },
  { "buffer fills for a moment", WEIR_STATE_FLOWING, .since_ago = 30000, BOTH_HERE, .written = 20, .sent = 9,
    .buffered = 11, .last_read_ago = WEIR_DIAGNOSIS_FILLS_MS - 1, ONE (WEIR_FINDING_FLOWS),
    .severity = WEIR_SEVERITY_GOOD, .for_ms = 30000 },
  { "buffer full of bytes", WEIR_STATE_FLOWING, .since_ago = 30000, BOTH_HERE, .written = 70, .sent = 69, .buffered = 1,
    .paused_ago = 1500, .last_read_ago = 1500, .held_share = 0.3, ONE (WEIR_FINDING_BUFFER_FULL),
    .severity = WEIR_SEVERITY_QUIET, .for_ms = 1500 },
  { "buffer full, and read from", WEIR_STATE_FLOWING, .since_ago = 30000, BOTH_HERE, .written = 70, .sent = 6,
    .buffered = 64, .last_read_ago = 200, .held_share = 0.8, ONE (WEIR_FINDING_BACKPRESSURED),
    .severity = WEIR_SEVERITY_QUIET, .for_ms = 30000 },
  { "buffer nearly full", WEIR_STATE_FLOWING, .since_ago = 30000, BOTH_HERE, .written = 70, .sent = 7, .buffered = 63,
    .last_read_ago = 200, ONE (WEIR_FINDING_FLOWS), .severity = WEIR_SEVERITY_GOOD, .for_ms = 30000 },
  { "idle", WEIR_STATE_IDLE, .since_ago = 9000, BOTH_HERE, .written = 4, .sent = 4, ONE (WEIR_FINDING_IDLE),
    .severity = WEIR_SEVERITY_QUIET, .for_ms = 12000 },
  { "idle from the start", WEIR_STATE_IDLE, .since_ago = 9000, BOTH_HERE, ONE (WEIR_FINDING_IDLE),
    .severity = WEIR_SEVERITY_QUIET, .for_ms = 9000 },
  { "slow reader", WEIR_STATE_STALLED, .since_ago = 1200, BOTH_HERE, .written = 70, .sent = 6, .buffered = 64,
    .last_read_ago = 4200, .paused_ago = 3300, ONE (WEIR_FINDING_READER_SLOW), .severity = WEIR_SEVERITY_ERROR,
    .for_ms = 4200 },
  { "its function has failed and left its end open", WEIR_STATE_STALLED, .since_ago = 1200, BOTH_HERE, .written = 70,
    .sent = 6, .buffered = 64, .last_read_ago = 4200, .paused_ago = 3300,
    .calls = { { "a::b", WEIR_DIRECTION_READ, 9000, 4100, "invocation_failed" } }, ONE (WEIR_FINDING_READER_FAILED),
    .severity = WEIR_SEVERITY_ERROR, .for_ms = 4200 },
  { "it has failed, and another channel is why", WEIR_STATE_STALLED, .since_ago = 1200, BOTH_HERE, .written = 70,
    .sent = 6, .buffered = 64, .last_read_ago = 4200, .paused_ago = 3300, .culprit = TRUE,
    .calls = { { "a::b", WEIR_DIRECTION_READ, 9000, 4100, "invocation_failed" } }, .n_kinds = 2,
    .kinds = { WEIR_FINDING_CALL_FAILED, WEIR_FINDING_READER_HELD }, .severity = WEIR_SEVERITY_ERROR, .for_ms = 4100 },
  { "reader that never read", WEIR_STATE_STALLED, .since_ago = 1200, BOTH_HERE, .written = 70, .buffered = 64,
    ONE (WEIR_FINDING_READER_SLOW), .severity = WEIR_SEVERITY_ERROR, .for_ms = 9000 },
  { "reader that hangs", WEIR_STATE_STALLED, .since_ago = 500, BOTH_HERE, .written = 7, .sent = 7,
    .last_read_ago = 3500, ONE (WEIR_FINDING_READER_HANGS), .severity = WEIR_SEVERITY_ERROR, .for_ms = 3500 },
  { "reader whose socket takes what it does not read", WEIR_STATE_STALLED, .since_ago = 500, BOTH_HERE, .written = 7,
    .sent = 7, .last_read_ago = 3500, .sent_rate = 0.5, ONE (WEIR_FINDING_READER_SWALLOWS),
    .severity = WEIR_SEVERITY_ERROR, .for_ms = 3500 },
  { "slow reader, while messages are sent", WEIR_STATE_STALLED, .since_ago = 500, BOTH_HERE, .written = 7, .sent = 6,
    .buffered = 1, .last_read_ago = 3500, .sent_rate = 0.5, ONE (WEIR_FINDING_READER_SLOW),
    .severity = WEIR_SEVERITY_ERROR, .for_ms = 3500 },
  { "text behind data at a slow reader", WEIR_STATE_STALLED, .since_ago = 500, BOTH_HERE, .buffered = 1,
    .text_waits = TRUE, .n_kinds = 2, .kinds = { WEIR_FINDING_READER_SLOW, WEIR_FINDING_TEXT_WAITS },
    .severity = WEIR_SEVERITY_ERROR, .for_ms = 9000 },
  { "text behind data on its way", WEIR_STATE_FLOWING, .since_ago = 500, BOTH_HERE, .text_waits = TRUE,
    ONE (WEIR_FINDING_FLOWS), .severity = WEIR_SEVERITY_GOOD, .for_ms = 500 },
  { "large message", WEIR_STATE_FLOWING, .since_ago = 500, BOTH_HERE, .largest = WEIR_FINDING_BIG_MESSAGE_SIZE,
    .n_kinds = 2, .kinds = { WEIR_FINDING_BIG_MESSAGE, WEIR_FINDING_FLOWS }, .severity = WEIR_SEVERITY_WARNING },
  { "left open", WEIR_STATE_CLOSED, WEIR_ENDED_WRITER_LOST, .since_ago = 5000, BOTH_GONE,
    .calls = { { "reports::export", WEIR_DIRECTION_WRITE, 9000, 6000 } }, .n_kinds = 2,
    .kinds = { WEIR_FINDING_WRITER_LOST, WEIR_FINDING_LEFT_OPEN }, .severity = WEIR_SEVERITY_ERROR, .for_ms = 5000 },
  { "the worker of a held writer has left", WEIR_STATE_STALLED, .since_ago = 100000, BOTH_HERE, .buffered = 64,
    .paused_ago = 99000, .went_ago = 60000, .n_kinds = 2,
    .kinds = { WEIR_FINDING_WRITER_WENT, WEIR_FINDING_READER_SLOW }, .severity = WEIR_SEVERITY_ERROR, .for_ms = 60000 },
  { "the worker of a writer that is not held has left", WEIR_STATE_FLOWING, .since_ago = 500, BOTH_HERE,
    .went_ago = 100, ONE (WEIR_FINDING_FLOWS), .severity = WEIR_SEVERITY_GOOD, .for_ms = 500 },
  { "lost while its function ran", WEIR_STATE_CLOSED, WEIR_ENDED_WRITER_LOST, .since_ago = 5000, BOTH_GONE,
    .calls = { { "reports::export", WEIR_DIRECTION_WRITE, 9000 } }, ONE (WEIR_FINDING_WRITER_LOST),
    .severity = WEIR_SEVERITY_ERROR, .for_ms = 5000 },
  { "just connected", WEIR_STATE_WAITING_READER, .since_ago = WEIR_DIAGNOSIS_PATIENCE_MS - 1,
    .writer = WEIR_PRESENCE_HERE, .reader = WEIR_PRESENCE_NONE, .expires_in = 1000, ONE (WEIR_FINDING_WAITS_FOR_READER),
    .severity = WEIR_SEVERITY_QUIET, .for_ms = WEIR_DIAGNOSIS_PATIENCE_MS - 1, .left_ms = 1000 },
  { "waits for reader", WEIR_STATE_WAITING_READER, .since_ago = 125000, .writer = WEIR_PRESENCE_HERE,
    .reader = WEIR_PRESENCE_NONE, .expires_in = 174000, ONE (WEIR_FINDING_WAITS_FOR_READER),
    .severity = WEIR_SEVERITY_WARNING, .for_ms = 125000, .left_ms = 174000 },
  { "waits for reader for ever", WEIR_STATE_WAITING_READER, .since_ago = 125000, .writer = WEIR_PRESENCE_HERE,
    .reader = WEIR_PRESENCE_NONE, ONE (WEIR_FINDING_WAITS_FOR_READER), .severity = WEIR_SEVERITY_WARNING,
    .for_ms = 125000 },
  { "overdue", WEIR_STATE_WAITING_READER, .since_ago = 125000, .writer = WEIR_PRESENCE_HERE,
    .reader = WEIR_PRESENCE_NONE, .expires_in = -50, ONE (WEIR_FINDING_WAITS_FOR_READER),
    .severity = WEIR_SEVERITY_WARNING, .for_ms = 125000, .left_ms = 1 },
  { "waits for writer", WEIR_STATE_WAITING_WRITER, .since_ago = 2000, .writer = WEIR_PRESENCE_NONE,
    .reader = WEIR_PRESENCE_HERE, .expires_in = 10, ONE (WEIR_FINDING_WAITS_FOR_WRITER),
    .severity = WEIR_SEVERITY_WARNING, .for_ms = 2000, .left_ms = 10 },
  { "nobody came", WEIR_STATE_CREATED, .since_ago = 2000, .writer = WEIR_PRESENCE_NONE, .reader = WEIR_PRESENCE_NONE,
    .expires_in = 298000, ONE (WEIR_FINDING_NOBODY_CAME), .severity = WEIR_SEVERITY_WARNING, .for_ms = 2000,
    .left_ms = 298000 },
  { "draining", WEIR_STATE_DRAINING, .since_ago = 700, .writer = WEIR_PRESENCE_GONE, .reader = WEIR_PRESENCE_HERE,
    ONE (WEIR_FINDING_DRAINING), .severity = WEIR_SEVERITY_QUIET, .for_ms = 700 },
  { "reader gone", WEIR_STATE_READER_GONE, .since_ago = 700, .writer = WEIR_PRESENCE_HERE, .reader = WEIR_PRESENCE_GONE,
    ONE (WEIR_FINDING_READER_GONE), .severity = WEIR_SEVERITY_ERROR, .for_ms = 700 },
  { "closed", WEIR_STATE_CLOSED, WEIR_ENDED_WRITER, .since_ago = 5000, BOTH_GONE, .written = 9, .sent = 9,
    ONE (WEIR_FINDING_CLOSED), .severity = WEIR_SEVERITY_QUIET, .for_ms = 5000 },
  { "closed by an observer", WEIR_STATE_CLOSED, WEIR_ENDED_OBSERVER, .since_ago = 5000, BOTH_GONE, .written = 9,
    .sent = 5, .act = WEIR_ACT_CLOSED_READER, ONE (WEIR_FINDING_CLOSED_BY_OBSERVER), .severity = WEIR_SEVERITY_WARNING,
    .for_ms = 5000 },
  { "held by an observer", WEIR_STATE_HELD, .since_ago = 700, BOTH_HERE, .written = 70, .buffered = 64,
    .paused_ago = 600, .shapes = { { 800, FALSE, 1 }, { 750, TRUE } }, ONE (WEIR_FINDING_HELD_BY_OBSERVER),
    .severity = WEIR_SEVERITY_WARNING, .for_ms = 750 },
  { "held by nobody that is named", WEIR_STATE_HELD, .since_ago = 700, BOTH_HERE, ONE (WEIR_FINDING_HELD_BY_OBSERVER),
    .severity = WEIR_SEVERITY_WARNING, .for_ms = 700 },
  { "held before a reader came", WEIR_STATE_WAITING_READER, .since_ago = 700, .writer = WEIR_PRESENCE_HERE,
    .reader = WEIR_PRESENCE_NONE, .shapes = { { 500, TRUE } }, .n_kinds = 2,
    .kinds = { WEIR_FINDING_HELD_BY_OBSERVER, WEIR_FINDING_WAITS_FOR_READER }, .severity = WEIR_SEVERITY_WARNING,
    .for_ms = 500 },
  { "slowed by an observer", WEIR_STATE_FLOWING, .since_ago = 700, BOTH_HERE, .written = 70, .buffered = 64,
    .paused_ago = 600, .shapes = { { 500, FALSE, 1000 }, { 400, FALSE, 200 } }, .n_kinds = 2,
    .kinds = { WEIR_FINDING_SLOWED_BY_OBSERVER, WEIR_FINDING_BUFFER_FULL }, .severity = WEIR_SEVERITY_WARNING,
    .for_ms = 400 },
  { "slowed, and the reader is slow all the same", WEIR_STATE_STALLED, .since_ago = 700, BOTH_HERE, .written = 70,
    .buffered = 64, .last_read_ago = 4000, .shapes = { { 500, FALSE, 1000 } }, .n_kinds = 2,
    .kinds = { WEIR_FINDING_READER_SLOW, WEIR_FINDING_SLOWED_BY_OBSERVER }, .severity = WEIR_SEVERITY_ERROR,
    .for_ms = 4000 },
  { "opened twice", WEIR_STATE_FLOWING, .since_ago = 700, BOTH_HERE, .refused_ago = 300, .n_kinds = 2,
    .kinds = { WEIR_FINDING_OPENED_TWICE, WEIR_FINDING_FLOWS }, .severity = WEIR_SEVERITY_WARNING, .for_ms = 300 },
  { "closed by reader", WEIR_STATE_CLOSED, WEIR_ENDED_READER, .since_ago = 5000, BOTH_GONE, .written = 9, .sent = 9,
    ONE (WEIR_FINDING_CLOSED_BY_READER), .severity = WEIR_SEVERITY_ERROR, .for_ms = 5000 },
  { "a message too large for the reader", WEIR_STATE_CLOSED, WEIR_ENDED_READER, .since_ago = 5000, BOTH_GONE,
    .written = 9, .sent = 9, .close_code = 1009, .runtime = "python", .largest_text = WEIR_FINDING_BIG_TEXT_SIZE + 1,
    ONE (WEIR_FINDING_TOO_LARGE), .severity = WEIR_SEVERITY_ERROR, .for_ms = 5000 },
  { "a message too large for the reader, and the writer is still there", WEIR_STATE_READER_GONE, .since_ago = 700,
    .writer = WEIR_PRESENCE_HERE, .reader = WEIR_PRESENCE_GONE, .close_code = 1009, ONE (WEIR_FINDING_TOO_LARGE),
    .severity = WEIR_SEVERITY_ERROR, .for_ms = 700 },
  { "writer lost", WEIR_STATE_CLOSED, WEIR_ENDED_WRITER_LOST, .since_ago = 5000, BOTH_GONE, .written = 9, .sent = 9,
    ONE (WEIR_FINDING_WRITER_LOST), .severity = WEIR_SEVERITY_ERROR, .for_ms = 5000 },
  { "expired", WEIR_STATE_CLOSED, WEIR_ENDED_EXPIRED, .since_ago = 5000, .writer = WEIR_PRESENCE_NONE,
    .reader = WEIR_PRESENCE_NONE, ONE (WEIR_FINDING_EXPIRED), .severity = WEIR_SEVERITY_WARNING, .for_ms = 5000 },
  { "closed by the engine", WEIR_STATE_CLOSED, WEIR_ENDED_ENGINE, .since_ago = 5000, BOTH_GONE,
    ONE (WEIR_FINDING_CLOSED_BY_ENGINE), .severity = WEIR_SEVERITY_WARNING, .for_ms = 5000 },
  { "unread at the end", WEIR_STATE_CLOSED, WEIR_ENDED_WRITER, .since_ago = 5000, BOTH_GONE, .written = 9, .sent = 7,
    .n_kinds = 2, .kinds = { WEIR_FINDING_UNREAD_AT_END, WEIR_FINDING_CLOSED }, .severity = WEIR_SEVERITY_ERROR,
    .for_ms = 5000 },
  { "unread as nobody came", WEIR_STATE_CLOSED, WEIR_ENDED_EXPIRED, .since_ago = 5000, .writer = WEIR_PRESENCE_GONE,
    .writer_ago = 300000, .reader = WEIR_PRESENCE_NONE, .written = 9, .n_kinds = 2,
    .kinds = { WEIR_FINDING_UNREAD_AT_END, WEIR_FINDING_EXPIRED }, .severity = WEIR_SEVERITY_ERROR, .for_ms = 5000 },
  { "the other end is elsewhere", WEIR_STATE_CLOSED, WEIR_ENDED_WRITER, .since_ago = 5000, .writer = WEIR_PRESENCE_GONE,
    .writer_ago = 300000, .reader = WEIR_PRESENCE_ELSEWHERE, .written = 9, ONE (WEIR_FINDING_CLOSED),
    .severity = WEIR_SEVERITY_QUIET, .for_ms = 5000 },
  { "call failed", WEIR_STATE_WAITING_READER, .since_ago = 158000, .writer = WEIR_PRESENCE_HERE,
    .reader = WEIR_PRESENCE_NONE,
    .calls = { { "files::process", WEIR_DIRECTION_READ, 158100, 158088, "invocation_failed" } }, .n_kinds = 2,
    .kinds = { WEIR_FINDING_CALL_FAILED, WEIR_FINDING_WAITS_FOR_READER }, .severity = WEIR_SEVERITY_ERROR,
    .for_ms = 158088 },
  { "a cause goes first", WEIR_STATE_READER_GONE, .since_ago = 80, .writer = WEIR_PRESENCE_HERE,
    .reader = WEIR_PRESENCE_GONE,
    .calls = { { "files::process", WEIR_DIRECTION_READ, 158100, 100, "invocation_failed" } }, .n_kinds = 2,
    .kinds = { WEIR_FINDING_CALL_FAILED, WEIR_FINDING_READER_GONE }, .severity = WEIR_SEVERITY_ERROR, .for_ms = 100 },
  { "tried again", WEIR_STATE_FLOWING, .since_ago = 50, BOTH_HERE,
    .calls = { { "files::process", WEIR_DIRECTION_READ, 9000, 8000, "invocation_failed" },
               { "files::process", WEIR_DIRECTION_READ, 7000, 6000, NULL } },
    ONE (WEIR_FINDING_FLOWS), .severity = WEIR_SEVERITY_GOOD, .for_ms = 50 },
  { "tried again with the other end", WEIR_STATE_FLOWING, .since_ago = 50, BOTH_HERE,
    .calls = { { "files::process", WEIR_DIRECTION_READ, 9000, 8000, "invocation_failed" },
               { "files::fetch", WEIR_DIRECTION_WRITE, 7000, 0, NULL } },
    .n_kinds = 2, .kinds = { WEIR_FINDING_CALL_FAILED, WEIR_FINDING_FLOWS }, .severity = WEIR_SEVERITY_ERROR,
    .for_ms = 8000 },
  { "no such function", WEIR_STATE_WAITING_READER, .since_ago = 9000, .writer = WEIR_PRESENCE_HERE,
    .reader = WEIR_PRESENCE_NONE, .calls = { { "c::nosuch", WEIR_DIRECTION_READ, 8000, 8000, "function_not_found" } },
    .n_kinds = 2, .kinds = { WEIR_FINDING_NO_FUNCTION, WEIR_FINDING_WAITS_FOR_READER }, .severity = WEIR_SEVERITY_ERROR,
    .for_ms = 8000 },
  { "its function calls one that does not exist", WEIR_STATE_WAITING_READER, .since_ago = 9000,
    .writer = WEIR_PRESENCE_HERE, .reader = WEIR_PRESENCE_NONE,
    .calls = { { "a::b", WEIR_DIRECTION_READ, 8000, 7000, "function_not_found", "Function c::nosuch not found." } },
    .n_kinds = 2, .kinds = { WEIR_FINDING_CALL_FAILED, WEIR_FINDING_WAITS_FOR_READER }, .severity = WEIR_SEVERITY_ERROR,
    .for_ms = 7000 },
  { "the function is there when it is called again", WEIR_STATE_FLOWING, .since_ago = 50, BOTH_HERE,
    .calls = { { "c::soon", WEIR_DIRECTION_READ, 8000, 8000, "function_not_found" },
               { "c::soon", WEIR_DIRECTION_READ, 7000, 0 } },
    ONE (WEIR_FINDING_FLOWS), .severity = WEIR_SEVERITY_GOOD, .for_ms = 50 },
  { "failed twice", WEIR_STATE_CREATED, .since_ago = 9000,
    .calls = { { "a::b", WEIR_DIRECTION_READ, 9000, 8000, "x" }, { "a::b", WEIR_DIRECTION_READ, 7000, 6000, "x" } },
    .n_kinds = 3, .kinds = { WEIR_FINDING_CALL_FAILED, WEIR_FINDING_CALL_FAILED, WEIR_FINDING_NOBODY_CAME },
    .severity = WEIR_SEVERITY_ERROR, .for_ms = 8000 },
  { "not closed", WEIR_STATE_IDLE, .since_ago = WEIR_DIAGNOSIS_NOT_CLOSED_MS - 3000, BOTH_HERE, .written = 4, .sent = 4,
    .calls = { { "files::fetch", WEIR_DIRECTION_WRITE, 90000, 60000, NULL } }, .n_kinds = 2,
    .kinds = { WEIR_FINDING_NOT_CLOSED, WEIR_FINDING_IDLE }, .severity = WEIR_SEVERITY_WARNING, .for_ms = 60000 },
  { "the writer of its function is ours by now", WEIR_STATE_IDLE, .since_ago = WEIR_DIAGNOSIS_NOT_CLOSED_MS, BOTH_HERE,
    .written = 4, .sent = 4, .is_our_writer = TRUE,
    .calls = { { "files::fetch", WEIR_DIRECTION_WRITE, 90000, 60000, NULL } }, ONE (WEIR_FINDING_IDLE),
    .severity = WEIR_SEVERITY_QUIET, .for_ms = WEIR_DIAGNOSIS_NOT_CLOSED_MS + 3000 },
  { "our writer was cut off, its function has returned", WEIR_STATE_CLOSED, WEIR_ENDED_WRITER_LOST, .since_ago = 5000,
    BOTH_GONE, .is_our_writer = TRUE, .calls = { { "reports::export", WEIR_DIRECTION_WRITE, 9000, 6000 } },
    ONE (WEIR_FINDING_WRITER_LOST), .severity = WEIR_SEVERITY_ERROR, .for_ms = 5000 },
  { "our reader is to come, its function has returned", WEIR_STATE_WAITING_READER, .since_ago = 60000,
    .writer = WEIR_PRESENCE_HERE, .reader = WEIR_PRESENCE_NONE, .is_our_reader = TRUE,
    .calls = { { "files::process", WEIR_DIRECTION_READ, 90000, 80000, NULL } }, ONE (WEIR_FINDING_WAITS_FOR_READER),
    .severity = WEIR_SEVERITY_WARNING, .for_ms = 60000 },
  { "big text for us", WEIR_STATE_FLOWING, .since_ago = 50, BOTH_HERE, .runtime = "python", .is_our_reader = TRUE,
    .largest_text = WEIR_FINDING_BIG_TEXT_SIZE + 1, ONE (WEIR_FINDING_FLOWS), .severity = WEIR_SEVERITY_GOOD,
    .for_ms = 50 },
  { "not closed for a moment", WEIR_STATE_IDLE, .since_ago = WEIR_DIAGNOSIS_NOT_CLOSED_MS - 3001, BOTH_HERE,
    .written = 4, .sent = 4, .calls = { { "files::fetch", WEIR_DIRECTION_WRITE, 90000, 60000, NULL } },
    ONE (WEIR_FINDING_IDLE), .severity = WEIR_SEVERITY_QUIET, .for_ms = WEIR_DIAGNOSIS_NOT_CLOSED_MS - 1 },
  { "has not returned", WEIR_STATE_IDLE, .since_ago = 60000, BOTH_HERE,
    .calls = { { "files::fetch", WEIR_DIRECTION_WRITE, 90000, 0, NULL } }, ONE (WEIR_FINDING_IDLE),
    .severity = WEIR_SEVERITY_QUIET, .for_ms = 60000 },
  { "it was the reader's function that returned", WEIR_STATE_IDLE, .since_ago = 60000, BOTH_HERE,
    .calls = { { "files::process", WEIR_DIRECTION_READ, 90000, 80000, NULL } }, ONE (WEIR_FINDING_IDLE),
    .severity = WEIR_SEVERITY_QUIET, .for_ms = 60000 },
  { "not closed, and nobody reads", WEIR_STATE_WAITING_READER, .since_ago = 60000, .writer = WEIR_PRESENCE_HERE,
    .reader = WEIR_PRESENCE_NONE, .calls = { { "files::fetch", WEIR_DIRECTION_WRITE, 90000, 60000, NULL } },
    .n_kinds = 2, .kinds = { WEIR_FINDING_WAITS_FOR_READER, WEIR_FINDING_NOT_CLOSED },
    .severity = WEIR_SEVERITY_WARNING, .for_ms = 60000 },
  { "held, so it cannot close yet", WEIR_STATE_WAITING_READER, .since_ago = 60000, .paused_ago = 50000,
    .writer = WEIR_PRESENCE_HERE, .reader = WEIR_PRESENCE_NONE, .buffered = 64,
    .calls = { { "files::fetch", WEIR_DIRECTION_WRITE, 90000, 60000, NULL } }, ONE (WEIR_FINDING_WAITS_FOR_READER),
    .severity = WEIR_SEVERITY_WARNING, .for_ms = 60000 },
  { "big text for Python", WEIR_STATE_FLOWING, .since_ago = 50, BOTH_HERE, .runtime = "python",
    .largest_text = WEIR_FINDING_BIG_TEXT_SIZE + 1, .n_kinds = 2,
    .kinds = { WEIR_FINDING_BIG_TEXT, WEIR_FINDING_FLOWS }, .severity = WEIR_SEVERITY_ERROR },
  { "big text for who knows whom", WEIR_STATE_FLOWING, .since_ago = 50, BOTH_HERE,
    .largest_text = WEIR_FINDING_BIG_TEXT_SIZE + 1, .n_kinds = 2,
    .kinds = { WEIR_FINDING_BIG_TEXT, WEIR_FINDING_FLOWS }, .severity = WEIR_SEVERITY_WARNING },
  { "big text for Node", WEIR_STATE_FLOWING, .since_ago = 50, BOTH_HERE, .runtime = "node",
    .largest_text = WEIR_FINDING_BIG_TEXT_SIZE + 1, ONE (WEIR_FINDING_FLOWS), .for_ms = 50 },
  { "text that fits", WEIR_STATE_FLOWING, .since_ago = 50, BOTH_HERE, .runtime = "python",
    .largest_text = WEIR_FINDING_BIG_TEXT_SIZE, ONE (WEIR_FINDING_FLOWS), .for_ms = 50 },
  { "both wait for each other", WEIR_STATE_STALLED, .since_ago = 1200, BOTH_HERE, .written = 70, .sent = 6,
    .buffered = 64, .last_read_ago = 4200, .paused_ago = 3300, .deadlock = TRUE, ONE (WEIR_FINDING_DEADLOCK),
    .severity = WEIR_SEVERITY_ERROR, .for_ms = 4200 },
  { "the way back is held, but this one is not", WEIR_STATE_STALLED, .since_ago = 1200, BOTH_HERE, .written = 7,
    .sent = 6, .buffered = 1, .last_read_ago = 4200, .deadlock = TRUE, ONE (WEIR_FINDING_READER_SLOW),
    .severity = WEIR_SEVERITY_ERROR, .for_ms = 4200 },
  { "wrong end", WEIR_STATE_WAITING_READER, .since_ago = 9000, .writer = WEIR_PRESENCE_HERE,
    .reader = WEIR_PRESENCE_NONE, .writer_ago = 9000,
    .calls = { { "a::b", WEIR_DIRECTION_WRITE, 9000, .path = "input.reader" } }, .n_kinds = 2,
    .kinds = { WEIR_FINDING_WRONG_END, WEIR_FINDING_WAITS_FOR_READER }, .severity = WEIR_SEVERITY_ERROR,
    .for_ms = 9000 },
  { "wrong end, the other way round", WEIR_STATE_CREATED, .since_ago = 500, .writer = WEIR_PRESENCE_NONE,
    .reader = WEIR_PRESENCE_NONE, .calls = { { "a::b", WEIR_DIRECTION_READ, 600, .path = "outWriter" } }, .n_kinds = 2,
    .kinds = { WEIR_FINDING_WRONG_END, WEIR_FINDING_NOBODY_CAME }, .severity = WEIR_SEVERITY_ERROR, .for_ms = 600 },
  { "named after neither end", WEIR_STATE_WAITING_READER, .since_ago = 500, .writer = WEIR_PRESENCE_HERE,
    .reader = WEIR_PRESENCE_NONE, .calls = { { "a::b", WEIR_DIRECTION_WRITE, 600, .path = "reader.stream" } },
    ONE (WEIR_FINDING_WAITS_FOR_READER), .for_ms = 500, .severity = WEIR_SEVERITY_QUIET },
  { "named after both", WEIR_STATE_WAITING_READER, .since_ago = 500, .writer = WEIR_PRESENCE_HERE,
    .reader = WEIR_PRESENCE_NONE, .calls = { { "a::b", WEIR_DIRECTION_WRITE, 600, .path = "readerwriter" } },
    ONE (WEIR_FINDING_WAITS_FOR_READER), .for_ms = 500, .severity = WEIR_SEVERITY_QUIET },
  { "a strange name, but the reader has its ref", WEIR_STATE_WAITING_READER, .since_ago = 500,
    .writer = WEIR_PRESENCE_HERE, .reader = WEIR_PRESENCE_NONE,
    .calls = { { "a::b", WEIR_DIRECTION_WRITE, 600, .path = "reader" },
               { "a::b", WEIR_DIRECTION_READ, 600, .path = "input" } },
    ONE (WEIR_FINDING_WAITS_FOR_READER), .for_ms = 500, .severity = WEIR_SEVERITY_QUIET },
  { "a strange name, and both are there", WEIR_STATE_FLOWING, .since_ago = 500, BOTH_HERE,
    .calls = { { "a::b", WEIR_DIRECTION_WRITE, 600, .path = "reader" } }, ONE (WEIR_FINDING_FLOWS),
    .severity = WEIR_SEVERITY_GOOD, .for_ms = 500 },
  { "writer not used", WEIR_STATE_WAITING_WRITER, .since_ago = 9000, .writer = WEIR_PRESENCE_NONE,
    .reader = WEIR_PRESENCE_HERE, .reader_ago = 9000,
    .calls = { { "a::b", WEIR_DIRECTION_WRITE, 9000, WEIR_DIAGNOSIS_NOT_CLOSED_MS } }, .n_kinds = 2,
    .kinds = { WEIR_FINDING_NOT_USED, WEIR_FINDING_WAITS_FOR_WRITER }, .severity = WEIR_SEVERITY_WARNING,
    .for_ms = WEIR_DIAGNOSIS_NOT_CLOSED_MS },
  { "writer not used for a moment", WEIR_STATE_WAITING_WRITER, .since_ago = 9000, .writer = WEIR_PRESENCE_NONE,
    .reader = WEIR_PRESENCE_HERE, .reader_ago = 9000,
    .calls = { { "a::b", WEIR_DIRECTION_WRITE, 9000, WEIR_DIAGNOSIS_NOT_CLOSED_MS - 1 } },
    ONE (WEIR_FINDING_WAITS_FOR_WRITER), .severity = WEIR_SEVERITY_WARNING, .for_ms = 9000 },
  { "reader not used", WEIR_STATE_WAITING_READER, .since_ago = 9000, .writer = WEIR_PRESENCE_HERE,
    .reader = WEIR_PRESENCE_NONE, .writer_ago = 9000, .calls = { { "a::b", WEIR_DIRECTION_READ, 9000, 8000 } },
    .n_kinds = 2, .kinds = { WEIR_FINDING_NOT_USED, WEIR_FINDING_WAITS_FOR_READER }, .severity = WEIR_SEVERITY_WARNING,
    .for_ms = 8000 },
  { "reader not found", WEIR_STATE_UNKNOWN, .since_ago = 50, .not_found_ago = 70, .n_kinds = 2,
    .kinds = { WEIR_FINDING_NOT_FOUND, WEIR_FINDING_UNKNOWN }, .severity = WEIR_SEVERITY_ERROR, .for_ms = 70 },
  { "reader not found, and then there", WEIR_STATE_FLOWING, .since_ago = 50, BOTH_HERE, .not_found_ago = 9500,
    .n_kinds = 2, .kinds = { WEIR_FINDING_NOT_FOUND, WEIR_FINDING_FLOWS }, .severity = WEIR_SEVERITY_WARNING,
    .for_ms = 9500 },
  { "the writer waits, and the reader is elsewhere: nothing is said of what it was handed", WEIR_STATE_STALLED,
    .since_ago = 500, .writer = WEIR_PRESENCE_HERE, .reader = WEIR_PRESENCE_ELSEWHERE, .writer_ago = 9000,
    .written = 70, .unknown = WEIR_TOTALS_OF_READER | WEIR_TOTALS_OF_BUFFER, ONE (WEIR_FINDING_READER_SLOW),
    .severity = WEIR_SEVERITY_ERROR, .for_ms = 3500 },
  { "closed, and nobody counted what was read: nothing is lost", WEIR_STATE_CLOSED, WEIR_ENDED_WRITER, .since_ago = 500,
    BOTH_GONE, .written = 70, .unknown = WEIR_TOTALS_OF_READER | WEIR_TOTALS_OF_BUFFER, ONE (WEIR_FINDING_CLOSED),
    .severity = WEIR_SEVERITY_QUIET, .for_ms = 500 },
  { "closed, and at least so many were read: nothing is lost", WEIR_STATE_CLOSED, WEIR_ENDED_WRITER, .since_ago = 500,
    BOTH_GONE, .written = 70, .sent = 60, .inferred = WEIR_TOTALS_SENT_MESSAGES, ONE (WEIR_FINDING_CLOSED),
    .severity = WEIR_SEVERITY_QUIET, .for_ms = 500 },
  { "falls behind", WEIR_STATE_FLOWING, .since_ago = 60000, BOTH_HERE, .written = 70, .sent = 70, .last_read_ago = 9000,
    .lag_ms = WEIR_DIAGNOSIS_LAG_MS, ONE (WEIR_FINDING_FALLS_BEHIND), .severity = WEIR_SEVERITY_WARNING,
    .for_ms = 60000 },
  { "behind for a moment", WEIR_STATE_FLOWING, .since_ago = 60000, BOTH_HERE, .written = 70, .sent = 70,
    .lag_ms = WEIR_DIAGNOSIS_LAG_MS - 1, ONE (WEIR_FINDING_FLOWS), .severity = WEIR_SEVERITY_GOOD, .for_ms = 60000 },
  { "behind, and the writer is held for it", WEIR_STATE_FLOWING, .since_ago = 60000, BOTH_HERE, .written = 70,
    .sent = 60, .buffered = 10, .lag_ms = 9000, .held_share = 0.9, ONE (WEIR_FINDING_BACKPRESSURED),
    .severity = WEIR_SEVERITY_QUIET, .for_ms = 60000 },
  { "slow for long, and seldom shows that it reads", WEIR_STATE_FLOWING, .since_ago = WEIR_DIAGNOSIS_STEADY_MS,
    BOTH_HERE, .written = 20, .sent = 16, .buffered = 64, .taken_ago = 3000, .held_share = 0.9,
    ONE (WEIR_FINDING_BACKPRESSURED), .severity = WEIR_SEVERITY_QUIET, .for_ms = WEIR_DIAGNOSIS_STEADY_MS },
  { "took something and has shown nothing", WEIR_STATE_STALLED, .since_ago = 1200, BOTH_HERE, .written = 70, .sent = 6,
    .buffered = 64, .taken_ago = 4200, .paused_ago = 3300, ONE (WEIR_FINDING_READER_SLOW),
    .severity = WEIR_SEVERITY_ERROR, .for_ms = 4200 },
  { "its reader is held by the next", WEIR_STATE_STALLED, .since_ago = 1200, BOTH_HERE, .written = 70, .sent = 6,
    .buffered = 64, .last_read_ago = 4200, .paused_ago = 3300, .culprit = TRUE, ONE (WEIR_FINDING_READER_HELD),
    .severity = WEIR_SEVERITY_WARNING, .for_ms = 4200 },
  { "its reader is slowed by the next", WEIR_STATE_FLOWING, .since_ago = 9000, BOTH_HERE, .written = 70, .sent = 6,
    .held_share = 0.5, .culprit = TRUE, ONE (WEIR_FINDING_READER_HELD), .severity = WEIR_SEVERITY_QUIET,
    .for_ms = 9000 },
  { "the next is held, and this one is not", WEIR_STATE_FLOWING, .since_ago = 9000, BOTH_HERE, .written = 70,
    .sent = 70, .culprit = TRUE, ONE (WEIR_FINDING_FLOWS), .severity = WEIR_SEVERITY_GOOD, .for_ms = 9000 },
  { "both write before they read, and neither has opened its reader", WEIR_STATE_WAITING_READER, .since_ago = 9000,
    .writer = WEIR_PRESENCE_HERE, .reader = WEIR_PRESENCE_NONE, .buffered = 64, .paused_ago = 4000, .deadlock = TRUE,
    ONE (WEIR_FINDING_DEADLOCK), .severity = WEIR_SEVERITY_ERROR, .for_ms = 4000 },
  { "the way back is held, this one has room", WEIR_STATE_WAITING_READER, .since_ago = 9000,
    .writer = WEIR_PRESENCE_HERE, .reader = WEIR_PRESENCE_NONE, .buffered = 6, .deadlock = TRUE,
    ONE (WEIR_FINDING_WAITS_FOR_READER), .severity = WEIR_SEVERITY_WARNING, .for_ms = 9000 },
  { "the engine's memory is used up", WEIR_STATE_STALLED, .since_ago = 1200, BOTH_HERE, .written = 3, .sent = 1,
    .buffered = 2, .buffered_bytes = 97000, .last_read_ago = 4200, .paused_ago = 3300, .lacks_memory = TRUE,
    .n_kinds = 2, .kinds = { WEIR_FINDING_READER_SLOW, WEIR_FINDING_MEMORY_USED }, .severity = WEIR_SEVERITY_ERROR,
    .for_ms = 4200 },
  { "held by its own bound, a message of which a part has come", WEIR_STATE_STALLED, .since_ago = 1200, BOTH_HERE,
    .written = 3, .sent = 1, .buffered = 2, .buffered_bytes = 97000, .last_read_ago = 4200, .paused_ago = 3300,
    ONE (WEIR_FINDING_READER_SLOW), .severity = WEIR_SEVERITY_ERROR, .for_ms = 4200 },
  { "text and data in one burst at a slow reader", WEIR_STATE_STALLED, .since_ago = 500, BOTH_HERE, .written = 69,
    .text = 14, .sent = 5, .buffered = 64, .n_kinds = 2, .kinds = { WEIR_FINDING_READER_SLOW, WEIR_FINDING_TEXT_WAITS },
    .severity = WEIR_SEVERITY_ERROR, .for_ms = 9000 },
  { "text that may all have gone", WEIR_STATE_STALLED, .since_ago = 500, BOTH_HERE, .written = 69, .text = 14,
    .sent = 14, .buffered = 55, ONE (WEIR_FINDING_READER_SLOW), .severity = WEIR_SEVERITY_ERROR, .for_ms = 9000 },
  { "the reader's function took what it wanted", WEIR_STATE_CLOSED, WEIR_ENDED_READER, .since_ago = 5000, BOTH_GONE,
    .written = 90, .sent = 20, .closed_ago = 5000, .calls = { { "beta::head", WEIR_DIRECTION_READ, 9000, 4990 } },
    ONE (WEIR_FINDING_READER_DONE), .severity = WEIR_SEVERITY_QUIET, .for_ms = 5000 },
  { "it returned long before", WEIR_STATE_CLOSED, WEIR_ENDED_READER, .since_ago = 5000, BOTH_GONE, .written = 90,
    .sent = 90, .closed_ago = 5000, .calls = { { "beta::head", WEIR_DIRECTION_READ, 9000, 6500 } },
    ONE (WEIR_FINDING_CLOSED_BY_READER), .severity = WEIR_SEVERITY_ERROR, .for_ms = 5000 },
  { "it left, and its function may be about to return", WEIR_STATE_CLOSED, WEIR_ENDED_READER, .since_ago = 500,
    BOTH_GONE, .written = 9, .sent = 9, .closed_ago = 500, .calls = { { "beta::head", WEIR_DIRECTION_READ, 9000 } },
    ONE (WEIR_FINDING_CLOSED_BY_READER), .severity = WEIR_SEVERITY_QUIET, .for_ms = 500 },
  { "the reader's client gave up on its ping, and its function returned", WEIR_STATE_CLOSED, WEIR_ENDED_READER,
    .since_ago = 5000, BOTH_GONE, .written = 756, .sent = 693, .acked = 192, .closed_ago = 5000, .close_code = 1011,
    .close_reason = "keepalive ping timeout", .calls = { { "py::sleepy", WEIR_DIRECTION_READ, 9000, 4990 } },
    .n_kinds = 2, .kinds = { WEIR_FINDING_KEEPALIVE, WEIR_FINDING_UNREAD_AT_END }, .severity = WEIR_SEVERITY_ERROR,
    .for_ms = 5000 },
  { "the writer's client gave up on its ping", WEIR_STATE_CLOSED, WEIR_ENDED_WRITER, .since_ago = 5000, BOTH_GONE,
    .written = 9, .sent = 9, .writer_reason = "keepalive ping timeout", ONE (WEIR_FINDING_KEEPALIVE),
    .severity = WEIR_SEVERITY_ERROR, .for_ms = 5000 },
  { "the writer wrote more than a message may have", WEIR_STATE_CLOSED, WEIR_ENDED_WRITER_LOST, .since_ago = 5000,
    BOTH_GONE, .written = 9, .sent = 9, .writer_violation = "frame larger than 16 MiB",
    ONE (WEIR_FINDING_BROKE_PROTOCOL), .severity = WEIR_SEVERITY_ERROR, .for_ms = 5000 },
  { "the reader sent nonsense", WEIR_STATE_CLOSED, WEIR_ENDED_READER, .since_ago = 5000, BOTH_GONE, .written = 9,
    .sent = 9, .violation = "reserved bits", ONE (WEIR_FINDING_BROKE_PROTOCOL), .severity = WEIR_SEVERITY_ERROR,
    .for_ms = 5000 },
  { "its worker's connection broke, and it reads on", WEIR_STATE_FLOWING, .since_ago = 50, BOTH_HERE,
    .calls = { { "beta::drain", WEIR_DIRECTION_READ, 9000, 8000, "invocation_stopped" } }, .n_kinds = 2,
    .kinds = { WEIR_FINDING_CALL_CUT_OFF, WEIR_FINDING_FLOWS }, .severity = WEIR_SEVERITY_WARNING, .for_ms = 8000 },
  { "its worker has ended", WEIR_STATE_CLOSED, WEIR_ENDED_READER, .since_ago = 8000, BOTH_GONE, .written = 9, .sent = 9,
    .closed_ago = 8000, .calls = { { "beta::drain", WEIR_DIRECTION_READ, 9000, 8000, "invocation_stopped" } },
    .n_kinds = 2, .kinds = { WEIR_FINDING_CALL_CUT_OFF, WEIR_FINDING_CLOSED_BY_READER },
    .severity = WEIR_SEVERITY_ERROR, .for_ms = 8000 },
  { "the process of both ends was killed", WEIR_STATE_CLOSED, WEIR_ENDED_READER, .since_ago = 8000, BOTH_GONE,
    .written = 9, .sent = 9, .closed_ago = 8000, .went_ago = 8000, .worker = "w", ONE (WEIR_FINDING_WORKER_LOST),
    .severity = WEIR_SEVERITY_ERROR, .for_ms = 8000 },
  { "the same, the writer's end was seen to break first", WEIR_STATE_CLOSED, WEIR_ENDED_WRITER_LOST, .since_ago = 8000,
    BOTH_GONE, .written = 9, .sent = 9, .closed_ago = 8000, .went_ago = 7900, .worker = "w",
    ONE (WEIR_FINDING_WORKER_LOST), .severity = WEIR_SEVERITY_ERROR, .for_ms = 8000 },
  { "the relay was lost, and the reader's end with it: its worker may be well", WEIR_STATE_CLOSED, WEIR_ENDED_READER,
    .since_ago = 8000, BOTH_GONE, .written = 9, .sent = 9, .closed_ago = 8000, .lost_relay = TRUE,
    .calls = { { "beta::drain", WEIR_DIRECTION_READ, 9000, 8000, "invocation_stopped" } }, .n_kinds = 2,
    .kinds = { WEIR_FINDING_RELAY_LOST, WEIR_FINDING_CALL_CUT_OFF }, .severity = WEIR_SEVERITY_ERROR, .for_ms = 8000 },
  { "the relay of the writer was lost", WEIR_STATE_CLOSED, WEIR_ENDED_WRITER_LOST, .since_ago = 8000, BOTH_GONE,
    .written = 9, .sent = 9, .lost_relay = TRUE, ONE (WEIR_FINDING_RELAY_LOST), .severity = WEIR_SEVERITY_ERROR,
    .for_ms = 8000 },
  { "both ends broke, and their worker only later", WEIR_STATE_CLOSED, WEIR_ENDED_READER, .since_ago = 8000, BOTH_GONE,
    .written = 9, .sent = 9, .closed_ago = 8000, .went_ago = 4000, .worker = "w", ONE (WEIR_FINDING_CLOSED_BY_READER),
    .severity = WEIR_SEVERITY_ERROR, .for_ms = 8000 },
  { "a slow reader that does not pass the relay, and came long ago", WEIR_STATE_STALLED, .since_ago = 1000,
    .writer = WEIR_PRESENCE_HERE, .reader = WEIR_PRESENCE_ELSEWHERE, .writer_ago = 60000, .reader_ago = 60000,
    .written = 70, .unknown = WEIR_TOTALS_OF_READER | WEIR_TOTALS_OF_BUFFER, .paused_ago = 50000,
    ONE (WEIR_FINDING_READER_SLOW), .severity = WEIR_SEVERITY_ERROR, .for_ms = 4000 },
  { "the same between two of its lumps", WEIR_STATE_FLOWING, .since_ago = 5000, .writer = WEIR_PRESENCE_HERE,
    .reader = WEIR_PRESENCE_ELSEWHERE, .writer_ago = 60000, .reader_ago = 60000, .written = 70,
    .unknown = WEIR_TOTALS_OF_READER | WEIR_TOTALS_OF_BUFFER, .paused_ago = 1200, ONE (WEIR_FINDING_BUFFER_FULL),
    .severity = WEIR_SEVERITY_QUIET, .for_ms = 1200 },
  { "the point is silent: how the buffer is now nobody knows", WEIR_STATE_FLOWING, .since_ago = 30000, BOTH_HERE,
    .written = 20, .sent = 9, .buffered = 11, .last_read_ago = 10000, .heard_ago = 9900, ONE (WEIR_FINDING_FLOWS),
    .severity = WEIR_SEVERITY_GOOD, .for_ms = 30000 },
  { "unknown", WEIR_STATE_UNKNOWN, .since_ago = 50, ONE (WEIR_FINDING_UNKNOWN), .severity = WEIR_SEVERITY_QUIET,
    .for_ms = 50 },
};

static gint64
ago (gint64 ms)
{
  return ms == 0 ? 0 : NOW - ms;
}

static void
add_call (WeirChannelInfo *info, const Call *call)
{
  WeirPassedInfo *passed;

  if (call->function_id == NULL)
    return;
  passed = weir_passed_info_new ();
  passed->direction = call->direction;
  passed->invocation_id = g_strdup ("i");
  passed->function_id = g_strdup (call->function_id);
  passed->at_ms = ago (call->made_ago);
  passed->returned_at_ms = ago (call->returned_ago);
  passed->error_code = g_strdup (call->error_code);
  passed->error_message = g_strdup (call->error_message);
  passed->path = g_strdup (call->path);
  passed->live = call->live;
  g_ptr_array_add (info->passed, passed);
}

static void
add_interference (WeirChannelInfo *info, const Case *c)
{
  for (guint i = 0; i < G_N_ELEMENTS (c->shapes) && c->shapes[i].since_ago != 0; i++)
    {
      WeirShapeInfo *shape = weir_shape_info_new ();

      shape->since_ms = ago (c->shapes[i].since_ago);
      shape->pause = c->shapes[i].pause;
      shape->rate_bytes_per_s = c->shapes[i].rate;
      if (info->shapes == NULL)
        info->shapes = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_shape_info_free);
      g_ptr_array_add (info->shapes, shape);
    }
  if (c->act != WEIR_ACT_UNKNOWN)
    {
      info->acts = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_act_info_free);
      g_ptr_array_add (info->acts, weir_act_info_new ());
      ((WeirActInfo *) info->acts->pdata[0])->act = c->act;
    }
}

static WeirChannelInfo *
info_of (const Case *c)
{
  WeirChannelInfo *info = weir_channel_info_new ("c");

  info->buffer_items = 64;
  info->state = c->state;
  info->since_ms = ago (c->since_ago);
  info->expires_at_ms = c->expires_in != 0 ? NOW + c->expires_in : 0;
  info->paused_since_ms = ago (c->paused_ago);
  info->lacks_memory = c->lacks_memory;
  info->ended_by = c->ended_by;
  info->ended_at_ms = c->ended_by != WEIR_ENDED_NOT ? ago (c->since_ago) : 0;
  info->writer.presence = c->writer;
  info->writer.connected_at_ms = ago (c->writer_ago);
  info->reader.presence = c->reader;
  info->reader.connected_at_ms = ago (c->reader_ago);
  info->writer.is_ours = c->is_our_writer;
  info->reader.is_ours = c->is_our_reader;
  info->reader.worker_runtime = g_strdup (c->runtime);
  info->writer.worker_id = g_strdup (c->worker);
  info->reader.worker_id = g_strdup (c->worker);
  info->writer.closed_at_ms = c->worker != NULL ? ago (c->closed_ago) : 0;
  info->reader.worker_left_at_ms = ago (c->went_ago);
  info->reader.close_code = c->close_code;
  info->reader.closed_at_ms = ago (c->closed_ago);
  info->reader.close_reason = g_strdup (c->close_reason);
  info->reader.violation = g_strdup (c->violation);
  info->reader.probed = c->acked > 0;
  info->writer.close_code = c->writer_reason != NULL ? 1011 : 0;
  info->writer.close_reason = g_strdup (c->writer_reason);
  info->writer.violation = g_strdup (c->writer_violation);
  info->buffer_bytes_max = c->buffered_bytes != 0 ? 8000000 : 0;
  info->totals.written_text = c->text;
  info->totals.acked_messages = c->acked;
  info->totals.buffered_bytes = c->buffered_bytes;
  info->reader.n_refused = c->refused_ago != 0;
  info->reader.refused_at_ms = ago (c->refused_ago);
  info->reader.n_not_found = c->not_found_ago != 0;
  info->writer.worker_left_at_ms = ago (c->went_ago);
  info->reader.not_found_at_ms = ago (c->not_found_ago);
  add_interference (info, c);
  info->totals.written_messages = c->written;
  info->totals.sent_messages = c->sent;
  info->totals.buffered_messages = c->buffered;
  info->totals.inferred = c->inferred;
  weir_totals_set_unknown (&info->totals, c->unknown);
  for (guint i = 0; i < G_N_ELEMENTS (c->calls); i++)
    add_call (info, &c->calls[i]);
  return info;
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (WeirChannelInfo) info = info_of (c);
  g_autoptr (WeirChannelInfo) other = weir_channel_info_new ("other");
  WeirFigures figures = { .now_ms = NOW,
                          .heard_ms = ago (c->heard_ago) != 0 ? ago (c->heard_ago) : NOW,
                          .last_read_ms = ago (c->last_read_ago),
                          .last_taken_ms = ago (c->taken_ago),
                          .lag_ms = c->lag_ms,
                          .held_share = c->held_share,
                          .sent_rate = c->sent_rate,
                          .largest_text = c->largest_text,
                          .largest = c->largest,
                          .text_waits = c->text_waits,
                          .has_lost_relay = c->lost_relay,
                          .deadlock = c->deadlock ? other : NULL,
                          .culprit = c->culprit ? other : NULL };
  g_autoptr (GPtrArray) findings = weir_diagnose (info, &figures);
  const WeirFinding *first = g_ptr_array_index (findings, 0);

  g_assert_cmpuint (findings->len, ==, c->n_kinds);
  for (guint i = 0; i < findings->len; i++)
    {
      const WeirFinding *finding = g_ptr_array_index (findings, i);

      g_assert_cmpint (finding->kind, ==, c->kinds[i]);
      g_assert_true ((finding->passed != NULL) ==
                     (finding->kind == WEIR_FINDING_NO_FUNCTION || finding->kind == WEIR_FINDING_CALL_FAILED ||
                      finding->kind == WEIR_FINDING_NOT_CLOSED || finding->kind == WEIR_FINDING_LEFT_OPEN ||
                      finding->kind == WEIR_FINDING_WRONG_END || finding->kind == WEIR_FINDING_LIVE_OBJECT ||
                      finding->kind == WEIR_FINDING_NOT_USED || finding->kind == WEIR_FINDING_READER_DONE ||
                      finding->kind == WEIR_FINDING_CALL_CUT_OFF || finding->kind == WEIR_FINDING_READER_FAILED));
      g_assert_true ((finding->other != NULL) ==
                     (finding->kind == WEIR_FINDING_DEADLOCK || finding->kind == WEIR_FINDING_READER_HELD));
    }
  g_assert_cmpint (first->severity, ==, c->severity);
  g_assert_cmpint (first->for_us, ==, c->for_ms * 1000);
  g_assert_cmpint (first->left_us, ==, c->left_ms * 1000);
}

/* Each kind is in the table. */
static void
test_complete (void)
{
  guint64 seen = 0;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      for (guint j = 0; j < cases[i].n_kinds; j++)
        seen |= G_GUINT64_CONSTANT (1) << cases[i].kinds[j];
    }
  g_assert_cmphex (seen, ==, (G_GUINT64_CONSTANT (1) << (WEIR_FINDING_UNKNOWN + 1)) - 1);
}

/* --- the life --- */

static void
assert_life (WeirLife *life, const WeirChannelInfo *info, gint64 last_read_ms, const WeirLifeKind *kinds, guint n_kinds)
{
  g_autoptr (GPtrArray) events = weir_life_dup_events (life, info, last_read_ms);
  gint64 before = 0;

  g_assert_cmpuint (events->len, ==, n_kinds);
  for (guint i = 0; i < n_kinds; i++)
    {
      const WeirLifeEvent *event = g_ptr_array_index (events, i);

      g_assert_cmpint (event->kind, ==, kinds[i]);
      g_assert_cmpint (event->at_ms, >=, before);
      before = event->at_ms;
    }
}

static const WeirLifeEvent *
find_event (GPtrArray *events, WeirLifeKind kind)
{
  for (guint i = 0; i < events->len; i++)
    {
      const WeirLifeEvent *event = g_ptr_array_index (events, i);

      if (event->kind == kind)
        return event;
    }
  return NULL;
}

static WeirChannelInfo *
living (void)
{
  WeirChannelInfo *info = weir_channel_info_new ("c");

  info->created_at_ms = NOW;
  info->writer.connected_at_ms = NOW + 31;
  info->reader.connected_at_ms = NOW + 34;
  info->state = WEIR_STATE_FLOWING;
  info->since_ms = NOW + 35;
  add_call (info, &(Call){ "pipeline::consumer", WEIR_DIRECTION_READ, -12, -19, NULL });
  return info;
}

/* The life in the picture of the channels page. */
static void
test_life (void)
{
  static const WeirLifeKind kinds[] = { WEIR_LIFE_CREATED,
                                        WEIR_LIFE_PASSED,
                                        WEIR_LIFE_RETURNED,
                                        WEIR_LIFE_WRITER_CONNECTED,
                                        WEIR_LIFE_READER_CONNECTED,
                                        WEIR_LIFE_FIRST_MESSAGE,
                                        WEIR_LIFE_HELD,
                                        WEIR_LIFE_LAST_READ,
                                        WEIR_LIFE_HELD,
                                        WEIR_LIFE_STALLED };
  g_autoptr (WeirChannelInfo) info = living ();
  g_autoptr (WeirLife) life = weir_life_new ();
  g_autoptr (GPtrArray) events = NULL;

  weir_life_see (life, info, NOW + 34);
  info->first_message_at_ms = NOW + 35;

  info->paused_since_ms = NOW + 21200;
  weir_life_see (life, info, NOW + 21300);
  info->paused_since_ms = 0;
  info->totals.paused_us = 1000 * 1000;
  weir_life_see (life, info, NOW + 22400);

  info->paused_since_ms = NOW + 44700;
  weir_life_see (life, info, NOW + 44800);
  info->state = WEIR_STATE_STALLED;
  info->since_ms = NOW + 46800;
  weir_life_see (life, info, NOW + 46900);
  assert_life (life, info, NOW + 43800, kinds, G_N_ELEMENTS (kinds));

  events = weir_life_dup_events (life, info, NOW + 43800);
  g_assert_cmpint (((WeirLifeEvent *) events->pdata[6])->at_ms, ==, NOW + 21200);
  g_assert_cmpint (((WeirLifeEvent *) events->pdata[6])->duration_us, ==, 1000 * 1000);
  g_assert_cmpint (((WeirLifeEvent *) events->pdata[8])->duration_us, ==, 0); /* still */
  g_assert_true (((WeirLifeEvent *) events->pdata[1])->passed == g_ptr_array_index (info->passed, 0));
}

/* Times of other clocks do not have it handed on before it was made; and connections of which nothing became are told.
 */
static void
test_life_vain (void)
{
  g_autoptr (WeirChannelInfo) info = living ();
  g_autoptr (WeirLife) life = weir_life_new ();
  g_autoptr (GPtrArray) events = NULL;
  WeirPassedInfo *passed = info->passed->pdata[0];

  passed->at_ms = NOW - 2;
  passed->returned_at_ms = NOW - 1;
  info->writer.connected_at_ms = info->reader.connected_at_ms = 0;
  info->writer.asked_at_ms = info->reader.asked_at_ms = NOW + 10;
  events = weir_life_dup_events (life, info, 0);
  assert_life (life, info, 0,
               (const WeirLifeKind[]){ WEIR_LIFE_CREATED, WEIR_LIFE_PASSED, WEIR_LIFE_RETURNED, WEIR_LIFE_ASKED,
                                       WEIR_LIFE_ASKED },
               5);
  g_assert_cmpint (find_event (events, WEIR_LIFE_PASSED)->at_ms, ==, NOW);

  info->writer.n_not_found = info->reader.n_not_found = 1;
  info->writer.not_found_at_ms = info->reader.not_found_at_ms = NOW + 11;
  info->writer.n_refused = 3;
  info->writer.refused_at_ms = NOW + 12;
  assert_life (life, info, 0,
               (const WeirLifeKind[]){ WEIR_LIFE_CREATED, WEIR_LIFE_PASSED, WEIR_LIFE_RETURNED, WEIR_LIFE_NOT_FOUND,
                                       WEIR_LIFE_NOT_FOUND, WEIR_LIFE_REFUSED },
               6);
  info->reader.n_not_found = 0;
  assert_life (life, info, 0,
               (const WeirLifeKind[]){ WEIR_LIFE_CREATED, WEIR_LIFE_PASSED, WEIR_LIFE_RETURNED, WEIR_LIFE_ASKED,
                                       WEIR_LIFE_NOT_FOUND, WEIR_LIFE_REFUSED },
               6);
  g_ptr_array_unref (events);
  events = weir_life_dup_events (life, info, 0);
  g_assert_cmpuint (find_event (events, WEIR_LIFE_REFUSED)->n, ==, 3);
  g_assert_true (find_event (events, WEIR_LIFE_REFUSED)->is_writer);
}

/* A stall that is over keeps its length, and the reader's last message is of no interest any more. */
static void
test_life_stall (void)
{
  g_autoptr (WeirChannelInfo) info = living ();
  g_autoptr (WeirLife) life = weir_life_new ();
  g_autoptr (GPtrArray) events = NULL;

  weir_life_see (life, info, NOW + 40);
  info->state = WEIR_STATE_STALLED;
  info->since_ms = NOW + 5000;
  weir_life_see (life, info, NOW + 5100);
  info->state = WEIR_STATE_FLOWING;
  info->since_ms = NOW + 7000;
  weir_life_see (life, info, NOW + 7100);

  events = weir_life_dup_events (life, info, NOW + 2000);
  g_assert_cmpint (find_event (events, WEIR_LIFE_STALLED)->at_ms, ==, NOW + 5000);
  g_assert_cmpint (find_event (events, WEIR_LIFE_STALLED)->duration_us, ==, 2000 * 1000);
  g_assert_null (find_event (events, WEIR_LIFE_LAST_READ));
}

/* A reader that takes some every few seconds has not stalled a hundred times: it is slow. */
static void
test_life_stalls (void)
{
  g_autoptr (WeirChannelInfo) info = living ();
  g_autoptr (WeirLife) life = weir_life_new ();
  g_autoptr (GPtrArray) events = NULL;

  for (guint i = 0; i < 5; i++)
    {
      info->state = WEIR_STATE_STALLED;
      info->since_ms = NOW + 4000 * (i + 1);
      weir_life_see (life, info, info->since_ms + 10);
      info->state = WEIR_STATE_FLOWING;
      info->since_ms += 100;
      weir_life_see (life, info, info->since_ms + 10);
    }
  assert_life (life, info, 0,
               (const WeirLifeKind[]){ WEIR_LIFE_CREATED, WEIR_LIFE_PASSED, WEIR_LIFE_RETURNED,
                                       WEIR_LIFE_WRITER_CONNECTED, WEIR_LIFE_READER_CONNECTED, WEIR_LIFE_STALLED },
               6);
  events = weir_life_dup_events (life, info, 0);
  g_assert_cmpint (find_event (events, WEIR_LIFE_STALLED)->at_ms, ==, NOW + 4000);
  g_assert_cmpint (find_event (events, WEIR_LIFE_STALLED)->duration_us, ==, 500 * 1000);
}

/* When the first message was is for the point to say: a sample would tell it late, even after the end. */
static void
test_life_first_message (void)
{
  g_autoptr (WeirChannelInfo) info = living ();
  g_autoptr (WeirLife) life = weir_life_new ();
  g_autoptr (GPtrArray) events = NULL;

  weir_life_see (life, info, NOW + 40000);
  info->totals.written_messages = 1;
  weir_life_see (life, info, NOW + 40250);
  events = weir_life_dup_events (life, info, 0);
  g_assert_null (find_event (events, WEIR_LIFE_FIRST_MESSAGE));

  info->first_message_at_ms = NOW + 40;
  g_ptr_array_unref (events);
  events = weir_life_dup_events (life, info, 0);
  g_assert_cmpint (find_event (events, WEIR_LIFE_FIRST_MESSAGE)->at_ms, ==, NOW + 40);
}

static void
test_life_end (void)
{
  static const WeirLifeKind kinds[] = { WEIR_LIFE_CREATED,          WEIR_LIFE_PASSED,
                                        WEIR_LIFE_RETURNED,         WEIR_LIFE_WRITER_CONNECTED,
                                        WEIR_LIFE_READER_CONNECTED, WEIR_LIFE_WRITER_CLOSED,
                                        WEIR_LIFE_READER_CLOSED,    WEIR_LIFE_ENDED };
  g_autoptr (WeirChannelInfo) info = living ();
  g_autoptr (WeirLife) life = weir_life_new ();

  info->state = WEIR_STATE_CLOSED;
  info->ended_by = WEIR_ENDED_WRITER;
  info->writer.closed_at_ms = info->reader.closed_at_ms = info->ended_at_ms = NOW + 99;
  assert_life (life, info, 0, kinds, G_N_ELEMENTS (kinds));
}

/* What was seen is bounded, the ordinary work of flow control is no event. */
static void
test_life_bounds (void)
{
  g_autoptr (WeirChannelInfo) info = living ();
  g_autoptr (WeirLife) life = weir_life_new ();
  g_autoptr (GPtrArray) events = NULL;
  guint n_held = 0;

  for (guint i = 0; i < 1000; i++)
    {
      gint64 at = NOW + 1000 + i * 1000;
      gint64 length_ms = i % 2 == 0 ? 300 : 20;

      info->paused_since_ms = at;
      weir_life_see (life, info, at + 1);
      info->paused_since_ms = 0;
      info->totals.paused_us += length_ms * 1000;
      weir_life_see (life, info, at + 400);
    }
  events = weir_life_dup_events (life, info, 0);
  for (guint i = 0; i < events->len; i++)
    {
      const WeirLifeEvent *event = g_ptr_array_index (events, i);

      if (event->kind != WEIR_LIFE_HELD)
        continue;
      g_assert_cmpint (event->duration_us, ==, 300 * 1000);
      n_held++;
    }
  g_assert_cmpuint (n_held, ==, WEIR_LIFE_MAX_SEEN);
}

/* A writer that is let go for a message at a time is held, in one line: also while the next hold is not yet over. */
static void
test_life_one_hold (void)
{
  g_autoptr (WeirChannelInfo) info = living ();
  g_autoptr (WeirLife) life = weir_life_new ();

  for (guint i = 0; i < 100; i++)
    {
      gint64 at = NOW + 1000 + i * 1210;
      g_autoptr (GPtrArray) during = NULL;
      g_autoptr (GPtrArray) after = NULL;

      info->paused_since_ms = at;
      weir_life_see (life, info, at + 1000);
      during = weir_life_dup_events (life, info, 0);
      g_assert_cmpint (find_event (during, WEIR_LIFE_HELD)->at_ms, ==, NOW + 1000);
      g_assert_cmpint (find_event (during, WEIR_LIFE_HELD)->duration_us, ==, 0);

      info->paused_since_ms = 0;
      info->totals.paused_us += 1200 * 1000;
      weir_life_see (life, info, at + 1202);
      after = weir_life_dup_events (life, info, 0);
      g_assert_cmpint (find_event (after, WEIR_LIFE_HELD)->at_ms, ==, NOW + 1000);
      g_assert_cmpint (find_event (after, WEIR_LIFE_HELD)->duration_us, ==, (i + 1) * 1200 * 1000);
      g_assert_cmpuint (after->len, ==, during->len);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/observer/finding/", cases[i].name, NULL);

      g_test_add_data_func (g_strdelimit (path, " ,", '-'), &cases[i], test_case);
    }
  g_test_add_func ("/observer/finding/complete", test_complete);
  g_test_add_func ("/observer/life/whole", test_life);
  g_test_add_func ("/observer/life/vain", test_life_vain);
  g_test_add_func ("/observer/life/stall", test_life_stall);
  g_test_add_func ("/observer/life/stalls", test_life_stalls);
  g_test_add_func ("/observer/life/first-message", test_life_first_message);
  g_test_add_func ("/observer/life/end", test_life_end);
  g_test_add_func ("/observer/life/bounds", test_life_bounds);
  g_test_add_func ("/observer/life/one-hold", test_life_one_hold);
  return g_test_run ();
}
