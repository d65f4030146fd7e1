/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-json.h"
#include "weir-send-history.h"

/* An entry as the history's file has it. */

G_BEGIN_DECLS

void weir_send_entry_append (GString *out, WeirSendEntry *self);

/* (nullable): NULL: it is none */
WeirSendEntry *weir_send_entry_from_json (WeirSpan object);

/* Bytes that it takes, about. */
gsize weir_send_entry_get_size (WeirSendEntry *self);

/* Whether both send the same, whatever came of it. */
gboolean weir_send_entry_is_same (WeirSendEntry *self, WeirSendEntry *other);

G_END_DECLS
