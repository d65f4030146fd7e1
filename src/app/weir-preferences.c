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

/* The rows' items are in the order of the nicks, which are in user_data. */
static gboolean
nick_to_row (GValue *value, GVariant *variant, gpointer user_data)
{
  const char *const *nicks = user_data;

  for (guint i = 0; nicks[i] != NULL; i++)
    if (g_str_equal (nicks[i], g_variant_get_string (variant, NULL)))
      {
        g_value_set_uint (value, i);
        return TRUE;
      }

  return FALSE;
}

static GVariant *
row_to_nick (const GValue *value, const GVariantType *type, gpointer user_data)
{
  const char *const *nicks = user_data;

  return g_value_get_uint (value) == GTK_INVALID_LIST_POSITION ? NULL
                                                               : g_variant_new_string (nicks[g_value_get_uint (value)]);
}

static void
bind_row (AdwComboRow *row, const char *key, const char *const *nicks)
{
  g_settings_bind_with_mapping (weir_settings_get (), key, row, "selected", G_SETTINGS_BIND_DEFAULT, nick_to_row,
                                row_to_nick, (gpointer) nicks, NULL);
}

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
  static const char *const spans[] = { "10s", "1min", "5min", NULL };

  gtk_widget_init_template (GTK_WIDGET (self));
  bind_row (self->theme, "theme", themes);
  bind_row (self->units, "units", units);
  bind_row (self->graph_span, "graph-span", spans);
  g_settings_bind (weir_settings_get (), "follow-tail", self->follow_tail, "active", G_SETTINGS_BIND_DEFAULT);
}

GtkWidget *
weir_preferences_new (GtkWindow *parent)
{
  return g_object_new (WEIR_TYPE_PREFERENCES, "transient-for", parent, NULL);
}
