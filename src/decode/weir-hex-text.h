/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * weir_hex_text_parse:
 * @text: as weir_hex_parse() takes it
 * @error: G_IO_ERROR_INVALID_DATA: in the user's language, with the place
 *
 * Any thread.
 *
 * Returns: (transfer full) (nullable): the bytes
 */
GBytes *weir_hex_text_parse (const char *text, GError **error);

/* Whether it is such a text; without making the bytes. */
gboolean weir_hex_text_check (const char *text, GError **error);

G_END_DECLS
