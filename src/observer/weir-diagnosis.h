/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-finding.h"

/* What is to be said about a channel: a pure function of what a point reports and of what was seen of it over time.
 * Inner to the room; others call weir_channel_dup_findings (). Times are wall clock of the point. */

G_BEGIN_DECLS

/* A channel that flows is called backpressured when its writer was held for this share of the last
 * WEIR_FINDING_HELD_US. */
#define WEIR_DIAGNOSIS_HELD_SHARE 0.2

/* A reader that reads has done so within this: samples come four times a second. */
#define WEIR_DIAGNOSIS_READS_MS 1000

/* A buffer that waits for a reader which has taken nothing for so long is filling up. */
#define WEIR_DIAGNOSIS_FILLS_MS 1500

/* What has flowed for so long is read from, though its reader never shows it. */
#define WEIR_DIAGNOSIS_STEADY_MS 10000

/* A reader that keeps up shows within this that it has read what it was sent. */
#define WEIR_DIAGNOSIS_LAG_MS 3000

/* An end that is not there yet is nothing to warn of before this: calls take a moment to get to the other worker. */
#define WEIR_DIAGNOSIS_PATIENCE_MS 1000

/* A writer that has moved nothing for this long after its function returned was probably forgotten. */
#define WEIR_DIAGNOSIS_NOT_CLOSED_MS 5000

/* What the info alone does not say. */
typedef struct
{
  gint64 now_ms;
  gint64 heard_ms;                 /* the point was last heard: of what comes later nothing is known */
  gint64 last_read_ms;             /* 0: never, or not known */
  gint64 last_taken_ms;            /* something was last handed to its socket; 0: never, or not known */
  gint64 lag_ms;                   /* see WeirFinding */
  double held_share;               /* of the last WEIR_FINDING_HELD_US */
  double sent_rate;                /* of the last WEIR_STATE_QUIET_US */
  guint64 largest_text;            /* the largest text message was at least this big; 0: not known */
  guint64 largest;                 /* the same of any message */
  gboolean text_waits;             /* text is queued behind binary that was not sent */
  gboolean has_lost_relay;         /* an end broke as the relay was lost that it passed through */
  const WeirChannelInfo *deadlock; /* (nullable): a channel between the same two workers, the other way round, whose
                                      writer is held, too */
  const WeirChannelInfo *culprit;  /* (nullable): the reader is held as the writer of a channel whose … reader is held
                                      as the writer of this one */
} WeirFigures;

/* (element-type WeirFinding), worst first, never empty. The findings borrow from @info. */
GPtrArray *weir_diagnose (const WeirChannelInfo *info, const WeirFigures *figures);

G_END_DECLS
