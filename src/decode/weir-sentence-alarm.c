/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-sentence-private.h"

#include <glib/gi18n.h>

#include "weir-describe-error.h"

char *
weir_writing_dup_failed_call (const WeirPassedInfo *passed)
{
  g_autofree char *after = weir_writing_dup_call_length (passed);
  g_autofree char *message = weir_writing_dup_failure (passed);
  g_autofree char *code = weir_peer_name (passed->error_code);
  g_autofree char *more = weir_describe_more (message, code);
  g_autofree char *failure = more != NULL ? g_strdup_printf ("%s (%s)", message, more) : g_strdup (message);

  if (passed->direction == WEIR_DIRECTION_READ)
    return g_strdup_printf (_ ("It failed %s after it was handed the reader: %s."), after, failure);
  return g_strdup_printf (_ ("It failed %s after it was handed the writer: %s."), after, failure);
}

WeirSentence *
weir_say_call_failed (WeirWriting *self)
{
  g_autofree char *headline = g_strdup_printf (_ ("%s failed."), self->function);

  return weir_writing_say (self, headline, weir_writing_dup_failed_call (self->finding->passed),
                           _ ("Whoever holds the other end is not told: it should close its end when the call fails."));
}

WeirSentence *
weir_say_call_cut_off (WeirWriting *self)
{
  const WeirPassedInfo *passed = self->finding->passed;
  g_autofree char *after = weir_writing_dup_call_length (passed);
  g_autofree char *headline = g_strdup_printf (_ ("The answer of %s will not come."), self->function);
  char *text;

  if (passed->direction == WEIR_DIRECTION_READ)
    text = g_strdup_printf (_ ("The connection of its worker broke %s after it was handed the reader."), after);
  else
    text = g_strdup_printf (_ ("The connection of its worker broke %s after it was handed the writer."), after);
  return weir_writing_say (
      self, headline, text,
      self->finding->severity == WEIR_SEVERITY_ERROR
          ? _ ("See whether its process ended. Whoever called it is told that it was stopped.")
          : _ ("It may still run: its end of the channel is a connection of its own. Whoever called "
               "it is told that it was stopped."));
}

WeirSentence *
weir_say_no_function (WeirWriting *self)
{
  const WeirPassedInfo *passed = self->finding->passed;
  g_autofree char *headline = g_strdup_printf (_ ("%s does not exist."), self->function);
  g_autofree char *code = weir_peer_name (passed->error_code);
  char *text;

  if (passed->direction == WEIR_DIRECTION_READ)
    text = g_strdup_printf (_ ("The call that carried the reader failed: %s."), code);
  else
    text = g_strdup_printf (_ ("The call that carried the writer failed: %s."), code);
  return weir_writing_say (
      self, headline, text,
      _ ("Check the function id, and that the worker that registers it runs and is connected to this engine."));
}

WeirSentence *
weir_say_live_object (WeirWriting *self)
{
  const WeirPassedInfo *passed = self->finding->passed;
  gboolean is_writer = passed->direction == WEIR_DIRECTION_WRITE;
  g_autofree char *path = weir_peer_name (passed->path);
  char *text;

  if (is_writer)
    text =
        g_strdup_printf (_ ("What %s was handed as “%s” is the writer itself, not its ref: no end can be opened from "
                            "what JSON leaves of it."),
                         self->function, path);
  else
    text =
        g_strdup_printf (_ ("What %s was handed as “%s” is the reader itself, not its ref: no end can be opened from "
                            "what JSON leaves of it."),
                         self->function, path);
  return weir_writing_say (self, _ ("A stream was passed in place of its ref."), text,
                           is_writer ? _ ("Pass the channel’s writerRef, not its writer or the stream of it.")
                                     : _ ("Pass the channel’s readerRef, not its reader or the stream of it."));
}

WeirSentence *
weir_say_wrong_end (WeirWriting *self)
{
  const WeirPassedInfo *passed = self->finding->passed;
  gboolean is_writer = passed->direction == WEIR_DIRECTION_WRITE;
  g_autofree char *path = weir_peer_name (passed->path);
  g_autofree char *text = NULL;

  if (is_writer)
    text = g_strdup_printf (_ ("What %s was handed as “%s” is a ref of the writing end."), self->function, path);
  else
    text = g_strdup_printf (_ ("What %s was handed as “%s” is a ref of the reading end."), self->function, path);
  return weir_writing_say (self, _ ("The wrong end was passed."), g_steal_pointer (&text),
                           is_writer ? _ ("Pass the reader’s ref to who is to read, and keep the writer’s.")
                                     : _ ("Pass the writer’s ref to who is to write, and keep the reader’s."));
}

