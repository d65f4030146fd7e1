/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What must not be guessed: ids, access keys, tokens. Any thread. */

G_BEGIN_DECLS

/* The text of a random UUID (version 4) from the kernel's generator: GLib's is seeded once and predictable from its
 * output. */
char *weir_secret_new_uuid (void);

/* Whether two secrets are the same, in a time that does not tell where they differ. NULL is equal to nothing. */
gboolean weir_secret_equal (const char *a, const char *b);

G_END_DECLS
