/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-toast.h"

#define SHORT          60 /* characters: what is longer stays for longer */
#define LONG_TIMEOUT_S 10
#define APPEARING_US   (500 * G_TIME_SPAN_MILLISECOND) /* the longest that AdwToastOverlay takes to show one */

/* AdwToastOverlay of libadwaita 1.2 (and of all before 1.3) frees what it knows of a toast when that has disappeared,
 * and reads it again if its appearance ends only then: Escape twice, with two toasts waiting, is a crash. So a toast
 * that is about to appear is dismissed only when it has. One that waits for its turn is not seen, and may go. */
typedef struct
{
  AdwToast *toast; /* not owned: it owns the label, which owns this */
  gint64 first_frame_us;
  gboolean has_appeared;
  gboolean is_dismissed; /* too early */
} Appearance;

static gboolean
appear_cb (GtkWidget *label, GdkFrameClock *clock, gpointer user_data)
{
  Appearance *self = user_data;
  gint64 now_us = gdk_frame_clock_get_frame_time (clock);

  if (self->first_frame_us == 0)
    self->first_frame_us = now_us;
  /* One frame more than it takes: of this one nobody knows whose part comes first. */
  if (!self->has_appeared)
    {
      self->has_appeared = now_us - self->first_frame_us >= APPEARING_US;
      return G_SOURCE_CONTINUE;
    }
  if (self->is_dismissed)
    g_signal_emit_by_name (self->toast, "dismissed");
  return G_SOURCE_REMOVE;
}

static void
dismissed_cb (AdwToast *toast, gpointer user_data)
{
  Appearance *self = user_data;
  gboolean is_waiting = gtk_widget_get_root (adw_toast_get_custom_title (toast)) == NULL;

  if (self->has_appeared || is_waiting)
    return;
  self->is_dismissed = TRUE;
  g_signal_stop_emission_by_name (toast, "dismissed");
}

static void
watch_appearance (AdwToast *toast, GtkWidget *label)
{
  Appearance *self = g_new0 (Appearance, 1);

  self->toast = toast;
  g_object_set_data_full (G_OBJECT (label), "weir-appearance", self, g_free);
  gtk_widget_add_tick_callback (label, appear_cb, self, NULL);
  /* Before the overlay's own, which is connected as the toast is added. */
  g_signal_connect (toast, "dismissed", G_CALLBACK (dismissed_cb), self);
}

AdwToast *
weir_toast_new (const char *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);

  AdwToast *toast = adw_toast_new (markup);
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "heading");
  adw_toast_set_custom_title (toast, label);
  if (g_utf8_strlen (text, -1) > SHORT)
    adw_toast_set_timeout (toast, LONG_TIMEOUT_S);
  watch_appearance (toast, label);
  return toast;
}

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

/* The last of @overlay that confirms something, as long as it is there. */
static void
replace_last (AdwToastOverlay *overlay, AdwToast *toast)
{
  GWeakRef *last = g_object_get_data (G_OBJECT (overlay), "weir-last-toast");
  g_autoptr (AdwToast) before = NULL;

  if (last == NULL)
    {
      last = g_new0 (GWeakRef, 1);
      g_weak_ref_init (last, NULL);
      g_object_set_data_full (G_OBJECT (overlay), "weir-last-toast", last, weak_ref_free);
    }
  before = g_weak_ref_get (last);
  if (before != NULL)
    adw_toast_dismiss (before);
  g_weak_ref_set (last, toast);
}

void
weir_toast_show (AdwToastOverlay *overlay, const char *text)
{
  AdwToast *toast = weir_toast_new (text);

  if (g_utf8_strlen (text, -1) <= SHORT)
    replace_last (overlay, toast);
  adw_toast_overlay_add_toast (overlay, toast);
}
