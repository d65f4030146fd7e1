/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* How one point of an engine stands: what shows or does not show its channels. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_POINT_TRYING, /* it was asked what it is, and has not answered yet */
  WEIR_POINT_LIVE,
  WEIR_POINT_WANTS_TOKEN, /* it was given none, or another than it wants */
  WEIR_POINT_REFUSED,     /* it does not permit that its channels are seen */
  WEIR_POINT_BROKEN,      /* it does not answer, or not as a point does */
  WEIR_POINT_GONE,        /* its worker has left: its rows stay for a while */
} WeirPointState;

typedef struct
{
  const char *name;
  const char *prefix; /* of its functions: a listener may have put something before them */
  WeirPointState state;
  const GError *error; /* (nullable): of the states that have one; borrowed, as the strings */
} WeirPointInfo;

G_END_DECLS
