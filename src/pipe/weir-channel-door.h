/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-audience.h"
#include "weir-meter-feed.h"

/* What observers want of the channels of a data thread, whatever a channel is there: taps and their heartbeats, what is
 * remembered of channels that have ended, shapes, injections, dismissals. It is a part of its thread: what stands under
 * "any thread" is the control thread's, and posts. What arrives for a channel that has ended meanwhile is dropped, but
 * for wishes, which are answered, and taps, which get what is remembered. */

G_BEGIN_DECLS

typedef struct _WeirChannelDoor WeirChannelDoor;

/* What a channel does. Each wish is answered with an event ANSWERED of its ticket. */
typedef struct
{
  void (*add_tap) (gpointer channel, WeirTap *tap, gboolean history);
  void (*remove_tap) (gpointer channel, WeirTap *tap);
  void (*set_internal) (gpointer channel);
  void (*shape) (gpointer channel, guint ticket, gboolean is_held, guint64 rate, const char *by);
  void (*inject) (gpointer channel, guint ticket, WeirOp op, GBytes *payload, const char *by);
  void (*dismiss) (gpointer channel, guint ticket, WeirSide side, const char *by);
} WeirChannelFuncs;

typedef struct
{
  WeirLoop *loop;
  WeirMailbox *mailbox;
  WeirMeterFeed *meters;
  GHashTable *channels; /* n → channel; the thread's */
  GQueue *tapped;       /* of WeirAudience; the thread's */
  const WeirChannelFuncs *funcs;
} WeirChannelDoorConfig;

/* Before the thread runs; all of @config outlives it, or weir_channel_door_close (). */
WeirChannelDoor *weir_channel_door_new (const WeirChannelDoorConfig *config);

/* Data thread: it is over, nothing that was posted is run any more. */
void weir_channel_door_close (WeirChannelDoor *self);
void weir_channel_door_free (WeirChannelDoor *self);

/* Data thread. @history: (transfer full) (nullable): of a channel that has ended. */
void weir_channel_door_remember (WeirChannelDoor *self, guint32 n, WeirHistory *history);

/* --- any thread --- */

/* @history: put what is remembered of the channel into the tap first. One that has ended is remembered, too, until it
 * is forgotten: an event REPLAYED says that the tap has all it gets. */
void weir_channel_door_add_tap (WeirChannelDoor *self, guint32 n, WeirTap *tap, gboolean history);
void weir_channel_door_remove_tap (WeirChannelDoor *self, guint32 n, WeirTap *tap);

/* A channel that has ended is of no interest any more. */
void weir_channel_door_forget (WeirChannelDoor *self, guint32 n);

/* What an observer asks for, as in weir-pipe.h; each is answered with an event ANSWERED of that ticket, also for a
 * channel that has ended. @by: (nullable) */
void weir_channel_door_shape (WeirChannelDoor *self, guint32 n, guint ticket, gboolean is_held, guint64 rate,
                              const char *by);
void weir_channel_door_inject (WeirChannelDoor *self, guint32 n, guint ticket, gboolean is_text, GBytes *payload,
                               const char *by);
void weir_channel_door_dismiss (WeirChannelDoor *self, guint32 n, guint ticket, WeirSide side, const char *by);

/* The channel carries a watcher's feed, which is not watched itself. */
void weir_channel_door_set_internal (WeirChannelDoor *self, guint32 n);

/* 0: nobody watches; meters come once a second then. */
void weir_channel_door_set_interval (WeirChannelDoor *self, guint interval_ms);

G_END_DECLS
