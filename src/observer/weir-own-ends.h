/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-ref.h"

/* The ends of channels that this observer's user holds through it: by a ref that was pasted, or as the channel was made
 * here. A point cannot know: it takes the end for that of who was handed the ref, or of who made it. What was held once
 * stays known, the latest WEIR_OWN_ENDS_MAX of them. Inner to the room. Main thread. */

G_BEGIN_DECLS

#define WEIR_OWN_ENDS_MAX 4096

typedef struct _WeirOwnEnds WeirOwnEnds;

WeirOwnEnds *weir_own_ends_new (void);
void weir_own_ends_free (WeirOwnEnds *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirOwnEnds, weir_own_ends_free)

/* Returns: whether that was not known yet */
gboolean weir_own_ends_set (WeirOwnEnds *self, const char *channel_id, WeirDirection end, gboolean is_own);
gboolean weir_own_ends_has (WeirOwnEnds *self, const char *channel_id, WeirDirection end);

G_END_DECLS
