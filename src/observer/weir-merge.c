/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-merge.h"

WeirSighting *
weir_sighting_new (WeirPlane *plane, WeirChannelInfo *info)
{
  WeirSighting *self = g_new0 (WeirSighting, 1);

  self->plane = weir_plane_ref (plane);
  self->info = info;
  return self;
}

void
weir_sighting_free (WeirSighting *self)
{
  weir_plane_unref (self->plane);
  weir_channel_info_free (self->info);
  g_free (self);
}

/* --- who is nearest --- */

static const WeirEndInfo *
get_end (const WeirSighting *sighting, gboolean is_writer)
{
  return is_writer ? &sighting->info->writer : &sighting->info->reader;
}

/* What is seen is more than what is concluded; that an end has left is later than that it was there; and "never
 * connected" is to be believed of who would have seen it. */
static guint
rate_presence (WeirPlaneKind kind, WeirPresence presence)
{
  switch (presence)
    {
    case WEIR_PRESENCE_HERE:
      return 5;
    case WEIR_PRESENCE_GONE:
      return 4;
    case WEIR_PRESENCE_ENGINE:
      return 3;
    case WEIR_PRESENCE_ELSEWHERE:
      return 2;
    case WEIR_PRESENCE_NONE:
      return kind == WEIR_PLANE_ENGINE ? 5 : 1;
    case WEIR_PRESENCE_UNKNOWN:
    default:
      return 0;
    }
}

static guint
rate_plane (const WeirPlane *plane)
{
  return plane->kind == WEIR_PLANE_PASSIVE ? 0 : 1 + MIN (plane->distance, 98);
}

/* The plane is lost, and what it said last may be over: not so where that was the end. */
static gboolean
is_old (const WeirSighting *sighting)
{
  return sighting->is_stale && sighting->info->ended_by == WEIR_ENDED_NOT;
}

guint
weir_merge_rate_end (const WeirSighting *sighting, gboolean is_writer)
{
  WeirPresence presence = get_end (sighting, is_writer)->presence;
  gboolean is_told = presence == WEIR_PRESENCE_ELSEWHERE && sighting->plane->kind == WEIR_PLANE_PASSIVE;

  return (is_old (sighting) ? 0 : 1000) + rate_presence (sighting->plane->kind, presence) * 100 +
         (is_told ? 99 : rate_plane (sighting->plane)); /* by the engine: a relay only concludes it */
}

/* A point, for it can be asked for more; then who sees both ends before who sees one. */
static guint
rate_home (const WeirSighting *sighting)
{
  gboolean is_point = sighting->plane->kind != WEIR_PLANE_PASSIVE;

  return (is_old (sighting) ? 0 : 100000) + (is_point ? 10000 : 0) + weir_merge_rate_end (sighting, TRUE) +
         weir_merge_rate_end (sighting, FALSE);
}

WeirWinners
weir_merge_find_winners (GPtrArray *sightings)
{
  WeirWinners winners = { sightings->pdata[0], sightings->pdata[0], sightings->pdata[0] };

  for (guint i = 1; i < sightings->len; i++)
    {
      WeirSighting *sighting = sightings->pdata[i];

      if (rate_home (sighting) > rate_home (winners.home))
        winners.home = sighting;
      if (weir_merge_rate_end (sighting, TRUE) > weir_merge_rate_end (winners.writer, TRUE))
        winners.writer = sighting;
      if (weir_merge_rate_end (sighting, FALSE) > weir_merge_rate_end (winners.reader, FALSE))
        winners.reader = sighting;
    }
  return winners;
}

/* --- what is not a figure --- */

/* A wall clock of @from as one of @to. */
static gint64
convert (gint64 at_ms, const WeirSighting *from, const WeirSighting *to)
{
  if (at_ms == 0 || from->plane == to->plane)
    return at_ms;
  return weir_clock_to_wall_ms (to->plane->clock, weir_clock_to_local_us (from->plane->clock, at_ms));
}

