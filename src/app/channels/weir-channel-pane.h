/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-observer.h"

/* The details of one channel. Actions of its buttons: `win.tap` (channel id), `channels.close-details`,
 * `channels.copy-id`, `channels.show` and `channels.hide` (channel id). */

G_BEGIN_DECLS

#define WEIR_TYPE_CHANNEL_PANE (weir_channel_pane_get_type ())
G_DECLARE_FINAL_TYPE (WeirChannelPane, weir_channel_pane, WEIR, CHANNEL_PANE, GtkWidget)

/* Whose channels are shown. (nullable) */
void weir_channel_pane_set_observer (WeirChannelPane *self, WeirObserver *observer);

/* @channel: (nullable) */
void weir_channel_pane_set_channel (WeirChannelPane *self, WeirChannel *channel);
WeirChannel *weir_channel_pane_get_channel (WeirChannelPane *self);

/* Where text is large in a narrow window: what stands side by side else is put below each other. */
void weir_channel_pane_set_cramped (WeirChannelPane *self, gboolean is_cramped);

/* Gives its first button the keyboard's focus. */
void weir_channel_pane_focus (WeirChannelPane *self);

/* Called on the page's tick. */
void weir_channel_pane_refresh (WeirChannelPane *self, gint64 now_us);

G_END_DECLS
