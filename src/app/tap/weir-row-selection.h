/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-message-list.h"

/* Which messages of a tap are selected: by their rows, so that a filter that hides one does not unselect it, and no
 * item has to be made for a million of them (as GtkMultiSelection would). One of them is the one that is looked at. */

G_BEGIN_DECLS

#define WEIR_TYPE_ROW_SELECTION (weir_row_selection_get_type ())
G_DECLARE_FINAL_TYPE (WeirRowSelection, weir_row_selection, WEIR, ROW_SELECTION, GObject)

WeirRowSelection *weir_row_selection_new (void);

/* @messages: (nullable) */
void weir_row_selection_set_messages (WeirRowSelection *self, WeirMessageList *messages);

/* (transfer none) (nullable): the one that is looked at, also while it is hidden. Notified as "message". */
WeirMessage *weir_row_selection_get_message (WeirRowSelection *self);

/* (transfer full) (element-type guint32): those of the selected that the filter shows. */
GArray *weir_row_selection_dup_rows (WeirRowSelection *self);
guint64 weir_row_selection_get_size (WeirRowSelection *self); /* with those that it hides */

G_END_DECLS
