/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* An engine that Weir started here, and the sample workers if they were asked for. It is written down where the next
 * Weir finds it: should this one crash, the engine goes on, and the sample workers end. Signal: "failed" (const char
 * *message): one of them has ended by itself. */

G_BEGIN_DECLS

#define WEIR_TYPE_LOCAL_ENGINE (weir_local_engine_get_type ())
G_DECLARE_FINAL_TYPE (WeirLocalEngine, weir_local_engine, WEIR, LOCAL_ENGINE, GObject)

WeirLocalEngine *weir_local_engine_new (void);

/* (transfer full) (element-type WeirLocalEngine): those that an earlier Weir started and that still run. */
GPtrArray *weir_local_engine_find_all (void);

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

const char *weir_local_engine_get_url (WeirLocalEngine *self);

/* Of its point: the name, and the token that gives whoever started it every right there. NULL: it was found, and
 * written down without. The token is a secret. */
const char *weir_local_engine_get_point_name (WeirLocalEngine *self);
const char *weir_local_engine_get_point_token (WeirLocalEngine *self);

gboolean weir_local_engine_is_running (WeirLocalEngine *self);
GPid weir_local_engine_get_demo_pid (WeirLocalEngine *self); /* 0: there are no sample workers */

/* Ends both. */
void weir_local_engine_stop (WeirLocalEngine *self);
/* Ends the sample workers and lets the engine go on: the next Weir finds it. */
void weir_local_engine_leave (WeirLocalEngine *self);

G_END_DECLS
