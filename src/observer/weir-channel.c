/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-channel-private.h"

#include "weir-diagnosis.h"
#include "weir-groups.h"
#include "weir-life.h"

/* What is reported as one change of this length at most is drawn as one. */
#define MOMENT_US G_USEC_PER_SEC

struct _WeirChannel
{
  GObject parent_instance;

  char *id;          /* a copy: it is a key of tables, and outlives an info */
  const char *point; /* interned: there are few points and many channels */
  WeirClock *clock;
  WeirChannelInfo *info;
  WeirSeries *series;
  WeirLife *life;
  gint64 last_read_us;
  guint64 largest_text; /* at least this big */
  guint64 largest;
  guint64 binary_until; /* the last messages known to be binary end here: that many were written */
  guint64 text_after;   /* one of the messages after this many was text, and … */
  guint64 text_binary;  /* … this was binary_until then; 0: there was no such text */
  guint64 text_before;  /* … and that many of those before it were text, too */
  guint64 dismissed;    /* a bit a WeirFindingKind */
  guint group;
  const GPtrArray *companions; /* (nullable): the channels of the group, lent */
  gboolean is_stale;
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
  g_clear_pointer (&self->clock, weir_clock_unref);
  g_clear_pointer (&self->info, weir_channel_info_free);
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
  clamp_ms (&info->expires_at_ms);
  clamp_ms (&info->since_ms);
  clamp_ms (&info->paused_since_ms);
  clamp_ms (&info->first_message_at_ms);
  clamp_ms (&info->ended_at_ms);
  clamp_ms (&info->writer.refused_at_ms);
  clamp_ms (&info->reader.refused_at_ms);
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

/* The largest of the messages that were written since the last time was at least as big as their mean; and a text
 * message if all of them were. */
static void
note_size (WeirChannel *self, const WeirTotals *now, const WeirTotals *before)
{
  guint64 n_messages = now->written_messages - before->written_messages;
  guint64 mean;

  if (!has_grown (now->written_messages, before->written_messages) ||
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
  if (!has_grown (now->written_messages, before->written_messages))
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

  if (self->text_after < sent) /* it may have gone */
    return FALSE;
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

static void
take_totals (WeirChannel *self, const WeirTotals *before, gint64 at_us)
{
  WeirChannelInfo *info = self->info;

  if (info->state == WEIR_STATE_CLOSED)
    info->paused_since_ms = 0; /* nobody is held any more */

  note_size (self, &info->totals, before);
  note_order (self, &info->totals, before);
  note_reading (self, &info->totals, before, at_us);
  weir_series_push (self->series, at_us, &info->totals, weir_channel_to_local_us (self, info->paused_since_ms));
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

WeirChannel *
weir_channel_new (const char *point, WeirClock *clock, WeirChannelInfo *info, gint64 now_us)
{
  WeirChannel *self = g_object_new (WEIR_TYPE_CHANNEL, NULL);
  WeirTotals nothing = { 0 };

  self->id = g_strdup (info->channel_id);
  self->point = g_intern_string (point);
  self->clock = weir_clock_ref (clock);
  self->info = info;
  clamp_times (info);
  take_totals (self, &nothing, begin_series (self, now_us));
  self->last_read_us = guess_last_read (self);
  return self;
}

static gboolean
end_differs (const WeirEndInfo *a, const WeirEndInfo *b)
{
  return a->presence != b->presence || a->connected_at_ms != b->connected_at_ms || a->closed_at_ms != b->closed_at_ms ||
         a->close_code != b->close_code || a->close_clean != b->close_clean || a->how != b->how ||
         a->probed != b->probed || a->n_refused != b->n_refused || g_strcmp0 (a->close_reason, b->close_reason) != 0 ||
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

/* In anything but the figures; a hold that begins or ends is one. */
static gboolean
info_differs (const WeirChannelInfo *a, const WeirChannelInfo *b)
{
  return a->state != b->state || a->since_ms != b->since_ms || a->ended_by != b->ended_by ||
         a->ended_at_ms != b->ended_at_ms || a->expires_at_ms != b->expires_at_ms ||
         a->buffer_items != b->buffer_items || a->buffer_bytes_max != b->buffer_bytes_max ||
         a->created_at_ms != b->created_at_ms || a->first_message_at_ms != b->first_message_at_ms ||
         g_strcmp0 (a->creator_worker_id, b->creator_worker_id) != 0 ||
         g_strcmp0 (a->creator_worker_name, b->creator_worker_name) != 0 || end_differs (&a->writer, &b->writer) ||
         end_differs (&a->reader, &b->reader) || passed_differs (a->passed, b->passed) ||
         shapes_differ (a->shapes, b->shapes) || acts_differ (a->acts, b->acts);
}

void
weir_channel_apply_info (WeirChannel *self, WeirChannelInfo *info, gint64 now_us)
{
  g_autoptr (WeirChannelInfo) before = self->info;
  gboolean has_changed;

  clamp_times (info);
  has_changed = self->is_stale || info_differs (info, before);
  self->info = info;
  self->is_stale = FALSE;
  take_totals (self, &before->totals, now_us);
  if (has_changed)
    g_signal_emit (self, signals[CHANGED], 0);
}

void
weir_channel_apply_totals (WeirChannel *self, const WeirTotals *totals, gint64 at_us)
{
  WeirTotals before = self->info->totals;

  self->info->totals = *totals;
  take_totals (self, &before, at_us);
}

void
weir_channel_set_stale (WeirChannel *self)
{
  if (self->is_stale)
    return;
  self->is_stale = TRUE;
  g_signal_emit (self, signals[CHANGED], 0);
}

void
weir_channel_end_with_engine (WeirChannel *self, gint64 lost_us)
{
  WeirChannelInfo *info = self->info;

  if (info->ended_by != WEIR_ENDED_NOT)
    return;

  info->ended_by = WEIR_ENDED_ENGINE;
  info->ended_at_ms = weir_clock_to_wall_ms (self->clock, lost_us);
  info->state = WEIR_STATE_CLOSED;
  info->since_ms = info->ended_at_ms;
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
  return self->point;
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
weir_channel_get_age_us (WeirChannel *self, gint64 now_us)
{
  return elapsed_us (self, self->info->created_at_ms, now_us);
}

gint64
weir_channel_get_state_age_us (WeirChannel *self, gint64 now_us)
{
  gint64 age_us = elapsed_us (self, self->info->since_ms, now_us);

  if (self->info->state == WEIR_STATE_STALLED && self->last_read_us != 0)
    return MAX (age_us, now_us - self->last_read_us);
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

double
weir_channel_get_held_share (WeirChannel *self, gint64 now_us)
{
  const WeirChannelInfo *info = self->info;
  gint64 life_us = elapsed_us (self, info->writer.connected_at_ms, now_us);
  double held_us = (double) info->totals.paused_us + elapsed_us (self, info->paused_since_ms, now_us);

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

guint
weir_channel_get_group (WeirChannel *self)
{
  return self->group;
}

gboolean
weir_channel_is_stale (WeirChannel *self)
{
  return self->is_stale;
}

static gint64
get_last_read_ms (WeirChannel *self)
{
  return self->last_read_us == 0 ? 0 : weir_clock_to_wall_ms (self->clock, self->last_read_us);
}

static gboolean
is_same_worker (const WeirEndInfo *a, const WeirEndInfo *b)
{
  return a->worker_id != NULL && g_strcmp0 (a->worker_id, b->worker_id) == 0;
}

static gboolean
is_held (const WeirChannelInfo *info)
{
  return info->state == WEIR_STATE_STALLED && info->paused_since_ms != 0;
}

/* (nullable): the channel that goes back between the same two workers, if both writers are held. */
static const char *
find_deadlock (WeirChannel *self)
{
  for (guint i = 0; is_held (self->info) && self->companions != NULL && i < self->companions->len; i++)
    {
      WeirChannel *other = self->companions->pdata[i];

      if (other != self && is_held (other->info) && is_same_worker (&other->info->writer, &self->info->reader) &&
          is_same_worker (&other->info->reader, &self->info->writer))
        return other->id;
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
    .held_share = weir_series_rate (self->series, WEIR_SERIES_HELD, now_us, WEIR_FINDING_HELD_US),
    .sent_rate = weir_series_rate (self->series, WEIR_SERIES_SENT, now_us, WEIR_STATE_QUIET_US),
    .largest_text = self->largest_text,
    .largest = self->largest,
    .text_waits = text_waits (self),
    .deadlock = find_deadlock (self),
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
