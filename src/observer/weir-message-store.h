/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-record.h"

/* The records of a tap on disk, as they came on the wire, and an index of them in memory. The file is unlinked as soon
 * as it is made: it goes with the last reference. Counted, so that a message can outlive its list; main thread. Inner
 * to the room. */

G_BEGIN_DECLS

/* What one tap keeps at most: on disk as the setting says, and so many rows. The index of a row takes 40 bytes of
 * memory, and four more for a filter and for a search that it fits: 96 MB in all. For what comes after that the oldest
 * is let go, an eighth at a time, and counted. */
#define WEIR_MESSAGE_STORE_MAX_BYTES (G_GUINT64_CONSTANT (1) << 30)
#define WEIR_MESSAGE_STORE_MAX_ROWS  2000000

/* The kind of a row that stands for messages which are not there; the others are WeirRecordKind. */
#define WEIR_MESSAGE_ROW_GAP 0

typedef struct
{
  guint64 offset; /* of the record */
  guint64 seq;    /* a gap's: its first message */
  gint64 time_us; /* a gap's: of the record after it */
  guint32 kept;   /* bytes of the payload that are here */
  guint32 size;   /* of the original; a gap's: how many messages */
  guint8 kind;
  guint8 flags;
} WeirMessageRow;

G_STATIC_ASSERT (sizeof (WeirMessageRow) <= 40);

typedef struct _WeirMessageStore WeirMessageStore;

WeirMessageStore *weir_message_store_new (GError **error);
/* @fd: (transfer full): a file that can be read and written at offsets. */
WeirMessageStore *weir_message_store_new_for_fd (int fd, guint64 max_bytes, guint max_rows);
WeirMessageStore *weir_message_store_ref (WeirMessageStore *self);
void weir_message_store_unref (WeirMessageStore *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirMessageStore, weir_message_store_unref)

/* Takes effect with the next record. */
void weir_message_store_set_max_bytes (WeirMessageStore *self, guint64 max_bytes);

/**
 * weir_message_store_append:
 *
 * One or two rows more: messages that were dropped before this record, here or by the tap, get a row of their own
 * first. On failure there is no row, and the record counts as dropped. It may succeed again later, when the disk has
 * room.
 */
gboolean weir_message_store_append (WeirMessageStore *self, const WeirRecordHead *head, const guint8 *payload,
                                    gsize len, GError **error);

/* FALSE: the disk does not keep up, and memory is to hold no more: let the feed wait. A disk that is full has room in
 * this sense: what comes is refused. */
gboolean weir_message_store_has_room (WeirMessageStore *self);

/* A part of the file, in a thread: less than @len where it ends. */
void weir_message_store_read_async (WeirMessageStore *self, guint64 at, gsize len, GCancellable *cancellable,
                                    GAsyncReadyCallback callback, gpointer user_data);
GBytes *weir_message_store_read_finish (GAsyncResult *result, GError **error);

/* Rows are numbered from 0 on, from here to there; those before were let go. */
guint32 weir_message_store_get_first_row (WeirMessageStore *self);
guint32 weir_message_store_get_n_rows (WeirMessageStore *self);                       /* with those that were let go */
const WeirMessageRow *weir_message_store_get_row (WeirMessageStore *self, guint32 i); /* valid until the next append */
guint64 weir_message_store_get_n_let_go (WeirMessageStore *self);                     /* records: gaps are none */
gint64 weir_message_store_get_start_us (WeirMessageStore *self); /* the time of row 0, also when it has gone */

/* *@len bytes of the payload from @from, lent until the next call into the store; *@len becomes what there is. NULL:
 * they are on disk, and are to be loaded. */
const guint8 *weir_message_store_peek (WeirMessageStore *self, const WeirMessageRow *row, gsize from, gsize *len);

/* Reads the first @len bytes of a payload from disk, in a thread. */
void weir_message_store_load_async (WeirMessageStore *self, const WeirMessageRow *row, gsize len,
                                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
GBytes *weir_message_store_load_finish (GAsyncResult *result, GError **error);

/* What lies before this in the file was let go, and may be a hole. Any thread. */
guint64 weir_message_store_get_let_go_to (WeirMessageStore *self);

/* For who goes through many: see WeirAppender. */
guint64 weir_message_store_get_region_end (WeirMessageStore *self, guint64 at);
const guint8 *weir_message_store_peek_records (WeirMessageStore *self, guint64 at, gsize len);
int weir_message_store_dup_fd (WeirMessageStore *self);

G_END_DECLS
