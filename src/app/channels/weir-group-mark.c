/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-group-mark.h"

#define WIDTH  6
#define RADIUS 3
#define LINE   1

struct _WeirGroupMark
{
  GtkWidget parent_instance;

  WeirJoin join;
};

G_DEFINE_FINAL_TYPE (WeirGroupMark, weir_group_mark, GTK_TYPE_WIDGET)

static void
weir_group_mark_draw (WeirGroupMark *self, cairo_t *cr, int height)
{
  double middle = height / 2 + 0.5;
  double top = self->join & WEIR_JOIN_ABOVE ? -LINE : middle; /* across the line between the rows */
  double bottom = self->join & WEIR_JOIN_BELOW ? height + LINE : middle;

  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    {
      cairo_translate (cr, WIDTH, 0);
      cairo_scale (cr, -1, 1);
    }
  if (top == middle)
    {
      cairo_move_to (cr, WIDTH, top);
      cairo_arc_negative (cr, RADIUS + 0.5, top + RADIUS, RADIUS, -G_PI_2, -G_PI);
    }
  else
    cairo_move_to (cr, 0.5, top);
  if (bottom == middle)
    {
      cairo_arc_negative (cr, RADIUS + 0.5, bottom - RADIUS, RADIUS, G_PI, G_PI_2);
      cairo_line_to (cr, WIDTH, bottom);
    }
  else
    cairo_line_to (cr, 0.5, bottom);
  cairo_set_line_width (cr, 1);
  cairo_stroke (cr);
}

static void
weir_group_mark_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WeirGroupMark *self = WEIR_GROUP_MARK (widget);
  int height = gtk_widget_get_height (widget);
  GdkRGBA colour;
  cairo_t *cr;

  if (self->join == WEIR_JOIN_NONE)
    return;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &colour);
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, -LINE, WIDTH, height + 2 * LINE));
  gdk_cairo_set_source_rgba (cr, &colour);
  weir_group_mark_draw (self, cr, height);
  cairo_destroy (cr);
}

static void
weir_group_mark_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                         int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? WIDTH : 0;
}

static void
weir_group_mark_class_init (WeirGroupMarkClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = weir_group_mark_snapshot;
  widget_class->measure = weir_group_mark_measure;
  gtk_widget_class_set_css_name (widget_class, "weirgroupmark");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
weir_group_mark_init (WeirGroupMark *self)
{
}

GtkWidget *
weir_group_mark_new (void)
{
  return g_object_new (WEIR_TYPE_GROUP_MARK, "can-target", FALSE, NULL);
}

void
weir_group_mark_set_join (WeirGroupMark *self, WeirJoin join)
{
  if (self->join == join)
    return;

  self->join = join;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
