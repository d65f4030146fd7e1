/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-channel-private.h"

#include "weir-diagnosis.h"
#include "weir-groups.h"
#include "weir-life.h"
#include "weir-merge.h"

/* What is reported as one change of this length at most is drawn as one. */
#define MOMENT_US G_USEC_PER_SEC

/* Channels in a row of which each holds the one before. */
#define MAX_CHAIN 64

/* What the series was last given. A figure that comes to be known, or comes from another plane, has not moved by that:
 * its graph goes on where it was. */
typedef struct
{
  WeirTotals last;
  WeirTotals offsets; /* are added, wrapping, to what is told */
  WeirPlane *writer;  /* whose figures they are: held, as another might come to stand at the place of one that went */
  WeirPlane *reader;
} Shown;

static void
shown_take_planes (Shown *self, const WeirWinners *winners)
{
  WeirPlane *writer = weir_plane_ref (winners->writer->plane);
  WeirPlane *reader = weir_plane_ref (winners->reader->plane);

  g_clear_pointer (&self->writer, weir_plane_unref);
  g_clear_pointer (&self->reader, weir_plane_unref);
  self->writer = writer;
  self->reader = reader;
}

static void
shown_free (Shown *self)
{
  g_clear_pointer (&self->writer, weir_plane_unref);
  g_clear_pointer (&self->reader, weir_plane_unref);
  g_free (self);
}

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
  Shown *shown;            /* NULL while all figures come from one plane that knows them */
  gint64 moved_us;         /* a figure last grew */
  gint64 next_us;          /* the state changes then by itself; 0: it does not */
  WeirSeries *series;
  WeirLife *life;
  gint64 last_read_us;
  gint64 last_taken_us; /* its socket was last handed something */
  gint64 mark_us; /* when mark_sent messages had been sent, of which not all were acknowledged; 0: there were none */
  guint64 mark_sent;
  gint64 lag_us;        /* how long the marks before it were so */
  guint64 largest_text; /* at least this big */
  guint64 largest;
  guint64 binary_until; /* the last messages known to be binary end here: that many were written */
  guint64 text_after;   /* one of the messages after this many was text, and … */
  guint64 text_binary;  /* … this was binary_until then; 0: there was no such text */
  guint64 text_before;  /* … and that many of those before it were text, too */
  guint64 dismissed;    /* a bit a WeirFindingKind */
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
  g_clear_pointer (&self->shown, shown_free);
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

static gboolean
has_grown (guint64 now, guint64 before)
{
  return now > before;
}

/* What is not known, or only that it is at least that much, is not to be reckoned with. */
static gboolean
is_exact (const WeirTotals *now, const WeirTotals *before, guint32 columns)
{
  return ((now->unknown | now->inferred | before->unknown | before->inferred) & columns) == 0;
}

/* The largest of the messages that were written since the last time was at least as big as their mean; and a text
 * message if all of them were. */
static void
note_size (WeirChannel *self, const WeirTotals *now, const WeirTotals *before)
{
  guint64 n_messages = now->written_messages - before->written_messages;
  guint64 mean;

  if (!is_exact (now, before, WEIR_TOTALS_OF_WRITER) || !has_grown (now->written_messages, before->written_messages) ||
      !has_grown (now->written_bytes, before->written_bytes))
    return;

  mean = (now->written_bytes - before->written_bytes) / n_messages;
  self->largest = MAX (self->largest, mean);
  if (now->written_text - before->written_text == n_messages)
    self->largest_text = MAX (self->largest_text, mean);
}

/* Messages of which none was text, and messages of which one was, by how many were written before: enough to know that
 * text is queued behind binary, and never to say so wrongly. */
static void
note_order (WeirChannel *self, const WeirTotals *now, const WeirTotals *before)
{
  if (!is_exact (now, before, WEIR_TOTALS_OF_WRITER) || !has_grown (now->written_messages, before->written_messages))
    return;

  if (now->written_text == before->written_text)
    {
      self->binary_until = now->written_messages;
    }
  else
    {
      self->text_after = before->written_messages;
      self->text_binary = self->binary_until;
      self->text_before = before->written_text;
    }
}

