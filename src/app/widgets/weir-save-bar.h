/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

/* Asks for a file and shows, while something is written into it, how far that is; its button cancels. What is saved,
 * and how, is the owner's business. One file at a time. */

G_BEGIN_DECLS

#define WEIR_TYPE_SAVE_BAR (weir_save_bar_get_type ())
G_DECLARE_FINAL_TYPE (WeirSaveBar, weir_save_bar, WEIR, SAVE_BAR, GtkWidget)

/* Begins to write @file: see weir_save_bar_begin (). */
typedef void (*WeirSaveBarFunc) (WeirSaveBar *self, GFile *file, gpointer user_data);

/* Asks for a file, and calls @save if one is chosen and the bar is still there. @destroy: in any case, at last */
void weir_save_bar_ask (WeirSaveBar *self, const char *title, const char *name, WeirSaveBarFunc save,
                        gpointer user_data, GDestroyNotify destroy);

/* (transfer none) (nullable): for what writes @file; NULL: one is still being written, which was said. */
GCancellable *weir_save_bar_begin (WeirSaveBar *self, GFile *file);
/* A GFileProgressCallback, @self is its data. */
void weir_save_bar_progress (goffset done, goffset all, gpointer self);
/* It is over. @text: what became of it; @error: (nullable): why it did not. Exactly one of them */
void weir_save_bar_end (WeirSaveBar *self, const char *text, const GError *error);

/* Signal "done" (text): what became of it, as a sentence. */

G_END_DECLS
