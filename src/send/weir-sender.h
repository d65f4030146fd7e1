/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-client.h"
#include "weir-run.h"
#include "weir-writing.h"

/* The writing end of a channel that Weir holds: writes a WeirWriting into it, as fast as the reader takes it or at a
 * pace, and single messages by hand. Never more than a few messages are in memory: the next one is made when there is
 * room. What was taken by the connection goes into the run. Main thread; work is done in slices that leave the frames
 * their time. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_SENDER_OPEN,    /* nothing is being written; it may not have connected yet */
  WEIR_SENDER_WRITING, /* a writing is under way */
  WEIR_SENDER_CLOSING, /* closed by us; the engine answers when all of it has got through */
  WEIR_SENDER_CLOSED,
  WEIR_SENDER_FAILED,  /* the connection is over; see weir_sender_get_error () */
  WEIR_SENDER_ABORTED, /* given up by us before all of it had got through */
} WeirSenderState;

typedef struct
{
  guint64 n_messages; /* taken by the connection */
  guint64 n_bytes;
  gint64 held_us;   /* for how long writes have waited for room, in all */
  gboolean is_held; /* one waits now */
} WeirSenderFigures;

#define WEIR_TYPE_SENDER (weir_sender_get_type ())
G_DECLARE_FINAL_TYPE (WeirSender, weir_sender, WEIR, SENDER, GObject)

WeirSender *weir_sender_new (WeirChannelWriter *writer, WeirRun *run);

/* Begins to write. Only while OPEN. What fails (a file, text that is none, what was typed) leaves the writer open: see
 * "get_error". */
void weir_sender_start (WeirSender *self, const WeirWriting *writing);

/* No more of the writing: messages that the connection has not taken are dropped. The writer stays open. */
void weir_sender_stop (WeirSender *self);

/* One message by hand. FALSE: not open, or what was written by hand before still waits for room. */
gboolean weir_sender_write (WeirSender *self, GBytes *bytes, gboolean is_text);

/* After all that was taken. A writing that is under way is stopped. */
void weir_sender_close (WeirSender *self);

/* Breaks the connection, at any time: whoever reads does not take what came for the whole. */
void weir_sender_abort (WeirSender *self);

/* (nullable): the file that gives nothing at the moment while it is to be written: a named pipe, as a rule. */
const char *weir_sender_get_awaited (WeirSender *self);

WeirSenderState weir_sender_get_state (WeirSender *self);
WeirSenderFigures weir_sender_get_figures (WeirSender *self);
gboolean weir_sender_was_stopped (WeirSender *self); /* the last writing did not come to its end */
/* (nullable): why the last writing or the connection ended before its time */
const GError *weir_sender_get_error (WeirSender *self);

/* Signal "changed": another state. */

G_END_DECLS
