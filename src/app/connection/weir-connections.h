/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-connection.h"

/* The connections of the application, one of them in view: a GListModel of WeirConnection in the order of the menu. One
 * where an engine has answered is remembered in the settings: address, name, and whether the keyring has a secret for
 * it; not one to an engine that Weir has started, nor one with a query in its address, in which there may be a token.
 * Properties, notified: "current" (WeirConnection, nullable), "is-starting" (an engine is being started here). Signals:
 * "failed" (const char *heading, const char *details): an engine did not start, or has ended by itself; "notice"
 * (const char *text): of one of them; "alarms-changed": in the number of alarms of one of them. Main thread. */

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

/**
 * weir_connections_restore:
 *
 * What was there when Weir ran last: engines that it started and left or that outlived it, and what is remembered. None
 * of them is waited for. In view is an engine of ours, else the one that was in view last. Once, before any is opened.
 */
void weir_connections_restore (WeirConnections *self);

/* Where to connect if there is nothing else: where it was last, else the engine's usual address. (transfer full) */
char *weir_connections_dup_last_url (WeirConnections *self);

/* @delta: -1: up; 1: down */
void weir_connections_move (WeirConnections *self, WeirConnection *connection, int delta);

/* The alarms of those that are not in view. */
guint weir_connections_count_other_alarms (WeirConnections *self);

/* Closes it, and it is not remembered any more. If it was in view another one is, or none. */
void weir_connections_remove (WeirConnections *self, WeirConnection *connection);

/* The same for good: the keyring forgets what it keeps for it, too. */
void weir_connections_forget (WeirConnections *self, WeirConnection *connection);

/* Closes all of them, and an engine that is being started; they stay in the list. */
void weir_connections_close_all (WeirConnections *self);

/* (nullable) (transfer none) */
WeirConnection *weir_connections_get_current (WeirConnections *self);
void weir_connections_set_current (WeirConnections *self, WeirConnection *connection);

/* Puts that of an address into view, if there is one. */
void weir_connections_show (WeirConnections *self, const char *url);

/* Puts the one that sees that channel into view. FALSE: none does. */
gboolean weir_connections_show_channel (WeirConnections *self, const char *channel_id);

/* (transfer full) (element-type WeirConnection) */
GPtrArray *weir_connections_dup_all (WeirConnections *self);

/* Starts an engine here and puts it into view; one at a time. @with_demo: and the sample workers; then another port
 * will do if the usual one is taken. */
void weir_connections_start_engine (WeirConnections *self, gboolean with_demo);
gboolean weir_connections_is_starting (WeirConnections *self);

G_END_DECLS
