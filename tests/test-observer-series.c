/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "weir-series.h"

#define S     ((gint64) G_USEC_PER_SEC)
#define START (1000 * S) /* some monotonic time */

static WeirTotals
totals_of (guint64 written, guint64 sent, guint64 acked)
{
  WeirTotals totals = { .written_bytes = written, .sent_bytes = sent, .acked_bytes = acked };

  return totals;
}

/* Four samples a second, each of @step bytes, from START on. */
static WeirSeries *
steady (guint n_samples, guint64 step)
{
  WeirSeries *series = weir_series_new ();

  for (guint i = 0; i <= n_samples; i++)
    {
      WeirTotals totals = totals_of (i * step, i * step / 2, 0);

      weir_series_push (series, START + i * S / 4, &totals, 0);
    }
  return series;
}

static void
test_empty (void)
{
  g_autoptr (WeirSeries) series = weir_series_new ();
  float values[4];

  g_assert_cmpint (weir_series_get_first_us (series), ==, 0);
  g_assert_true (isnan (weir_series_value_at (series, WEIR_SERIES_SENT, START)));
  g_assert_cmpfloat (weir_series_rate (series, WEIR_SERIES_SENT, START, S), ==, 0);
  weir_series_reduce (series, WEIR_SERIES_SENT, START, START + S, values, G_N_ELEMENTS (values));
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    g_assert_true (isnan (values[i]));
}

static void
test_steady (void)
{
  g_autoptr (WeirSeries) series = steady (40, 1000);
  float values[10];

  weir_series_reduce (series, WEIR_SERIES_WRITTEN, START, START + 10 * S, values, 10);
  for (guint i = 0; i < 10; i++)
    g_assert_cmpfloat_with_epsilon (values[i], 4000, 1);
  weir_series_reduce (series, WEIR_SERIES_SENT, START, START + 10 * S, values, 10);
  for (guint i = 0; i < 10; i++)
    g_assert_cmpfloat_with_epsilon (values[i], 2000, 1);
  g_assert_cmpfloat_with_epsilon (weir_series_rate (series, WEIR_SERIES_WRITTEN, START + 10 * S, S), 4000, 1);
  g_assert_cmpfloat_with_epsilon (weir_series_value_at (series, WEIR_SERIES_WRITTEN, START + 5 * S + 3), 4000, 1);
  g_assert_cmpint (weir_series_get_first_us (series), ==, START);
}

/* Before the first sample nothing is known; the piece in which it lies is. */
static void
test_before_first (void)
{
  g_autoptr (WeirSeries) series = steady (8, 1000);
  float values[8];

  g_assert_true (isnan (weir_series_value_at (series, WEIR_SERIES_WRITTEN, START - 1)));
  weir_series_reduce (series, WEIR_SERIES_WRITTEN, START - 2 * S, START + 2 * S, values, 8);
  for (guint i = 0; i < 4; i++)
    g_assert_true (isnan (values[i]));
  for (guint i = 4; i < 8; i++)
    g_assert_cmpfloat_with_epsilon (values[i], 4000, 1);
}

/* A rate lasts until the next sample is overdue, then it is zero; what is buffered stays. */
static void
test_after_last (void)
{
  g_autoptr (WeirSeries) series = steady (8, 1000);
  gint64 last = START + 2 * S;
  float values[4];

  g_assert_cmpfloat_with_epsilon (weir_series_value_at (series, WEIR_SERIES_WRITTEN, last + S / 4), 4000, 1);
  g_assert_cmpfloat (weir_series_value_at (series, WEIR_SERIES_WRITTEN, last + S), ==, 0);

  /* The figure does not sag while the next sample is on its way. */
  g_assert_cmpfloat_with_epsilon (weir_series_rate (series, WEIR_SERIES_WRITTEN, last + S / 4, S), 4000, 1);
  g_assert_cmpfloat_with_epsilon (weir_series_rate (series, WEIR_SERIES_WRITTEN, last + S / 2, S), 2000, 1);
  g_assert_cmpfloat (weir_series_rate (series, WEIR_SERIES_WRITTEN, last + 3 * S, S), ==, 0);

  weir_series_reduce (series, WEIR_SERIES_WRITTEN, last + 2 * S, last + 4 * S, values, 4);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpfloat (values[i], ==, 0);
}

