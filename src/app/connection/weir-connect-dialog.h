/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "weir-credentials.h"

/* Asks where to connect. Signal: "connect" (const char *url, const WeirCredentials *credentials, gboolean keeps):
 * whether the keyring is to keep them. The dialog itself keeps nothing. */

G_BEGIN_DECLS

#define WEIR_TYPE_CONNECT_DIALOG (weir_connect_dialog_get_type ())
G_DECLARE_FINAL_TYPE (WeirConnectDialog, weir_connect_dialog, WEIR, CONNECT_DIALOG, AdwWindow)

/* @wants_token: what is asked for is the token, the address is known. */
GtkWidget *weir_connect_dialog_new (GtkWindow *parent, const char *url, gboolean wants_token);

/* "localhost:49134" and "http://…" are understood; (transfer full), NULL and @reason (static): it is no address. */
char *weir_connect_dialog_complete_url (const char *text, const char **reason);

G_END_DECLS
