/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-channel-writer.h"
#include "weir-ref.h"

/* The reading end of a channel. It connects with the first read, or when a handler is set (the SDKs' on-message alone
 * does not connect, and people wait for ever). Order is kept between text and binary. What is not read holds the
 * writer: there is never more than one message and a read buffer's worth in here. */

G_BEGIN_DECLS

#define WEIR_TYPE_CHANNEL_READER (weir_channel_reader_get_type ())
G_DECLARE_FINAL_TYPE (WeirChannelReader, weir_channel_reader, WEIR, CHANNEL_READER, GObject)

WeirChannelReader *weir_channel_reader_new (const char *engine_url, const WeirRef *ref);

const WeirRef *weir_channel_reader_get_ref (WeirChannelReader *self);

/* Every message as it comes, lent for the call. FALSE: no more until weir_channel_reader_resume (). Excludes the
 * stream. @destroy is called after the end, so @user_data may keep the reader. */
typedef gboolean (*WeirMessageFunc) (WeirChannelReader *reader, gboolean is_text, const guint8 *data, gsize len,
                                     gpointer user_data);
void weir_channel_reader_set_handler (WeirChannelReader *self, WeirMessageFunc func, gpointer user_data,
                                      GDestroyNotify destroy);
void weir_channel_reader_resume (WeirChannelReader *self);

/* (transfer none). The binary messages as one stream, for asynchronous calls only (the others are NOT_SUPPORTED); text
 * messages go to "message" in between, in order. A stream that was cut short ends in WEIR_CHANNEL_ERROR_WRITER_LOST
 * where the engine says so, and in end-of-file where it cannot (a stock engine).
 */
GInputStream *weir_channel_reader_get_stream (WeirChannelReader *self);

/* All binary data to the end, at most @max_bytes (0: 64 MiB). */
void weir_channel_reader_read_all_async (WeirChannelReader *self, gsize max_bytes, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data);
GBytes *weir_channel_reader_read_all_finish (WeirChannelReader *self, GAsyncResult *result, GError **error);

/* Leaves: Close 1000 `channel_close`. The writer is told. */
void weir_channel_reader_close (WeirChannelReader *self);
void weir_channel_reader_abort (WeirChannelReader *self);

/* Signals:
 * "message" (const char *text): a text message, where no handler is set.
 * "ended" (GError *error (nullable)): after the last message; NULL if the writer closed as it should. Once.
 * A second reader cannot tell its fate: what it gets is what an empty channel's reader gets, too (§5.5, §5.6). */

G_END_DECLS
