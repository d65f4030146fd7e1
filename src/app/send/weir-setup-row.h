/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "weir-send-setup.h"

/* A row about one channel of a setup. */

G_BEGIN_DECLS

#define WEIR_TYPE_SETUP_ROW (weir_setup_row_get_type ())
G_DECLARE_FINAL_TYPE (WeirSetupRow, weir_setup_row, WEIR, SETUP_ROW, AdwExpanderRow)

GtkWidget *weir_setup_row_new (WeirSendSetup *setup, guint place);

/* The setup has changed. */
void weir_setup_row_update (WeirSetupRow *self);

/* Signal "ref-wanted" (uint): its place */

G_END_DECLS
