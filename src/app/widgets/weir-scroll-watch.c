/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-scroll-watch.h"

/* The wheel goes on turning the list for a while. */
#define USER_SCROLLS_US (500 * G_TIME_SPAN_MILLISECOND)

typedef struct
{
  GtkAdjustment *adjustment;
  WeirScrollFunc func;
  gpointer user_data;
  double last_value, last_upper;
  gint64 touched_us; /* when the user last did what may scroll */
} Watch;

static gboolean
touched_cb (GtkEventControllerLegacy *controller, GdkEvent *event, Watch *self)
{
  GdkEventType type = gdk_event_get_event_type (event);
  gboolean is_drag = type == GDK_MOTION_NOTIFY && (gdk_event_get_modifier_state (event) & GDK_BUTTON1_MASK) != 0;

  if (is_drag || type == GDK_SCROLL || type == GDK_TOUCH_UPDATE || type == GDK_KEY_PRESS || type == GDK_BUTTON_PRESS)
    self->touched_us = g_get_monotonic_time ();
  return GDK_EVENT_PROPAGATE;
}

static void
resized_cb (GtkAdjustment *adjustment, GParamSpec *pspec, Watch *self)
{
  self->func (WEIR_SCROLL_RESIZED, self->user_data);
}

static void
scrolled_cb (GtkAdjustment *adjustment, Watch *self)
{
  double value = gtk_adjustment_get_value (adjustment), upper = gtk_adjustment_get_upper (adjustment);
  double last_value = self->last_value, last_upper = self->last_upper;

  self->last_value = value;
  self->last_upper = upper;
  if (g_get_monotonic_time () >= self->touched_us + USER_SCROLLS_US)
    return;
  if (value < last_value - 1 && upper >= last_upper)
    self->func (WEIR_SCROLL_UP, self->user_data);
  else if (value > last_value && value + gtk_adjustment_get_page_size (adjustment) >= upper - 1)
    self->func (WEIR_SCROLL_AT_END, self->user_data);
}

/* The adjustment may live longer. */
static void
watch_free (gpointer data, GObject *scroller)
{
  Watch *self = data;

  g_signal_handlers_disconnect_by_data (self->adjustment, self);
  g_object_unref (self->adjustment);
  g_free (self);
}

void
weir_scroll_watch_add (GtkScrolledWindow *scroller, WeirScrollFunc func, gpointer user_data)
{
  GtkEventController *controller = gtk_event_controller_legacy_new ();
  Watch *self = g_new0 (Watch, 1);

  self->adjustment = g_object_ref (gtk_scrolled_window_get_vadjustment (scroller));
  self->func = func;
  self->user_data = user_data;
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect (controller, "event", G_CALLBACK (touched_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (scroller), controller);
  g_signal_connect (self->adjustment, "notify::page-size", G_CALLBACK (resized_cb), self);
  g_signal_connect (self->adjustment, "value-changed", G_CALLBACK (scrolled_cb), self);
  g_object_weak_ref (G_OBJECT (scroller), watch_free, self);
}
