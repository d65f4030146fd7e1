/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-channel-table.h"
#include "weir-conn.h"

/* An end of a channel that the engine itself holds. To the channel it is a connection like any other, over a pair of
 * sockets: same bounds, same backpressure, same acknowledgements, same figures. Control thread. */

G_BEGIN_DECLS

typedef struct _WeirChannelEnd WeirChannelEnd;

typedef struct
{
  /* Of a reading end. @block: (nullable): what @data lies in. FALSE: no more now. */
  gboolean (*message) (WeirChannelEnd *end, WeirOp op, const guint8 *data, gsize len, WeirBlock *block,
                       gpointer user_data);

  /* Of a writing end: everything has been handed on. */
  void (*drained) (WeirChannelEnd *end, gpointer user_data);

  /* The channel has closed it: @how and @code as its connection has them. The last call, and it is not the holder's any
   * more. */
  void (*ended) (WeirChannelEnd *end, WeirClosedHow how, guint16 code, gpointer user_data);
} WeirChannelEndEvents;

/* A set of ends, which belong to it; free it while the loop lives. */
GHashTable *weir_channel_end_set_new (void);

/* Takes that end of channel @n. NULL: there are no descriptors left. */
WeirChannelEnd *weir_channel_end_new (GHashTable *set, WeirLoop *loop, WeirChannelTable *channels, guint32 n,
                                      WeirSide side, const WeirChannelEndEvents *events, gpointer user_data);

/* FALSE: wait for `drained` before there is more. */
gboolean weir_channel_end_write (WeirChannelEnd *self, const guint8 *data, gsize len);

void weir_channel_end_set_paused (WeirChannelEnd *self, gboolean paused);

/* No event from now on, and the holder forgets it. What was written still goes, then a close frame. */
void weir_channel_end_finish (WeirChannelEnd *self, guint16 code, const char *reason);

/* The same, but it is lost: what it wrote is not all there should be. */
void weir_channel_end_abort (WeirChannelEnd *self);

G_END_DECLS
