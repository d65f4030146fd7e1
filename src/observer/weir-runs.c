/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-runs.h"

typedef struct
{
  guint64 first, last;
} Run;

void
weir_runs_clear (WeirRuns *self)
{
  g_clear_pointer (&self->runs, g_array_unref);
  self->has_forgotten = FALSE;
}

static Run *
get_run (const WeirRuns *self, guint i)
{
  return &g_array_index (self->runs, Run, i);
}

/* The first run that does not lie wholly before @n. Nearly always it is behind the last: so from there. */
static guint
find_run (const WeirRuns *self, guint64 n)
{
  guint i = self->runs->len;

  while (i > 0 && get_run (self, i - 1)->last >= n)
    i--;
  return i;
}

/* The run at @i and the one before it may have become neighbours. */
static void
join (WeirRuns *self, guint i)
{
  if (i == 0 || i >= self->runs->len || get_run (self, i - 1)->last + 1 != get_run (self, i)->first)
    return;
  get_run (self, i - 1)->last = get_run (self, i)->last;
  g_array_remove_index (self->runs, i);
}

/* The new one comes to stand at @i, and the lowest goes: what comes in order is always new. */
static void
insert_run (WeirRuns *self, guint i, Run run)
{
  g_array_insert_val (self->runs, i, run);
  if (self->runs->len <= WEIR_RUNS_MAX)
    return;
  self->has_forgotten = TRUE;
  self->floor = get_run (self, 0)->last;
  g_array_remove_index (self->runs, 0);
}

gboolean
weir_runs_add (WeirRuns *self, guint64 n)
{
  Run run = { n, n };
  guint i;

  if (self->runs == NULL)
    self->runs = g_array_new (FALSE, FALSE, sizeof (Run));
  i = find_run (self, n);
  if (n <= self->floor || (i < self->runs->len && get_run (self, i)->first <= n))
    return FALSE;

  if (i > 0 && get_run (self, i - 1)->last + 1 == n)
    get_run (self, i - 1)->last = n;
  else if (i < self->runs->len && get_run (self, i)->first == n + 1)
    get_run (self, i)->first = n;
  else
    insert_run (self, i, run);
  join (self, i + 1);
  join (self, i);
  return n > self->floor;
}

gboolean
weir_runs_is_whole (const WeirRuns *self, guint64 n)
{
  if (n == 0)
    return TRUE;
  return !self->has_forgotten && self->runs != NULL && get_run (self, 0)->first == 1 && get_run (self, 0)->last >= n;
}

gboolean
weir_runs_has_holes (const WeirRuns *self)
{
  return self->has_forgotten || (self->runs != NULL && self->runs->len > 1);
}

guint64
weir_runs_count_missing (const WeirRuns *self)
{
  guint64 n_missing = 0, next = 1;

  for (guint i = 0; self->runs != NULL && !self->has_forgotten && i < self->runs->len; i++)
    {
      n_missing += get_run (self, i)->first - next;
      next = get_run (self, i)->last + 1;
    }
  return n_missing;
}
