/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* Sources on a context of ours: g_timeout_add () and its like know the default one only. */

G_BEGIN_DECLS

GSource *weir_client_timeout_new (GMainContext *context, guint timeout_ms, GSourceFunc func, gpointer data);

/* NULL where @cancellable is. @func is a GCancellableSourceFunc, called in @context whatever thread cancels. */
GSource *weir_client_cancel_new (GMainContext *context, GCancellable *cancellable, GCancellableSourceFunc func,
                                 gpointer data);

/* Destroys the source at *@source, if there is one. */
void weir_client_source_clear (GSource **source);

G_END_DECLS
