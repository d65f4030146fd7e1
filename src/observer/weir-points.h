/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-client.h"
#include "weir-point-info.h"
#include "weir-point-watch.h"
#include "weir-recent-ids.h"

/* The points of one engine: found in its list of functions, each kept watched, and forgotten some time after they have
 * gone. Inner to the room. */

G_BEGIN_DECLS

typedef struct _WeirPoints WeirPoints;

typedef struct
{
  void (*changed) (gpointer user_data); /* a point became live, failed, or is tried again */
  void (*news) (gpointer user_data);    /* a point has said something */
} WeirPointsEvents;

/* @rows, @events: outlive it */
WeirPoints *weir_points_new (WeirWorker *worker, WeirRows *rows, const WeirPointsEvents *events, gpointer user_data);
/* Before any is found: what every call to a point says. */
void weir_points_set_token (WeirPoints *self, const char *token);
/* At any time: what calls to that one point say in its place, and to no other: who registers a point must not learn the
 * token of another. Several points have one each: an engine and the relay before it. */
void weir_points_set_point_token (WeirPoints *self, const char *name, const char *token);
/* For the graphs of each point's channels, at any time; WEIR_POINT_MAX_SERIES_BYTES unless it is set. */
void weir_points_set_max_series_bytes (WeirPoints *self, gsize max_bytes);
void weir_points_free (WeirPoints *self); /* all rows go */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirPoints, weir_points_free)

/* What `engine::functions::list` has answered. @answer: JSON that was checked. */
gboolean weir_points_sync (WeirPoints *self, WeirSpan answer, gint64 now_us, GError **error);

void weir_points_pause (WeirPoints *self); /* the engine is gone */
void weir_points_retry (WeirPoints *self); /* those that wait are tried now */
void weir_points_tick (WeirPoints *self, gint64 now_us);

typedef struct
{
  guint n_live;
  guint n_present;     /* registered, as far as is known */
  gboolean is_trying;  /* one that has not failed yet */
  gint64 retry_at_us;  /* of those that failed, the soonest; 0: none */
  const GError *error; /* why one of those present is not live; borrowed */
} WeirPointsSummary;

WeirPointsSummary weir_points_get_summary (WeirPoints *self);
char **weir_points_dup_names (WeirPoints *self); /* of those that are live */

/* Each of them, in the order they were found; one that has gone is among them for as long as its rows stay. */
guint weir_points_get_n (WeirPoints *self);
WeirPointInfo weir_points_get_info (WeirPoints *self, guint i);

/* A live point that sees @channel: the one whose row it is, if it does; NULL: none does. */
WeirPointWatch *weir_points_find_watch (WeirPoints *self, WeirChannel *channel);

/* (nullable) (transfer none): of what the points said of calls the latest that is not dismissed. */
const WeirSeenCall *weir_points_get_call (WeirPoints *self);
void weir_points_dismiss_call (WeirPoints *self, const WeirSeenCall *call);

/* (transfer none) (element-type char): channels that carry feeds of ours. */
WeirRecentIds *weir_points_get_own_ids (WeirPoints *self);

G_END_DECLS
