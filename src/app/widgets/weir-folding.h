/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtksourceview/gtksource.h>

/* Numbers the lines of a JSON text in the gutter of a source view and folds its objects and arrays: a mark beside the
 * number hides the lines of one, and shows them again; Alt+Left and Alt+Right do so where the cursor is. The text
 * itself stays as it is. */

G_BEGIN_DECLS

typedef struct _WeirFolding WeirFolding;

/* For all the life of @view. */
WeirFolding *weir_folding_new (GtkSourceView *view);
void weir_folding_free (WeirFolding *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirFolding, weir_folding_free)

/* What the view shows now; FALSE: it is no JSON. All is unfolded. */
void weir_folding_reset (WeirFolding *self, gboolean is_json);

G_END_DECLS
