/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-graph.h"

#include "weir-graph-canvas.h"
#include "weir-graph-crosshair.h"
#include "weir-graph-words.h"
#include "weir-settings.h"

/* Samples come four times a second and say what was: the newest quarter is not known yet, so "now" is a little ago. */
#define LAG_US (300 * 1000)
/* More repaints than this show nothing new: a graph moves by a few pixels a second. */
#define MIN_INTERVAL_MS 66
/* And with a pixel of many seconds the newest is still to be seen at once. */
#define MAX_INTERVAL_MS 1000
/* Steps from one end to the other that an arrow key takes, and with Ctrl ten at once. */
#define KEY_STEPS 100
/* Of the usual size of text; larger text gets what it takes. */
#define AXIS_WIDTH   30
#define TIMES_HEIGHT 17
/* The widest label of an axis, and what is between it and the plot. */
#define WIDEST_LABEL "0000"
#define LABEL_GAP    6
#define TIMES_GAP    2

struct _WeirGraph
{
  GtkWidget parent_instance;

  WeirGraphView view;
  GtkWidget *canvas;
  GtkWidget *crosshair;
  GObject *owner;
  char *title;
  char *note;
  double limit;
  gint64 frozen_us;
  gint64 hover_us;
  gint64 described_us; /* when the words were last set */
  guint timer;
  gboolean is_moved_by_keys;
};

G_DEFINE_FINAL_TYPE (WeirGraph, weir_graph, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_IS_BUFFER,
  PROP_HAS_AXES,
  PROP_HAS_TIMES,
  PROP_HAS_UNIT,
  PROP_SHOWS_ACKED,
  PROP_IN_BYTES,
  PROP_TITLE,
  PROP_UNIT,
  PROP_HOVER_US,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
weir_graph_update_scale (WeirGraph *self)
{
  WeirGraphScale *scale = &self->view.scale;
  WeirGraphScale before = *scale;

  if (self->view.kind == WEIR_GRAPH_THROUGHPUT)
    {
      double written = weir_graph_view_find_peak (&self->view, WEIR_SERIES_WRITTEN);
      double sent = weir_graph_view_find_peak (&self->view, WEIR_SERIES_SENT);

      weir_graph_scale_update_rate (scale, MAX (written, sent), weir_settings_get_units ());
    }
  else if (self->view.in_bytes)
    weir_graph_scale_update_bytes (scale, weir_graph_view_find_peak (&self->view, WEIR_SERIES_BUFFERED_BYTES),
                                   weir_settings_get_units ());
  else if (self->limit > 0)
    *scale = (WeirGraphScale){ .max = self->limit, .divisor = 1 };
  else
    weir_graph_scale_update_count (scale, weir_graph_view_find_peak (&self->view, WEIR_SERIES_BUFFERED_MESSAGES));

  if (!g_str_equal (before.unit, scale->unit))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UNIT]);
}

/* The picture in words, at most every two seconds: a screen reader reads it when asked, and is not to be flooded. */
static void
weir_graph_describe (WeirGraph *self)
{
  g_autofree char *words = NULL;
  gint64 now_us = g_get_monotonic_time ();

  if (self->described_us != 0 && now_us - self->described_us < 2 * G_USEC_PER_SEC)
    return;

  self->described_us = now_us;
  words = weir_graph_view_dup_words (&self->view);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words, -1);
}

/* Its name, and while the crosshair is moved by keys what that stands at: a name that changes is read aloud. */
static void
weir_graph_update_name (WeirGraph *self)
{
  g_autofree char *text = self->is_moved_by_keys
                              ? weir_graph_crosshair_dup_text (WEIR_GRAPH_CROSSHAIR (self->crosshair))
                              : g_strdup (self->title != NULL ? self->title : "");

  g_strdelimit (text, "\n", ',');
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
}

