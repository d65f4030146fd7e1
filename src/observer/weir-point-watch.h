/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-client.h"
#include "weir-observer-acts.h"
#include "weir-point-model.h"
#include "weir-recent-ids.h"

/* Keeps one point watched: asks it what it is, opens its feed, hands that to the model, and begins anew (1 s × 2ⁿ, at
 * most 30 s later) when it breaks off or does not obey. The owner's ticker drives it. Inner to the room. */

G_BEGIN_DECLS

#define WEIR_TYPE_POINT_WATCH (weir_point_watch_get_type ())
G_DECLARE_FINAL_TYPE (WeirPointWatch, weir_point_watch, WEIR, POINT_WATCH, GObject)

/* @prefix: of the point's functions; @model: (transfer full) */
WeirPointWatch *weir_point_watch_new (WeirWorker *worker, const char *prefix, const char *token, WeirPointModel *model,
                                      WeirRecentIds *own_ids);

/* Now, unless it is at it. */
void weir_point_watch_start (WeirPointWatch *self);
/* What all calls to the point say from now on: the right to more or less than before, so it is begun anew. */
void weir_point_watch_set_token (WeirPointWatch *self, const char *token);
/* The engine, or the point, is gone: rows are stale, nothing is tried. */
void weir_point_watch_pause (WeirPointWatch *self);
void weir_point_watch_tick (WeirPointWatch *self, gint64 now_us);

const char *weir_point_watch_get_prefix (WeirPointWatch *self);
const char *weir_point_watch_get_token (WeirPointWatch *self); /* nullable */
WeirRights weir_point_watch_get_rights (WeirPointWatch *self); /* as the point has last said */
gint64 weir_point_watch_get_id (WeirPointWatch *self);         /* of the present feed, at the point; 0: none */
/* What it has last said of itself. A point that has not is taken to be an engine's. */
gboolean weir_point_watch_is_engine (WeirPointWatch *self);
const char *weir_point_watch_get_listen (WeirPointWatch *self);   /* (nullable): where workers connect to */
const char *weir_point_watch_get_upstream (WeirPointWatch *self); /* (nullable): of a relay */
WeirPointModel *weir_point_watch_get_model (WeirPointWatch *self);
gboolean weir_point_watch_is_live (WeirPointWatch *self);
gint64 weir_point_watch_get_retry_at_us (WeirPointWatch *self);  /* 0: it is not waiting */
const GError *weir_point_watch_get_error (WeirPointWatch *self); /* nullable */

/* Signals:
 * "described": it has said what it is: is_engine, listen and upstream may be others.
 * "changed": is_live, the error or the time of the next try is another.
 * "news": a message of the feed has been taken in. */

G_END_DECLS
