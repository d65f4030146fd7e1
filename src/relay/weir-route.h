/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-ref.h"
#include "weir-relay-thread.h"

/* What a worker asks for at an engine's door (§1.1 of the protocol notes). */

G_BEGIN_DECLS

typedef struct
{
  WeirLinkKind kind;
  char *channel_id; /* CHANNEL */
  char *access_key; /* CHANNEL; secret */
  WeirDirection direction;
  gsize path_offset; /* CHANNEL: where its path begins in the target; more than 0 behind an address with a query */
} WeirRoute;

/* From the target of a request. What is no route of an engine's is passed on all the same, as if it were `/otel`: the
 * engine is to say what it is. */
void weir_route_parse (WeirRoute *self, const char *target);
void weir_route_clear (WeirRoute *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (WeirRoute, weir_route_clear)

/* Whether that may be a channel's id: an engine's are UUIDs, and what stands in a path or a payload may be anything. */
gboolean weir_route_is_channel_id (const char *text);

G_END_DECLS
