/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-message-list.h"
#include "weir-message-store.h"

G_BEGIN_DECLS

/* @store: (transfer full) */
WeirMessageList *weir_message_list_new_for_store (WeirMessageStore *store);

WeirMessageStore *weir_message_list_get_store (WeirMessageList *self); /* (transfer none) */

/* FALSE: more should wait (as long as it likes to be asked again): the disk does not keep up. */
gboolean weir_message_list_has_room (WeirMessageList *self);

G_END_DECLS
