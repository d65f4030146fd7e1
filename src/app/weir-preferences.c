/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-preferences.h"

#include <glib/gi18n.h>

#include "weir-focus.h"
#include "weir-settings.h"
#include "weir-text-scale.h"

struct _WeirPreferences
{
  AdwPreferencesWindow parent_instance;

  AdwComboRow *theme;
  AdwComboRow *units;
  AdwComboRow *graph_span;
  AdwComboRow *time_format;
  AdwComboRow *snaplen;
  GtkSpinButton *disk_limit;
  GtkSpinButton *history_memory;
  GtkSwitch *mask_keys;
  GtkSwitch *follow_tail;
  GtkSwitch *notify;
  GtkSwitch *notify_stalls;
  GtkSwitch *notify_failed_calls;
  GtkSwitch *notify_losses;
  GtkSwitch *notify_others;
};

G_DEFINE_FINAL_TYPE (WeirPreferences, weir_preferences, ADW_TYPE_PREFERENCES_WINDOW)

/* --- which alarms: a switch for each nick of a set --- */

static gboolean
nick_to_switch (GValue *value, GVariant *variant, gpointer user_data)
{
  g_autofree const char **nicks = g_variant_get_strv (variant, NULL);

  g_value_set_boolean (value, g_strv_contains (nicks, user_data));
  return TRUE;
}

static GVariant *
switch_to_nick (const GValue *value, const GVariantType *type, gpointer user_data)
{
  g_auto (GStrv) before = g_settings_get_strv (weir_settings_get (), "notify-alarms");
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) after = NULL;

  for (guint i = 0; before[i] != NULL; i++)
    if (!g_str_equal (before[i], user_data))
      g_strv_builder_add (builder, before[i]);
  if (g_value_get_boolean (value))
    g_strv_builder_add (builder, user_data);
  after = g_strv_builder_end (builder);
  return g_variant_new_strv ((const char *const *) after, -1);
}

static void
weir_preferences_bind_alarm (WeirPreferences *self, GtkSwitch *widget, const char *nick)
{
  GtkWidget *row = gtk_widget_get_ancestor (GTK_WIDGET (widget), ADW_TYPE_ACTION_ROW);

  g_settings_bind_with_mapping (weir_settings_get (), "notify-alarms", widget, "active", G_SETTINGS_BIND_DEFAULT,
                                nick_to_switch, switch_to_nick, (gpointer) nick, NULL);
  g_object_bind_property (self->notify, "active", row, "sensitive", G_BINDING_SYNC_CREATE);
}

/* --- masking: what it opens is said first --- */

static void
unmask_response_cb (AdwMessageDialog *dialog, const char *response, WeirPreferences *self)
{
  if (g_str_equal (response, "show"))
    g_settings_set_boolean (weir_settings_get (), "mask-keys", FALSE);
}

static void
ask_to_unmask (WeirPreferences *self)
{
  GtkWidget *dialog = adw_message_dialog_new (
      GTK_WINDOW (self), _ ("Show Access Keys?"),
      _ ("Every key in a tapped message is then shown and copied as it is, in all taps. Whoever sees one, on this "
         "screen "
         "or in a picture of it, can read that channel or write into it for as long as it lives."));

  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "show", _ ("_Show Keys"),
                                    NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "show", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (unmask_response_cb), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
show_masking (WeirPreferences *self)
{
  gboolean is_masked = g_settings_get_boolean (weir_settings_get (), "mask-keys");

  gtk_switch_set_active (self->mask_keys, is_masked);
  gtk_switch_set_state (self->mask_keys, is_masked);
}

/* Off only once it is confirmed. */
static gboolean
mask_keys_cb (GtkSwitch *widget, gboolean is_on, WeirPreferences *self)
{
  gboolean is_masked = g_settings_get_boolean (weir_settings_get (), "mask-keys");

  if (is_on == is_masked)
    return FALSE;
  if (is_on)
    g_settings_set_boolean (weir_settings_get (), "mask-keys", TRUE);
  else
    {
      ask_to_unmask (self);
      show_masking (self);
    }
  return TRUE;
}

/* --- the type --- */

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
  gtk_widget_class_bind_template_child (widget_class, WeirPreferences, time_format);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferences, snaplen);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferences, disk_limit);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferences, mask_keys);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferences, history_memory);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferences, follow_tail);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferences, notify);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferences, notify_stalls);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferences, notify_failed_calls);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferences, notify_losses);
  gtk_widget_class_bind_template_child (widget_class, WeirPreferences, notify_others);
  gtk_widget_class_bind_template_callback (widget_class, mask_keys_cb);
}

/* Beside its title a large value would be no more than an ellipsis. */
static void
show_values_below (WeirPreferences *self)
{
  AdwComboRow *rows[] = { self->theme, self->units, self->graph_span, self->time_format, self->snaplen };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const char *said = adw_action_row_get_subtitle (ADW_ACTION_ROW (rows[i]));

      gtk_widget_set_tooltip_text (GTK_WIDGET (rows[i]), said != NULL && *said != '\0' ? said : NULL);
      adw_combo_row_set_use_subtitle (rows[i], TRUE);
    }
}

static void
weir_preferences_init (WeirPreferences *self)
{
  static const char *const themes[] = { "system", "light", "dark", NULL };
  static const char *const units[] = { "decimal", "binary", NULL };
  static const char *const times[] = { "absolute", "since-start", "since-previous", NULL };
  static const char *const snaplens[] = { "1kib", "16kib", "64kib", "1mib", "whole", NULL };
  GSettings *settings = weir_settings_get ();

  gtk_widget_init_template (GTK_WIDGET (self));
  weir_text_scale_window (GTK_WINDOW (self));
  if (weir_text_scale_is_large (GTK_WIDGET (self)))
    show_values_below (self);
  weir_settings_bind_choice ("theme", self->theme, themes);
  weir_settings_bind_choice ("units", self->units, units);
  weir_settings_bind_choice ("graph-span", self->graph_span, weir_settings_spans);
  weir_settings_bind_choice ("time-format", self->time_format, times);
  weir_settings_bind_choice ("snaplen", self->snaplen, snaplens);
  g_settings_bind (settings, "notify", self->notify, "active", G_SETTINGS_BIND_DEFAULT);
  weir_preferences_bind_alarm (self, self->notify_stalls, "stalls");
  weir_preferences_bind_alarm (self, self->notify_failed_calls, "failed-calls");
  weir_preferences_bind_alarm (self, self->notify_losses, "losses");
  weir_preferences_bind_alarm (self, self->notify_others, "others");
  g_settings_bind (settings, "tap-disk-limit", self->disk_limit, "value", G_SETTINGS_BIND_DEFAULT);
  g_settings_bind (settings, "history-memory", self->history_memory, "value", G_SETTINGS_BIND_DEFAULT);
  g_signal_connect_object (settings, "changed::mask-keys", G_CALLBACK (show_masking), self, G_CONNECT_SWAPPED);
  show_masking (self);
  weir_focus_name_parts (GTK_WIDGET (self));
  g_settings_bind (settings, "follow-tail", self->follow_tail, "active", G_SETTINGS_BIND_DEFAULT);
}

GtkWidget *
weir_preferences_new (GtkWindow *parent)
{
  return g_object_new (WEIR_TYPE_PREFERENCES, "transient-for", parent, NULL);
}
