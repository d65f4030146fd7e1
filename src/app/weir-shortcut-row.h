/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* What a key does, and the key: beside each other, or below where that has no room. Property: "accelerator", one or
 * several with spaces between. */
#define WEIR_TYPE_SHORTCUT_ROW (weir_shortcut_row_get_type ())
G_DECLARE_FINAL_TYPE (WeirShortcutRow, weir_shortcut_row, WEIR, SHORTCUT_ROW, AdwPreferencesRow)

G_END_DECLS
