/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Access keys inside of what channels carry: a ref that is passed on in a message gives whoever reads its key the right
 * to that channel. Messages are any bytes: JSON, JSON in a string of JSON, a part of either, lines of a log. So what is
 * looked for is the name, however it is spelt and quoted, and what stands behind it. */

G_BEGIN_DECLS

/**
 * weir_key_mask:
 * @n_keys: (out) (optional): how many there are
 *
 * The same bytes, every access key's replaced by `*` but for the first few: as many as before, so each byte is where it
 * was. What is JSON (of %WEIR_JSON_MAX_DEPTH at most) stays JSON, and what is masked is the same when masked again. One
 * pass, and no copy, when there is none.
 *
 * Returns: (transfer full): @bytes itself if there is none
 */
GBytes *weir_key_mask (GBytes *bytes, guint *n_keys);

G_END_DECLS
