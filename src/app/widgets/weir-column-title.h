/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Over figures the title stands at the end too. GtkColumnView (4.8) has no API for its titles. */
void weir_column_title_align_end (GtkColumnView *table, guint position);

G_END_DECLS
