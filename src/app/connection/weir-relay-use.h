/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Who uses a relay of Weir's, and what is to be said of that before it is stopped. */

G_BEGIN_DECLS

typedef struct
{
  gboolean is_known; /* FALSE: how many workers come through it could not be learned */
  guint n_workers;
  guint n_channels; /* open ones that pass it, as far as is seen: they may outlive their workers' own connections */
} WeirRelayUse;

/* Nobody would miss it. */
gboolean weir_relay_use_is_none (const WeirRelayUse *self);

/* "2 workers use it", "Nobody can tell whether workers use it" (transfer full) */
char *weir_relay_use_describe (const WeirRelayUse *self);

/* The same as the heading of a question: "2 Workers Use This Relay" (transfer full) */
char *weir_relay_use_dup_heading (const WeirRelayUse *self);

G_END_DECLS
