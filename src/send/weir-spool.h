/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* What a channel's reader was given, one message behind the other, in a file that has no name (in the cache folder) and
 * goes with the spool. Main thread; nothing is waited for. */

G_BEGIN_DECLS

/* What comes beyond it is counted and not kept, unless another limit is set. */
#define WEIR_SPOOL_DEFAULT_LIMIT (G_GUINT64_CONSTANT (1) << 30)

#define WEIR_TYPE_SPOOL (weir_spool_get_type ())
G_DECLARE_FINAL_TYPE (WeirSpool, weir_spool, WEIR, SPOOL, GObject)

/* Where no file can be made it keeps nothing, and counts. */
WeirSpool *weir_spool_new (void);

void weir_spool_append (WeirSpool *self, const guint8 *data, gsize len);

/* FALSE while the disk is slower than what comes: who appends should wait. */
gboolean weir_spool_has_room (WeirSpool *self);

guint64 weir_spool_get_size (WeirSpool *self);
guint64 weir_spool_get_n_lost (WeirSpool *self); /* bytes */

/* Bytes. What was lost stays so: what is kept has no hole. */
void weir_spool_set_limit (WeirSpool *self, guint64 limit);
guint64 weir_spool_get_limit (WeirSpool *self);
/* Whether it is for the limit that bytes are lost; else the disk has no room, or there is no file. */
gboolean weir_spool_is_at_limit (WeirSpool *self);

/* Writes all that is there now. @progress: (nullable): main thread. Fails with a GIOError. */
void weir_spool_save_async (WeirSpool *self, GFile *file, GCancellable *cancellable, GFileProgressCallback progress,
                            gpointer progress_data, GAsyncReadyCallback callback, gpointer user_data);
gboolean weir_spool_save_finish (WeirSpool *self, GAsyncResult *result, GError **error);

G_END_DECLS
