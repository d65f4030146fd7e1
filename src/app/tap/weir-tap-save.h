/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "weir-message-export.h"

/* Saves messages of a tap into a file that it asks for: a bar in the page says how far it is, and cancels. */

G_BEGIN_DECLS

#define WEIR_TYPE_TAP_SAVE (weir_tap_save_get_type ())
G_DECLARE_FINAL_TYPE (WeirTapSave, weir_tap_save, WEIR, TAP_SAVE, GtkWidget)

/* Signal "done" (text): what became of it, as a sentence. */

/**
 * weir_tap_save_ask:
 * @rows: (nullable) (element-type guint32): %NULL: all there are
 * @name: what the file is suggested to be called
 */
void weir_tap_save_ask (WeirTapSave *self, WeirMessageList *messages, GArray *rows, WeirMessageKinds kinds,
                        WeirExportFormat format, const char *name);
/* The same, into a file that was asked for. One at a time. */
void weir_tap_save_to (WeirTapSave *self, WeirMessageList *messages, GArray *rows, WeirMessageKinds kinds,
                       WeirExportFormat format, GFile *file);

/* (transfer full): what a file holds, what it does not, and what is not to be passed on. */
char *weir_tap_save_describe (const WeirExportResult *result);

G_END_DECLS
