/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-stream.h"

/* What a known text message is: its name and gist, progress as a bar, a text that grows up to this piece of it. Hidden
 * for any other. */

G_BEGIN_DECLS

#define WEIR_TYPE_MESSAGE_HEADING (weir_message_heading_get_type ())
G_DECLARE_FINAL_TYPE (WeirMessageHeading, weir_message_heading, WEIR, MESSAGE_HEADING, GtkWidget)

/* @payload: keys masked */
void weir_message_heading_set (WeirMessageHeading *self, GBytes *payload, gboolean is_text, guint64 seq);

gboolean weir_message_heading_is_delta (WeirMessageHeading *self);

/* @stream: (nullable): where the pieces before are found, as far as it has come. */
void weir_message_heading_update_growing (WeirMessageHeading *self, WeirStream *stream);

G_END_DECLS
