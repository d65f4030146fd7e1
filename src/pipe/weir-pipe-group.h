/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-flow.h"
#include "weir-history.h"
#include "weir-meter-feed.h"

/* What the pipes of one thread share: the loop, the batch that is being gathered in this dispatch, the store of
 * histories, the feed of their meters, the list of those with taps. Owned by the data thread, used in it alone. */

G_BEGIN_DECLS

typedef struct _WeirPipe WeirPipe;
typedef struct _WeirPipeGroup WeirPipeGroup;

typedef struct
{
  void (*event) (const WeirPipeEvent *event, gpointer user_data);

  /* The last word of a pipe, after its ENDED: it is to be freed, but not from in here. */
  void (*ended) (WeirPipe *pipe, gpointer user_data);
} WeirPipeGroupEvents;

struct _WeirPipeGroup
{
  WeirLoop *loop;
  WeirBudget *budget;
  const WeirPipeGroupEvents *events;
  gpointer user_data;

  WeirBatch batch;
  WeirRecent recent;
  WeirHistoryStore *histories;
  WeirMeterFeed *meters;
  GQueue tapped; /* of WeirAudience, by its link */
};

/* @mailbox: for the meters. */
WeirPipeGroup *weir_pipe_group_new (WeirLoop *loop, WeirMailbox *mailbox, WeirBudget *budget,
                                    const WeirPipeGroupEvents *events, gpointer user_data);
void weir_pipe_group_free (WeirPipeGroup *self); /* after its pipes */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirPipeGroup, weir_pipe_group_free)

gint64 weir_pipe_group_now_us (WeirPipeGroup *self);
gint64 weir_pipe_group_wall_us (WeirPipeGroup *self);

G_END_DECLS
