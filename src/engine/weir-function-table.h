/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-session.h"

/* Which functions there are, and who executes them: workers, or the engine itself. Control thread. */

G_BEGIN_DECLS

enum
{
  WEIR_SCHEMA_REQUEST = 1 << 0,
  WEIR_SCHEMA_RESPONSE = 1 << 1,
};

typedef struct
{
  char *id;
  WeirSession *owner; /* NULL: the engine's own */
  gpointer builtin;   /* of the engine's own: what weir_function_table_add_builtin () was given */
  char *description;  /* nullable, as the others: JSON text as it came */
  char *metadata;
  char *request_format;
  char *response_format;
  guint too_deep;       /* WEIR_SCHEMA_…: it has such a schema, which was not taken */
  gboolean is_internal; /* hidden from lists unless they ask */
  gsize size;           /* what it is charged with */
} WeirFunction;

typedef struct _WeirFunctionTable WeirFunctionTable;

typedef enum
{
  WEIR_REGISTER_OK,
  WEIR_REGISTER_CONFLICT, /* another live worker has the id, or the engine: *owner says who, NULL for the engine */
  WEIR_REGISTER_TOO_MUCH, /* the worker's registrations hold WEIR_SESSION_MAX_HELD_BYTES */
} WeirRegisterStatus;

WeirFunctionTable *weir_function_table_new (void);
void weir_function_table_free (WeirFunctionTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirFunctionTable, weir_function_table_free)

void weir_function_table_add_builtin (WeirFunctionTable *self, const char *id, const char *description,
                                      gpointer builtin);

/* From a `registerfunction`, without the schemas that were @too_deep (WEIR_SCHEMA_…). The same worker's earlier one of
 * that id is replaced. */
WeirRegisterStatus weir_function_table_add (WeirFunctionTable *self, WeirSession *owner, const WeirEnvelope *envelope,
                                            guint too_deep, WeirSession **conflict);

/* FALSE: it was not @owner's. */
gboolean weir_function_table_remove (WeirFunctionTable *self, WeirSession *owner, const char *id);
guint weir_function_table_remove_all (WeirFunctionTable *self, WeirSession *owner);

const WeirFunction *weir_function_table_lookup (WeirFunctionTable *self, const char *id);

/* (transfer container) (element-type WeirFunction): by id. Valid until the table changes. */
GPtrArray *weir_function_table_list (WeirFunctionTable *self);
guint weir_function_table_get_size (WeirFunctionTable *self);
guint weir_function_table_count (WeirFunctionTable *self, WeirSession *owner);

/* Grows with every change of the set of ids. */
guint64 weir_function_table_get_version (WeirFunctionTable *self);

G_END_DECLS
