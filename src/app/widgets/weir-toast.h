/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What AdwToast takes for markup is text to us: names of files, and what peers say. */
AdwToast *weir_toast_new (const char *text);

G_END_DECLS
