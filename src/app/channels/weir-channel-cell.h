/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-channel-rows.h"

/* A cell of the list of channels: inscriptions and drawings, made in code and not from a template, as a list keeps
 * more than a thousand of them whatever it shows. It refreshes when the view's tick says so, and when it comes into
 * view. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_CELL_STATE,
  WEIR_CELL_CHANNEL,
  WEIR_CELL_ROUTE,
  WEIR_CELL_THROUGHPUT,
  WEIR_CELL_BUFFER,
  WEIR_CELL_BYTES,
  WEIR_CELL_AGE,
  WEIR_CELL_ROW, /* all that matters, in two lines: for narrow windows */
} WeirCellKind;

#define WEIR_TYPE_CHANNEL_CELL (weir_channel_cell_get_type ())
G_DECLARE_FINAL_TYPE (WeirChannelCell, weir_channel_cell, WEIR, CHANNEL_CELL, GtkWidget)

/* @rows: (transfer none): who its neighbours are */
GtkWidget *weir_channel_cell_new (WeirCellKind kind, WeirChannelRows *rows);

/* @item: borrowed until it is unbound with NULL */
void weir_channel_cell_bind (WeirChannelCell *self, GtkListItem *item);

/* Returns: (nullable) (transfer none): that of its row */
WeirChannel *weir_channel_cell_get_channel (WeirChannelCell *self);

/* Does nothing unless it is mapped. */
void weir_channel_cell_refresh (WeirChannelCell *self, gint64 now_us);

G_END_DECLS
