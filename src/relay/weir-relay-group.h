/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-history.h"
#include "weir-loop-private.h"
#include "weir-meter-feed.h"
#include "weir-relay-thread.h"
#include "weir-viewer.h"

/* What the links and channels of one thread share. Owned by the thread, used in it alone. */

G_BEGIN_DECLS

typedef struct _WeirRelayLink WeirRelayLink;
typedef struct _WeirRelayChannel WeirRelayChannel;

typedef struct
{
  /* The last word of each: it is to be freed, but not from in here. */
  void (*link_ended) (WeirRelayLink *link, gpointer user_data);
  void (*channel_ended) (WeirRelayChannel *channel, gpointer user_data);
} WeirRelayGroupEvents;

typedef struct
{
  WeirLoop *loop;
  WeirMailbox *mailbox;
  WeirBudget *budget;
  gboolean probes;
  gboolean mends;
  const WeirRelayEvents *events;
  const WeirRelayGroupEvents *group_events;
  gpointer user_data;

  WeirBlock *block; /* nullable: what is read into in this dispatch */
  WeirMeterFeed *meters;
  WeirHistoryStore *histories;
  WeirRecent recent;
  gboolean is_engine_lost;
  GQueue tapped;            /* of WeirAudience, by its link */
  WeirViewAccount *account; /* of messages that are gathered for the control side, or wait for it */
  WeirViewAccount views;    /* of those that are gathered for taps and histories */
} WeirRelayGroup;

static inline gint64
weir_relay_group_now_us (WeirRelayGroup *self)
{
  return weir_loop_now_us (self->loop);
}

G_END_DECLS
