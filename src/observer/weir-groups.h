/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-channel.h"

/* Which channels belong together: those whose refs went in one call. Inner to the room. */

G_BEGIN_DECLS

typedef struct _WeirGroups WeirGroups;

WeirGroups *weir_groups_new (void);
void weir_groups_free (WeirGroups *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirGroups, weir_groups_free)

/* Looks at the calls of @channel again and sets the groups that follow. Channels once joined stay together. */
void weir_groups_update (WeirGroups *self, WeirChannel *channel);
void weir_groups_remove (WeirGroups *self, WeirChannel *channel);

/* Whether two refs went in one call. */
gboolean weir_groups_is_one_call (const WeirPassedInfo *a, const WeirPassedInfo *b);

G_END_DECLS
