/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-sentence-private.h"

#include <glib/gi18n.h>

/* --- what observers do on purpose --- */

/* "Let it go…", to who can; else on whom it depends. @shape: (nullable) */
static char *
dup_way_out (const WeirShapeInfo *shape)
{
  g_autofree char *who = shape != NULL ? weir_peer_name (shape->worker_name) : NULL;

  if (shape != NULL && shape->is_ours)
    return g_strdup (_ ("Nothing is wrong with either side. It goes on when you let it go, or when Weir is closed."));
  if (who != NULL)
    return g_strdup_printf (_ ("Nothing is wrong with either side. Another Weir (%s) does it: it goes on when that one "
                               "lets it go, or leaves."),
                            who);
  return g_strdup (
      _ ("Nothing is wrong with either side. Another Weir does it: it goes on when that one lets it go, or "
         "leaves."));
}

/* "8 of 64 messages (4.0 kB) wait." */
static char *
dup_waiting (WeirWriting *self)
{
  const WeirTotals *totals = &self->info->totals;
  gulong n = weir_writing_plural (totals->buffered_messages);
  g_autofree char *count = weir_format_count (totals->buffered_messages);
  g_autofree char *bytes = weir_format_bytes (totals->buffered_bytes, self->units);

  if (totals->buffered_messages == 0)
    return g_strdup (_ ("Nothing waits yet."));
  if (self->info->paused_since_ms != 0)
    return g_strdup_printf (ngettext ("%s message (%s) waits: the buffer is full, so %s is held, too.",
                                      "%s messages (%s) wait: the buffer is full, so %s is held, too.", n),
                            count, bytes, self->writer);
  return g_strdup_printf (ngettext ("%s message (%s) waits.", "%s messages (%s) wait.", n), count, bytes);
}

WeirSentence *
weir_say_held_by_observer (WeirWriting *self)
{
  const WeirShapeInfo *shape = self->finding->shape;
  g_autofree char *way_out = dup_way_out (shape);
  g_autofree char *waiting = dup_waiting (self);
  g_autofree char *text = NULL;

  if (shape == NULL || shape->pause)
    text = g_strdup_printf (_ ("On purpose, for %s: nothing goes on to %s."), self->length, self->reader);
  else
    text = g_strdup_printf (_ ("It is slowed so far, for %s, that nothing goes on to %s now."), self->length,
                            self->reader);
  return weir_writing_say (self, _ ("Held by Weir."), weir_writing_join (text, waiting), way_out);
}

WeirSentence *
weir_say_slowed_by_observer (WeirWriting *self)
{
  const WeirShapeInfo *shape = self->finding->shape;
  g_autofree char *rate = weir_format_rate (shape->rate_bytes_per_s, self->units);
  g_autofree char *way_out = dup_way_out (shape);
  g_autofree char *waiting = dup_waiting (self);
  g_autofree char *text =
      g_strdup_printf (_ ("On purpose, for %s: at most %s goes on to %s."), self->length, rate, self->reader);

  return weir_writing_say (self, _ ("Slowed by Weir."), weir_writing_join (text, waiting), way_out);
}

WeirSentence *
weir_say_closed_by_observer (WeirWriting *self)
{
  guint64 n = weir_totals_get_unsent (&self->info->totals);
  g_autofree char *count = weir_format_count (n);
  g_autofree char *text = NULL;
  g_autofree char *dropped = NULL;

  if (self->finding->is_writer)
    return weir_writing_say (self, _ ("Closed by Weir."),
                             g_strdup_printf (_ ("On purpose, %s ago: the writer’s end was closed. %s was told Close "
                                                 "1001 closed_by_observer; %s got what was accepted, then the end."),
                                              self->length, self->writer, self->reader),
                             NULL);
  text = g_strdup_printf (_ ("On purpose, %s ago: the reader’s end was closed. %s was told Close 1001 "
                             "closed_by_observer; %s was told 1001 reader_left."),
                          self->length, self->reader, self->writer);
  if (n == 0)
    return weir_writing_say (self, _ ("Closed by Weir."), g_steal_pointer (&text), NULL);
  dropped = g_strdup_printf (ngettext ("%s message was dropped.", "%s messages were dropped.", weir_writing_plural (n)),
                             count);
  return weir_writing_say (self, _ ("Closed by Weir."), weir_writing_join (text, dropped), NULL);
}

WeirSentence *
weir_say_opened_twice (WeirWriting *self)
{
  const WeirEndInfo *end = self->finding->is_writer ? &self->info->writer : &self->info->reader;
  g_autofree char *count = weir_format_count (end->n_refused);
  const char *who = self->finding->is_writer ? self->first_writer : self->first_reader;

  return weir_writing_say (
      self, self->finding->is_writer ? _ ("The writer was opened twice.") : _ ("The reader was opened twice."),
      g_strdup_printf (ngettext ("%s has that end. %s more connection came for it, the last %s ago, and was closed at "
                                 "once.",
                                 "%s has that end. %s more connections came for it, the last %s ago, and were closed "
                                 "at once.",
                                 weir_writing_plural (end->n_refused)),
                       who, count, self->length),
      _ ("An end belongs to the first who connects, for good: is the ref used twice, passed to two functions, or "
         "opened "
         "again after a reconnect? Create a channel for each."));
}
