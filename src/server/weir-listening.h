/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* The sockets at which a server listens: on one address, or on both loopbacks. Control thread. */

G_BEGIN_DECLS

#define WEIR_LISTENING_ERROR (weir_listening_error_quark ())
GQuark weir_listening_error_quark (void);

typedef enum
{
  WEIR_LISTENING_ERROR_ADDRESS,  /* not HOST:PORT */
  WEIR_LISTENING_ERROR_NO_TOKEN, /* an address that others can reach, and no token */
  WEIR_LISTENING_ERROR_BIND,
} WeirListeningError;

/* Zeroed before it is opened. */
typedef struct
{
  GSocketService *service;
  char *url;            /* `ws://HOST:PORT` with the port that was picked */
  gboolean is_loopback; /* only this machine can reach it */

  /*< private >*/
  gulong incoming;
  guint max_fd;
} WeirListening;

/* @listen: HOST:PORT; HOST an address, or localhost for both loopbacks; port 0 picks one. @has_token: whoever comes
 * must give one: without, nobody but this machine may reach it. The error is one sentence for a person. */
gboolean weir_listening_open (WeirListening *self, const char *scheme, const char *listen, gboolean has_token,
                              GError **error);

/* @incoming: a handler of GSocketService::incoming, until it is stopped. */
void weir_listening_start (WeirListening *self, GCallback incoming, gpointer user_data);
void weir_listening_stop (WeirListening *self);
void weir_listening_clear (WeirListening *self);

/* Whether there are descriptors left with this one taken; FALSE: the log has been told. */
gboolean weir_listening_has_room (WeirListening *self, GSocketConnection *connection);

/* The sockets of many channels need more descriptors than a shell gives: as many as this process may have. Before the
 * first of them. */
void weir_listening_raise_file_limit (void);

G_END_DECLS
