/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-channel-end.h"
#include "weir-http-payload.h"
#include "weir-web.h"

/* The engine's HTTP side from the inside, in three files: weir-web.c knows who may ask for what, weir-exchange.c
 * carries a request out, weir-figures.c counts. */

G_BEGIN_DECLS

typedef struct _WeirExchange WeirExchange;

struct _WeirWeb
{
  WeirLoop *loop;
  WeirRouter *router;
  WeirHttpServer *server;
  WeirHttpRoutes *routes; /* ids are those of triggers */
  char *token;
  char **origins;
  gint64 timeout_us;
  guint max_requests;

  GHashTable *exchanges; /* set of WeirExchange */
  GHashTable *unopened;  /* id of a channel → WeirExchange */
  GHashTable *ends;      /* see weir_channel_end_set_new () */
  gsize json_bytes;      /* gathered */
  WeirWebCounts counts;
};

/* Sends the answer, with what every answer has; the exchange, if there is one, is to be over. */
void weir_web_respond (WeirWeb *self, WeirHttpConn *conn, WeirHttpAnswer *answer);

/* The same for an error, which the log is told of. */
void weir_web_respond_error (WeirWeb *self, WeirHttpConn *conn, guint status, const char *code, const char *message);

/* Headers that let a page of an allowed origin see the answer. */
void weir_web_add_cors (WeirWeb *self, const WeirHttpHead *head, SoupMessageHeaders *headers);

/* `/metrics` */
GString *weir_figures_write (WeirWeb *web);

G_END_DECLS
