/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-held-channel.h"

G_BEGIN_DECLS

/**
 * weir_verdict_describe:
 * @severity: (out): its tone
 *
 * Whether all that was written was read, as far as it is known: of a channel one end of which Weir holds. Main thread.
 *
 * Returns: (transfer full) (nullable): a sentence; NULL while there is nothing to be said
 */
char *weir_verdict_describe (WeirHeldChannel *channel, WeirSeverity *severity);

G_END_DECLS
