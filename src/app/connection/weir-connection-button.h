/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-connections.h"

/* The header's button: the connection in view, its state, the alarms of the others, and a menu of all of them. Its rows
 * ask the window: `win.show-connection` (position), `win.edit-connection` (position), `win.connect`. Property:
 * "is-narrow". */

G_BEGIN_DECLS

#define WEIR_TYPE_CONNECTION_BUTTON (weir_connection_button_get_type ())
G_DECLARE_FINAL_TYPE (WeirConnectionButton, weir_connection_button, WEIR, CONNECTION_BUTTON, GtkWidget)

void weir_connection_button_set_connections (WeirConnectionButton *self, WeirConnections *connections);

G_END_DECLS
