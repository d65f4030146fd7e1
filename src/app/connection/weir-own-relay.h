/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-local-server.h"
#include "weir-observer.h"
#include "weir-relay-use.h"

/* The relay that Weir has started in front of the engine of one connection, if it has. Signal: "changed". Main
 * thread. */

G_BEGIN_DECLS

#define WEIR_TYPE_OWN_RELAY (weir_own_relay_get_type ())
G_DECLARE_FINAL_TYPE (WeirOwnRelay, weir_own_relay, WEIR, OWN_RELAY, GObject)

WeirOwnRelay *weir_own_relay_new (WeirObserver *observer);

/* On a free port. @token: (nullable): that the engine wants. Nothing where it runs or starts already. */
void weir_own_relay_start (WeirOwnRelay *self, const char *token);

/* One that an earlier Weir started. FALSE: there is one already. */
gboolean weir_own_relay_adopt (WeirOwnRelay *self, WeirLocalServer *server);

void weir_own_relay_stop (WeirOwnRelay *self);
void weir_own_relay_leave (WeirOwnRelay *self); /* it goes on, and the next Weir finds it */

gboolean weir_own_relay_is_starting (WeirOwnRelay *self);
const char *weir_own_relay_get_url (WeirOwnRelay *self);     /* (nullable): it does not run */
const GError *weir_own_relay_get_error (WeirOwnRelay *self); /* (nullable): why it did not start */

/* (nullable): why it has ended by itself; until another starts, or that is forgotten. @url: (out): what workers had as
 * III_URL, masked */
const char *weir_own_relay_get_lost (WeirOwnRelay *self, const char **url);
void weir_own_relay_forget_lost (WeirOwnRelay *self);

/* (nullable): what workers have as III_URL, with the token that the engine got of us. @is_masked: to be shown */
char *weir_own_relay_dup_client_url (WeirOwnRelay *self, gboolean is_masked);

/* Whether a channel was seen to pass it. */
gboolean weir_own_relay_has_passed (WeirOwnRelay *self);

/* Who comes through it: it is asked for a second at most. */
void weir_own_relay_get_use_async (WeirOwnRelay *self, GAsyncReadyCallback callback, gpointer user_data);
WeirRelayUse weir_own_relay_get_use_finish (WeirOwnRelay *self, GAsyncResult *result);

G_END_DECLS
