/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-message.h"

G_BEGIN_DECLS

/**
 * weir_save_async:
 * @name: what the file is suggested to be called
 *
 * Asks for a file and writes @bytes into it. Fails with G_IO_ERROR_CANCELLED when the user thinks better of it.
 */
void weir_save_async (GtkWidget *widget, const char *name, GBytes *bytes, GCancellable *cancellable,
                      GAsyncReadyCallback callback, gpointer user_data);
gboolean weir_save_finish (GAsyncResult *result, GError **error);

/* What a file holds that the payload of @message was saved to: all of it or a part, and what is not to be passed on. */
char *weir_save_describe (WeirMessage *message);

G_END_DECLS
