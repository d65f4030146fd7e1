/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-budget.h"
#include "weir-channel-door.h"

/* A thread that moves the data of its channels, and the only door to it: the functions below belong to the control
 * thread and post; the events come back in the control thread's GMainContext. No state is shared but the memory budget.
 * Channels are named by their number `n`; what arrives for one that has ended meanwhile is dropped. */

G_BEGIN_DECLS

typedef struct _WeirDataThread WeirDataThread;

typedef struct
{
  void (*event) (const WeirPipeEvent *event, gpointer user_data);

  /* The channels whose meters have changed since the last call, at the interval that was set. */
  void (*meters) (const WeirMeterRow *rows, guint n_rows, gint64 now_us, gpointer user_data);

  /* Nullable. The last call, once, after weir_data_thread_stop (): the thread holds nothing any more, so that
   * weir_data_thread_free () does not wait. May be called from in here. */
  void (*stopped) (WeirDataThread *thread, gpointer user_data);
} WeirDataEvents;

/* Starts the thread. @events is const and outlives it. */
WeirDataThread *weir_data_thread_new (const char *name, WeirBudget *budget, GMainContext *control,
                                      const WeirDataEvents *events, gpointer user_data, GError **error);

/* Closes every connection with @code and @reason and gives them @timeout_us to answer; `stopped` tells when that is
 * done. Does not wait. The events of what ends come before `stopped`. Once. */
void weir_data_thread_stop (WeirDataThread *self, guint16 code, const char *reason, gint64 timeout_us);

/* Joins the thread, and no event comes any more: at once after `stopped`; before that, when what is left of the stop's
 * time has passed at the latest. Without a stop every connection is dropped. Not from `event` or `meters`. */
void weir_data_thread_free (WeirDataThread *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirDataThread, weir_data_thread_free)

void weir_data_thread_open (WeirDataThread *self, const WeirPipeConfig *config);

/* @stream: (transfer full): after its handshake. @early: (transfer full) (nullable). The first connection of a side
 * takes it; a later one is closed at once with an empty close frame (§5.5 of the protocol notes). */
void weir_data_thread_attach (WeirDataThread *self, guint32 n, WeirSide side, GIOStream *stream, GBytes *early);

/* What observers want of its channels. */
WeirChannelDoor *weir_data_thread_get_door (WeirDataThread *self);

G_END_DECLS
