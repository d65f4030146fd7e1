/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-block.h"
#include "weir-frame.h"
#include "weir-record.h"

/* The queue between a channel and somebody who watches its messages. The data thread puts records in and never waits:
 * what does not fit is dropped from the tap and counted in the next record. Another thread takes them out. Shared,
 * counted; the lock is held for a few instructions. A payload below WEIR_TAP_COPY_SIZE is copied, a larger one
 * referenced, and what the reference keeps alive is what is charged, once for neighbours that lie in one block. */

G_BEGIN_DECLS

typedef struct _WeirTap WeirTap;

#define WEIR_TAP_MAX_BYTES   (8u << 20)
#define WEIR_TAP_MAX_RECORDS 4096
#define WEIR_TAP_COPY_SIZE   (16 * 1024)

typedef enum
{
  WEIR_TAP_TEXT = 1 << 0,
  WEIR_TAP_BINARY = 1 << 1,
} WeirTapKinds;

/* @snaplen: 0: whole messages. @wake: called once in @context when the queue stops being empty, and not again before
 * weir_tap_take () has returned NULL; what it returns does not matter. */
WeirTap *weir_tap_new (guint32 snaplen, WeirTapKinds kinds, GMainContext *context, GSourceFunc wake,
                       gpointer user_data);
WeirTap *weir_tap_ref (WeirTap *self);
void weir_tap_unref (WeirTap *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirTap, weir_tap_unref)

/* The watcher has gone: no wake any more, what is put in is thrown away. In the thread of the tap's context. */
void weir_tap_cancel (WeirTap *self);

/* Consumer: the next records as they go on the wire, @max_size bytes at most unless the first record alone is larger;
 * NULL when there is none. A record may be larger than a message of the feed: the consumer cuts. */
GBytes *weir_tap_take (WeirTap *self, gsize max_size);
guint64 weir_tap_get_n_dropped (WeirTap *self);

/* Producer (the channel's data thread). @block: (nullable): what @data lies in. An event is never dropped: there are
 * few. */
void weir_tap_put (WeirTap *self, WeirRecordKind kind, guint16 flags, guint64 seq, gint64 time_us, const guint8 *data,
                   gsize len, WeirBlock *block);

/* Producer: a message of which only the first @len bytes of @payload_size are known. */
void weir_tap_put_start (WeirTap *self, WeirRecordKind kind, guint16 flags, guint64 seq, gint64 time_us,
                         const guint8 *data, gsize len, gsize payload_size);

/* Producer: whether a message would be taken now, and its payload referenced and not copied. */
gboolean weir_tap_wants_block (WeirTap *self, WeirRecordKind kind, gsize len);
gboolean weir_tap_is_full (WeirTap *self);

/* Producer: how much of a message it keeps at most. */
gsize weir_tap_get_limit (WeirTap *self);

G_END_DECLS
