/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-observer.h"

/* The channels of one connection: summary, filters, list and details. Property: "is-narrow". Its actions:
 * `channels.filter` ('all', 'flowing', …), `channels.close-details`, `channels.copy-id`, `channels.show` (channel id),
 * `channels.hide` (channel id), `channels.show-hidden`. Asks the window for `win.tap` (id). */

G_BEGIN_DECLS

#define WEIR_TYPE_CHANNELS_PAGE (weir_channels_page_get_type ())
G_DECLARE_FINAL_TYPE (WeirChannelsPage, weir_channels_page, WEIR, CHANNELS_PAGE, GtkWidget)

/* @observer: (nullable) */
void weir_channels_page_set_observer (WeirChannelsPage *self, WeirObserver *observer);

void weir_channels_page_focus_search (WeirChannelsPage *self);
/* What Escape does, wherever the focus is: the details close. */
void weir_channels_page_close_details (WeirChannelsPage *self);

/* Shows the details of that channel, as soon as it is in the list; if there is none within a few seconds it is over.
 * @shows_all: a filter that hides it goes. */
void weir_channels_page_show_channel (WeirChannelsPage *self, const char *channel_id, gboolean shows_all);

/* Id of the channel whose details are shown, or are to be when the page is seen; (nullable) (transfer none). */
const char *weir_channels_page_get_selected_id (WeirChannelsPage *self);

G_END_DECLS
