/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-sentence-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "weir-close.h"
#include "weir-holders.h"

/* --- waiting --- */

/* The function that was handed the ref of @direction last; NULL: none was. With @is_there FALSE: that was to be handed
 * it, but does not exist. */
static char *
dup_handed (const WeirChannelInfo *info, WeirDirection direction, gboolean is_there)
{
  for (guint i = info->passed->len; i > 0; i--)
    {
      const WeirPassedInfo *passed = g_ptr_array_index (info->passed, i - 1);

      if (passed->direction == direction && !passed->live && weir_finding_is_no_function (passed) != is_there)
        return weir_peer_name (passed->function_id);
    }
  return NULL;
}

/* @text: (transfer full): gets a sentence more if the channel is to be removed. */
static char *
add_expiry (WeirWriting *self, char *text)
{
  g_autofree char *left = weir_format_duration (self->finding->left_us);
  g_autofree char *begun = text;

  if (self->finding->left_us == 0)
    return g_steal_pointer (&begun);
  return g_strdup_printf (_ ("%s The channel is removed in %s unless one comes."), begun, left);
}

/* Who made the channel, and so has the end that nobody was handed; NULL: nobody knows, or it was given back in an
 * answer.
 */
static char *
dup_creator_of (const WeirChannelInfo *info, const WeirEndInfo *end)
{
  return end->how != WEIR_HOW_REF ? weir_peer_name (info->creator_worker_name) : NULL;
}

WeirSentence *
weir_say_waits_for_reader (WeirWriting *self)
{
  guint64 n = self->info->totals.written_messages;
  g_autofree char *count = weir_format_count (n);
  g_autofree char *bytes = weir_format_bytes (self->info->totals.written_bytes, self->units);
  g_autofree char *handed = dup_handed (self->info, WEIR_DIRECTION_READ, TRUE);
  g_autofree char *missing = dup_handed (self->info, WEIR_DIRECTION_READ, FALSE);
  g_autofree char *creator = dup_creator_of (self->info, &self->info->reader);
  g_autofree char *advice = NULL, *held = NULL, *joined = NULL;
  g_autofree char *text = g_strdup_printf (ngettext ("%s has written %s message (%s), and no reader has come for %s.",
                                                     "%s has written %s messages (%s), and no reader has come for %s.",
                                                     weir_writing_plural (n)),
                                           self->first_writer, count, bytes, self->length);

  if (handed != NULL)
    advice = g_strdup_printf (
        _ ("%s was handed the reader: does it open it? A handler for text messages alone does not."), handed);
  else if (missing != NULL)
    advice = g_strdup_printf (_ ("The reader was passed to %s, which does not exist: nobody has it."), missing);
  else if (creator != NULL)
    advice = g_strdup_printf (_ ("No call was seen to carry the reader’s ref: %s, which made the channel, may have it. "
                                 "Does it read? Else pass the ref to the function that is to read."),
                              creator);
  else
    advice = g_strdup (_ ("Nobody was handed the reader: pass its ref to the function that is to read."));
  if (self->info->paused_since_ms != 0)
    held = g_strdup_printf (_ ("No more is taken for now, so %s is held."), self->writer);
  joined = weir_writing_join (text, held);
  return weir_writing_say (self, _ ("No reader yet."), add_expiry (self, g_steal_pointer (&joined)), advice);
}

/* The function that the channel's creator handed its reader and whose answer is still to come; NULL: there is none. */
static char *
dup_awaited (const WeirChannelInfo *info)
{
  for (guint i = 0; info->creator_worker_name != NULL && i < info->passed->len; i++)
    {
      const WeirPassedInfo *passed = g_ptr_array_index (info->passed, i);

      if (passed->direction == WEIR_DIRECTION_READ && !passed->live && passed->returned_at_ms == 0 &&
          passed->invocation_id != NULL && g_strcmp0 (passed->by_worker_id, info->creator_worker_id) == 0)
        return weir_peer_name (passed->function_id);
    }
  return NULL;
}

