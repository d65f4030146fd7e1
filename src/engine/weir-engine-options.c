/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-engine-options.h"

#include "weir-channel-table.h"
#include "weir-door.h"

#define DEFAULT_BUFFER_BYTES (8u << 20)
#define DEFAULT_WORKERS      1000

WeirEngineOptions *
weir_engine_options_new (void)
{
  WeirEngineOptions *self = g_new0 (WeirEngineOptions, 1);

  weir_server_options_init (&self->common, "localhost:49134");
  self->buffer_bytes = DEFAULT_BUFFER_BYTES;
  self->max_workers = DEFAULT_WORKERS;
  self->expiry_us = WEIR_CHANNEL_EXPIRY_US;
  self->handshake_us = WEIR_DOOR_HANDSHAKE_US;
  return self;
}

void
weir_engine_options_free (WeirEngineOptions *self)
{
  weir_server_options_clear (&self->common);
  g_free (self);
}

gboolean
weir_engine_options_parse (WeirEngineOptions *self, char **argv, GError **error)
{
  g_autofree char *buffer_bytes = NULL;
  int max_workers = (int) self->max_workers;
  const GOptionEntry own[] = {
    { "buffer-bytes", 0, 0, G_OPTION_ARG_STRING, &buffer_bytes, "What one channel may hold (8M)", "SIZE" },
    { "workers", 0, 0, G_OPTION_ARG_INT, &max_workers, "How many workers may be connected at once (1000)", "N" },
    G_OPTION_ENTRY_NULL,
  };

  if (!weir_server_options_parse (
          &self->common, "A standalone iii engine for development and tests: workers, functions, triggers, channels.",
          own, argv, error) ||
      !weir_server_options_take_size ("--buffer-bytes", buffer_bytes, &self->buffer_bytes, error))
    return FALSE;
  self->max_workers = (guint) max_workers;
  if (max_workers >= 1 && max_workers <= WEIR_ENGINE_MAX_WORKERS)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--workers wants a number from 1 to %d, not %d",
               WEIR_ENGINE_MAX_WORKERS, max_workers);
  return FALSE;
}
