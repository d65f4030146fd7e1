/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "weir-json.h"

/* What a worker says of itself (§2.3 of the protocol notes). Strings are nullable. */

G_BEGIN_DECLS

typedef struct
{
  char *name;
  char *runtime; /* after an announce: "unknown" at the least */
  char *version;
  char *description;
  char *os;
  char *isolation;
  gint64 pid; /* 0: it gave none */
} WeirAnnounce;

void weir_announce_clear (WeirAnnounce *self);

/* @data: the input of `engine::workers::register`. Names are cut and cleaned of what would let them lie in a list or a
 * log. FALSE: it is no object, which says nothing. */
gboolean weir_announce_take (WeirAnnounce *self, WeirSpan data);

G_END_DECLS