/* Moves the picture to the present, in whole pixels: lines keep their shape while they move. */
static void
weir_graph_advance (WeirGraph *self)
{
  WeirGraphView *view = &self->view;
  gint64 span_us = weir_settings_get_span_us ();
  gint64 pixel_us = MAX (span_us / MAX (view->plot.size.width, 1), 1);
  gint64 now_us = self->frozen_us != 0 ? self->frozen_us : g_get_monotonic_time () - LAG_US;

  view->to_us = now_us / pixel_us * pixel_us;
  if (pixel_us > MAX_INTERVAL_MS * 1000) /* the present is in a pixel that is not over yet */
    view->to_us += pixel_us;
  view->from_us = view->to_us - span_us;
  weir_graph_update_scale (self);
  weir_graph_describe (self);
  gtk_widget_queue_draw (self->canvas);
  if (self->hover_us != 0)
    gtk_widget_queue_draw (self->crosshair);
}

static gboolean
weir_graph_timer_cb (gpointer user_data)
{
  weir_graph_advance (user_data);
  return G_SOURCE_CONTINUE;
}

static void
weir_graph_update_timer (WeirGraph *self)
{
  gint64 pixel_ms = weir_settings_get_span_us () / 1000 / MAX (self->view.plot.size.width, 1);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)) && self->view.series != NULL && self->frozen_us == 0)
    self->timer = g_timeout_add (CLAMP (pixel_ms, MIN_INTERVAL_MS, MAX_INTERVAL_MS), weir_graph_timer_cb, self);
}

static void
weir_graph_restart (WeirGraph *self)
{
  weir_graph_update_timer (self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    weir_graph_advance (self);
}

static void
weir_graph_set_hover (WeirGraph *self, gint64 hover_us)
{
  if (self->hover_us == hover_us)
    return;

  self->hover_us = hover_us;
  weir_graph_crosshair_set_time (WEIR_GRAPH_CROSSHAIR (self->crosshair), hover_us);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HOVER_US]);
}

static void
weir_graph_drop_keys (WeirGraph *self)
{
  if (!self->is_moved_by_keys)
    return;
  self->is_moved_by_keys = FALSE;
  weir_graph_update_name (self);
}

static void
weir_graph_motion_cb (GtkEventControllerMotion *motion, double x, double y, WeirGraph *self)
{
  gint64 at_us = weir_graph_view_time (&self->view, x);

  weir_graph_drop_keys (self);
  weir_graph_set_hover (self, at_us >= self->view.from_us && at_us <= self->view.to_us ? at_us : 0);
}

static void
weir_graph_leave_cb (GtkEventControllerMotion *motion, WeirGraph *self)
{
  weir_graph_drop_keys (self);
  weir_graph_set_hover (self, 0);
}

static void
weir_graph_focus_left_cb (GtkEventControllerFocus *controller, WeirGraph *self)
{
  weir_graph_leave_cb (NULL, self);
}

/* Into the past for a left arrow, where time runs from left to right. */
static int
steps_of_key (guint key, GdkModifierType state, gboolean is_mirrored)
{
  int step = (state & GDK_CONTROL_MASK) != 0 ? 10 : 1;

  switch (key)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      return is_mirrored ? step : -step;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      return is_mirrored ? -step : step;
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
      return -KEY_STEPS;
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      return KEY_STEPS;
    default:
      return 0;
    }
}

static void
weir_graph_move_by_keys (WeirGraph *self, int steps)
{
  const WeirGraphView *view = &self->view;
  gint64 step_us = (view->to_us - view->from_us) / KEY_STEPS;
  gint64 at_us = self->hover_us != 0 ? self->hover_us + steps * step_us : view->to_us;

  self->is_moved_by_keys = TRUE;
  weir_graph_set_hover (self, CLAMP (at_us, view->from_us, view->to_us));
  weir_graph_update_name (self);
}

static gboolean
weir_graph_key_cb (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state, WeirGraph *self)
{
  int steps = steps_of_key (key, state, self->view.is_mirrored);

  if (self->view.series == NULL || (state & (GDK_ALT_MASK | GDK_SHIFT_MASK)) != 0)
    return FALSE;
  if (steps != 0)
    weir_graph_move_by_keys (self, steps);
  else if (key == GDK_KEY_Escape && self->is_moved_by_keys)
    weir_graph_leave_cb (NULL, self);
  else
    return FALSE;
  return TRUE;
}

static void
weir_graph_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                    int *minimum_baseline, int *natural_baseline)
{
  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 120 : 48;
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 300 : 80;
}

