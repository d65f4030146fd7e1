/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-engine-options.h"

#include "weir-channel-table.h"
#include "weir-door.h"

#define DEFAULT_BUFFER_BYTES (8u << 20)
#define DEFAULT_WORKERS      1000
#define DEFAULT_TIMEOUT      30.0
#define DEFAULT_REQUESTS     1024

/* A day. */
#define MAX_TIMEOUT 86400.0

WeirEngineOptions *
weir_engine_options_new (void)
{
  WeirEngineOptions *self = g_new0 (WeirEngineOptions, 1);

  weir_server_options_init (&self->common, "localhost:49134");
  self->buffer_bytes = DEFAULT_BUFFER_BYTES;
  self->max_workers = DEFAULT_WORKERS;
  self->http_timeout_us = (gint64) (DEFAULT_TIMEOUT * G_USEC_PER_SEC);
  self->http_requests = DEFAULT_REQUESTS;
  self->expiry_us = WEIR_CHANNEL_EXPIRY_US;
  self->handshake_us = WEIR_DOOR_HANDSHAKE_US;
  return self;
}

void
weir_engine_options_free (WeirEngineOptions *self)
{
  weir_server_options_clear (&self->common);
  g_free (self->http_listen);
  g_free (self);
}

static gboolean
take_number (const char *option, int number, int max, guint *taken, GError **error)
{
  *taken = (guint) number;
  if (number >= 1 && number <= max)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s wants a number from 1 to %d, not %d", option, max,
               number);
  return FALSE;
}

static gboolean
take_timeout (WeirEngineOptions *self, double seconds, GError **error)
{
  self->http_timeout_us = (gint64) (seconds * G_USEC_PER_SEC);
  if (seconds > 0 && seconds <= MAX_TIMEOUT)
    return TRUE;
  g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
               "--http-timeout wants a number of seconds, more than 0 and at most %g", MAX_TIMEOUT);
  return FALSE;
}

gboolean
weir_engine_options_parse (WeirEngineOptions *self, char **argv, GError **error)
{
  g_autofree char *buffer_bytes = NULL;
  int max_workers = (int) self->max_workers;
  int http_requests = (int) self->http_requests;
  double http_timeout = (double) self->http_timeout_us / G_USEC_PER_SEC;
  const GOptionEntry own[] = {
    { "buffer-bytes", 0, 0, G_OPTION_ARG_STRING, &buffer_bytes, "What one channel may hold (8M)", "SIZE" },
    { "workers", 0, 0, G_OPTION_ARG_INT, &max_workers, "How many workers may be connected at once (1000)", "N" },
    { "http", 0, 0, G_OPTION_ARG_STRING, &self->http_listen,
      "Serve http triggers, /healthz and /metrics there (not at all)", "HOST:PORT" },
    { "http-timeout", 0, 0, G_OPTION_ARG_DOUBLE, &http_timeout,
      "How long a function may let an HTTP client wait for its answer (30)", "SECONDS" },
    { "http-requests", 0, 0, G_OPTION_ARG_INT, &http_requests, "How many HTTP requests may be open at once (1024)",
      "N" },
    G_OPTION_ENTRY_NULL,
  };

  return weir_server_options_parse (
             &self->common,
             "A standalone iii engine for development and tests: workers, functions, triggers, channels, HTTP.", own,
             argv, error) &&
         weir_server_options_take_size ("--buffer-bytes", buffer_bytes, &self->buffer_bytes, error) &&
         take_number ("--workers", max_workers, WEIR_ENGINE_MAX_WORKERS, &self->max_workers, error) &&
         take_number ("--http-requests", http_requests, WEIR_ENGINE_MAX_WORKERS, &self->http_requests, error) &&
         take_timeout (self, http_timeout, error);
}
