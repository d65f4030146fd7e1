/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-client.h"
#include "weir-tap.h"

/* What a call of a point's function says. Where one of these finds it wrong, it has answered the call with
 * WEIR_BAD_REQUEST, naming the field, and returns FALSE or NULL: the caller just leaves. */

G_BEGIN_DECLS

/* (transfer none) */
gboolean weir_request_get_object (WeirInvocation *call, JsonObject **object);

/* Absent or null: @value stays as it is. */
gboolean weir_request_get_int (WeirInvocation *call, JsonObject *object, const char *name, gint64 minimum,
                               gint64 maximum, gint64 *value);
const char *weir_request_get_string (WeirInvocation *call, JsonObject *object, const char *name);

/* The writer whose ref is at “writer”. (transfer full) */
WeirChannelWriter *weir_request_get_writer (WeirInvocation *call);

/* A tap's choices, with their defaults. */
gboolean weir_request_get_history (WeirInvocation *call, JsonObject *object, gboolean *history);
gboolean weir_request_get_kinds (WeirInvocation *call, JsonObject *object, WeirTapKinds *kinds);

G_END_DECLS
