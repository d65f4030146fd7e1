/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-format.h"

#include <locale.h>
#include <math.h>

#define SECOND G_GINT64_CONSTANT (1000000)

/* The tables are written with plain spaces. */
static void
check (const char *expected, char *text)
{
  g_autofree char *got = text;
  g_auto (GStrv) wide = g_strsplit (got, "\u00a0", -1);
  g_autofree char *plain = g_strjoinv (" ", wide);

  g_assert_cmpstr (plain, ==, expected);
  g_assert_true (strchr (got, ' ') == NULL);
}

static void
test_bytes (void)
{
  static const struct
  {
    guint64 bytes;
    const char *decimal;
    const char *binary;
  } rows[] = {
    { 0, "0 B", "0 B" },
    { 1, "1 B", "1 B" },
    { 220, "220 B", "220 B" },
    { 999, "999 B", "999 B" },
    { 1000, "1.0 kB", "1000 B" },
    { 1023, "1.0 kB", "1023 B" },
    { 1024, "1.0 kB", "1.0 KiB" },
    { 6600, "6.6 kB", "6.4 KiB" },
    { 96100, "96.1 kB", "93.8 KiB" },
    { 99949, "99.9 kB", "97.6 KiB" },
    { 99950, "100 kB", "97.6 KiB" },
    { 786000, "786 kB", "768 KiB" },
    { 999499, "999 kB", "976 KiB" },
    { 999500, "1.0 MB", "976 KiB" },
    { 1048063, "1.0 MB", "1023 KiB" },
    { 1048064, "1.0 MB", "1.0 MiB" },
    { 4000000, "4.0 MB", "3.8 MiB" },
    { 357000000, "357 MB", "340 MiB" },
    { 1320000000, "1.32 GB", "1.23 GiB" },
    { 9994000000, "9.99 GB", "9.31 GiB" },
    { 9996000000, "10.0 GB", "9.31 GiB" },
    { 41500000000, "41.5 GB", "38.6 GiB" },
    { 1500000000000, "1.50 TB", "1.36 TiB" },
    { G_MAXUINT64, "18.4 EB", "16.0 EiB" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      check (rows[i].decimal, weir_format_bytes (rows[i].bytes, WEIR_UNITS_DECIMAL));
      check (rows[i].binary, weir_format_bytes (rows[i].bytes, WEIR_UNITS_BINARY));
    }
}

static void
test_exact (void)
{
  check ("0 B", weir_format_bytes_exact (0));
  check ("999 B", weir_format_bytes_exact (999));
  check ("65 536 B", weir_format_bytes_exact (65536));
  check ("18 446 744 073 709 551 615 B", weir_format_bytes_exact (G_MAXUINT64));
  check ("0", weir_format_count (0));
  check ("3 392", weir_format_count (3392));
  check ("1 000 000", weir_format_count (1000000));
  check ("0 B", weir_format_limit (0));
  check ("64 KiB", weir_format_limit (65536));
  check ("65537 B", weir_format_limit (65537));
  check ("8 MiB", weir_format_limit (8 << 20));
  check ("1 GiB", weir_format_limit (1 << 30));
}

static void
test_rate (void)
{
  check ("0 B/s", weir_format_rate (0, WEIR_UNITS_DECIMAL));
  check ("220 B/s", weir_format_rate (220.4, WEIR_UNITS_DECIMAL));
  check ("3.1 kB/s", weir_format_rate (3100, WEIR_UNITS_DECIMAL));
  check ("11.9 MB/s", weir_format_rate (11.9e6, WEIR_UNITS_DECIMAL));
  check ("11.3 MiB/s", weir_format_rate (11.9e6, WEIR_UNITS_BINARY));
  check ("1.0 kB/s", weir_format_rate (999.7, WEIR_UNITS_DECIMAL));
  check ("0 B/s", weir_format_rate (-1, WEIR_UNITS_DECIMAL));
  check ("0 B/s", weir_format_rate (NAN, WEIR_UNITS_DECIMAL));
  check ("0 B/s", weir_format_rate (INFINITY, WEIR_UNITS_DECIMAL));
}

static void
test_percent (void)
{
  check ("0 %", weir_format_percent (0));
  check ("<1 %", weir_format_percent (0.0001));
  check ("1 %", weir_format_percent (0.005));
  check ("9 %", weir_format_percent (0.09));
  check ("100 %", weir_format_percent (1));
  check ("100 %", weir_format_percent (1.2));
  check ("0 %", weir_format_percent (-0.2));
  check ("0 %", weir_format_percent (NAN));
}

static void
test_duration (void)
{
  check ("0 s", weir_format_age (-5));
  check ("0 s", weir_format_age (999999));
  check ("3 s", weir_format_age (3999999));
  check ("1 m 12 s", weir_format_age (72 * SECOND));
  check ("0 ms", weir_format_duration (-5));
  check ("0 ms", weir_format_duration (0));
  check ("12 ms", weir_format_duration (12000));
  check ("999 ms", weir_format_duration (999999));
  check ("1.0 s", weir_format_duration (1000000));
  check ("4.2 s", weir_format_duration (4299999));
  check ("9.9 s", weir_format_duration (9999999));
  check ("10 s", weir_format_duration (10000000));
  check ("30 s", weir_format_duration (30 * SECOND));
  check ("59 s", weir_format_duration (59999999));
  check ("1 m 00 s", weir_format_duration (60 * SECOND));
  check ("1 m 12 s", weir_format_duration (72 * SECOND));
  check ("2 m 05 s", weir_format_duration (125 * SECOND));
  check ("59 m 59 s", weir_format_duration (3600 * SECOND - 1));
  check ("1 h 03 m", weir_format_duration (3780 * SECOND));
  check ("23 h 59 m", weir_format_duration (86400 * SECOND - 1));
  check ("2 d 04 h", weir_format_duration (52 * 3600 * SECOND));
  g_free (weir_format_duration (G_MAXINT64));
}

static void
test_delta (void)
{
  check ("+0 ms", weir_format_delta (0));
  check ("+12 ms", weir_format_delta (12400));
  check ("+999 ms", weir_format_delta (999499));
  check ("+1.0 s", weir_format_delta (999500));
  check ("+21.2 s", weir_format_delta (21200000));
  check ("+59.9 s", weir_format_delta (59949999));
  check ("+1 m 00 s", weir_format_delta (59950000));
  check ("+1 m 12 s", weir_format_delta (72000000));
  check ("−12 ms", weir_format_delta (-12000));
  check ("+0.6 ms", weir_format_delta_fine (600));
  check ("+2.1 ms", weir_format_delta_fine (2149));
  check ("+262.0 ms", weir_format_delta_fine (262000));
  check ("+1.000 s", weir_format_delta_fine (999950));
  check ("+1.204 s", weir_format_delta_fine (1204000));
  check ("+59.999 s", weir_format_delta_fine (59999499));
  check ("+1:00.000", weir_format_delta_fine (59999500));
  check ("−1:01.204", weir_format_delta_fine (-61204000));
  check ("+1:02:03.456", weir_format_delta_fine (3723456000));
  check ("−30.8 ms", weir_format_delta_fine (-30800));
  g_free (weir_format_delta (G_MAXINT64));
  g_free (weir_format_delta_fine (G_MININT64));
}

static void
test_time (void)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GTimeZone) east = g_time_zone_new_offset (2 * 3600);

  check ("00:00:00.000", weir_format_time (0, utc));
  check ("14:02:11.120", weir_format_time (G_GINT64_CONSTANT (1700056931120999), utc));
  check ("16:02:11.120", weir_format_time (G_GINT64_CONSTANT (1700056931120999), east));
  check ("23:59:59.999", weir_format_time (-1, utc));
  check ("?", weir_format_time (G_MAXINT64, utc));
  check ("?", weir_format_time (G_MININT64, NULL));
}

