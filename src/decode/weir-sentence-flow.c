/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-sentence-private.h"

#include <glib/gi18n.h>

#include "weir-holders.h"

/* What a rate of reading is told over: acknowledgements may come many seconds apart. */
#define RATES_US (30 * (gint64) G_USEC_PER_SEC)

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

static gboolean
has_memory_used (WeirWriting *self)
{
  g_autoptr (GPtrArray) findings = weir_channel_dup_findings (self->channel, self->now_us);

  for (guint i = 0; i < findings->len; i++)
    if (((WeirFinding *) findings->pdata[i])->kind == WEIR_FINDING_MEMORY_USED)
      return TRUE;
  return FALSE;
}

/* A channel's creator may read what it has passed on: that no connection tells. (nullable) */
static char *
dup_doubt (WeirWriting *self)
{
  const WeirChannelInfo *info = self->info;
  gboolean may_be_other = !info->reader.is_ours && info->reader.how == WEIR_HOW_REF &&
                          info->creator_worker_name != NULL && info->creator_worker_id != NULL &&
                          g_strcmp0 (info->creator_worker_id, info->reader.worker_id) != 0;
  g_autofree char *creator = weir_peer_name (info->creator_worker_name);

  if (!may_be_other)
    return NULL;
  return g_strdup_printf (_ ("Or does %s read it itself, which made the channel?"), creator);
}

/* (nullable): of a reader whose function is over, and has left its end open: some clients do not close it then. */
static char *
dup_over_advice (WeirWriting *self)
{
  const WeirPassedInfo *over = weir_finding_get_over (self->info);

  if (over == NULL || over->error_code != NULL)
    return NULL;
  return g_strdup_printf (_ ("%s has returned and left its end open: does something that it has started still read? "
                             "Else close the reader when the function ends."),
                          self->first_reader);
}

static char *
dup_slow_advice (WeirWriting *self)
{
  g_autofree char *advice = dup_over_advice (self), *doubt = NULL;

  if (self->info->reader.is_ours)
    return g_strdup (_ ("The writer and the engine are well: the Send page holds the reader, and does not read now."));
  if (advice != NULL)
    return g_steal_pointer (&advice);
  if (has_memory_used (self))
    return g_strdup_printf (_ ("See what %s waits for, or what blocks its loop."), self->reader);
  if (weir_channel_get_last_read_us (self->channel) != 0)
    return g_strdup_printf (_ ("The writer and the engine are well: see what %s waits for between reads."),
                            self->reader);
  advice = g_strdup_printf (
      _ ("The writer and the engine are well: the reader’s end is open and takes no more. See what %s awaits, or what "
         "blocks its loop."),
      self->reader);
  doubt = dup_doubt (self);
  return weir_writing_join (advice, doubt);
}

/* What waits for the reader, and who for that. */
static char *
dup_wait (WeirWriting *self)
{
  g_autofree char *waiting = dup_waiting (self);

  /* Translators: the first part is “64 of 64 messages (4.0 MB) wait for it” */
  if (self->info->paused_since_ms != 0)
    return g_strdup_printf (_ ("%s, so %s is held."), waiting, self->writer);
  if (self->info->writer.closed_at_ms != 0 && !self->info->writer.close_clean)
    return g_strdup_printf (_ ("%s; the connection of %s broke."), waiting, self->writer);
  if (self->info->writer.closed_at_ms != 0)
    return g_strdup_printf (_ ("%s; %s has closed."), waiting, self->writer);
  return g_strdup_printf (_ ("%s."), waiting);
}

WeirSentence *
weir_say_reader_slow (WeirWriting *self)
{
  g_autofree char *last_read = weir_writing_dup_last_read (self);
  g_autofree char *wait = dup_wait (self);
  g_autofree char *advice = dup_slow_advice (self);

  return weir_writing_say (self, _ ("The reader is slow."), g_strdup_printf ("%s %s", last_read, wait), advice);
}

WeirSentence *
weir_say_reader_failed (WeirWriting *self)
{
  g_autofree char *headline = g_strdup_printf (_ ("%s failed, and its end is still open."), self->function);
  g_autofree char *failed = weir_writing_dup_failed_call (self->finding->passed);
  g_autofree char *wait = self->info->totals.buffered_messages > 0 ? dup_wait (self) : NULL;

  return weir_writing_say (self, headline, weir_writing_join (failed, wait),
                           _ ("Nobody reads it. Close the reader when a function ends, also by an error."));
}

