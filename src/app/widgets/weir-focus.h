/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Before @popover is popped up, which no button holds: what has the keyboard's focus now has it again once that is
 * closed. GTK 4.8 would give it to what comes next in the window. */
void weir_focus_lend (GtkPopover *popover);

/* Whether @widget or something in it has the keyboard's focus. */
gboolean weir_focus_is_in (GtkWidget *widget);

/* What takes the focus of a drop-down is a button in it, which GTK 4.8 names after its class: it is called as the
 * drop-down is. */
void weir_focus_name_drop_down (GtkDropDown *drop_down);

G_END_DECLS
