/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-needle.h"
#include "weir-stream.h"

/* A joined stream as what it is: its lines, values, events or records with the messages they come from, an image, or
 * bytes. Live. */

G_BEGIN_DECLS

#define WEIR_TYPE_STREAM_VIEW (weir_stream_view_get_type ())
G_DECLARE_FINAL_TYPE (WeirStreamView, weir_stream_view, WEIR, STREAM_VIEW, GtkWidget)

GtkWidget *weir_stream_view_new (void);

/* @stream: (nullable). Signal "go-to-message" (guint row): the user wants to see where an item comes from. */
void weir_stream_view_set_stream (WeirStreamView *self, WeirStream *stream);

/* Selects the item in which a message begins, as soon as it is there. */
void weir_stream_view_show_message (WeirStreamView *self, guint64 seq);

/* What is shown, for copying: the item that is selected, else of bytes what is selected or there. Keys are masked.
 * (transfer full) (nullable) */
GBytes *weir_stream_view_dup_shown (WeirStreamView *self);

/* @needle: (nullable): marks where it is found, in the rows and in what is shown beside them. */
void weir_stream_view_set_needle (WeirStreamView *self, WeirNeedle *needle);

/* Whether there is no room for its words beside its buttons. */
void weir_stream_view_set_narrow (WeirStreamView *self, gboolean is_narrow);

G_END_DECLS
