/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-message-cell.h"
#include "weir-message-table.h"
#include "weir-row-selection.h"

/* What the parts of the table share. */

G_BEGIN_DECLS

struct _WeirMessageTable
{
  GtkWidget parent_instance;

  GtkScrolledWindow *scroller;
  GtkColumnView *view;
  GtkColumnViewColumn *columns[WEIR_MESSAGE_N_COLUMNS];
  WeirRowSelection *selection;
  WeirMessageList *messages;
  gboolean is_refiltered; /* the selected one is to be in view again as soon as it is there */
  guint show_tick;        /* to bring its row into view */
  guint n_ticks;
  GMenuModel *menu, *time_menu;
  GtkWidget *popover;
  GHashTable *bound; /* set of GtkListItem: the cells there are */
  GHashTable *due;   /* likewise: those of them that are out of view and still to be filled */
  guint fill_idle;
  GHashTable *cells;                        /* GtkListItem → its WeirMessageCell */
  GPtrArray *spare[WEIR_MESSAGE_N_COLUMNS]; /* of cells that no row has */
  WeirTimeFormat time_format;
  gboolean follow;
  gboolean narrow;
};

/* --- columns: their cells and titles --- */

void weir_message_table_add_columns (WeirMessageTable *self);
void weir_message_table_set_narrow (WeirMessageTable *self, gboolean narrow);
/* What cells say is written otherwise now: times, marks, colours, or what is searched. */
void weir_message_table_rebind (WeirMessageTable *self);
void weir_message_table_update_times (WeirMessageTable *self);

/* --- following --- */

void weir_message_table_watch_user (WeirMessageTable *self);
void weir_message_table_scroll_to_end (WeirMessageTable *self);
/* The last row while it follows, else the selected one, as soon as rows have their heights. */
void weir_message_table_queue_show (WeirMessageTable *self);

/* --- menus --- */

void weir_message_table_add_menu (WeirMessageTable *self);
void weir_message_table_watch_title (WeirMessageTable *self, guint position);
gboolean weir_message_table_menu_key_cb (GtkWidget *widget, GVariant *args, gpointer user_data);

/* --- pages --- */

void weir_message_table_watch_pages (WeirMessageTable *self);
/* Where a row has the keyboard's focus, the row at @position has it then, and is in view. */
void weir_message_table_move_focus (WeirMessageTable *self, guint position);

G_END_DECLS
