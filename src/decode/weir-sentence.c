/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-sentence.h"

#include <glib/gi18n.h>
#include <string.h>

#include "weir-close.h"

/* What the sentences about one channel need again and again. */
typedef struct
{
  WeirChannel *channel;
  const WeirChannelInfo *info;
  const WeirFinding *finding;
  gint64 now_us;
  WeirUnits units;
  char *writer; /* who is at that end, as a sentence calls it */
  char *reader;
  char *length; /* how long it has been so */
  WeirSentence *sentence;
} Writing;

static WeirSentence *
say (Writing *self, const char *headline, char *text, const char *advice)
{
  self->sentence->headline = g_strdup (headline);
  self->sentence->text = text;
  self->sentence->advice = g_strdup (advice);
  return self->sentence;
}

void
weir_sentence_free (WeirSentence *self)
{
  g_free (self->headline);
  g_free (self->text);
  g_free (self->advice);
  g_free (self);
}

/* The function or worker at an end; where nobody has a name, the end itself. */
static char *
dup_name (const WeirEndInfo *end, const char *nameless)
{
  if (end->function_id != NULL)
    return g_strdup (end->function_id);
  if (end->presence != WEIR_PRESENCE_NONE && end->presence != WEIR_PRESENCE_ENGINE && end->worker_name != NULL)
    return g_strdup (end->worker_name);
  return g_strdup (nameless);
}

/* One sentence after the other. @more: (nullable) */
static char *
join (const char *text, const char *more)
{
  return more != NULL ? g_strdup_printf ("%s %s", text, more) : g_strdup (text);
}

/* What a translation's plural is chosen by. Sentences with a number are whole: all of one may have to agree with it. */
static gulong
plural (guint64 n)
{
  return MIN (n, G_MAXINT32);
}

/* "pipeline::consumer last read 4.2 s ago." */
static char *
dup_last_read (Writing *self)
{
  gint64 last_us = weir_channel_get_last_read_us (self->channel);
  g_autofree char *ago = weir_format_duration (self->now_us - last_us);

  if (last_us == 0)
    return g_strdup_printf (_ ("%s has not read anything yet."), self->reader);
  return g_strdup_printf (_ ("%s last read %s ago."), self->reader, ago);
}

/* --- while it lives --- */

/* "64 of 64 messages (4.0 MB) wait for it"; a point that does not know the buffer's size says "64 messages (4.0 MB)".
 */
static char *
dup_waiting (Writing *self)
{
  const WeirTotals *totals = &self->info->totals;
  gulong n = plural (totals->buffered_messages);
  g_autofree char *bytes = weir_format_bytes (totals->buffered_bytes, self->units);
  g_autofree char *count = weir_format_count (totals->buffered_messages);
  g_autofree char *all = weir_format_count (self->info->buffer_items);

  if (self->info->buffer_items == 0)
    return g_strdup_printf (ngettext ("%s message (%s) waits for it", "%s messages (%s) wait for it", n), count, bytes);
  /* Translators: how much of a buffer is full, as in “64 of 64 messages (4.0 MB) wait for it” */
  return g_strdup_printf (ngettext ("%s of %s messages (%s) waits for it", "%s of %s messages (%s) wait for it", n),
                          count, all, bytes);
}

static WeirSentence *
say_reader_slow (Writing *self)
{
  g_autofree char *last_read = dup_last_read (self);
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
  advice =
      g_strdup_printf (_ ("The writer and the engine are well: see what %s waits for between reads."), self->reader);
  return say (self, _ ("The reader is slow."), g_strdup_printf ("%s %s", last_read, wait), advice);
}

