/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-verdict.h"

#include <glib/gi18n.h>

#include "weir-describe-error.h"
#include "weir-format.h"

static char *
describe_failed (WeirSender *sender)
{
  WeirSenderFigures figures = weir_sender_get_figures (sender);
  g_autofree char *why = weir_describe_error (weir_sender_get_error (sender));
  g_autofree char *messages = weir_format_count (figures.n_messages),
                  *bytes = weir_format_bytes_exact (figures.n_bytes);

  if (figures.n_messages == 0)
    return g_strdup_printf (_ ("Nothing was written. %s."), why);
  return g_strdup_printf (ngettext ("%s message (%s) was written, then the writer was cut off. %s.",
                                    "%s messages (%s) were written, then the writer was cut off. %s.",
                                    figures.n_messages),
                          messages, bytes, why);
}

/* The reader has left, or the channel has ended: nothing more of it is read. */
static char *
describe_unread_for_good (const WeirHeldFigures *seen, const WeirSenderFigures *figures, WeirSeverity *severity)
{
  g_autofree char *written = weir_format_count (figures->n_bytes), *sent = weir_format_count (seen->sent_bytes),
                  *acked = weir_format_count (seen->acked_bytes);

  *severity = WEIR_SEVERITY_ERROR;
  if (seen->sent_messages >= figures->n_messages)
    return g_strdup_printf (ngettext ("The reader left before its client had acknowledged all: %s byte written, %s "
                                      "sent, %s acknowledged.",
                                      "The reader left before its client had acknowledged all: %s bytes written, %s "
                                      "sent, %s acknowledged.",
                                      figures->n_bytes),
                            written, sent, acked);
  return g_strdup_printf (
      ngettext ("Not all was read, and what is left is lost: the reader is gone. %s byte written, %s sent, "
                "%s acknowledged.",
                "Not all was read, and what is left is lost: the reader is gone. %s bytes written, %s sent, "
                "%s acknowledged.",
                figures->n_bytes),
      written, sent, acked);
}

/* The first thing to know of a function that was given a ref: whether it has opened it at all. */
static char *
describe_unopened (const WeirHeldFigures *seen, const WeirSenderFigures *figures, WeirSeverity *severity)
{
  g_autofree char *written = weir_format_count (figures->n_bytes);

  *severity = WEIR_SEVERITY_WARNING;
  if (seen->is_over)
    return g_strdup_printf (
        ngettext ("Nobody has opened the reader, and nobody can any more: %s byte written, none sent.",
                  "Nobody has opened the reader, and nobody can any more: %s bytes written, none sent.",
                  figures->n_bytes),
        written);
  return g_strdup_printf (ngettext ("Nobody has opened the reader: %s byte written, none sent.",
                                    "Nobody has opened the reader: %s bytes written, none sent.", figures->n_bytes),
                          written);
}

/* What the connection took and what the engine has seen of it are the same once it has closed. */
static char *
describe_closed (const WeirHeldFigures *seen, const WeirSenderFigures *figures, WeirSeverity *severity)
{
  g_autofree char *written = weir_format_count (figures->n_bytes), *sent = weir_format_count (seen->sent_bytes),
                  *acked = weir_format_count (seen->acked_bytes);

  *severity = WEIR_SEVERITY_GOOD;
  if (!seen->is_seen)
    return g_strdup_printf (
        ngettext ("All that was written has reached the engine: %s byte. Whether it was read is not seen here.",
                  "All that was written has reached the engine: %s bytes. Whether it was read is not seen here.",
                  figures->n_bytes),
        written);
  if (!seen->had_reader)
    return describe_unopened (seen, figures, severity);
  if (seen->acked_messages >= figures->n_messages)
    return g_strdup_printf (ngettext ("All that was written was read: %s byte written, %s sent, %s acknowledged.",
                                      "All that was written was read: %s bytes written, %s sent, %s acknowledged.",
                                      figures->n_bytes),
                            written, sent, acked);
  if (seen->sent_messages >= figures->n_messages && !seen->is_acknowledged)
    return g_strdup_printf (ngettext ("All that was written was handed to the reader's socket: %s byte written, %s "
                                      "sent. Its client does not tell what it has taken.",
                                      "All that was written was handed to the reader's socket: %s bytes written, %s "
                                      "sent. Its client does not tell what it has taken.",
                                      figures->n_bytes),
                            written, sent);
  if (seen->is_over)
    return describe_unread_for_good (seen, figures, severity);
  *severity = WEIR_SEVERITY_WARNING;
  return g_strdup_printf (ngettext ("Not all is read yet: %s byte written, %s sent, %s acknowledged.",
                                    "Not all is read yet: %s bytes written, %s sent, %s acknowledged.",
                                    figures->n_bytes),
                          written, sent, acked);
}

