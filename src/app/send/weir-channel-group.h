/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "weir-send-setup.h"

/* The group “Channels” of the Send page: which channels there will be, and which of their ends Weir holds. It shows and
 * changes those of a setup. */

G_BEGIN_DECLS

#define WEIR_TYPE_CHANNEL_GROUP (weir_channel_group_get_type ())
G_DECLARE_FINAL_TYPE (WeirChannelGroup, weir_channel_group, WEIR, CHANNEL_GROUP, GtkWidget)

/* Once. */
void weir_channel_group_set_setup (WeirChannelGroup *self, WeirSendSetup *setup);

/* Signal "ref-wanted" (uint): the user wants to paste a ref for the channel at that place. */

G_END_DECLS
