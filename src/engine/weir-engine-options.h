/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-point.h"

/* How an engine is to be: its command line, and what only tests set. */

G_BEGIN_DECLS

typedef struct
{
  char *listen;      /* HOST:PORT */
  char *token;       /* nullable: of its door */
  char *point_token; /* nullable: calls of its point's functions that carry it have every right */
  guint n_threads;
  guint64 buffer_bytes; /* of one channel */
  guint64 memory_bytes; /* of all channels and workers */
  guint max_workers;
  gboolean probe;
  char **origins;      /* nullable */
  char *name;          /* nullable: of its point */
  WeirPermits permits; /* of all others who watch; 0: see and read on loopback, see elsewhere */
  gboolean is_verbose;
  gboolean wants_version; /* say the version, nothing else */

  /* Not on the command line. */
  gint64 expiry_us;
  gint64 handshake_us;
} WeirEngineOptions;

#define WEIR_ENGINE_MAX_THREADS 64
#define WEIR_ENGINE_MAX_WORKERS 100000

/* The defaults. */
WeirEngineOptions *weir_engine_options_new (void);
void weir_engine_options_free (WeirEngineOptions *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirEngineOptions, weir_engine_options_free)

/* From a command line, argv[0] included, and `WEIR_TOKEN` and `WEIR_POINT_TOKEN` of the environment. The error is one
 * sentence for a person. */
gboolean weir_engine_options_parse (WeirEngineOptions *self, char **argv, GError **error);

/* `65536`, `64K`, `8M`, `1G`. */
gboolean weir_engine_options_parse_size (const char *text, guint64 *bytes);

G_END_DECLS
