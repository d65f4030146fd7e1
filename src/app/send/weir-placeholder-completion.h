/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtksourceview/gtksource.h>

/* Completes `$reader` and `$writer` in an editor of JSON: when a dollar is typed, or when it is asked for. */

G_BEGIN_DECLS

GtkSourceCompletionProvider *weir_placeholder_completion_new (void);

G_END_DECLS
