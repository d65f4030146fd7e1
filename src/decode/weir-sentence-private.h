/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-peer-name.h"
#include "weir-sentence.h"

/* The sentences about one channel, one function a kind of finding. Inner to the room. */

G_BEGIN_DECLS

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
  char *first_writer; /* and as it begins with it */
  char *first_reader;
  char *function; /* of the call that the finding is about; nullable */
  char *length;   /* how long it has been so */
  WeirSentence *sentence;
} WeirWriting;

/* @text: (transfer full). @advice: (nullable) */
WeirSentence *weir_writing_say (WeirWriting *self, const char *headline, char *text, const char *advice);

/* One sentence after the other. @more: (nullable) */
char *weir_writing_join (const char *text, const char *more);

/* What a translation's plural is chosen by. Sentences with a number are whole: all of one may have to agree with it. */
gulong weir_writing_plural (guint64 n);

/* The function or worker at an end, or those of which it is one; where nobody has a name, @nameless. */
char *weir_writing_dup_name (const WeirChannelInfo *info, WeirDirection end, const char *nameless);

/* "310 kB": what the reader was sent and has not shown to have read. */
char *weir_writing_dup_unread (WeirWriting *self);

/* "pipeline::consumer last read 4.2 s ago." */
char *weir_writing_dup_last_read (WeirWriting *self);

/* The first line of what went wrong; the code where there are no words. */
char *weir_writing_dup_failure (const WeirPassedInfo *passed);
char *weir_writing_dup_call_length (const WeirPassedInfo *passed);

/* "It failed 12 ms after it was handed the reader: ENOENT (invocation_failed)." */
char *weir_writing_dup_failed_call (const WeirPassedInfo *passed);

/* weir-sentence-flow.c */
WeirSentence *weir_say_reader_slow (WeirWriting *self);
WeirSentence *weir_say_reader_hangs (WeirWriting *self);
WeirSentence *weir_say_reader_swallows (WeirWriting *self);
WeirSentence *weir_say_deadlock (WeirWriting *self);
WeirSentence *weir_say_reader_failed (WeirWriting *self);
WeirSentence *weir_say_reader_held (WeirWriting *self);
WeirSentence *weir_say_falls_behind (WeirWriting *self);
WeirSentence *weir_say_memory_used (WeirWriting *self);
WeirSentence *weir_say_flows (WeirWriting *self);
WeirSentence *weir_say_buffer_full (WeirWriting *self);
WeirSentence *weir_say_buffer_fills (WeirWriting *self);
WeirSentence *weir_say_backpressured (WeirWriting *self);
WeirSentence *weir_say_idle (WeirWriting *self);
WeirSentence *weir_say_draining (WeirWriting *self);
WeirSentence *weir_say_not_closed (WeirWriting *self);

/* weir-sentence-end.c */
WeirSentence *weir_say_waits_for_reader (WeirWriting *self);
WeirSentence *weir_say_waits_for_writer (WeirWriting *self);
WeirSentence *weir_say_nobody_came (WeirWriting *self);
WeirSentence *weir_say_reader_gone (WeirWriting *self);
WeirSentence *weir_say_reader_done (WeirWriting *self);
WeirSentence *weir_say_too_large (WeirWriting *self);
WeirSentence *weir_say_keepalive (WeirWriting *self);
WeirSentence *weir_say_broke_protocol (WeirWriting *self);
WeirSentence *weir_say_closed (WeirWriting *self);
WeirSentence *weir_say_closed_by_reader (WeirWriting *self);
WeirSentence *weir_say_writer_lost (WeirWriting *self);
WeirSentence *weir_say_relay_lost (WeirWriting *self);
WeirSentence *weir_say_worker_lost (WeirWriting *self);
WeirSentence *weir_say_expired (WeirWriting *self);
WeirSentence *weir_say_closed_by_engine (WeirWriting *self);
WeirSentence *weir_say_unread (WeirWriting *self);

/* weir-sentence-act.c */
WeirSentence *weir_say_held_by_observer (WeirWriting *self);
WeirSentence *weir_say_slowed_by_observer (WeirWriting *self);
WeirSentence *weir_say_closed_by_observer (WeirWriting *self);
WeirSentence *weir_say_opened_twice (WeirWriting *self);

/* weir-sentence-part.c */

/* (nullable): of a channel that is seen in part; NULL: the others are to say it. */
WeirSentence *weir_say_in_part (WeirWriting *self);
WeirSentence *weir_say_not_found (WeirWriting *self);

/* weir-sentence-alarm.c */
WeirSentence *weir_say_call_failed (WeirWriting *self);
WeirSentence *weir_say_call_cut_off (WeirWriting *self);
WeirSentence *weir_say_live_object (WeirWriting *self);
WeirSentence *weir_say_wrong_end (WeirWriting *self);
WeirSentence *weir_say_not_used (WeirWriting *self);
WeirSentence *weir_say_no_function (WeirWriting *self);
WeirSentence *weir_say_big_text (WeirWriting *self);
WeirSentence *weir_say_left_open (WeirWriting *self);
WeirSentence *weir_say_writer_went (WeirWriting *self);
WeirSentence *weir_say_big_message (WeirWriting *self);
WeirSentence *weir_say_text_waits (WeirWriting *self);
WeirSentence *weir_say_unknown (WeirWriting *self);

G_END_DECLS
