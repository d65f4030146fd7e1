/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Bytes as offset, hexadecimal and characters, sixteen a line. Draws the lines in view only, so its cost does not
 * depend on the size (a text view takes 22 s for 16 MiB). Selection by pointer and keyboard runs through both columns.
 */

G_BEGIN_DECLS

#define WEIR_TYPE_HEX_VIEW (weir_hex_view_get_type ())
G_DECLARE_FINAL_TYPE (WeirHexView, weir_hex_view, WEIR, HEX_VIEW, GtkWidget)

/* @bytes: (nullable) */
void weir_hex_view_set_bytes (WeirHexView *self, GBytes *bytes);

typedef struct
{
  gsize start;
  gsize end;
} WeirHexHit;

/* Marks what was searched: @hits: (element-type WeirHexHit): in order, copied. @current: of them, the one that is
 * looked at, is scrolled to; −1: none. */
void weir_hex_view_set_hits (WeirHexView *self, const WeirHexHit *hits, guint n_hits, int current);

/* (nullable) (transfer none): what is shown. */
GBytes *weir_hex_view_get_bytes (WeirHexView *self);

/* @end: behind the last byte; within what is shown, and behind @start. */
void weir_hex_view_select (WeirHexView *self, gsize start, gsize end);

/* FALSE: nothing is selected. @end: behind the last selected byte. Signal "selection-changed". */
gboolean weir_hex_view_get_selection (WeirHexView *self, gsize *start, gsize *end);

G_END_DECLS
