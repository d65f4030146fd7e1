/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-settings.h"

#include "weir-key-mask.h"

/* Before any other hears of it, and draws. */
static void
mask_keys_cb (GSettings *settings)
{
  weir_key_mask_set_shows_keys (!g_settings_get_boolean (settings, "mask-keys"));
}

GSettings *
weir_settings_get (void)
{
  static GSettings *settings;

  if (settings == NULL)
    {
      settings = g_settings_new (WEIR_APP_ID);
      g_signal_connect (settings, "changed::mask-keys", G_CALLBACK (mask_keys_cb), NULL);
      mask_keys_cb (settings);
    }

  return settings;
}

WeirUnits
weir_settings_get_units (void)
{
  return g_settings_get_enum (weir_settings_get (), "units");
}

gint64
weir_settings_get_span_us (void)
{
  return (gint64) g_settings_get_enum (weir_settings_get (), "graph-span") * G_USEC_PER_SEC;
}

const char *const weir_settings_spans[] = { "10s", "1min", "5min", "15min", "1h", NULL };

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
  guint row = g_value_get_uint (value);

  return row < g_strv_length ((char **) nicks) ? g_variant_new_string (nicks[row]) : NULL;
}

void
weir_settings_bind_choice (const char *key, gpointer row, const char *const *nicks)
{
  g_settings_bind_with_mapping (weir_settings_get (), key, row, "selected", G_SETTINGS_BIND_DEFAULT, nick_to_row,
                                row_to_nick, (gpointer) nicks, NULL);
}

guint32
weir_settings_get_snaplen (void)
{
  return g_settings_get_enum (weir_settings_get (), "snaplen");
}

guint64
weir_settings_get_disk_limit (void)
{
  return (guint64) g_settings_get_uint (weir_settings_get (), "tap-disk-limit") << 20;
}