/* What comes after a silence moved in its last second. */
static void
test_silence (void)
{
  g_autoptr (WeirSeries) series = weir_series_new ();
  WeirTotals totals = { 0 };
  float values[10];

  weir_series_push (series, START, &totals, 0);
  totals.written_bytes = 5000;
  weir_series_push (series, START + 10 * S, &totals, 0);

  weir_series_reduce (series, WEIR_SERIES_WRITTEN, START, START + 10 * S, values, 10);
  for (guint i = 0; i < 9; i++)
    g_assert_cmpfloat (values[i], ==, 0);
  g_assert_cmpfloat_with_epsilon (values[9], 5000, 1);
  g_assert_cmpfloat (weir_series_value_at (series, WEIR_SERIES_WRITTEN, START + 5 * S), ==, 0);
  g_assert_cmpfloat_with_epsilon (weir_series_rate (series, WEIR_SERIES_WRITTEN, START + 10 * S, S), 5000, 1);
}

/* Samples that come in a bunch make no needle, and no byte is lost. */
static void
test_bunched (void)
{
  g_autoptr (WeirSeries) series = weir_series_new ();
  WeirTotals totals = { 0 };
  float peak;

  weir_series_push (series, START, &totals, 0);
  for (guint i = 1; i <= 40; i++)
    {
      totals.written_bytes += 900;
      weir_series_push (series, START + i * S / 4, &totals, 0);
      totals.written_bytes += 100;
      weir_series_push (series, START + i * S / 4 + 50, &totals, 0);
      totals.written_bytes += 0;
      weir_series_push (series, START + i * S / 4 + 50, &totals, 0); /* the same moment */
    }
  weir_series_reduce (series, WEIR_SERIES_WRITTEN, START, START + 10 * S, &peak, 1);
  g_assert_cmpfloat_with_epsilon (peak, 4000, 100);
  g_assert_cmpfloat_with_epsilon (weir_series_rate (series, WEIR_SERIES_WRITTEN, START + 10 * S + 50, 10 * S) * 10,
                                  40000, 20);
}

/* One push right behind the first, and nothing more: all of it counts, and none of it is a needle. */
static void
test_at_once (void)
{
  g_autoptr (WeirSeries) series = weir_series_new ();
  WeirTotals totals = { 0 };
  float peak;

  weir_series_push (series, START, &totals, 0);
  totals.written_bytes = 1000;
  weir_series_push (series, START, &totals, 0);
  g_assert_cmpfloat_with_epsilon (weir_series_rate (series, WEIR_SERIES_WRITTEN, START + S / 10, S), 1000, 1);
  weir_series_reduce (series, WEIR_SERIES_WRITTEN, START, START + S, &peak, 1);
  g_assert_cmpfloat_with_epsilon (peak, 10000, 1);

  totals.written_bytes = 1500;
  weir_series_push (series, START + S / 4, &totals, 0);
  weir_series_reduce (series, WEIR_SERIES_WRITTEN, START, START + S, &peak, 1);
  g_assert_cmpfloat_with_epsilon (peak, 6000, 1);
}

static void
test_peak (void)
{
  g_autoptr (WeirSeries) series = weir_series_new ();
  WeirTotals totals = { 0 };
  float values[3];

  for (guint i = 0; i <= 120; i++)
    {
      totals.written_bytes += i == 61 ? 50000 : 100; /* one busy quarter of a second in thirty */
      weir_series_push (series, START + i * S / 4, &totals, 0);
    }
  weir_series_reduce (series, WEIR_SERIES_WRITTEN, START, START + 30 * S, values, 3);
  g_assert_cmpfloat_with_epsilon (values[0], 400, 1);
  g_assert_cmpfloat_with_epsilon (values[1], 200000, 10);
  g_assert_cmpfloat_with_epsilon (values[2], 400, 1);
}

/* One message of 8 bytes each 200 ms: a sample has one of them or two, and the stream is steady all the same, as long
 * as it is kept. */
static void
test_few (void)
{
  g_autoptr (WeirSeries) series = weir_series_new ();
  WeirTotals totals = { 0 };
  gint64 at = START;
  float values[480];

  for (guint i = 0; i <= 480; i++, at += S / 4)
    {
      totals.written_messages = (at - START) * 5 / S;
      totals.written_bytes = totals.written_messages * 8;
      weir_series_push (series, at, &totals, 0);
    }
  weir_series_reduce (series, WEIR_SERIES_WRITTEN, START, START + 120 * S, values, G_N_ELEMENTS (values));
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    g_assert_cmpfloat_with_epsilon (values[i], 40, 0.1);
  g_assert_cmpfloat_with_epsilon (weir_series_value_at (series, WEIR_SERIES_WRITTEN, START + 90 * S + 1), 40, 0.1);

  totals.written_bytes += 8000; /* many at once are as many as they are */
  totals.written_messages += 1000;
  weir_series_push (series, at, &totals, 0);
  g_assert_cmpfloat_with_epsilon (weir_series_value_at (series, WEIR_SERIES_WRITTEN, at - S / 8), 32000, 1);
}

