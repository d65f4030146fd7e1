/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How large a widget's text is against that of the drawings (11 pt, 96 dpi): what holds text is as wide and high by
 * that. */
double weir_text_scale_get (GtkWidget *widget);

/* Whether that is so much that what stands in a row no longer fits a narrow window. */
gboolean weir_text_scale_is_large (GtkWidget *widget);

/* Gives a window the class "large-text" where that is so: there buttons are as narrow as what they say. */
void weir_text_scale_mark (GtkWidget *window);

/* Once, before a dialog is shown: makes its default size larger by that, and marks it. */
void weir_text_scale_window (GtkWindow *window);

G_END_DECLS
