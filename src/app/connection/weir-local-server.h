/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* An engine or a relay that Weir started here, and the sample workers if they were asked for. It is written down where
 * the next Weir finds it: should this one crash, the server goes on, and the sample workers end. Signal: "failed"
 * (const char *message): one of them has ended by itself. */

G_BEGIN_DECLS

#define WEIR_TYPE_LOCAL_SERVER (weir_local_server_get_type ())
G_DECLARE_FINAL_TYPE (WeirLocalServer, weir_local_server, WEIR, LOCAL_SERVER, GObject)

WeirLocalServer *weir_local_server_new_engine (void);

/* @upstream: of its engine; @token: (nullable): that the engine wants of the relay's own worker */
WeirLocalServer *weir_local_server_new_relay (const char *upstream, const char *token);

/* (transfer full) (element-type WeirLocalServer): engines and relays that an earlier Weir started and that still run.
 */
GPtrArray *weir_local_server_find_all (void);

/**
 * weir_local_server_start_async:
 * @any_port: whether another port will do if the usual one (49134, of a relay 49135) is taken
 *
 * Done when it has said that it listens.
 */
void weir_local_server_start_async (WeirLocalServer *self, gboolean any_port, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
/* Returns: (transfer none): its URL */
const char *weir_local_server_start_finish (WeirLocalServer *self, GAsyncResult *result, GError **error);

gboolean weir_local_server_start_demo (WeirLocalServer *self, GError **error);
gboolean weir_local_server_has_demo (WeirLocalServer *self);

const char *weir_local_server_get_url (WeirLocalServer *self);      /* (nullable): it does not listen yet */
const char *weir_local_server_get_upstream (WeirLocalServer *self); /* (nullable): it is an engine */

/* Of its point: the name, and the token that gives whoever started it every right there. NULL: it was found, and
 * written down without. The token is a secret. */
const char *weir_local_server_get_point_name (WeirLocalServer *self);
const char *weir_local_server_get_point_token (WeirLocalServer *self);

gboolean weir_local_server_is_running (WeirLocalServer *self);
GPid weir_local_server_get_demo_pid (WeirLocalServer *self); /* 0: there are no sample workers */

/* Ends both. */
void weir_local_server_stop (WeirLocalServer *self);
/* Ends the sample workers and lets the server go on: the next Weir finds it. */
void weir_local_server_leave (WeirLocalServer *self);

G_END_DECLS
