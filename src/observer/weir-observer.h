/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-call-list.h"
#include "weir-channel.h"
#include "weir-client.h"
#include "weir-closer-look.h"
#include "weir-function-list.h"
#include "weir-passive-stats.h"
#include "weir-point-info.h"
#include "weir-summary.h"
#include "weir-tap-reader.h"

/* One connection to an engine, and all that is seen through it: it connects as a worker, finds the points, watches each
 * of them and keeps the list of channels. What was seen stays when the connection is lost, marked stale, until the
 * points answer again. No widgets, one ticker. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_OBSERVER_STOPPED,
  WEIR_OBSERVER_CONNECTING, /* for the first time: nothing listens there, or it has not answered yet */
  WEIR_OBSERVER_LIVE,       /* at least one point is watched */
  WEIR_OBSERVER_NO_POINT,   /* connected, but no point: a stock engine. What it logs is seen: is_passive () */
  WEIR_OBSERVER_LOST,       /* was connected; tries again by itself */
} WeirObserverState;

#define WEIR_TYPE_OBSERVER (weir_observer_get_type ())
G_DECLARE_FINAL_TYPE (WeirObserver, weir_observer, WEIR, OBSERVER, GObject)

WeirObserver *weir_observer_new (const char *url);

/* Before it is started. @token: (nullable): goes with the handshake and with every call to a point; @headers:
 * (nullable): names and values in turn, more of every handshake. */
void weir_observer_set_access (WeirObserver *self, const char *token, const char *const *headers);

/* At any time, for each point: what calls to the one of that @name say, and calls to no other. It has more rights than
 * others have: that point is of an engine or a relay that we have started. */
void weir_observer_set_point_token (WeirObserver *self, const char *name, const char *token);

void weir_observer_start (WeirObserver *self);
void weir_observer_stop (WeirObserver *self);
/* Where the engine has another worker of its name: under a name of chance. */
void weir_observer_retry_now (WeirObserver *self);

/* Notified: "state", "retry-at-us", "points". To be read only: "lost-us": since when it is LOST, monotonic, else 0. */
WeirObserverState weir_observer_get_state (WeirObserver *self);
const char *weir_observer_get_url (WeirObserver *self);
/* The address as a worker of the same engine is given it, with the token that ours got. @is_masked: to be shown:
 * without the token, and whatever else its query may hold. (transfer full) */
char *weir_observer_dup_worker_url (WeirObserver *self, gboolean is_masked);
gint64 weir_observer_get_retry_at_us (WeirObserver *self);
const GError *weir_observer_get_error (WeirObserver *self); /* why it is not LIVE; nullable */
/* (nullable): why the engine has not said which functions there are, also while its channels are seen. */
const GError *weir_observer_get_list_error (WeirObserver *self);
gint64 weir_observer_get_latency_us (WeirObserver *self);
/* For how long nothing has come from the engine, asking it if need be (see weir_worker_check_silence_us ()); 0: it is
 * there. To be called some times a second while somebody wants to know. @now_us: monotonic */
gint64 weir_observer_check_silence_us (WeirObserver *self, gint64 now_us);

/* The names of the points that are watched; (array zero-terminated). "points" is notified. */
const char *const *weir_observer_get_points (WeirObserver *self);
WeirWorker *weir_observer_get_worker (WeirObserver *self);

/* Every point of the engine and how it stands, in the order they were found; none while the engine is not connected.
 * Valid until the next turn of the main loop. */
guint weir_observer_get_n_points (WeirObserver *self);
WeirPointInfo weir_observer_get_point (WeirObserver *self, guint i);

/* (transfer none): of WeirChannel, newest first; internal channels are left out. Ended ones stay until forgotten by the
 * point. */
GListModel *weir_observer_get_channels (WeirObserver *self);
WeirChannel *weir_observer_lookup (WeirObserver *self, const char *channel_id);

/* What only we know: that an end of this channel is held here, by its ref or as the channel was made here, whatever a
 * point takes for its owner. It stays so when it is let go; FALSE: we were turned away. The channel may be yet to come.
 */
void weir_observer_set_own_end (WeirObserver *self, const char *channel_id, WeirDirection end, gboolean is_own);

/* (transfer none): what the engine offers, and who. */
WeirFunctionList *weir_observer_get_functions (WeirObserver *self);

/* What the engine says by itself is seen: its channels are listed, with what is known of them (see
 * weir_channel_get_certainty ()). Also beside points. "updated" tells when it may be so or not. */
gboolean weir_observer_is_passive (WeirObserver *self);
/* What it says is lost for the most part, as its log is flooded. */
gboolean weir_observer_is_log_overrun (WeirObserver *self);
/* Channels that have not ended, and of which only the engine's log tells: as of a quarter of a second ago. */
guint weir_observer_get_n_passive (WeirObserver *self);
const GError *weir_observer_get_passive_error (WeirObserver *self); /* (nullable): why it is not, though it could */
WeirPassiveStats weir_observer_get_passive_stats (WeirObserver *self);

/* (transfer none): for seeing more of it. */
WeirCloserLook *weir_observer_get_closer_look (WeirObserver *self);

WeirSummary weir_observer_get_summary (WeirObserver *self, gint64 now_us);
WeirSeries *weir_observer_get_total_series (WeirObserver *self);

/* (nullable) (transfer none): of the calls whose payloads should have been channels or refs the latest that was not
 * dismissed; valid until the next turn of the main loop. "updated" tells when it may be another. */
const WeirSeenCall *weir_observer_get_call (WeirObserver *self);
void weir_observer_dismiss_call (WeirObserver *self, const WeirSeenCall *call);

/* "updated": figures are new: at most ten times a second, from the one ticker. Views refresh what they show. */

/* How much of each message the taps that are made from now on keep, in bytes; 64 KiB unless it is set. */
void weir_observer_set_snaplen (WeirObserver *self, guint32 snaplen);

/* What the graphs of all channels of a point may take in memory. Where it is used up they do not reach back further
 * than they do. */
void weir_observer_set_history_bytes (WeirObserver *self, gsize max_bytes);

/* (transfer full): starts at once; see its state. */
WeirTapReader *weir_observer_tap (WeirObserver *self, WeirChannel *channel);

G_END_DECLS