/* What was accepted and not read: how much of it, in words. NULL: that is not seen, or it is nothing. */
static char *
describe_unread (WeirHeldChannel *channel, guint64 *n)
{
  guint64 n_bytes;
  gboolean is_seen = weir_held_channel_get_unread (channel, n, &n_bytes);
  g_autofree char *count = weir_format_count (*n), *bytes = weir_format_bytes_exact (n_bytes);

  if (!is_seen || *n == 0)
    return NULL;
  /* Translators: "3 messages (196,608 bytes)" */
  return g_strdup_printf (ngettext ("%s message (%s)", "%s messages (%s)", *n), count, bytes);
}

static char *
describe_closing (WeirHeldChannel *channel)
{
  guint64 n;
  g_autofree char *unread = describe_unread (channel, &n);

  if (unread == NULL)
    return NULL;
  return g_strdup_printf (ngettext ("Waits for the reader: %s was accepted and is not read yet. Abort gives it up.",
                                    "Waits for the reader: %s were accepted and are not read yet. Abort gives them up.",
                                    n),
                          unread);
}

static char *
describe_aborted (WeirHeldChannel *channel)
{
  guint64 n;
  g_autofree char *unread = describe_unread (channel, &n);

  if (unread != NULL)
    return g_strdup_printf (
        ngettext ("Given up: %s was accepted and not read.", "Given up: %s were accepted and not read.", n), unread);
  if (weir_held_channel_get_figures (channel).is_seen)
    return g_strdup (_ ("Given up. All that had been accepted until then was read."));
  return g_strdup (_ ("Given up. How much of what had been accepted was read is not seen here."));
}

static char *
describe_awaited (WeirSender *sender)
{
  g_autofree char *name = g_filename_display_basename (weir_sender_get_awaited (sender));
  gboolean has_begun = weir_sender_get_figures (sender).n_messages > 0;

  return g_strdup_printf (has_begun ? _ ("Waits for %s: nothing more comes from it at the moment.")
                                    : _ ("Waits for %s: nothing comes from it yet. Into a named pipe somebody has to "
                                         "write."),
                          name);
}

/* Whoever holds the writer, it is not known now. NULL: it answers, or nothing is waited for. */
static char *
describe_silence (WeirHeldChannel *channel, WeirSeverity *severity)
{
  gint64 silence_us = weir_held_channel_get_figures (channel).silence_us;
  g_autofree char *silence = weir_format_duration (silence_us);

  if (silence_us == 0 || !weir_held_channel_is_open (channel))
    return NULL;
  *severity = WEIR_SEVERITY_WARNING;
  return g_strdup_printf (_ ("Nothing has come from the engine for %s, so what the other end does is not known. Is the "
                             "engine suspended or busy, or the network to it down?"),
                          silence);
}

static char *
describe_sender (WeirHeldChannel *channel, WeirSeverity *severity)
{
  WeirSender *sender = weir_held_channel_get_sender (channel);
  WeirSenderFigures figures = weir_sender_get_figures (sender);
  WeirHeldFigures seen = weir_held_channel_get_figures (channel);

  if (weir_sender_get_state (sender) == WEIR_SENDER_FAILED)
    {
      *severity = WEIR_SEVERITY_ERROR;
      return describe_failed (sender);
    }
  if (weir_sender_get_state (sender) == WEIR_SENDER_ABORTED)
    {
      *severity = WEIR_SEVERITY_WARNING;
      return describe_aborted (channel);
    }
  if (weir_sender_get_error (sender) != NULL)
    {
      *severity = WEIR_SEVERITY_ERROR;
      return weir_describe_error (weir_sender_get_error (sender));
    }
  if (weir_sender_get_awaited (sender) != NULL)
    return describe_awaited (sender);
  if (seen.silence_us > 0 && weir_sender_get_state (sender) < WEIR_SENDER_CLOSED)
    return describe_silence (channel, severity);
  if (weir_sender_get_state (sender) == WEIR_SENDER_CLOSING)
    return describe_closing (channel);
  if (weir_sender_get_state (sender) != WEIR_SENDER_CLOSED)
    return NULL;
  return describe_closed (&seen, &figures, severity);
}

