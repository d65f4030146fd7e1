/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-send-session.h"

/* The right side of the Send page: what becomes of a session: the call's answer, a card for each channel, and the list
 * of what travelled. */

G_BEGIN_DECLS

#define WEIR_TYPE_RESULTS_PANE (weir_results_pane_get_type ())
G_DECLARE_FINAL_TYPE (WeirResultsPane, weir_results_pane, WEIR, RESULTS_PANE, GtkWidget)

/* @session: (nullable): READY or later; @call: (nullable): that belongs to it; @place: (nullable): what the connection
 * is called that it goes through */
void weir_results_pane_set_session (WeirResultsPane *self, WeirSendSession *session, WeirCall *call, const char *place);

/* Property "is-narrow" (boolean). */

G_END_DECLS