static WeirSentence *
say_reader_hangs (Writing *self)
{
  g_autofree char *last_read = dup_last_read (self);
  guint64 sent = self->info->totals.sent_messages;
  guint64 acked = self->info->totals.acked_messages;
  guint64 n = sent > acked ? sent - acked : sent;
  g_autofree char *count = weir_format_count (n);
  g_autofree char *handed = g_strdup_printf (ngettext ("%s message lies in its socket and is not taken.",
                                                       "%s messages lie in its socket and are not taken.", plural (n)),
                                             count);

  return say (
      self, _ ("The reader hangs."), g_strdup_printf ("%s %s", last_read, handed),
      _ ("Its connection is open, but its program does not read: see what it waits for, or what blocks its loop."));
}

/* Its socket still takes what is written: the writer notices nothing yet, and neither does who looks at the throughput.
 */
static WeirSentence *
say_reader_swallows (Writing *self)
{
  const WeirTotals *totals = &self->info->totals;
  guint64 n = totals->sent_messages - MIN (totals->sent_messages, totals->acked_messages);
  g_autofree char *count = weir_format_count (n);
  g_autofree char *bytes =
      weir_format_bytes (totals->sent_bytes - MIN (totals->sent_bytes, totals->acked_bytes), self->units);

  return say (self, _ ("The reader does not read."),
              g_strdup_printf (ngettext ("All that %s writes is handed to the reader’s socket, but the program of %s "
                                         "has not read the last %s message (%s).",
                                         "All that %s writes is handed to the reader’s socket, but the program of %s "
                                         "has not read the last %s messages (%s).",
                                         plural (n)),
                               self->writer, self->reader, count, bytes),
              _ ("The throughput is what its socket takes, and that ends when the socket is full: then the writer is "
                 "held. See what its program waits for."));
}

/* "pipeline::consumer keeps up with pipeline::producer: 3 of 64 messages (4.0 kB) are on their way." */
static char *
dup_keeps_up (Writing *self)
{
  const WeirTotals *totals = &self->info->totals;
  gulong n = plural (totals->buffered_messages);
  g_autofree char *bytes = weir_format_bytes (totals->buffered_bytes, self->units);
  g_autofree char *count = weir_format_count (totals->buffered_messages);
  g_autofree char *all = weir_format_count (self->info->buffer_items);

  if (totals->buffered_messages == 0)
    return g_strdup_printf (_ ("%s keeps up with %s."), self->reader, self->writer);
  if (self->info->buffer_items == 0)
    return g_strdup_printf (ngettext ("%s keeps up with %s: %s message (%s) is on its way.",
                                      "%s keeps up with %s: %s messages (%s) are on their way.", n),
                            self->reader, self->writer, count, bytes);
  return g_strdup_printf (ngettext ("%s keeps up with %s: %s of %s messages (%s) is on its way.",
                                    "%s keeps up with %s: %s of %s messages (%s) are on their way.", n),
                          self->reader, self->writer, count, all, bytes);
}

static WeirSentence *
say_flows (Writing *self)
{
  return say (self, _ ("All is well."), dup_keeps_up (self), NULL);
}

static WeirSentence *
say_buffer_full (Writing *self)
{
  g_autofree char *last_read = dup_last_read (self);
  g_autofree char *waiting = dup_waiting (self);
  g_autofree char *wait = g_strdup_printf (_ ("%s, so %s is held."), waiting, self->writer);

  return say (self, _ ("The buffer is full."), join (last_read, wait),
              _ ("A reader that is slow for a moment fills it; one that has stopped reading shows in a few seconds."));
}

static WeirSentence *
say_backpressured (Writing *self)
{
  double share =
      weir_series_rate (weir_channel_get_series (self->channel), WEIR_SERIES_HELD, self->now_us, WEIR_FINDING_HELD_US);
  g_autofree char *percent = weir_format_percent (share);
  g_autofree char *span = weir_format_duration (WEIR_FINDING_HELD_US);

  return say (
      self, _ ("The reader sets the pace."),
      g_strdup_printf (_ ("Messages flow, but %s was held for %s of the last %s: %s reads more slowly than it writes."),
                       self->writer, percent, span, self->reader),
      _ ("That is flow control at work. To go faster, speed up the reader; a larger buffer only evens out bursts."));
}

