/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-point-info.h"

/* How a point of an engine stands, in words. */

G_BEGIN_DECLS

/* "connected", "wants a token", "refused", "gone" */
const char *weir_describe_point_state (WeirPointState state);

/* "weir-relay-lab: wants a token" (transfer full) */
char *weir_describe_point (const WeirPointInfo *point);

G_END_DECLS
