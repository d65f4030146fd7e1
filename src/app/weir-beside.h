/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-banner.h"
#include "weir-connection.h"

/* The window beside an engine that tells little of its channels by itself: what the banner says and offers then. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_BESIDE_NOTHING, /* a point tells all, or there is no connection */
  WEIR_BESIDE_PASSIVE, /* the engine's log is all there is */
} WeirBeside;

/* Cheap: it may be asked for many times a second. @connection: (nullable) */
WeirBeside weir_beside_get (WeirConnection *connection);

/* FALSE: there is nothing to say, and the banner is as it was. */
gboolean weir_beside_show (WeirBanner *banner, WeirConnection *connection);

G_END_DECLS
