/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-relay-use.h"

#include <glib/gi18n.h>

gboolean
weir_relay_use_is_none (const WeirRelayUse *self)
{
  return self->is_known && self->n_workers == 0 && self->n_channels == 0;
}

char *
weir_relay_use_describe (const WeirRelayUse *self)
{
  if (self->n_workers > 0)
    return g_strdup_printf (ngettext ("%u worker uses it", "%u workers use it", self->n_workers), self->n_workers);
  if (self->n_channels > 0)
    return g_strdup_printf (ngettext ("%u channel goes through it", "%u channels go through it", self->n_channels),
                            self->n_channels);
  return g_strdup (self->is_known ? _ ("No worker uses it yet") : _ ("Nobody can tell whether workers use it"));
}

char *
weir_relay_use_dup_heading (const WeirRelayUse *self)
{
  if (self->n_workers > 0)
    return g_strdup_printf (ngettext ("%u Worker Uses This Relay", "%u Workers Use This Relay", self->n_workers),
                            self->n_workers);
  if (self->n_channels > 0)
    return g_strdup_printf (
        ngettext ("%u Channel Goes Through This Relay", "%u Channels Go Through This Relay", self->n_channels),
        self->n_channels);
  return g_strdup (_ ("Workers May Use This Relay"));
}
