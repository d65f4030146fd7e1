/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-channel.h"

/* What of a channel is searched: its id, names, state and alarm, as rows show them. It is put together once and kept
 * with the channel until that changes: with thousands of channels it would else cost a frame at each update. */

G_BEGIN_DECLS

/* @folded: casefolded. @now_us: monotonic; an alarm that comes with time alone is found within some seconds. */
gboolean weir_search_text_contains (WeirChannel *channel, const char *folded, gint64 now_us);

G_END_DECLS
