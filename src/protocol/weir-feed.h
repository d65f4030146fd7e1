/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-call-info.h"
#include "weir-channel-info.h"

/* The watch feed: text messages, one JSON object each, none over WEIR_FEED_MAX_SIZE. Written by points, read by
 * observers. `changed` is a whole ChannelInfo with a `type` beside its members, so that a reader needs no patching
 * rules. */

G_BEGIN_DECLS

#define WEIR_FEED_MAX_SIZE (256 * 1024)

typedef enum
{
  WEIR_FEED_SNAPSHOT,
  WEIR_FEED_OPENED,
  WEIR_FEED_CHANGED,
  WEIR_FEED_FORGOTTEN,
  WEIR_FEED_SAMPLES,
  WEIR_FEED_CALL,
  WEIR_FEED_INTERNAL,
  WEIR_FEED_UNKNOWN, /* a type of the future: skip it */
} WeirFeedType;

typedef struct
{
  guint32 n;
  WeirTotals totals;
} WeirSample;

typedef struct
{
  WeirFeedType type;
  gint64 now_ms;       /* snapshot, samples: wall clock of the point */
  GPtrArray *channels; /* (element-type WeirChannelInfo): snapshot, opened (one), changed (one) */
  gboolean is_last;    /* snapshot: this was the last part */
  char *channel_id;    /* forgotten, internal: it carries a feed, or did */
  GArray *samples;     /* (element-type WeirSample) */
  WeirCallInfo *call;  /* call; nullable */
} WeirFeed;

WeirFeed *weir_feed_parse (WeirSpan text, GError **error);
void weir_feed_free (WeirFeed *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirFeed, weir_feed_free)

/* Takes as many of @infos as fit one message, from @first; *@next is where to go on, n_infos when this was the last
 * part. */
GString *weir_feed_write_snapshot (gint64 now_ms, WeirChannelInfo *const *infos, guint n_infos, guint first,
                                   guint *next);
GString *weir_feed_write_opened (const WeirChannelInfo *info);
GString *weir_feed_write_changed (const WeirChannelInfo *info);
GString *weir_feed_write_forgotten (const char *channel_id);
GString *weir_feed_write_internal (const char *channel_id);
GString *weir_feed_write_call (const WeirCallInfo *call);
GString *weir_feed_write_samples (gint64 now_ms, const WeirSample *samples, guint n_samples, guint first, guint *next);

G_END_DECLS
