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

/* The same as the keys do, for who cannot press them. */
void weir_folding_fold_here (WeirFolding *self);
void weir_folding_unfold_here (WeirFolding *self);
/* Unfolds what hides that line. */
void weir_folding_reveal (WeirFolding *self, guint line);
/* All but the outermost, or none. */
void weir_folding_set_all (WeirFolding *self, gboolean folded);
/* The objects and arrays that are members of that name. */
void weir_folding_fold_members (WeirFolding *self, const char *name);

G_END_DECLS