WeirSentence *
weir_say_waits_for_writer (WeirWriting *self)
{
  g_autofree char *handed = dup_handed (self->info, WEIR_DIRECTION_WRITE, TRUE);
  g_autofree char *missing = dup_handed (self->info, WEIR_DIRECTION_WRITE, FALSE);
  g_autofree char *awaited = dup_awaited (self->info);
  g_autofree char *creator = dup_creator_of (self->info, &self->info->writer);
  g_autofree char *advice = NULL;
  char *text =
      g_strdup_printf (_ ("%s is ready to read, and no writer has come for %s."), self->first_reader, self->length);

  if (self->info->writer.is_ours)
    advice = g_strdup (_ ("The Send page holds the writer: it connects when something is written there."));
  else if (handed != NULL)
    advice =
        g_strdup_printf (_ ("%s was handed the writer: it connects with its first write, and a stream that is ended "
                            "without one may never connect."),
                         handed);
  else if (missing != NULL)
    advice = g_strdup_printf (_ ("The writer was passed to %s, which does not exist: nobody has it."), missing);
  else if (awaited != NULL)
    advice =
        g_strdup_printf (_ ("Nobody was handed the writer, so %s has it, which called %s with the reader. If it awaits "
                            "that call before it writes, both wait for ever: write first, then await. A stream that is "
                            "ended with nothing written "
                            "never connects."),
                         creator, awaited);
  else if (creator != NULL)
    advice = g_strdup_printf (_ ("No call was seen to carry the writer’s ref: %s, which made the channel, may have it. "
                                 "It connects with its first write, and a stream that is ended with nothing written "
                                 "never does."),
                              creator);
  else
    advice = g_strdup (_ ("Nobody was handed the writer: pass its ref on, or write."));
  return weir_writing_say (self, _ ("No writer yet."), add_expiry (self, text), advice);
}

WeirSentence *
weir_say_nobody_came (WeirWriting *self)
{
  g_autofree char *age = weir_format_duration (weir_channel_get_age_us (self->channel, self->now_us));
  char *text = g_strdup_printf (_ ("The channel was made %s ago, and neither end has connected."), age);

  return weir_writing_say (
      self, _ ("Nobody has come yet."), add_expiry (self, text),
      _ ("An end connects when it is first used. A channel that is not needed should not be made."));
}

/* --- its end --- */

/* (nullable): what an end said as it closed; nothing where that is no more than that it did. */
static char *
dup_close_words (const WeirEndInfo *end)
{
  gboolean has_reason = end->close_reason != NULL && *end->close_reason != '\0';
  g_autofree char *reason = weir_peer_name (end->close_reason);

  if (end->close_code == 0 || (end->close_code == WEIR_CLOSE_NORMAL && !has_reason))
    return NULL;
  if (!has_reason)
    return g_strdup_printf (_ ("It closed with “%d”."), end->close_code);
  return g_strdup_printf (_ ("It closed with “%d %s”."), end->close_code, reason);
}

WeirSentence *
weir_say_reader_gone (WeirWriting *self)
{
  const WeirTotals *totals = &self->info->totals;
  guint64 n = weir_totals_get_unsent (totals);
  g_autofree char *count = weir_format_count (n);
  gboolean is_open = self->info->writer.closed_at_ms == 0 && self->info->writer.presence == WEIR_PRESENCE_HERE;
  g_autofree char *words = dup_close_words (&self->info->reader);
  g_autofree char *text = NULL;

  if (is_open)
    text = g_strdup_printf (_ ("%s left %s ago, and %s is still connected."), self->first_reader, self->length,
                            self->writer);
  else
    text = g_strdup_printf (ngettext ("%s left %s ago, before it had read %s message.",
                                      "%s left %s ago, before it had read %s messages.", weir_writing_plural (n)),
                            self->first_reader, self->length, count);
  return weir_writing_say (self, _ ("The reader has left."), weir_writing_join (text, words),
                           _ ("See why it stopped: an error, or it had what it wanted. What is written now is lost."));
}

WeirSentence *
weir_say_reader_done (WeirWriting *self)
{
  const WeirTotals *totals = &self->info->totals;
  g_autofree char *sent = weir_format_count (totals->sent_messages);
  g_autofree char *count = weir_format_count (totals->written_messages);

  return weir_writing_say (
      self, _ ("The reader had enough."),
      g_strdup_printf (
          ngettext ("%s returned after at most %s of %s message, and left %s ago: it did not want the rest.",
                    "%s returned after at most %s of %s messages, and left %s ago: it did not want the "
                    "rest.",
                    weir_writing_plural (totals->written_messages)),
          self->function, sent, count, self->length),
      self->info->writer.presence == WEIR_PRESENCE_HERE ? _ ("What is written now is lost.") : NULL);
}

