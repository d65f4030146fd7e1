/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-preferences.h"

#include "weir-settings.h"

struct _WeirPreferences
{
  AdwPreferencesWindow parent_instance;

  AdwComboRow *theme;
  AdwComboRow *units;
  AdwComboRow *graph_span;
  GtkSwitch *follow_tail;
};

G_DEFINE_FINAL_TYPE (WeirPreferences, weir_preferences, ADW_TYPE_PREFERENCES_WINDOW)

static void
weir_preferences_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), WEIR_TYPE_PREFERENCES);
  G_OBJECT_CLASS (weir_preferences_parent_class)->dispose (object);
}

static void
weir_preferences_class_init (WeirPreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = weir_preferences_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/weir/Weir/ui/weir-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, WeirPreferences, theme);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferences, units);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferences, graph_span);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferences, follow_tail);
}

static void
weir_preferences_init (WeirPreferences *self)
{
  static const char *const themes[] = { "system", "light", "dark", NULL };
  static const char *const units[] = { "decimal", "binary", NULL };

  gtk_widget_init_template (GTK_WIDGET (self));
  weir_settings_bind_choice ("theme", self->theme, themes);
  weir_settings_bind_choice ("units", self->units, units);
  weir_settings_bind_choice ("graph-span", self->graph_span, weir_settings_spans);
  g_settings_bind (weir_settings_get (), "follow-tail", self->follow_tail, "active", G_SETTINGS_BIND_DEFAULT);
}

GtkWidget *
weir_preferences_new (GtkWindow *parent)
{
  return g_object_new (WEIR_TYPE_PREFERENCES, "transient-for", parent, NULL);
}
