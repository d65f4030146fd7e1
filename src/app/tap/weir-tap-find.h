/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-message-table.h"

/* The bar to find messages with, among those that the filter shows: what is found is lit up in the table, and looked at
 * one after the other. */

G_BEGIN_DECLS

#define WEIR_TYPE_TAP_FIND (weir_tap_find_get_type ())
G_DECLARE_FINAL_TYPE (WeirTapFind, weir_tap_find, WEIR, TAP_FIND, GtkWidget)

/* Signal "closed": by the user. */

/* Both are the page's. */
void weir_tap_find_set_table (WeirTapFind *self, WeirMessageTable *table, WeirMessageList *messages, GtkBox *problems);

/* Its parts one below the other. */
void weir_tap_find_set_cramped (WeirTapFind *self, gboolean is_cramped);

void weir_tap_find_open (WeirTapFind *self);
void weir_tap_find_close (WeirTapFind *self);
void weir_tap_find_go (WeirTapFind *self, gboolean forward);

G_END_DECLS