static void
test_short_id (void)
{
  check ("a7701be4", weir_format_short_id ("a7701be4-913e-4979-bad1-bcd190bd6124"));
  check ("short", weir_format_short_id ("short"));
  check ("", weir_format_short_id (""));
  check ("ééééüüüü", weir_format_short_id ("ééééüüüüx"));
}

static void
test_plain (void)
{
  g_autofree char *exact = weir_format_bytes_exact (1001537518);
  g_autofree char *text = weir_format_plain (g_strdup_printf ("%s, 4.2\u00a0s", exact));

  g_assert_cmpstr (text, ==, "1001537518 B, 4.2 s");
}

/* A shell makes of it what it was. */
static void
test_setting (void)
{
  static const struct
  {
    const char *value, *setting;
  } cases[] = {
    { NULL, "III_URL=" },
    { "ws://[::1]:49134/?token=a%20b", "III_URL=ws://[::1]:49134/?token=a%20b" },
    { "ws://h/?a=b&token=t", "III_URL='ws://h/?a=b&token=t'" },
    { "ws://h/'$(x)", "III_URL='ws://h/'\\''$(x)'" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *setting = weir_format_setting ("III_URL", cases[i].value);

      g_assert_cmpstr (setting, ==, cases[i].setting);
    }
}

static void
test_scale (void)
{
  const char *unit;

  g_assert_cmpfloat (weir_format_scale (12e6, WEIR_UNITS_DECIMAL, &unit), ==, 1e6);
  g_assert_cmpstr (unit, ==, "MB");
  g_assert_cmpfloat (weir_format_scale (12e6, WEIR_UNITS_BINARY, &unit), ==, 1024 * 1024);
  g_assert_cmpstr (unit, ==, "MiB");
  g_assert_cmpfloat (weir_format_scale (0, WEIR_UNITS_DECIMAL, &unit), ==, 1);
  g_assert_cmpstr (unit, ==, "B");
}

int
main (int argc, char *argv[])
{
  setlocale (LC_ALL, ""); /* a locale with a decimal comma must not show */
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decode/format/bytes", test_bytes);
  g_test_add_func ("/decode/format/exact", test_exact);
  g_test_add_func ("/decode/format/plain", test_plain);
  g_test_add_func ("/decode/format/rate", test_rate);
  g_test_add_func ("/decode/format/percent", test_percent);
  g_test_add_func ("/decode/format/duration", test_duration);
  g_test_add_func ("/decode/format/delta", test_delta);
  g_test_add_func ("/decode/format/time", test_time);
  g_test_add_func ("/decode/format/short-id", test_short_id);
  g_test_add_func ("/decode/format/scale", test_scale);
  g_test_add_func ("/decode/format/setting", test_setting);
  return g_test_run ();
}
