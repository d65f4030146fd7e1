/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-router.h"

/* The engine's own functions (§4 of the protocol notes). They answer at once. */

G_BEGIN_DECLS

typedef struct
{
  WeirRouter *router;
  WeirSession *caller;
  const char *function_id;
  const char *trace_id; /* nullable: that the call carried */
  WeirSpan data;
  GString *result;  /* JSON text; empty: no value */
  const char *code; /* of an error: a constant */
  char *message;
} WeirBuiltinCall;

/* Adds all of them to the table. */
void weir_builtins_register (WeirFunctionTable *functions);

/* FALSE: @call's code and message say why. The caller frees result and message. */
gboolean weir_builtins_run (const WeirFunction *function, WeirBuiltinCall *call);

/* The list of functions as `engine::functions::list` and `engine::functions-available` give it: a JSON array. @query:
 * an object of filters, or absent for everything. */
void weir_builtins_append_functions (GString *out, WeirRouter *router, WeirSpan query);

G_END_DECLS
