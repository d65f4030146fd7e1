/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-loop.h"

/* The timers of a loop: a binary heap, the earliest on top, that also takes one out of its middle. */

G_BEGIN_DECLS

typedef struct
{
  GPtrArray *timers;
} WeirTimerHeap;

struct _WeirTimer
{
  WeirTimerHeap *heap;
  guint place;
  gint64 at_us;
  guint64 serial; /* of two for the same moment, the earlier one first */
  WeirLoopFunc func;
  gpointer data;
};

void weir_timer_heap_init (WeirTimerHeap *self);
void weir_timer_heap_clear (WeirTimerHeap *self); /* frees the timers that are left */

/* Takes ownership. */
void weir_timer_heap_push (WeirTimerHeap *self, WeirTimer *timer);
WeirTimer *weir_timer_heap_peek (WeirTimerHeap *self);               /* (nullable): the earliest */
void weir_timer_heap_remove (WeirTimerHeap *self, WeirTimer *timer); /* frees it */

G_END_DECLS
