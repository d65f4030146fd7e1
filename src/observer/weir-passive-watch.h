/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-client.h"
#include "weir-closer-look.h"
#include "weir-function-list.h"
#include "weir-passive-model.h"

/* Asks a stock engine what it has logged of its channels, has itself told of what it logs next, and hands both to the
 * model. An engine that has no such functions is left alone. The owner's ticker drives it. Inner to the room. */

G_BEGIN_DECLS

#define WEIR_TYPE_PASSIVE_WATCH (weir_passive_watch_get_type ())
G_DECLARE_FINAL_TYPE (WeirPassiveWatch, weir_passive_watch, WEIR, PASSIVE_WATCH, GObject)

/* @rows: outlives it, to its disposal. @folder: of the closer look */
WeirPassiveWatch *weir_passive_watch_new (WeirWorker *worker, WeirRows *rows, const char *folder);

/* What the engine has: whether there is something to ask. */
void weir_passive_watch_sync (WeirPassiveWatch *self, WeirFunctionList *functions);

void weir_passive_watch_pause (WeirPassiveWatch *self); /* the engine is gone */
void weir_passive_watch_tick (WeirPassiveWatch *self, gint64 now_us);

/* The engine has listed its log on this connection, and it is understood. */
gboolean weir_passive_watch_is_live (WeirPassiveWatch *self);

/* (nullable): why it is not live, though the engine has the functions. */
const GError *weir_passive_watch_get_error (WeirPassiveWatch *self);

WeirPassiveModel *weir_passive_watch_get_model (WeirPassiveWatch *self);
WeirCloserLook *weir_passive_watch_get_closer_look (WeirPassiveWatch *self);

/* Signal "news": something has come, or it is live or not. */

G_END_DECLS
