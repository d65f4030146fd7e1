/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-message.h"

/* What one message holds, as JSON, text or bytes; a progress message as a bar, too. The expensive view is built when it
 * is first looked at. Text and JSON are cut at WEIR_MESSAGE_VIEW_MAX_TEXT, and that is said; the bytes are always
 * whole. */

G_BEGIN_DECLS

#define WEIR_MESSAGE_VIEW_MAX_TEXT (256 * 1024)

#define WEIR_TYPE_MESSAGE_VIEW (weir_message_view_get_type ())
G_DECLARE_FINAL_TYPE (WeirMessageView, weir_message_view, WEIR, MESSAGE_VIEW, GtkWidget)

GtkWidget *weir_message_view_new (void);

/* @message: (nullable) */
void weir_message_view_set_message (WeirMessageView *self, WeirMessage *message);

G_END_DECLS
