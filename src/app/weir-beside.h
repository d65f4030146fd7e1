/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-banner.h"
#include "weir-connection.h"

/* The window beside an engine that tells little of its channels by itself: what the banner says and offers then. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_BESIDE_NOTHING = 0,
  WEIR_BESIDE_PASSIVE = 1 << 0,  /* the engine's log is all there is */
  WEIR_BESIDE_RELAY = 1 << 1,    /* our relay runs, and no channel has passed it yet */
  WEIR_BESIDE_CAN_LOOK = 1 << 2, /* closer: see WeirCloserLook */
  WEIR_BESIDE_LOOKS = 1 << 3,
  WEIR_BESIDE_LEFT = 1 << 4,       /* a Weir before this one looked, and has not put back what was there */
  WEIR_BESIDE_OVERRUN = 1 << 5,    /* the engine's log is flooded, and what it tells of channels lost */
  WEIR_BESIDE_DIRECT = 1 << 6,     /* some channels pass no point: of these the engine's log is all there is */
  WEIR_BESIDE_RELAY_LOST = 1 << 7, /* our relay has ended by itself */
} WeirBeside;

/* Cheap: it may be asked for many times a second. @connection: (nullable) */
WeirBeside weir_beside_get (WeirConnection *connection);

/* FALSE: there is nothing to say, and the banner is as it was. */
gboolean weir_beside_show (WeirBanner *banner, WeirConnection *connection);

/* (transfer full) (nullable): why looking closer, or its end, failed; each once. */
char *weir_beside_dup_trouble (WeirConnection *connection, char **told);

/* "win.look-closer" asks first; "win.stop-looking", "win.put-back-level", "win.leave-level". "win.relay": shows what
 * there is to it; "win.start-relay": starts it, too; "win.forget-relay": that it has ended. */
void weir_beside_install_actions (GtkWidgetClass *widget_class);

G_END_DECLS
