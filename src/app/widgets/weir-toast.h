/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What AdwToast takes for markup is text to us: names of files, and what peers say. */
AdwToast *weir_toast_new (const char *text);

/* Shows one. A short one confirms what was just done, and takes the place of the one that did so before; what is longer
 * is to be read, and nobody's place is taken for it. */
void weir_toast_show (AdwToastOverlay *overlay, const char *text);

G_END_DECLS
