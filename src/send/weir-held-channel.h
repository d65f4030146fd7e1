/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-observer.h"
#include "weir-sender.h"
#include "weir-send-setup.h"
#include "weir-taker.h"

/* A channel that Weir made or was given the ref of: the ends that it holds, and what the observer sees of it. Main
 * thread. */

G_BEGIN_DECLS

/* Who holds the writer, as the point sees it that it passes. */
typedef enum
{
  WEIR_HELD_BY_UNKNOWN,   /* nobody there, or it is not seen */
  WEIR_HELD_BY_READER,    /* the buffer is full of what it has not taken */
  WEIR_HELD_BY_NO_READER, /* the same, and none has come */
  WEIR_HELD_BY_OBSERVER,
  WEIR_HELD_BY_ENGINE, /* though that buffer is not full: its memory is used up */
} WeirHeldBy;

/* What is known of the channel as a whole. */
typedef struct
{
  gint64 silence_us; /* for how long nothing has come from the engine; 0: it answers */
  WeirHeldBy held_by;
  gboolean is_seen;         /* by a point: else what was sent and acknowledged is not known */
  gboolean is_acknowledged; /* the reader's client answers pings: else "acked" says nothing */
  guint64 written_bytes, written_messages;
  guint64 sent_bytes, sent_messages;
  guint64 acked_bytes, acked_messages;
  gboolean had_reader;  /* somebody has connected to read, or nobody sees whether */
  gboolean is_over;     /* the reader has left, or the channel has ended: nothing more is read */
  gboolean was_refused; /* a second reader came, and was closed at once */
} WeirHeldFigures;

#define WEIR_TYPE_HELD_CHANNEL (weir_held_channel_get_type ())
G_DECLARE_FINAL_TYPE (WeirHeldChannel, weir_held_channel, WEIR, HELD_CHANNEL, GObject)

/* @pair: (transfer full): of a new channel; @hold: the ends to be held. */
WeirHeldChannel *weir_held_channel_new (const char *name, WeirHold hold, WeirChannelPair *pair, WeirRun *run);
/* Of a pasted ref. @worker: (nullable): who takes that end; NULL: it is only passed on */
WeirHeldChannel *weir_held_channel_new_for_ref (const char *name, const WeirRef *ref, WeirWorker *worker, WeirRun *run);

const char *weir_held_channel_get_id (WeirHeldChannel *self);
const char *weir_held_channel_get_name (WeirHeldChannel *self);   /* of the call, or "" */
WeirSender *weir_held_channel_get_sender (WeirHeldChannel *self); /* (nullable) (transfer none) */
WeirTaker *weir_held_channel_get_taker (WeirHeldChannel *self);   /* (nullable) (transfer none) */

/* (nullable): the ref of an end; NULL if it is not known here. It holds the key. */
const WeirRef *weir_held_channel_get_ref (WeirHeldChannel *self, WeirDirection direction);

/* Before it is used: an end that has somebody already, for all the observer knows, will not be ours. @channel:
 * (nullable) */
void weir_held_channel_expect (WeirHeldChannel *self, WeirChannel *channel);

/* Tells the observer which ends are ours; also those that were, once they are let go, but not where the engine has
 * turned us away. */
void weir_held_channel_claim (WeirHeldChannel *self, WeirObserver *observer);

/* Looks at what the observer knows by now: ends that have connected, and whether all was acknowledged, go into the run
 * once. @channel: (nullable); @silence_us: see weir_observer_check_silence_us () */
void weir_held_channel_look (WeirHeldChannel *self, WeirChannel *channel, gint64 silence_us);

/* As it was when it was looked at last. */
WeirHeldFigures weir_held_channel_get_figures (WeirHeldChannel *self);

/* Whether an end that is held is still of use: not closed, not lost. */
gboolean weir_held_channel_is_open (WeirHeldChannel *self);

/* Whether the end that is not held is for somebody else to take. What was written waits for a reader after the writer
 * has closed, too. */
gboolean weir_held_channel_is_offered (WeirHeldChannel *self);

/* Closes what is held: a writer after all that was accepted from it, which a reader that takes nothing delays without
 * limit. */
void weir_held_channel_close (WeirHeldChannel *self);

/* Whether a writer of ours is closing, and waits for the reader to take the rest. */
gboolean weir_held_channel_is_closing (WeirHeldChannel *self);

/* The same now, giving up what was accepted and is not read. */
void weir_held_channel_abort (WeirHeldChannel *self);

/* What was accepted from our writer and, as far as is known, not read. FALSE: it is not seen here. */
gboolean weir_held_channel_get_unread (WeirHeldChannel *self, guint64 *n_messages, guint64 *n_bytes);

/* Signal "changed": the state of an end of ours. */

G_END_DECLS
