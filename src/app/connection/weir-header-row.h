/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

/* A header of the handshake to be typed: name and value; masked where the name looks like a secret's. Signals:
 * "changed"; "remove": the button for that. */

G_BEGIN_DECLS

#define WEIR_TYPE_HEADER_ROW (weir_header_row_get_type ())
G_DECLARE_FINAL_TYPE (WeirHeaderRow, weir_header_row, WEIR, HEADER_ROW, AdwPreferencesRow)

GtkWidget *weir_header_row_new (void);

/* Without the white space around it. */
char *weir_header_row_dup_name (WeirHeaderRow *self);
char *weir_header_row_dup_value (WeirHeaderRow *self);

G_END_DECLS