static void
take_string (char **string, const char *other)
{
  if (*string == NULL)
    *string = g_strdup (other);
}

/* Who it is does not change with who sees it: what one plane knows of it is true for all. */
static void
identify (WeirEndInfo *end, const WeirEndInfo *other)
{
  if (end->worker_id == NULL && end->worker_name == NULL)
    {
      take_string (&end->worker_id, other->worker_id);
      take_string (&end->worker_name, other->worker_name);
    }
  if (g_strcmp0 (end->worker_id, other->worker_id) == 0)
    take_string (&end->worker_runtime, other->worker_runtime);
  if (end->function_id == NULL && end->how == WEIR_HOW_UNKNOWN)
    {
      end->function_id = g_strdup (other->function_id);
      end->how = other->how;
    }
}

static void
convert_end (WeirEndInfo *end, const WeirSighting *from, const WeirSighting *to)
{
  end->connected_at_ms = convert (end->connected_at_ms, from, to);
  end->closed_at_ms = convert (end->closed_at_ms, from, to);
  end->refused_at_ms = convert (end->refused_at_ms, from, to);
  end->asked_at_ms = convert (end->asked_at_ms, from, to);
  end->not_found_at_ms = convert (end->not_found_at_ms, from, to);
  end->worker_left_at_ms = convert (end->worker_left_at_ms, from, to);
}

/* Refusals are the engine's: a relay sees those of its own workers only, so the most is the truth. */
static void
take_refusals (WeirEndInfo *end, const WeirEndInfo *other, const WeirSighting *from, const WeirSighting *to)
{
  if (other->n_refused > end->n_refused)
    {
      end->n_refused = other->n_refused;
      end->refused_at_ms = convert (other->refused_at_ms, from, to);
    }
  if (other->n_not_found > end->n_not_found)
    {
      end->n_not_found = other->n_not_found;
      end->not_found_at_ms = convert (other->not_found_at_ms, from, to);
    }
}

static void
merge_end (WeirEndInfo *end, GPtrArray *sightings, const WeirSighting *winner, const WeirSighting *home,
           gboolean is_writer)
{
  convert_end (end, winner, home);
  for (guint i = 0; i < sightings->len; i++)
    {
      const WeirSighting *sighting = sightings->pdata[i];
      const WeirEndInfo *other = get_end (sighting, is_writer);

      if (sighting == winner)
        continue;
      identify (end, other);
      take_refusals (end, other, sighting, home);
      if (end->worker_left_at_ms == 0)
        end->worker_left_at_ms = convert (other->worker_left_at_ms, sighting, home);
      if (end->connected_at_ms == 0 && end->presence != WEIR_PRESENCE_NONE)
        end->connected_at_ms = convert (other->connected_at_ms, sighting, home);
    }
}

static gint64
earlier (gint64 a_ms, gint64 b_ms)
{
  return a_ms == 0 || (b_ms != 0 && b_ms < a_ms) ? b_ms : a_ms;
}

/* The way of its refs: as the plane tells it that has seen most of it. */
static void
take_passed (WeirChannelInfo *merged, const WeirSighting *from, const WeirSighting *home)
{
  g_autoptr (WeirChannelInfo) copy = NULL;

  if (from->info->passed->len <= merged->passed->len)
    return;

  copy = weir_channel_info_copy (from->info);
  for (guint i = 0; i < copy->passed->len; i++)
    {
      WeirPassedInfo *passed = copy->passed->pdata[i];

      passed->at_ms = convert (passed->at_ms, from, home);
      passed->returned_at_ms = convert (passed->returned_at_ms, from, home);
    }
  g_ptr_array_unref (merged->passed);
  merged->passed = g_ptr_array_ref (copy->passed);
}

