/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-credentials.h"

/* The user's keyring, where credentials are kept by the address of their engine. Nothing here blocks: where there is no
 * keyring the answer says so; one that wants to be unlocked first answers when the user has done that, or never: who
 * cannot wait goes on without. A call that was cancelled calls back when the keyring has answered. */

G_BEGIN_DECLS

/* Whether there is a keyring at all. */
void weir_keyring_find_async (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean weir_keyring_find_finish (GAsyncResult *result);

/* (transfer full): NULL without an error: it has none for that address */
void weir_keyring_lookup_async (const char *url, GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data);
WeirCredentials *weir_keyring_lookup_finish (GAsyncResult *result, GError **error);

/* Those without anything in them are forgotten. */
void weir_keyring_store_async (const char *url, const WeirCredentials *credentials, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
gboolean weir_keyring_store_finish (GAsyncResult *result, GError **error);

G_END_DECLS
