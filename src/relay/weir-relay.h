/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-relay-options.h"

/* A relay before an iii engine. Its control thread is the one that makes it, with the GMainContext that is that
 * thread's default; bytes move on threads of its own. */

G_BEGIN_DECLS

#define WEIR_RELAY_ERROR (weir_relay_error_quark ())
GQuark weir_relay_error_quark (void);

typedef enum
{
  WEIR_RELAY_ERROR_OWN_UPSTREAM, /* it would be its own engine */
} WeirRelayError;

typedef struct _WeirRelay WeirRelay;

/* Listens from now on. @options outlives it. */
WeirRelay *weir_relay_new (const WeirRelayOptions *options, GError **error);

/* Drops what is still connected. */
void weir_relay_free (WeirRelay *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirRelay, weir_relay_free)

/* `ws://HOST:PORT` */
const char *weir_relay_get_url (WeirRelay *self);

/* Whether only this machine can reach it. */
gboolean weir_relay_is_loopback (WeirRelay *self);

/* Ends the feeds of observers, then closes every connection with 1001; @stopped is called when all are over, or after
 * two seconds. Nothing in here waits. Once. */
void weir_relay_stop (WeirRelay *self, void (*stopped) (gpointer user_data), gpointer user_data);

G_END_DECLS