static void
take_rest (WeirChannelInfo *merged, const WeirSighting *from, const WeirSighting *home)
{
  const WeirChannelInfo *info = from->info;

  merged->created_at_ms = earlier (merged->created_at_ms, convert (info->created_at_ms, from, home));
  merged->seen_at_ms = earlier (merged->seen_at_ms, convert (info->seen_at_ms, from, home));
  merged->first_message_at_ms = earlier (merged->first_message_at_ms, convert (info->first_message_at_ms, from, home));
  if (merged->buffer_items == 0)
    merged->buffer_items = info->buffer_items;
  if (merged->buffer_bytes_max == 0)
    merged->buffer_bytes_max = info->buffer_bytes_max;
  if ((merged->expires_at_ms == 0 || from->plane->kind == WEIR_PLANE_ENGINE) && !from->is_stale)
    merged->expires_at_ms = convert (info->expires_at_ms, from, home);
  if (merged->creator_worker_id == NULL && merged->creator_worker_name == NULL)
    {
      take_string (&merged->creator_worker_id, info->creator_worker_id);
      take_string (&merged->creator_worker_name, info->creator_worker_name);
    }
  if (merged->shapes == NULL && !from->is_stale)
    merged->shapes = weir_shape_info_copy_all (info->shapes);
  if (merged->acts == NULL)
    merged->acts = weir_act_info_copy_all (info->acts);
  take_passed (merged, from, home);
}

/* An end of @copy goes into @merged, and @merged's old one away with @copy. */
static void
swap_ends (WeirEndInfo *merged, WeirEndInfo *copy)
{
  WeirEndInfo old = *merged;

  *merged = *copy;
  *copy = old;
}

WeirChannelInfo *
weir_merge_info (GPtrArray *sightings, const WeirWinners *winners)
{
  const WeirSighting *home = winners->home;
  WeirChannelInfo *merged = weir_channel_info_copy (home->info);

  if (winners->writer != home)
    {
      g_autoptr (WeirChannelInfo) copy = weir_channel_info_copy (winners->writer->info);

      swap_ends (&merged->writer, &copy->writer);
    }
  if (winners->reader != home)
    {
      g_autoptr (WeirChannelInfo) copy = weir_channel_info_copy (winners->reader->info);

      swap_ends (&merged->reader, &copy->reader);
    }
  merge_end (&merged->writer, sightings, winners->writer, home, TRUE);
  merge_end (&merged->reader, sightings, winners->reader, home, FALSE);
  for (guint i = 0; i < sightings->len; i++)
    if (sightings->pdata[i] != home)
      take_rest (merged, sightings->pdata[i], home);
  return merged;
}

/* A relay that is lost takes with it the ends that pass through it. */
#define TOGETHER_US (3 * G_USEC_PER_SEC)

static gboolean
has_lost_end (const WeirSighting *relay, const WeirChannelInfo *merged, const WeirSighting *home, gboolean is_writer)
{
  const WeirEndInfo *end = is_writer ? &merged->writer : &merged->reader;
  gint64 closed_us = weir_clock_to_local_us (home->plane->clock, end->closed_at_ms);

  return get_end (relay, is_writer)->presence == WEIR_PRESENCE_HERE && end->presence == WEIR_PRESENCE_GONE &&
         !end->close_clean && end->violation == NULL && ABS (closed_us - relay->stale_us) <= TOGETHER_US;
}

const char *
weir_merge_find_lost_relay (const WeirChannelInfo *merged, GPtrArray *sightings, const WeirWinners *winners)
{
  const WeirSighting *found = NULL;

  for (guint i = 0; i < sightings->len; i++)
    {
      const WeirSighting *sighting = sightings->pdata[i];
      WeirEndedBy by = sighting->info->ended_by; /* that it saw it end itself is another matter */

      if (sighting->plane->kind == WEIR_PLANE_RELAY && sighting->stale_us != 0 &&
          (by == WEIR_ENDED_NOT || by == WEIR_ENDED_UNKNOWN) &&
          (found == NULL || sighting->plane->distance < found->plane->distance) &&
          (has_lost_end (sighting, merged, winners->home, TRUE) ||
           has_lost_end (sighting, merged, winners->home, FALSE)))
        found = sighting;
    }
  return found != NULL ? found->plane->name : NULL;
}

/* --- figures --- */

