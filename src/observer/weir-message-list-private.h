/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-message-list.h"
#include "weir-message-store.h"

G_BEGIN_DECLS

/* @store: (transfer full) */
WeirMessageList *weir_message_list_new_for_store (WeirMessageStore *store);

G_END_DECLS
