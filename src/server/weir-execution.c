/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-execution.h"

#include <string.h>

#define TRACE_ID_LENGTH 32 /* of W3C's: it is remembered, and a caller may send megabytes */

/* Looked at for one of a trace. */
#define MAX_GUESSED 256

static const WeirExecution *
find_only_of_trace (const GQueue *executing, const char *trace_id)
{
  const WeirExecution *found = NULL;
  guint n = 0;

  for (const GList *link = executing->head; link != NULL && n < MAX_GUESSED; link = link->next, n++)
    {
      const WeirExecution *execution = link->data;

      if (g_strcmp0 (execution->trace_id, trace_id) != 0)
        continue;
      if (found != NULL)
        return NULL;
      found = execution;
    }
  return found;
}

/* Whose SDK has a trace in each call that a function makes, unless it was told otherwise (§7.2 of the protocol notes):
 * then the function is not known, which is better than a wrong one. */
static gboolean
traces_by_itself (const char *runtime)
{
  static const char *const runtimes[] = { "node", "python", "rust", NULL };

  return runtime != NULL && g_strv_contains (runtimes, runtime);
}

const WeirExecution *
weir_execution_guess (const GQueue *executing, gboolean has_traced, const char *runtime, const char *trace_id)
{
  const WeirExecution *found = trace_id != NULL ? find_only_of_trace (executing, trace_id) : NULL;
  const WeirExecution *only = executing->length == 1 ? executing->head->data : NULL;

  if (found != NULL || only == NULL)
    return found;
  if (trace_id != NULL) /* a call that came without a trace begins one */
    return only->trace_id == NULL ? only : NULL;
  return has_traced || traces_by_itself (runtime) ? NULL : only;
}

char *
weir_execution_dup_trace_id (const char *traceparent)
{
  g_auto (GStrv) fields = traceparent != NULL ? g_strsplit (traceparent, "-", 4) : NULL;

  return fields != NULL && g_strv_length (fields) == 4 && strlen (fields[1]) == TRACE_ID_LENGTH ? g_strdup (fields[1])
                                                                                                : NULL;
}
