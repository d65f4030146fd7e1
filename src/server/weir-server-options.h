/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-point.h"

/* The part of their command line that servers have in common. */

G_BEGIN_DECLS

typedef struct
{
  char *listen;      /* HOST:PORT */
  char *token;       /* nullable: of its door */
  char *point_token; /* nullable: calls of its point's functions that carry it have every right */
  char **origins;    /* nullable: whose pages may connect */
  char *name;        /* nullable: of its point */
  guint n_threads;
  guint64 memory_bytes; /* of all that it holds for others */
  gboolean probe;
  WeirPermits permits; /* of all others who watch; 0: see and read on loopback, see elsewhere */
  gboolean is_verbose;
  gboolean wants_version; /* say the version, nothing else */
} WeirServerOptions;

#define WEIR_SERVER_MAX_THREADS 64

/* The defaults. */
void weir_server_options_init (WeirServerOptions *self, const char *listen);
void weir_server_options_clear (WeirServerOptions *self);

/* From a command line, argv[0] included, and `WEIR_TOKEN` and `WEIR_POINT_TOKEN` of the environment. @own: what only
 * this server has. The error is one sentence for a person. */
gboolean weir_server_options_parse (WeirServerOptions *self, const char *summary, const GOptionEntry *own, char **argv,
                                    GError **error);

/* Of all others who watch, when the door is open to this machine alone, or to more. */
WeirPermits weir_server_options_get_permits (const WeirServerOptions *self, gboolean is_loopback);

/* `65536`, `64K`, `8M`, `1G`. */
gboolean weir_server_options_parse_size (const char *text, guint64 *bytes);

/* The same for the value of @option, 1K at least; @text: (nullable): it was not given, and @bytes stays. */
gboolean weir_server_options_take_size (const char *option, const char *text, guint64 *bytes, GError **error);

/* The token in @file, else in the environment's @variable; else NULL. Both nullable. */
gboolean weir_server_options_read_token (const char *file, const char *variable, char **token, GError **error);

G_END_DECLS
