/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-sentence-private.h"

#include <glib/gi18n.h>

/* "64 of 64 messages (4.0 MB) wait for it"; a point that does not know the buffer's size says "64 messages (4.0 MB)".
 */
static char *
dup_waiting (WeirWriting *self)
{
  const WeirTotals *totals = &self->info->totals;
  gulong n = weir_writing_plural (totals->buffered_messages);
  g_autofree char *bytes = weir_format_bytes (totals->buffered_bytes, self->units);
  g_autofree char *count = weir_format_count (totals->buffered_messages);
  g_autofree char *all = weir_format_count (self->info->buffer_items);

  if (self->info->buffer_items == 0)
    return g_strdup_printf (ngettext ("%s message (%s) waits for it", "%s messages (%s) wait for it", n), count, bytes);
  /* Translators: how much of a buffer is full, as in “64 of 64 messages (4.0 MB) wait for it” */
  return g_strdup_printf (ngettext ("%s of %s messages (%s) waits for it", "%s of %s messages (%s) wait for it", n),
                          count, all, bytes);
}

WeirSentence *
weir_say_reader_slow (WeirWriting *self)
{
  g_autofree char *last_read = weir_writing_dup_last_read (self);
  g_autofree char *waiting = dup_waiting (self);
  g_autofree char *advice = NULL;
  g_autofree char *wait = NULL;

  /* Translators: the first part is “64 of 64 messages (4.0 MB) wait for it” */
  if (self->info->paused_since_ms != 0)
    wait = g_strdup_printf (_ ("%s, so %s is held."), waiting, self->writer);
  else if (self->info->writer.closed_at_ms != 0)
    wait = g_strdup_printf (_ ("%s; %s has closed."), waiting, self->writer);
  else
    wait = g_strdup_printf (_ ("%s."), waiting);
  if (self->info->reader.is_ours)
    advice =
        g_strdup (_ ("The writer and the engine are well: the Send page holds the reader, and does not read now."));
  else if (weir_channel_get_last_read_us (self->channel) == 0)
    advice = g_strdup_printf (
        _ ("The writer and the engine are well: %s opened its end and reads nothing. See what it awaits first."),
        self->reader);
  else
    advice =
        g_strdup_printf (_ ("The writer and the engine are well: see what %s waits for between reads."), self->reader);
  return weir_writing_say (self, _ ("The reader is slow."), g_strdup_printf ("%s %s", last_read, wait), advice);
}

WeirSentence *
weir_say_deadlock (WeirWriting *self)
{
  g_autofree char *other = weir_format_short_id (self->finding->other_id);
  g_autofree char *text =
      g_strdup_printf (_ ("%s writes to %s, which does not read; and what %s writes back, on %s, %s does not read. "
                          "Both buffers are full, and both are held."),
                       self->first_writer, self->reader, self->reader, other, self->writer);

  return weir_writing_say (self, _ ("Both sides wait for each other."), g_steal_pointer (&text),
                           _ ("One of them must read while it writes: start reading the way back before all is "
                              "written. A larger buffer only "
                              "hides it."));
}

WeirSentence *
weir_say_reader_hangs (WeirWriting *self)
{
  g_autofree char *last_read = weir_writing_dup_last_read (self);
  guint64 sent = self->info->totals.sent_messages;
  guint64 acked = self->info->totals.acked_messages;
  guint64 n = sent > acked ? sent - acked : sent;
  g_autofree char *count = weir_format_count (n);
  g_autofree char *handed =
      g_strdup_printf (ngettext ("%s message lies in its socket and is not taken.",
                                 "%s messages lie in its socket and are not taken.", weir_writing_plural (n)),
                       count);

  return weir_writing_say (
      self, _ ("The reader hangs."), g_strdup_printf ("%s %s", last_read, handed),
      _ ("Its connection is open, but its program does not read: see what it waits for, or what blocks its loop."));
}

/* Its socket still takes what is written: the writer notices nothing yet, and neither does who looks at the throughput.
 */
WeirSentence *
weir_say_reader_swallows (WeirWriting *self)
{
  const WeirTotals *totals = &self->info->totals;
  guint64 n = totals->sent_messages - MIN (totals->sent_messages, totals->acked_messages);
  g_autofree char *count = weir_format_count (n);
  g_autofree char *bytes =
      weir_format_bytes (totals->sent_bytes - MIN (totals->sent_bytes, totals->acked_bytes), self->units);

  return weir_writing_say (
      self, _ ("The reader does not read."),
      g_strdup_printf (ngettext ("All that %s writes is handed to the reader’s socket, but the program of %s "
                                 "has not read the last %s message (%s).",
                                 "All that %s writes is handed to the reader’s socket, but the program of %s "
                                 "has not read the last %s messages (%s).",
                                 weir_writing_plural (n)),
                       self->writer, self->reader, count, bytes),
      _ ("The throughput is what its socket takes, and that ends when the socket is full: then the writer is "
         "held. See what its program waits for."));
}

