/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Rows of a tap in ascending order, each once: hits, marks, what a filter shows. Four bytes a row. Inner to the room.
 */

G_BEGIN_DECLS

typedef struct _WeirRowSet WeirRowSet;

WeirRowSet *weir_row_set_new (void);
void weir_row_set_free (WeirRowSet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirRowSet, weir_row_set_free)

guint weir_row_set_get_size (WeirRowSet *self);
guint32 weir_row_set_get (WeirRowSet *self, guint i);
const guint32 *weir_row_set_get_all (WeirRowSet *self); /* valid until it changes */
guint weir_row_set_count_before (WeirRowSet *self, guint32 row);
gboolean weir_row_set_contains (WeirRowSet *self, guint32 row);

void weir_row_set_append (WeirRowSet *self, guint32 row); /* which comes after all others */
void weir_row_set_toggle (WeirRowSet *self, guint32 row);
guint weir_row_set_drop_before (WeirRowSet *self, guint32 row); /* how many went */

G_END_DECLS
