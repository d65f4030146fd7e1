/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-data-thread.h"

/* The way from a data thread to the control context: events, blocks of meters and the end of it, delivered in the order
 * they were posted. Bounded by what it carries: a channel has few events, and meters wait until the block before has
 * been taken.
 */

G_BEGIN_DECLS

typedef struct _WeirMailbox WeirMailbox;

WeirMailbox *weir_mailbox_new (GMainContext *control, const WeirDataEvents *events, gpointer user_data);

/* Control thread, after the data thread has ended. What was not delivered is dropped. */
void weir_mailbox_free (WeirMailbox *self);

/* --- data thread --- */

void weir_mailbox_post_event (WeirMailbox *self, const WeirPipeEvent *event); /* is copied */

/* @rows: (transfer full) (element-type WeirMeterRow) */
void weir_mailbox_post_meters (WeirMailbox *self, GArray *rows, gint64 now_us);

/* The last letter; @thread may be freed, and the mailbox with it, by whom it is delivered to. */
void weir_mailbox_post_stopped (WeirMailbox *self, WeirDataThread *thread);

/* Whether the last block has not been taken yet. */
gboolean weir_mailbox_has_meters (WeirMailbox *self);

G_END_DECLS
