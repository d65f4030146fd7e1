/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-channel-rows.h"
#include "weir-observer.h"

/* The list of channels, as a table or, narrow, as rows of two lines. Figures are refreshed in the rows that can be
 * seen, when the page's tick says so. Properties: "selected" (WeirChannel), "is-narrow". Signal: "activated"
 * (WeirChannel): Enter, double click. */

G_BEGIN_DECLS

#define WEIR_TYPE_CHANNEL_VIEW (weir_channel_view_get_type ())
G_DECLARE_FINAL_TYPE (WeirChannelView, weir_channel_view, WEIR, CHANNEL_VIEW, GtkWidget)

GtkWidget *weir_channel_view_new (void);

/* @channels: (nullable): of WeirChannel */
void weir_channel_view_set_source (WeirChannelView *self, GListModel *channels);
/* @observer: (nullable): theirs, through which the menu of a row acts; without it there is none */
void weir_channel_view_set_observer (WeirChannelView *self, WeirObserver *observer);
void weir_channel_view_set_filter (WeirChannelView *self, WeirFilter filter, const char *search);

/* Returns: (nullable) (transfer none) */
WeirChannel *weir_channel_view_get_selected (WeirChannelView *self);
/* Gives the row that had the keyboard's focus last, or the first, the focus. */
void weir_channel_view_focus (WeirChannelView *self);
/* Gives it to the row that is selected. FALSE: there is none, or it has not come into view yet. */
gboolean weir_channel_view_focus_selected (WeirChannelView *self);

void weir_channel_view_unselect (WeirChannelView *self);
/* FALSE: there is no row of it, or not yet. */
gboolean weir_channel_view_select (WeirChannelView *self, const char *channel_id);

/* See weir_channel_rows_hide (). */
void weir_channel_view_hide (WeirChannelView *self, const char *channel_id);
void weir_channel_view_show_hidden (WeirChannelView *self);
guint weir_channel_view_get_n_hidden (WeirChannelView *self);

guint weir_channel_view_get_n_rows (WeirChannelView *self);

/* Models are attached once this was called: a list that gets rows before it has a size stays blank later on (an NaN in
 * GTK 4.8). */
void weir_channel_view_refresh (WeirChannelView *self, gint64 now_us);

G_END_DECLS
