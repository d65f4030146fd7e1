/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-builtins.h"

/* What the files of the engine's own functions share. */

G_BEGIN_DECLS

/* The worker name under which the engine's own functions are listed. */
#define WEIR_BUILTINS_OWN_NAME "weir-engine"

/* `,"name":"value"` or `,"name":null` */
void weir_builtins_append_string (GString *out, const char *name, const char *value);
/* `,"name":json`; nothing if @json is NULL */
void weir_builtins_append_json (GString *out, const char *name, const char *json);

char *weir_builtins_dup_worker_name (const WeirFunction *function);

/* Objects as `engine::workers::list` has them. */
void weir_builtins_append_worker (GString *out, WeirRouter *router, WeirSession *session);
void weir_builtins_append_own_worker (GString *out, WeirRouter *router);

/* `engine::functions::info`, `engine::workers::info` */
gboolean weir_builtins_functions_info (WeirBuiltinCall *call);
gboolean weir_builtins_workers_info (WeirBuiltinCall *call);

G_END_DECLS
