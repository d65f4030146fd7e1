/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether two secrets are equal, in a time that does not tell where they differ. NULL equals nothing. */
gboolean weir_token_equal (const char *expected, const char *given);

G_END_DECLS
