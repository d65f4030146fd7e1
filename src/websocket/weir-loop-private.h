/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-loop.h"

/* What the connections of this room see of their loop. All of it belongs to the loop's thread. */

G_BEGIN_DECLS

/* Something that the loop dispatches: because its descriptor is ready, or because it asked to be. It lies in what it
 * dispatches for, whose memory must last until the dispatch has returned (weir_loop_dispose_later ()). */
typedef struct _WeirWatch WeirWatch;
struct _WeirWatch
{
  void (*dispatch) (WeirWatch *watch, guint32 events); /* EPOLL…; 0: it had been made ready */

  int fd;         /* -1: none */
  guint32 events; /* what epoll waits for; 0: not in its set, as errors would be reported for ever */
  gboolean is_ready;
  gboolean is_waiting;        /* with a packet that is not full */
  WeirWatch *previous, *next; /* among the ready ones */
};

/* Level-triggered. FALSE: the kernel has no memory for it, nothing has changed. */
gboolean weir_loop_set_events (WeirLoop *self, WeirWatch *watch, guint32 events);

/* Has it dispatched once, soon. */
void weir_loop_make_ready (WeirLoop *self, WeirWatch *watch);

/* Neither ready nor waited for any more. The descriptor must still be open. */
void weir_loop_forget (WeirLoop *self, WeirWatch *watch);

/* Destroys when the running dispatch has returned, or at once if there is none. */
void weir_loop_dispose_later (WeirLoop *self, gpointer data, GDestroyNotify destroy);

/* Memory of WEIR_LOOP_BUFFER_SIZE that nobody else looks at, lent for the dispatch: whoever wants to keep most of what
 * is read into it takes a reference, and the loop another block for the next read. */
WeirBlock *weir_loop_get_buffer (WeirLoop *self);

/* As many bytes, for small frames on their way out. */
guint8 *weir_loop_get_scratch (WeirLoop *self);

/* Whether more is about to be written, because more has been read than was handed over. A socket may then be let wait
 * with a packet that is not full (MSG_MORE), which makes small writes five times as cheap; weir_loop_push () sends
 * those packets off. */
void weir_loop_set_more (WeirLoop *self, gboolean more);
gboolean weir_loop_get_more (WeirLoop *self);
void weir_loop_set_waiting (WeirLoop *self, WeirWatch *watch, gboolean waiting);
void weir_loop_push (WeirLoop *self);

/* The context of an attached loop, else NULL. */
GMainContext *weir_loop_get_context (WeirLoop *self);

/* Around a dispatch that a source of that context makes by itself (TLS). */
void weir_loop_enter (WeirLoop *self);
void weir_loop_leave (WeirLoop *self);

/* An unpredictable key (RFC 6455 §5.3), from a pool filled by the kernel. */
void weir_loop_get_mask (WeirLoop *self, guint8 mask[4]);

G_END_DECLS
