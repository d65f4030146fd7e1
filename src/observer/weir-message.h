/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-record.h"

/* A row of a tap: a message, an event, or a gap (messages that the tap dropped). Made on demand. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_MESSAGE_TEXT,
  WEIR_MESSAGE_BINARY,
  WEIR_MESSAGE_EVENT, /* the payload is JSON */
  WEIR_MESSAGE_GAP,   /* n_dropped messages, seq is the first of them */
} WeirMessageKind;

#define WEIR_TYPE_MESSAGE (weir_message_get_type ())
G_DECLARE_FINAL_TYPE (WeirMessage, weir_message, WEIR, MESSAGE, GObject)

/* Its place in the tap, from 0: whatever is shown or let go, it keeps that. */
guint32 weir_message_get_row (WeirMessage *self);
WeirMessageKind weir_message_get_kind (WeirMessage *self);
guint64 weir_message_get_seq (WeirMessage *self);    /* number on its channel, from 1; 0 for an event */
gint64 weir_message_get_time_us (WeirMessage *self); /* wall clock of the point, µs since 1970 UTC */
gint64
weir_message_get_since_previous_us (WeirMessage *self); /* the record before, shown or not; −1: it is the first */
gint64 weir_message_get_since_start_us (WeirMessage *self);
guint64 weir_message_get_size (WeirMessage *self); /* of the original */
gboolean weir_message_is_cut (WeirMessage *self);
gboolean weir_message_is_injected (WeirMessage *self);
guint64 weir_message_get_n_dropped (WeirMessage *self); /* of a gap */

/* (transfer none) (nullable): as kept; NULL: it is on disk, and is to be loaded. */
GBytes *weir_message_get_payload (WeirMessage *self);
/* (nullable): the first bytes only, for a row: cheap. NULL as above. */
GBytes *weir_message_dup_start (WeirMessage *self, gsize max_size);

/* (transfer none) (nullable): the last bytes, WEIR_MESSAGE_BEFORE at most, of what the messages of its kind before it
 * held: what a channel carries may be cut into messages anywhere. None from beyond what is missing. NULL: they are on
 * disk, and are there once the message has been loaded. */
#define WEIR_MESSAGE_BEFORE 1024
GBytes *weir_message_get_before (WeirMessage *self);

/* The first @max_size bytes, or all there are, read in a thread. A payload that was loaded whole is there from then on.
 */
void weir_message_load_async (WeirMessage *self, gsize max_size, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data);
GBytes *weir_message_load_finish (WeirMessage *self, GAsyncResult *result, GError **error);

G_END_DECLS
