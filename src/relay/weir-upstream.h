/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* The engine that a relay stands before: its address, and how to get there. Control thread. */

G_BEGIN_DECLS

typedef struct
{
  char *url;       /* as given, perhaps with a token in its query: not for logs */
  char *shown_url; /* the same without its query */
  char *host;
  guint16 port;
  gboolean is_tls;
  char *authority; /* `HOST:PORT`, for the header Host */
  char *prefix;    /* that comes before every path; "" mostly */
  char *query;     /* nullable */
} WeirUpstream;

/* @url: `ws://HOST[:PORT][/PREFIX][?QUERY]` or `wss://…`. The error is one sentence for a person. */
WeirUpstream *weir_upstream_new (const char *url, GError **error);
void weir_upstream_free (WeirUpstream *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirUpstream, weir_upstream_free)

/* What clients of a relay at @listen_url use as `III_URL`, so that the engine is told what it was told without it, and
 * the relay its @token (nullable). */
char *weir_upstream_dup_client_url (const WeirUpstream *self, const char *listen_url, const char *token);

/* How long connecting may take, and each step of what is said then: less than a worker has for its handshake, so that
 * it is told. */
#define WEIR_UPSTREAM_PATIENCE_S 8

/* @self: outlives it. TLS trusts the default GTlsDatabase. The stream is a GSocketConnection, whose socket has WEIR_UPSTREAM_PATIENCE_S as
 * its timeout. */
void weir_upstream_connect_async (const WeirUpstream *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                  gpointer user_data);
GIOStream *weir_upstream_connect_finish (GAsyncResult *result, GError **error);

/* Why it could not be reached, for a person, with what a relay can do about it. */
char *weir_upstream_dup_fault (const GError *error);

G_END_DECLS
