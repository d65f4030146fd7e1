/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Bytes that all channels of a process may hold together: one for what waits to be read, and within it a second one for
 * what is remembered of the past. Shared by the data threads, atomic; it counts and compares, the pipes do what follows
 * from it. */

G_BEGIN_DECLS

typedef struct _WeirBudget WeirBudget;

/* What all histories of a process may hold (observation.md). */
#define WEIR_BUDGET_HISTORY_MAX_BYTES (G_GUINT64_CONSTANT (64) << 20)

WeirBudget *weir_budget_new (guint64 max_bytes);
WeirBudget *weir_budget_ref (WeirBudget *self);
void weir_budget_unref (WeirBudget *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirBudget, weir_budget_unref)

guint64 weir_budget_get_used (WeirBudget *self);

/* --- for the pipes --- */

/* While it is exhausted one message at a time may go on to its end: TRUE: @owner has that right now (or had it), and
 * gives it back with weir_budget_end_excess (). One that keeps it for longer than WEIR_BUDGET_EXCESS_US loses it to whoever
 * asks next: its reader may stand still for ever, and others must go on. */
#define WEIR_BUDGET_EXCESS_US G_USEC_PER_SEC
gboolean weir_budget_begin_excess (WeirBudget *self, gconstpointer owner, gint64 now_us);
void weir_budget_end_excess (WeirBudget *self, gconstpointer owner); /* does nothing for others */

void weir_budget_charge (WeirBudget *self, gint64 bytes); /* negative: given back */
gboolean weir_budget_is_exhausted (WeirBudget *self);

guint64 weir_budget_get_history_used (WeirBudget *self);
void weir_budget_charge_history (WeirBudget *self, gint64 bytes);

G_END_DECLS
