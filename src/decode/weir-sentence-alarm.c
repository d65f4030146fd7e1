/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-sentence-private.h"

#include <glib/gi18n.h>

WeirSentence *
weir_say_call_failed (WeirWriting *self)
{
  const WeirPassedInfo *passed = self->finding->passed;
  g_autofree char *headline = g_strdup_printf (_ ("%s failed."), passed->function_id);
  g_autofree char *after = weir_writing_dup_call_length (passed);
  g_autofree char *failure = weir_writing_dup_failure (passed);
  char *text;

  if (passed->direction == WEIR_DIRECTION_READ)
    text = g_strdup_printf (_ ("It failed %s after it was handed the reader: %s (%s)."), after, failure,
                            passed->error_code);
  else
    text = g_strdup_printf (_ ("It failed %s after it was handed the writer: %s (%s)."), after, failure,
                            passed->error_code);
  return weir_writing_say (self, headline, text,
                           _ ("Whoever holds the other end is not told: it should close its end when the call fails."));
}

WeirSentence *
weir_say_no_function (WeirWriting *self)
{
  const WeirPassedInfo *passed = self->finding->passed;
  g_autofree char *headline = g_strdup_printf (_ ("%s does not exist."), passed->function_id);
  char *text;

  if (passed->direction == WEIR_DIRECTION_READ)
    text = g_strdup_printf (_ ("The call that carried the reader failed: %s."), passed->error_code);
  else
    text = g_strdup_printf (_ ("The call that carried the writer failed: %s."), passed->error_code);
  return weir_writing_say (
      self, headline, text,
      _ ("Check the function id, and that the worker that registers it runs and is connected to this engine."));
}

WeirSentence *
weir_say_big_text (WeirWriting *self)
{
  g_autofree char *limit = weir_format_limit (WEIR_FINDING_BIG_TEXT_SIZE);

  return weir_writing_say (
      self, _ ("A text message is too large for Python."),
      g_strdup_printf (_ ("%s sent one of more than %s: the Python client refuses it and drops the connection."),
                       self->writer, limit),
      _ ("Write it as binary data, which goes in messages of 64 KiB, or in smaller pieces."));
}

WeirSentence *
weir_say_left_open (WeirWriting *self)
{
  const WeirPassedInfo *passed = self->finding->passed;
  g_autofree char *before = weir_format_duration ((self->info->ended_at_ms - passed->returned_at_ms) * 1000);

  return weir_writing_say (
      self, _ ("The writer was never closed."),
      g_strdup_printf (_ ("%s returned %s before its worker left, and had not closed the writer that it was "
                          "given."),
                       passed->function_id, before),
      _ ("Close the writer when all is written: a reader cannot tell the end of the stream from a crash."));
}

WeirSentence *
weir_say_big_message (WeirWriting *self)
{
  g_autofree char *limit = weir_format_limit (WEIR_FINDING_MAX_MESSAGE_SIZE);

  return weir_writing_say (
      self, _ ("A message is close to the limit."),
      g_strdup_printf (_ ("%s wrote one of almost %s: a larger one costs it the connection."), self->writer, limit),
      _ ("Write large data in smaller messages: 64 KiB each is what the clients do by themselves."));
}

WeirSentence *
weir_say_text_waits (WeirWriting *self)
{
  return weir_writing_say (
      self, _ ("Text waits behind data."),
      g_strdup_printf (
          _ ("%s wrote text after data that %s has not read yet. They go in order, so the text comes after "
             "it."),
          self->writer, self->reader),
      _ ("A reader that waits for the text before it reads the data waits for ever: read both, or send text first."));
}

WeirSentence *
weir_say_unknown (WeirWriting *self)
{
  return weir_writing_say (
      self, _ ("This cannot be judged."),
      g_strdup_printf (_ ("%s sees too little of this channel."), weir_channel_get_point (self->channel)), NULL);
}