/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-needle.h"
#include "weir-stream.h"

/* A row of a joined stream: the messages that it comes from, and its content in a line. Decoded when it is shown. */

G_BEGIN_DECLS

#define WEIR_TYPE_STREAM_CELL (weir_stream_cell_get_type ())
G_DECLARE_FINAL_TYPE (WeirStreamCell, weir_stream_cell, WEIR, STREAM_CELL, GtkWidget)

GtkWidget *weir_stream_cell_new (void);

/* @stream, @item: (nullable), both */
void weir_stream_cell_bind (WeirStreamCell *self, WeirStream *stream, WeirStreamItem *item);

/* "7 – 9": the numbers of the messages that an item lies in. (transfer full) (nullable) */
char *weir_stream_cell_dup_origin (WeirStream *stream, WeirJoined item);

/* What is not whole about it, as a sentence. (nullable) */
const char *weir_stream_cell_describe_flags (WeirJoined item);

/* @needle: (nullable): what is searched for is lit up. */
void weir_stream_cell_set_needle (WeirStreamCell *self, WeirNeedle *needle);

G_END_DECLS
