/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-message-list.h"

/* Goes through all rows of a tap in order, filtered or not, whatever lies in memory and what on disk; those that were
 * let go are left out. Main thread. */

G_BEGIN_DECLS

typedef struct _WeirMessageWalk WeirMessageWalk;

typedef enum
{
  WEIR_WALK_ROW,
  WEIR_WALK_END,  /* of what there is now */
  WEIR_WALK_WAIT, /* it is being read from disk; the function is called when it is here */
} WeirWalk;

typedef struct
{
  WeirMessageKind kind;
  guint32 row;
  guint64 seq;
  guint64 size;       /* of the original */
  guint64 n_dropped;  /* a gap's */
  const guint8 *data; /* what was kept, lent until the main loop runs; NULL: it cannot be read */
  gsize len;
} WeirWalkRow;

/* @ready: may be called until the walk is freed. */
WeirMessageWalk *weir_message_walk_new (WeirMessageList *list, GSourceOnceFunc ready, gpointer user_data);
void weir_message_walk_free (WeirMessageWalk *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirMessageWalk, weir_message_walk_free)

/* Where it stands; again until it is told to go on. */
WeirWalk weir_message_walk_get (WeirMessageWalk *self, WeirWalkRow *row);
void weir_message_walk_go_on (WeirMessageWalk *self);

void weir_message_walk_seek (WeirMessageWalk *self, guint32 row);

/* A part of a row's payload, lent until the main loop runs; NULL: it is on disk, or there is less. */
const guint8 *weir_message_list_peek (WeirMessageList *self, guint32 row, gsize from, gsize len);

G_END_DECLS
