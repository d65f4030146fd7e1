/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-message-list.h"

/* What one message holds, as JSON, text, bytes or an image, and the stream that it is a part of. A message that is
 * known is named; of a text that comes in pieces all is shown that has come until then. Viewers that do not fit are
 * insensitive. Text and JSON are cut at WEIR_PAYLOAD_MAX_TEXT, and that is said; the bytes are always whole. */

G_BEGIN_DECLS

#define WEIR_TYPE_MESSAGE_VIEW (weir_message_view_get_type ())
G_DECLARE_FINAL_TYPE (WeirMessageView, weir_message_view, WEIR, MESSAGE_VIEW, GtkWidget)

GtkWidget *weir_message_view_new (void);

/* @messages: (nullable): the tap's, of which a stream is joined, and what is searched for in them
 * is marked. Signal "go-to-message" (guint row): the user
 * wants to see one of them. */
void weir_message_view_set_messages (WeirMessageView *self, WeirMessageList *messages);

/* @message: (nullable) */
void weir_message_view_set_message (WeirMessageView *self, WeirMessage *message);

/* Whether what the message is stands below the choice of viewers, where beside it there is no room. */
void weir_message_view_set_narrow (WeirMessageView *self, gboolean is_narrow);

G_END_DECLS
