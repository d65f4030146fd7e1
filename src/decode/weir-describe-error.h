/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Errors of the rooms below, in the user's language. */

G_BEGIN_DECLS

/* "The connection to the engine broke (The engine has not been heard of for 30 s)": what it means, from its domain and
 * code, and the error's own words, which are for those who look for the cause. No full stop. One of another domain is
 * told in its own words alone. */
char *weir_describe_error (const GError *error);

/* What an error adds to its meaning, for where that is said in other words already. Returns: (transfer full) (nullable):
 * NULL: nothing. */
char *weir_describe_cause (const GError *error);

/* What @text adds to what stands beside or above it: "cannot parse (invocation_failed)" below "invocation_failed" is no
 * more than "cannot parse". Returns: (transfer full) (nullable): NULL: nothing. */
char *weir_describe_more (const char *said, const char *text);

G_END_DECLS