/* Who will be there once it is let go: it may not have connected yet. */
static char *
dup_party (const WeirChannelInfo *info, WeirDirection direction, const char *nameless)
{
  const WeirEndInfo *end = direction == WEIR_DIRECTION_WRITE ? &info->writer : &info->reader;
  char *name = weir_describe_holders (info, direction);

  if (name == NULL)
    name = weir_peer_name (end->worker_name);
  return name != NULL ? name : g_strdup (nameless);
}

WeirSentence *
weir_say_deadlock (WeirWriting *self)
{
  g_autofree char *first_writer = dup_party (self->info, WEIR_DIRECTION_WRITE, _ ("The writer"));
  g_autofree char *writer = dup_party (self->info, WEIR_DIRECTION_WRITE, _ ("the writer"));
  g_autofree char *reader = dup_party (self->info, WEIR_DIRECTION_READ, _ ("the reader"));
  g_autofree char *other = weir_format_short_id (self->finding->other->channel_id);
  g_autofree char *text =
      g_strdup_printf (_ ("%s writes to %s, which does not read; and what %s writes back, on %s, %s does not read. "
                          "Both buffers are full, and both are held."),
                       first_writer, reader, reader, other, writer);

  return weir_writing_say (self, _ ("Both sides wait for each other."), g_steal_pointer (&text),
                           _ ("One of them must read while it writes: start reading the way back before all is "
                              "written. A larger buffer only "
                              "hides it."));
}

/* Who is to blame is the reader of the last channel of the chain. */
WeirSentence *
weir_say_reader_held (WeirWriting *self)
{
  const WeirChannelInfo *last = self->finding->other;
  g_autofree char *culprit = weir_writing_dup_name (last, WEIR_DIRECTION_READ, _ ("the reader"));
  g_autofree char *holder = weir_writing_dup_name (last, WEIR_DIRECTION_WRITE, _ ("the writer"));
  g_autofree char *id = weir_format_short_id (last->channel_id);
  g_autofree char *text = NULL, *advice = NULL;

  if (self->info->state == WEIR_STATE_FLOWING)
    text = g_strdup_printf (_ ("%s reads no faster than it can write on: %s sets the pace, on %s."), self->first_reader,
                            culprit, id);
  else
    text = g_strdup_printf (_ ("%s reads nothing because it is held itself, by what it writes to: %s does not read "
                               "what %s writes, on %s."),
                            self->first_reader, culprit, holder, id);
  advice = g_strdup_printf (_ ("Look at %s, and what %s waits for."), id, culprit);
  return weir_writing_say (self, _ ("The reader is held by the next."), g_steal_pointer (&text), advice);
}

WeirSentence *
weir_say_memory_used (WeirWriting *self)
{
  g_autofree char *bytes = weir_format_bytes (self->info->totals.buffered_bytes, self->units);
  g_autofree char *point = weir_peer_name (weir_channel_get_point (self->channel));

  return weir_writing_say (
      self, _ ("The engine’s memory is used up."),
      g_strdup_printf (_ ("%s is held although its buffer is not full (%s): what waits in all channels together is as "
                          "much as %s may hold."),
                       self->first_writer, bytes, point),
      _ ("See which channels hold the most, sorted by buffer, and why these are not read; or give the engine more with "
         "--memory."));
}