WeirSentence *
weir_say_not_used (WeirWriting *self)
{
  const WeirPassedInfo *passed = self->finding->passed;

  if (passed->direction == WEIR_DIRECTION_WRITE)
    return weir_writing_say (
        self, _ ("The writer was not used."),
        g_strdup_printf (_ ("%s returned %s ago and never opened the writer that it was handed: %s waits in vain."),
                         self->function, self->length, self->reader),
        _ ("An end connects with its first write: a stream that is ended without one never does. Await the writing "
           "before the function returns."));
  return weir_writing_say (
      self, _ ("The reader was not used."),
      g_strdup_printf (_ ("%s returned %s ago and never opened the reader that it was handed: nobody reads what %s "
                          "writes."),
                       self->function, self->length, self->writer),
      _ ("An end connects when it is first read from. Await the reading before the function returns."));
}

WeirSentence *
weir_say_big_text (WeirWriting *self)
{
  g_autofree char *limit = weir_format_limit (WEIR_FINDING_BIG_TEXT_SIZE);

  return weir_writing_say (
      self, _ ("A text message is too large for Python."),
      g_strdup_printf (_ ("%s sent one of more than %s: the Python client refuses it and drops the connection."),
                       self->first_writer, limit),
      _ ("Write it as binary data, which goes in messages of 64 KiB, or in smaller pieces."));
}

WeirSentence *
weir_say_left_open (WeirWriting *self)
{
  const WeirPassedInfo *passed = self->finding->passed;
  g_autofree char *before = weir_format_duration ((self->info->ended_at_ms - passed->returned_at_ms) * 1000);

  return weir_writing_say (
      self, _ ("The writer was never closed."),
      g_strdup_printf (_ ("%s returned %s before the connection broke, and had not closed the writer that it was "
                          "given."),
                       self->function, before),
      _ ("Close the writer when all is written: a reader cannot tell the end of the stream from a crash."));
}

WeirSentence *
weir_say_writer_went (WeirWriting *self)
{
  return weir_writing_say (
      self, _ ("The writer’s worker has left."),
      g_strdup_printf (_ ("The connection of the worker of %s ended %s ago. What the socket of its writing end still "
                          "holds may yet come, and hides its end until then."),
                       self->writer, self->length),
      _ ("The writer will write no more: its worker ended, or its connection broke. Nothing of the rest comes until "
         "the reader takes what waits."));
}

WeirSentence *
weir_say_big_message (WeirWriting *self)
{
  g_autofree char *limit = weir_format_limit (WEIR_FINDING_MAX_MESSAGE_SIZE);

  return weir_writing_say (
      self, _ ("A message is close to the limit."),
      g_strdup_printf (_ ("%s wrote one of almost %s: a larger one costs it the connection."), self->first_writer,
                       limit),
      _ ("Write large data in smaller messages: 64 KiB each is what the clients do by themselves."));
}

WeirSentence *
weir_say_text_waits (WeirWriting *self)
{
  return weir_writing_say (
      self, _ ("Text waits behind data."),
      g_strdup_printf (
          self->finding->is_order_known
              ? _ ("%s wrote text after data that %s has not read yet. They go in order, so the text comes "
                   "after it.")
              : _ ("%s wrote text as well as data, and of both some waits for %s. They go in order: text that was "
                   "written after "
                   "data comes after it."),
          self->first_writer, self->reader),
      _ ("A reader that waits for the text before it reads the data waits for ever: read both, or send text first."));
}

WeirSentence *
weir_say_unknown (WeirWriting *self)
{
  g_autofree char *point = weir_peer_name (weir_channel_get_point (self->channel));

  return weir_writing_say (
      self, _ ("This cannot be judged."), g_strdup_printf (_ ("%s sees too little of this channel."), point),
      _ ("It judges what passes through it: start the workers of both ends with its address as III_URL, and make the "
         "channel anew."));
}
