/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-travel.h"

/* A cell of the table of what travelled. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_TRAVEL_COLUMN_NUMBER,
  WEIR_TRAVEL_COLUMN_TIME,
  WEIR_TRAVEL_COLUMN_WAY,
  WEIR_TRAVEL_COLUMN_KIND,
  WEIR_TRAVEL_COLUMN_SIZE,
  WEIR_TRAVEL_COLUMN_CONTENT,
  WEIR_TRAVEL_N_COLUMNS,
} WeirTravelColumn;

#define WEIR_TYPE_TRAVEL_CELL (weir_travel_cell_get_type ())
G_DECLARE_FINAL_TYPE (WeirTravelCell, weir_travel_cell, WEIR, TRAVEL_CELL, GtkWidget)

GtkWidget *weir_travel_cell_new (WeirTravelColumn column);

/* @travel: (nullable); @channel: (nullable): what its channel is called, where there are several */
void weir_travel_cell_bind (WeirTravelCell *self, WeirTravel *travel, const char *channel);

G_END_DECLS
