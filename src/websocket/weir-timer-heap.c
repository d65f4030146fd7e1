/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-timer-heap.h"

static inline WeirTimer *
timer_at (WeirTimerHeap *self, guint place)
{
  return g_ptr_array_index (self->timers, place);
}

static inline void
put (WeirTimerHeap *self, guint place, WeirTimer *timer)
{
  g_ptr_array_index (self->timers, place) = timer;
  timer->place = place;
}

static inline gboolean
is_earlier (const WeirTimer *a, const WeirTimer *b)
{
  return a->at_us < b->at_us || (a->at_us == b->at_us && a->serial < b->serial);
}

static void
sift_up (WeirTimerHeap *self, WeirTimer *timer)
{
  guint place = timer->place;

  while (place > 0)
    {
      guint parent = (place - 1) / 2;

      if (!is_earlier (timer, timer_at (self, parent)))
        break;
      put (self, place, timer_at (self, parent));
      place = parent;
    }
  put (self, place, timer);
}

static void
sift_down (WeirTimerHeap *self, WeirTimer *timer)
{
  guint place = timer->place;

  for (;;)
    {
      guint child = 2 * place + 1;

      if (child + 1 < self->timers->len && is_earlier (timer_at (self, child + 1), timer_at (self, child)))
        child++;
      if (child >= self->timers->len || !is_earlier (timer_at (self, child), timer))
        break;
      put (self, place, timer_at (self, child));
      place = child;
    }
  put (self, place, timer);
}

void
weir_timer_heap_init (WeirTimerHeap *self)
{
  self->timers = g_ptr_array_new ();
}

void
weir_timer_heap_clear (WeirTimerHeap *self)
{
  for (guint i = 0; i < self->timers->len; i++)
    g_free (timer_at (self, i));
  g_clear_pointer (&self->timers, g_ptr_array_unref);
}

void
weir_timer_heap_push (WeirTimerHeap *self, WeirTimer *timer)
{
  timer->heap = self;
  timer->place = self->timers->len;
  g_ptr_array_add (self->timers, timer);
  sift_up (self, timer);
}

WeirTimer *
weir_timer_heap_peek (WeirTimerHeap *self)
{
  return self->timers->len > 0 ? timer_at (self, 0) : NULL;
}

void
weir_timer_heap_remove (WeirTimerHeap *self, WeirTimer *timer)
{
  guint place = timer->place;
  WeirTimer *last = timer_at (self, self->timers->len - 1);

  g_ptr_array_set_size (self->timers, self->timers->len - 1);
  if (last != timer)
    {
      put (self, place, last);
      sift_up (self, last);
      sift_down (self, last);
    }
  g_free (timer);
}
