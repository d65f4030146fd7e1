/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Which of the numbers 1, 2, 3, … were seen, in whatever order they came, as runs of neighbours: where few are missing
 * it takes little. It remembers the latest so many runs, and then knows that it does not know … Inner to the room. */

G_BEGIN_DECLS

#define WEIR_RUNS_MAX 64

typedef struct
{
  GArray *runs; /* (nullable) (element-type Run), ascending */
  gboolean has_forgotten;
  guint64 floor; /* … which of those up to this one were seen */
} WeirRuns;

void weir_runs_clear (WeirRuns *self);

/* FALSE: it was there already, or could not be remembered. */
gboolean weir_runs_add (WeirRuns *self, guint64 n);

/* Whether all from 1 to @n were seen. */
gboolean weir_runs_is_whole (const WeirRuns *self, guint64 n);

/* Whether some between the first and the last that were seen were not. */
gboolean weir_runs_has_holes (const WeirRuns *self);

/* How many of the numbers up to the highest that was seen were not; 0 where that is not known. */
guint64 weir_runs_count_missing (const WeirRuns *self);

G_END_DECLS
