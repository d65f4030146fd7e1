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

/* What is searched is lit up in the rows. */
void weir_message_table_set_search (WeirMessageTable *self, WeirNeedle *needle);

/* Of a row, and of the head of the times. */
void weir_message_table_set_menus (WeirMessageTable *self, GMenuModel *menu, GMenuModel *time_menu);

/* This one alone, and brings it into view. */
void weir_message_table_select (WeirMessageTable *self, guint position);
/* (transfer full) (element-type guint32): all that are selected, of those that are shown. Signal "selection-changed".
 */
GArray *weir_message_table_dup_selected_rows (WeirMessageTable *self);
guint64 weir_message_table_get_n_selected (WeirMessageTable *self);

/* (transfer none) (nullable): what was selected last, also while a filter hides it. Notified as "selected". */
WeirMessage *weir_message_table_get_selected (WeirMessageTable *self);

/* Property "narrow": only the columns that fit a small window are shown. Property "follow". */
void weir_message_table_set_follow (WeirMessageTable *self, gboolean follow);

G_END_DECLS
