/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Keeps lines out of an editor that are too long to be laid out in a frame: one of 2 MB holds the window for 0.6 s,
 * each time. Nothing is cut: what would make a longer line is refused as a whole. */

G_BEGIN_DECLS

/* Bytes. */
#define WEIR_LINE_BOUND (16 * 1024)

typedef void (*WeirLineRefused) (gpointer user_data);

/* Before others who hear of "insert-text" of @buffer. @refused: something was, and the user is to be told */
void weir_line_bound_add (GtkTextBuffer *buffer, WeirLineRefused refused, gpointer user_data);

G_END_DECLS
