/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-client-source.h"

GSource *
weir_client_timeout_new (GMainContext *context, guint timeout_ms, GSourceFunc func, gpointer data)
{
  GSource *source = g_timeout_source_new (timeout_ms);

  g_source_set_callback (source, func, data, NULL);
  g_source_attach (source, context);

  return source;
}

GSource *
weir_client_cancel_new (GMainContext *context, GCancellable *cancellable, GCancellableSourceFunc func, gpointer data)
{
  GSource *source;

  if (cancellable == NULL)
    return NULL;
  source = g_cancellable_source_new (cancellable);
  g_source_set_callback (source, G_SOURCE_FUNC (func), data, NULL);
  g_source_attach (source, context);

  return source;
}

void
weir_client_source_clear (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}
