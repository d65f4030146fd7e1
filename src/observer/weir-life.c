/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-life.h"

/* A stretch of time that is over. */
typedef struct
{
  WeirLifeKind kind;
  gint64 at_ms;
  gint64 until_ms;
  gint64 duration_us; /* of a hold: without the moments in between */
} Stretch;

struct _WeirLife
{
  GArray *stretches; /* (nullable) (element-type Stretch), in the order they ended; most channels have none */

  gint64 held_since_ms;   /* 0: not held when last seen */
  guint64 held_paused_us; /* the closed intervals' total when that began */
  gint64 stalled_since_ms;
};

WeirLife *
weir_life_new (void)
{
  return g_new0 (WeirLife, 1);
}

void
weir_life_free (WeirLife *self)
{
  g_clear_pointer (&self->stretches, g_array_unref);
  g_free (self);
}

/* (nullable): the stretch that was the last of its kind, if what begins at @at_ms goes on with it. */
static Stretch *
find_continued (WeirLife *self, WeirLifeKind kind, gint64 at_ms)
{
  gint64 pause_ms = kind == WEIR_LIFE_HELD ? WEIR_LIFE_PAUSE_MS : WEIR_LIFE_STALL_PAUSE_MS;

  for (guint i = self->stretches != NULL ? self->stretches->len : 0; i > 0; i--)
    {
      Stretch *stretch = &g_array_index (self->stretches, Stretch, i - 1);

      if (stretch->kind == kind)
        return at_ms != 0 && at_ms - stretch->until_ms < pause_ms ? stretch : NULL;
    }
  return NULL;
}

static void
remember (WeirLife *self, const Stretch *stretch)
{
  Stretch *last = find_continued (self, stretch->kind, stretch->at_ms);

  if (last != NULL)
    {
      last->until_ms = MAX (last->until_ms, stretch->until_ms);
      last->duration_us += stretch->duration_us;
      return;
    }
  if (self->stretches == NULL)
    self->stretches = g_array_new (FALSE, FALSE, sizeof (Stretch));
  if (self->stretches->len == WEIR_LIFE_MAX_SEEN)
    g_array_remove_index (self->stretches, 0);
  g_array_append_vals (self->stretches, stretch, 1);
}

/* The hold that was open is over. Its length is what the closed intervals grew by, unless short ones came after it. */
static void
end_hold (WeirLife *self, const WeirChannelInfo *info, gint64 now_ms)
{
  guint64 grown_us = info->totals.paused_us > self->held_paused_us ? info->totals.paused_us - self->held_paused_us : 0;
  gint64 most_us = MAX (0, now_ms - self->held_since_ms) * 1000;
  gint64 duration_us = grown_us > 0 ? (gint64) MIN (grown_us, (guint64) most_us) : most_us;

  Stretch hold = { WEIR_LIFE_HELD, self->held_since_ms, self->held_since_ms + duration_us / 1000, duration_us };

  if (duration_us >= WEIR_LIFE_MIN_HELD_US)
    remember (self, &hold);
}

static void
see_hold (WeirLife *self, const WeirChannelInfo *info, gint64 now_ms)
{
  if (info->paused_since_ms == self->held_since_ms)
    return;

  if (self->held_since_ms != 0)
    end_hold (self, info, now_ms);
  self->held_since_ms = info->paused_since_ms;
  self->held_paused_us = info->totals.paused_us;
}

static void
see_stall (WeirLife *self, const WeirChannelInfo *info, gint64 now_ms)
{
  gint64 since_ms = info->state == WEIR_STATE_STALLED ? info->since_ms : 0;

  if (since_ms == self->stalled_since_ms)
    return;

  if (self->stalled_since_ms != 0)
    {
      gint64 until_ms = info->since_ms > self->stalled_since_ms ? MIN (info->since_ms, now_ms) : now_ms;
      gint64 duration_us = MAX (1, until_ms - self->stalled_since_ms) * 1000;

      remember (self, &(Stretch){ WEIR_LIFE_STALLED, self->stalled_since_ms, until_ms, duration_us });
    }
  self->stalled_since_ms = since_ms;
}

void
weir_life_see (WeirLife *self, const WeirChannelInfo *info, gint64 now_ms)
{
  see_hold (self, info, now_ms);
  see_stall (self, info, now_ms);
}

static WeirLifeEvent *
add (GPtrArray *events, WeirLifeKind kind, gint64 at_ms)
{
  WeirLifeEvent *event;

  if (at_ms == 0)
    return NULL;

  event = g_new0 (WeirLifeEvent, 1);
  event->kind = kind;
  event->at_ms = at_ms;
  g_ptr_array_add (events, event);
  return event;
}

static void
add_passed (GPtrArray *events, const WeirPassedInfo *passed)
{
  WeirLifeEvent *event = add (events, WEIR_LIFE_PASSED, passed->at_ms);

  if (event != NULL)
    event->passed = passed;
  event = add (events, WEIR_LIFE_RETURNED, passed->returned_at_ms);
  if (event != NULL)
    event->passed = passed;
}

