/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-graph-canvas.h"

#include <math.h>

#define PLATE_GAP 3

struct _WeirGraphCanvas
{
  GtkWidget parent_instance;

  const WeirGraphView *view;
};

G_DEFINE_FINAL_TYPE (WeirGraphCanvas, weir_graph_canvas, GTK_TYPE_WIDGET)

/* One value a pixel column. */
typedef struct
{
  float *values;
  guint n;
} WeirColumn;

static WeirColumn
weir_column_new (const WeirGraphView *view, WeirSeriesColumn column)
{
  WeirColumn self = { .n = MAX (view->plot.size.width, 1) };

  self.values = g_new (float, self.n);
  weir_series_reduce (view->series, column, view->from_us, view->to_us, self.values, self.n);
  return self;
}

static double
weir_column_x (const WeirGraphView *view, guint i)
{
  double x = i + 0.5;

  return view->plot.origin.x + (view->is_mirrored ? view->plot.size.width - x : x);
}

/* The run of known values from *start on; FALSE at the end. */
static gboolean
weir_column_next_run (const WeirColumn *self, guint *start, guint *end)
{
  while (*start < self->n && isnan (self->values[*start]))
    (*start)++;
  for (*end = *start; *end < self->n && !isnan (self->values[*end]);)
    (*end)++;

  return *start < *end;
}

static void
weir_column_trace (const WeirColumn *self, const WeirGraphView *view, cairo_t *cr, guint start, guint end)
{
  for (guint i = start; i < end; i++)
    cairo_line_to (cr, weir_column_x (view, i), weir_graph_view_y (view, self->values[i]));
}

static void
set_colour (cairo_t *cr, GtkWidget *widget, const char *name)
{
  GdkRGBA colour = { 0, 0, 0, 1 };

  gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), name, &colour);
  gdk_cairo_set_source_rgba (cr, &colour);
}

static void
weir_graph_canvas_fill (WeirGraphCanvas *self, cairo_t *cr, WeirSeriesColumn column, const char *colour)
{
  WeirColumn values = weir_column_new (self->view, column);
  double floor_y = weir_graph_view_y (self->view, 0);

  set_colour (cr, GTK_WIDGET (self), colour);
  for (guint start = 0, end; weir_column_next_run (&values, &start, &end); start = end)
    {
      cairo_move_to (cr, weir_column_x (self->view, start), floor_y);
      weir_column_trace (&values, self->view, cr, start, end);
      cairo_line_to (cr, weir_column_x (self->view, end - 1), floor_y);
      cairo_close_path (cr);
    }
  cairo_fill (cr);
  g_free (values.values);
}

static void
weir_graph_canvas_stroke (WeirGraphCanvas *self, cairo_t *cr, WeirSeriesColumn column, const char *colour, double width)
{
  WeirColumn values = weir_column_new (self->view, column);

  set_colour (cr, GTK_WIDGET (self), colour);
  cairo_set_line_width (cr, width);
  for (guint start = 0, end; weir_column_next_run (&values, &start, &end); start = end)
    {
      cairo_new_sub_path (cr);
      weir_column_trace (&values, self->view, cr, start, end);
    }
  cairo_stroke (cr);
  g_free (values.values);
}

/* The times in which the writer was held, as strong as its share of the pixel's time. */
static void
weir_graph_canvas_shade (WeirGraphCanvas *self, cairo_t *cr)
{
  const graphene_rect_t *plot = &self->view->plot;
  WeirColumn held = weir_column_new (self->view, WEIR_SERIES_HELD);

  set_colour (cr, GTK_WIDGET (self), self->view->kind == WEIR_GRAPH_BUFFER ? "weir_held_buffer" : "weir_held");
  for (guint i = 0; i < held.n; i++)
    if (!isnan (held.values[i]) && held.values[i] > 0.02)
      {
        double height = ceil (plot->size.height * MIN (held.values[i], 1));

        cairo_rectangle (cr, weir_column_x (self->view, i) - 0.5, plot->origin.y + plot->size.height - height, 1,
                         height);
      }
  cairo_set_antialias (cr, CAIRO_ANTIALIAS_NONE);
  cairo_fill (cr);
  cairo_set_antialias (cr, CAIRO_ANTIALIAS_FAST);
  g_free (held.values);
}

