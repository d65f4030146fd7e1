/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-channel.h"

/* The channels of all points, newest first, one of each id. A GListModel over an array; what comes or goes at once is
 * said at once. Inner to the room; others see the GListModel. */

G_BEGIN_DECLS

#define WEIR_TYPE_CHANNEL_LIST (weir_channel_list_get_type ())
G_DECLARE_FINAL_TYPE (WeirChannelList, weir_channel_list, WEIR, CHANNEL_LIST, GObject)

WeirChannelList *weir_channel_list_new (void);

/* (nullable) (transfer none) */
WeirChannel *weir_channel_list_lookup (WeirChannelList *self, const char *channel_id);

/* @channels: (element-type WeirChannel): those whose id is listed already are left out. */
void weir_channel_list_add (WeirChannelList *self, GPtrArray *channels);
/* Those that are not listed are left out. */
void weir_channel_list_remove (WeirChannelList *self, GPtrArray *channels);

/* For walking through them without a reference each: 0 is the oldest. */
guint weir_channel_list_get_size (WeirChannelList *self);
WeirChannel *weir_channel_list_peek (WeirChannelList *self, guint i);

G_END_DECLS