/* A level holds from the sample that says it on, and a silence changes nothing. */
static void
test_levels (void)
{
  g_autoptr (WeirSeries) series = weir_series_new ();
  WeirTotals totals = { 0 };
  float values[6];

  weir_series_push (series, START, &totals, 0);
  totals.buffered_messages = 64;
  totals.buffered_bytes = 4 << 20;
  weir_series_push (series, START + 2 * S, &totals, 0);
  totals.buffered_messages = 3;
  totals.buffered_bytes = 30;
  weir_series_push (series, START + 4 * S, &totals, 0);

  weir_series_reduce (series, WEIR_SERIES_BUFFERED_MESSAGES, START, START + 6 * S, values, 6);
  g_assert_cmpfloat (values[0], ==, 0);
  g_assert_cmpfloat (values[1], ==, 0);
  g_assert_cmpfloat (values[2], ==, 64);
  g_assert_cmpfloat (values[3], ==, 64);
  g_assert_cmpfloat (values[4], ==, 3);
  g_assert_cmpfloat (values[5], ==, 3);
  g_assert_cmpfloat (weir_series_value_at (series, WEIR_SERIES_BUFFERED_BYTES, START + 3 * S), ==, 4 << 20);
  g_assert_cmpfloat (weir_series_value_at (series, WEIR_SERIES_BUFFERED_BYTES, START + 60 * S), ==, 30);
  g_assert_cmpfloat_with_epsilon (weir_series_rate (series, WEIR_SERIES_BUFFERED_MESSAGES, START + 4 * S, 4 * S), 32,
                                  0.1);
}

/* Held from 1 s to 2.5 s, as closed intervals and open ones tell it. */
static void
test_held (void)
{
  g_autoptr (WeirSeries) series = weir_series_new ();
  WeirTotals totals = { 0 };
  float values[4];

  weir_series_push (series, START, &totals, 0);
  weir_series_push (series, START + S, &totals, START + S);
  weir_series_push (series, START + 2 * S, &totals, START + S);
  g_assert_cmpfloat (weir_series_value_at (series, WEIR_SERIES_HELD, START + 2 * S + S / 4), ==, 1); /* it goes on */
  totals.paused_us = S + S / 2;
  weir_series_push (series, START + 3 * S, &totals, 0);
  weir_series_push (series, START + 4 * S, &totals, 0);

  weir_series_reduce (series, WEIR_SERIES_HELD, START, START + 4 * S, values, 4);
  g_assert_cmpfloat_with_epsilon (values[0], 0, 0.001);
  g_assert_cmpfloat_with_epsilon (values[1], 1, 0.001);
  g_assert_cmpfloat_with_epsilon (values[2], 0.5, 0.001);
  g_assert_cmpfloat_with_epsilon (values[3], 0, 0.001);

  /* The mean of a piece, not its peak. */
  weir_series_reduce (series, WEIR_SERIES_HELD, START, START + 4 * S, values, 1);
  g_assert_cmpfloat_with_epsilon (values[0], 1.5 / 4, 0.001);
  g_assert_cmpfloat_with_epsilon (weir_series_rate (series, WEIR_SERIES_HELD, START + 22 * S / 5, 2 * S), 0.75, 0.001);
}

/* Held all the time but for a moment every 1.2 s: each hold is told of when it is a second old, and what is said to be
 * open is still the last one when the samples already count it as over. */