static void
weir_graph_canvas_draw_grid (WeirGraphCanvas *self, cairo_t *cr)
{
  const WeirGraphView *view = self->view;

  set_colour (cr, GTK_WIDGET (self), "weir_grid");
  cairo_set_line_width (cr, 1);
  for (int i = 0; i <= 2; i++)
    {
      double y = floor (weir_graph_view_y (view, view->scale.max * i / 2)) + (i == 0 ? -0.5 : 0.5);

      cairo_move_to (cr, view->plot.origin.x, y);
      cairo_rel_line_to (cr, view->plot.size.width, 0);
    }
  cairo_stroke (cr);
}

/* A dotted line where the channel began. */
static void
weir_graph_canvas_draw_origin (WeirGraphCanvas *self, cairo_t *cr)
{
  const WeirGraphView *view = self->view;
  const double dots[] = { 2, 3 };

  if (view->origin_us <= view->from_us || view->origin_us >= view->to_us)
    return;

  set_colour (cr, GTK_WIDGET (self), "weir_origin");
  cairo_set_line_width (cr, 1);
  cairo_set_dash (cr, dots, G_N_ELEMENTS (dots), 0);
  cairo_move_to (cr, floor (weir_graph_view_x (view, view->origin_us)) + 0.5, view->plot.origin.y);
  cairo_rel_line_to (cr, 0, view->plot.size.height);
  cairo_stroke (cr);
  cairo_set_dash (cr, NULL, 0, 0);
}

static void
weir_graph_canvas_draw_throughput (WeirGraphCanvas *self, cairo_t *cr)
{
  const double dashes[] = { 3, 3 };

  weir_graph_canvas_fill (self, cr, WEIR_SERIES_WRITTEN, "weir_written");
  if (self->view->shows_acked)
    {
      cairo_set_dash (cr, dashes, G_N_ELEMENTS (dashes), 0);
      weir_graph_canvas_stroke (self, cr, WEIR_SERIES_ACKED, "weir_acked", 1);
      cairo_set_dash (cr, NULL, 0, 0);
    }
  weir_graph_canvas_stroke (self, cr, WEIR_SERIES_SENT, "weir_sent", 1.5);
}

static void
weir_graph_canvas_draw_buffer (WeirGraphCanvas *self, cairo_t *cr)
{
  weir_graph_canvas_fill (self, cr, weir_graph_view_buffer (self->view), "weir_buffered");
  weir_graph_canvas_stroke (self, cr, weir_graph_view_buffer (self->view), "weir_buffered_line", 1.5);
}

/* @x_align: 0: x is the start of the text, 1: its end. @plate_name: (nullable): what sets it off from lines behind it
 */
static void
weir_graph_canvas_text_on (WeirGraphCanvas *self, GtkSnapshot *snapshot, const char *text, double x, double x_align,
                           double y, double y_align, const char *colour_name, const char *plate_name)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  GdkRGBA colour = { 0, 0, 0, 1 }, plate;
  int width, height;

  gtk_style_context_lookup_color (context, colour_name, &colour);
  pango_layout_get_pixel_size (layout, &width, &height);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (round (x - width * x_align), round (y - height * y_align)));
  if (plate_name != NULL && gtk_style_context_lookup_color (context, plate_name, &plate))
    gtk_snapshot_append_color (snapshot, &plate, &GRAPHENE_RECT_INIT (-PLATE_GAP, 0, width + 2 * PLATE_GAP, height));
  gtk_snapshot_append_layout (snapshot, layout, &colour);
  gtk_snapshot_restore (snapshot);
}

static void
weir_graph_canvas_text (WeirGraphCanvas *self, GtkSnapshot *snapshot, const char *text, double x, double x_align,
                        double y, double y_align, const char *colour_name)
{
  weir_graph_canvas_text_on (self, snapshot, text, x, x_align, y, y_align, colour_name, NULL);
}

