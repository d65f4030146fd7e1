/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtksourceview/gtksource.h>

G_BEGIN_DECLS

/* Keeps a source view's colours light or dark with the application's. */
void weir_source_style_follow (GtkSourceView *view);

G_END_DECLS
