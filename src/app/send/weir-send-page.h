/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-connection.h"

/* The Send page of one connection. */

G_BEGIN_DECLS

#define WEIR_TYPE_SEND_PAGE (weir_send_page_get_type ())
G_DECLARE_FINAL_TYPE (WeirSendPage, weir_send_page, WEIR, SEND_PAGE, GtkWidget)

/* @connection: (nullable) */
void weir_send_page_set_connection (WeirSendPage *self, WeirConnection *connection);

/* The function to trigger; what was typed for it before comes back with it. */
void weir_send_page_set_function (WeirSendPage *self, const char *function_id);

/* Sends through an end of a channel that is there already; says first what taking it would do. */
void weir_send_page_set_ref (WeirSendPage *self, const WeirRef *ref);

G_END_DECLS
