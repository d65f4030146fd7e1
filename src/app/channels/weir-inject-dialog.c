/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-inject-dialog.h"

#include <glib/gi18n.h>

#include "weir-describe.h"
#include "weir-focus.h"
#include "weir-hex-text.h"
#include "weir-line-bound.h"
#include "weir-settings.h"
#include "weir-source-style.h"
#include "weir-text-scale.h"

struct _WeirInjectDialog
{
  AdwWindow parent_instance;

  GtkLabel *route;
  GtkToggleButton *text;
  GtkToggleButton *hex;
  GtkTextView *view;
  GtkLabel *size;
  GtkLabel *problem;

  WeirObserver *observer;
  WeirChannel *channel;
  GCancellable *cancellable;
  gboolean is_busy;
};

G_DEFINE_FINAL_TYPE (WeirInjectDialog, weir_inject_dialog, ADW_TYPE_WINDOW)

/* NULL: it is no bytes. */
static GBytes *
weir_inject_dialog_dup_payload (WeirInjectDialog *self, GError **error)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (self->view);
  GtkTextIter start, end;
  g_autofree char *typed = NULL;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  typed = gtk_text_buffer_get_text (buffer, &start, &end, FALSE);
  if (gtk_toggle_button_get_active (self->text))
    return g_bytes_new (typed, strlen (typed));
  return weir_hex_text_parse (typed, error);
}

static void
weir_inject_dialog_set_problem (WeirInjectDialog *self, const char *problem)
{
  gtk_label_set_label (self->problem, problem != NULL ? problem : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem), problem != NULL);
}

static void
refused_cb (gpointer user_data)
{
  weir_inject_dialog_set_problem (user_data, _ ("A line of more than 16 KiB is not taken here"));
}

static void
weir_inject_dialog_validate (WeirInjectDialog *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) payload = weir_inject_dialog_dup_payload (self, &error);
  g_autofree char *size =
      payload != NULL ? weir_format_bytes (g_bytes_get_size (payload), weir_settings_get_units ()) : g_strdup ("");

  gtk_label_set_label (self->size, size);
  weir_inject_dialog_set_problem (self, error != NULL ? error->message : NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "dialog.inject", payload != NULL && !self->is_busy);
}

static void
weir_inject_dialog_succeed (WeirInjectDialog *self, guint64 seq)
{
  g_autofree char *number = weir_format_count (seq);
  g_autofree char *text = g_strdup_printf (_ ("Injected as message %s"), number);
  GtkWindow *parent = gtk_window_get_transient_for (GTK_WINDOW (self));

  if (parent != NULL)
    gtk_widget_activate_action (GTK_WIDGET (parent), "win.toast", "s", text);
  gtk_window_close (GTK_WINDOW (self));
}

static void
injected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirInjectDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  guint64 seq = 0;
  gboolean is_done = weir_observer_inject_finish (WEIR_OBSERVER (object), result, &seq, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->is_busy = FALSE;
  if (is_done)
    {
      weir_inject_dialog_succeed (self, seq);
      return;
    }
  weir_inject_dialog_validate (self);
  weir_inject_dialog_set_problem (self, error->message);
}

static void
inject_action (GtkWidget *widget, const char *action, GVariant *parameter)
{
  WeirInjectDialog *self = WEIR_INJECT_DIALOG (widget);
  g_autoptr (GBytes) payload = weir_inject_dialog_dup_payload (self, NULL);

  if (payload == NULL || self->is_busy)
    return;
  self->is_busy = TRUE;
  gtk_widget_action_set_enabled (widget, "dialog.inject", FALSE);
  weir_observer_inject_async (self->observer, self->channel, gtk_toggle_button_get_active (self->text), payload,
                              self->cancellable, injected_cb, g_object_ref (self));
}

/* Not before: a window that is given a focus while it is not shown yet is no window to a screen reader. */
static void
weir_inject_dialog_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (weir_inject_dialog_parent_class)->map (widget);
  gtk_widget_grab_focus (GTK_WIDGET (WEIR_INJECT_DIALOG (widget)->view));
}

static void
weir_inject_dialog_dispose (GObject *object)
{
  WeirInjectDialog *self = WEIR_INJECT_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->observer);
  g_clear_object (&self->channel);
  gtk_widget_dispose_template (GTK_WIDGET (self), WEIR_TYPE_INJECT_DIALOG);
  G_OBJECT_CLASS (weir_inject_dialog_parent_class)->dispose (object);
}

static void
weir_inject_dialog_finalize (GObject *object)
{
  g_clear_object (&WEIR_INJECT_DIALOG (object)->cancellable);
  G_OBJECT_CLASS (weir_inject_dialog_parent_class)->finalize (object);
}

static void
weir_inject_dialog_class_init (WeirInjectDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_inject_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = weir_inject_dialog_finalize;
  widget_class->map = weir_inject_dialog_map;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-inject-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirInjectDialog, route);
  gtk_widget_class_bind_template_child (widget_class, WeirInjectDialog, text);
  gtk_widget_class_bind_template_child (widget_class, WeirInjectDialog, hex);
  gtk_widget_class_bind_template_child (widget_class, WeirInjectDialog, view);
  gtk_widget_class_bind_template_child (widget_class, WeirInjectDialog, size);
  gtk_widget_class_bind_template_child (widget_class, WeirInjectDialog, problem);
  gtk_widget_class_bind_template_callback (widget_class, weir_inject_dialog_validate);
  gtk_widget_class_install_action (widget_class, "dialog.inject", NULL, inject_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
weir_inject_dialog_init (WeirInjectDialog *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  weir_line_bound_add (gtk_text_view_get_buffer (self->view), refused_cb, self);
  weir_source_style_break_plainly (self->view);
  weir_text_scale_window (GTK_WINDOW (self));
  weir_focus_take_key (GTK_WIDGET (self), GDK_KEY_Return, GDK_CONTROL_MASK, "dialog.inject");
}

GtkWidget *
weir_inject_dialog_new (GtkWindow *parent, WeirObserver *observer, WeirChannel *channel)
{
  WeirInjectDialog *self = g_object_new (WEIR_TYPE_INJECT_DIALOG, "transient-for", parent, NULL);
  g_autofree char *route = weir_describe_route (channel);

  self->observer = g_object_ref (observer);
  self->channel = g_object_ref (channel);
  gtk_label_set_label (self->route, route);
  weir_inject_dialog_validate (self);
  return GTK_WIDGET (self);
}