/* However well it reads: its engine does not answer (§5.7 of the protocol notes). */
static WeirSentence *
say_unanswered (WeirWriting *self)
{
  g_autofree char *words = dup_close_words (&self->info->reader);
  g_autofree char *text =
      g_strdup_printf (_ ("The client of %s gave up %s ago: the engine has answered none of its keep-alive pings. The "
                          "stock engine answers none on a reader’s connection, so such a client gives up after some "
                          "40 seconds, however well it reads."),
                       self->reader, self->length);

  return weir_writing_say (
      self, _ ("The engine did not answer the reader’s client."), weir_writing_join (text, words),
      _ ("Start the relay with --mend: it answers these pings in the engine’s place. The reader’s function is told "
         "nothing and may take the stream for complete: what it returns is then short."));
}

/* A client that is held, or that does not read, does not get the answers to its own pings either. */
WeirSentence *
weir_say_keepalive (WeirWriting *self)
{
  const WeirTotals *totals = &self->info->totals;
  g_autofree char *words = dup_close_words (self->finding->is_writer ? &self->info->writer : &self->info->reader);
  g_autofree char *bytes = weir_writing_dup_unread (self);
  g_autofree char *text = NULL;

  if (self->finding->is_writer)
    {
      text = g_strdup_printf (_ ("%s was held for so long that its client gave up %s ago: the answer to its keep-alive "
                                 "ping waits behind what it could not write."),
                              self->first_writer, self->length);
      return weir_writing_say (
          self, _ ("The writer’s client gave up."), weir_writing_join (text, words),
          _ ("The reader is the slow side: see what it waits for. What was accepted before is delivered, the rest is "
             "not."));
    }
  if (self->info->reader.is_unanswered)
    return say_unanswered (self);
  if (totals->sent_bytes > totals->acked_bytes)
    text = g_strdup_printf (_ ("%s was too far behind, by %s, so that its client gave up %s ago: the answer to its "
                               "keep-alive ping waits behind what it has not read."),
                            self->first_reader, bytes, self->length);
  else
    text = g_strdup_printf (_ ("The client of %s gave up %s ago: its keep-alive ping was not answered in time."),
                            self->reader, self->length);
  return weir_writing_say (
      self, _ ("The reader was too slow for its client."), weir_writing_join (text, words),
      _ ("Its function is told nothing and may take the stream for complete: what it returns is then short. Read while "
         "it works, or write more slowly."));
}

static WeirSentence *
say_over_limit (WeirWriting *self)
{
  g_autofree char *limit = weir_format_limit (WEIR_FINDING_MAX_MESSAGE_SIZE);

  return weir_writing_say (
      self, _ ("A message was larger than the engine takes."),
      g_strdup_printf (
          _ ("%s wrote one of more than %s, %s ago: it was refused, and its connection closed for it. What "
             "was written before is delivered."),
          self->first_writer, limit, self->length),
      _ ("Write it in smaller messages, or through the stream, which the clients send in messages of 64 KiB."));
}

WeirSentence *
weir_say_broke_protocol (WeirWriting *self)
{
  gboolean is_writer = self->finding->is_writer;
  const char *said = is_writer ? self->info->writer.violation : self->info->reader.violation;
  g_autofree char *violation = weir_peer_name (said != NULL ? said : _ ("by what is not said"));

  if (is_writer && strstr (violation, "larger than") != NULL)
    return say_over_limit (self);
  return weir_writing_say (
      self, is_writer ? _ ("The writer broke the WebSocket protocol.") : _ ("The reader broke the WebSocket protocol."),
      g_strdup_printf (_ ("The connection of %s was closed for it %s ago: %s."),
                       is_writer ? self->writer : self->reader, self->length, violation),
      _ ("That is a fault of its client, or of what stands between it and the engine."));
}

