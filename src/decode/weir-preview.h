/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Bytes as people can look at them, whatever they are. All of these return valid UTF-8 without control characters (line
 * breaks excepted, in weir_preview_lines () and weir_preview_text ()). */

G_BEGIN_DECLS

/* Whether a character is to be seen as itself behind @before (0: at the beginning): not if it controls something, turns
 * the direction, or is not seen at all, which would show another text than there is. What joins characters, or chooses
 * their looks, may do so where it does. */
gboolean weir_preview_is_shown (gunichar c, gunichar before);

/* One line: line breaks become spaces, what is not to be seen as itself `·`, what is not UTF-8 U+FFFD. At most
 * @max_chars, then `…`.
 */
char *weir_preview_line (const guint8 *data, gsize len, gsize max_chars);

/* All of it, line breaks and tabs kept. */
char *weir_preview_lines (const guint8 *data, gsize len);

/* A text for a label that wraps: line breaks and tabs kept, at most @max_chars, then `…`. */
char *weir_preview_text (const char *text, gsize max_chars);

/* `50 41 52 31 15` */
char *weir_preview_hex (const guint8 *data, gsize len);

/* One character a byte: printable ASCII as it is, everything else `·`. */
char *weir_preview_characters (const guint8 *data, gsize len);

/* A line as hex dumps have it: eight digits of offset, sixteen bytes with a gap after eight, characters. */
char *weir_preview_hex_line (const guint8 *data, gsize len, gsize offset);

G_END_DECLS
