/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-channel-info.h"

/* When a channel last got on, as its figures tell. Monotonic times; 0: not yet. Plain, begins as zeros. Inner to the
 * room. */

G_BEGIN_DECLS

typedef struct
{
  gint64 moved_us; /* a figure last grew */
  gint64 last_read_us;
  gint64 last_taken_us; /* the reader's socket was last handed something */
  gint64 mark_us; /* when mark_sent messages had been sent, of which not all were acknowledged; 0: there were none */
  guint64 mark_sent;
  gint64 lag_us; /* how long the marks before it were so */
} WeirProgress;

/* The figures of @info were @before at the last look. */
void weir_progress_note (WeirProgress *self, const WeirChannelInfo *info, const WeirTotals *before, gint64 at_us);

/* As one plane tells it: two of them do not count alike. */
void weir_progress_note_moving (WeirProgress *self, const WeirTotals *now, const WeirTotals *before, gint64 at_us);

/* How long it takes until what was sent is shown to be read. */
gint64 weir_progress_get_lag_us (const WeirProgress *self, gint64 now_us);

G_END_DECLS
