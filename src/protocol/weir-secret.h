/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* What must not be guessed: ids, access keys, tokens. Any thread. */

G_BEGIN_DECLS

/* The text of a random UUID (version 4) from the kernel's generator: GLib's is seeded once and predictable from its
 * output. */
char *weir_secret_new_uuid (void);

/* Whether two secrets are equal, in a time that does not tell where they differ. NULL equals nothing, nor does "". */
gboolean weir_secret_equal (const char *expected, const char *given);

G_END_DECLS
