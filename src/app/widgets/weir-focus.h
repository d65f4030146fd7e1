/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Before @popover is popped up, which no button holds: what has the keyboard's focus now has it again once that is
 * closed. GTK 4.8 would give it to what comes next in the window. */
void weir_focus_lend (GtkPopover *popover);

/* Whether @widget or something in it has the keyboard's focus. */
gboolean weir_focus_is_in (GtkWidget *widget);

/* What takes the focus of a drop-down is a button in it, which GTK 4.8 names after its class: it is called as the
 * drop-down is. */
void weir_focus_name_drop_down (GtkDropDown *drop_down);

/* What takes the focus of @row is a text in it, of which libadwaita 1.2 tells nobody: it is called as the row is.
 * Before the row is shown. */
void weir_focus_name_entry_row (AdwEntryRow *row);

/* Names what the toolkit has made in @top, a widget of its own, and leaves with the names of its classes: buttons are
 * called as their tooltips say, and a search entry is one. */
void weir_focus_name_parts (GtkWidget *top);

/* Calls what scrolls in the status pages in @top, which takes the keyboard's focus and has no name, as these are
 * titled, now and later. */
void weir_focus_name_status_pages (GtkWidget *top);

/* Calls the menus that buttons in @top open as the tooltips of these say: a menu has the name of its class. */
void weir_focus_name_menus (GtkWidget *top);

/* Has Tab and Shift+Tab leave @widget at once, whatever in it could have the focus. */
void weir_focus_make_tab_leave (GtkWidget *widget);

/* Gives @widget the focus, at once or when it is shown: what has it sooner is hidden from those who read the screen. */
void weir_focus_grab_once_shown (GtkWidget *widget);

/* Has a key activate an action of @widget before what is focused in it takes that key, as a text takes Return with any
 * modifier, and a search entry Ctrl+G. */
void weir_focus_take_key (GtkWidget *widget, guint key, GdkModifierType modifiers, const char *action);

G_END_DECLS
