/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-format.h"

#include <math.h>
#include <string.h>

#define SPACE "\u00a0" /* before a unit */
/* Between groups of digits. Right to left a thin space would turn them round: 2 186 read 186 2. The narrow no-break
 * space has no width in Cantarell. */
#define GROUP_SPACE "\u00a0"

#define US_PER_MS 1000

static const char *const unit_names[][7] = {
  [WEIR_UNITS_DECIMAL] = { "B", "kB", "MB", "GB", "TB", "PB", "EB" },
  [WEIR_UNITS_BINARY] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" },
};

/* From here on two decimals are worth their room. */
#define GIGA 3

static double
get_base (WeirUnits units)
{
  return units == WEIR_UNITS_BINARY ? 1024 : 1000;
}

/* Brings *value below the base, as it looks after rounding; returns the unit. */
static guint
find_unit (double *value, WeirUnits units)
{
  guint unit = 0;

  while (*value >= get_base (units) - 0.5 && unit + 1 < G_N_ELEMENTS (unit_names[units]))
    {
      *value /= get_base (units);
      unit++;
    }
  return unit;
}

static char *
format_bytes (double value, WeirUnits units, const char *suffix)
{
  guint unit = find_unit (&value, units);
  const char *format = "%.0f";
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  if (unit >= GIGA && value < 9.995)
    format = "%.2f";
  else if (unit > 0 && value < 99.95)
    format = "%.1f";
  g_ascii_formatd (number, sizeof number, format, value);
  return g_strconcat (number, SPACE, unit_names[units][unit], suffix, NULL);
}

char *
weir_format_bytes (guint64 bytes, WeirUnits units)
{
  return format_bytes (bytes, units, NULL);
}

char *
weir_format_rate (double bytes_per_s, WeirUnits units)
{
  return format_bytes (isfinite (bytes_per_s) ? MAX (bytes_per_s, 0) : 0, units, "/s");
}

char *
weir_format_count (guint64 count)
{
  g_autofree char *digits = g_strdup_printf ("%" G_GUINT64_FORMAT, count);
  gsize len = strlen (digits);
  GString *out = g_string_new (NULL);

  for (gsize i = 0; i < len; i++)
    {
      if (i > 0 && (len - i) % 3 == 0)
        g_string_append (out, GROUP_SPACE);
      g_string_append_c (out, digits[i]);
    }
  return g_string_free (out, FALSE);
}

char *
weir_format_bytes_exact (guint64 bytes)
{
  g_autofree char *count = weir_format_count (bytes);

  return g_strconcat (count, SPACE "B", NULL);
}

char *
weir_format_limit (guint64 bytes)
{
  guint unit = 0;

  while (bytes >= 1024 && bytes % 1024 == 0 && unit + 1 < G_N_ELEMENTS (unit_names[WEIR_UNITS_BINARY]))
    {
      bytes /= 1024;
      unit++;
    }
  return g_strdup_printf ("%" G_GUINT64_FORMAT SPACE "%s", bytes, unit_names[WEIR_UNITS_BINARY][unit]);
}

char *
weir_format_percent (double share)
{
  double percent = isfinite (share) ? CLAMP (share, 0, 1) * 100 : 0;

  if (percent > 0 && percent < 0.5)
    return g_strdup ("<1" SPACE "%");
  return g_strdup_printf ("%d" SPACE "%%", (int) (percent + 0.5));
}

/* A minute and more, in its two largest units. */
static char *
format_long (const char *sign, gint64 s)
{
  gint64 m = s / 60, h = m / 60;

  if (m < 60)
    return g_strdup_printf ("%s%d" SPACE "m" SPACE "%02d" SPACE "s", sign, (int) m, (int) (s % 60));
  if (h < 24)
    return g_strdup_printf ("%s%d" SPACE "h" SPACE "%02d" SPACE "m", sign, (int) h, (int) (m % 60));
  return g_strdup_printf ("%s%" G_GINT64_FORMAT SPACE "d" SPACE "%02d" SPACE "h", sign, h / 24, (int) (h % 24));
}

/* @value in units of which @per_unit make one @unit: 42 tenths of a second, "4.2 s". @per_unit: 1, 10 or 1000. */
static char *
format_decimal (const char *sign, gint64 value, int per_unit, const char *unit)
{
  int whole = value / per_unit, rest = value % per_unit;

  if (per_unit == 1)
    return g_strdup_printf ("%s%d" SPACE "%s", sign, whole, unit);
  return g_strdup_printf ("%s%d.%0*d" SPACE "%s", sign, whole, per_unit == 10 ? 1 : 3, rest, unit);
}

char *
weir_format_duration (gint64 duration_us)
{
  gint64 us = MAX (duration_us, 0);

  if (us < G_USEC_PER_SEC)
    return format_decimal ("", us / US_PER_MS, 1, "ms");
  if (us < 10 * G_USEC_PER_SEC)
    return format_decimal ("", us / (G_USEC_PER_SEC / 10), 10, "s");
  if (us < 60 * G_USEC_PER_SEC)
    return format_decimal ("", us / G_USEC_PER_SEC, 1, "s");
  return format_long ("", us / G_USEC_PER_SEC);
}