/* For those columns: @winner, or whoever else of those that live knows them; NULL: nobody. */
static const WeirSighting *
find_knower (GPtrArray *sightings, const WeirSighting *winner, guint32 columns)
{
  const WeirSighting *found = NULL;

  if (weir_totals_knows (&winner->info->totals, columns))
    return winner;
  for (guint i = 0; i < sightings->len; i++)
    {
      const WeirSighting *sighting = sightings->pdata[i];

      if (!sighting->is_stale && weir_totals_knows (&sighting->info->totals, columns) &&
          (found == NULL || rate_plane (sighting->plane) > rate_plane (found->plane)))
        found = sighting;
    }
  return found;
}

static void
take_columns (WeirTotals *totals, GPtrArray *sightings, const WeirSighting *winner, guint32 columns)
{
  for (guint i = 0; i < WEIR_TOTALS_N_COLUMNS; i++)
    {
      guint32 column = 1u << i;
      const WeirSighting *knower = columns & column ? find_knower (sightings, winner, column) : NULL;

      if (!(columns & column))
        continue;
      if (knower == NULL)
        {
          weir_totals_set_unknown (totals, column);
          continue;
        }
      weir_totals_set (totals, i, weir_totals_get (&knower->info->totals, i));
      totals->unknown &= ~column;
      totals->old = (totals->old & ~column) | (knower->info->totals.old & column);
      totals->partial = (totals->partial & ~column) | (knower->info->totals.partial & column);
      totals->inferred = (totals->inferred & ~column) | (knower->info->totals.inferred & column);
    }
}

/* What lies between: the engine tells it. Where no engine does it is what one end gave and the other has not got, the
 * kernels' and the relays' buffers included. */
static void
take_buffer (WeirTotals *totals, GPtrArray *sightings, const WeirWinners *winners)
{
  gboolean is_one = winners->writer == winners->reader;

  take_columns (totals, sightings, is_one ? winners->writer : winners->home, WEIR_TOTALS_OF_BUFFER);
  for (guint i = 0; i < sightings->len; i++)
    {
      WeirSighting *sighting = sightings->pdata[i];

      if (sighting->plane->kind == WEIR_PLANE_ENGINE && !sighting->is_stale)
        take_columns (totals, sightings, sighting, WEIR_TOTALS_OF_BUFFER);
    }
  if (is_one || weir_totals_knows (totals, WEIR_TOTALS_BUFFERED_MESSAGES) ||
      !weir_totals_knows (totals, WEIR_TOTALS_WRITTEN_MESSAGES | WEIR_TOTALS_SENT_MESSAGES) ||
      (totals->inferred & (WEIR_TOTALS_WRITTEN_MESSAGES | WEIR_TOTALS_SENT_MESSAGES)) != 0)
    return;
  totals->buffered_messages = weir_totals_get_unsent (totals);
  totals->unknown &= ~WEIR_TOTALS_BUFFERED_MESSAGES;
  totals->inferred |= WEIR_TOTALS_BUFFERED_MESSAGES;
}

static guint32
get_others (void)
{
  guint32 all = (1u << WEIR_TOTALS_N_COLUMNS) - 1;

  return all & ~(WEIR_TOTALS_OF_WRITER | WEIR_TOTALS_OF_READER | WEIR_TOTALS_OF_BUFFER);
}

static void
merge_totals (WeirTotals *totals, GPtrArray *sightings, const WeirWinners *winners)
{
  take_columns (totals, sightings, winners->writer, WEIR_TOTALS_OF_WRITER);
  take_columns (totals, sightings, winners->reader, WEIR_TOTALS_OF_READER);
  take_columns (totals, sightings, winners->home, get_others ());
  take_buffer (totals, sightings, winners);
}

/* --- the state --- */

