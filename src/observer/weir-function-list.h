/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-client.h"
#include "weir-function.h"
#include "weir-peer.h"

/* The functions of one engine and the workers that are connected to it, live. A GListModel of WeirFunction, internal
 * ones too, by worker and id (strverscmp ()). Objects stay the same while their function does. What was known stays
 * while the engine is away. Main thread. */

G_BEGIN_DECLS

#define WEIR_TYPE_FUNCTION_LIST (weir_function_list_get_type ())
G_DECLARE_FINAL_TYPE (WeirFunctionList, weir_function_list, WEIR, FUNCTION_LIST, GObject)

/* Whether the engine has ever told its functions. "notify::is-loaded" */
gboolean weir_function_list_is_loaded (WeirFunctionList *self);

/* (nullable) (transfer none) */
WeirFunction *weir_function_list_lookup (WeirFunctionList *self, const char *function_id);

/* (transfer none) (element-type WeirPeer): as the engine lists them; valid until "peers-changed". */
GPtrArray *weir_function_list_get_peers (WeirFunctionList *self);

/* (nullable) (transfer none): of several of that name the first that came. */
WeirPeer *weir_function_list_lookup_peer (WeirFunctionList *self, const char *name);
guint weir_function_list_count_peers (WeirFunctionList *self, const char *name);

/* Since when the engine runs: since then there are the workers within it (ms, wall clock of the engine). 0: none is. */
gint64 weir_function_list_get_engine_started_ms (WeirFunctionList *self);

/* Somebody looks at it: its schemas and its worker are asked for, also when they are known. Their "changed" tells. */
void weir_function_list_look (WeirFunctionList *self, WeirFunction *function);

/* "peers-changed": workers came, went or said something else of themselves. */

/* --- inner to the room --- */

/* @worker: outlives it */
WeirFunctionList *weir_function_list_new (WeirWorker *worker);

/* What `engine::functions::list` has answered, internal ones included; checked. A long list is read in several turns of
 * the main loop: "taken" when that is done. The workers are asked for next. FALSE: it cannot be understood. */
gboolean weir_function_list_take (WeirFunctionList *self, GBytes *answer);

/* The engine is away: what it was asked is not awaited any more. */
void weir_function_list_pause (WeirFunctionList *self);

G_END_DECLS
