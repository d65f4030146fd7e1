/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-web-private.h"

/* A request and its answer: the calls of its condition, its middleware and its function, the channels of its body and
 * of its answer. Ends with the answer, or with its client. Control thread. */

G_BEGIN_DECLS

/* @values: (transfer full): of the route's parameters. It belongs to @web, as one of its exchanges. */
void weir_exchange_start (WeirWeb *web, WeirHttpConn *conn, const WeirHttpRoute *route, const WeirTrigger *trigger,
                          GStrv values);

/* For the web: as if its client had gone. */
void weir_exchange_free (WeirExchange *self);

/* Its channel of that id, which nobody has opened, is in the table from now on, with our end of it taken. FALSE: wrong
 * key, or it could not be made. */
gboolean weir_exchange_open_channel (WeirExchange *self, const char *id, const char *key);

G_END_DECLS
