/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-clock.h"

/* A message that was long on its way makes the offset too small, none makes it too large: so a larger one is taken at
 * once, a smaller one bit by bit (1/64 of the difference four times a second: clocks that drift apart are followed). */
#define LEARNING_SHIFT 6

/* Further off than most delays: the point's machine has slept, or we have, and what was said meanwhile comes all at
 * once. That is over in a moment, and then its time is as it was; so a jump is believed when it has lasted. */
#define JUMP_US    (5 * G_USEC_PER_SEC)
#define BELIEVE_US (2 * G_USEC_PER_SEC)

struct _WeirClock
{
  gint64 offset_us; /* wall clock of the point − monotonic of ours */
  gint64 heard_us;
  gint64 late_since_us; /* what it says is late by more than JUMP_US since then; 0: it is not */
  gboolean has_learnt;
};

WeirClock *
weir_clock_new (void)
{
  WeirClock *self = g_rc_box_new0 (WeirClock);

  self->offset_us = g_get_real_time () - g_get_monotonic_time ();
  return self;
}

WeirClock *
weir_clock_ref (WeirClock *self)
{
  return g_rc_box_acquire (self);
}

void
weir_clock_unref (WeirClock *self)
{
  g_rc_box_release (self);
}

static gboolean
is_backlog (WeirClock *self, gint64 more_us, gint64 now_us)
{
  if (more_us >= -JUMP_US)
    self->late_since_us = 0;
  else if (self->late_since_us == 0)
    self->late_since_us = now_us;
  return self->late_since_us != 0 && now_us - self->late_since_us < BELIEVE_US;
}

void
weir_clock_learn (WeirClock *self, gint64 now_ms, gint64 now_us)
{
  gint64 offset_us = CLAMP (now_ms, 0, WEIR_CLOCK_MAX_MS) * 1000 - now_us;
  gint64 more_us = offset_us - self->offset_us;

  self->heard_us = now_us;
  if (!self->has_learnt || more_us > 0)
    {
      self->offset_us = offset_us;
      self->late_since_us = 0;
    }
  else if (is_backlog (self, more_us, now_us))
    return;
  else if (more_us < -JUMP_US)
    self->offset_us = offset_us;
  else
    self->offset_us -= -more_us >> LEARNING_SHIFT;
  self->has_learnt = TRUE;
}

gint64
weir_clock_get_heard_us (WeirClock *self)
{
  return self->heard_us;
}

gint64
weir_clock_to_local_us (WeirClock *self, gint64 at_ms)
{
  return at_ms == 0 ? 0 : at_ms * 1000 - self->offset_us;
}

gint64
weir_clock_to_wall_ms (WeirClock *self, gint64 at_us)
{
  return (at_us + self->offset_us) / 1000;
}
