/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-conn.h"
#include "weir-handshake.h"

/* One connection to an engine, from the handshake on: what the main socket and both ends of a channel have in common.
 * It belongs to its owner, and to the thread of its context. */

G_BEGIN_DECLS

typedef struct _WeirClientSocket WeirClientSocket;

typedef struct
{
  /* The handshake is done; there is a connection now. */
  void (*opened) (gpointer owner);

  /* It never came to that. @status: of the HTTP answer, 0 if there was none. */
  void (*failed) (guint status, const GError *error, gpointer owner);

  WeirConnEvents conn; /* user_data is the owner */
} WeirClientSocketEvents;

typedef struct
{
  const char *base_url;
  const char *path;
  const char *token;          /* nullable: goes as `Authorization: Bearer` */
  const char *const *headers; /* nullable: more of the handshake: names and values in turn */
  guint timeout_ms;           /* for the handshake */
} WeirClientSocketTarget;

/* Starts at once; @target is not kept. Events come from the context, never from in here. */
WeirClientSocket *weir_client_socket_new (GMainContext *context, const WeirClientSocketTarget *target,
                                          const WeirClientSocketEvents *events, gpointer owner);

/* NULL before `opened`. */
WeirConn *weir_client_socket_get_conn (WeirClientSocket *self);

/* May be called from an event. None comes after it; the connection is dropped if it was not closed. */
void weir_client_socket_free (WeirClientSocket *self);

G_END_DECLS
