/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What must not be guessed: ids, access keys, tokens. Any thread. */

G_BEGIN_DECLS

/* The text of a random UUID (version 4) from the kernel's generator: GLib's is seeded once and predictable from its
 * output. */
char *weir_secret_new_uuid (void);

G_END_DECLS
