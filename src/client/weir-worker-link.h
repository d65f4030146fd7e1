/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* One connection of a worker to its engine, from the first byte to its loss: text messages each way, pings every 20 s,
 * and 60 s of silence are a loss, too (§1.5 of the protocol notes). */

G_BEGIN_DECLS

typedef struct _WeirWorkerLink WeirWorkerLink;

typedef struct
{
  void (*opened) (gpointer owner);
  void (*message) (const char *text, gsize len, gpointer owner); /* lent */
  void (*writable) (gpointer owner);
  void (*lost) (const GError *error,
                gpointer owner); /* or never opened. The last event; the owner then frees the link */
} WeirWorkerLinkEvents;

typedef struct
{
  guint ping_ms;
  guint silence_ms;
} WeirWorkerKeepalive;

/* @token, @headers: (nullable), as a WeirClientSocketTarget has them. Events come from the context, never from in here.
 */
WeirWorkerLink *weir_worker_link_new (GMainContext *context, const char *url, const char *token,
                                      const char *const *headers, const WeirWorkerKeepalive *keepalive,
                                      const WeirWorkerLinkEvents *events, gpointer owner);

/* FALSE: not now; `writable` tells when. */
gboolean weir_worker_link_send (WeirWorkerLink *self, const char *text, gsize len);

/* When something came last, monotonic; 0: nothing has. */
gint64 weir_worker_link_get_heard_us (WeirWorkerLink *self);

/* See weir_worker_check_silence_us (). */
gint64 weir_worker_link_check_silence_us (WeirWorkerLink *self, gint64 now_us);

/* Between the last ping and its pong, µs; 0 before the first. */
gint64 weir_worker_link_get_latency_us (WeirWorkerLink *self);

/* No event comes after either of these, which take the link. */
void weir_worker_link_close (WeirWorkerLink *self); /* says goodbye in the background */
void weir_worker_link_free (WeirWorkerLink *self);  /* drops the connection */

G_END_DECLS
