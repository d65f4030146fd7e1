/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-channel.h"

/* Channels whose refs went together, and hold one another. @companions, everywhere: (nullable) (element-type
 * WeirChannel): those of the channel's group, itself among them. Inner to the room. */

G_BEGIN_DECLS

/* (nullable): the channel that goes back between the same two workers, if both writers are held. */
const WeirChannelInfo *weir_chain_find_deadlock (WeirChannel *self, const GPtrArray *companions);

/* (nullable): the end of the chain of those that hold each other; none where it goes round. */
const WeirChannelInfo *weir_chain_find_culprit (WeirChannel *self, const GPtrArray *companions, gint64 now_us);

/* Tells in a life which refs of others went with its own: after the ref that went, or the last of them if both refs of
 * this channel went in one call. @events: (element-type WeirLifeEvent) */
void weir_chain_add_companions (WeirChannel *self, const GPtrArray *companions, GPtrArray *events);

G_END_DECLS
