/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "weir-observer-acts.h"

/* Asks for one message, as text or in hexadecimal digits, and puts it into a live channel. Stays open when that fails,
 * and says why. */

G_BEGIN_DECLS

#define WEIR_TYPE_INJECT_DIALOG (weir_inject_dialog_get_type ())
G_DECLARE_FINAL_TYPE (WeirInjectDialog, weir_inject_dialog, WEIR, INJECT_DIALOG, AdwWindow)

/* @parent: (nullable): is asked for `win.toast` */
GtkWidget *weir_inject_dialog_new (GtkWindow *parent, WeirObserver *observer, WeirChannel *channel);

G_END_DECLS