char *
weir_format_age (gint64 age_us)
{
  gint64 us = MAX (age_us, 0);

  return us < 60 * G_USEC_PER_SEC ? format_decimal ("", us / G_USEC_PER_SEC, 1, "s") : weir_format_duration (us);
}

static gint64
divide_round (gint64 value, gint64 by)
{
  return value / by + (value % by >= by / 2 ? 1 : 0);
}

/* The parts of a second are @per_ms parts of a millisecond, then @per_s parts of a second, as they look after rounding.
 */
static char *
format_delta (gint64 delta_us, int per_ms, int per_s)
{
  const char *sign = delta_us < 0 ? "−" : "+";
  gint64 us = delta_us == G_MININT64 ? G_MAXINT64 : ABS (delta_us);

  if (divide_round (us, US_PER_MS / per_ms) < (gint64) 1000 * per_ms)
    return format_decimal (sign, divide_round (us, US_PER_MS / per_ms), per_ms, "ms");
  if (divide_round (us, G_USEC_PER_SEC / per_s) < (gint64) 60 * per_s)
    return format_decimal (sign, divide_round (us, G_USEC_PER_SEC / per_s), per_s, "s");
  return format_long (sign, divide_round (us, G_USEC_PER_SEC));
}

char *
weir_format_delta (gint64 delta_us)
{
  return format_delta (delta_us, 1, 10);
}

/* As a stopwatch: "+1:01.204", "+1:02:03.456". */
static char *
format_stopwatch (const char *sign, gint64 ms)
{
  gint64 s = ms / 1000, h = s / 3600;
  g_autofree char *hours = h > 0 ? g_strdup_printf ("%" G_GINT64_FORMAT ":%02d", h, (int) (s / 60 % 60))
                                 : g_strdup_printf ("%d", (int) (s / 60));

  return g_strdup_printf ("%s%s:%02d.%03d", sign, hours, (int) (s % 60), (int) (ms % 1000));
}

char *
weir_format_delta_fine (gint64 delta_us)
{
  gint64 us = delta_us == G_MININT64 ? G_MAXINT64 : ABS (delta_us);
  gint64 ms = divide_round (us, US_PER_MS);

  if (ms >= 60 * 1000)
    return format_stopwatch (delta_us < 0 ? "−" : "+", ms);
  return format_delta (delta_us, 10, 1000);
}

char *
weir_format_time (gint64 unix_us, GTimeZone *zone)
{
  gint64 s = unix_us / G_USEC_PER_SEC, us = unix_us % G_USEC_PER_SEC;
  g_autoptr (GDateTime) utc = NULL;
  g_autoptr (GDateTime) there = NULL;

  if (us < 0)
    {
      s--;
      us += G_USEC_PER_SEC;
    }
  utc = g_date_time_new_from_unix_utc (s);
  if (utc != NULL)
    there = zone != NULL ? g_date_time_to_timezone (utc, zone) : g_date_time_to_local (utc);
  if (there == NULL)
    return g_strdup ("?");
  return g_strdup_printf ("%02d:%02d:%02d.%03d", g_date_time_get_hour (there), g_date_time_get_minute (there),
                          g_date_time_get_second (there), (int) (us / US_PER_MS));
}

char *
weir_format_short_id (const char *channel_id)
{
  g_autofree char *valid = g_utf8_make_valid (channel_id, -1);

  return g_utf8_substring (valid, 0, MIN (g_utf8_strlen (valid, -1), 8));
}

double
weir_format_scale (double max_bytes, WeirUnits units, const char **unit)
{
  double value = isfinite (max_bytes) ? MAX (max_bytes, 0) : 0;
  guint i = find_unit (&value, units);

  *unit = unit_names[units][i];
  return pow (get_base (units), i);
}

char *
weir_format_plain (char *text)
{
  char *to = text;

  for (const char *from = text; *from != '\0';)
    {
      if (g_str_has_prefix (from, GROUP_SPACE) && g_ascii_isdigit (from[strlen (GROUP_SPACE)]) && to > text &&
          g_ascii_isdigit (to[-1]))
        {
          from += strlen (GROUP_SPACE);
          continue;
        }
      if (g_str_has_prefix (from, SPACE))
        {
          *to++ = ' ';
          from += strlen (SPACE);
          continue;
        }
      *to++ = *from++;
    }
  *to = '\0';
  return text;
}

char *
weir_format_setting (const char *name, const char *value)
{
  gboolean is_special = value != NULL && strpbrk (value, " \t\n&;|<>(){}$`\\\"'*#!~") != NULL;
  g_autofree char *quoted = is_special ? g_shell_quote (value) : g_strdup (value);

  return g_strconcat (name, "=", quoted, NULL);
}
