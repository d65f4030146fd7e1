/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-client.h"
#include "weir-run.h"
#include "weir-spool.h"

/* The reading end of a channel that Weir holds: takes what comes, as fast as it can or not at all, keeps it for saving
 * and tells the run. While it is held nothing is read, so that the writer meets backpressure. Main thread. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_TAKER_NEW, /* not connected */
  WEIR_TAKER_READING,
  WEIR_TAKER_ENDED,  /* the writer has closed */
  WEIR_TAKER_LEFT,   /* we have */
  WEIR_TAKER_FAILED, /* see weir_taker_get_error () */
} WeirTakerState;

#define WEIR_TYPE_TAKER (weir_taker_get_type ())
G_DECLARE_FINAL_TYPE (WeirTaker, weir_taker, WEIR, TAKER, GObject)

WeirTaker *weir_taker_new (WeirChannelReader *reader, WeirRun *run);

/* Connects and reads. Once. */
void weir_taker_start (WeirTaker *self);

/* Also before the start: then it connects, and takes no more than one message. */
void weir_taker_set_held (WeirTaker *self, gboolean is_held);
gboolean weir_taker_is_held (WeirTaker *self);

/* Leaves; the writer is told. */
void weir_taker_leave (WeirTaker *self);

WeirTakerState weir_taker_get_state (WeirTaker *self);
guint64 weir_taker_get_n_messages (WeirTaker *self);
guint64 weir_taker_get_n_bytes (WeirTaker *self);
const GError *weir_taker_get_error (WeirTaker *self); /* nullable */
WeirSpool *weir_taker_get_spool (WeirTaker *self);    /* (transfer none) */

/* Signal "changed": another state, or held or not. */

G_END_DECLS