static WeirSentence *
say_idle (Writing *self)
{
  const char *rest =
      self->info->reader.probed ? _ ("All it wrote has been read.") : _ ("All it wrote was handed to the reader.");
  gboolean is_open = self->info->writer.presence == WEIR_PRESENCE_HERE;
  g_autofree char *open =
      is_open ? g_strdup_printf (_ ("It has not closed, so %s waits for more."), self->reader) : NULL;
  g_autofree char *text = NULL;

  if (self->info->totals.written_messages == 0)
    text = g_strdup_printf (_ ("%s has not written anything yet."), self->writer);
  else
    text = g_strdup_printf (_ ("%s last wrote %s ago. %s"), self->writer, self->length, rest);
  return say (self, _ ("The writer is quiet."), join (text, open),
              is_open ? _ ("If that was all, its close was forgotten: a reader cannot tell a pause from the end.")
                      : NULL);
}

static WeirSentence *
say_draining (Writing *self)
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
                                      plural (totals->buffered_messages)),
                            buffered, bytes, self->reader);
  else if (self->info->reader.probed && n_unread > 0)
    text = g_strdup_printf (
        ngettext ("All of it was handed to the socket of %s, whose program has not read %s message yet.",
                  "All of it was handed to the socket of %s, whose program has not read %s messages yet.",
                  plural (n_unread)),
        self->reader, unread);
  else
    text = g_strdup_printf (_ ("All of it was handed to %s. What is left is the close."), self->reader);
  return say (self, _ ("The writer has closed."), text, NULL);
}

static WeirSentence *
say_not_closed (Writing *self)
{
  const char *function = self->finding->passed->function_id;
  char *text;

  if (self->info->reader.presence == WEIR_PRESENCE_NONE)
    text = g_strdup_printf (_ ("%s returned %s ago and has not closed the writing end that it was given. It is quiet."),
                            function, self->length);
  else
    text = g_strdup_printf (_ ("%s returned %s ago and has not closed the writing end that it was given. It is quiet, "
                               "and %s waits for the end."),
                            function, self->length, self->reader);
  return say (self, _ ("The writer was not closed."), text,
              _ ("Close the writer when all is written, also when an error is thrown."));
}

/* --- waiting --- */

/* The function that was handed the ref of @direction last; NULL: none was. With @is_there FALSE: that was to be handed
 * it, but does not exist. */
static const char *
find_handed (const WeirChannelInfo *info, WeirDirection direction, gboolean is_there)
{
  for (guint i = info->passed->len; i > 0; i--)
    {
      const WeirPassedInfo *passed = g_ptr_array_index (info->passed, i - 1);

      if (passed->direction == direction && weir_finding_is_no_function (passed) != is_there)
        return passed->function_id;
    }
  return NULL;
}

/* @text: (transfer full): gets a sentence more if the channel is to be removed. */
static char *
add_expiry (Writing *self, char *text)
{
  g_autofree char *left = weir_format_duration (self->finding->left_us);
  g_autofree char *begun = text;

  if (self->finding->left_us == 0)
    return g_steal_pointer (&begun);
  return g_strdup_printf (_ ("%s The channel is removed in %s unless one comes."), begun, left);
}

static WeirSentence *
say_waits_for_reader (Writing *self)
{
  guint64 n = self->info->totals.written_messages;
  g_autofree char *count = weir_format_count (n);
  g_autofree char *bytes = weir_format_bytes (self->info->totals.written_bytes, self->units);
  const char *handed = find_handed (self->info, WEIR_DIRECTION_READ, TRUE);
  const char *missing = find_handed (self->info, WEIR_DIRECTION_READ, FALSE);
  g_autofree char *advice = NULL;
  char *text =
      g_strdup_printf (ngettext ("%s has written %s message (%s), and no reader has come for %s.",
                                 "%s has written %s messages (%s), and no reader has come for %s.", plural (n)),
                       self->writer, count, bytes, self->length);

  if (handed != NULL)
    advice = g_strdup_printf (
        _ ("%s was handed the reader: does it open it? A handler for text messages alone does not."), handed);
  else if (missing != NULL)
    advice = g_strdup_printf (_ ("The reader was passed to %s, which does not exist: nobody has it."), missing);
  else
    advice = g_strdup (_ ("Nobody was handed the reader: pass its ref to the function that is to read."));
  return say (self, _ ("No reader yet."), add_expiry (self, text), advice);
}

