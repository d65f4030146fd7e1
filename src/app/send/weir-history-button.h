/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-send-history.h"

/* A button with the list of what was sent, searched; one click brings it back. */

G_BEGIN_DECLS

#define WEIR_TYPE_HISTORY_BUTTON (weir_history_button_get_type ())
G_DECLARE_FINAL_TYPE (WeirHistoryButton, weir_history_button, WEIR, HISTORY_BUTTON, GtkWidget)

void weir_history_button_set_history (WeirHistoryButton *self, WeirSendHistory *history);

/* "chosen" (WeirSendEntry *) */

G_END_DECLS
