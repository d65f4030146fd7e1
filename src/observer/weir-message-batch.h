/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-message-store.h"

/* Some rows of a store with their payloads, as a thread can go through them: made on the main thread, then read and
 * looked at in any one. Inner to the room. */

G_BEGIN_DECLS

/* The largest there is (a single message may be larger): it is copied in a moment, and looked through in some ms. */
#define WEIR_MESSAGE_BATCH_ROWS   16384
#define WEIR_MESSAGE_BATCH_BYTES  (4u << 20) /* from disk */
#define WEIR_MESSAGE_BATCH_COPIED (1u << 20) /* of what is in memory */

typedef struct
{
  guint n;
  guint32 *numbers;     /* of the rows, ascending */
  WeirMessageRow *rows; /* their copies */
  guint64 at;           /* where in the file */
  gsize len;
  guint8 *data; /* nullable: not read yet */
  int fd;       /* to read it from; −1: it is here */
} WeirMessageBatch;

/**
 * weir_message_batch_new:
 * @numbers: (nullable): rows that are in @store, ascending; %NULL: @first and those after it
 * @n: how many of them; the batch may take fewer, but at least one
 */
WeirMessageBatch *weir_message_batch_new (WeirMessageStore *store, const guint32 *numbers, guint32 first, guint n);
void weir_message_batch_free (WeirMessageBatch *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirMessageBatch, weir_message_batch_free)

gboolean weir_message_batch_read (WeirMessageBatch *self, GError **error);
/* The payload of row @i, of which rows[i].kept bytes are there. */
const guint8 *weir_message_batch_get_payload (WeirMessageBatch *self, guint i);

G_END_DECLS
