/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-clock.h"

/* One of the ways in which channels of an engine are seen (observation.md): a point, or the passive plane. Counted:
 * each sighting of a channel keeps its plane. Inner to the room, but for its kind, which views show. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_PLANE_PASSIVE, /* what the engine says by itself */
  WEIR_PLANE_RELAY,
  WEIR_PLANE_ENGINE, /* a point inside the engine: it sees both ends of every channel */
} WeirPlaneKind;

typedef struct
{
  char *name; /* of the point */
  WeirPlaneKind kind;
  guint distance; /* in steps from the engine: the point that has more of them is nearer to the workers */
  WeirClock *clock;
} WeirPlane;

WeirPlane *weir_plane_new (const char *name, WeirPlaneKind kind);
WeirPlane *weir_plane_ref (WeirPlane *self);
void weir_plane_unref (WeirPlane *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WeirPlane, weir_plane_unref)

G_END_DECLS
