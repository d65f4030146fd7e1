/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* A file that only grows, and is never waited for: what is appended lies in memory until a thread has written it.
 * Reading finds it in either place. Belongs to one thread; for this room and those above it. */

G_BEGIN_DECLS

/* Bytes that may wait for the disk before there is no room; appending goes on beyond it, up to the owner. */
#define WEIR_APPENDER_ROOM (8u << 20)

typedef struct _WeirAppender WeirAppender;

/* @fd: (transfer full): a file that can be read and written at offsets; −1: one that has no room at all. */
WeirAppender *weir_appender_new (int fd);
void weir_appender_free (WeirAppender *self); /* what was not written is not any more */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirAppender, weir_appender_free)

void weir_appender_append (WeirAppender *self, const void *data, gsize len);
/* After a record: lets the thread write if there is enough to write. */
void weir_appender_commit (WeirAppender *self);

guint64 weir_appender_get_size (WeirAppender *self); /* with what is not written yet */
gsize weir_appender_get_waiting (WeirAppender *self);
gboolean weir_appender_has_room (WeirAppender *self);

/* Why what waits cannot be written: the disk has no room, but for what is left to others. NULL when it can, also again: it is tried anew every second. */
const GError *weir_appender_get_error (WeirAppender *self);

/* Up to where what begins at @at lies in one place: in the file, or in one piece of memory. */
guint64 weir_appender_get_region_end (WeirAppender *self, guint64 at);

/* What lies before @at is not read any more: the disk gets it back with the next write, in its thread. */
void weir_appender_let_go (WeirAppender *self, guint64 at);

/* Up to where that is. Any thread: what was read in one, and does not lie before this afterwards, is what was written,
 * and no hole. */
guint64 weir_appender_get_let_go (WeirAppender *self);

/* A descriptor of the file, for who reads what is written in a thread of their own; the caller's. */
int weir_appender_dup_fd (WeirAppender *self);

/* @len bytes that were appended in one go, or part of them: where they lie in memory, valid until the next append;
 * NULL: they are in the file. */
const guint8 *weir_appender_peek (WeirAppender *self, guint64 at, gsize len);

/* From the file, in a thread; fewer bytes than @len where it ends. The appender may go meanwhile. */
void weir_appender_read_async (WeirAppender *self, guint64 at, gsize len, GCancellable *cancellable,
                               GAsyncReadyCallback callback, gpointer user_data);
GBytes *weir_appender_read_finish (GAsyncResult *result, GError **error);

G_END_DECLS
