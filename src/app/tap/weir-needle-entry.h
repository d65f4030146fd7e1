/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-needle.h"

/* An entry for what is looked for, as text, bytes or a regular expression. It says what is wrong with it, and offers to
 * take for bytes what looks like them. */

G_BEGIN_DECLS

#define WEIR_TYPE_NEEDLE_ENTRY (weir_needle_entry_get_type ())
G_DECLARE_FINAL_TYPE (WeirNeedleEntry, weir_needle_entry, WEIR, NEEDLE_ENTRY, GtkWidget)

/* Property "label": its accessible name. Signals: "changed" when the needle is another one, "activate" (forward) on
 * Return and Shift+Return, "stopped" on Escape. */

/* (transfer none) (nullable): the last one that was right. */
WeirNeedle *weir_needle_entry_get_needle (WeirNeedleEntry *self);
void weir_needle_entry_clear (WeirNeedleEntry *self);
void weir_needle_entry_focus (WeirNeedleEntry *self);

/* Where it is said what is wrong with what is typed, while that is so: over what is below, which stays where it is.
 * Once. Also the property "place". */
void weir_needle_entry_set_place (WeirNeedleEntry *self, GtkBox *place);

G_END_DECLS
