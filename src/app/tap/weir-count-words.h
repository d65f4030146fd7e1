/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * weir_count_words_add:
 * @words: already in the number that fits @n, with "%s" where the figure goes
 *
 * Adds a part to a line of figures, behind @separator if it is not the first; nothing if @n is 0.
 */
void weir_count_words_add (GString *text, const char *separator, guint64 n, const char *words);

G_END_DECLS