gint64
weir_life_get_held_since_ms (WeirLife *self, const WeirChannelInfo *info)
{
  gint64 since_ms = info->state != WEIR_STATE_CLOSED ? info->paused_since_ms : 0;
  Stretch *open = find_continued (self, WEIR_LIFE_HELD, since_ms);

  return open != NULL ? open->at_ms : since_ms;
}

static void
add_seen (WeirLife *self, GPtrArray *events, const WeirChannelInfo *info, gint64 last_read_ms)
{
  Stretch *open = find_continued (self, WEIR_LIFE_HELD, info->paused_since_ms);

  if (info->state == WEIR_STATE_CLOSED)
    open = NULL;
  for (guint i = 0; self->stretches != NULL && i < self->stretches->len; i++)
    {
      const Stretch *stretch = &g_array_index (self->stretches, Stretch, i);

      if (stretch != open)
        add (events, stretch->kind, stretch->at_ms)->duration_us = stretch->duration_us;
    }

  if (info->state == WEIR_STATE_STALLED)
    {
      add (events, WEIR_LIFE_LAST_READ, last_read_ms);
      add (events, WEIR_LIFE_STALLED, info->since_ms);
    }
  add (events, WEIR_LIFE_HELD, weir_life_get_held_since_ms (self, info));
}

static void
add_acts (GPtrArray *events, const GPtrArray *acts)
{
  for (guint i = 0; acts != NULL && i < acts->len; i++)
    {
      const WeirActInfo *act = acts->pdata[i];
      WeirLifeEvent *event = act->act != WEIR_ACT_UNKNOWN ? add (events, WEIR_LIFE_ACT, act->at_ms) : NULL;

      if (event != NULL)
        event->act = act;
    }
}

static void
add_end (GPtrArray *events, WeirLifeKind kind, gint64 at_ms, gboolean is_writer, guint n)
{
  WeirLifeEvent *event = add (events, kind, at_ms);

  if (event == NULL)
    return;
  event->is_writer = is_writer;
  event->n = n;
}

/* Connections for that end of which nothing became. */
static void
add_vain (GPtrArray *events, const WeirEndInfo *end, gboolean is_writer)
{
  if (end->connected_at_ms == 0 && end->n_not_found == 0 && end->n_refused == 0)
    add_end (events, WEIR_LIFE_ASKED, end->asked_at_ms, is_writer, 1);
  if (end->n_not_found > 0)
    add_end (events, WEIR_LIFE_NOT_FOUND, end->not_found_at_ms, is_writer, end->n_not_found);
  if (end->n_refused > 0)
    add_end (events, WEIR_LIFE_REFUSED, end->refused_at_ms, is_writer, end->n_refused);
}

/* The calls that carried its refs, and ends that another saw, have times of other clocks: nothing was before it. */
static void
put_creation_first (GPtrArray *events, gint64 created_at_ms)
{
  for (guint i = 0; i < events->len; i++)
    {
      WeirLifeEvent *event = events->pdata[i];

      event->at_ms = MAX (event->at_ms, created_at_ms);
    }
}

/* By time; what happened in one millisecond in the order of the kinds, which is the order in which a channel lives. */
static gint
compare_events (gconstpointer a, gconstpointer b)
{
  const WeirLifeEvent *first = *(const WeirLifeEvent *const *) a;
  const WeirLifeEvent *second = *(const WeirLifeEvent *const *) b;

  if (first->at_ms != second->at_ms)
    return first->at_ms < second->at_ms ? -1 : 1;
  return (gint) first->kind - (gint) second->kind;
}

GPtrArray *
weir_life_dup_events (WeirLife *self, const WeirChannelInfo *info, gint64 last_read_ms)
{
  GPtrArray *events = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_life_event_free);

  add (events, WEIR_LIFE_CREATED, info->created_at_ms);
  for (guint i = 0; i < info->passed->len; i++)
    add_passed (events, g_ptr_array_index (info->passed, i));
  add (events, WEIR_LIFE_WRITER_CONNECTED, info->writer.connected_at_ms);
  add (events, WEIR_LIFE_READER_CONNECTED, info->reader.connected_at_ms);
  add (events, WEIR_LIFE_FIRST_MESSAGE, info->first_message_at_ms);
  add_seen (self, events, info, last_read_ms);
  add_acts (events, info->acts);
  add_vain (events, &info->writer, TRUE);
  add_vain (events, &info->reader, FALSE);
  add (events, WEIR_LIFE_WRITER_CLOSED, info->writer.closed_at_ms);
  add (events, WEIR_LIFE_READER_CLOSED, info->reader.closed_at_ms);
  add (events, WEIR_LIFE_ENDED, info->ended_at_ms);
  put_creation_first (events, info->created_at_ms);
  g_ptr_array_sort (events, compare_events); /* stable: GLib's is a merge sort */
  return events;
}
