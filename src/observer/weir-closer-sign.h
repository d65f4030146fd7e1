/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-json.h"
#include "weir-worker.h"

/* Who looks closer at an engine is told from others by a function of a name of its own, whose metadata has the level
 * to put back. Inner to the room. */

G_BEGIN_DECLS

/* Registers it: @before may be NULL, for an engine without a level. Returns its name, with which it is unregistered.
 * (transfer full) */
char *weir_closer_sign_put (WeirWorker *worker, const char *id, const char *before);

/* The sign of @id in an answer of engine::functions::list, or, where that is NULL, of anybody but @not_id; an empty
 * span where there is none. */
WeirSpan weir_closer_sign_find (WeirSpan answer, const char *id, const char *not_id);

/* (transfer full) (nullable): the level that it says to put back. */
char *weir_closer_sign_dup_before (WeirSpan sign);

G_END_DECLS
