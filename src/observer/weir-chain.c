/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-chain.h"

#include "weir-diagnosis.h"
#include "weir-groups.h"
#include "weir-life.h"

/* Channels in a row of which each holds the one before. */
#define MAX_CHAIN 64

static gboolean
is_same_worker (const WeirEndInfo *a, const WeirEndInfo *b)
{
  if (a->is_ours || b->is_ours)
    return a->is_ours && b->is_ours;
  return a->worker_id != NULL && g_strcmp0 (a->worker_id, b->worker_id) == 0;
}

/* Nothing goes on, and the writer is held: also where the reader is to come only when it has been let go itself. */
static gboolean
is_held (const WeirChannelInfo *info)
{
  return (info->state == WEIR_STATE_STALLED || info->state == WEIR_STATE_WAITING_READER) && info->paused_since_ms != 0;
}

const WeirChannelInfo *
weir_chain_find_deadlock (WeirChannel *self, const GPtrArray *companions)
{
  const WeirChannelInfo *info = weir_channel_get_info (self);

  for (guint i = 0; is_held (info) && companions != NULL && i < companions->len; i++)
    {
      const WeirChannelInfo *other = weir_channel_get_info (companions->pdata[i]);

      if (other != info && is_held (other) && is_same_worker (&other->writer, &info->reader) &&
          is_same_worker (&other->reader, &info->writer))
        return other;
    }
  return NULL;
}

/* Whether the function that reads @self was handed the writer of @other in the same call. */
static gboolean
feeds (WeirChannel *self, WeirChannel *other)
{
  const GPtrArray *ins = weir_channel_get_info (self)->passed;
  const GPtrArray *outs = weir_channel_get_info (other)->passed;

  for (guint i = 0; i < ins->len; i++)
    for (guint j = 0; j < outs->len; j++)
      {
        const WeirPassedInfo *in = ins->pdata[i];
        const WeirPassedInfo *out = outs->pdata[j];

        if (in->direction == WEIR_DIRECTION_READ && out->direction == WEIR_DIRECTION_WRITE && !in->live && !out->live &&
            weir_groups_is_one_call (in, out))
          return TRUE;
      }
  return FALSE;
}

static gboolean
holds_its_writer (WeirChannel *self, gint64 now_us)
{
  const WeirChannelInfo *info = weir_channel_get_info (self);
  double share = weir_series_rate (weir_channel_get_series (self), WEIR_SERIES_HELD, now_us, WEIR_FINDING_HELD_US);

  return is_held (info) || (info->state == WEIR_STATE_FLOWING && share >= WEIR_DIAGNOSIS_HELD_SHARE);
}

/* (nullable): the channel that is written by who reads this one, if it is held there. */
static WeirChannel *
find_next (WeirChannel *self, const GPtrArray *companions, gint64 now_us)
{
  for (guint i = 0; companions != NULL && i < companions->len; i++)
    {
      WeirChannel *other = companions->pdata[i];

      if (other != self && holds_its_writer (other, now_us) && feeds (self, other))
        return other;
    }
  return NULL;
}

const WeirChannelInfo *
weir_chain_find_culprit (WeirChannel *self, const GPtrArray *companions, gint64 now_us)
{
  const WeirChannelInfo *info = weir_channel_get_info (self);
  WeirChannel *last = NULL;

  if (info->state != WEIR_STATE_FLOWING && info->state != WEIR_STATE_STALLED && !is_held (info))
    return NULL;
  for (guint n = 0; n < MAX_CHAIN; n++)
    {
      WeirChannel *next = find_next (last != NULL ? last : self, companions, now_us);

      if (next == NULL)
        return last != NULL ? weir_channel_get_info (last) : NULL;
      if (next == self)
        return NULL;
      last = next;
    }
  return NULL;
}

static gboolean
went_with (WeirChannel *self, const WeirPassedInfo *passed)
{
  for (guint i = 0; i < weir_channel_get_info (self)->passed->len; i++)
    if (weir_groups_is_one_call (weir_channel_get_info (self)->passed->pdata[i], passed))
      return TRUE;
  return FALSE;
}

/* (nullable): the other channels whose refs went in that call. */
static char **
dup_companions (WeirChannel *self, const GPtrArray *companions, const WeirPassedInfo *passed)
{
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();
  gboolean has_some = FALSE;

  for (guint i = 0; companions != NULL && i < companions->len; i++)
    {
      WeirChannel *other = companions->pdata[i];

      if (other == self || !went_with (other, passed))
        continue;
      g_strv_builder_add (ids, weir_channel_get_id (other));
      has_some = TRUE;
    }
  return has_some ? g_strv_builder_end (ids) : NULL;
}

void
weir_chain_add_companions (WeirChannel *self, const GPtrArray *companions, GPtrArray *events)
{
  for (guint i = 0; i < events->len; i++)
    {
      WeirLifeEvent *event = events->pdata[i];
      WeirLifeEvent *next = i + 1 < events->len ? events->pdata[i + 1] : NULL;
      g_auto (GStrv) with = NULL;

      if (event->kind != WEIR_LIFE_PASSED ||
          (next != NULL && next->kind == WEIR_LIFE_PASSED && weir_groups_is_one_call (next->passed, event->passed)))
        continue;
      with = dup_companions (self, companions, event->passed);
      if (with == NULL)
        continue;

      next = g_new0 (WeirLifeEvent, 1);
      next->kind = WEIR_LIFE_WITH;
      next->at_ms = event->at_ms;
      next->passed = event->passed;
      next->with = g_steal_pointer (&with);
      g_ptr_array_insert (events, ++i, next);
    }
}
