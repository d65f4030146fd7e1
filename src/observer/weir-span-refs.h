/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-channel-info.h"

/* Which channels' refs went where, as the SDKs' traces tell it: a span `execute FUNCTION` has the call's payload in an
 * event, refs with their access keys included. Only the ids come out of here. Inner to the room. */

G_BEGIN_DECLS

/* @passed: (transfer full): its function, end, path, times and fate; by whom is not told. The trace's and the span's
 * ids stand for the invocation's. */
typedef void (*WeirSpanRefsFunc) (const char *channel_id, WeirPassedInfo *passed, gpointer user_data);

/* @span: of `engine::traces::list`, checked. Returns when it began, ns; 0: it does not say. */
gint64 weir_span_refs_foreach (WeirSpan span, WeirSpanRefsFunc func, gpointer user_data);

G_END_DECLS
