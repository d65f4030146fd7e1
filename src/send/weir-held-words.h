/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-held-channel.h"

/* What an end of a channel that Weir holds is doing, in a few words. They say what is known: that a writer waits is
 * ours to see, who makes it wait is the point's, and of an engine that says nothing only that. */

G_BEGIN_DECLS

typedef struct
{
  WeirSenderState state;
  gboolean waits_for_file;
  gboolean is_held;
  WeirHeldBy held_by;
  gint64 silence_us; /* of the engine; 0: it answers */
} WeirSenderSituation;

/* "writing, held by the reader" */
char *weir_held_words_of_sender (const WeirSenderSituation *situation);

/* "reading" */
char *weir_held_words_of_taker (WeirTakerState state, gboolean is_held, gint64 silence_us);

/* Of both ends: "writing; reading". */
char *weir_held_words_describe (WeirHeldChannel *channel);

G_END_DECLS
