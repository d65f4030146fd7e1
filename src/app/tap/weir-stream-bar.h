/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-stream.h"

/* What a stream is taken for, which can be chosen here, how much of it there is, and the way to what is garbled in it.
 * "next-garbled" is emitted when that is asked for. */

G_BEGIN_DECLS

#define WEIR_TYPE_STREAM_BAR (weir_stream_bar_get_type ())
G_DECLARE_FINAL_TYPE (WeirStreamBar, weir_stream_bar, WEIR, STREAM_BAR, GtkWidget)

GtkWidget *weir_stream_bar_new (void);

/* @stream: (nullable) */
void weir_stream_bar_set_stream (WeirStreamBar *self, WeirStream *stream);
/* The stream has changed, or @trouble: (nullable): it cannot be read, and why. */
void weir_stream_bar_update (WeirStreamBar *self, const char *trouble);
/* Whether there is no room for all of it in one line. */
void weir_stream_bar_set_narrow (WeirStreamBar *self, gboolean is_narrow);

G_END_DECLS
