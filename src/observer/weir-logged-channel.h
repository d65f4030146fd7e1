/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-channel-info.h"
#include "weir-log-record.h"
#include "weir-runs.h"

/* One channel as far as an engine's log tells of it. What was noted is a set: records may come late, twice, in any
 * order or not at all, and what follows from them is the same, or less. Pure. Inner to the room. */

G_BEGIN_DECLS

/* Connections that were turned away at an end and are told from one another. */
#define WEIR_LOGGED_MAX_TIMES 16

typedef struct
{
  gint64 at_ns[WEIR_LOGGED_MAX_TIMES];
  guint n;
} WeirLoggedTimes;

typedef struct
{
  gint64 asked_ns; /* the last; 0, here and below: not that we know */
  gint64 began_ns;
  gint64 lost_ns;
  gint64 failed_ns;
  gint64 close_ns;
  gint64 ended_ns;
  guint64 ended_n, ended_bytes; /* the totals */
  WeirLoggedTimes taken;
  WeirLoggedTimes not_found;

  WeirRuns seen;
  guint64 n; /* the highest number that was seen, … */
  gint64 n_ns;
  guint64 seen_bytes, seen_text; /* of those in seen */

  gboolean is_exact; /* when it was last settled, it was exactly exact_n */
  guint64 exact_n;
} WeirLoggedEnd;

typedef struct
{
  char *id;
  WeirLoggedEnd writer;
  WeirLoggedEnd reader;
  GPtrArray *passed;     /* (nullable) (element-type WeirPassedInfo): from traces */
  gint64 first_ns;       /* the earliest that tells of it, a record or a passing; 0: none yet */
  gint64 last_ns;        /* the latest record */
  gint64 outstanding_ns; /* since when, at least, something lies in between that is not read; 0: nothing is known to */
  gint64 clear_ns;       /* when nothing did */
  gint64 stopped_ns;     /* when its engine stopped, and it with it; 0: it runs. Its owner's to set */
  gint64 debug_ns;       /* messages are logged since; 0: they are not. Its owner's to set */
  gboolean is_whole;     /* nothing of the log is missing since its birth. Its owner's to set */
  gboolean may_be_http;  /* an end that the log does not tell of may be in the engine. Its owner's to set */
  gboolean is_doubtful;  /* the log was lost for a while, and what it said last of this channel may be over */
} WeirLoggedChannel;

WeirLoggedChannel *weir_logged_channel_new (const char *id);
void weir_logged_channel_free (WeirLoggedChannel *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirLoggedChannel, weir_logged_channel_free)

void weir_logged_channel_note (WeirLoggedChannel *self, const WeirLogRecord *record);
/* Its ref went with a call: one passing is known by its call, its end and its path, and may be told again while the
 * call goes on. @passed: (transfer full) */
void weir_logged_channel_note_passed (WeirLoggedChannel *self, WeirPassedInfo *passed);

/* Nothing of the log is missing between those times, and messages were logged since @debug_ns (0: they are not). */
void weir_logged_channel_settle (WeirLoggedChannel *self, gint64 from_ns, gint64 until_ns, gint64 debug_ns);

/* No more is known for certain: messages are not logged any more, or some of the log was lost. */
void weir_logged_channel_unsettle (WeirLoggedChannel *self);

gboolean weir_logged_channel_has_ended (const WeirLoggedChannel *self);

/* (transfer full): what follows from it at @now_ns, wall clock of the engine as all times are. */
WeirChannelInfo *weir_logged_channel_make_info (const WeirLoggedChannel *self, gint64 now_ns);

/* When that becomes another by the passing of time alone; 0: it does not. */
gint64 weir_logged_channel_get_next_ns (const WeirLoggedChannel *self, gint64 now_ns);

G_END_DECLS
