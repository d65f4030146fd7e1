/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-json.h"
#include "weir-passive-stats.h"
#include "weir-rows.h"

/* The passive plane: channels as a stock engine's own log and traces tell of them. Nothing in here talks to the engine;
 * time is an argument. Bounded. Inner to the room.
 *
 * Two ways lead here: a `log` trigger's deliveries, which come at once, in any order, or not at all; and lists of what
 * the engine still has, asked for again and again, which show what was missed. Only what a list shows to be whole is
 * taken to be certain.
 *
 * Traces hold access keys. Of them channel ids, functions and times are kept, and no payload nor any part of one. */

G_BEGIN_DECLS

#define WEIR_PASSIVE_MAX_CHANNELS 10000

/* One that has ended, or of which nothing was heard since the log was lost for a while, stays for this long. */
#define WEIR_PASSIVE_KEEP_US (5 * 60 * (gint64) G_USEC_PER_SEC)

typedef struct _WeirPassiveModel WeirPassiveModel;

/* @rows: outlives it */
WeirPassiveModel *weir_passive_model_new (WeirRows *rows);
void weir_passive_model_free (WeirPassiveModel *self); /* its rows go, but for those that a point sees */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirPassiveModel, weir_passive_model_free)

/* One record, as a trigger delivers it. @text: JSON that was checked. */
void weir_passive_model_take (WeirPassiveModel *self, WeirSpan text, gint64 now_us);

/**
 * weir_passive_model_take_list:
 * @answer: what `engine::logs::list` has answered, with the start_time of weir_passive_model_get_start_ms (). Checked.
 *
 * FALSE: it is no such answer.
 */
gboolean weir_passive_model_take_list (WeirPassiveModel *self, WeirSpan answer, gint64 now_us, GError **error);

/* Where the next list has to begin; 0: from the beginning. */
gint64 weir_passive_model_get_start_ms (WeirPassiveModel *self);

/* The engine had more than it gave: to be asked again at once. */
gboolean weir_passive_model_has_more (WeirPassiveModel *self);

/* What `engine::traces::list` has answered, all spans. Checked. The same. */
gboolean weir_passive_model_take_traces (WeirPassiveModel *self, WeirSpan answer, gint64 now_us, GError **error);
gint64 weir_passive_model_get_traces_start_ms (WeirPassiveModel *self);

/* Whether each message is logged, from now on. */
void weir_passive_model_set_closer (WeirPassiveModel *self, gboolean is_closer, gint64 now_us);

/* Whether it answers HTTP calls, with channels whose one end is in the engine. Until it is said it may. */
void weir_passive_model_set_http (WeirPassiveModel *self, gboolean has_http);

/* The engine's log has overrun: it is so full of that that what it tells of channels is lost. */
gboolean weir_passive_model_is_overrun (WeirPassiveModel *self);

/* Since when the engine runs, by its own clock; 0: it does not say. What it told of before is no more. */
void weir_passive_model_set_started (WeirPassiveModel *self, gint64 started_ms);

/* The engine is gone, or does not answer: rows are stale until the next list. */
void weir_passive_model_lose (WeirPassiveModel *self);

/* Shows what has come; to be called some times a second. */
void weir_passive_model_tick (WeirPassiveModel *self, gint64 now_us);

WeirPassiveStats weir_passive_model_get_stats (WeirPassiveModel *self);
WeirPlane *weir_passive_model_get_plane (WeirPassiveModel *self);

G_END_DECLS
