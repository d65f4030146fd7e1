/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-describe-point.h"

#include <glib/gi18n.h>

#include "weir-peer-name.h"

const char *
weir_describe_point_state (WeirPointState state)
{
  switch (state)
    {
    case WEIR_POINT_LIVE:
      return _ ("connected");
    case WEIR_POINT_WANTS_TOKEN:
      return _ ("wants a token");
    case WEIR_POINT_REFUSED:
      return _ ("refused");
    case WEIR_POINT_BROKEN:
      return _ ("does not answer as it should");
    case WEIR_POINT_GONE:
      return _ ("gone");
    case WEIR_POINT_TRYING:
    default:
      return _ ("connecting…");
    }
}

char *
weir_describe_point (const WeirPointInfo *point)
{
  g_autofree char *name = weir_peer_name (point->name);

  /* Translators: what shows an engine’s channels, and how it stands: “weir-relay-lab: wants a token” */
  return g_strdup_printf (_ ("%s: %s"), name, weir_describe_point_state (point->state));
}
