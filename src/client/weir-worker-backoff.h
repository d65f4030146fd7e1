/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * weir_worker_backoff_us:
 * @attempt: how many tries have failed since the last that did not, from 1
 * @random: from 0 to 1
 *
 * How long to wait before the next try: 1 s × 2ⁿ, at most 30 s, and ± 30 % of that so that not all workers of an engine
 * come back at once (§2.6 of the protocol notes).
 */
gint64 weir_worker_backoff_us (guint attempt, double random);

G_END_DECLS
