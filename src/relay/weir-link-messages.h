/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-relay-link.h"

/* The messages of a main link for the control side: copied as they have gone by, and posted. Data thread. */

G_BEGIN_DECLS

/* What has passed on lane @direction, from @from on. */
void weir_link_messages_take (WeirRelayLink *link, guint direction, const WeirFollower *from, guint8 *data, gsize len);

/* Something of that lane will not be told; said once until there is a message again. */
void weir_link_messages_miss (WeirRelayLink *link, guint direction);

void weir_link_messages_clear (WeirRelayLink *link);

G_END_DECLS
