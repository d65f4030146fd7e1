/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-source-style.h"

#include <adwaita.h>

static void
update (GtkSourceView *view)
{
  gboolean is_dark = adw_style_manager_get_dark (adw_style_manager_get_default ());
  GtkSourceStyleSchemeManager *manager = gtk_source_style_scheme_manager_get_default ();

  gtk_source_buffer_set_style_scheme (
      GTK_SOURCE_BUFFER (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view))),
      gtk_source_style_scheme_manager_get_scheme (manager, is_dark ? "Adwaita-dark" : "Adwaita"));
}

void
weir_source_style_follow (GtkSourceView *view)
{
  g_signal_connect_object (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (update), view,
                           G_CONNECT_SWAPPED);
  update (view);
}
