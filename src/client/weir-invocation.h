/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "weir-channel-reader.h"
#include "weir-channel-writer.h"

/* One call of a function of ours. It must be answered once: with a value, or an error. Dropped unanswered, it answers
 * `invocation_failed` by itself, so that no caller hangs. */

G_BEGIN_DECLS

#define WEIR_TYPE_INVOCATION (weir_invocation_get_type ())
G_DECLARE_FINAL_TYPE (WeirInvocation, weir_invocation, WEIR, INVOCATION, GObject)

const char *weir_invocation_get_id (WeirInvocation *self);
const char *weir_invocation_get_function_id (WeirInvocation *self);

/* (transfer none): the `data`; JSON null if there was none. */
JsonNode *weir_invocation_get_payload (WeirInvocation *self);

/* (nullable): `_caller_worker_id` */
const char *weir_invocation_get_caller (WeirInvocation *self);

/* The ref at a path of the payload (`reader`, `input.parts[2].reader`), opened: not yet connected, it does that when it
 * is used. (transfer none), the same object each time, kept alive by the invocation (take a reference to use it
 * beyond); NULL if there is no such ref of that direction. */
WeirChannelReader *weir_invocation_get_reader (WeirInvocation *self, const char *path);
WeirChannelWriter *weir_invocation_get_writer (WeirInvocation *self, const char *path);

/* @value: (transfer full) (nullable) */
void weir_invocation_return (WeirInvocation *self, JsonNode *value);
void weir_invocation_return_error (WeirInvocation *self, const char *code, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

G_END_DECLS
