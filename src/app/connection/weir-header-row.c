/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-header-row.h"

#include <glib/gi18n.h>

#include "weir-credentials.h"

struct _WeirHeaderRow
{
  AdwPreferencesRow parent_instance;

  GtkEditable *name;
  GtkEntry *value;
  GtkToggleButton *show_button;
};

enum
{
  CHANGED,
  REMOVE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (WeirHeaderRow, weir_header_row, ADW_TYPE_PREFERENCES_ROW)

static void
weir_header_row_mask (WeirHeaderRow *self)
{
  gboolean is_secret = weir_credentials_is_secret_header (gtk_editable_get_text (self->name));

  gtk_widget_set_visible (GTK_WIDGET (self->show_button), is_secret);
  gtk_entry_set_visibility (self->value, !is_secret || gtk_toggle_button_get_active (self->show_button));
  gtk_entry_set_input_purpose (self->value, is_secret ? GTK_INPUT_PURPOSE_PASSWORD : GTK_INPUT_PURPOSE_FREE_FORM);
}

static void
changed_cb (WeirHeaderRow *self)
{
  weir_header_row_mask (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
remove_cb (WeirHeaderRow *self)
{
  g_signal_emit (self, signals[REMOVE], 0);
}

static void
weir_header_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), WEIR_TYPE_HEADER_ROW);
  G_OBJECT_CLASS (weir_header_row_parent_class)->dispose (object);
}

static void
weir_header_row_class_init (WeirHeaderRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_header_row_dispose;
  signals[CHANGED] =
      g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[REMOVE] =
      g_signal_new ("remove", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-header-row.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirHeaderRow, name);
  gtk_widget_class_bind_template_child (widget_class, WeirHeaderRow, value);
  gtk_widget_class_bind_template_child (widget_class, WeirHeaderRow, show_button);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, weir_header_row_mask);
  gtk_widget_class_bind_template_callback (widget_class, remove_cb);
}

static void
weir_header_row_init (WeirHeaderRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  weir_header_row_mask (self);
}

GtkWidget *
weir_header_row_new (void)
{
  return g_object_new (WEIR_TYPE_HEADER_ROW, NULL);
}

char *
weir_header_row_dup_name (WeirHeaderRow *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (self->name)));
}

char *
weir_header_row_dup_value (WeirHeaderRow *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->value))));
}
