/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-sentence-private.h"

#include <glib/gi18n.h>

/* The sentences about a channel of which only a part is seen: an end inside the engine, an end that does not pass a
 * relay, or only what a stock engine logs. They say no figure that is not known. */

#define FIGURES (WEIR_TOTALS_WRITTEN_MESSAGES | WEIR_TOTALS_SENT_MESSAGES | WEIR_TOTALS_BUFFERED_MESSAGES)

/* No point sees it: what is known is what the engine itself says. */
static gboolean
is_passive (WeirWriting *self)
{
  for (guint i = 0; i < weir_channel_get_n_planes (self->channel); i++)
    {
      WeirChannelPlane plane;

      weir_channel_get_plane (self->channel, i, &plane);
      if (plane.kind != WEIR_PLANE_PASSIVE && !plane.is_stale)
        return FALSE;
    }
  return TRUE;
}

static const char *
get_writer_place (WeirWriting *self)
{
  if (self->info->writer.presence == WEIR_PRESENCE_ENGINE)
    return _ ("Its writing end is inside the engine.");
  if (self->info->writer.presence == WEIR_PRESENCE_ELSEWHERE)
    return _ ("Its writer does not pass the relay.");
  return self->info->writer.presence == WEIR_PRESENCE_UNKNOWN ? _ ("Nothing is known of its writer.") : NULL;
}

static const char *
get_reader_place (WeirWriting *self)
{
  if (self->info->reader.presence == WEIR_PRESENCE_ENGINE)
    return _ ("Its reading end is inside the engine.");
  if (self->info->reader.presence == WEIR_PRESENCE_ELSEWHERE)
    return _ ("Its reader does not pass the relay.");
  return self->info->reader.presence == WEIR_PRESENCE_UNKNOWN ? _ ("Nothing is known of its reader.") : NULL;
}

/* Why so little is known. (nullable) */
static char *
dup_place (WeirWriting *self)
{
  const char *writer = get_writer_place (self);
  const char *reader = get_reader_place (self);

  if (is_passive (self))
    return g_strdup (_ ("Only the engine’s own log tells of it."));
  if (writer == NULL)
    return g_strdup (reader);
  return weir_writing_join (writer, reader);
}

/* @text: (transfer full): without a figure */
static WeirSentence *
say (WeirWriting *self, const char *headline, char *text)
{
  g_autofree char *what = text;
  g_autofree char *place = dup_place (self);

  return weir_writing_say (self, headline, weir_writing_join (what, place), NULL);
}

static char *
dup_amount (WeirWriting *self)
{
  const WeirTotals *totals = &self->info->totals;
  WeirCertainty certainty = weir_channel_get_certainty (self->channel, WEIR_TOTALS_WRITTEN_MESSAGES);
  g_autofree char *count = weir_format_count (totals->written_messages);

  if (certainty == WEIR_CERTAINTY_UNKNOWN)
    return g_strdup_printf (_ ("It ended %s ago."), self->length);
  if (certainty == WEIR_CERTAINTY_INFERRED)
    return g_strdup_printf (ngettext ("At least %s message was written. It ended %s ago.",
                                      "At least %s messages were written. It ended %s ago.",
                                      weir_writing_plural (totals->written_messages)),
                            count, self->length);
  return g_strdup_printf (ngettext ("%s message was written. It ended %s ago.",
                                    "%s messages were written. It ended %s ago.",
                                    weir_writing_plural (totals->written_messages)),
                          count, self->length);
}

static WeirSentence *
say_idle (WeirWriting *self)
{
  return say (self, _ ("The writer is quiet."), g_strdup_printf (_ ("Nothing has moved for %s."), self->length));
}

/* (nullable): what lies between, where that is known */
static char *
dup_between (WeirWriting *self)
{
  guint64 n = self->info->totals.buffered_messages;
  g_autofree char *count = weir_format_count (n);

  if (!weir_channel_knows (self->channel, WEIR_TOTALS_BUFFERED_MESSAGES))
    return NULL;
  if (n == 0)
    return g_strdup (_ ("Nothing waits in between."));
  return g_strdup_printf (
      ngettext ("%s message waits in between.", "%s messages wait in between.", weir_writing_plural (n)), count);
}

static WeirSentence *
say_flows (WeirWriting *self)
{
  double rate;
  WeirSeriesColumn column;
  WeirCertainty certainty = weir_channel_get_throughput (self->channel, self->now_us, &column, &rate);
  g_autofree char *figure = weir_describe_certain_in_words (certainty, weir_format_rate (rate, self->units));
  g_autofree char *between = dup_between (self), *text = NULL;

  if (certainty == WEIR_CERTAINTY_UNKNOWN || rate <= 0)
    text = g_strdup (_ ("They move where they are seen."));
  else if (column == WEIR_SERIES_WRITTEN)
    text = g_strdup_printf (_ ("%s writes %s."), self->first_writer, figure);
  else
    text = g_strdup_printf (_ ("%s gets %s."), self->first_reader, figure);
  return say (self, _ ("Messages flow."), weir_writing_join (text, between));
}

