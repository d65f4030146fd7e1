/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-beside.h"

#include <glib/gi18n.h>

WeirBeside
weir_beside_get (WeirConnection *connection)
{
  WeirObserver *observer = connection != NULL ? weir_connection_get_observer (connection) : NULL;

  if (observer == NULL || weir_observer_get_state (observer) != WEIR_OBSERVER_NO_POINT)
    return WEIR_BESIDE_NOTHING;
  return weir_observer_is_passive (observer) ? WEIR_BESIDE_PASSIVE : WEIR_BESIDE_NOTHING;
}

gboolean
weir_beside_show (WeirBanner *banner, WeirConnection *connection)
{
  switch (weir_beside_get (connection))
    {
    case WEIR_BESIDE_PASSIVE:
      weir_banner_show (banner, "info", _ ("This engine tells little about channels:"),
                        _ ("when an end is taken, and totals when it closes."), NULL, NULL);
      return TRUE;
    case WEIR_BESIDE_NOTHING:
    default:
      return FALSE;
    }
}
