/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-message.h"

/* The messages of a tap: an append-only file of records (unlinked, in the cache folder) with an index in memory; a
 * WeirMessage is made when a row asks and dies with it. A GListModel of the rows that pass the filter, news announced
 * at most ten times a second. Filtering goes through old messages in slices of a few milliseconds, never in one go. */

G_BEGIN_DECLS

#define WEIR_TYPE_MESSAGE_LIST (weir_message_list_get_type ())
G_DECLARE_FINAL_TYPE (WeirMessageList, weir_message_list, WEIR, MESSAGE_LIST, GObject)

WeirMessageList *weir_message_list_new (GError **error);

/* One record of the feed. */
gboolean weir_message_list_append (WeirMessageList *self, const WeirRecordHead *head, const guint8 *payload, gsize len,
                                   GError **error);

/* While held, nothing is announced (what comes is still kept and counted): Pause. */
void weir_message_list_set_held (WeirMessageList *self, gboolean held);
gboolean weir_message_list_get_held (WeirMessageList *self);

typedef enum
{
  WEIR_SHOW_TEXT = 1 << 0,
  WEIR_SHOW_BINARY = 1 << 1,
  WEIR_SHOW_EVENTS = 1 << 2,
  WEIR_SHOW_ALL = 7,
} WeirMessageKinds;

/* @needle: (nullable): only messages that contain it: text (case folded for ASCII), or bytes if it reads `hex 50 41`.
 * Rows of dropped messages are always shown. */
void weir_message_list_set_filter (WeirMessageList *self, WeirMessageKinds kinds, const char *needle);

/* Where a message of this list stands now; items are made on demand, so comparing them does not tell. FALSE: the filter
 * hides it, or has not come to it yet. */
gboolean weir_message_list_find (WeirMessageList *self, WeirMessage *message, guint *position);

/* Records that came, and of those announced or waiting how many the filter hides. "figures-changed" comes at most ten
 * times a second. */
guint64 weir_message_list_get_n_total (WeirMessageList *self);
guint64 weir_message_list_get_n_hidden (WeirMessageList *self);
guint64 weir_message_list_get_n_waiting (WeirMessageList *self); /* not announced because it is held */
gboolean weir_message_list_is_filtering (WeirMessageList *self);

G_END_DECLS
