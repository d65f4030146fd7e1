/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-channel-list.h"
#include "weir-groups.h"
#include "weir-plane.h"
#include "weir-recent-ids.h"

/* The rows of one engine, whoever sees them: a channel is one row, which its planes share, and is listed as long as one
 * of them sees it. Inner to the room. */

G_BEGIN_DECLS

typedef struct _WeirRows WeirRows;

WeirRows *weir_rows_new (WeirChannelList *list);
void weir_rows_free (WeirRows *self); /* after all of its planes have left their channels */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirRows, weir_rows_free)

/**
 * weir_rows_see:
 * @info: (transfer full): what @plane says of it
 *
 * A channel that is new is listed by the next weir_rows_flush (), so that those that come together are said together.
 *
 * Returns: (transfer none) (nullable): NULL if it is hidden, or has ended and a log tells of it too late
 */
WeirChannel *weir_rows_see (WeirRows *self, WeirPlane *plane, WeirChannelInfo *info, gint64 now_us);
void weir_rows_flush (WeirRows *self);

/* @plane sees it no more. A row that nobody sees leaves with the next weir_rows_sweep (): taking one from the list
 * looks at all of them. */
void weir_rows_leave (WeirRows *self, WeirPlane *plane, const char *channel_id, gint64 now_us);
void weir_rows_sweep (WeirRows *self);

/* A channel that carries a feed of a point: it is in no row, whoever sees it. */
void weir_rows_hide (WeirRows *self, const char *channel_id);
gboolean weir_rows_is_hidden (WeirRows *self, const char *channel_id);

/* (nullable) (transfer none): listed or about to be */
WeirChannel *weir_rows_lookup (WeirRows *self, const char *channel_id);

/* (transfer none) (element-type char): ids of channels that carry feeds of ours: hidden before any point says so. */
WeirRecentIds *weir_rows_get_own_ids (WeirRows *self);

/* What changes with time alone. To be called some times a second. */
void weir_rows_tick (WeirRows *self, gint64 now_us);

G_END_DECLS
