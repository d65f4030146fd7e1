/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-connection.h"

/* The Send page of one connection: on its left what is to be done, on its right what became of it. What was begun at
 * one connection goes on while another is in view. Property: "is-narrow" (boolean). */

G_BEGIN_DECLS

#define WEIR_TYPE_SEND_PAGE (weir_send_page_get_type ())
G_DECLARE_FINAL_TYPE (WeirSendPage, weir_send_page, WEIR, SEND_PAGE, GtkWidget)

/* Makes the first part of it that is not there yet: a few milliseconds each, so that who makes it can have frames drawn
 * in between. Until all are there it is good for nothing else. Returns: whether they are */
gboolean weir_send_page_make_part (WeirSendPage *self);

/* @connection: (nullable): what stood on the page for it comes back, also from an earlier start. Where nothing did,
 * what stands there stays. */
void weir_send_page_set_connection (WeirSendPage *self, WeirConnection *connection);

/* The function to trigger; what was typed for it before comes back with it. */
void weir_send_page_set_function (WeirSendPage *self, const char *function_id);

/* Asks for a ref, says what taking its end would do, and takes it. @ref: (nullable): the ref that is known already */
void weir_send_page_set_ref (WeirSendPage *self, const WeirRef *ref);

/* Before the window goes: what stands there, and was not kept yet, is there at the next start. */
void weir_send_page_save (WeirSendPage *self);

/* Whether an end of a channel is held, at whatever connection. */
gboolean weir_send_page_is_busy (WeirSendPage *self);

/* Closes all ends that are held. */
void weir_send_page_end (WeirSendPage *self);

G_END_DECLS
