/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "weir-connection.h"

/* The relay in front of a connection's engine: started and stopped here, and the two ways to use it, to copy. */

G_BEGIN_DECLS

#define WEIR_TYPE_RELAY_DIALOG (weir_relay_dialog_get_type ())
G_DECLARE_FINAL_TYPE (WeirRelayDialog, weir_relay_dialog, WEIR, RELAY_DIALOG, AdwWindow)

GtkWidget *weir_relay_dialog_new (GtkWindow *parent, WeirConnection *connection);

G_END_DECLS