WeirSentence *
weir_say_reader_hangs (WeirWriting *self)
{
  gboolean has_read = weir_channel_get_last_read_us (self->channel) != 0;
  g_autofree char *last_read = has_read ? weir_writing_dup_last_read (self) : NULL;
  g_autofree char *doubt = has_read ? NULL : dup_doubt (self);
  g_autofree char *advice = NULL, *text = NULL;
  guint64 sent = self->info->totals.sent_messages;
  guint64 acked = self->info->totals.acked_messages;
  guint64 n = sent > acked ? sent - acked : sent;
  g_autofree char *count = weir_format_count (n);
  g_autofree char *bytes = weir_writing_dup_unread (self);
  g_autofree char *handed = g_strdup_printf (
      ngettext ("%s message (%s) is with it, and it has not shown that it has read it.",
                "%s messages (%s) are with it, and it has not shown that it has read them.", weir_writing_plural (n)),
      count, bytes);

  text = has_read ? weir_writing_join (last_read, handed)
                  : g_strdup_printf (ngettext ("%s was sent %s message (%s) %s ago, and has not shown that it has read "
                                               "it.",
                                               "%s was sent %s messages (%s), the last %s ago, and has not shown that "
                                               "it has read them.",
                                               weir_writing_plural (n)),
                                     self->first_reader, count, bytes, self->length);
  advice = dup_over_advice (self);
  if (advice == NULL)
    advice = weir_writing_join (_ ("Its connection is open, but its program does not read: see what it waits for, or "
                                   "what blocks its loop."),
                                doubt);
  return weir_writing_say (self, _ ("The reader hangs."), g_steal_pointer (&text), advice);
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
  g_autofree char *over = dup_over_advice (self);

  return weir_writing_say (
      self, _ ("The reader hangs, or is very slow."),
      g_strdup_printf (ngettext ("All that %s writes is handed to the reader’s socket, but %s has not shown "
                                 "that it has read the last %s message (%s).",
                                 "All that %s writes is handed to the reader’s socket, but %s has not shown "
                                 "that it has read the last %s messages (%s).",
                                 weir_writing_plural (n)),
                       self->writer, self->reader, count, bytes),
      over != NULL ? over
                   : _ ("The throughput is what its socket takes, and that ends when the socket is full: then the "
                        "writer is held. See what its program waits for."));
}

/* "It reads 25 kB/s, and 100 kB/s are written.": over the last half minute; NULL where that says nothing. */
static char *
dup_both_rates (WeirWriting *self)
{
  WeirSeries *series = weir_channel_get_series (self->channel);
  double acked = weir_series_rate (series, WEIR_SERIES_ACKED, self->now_us, RATES_US);
  double written = weir_series_rate (series, WEIR_SERIES_WRITTEN, self->now_us, RATES_US);
  g_autofree char *reads = weir_format_rate (acked, self->units);
  g_autofree char *writes = weir_format_rate (written, self->units);

  if (acked <= 0 || acked >= written || self->now_us - weir_series_get_first_us (series) < RATES_US)
    return NULL;
  /* Translators: two rates, as in “It reads some 25 kB/s, and 100 kB/s are written.” */
  return g_strdup_printf (_ ("It reads some %s, and %s are written."), reads, writes);
}

WeirSentence *
weir_say_falls_behind (WeirWriting *self)
{
  const WeirTotals *totals = &self->info->totals;
  guint64 n = totals->sent_messages - MIN (totals->sent_messages, totals->acked_messages);
  g_autofree char *count = weir_format_count (n);
  g_autofree char *bytes = weir_writing_dup_unread (self);
  g_autofree char *lag = weir_format_duration (self->finding->lag_us);
  g_autofree char *rates = dup_both_rates (self);
  g_autofree char *text = g_strdup_printf (
      ngettext ("%s message (%s) was sent to %s which it has not shown to have read: it is %s behind.",
                "%s messages (%s) were sent to %s which it has not shown to have read: it is %s behind.",
                weir_writing_plural (n)),
      count, bytes, self->reader, lag);

  return weir_writing_say (
      self, _ ("The reader falls behind."), weir_writing_join (text, rates),
      _ ("They lie in sockets and in its client: when these are full the writer is held, and a client that is too far "
         "behind may break off. Do less between two reads, or write more slowly."));
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
weir_say_buffer_fills (WeirWriting *self)
{
  g_autofree char *last_read = weir_writing_dup_last_read (self);
  g_autofree char *waiting = dup_waiting (self);
  g_autofree char *wait = g_strdup_printf (_ ("%s."), waiting);

  return weir_writing_say (
      self, _ ("The buffer fills."), weir_writing_join (last_read, wait),
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
        ngettext ("All of it was handed to the socket of %s, which has not shown that it has read %s message.",
                  "All of it was handed to the socket of %s, which has not shown that it has read %s messages.",
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
