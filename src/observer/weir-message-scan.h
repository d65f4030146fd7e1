/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-message-list.h"
#include "weir-message-store.h"
#include "weir-row-set.h"

/* Goes through the rows of a store and keeps the numbers of those that fit, those that come later as well. Bytes are
 * looked at in a thread, what is little at once. Main thread; inner to the room. */

G_BEGIN_DECLS

typedef struct _WeirMessageScan WeirMessageScan;

/**
 * weir_message_scan_new:
 * @source: (nullable): another scan of @store, which outlives this one: only rows that it keeps are looked at
 * @needle: (nullable)
 * @shows_gaps: whether rows of dropped messages fit
 * @changed: called when it has come further
 */
WeirMessageScan *weir_message_scan_new (WeirMessageStore *store, WeirMessageScan *source, WeirMessageKinds kinds,
                                        WeirNeedle *needle, gboolean shows_gaps, GSourceOnceFunc changed,
                                        gpointer user_data);
void weir_message_scan_free (WeirMessageScan *self);

/* There may be more to look at. */
void weir_message_scan_wake (WeirMessageScan *self);
/* Looks at what takes no time right now: a short list changes in one step. */
void weir_message_scan_run (WeirMessageScan *self);
/* Rows before the store's first have gone; how many of them had fitted. */
guint weir_message_scan_drop (WeirMessageScan *self);

WeirRowSet *weir_message_scan_get_rows (WeirMessageScan *self);
gboolean weir_message_scan_is_done (WeirMessageScan *self);
guint64 weir_message_scan_get_n_others (WeirMessageScan *self);   /* that do not fit, of those that are in the store */
guint64 weir_message_scan_get_n_given_up (WeirMessageScan *self); /* on which the expression takes too long; they fit */

G_END_DECLS
