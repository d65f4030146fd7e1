/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-message-store.h"
#include "weir-message.h"

G_BEGIN_DECLS

WeirMessage *weir_message_new (WeirMessageStore *store, guint32 row);

WeirMessageKind weir_message_row_get_kind (const WeirMessageRow *row);

G_END_DECLS
