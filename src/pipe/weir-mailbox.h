/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-pipe-event.h"

/* The way from a data thread to the control context: what is posted is delivered in that order. Bounded by what it
 * carries: a channel has few events, and meters wait until the block before has been taken. */

G_BEGIN_DECLS

typedef struct _WeirMailbox WeirMailbox;

/* What the threads of all kinds tell of their channels. */
typedef struct
{
  void (*event) (const WeirPipeEvent *event, gpointer user_data);
  void (*meters) (const WeirMeterRow *rows, guint n_rows, gint64 now_us, gpointer user_data);
} WeirMailboxFuncs;

/* @funcs is copied. */
WeirMailbox *weir_mailbox_new (GMainContext *control, const WeirMailboxFuncs *funcs, gpointer user_data);

/* Control thread, after the data thread has ended. What was not delivered is dropped. */
void weir_mailbox_free (WeirMailbox *self);

/* --- data thread --- */

void weir_mailbox_post_event (WeirMailbox *self, const WeirPipeEvent *event); /* is copied */

/* @rows: (transfer full) (element-type WeirMeterRow) */
void weir_mailbox_post_meters (WeirMailbox *self, GArray *rows, gint64 now_us);

/* Whether the last block of meters has not been taken yet. */
gboolean weir_mailbox_has_meters (WeirMailbox *self);

/* Anything else: @deliver is called in the control thread, then @destroy. @letter: (transfer full). */
typedef void (*WeirLetterFunc) (gpointer letter, gpointer user_data);
void weir_mailbox_post (WeirMailbox *self, WeirLetterFunc deliver, gpointer letter, GDestroyNotify destroy);

/* Nothing comes after it: the mailbox may be freed by @deliver. */
void weir_mailbox_post_last (WeirMailbox *self, WeirLetterFunc deliver, gpointer letter);

G_END_DECLS
