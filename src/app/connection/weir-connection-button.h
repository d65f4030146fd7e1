/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-connection.h"

/* The header's button: the connection in view, its state, and a menu of all of them. Its rows ask the window:
 * `win.show-connection` (position), `win.close-connection` (position), `win.connect`. Property: "is-narrow". */

G_BEGIN_DECLS

#define WEIR_TYPE_CONNECTION_BUTTON (weir_connection_button_get_type ())
G_DECLARE_FINAL_TYPE (WeirConnectionButton, weir_connection_button, WEIR, CONNECTION_BUTTON, GtkWidget)

/* @connections: of WeirConnection */
void weir_connection_button_set_connections (WeirConnectionButton *self, GListModel *connections);
/* @connection: (nullable) */
void weir_connection_button_set_current (WeirConnectionButton *self, WeirConnection *connection);

G_END_DECLS
