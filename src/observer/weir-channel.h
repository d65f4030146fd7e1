/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-channel-info.h"
#include "weir-finding.h"
#include "weir-plane.h"
#include "weir-series.h"

/* A channel as the observer sees it. Figures change many times a second, so nothing is notified per figure: views walk
 * the rows they show on one tick. "changed" is emitted when something else than a figure did (state, ends, refs), at
 * most once a feed message. */

G_BEGIN_DECLS

#define WEIR_TYPE_CHANNEL (weir_channel_get_type ())
G_DECLARE_FINAL_TYPE (WeirChannel, weir_channel, WEIR, CHANNEL, GObject)

const char *weir_channel_get_id (WeirChannel *self);
const char *weir_channel_get_point (WeirChannel *self); /* the name of the point that sees most of it */
const WeirChannelInfo *
weir_channel_get_info (WeirChannel *self); /* totals included; valid until the next turn of the main loop */
WeirSeries *weir_channel_get_series (WeirChannel *self);

WeirState weir_channel_get_state (WeirChannel *self);
/* Monotonic µs of the observer for a wall clock of the point: so that "for 30 s" counts on between two messages. 0 for
 * 0. */
gint64 weir_channel_to_local_us (WeirChannel *self, gint64 at_ms);

/* When it was created; where nobody saw that, the first that was heard of it. 0: nobody said anything yet. */
gint64 weir_channel_get_begin_ms (WeirChannel *self);
/* Since then: see weir_channel_get_age_certainty (). */
gint64 weir_channel_get_age_us (WeirChannel *self, gint64 now_us);
gint64 weir_channel_get_state_age_us (WeirChannel *self, gint64 now_us);
double weir_channel_get_sent_rate (WeirChannel *self, gint64 now_us); /* bytes/s over the last second */
double weir_channel_get_written_rate (WeirChannel *self, gint64 now_us);

double weir_channel_get_held_share_now (WeirChannel *self, gint64 now_us); /* of the last second, 0…1 */
double weir_channel_get_held_share (WeirChannel *self, gint64 now_us);     /* of its life with a writer, 0…1 */
gint64 weir_channel_get_held_in_all_us (WeirChannel *self, gint64 now_us); /* for how long that was */
/* Since when the writer is held now, holds that follow each other closely being one, as in its life; 0: not held. */
gint64 weir_channel_get_held_us (WeirChannel *self, gint64 now_us);
gint64 weir_channel_get_last_read_us (
    WeirChannel *self); /* local monotonic: when acked (or sent, unprobed) last grew; 0: never */

/* The same of what was handed to the reader's socket: all that is known of a reader that has shown nothing yet. */
gint64 weir_channel_get_last_taken_us (WeirChannel *self);

/* (nullable): the relay whose loss broke an end of it. */
const char *weir_channel_get_lost_relay (WeirChannel *self);

/* Channels whose refs went in one call belong together: the id of that group, 0 if it is alone. */
guint weir_channel_get_group (WeirChannel *self);

/* How a figure is known. Views never show an unknown one, nor a rate or a graph made of it, as a number. */
typedef enum
{
  WEIR_CERTAINTY_UNKNOWN,
  WEIR_CERTAINTY_INFERRED, /* concluded from what was seen; of a total: it is at least that */
  WEIR_CERTAINTY_SEEN,
} WeirCertainty;

/* The least certain of those @columns: WEIR_TOTALS_…, of the info's totals and of rates that are made of them. */
WeirCertainty weir_channel_get_certainty (WeirChannel *self, guint32 columns);

/* What goes through it: what is sent, and where that end is not seen what is written; in bytes/s over the last second.
 * @column: (out): of the series. */
/* That rate is at least what is seen of it: some messages are not. */
gboolean weir_channel_is_rate_partial (WeirChannel *self, guint32 column);
gboolean weir_channel_knows_rate (WeirChannel *self, guint32 column); /* how that one grows now */
WeirCertainty weir_channel_get_throughput (WeirChannel *self, gint64 now_us, WeirSeriesColumn *column, double *rate);
WeirCertainty weir_channel_get_age_certainty (WeirChannel *self); /* inferred: it is at least that old */
gboolean weir_channel_knows (WeirChannel *self, guint32 columns); /* all of them, be it by inference */

/* One of the planes that see a channel, for its details: the row shows of each end what the nearest says. */
typedef struct
{
  const char *name; /* of the point; of the passive plane "" */
  WeirPlaneKind kind;
  const WeirChannelInfo *info;
  gboolean is_stale;
  gboolean gives_writer; /* what the row shows of that end is what it says */
  gboolean gives_reader;
} WeirChannelPlane;

guint weir_channel_get_n_planes (WeirChannel *self);  /* 1 at least */
gboolean weir_channel_is_passive (WeirChannel *self); /* no point sees it */
void weir_channel_get_plane (WeirChannel *self, guint i, WeirChannelPlane *seen);

/* The connection is lost: what is shown is old. */
gboolean weir_channel_is_stale (WeirChannel *self);

/* What is to be said about it now: who is slow, and the alarms. (element-type WeirFinding), worst first, never empty:
 * the first is the diagnosis. */
GPtrArray *weir_channel_dup_findings (WeirChannel *self, gint64 now_us);

/* An alarm that was dismissed stays so until it is over: when it comes again it is news. Emits "changed". */
void weir_channel_set_dismissed (WeirChannel *self, WeirFindingKind kind, gboolean is_dismissed);

/* Its life, oldest first: (element-type WeirLifeEvent). Stalls and pauses that this observer has seen are among it. */
GPtrArray *weir_channel_dup_life (WeirChannel *self);

G_END_DECLS
