/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-finding.h"

#include <string.h>

void
weir_finding_free (WeirFinding *self)
{
  g_free (self);
}

/* A function may fail with that code itself, as another one is not there: the engine names the one that was called. */
gboolean
weir_finding_is_no_function (const WeirPassedInfo *passed)
{
  return g_strcmp0 (passed->error_code, "function_not_found") == 0 &&
         (passed->error_message == NULL || strstr (passed->error_message, passed->function_id) != NULL);
}

void
weir_life_event_free (WeirLifeEvent *self)
{
  g_strfreev (self->with);
  g_free (self);
}
