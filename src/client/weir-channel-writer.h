/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-ref.h"

/* The writing end of a channel. It connects with the first write (or the close: so an empty channel ends, too). Writes
 * are taken in order, text and binary alike; an asynchronous write completes when there is room again, which is how
 * backpressure reaches the caller: bounded memory needs no more than waiting for one write before the next. Dropped
 * without a close it breaks the connection, so that nobody takes what was written for the whole. */

G_BEGIN_DECLS

#define WEIR_CHANNEL_ERROR (weir_channel_error_quark ())
GQuark weir_channel_error_quark (void);

typedef enum
{
  WEIR_CHANNEL_ERROR_NOT_FOUND,   /* 404: the engine does not know the channel, or the key is wrong */
  WEIR_CHANNEL_ERROR_TAKEN,       /* closed at once: another connection has this end */
  WEIR_CHANNEL_ERROR_CONNECT,     /* the engine could not be reached, or refused */
  WEIR_CHANNEL_ERROR_READER_LEFT, /* the reader has gone; what was not read is lost */
  WEIR_CHANNEL_ERROR_WRITER_LOST, /* the writer's connection broke: the stream is cut short */
  WEIR_CHANNEL_ERROR_LOST,        /* our own connection broke */
  WEIR_CHANNEL_ERROR_CLOSED,      /* used after its close */
  WEIR_CHANNEL_ERROR_TOO_LARGE,   /* a text message above the frame limit, or read_all () above its bound */
} WeirChannelError;

/* Binary data is cut into messages of this size, as every SDK does (§5.10 of the protocol notes). */
#define WEIR_CHANNEL_CHUNK_SIZE (64 * 1024)

#define WEIR_TYPE_CHANNEL_WRITER (weir_channel_writer_get_type ())
G_DECLARE_FINAL_TYPE (WeirChannelWriter, weir_channel_writer, WEIR, CHANNEL_WRITER, GObject)

/* @engine_url: of the engine the ref belongs to; refs carry no host. */
WeirChannelWriter *weir_channel_writer_new (const char *engine_url, const WeirRef *ref);

const WeirRef *weir_channel_writer_get_ref (WeirChannelWriter *self);

/* Bytes in messages of at most WEIR_CHANNEL_CHUNK_SIZE. No bytes: one empty message. Completes when there is room for
 * more. */
void weir_channel_writer_write_async (WeirChannelWriter *self, GBytes *bytes, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data);
gboolean weir_channel_writer_write_finish (WeirChannelWriter *self, GAsyncResult *result, GError **error);

/* One message, whole, however large: not more than WEIR_FRAME_MAX_SIZE (16 MiB), else TOO_LARGE. A text must be UTF-8.
 */
void weir_channel_writer_send_async (WeirChannelWriter *self, GBytes *bytes, gboolean is_text,
                                     GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean weir_channel_writer_send_finish (WeirChannelWriter *self, GAsyncResult *result, GError **error);

/* One text message, whole. */
void weir_channel_writer_send_message_async (WeirChannelWriter *self, const char *text, GCancellable *cancellable,
                                             GAsyncReadyCallback callback, gpointer user_data);
gboolean weir_channel_writer_send_message_finish (WeirChannelWriter *self, GAsyncResult *result, GError **error);

/* After all that was written: Close 1000 `stream_complete`. Completes when the engine has answered it, so the caller
 * knows that everything arrived there; a slow reader may delay that without limit. Cancelling ends the waiting, not the
 * close, which goes on without the caller's reference. */
void weir_channel_writer_close_async (WeirChannelWriter *self, GCancellable *cancellable, GAsyncReadyCallback callback,
                                      gpointer user_data);
gboolean weir_channel_writer_close_finish (WeirChannelWriter *self, GAsyncResult *result, GError **error);

/* Connects now, and not only with the first write: whether the end can be had is known then. */
void weir_channel_writer_connect (WeirChannelWriter *self);

/* Whether the connection stands. It is made with the first write, or the close. */
gboolean weir_channel_writer_is_open (WeirChannelWriter *self);
/* Whether a write, or the close behind the last of them, waits for room now. */
gboolean weir_channel_writer_is_held (WeirChannelWriter *self);

/* (transfer none). The same as a stream: for g_output_stream_splice_async (), and asynchronous calls only (the others
 * are NOT_SUPPORTED). Closing it closes the writer; a splice whose source fails aborts it. */
GOutputStream *weir_channel_writer_get_stream (WeirChannelWriter *self);

/* For how long that was so since the writer was made, µs. */
gint64 weir_channel_writer_get_held_us (WeirChannelWriter *self);

/* Breaks the connection without a close, as a crash does. */
void weir_channel_writer_abort (WeirChannelWriter *self);

/* Signal "closed" (GError *error (nullable)): the connection is over; NULL after a close of ours. */

G_END_DECLS
