/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* An engine that the application started here, and the sample workers if they were asked for. Both end with it.
 * Signal: "failed" (const char *message): one of them has ended by itself. */

G_BEGIN_DECLS

#define WEIR_TYPE_LOCAL_ENGINE (weir_local_engine_get_type ())
G_DECLARE_FINAL_TYPE (WeirLocalEngine, weir_local_engine, WEIR, LOCAL_ENGINE, GObject)

WeirLocalEngine *weir_local_engine_new (void);

/**
 * weir_local_engine_start_async:
 * @any_port: whether another port will do if the usual one (49134) is taken
 *
 * Done when the engine has said that it listens.
 */
void weir_local_engine_start_async (WeirLocalEngine *self, gboolean any_port, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
/* Returns: (transfer none): its URL */
const char *weir_local_engine_start_finish (WeirLocalEngine *self, GAsyncResult *result, GError **error);

gboolean weir_local_engine_start_demo (WeirLocalEngine *self, GError **error);
gboolean weir_local_engine_has_demo (WeirLocalEngine *self);

void weir_local_engine_stop (WeirLocalEngine *self);

G_END_DECLS
