/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-schema.h"
#include "weir-ref.h"

/* What template and check share: a schema is its text, and its parts are spans of that. */

G_BEGIN_DECLS

struct _WeirSchema
{
  char *text;
  WeirSpan root;
  gboolean is_too_large;
  GHashTable *objects;  /* where an object begins in the text → GHashTable: name of a member → WeirSpan */
  GHashTable *pointers; /* where a `$ref`'s string stands in the text → WeirSpan: what it leads to */
  gsize work;           /* bytes that were looked at to fill them */
};

/* References that are followed one behind the other before they are taken for a circle. */
#define WEIR_SCHEMA_MAX_HOPS 16

/* A keyword of a schema; absent if the schema is no object. */
WeirSpan weir_schema_get (WeirSchema *self, WeirSpan schema, const char *keyword);

/* What a schema's local `$ref` leads to; the schema itself if it has none. Absent: it leads nowhere. */
WeirSpan weir_schema_resolve (WeirSchema *self, WeirSpan schema);

/* Whether it describes a channel's ref. @direction: (out): what it wants; untouched if it takes either. @is_certain:
 * (out): which of the two it takes is said. */
gboolean weir_schema_is_ref (WeirSchema *self, WeirSpan schema, WeirDirection *direction, gboolean *is_certain);

/* `["string", "null"]` names several. */
gboolean weir_schema_names_type (WeirSchema *self, WeirSpan schema, const char *type);

/* What a value is, and what one of a schema's types is: "a number". NULL: of a type that we do not know. */
const char *weir_schema_name_value (WeirSpan value);
const char *weir_schema_name_type (WeirSpan type);

/* (transfer full) (nullable): of one type or of several: "a string or null" */
char *weir_schema_name_types (WeirSpan types);

/* (transfer full): the beginning of @value in one line, its keys masked, as it may stand in a sentence. @text: all of
 * which it is a part, as it may be a key by what stands before it */
char *weir_schema_show (WeirSpan text, WeirSpan value, gsize max_chars);

G_END_DECLS
