/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-registry-private.h"

/* An open pause is announced when it has lasted this long: a backpressured writer is paused a thousand times a second,
 * and the closed intervals are in the samples anyway. */
#define ANNOUNCED_PAUSE_US G_USEC_PER_SEC

/* What a state follows from. A feed of ours is not observed, so its figures are those of some moment and say nothing.
 */
static WeirMeters
known_meters (const WeirRegistryEntry *entry)
{
  WeirMeters meters = entry->meters;

  if (!entry->info->internal)
    return meters;
  return (WeirMeters){ .writer = WEIR_PRESENCE_UNKNOWN, .reader = WEIR_PRESENCE_UNKNOWN, .ended = meters.ended };
}

static gboolean
is_away (WeirPresence presence)
{
  return presence == WEIR_PRESENCE_UNKNOWN || presence == WEIR_PRESENCE_ENGINE || presence == WEIR_PRESENCE_ELSEWHERE;
}

/* What an end counts that is not here, or never was, is not known, nor is what lies between the two. */
static WeirTotals
known_totals (const WeirMeters *meters)
{
  WeirTotals totals = meters->totals;

  if (meters->is_writer_unseen || is_away (meters->writer))
    weir_totals_set_unknown (&totals, WEIR_TOTALS_OF_WRITER | WEIR_TOTALS_OF_BUFFER);
  if (meters->is_reader_unseen || is_away (meters->reader))
    weir_totals_set_unknown (&totals, WEIR_TOTALS_OF_READER | WEIR_TOTALS_OF_BUFFER);
  return totals;
}

/* What has passed shows that an end is somewhere. */
static gboolean
take_presence (WeirEndInfo *end, WeirPresence presence)
{
  if (presence != WEIR_PRESENCE_ELSEWHERE || end->presence == presence || end->connected_at_ms != 0)
    return FALSE;
  end->presence = presence;
  return TRUE;
}

static gboolean
is_awaited (const WeirRegistryEntry *entry)
{
  return entry->info->ended_by == WEIR_ENDED_NOT &&
         (entry->info->writer.presence == WEIR_PRESENCE_NONE || entry->info->reader.presence == WEIR_PRESENCE_NONE);
}

static gint64
expires_at_ms (WeirRegistry *self, const WeirRegistryEntry *entry)
{
  gint64 alive_ms;

  if (self->expiry_us == 0 || !is_awaited (entry))
    return 0;

  if (self->expires_by_age)
    return entry->info->created_at_ms + self->expiry_us / 1000;
  alive_ms = MAX (entry->info->created_at_ms, weir_registry_to_wall_ms (self, entry->meters.moved_us));
  alive_ms = MAX (alive_ms, MAX (entry->info->writer.connected_at_ms, entry->info->reader.connected_at_ms));
  alive_ms = MAX (alive_ms, entry->info->writer.closed_at_ms); /* a reader that leaves ends it, a writer does not */
  return alive_ms + self->expiry_us / 1000;
}

static gint64
announced_pause_ms (WeirRegistry *self, gint64 since_us, gint64 now_us)
{

  return since_us != 0 && now_us - since_us >= ANNOUNCED_PAUSE_US ? weir_registry_to_wall_ms (self, since_us) : 0;
}

gboolean
weir_registry_update_state (WeirRegistry *self, WeirRegistryEntry *entry, gint64 now_us)
{
  WeirChannelInfo *info = entry->info;
  WeirMeters meters = known_meters (entry);
  WeirState state = weir_state_decide (&meters, now_us);
  gint64 paused_since_ms = announced_pause_ms (self, meters.paused_since_us, now_us);
  gboolean lacks_memory = paused_since_ms != 0 && meters.lacks_memory;
  gint64 first_message_at_ms = weir_registry_to_wall_ms (self, meters.first_us);
  gboolean changed = state != info->state || paused_since_ms != info->paused_since_ms ||
                     lacks_memory != info->lacks_memory || first_message_at_ms != info->first_message_at_ms ||
                     meters.reader_answers != info->reader.probed;

  changed |= take_presence (&info->writer, meters.writer);
  changed |= take_presence (&info->reader, meters.reader);

  /* Everything has been handed over; the last event comes when the connections are over, too. */
  if (info->ended_by == WEIR_ENDED_NOT && meters.ended != WEIR_ENDED_NOT)
    {
      info->ended_by = meters.ended;
      info->ended_at_ms = weir_registry_to_wall_ms (self, now_us);
      changed = TRUE;
    }
  if (state != info->state)
    info->since_ms = weir_registry_to_wall_ms (self, now_us);
  info->state = state;
  info->paused_since_ms = paused_since_ms;
  info->lacks_memory = lacks_memory;
  info->first_message_at_ms = first_message_at_ms;
  info->reader.probed = meters.reader_answers;
  info->totals = known_totals (&meters);
  info->expires_at_ms = expires_at_ms (self, entry);

  if (weir_state_next_change_us (&meters, now_us) != 0 || (meters.paused_since_us != 0 && paused_since_ms == 0))
    g_hash_table_add (self->timed, entry);
  else
    g_hash_table_remove (self->timed, entry);

  return changed;
}
