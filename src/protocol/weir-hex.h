/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Bytes as people type and paste them: pairs of hexadecimal digits, as `50 41`, `5041`, `0x50, 0x41`, `\x50\x41`,
 * `50:41`, on any number of lines. Any thread. */

G_BEGIN_DECLS

/* NULL: it is none; *@bad: (out): where the first mistake is, in @text: a digit that stands alone, or else a character
 * that is no digit. */
GBytes *weir_hex_parse (const char *text, const char **bad);

/* Whether it is such a text; without making the bytes. */
gboolean weir_hex_check (const char *text, const char **bad);

G_END_DECLS
