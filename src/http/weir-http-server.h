/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-http-conn.h"

/* A server of HTTP/1.1: where it listens, and its connections. Control thread. */

G_BEGIN_DECLS

/* As many connections as may be open: four for each request of the default that may be. */
#define WEIR_HTTP_SERVER_MAX_CONNECTIONS 4096

typedef struct
{
  const char *listen; /* HOST:PORT, as weir_listening_open () has it */
  gboolean has_token; /* whoever comes must give one: without, nobody but this machine may reach it */
  WeirHttpConnLimits limits;
} WeirHttpServerConfig;

typedef struct
{
  /* See WeirHttpConnEvents. */
  void (*request) (WeirHttpConn *conn, const WeirHttpHead *head, gpointer user_data);
  void (*refused) (WeirHttpConn *conn, guint status, const char *why, gpointer user_data);
} WeirHttpServerEvents;

typedef struct _WeirHttpServer WeirHttpServer;

/* Listens from now on. @config is looked at in here only. */
WeirHttpServer *weir_http_server_new (WeirLoop *loop, const WeirHttpServerConfig *config,
                                      const WeirHttpServerEvents *events, gpointer user_data, GError **error);

/* Drops its connections: handlers of what is not answered are told that the client has gone. */
void weir_http_server_free (WeirHttpServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirHttpServer, weir_http_server_free)

/* `http://HOST:PORT` with the port that was picked. */
const char *weir_http_server_get_url (WeirHttpServer *self);
gboolean weir_http_server_is_loopback (WeirHttpServer *self);
guint weir_http_server_get_n_connections (WeirHttpServer *self);

G_END_DECLS
