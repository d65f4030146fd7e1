/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes as people type and paste them: pairs of hexadecimal digits, with ` `, `,`, `:`, lines, `0x` or `\x` between
 * them as one likes. NULL: it is none; *@bad: (out): where the first mistake is, in @text. */
GBytes *weir_hex_parse (const char *text, const char **bad);

G_END_DECLS