static void
test_held_told_late (void)
{
  g_autoptr (WeirSeries) series = weir_series_new ();
  WeirTotals totals = { 0 };
  gint64 told_us = 0;
  float values[10];

  weir_series_push (series, START, &totals, 0);
  for (guint i = 1; i <= 240; i++)
    {
      gint64 since_us = i * S / 20 / (6 * S / 5) * (6 * S / 5);

      totals.paused_us = since_us - since_us / 120;
      if (i * S / 20 - since_us >= S)
        told_us = START + since_us + (i % 3) * 1000; /* as well as the clock is known */
      if (i % 5 == 0 || i * S / 20 - since_us == S)
        weir_series_push (series, START + i * S / 20, &totals, told_us);
      if (i * S / 20 - since_us >= S / 2 && i * S / 20 - since_us < S)
        told_us = 0;
      if (i * S / 20 > 4 * S)
        {
          g_assert_cmpfloat (weir_series_rate (series, WEIR_SERIES_HELD, START + i * S / 20, S), >, 0.9);
          g_assert_cmpfloat (weir_series_rate (series, WEIR_SERIES_HELD, START + i * S / 20, 3 * S), >, 0.95);
        }
    }
  weir_series_reduce (series, WEIR_SERIES_HELD, START, START + 10 * S, values, 10);
  for (guint i = 0; i < 10; i++)
    g_assert_cmpfloat (values[i], >, 0.95);
}

/* A channel that stalls sends no samples: it stays held until something else is said. */
static void
test_held_in_silence (void)
{
  g_autoptr (WeirSeries) series = weir_series_new ();
  WeirTotals totals = { 0 };

  weir_series_push (series, START, &totals, 0);
  weir_series_push (series, START + S, &totals, START + S);
  g_assert_cmpfloat_with_epsilon (weir_series_rate (series, WEIR_SERIES_HELD, START + 20 * S, S), 1, 0.001);
}

/* Totals that go back are a point that has started anew: nothing moved, and it goes on from there. */
static void
test_restart (void)
{
  g_autoptr (WeirSeries) series = steady (8, 1000);
  WeirTotals totals = totals_of (10, 10, 0);
  float values[2];

  weir_series_push (series, START + 3 * S, &totals, 0);
  totals.written_bytes = 2010;
  weir_series_push (series, START + 4 * S, &totals, 0);
  weir_series_reduce (series, WEIR_SERIES_WRITTEN, START + 2 * S, START + 4 * S, values, 2);
  g_assert_cmpfloat (values[0], ==, 0);
  g_assert_cmpfloat_with_epsilon (values[1], 2000, 1);
}

/* Two hours at ten samples a second: what is kept is an hour, coarser the older it is, in 38 KiB. */
static void
test_hour (void)
{
  g_autoptr (WeirSeries) series = weir_series_new ();
  WeirTotals totals = { 0 };
  gint64 at = START;
  float values[360];

  for (guint i = 0; i < 72000; i++, at += S / 10)
    {
      totals.written_bytes += 100;
      totals.buffered_messages = 7;
      totals.paused_us += S / 20;
      weir_series_push (series, at, &totals, 0);
    }
  g_assert_cmpint (weir_series_get_first_us (series), >=, at - WEIR_SERIES_SPAN_US - 5 * S);
  g_assert_cmpint (weir_series_get_first_us (series), <=, at - WEIR_SERIES_SPAN_US + 5 * S);
  g_assert_cmpuint (weir_series_get_size (series), <=, 38 * 1024 + 512);
  weir_series_reduce (series, WEIR_SERIES_WRITTEN, at - WEIR_SERIES_SPAN_US + 10 * S, at, values, 360);
  for (guint i = 0; i < 360; i++)
    g_assert_cmpfloat_with_epsilon (values[i], 1000, 1);
  weir_series_reduce (series, WEIR_SERIES_BUFFERED_MESSAGES, at - WEIR_SERIES_SPAN_US + 10 * S, at, values, 360);
  for (guint i = 0; i < 360; i++)
    g_assert_cmpfloat (values[i], ==, 7);
  weir_series_reduce (series, WEIR_SERIES_HELD, at - WEIR_SERIES_SPAN_US + 10 * S, at, values, 36);
  for (guint i = 0; i < 36; i++)
    g_assert_cmpfloat_with_epsilon (values[i], 0.5, 0.02);
  for (gint64 ago = S; ago < WEIR_SERIES_SPAN_US - 10 * S; ago += 31 * S)
    {
      g_assert_cmpfloat_with_epsilon (weir_series_value_at (series, WEIR_SERIES_WRITTEN, at - ago), 1000, 1);
      g_assert_cmpfloat_with_epsilon (weir_series_value_at (series, WEIR_SERIES_HELD, at - ago), 0.5, 0.06);
    }
}