WeirSentence *
weir_say_too_large (WeirWriting *self)
{
  g_autofree char *limit = weir_format_limit (WEIR_FINDING_BIG_TEXT_SIZE);
  g_autofree char *words = dup_close_words (&self->info->reader);
  g_autofree char *text = g_strdup_printf (_ ("%s closed its end %s ago at a message of %s: its client takes none that "
                                              "large."),
                                           self->first_reader, self->length, self->writer);
  g_autofree char *advice = g_strdup_printf (
      _ ("Write it in smaller pieces, or as binary data, which the clients send in messages of 64 KiB. "
         "The Python client takes no more than %s at once."),
      limit);

  return weir_writing_say (self, _ ("A message was too large for the reader."), weir_writing_join (text, words),
                           advice);
}

/* Text goes to a reader's message handler, and never into its stream of bytes. */
static const char *
advise_on_text (const WeirTotals *totals)
{
  if (totals->written_messages == 0 || totals->written_text != totals->written_messages)
    return NULL;
  return _ ("All of it was text, which comes to a reader’s message handler: its stream of bytes was empty.");
}

WeirSentence *
weir_say_closed (WeirWriting *self)
{
  guint64 n = self->info->totals.written_messages;
  g_autofree char *count = weir_format_count (n);
  g_autofree char *bytes =
      weir_describe_certain_in_words (weir_channel_get_certainty (self->channel, WEIR_TOTALS_WRITTEN_BYTES),
                                      weir_format_bytes (self->info->totals.written_bytes, self->units));
  const char *headline =
      self->info->ended_by == WEIR_ENDED_OBSERVER ? _ ("Closed by an observer.") : _ ("Closed by the writer.");

  return weir_writing_say (
      self, headline,
      g_strdup_printf (ngettext ("%s message (%s) was written. It ended %s ago.",
                                 "%s messages (%s) were written. It ended %s ago.", weir_writing_plural (n)),
                       count, bytes, self->length),
      advise_on_text (&self->info->totals));
}

/* Its function failed first: that is why it left. */
static gboolean
has_failed (const WeirChannelInfo *info)
{
  for (guint i = 0; i < info->passed->len; i++)
    {
      const WeirPassedInfo *passed = g_ptr_array_index (info->passed, i);

      if (passed->direction == WEIR_DIRECTION_READ && passed->error_code != NULL && !weir_holders_is_cut_off (passed) &&
          g_strcmp0 (passed->function_id, info->reader.function_id) == 0)
        return TRUE;
    }
  return FALSE;
}

static const char *
advise_on_leaving (const WeirChannelInfo *info)
{
  if (info->reader.is_ours)
    return NULL;
  if (has_failed (info))
    return _ ("It left as its function had failed.");
  if (info->reader.close_clean)
    return _ ("See why it stopped: an error, or it had what it wanted.");
  return _ ("See whether its stream was destroyed, its process ended, or its network broke.");
}

WeirSentence *
weir_say_closed_by_reader (WeirWriting *self)
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
                                      weir_writing_plural (n)),
                            self->reader, self->writer, sent, count);
  else
    text = g_strdup_printf (ngettext ("%s closed its end before %s had closed the stream. %s of %s message had been "
                                      "sent to it.",
                                      "%s closed its end before %s had closed the stream. %s of %s messages had "
                                      "been sent to it.",
                                      weir_writing_plural (n)),
                            self->first_reader, self->writer, sent, count);
  return weir_writing_say (self, _ ("The reader left early."), weir_writing_join (text, words),
                           advise_on_leaving (self->info));
}

WeirSentence *
weir_say_writer_lost (WeirWriting *self)
{
  guint64 n = self->info->totals.written_messages;
  g_autofree char *count = weir_format_count (n);
  g_autofree char *bytes = weir_format_bytes (self->info->totals.written_bytes, self->units);

  return weir_writing_say (
      self, _ ("The writer was lost."),
      g_strdup_printf (
          ngettext ("The connection of %s broke without a close, %s ago. What arrived before, %s message (%s), may "
                    "not be all of it.",
                    "The connection of %s broke without a close, %s ago. What arrived before, %s messages (%s), may "
                    "not be all of it.",
                    weir_writing_plural (n)),
          self->writer, self->length, count, bytes),
      _ ("Did its process end, was its stream destroyed by an error, or was its close forgotten? A last message that "
         "says "
         "“complete” lets a reader tell."));
}

