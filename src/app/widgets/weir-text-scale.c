/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-text-scale.h"

#define USUAL_POINTS 11.0
#define USUAL_DPI    96.0
#define LARGE        1.4

double
weir_text_scale_get (GtkWidget *widget)
{
  PangoContext *context = gtk_widget_get_pango_context (widget);
  const PangoFontDescription *font = pango_context_get_font_description (context);
  double size = (double) pango_font_description_get_size (font) / PANGO_SCALE;

  if (size <= 0)
    return 1;
  if (!pango_font_description_get_size_is_absolute (font))
    size *= pango_cairo_context_get_resolution (context) / 72;
  return size / (USUAL_POINTS * USUAL_DPI / 72);
}

gboolean
weir_text_scale_is_large (GtkWidget *widget)
{
  return weir_text_scale_get (widget) > LARGE;
}

void
weir_text_scale_mark (GtkWidget *window)
{
  if (weir_text_scale_is_large (window))
    gtk_widget_add_css_class (window, "large-text");
  else
    gtk_widget_remove_css_class (window, "large-text");
}

void
weir_text_scale_window (GtkWindow *window)
{
  double scale = weir_text_scale_get (GTK_WIDGET (window));
  int width, height;

  weir_text_scale_mark (GTK_WIDGET (window));
  gtk_window_get_default_size (window, &width, &height);
  gtk_window_set_default_size (window, width > 0 ? width * scale : width, height > 0 ? height * scale : height);
}
