/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-held-channel.h"

/* The table of what travelled in a run. It follows the end until the user scrolls away from it. */

G_BEGIN_DECLS

#define WEIR_TYPE_TRAVEL_TABLE (weir_travel_table_get_type ())
G_DECLARE_FINAL_TYPE (WeirTravelTable, weir_travel_table, WEIR, TRAVEL_TABLE, GtkWidget)

/* @run: (nullable); @channels: (nullable): of WeirHeldChannel: where there are several, each row says of which it is */
void weir_travel_table_set_run (WeirTravelTable *self, WeirRun *run, GListModel *channels);

/* Property "is-narrow" (boolean): fewer columns. */

G_END_DECLS
