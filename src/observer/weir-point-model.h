/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-call-list.h"
#include "weir-feed.h"
#include "weir-point-error.h"
#include "weir-rows.h"

/* What one point has said of its channels: takes the messages of its feed in and keeps the shared list of channels in
 * step. No I/O: time is an argument. Inner to the room. */

G_BEGIN_DECLS

/* A point says something at least every second (an empty `samples`, a heartbeat); after this it counts as hung. */
#define WEIR_POINT_SILENCE_US (10 * G_USEC_PER_SEC)

/* More channels than this at one point are not believed. */
#define WEIR_POINT_MAX_CHANNELS 200000

/* Nor what fills more memory than this: names, errors and passings of all its channels. */
#define WEIR_POINT_MAX_INFO_BYTES (256 * 1024 * 1024)

/* Above this the graphs of its channels reach back as far as they do, and no further: an hour of 14 000 channels that
 * never rest. */
#define WEIR_POINT_MAX_SERIES_BYTES (512 * 1024 * 1024)

typedef struct _WeirPointModel WeirPointModel;

/* @rows: outlives it */
WeirPointModel *weir_point_model_new (const char *name, WeirPlaneKind kind, WeirRows *rows);
void weir_point_model_free (WeirPointModel *self); /* its rows go */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirPointModel, weir_point_model_free)

/* Other bounds than those above. */
void weir_point_model_set_limits (WeirPointModel *self, gsize max_info_bytes, gsize max_series_bytes);
void weir_point_model_set_max_series_bytes (WeirPointModel *self, gsize max_bytes);

/* One message of the feed, as it came. Fails where it does not obey; what was known stays then. */
gboolean weir_point_model_take (WeirPointModel *self, const char *text, gsize len, gint64 now_us, GError **error);

/* The feed is over. What was seen stays, as stale, until a new feed's snapshot is complete. */
void weir_point_model_lose (WeirPointModel *self);

/* It will not come back, another point has taken its place: what it saw last has ended with it, but for channels that
 * another plane sees, which that one shows from now on. @lost_us: when it was lost, local. */
void weir_point_model_end (WeirPointModel *self, gint64 lost_us);

/* Where it stands (see WeirPlane): so that it is known which of several points is nearest to an end. */
void weir_point_model_set_place (WeirPointModel *self, WeirPlaneKind kind, guint distance);
WeirPlane *weir_point_model_get_plane (WeirPointModel *self);

/* Whether a whole snapshot has come since the feed began. */
gboolean weir_point_model_is_live (WeirPointModel *self);

/* What this observer is called on the present connection: so that it knows its own shapes and acts. @worker_id:
 * (nullable) */
void weir_point_model_set_worker (WeirPointModel *self, const char *worker_id, const char *worker_name);

/* The point said in another way what time it is. */
void weir_point_model_learn_time (WeirPointModel *self, gint64 now_ms, gint64 now_us);

/* (transfer none): what it said of calls, also before it was lost. */
WeirCallList *weir_point_model_get_calls (WeirPointModel *self);

const char *weir_point_model_get_name (WeirPointModel *self);
guint weir_point_model_get_size (WeirPointModel *self);

/* (nullable) (transfer none): the row of a channel that it sees. */
WeirChannel *weir_point_model_lookup (WeirPointModel *self, const char *channel_id);

G_END_DECLS
