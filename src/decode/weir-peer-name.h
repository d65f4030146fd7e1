/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * weir_peer_name:
 * @name: (nullable): what a peer chose: the id of a function, a worker's name, the words of an error
 *
 * That name as it may stand in a line, a sentence, a tooltip or a copied text: what would break the line, turn its
 * direction or not be seen at all stands as U+FFFD, character for character. A name that is not ASCII stands between
 * U+2068 and U+2069, so that it reads in its own direction and turns nothing beside it, be it at the start of a
 * sentence. Nothing that a peer named is shown but through this; to compare and to call, the name itself is taken.
 *
 * Returns: (transfer full) (nullable): valid UTF-8
 */
char *weir_peer_name (const char *name);

/* The same, of at most so many characters, then `…`: for a label that measures all of what it is given. */
char *weir_peer_name_cut (const char *name, gsize max_chars);

/* The same without the marks at its ends: for what is copied. @text: (transfer full), changed in place */
char *weir_peer_name_drop_marks (char *text);

G_END_DECLS
