/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-message-list.h"

/* The cells of a tap's table: what a message's row says in each column. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_MESSAGE_COLUMN_NUMBER,
  WEIR_MESSAGE_COLUMN_TIME,
  WEIR_MESSAGE_COLUMN_KIND,
  WEIR_MESSAGE_COLUMN_SIZE,
  WEIR_MESSAGE_COLUMN_CONTENT,
  WEIR_MESSAGE_N_COLUMNS,
} WeirMessageColumn;

/* What a time counts from; the values of the setting "time-format". */
typedef enum
{
  WEIR_TIME_ABSOLUTE,
  WEIR_TIME_SINCE_START,
  WEIR_TIME_SINCE_PREVIOUS,
  WEIR_TIME_SINCE_MARK,
} WeirTimeFormat;

#define WEIR_TYPE_MESSAGE_CELL (weir_message_cell_get_type ())
G_DECLARE_FINAL_TYPE (WeirMessageCell, weir_message_cell, WEIR, MESSAGE_CELL, GtkWidget)

GtkWidget *weir_message_cell_new (WeirMessageColumn column);

/* @message: (nullable): none, any more; @messages: where it is from: whether it is marked, and what is searched. TRUE:
 * the cell is out of view, and is to be filled when there is time; it fills itself when it comes into view before. */
gboolean weir_message_cell_bind (WeirMessageCell *self, WeirMessageList *messages, WeirMessage *message,
                                 WeirTimeFormat format);

/* Writes what it shows. FALSE: that stands there already. */
gboolean weir_message_cell_fill (WeirMessageCell *self);

G_END_DECLS
