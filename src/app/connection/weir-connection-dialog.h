/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "weir-connections.h"

/* A connection of the menu: its name, its place, what the keyring keeps for it, and an end to it. What is changed takes
 * effect at once. To remove it, after asking, the window is asked: `win.close-connection` (position). */

G_BEGIN_DECLS

#define WEIR_TYPE_CONNECTION_DIALOG (weir_connection_dialog_get_type ())
G_DECLARE_FINAL_TYPE (WeirConnectionDialog, weir_connection_dialog, WEIR, CONNECTION_DIALOG, AdwWindow)

GtkWidget *weir_connection_dialog_new (GtkWindow *parent, WeirConnections *connections, WeirConnection *connection);

G_END_DECLS
