/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-connection.h"

/* How many workers use an engine that Weir started: neither this Weir itself nor the sample workers that came with it.
 */

G_BEGIN_DECLS

/* Asks the engine, for a second at most. finish: FALSE: it does not say. */
void weir_engine_users_count_async (WeirConnection *connection, GAsyncReadyCallback callback, gpointer user_data);
gboolean weir_engine_users_count_finish (WeirConnection *connection, GAsyncResult *result, guint *n);

/* @answer: of `engine::workers::list`; @own_id: (nullable): our worker's; @demo_pid: 0: no sample workers */
guint weir_engine_users_count (JsonNode *answer, const char *own_id, GPid demo_pid);

G_END_DECLS
