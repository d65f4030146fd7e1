/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-channel.h"
#include "weir-clock.h"

/* How the room itself makes a channel and keeps it up to date. */

G_BEGIN_DECLS

/* @info: (transfer full) */
WeirChannel *weir_channel_new (const char *point, WeirClock *clock, WeirChannelInfo *info, gint64 now_us);

/* @info: (transfer full): what the point says of it now. Not stale any more. */
void weir_channel_apply_info (WeirChannel *self, WeirChannelInfo *info, gint64 now_us);

/* @at_us: when the totals were so, local. Emits nothing. */
void weir_channel_apply_totals (WeirChannel *self, const WeirTotals *totals, gint64 at_us);

void weir_channel_set_stale (WeirChannel *self);

/* The point that saw it will not come back: it has ended with its engine. One that had ended stays as it was. */
void weir_channel_end_with_engine (WeirChannel *self, gint64 lost_us);

/* @channels: (nullable) (element-type WeirChannel): of that group, itself among them; lent until the next call */
void weir_channel_set_group (WeirChannel *self, guint group, const GPtrArray *channels);

G_END_DECLS
