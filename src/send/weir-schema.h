/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-json.h"

/* What a function says of its payload, as JSON Schema: a template to begin with, and a check before it is sent. Of the
 * keywords those that workers' generators write: type, properties, required, additionalProperties (false), items,
 * enum, const, minimum, maximum, minLength, maxLength, minItems, maxItems, anyOf, oneOf, allOf, local $ref. Others say
 * nothing. One thread at a time. */

G_BEGIN_DECLS

typedef struct _WeirSchema WeirSchema;

/* NULL: it is no JSON, or neither object nor boolean. One above 1 MiB is not looked at. */
WeirSchema *weir_schema_new (WeirSpan text);
void weir_schema_free (WeirSchema *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirSchema, weir_schema_free)

/* A payload that obeys the schema as far as one can without knowing more, indented by two. Where a ref is wanted a
 * placeholder stands. Bounded, however the schema refers to itself. */
char *weir_schema_make_template (WeirSchema *self);

typedef struct
{
  char *path;    /* "input.parts[2].name"; "" for the payload itself */
  char *message; /* "must be a number; "5" is a string" */
} WeirSchemaProblem;

void weir_schema_problem_free (WeirSchemaProblem *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirSchemaProblem, weir_schema_problem_free)

typedef enum
{
  WEIR_SCHEMA_VALID,
  WEIR_SCHEMA_INVALID,
  WEIR_SCHEMA_NOT_CHECKED, /* too large: it would take longer than between two frames */
} WeirSchemaVerdict;

/* @problem: (out) (nullable) (transfer full): the first thing that is wrong, if it is INVALID. Placeholders pass for
 * refs. @payload is valid JSON. */
WeirSchemaVerdict weir_schema_check (WeirSchema *self, WeirSpan payload, WeirSchemaProblem **problem);

G_END_DECLS
