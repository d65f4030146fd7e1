/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-plane.h"

WeirPlane *
weir_plane_new (const char *name, WeirPlaneKind kind)
{
  WeirPlane *self = g_rc_box_new0 (WeirPlane);

  self->name = g_strdup (name);
  self->kind = kind;
  self->distance = kind == WEIR_PLANE_RELAY ? 1 : 0;
  self->clock = weir_clock_new ();
  return self;
}

WeirPlane *
weir_plane_ref (WeirPlane *self)
{
  return g_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  WeirPlane *self = data;

  weir_clock_unref (self->clock);
  g_free (self->name);
}

void
weir_plane_unref (WeirPlane *self)
{
  g_rc_box_release_full (self, clear);
}
