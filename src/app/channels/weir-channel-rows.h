/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-channel.h"

/* The rows of the list of channels: a filtered and sorted GListModel over those of an observer. It changes only inside
 * of weir_channel_rows_update (), so that the view knows before and after: order follows live figures at most once a
 * second, new channels come at most four times a second, and while it is held no row moves. No widgets in here. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_SORT_STATE,
  WEIR_SORT_CHANNEL,
  WEIR_SORT_ROUTE,
  WEIR_SORT_THROUGHPUT,
  WEIR_SORT_BUFFER,
  WEIR_SORT_BYTES,
  WEIR_SORT_AGE, /* ascending: the newest first; channels whose refs went in one call stay together */
} WeirSort;

typedef enum
{
  WEIR_FILTER_ALL,
  WEIR_FILTER_FLOWING, /* draining is a way to flow */
  WEIR_FILTER_STALLED, /* or the reader has gone: nobody reads */
  WEIR_FILTER_WAITING, /* for an end, or for both */
  WEIR_FILTER_HELD,    /* by an observer */
  WEIR_FILTER_IDLE,
  WEIR_FILTER_UNKNOWN, /* nobody sees enough to tell */
  WEIR_FILTER_CLOSED,
} WeirFilter;

/* Which neighbours belong to the same group. */
typedef enum
{
  WEIR_JOIN_NONE = 0,
  WEIR_JOIN_ABOVE = 1 << 0,
  WEIR_JOIN_BELOW = 1 << 1,
} WeirJoin;

typedef enum
{
  WEIR_ROWS_SAME,
  WEIR_ROWS_ADDED, /* rows came, none went or changed its place */
  WEIR_ROWS_MOVED,
} WeirRowsChange;

#define WEIR_TYPE_CHANNEL_ROWS (weir_channel_rows_get_type ())
G_DECLARE_FINAL_TYPE (WeirChannelRows, weir_channel_rows, WEIR, CHANNEL_ROWS, GObject)

WeirChannelRows *weir_channel_rows_new (void);

/* @channels: (nullable): of WeirChannel. The rows of those before go at once, seen or not; theirs come with the next
 * update. */
void weir_channel_rows_set_source (WeirChannelRows *self, GListModel *channels);

/* What the user asked for: the next update does it, held or not. @search: (nullable): in ids, functions, workers,
 * states. */
void weir_channel_rows_set_filter (WeirChannelRows *self, WeirFilter filter, const char *search);
void weir_channel_rows_set_sort (WeirChannelRows *self, WeirSort sort, gboolean descending);

/* Hidden until they are shown again, whatever the filter. */
void weir_channel_rows_hide (WeirChannelRows *self, const char *channel_id);
void weir_channel_rows_show_hidden (WeirChannelRows *self);
guint weir_channel_rows_get_n_hidden (WeirChannelRows *self); /* of those that are still known, at the last update */

/* @channel: (nullable): whose details are open. It is not filtered away for what becomes of it, only by another filter.
 */
void weir_channel_rows_set_kept (WeirChannelRows *self, WeirChannel *channel);

/* While the pointer is over the list: new rows come last and rows of forgotten channels stay, up to that many. */
#define WEIR_CHANNEL_ROWS_MAX_FORGOTTEN 64
void weir_channel_rows_set_held (WeirChannelRows *self, gboolean held);

/* @now_us: monotonic */
WeirRowsChange weir_channel_rows_update (WeirChannelRows *self, gint64 now_us);

/* The time of the last update: what rows show is of that moment, which stands still while the connection is lost. */
gint64 weir_channel_rows_get_now_us (WeirChannelRows *self);

WeirJoin weir_channel_rows_get_join (WeirChannelRows *self, guint position);

G_END_DECLS
