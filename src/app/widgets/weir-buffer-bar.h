/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* How full a buffer is: a bar in the colour of the widget on a trough. Its words are beside it. */

G_BEGIN_DECLS

#define WEIR_TYPE_BUFFER_BAR (weir_buffer_bar_get_type ())
G_DECLARE_FINAL_TYPE (WeirBufferBar, weir_buffer_bar, WEIR, BUFFER_BAR, GtkWidget)

GtkWidget *weir_buffer_bar_new (int width);

/* @fill: 0…1 */
void weir_buffer_bar_set_fill (WeirBufferBar *self, double fill);

G_END_DECLS
