/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-stream.h"

/* An image from bytes that somebody sent: its header is looked at first, it is decoded in a thread, and what cannot be
 * shown says why. */

G_BEGIN_DECLS

#define WEIR_TYPE_IMAGE_VIEW (weir_image_view_get_type ())
G_DECLARE_FINAL_TYPE (WeirImageView, weir_image_view, WEIR, IMAGE_VIEW, GtkWidget)

GtkWidget *weir_image_view_new (void);

/* @bytes: (nullable). @has_gaps: some are known to be missing. What was shown stays until the new one is decoded. */
void weir_image_view_set_bytes (WeirImageView *self, GBytes *bytes, gboolean has_gaps);

/* What the messages of @stream are together, as far as they have come. Call it again when the stream changes: it is
 * gathered and decoded once at a time, only while the view is seen, and not at all where nothing of it has come. */
void weir_image_view_set_stream (WeirImageView *self, WeirStream *stream);

G_END_DECLS
