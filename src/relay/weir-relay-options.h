/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-server-options.h"
#include "weir-upstream.h"

/* How a relay is to be: its command line. */

G_BEGIN_DECLS

typedef struct
{
  WeirServerOptions common;
  WeirUpstream *upstream;
  char *upstream_token; /* nullable: of its own worker, for the engine's door */
  char *tls_ca;         /* nullable: FILE of the authorities that are trusted instead of the system's */
  gboolean mend;
  char **command; /* nullable: that is to be run behind it */
} WeirRelayOptions;

/* The defaults. */
WeirRelayOptions *weir_relay_options_new (void);
void weir_relay_options_free (WeirRelayOptions *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirRelayOptions, weir_relay_options_free)

/* From a command line, argv[0] included, and the environment. The error is one sentence for a person. */
gboolean weir_relay_options_parse (WeirRelayOptions *self, char **argv, GError **error);

G_END_DECLS