/* "pipeline::consumer keeps up with pipeline::producer: 3 of 64 messages (4.0 kB) are on their way." */
static char *
dup_keeps_up (WeirWriting *self)
{
  const WeirTotals *totals = &self->info->totals;
  gulong n = weir_writing_plural (totals->buffered_messages);
  g_autofree char *bytes = weir_format_bytes (totals->buffered_bytes, self->units);
  g_autofree char *count = weir_format_count (totals->buffered_messages);
  g_autofree char *all = weir_format_count (self->info->buffer_items);

  if (totals->buffered_messages == 0)
    return g_strdup_printf (_ ("%s keeps up with %s."), self->first_reader, self->writer);
  if (self->info->buffer_items == 0)
    return g_strdup_printf (ngettext ("%s keeps up with %s: %s message (%s) is on its way.",
                                      "%s keeps up with %s: %s messages (%s) are on their way.", n),
                            self->first_reader, self->writer, count, bytes);
  return g_strdup_printf (ngettext ("%s keeps up with %s: %s of %s messages (%s) is on its way.",
                                    "%s keeps up with %s: %s of %s messages (%s) are on their way.", n),
                          self->first_reader, self->writer, count, all, bytes);
}

WeirSentence *
weir_say_flows (WeirWriting *self)
{
  return weir_writing_say (self, _ ("All is well."), dup_keeps_up (self), NULL);
}

WeirSentence *
weir_say_buffer_full (WeirWriting *self)
{
  g_autofree char *last_read = weir_writing_dup_last_read (self);
  g_autofree char *waiting = dup_waiting (self);
  g_autofree char *wait = g_strdup_printf (_ ("%s, so %s is held."), waiting, self->writer);

  return weir_writing_say (
      self, _ ("The buffer is full."), weir_writing_join (last_read, wait),
      _ ("A reader that is slow for a moment fills it; one that has stopped reading shows in a few seconds."));
}

WeirSentence *
weir_say_backpressured (WeirWriting *self)
{
  double share =
      weir_series_rate (weir_channel_get_series (self->channel), WEIR_SERIES_HELD, self->now_us, WEIR_FINDING_HELD_US);
  g_autofree char *percent = weir_format_percent (share);
  g_autofree char *span = weir_format_duration (WEIR_FINDING_HELD_US);

  return weir_writing_say (
      self, _ ("The reader sets the pace."),
      g_strdup_printf (_ ("Messages flow, but %s was held for %s of the last %s: %s reads more slowly than it writes."),
                       self->writer, percent, span, self->reader),
      _ ("That is flow control at work. To go faster, speed up the reader; a larger buffer only evens out bursts."));
}

WeirSentence *
weir_say_idle (WeirWriting *self)
{
  const char *rest =
      self->info->reader.probed ? _ ("All it wrote has been read.") : _ ("All it wrote was handed to the reader.");
  gboolean is_open = self->info->writer.presence == WEIR_PRESENCE_HERE;
  g_autofree char *open =
      is_open ? g_strdup_printf (_ ("It has not closed, so %s waits for more."), self->reader) : NULL;
  g_autofree char *text = NULL;
  const char *advice = self->info->writer.is_ours
                           ? _ ("The Send page holds the writer: write more there, or end it.")
                           : _ ("If that was all, its close was forgotten: a reader cannot tell a pause from the end.");

  if (self->info->totals.written_messages == 0)
    text = g_strdup_printf (_ ("%s has not written anything yet."), self->first_writer);
  else
    text = g_strdup_printf (_ ("%s last wrote %s ago. %s"), self->first_writer, self->length, rest);
  return weir_writing_say (self, _ ("The writer is quiet."), weir_writing_join (text, open), is_open ? advice : NULL);
}

WeirSentence *
weir_say_draining (WeirWriting *self)
{
  const WeirTotals *totals = &self->info->totals;
  guint64 n_unread = totals->sent_messages - MIN (totals->sent_messages, totals->acked_messages);
  g_autofree char *buffered = weir_format_count (totals->buffered_messages);
  g_autofree char *bytes = weir_format_bytes (totals->buffered_bytes, self->units);
  g_autofree char *unread = weir_format_count (n_unread);
  char *text;

  if (totals->buffered_messages > 0 || totals->buffered_bytes > 0)
    text = g_strdup_printf (ngettext ("%s message (%s) is still on its way to %s.",
                                      "%s messages (%s) are still on their way to %s.",
                                      weir_writing_plural (totals->buffered_messages)),
                            buffered, bytes, self->reader);
  else if (self->info->reader.probed && n_unread > 0)
    text = g_strdup_printf (
        ngettext ("All of it was handed to the socket of %s, whose program has not read %s message yet.",
                  "All of it was handed to the socket of %s, whose program has not read %s messages yet.",
                  weir_writing_plural (n_unread)),
        self->reader, unread);
  else
    text = g_strdup_printf (_ ("All of it was handed to %s. What is left is the close."), self->reader);
  return weir_writing_say (self, _ ("The writer has closed."), text, NULL);
}

WeirSentence *
weir_say_not_closed (WeirWriting *self)
{
  const char *function = self->function;
  char *text;

  if (self->info->reader.presence == WEIR_PRESENCE_NONE)
    text = g_strdup_printf (_ ("%s returned %s ago and has not closed the writing end that it was given. It is quiet."),
                            function, self->length);
  else
    text = g_strdup_printf (_ ("%s returned %s ago and has not closed the writing end that it was given. It is quiet, "
                               "and %s waits for the end."),
                            function, self->length, self->reader);
  return weir_writing_say (self, _ ("The writer was not closed."), text,
                           _ ("Close the writer when all is written, also when an error is thrown."));
}
