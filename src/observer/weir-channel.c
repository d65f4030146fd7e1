/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-channel-private.h"

#include "weir-chain.h"
#include "weir-diagnosis.h"
#include "weir-info-differs.h"
#include "weir-life.h"
#include "weir-merge.h"
#include "weir-mix.h"
#include "weir-progress.h"
#include "weir-shown.h"

/* What is reported as one change of this length at most is drawn as one. */
#define MOMENT_US G_USEC_PER_SEC

struct _WeirChannel
{
  GObject parent_instance;

  char *id;             /* a copy: it is a key of tables, and outlives an info */
  GPtrArray *sightings; /* (element-type WeirSighting): one a plane */
  gboolean is_left;     /* no plane sees it any more: its last sighting is kept */
  WeirWinners winners;
  WeirChannelInfo *merged; /* NULL while there is one sighting: that one's is as good */
  WeirChannelInfo *info;   /* borrowed: either of them */
  WeirClock *clock;        /* that of its times */
  WeirShown *shown;        /* NULL while all figures come from one plane that knows them */
  gint64 next_us;          /* the state changes then by itself; 0: it does not */
  WeirSeries *series;
  WeirLife *life;
  const char *lost_relay; /* (nullable): interned */
  WeirProgress progress;
  WeirMix mix;
  guint64 dismissed; /* a bit a WeirFindingKind */
  guint group;
  const GPtrArray *companions; /* (nullable): the channels of the group, lent */
  gboolean is_own[2];          /* by direction: ends that this observer holds, or held */
  gboolean is_made_here;
};

enum
{
  CHANGED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirChannel, weir_channel, G_TYPE_OBJECT)

static void
weir_channel_finalize (GObject *object)
{
  WeirChannel *self = WEIR_CHANNEL (object);

  g_free (self->id);
  g_clear_pointer (&self->shown, weir_shown_free);
  g_clear_pointer (&self->merged, weir_channel_info_free);
  g_clear_pointer (&self->clock, weir_clock_unref);
  g_ptr_array_unref (self->sightings);
  g_clear_pointer (&self->series, weir_series_free);
  g_clear_pointer (&self->life, weir_life_free);
  G_OBJECT_CLASS (weir_channel_parent_class)->finalize (object);
}