static void
weir_graph_measure_label (WeirGraph *self, int *width, int *height)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (self->canvas, WIDEST_LABEL);

  pango_layout_get_pixel_size (layout, width, height);
}

static void
weir_graph_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  WeirGraph *self = WEIR_GRAPH (widget);
  WeirGraphView *view = &self->view;
  int label_width, label_height;
  double axis, top, bottom;

  weir_graph_measure_label (self, &label_width, &label_height);
  axis = view->has_axes ? MAX (AXIS_WIDTH, label_width + LABEL_GAP) : 0;
  top = view->has_axes ? MAX (7, label_height / 2) : 0; /* half a label */
  bottom = view->has_times  ? MAX (TIMES_HEIGHT, label_height + TIMES_GAP)
           : view->has_axes ? MAX (6, label_height / 2)
                            : 0;
  view->is_mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  view->plot =
      GRAPHENE_RECT_INIT (view->is_mirrored ? 0 : axis, top, MAX (width - axis, 1), MAX (height - top - bottom, 1));
  gtk_widget_allocate (self->canvas, width, height, -1, NULL);
  gtk_widget_allocate (self->crosshair, width, height, -1, NULL);
  weir_graph_restart (self);
}

static void
weir_graph_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (weir_graph_parent_class)->map (widget);
  weir_graph_restart (WEIR_GRAPH (widget));
}

static void
weir_graph_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (weir_graph_parent_class)->unmap (widget);
  weir_graph_update_timer (WEIR_GRAPH (widget));
}

