/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

/* Figures as people read them, the same in window and terminal. The point is a '.' and the digits are ASCII whatever
 * the locale; nothing here is translated. Between a figure and its unit, and between groups of digits, is a no-break
 * space (U+00A0). Every char * is the caller's. Any thread. */

G_BEGIN_DECLS

typedef enum
{
  WEIR_UNITS_DECIMAL, /* kB: 1000 bytes */
  WEIR_UNITS_BINARY,  /* KiB: 1024 bytes */
} WeirUnits;

char *weir_format_bytes (guint64 bytes, WeirUnits units);     /* "220 B", "4.0 MB", "786 kB", "1.32 GB" */
char *weir_format_bytes_exact (guint64 bytes);                /* "65 536 B" */
char *weir_format_limit (guint64 bytes);                      /* "64 KiB": the largest binary unit without a rest */
char *weir_format_rate (double bytes_per_s, WeirUnits units); /* "11.9 MB/s" */
char *weir_format_count (guint64 count);                      /* "3 392" */
char *weir_format_percent (double share);                     /* 0.09: "9 %"; what is less than half of one: "<1 %" */

/* Whole units only, as time passes: "12 ms", "4.2 s", "30 s", "1 m 12 s", "1 h 03 m", "2 d 04 h". Nothing below 0. */
char *weir_format_duration (gint64 duration_us);

/* The same in whole seconds from the start: for figures that count on in a column. "3 s", "1 m 12 s". */
char *weir_format_age (gint64 age_us);

/* Since some event, rounded: "+12 ms", "+21.2 s", "+1 m 12 s"; "−12 ms" when it was before. */
char *weir_format_delta (gint64 delta_us);
/* For messages in quick succession: "+0.6 ms", "+262.0 ms", "+1.204 s", "+1:01.204". */
char *weir_format_delta_fine (gint64 delta_us);

/**
 * weir_format_time:
 * @unix_us: µs since 1970 UTC
 * @zone: (nullable): %NULL: where we are
 *
 * Returns: the time of day, "14:02:11.120"; "?" for a time that no calendar has
 */
char *weir_format_time (gint64 unix_us, GTimeZone *zone);

/* What stands in a text between figures and their units and between groups of digits, for who searches it or reads it
 * by a program: "65 536 B" is "65536 B". In place. Returns: @text */
char *weir_format_plain (char *text);

/* The first 8 characters of a channel's id. */
char *weir_format_short_id (const char *channel_id);

/**
 * weir_format_scale:
 * @max_bytes: the largest value of an axis
 * @unit: (out): a constant: "MB"
 *
 * Returns: what to divide the axis' values by
 */
double weir_format_scale (double max_bytes, WeirUnits units, const char **unit);

/* NAME=value as it is pasted into a shell: in quotes where that would take it for something else. @value: (nullable):
 * nothing */
char *weir_format_setting (const char *name, const char *value);

G_END_DECLS