static WeirSentence *
say_waits_for_writer (Writing *self)
{
  const char *handed = find_handed (self->info, WEIR_DIRECTION_WRITE, TRUE);
  const char *missing = find_handed (self->info, WEIR_DIRECTION_WRITE, FALSE);
  g_autofree char *advice = NULL;
  char *text = g_strdup_printf (_ ("%s is ready to read, and no writer has come for %s."), self->reader, self->length);

  if (handed != NULL)
    advice =
        g_strdup_printf (_ ("%s was handed the writer: it connects with its first write, or when it closes."), handed);
  else if (missing != NULL)
    advice = g_strdup_printf (_ ("The writer was passed to %s, which does not exist: nobody has it."), missing);
  else
    advice = g_strdup (_ ("Nobody was handed the writer: pass its ref on, or write."));
  return say (self, _ ("No writer yet."), add_expiry (self, text), advice);
}

static WeirSentence *
say_nobody_came (Writing *self)
{
  g_autofree char *age = weir_format_duration (weir_channel_get_age_us (self->channel, self->now_us));
  char *text = g_strdup_printf (_ ("The channel was made %s ago, and neither end has connected."), age);

  return say (self, _ ("Nobody has come yet."), add_expiry (self, text),
              _ ("An end connects when it is first used. A channel that is not needed should not be made."));
}

/* --- its end --- */

/* (nullable): what an end said as it closed; nothing where that is no more than that it did. */
static char *
dup_close_words (const WeirEndInfo *end)
{
  gboolean has_reason = end->close_reason != NULL && *end->close_reason != '\0';

  if (end->close_code == 0 || (end->close_code == WEIR_CLOSE_NORMAL && !has_reason))
    return NULL;
  if (!has_reason)
    return g_strdup_printf (_ ("It closed with “%d”."), end->close_code);
  return g_strdup_printf (_ ("It closed with “%d %s”."), end->close_code, end->close_reason);
}

static WeirSentence *
say_reader_gone (Writing *self)
{
  const WeirTotals *totals = &self->info->totals;
  guint64 n = totals->written_messages - MIN (totals->written_messages, totals->sent_messages);
  g_autofree char *count = weir_format_count (n);
  gboolean is_open = self->info->writer.closed_at_ms == 0 && self->info->writer.presence == WEIR_PRESENCE_HERE;
  g_autofree char *words = dup_close_words (&self->info->reader);
  g_autofree char *text = NULL;

  if (is_open)
    text = g_strdup_printf (_ ("%s left %s ago, and %s is still connected."), self->reader, self->length, self->writer);
  else
    text = g_strdup_printf (ngettext ("%s left %s ago, before it had read %s message.",
                                      "%s left %s ago, before it had read %s messages.", plural (n)),
                            self->reader, self->length, count);
  return say (self, _ ("The reader has left."), join (text, words),
              _ ("See why it stopped: an error, or it had what it wanted. What is written now is lost."));
}

static WeirSentence *
say_too_large (Writing *self)
{
  g_autofree char *limit = weir_format_limit (WEIR_FINDING_BIG_TEXT_SIZE);
  g_autofree char *words = dup_close_words (&self->info->reader);
  g_autofree char *text = g_strdup_printf (_ ("%s closed its end %s ago at a message of %s: its client takes none that "
                                              "large."),
                                           self->reader, self->length, self->writer);
  g_autofree char *advice = g_strdup_printf (
      _ ("Write it in smaller pieces, or as binary data, which the clients send in messages of 64 KiB. "
         "The Python client takes no more than %s at once."),
      limit);

  return say (self, _ ("A message was too large for the reader."), join (text, words), advice);
}

