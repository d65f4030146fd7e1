/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* The window's actions and their keys, for its class_init. */

G_BEGIN_DECLS

void weir_window_install_actions (GtkWidgetClass *widget_class);

G_END_DECLS