/* A second reader is told what the reader of an empty stream is told, too: only who sees the channel can say which.
 * NULL: the stream was empty. */
static char *
describe_turned_away (const WeirHeldFigures *seen, WeirSeverity *severity)
{
  if (seen->is_seen && !seen->was_refused && seen->sent_messages == 0)
    return NULL;
  *severity = seen->is_seen ? WEIR_SEVERITY_ERROR : WEIR_SEVERITY_WARNING;
  return g_strdup (seen->is_seen
                       ? _ ("Nothing was read: another connection has the reading end, and Weir was turned away.")
                       : _ ("The stream ended without a message: it was empty, or another connection has its reading "
                            "end. The engine says the same of both."));
}

/* What is not kept of it. NULL: all is. */
static char *
describe_lost (WeirSpool *spool)
{
  guint64 n_lost = weir_spool_get_n_lost (spool);
  g_autofree char *kept = weir_format_bytes_exact (weir_spool_get_size (spool)),
                  *lost = weir_format_bytes_exact (n_lost), *limit = NULL;

  if (n_lost == 0)
    return NULL;
  if (!weir_spool_is_at_limit (spool))
    return g_strdup_printf (_ ("The first %s of it are kept for saving, and %s after them are not: the disk has no "
                               "room."),
                            kept, lost);
  limit = weir_format_limit (weir_spool_get_limit (spool));
  return g_strdup_printf (_ ("The first %s of it are kept for saving, and %s after them are not: that is the limit of "
                             "%s (Preferences, Disk)."),
                          kept, lost, limit);
}

/* (transfer full) (nullable); @verdict: (transfer full) (nullable) */
static char *
add_lost (char *verdict, WeirSpool *spool, WeirSeverity *severity)
{
  g_autofree char *text = verdict, *lost = describe_lost (spool);

  if (lost == NULL)
    return g_steal_pointer (&text);
  *severity = MAX (*severity, WEIR_SEVERITY_WARNING);
  return text != NULL ? g_strdup_printf ("%s %s", text, lost) : g_steal_pointer (&lost);
}

static char *
describe_taken (WeirHeldChannel *channel, WeirSeverity *severity)
{
  WeirTaker *taker = weir_held_channel_get_taker (channel);
  WeirHeldFigures seen = weir_held_channel_get_figures (channel);
  char *turned_away;
  guint64 n = weir_taker_get_n_messages (taker);
  g_autofree char *messages = weir_format_count (n), *bytes = weir_format_count (weir_taker_get_n_bytes (taker));

  if (weir_taker_get_state (taker) == WEIR_TAKER_FAILED)
    {
      *severity = WEIR_SEVERITY_ERROR;
      return weir_describe_error (weir_taker_get_error (taker));
    }
  if (weir_taker_get_state (taker) != WEIR_TAKER_ENDED)
    return describe_silence (channel, severity);
  if (n == 0 && (turned_away = describe_turned_away (&seen, severity)) != NULL)
    return turned_away;
  *severity = WEIR_SEVERITY_GOOD;
  return g_strdup_printf (ngettext ("The stream was read to its end: %s message, %s bytes.",
                                    "The stream was read to its end: %s messages, %s bytes.", n),
                          messages, bytes);
}

char *
weir_verdict_describe (WeirHeldChannel *channel, WeirSeverity *severity)
{
  *severity = WEIR_SEVERITY_QUIET;
  if (weir_held_channel_get_sender (channel) != NULL)
    return describe_sender (channel, severity);
  if (weir_held_channel_get_taker (channel) == NULL)
    return NULL;
  return add_lost (describe_taken (channel, severity), weir_taker_get_spool (weir_held_channel_get_taker (channel)),
                   severity);
}