static gboolean
text_waits (WeirChannel *self)
{
  guint64 sent = self->info->totals.sent_messages;

  if (self->text_after < sent || !weir_totals_knows (&self->info->totals, WEIR_TOTALS_SENT_MESSAGES))
    return FALSE; /* it may have gone */
  return self->text_binary > sent || self->text_after - sent > self->text_before;
}

/* Reading is shown by acknowledgements, and where the reader's client gives none, by what its socket took. */
static void
note_reading (WeirChannel *self, const WeirTotals *now, const WeirTotals *before, gint64 at_us)
{
  if (has_grown (now->acked_messages, before->acked_messages) || has_grown (now->acked_bytes, before->acked_bytes) ||
      (!self->info->reader.probed && has_grown (now->sent_messages, before->sent_messages)))
    self->last_read_us = at_us;
}

/* How far it is behind: how long it takes from when messages are sent until they are shown to be read. */
static void
note_lag (WeirChannel *self, const WeirTotals *now, const WeirTotals *before, gint64 at_us)
{
  if (has_grown (now->sent_messages, before->sent_messages) || has_grown (now->sent_bytes, before->sent_bytes))
    self->last_taken_us = at_us;
  if (!self->info->reader.probed || now->acked_messages >= now->sent_messages)
    {
      self->mark_us = self->lag_us = 0;
      return;
    }
  if (self->mark_us != 0 && now->acked_messages < self->mark_sent)
    return;
  self->lag_us = self->mark_us != 0 ? at_us - self->mark_us : 0;
  self->mark_us = at_us;
  self->mark_sent = now->sent_messages;
}

static gint64
get_lag_us (WeirChannel *self, gint64 now_us)
{
  return self->mark_us != 0 ? MAX (self->lag_us, now_us - self->mark_us) : 0;
}

/* As one plane tells it: two of them do not count alike. */
static void
note_moving (WeirChannel *self, const WeirTotals *now, const WeirTotals *before, gint64 at_us)
{
  guint32 both = ~(now->unknown | before->unknown);

  if (((both & WEIR_TOTALS_WRITTEN_MESSAGES) && has_grown (now->written_messages, before->written_messages)) ||
      ((both & WEIR_TOTALS_SENT_MESSAGES) && has_grown (now->sent_messages, before->sent_messages)) ||
      ((both & WEIR_TOTALS_ACKED_MESSAGES) && has_grown (now->acked_messages, before->acked_messages)))
    self->moved_us = at_us;
}

/* Most channels need none of it. */
static gboolean
needs_shown (WeirChannel *self, const WeirTotals *before)
{
  const WeirTotals *now = &self->info->totals;

  return self->merged != NULL ||
         (now->old | before->old | now->unknown | now->inferred | before->unknown | before->inferred) != 0;
}

/* The columns that are not to be compared with what was told before. */
static guint32
find_broken (const Shown *shown, const WeirChannel *self)
{
  const WeirTotals *now = &self->info->totals;
  guint32 broken = (now->unknown ^ shown->last.unknown) | (now->inferred ^ shown->last.inferred) |
                   (now->old ^ shown->last.old) | now->unknown | now->old;

  if (shown->writer != self->winners.writer->plane)
    broken |= WEIR_TOTALS_OF_WRITER;
  if (shown->reader != self->winners.reader->plane)
    broken |= WEIR_TOTALS_OF_READER;
  return broken & ~WEIR_TOTALS_OF_BUFFER; /* which are no totals, but what is there now */
}

static void
push_shown (WeirChannel *self, const WeirTotals *before, gint64 at_us)
{
  const WeirTotals *now = &self->info->totals;
  WeirTotals totals = *now;
  guint32 broken;

  if (self->shown == NULL)
    {
      self->shown = g_new0 (Shown, 1);
      self->shown->last = *before;
      shown_take_planes (self->shown, &self->winners);
    }
  broken = find_broken (self->shown, self);
  for (guint i = 0; i < WEIR_TOTALS_N_COLUMNS; i++)
    {
      guint64 last = weir_totals_get (&self->shown->last, i);

      if (broken & (1u << i))
        weir_totals_set (&self->shown->offsets, i, last - weir_totals_get (now, i));
      weir_totals_set (&totals, i, weir_totals_get (now, i) + weir_totals_get (&self->shown->offsets, i));
    }
  self->shown->last = totals;
  shown_take_planes (self->shown, &self->winners);
  weir_series_push (self->series, at_us, &totals, weir_channel_to_local_us (self, self->info->paused_since_ms));
}