/* It is still open there: an end that it sees itself, or that the engine said to be connected, is. */
static gboolean
is_open_at (const WeirSighting *sighting)
{
  const WeirPresence ends[] = { sighting->info->writer.presence, sighting->info->reader.presence };

  if (sighting->is_stale || sighting->info->ended_by != WEIR_ENDED_NOT)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    if (ends[i] == WEIR_PRESENCE_HERE ||
        (ends[i] == WEIR_PRESENCE_ELSEWHERE && sighting->plane->kind == WEIR_PLANE_PASSIVE))
      return TRUE;
  return FALSE;
}

/* Whether it saw the end that ended it: who did not concludes it from what the engine does at the other. */
static gboolean
saw_cause (const WeirChannelInfo *info)
{
  switch (info->ended_by)
    {
    case WEIR_ENDED_WRITER:
    case WEIR_ENDED_WRITER_LOST:
      return info->writer.presence == WEIR_PRESENCE_GONE;
    case WEIR_ENDED_READER:
      return info->reader.presence == WEIR_PRESENCE_GONE;
    case WEIR_ENDED_OBSERVER:
      return TRUE;
    case WEIR_ENDED_EXPIRED: /* an end that was there was cut off */
      return info->writer.presence == WEIR_PRESENCE_GONE || info->reader.presence == WEIR_PRESENCE_GONE;
    case WEIR_ENDED_ENGINE:
    case WEIR_ENDED_NOT:
    case WEIR_ENDED_UNKNOWN:
    default:
      return FALSE;
    }
}

/* Not by their clocks, which are learnt anew all the time: what is said of a channel that has ended does not turn.
 * Where each of two saw its end go, a broken connection is said before a reader that left, and that before a close,
 * which is what the other end's leaving brings about. */
static guint
rate_cause (WeirEndedBy by)
{
  static const WeirEndedBy causes[] = { WEIR_ENDED_ENGINE, WEIR_ENDED_EXPIRED,     WEIR_ENDED_WRITER,
                                        WEIR_ENDED_READER, WEIR_ENDED_WRITER_LOST, WEIR_ENDED_OBSERVER };
  guint rate = 0;

  for (guint i = 0; i < G_N_ELEMENTS (causes); i++)
    if (causes[i] == by)
      rate = i + 1;
  return rate;
}

static guint
rate_verdict (const WeirSighting *sighting)
{
  const WeirChannelInfo *info = sighting->info;
  gboolean is_engine = sighting->plane->kind == WEIR_PLANE_ENGINE;

  if (info->ended_by == WEIR_ENDED_NOT || info->ended_by == WEIR_ENDED_UNKNOWN)
    return info->ended_by == WEIR_ENDED_UNKNOWN ? 1 : 0;
  return (is_engine ? 20000 : 0) + (saw_cause (info) ? 10000 : 0) + rate_cause (info->ended_by) * 1000 +
         rate_plane (sighting->plane);
}

/* One has, or had, both ends: it is over when that one says so. */
static gboolean
saw_both (const WeirWinners *winners)
{
  const WeirSighting *winner = winners->writer;
  const WeirPresence ends[] = { winner->info->writer.presence, winner->info->reader.presence };

  if (winner != winners->reader)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    if (ends[i] != WEIR_PRESENCE_HERE && ends[i] != WEIR_PRESENCE_GONE && winner->plane->kind != WEIR_PLANE_ENGINE)
      return FALSE;
  return TRUE;
}

/* Who tells why it ended; NULL: it has not, as far as anybody knows. */
static const WeirSighting *
find_end (GPtrArray *sightings)
{
  const WeirSighting *found = NULL;

  for (guint i = 0; i < sightings->len; i++)
    {
      const WeirSighting *sighting = sightings->pdata[i];

      if (is_open_at (sighting))
        return NULL;
      if (rate_verdict (sighting) > (found != NULL ? rate_verdict (found) : 0))
        found = sighting;
    }
  return found;
}

