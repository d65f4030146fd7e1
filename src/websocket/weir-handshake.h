/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <libsoup/soup.h>

/* The two handshakes. libsoup does the server's; the client's is a request of ours on a GSocketClient, its answer
 * parsed by soup_headers_parse_response (). Neither offers nor accepts a subprotocol or an extension (§1.2 of the
 * protocol notes). */

G_BEGIN_DECLS

#define WEIR_HANDSHAKE_ERROR (weir_handshake_error_quark ())
GQuark weir_handshake_error_quark (void);

typedef enum
{
  WEIR_HANDSHAKE_ERROR_ADDRESS,  /* no URL we can connect to */
  WEIR_HANDSHAKE_ERROR_REFUSED,  /* an HTTP answer other than 101; the message says what 404 on a channel means */
  WEIR_HANDSHAKE_ERROR_NOT_HTTP, /* whoever listens there does not speak HTTP, or answered 101 to something else */
  WEIR_HANDSHAKE_ERROR_TIMED_OUT,
} WeirHandshakeError;

/**
 * weir_handshake_connect_async:
 * @base_url: `ws://HOST[:PORT][/PREFIX][/]` or `wss://…`; its query goes with the main socket (@path "/") alone (§5.2)
 * @path: path and query of the request, as "/" or weir_ref_dup_path (); a prefix goes before it
 * @headers: (nullable): more headers
 * @timeout_ms: for all of it
 */
void weir_handshake_connect_async (const char *base_url, const char *path, SoupMessageHeaders *headers,
                                   guint timeout_ms, GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data);

/* @early: (out): bytes that came with the answer. @status: (out) (nullable): of the HTTP answer, 0 if there was none.
 */
GIOStream *weir_handshake_connect_finish (GAsyncResult *result, GBytes **early, guint *status, GError **error);

/* @stream: (transfer full) (nullable): NULL if the peer was lost before the 101 was written
 * @early: (transfer none) (nullable): bytes that came with the request */
typedef void (*WeirHandshakeFunc) (GIOStream *stream, GBytes *early, gpointer user_data);

/**
 * weir_handshake_accept:
 * @message: a request in a handler of a SoupServer (after its headers)
 * @callback: called once, with the stolen stream when the 101 has been written
 *
 * Answers 101, and takes the connection over; or sets 400, 405 or 426 with a text that says why and returns FALSE
 * (@callback will not be called then).
 */
gboolean weir_handshake_accept (SoupServerMessage *message, WeirHandshakeFunc callback, gpointer user_data);

/* (nullable): what a request gives for a token: `Authorization: Bearer TOKEN`, else `?token=TOKEN`. @query: (nullable) */
const char *weir_handshake_find_token (SoupMessageHeaders *headers, GHashTable *query);

/* TRUE if @origin is absent or loopback (any port), or equal to one of @allowed (nullable). */
gboolean weir_handshake_origin_is_allowed (const char *origin, const char *const *allowed);

G_END_DECLS
