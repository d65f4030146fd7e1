/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-message-list.h"

/* The table of a tap's messages. It follows the tail until the user scrolls away. */

G_BEGIN_DECLS

#define WEIR_TYPE_MESSAGE_TABLE (weir_message_table_get_type ())
G_DECLARE_FINAL_TYPE (WeirMessageTable, weir_message_table, WEIR, MESSAGE_TABLE, GtkWidget)

/* @messages: (nullable) */
void weir_message_table_set_messages (WeirMessageTable *self, WeirMessageList *messages);

/* The list's, whose filter is to be set here: what is selected stays selected, whether the filter shows it or not. */
void weir_message_table_set_filter (WeirMessageTable *self, WeirMessageKinds kinds, WeirNeedle *needle);

/* (transfer none) (nullable): what was selected last, also while a filter hides it. Notified as "selected". */
WeirMessage *weir_message_table_get_selected (WeirMessageTable *self);

/* Selects the message of that row, and shows it. FALSE: the filter hides it, or it was let go. */
gboolean weir_message_table_select_row (WeirMessageTable *self, guint32 row);

/* Property "narrow": only the columns that fit a small window are shown. Property "follow". */
void weir_message_table_set_follow (WeirMessageTable *self, gboolean follow);
gboolean weir_message_table_get_follow (WeirMessageTable *self);

G_END_DECLS
