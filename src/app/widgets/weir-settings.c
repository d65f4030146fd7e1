/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-settings.h"

GSettings *
weir_settings_get (void)
{
  static GSettings *settings;

  if (settings == NULL)
    settings = g_settings_new (WEIR_APP_ID);

  return settings;
}

WeirUnits
weir_settings_get_units (void)
{
  return g_settings_get_enum (weir_settings_get (), "units");
}

gint64
weir_settings_get_span_us (void)
{
  return g_settings_get_enum (weir_settings_get (), "graph-span") * G_USEC_PER_SEC;
}
