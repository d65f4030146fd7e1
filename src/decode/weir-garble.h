/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-content.h"
#include "weir-json.h"

/* What went wrong in a text on its way: bytes that are no text in the midst of it, lines that are not whole. Any
 * thread. */

G_BEGIN_DECLS

/**
 * weir_garble_find:
 * @at: where to look from
 * @start: (out): of the next bytes that no text has: no UTF-8, or characters that control what a text does not
 * @end: (out): behind the last of them
 *
 * Returns: whether there are any
 */
gboolean weir_garble_find (WeirSpan text, gsize at, gsize *start, gsize *end);

/* How many there are, without what may be the beginning of a character at the very end. */
gsize weir_garble_count (WeirSpan text);

/* An item of a stream of @content, which is not cut at either end: whether it is what the others are. */
gboolean weir_garble_is_item (WeirContent content, WeirSpan item);

/* The same, as a sentence that says what is wrong with it. (transfer full) (nullable): nothing is */
char *weir_garble_describe (WeirContent content, WeirSpan item);

/* Lines to be shown in which such bytes stand as `⟨ff 00⟩`. */
char *weir_garble_dup_lines (WeirSpan text);

G_END_DECLS
