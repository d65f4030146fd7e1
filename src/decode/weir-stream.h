/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-joiner.h"
#include "weir-message-list.h"
#include "weir-stream-text.h"

/* A tap's binary messages joined to the stream that they are cut from, and its growing texts: a GListModel of the
 * joiner's items, made on demand, live while the tap is. It goes through the messages in slices of a few milliseconds.
 * Bytes stay where the tap keeps them. Main thread. */

G_BEGIN_DECLS

#define WEIR_TYPE_STREAM_ITEM (weir_stream_item_get_type ())
G_DECLARE_FINAL_TYPE (WeirStreamItem, weir_stream_item, WEIR, STREAM_ITEM, GObject)

guint weir_stream_item_get_index (WeirStreamItem *self);
WeirJoined weir_stream_item_get_joined (WeirStreamItem *self);

/* As much of one is shown as one thing. */
#define WEIR_STREAM_MAX_JOINED (1024 * 1024)

#define WEIR_TYPE_STREAM (weir_stream_get_type ())
G_DECLARE_FINAL_TYPE (WeirStream, weir_stream, WEIR, STREAM, GObject)

/* Reads nothing until it is started. */
WeirStream *weir_stream_new (WeirMessageList *messages);
void weir_stream_start (WeirStream *self);

/* What the stream is taken for, whatever it looks like: it is read anew, and all of its items go. @content: (nullable):
 * NULL: as it looks, which is how it begins. "restarted" is emitted when nothing is known of it any more. */
void weir_stream_read_as (WeirStream *self, const WeirContent *content);
gboolean weir_stream_is_told (WeirStream *self);

/* What the getters say is new comes with "changed", at most ten times a second. */
WeirContent weir_stream_get_content (WeirStream *self);
const WeirStreamForm *weir_stream_get_form (WeirStream *self);
guint64 weir_stream_get_size (WeirStream *self);
guint weir_stream_get_n_messages (WeirStream *self);
guint weir_stream_get_n_gaps (WeirStream *self);
guint weir_stream_get_n_garbled (WeirStream *self); /* items */
gboolean weir_stream_is_full (WeirStream *self);
gboolean weir_stream_is_reading (WeirStream *self); /* there is more that it has not come to */

/* (transfer full): what is shown in the place of what is missing, as a sentence. */
char *weir_stream_describe_gap (WeirStream *self, WeirJoined gap);

/* The bytes of the stream from there, whatever messages they lie in, at most to its end: (transfer full) (nullable):
 * NULL: some are on disk. Not masked. */
GBytes *weir_stream_peek (WeirStream *self, guint64 start, gsize len);
void weir_stream_read_async (WeirStream *self, guint64 start, gsize len, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data);
GBytes *weir_stream_read_finish (WeirStream *self, GAsyncResult *result, GError **error);

/* How many of the bytes before @start are to be known to tell whether a key goes on there. A part of the stream that
 * was read with them, without them again and its keys masked: (transfer full). */
#define WEIR_STREAM_MAX_LEAD 1024
gsize weir_stream_get_lead (WeirStream *self, guint64 start);
GBytes *weir_stream_mask (GBytes *bytes, gsize lead);

/* The numbers of the messages in which an item lies; of a gap the one before it twice. FALSE: there is none. */
gboolean weir_stream_get_messages (WeirStream *self, WeirJoined item, guint64 *first_seq, guint64 *last_seq);
/* The tap's row of the first of them, for weir_message_list_find_row (). */
gboolean weir_stream_get_row (WeirStream *self, WeirJoined item, guint32 *row);
/* The item in which a message begins. FALSE: none does, or not yet. */
gboolean weir_stream_find_item (WeirStream *self, guint64 seq, guint *position);

/* The next garbled item behind @after, else the first of all. FALSE: there is none. */
gboolean weir_stream_find_garbled (WeirStream *self, guint after, guint *position);

/* See weir_growing_dup_text (). */
char *weir_stream_dup_growing (WeirStream *self, guint64 seq, gsize max_bytes, gboolean *has_gaps);

G_END_DECLS
