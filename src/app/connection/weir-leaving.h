/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-connection.h"

/* Closing connections: an engine or a relay of one of them that Weir started is stopped, unless workers use it; then
 * the user is asked whether it goes on. */

G_BEGIN_DECLS

/* @connections: (element-type WeirConnection); @hurry: cancelled: nobody is to be asked (any more), and an engine that
 * is used goes on */
void weir_leaving_async (GPtrArray *connections, GtkWindow *parent, GCancellable *hurry, GAsyncReadyCallback callback,
                         gpointer user_data);

/* FALSE: the user wants to stay, and nothing was closed. */
gboolean weir_leaving_finish (GAsyncResult *result);

G_END_DECLS
