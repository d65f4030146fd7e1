/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-buffer-bar.h"

#include <glib/gi18n.h>
#include <math.h>

#define HEIGHT 6

struct _WeirBufferBar
{
  GtkWidget parent_instance;

  int width; /* at least */
  double fill;
};

G_DEFINE_FINAL_TYPE (WeirBufferBar, weir_buffer_bar, GTK_TYPE_WIDGET)

static void
append_rounded (GtkSnapshot *snapshot, const graphene_rect_t *bounds, const GdkRGBA *colour)
{
  GskRoundedRect rounded;

  gsk_rounded_rect_init_from_rect (&rounded, bounds, bounds->size.height / 2);
  gtk_snapshot_push_rounded_clip (snapshot, &rounded);
  gtk_snapshot_append_color (snapshot, colour, bounds);
  gtk_snapshot_pop (snapshot);
}

static void
weir_buffer_bar_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WeirBufferBar *self = WEIR_BUFFER_BAR (widget);
  GtkStyleContext *style = gtk_widget_get_style_context (widget);
  int width = gtk_widget_get_width (widget);
  int filled = MAX ((int) round (self->fill * width), HEIGHT);
  gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  GdkRGBA trough = { 0.5, 0.5, 0.5, 0.3 }, colour;

  gtk_style_context_lookup_color (style, "weir_trough", &trough);
  gtk_style_context_get_color (style, &colour);
  append_rounded (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, HEIGHT), &trough);
  if (self->fill > 0)
    append_rounded (snapshot, &GRAPHENE_RECT_INIT (mirrored ? width - filled : 0, 0, filled, HEIGHT), &colour);
}

static void
weir_buffer_bar_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                         int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? WEIR_BUFFER_BAR (widget)->width : HEIGHT;
}

static void
weir_buffer_bar_class_init (WeirBufferBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = weir_buffer_bar_snapshot;
  widget_class->measure = weir_buffer_bar_measure;
  gtk_widget_class_set_css_name (widget_class, "weirbufferbar");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
weir_buffer_bar_init (WeirBufferBar *self)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Buffer"), -1);
}

GtkWidget *
weir_buffer_bar_new (int width)
{
  WeirBufferBar *self = g_object_new (WEIR_TYPE_BUFFER_BAR, "valign", GTK_ALIGN_CENTER, NULL);

  self->width = width;
  return GTK_WIDGET (self);
}

void
weir_buffer_bar_set_fill (WeirBufferBar *self, double fill)
{
  fill = CLAMP (fill, 0, 1);
  if (fill == self->fill)
    return;

  self->fill = fill;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