/* What the words under the plot count from may be left of its edge: a graph goes on a little after an end. */
static void
weir_graph_canvas_draw_times (WeirGraphCanvas *self, GtkSnapshot *snapshot)
{
  const WeirGraphView *view = self->view;
  gint64 stop_us = weir_graph_view_get_stop (view);
  g_autofree char *start = weir_graph_describe_start (view->stop, stop_us - view->from_us);
  g_autofree char *half = weir_graph_describe_span (stop_us - (view->from_us + view->to_us) / 2);
  double y = view->plot.origin.y + view->plot.size.height + 2;
  double left = view->plot.origin.x, right = left + view->plot.size.width;
  double now_align = view->is_mirrored ? 0 : 1;

  weir_graph_canvas_text (self, snapshot, start, view->is_mirrored ? right : left, 1 - now_align, y, 0,
                          "weir_secondary");
  if (view->stop != WEIR_GRAPH_LOST) /* its words are too long for a third beside them */
    weir_graph_canvas_text (self, snapshot, half, (left + right) / 2, 0.5, y, 0, "weir_secondary");
  weir_graph_canvas_text (self, snapshot, weir_graph_describe_stop (view->stop), weir_graph_view_x (view, stop_us),
                          now_align, y, 0, "weir_secondary");
}

static void
weir_graph_canvas_draw_axis (WeirGraphCanvas *self, GtkSnapshot *snapshot)
{
  const WeirGraphView *view = self->view;
  double x = view->is_mirrored ? view->plot.origin.x + view->plot.size.width + 6 : view->plot.origin.x - 6;

  for (int i = 0; i <= 2; i++)
    {
      g_autofree char *label = weir_graph_scale_label (&view->scale, view->scale.max * i / 2);

      weir_graph_canvas_text (self, snapshot, label, x, view->is_mirrored ? 0 : 1,
                              weir_graph_view_y (view, view->scale.max * i / 2), 0.5, "weir_secondary");
    }
}

static void
weir_graph_canvas_draw_lines (WeirGraphCanvas *self, GtkSnapshot *snapshot)
{
  graphene_rect_t bounds;
  cairo_t *cr;

  graphene_rect_inset_r (&self->view->plot, -1, -1, &bounds);
  cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  cairo_set_antialias (cr, CAIRO_ANTIALIAS_FAST);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_BEVEL);

  if (self->view->has_axes)
    weir_graph_canvas_draw_grid (self, cr);
  if (self->view->series != NULL)
    {
      weir_graph_canvas_shade (self, cr);
      weir_graph_canvas_draw_origin (self, cr);
      if (self->view->kind == WEIR_GRAPH_BUFFER)
        weir_graph_canvas_draw_buffer (self, cr);
      else
        weir_graph_canvas_draw_throughput (self, cr);
    }
  cairo_destroy (cr);
}

static void
weir_graph_canvas_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WeirGraphCanvas *self = WEIR_GRAPH_CANVAS (widget);
  const WeirGraphView *view = self->view;

  if (view->plot.size.width < 2 || view->plot.size.height < 2 || view->to_us <= view->from_us)
    return;

  weir_graph_canvas_draw_lines (self, snapshot);
  if (view->has_axes)
    weir_graph_canvas_draw_axis (self, snapshot);
  if (view->has_times)
    weir_graph_canvas_draw_times (self, snapshot);
  if (view->has_unit)
    weir_graph_canvas_text_on (self, snapshot, view->scale.unit,
                               view->plot.origin.x + (view->is_mirrored ? view->plot.size.width - 5 : 5),
                               view->is_mirrored ? 1 : 0, view->plot.origin.y + 1, 0, "weir_secondary", "weir_plate");
  if (view->note != NULL)
    weir_graph_canvas_text_on (self, snapshot, view->note,
                               view->plot.origin.x + (view->is_mirrored ? 4 : view->plot.size.width - 4),
                               view->is_mirrored ? 0 : 1, view->plot.origin.y + 3, 0, "error_color", "weir_plate");
}

static void
weir_graph_canvas_class_init (WeirGraphCanvasClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = weir_graph_canvas_snapshot;
  gtk_widget_class_set_css_name (widget_class, "weirgraphcanvas");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
weir_graph_canvas_init (WeirGraphCanvas *self)
{
}

GtkWidget *
weir_graph_canvas_new (const WeirGraphView *view)
{
  WeirGraphCanvas *self = g_object_new (WEIR_TYPE_GRAPH_CANVAS, "can-target", FALSE, NULL);

  self->view = view;
  return GTK_WIDGET (self);
}
