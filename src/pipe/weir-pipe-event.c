/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-pipe-event.h"

const char *
weir_side_to_string (WeirSide side)
{
  return side == WEIR_SIDE_WRITER ? "writer" : "reader";
}

WeirPipeEvent *
weir_pipe_event_copy (const WeirPipeEvent *self)
{
  WeirPipeEvent *copy = g_memdup2 (self, sizeof *self);

  copy->reason = g_strdup (self->reason);
  copy->violation = g_strdup (self->violation);
  return copy;
}

void
weir_pipe_event_free (WeirPipeEvent *self)
{
  g_free (self->reason);
  g_free (self->violation);
  g_free (self);
}
