/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-message-table-private.h"

#include "weir-list.h"

/* The wheel goes on turning the list for a while. */
#define USER_SCROLLS_US (500 * G_TIME_SPAN_MILLISECOND)

void
weir_message_table_scroll_to_end (WeirMessageTable *self)
{
  if (self->follow)
    weir_list_scroll_to (GTK_SCROLLABLE (self->view), WEIR_LIST_END);
}

static gboolean
touched_cb (GtkEventControllerLegacy *controller, GdkEvent *event, WeirMessageTable *self)
{
  GdkEventType type = gdk_event_get_event_type (event);
  gboolean is_drag = type == GDK_MOTION_NOTIFY && (gdk_event_get_modifier_state (event) & GDK_BUTTON1_MASK) != 0;

  if (is_drag || type == GDK_SCROLL || type == GDK_TOUCH_UPDATE || type == GDK_KEY_PRESS || type == GDK_BUTTON_PRESS)
    self->touched_us = g_get_monotonic_time ();
  return GDK_EVENT_PROPAGATE;
}

/* Something beside the list has come or gone: the last row is not to be left half hidden. */
static void
resized_cb (WeirMessageTable *self)
{
  if (self->follow)
    weir_message_table_queue_show (self);
}

/* Up is away from the tail, if it was the user: the list itself moves back when its guess of the rows' heights changes.
 */
static void
scrolled_cb (GtkAdjustment *adjustment, WeirMessageTable *self)
{
  double value = gtk_adjustment_get_value (adjustment), upper = gtk_adjustment_get_upper (adjustment);
  gboolean is_user = g_get_monotonic_time () < self->touched_us + USER_SCROLLS_US;

  if (is_user && value < self->last_value - 1 && upper >= self->last_upper)
    weir_message_table_set_follow (self, FALSE);
  self->last_value = value;
  self->last_upper = upper;
}

void
weir_message_table_watch_user (WeirMessageTable *self)
{
  GtkEventController *controller = gtk_event_controller_legacy_new ();
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);

  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect (controller, "event", G_CALLBACK (touched_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->scroller), controller);
  g_signal_connect_swapped (adjustment, "notify::page-size", G_CALLBACK (resized_cb), self);
  g_signal_connect (adjustment, "value-changed", G_CALLBACK (scrolled_cb), self);
}

void
weir_message_table_set_follow (WeirMessageTable *self, gboolean follow)
{
  g_return_if_fail (WEIR_IS_MESSAGE_TABLE (self));

  if (self->follow == follow)
    return;
  self->follow = follow;
  weir_message_table_scroll_to_end (self);
  g_object_notify (G_OBJECT (self), "follow");
}
