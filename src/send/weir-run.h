/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-travel.h"

/* What travelled since the user pressed the button: a GListModel of WeirTravel, fed by the channels that Weir holds
 * ends of and by the call. Bounded: the first lines and the last ones are kept, and a line between them says how many
 * messages are left out. News are announced at most ten times a second. Main thread. */

G_BEGIN_DECLS

#define WEIR_RUN_N_FIRST 500
#define WEIR_RUN_N_LAST  1500

#define WEIR_TYPE_RUN (weir_run_get_type ())
G_DECLARE_FINAL_TYPE (WeirRun, weir_run, WEIR, RUN, GObject)

/* It begins now: times are told since then. */
WeirRun *weir_run_new (void);

gint64 weir_run_get_start_us (WeirRun *self);      /* monotonic */
gint64 weir_run_get_start_unix_us (WeirRun *self); /* wall clock */

/* A call, an answer, an error or an event. @channel: (nullable): its channel's id. @text: UTF-8, no access keys in it;
 * @size: bytes of what it tells of, 0: no size. */
void weir_run_note (WeirRun *self, WeirTravelKind kind, WeirWay way, const char *channel, const char *text,
                    guint64 size);

/* The same for what is known only later: it stands where it belongs among the others. @at_us: since the run began */
void weir_run_note_at (WeirRun *self, gint64 at_us, WeirTravelKind kind, WeirWay way, const char *channel,
                       const char *text, guint64 size);

/* A message, now: its time is set here. */
void weir_run_note_message (WeirRun *self, const WeirTravelInit *message);

/* Announces at once what waits. */
void weir_run_flush (WeirRun *self);

/* Messages that are not in the list any more. */
guint64 weir_run_get_n_left_out (WeirRun *self);

G_END_DECLS