static WeirSentence *
say_closed (Writing *self)
{
  guint64 n = self->info->totals.written_messages;
  g_autofree char *count = weir_format_count (n);
  g_autofree char *bytes = weir_format_bytes (self->info->totals.written_bytes, self->units);
  const char *headline =
      self->info->ended_by == WEIR_ENDED_OBSERVER ? _ ("Closed by an observer.") : _ ("Closed by the writer.");

  return say (self, headline,
              g_strdup_printf (ngettext ("%s message (%s) was written. It ended %s ago.",
                                         "%s messages (%s) were written. It ended %s ago.", plural (n)),
                               count, bytes, self->length),
              NULL);
}

static WeirSentence *
say_closed_by_reader (Writing *self)
{
  g_autofree char *sent = weir_format_count (self->info->totals.sent_messages);
  guint64 n = self->info->totals.written_messages;
  g_autofree char *count = weir_format_count (n);
  g_autofree char *words = dup_close_words (&self->info->reader);
  g_autofree char *text = NULL;

  if (!self->info->reader.close_clean)
    text = g_strdup_printf (ngettext ("The connection of %s broke without a close before %s had closed the stream. %s "
                                      "of %s message had been sent to it.",
                                      "The connection of %s broke without a close before %s had closed the stream. %s "
                                      "of %s messages had been sent to it.",
                                      plural (n)),
                            self->reader, self->writer, sent, count);
  else
    text = g_strdup_printf (ngettext ("%s closed its end before %s had closed the stream. %s of %s message had been "
                                      "sent to it.",
                                      "%s closed its end before %s had closed the stream. %s of %s messages had "
                                      "been sent to it.",
                                      plural (n)),
                            self->reader, self->writer, sent, count);
  return say (self, _ ("The reader left early."), join (text, words),
              self->info->reader.close_clean ? _ ("See why it stopped: an error, or it had what it wanted.")
                                             : _ ("See whether its process ended, or its network did."));
}

static WeirSentence *
say_writer_lost (Writing *self)
{
  guint64 n = self->info->totals.written_messages;
  g_autofree char *count = weir_format_count (n);
  g_autofree char *bytes = weir_format_bytes (self->info->totals.written_bytes, self->units);

  return say (
      self, _ ("The writer was lost."),
      g_strdup_printf (
          ngettext ("The connection of %s broke without a close, %s ago. What arrived before, %s message (%s), may "
                    "not be all of it.",
                    "The connection of %s broke without a close, %s ago. What arrived before, %s messages (%s), may "
                    "not be all of it.",
                    plural (n)),
          self->writer, self->length, count, bytes),
      _ ("Did its process end, or did it forget to close? A last message that says “complete” lets a reader tell."));
}

static WeirSentence *
say_expired (Writing *self)
{
  gboolean had_writer = self->info->writer.connected_at_ms != 0;
  gboolean had_reader = self->info->reader.connected_at_ms != 0;
  const char *text = _ ("Neither end was ever connected, so the channel was removed.");

  if (had_writer && !had_reader)
    text = _ ("No reader ever connected, so the channel was removed, and what had been written with it.");
  else if (had_reader && !had_writer)
    text = _ ("No writer ever connected, so the channel was removed.");
  return say (self, _ ("Removed: nobody came."), g_strdup (text), NULL);
}

static WeirSentence *
say_closed_by_engine (Writing *self)
{
  return say (self, _ ("It ended with its engine."), g_strdup_printf (_ ("That stopped, or was lost, %s ago."), self->length),
              _ ("See its output for why: whoever used the channel was cut off."));
}

