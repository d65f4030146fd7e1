/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-graph-crosshair.h"

#include <glib/gi18n.h>
#include <math.h>

#include "weir-settings.h"

struct _WeirGraphCrosshair
{
  GtkWidget parent_instance;

  const WeirGraphView *view;
  gint64 at_us;
};

G_DEFINE_FINAL_TYPE (WeirGraphCrosshair, weir_graph_crosshair, GTK_TYPE_WIDGET)

#define PADDING 6

/* (transfer full) (nullable): nothing is known of that moment */
static char *
dup_rate (WeirGraphCrosshair *self, WeirSeriesColumn column)
{
  double value = weir_series_value_at (self->view->series, column, self->at_us);

  return isnan (value) ? NULL : weir_format_rate (value, weir_settings_get_units ());
}

static void append_line (GString *text, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
append_line (GString *text, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_string_append_c (text, '\n');
  g_string_append_vprintf (text, format, args);
  va_end (args);
}

static void
append_rates (WeirGraphCrosshair *self, GString *text)
{
  g_autofree char *written = dup_rate (self, WEIR_SERIES_WRITTEN);
  g_autofree char *sent = dup_rate (self, WEIR_SERIES_SENT);
  g_autofree char *acked = self->view->shows_acked ? dup_rate (self, WEIR_SERIES_ACKED) : NULL;

  if (written != NULL)
    append_line (text, _ ("written %s"), written);
  if (sent != NULL)
    append_line (text, _ ("sent %s"), sent);
  if (acked != NULL)
    append_line (text, _ ("acknowledged %s"), acked);
}

static void
append_buffer (GString *text, const WeirGraphView *view, gint64 at_us)
{
  double messages = weir_series_value_at (view->series, WEIR_SERIES_BUFFERED_MESSAGES, at_us);
  double bytes = weir_series_value_at (view->series, WEIR_SERIES_BUFFERED_BYTES, at_us);
  g_autofree char *size = NULL;

  if (isnan (messages) || isnan (bytes))
    return;

  size = weir_format_bytes (bytes, weir_settings_get_units ());
  append_line (text, ngettext ("%.0f message, %s", "%.0f messages, %s", (gulong) messages), messages, size);
}

char *
weir_graph_crosshair_dup_text (WeirGraphCrosshair *self)
{
  const WeirGraphView *view = self->view;
  GString *text = g_string_new (NULL);
  g_autofree char *time = weir_graph_describe_time (view->stop, weir_graph_view_get_stop (view) - self->at_us);
  double held = weir_series_value_at (view->series, WEIR_SERIES_HELD, self->at_us);

  g_string_append (text, time);
  if (view->kind == WEIR_GRAPH_BUFFER)
    append_buffer (text, view, self->at_us);
  else
    append_rates (self, text);
  if (!isnan (held) && held > 0.005)
    g_string_append_printf (text, _ ("\nwriter held %.0f %%"), held * 100);

  return g_string_free (text, FALSE);
}

static void
lookup (WeirGraphCrosshair *self, const char *name, GdkRGBA *colour)
{
  *colour = (GdkRGBA){ 0.5, 0.5, 0.5, 1 };
  gtk_style_context_lookup_color (gtk_widget_get_style_context (GTK_WIDGET (self)), name, colour);
}

/* The bubble stands beside the line, on the side that has room. */
static void
weir_graph_crosshair_draw_bubble (WeirGraphCrosshair *self, GtkSnapshot *snapshot, double x)
{
  g_autofree char *text = weir_graph_crosshair_dup_text (self);
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  GskRoundedRect bubble;
  GdkRGBA colour;
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  if (x + 2 * PADDING + width + PADDING > gtk_widget_get_width (GTK_WIDGET (self)))
    x -= width + 4 * PADDING;
  gsk_rounded_rect_init_from_rect (
      &bubble,
      &GRAPHENE_RECT_INIT (MAX (x + PADDING, 0), self->view->plot.origin.y, width + 2 * PADDING, height + PADDING), 6);

  gtk_snapshot_push_rounded_clip (snapshot, &bubble);
  lookup (self, "weir_bubble", &colour);
  gtk_snapshot_append_color (snapshot, &colour, &bubble.bounds);
  gtk_snapshot_pop (snapshot);

  gtk_snapshot_translate (
      snapshot, &GRAPHENE_POINT_INIT (bubble.bounds.origin.x + PADDING, bubble.bounds.origin.y + PADDING / 2));
  lookup (self, "weir_bubble_fg", &colour);
  gtk_snapshot_append_layout (snapshot, layout, &colour);
}

static void
weir_graph_crosshair_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WeirGraphCrosshair *self = WEIR_GRAPH_CROSSHAIR (widget);
  const WeirGraphView *view = self->view;
  GdkRGBA colour;
  double x;

  if (view->series == NULL || self->at_us < view->from_us || self->at_us > view->to_us)
    return;

  x = floor (weir_graph_view_x (view, self->at_us));
  lookup (self, "weir_secondary", &colour);
  gtk_snapshot_append_color (snapshot, &colour,
                             &GRAPHENE_RECT_INIT (x, view->plot.origin.y, 1, view->plot.size.height));
  weir_graph_crosshair_draw_bubble (self, snapshot, x);
}

static void
weir_graph_crosshair_class_init (WeirGraphCrosshairClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = weir_graph_crosshair_snapshot;
  gtk_widget_class_set_css_name (widget_class, "weirgraphcrosshair");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
weir_graph_crosshair_init (WeirGraphCrosshair *self)
{
}

GtkWidget *
weir_graph_crosshair_new (const WeirGraphView *view)
{
  WeirGraphCrosshair *self = g_object_new (WEIR_TYPE_GRAPH_CROSSHAIR, "can-target", FALSE, NULL);

  self->view = view;
  return GTK_WIDGET (self);
}

void
weir_graph_crosshair_set_time (WeirGraphCrosshair *self, gint64 at_us)
{
  if (self->at_us == at_us)
    return;

  self->at_us = at_us;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