static void
weir_graph_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  WeirGraph *self = WEIR_GRAPH (object);

  switch (prop_id)
    {
    case PROP_IS_BUFFER:
      g_value_set_boolean (value, self->view.kind == WEIR_GRAPH_BUFFER);
      break;
    case PROP_HAS_AXES:
      g_value_set_boolean (value, self->view.has_axes);
      break;
    case PROP_HAS_TIMES:
      g_value_set_boolean (value, self->view.has_times);
      break;
    case PROP_HAS_UNIT:
      g_value_set_boolean (value, self->view.has_unit);
      break;
    case PROP_SHOWS_ACKED:
      g_value_set_boolean (value, self->view.shows_acked);
      break;
    case PROP_IN_BYTES:
      g_value_set_boolean (value, self->view.in_bytes);
      break;
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_UNIT:
      g_value_set_string (value, self->view.scale.unit);
      break;
    case PROP_HOVER_US:
      g_value_set_int64 (value, self->hover_us);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
weir_graph_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  WeirGraph *self = WEIR_GRAPH (object);

  switch (prop_id)
    {
    case PROP_IS_BUFFER:
      self->view.kind = g_value_get_boolean (value) ? WEIR_GRAPH_BUFFER : WEIR_GRAPH_THROUGHPUT;
      break;
    case PROP_HAS_AXES:
      self->view.has_axes = g_value_get_boolean (value);
      gtk_widget_queue_resize (GTK_WIDGET (self));
      break;
    case PROP_HAS_TIMES:
      self->view.has_times = g_value_get_boolean (value);
      gtk_widget_queue_resize (GTK_WIDGET (self));
      break;
    case PROP_HAS_UNIT:
      self->view.has_unit = g_value_get_boolean (value);
      break;
    case PROP_SHOWS_ACKED:
      self->view.shows_acked = g_value_get_boolean (value);
      break;
    case PROP_IN_BYTES:
      self->view.in_bytes = g_value_get_boolean (value);
      self->view.scale = (WeirGraphScale){ 0 };
      self->described_us = 0;
      weir_graph_restart (self);
      break;
    case PROP_TITLE:
      g_free (self->title);
      self->title = g_value_dup_string (value);
      weir_graph_update_name (self);
      break;
    case PROP_HOVER_US:
      weir_graph_set_hover (self, g_value_get_int64 (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
weir_graph_dispose (GObject *object)
{
  WeirGraph *self = WEIR_GRAPH (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  self->view.series = NULL;
  g_clear_object (&self->owner);
  g_clear_pointer (&self->canvas, gtk_widget_unparent);
  g_clear_pointer (&self->crosshair, gtk_widget_unparent);
  G_OBJECT_CLASS (weir_graph_parent_class)->dispose (object);
}

static void
weir_graph_finalize (GObject *object)
{
  WeirGraph *self = WEIR_GRAPH (object);

  g_free (self->title);
  g_free (self->note);
  G_OBJECT_CLASS (weir_graph_parent_class)->finalize (object);
}

static void
weir_graph_install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  properties[PROP_IS_BUFFER] = g_param_spec_boolean ("is-buffer", NULL, NULL, FALSE, flags);
  properties[PROP_HAS_AXES] = g_param_spec_boolean ("has-axes", NULL, NULL, FALSE, flags);
  properties[PROP_HAS_TIMES] = g_param_spec_boolean ("has-times", NULL, NULL, FALSE, flags);
  properties[PROP_HAS_UNIT] = g_param_spec_boolean ("has-unit", NULL, NULL, FALSE, flags);
  properties[PROP_SHOWS_ACKED] = g_param_spec_boolean ("shows-acked", NULL, NULL, FALSE, flags);
  properties[PROP_IN_BYTES] = g_param_spec_boolean ("in-bytes", NULL, NULL, FALSE, flags);
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_UNIT] = g_param_spec_string ("unit", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_HOVER_US] =
      g_param_spec_int64 ("hover-us", NULL, NULL, 0, G_MAXINT64, 0, flags | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
weir_graph_class_init (WeirGraphClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = weir_graph_dispose;
  object_class->finalize = weir_graph_finalize;
  object_class->get_property = weir_graph_get_property;
  object_class->set_property = weir_graph_set_property;
  weir_graph_install_properties (object_class);

  widget_class->measure = weir_graph_measure;
  widget_class->size_allocate = weir_graph_size_allocate;
  widget_class->map = weir_graph_map;
  widget_class->unmap = weir_graph_unmap;
  gtk_widget_class_set_css_name (widget_class, "weirgraph");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
weir_graph_init (WeirGraph *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *key = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->canvas = weir_graph_canvas_new (&self->view);
  self->crosshair = weir_graph_crosshair_new (&self->view);
  gtk_widget_set_parent (self->canvas, GTK_WIDGET (self));
  gtk_widget_set_parent (self->crosshair, GTK_WIDGET (self));

  g_signal_connect (motion, "motion", G_CALLBACK (weir_graph_motion_cb), self);
  g_signal_connect (motion, "leave", G_CALLBACK (weir_graph_leave_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  g_signal_connect (key, "key-pressed", G_CALLBACK (weir_graph_key_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), key);
  g_signal_connect (focus, "leave", G_CALLBACK (weir_graph_focus_left_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  g_signal_connect_object (weir_settings_get (), "changed::graph-span", G_CALLBACK (weir_graph_restart), self,
                           G_CONNECT_SWAPPED);
}

GtkWidget *
weir_graph_new (void)
{
  return g_object_new (WEIR_TYPE_GRAPH, NULL);
}

void
weir_graph_set_source (WeirGraph *self, GObject *owner, WeirSeries *series)
{
  if (self->view.series == series)
    return;

  g_set_object (&self->owner, owner);
  self->view.series = series;
  self->view.scale = (WeirGraphScale){ 0 };
  self->described_us = 0;
  weir_graph_restart (self);
}

void
weir_graph_set_limit (WeirGraph *self, double limit)
{
  self->limit = limit;
}

void
weir_graph_set_origin (WeirGraph *self, gint64 origin_us)
{
  self->view.origin_us = origin_us;
}

void
weir_graph_set_note (WeirGraph *self, const char *note)
{
  if (g_strcmp0 (self->note, note) == 0)
    return;

  g_free (self->note);
  self->view.note = self->note = g_strdup (note);
  gtk_widget_queue_draw (self->canvas);
}

void
weir_graph_set_frozen (WeirGraph *self, WeirGraphStop stop, gint64 stop_us, gint64 at_us)
{
  gint64 frozen_us = stop != WEIR_GRAPH_LIVES ? at_us : 0;

  if (self->view.stop == stop && self->frozen_us == frozen_us)
    return;

  self->view.stop = stop;
  self->view.stop_us = stop_us;
  self->frozen_us = frozen_us;
  self->described_us = 0;
  weir_graph_restart (self);
}