static WeirSentence *
say_slow (WeirWriting *self)
{
  return say (self, _ ("The reader is slow."),
              g_strdup_printf (_ ("What %s wrote has not been taken for %s."), self->writer, self->length));
}

static WeirSentence *
say_draining (WeirWriting *self)
{
  return say (self, _ ("The writer has closed."),
              g_strdup_printf (_ ("%s is still connected, and may have some of it to read."), self->first_reader));
}

static WeirSentence *
say_reader_gone (WeirWriting *self)
{
  return say (
      self, _ ("The reader has left."),
      g_strdup_printf (_ ("%s left %s ago, and %s has not closed."), self->first_reader, self->length, self->writer));
}

static WeirSentence *
say_closed (WeirWriting *self)
{
  gboolean is_known = self->info->ended_by == WEIR_ENDED_WRITER;

  return say (self, is_known ? _ ("Closed by the writer.") : _ ("It has ended."), dup_amount (self));
}

static WeirSentence *
say_closed_by_reader (WeirWriting *self)
{
  return say (
      self, _ ("The reader left early."),
      g_strdup_printf (_ ("%s left %s ago, before %s had closed."), self->first_reader, self->length, self->writer));
}

static WeirSentence *
say_writer_lost (WeirWriting *self)
{
  return say (self, _ ("The writer was lost."),
              g_strdup_printf (_ ("The connection of %s broke %s ago, without a close."), self->writer, self->length));
}

static WeirSentence *
say_unknown (WeirWriting *self)
{
  g_autofree char *place = dup_place (self);

  return weir_writing_say (
      self, _ ("This cannot be judged."),
      place != NULL ? g_steal_pointer (&place) : g_strdup (_ ("Too little of this channel is seen.")),
      is_passive (self) ? _ ("Look closer, or start a relay and the workers with its address as III_URL.")
                        : _ ("Start the workers of both ends with the relay’s address as III_URL, and make the channel "
                             "anew."));
}

static WeirSentence *(*const sayers[]) (WeirWriting *self) = {
  [WEIR_FINDING_FLOWS] = say_flows,
  [WEIR_FINDING_BUFFER_FULL] = say_slow,
  [WEIR_FINDING_BUFFER_FILLS] = say_slow,
  [WEIR_FINDING_READER_SLOW] = say_slow,
  [WEIR_FINDING_READER_HANGS] = say_slow,
  [WEIR_FINDING_READER_SWALLOWS] = say_slow,
  [WEIR_FINDING_READER_FAILED] = weir_say_call_failed,
  [WEIR_FINDING_IDLE] = say_idle,
  [WEIR_FINDING_DRAINING] = say_draining,
  [WEIR_FINDING_READER_GONE] = say_reader_gone,
  [WEIR_FINDING_CLOSED] = say_closed,
  [WEIR_FINDING_CLOSED_BY_READER] = say_closed_by_reader,
  [WEIR_FINDING_WRITER_LOST] = say_writer_lost,
  [WEIR_FINDING_UNKNOWN] = say_unknown,
};

WeirSentence *
weir_say_in_part (WeirWriting *self)
{
  WeirFindingKind kind = self->finding->kind;
  gboolean is_whole = weir_channel_get_certainty (self->channel, FIGURES) == WEIR_CERTAINTY_SEEN;

  if (is_whole || kind >= G_N_ELEMENTS (sayers) || sayers[kind] == NULL)
    return NULL;
  return sayers[kind](self);
}

WeirSentence *
weir_say_not_found (WeirWriting *self)
{
  gboolean is_writer = self->finding->is_writer;
  const WeirEndInfo *end = is_writer ? &self->info->writer : &self->info->reader;
  g_autofree char *count = weir_format_count (end->n_not_found);

  return weir_writing_say (
      self, is_writer ? _ ("The writer’s end was not found.") : _ ("The reader’s end was not found."),
      g_strdup_printf (ngettext ("%s connection for it was answered “404 Channel not found”, %s ago.",
                                 "%s connections for it were answered “404 Channel not found”, the last %s ago.",
                                 weir_writing_plural (end->n_not_found)),
                       count, self->length),
      _ ("The engine has no channel of that id and key (any more): an end that nobody opens is removed after five "
         "minutes, and all of them are when the engine is started anew. Make a new channel."));
}
