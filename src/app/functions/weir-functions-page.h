/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-connection.h"

/* The Functions page of one connection. */

G_BEGIN_DECLS

#define WEIR_TYPE_FUNCTIONS_PAGE (weir_functions_page_get_type ())
G_DECLARE_FINAL_TYPE (WeirFunctionsPage, weir_functions_page, WEIR, FUNCTIONS_PAGE, GtkWidget)

/* @connection: (nullable) */
void weir_functions_page_set_connection (WeirFunctionsPage *self, WeirConnection *connection);

void weir_functions_page_focus_search (WeirFunctionsPage *self);
void weir_functions_page_close_details (WeirFunctionsPage *self);

G_END_DECLS
