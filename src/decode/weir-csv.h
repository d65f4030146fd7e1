/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Records of comma-separated values (RFC 4180), also with `;`, tab or `|` between them. Any thread. */

G_BEGIN_DECLS

/* The fields of one record, quotes taken off, as valid UTF-8 in one line each: (transfer full) (element-type utf8). Any
 * text has at least one. */
GPtrArray *weir_csv_split (const char *record, gsize len, char delimiter);

/**
 * weir_csv_detect:
 * @text: some whole records
 *
 * Returns: what stands between fields in every record the same number of times; '\0': that is no CSV. Two records with
 * several fields are enough, of two fields there must be three: prose has commas, too.
 */
char weir_csv_detect (const char *text, gsize len);

G_END_DECLS
