/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-observer.h"

/* What can be done to a channel beside looking at it, of its details and of its row. What its point does not permit, or
 * what makes no sense now, is insensitive, and says why. Asks its page for `channels.hide` (channel id). */

G_BEGIN_DECLS

#define WEIR_TYPE_CHANNEL_MENU (weir_channel_menu_get_type ())
G_DECLARE_FINAL_TYPE (WeirChannelMenu, weir_channel_menu, WEIR, CHANNEL_MENU, GtkPopover)

GtkWidget *weir_channel_menu_new (void);

/* Both nullable. */
void weir_channel_menu_set_channel (WeirChannelMenu *self, WeirObserver *observer, WeirChannel *channel);

/* Called on the page's tick. */
void weir_channel_menu_refresh (WeirChannelMenu *self);

G_END_DECLS
