/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-state.h"
#include "weir-tap.h"

/* A thread that moves the data of its channels, and the only door to it: the functions below belong to the control thread and
 * post; the events come back in the control thread's GMainContext. No state is shared but the memory budget. Channels are named
 * by their number `n`; what arrives for one that has ended meanwhile is dropped. */

G_BEGIN_DECLS

typedef struct _WeirDataThread WeirDataThread;

typedef enum
{
  WEIR_SIDE_WRITER,
  WEIR_SIDE_READER,
} WeirSide;

/* Bytes that all channels of a process may hold together. Shared by its data threads, atomic. */
typedef struct _WeirBudget WeirBudget;
WeirBudget *weir_budget_new (guint64 max_bytes);
WeirBudget *weir_budget_ref (WeirBudget *self);
void weir_budget_unref (WeirBudget *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirBudget, weir_budget_unref)
guint64 weir_budget_get_used (WeirBudget *self);

typedef struct
{
  guint32 n;
  guint max_items;     /* messages */
  guint64 max_bytes;   /* one message always fits */
  gint64 expiry_us;    /* an end that is not taken this long after the last sign of life ends the channel; 0: never */
  gboolean probe;      /* acknowledge by pings */
  gboolean keep_history;
} WeirPipeConfig;

typedef enum
{
  WEIR_PIPE_CONNECTED, /* an end has been taken */
  WEIR_PIPE_REFUSED,   /* an end that was taken already: that connection has been closed */
  WEIR_PIPE_LEFT,      /* an end's connection is over */
  WEIR_PIPE_ENDED,     /* the last event of this channel; its memory is gone */
} WeirPipeEventType;

typedef struct
{
  WeirPipeEventType type;
  guint32 n;
  WeirSide side;      /* CONNECTED, REFUSED, LEFT */
  gint64 at_us;       /* monotonic */
  guint16 code;       /* LEFT: as the peer closed; 0: it did not, or gave none */
  gboolean is_clean;  /* LEFT: there was a close frame */
  char *reason;       /* LEFT: nullable */
  char *violation;    /* LEFT: the rule of the protocol that the peer broke; nullable */
  WeirEndedBy by;     /* ENDED */
  WeirMeters meters;  /* as of now */
} WeirPipeEvent;

typedef struct
{
  guint32 n;
  WeirMeters meters;
} WeirMeterRow;

typedef struct
{
  void (*event) (const WeirPipeEvent *event, gpointer user_data);

  /* The channels whose meters have changed since the last call, at the interval that was set. */
  void (*meters) (const WeirMeterRow *rows, guint n_rows, gint64 now_us, gpointer user_data);
} WeirDataEvents;

/* Starts the thread. The events are const and outlive it. */
WeirDataThread *weir_data_thread_new (const char *name, WeirBudget *budget, GMainContext *control, const WeirDataEvents *events,
                                      gpointer user_data, GError **error);

/* Closes every connection with @code and @reason, waits at most @timeout_us for their answers, then joins. No events after. */
void weir_data_thread_stop (WeirDataThread *self, guint16 code, const char *reason, gint64 timeout_us);

void weir_data_thread_open (WeirDataThread *self, const WeirPipeConfig *config);

/* @stream: (transfer full): after its handshake. @early: (transfer full) (nullable). The first connection of a side takes it;
 * a later one is closed at once with an empty close frame (§5.5 of the protocol notes). */
void weir_data_thread_attach (WeirDataThread *self, guint32 n, WeirSide side, GIOStream *stream, GBytes *early);

/* Ends a channel: both sides are closed with @code and @reason. */
void weir_data_thread_close (WeirDataThread *self, guint32 n, WeirEndedBy by, guint16 code, const char *reason);

/* @history: put what is remembered of the channel into the tap first. */
void weir_data_thread_add_tap (WeirDataThread *self, guint32 n, WeirTap *tap, gboolean history);
void weir_data_thread_remove_tap (WeirDataThread *self, guint32 n, WeirTap *tap);

/* 0: nobody watches; meters come once a second then. */
void weir_data_thread_set_interval (WeirDataThread *self, guint interval_ms);

/* The reading end's rules, so that a watcher's feed is not watched itself. */
void weir_data_thread_set_internal (WeirDataThread *self, guint32 n);

G_END_DECLS
