/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Errors of the rooms below, in the user's language. */

G_BEGIN_DECLS

/* "The connection to the engine broke (The engine has not been heard of for 30 s)": what it means, from its domain and
 * code, and the error's own words, which are for those who look for the cause. No full stop. One of another domain is
 * told in its own words alone. */
char *weir_describe_error (const GError *error);

G_END_DECLS
