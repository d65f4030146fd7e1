/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-own-point.h"
#include "weir-relay-calls.h"

/* What a point wants of a relay. Control thread. */

G_BEGIN_DECLS

typedef struct
{
  WeirRelayChannels *channels;
  WeirRelayCalls *calls;
} WeirRelayPointData;

/* Its host_data is a WeirRelayPointData. */
extern const WeirPointHost weir_relay_point_host;

G_END_DECLS