/* One that samples seldom keeps what reaches into the span, and silence takes no memory. */
static void
test_seldom (void)
{
  g_autoptr (WeirSeries) series = weir_series_new ();
  WeirTotals totals = { 0 };
  gint64 span = WEIR_SERIES_SPAN_US;
  float values[2];

  weir_series_push (series, START, &totals, 0);
  totals.written_bytes = 1000;
  weir_series_push (series, START + span / 4, &totals, 0);
  g_assert_cmpuint (weir_series_get_size (series), <, 1024);
  totals.buffered_messages = 7;
  weir_series_push (series, START + span * 10, &totals, 0);
  weir_series_push (series, START + span * 20, &totals, 0);
  weir_series_reduce (series, WEIR_SERIES_BUFFERED_MESSAGES, START + span * 19, START + span * 20, values, 1);
  g_assert_cmpfloat (values[0], ==, 7);

  totals.buffered_messages = 0;
  weir_series_push (series, START + span * 20 + span / 2, &totals, 0);
  for (guint i = 1; i <= 20; i++)
    weir_series_push (series, START + span * 20 + span / 2 + i * 60 * S, &totals, 0);
  weir_series_reduce (series, WEIR_SERIES_BUFFERED_MESSAGES, START + span * 20, START + span * 21, values, 2);
  g_assert_cmpfloat (values[0], ==, 7);
  g_assert_cmpfloat (values[1], ==, 0);
}

/* One needle an hour long ago is as high in every span that holds it. */
static void
test_old_peak (void)
{
  g_autoptr (WeirSeries) series = weir_series_new ();
  WeirTotals totals = { 0 };
  gint64 at = START;
  float peak;

  for (guint i = 0; i < 4 * 3000; i++, at += S / 4)
    {
      totals.written_bytes += i == 400 ? 50000 : 100;
      weir_series_push (series, at, &totals, 0);
    }
  for (gint64 span = 3000 * S; span <= 3600 * S; span += 100 * S)
    {
      weir_series_reduce (series, WEIR_SERIES_WRITTEN, at - span, at, &peak, 1);
      g_assert_cmpfloat_with_epsilon (peak, 200000, 10);
    }
}

/* Without memory for more it knows less, says so, and never what was not. */
static void
test_no_memory (void)
{
  g_autoptr (WeirSeries) series = weir_series_new ();
  WeirTotals totals = { 0 };
  gint64 at = START;
  float values[60];
  gsize size;

  for (guint i = 0; i < 400; i++, at += S / 4)
    {
      totals.written_bytes += 1000;
      weir_series_push (series, at, &totals, 0);
    }
  weir_series_set_may_grow (series, FALSE);
  size = weir_series_get_size (series);
  for (guint i = 0; i < 4 * 3600; i++, at += S / 4)
    {
      totals.written_bytes += 1000;
      weir_series_push (series, at, &totals, 0);
    }
  g_assert_cmpuint (weir_series_get_size (series), ==, size);
  g_assert_cmpint (weir_series_get_first_us (series), >, at - 600 * S);
  weir_series_reduce (series, WEIR_SERIES_WRITTEN, at - 3600 * S, at, values, 60);
  for (guint i = 0; i < 60; i++)
    g_assert_true (isnan (values[i]) || fabsf (values[i] - 4000) < 1);
  g_assert_true (isnan (values[0]));
  g_assert_false (isnan (values[59]));
}

static void
test_rates (void)
{
  static const WeirSeriesRates rates = { 100, 50, 25, 8, 800 }, others = { 9999, 9999, 9999, 9999, 9999 };
  g_autoptr (WeirSeries) series = weir_series_new ();
  float values[8];

  for (guint i = 0; i <= 16; i++)
    weir_series_push_rates (series, START + i * S / 4, &rates, 0);
  weir_series_push_rates (series, START + 4 * S, &others, 0); /* no time has passed */
  weir_series_reduce (series, WEIR_SERIES_SENT, START, START + 4 * S, values, 4);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpfloat (values[i], ==, 50);
  g_assert_cmpfloat_with_epsilon (weir_series_rate (series, WEIR_SERIES_WRITTEN, START + 4 * S, S), 100, 0.01);

  /* For two seconds of what is sent nothing is known: that is not nought. */
  for (guint i = 17; i <= 32; i++)
    weir_series_push_rates (series, START + i * S / 4, &rates, i <= 24 ? WEIR_TOTALS_SENT_BYTES : 0);
  weir_series_reduce (series, WEIR_SERIES_SENT, START, START + 8 * S, values, 8);
  for (guint i = 0; i < 8; i++)
    g_assert_true (i == 4 || i == 5 ? isnan (values[i]) : values[i] == 50);
  weir_series_reduce (series, WEIR_SERIES_WRITTEN, START, START + 8 * S, values, 8);
  for (guint i = 0; i < 8; i++)
    g_assert_cmpfloat (values[i], ==, 100);
}

