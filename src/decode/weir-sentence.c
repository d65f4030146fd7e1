/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-sentence-private.h"

#include <glib/gi18n.h>
#include <string.h>

#include "weir-holders.h"
#include "weir-key-mask.h"

WeirSentence *
weir_writing_say (WeirWriting *self, const char *headline, char *text, const char *advice)
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

char *
weir_writing_dup_name (const WeirChannelInfo *info, WeirDirection direction, const char *nameless)
{
  const WeirEndInfo *end = direction == WEIR_DIRECTION_WRITE ? &info->writer : &info->reader;
  char *name = weir_holders_is_guess (info, direction) ? g_strdup (nameless) : weir_describe_holders (info, direction);

  if (name != NULL)
    return name;
  if (end->presence != WEIR_PRESENCE_NONE && end->presence != WEIR_PRESENCE_ENGINE && end->worker_name != NULL)
    return weir_peer_name (end->worker_name);
  return g_strdup (nameless);
}

char *
weir_writing_dup_unread (WeirWriting *self)
{
  const WeirTotals *totals = &self->info->totals;

  return weir_format_bytes (totals->sent_bytes - MIN (totals->sent_bytes, totals->acked_bytes), self->units);
}

/* One sentence after the other. @more: (nullable) */
char *
weir_writing_join (const char *text, const char *more)
{
  return more != NULL ? g_strdup_printf ("%s %s", text, more) : g_strdup (text);
}

/* What a translation's plural is chosen by. Sentences with a number are whole: all of one may have to agree with it. */
gulong
weir_writing_plural (guint64 n)
{
  return MIN (n, G_MAXINT32);
}

/* "pipeline::consumer last read 4.2 s ago." */
char *
weir_writing_dup_last_read (WeirWriting *self)
{
  gint64 last_us = weir_channel_get_last_read_us (self->channel);
  gint64 taken_us = weir_channel_get_last_taken_us (self->channel);
  g_autofree char *ago = weir_format_duration (self->now_us - (last_us != 0 ? last_us : taken_us));
  g_autofree char *unread = weir_writing_dup_unread (self);

  if (last_us == 0 && (taken_us == 0 || (self->info->totals.sent_messages == 0 && self->info->totals.sent_bytes == 0)))
    return g_strdup_printf (_ ("%s has not taken anything yet."), self->first_reader);
  if (last_us == 0)
    return g_strdup_printf (
        _ ("%s last took something %s ago: %s are with it, and how much of that it has read is not known."),
        self->first_reader, ago, unread);
  return g_strdup_printf (_ ("%s last read %s ago."), self->first_reader, ago);
}

/* The first line of what went wrong; the code where there are no words. */
char *
weir_writing_dup_failure (const WeirPassedInfo *passed)
{
  const char *message = passed->error_message;
  g_autofree char *line = NULL, *masked = NULL;

  if (message == NULL || *message == '\0')
    return weir_peer_name (passed->error_code);
  line = g_strndup (message, strcspn (message, "\r\n"));
  masked = weir_key_mask_text (line);
  return weir_peer_name (masked);
}

char *
weir_writing_dup_call_length (const WeirPassedInfo *passed)
{
  return weir_format_duration ((passed->returned_at_ms - passed->at_ms) * 1000);
}

