/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-channel-info.h"

/* What can be told of single messages by totals alone: how large one was, and whether text is queued behind binary.
 * Plain, begins as zeros. Inner to the room. */

G_BEGIN_DECLS

typedef struct
{
  guint64 largest_text; /* at least this big */
  guint64 largest;
  guint64 binary_until; /* the last messages known to be binary end here: that many were written */
  guint64 text_after;   /* one of the messages after this many was text, and … */
  guint64 text_binary;  /* … this was binary_until then; 0: there was no such text */
  guint64 text_before;  /* … and that many of those before it were text, too */
} WeirMix;

void weir_mix_note (WeirMix *self, const WeirTotals *now, const WeirTotals *before);
gboolean weir_mix_text_waits (const WeirMix *self, const WeirTotals *now);

G_END_DECLS
