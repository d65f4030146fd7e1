/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-block.h"
#include "weir-follower.h"

/* Finds the messages in a stream that is followed, for who wants to see them. Those that lie whole in one piece are
 * lent as they are; of one that comes in several the parts are gathered, as far as is wanted. One that had begun before
 * anybody looked is passed over. Data thread. */

G_BEGIN_DECLS

/* How much may be gathered by several of them; whoever would exceed it is shown the message without its bytes. */
typedef struct
{
  gint64 used; /* bytes; atomic where others use it, too */
  gint64 max;
} WeirViewAccount;

typedef struct
{
  WeirBlock *block; /* nullable: the parts of a message until now, unmasked */
  gsize len;
  guint64 total;
  gboolean is_gathering;
  gboolean is_missed;       /* there was no room for it */
  WeirViewAccount *account; /* nullable */
} WeirViewer;

typedef struct
{
  WeirOp op;
  guint64 seq;        /* how many messages have been followed, this one included */
  guint8 *data;       /* lent: may be unmasked in place */
  gsize len;          /* of data */
  guint64 size;       /* of the payload: more than len where it was not wanted whole, or there was no room for it */
  gboolean is_masked; /* with mask */
  guint8 mask[4];
  gboolean is_missed; /* len is 0, as there was no room */
  WeirBlock *block;   /* nullable: what data lies in, gathered */
} WeirViewed;

typedef void (*WeirViewFunc) (WeirViewed *message, gpointer user_data);

void weir_viewer_clear (WeirViewer *self);

/* @from: where @data begins; copied. @limit: what is wanted of a message that comes in several pieces. */
void weir_viewer_take (WeirViewer *self, const WeirFollower *from, guint8 *data, gsize len, gsize limit,
                       WeirViewFunc func, gpointer user_data);

/* In place, once. */
void weir_viewed_unmask (WeirViewed *self);

G_END_DECLS
