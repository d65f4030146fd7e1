/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-block.h"

/* The event loop under the connections of one thread: an epoll set, the thread's read buffer, work posted by other
 * threads, and timers. GMainContext polls all of its descriptors every time, which 10 000 idle channels make dear; a
 * WeirLoop is a single descriptor to a GMainContext (weir_loop_new_attached (), for workers and the application) or
 * runs by itself in a data thread (weir_loop_run ()). All functions but weir_loop_post () and weir_loop_quit () belong
 * to the loop's own thread. */

G_BEGIN_DECLS

typedef struct _WeirLoop WeirLoop;

/* The read buffer that is lent to a connection for a dispatch. */
#define WEIR_LOOP_BUFFER_SIZE WEIR_BLOCK_BUFFER_SIZE

WeirLoop *weir_loop_new (GError **error);

/* Dispatched by @context (NULL: the thread's default one) at @priority, as one source. */
WeirLoop *weir_loop_new_attached (GMainContext *context, int priority, GError **error);

WeirLoop *weir_loop_ref (WeirLoop *self);
void weir_loop_unref (WeirLoop *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirLoop, weir_loop_unref)

void weir_loop_run (WeirLoop *self);  /* until weir_loop_quit (), whatever was posted before it included */
void weir_loop_quit (WeirLoop *self); /* any thread */

/* Monotonic µs, read once a dispatch. */
gint64 weir_loop_now_us (WeirLoop *self);

/* From any thread: runs @func on the loop's thread, in the order posted. @data's ownership goes with it; what is still
 * queued when the loop is freed is passed to @destroy (nullable) instead. */
typedef void (*WeirLoopFunc) (gpointer data);
void weir_loop_post (WeirLoop *self, WeirLoopFunc func, gpointer data, GDestroyNotify destroy);

/* Timers. Returns an id; @func is called once. Many timers are cheap (a heap). */
typedef struct _WeirTimer WeirTimer;
WeirTimer *weir_loop_add_timer (WeirLoop *self, gint64 at_us, WeirLoopFunc func, gpointer data);
void weir_timer_cancel (WeirTimer *timer); /* before it has fired */
#define weir_timer_clear(pointer) g_clear_pointer ((pointer), weir_timer_cancel)

G_END_DECLS