WeirSentence *
weir_say_relay_lost (WeirWriting *self)
{
  const char *relay = weir_channel_get_lost_relay (self->channel);
  g_autofree char *name = relay != NULL ? weir_peer_name (relay) : g_strdup (_ ("the relay"));

  return weir_writing_say (
      self, _ ("Its relay was lost."),
      g_strdup_printf (_ ("What passed through %s was cut off %s ago, as that ended: neither side has left by itself."),
                       name, self->length),
      _ ("See the relay’s output for why. Its workers connect again when it runs; a channel that was cut off is to be "
         "made anew."));
}

/* Both ends are somebody's who may be called by either of its functions: the worker has one name. */
WeirSentence *
weir_say_worker_lost (WeirWriting *self)
{
  g_autofree char *name = weir_peer_name (self->info->writer.worker_name);
  g_autofree char *text =
      name != NULL ? g_strdup_printf (_ ("Both ends were held by %s, all of whose connections broke together, %s ago."),
                                      name, self->length)
                   : g_strdup_printf (_ ("Both ends were held by one worker, all of whose connections broke together, "
                                         "%s ago."),
                                      self->length);

  return weir_writing_say (self, _ ("Its worker has ended."), g_steal_pointer (&text),
                           _ ("See whether its process ended, or its network broke."));
}

WeirSentence *
weir_say_expired (WeirWriting *self)
{
  gboolean had_writer = self->info->writer.connected_at_ms != 0;
  gboolean had_reader = self->info->reader.connected_at_ms != 0;
  const char *what = _ ("Removed: nobody came.");
  const char *text = _ ("Neither end was ever connected, so the channel was removed.");

  if (had_writer && !had_reader)
    {
      what = _ ("Removed: no reader came.");
      text = _ ("No reader ever connected, so the engine has removed the channel, and what had been written with it.");
    }
  else if (had_reader && !had_writer)
    {
      what = _ ("Removed: no writer came.");
      text = _ ("No writer ever connected, so the engine has removed the channel.");
    }
  return weir_writing_say (self, what, g_strdup (text),
                           _ ("Its refs are of no use any more: make a new channel when both ends are ready."));
}

WeirSentence *
weir_say_closed_by_engine (WeirWriting *self)
{
  return weir_writing_say (self, _ ("It ended with its engine."),
                           g_strdup_printf (_ ("That stopped, or was lost, %s ago."), self->length),
                           _ ("See its output for why: whoever used the channel was cut off."));
}

/* What the reader has shown to have read is read for certain, and what was not is lost at most. */
WeirSentence *
weir_say_unread (WeirWriting *self)
{
  const WeirTotals *totals = &self->info->totals;
  guint64 unsent = weir_totals_get_unsent (totals);
  guint64 unread = MAX (unsent, weir_finding_count_unread (self->info));
  guint64 all = totals->written_messages + totals->injected_messages;
  g_autofree char *n_unsent = weir_format_count (unsent);
  g_autofree char *n_unread = weir_format_count (unread);
  g_autofree char *n_read = weir_format_count (all - MIN (all, unread));
  g_autofree char *n_all = weir_format_count (all);
  g_autofree char *text = NULL;

  if (unread == unsent)
    text = g_strdup_printf (ngettext ("%s of %s messages was still waiting for %s when the channel ended.",
                                      "%s of %s messages were still waiting for %s when the channel ended.",
                                      weir_writing_plural (unsent)),
                            n_unsent, n_all, self->reader);
  else if (unread == all)
    text =
        g_strdup_printf (ngettext ("%s of %s messages was still waiting for %s when the channel ended, and it has not "
                                   "shown that it has read any: up to %s are lost.",
                                   "%s of %s messages were still waiting for %s when the channel ended, and it has "
                                   "not shown that it has read any: up to %s are lost.",
                                   weir_writing_plural (unsent)),
                         n_unsent, n_all, self->reader, n_unread);
  else
    text = g_strdup_printf (ngettext ("%s of %s messages was still waiting for %s when the channel ended. At least %s "
                                      "were read: up to %s are lost.",
                                      "%s of %s messages were still waiting for %s when the channel ended. At least %s "
                                      "were read: up to %s are lost.",
                                      weir_writing_plural (unsent)),
                            n_unsent, n_all, self->reader, n_read, n_unread);
  return weir_writing_say (
      self, _ ("Not everything was read."), g_steal_pointer (&text),
      _ ("What was not sent is lost. A writer that must know waits for the call of its reader to return."));
}
