/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-channel.h"
#include "weir-plane.h"

/* How the room itself makes a channel and keeps it up to date. */

G_BEGIN_DECLS

/* As that plane sees it. @info: (transfer full) */
WeirChannel *weir_channel_new (WeirPlane *plane, WeirChannelInfo *info, gint64 now_us);

/* @info: (transfer full): what that plane says of it now, be it for the first time. Not stale any more. */
void weir_channel_apply_info (WeirChannel *self, WeirPlane *plane, WeirChannelInfo *info, gint64 now_us);

/* @at_us: when the totals were so, local. Emits "changed" only where the state follows from
 * what several planes say. */
void weir_channel_apply_totals (WeirChannel *self, WeirPlane *plane, const WeirTotals *totals, gint64 at_us);

/* Whether this observer holds that end itself, or did while it was used. Emits "changed". */
void weir_channel_set_own (WeirChannel *self, WeirDirection end, gboolean is_own);

/* That plane is lost: what it said counts where no other says better. */
void weir_channel_set_stale (WeirChannel *self, WeirPlane *plane);
gboolean weir_channel_is_stale_at (WeirChannel *self, WeirPlane *plane);

/* That plane sees it no more: what the others say is left. Whether there are others: the last stays as it was. */
gboolean weir_channel_leave (WeirChannel *self, WeirPlane *plane, gint64 now_us);

/* The plane that sees most of it. */
WeirPlane *weir_channel_get_home (WeirChannel *self);

/* Whether any plane sees it now, and whether one but @plane does, and is not lost. */
gboolean weir_channel_is_seen (WeirChannel *self);
gboolean weir_channel_is_seen_elsewhere (WeirChannel *self, WeirPlane *plane);

/* The point that saw it will not come back: it has ended with its engine, or with its relay. One that had ended stays
 * as it was. */
void weir_channel_end_with_point (WeirChannel *self, WeirPlane *plane, gint64 lost_us);

/* The point has forgotten it, which it does with what has ended: also where it did not come to say so. */
void weir_channel_end_unheard (WeirChannel *self, WeirPlane *plane, gint64 now_us);

/* The places of the planes have changed: who is nearest may be another. */
void weir_channel_merge (WeirChannel *self, gint64 now_us);

/* What changes with time alone where no plane sees all of it. To be called some times a second. */
void weir_channel_tick (WeirChannel *self, gint64 now_us);

/* @channels: (nullable) (element-type WeirChannel): of that group, itself among them; lent until the next call */
void weir_channel_set_group (WeirChannel *self, guint group, const GPtrArray *channels);

G_END_DECLS
