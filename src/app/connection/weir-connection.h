/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-alarms.h"
#include "weir-credentials.h"
#include "weir-local-server.h"
#include "weir-observer.h"
#include "weir-own-relay.h"

/* One connection of the application: an observer, its alarms, and the engine behind it if the application started
 * that. While nothing has ever answered it looks again every two seconds, so that an engine that appears is found at
 * once. Signals: "changed": what is remembered of it is another; "notice" (const char *text): something to tell the
 * user, as that the keyring does not answer. */

G_BEGIN_DECLS

#define WEIR_TYPE_CONNECTION (weir_connection_get_type ())
G_DECLARE_FINAL_TYPE (WeirConnection, weir_connection, WEIR, CONNECTION, GObject)

/* @credentials: (nullable): NULL: the keyring is asked for them first. It may take its time: after ten seconds the
 * connection goes on without, and takes them when they come if the engine wants them. */
WeirConnection *weir_connection_new (const char *url, const WeirCredentials *credentials);

WeirObserver *weir_connection_get_observer (WeirConnection *self);

/* (nullable): what the user calls it */
const char *weir_connection_get_name (WeirConnection *self);
void weir_connection_set_name (WeirConnection *self, const char *name);
/* That, else its address. */
const char *weir_connection_get_title (WeirConnection *self);

/* Whether it is there again at the next start. */
gboolean weir_connection_is_remembered (WeirConnection *self);
void weir_connection_set_remembered (WeirConnection *self, gboolean is_remembered);

/* Whether the keyring keeps credentials for it, as far as is known. */
gboolean weir_connection_has_secret (WeirConnection *self);
void weir_connection_set_has_secret (WeirConnection *self, gboolean has_secret);

/* Has the keyring keep them; those without anything in them are forgotten there. A failure is a notice. */
void weir_connection_keep_credentials (WeirConnection *self, const WeirCredentials *credentials);

/* (transfer none) */
WeirAlarms *weir_connection_get_alarms (WeirConnection *self);

/* Its address as it may be shown: without its query, in which there may be a token. */
const char *weir_connection_get_shown_url (WeirConnection *self);

/* (nullable) (transfer none) */
WeirLocalServer *weir_connection_get_engine (WeirConnection *self);
void weir_connection_set_engine (WeirConnection *self, WeirLocalServer *engine);

/* (transfer none): in front of its engine, if it was started. With it "changed" is told, too. */
WeirOwnRelay *weir_connection_get_relay (WeirConnection *self);
void weir_connection_start_relay (WeirConnection *self);

/* Whether it has ever been live, or its engine's log was seen: then what was seen stays in view whatever happens. */
gboolean weir_connection_was_live (WeirConnection *self);

/* Whether an engine has ever answered, with channels to show or without. */
gboolean weir_connection_was_connected (WeirConnection *self);

/* Whether the engine refuses it for want of a token, or of the right one. */
gboolean weir_connection_needs_token (WeirConnection *self);

/* While the keyring is asked the observer is stopped. */
gboolean weir_connection_is_asking_keyring (WeirConnection *self);

/* "weir-engine, relay", "stock engine", "connecting…", "lost" */
char *weir_connection_dup_what (WeirConnection *self);
/* The same, the latency, and whether the keyring is missed: "weir-engine · 0.4 ms" */
char *weir_connection_dup_status (WeirConnection *self);
/* The style class of its dot. */
const char *weir_connection_get_dot (WeirConnection *self);

void weir_connection_close (WeirConnection *self);

G_END_DECLS