static void
merge_ended (WeirChannelInfo *merged, GPtrArray *sightings, const WeirWinners *winners)
{
  gboolean is_one = saw_both (winners);
  const WeirSighting *end = is_one ? winners->writer : find_end (sightings);

  merged->ended_by = end != NULL ? end->info->ended_by : WEIR_ENDED_NOT;
  merged->ended_at_ms = end != NULL ? convert (end->info->ended_at_ms, end, winners->home) : 0;
  if (merged->ended_by == WEIR_ENDED_NOT && merged->writer.presence == WEIR_PRESENCE_GONE &&
      merged->reader.presence == WEIR_PRESENCE_GONE && !is_one)
    {
      merged->ended_by = WEIR_ENDED_UNKNOWN;
      merged->ended_at_ms = MAX (merged->writer.closed_at_ms, merged->reader.closed_at_ms);
    }
}

/* What the planes say of progress, as meters. */
static WeirMeters
make_meters (const WeirChannelInfo *merged, GPtrArray *sightings, const WeirWinners *winners, gint64 moved_us,
             gint64 now_us)
{
  WeirMeters meters = { .totals = merged->totals,
                        .writer = merged->writer.presence,
                        .reader = merged->reader.presence,
                        .ended = merged->ended_by,
                        .moved_us = moved_us };

  for (guint i = 0; i < sightings->len; i++)
    {
      const WeirSighting *sighting = sightings->pdata[i];
      const WeirChannelInfo *info = sighting->info;

      if (sighting->is_stale)
        continue;
      meters.is_held |= info->state == WEIR_STATE_HELD;
      if (info->state == WEIR_STATE_FLOWING) /* it says so when it is over */
        meters.moved_us = now_us;
      if (info->state == WEIR_STATE_STALLED)
        meters.outstanding_since_us =
            weir_clock_to_local_us (sighting->plane->clock, info->since_ms) - WEIR_STATE_QUIET_US;
    }
  if (meters.outstanding_since_us == 0 && merged->paused_since_ms != 0 && meters.moved_us != now_us)
    meters.outstanding_since_us = weir_clock_to_local_us (winners->home->plane->clock, merged->paused_since_ms);
  return meters;
}

/* It knows what moves at either end. */
static gboolean
sees_all (const WeirSighting *sighting)
{
  return weir_totals_knows (&sighting->info->totals, WEIR_TOTALS_WRITTEN_MESSAGES | WEIR_TOTALS_SENT_MESSAGES);
}

/* Since when it is so: as a plane says that is of this state, else since it was found to be. */
static gint64
find_since (WeirState state, const WeirChannelInfo *before, GPtrArray *sightings, const WeirSighting *home,
            gint64 now_us)
{
  for (guint i = 0; i < sightings->len; i++)
    {
      const WeirSighting *sighting = sightings->pdata[i];

      if (!sighting->is_stale && sighting->info->state == state)
        return convert (sighting->info->since_ms, sighting, home);
    }
  return before->state == state && before->since_ms != 0 ? before->since_ms
                                                         : weir_clock_to_wall_ms (home->plane->clock, now_us);
}

gint64
weir_merge_figures (WeirChannelInfo *merged, GPtrArray *sightings, const WeirWinners *winners, gint64 moved_us,
                    gint64 now_us)
{
  const WeirSighting *both = winners->writer == winners->reader && sees_all (winners->writer) ? winners->writer : NULL;
  WeirMeters meters;
  WeirState state;

  merge_totals (&merged->totals, sightings, winners);
  merged->paused_since_ms = convert (winners->writer->info->paused_since_ms, winners->writer, winners->home);
  merged->lacks_memory = winners->writer->info->lacks_memory;
  merge_ended (merged, sightings, winners);
  if (both != NULL && (both->info->ended_by != WEIR_ENDED_NOT) == (merged->ended_by != WEIR_ENDED_NOT))
    {
      merged->state = both->info->state;
      merged->since_ms = convert (both->info->since_ms, both, winners->home);
      return 0;
    }

  meters = make_meters (merged, sightings, winners, moved_us, now_us);
  state = weir_state_decide (&meters, now_us);
  merged->since_ms = find_since (state, merged, sightings, winners->home, now_us);
  merged->state = state;
  return weir_state_next_change_us (&meters, now_us);
}
