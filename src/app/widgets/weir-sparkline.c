/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-sparkline.h"

#include <glib/gi18n.h>
#include <math.h>

#include "weir-settings.h"

#define WIDTH      68
#define HEIGHT     26
#define AREA_ALPHA 0.17
/* As for the graphs: the newest quarter of a second is not known yet. */
#define LAG_US (300 * 1000)
/* The words are for who asks, and are not to flood. */
#define DESCRIBE_INTERVAL_US (2 * G_USEC_PER_SEC)

struct _WeirSparkline
{
  GtkWidget parent_instance;

  GObject *owner;
  WeirSeries *series; /* borrowed from the owner */
  WeirSeriesColumn column;
  gint64 to_us;
  gint64 described_us; /* when the words were last set */
  char *words;
};

G_DEFINE_FINAL_TYPE (WeirSparkline, weir_sparkline, GTK_TYPE_WIDGET)

typedef struct
{
  int y[WIDTH]; /* from the top; −1: nothing known */
} WeirSparkPoints;

static void
weir_sparkline_reduce (WeirSparkline *self, WeirSparkPoints *points)
{
  float values[WIDTH];
  double peak = 0;

  weir_series_reduce (self->series, self->column, self->to_us - weir_settings_get_span_us (), self->to_us, values,
                      WIDTH);
  for (int x = 0; x < WIDTH; x++)
    if (!isnan (values[x]))
      peak = MAX (peak, values[x]);
  for (int x = 0; x < WIDTH; x++)
    points->y[x] = isnan (values[x]) ? -1 : HEIGHT - 1 - (peak > 0 ? (int) round (values[x] / peak * (HEIGHT - 2)) : 0);
}

/* One pixel column: the stretch between its value and that before, so that the line has no holes. */
static void
add_line_column (cairo_t *cr, int x, int before, int y)
{
  int top = MIN (y, before < 0 ? y : before);
  int bottom = MAX (y, before < 0 ? y : before);

  cairo_rectangle (cr, x, top, 1, MAX (bottom - top, 1));
}

static void
weir_sparkline_draw (WeirSparkline *self, cairo_t *cr, const WeirSparkPoints *points)
{
  gboolean mirrored = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  GdkRGBA colour;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), &colour);
  cairo_set_antialias (cr, CAIRO_ANTIALIAS_NONE);

  for (int x = 0; x < WIDTH; x++)
    if (points->y[x] >= 0)
      cairo_rectangle (cr, mirrored ? WIDTH - 1 - x : x, points->y[x], 1, HEIGHT - points->y[x]);
  cairo_set_source_rgba (cr, colour.red, colour.green, colour.blue, colour.alpha * AREA_ALPHA);
  cairo_fill (cr);

  for (int x = 0; x < WIDTH; x++)
    if (points->y[x] >= 0)
      add_line_column (cr, mirrored ? WIDTH - 1 - x : x, x > 0 ? points->y[x - 1] : -1, points->y[x]);
  gdk_cairo_set_source_rgba (cr, &colour);
  cairo_fill (cr);
}

static void
weir_sparkline_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  WeirSparkline *self = WEIR_SPARKLINE (widget);
  WeirSparkPoints points;
  cairo_t *cr;

  if (self->series == NULL)
    return;

  weir_sparkline_reduce (self, &points);
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, WIDTH, HEIGHT));
  weir_sparkline_draw (self, cr, &points);
  cairo_destroy (cr);
}

static void
weir_sparkline_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                        int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? WIDTH : HEIGHT;
}

