/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A set of ids that keeps the latest so many: what is added beyond that drops the oldest. Counted. */

G_BEGIN_DECLS

typedef struct _WeirRecentIds WeirRecentIds;

WeirRecentIds *weir_recent_ids_new (guint max);
WeirRecentIds *weir_recent_ids_ref (WeirRecentIds *self);
void weir_recent_ids_unref (WeirRecentIds *self);

/* An id that it has is a recent one again. */
void weir_recent_ids_add (WeirRecentIds *self, const char *id);

/* FALSE: it has none of that name. */
gboolean weir_recent_ids_remove (WeirRecentIds *self, const char *id);
gboolean weir_recent_ids_contains (WeirRecentIds *self, const char *id);
guint weir_recent_ids_get_size (WeirRecentIds *self);

G_END_DECLS