static void
push_series (WeirChannel *self, const WeirTotals *before, gint64 at_us)
{
  if (self->shown != NULL || needs_shown (self, before))
    push_shown (self, before, at_us);
  else
    weir_series_push (self->series, at_us, &self->info->totals,
                      weir_channel_to_local_us (self, self->info->paused_since_ms));
}

static void
take_totals (WeirChannel *self, const WeirTotals *before, gint64 at_us)
{
  WeirChannelInfo *info = self->info;

  if (info->state == WEIR_STATE_CLOSED)
    info->paused_since_ms = 0; /* nobody is held any more */

  note_size (self, &info->totals, before);
  note_order (self, &info->totals, before);
  note_reading (self, &info->totals, before, at_us);
  note_lag (self, &info->totals, before, at_us);
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
    self->next_us = weir_merge_figures (self->merged, self->sightings, &self->winners, self->moved_us, now_us);
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
  self->last_read_us = guess_last_read (self);
  self->last_taken_us = info->totals.acked_messages == 0 ? guess_last_taken (self) : 0;
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

static gboolean
end_differs (const WeirEndInfo *a, const WeirEndInfo *b)
{
  return a->presence != b->presence || a->connected_at_ms != b->connected_at_ms || a->closed_at_ms != b->closed_at_ms ||
         a->close_code != b->close_code || a->close_clean != b->close_clean || a->how != b->how ||
         a->probed != b->probed || a->n_refused != b->n_refused || a->n_not_found != b->n_not_found ||
         a->asked_at_ms != b->asked_at_ms || a->worker_left_at_ms != b->worker_left_at_ms ||
         g_strcmp0 (a->violation, b->violation) != 0 || g_strcmp0 (a->close_reason, b->close_reason) != 0 ||
         g_strcmp0 (a->worker_id, b->worker_id) != 0 || g_strcmp0 (a->worker_name, b->worker_name) != 0 ||
         g_strcmp0 (a->worker_runtime, b->worker_runtime) != 0 || g_strcmp0 (a->function_id, b->function_id) != 0;
}

static gboolean
passed_differs (const GPtrArray *a, const GPtrArray *b)
{
  if (a->len != b->len)
    return TRUE;
  for (guint i = 0; i < a->len; i++)
    {
      const WeirPassedInfo *one = g_ptr_array_index (a, i);
      const WeirPassedInfo *other = g_ptr_array_index (b, i);

      if (one->at_ms != other->at_ms || one->returned_at_ms != other->returned_at_ms ||
          g_strcmp0 (one->error_code, other->error_code) != 0 ||
          g_strcmp0 (one->function_id, other->function_id) != 0 ||
          g_strcmp0 (one->invocation_id, other->invocation_id) != 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
shapes_differ (const GPtrArray *a, const GPtrArray *b)
{
  guint n = a != NULL ? a->len : 0;

  if (n != (b != NULL ? b->len : 0))
    return TRUE;
  for (guint i = 0; i < n; i++)
    {
      const WeirShapeInfo *one = a->pdata[i];
      const WeirShapeInfo *other = b->pdata[i];

      if (one->pause != other->pause || one->rate_bytes_per_s != other->rate_bytes_per_s ||
          one->since_ms != other->since_ms || g_strcmp0 (one->worker_id, other->worker_id) != 0)
        return TRUE;
    }
  return FALSE;
}

/* They are only added to, and the oldest go. */
static gboolean
acts_differ (const GPtrArray *a, const GPtrArray *b)
{
  guint n = a != NULL ? a->len : 0;

  if (n != (b != NULL ? b->len : 0))
    return TRUE;
  return n > 0 && (((WeirActInfo *) a->pdata[n - 1])->at_ms != ((WeirActInfo *) b->pdata[n - 1])->at_ms ||
                   ((WeirActInfo *) a->pdata[n - 1])->value != ((WeirActInfo *) b->pdata[n - 1])->value);
}

/* In anything but the figures; a hold that begins or ends is one, and whether a figure is known is none. */
static gboolean
info_differs (const WeirChannelInfo *a, const WeirChannelInfo *b)
{
  return a->state != b->state || a->totals.unknown != b->totals.unknown || a->since_ms != b->since_ms ||
         a->ended_by != b->ended_by || a->ended_at_ms != b->ended_at_ms || a->expires_at_ms != b->expires_at_ms ||
         a->buffer_items != b->buffer_items || a->buffer_bytes_max != b->buffer_bytes_max ||
         a->created_at_ms != b->created_at_ms || a->first_message_at_ms != b->first_message_at_ms ||
         g_strcmp0 (a->creator_worker_id, b->creator_worker_id) != 0 ||
         g_strcmp0 (a->creator_worker_name, b->creator_worker_name) != 0 || end_differs (&a->writer, &b->writer) ||
         end_differs (&a->reader, &b->reader) || passed_differs (a->passed, b->passed) ||
         shapes_differ (a->shapes, b->shapes) || acts_differ (a->acts, b->acts);
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
  if (was_stale != weir_channel_is_stale (self) || info_differs (self->info, before))
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
    note_moving (self, &info->totals, sighting->info != NULL ? &sighting->info->totals : &before->totals, now_us);
  if (sighting == NULL)
    sighting = make_sighting (self, plane, info);
  else
    {
      g_clear_pointer (&sighting->info, weir_channel_info_free);
      sighting->info = info;
    }
  sighting->is_stale = FALSE;
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
  note_moving (self, totals, &sighting->info->totals, at_us);
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

  gint64 last_us = self->last_read_us != 0 ? self->last_read_us : self->last_taken_us;

  if (self->info->state == WEIR_STATE_STALLED && last_us != 0)
    return MAX (age_us, now_us - last_us);
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
  return MIN (weir_channel_to_local_us (self, self->info->paused_since_ms), now_us);
}

gint64
weir_channel_get_last_read_us (WeirChannel *self)
{
  return self->last_read_us;
}

gint64
weir_channel_get_last_taken_us (WeirChannel *self)
{
  return self->last_taken_us;
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

/**
 * weir_channel_get_plane:
 * @i: from 0, of those that see it, in the order in which they first did
 * @seen: (out): what that plane says of it. Valid until the next turn of the main loop.
 */
gboolean
weir_channel_is_passive (WeirChannel *self)
{
  for (guint i = 0; i < self->sightings->len; i++)
    if (((const WeirSighting *) self->sightings->pdata[i])->plane->kind != WEIR_PLANE_PASSIVE)
      return FALSE;
  return TRUE;
}

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
  return self->last_read_us == 0 ? 0 : weir_clock_to_wall_ms (self->clock, self->last_read_us);
}

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

/* (nullable): the channel that goes back between the same two workers, if both writers are held. */
static const WeirChannelInfo *
find_deadlock (WeirChannel *self)
{
  for (guint i = 0; is_held (self->info) && self->companions != NULL && i < self->companions->len; i++)
    {
      WeirChannel *other = self->companions->pdata[i];

      if (other != self && is_held (other->info) && is_same_worker (&other->info->writer, &self->info->reader) &&
          is_same_worker (&other->info->reader, &self->info->writer))
        return other->info;
    }
  return NULL;
}

/* Whether the function that reads @self was handed the writer of @other in the same call. */
static gboolean
feeds (WeirChannel *self, WeirChannel *other)
{
  for (guint i = 0; i < self->info->passed->len; i++)
    for (guint j = 0; j < other->info->passed->len; j++)
      {
        const WeirPassedInfo *in = self->info->passed->pdata[i];
        const WeirPassedInfo *out = other->info->passed->pdata[j];

        if (in->direction == WEIR_DIRECTION_READ && out->direction == WEIR_DIRECTION_WRITE && !in->live && !out->live &&
            weir_groups_is_one_call (in, out))
          return TRUE;
      }
  return FALSE;
}

static gboolean
holds_its_writer (WeirChannel *self, gint64 now_us)
{
  double share = weir_series_rate (self->series, WEIR_SERIES_HELD, now_us, WEIR_FINDING_HELD_US);

  return is_held (self->info) || (self->info->state == WEIR_STATE_FLOWING && share >= WEIR_DIAGNOSIS_HELD_SHARE);
}

/* (nullable): the channel that is written by who reads this one, if it is held there. */
static WeirChannel *
find_next (WeirChannel *self, gint64 now_us)
{
  for (guint i = 0; self->companions != NULL && i < self->companions->len; i++)
    {
      WeirChannel *other = self->companions->pdata[i];

      if (other != self && holds_its_writer (other, now_us) && feeds (self, other))
        return other;
    }
  return NULL;
}

/* (nullable): the end of the chain of those that hold each other; none where it goes round. */
static const WeirChannelInfo *
find_culprit (WeirChannel *self, gint64 now_us)
{
  WeirChannel *last = NULL;

  if (self->info->state != WEIR_STATE_FLOWING && self->info->state != WEIR_STATE_STALLED && !is_held (self->info))
    return NULL;
  for (guint n = 0; n < MAX_CHAIN; n++)
    {
      WeirChannel *next = find_next (last != NULL ? last : self, now_us);

      if (next == NULL)
        return last != NULL ? last->info : NULL;
      if (next == self)
        return NULL;
      last = next;
    }
  return NULL;
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
    .last_read_ms = get_last_read_ms (self),
    .last_taken_ms = self->last_taken_us != 0 ? weir_clock_to_wall_ms (self->clock, self->last_taken_us) : 0,
    .lag_ms = get_lag_us (self, now_us) / 1000,
    .held_share = weir_series_rate (self->series, WEIR_SERIES_HELD, now_us, WEIR_FINDING_HELD_US),
    .sent_rate = weir_series_rate (self->series, WEIR_SERIES_SENT, now_us, WEIR_STATE_QUIET_US),
    .largest_text = self->largest_text,
    .largest = self->largest,
    .text_waits = text_waits (self),
    .deadlock = find_deadlock (self),
    .culprit = find_culprit (self, now_us),
  };

  GPtrArray *findings = weir_diagnose (self->info, &figures);

  note_dismissed (self, findings);
  return findings;
}

static gboolean
went_with (WeirChannel *self, const WeirPassedInfo *passed)
{
  for (guint i = 0; i < self->info->passed->len; i++)
    if (weir_groups_is_one_call (self->info->passed->pdata[i], passed))
      return TRUE;
  return FALSE;
}

/* (nullable): the other channels whose refs went in that call. */
static char **
dup_companions (WeirChannel *self, const WeirPassedInfo *passed)
{
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();
  gboolean has_some = FALSE;

  for (guint i = 0; self->companions != NULL && i < self->companions->len; i++)
    {
      WeirChannel *other = self->companions->pdata[i];

      if (other == self || !went_with (other, passed))
        continue;
      g_strv_builder_add (ids, other->id);
      has_some = TRUE;
    }
  return has_some ? g_strv_builder_end (ids) : NULL;
}

/* After the ref that went, or the last of them if both refs of this channel went in one call. */
static void
add_companions (WeirChannel *self, GPtrArray *events)
{
  for (guint i = 0; i < events->len; i++)
    {
      WeirLifeEvent *event = events->pdata[i];
      WeirLifeEvent *next = i + 1 < events->len ? events->pdata[i + 1] : NULL;
      g_auto (GStrv) with = NULL;

      if (event->kind != WEIR_LIFE_PASSED ||
          (next != NULL && next->kind == WEIR_LIFE_PASSED && weir_groups_is_one_call (next->passed, event->passed)))
        continue;
      with = dup_companions (self, event->passed);
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

/**
 * weir_channel_dup_life:
 *
 * Returns: (transfer full) (element-type WeirLifeEvent): oldest first; borrows as the findings do.
 */
GPtrArray *
weir_channel_dup_life (WeirChannel *self)
{
  GPtrArray *events = weir_life_dup_events (self->life, self->info, get_last_read_ms (self));

  add_companions (self, events);
  return events;
}