static gboolean
weir_sparkline_query_tooltip (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  WeirSparkline *self = WEIR_SPARKLINE (widget);
  gint64 ago_us = weir_settings_get_span_us () * CLAMP (WIDTH - x, 0, WIDTH) / WIDTH;
  g_autofree char *rate = NULL, *ago = NULL, *text = NULL;
  double value;

  if (self->series == NULL || keyboard)
    return FALSE;

  value = weir_series_value_at (self->series, self->column, self->to_us - ago_us);
  if (isnan (value))
    return FALSE;

  rate = weir_format_rate (value, weir_settings_get_units ());
  ago = weir_format_duration (ago_us);
  text = g_strdup_printf (_ ("%s, %s ago"), rate, ago);
  gtk_tooltip_set_text (tooltip, text);
  return TRUE;
}

static char *
weir_sparkline_dup_words (WeirSparkline *self)
{
  WeirUnits units = weir_settings_get_units ();
  float values[WIDTH];
  g_autofree char *now = NULL, *most = NULL;
  double peak = 0;

  if (self->series == NULL)
    return g_strdup (_ ("Throughput: nothing is drawn"));

  weir_series_reduce (self->series, self->column, self->to_us - weir_settings_get_span_us (), self->to_us, values,
                      WIDTH);
  for (int x = 0; x < WIDTH; x++)
    if (!isnan (values[x]))
      peak = MAX (peak, values[x]);
  now = weir_format_rate (weir_series_rate (self->series, self->column, self->to_us, G_USEC_PER_SEC), units);
  most = weir_format_rate (peak, units);
  if (self->column == WEIR_SERIES_WRITTEN)
    return g_strdup_printf (_ ("Throughput: %s written now, %s at most"), now, most);
  return g_strdup_printf (_ ("Throughput: %s sent now, %s at most"), now, most);
}

static void
weir_sparkline_describe (WeirSparkline *self)
{
  g_autofree char *words = weir_sparkline_dup_words (self);

  self->described_us = self->to_us;
  if (g_strcmp0 (self->words, words) == 0)
    return;

  g_free (self->words);
  self->words = g_steal_pointer (&words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, self->words, -1);
}

static void
weir_sparkline_dispose (GObject *object)
{
  WeirSparkline *self = WEIR_SPARKLINE (object);

  self->series = NULL;
  g_clear_object (&self->owner);
  G_OBJECT_CLASS (weir_sparkline_parent_class)->dispose (object);
}

static void
weir_sparkline_finalize (GObject *object)
{
  g_free (WEIR_SPARKLINE (object)->words);
  G_OBJECT_CLASS (weir_sparkline_parent_class)->finalize (object);
}

static void
weir_sparkline_class_init (WeirSparklineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_sparkline_dispose;
  G_OBJECT_CLASS (klass)->finalize = weir_sparkline_finalize;
  widget_class->snapshot = weir_sparkline_snapshot;
  widget_class->measure = weir_sparkline_measure;
  widget_class->query_tooltip = weir_sparkline_query_tooltip;
  gtk_widget_class_set_css_name (widget_class, "weirsparkline");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
weir_sparkline_init (WeirSparkline *self)
{
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
}

GtkWidget *
weir_sparkline_new (void)
{
  return g_object_new (WEIR_TYPE_SPARKLINE, "valign", GTK_ALIGN_CENTER, "halign", GTK_ALIGN_START, NULL);
}

void
weir_sparkline_update (WeirSparkline *self, GObject *owner, WeirSeries *series, WeirSeriesColumn column,
                       gint64 until_us)
{
  gint64 pixel_us = weir_settings_get_span_us () / WIDTH;
  gint64 to_us = (until_us != 0 ? until_us : g_get_monotonic_time () - LAG_US) / pixel_us * pixel_us;
  gboolean is_other;

  if (self->words != NULL && self->owner == owner && self->series == series && self->column == column &&
      self->to_us == to_us)
    return;

  is_other = self->series != series || self->owner != owner || self->column != column;
  g_set_object (&self->owner, owner);
  self->series = series;
  self->column = column;
  self->to_us = to_us;
  if (is_other || to_us - self->described_us >= DESCRIBE_INTERVAL_US)
    weir_sparkline_describe (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
