/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-server-options.h"

/* How an engine is to be: its command line, and what only tests set. */

G_BEGIN_DECLS

typedef struct
{
  WeirServerOptions common;
  guint64 buffer_bytes; /* of one channel */
  guint max_workers;
  char *http_listen; /* nullable: HOST:PORT; no HTTP without it */
  gint64 http_timeout_us;
  guint http_requests; /* open at once */

  /* Not on the command line. */
  gint64 expiry_us;
  gint64 handshake_us;
} WeirEngineOptions;

#define WEIR_ENGINE_MAX_WORKERS 100000

/* The defaults. */
WeirEngineOptions *weir_engine_options_new (void);
void weir_engine_options_free (WeirEngineOptions *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirEngineOptions, weir_engine_options_free)

/* From a command line, argv[0] included, and the environment. The error is one sentence for a person. */
gboolean weir_engine_options_parse (WeirEngineOptions *self, char **argv, GError **error);

G_END_DECLS
