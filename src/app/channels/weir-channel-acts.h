/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-observer-acts.h"

/* What a person does to a channel: asks first where something may be lost or given away, does it, and says in a toast
 * how it went. @from: the widget that was used; its window is asked for `win.toast` and `win.open-ref`. */

G_BEGIN_DECLS

void weir_channel_act_copy_ref (GtkWidget *from, WeirObserver *observer, WeirChannel *channel);
void weir_channel_act_trigger (GtkWidget *from, WeirObserver *observer, WeirChannel *channel);
void weir_channel_act_send_into (GtkWidget *from, WeirObserver *observer, WeirChannel *channel);
void weir_channel_act_inject (GtkWidget *from, WeirObserver *observer, WeirChannel *channel);
void weir_channel_act_hold (GtkWidget *from, WeirObserver *observer, WeirChannel *channel);
void weir_channel_act_slow (GtkWidget *from, WeirObserver *observer, WeirChannel *channel);
void weir_channel_act_let_go (GtkWidget *from, WeirObserver *observer, WeirChannel *channel);
void weir_channel_act_close_writer (GtkWidget *from, WeirObserver *observer, WeirChannel *channel);
void weir_channel_act_close_reader (GtkWidget *from, WeirObserver *observer, WeirChannel *channel);

G_END_DECLS
