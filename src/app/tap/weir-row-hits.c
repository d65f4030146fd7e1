/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-row-hits.h"

void
weir_row_hits_light (GtkWidget *widget, PangoAttrList *attributes, gsize start, gsize end)
{
  PangoAttribute *parts[3];
  GdkRGBA back, front;

  if (!gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), "weir_hit", &back) ||
      !gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), "weir_hit_text", &front))
    return;
  parts[0] = pango_attr_background_new (back.red * G_MAXUINT16, back.green * G_MAXUINT16, back.blue * G_MAXUINT16);
  parts[1] = pango_attr_foreground_new (front.red * G_MAXUINT16, front.green * G_MAXUINT16, front.blue * G_MAXUINT16);
  parts[2] = pango_attr_weight_new (PANGO_WEIGHT_BOLD);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      parts[i]->start_index = start;
      parts[i]->end_index = end;
      pango_attr_list_insert (attributes, parts[i]);
    }
}

void
weir_row_hits_light_all (GtkWidget *widget, PangoAttrList *attributes, const char *text, WeirNeedle *needle)
{
  gsize len = strlen (text), start, end = 0;

  while (needle != NULL &&
         weir_needle_find (needle, (const guint8 *) text, len, end, &start, &end) == WEIR_NEEDLE_FOUND)
    weir_row_hits_light (widget, attributes, start, end);
}
