/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-budget.h"

struct _WeirBudget
{
  gatomicrefcount ref_count;
  guint64 max_bytes;
  gsize used;                 /* atomic */
  gconstpointer excess_owner; /* atomic, nullable */
  gsize excess_since_us;      /* atomic: of that owner */
  gsize history_used;         /* atomic */
};

WeirBudget *
weir_budget_new (guint64 max_bytes)
{
  WeirBudget *self = g_new0 (WeirBudget, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->max_bytes = max_bytes;
  return self;
}

WeirBudget *
weir_budget_ref (WeirBudget *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
weir_budget_unref (WeirBudget *self)
{
  if (g_atomic_ref_count_dec (&self->ref_count))
    g_free (self);
}

guint64
weir_budget_get_used (WeirBudget *self)
{
  return (gsize) g_atomic_pointer_get (&self->used);
}

void
weir_budget_charge (WeirBudget *self, gint64 bytes)
{
  g_atomic_pointer_add (&self->used, (gssize) bytes);
}

gboolean
weir_budget_is_exhausted (WeirBudget *self)
{
  return weir_budget_get_used (self) >= self->max_bytes;
}

gboolean
weir_budget_begin_excess (WeirBudget *self, gconstpointer owner, gint64 now_us)
{
  gconstpointer now = g_atomic_pointer_get (&self->excess_owner);
  gint64 since_us = (gint64) (gsize) g_atomic_pointer_get (&self->excess_since_us);

  if (now == owner)
    return TRUE;
  if (now != NULL && now_us < since_us + WEIR_BUDGET_EXCESS_US)
    return FALSE;
  if (!g_atomic_pointer_compare_and_exchange (&self->excess_owner, now, owner))
    return FALSE;
  g_atomic_pointer_set (&self->excess_since_us, (gsize) now_us);
  return TRUE;
}

void
weir_budget_end_excess (WeirBudget *self, gconstpointer owner)
{
  g_atomic_pointer_compare_and_exchange (&self->excess_owner, owner, NULL);
}

guint64
weir_budget_get_history_used (WeirBudget *self)
{
  return (gsize) g_atomic_pointer_get (&self->history_used);
}

void
weir_budget_charge_history (WeirBudget *self, gint64 bytes)
{
  g_atomic_pointer_add (&self->history_used, (gssize) bytes);
}
