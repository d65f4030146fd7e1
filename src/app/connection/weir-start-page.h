/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-connection.h"

/* What is shown while nothing has answered yet: three ways in, each one click: `win.try-demo`, `win.connect`,
 * `win.start-engine`. */

G_BEGIN_DECLS

#define WEIR_TYPE_START_PAGE (weir_start_page_get_type ())
G_DECLARE_FINAL_TYPE (WeirStartPage, weir_start_page, WEIR, START_PAGE, GtkWidget)

/* @connection: (nullable) */
void weir_start_page_set_connection (WeirStartPage *self, WeirConnection *connection);

/* While a program is being started its buttons are insensitive. */
void weir_start_page_set_busy (WeirStartPage *self, gboolean is_busy);
/* Whether the window is as narrow as a phone. */
void weir_start_page_set_narrow (WeirStartPage *self, gboolean is_narrow);

G_END_DECLS
