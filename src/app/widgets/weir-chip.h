/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* A round toggle with a word and a count, to filter by. For templates: "word", "icon" (a name), "tone" (a style class).
 */

G_BEGIN_DECLS

#define WEIR_TYPE_CHIP (weir_chip_get_type ())
G_DECLARE_FINAL_TYPE (WeirChip, weir_chip, WEIR, CHIP, GtkToggleButton)

void weir_chip_set_count (WeirChip *self, guint count);

G_END_DECLS