static WeirSentence *
say_unread (Writing *self)
{
  const WeirTotals *totals = &self->info->totals;
  guint64 n = totals->written_messages - MIN (totals->written_messages, totals->sent_messages);
  g_autofree char *unsent = weir_format_count (n);
  g_autofree char *all = weir_format_count (totals->written_messages);

  return say (
      self, _ ("Not everything was read."),
      g_strdup_printf (ngettext ("%s of %s messages was still waiting for %s when the channel ended.",
                                 "%s of %s messages were still waiting for %s when the channel ended.", plural (n)),
                       unsent, all, self->reader),
      NULL);
}

/* --- alarms --- */

/* The first line of what went wrong; the code where there are no words. */
static char *
dup_failure (const WeirPassedInfo *passed)
{
  const char *message = passed->error_message;

  if (message == NULL || *message == '\0')
    return g_strdup (passed->error_code);
  return g_strndup (message, strcspn (message, "\r\n"));
}

static char *
dup_call_length (const WeirPassedInfo *passed)
{
  return weir_format_duration ((passed->returned_at_ms - passed->at_ms) * 1000);
}

static WeirSentence *
say_call_failed (Writing *self)
{
  const WeirPassedInfo *passed = self->finding->passed;
  g_autofree char *headline = g_strdup_printf (_ ("%s failed."), passed->function_id);
  g_autofree char *after = dup_call_length (passed);
  g_autofree char *failure = dup_failure (passed);
  char *text;

  if (passed->direction == WEIR_DIRECTION_READ)
    text = g_strdup_printf (_ ("It failed %s after it was handed the reader: %s (%s)."), after, failure,
                            passed->error_code);
  else
    text = g_strdup_printf (_ ("It failed %s after it was handed the writer: %s (%s)."), after, failure,
                            passed->error_code);
  return say (self, headline, text,
              _ ("Whoever holds the other end is not told: it should close its end when the call fails."));
}

static WeirSentence *
say_no_function (Writing *self)
{
  const WeirPassedInfo *passed = self->finding->passed;
  g_autofree char *headline = g_strdup_printf (_ ("%s does not exist."), passed->function_id);
  char *text;

  if (passed->direction == WEIR_DIRECTION_READ)
    text = g_strdup_printf (_ ("The call that carried the reader failed: %s."), passed->error_code);
  else
    text = g_strdup_printf (_ ("The call that carried the writer failed: %s."), passed->error_code);
  return say (self, headline, text,
              _ ("Check the function id, and that the worker that registers it runs and is connected to this engine."));
}

static WeirSentence *
say_big_text (Writing *self)
{
  g_autofree char *limit = weir_format_limit (WEIR_FINDING_BIG_TEXT_SIZE);

  return say (
      self, _ ("A text message is too large for Python."),
      g_strdup_printf (_ ("%s sent one of more than %s: the Python client refuses it and drops the connection."),
                       self->writer, limit),
      _ ("Write it as binary data, which goes in messages of 64 KiB, or in smaller pieces."));
}

static WeirSentence *
say_left_open (Writing *self)
{
  const WeirPassedInfo *passed = self->finding->passed;
  g_autofree char *before = weir_format_duration ((self->info->ended_at_ms - passed->returned_at_ms) * 1000);

  return say (self, _ ("The writer was never closed."),
              g_strdup_printf (_ ("%s returned %s before its worker left, and had not closed the writer that it was "
                                  "given."),
                               passed->function_id, before),
              _ ("Close the writer when all is written: a reader cannot tell the end of the stream from a crash."));
}

static WeirSentence *
say_big_message (Writing *self)
{
  g_autofree char *limit = weir_format_limit (WEIR_FINDING_MAX_MESSAGE_SIZE);

  return say (
      self, _ ("A message is close to the limit."),
      g_strdup_printf (_ ("%s wrote one of almost %s: a larger one costs it the connection."), self->writer, limit),
      _ ("Write large data in smaller messages: 64 KiB each is what the clients do by themselves."));
}

static WeirSentence *
say_text_waits (Writing *self)
{
  return say (
      self, _ ("Text waits behind data."),
      g_strdup_printf (
          _ ("%s wrote text after data that %s has not read yet. They go in order, so the text comes after "
             "it."),
          self->writer, self->reader),
      _ ("A reader that waits for the text before it reads the data waits for ever: read both, or send text first."));
}

