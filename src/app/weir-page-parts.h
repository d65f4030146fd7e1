/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Reads the templates of the parts of which pages are made later, a part at a time: half of what making a page takes.
 * @n: which, from 0 on. Returns: FALSE: there are no more. */
gboolean weir_page_parts_read (guint n);

G_END_DECLS
