/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-channel.h"
#include "weir-tap-reader.h"

/* One tapped channel: its messages as they come, what is shown of them, and what the selected one holds. Closing the
 * page stops the tap. */

G_BEGIN_DECLS

#define WEIR_TYPE_TAP_PAGE (weir_tap_page_get_type ())
G_DECLARE_FINAL_TYPE (WeirTapPage, weir_tap_page, WEIR, TAP_PAGE, GtkWidget)

GtkWidget *weir_tap_page_new (WeirTapReader *reader, WeirChannel *channel);
WeirChannel *weir_tap_page_get_channel (WeirTapPage *self);
gboolean weir_tap_page_has_ended (WeirTapPage *self); /* nothing comes any more */

/* Gives its messages the keyboard's focus, or their filter while there are none. */
void weir_tap_page_focus (WeirTapPage *self);

/* Opens the bar to find with. */
void weir_tap_page_focus_search (WeirTapPage *self);

G_END_DECLS