static WeirSentence *
say_unknown (Writing *self)
{
  return say (self, _ ("This cannot be judged."),
              g_strdup_printf (_ ("%s sees too little of this channel."), weir_channel_get_point (self->channel)),
              NULL);
}

static WeirSentence *
say_finding (Writing *self)
{
  switch (self->finding->kind)
    {
    case WEIR_FINDING_FLOWS:
      return say_flows (self);
    case WEIR_FINDING_IDLE:
      return say_idle (self);
    case WEIR_FINDING_BACKPRESSURED:
      return say_backpressured (self);
    case WEIR_FINDING_BUFFER_FULL:
      return say_buffer_full (self);
    case WEIR_FINDING_READER_SLOW:
      return say_reader_slow (self);
    case WEIR_FINDING_READER_HANGS:
      return say_reader_hangs (self);
    case WEIR_FINDING_READER_SWALLOWS:
      return say_reader_swallows (self);
    case WEIR_FINDING_WAITS_FOR_READER:
      return say_waits_for_reader (self);
    case WEIR_FINDING_WAITS_FOR_WRITER:
      return say_waits_for_writer (self);
    case WEIR_FINDING_NOBODY_CAME:
      return say_nobody_came (self);
    case WEIR_FINDING_DRAINING:
      return say_draining (self);
    case WEIR_FINDING_READER_GONE:
      return say_reader_gone (self);
    case WEIR_FINDING_TOO_LARGE:
      return say_too_large (self);
    case WEIR_FINDING_CLOSED:
      return say_closed (self);
    case WEIR_FINDING_CLOSED_BY_READER:
      return say_closed_by_reader (self);
    case WEIR_FINDING_WRITER_LOST:
      return say_writer_lost (self);
    case WEIR_FINDING_EXPIRED:
      return say_expired (self);
    case WEIR_FINDING_CLOSED_BY_ENGINE:
      return say_closed_by_engine (self);
    case WEIR_FINDING_NO_FUNCTION:
      return say_no_function (self);
    case WEIR_FINDING_CALL_FAILED:
      return say_call_failed (self);
    case WEIR_FINDING_NOT_CLOSED:
      return say_not_closed (self);
    case WEIR_FINDING_LEFT_OPEN:
      return say_left_open (self);
    case WEIR_FINDING_UNREAD_AT_END:
      return say_unread (self);
    case WEIR_FINDING_BIG_TEXT:
      return say_big_text (self);
    case WEIR_FINDING_BIG_MESSAGE:
      return say_big_message (self);
    case WEIR_FINDING_TEXT_WAITS:
      return say_text_waits (self);
    case WEIR_FINDING_UNKNOWN:
    default:
      return say_unknown (self);
    }
}

WeirSentence *
weir_describe_finding (WeirChannel *channel, const WeirFinding *finding, gint64 now_us, WeirUnits units)
{
  const WeirChannelInfo *info = weir_channel_get_info (channel);
  g_autofree char *writer = dup_name (&info->writer, _ ("the writer"));
  g_autofree char *reader = dup_name (&info->reader, _ ("the reader"));
  g_autofree char *length = weir_format_duration (finding->for_us);
  Writing self = { channel, info, finding, now_us, units, writer, reader, length, g_new0 (WeirSentence, 1) };

  return say_finding (&self);
}

/* --- the short form --- */

static char *
describe_expiry (const WeirFinding *finding)
{
  g_autofree char *left = weir_format_duration (finding->left_us);

  if (finding->left_us == 0)
    return NULL;
  if (finding->kind == WEIR_FINDING_WAITS_FOR_READER)
    return g_strdup_printf (_ ("removed in %s unless a reader comes"), left);
  if (finding->kind == WEIR_FINDING_WAITS_FOR_WRITER)
    return g_strdup_printf (_ ("removed in %s unless a writer comes"), left);
  return g_strdup_printf (_ ("removed in %s unless someone comes"), left);
}

