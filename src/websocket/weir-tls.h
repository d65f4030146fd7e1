/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* Why a certificate was refused: GIO says no more than that it was. */

G_BEGIN_DECLS

#define WEIR_TLS_ERROR (weir_tls_error_quark ())
GQuark weir_tls_error_quark (void);

typedef enum
{
  WEIR_TLS_ERROR_UNKNOWN_AUTHORITY, /* nobody who is trusted has signed it, and no more is wrong with it */
  WEIR_TLS_ERROR_OTHER,             /* another name, another time, revoked: the message says it */
} WeirTlsError;

/* Before @client connects with TLS. */
void weir_tls_watch (GSocketClient *client);

/* @error: (transfer full): of @client's connecting
 *
 * Returns: (transfer full): the same, or of a refused certificate a sentence that says whose and why. */
GError *weir_tls_explain (GSocketClient *client, const char *host, GError *error);

G_END_DECLS
