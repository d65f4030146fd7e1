/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-connection.h"

/* The connections of the application, one of them in view: a GListModel of WeirConnection in the order of the menu.
 * Properties, notified: "current" (WeirConnection, nullable), "is-starting" (an engine is being started here). Signal:
 * "failed" (const char *heading, const char *details): an engine did not start, or has ended by itself. Main thread. */

G_BEGIN_DECLS

#define WEIR_TYPE_CONNECTIONS (weir_connections_get_type ())
G_DECLARE_FINAL_TYPE (WeirConnections, weir_connections, WEIR, CONNECTIONS, GObject)

WeirConnections *weir_connections_new (void);

/**
 * weir_connections_open:
 * @credentials: (nullable): NULL: what the keyring has
 *
 * Puts the connection to @url into view, and makes it if there is none. With other credentials than it has it is made
 * anew. The one that was in view goes if nobody ever answered there.
 *
 * Returns: (transfer none)
 */
WeirConnection *weir_connections_open (WeirConnections *self, const char *url, const WeirCredentials *credentials);

/* Closes it. If it was in view another one is, or none. */
void weir_connections_remove (WeirConnections *self, WeirConnection *connection);

/* Closes all of them, and an engine that is being started; they stay in the list. */
void weir_connections_close_all (WeirConnections *self);

/* (nullable) (transfer none) */
WeirConnection *weir_connections_get_current (WeirConnections *self);
void weir_connections_set_current (WeirConnections *self, WeirConnection *connection);

/* (transfer full) (element-type WeirConnection) */
GPtrArray *weir_connections_dup_all (WeirConnections *self);

/* Starts an engine here and puts it into view; one at a time. @with_demo: and the sample workers; then another port
 * will do if the usual one is taken. */
void weir_connections_start_engine (WeirConnections *self, gboolean with_demo);
gboolean weir_connections_is_starting (WeirConnections *self);

/* Engines that an earlier Weir started and left, or that outlived it: one of them is put into view. FALSE: there are
 * none. */
gboolean weir_connections_find_engines (WeirConnections *self);

G_END_DECLS
