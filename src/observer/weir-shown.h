/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-merge.h"

/* What a channel's series was last given, where its figures are not one plane's that knows them all. A figure that
 * comes to be known, or comes from another plane, has not moved by that: its graph goes on where it was. Inner to the
 * room. */

G_BEGIN_DECLS

typedef struct _WeirShown WeirShown;

/* @before: what was shown until now */
WeirShown *weir_shown_new (const WeirTotals *before, const WeirWinners *winners);
void weir_shown_free (WeirShown *self);

/* What the series is to be given for @now. */
WeirTotals weir_shown_take (WeirShown *self, const WeirTotals *now, const WeirWinners *winners);

G_END_DECLS
