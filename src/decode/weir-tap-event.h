/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-json.h"

/* What a tap's event says, in the words in which a channel's life says it. */

G_BEGIN_DECLS

/**
 * weir_describe_tap_event:
 * @json: an event's payload (observation.md); it comes from a socket, so it may be anything
 *
 * Returns: (transfer full): "writer closed: 1000 stream_complete"; the start of the text as it is, if it is no event we
 * know
 */
char *weir_describe_tap_event (WeirSpan json);

G_END_DECLS
