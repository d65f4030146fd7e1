/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-observer.h"

/* What an observer does to a channel on purpose, by the functions of the point that sees it. Each fails with
 * WEIR_POINT_ERROR (its message names the point, the function and the engine's code), or when the point has not
 * answered within ten seconds. Main thread. */

G_BEGIN_DECLS

/* What a point lets its observers do: `--permit` of its server. */
typedef enum
{
  WEIR_RIGHT_SEE = 1 << 0,
  WEIR_RIGHT_READ = 1 << 1,
  WEIR_RIGHT_REVEAL = 1 << 2,
  WEIR_RIGHT_INTERFERE = 1 << 3,
} WeirRights;

/* Of the point that would be asked; 0: none that is live sees the channel. */
WeirRights weir_observer_get_rights (WeirObserver *self, WeirChannel *channel);

/* The ref of one end, with its access key: the right to it. */
void weir_observer_reveal_async (WeirObserver *self, WeirChannel *channel, WeirDirection direction,
                                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
WeirRef *weir_observer_reveal_finish (WeirObserver *self, GAsyncResult *result, GError **error);

/* One more message for the reader, behind what is queued. @seq: (out) (nullable): the number it got */
void weir_observer_inject_async (WeirObserver *self, WeirChannel *channel, gboolean is_text, GBytes *payload,
                                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean weir_observer_inject_finish (WeirObserver *self, GAsyncResult *result, guint64 *seq, GError **error);

/* Holds it (@pause), slows it to @rate bytes a second, or lets it go (FALSE and 0): until the next call, or until this
 * observer leaves, however that comes about. */
void weir_observer_shape_async (WeirObserver *self, WeirChannel *channel, gboolean pause, guint64 rate,
                                GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean weir_observer_shape_finish (WeirObserver *self, GAsyncResult *result, GError **error);

void weir_observer_close_end_async (WeirObserver *self, WeirChannel *channel, gboolean is_writer,
                                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean weir_observer_close_end_finish (WeirObserver *self, GAsyncResult *result, GError **error);

G_END_DECLS
