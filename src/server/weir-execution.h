/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* A call that a worker executes. */

G_BEGIN_DECLS

typedef struct
{
  char *id; /* of the invocation, as the caller wrote it */
  char *function_id;
  char *trace_id; /* nullable: of the call */
  GList link;     /* of its worker's queue, oldest first; data points here */
} WeirExecution;

/* In which of the calls that a worker is @executing it makes one of its own with @trace_id (nullable): the only one of
 * that trace, else the only one at all, unless the traces say that it is in none. NULL: that cannot be known.
 * @has_traced: a call of its own carried a trace: one that does not is made outside of all functions. @runtime:
 * (nullable) */
const WeirExecution *weir_execution_guess (const GQueue *executing, gboolean has_traced, const char *runtime,
                                           const char *trace_id);

/* The second field of a W3C `traceparent`, NULL if it is none. */
char *weir_execution_dup_trace_id (const char *traceparent);

G_END_DECLS
