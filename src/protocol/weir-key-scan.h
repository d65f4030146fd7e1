/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-json.h"

/* Where access keys stand in any bytes: behind their name, or in a channel's address. What is masked and what is taken
 * for a ref is found here by both, so that nothing is a ref to one and plain text to the other.
 *
 * Positions are bytes from the start of @text; what is found lies in it. Every function looks at each byte a few times
 * at most. Any thread. */

G_BEGIN_DECLS

/* `access_key`, `accessKey`, `ACCESS-KEY`, also with letters that are written `\u005f`. @at: (inout): its first letter;
 * behind it, if it is one. */
gboolean weir_key_scan_name (WeirSpan text, gsize *at);

/* Behind a name: what stands after `:`, `=` or `=>`, quoted or not. FALSE: nothing does. */
gboolean weir_key_scan_value (WeirSpan text, gsize at, WeirSpan *value);

/**
 * weir_key_scan_address:
 * @at: (inout): where to look from; behind what was found, where weir_key_scan_parameter () goes on
 * @id: (out): the channel's, percent-encoded as it is there
 *
 * The next `ws/channels/ID`, also one with slashes that JSON escapes.
 */
gboolean weir_key_scan_address (WeirSpan text, gsize *at, WeirSpan *id);

/* The next `name=` of an address, and behind it. Between two of them stand `&`, `&amp;`, `\u0026` or `%26`. */
gboolean weir_key_scan_parameter (WeirSpan text, gsize *at, WeirSpan *name);
/* What stands there, and behind it. */
WeirSpan weir_key_scan_parameter_value (WeirSpan text, gsize *at);
gboolean weir_key_scan_is (WeirSpan name, const char *wanted);

G_END_DECLS
