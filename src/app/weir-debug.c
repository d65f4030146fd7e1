/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-debug.h"

#include <gtk/gtk.h>

static const GDebugKey keys[] = {
  { "rtl", WEIR_DEBUG_RTL },
  { "large", WEIR_DEBUG_LARGE },
  { "frames", WEIR_DEBUG_FRAMES },
  { "stalls", WEIR_DEBUG_STALLS },
};

WeirDebugFlags
weir_debug_get (void)
{
  return g_parse_debug_string (g_getenv ("WEIR_DEBUG"), keys, G_N_ELEMENTS (keys));
}

void
weir_debug_init (void)
{
  WeirDebugFlags flags = weir_debug_get ();

  if (flags & WEIR_DEBUG_RTL)
    gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  if (flags & WEIR_DEBUG_LARGE)
    g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", 2 * 96 * 1024, NULL);
}