/* Every cut of a span into pieces finds the same peak, and nothing outside of the pieces is touched. */
static void
test_pieces (void)
{
  g_autoptr (WeirSeries) series = steady (100, 1000);
  float values[1002];

  for (guint n = 1; n <= 1000; n += 37)
    {
      float most = 0;

      values[0] = values[n + 1] = -1;
      weir_series_reduce (series, WEIR_SERIES_WRITTEN, START + S / 3, START + 25 * S, values + 1, n);
      for (guint i = 1; i <= n; i++)
        most = MAX (most, values[i]);
      g_assert_cmpfloat_with_epsilon (most, 4000, 1);
      g_assert_cmpfloat (values[0], ==, -1);
      g_assert_cmpfloat (values[n + 1], ==, -1);
    }
}

/* What is not known is neither zero nor what was before: it has no value until it is known again. */
static void
test_gap (void)
{
  g_autoptr (WeirSeries) series = steady (8, 1000); /* until START + 2 s */
  float values[6];

  for (guint i = 0; i < 8; i++)
    {
      WeirTotals totals = totals_of (8000 + i * 1000, 0, 0);

      weir_totals_set_unknown (&totals, WEIR_TOTALS_SENT_BYTES);
      weir_series_push (series, START + 2 * S + (i + 1) * S / 4, &totals, 0);
    }
  weir_series_reduce (series, WEIR_SERIES_SENT, START, START + 6 * S, values, 6);
  g_assert_cmpfloat (values[1], >, 0);
  for (guint i = 2; i < 6; i++)
    g_assert_true (isnan (values[i]));
  g_assert_true (isnan (weir_series_value_at (series, WEIR_SERIES_SENT, START + 3 * S)));
  weir_series_reduce (series, WEIR_SERIES_WRITTEN, START, START + 4 * S, values, 4);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpfloat (values[i], >, 0);

  for (guint i = 1; i <= 8; i++) /* known again since START + 4.25 s */
    {
      WeirTotals totals = totals_of (16000, 9000 + i * 1000, 0);

      weir_series_push (series, START + 4 * S + i * S / 4, &totals, 0);
    }
  weir_series_reduce (series, WEIR_SERIES_SENT, START, START + 6 * S, values, 6);
  g_assert_true (isnan (values[2]) && isnan (values[3]));
  g_assert_cmpfloat (values[4], >, 0);
  g_assert_cmpfloat (values[5], >, 0);
  g_assert_true (isnan (weir_series_value_at (series, WEIR_SERIES_SENT, START + 4 * S + S / 8)));
  g_assert_cmpfloat (weir_series_value_at (series, WEIR_SERIES_SENT, START + 5 * S), >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/observer/series/empty", test_empty);
  g_test_add_func ("/observer/series/steady", test_steady);
  g_test_add_func ("/observer/series/before-first", test_before_first);
  g_test_add_func ("/observer/series/after-last", test_after_last);
  g_test_add_func ("/observer/series/silence", test_silence);
  g_test_add_func ("/observer/series/bunched", test_bunched);
  g_test_add_func ("/observer/series/at-once", test_at_once);
  g_test_add_func ("/observer/series/peak", test_peak);
  g_test_add_func ("/observer/series/few", test_few);
  g_test_add_func ("/observer/series/levels", test_levels);
  g_test_add_func ("/observer/series/held", test_held);
  g_test_add_func ("/observer/series/held-told-late", test_held_told_late);
  g_test_add_func ("/observer/series/held-in-silence", test_held_in_silence);
  g_test_add_func ("/observer/series/restart", test_restart);
  g_test_add_func ("/observer/series/hour", test_hour);
  g_test_add_func ("/observer/series/seldom", test_seldom);
  g_test_add_func ("/observer/series/old-peak", test_old_peak);
  g_test_add_func ("/observer/series/no-memory", test_no_memory);
  g_test_add_func ("/observer/series/rates", test_rates);
  g_test_add_func ("/observer/series/pieces", test_pieces);
  g_test_add_func ("/observer/series/gap", test_gap);
  return g_test_run ();
}