static char *
describe_no_function (const WeirPassedInfo *passed)
{
  if (passed->direction == WEIR_DIRECTION_READ)
    return g_strdup_printf (_ ("%s does not exist: the call that carried the reader failed"), passed->function_id);
  return g_strdup_printf (_ ("%s does not exist: the call that carried the writer failed"), passed->function_id);
}

static char *
describe_failed_call (const WeirPassedInfo *passed)
{
  g_autofree char *after = dup_call_length (passed);
  g_autofree char *failure = dup_failure (passed);

  if (passed->direction == WEIR_DIRECTION_READ)
    return g_strdup_printf (_ ("%s failed %s after it was handed the reader: %s"), passed->function_id, after, failure);
  return g_strdup_printf (_ ("%s failed %s after it was handed the writer: %s"), passed->function_id, after, failure);
}

static char *
describe_unread (const WeirTotals *totals)
{
  guint64 n = totals->written_messages - MIN (totals->written_messages, totals->sent_messages);
  g_autofree char *count = weir_format_count (n);

  return g_strdup_printf (ngettext ("%s message was never read", "%s messages were never read", plural (n)), count);
}

char *
weir_describe_alarm (WeirChannel *channel, const WeirFinding *finding)
{
  switch (finding->kind)
    {
    case WEIR_FINDING_WAITS_FOR_READER:
    case WEIR_FINDING_WAITS_FOR_WRITER:
    case WEIR_FINDING_NOBODY_CAME:
      return describe_expiry (finding);
    case WEIR_FINDING_NO_FUNCTION:
      return describe_no_function (finding->passed);
    case WEIR_FINDING_CALL_FAILED:
      return describe_failed_call (finding->passed);
    case WEIR_FINDING_NOT_CLOSED:
      return g_strdup_printf (_ ("%s has returned and left the writer open"), finding->passed->function_id);
    case WEIR_FINDING_UNREAD_AT_END:
      return describe_unread (&weir_channel_get_info (channel)->totals);
    case WEIR_FINDING_LEFT_OPEN:
      return g_strdup_printf (_ ("%s has returned, and its worker left with the writer open"),
                              finding->passed->function_id);
    case WEIR_FINDING_BIG_TEXT:
      return g_strdup (_ ("a text message is too large for Python"));
    case WEIR_FINDING_BIG_MESSAGE:
      return g_strdup (_ ("a message is close to the limit of 16 MiB"));
    case WEIR_FINDING_TEXT_WAITS:
      return g_strdup (_ ("text waits behind data that is not read"));
    case WEIR_FINDING_READER_GONE:
      return g_strdup (_ ("the reader has left"));
    case WEIR_FINDING_TOO_LARGE:
      return g_strdup (_ ("a message was too large for the reader’s client, which closed"));
    case WEIR_FINDING_CLOSED_BY_READER:
      return g_strdup (_ ("the reader left before the writer had closed"));
    case WEIR_FINDING_WRITER_LOST:
      return g_strdup (_ ("the writer’s connection broke without a close"));
    case WEIR_FINDING_EXPIRED:
      return g_strdup (_ ("removed: an end was never connected"));
    case WEIR_FINDING_CLOSED_BY_ENGINE:
      return g_strdup (_ ("its engine stopped or was lost"));
    case WEIR_FINDING_FLOWS:
    case WEIR_FINDING_IDLE:
    case WEIR_FINDING_BACKPRESSURED:
    case WEIR_FINDING_BUFFER_FULL:
    case WEIR_FINDING_READER_SLOW:
    case WEIR_FINDING_READER_HANGS:
    case WEIR_FINDING_READER_SWALLOWS:
    case WEIR_FINDING_DRAINING:
    case WEIR_FINDING_CLOSED:
    case WEIR_FINDING_UNKNOWN:
    default:
      return NULL;
    }
}
