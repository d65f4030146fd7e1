/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-certainty-mark.h"

#include "weir-describe.h"
#include "weir-tone.h"

#define SIZE   9
#define RADIUS 3.5

/* Of the dotted ring: so many dots, each as long as the gap after it. */
#define N_DOTS 8

struct _WeirCertaintyMark
{
  GtkWidget parent_instance;

  WeirCertainty certainty;
};

enum
{
  PROP_CERTAINTY = 1,
  N_PROPS
};
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (WeirCertaintyMark, weir_certainty_mark, GTK_TYPE_WIDGET)

static void
draw (cairo_t *cr, WeirCertainty certainty)
{
  double dot = RADIUS * G_PI / N_DOTS;

  cairo_set_line_width (cr, 1);
  cairo_arc (cr, SIZE / 2.0, SIZE / 2.0, RADIUS, 0, 2 * G_PI);
  if (certainty == WEIR_CERTAINTY_SEEN)
    {
      cairo_fill (cr);
      return;
    }
  if (certainty == WEIR_CERTAINTY_UNKNOWN)
    cairo_set_dash (cr, &dot, 1, 0);
  cairo_stroke (cr);
  if (certainty != WEIR_CERTAINTY_INFERRED)
    return;
  cairo_arc (cr, SIZE / 2.0, SIZE / 2.0, RADIUS, G_PI_2, 3 * G_PI_2);
  cairo_fill (cr);
}

static void
weir_certainty_mark_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  GdkRGBA colour;
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, SIZE, SIZE));

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &colour);
  gdk_cairo_set_source_rgba (cr, &colour);
  draw (cr, WEIR_CERTAINTY_MARK (widget)->certainty);
  cairo_destroy (cr);
}

static void
weir_certainty_mark_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                             int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = SIZE;
}

static void
weir_certainty_mark_show (WeirCertaintyMark *self)
{
  const char *word = weir_describe_certainty (self->certainty);

  weir_tone_set (GTK_WIDGET (self), self->certainty == WEIR_CERTAINTY_UNKNOWN ? WEIR_TONE_SECONDARY : WEIR_TONE_GOOD);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, word, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
weir_certainty_mark_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_CERTAINTY)
    g_value_set_uint (value, WEIR_CERTAINTY_MARK (object)->certainty);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
weir_certainty_mark_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_CERTAINTY)
    weir_certainty_mark_set (WEIR_CERTAINTY_MARK (object), g_value_get_uint (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
weir_certainty_mark_class_init (WeirCertaintyMarkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = weir_certainty_mark_get_property;
  object_class->set_property = weir_certainty_mark_set_property;
  /* A WeirCertainty, for legends. */
  properties[PROP_CERTAINTY] = g_param_spec_uint ("certainty", NULL, NULL, WEIR_CERTAINTY_UNKNOWN, WEIR_CERTAINTY_SEEN,
                                                  WEIR_CERTAINTY_UNKNOWN, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  widget_class->snapshot = weir_certainty_mark_snapshot;
  widget_class->measure = weir_certainty_mark_measure;
  gtk_widget_class_set_css_name (widget_class, "weircertaintymark");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
weir_certainty_mark_init (WeirCertaintyMark *self)
{
  g_object_set (self, "valign", GTK_ALIGN_CENTER, "can-target", FALSE, NULL);
  weir_certainty_mark_show (self);
}

GtkWidget *
weir_certainty_mark_new (void)
{
  return g_object_new (WEIR_TYPE_CERTAINTY_MARK, NULL);
}

void
weir_certainty_mark_set (WeirCertaintyMark *self, WeirCertainty certainty)
{
  if (certainty == self->certainty)
    return;
  self->certainty = certainty;
  weir_certainty_mark_show (self);
}
