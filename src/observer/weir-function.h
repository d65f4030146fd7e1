/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "weir-json.h"

/* A function that the engine offers, and what is known of it. Lists leave schemas out: they are asked for when somebody
 * looks at the function, see weir_function_list_look (). Main thread. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_SCHEMAS_UNASKED,
  WEIR_SCHEMAS_ASKED,
  WEIR_SCHEMAS_KNOWN,   /* what the worker has said: NULL where it said nothing */
  WEIR_SCHEMAS_UNKNOWN, /* the engine does not tell */
} WeirSchemasState;

#define WEIR_TYPE_FUNCTION (weir_function_get_type ())
G_DECLARE_FINAL_TYPE (WeirFunction, weir_function, WEIR, FUNCTION, GObject)

const char *weir_function_get_id (WeirFunction *self);
const char *weir_function_get_worker_name (WeirFunction *self); /* "" where the engine gives none */
const char *weir_function_get_description (WeirFunction *self); /* nullable */
const char *weir_function_get_metadata (WeirFunction *self);    /* nullable: JSON */

/* The engine's own, a point's, or said to be: hidden unless asked for. */
gboolean weir_function_is_internal (WeirFunction *self);

WeirSchemasState weir_function_get_schemas_state (WeirFunction *self);
/* (nullable): JSON text as the worker sent it */
const char *weir_function_get_request_schema (WeirFunction *self);
const char *weir_function_get_response_schema (WeirFunction *self);
/* The worker has given one, and the engine has not taken it. */
gboolean weir_function_is_request_too_deep (WeirFunction *self);
gboolean weir_function_is_response_too_deep (WeirFunction *self);

/* Whether all of these words (casefolded) stand in its id, its description or its worker's name. */
gboolean weir_function_contains (WeirFunction *self, const char *const *folded);

/* "changed": something above is different. */

/* --- inner to the room --- */

/* @object: as `engine::functions::list` has it; NULL: it has no id. */
WeirFunction *weir_function_new (WeirSpan object);

/* TRUE: something is different. Does not tell. */
gboolean weir_function_update (WeirFunction *self, WeirFunction *other);
/* @object: as `engine::functions::info` has it; absent: the engine does not tell. */
void weir_function_set_schemas (WeirFunction *self, WeirSpan object);
void weir_function_set_asked (WeirFunction *self);

G_END_DECLS
