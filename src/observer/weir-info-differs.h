/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-channel-info.h"

/* Whether what is known of a channel has changed. Inner to the room. */

G_BEGIN_DECLS

/* In anything but the figures; a hold that begins or ends is one, and whether a figure is known is none. */
gboolean weir_info_differs (const WeirChannelInfo *a, const WeirChannelInfo *b);

G_END_DECLS