static WeirSentence *(*const sayers[]) (WeirWriting *self) = {
  [WEIR_FINDING_FLOWS] = weir_say_flows,
  [WEIR_FINDING_IDLE] = weir_say_idle,
  [WEIR_FINDING_FALLS_BEHIND] = weir_say_falls_behind,
  [WEIR_FINDING_BACKPRESSURED] = weir_say_backpressured,
  [WEIR_FINDING_BUFFER_FULL] = weir_say_buffer_full,
  [WEIR_FINDING_BUFFER_FILLS] = weir_say_buffer_fills,
  [WEIR_FINDING_READER_SLOW] = weir_say_reader_slow,
  [WEIR_FINDING_READER_HANGS] = weir_say_reader_hangs,
  [WEIR_FINDING_READER_SWALLOWS] = weir_say_reader_swallows,
  [WEIR_FINDING_READER_FAILED] = weir_say_reader_failed,
  [WEIR_FINDING_READER_HELD] = weir_say_reader_held,
  [WEIR_FINDING_DEADLOCK] = weir_say_deadlock,
  [WEIR_FINDING_MEMORY_USED] = weir_say_memory_used,
  [WEIR_FINDING_WAITS_FOR_READER] = weir_say_waits_for_reader,
  [WEIR_FINDING_WAITS_FOR_WRITER] = weir_say_waits_for_writer,
  [WEIR_FINDING_NOBODY_CAME] = weir_say_nobody_came,
  [WEIR_FINDING_DRAINING] = weir_say_draining,
  [WEIR_FINDING_READER_GONE] = weir_say_reader_gone,
  [WEIR_FINDING_READER_DONE] = weir_say_reader_done,
  [WEIR_FINDING_TOO_LARGE] = weir_say_too_large,
  [WEIR_FINDING_KEEPALIVE] = weir_say_keepalive,
  [WEIR_FINDING_BROKE_PROTOCOL] = weir_say_broke_protocol,
  [WEIR_FINDING_CLOSED] = weir_say_closed,
  [WEIR_FINDING_CLOSED_BY_READER] = weir_say_closed_by_reader,
  [WEIR_FINDING_WRITER_LOST] = weir_say_writer_lost,
  [WEIR_FINDING_RELAY_LOST] = weir_say_relay_lost,
  [WEIR_FINDING_WORKER_LOST] = weir_say_worker_lost,
  [WEIR_FINDING_EXPIRED] = weir_say_expired,
  [WEIR_FINDING_CLOSED_BY_ENGINE] = weir_say_closed_by_engine,
  [WEIR_FINDING_HELD_BY_OBSERVER] = weir_say_held_by_observer,
  [WEIR_FINDING_SLOWED_BY_OBSERVER] = weir_say_slowed_by_observer,
  [WEIR_FINDING_CLOSED_BY_OBSERVER] = weir_say_closed_by_observer,
  [WEIR_FINDING_OPENED_TWICE] = weir_say_opened_twice,
  [WEIR_FINDING_NO_FUNCTION] = weir_say_no_function,
  [WEIR_FINDING_CALL_FAILED] = weir_say_call_failed,
  [WEIR_FINDING_CALL_CUT_OFF] = weir_say_call_cut_off,
  [WEIR_FINDING_LIVE_OBJECT] = weir_say_live_object,
  [WEIR_FINDING_WRONG_END] = weir_say_wrong_end,
  [WEIR_FINDING_NOT_USED] = weir_say_not_used,
  [WEIR_FINDING_NOT_CLOSED] = weir_say_not_closed,
  [WEIR_FINDING_LEFT_OPEN] = weir_say_left_open,
  [WEIR_FINDING_UNREAD_AT_END] = weir_say_unread,
  [WEIR_FINDING_BIG_TEXT] = weir_say_big_text,
  [WEIR_FINDING_BIG_MESSAGE] = weir_say_big_message,
  [WEIR_FINDING_TEXT_WAITS] = weir_say_text_waits,
  [WEIR_FINDING_NOT_FOUND] = weir_say_not_found,
  [WEIR_FINDING_WRITER_WENT] = weir_say_writer_went,
  [WEIR_FINDING_UNKNOWN] = weir_say_unknown,
};

/* A culprit has no name then: why, and whom to ask. */
static void
add_doubt (WeirWriting *self)
{
  WeirSentence *sentence = self->sentence;
  g_autofree char *maker = weir_peer_name (self->info->creator_worker_name);
  g_autofree char *doubt = NULL, *advice = NULL;

  if (self->finding->severity < WEIR_SEVERITY_WARNING || maker == NULL || self->info->writer.connected_at_ms == 0 ||
      self->info->reader.connected_at_ms == 0 || !weir_holders_is_guess (self->info, WEIR_DIRECTION_READ))
    return;
  doubt =
      g_strdup_printf (_ ("No call was seen to carry a ref of it, so who writes and who reads is not known: %s made "
                          "it, and may have given a ref on another way, as within a string."),
                       maker);
  advice = g_steal_pointer (&sentence->advice);
  sentence->advice = advice != NULL ? weir_writing_join (advice, doubt) : g_steal_pointer (&doubt);
}

WeirSentence *
weir_describe_finding (WeirChannel *channel, const WeirFinding *finding, gint64 now_us, WeirUnits units)
{
  const WeirChannelInfo *info = weir_channel_get_info (channel);
  g_autofree char *writer = weir_writing_dup_name (info, WEIR_DIRECTION_WRITE, _ ("the writer"));
  g_autofree char *reader = weir_writing_dup_name (info, WEIR_DIRECTION_READ, _ ("the reader"));
  g_autofree char *first_writer = weir_writing_dup_name (info, WEIR_DIRECTION_WRITE, _ ("The writer"));
  g_autofree char *first_reader = weir_writing_dup_name (info, WEIR_DIRECTION_READ, _ ("The reader"));
  g_autofree char *function = finding->passed != NULL ? weir_peer_name (finding->passed->function_id) : NULL;
  g_autofree char *length = weir_format_duration (finding->for_us);
  WeirWriting self = { channel, info,         finding,      now_us,   units,  writer,
                       reader,  first_writer, first_reader, function, length, g_new0 (WeirSentence, 1) };

  g_return_val_if_fail (finding->kind < G_N_ELEMENTS (sayers) && sayers[finding->kind] != NULL, NULL);
  if (weir_say_in_part (&self) == NULL)
    sayers[finding->kind](&self);
  add_doubt (&self);
  return self.sentence;
}
