/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-message.h"
#include "weir-needle.h"

/* The messages of a tap: an append-only file of records (unlinked, in the cache folder) with an index in memory; a
 * WeirMessage is made when a row asks and dies with it. A GListModel of the rows that pass the filter, news announced
 * at most ten times a second. Old messages are filtered and searched in a thread; where there is no more room for them
 * the oldest are let go, and counted. Main thread. */

G_BEGIN_DECLS

#define WEIR_TYPE_MESSAGE_LIST (weir_message_list_get_type ())
G_DECLARE_FINAL_TYPE (WeirMessageList, weir_message_list, WEIR, MESSAGE_LIST, GObject)

WeirMessageList *weir_message_list_new (GError **error);

/* What may lie on disk; takes effect with the next record. */
void weir_message_list_set_max_bytes (WeirMessageList *self, guint64 max_bytes);

/* One record of the feed. */
gboolean weir_message_list_append (WeirMessageList *self, const WeirRecordHead *head, const guint8 *payload, gsize len,
                                   GError **error);

/* While held, nothing is announced (what comes is still kept and counted): Pause. */
void weir_message_list_set_held (WeirMessageList *self, gboolean held);

/* --- filter --- */

typedef enum
{
  WEIR_SHOW_TEXT = 1 << 0,
  WEIR_SHOW_BINARY = 1 << 1,
  WEIR_SHOW_EVENTS = 1 << 2,
  WEIR_SHOW_ALL = 7,
} WeirMessageKinds;

/* @needle: (nullable): only messages that it is found in. Rows of dropped messages are always shown. */
void weir_message_list_set_filter (WeirMessageList *self, WeirMessageKinds kinds, WeirNeedle *needle);

/* Where a message of this list stands now; items are made on demand, so comparing them does not tell. FALSE: the filter
 * hides it, or has not come to it yet, or it was let go. */
gboolean weir_message_list_find (WeirMessageList *self, WeirMessage *message, guint *position);
gboolean weir_message_list_find_row (WeirMessageList *self, guint32 row, guint *position);
guint32 weir_message_list_get_row (WeirMessageList *self, guint position);

/* --- search, among what the filter shows --- */

/* @needle: (nullable) */
void weir_message_list_set_search (WeirMessageList *self, WeirNeedle *needle);
WeirNeedle *weir_message_list_get_search (WeirMessageList *self); /* (transfer none) (nullable) */
guint weir_message_list_get_n_hits (WeirMessageList *self);
/* Which of them it is, from 1; 0: it is none. */
guint weir_message_list_get_hit_index (WeirMessageList *self, WeirMessage *message);
gboolean weir_message_list_is_searching (WeirMessageList *self);

/**
 * weir_message_list_find_hit:
 * @from: (nullable): the message to go on from; %NULL: from the beginning, or the end
 *
 * The next hit, or the previous one; from the last on to the first, once all has been searched.
 *
 * Returns: %FALSE if there is none, or none yet: see weir_message_list_is_searching()
 */
gboolean weir_message_list_find_hit (WeirMessageList *self, WeirMessage *from, gboolean forward, guint *position);

/* --- marks: notified by "marks-changed" --- */

void weir_message_list_toggle_mark (WeirMessageList *self, WeirMessage *message);
gboolean weir_message_list_is_marked (WeirMessageList *self, WeirMessage *message);
guint weir_message_list_get_n_marks (WeirMessageList *self);
/* As weir_message_list_find_hit(), of the marks that the filter shows. */
gboolean weir_message_list_find_mark (WeirMessageList *self, WeirMessage *from, gboolean forward, guint *position);
/* Since the last mark that is not behind it. FALSE: there is none. */
gboolean weir_message_list_get_since_mark_us (WeirMessageList *self, WeirMessage *message, gint64 *since_us);

/* --- figures --- */

/* Records that came, and of those announced or waiting how many the filter hides. "figures-changed" comes at most ten
 * times a second. */
guint64 weir_message_list_get_n_total (WeirMessageList *self);
guint64 weir_message_list_get_n_hidden (WeirMessageList *self);
guint64 weir_message_list_get_n_waiting (WeirMessageList *self); /* not announced because it is held */
guint64 weir_message_list_get_n_let_go (WeirMessageList *self);  /* the oldest, for want of room */
guint64
weir_message_list_get_n_given_up (WeirMessageList *self);      /* on which the filter takes too long: they are shown */
gboolean weir_message_list_has_binary (WeirMessageList *self); /* such a message came */
gboolean weir_message_list_is_filtering (WeirMessageList *self);

G_END_DECLS
