/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-observer.h"
#include "weir-format.h"

/* What people read about a channel: plain words that say what is wrong and which side it is. Translatable. */

G_BEGIN_DECLS

/* "Flowing", "Waiting for reader", "Closed early" */
const char *weir_describe_state (WeirChannel *channel);
/* "for 30 s", "slow reader 4.2 s", "quiet writer 12 s", "by the writer", "writer lost" */
char *weir_describe_state_detail (WeirChannel *channel, gint64 now_us);

/* The severity that colours the state, and its icon (`media-playback-start-symbolic`, …; mock-notes.md). */
WeirSeverity weir_describe_severity (WeirChannel *channel);
const char *weir_describe_state_icon (WeirChannel *channel);

/* The function that is at an end, or will be; where it is one of several "a or b"; NULL: none was handed it. */
char *weir_describe_holders (const WeirChannelInfo *info, WeirDirection end);
/* The same, else the worker: "pipeline::producer"; "nobody yet", "http response". */
char *weir_describe_end (WeirChannel *channel, WeirDirection end);
/* "pipeline::producer → pipeline::consumer"; each name stands between U+2068 and U+2069 */
char *weir_describe_route (WeirChannel *channel);
/* How the names are known: of a channel that no point sees they are inferred from calls, or unknown. */
WeirCertainty weir_describe_route_certainty (WeirChannel *channel);
/* "node · vm:6216": of one end's worker; NULL if it is not known. */
char *weir_describe_worker (const WeirEndInfo *end);
/* Under the route: the worst alarm if there is one, else both workers. @severity: (out): the alarm's; QUIET where there
 * is none. */
char *weir_describe_second_line (WeirChannel *channel, gint64 now_us, WeirSeverity *severity);

typedef struct
{
  char *headline; /* "The reader is slow." */
  char *text;   /* "pipeline::consumer last read 4.2 s ago. 64 of 64 messages (4.0 MB) wait for it, so … is held." */
  char *advice; /* what to do about it; nullable */
} WeirSentence;

void weir_sentence_free (WeirSentence *self);
/* Of a call whose payload should not have been such. */
WeirSentence *weir_describe_call (const WeirSeenCall *call, gint64 now_us, WeirUnits units);
WeirSentence *weir_describe_finding (WeirChannel *channel, const WeirFinding *finding, gint64 now_us, WeirUnits units);

/* "reader ref passed to pipeline::consumer". @now_us: monotonic: how long what goes on has gone on */
char *weir_describe_life_event (WeirChannel *channel, const WeirLifeEvent *event, gint64 now_us);

/* "ended by the writer" */
const char *weir_describe_ended_by (WeirEndedBy by);

/* All of the details as plain text, for a report: diagnosis, ends, figures to the byte, life. No access key is in it.
 */
char *weir_describe_details (WeirChannel *channel, gint64 now_us, WeirUnits units);

/* "4 flow, 1 is stalled, 2 wait for a reader" */
char *weir_describe_summary (const WeirSummary *summary);

/* "weir-engine sees both ends", "seen in the engine’s log" */
char *weir_describe_plane (WeirChannel *channel);

/* (nullable): the same of each plane that sees it, a line each, and what that makes of its figures. NULL: one point
 * sees all of it. */
char *weir_describe_planes (WeirChannel *channel);

/* A total or an age as it is known, where there is little room: "unknown", "≥ 4.2 MB" where it was inferred, or as it
 * is.
 * @figure: (transfer full) */
char *weir_describe_certain (WeirCertainty certainty, char *figure);
/* The same in words: "at least 4.2 MB". @figure: (transfer full) */
char *weir_describe_certain_in_words (WeirCertainty certainty, char *figure);
/* What goes through it now: "4.2 MB/s", "≈ 4.2 MB/s", "≥ 4.2 MB/s" or "unknown". */
char *weir_describe_throughput (WeirChannel *channel, gint64 now_us, WeirUnits units);

/* Of what may be more or less, a rate or what lies in between: "≈ 4.2 MB/s". @figure: (transfer full) */
char *weir_describe_about (WeirCertainty certainty, char *figure);

/* "seen", "inferred", "unknown" */
const char *weir_describe_certainty (WeirCertainty certainty);

G_END_DECLS
