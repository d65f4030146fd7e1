/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-hex-view.h"
#include "weir-needle.h"

/* Bytes, and beside them what those that are selected stand for: numbers in either byte order, and text. Where there is
 * no room beside, a line below says the most of it. */

G_BEGIN_DECLS

#define WEIR_TYPE_HEX_PANE (weir_hex_pane_get_type ())
G_DECLARE_FINAL_TYPE (WeirHexPane, weir_hex_pane, WEIR, HEX_PANE, GtkWidget)

GtkWidget *weir_hex_pane_new (void);

WeirHexView *weir_hex_pane_get_view (WeirHexPane *self);

/* @needle: (nullable): marks where it is found in the bytes that are shown. Returns how often, WEIR_HEX_PANE_MAX_HITS
 * at most. */
#define WEIR_HEX_PANE_MAX_HITS 1000
guint weir_hex_pane_set_needle (WeirHexPane *self, WeirNeedle *needle);

/* What is selected, else all. (transfer full) (nullable) */
GBytes *weir_hex_pane_dup_shown (WeirHexPane *self);

G_END_DECLS
