/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-finding.h"

void
weir_finding_free (WeirFinding *self)
{
  g_free (self);
}

void
weir_life_event_free (WeirLifeEvent *self)
{
  g_strfreev (self->with);
  g_free (self);
}
