/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-client.h"
#include "weir-recent-ids.h"
#include "weir-tap-reader.h"

G_BEGIN_DECLS

/* What a tap is opened with. @prefix NULL: no point sees the channel now. */
#define WEIR_TAP_READER_SNAPLEN (64 * 1024)

WeirTapReader *weir_tap_reader_new (WeirWorker *worker, const char *prefix, const char *token, const char *channel_id,
                                    guint32 snaplen, WeirRecentIds *own_ids);

/* Without a connection: an inner way in for tests. */
WeirTapReader *weir_tap_reader_new_unconnected (WeirMessageList *messages);

/* One message of the feed. FALSE: it does not obey. */
gboolean weir_tap_reader_take (WeirTapReader *self, gboolean is_text, const guint8 *data, gsize len, GError **error);
void weir_tap_reader_finish (WeirTapReader *self, const GError *error); /* the feed is over */

G_END_DECLS