static void
weir_channel_class_init (WeirChannelClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = weir_channel_finalize;

  /**
   * WeirChannel::changed:
   *
   * Something else than a figure has changed.
   */
  signals[CHANGED] =
      g_signal_new ("changed", WEIR_TYPE_CHANNEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
weir_channel_init (WeirChannel *self)
{
  self->sightings = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_sighting_free);
  self->series = weir_series_new ();
  self->life = weir_life_new ();
}

/* --- what a point says --- */

static void
clamp_ms (gint64 *at_ms)
{
  *at_ms = CLAMP (*at_ms, 0, WEIR_CLOCK_MAX_MS);
}

/* The feed is a peer's: its times are brought into a range that can be calculated with. */
static void
clamp_times (WeirChannelInfo *info)
{
  clamp_ms (&info->created_at_ms);
  clamp_ms (&info->seen_at_ms);
  clamp_ms (&info->expires_at_ms);
  clamp_ms (&info->since_ms);
  clamp_ms (&info->paused_since_ms);
  clamp_ms (&info->first_message_at_ms);
  clamp_ms (&info->ended_at_ms);
  clamp_ms (&info->writer.refused_at_ms);
  clamp_ms (&info->reader.refused_at_ms);
  clamp_ms (&info->writer.not_found_at_ms);
  clamp_ms (&info->reader.not_found_at_ms);
  clamp_ms (&info->writer.worker_left_at_ms);
  clamp_ms (&info->reader.worker_left_at_ms);
  for (guint i = 0; info->shapes != NULL && i < info->shapes->len; i++)
    clamp_ms (&((WeirShapeInfo *) info->shapes->pdata[i])->since_ms);
  for (guint i = 0; info->acts != NULL && i < info->acts->len; i++)
    clamp_ms (&((WeirActInfo *) info->acts->pdata[i])->at_ms);
  clamp_ms (&info->writer.connected_at_ms);
  clamp_ms (&info->writer.closed_at_ms);
  clamp_ms (&info->reader.connected_at_ms);
  clamp_ms (&info->reader.closed_at_ms);
  for (guint i = 0; i < info->passed->len; i++)
    {
      WeirPassedInfo *passed = g_ptr_array_index (info->passed, i);

      clamp_ms (&passed->at_ms);
      clamp_ms (&passed->returned_at_ms);
    }
}

/* Most channels need none of it. */
static gboolean
needs_shown (WeirChannel *self, const WeirTotals *before)
{
  const WeirTotals *now = &self->info->totals;

  return self->merged != NULL ||
         (now->old | before->old | now->unknown | now->inferred | before->unknown | before->inferred) != 0;
}

static void
push_series (WeirChannel *self, const WeirTotals *before, gint64 at_us)
{
  WeirTotals totals = self->info->totals;

  if (self->shown == NULL && needs_shown (self, before))
    self->shown = weir_shown_new (before, &self->winners);
  if (self->shown != NULL)
    totals = weir_shown_take (self->shown, &totals, &self->winners);
  weir_series_push (self->series, at_us, &totals, weir_channel_to_local_us (self, self->info->paused_since_ms));
}

static void
take_totals (WeirChannel *self, const WeirTotals *before, gint64 at_us)
{
  WeirChannelInfo *info = self->info;

  if (info->state == WEIR_STATE_CLOSED)
    info->paused_since_ms = 0; /* nobody is held any more */

  weir_mix_note (&self->mix, &info->totals, before);
  weir_progress_note (&self->progress, info, before, at_us);
  push_series (self, before, at_us);
  weir_life_see (self->life, info, weir_clock_to_wall_ms (self->clock, at_us));
}

/* What was read before we came: the last progress was when a stall or a rest began, less what it takes to be called so.
 */
static gint64
guess_last_read (WeirChannel *self)
{
  const WeirChannelInfo *info = self->info;
  gboolean is_late = info->state == WEIR_STATE_STALLED || info->state == WEIR_STATE_IDLE;

  if (info->totals.acked_messages == 0 && (info->reader.probed || info->totals.sent_messages == 0))
    return 0;
  return weir_channel_to_local_us (self, info->since_ms) - (is_late ? WEIR_STATE_QUIET_US : 0);
}

/* The same of what was handed to it. */
static gint64
guess_last_taken (WeirChannel *self)
{
  const WeirChannelInfo *info = self->info;
  gboolean is_late = info->state == WEIR_STATE_STALLED;

  if (info->totals.sent_messages == 0)
    return 0;
  return weir_channel_to_local_us (self, info->since_ms) - (is_late ? WEIR_STATE_QUIET_US : 0);
}

/* What is told first may be all there ever is. Where that came about in a moment it is known when, so that it is drawn:
 * there was nothing as it began. Returns when the totals were so. */
static gint64
begin_series (WeirChannel *self, gint64 now_us)
{
  const WeirChannelInfo *info = self->info;
  gint64 from_ms = info->first_message_at_ms != 0 ? info->first_message_at_ms : info->created_at_ms;
  gint64 from_us = weir_channel_to_local_us (self, from_ms) - 1;
  gint64 until_us = info->ended_at_ms != 0 ? MIN (weir_channel_to_local_us (self, info->ended_at_ms), now_us) : now_us;
  WeirTotals nothing = { 0 };

  if (from_ms == 0 || info->totals.written_messages == 0 || from_us >= until_us || until_us - from_us > MOMENT_US)
    return now_us;
  weir_series_push (self->series, from_us, &nothing, 0);
  return until_us;
}

/* --- several planes --- */

static WeirSighting *
find_sighting (WeirChannel *self, WeirPlane *plane)
{
  for (guint i = 0; i < self->sightings->len; i++)
    if (((WeirSighting *) self->sightings->pdata[i])->plane == plane)
      return self->sightings->pdata[i];
  return NULL;
}

/* The figures alone are others. */
static void
merge_figures (WeirChannel *self, gint64 now_us)
{
  if (self->merged != NULL)
    self->next_us = weir_merge_figures (self->merged, self->sightings, &self->winners, self->progress.moved_us, now_us);
}

/* The state as it was, in the clock that now counts. */
static void
keep_state (WeirChannel *self, const WeirChannelInfo *before, WeirClock *clock)
{
  self->merged->state = before->state;
  self->merged->since_ms = clock == self->clock || before->since_ms == 0
                               ? before->since_ms
                               : weir_clock_to_wall_ms (self->clock, weir_clock_to_local_us (clock, before->since_ms));
}

/* What planes say of an end is who was to have it. */
static void
note_own (WeirChannel *self)
{
  for (guint i = 0; i < self->sightings->len; i++) /* also under another id, after a connection that broke */
    self->is_made_here |= ((WeirSighting *) self->sightings->pdata[i])->info->is_ours;
  self->info->is_ours = self->is_made_here;
  self->info->writer.is_ours = self->is_own[WEIR_DIRECTION_WRITE];
  self->info->reader.is_ours = self->is_own[WEIR_DIRECTION_READ];
}

/* What lies between two ends that pass relays is in sockets as well: that is not so many of the engine's buffer. */
static void
note_buffer (WeirChannel *self)
{
  for (guint i = 0; i < self->sightings->len; i++)
    {
      const WeirSighting *sighting = self->sightings->pdata[i];

      if (sighting->plane->kind == WEIR_PLANE_ENGINE && !sighting->is_stale)
        return;
    }
  if (self->winners.home->plane->kind == WEIR_PLANE_ENGINE) /* the engine's figures, of before */
    return;
  self->info->buffer_items = 0;
  self->info->buffer_bytes_max = 0;
}

/* What all planes together say, after one of them said something else than figures. @before: (nullable): what was shown
 */
static void
merge (WeirChannel *self, const WeirChannelInfo *before, gint64 now_us)
{
  g_autoptr (WeirChannelInfo) old = g_steal_pointer (&self->merged); /* @before may be it */
  g_autoptr (WeirClock) clock = g_steal_pointer (&self->clock);

  self->winners = weir_merge_find_winners (self->sightings);
  self->clock = weir_clock_ref (self->winners.home->plane->clock);
  self->next_us = 0;
  if (self->sightings->len > 1)
    {
      self->merged = weir_merge_info (self->sightings, &self->winners);
      if (before != NULL)
        keep_state (self, before, clock);
      merge_figures (self, now_us);
      if (self->lost_relay == NULL) /* once it is known it stays so, whatever becomes of the relay */
        self->lost_relay = weir_merge_find_lost_relay (self->merged, self->sightings, &self->winners);
    }
  self->info = self->merged != NULL ? self->merged : self->winners.home->info;
  note_own (self);
  note_buffer (self);
}

WeirChannel *
weir_channel_new (WeirPlane *plane, WeirChannelInfo *info, gint64 now_us)
{
  WeirChannel *self = g_object_new (WEIR_TYPE_CHANNEL, NULL);
  WeirTotals nothing = { 0 };

  self->id = g_strdup (info->channel_id);
  clamp_times (info);
  g_ptr_array_add (self->sightings, weir_sighting_new (plane, info));
  merge (self, NULL, now_us);
  take_totals (self, &nothing, begin_series (self, now_us));
  self->progress.last_read_us = guess_last_read (self);
  self->progress.last_taken_us = info->totals.acked_messages == 0 ? guess_last_taken (self) : 0;
  return self;
}

void
weir_channel_set_own (WeirChannel *self, WeirDirection end, gboolean is_own)
{
  if (self->is_own[end] == is_own)
    return;
  self->is_own[end] = is_own;
  note_own (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* A place for what that plane says: whoever saw it last while nobody did is forgotten. */
static WeirSighting *
make_sighting (WeirChannel *self, WeirPlane *plane, WeirChannelInfo *info)
{
  WeirSighting *sighting = weir_sighting_new (plane, info);

  if (self->is_left)
    g_ptr_array_set_size (self->sightings, 0);
  self->is_left = FALSE;
  g_ptr_array_add (self->sightings, sighting);
  return sighting;
}

/* After @before, which was shown, a plane has said something else. @was_stale: then it is a change in any case */
static void
show (WeirChannel *self, const WeirChannelInfo *before, gboolean was_stale, gint64 now_us)
{
  merge (self, before, now_us);
  take_totals (self, &before->totals, now_us);
  if (was_stale != weir_channel_is_stale (self) || weir_info_differs (self->info, before))
    g_signal_emit (self, signals[CHANGED], 0);
}

void
weir_channel_apply_info (WeirChannel *self, WeirPlane *plane, WeirChannelInfo *info, gint64 now_us)
{
  gboolean was_stale = weir_channel_is_stale (self);
  WeirSighting *sighting = self->is_left ? NULL : find_sighting (self, plane);
  g_autoptr (WeirChannelInfo) before = self->merged != NULL || sighting == NULL ? weir_channel_info_copy (self->info)
                                                                                : g_steal_pointer (&sighting->info);

  clamp_times (info);
  if (sighting != NULL)
    weir_progress_note_moving (&self->progress, &info->totals,
                               sighting->info != NULL ? &sighting->info->totals : &before->totals, now_us);
  if (sighting == NULL)
    sighting = make_sighting (self, plane, info);
  else
    {
      g_clear_pointer (&sighting->info, weir_channel_info_free);
      sighting->info = info;
    }
  sighting->is_stale = FALSE;
  sighting->stale_us = 0;
  sighting->is_kept = FALSE;
  show (self, before, was_stale, now_us);
}

void
weir_channel_apply_totals (WeirChannel *self, WeirPlane *plane, const WeirTotals *totals, gint64 at_us)
{
  WeirTotals before = self->info->totals;
  WeirState state = self->info->state;
  WeirSighting *sighting = find_sighting (self, plane);

  if (sighting == NULL)
    return;
  weir_progress_note_moving (&self->progress, totals, &sighting->info->totals, at_us);
  sighting->info->totals = *totals;
  merge_figures (self, at_us);
  take_totals (self, &before, at_us);
  if (self->info->state != state)
    g_signal_emit (self, signals[CHANGED], 0);
}

void
weir_channel_merge (WeirChannel *self, gint64 now_us)
{
  g_autoptr (WeirChannelInfo) before = NULL;

  if (self->merged == NULL)
    {
      note_buffer (self);
      return;
    }
  before = weir_channel_info_copy (self->merged);
  show (self, before, weir_channel_is_stale (self), now_us);
}

void
weir_channel_set_stale (WeirChannel *self, WeirPlane *plane)
{
  WeirSighting *sighting = find_sighting (self, plane);
  gboolean was_stale = weir_channel_is_stale (self);
  g_autoptr (WeirChannelInfo) before = NULL;

  if (sighting == NULL || sighting->is_stale)
    return;
  sighting->is_stale = TRUE;
  sighting->stale_us = g_get_monotonic_time ();
  if (self->merged != NULL)
    {
      before = weir_channel_info_copy (self->merged);
      show (self, before, was_stale, g_get_monotonic_time ());
    }
  else
    {
      g_signal_emit (self, signals[CHANGED], 0);
    }
}

gboolean
weir_channel_is_stale_at (WeirChannel *self, WeirPlane *plane)
{
  WeirSighting *sighting = find_sighting (self, plane);

  return sighting == NULL || sighting->is_stale;
}

static gboolean
is_still_seen (WeirChannel *self)
{
  for (guint i = 0; i < self->sightings->len; i++)
    if (!((const WeirSighting *) self->sightings->pdata[i])->is_kept)
      return TRUE;
  return FALSE;
}

gboolean
weir_channel_leave (WeirChannel *self, WeirPlane *plane, gint64 now_us)
{
  WeirSighting *sighting = find_sighting (self, plane);
  g_autoptr (WeirChannelInfo) before = NULL;
  gboolean was_stale = weir_channel_is_stale (self);

  if (sighting == NULL || self->is_left)
    return !self->is_left;
  if (self->sightings->len == 1)
    {
      self->is_left = TRUE;
      return FALSE;
    }

  /* Nothing new can come of it: what was known stays true. */
  if (self->info->ended_by != WEIR_ENDED_NOT || sighting->info->ended_by != WEIR_ENDED_NOT)
    {
      sighting->is_kept = TRUE;
      self->is_left = !is_still_seen (self);
      return !self->is_left;
    }

  before = weir_channel_info_copy (self->info);
  g_ptr_array_remove (self->sightings, sighting);
  show (self, before, was_stale, now_us);
  return TRUE;
}

gboolean
weir_channel_is_seen (WeirChannel *self)
{
  return !self->is_left;
}

gboolean
weir_channel_is_seen_elsewhere (WeirChannel *self, WeirPlane *plane)
{
  for (guint i = 0; i < self->sightings->len; i++)
    {
      const WeirSighting *sighting = self->sightings->pdata[i];

      if (sighting->plane != plane && !sighting->is_stale && !sighting->is_kept)
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_of_point (const WeirEndInfo *end)
{
  return end->presence == WEIR_PRESENCE_HERE || end->presence == WEIR_PRESENCE_GONE;
}

static void
end_unheard (WeirEndInfo *end, gint64 at_ms)
{
  if (end->presence != WEIR_PRESENCE_HERE)
    return;
  end->presence = WEIR_PRESENCE_GONE;
  end->closed_at_ms = at_ms;
}

void
weir_channel_end_unheard (WeirChannel *self, WeirPlane *plane, gint64 now_us)
{
  WeirSighting *sighting = find_sighting (self, plane);
  g_autoptr (WeirChannelInfo) before = NULL;
  WeirChannelInfo *info;

  if (sighting == NULL || sighting->info->ended_by != WEIR_ENDED_NOT ||
      !(is_of_point (&sighting->info->writer) || is_of_point (&sighting->info->reader)))
    return;

  before = weir_channel_info_copy (self->info);
  info = sighting->info;
  info->ended_by = WEIR_ENDED_UNKNOWN;
  info->ended_at_ms = weir_clock_to_wall_ms (plane->clock, now_us);
  info->state = WEIR_STATE_CLOSED;
  info->since_ms = info->ended_at_ms;
  end_unheard (&info->writer, info->ended_at_ms);
  end_unheard (&info->reader, info->ended_at_ms);
  show (self, before, weir_channel_is_stale (self), now_us);
}

void
weir_channel_end_with_point (WeirChannel *self, WeirPlane *plane, gint64 lost_us)
{
  WeirSighting *sighting = find_sighting (self, plane);
  g_autoptr (WeirChannelInfo) before = NULL;
  WeirChannelInfo *info;

  if (sighting == NULL || sighting->info->ended_by != WEIR_ENDED_NOT)
    return;

  before = weir_channel_info_copy (self->info);
  if (sighting->stale_us == 0)
    sighting->stale_us = lost_us;
  info = sighting->info;
  info->ended_by = plane->kind == WEIR_PLANE_ENGINE ? WEIR_ENDED_ENGINE : WEIR_ENDED_UNKNOWN;
  info->ended_at_ms = weir_clock_to_wall_ms (plane->clock, lost_us);
  info->state = WEIR_STATE_CLOSED;
  info->since_ms = info->ended_at_ms;
  merge (self, before, g_get_monotonic_time ());
  g_signal_emit (self, signals[CHANGED], 0);
}

void
weir_channel_tick (WeirChannel *self, gint64 now_us)
{
  WeirState before = self->info->state;

  if (self->next_us == 0 || now_us < self->next_us)
    return;
  merge_figures (self, now_us);
  if (self->info->state != before)
    g_signal_emit (self, signals[CHANGED], 0);
}

void
weir_channel_set_group (WeirChannel *self, guint group, const GPtrArray *channels)
{
  self->companions = channels;
  if (self->group == group)
    return;
  self->group = group;
  g_signal_emit (self, signals[CHANGED], 0);
}

/* --- what is known --- */

const char *
weir_channel_get_id (WeirChannel *self)
{
  return self->id;
}

const char *
weir_channel_get_point (WeirChannel *self)
{
  return self->winners.home->plane->name;
}

const WeirChannelInfo *
weir_channel_get_info (WeirChannel *self)
{
  return self->info;
}

WeirSeries *
weir_channel_get_series (WeirChannel *self)
{
  return self->series;
}

WeirState
weir_channel_get_state (WeirChannel *self)
{
  return self->info->state;
}

gint64
weir_channel_to_local_us (WeirChannel *self, gint64 at_ms)
{
  return weir_clock_to_local_us (self->clock, at_ms);
}

/* How long ago that was; 0 if it was not, or is yet to come. */
static gint64
elapsed_us (WeirChannel *self, gint64 at_ms, gint64 now_us)
{
  return at_ms == 0 ? 0 : MAX (0, now_us - weir_channel_to_local_us (self, at_ms));
}

gint64
weir_channel_get_begin_ms (WeirChannel *self)
{
  const WeirChannelInfo *info = self->info;
  const WeirPassedInfo *passed = info->passed->len > 0 ? info->passed->pdata[0] : NULL;
  const gint64 times[] = { info->seen_at_ms,
                           info->writer.asked_at_ms,
                           info->reader.asked_at_ms,
                           info->writer.connected_at_ms,
                           info->reader.connected_at_ms,
                           passed != NULL ? passed->at_ms : 0 };
  gint64 begin_ms = info->created_at_ms;

  for (guint i = 0; info->created_at_ms == 0 && i < G_N_ELEMENTS (times); i++)
    if (times[i] != 0 && (begin_ms == 0 || times[i] < begin_ms))
      begin_ms = times[i];
  return begin_ms;
}

gint64
weir_channel_get_age_us (WeirChannel *self, gint64 now_us)
{
  return elapsed_us (self, weir_channel_get_begin_ms (self), now_us);
}

WeirCertainty
weir_channel_get_age_certainty (WeirChannel *self)
{
  if (self->info->created_at_ms != 0)
    return WEIR_CERTAINTY_SEEN;
  return weir_channel_get_begin_ms (self) != 0 ? WEIR_CERTAINTY_INFERRED : WEIR_CERTAINTY_UNKNOWN;
}

gint64
weir_channel_get_state_age_us (WeirChannel *self, gint64 now_us)
{
  gint64 age_us = elapsed_us (self, self->info->since_ms, now_us);

  gint64 last_us = self->progress.last_read_us != 0 ? self->progress.last_read_us : self->progress.last_taken_us;

  if (self->info->state == WEIR_STATE_STALLED && last_us != 0)
    return MAX (age_us, now_us - last_us);
  if (self->info->state == WEIR_STATE_STALLED && !weir_totals_knows (&self->info->totals, WEIR_TOTALS_OF_READER))
    return age_us + WEIR_STATE_QUIET_US;
  if (self->info->state == WEIR_STATE_IDLE && self->info->totals.written_messages > 0)
    return age_us + WEIR_STATE_QUIET_US;
  return age_us;
}

double
weir_channel_get_sent_rate (WeirChannel *self, gint64 now_us)
{
  return weir_series_rate (self->series, WEIR_SERIES_SENT, now_us, G_USEC_PER_SEC);
}

double
weir_channel_get_written_rate (WeirChannel *self, gint64 now_us)
{
  return weir_series_rate (self->series, WEIR_SERIES_WRITTEN, now_us, G_USEC_PER_SEC);
}

double
weir_channel_get_held_share_now (WeirChannel *self, gint64 now_us)
{
  return weir_series_rate (self->series, WEIR_SERIES_HELD, now_us, G_USEC_PER_SEC);
}

gint64
weir_channel_get_held_in_all_us (WeirChannel *self, gint64 now_us)
{
  guint64 closed_us = MIN (self->info->totals.paused_us, G_MAXINT64 / 4);

  return (gint64) closed_us + elapsed_us (self, self->info->paused_since_ms, now_us);
}

double
weir_channel_get_held_share (WeirChannel *self, gint64 now_us)
{
  const WeirChannelInfo *info = self->info;
  gint64 life_us = elapsed_us (self, info->writer.connected_at_ms, now_us);
  double held_us = weir_channel_get_held_in_all_us (self, now_us);

  if (info->writer.closed_at_ms != 0)
    life_us -= elapsed_us (self, info->writer.closed_at_ms, now_us);
  return life_us <= 0 ? 0 : MIN (held_us / life_us, 1);
}

gint64
weir_channel_get_held_us (WeirChannel *self, gint64 now_us)
{
  return MIN (weir_channel_to_local_us (self, weir_life_get_held_since_ms (self->life, self->info)), now_us);
}

gint64
weir_channel_get_last_read_us (WeirChannel *self)
{
  return self->progress.last_read_us;
}

gint64
weir_channel_get_last_taken_us (WeirChannel *self)
{
  return self->progress.last_taken_us;
}

const char *
weir_channel_get_lost_relay (WeirChannel *self)
{
  return self->lost_relay;
}

guint
weir_channel_get_group (WeirChannel *self)
{
  return self->group;
}

gboolean
weir_channel_is_stale (WeirChannel *self)
{
  for (guint i = 0; i < self->sightings->len; i++)
    if (!((WeirSighting *) self->sightings->pdata[i])->is_stale)
      return FALSE;
  return TRUE;
}

WeirPlane *
weir_channel_get_home (WeirChannel *self)
{
  return self->winners.home->plane;
}

guint
weir_channel_get_n_planes (WeirChannel *self)
{
  return self->sightings->len;
}

gboolean
weir_channel_is_passive (WeirChannel *self)
{
  for (guint i = 0; i < self->sightings->len; i++)
    if (((const WeirSighting *) self->sightings->pdata[i])->plane->kind != WEIR_PLANE_PASSIVE)
      return FALSE;
  return TRUE;
}

/**
 * weir_channel_get_plane:
 * @i: from 0, of those that see it, in the order in which they first did
 * @seen: (out): what that plane says of it. Valid until the next turn of the main loop.
 */
void
weir_channel_get_plane (WeirChannel *self, guint i, WeirChannelPlane *seen)
{
  const WeirSighting *sighting = self->sightings->pdata[i];

  *seen = (WeirChannelPlane){
    .name = sighting->plane->name,
    .kind = sighting->plane->kind,
    .info = sighting->info,
    .is_stale = sighting->is_stale,
    .gives_writer = sighting == self->winners.writer,
    .gives_reader = sighting == self->winners.reader,
  };
}

gboolean
weir_channel_knows (WeirChannel *self, guint32 columns)
{
  return weir_totals_knows (&self->info->totals, columns);
}

WeirCertainty
weir_channel_get_certainty (WeirChannel *self, guint32 columns)
{
  const WeirTotals *totals = &self->info->totals;

  if (!weir_totals_knows (totals, columns))
    return WEIR_CERTAINTY_UNKNOWN;
  return (totals->inferred & columns) != 0 ? WEIR_CERTAINTY_INFERRED : WEIR_CERTAINTY_SEEN;
}

static WeirCertainty
get_rate_certainty (WeirChannel *self, guint32 column)
{
  return (self->info->totals.old & column) != 0 ? WEIR_CERTAINTY_UNKNOWN : weir_channel_get_certainty (self, column);
}

gboolean
weir_channel_is_rate_partial (WeirChannel *self, guint32 column)
{
  return (self->info->totals.partial & column) != 0;
}

gboolean
weir_channel_knows_rate (WeirChannel *self, guint32 column)
{
  return get_rate_certainty (self, column) != WEIR_CERTAINTY_UNKNOWN;
}

WeirCertainty
weir_channel_get_throughput (WeirChannel *self, gint64 now_us, WeirSeriesColumn *column, double *rate)
{
  WeirCertainty sent = get_rate_certainty (self, WEIR_TOTALS_SENT_BYTES);
  WeirCertainty certainty =
      sent != WEIR_CERTAINTY_UNKNOWN ? sent : get_rate_certainty (self, WEIR_TOTALS_WRITTEN_BYTES);

  *column =
      sent == WEIR_CERTAINTY_UNKNOWN && certainty != WEIR_CERTAINTY_UNKNOWN ? WEIR_SERIES_WRITTEN : WEIR_SERIES_SENT;
  *rate = certainty != WEIR_CERTAINTY_UNKNOWN ? weir_series_rate (self->series, *column, now_us, G_USEC_PER_SEC) : 0;
  return certainty;
}

static gint64
get_last_read_ms (WeirChannel *self)
{
  return self->progress.last_read_us == 0 ? 0 : weir_clock_to_wall_ms (self->clock, self->progress.last_read_us);
}

static guint64
bit_of (WeirFindingKind kind)
{
  return G_GUINT64_CONSTANT (1) << kind;
}

G_STATIC_ASSERT (WEIR_FINDING_UNKNOWN < 64);

/* What is over is forgotten. */
static void
note_dismissed (WeirChannel *self, GPtrArray *findings)
{
  guint64 present = 0;

  for (guint i = 0; i < findings->len; i++)
    {
      WeirFinding *finding = findings->pdata[i];

      if (finding->severity >= WEIR_SEVERITY_WARNING)
        present |= bit_of (finding->kind);
      finding->is_dismissed = (self->dismissed & present & bit_of (finding->kind)) != 0;
    }
  self->dismissed &= present;
}

void
weir_channel_set_dismissed (WeirChannel *self, WeirFindingKind kind, gboolean is_dismissed)
{
  if (is_dismissed)
    self->dismissed |= bit_of (kind);
  else
    self->dismissed &= ~bit_of (kind);
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Until when it would have been heard what the reader does: a point that is silent says nothing of it. */
static gint64
get_heard_us (WeirChannel *self, gint64 now_us)
{
  gint64 heard_us = weir_clock_get_heard_us (self->clock);

  return heard_us != 0 ? MIN (heard_us, now_us) : now_us;
}

/**
 * weir_channel_dup_findings:
 * @now_us: monotonic
 *
 * Returns: (transfer full) (element-type WeirFinding): worst first, never empty. The findings' calls belong to the
 * channel's info and are valid until the next turn of the main loop.
 */
GPtrArray *
weir_channel_dup_findings (WeirChannel *self, gint64 now_us)
{
  WeirFigures figures = {
    .now_ms = weir_clock_to_wall_ms (self->clock, now_us),
    .heard_ms = weir_clock_to_wall_ms (self->clock, get_heard_us (self, now_us)),
    .last_read_ms = get_last_read_ms (self),
    .last_taken_ms =
        self->progress.last_taken_us != 0 ? weir_clock_to_wall_ms (self->clock, self->progress.last_taken_us) : 0,
    .lag_ms = weir_progress_get_lag_us (&self->progress, get_heard_us (self, now_us)) / 1000,
    .held_share = weir_series_rate (self->series, WEIR_SERIES_HELD, now_us, WEIR_FINDING_HELD_US),
    .sent_rate = weir_series_rate (self->series, WEIR_SERIES_SENT, now_us, WEIR_STATE_QUIET_US),
    .largest_text = self->mix.largest_text,
    .largest = self->mix.largest,
    .text_waits = weir_mix_text_waits (&self->mix, &self->info->totals),
    .has_lost_relay = self->lost_relay != NULL,
    .deadlock = weir_chain_find_deadlock (self, self->companions),
    .culprit = weir_chain_find_culprit (self, self->companions, now_us),
  };

  GPtrArray *findings = weir_diagnose (self->info, &figures);

  note_dismissed (self, findings);
  return findings;
}

/**
 * weir_channel_dup_life:
 *
 * Returns: (transfer full) (element-type WeirLifeEvent): oldest first; borrows as the findings do.
 */
GPtrArray *
weir_channel_dup_life (WeirChannel *self)
{
  GPtrArray *events = weir_life_dup_events (self->life, self->info, get_last_read_ms (self));

  weir_chain_add_companions (self, self->companions, events);
  return events;
}
