/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-connection.h"

/* A connection in the header's menu: a button that shows it, and one that edits it. */

G_BEGIN_DECLS

#define WEIR_TYPE_CONNECTION_ROW (weir_connection_row_get_type ())
G_DECLARE_FINAL_TYPE (WeirConnectionRow, weir_connection_row, WEIR, CONNECTION_ROW, GtkWidget)

GtkWidget *weir_connection_row_new (WeirConnection *connection);

/* @position: its connection's in the list of all */
void weir_connection_row_refresh (WeirConnectionRow *self, guint position, gboolean is_current);

/* Gives a dot the colour of the connection's state. */
void weir_connection_row_set_dot (GtkWidget *dot, WeirConnection *connection);

G_END_DECLS
