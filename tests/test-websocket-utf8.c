/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-utf8.h"

#include <string.h>

typedef struct
{
  const char *name;
  const char *bytes;
  gsize len;
  gboolean is_valid;    /* so far */
  gboolean is_complete; /* if valid */
} Row;

#define ROW(name, bytes, is_valid, is_complete)                                                                        \
  {                                                                                                                    \
    name, bytes, sizeof bytes - 1, is_valid, is_complete                                                               \
  }

static const Row rows[] = {
  ROW ("empty", "", TRUE, TRUE),
  ROW ("ascii", "hello", TRUE, TRUE),
  ROW ("nul", "a\0b", TRUE, TRUE),
  ROW ("del", "\x7f", TRUE, TRUE),
  ROW ("long ascii",
       "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789", TRUE,
       TRUE),
  ROW ("greek", "κόσμε", TRUE, TRUE),
  ROW ("long ascii then more",
       "01234567890123456789012345678901234567890123456789012345678901234567890123456789é0123456789", TRUE, TRUE),
  ROW ("first of 2", "\xc2\x80", TRUE, TRUE),
  ROW ("last of 2", "\xdf\xbf", TRUE, TRUE),
  ROW ("first of 3", "\xe0\xa0\x80", TRUE, TRUE),
  ROW ("before surrogates", "\xed\x9f\xbf", TRUE, TRUE),
  ROW ("after surrogates", "\xee\x80\x80", TRUE, TRUE),
  ROW ("noncharacter U+FFFF", "\xef\xbf\xbf", TRUE, TRUE),
  ROW ("first of 4", "\xf0\x90\x80\x80", TRUE, TRUE),
  ROW ("U+FFFFF", "\xf3\xbf\xbf\xbf", TRUE, TRUE),
  ROW ("U+10FFFF", "\xf4\x8f\xbf\xbf", TRUE, TRUE),
  ROW ("cut 2", "a\xc3", TRUE, FALSE),
  ROW ("cut 3", "\xe2\x82", TRUE, FALSE),
  ROW ("cut 4", "\xf0\x9f\x98", TRUE, FALSE),
  ROW ("lone continuation", "a\x80", FALSE, FALSE),
  ROW ("lone continuation after long ascii", "01234567890123456789012345678901234567890123456789\xbf", FALSE, FALSE),
  ROW ("overlong NUL", "\xc0\x80", FALSE, FALSE),
  ROW ("overlong slash", "\xc1\xaf", FALSE, FALSE),
  ROW ("overlong of 3", "\xe0\x9f\xbf", FALSE, FALSE),
  ROW ("overlong of 4", "\xf0\x8f\xbf\xbf", FALSE, FALSE),
  ROW ("first surrogate", "\xed\xa0\x80", FALSE, FALSE),
  ROW ("last surrogate", "\xed\xbf\xbf", FALSE, FALSE),
  ROW ("U+110000", "\xf4\x90\x80\x80", FALSE, FALSE),
  ROW ("f5", "\xf5\x80\x80\x80", FALSE, FALSE),
  ROW ("fe", "\xfe", FALSE, FALSE),
  ROW ("ff", "\xff", FALSE, FALSE),
  ROW ("ascii inside",
       "\xe2\x82"
       "a",
       FALSE, FALSE),
  ROW ("lead inside", "\xf0\x9f\xf0\x9f", FALSE, FALSE),
  ROW ("two continuations of one", "\xc3\xa9\xa9", FALSE, FALSE),
};

/* In two pieces, cut everywhere; each in memory of its own size. */
static void
test_row (gconstpointer data)
{
  const Row *row = data;

  for (gsize cut = 0; cut <= row->len; cut++)
    {
      g_autofree guint8 *first = g_memdup2 (row->bytes, cut);
      g_autofree guint8 *second = g_memdup2 (row->bytes + cut, row->len - cut);
      WeirUtf8 utf8 = { 0 };
      gboolean is_valid = weir_utf8_push (&utf8, first, cut) && weir_utf8_push (&utf8, second, row->len - cut);

      g_assert_cmpint (is_valid, ==, row->is_valid);
      if (is_valid)
        g_assert_cmpint (weir_utf8_is_complete (&utf8), ==, row->is_complete);
    }
}

/* As soon as no continuation could make it valid. */
static void
test_fails_early (void)
{
  static const char *const hopeless[] = { "\xc0", "\xc1", "\xf5", "\xe0\x80", "\xed\xa0", "\xf0\x80", "\xf4\x90" };

  for (guint i = 0; i < G_N_ELEMENTS (hopeless); i++)
    {
      WeirUtf8 utf8 = { 0 };

      g_assert_false (weir_utf8_push (&utf8, (const guint8 *) hopeless[i], strlen (hopeless[i])));
    }
}

/* All code points, encoded by GLib, and everything of up to three bytes against GLib's validator (which refuses NUL).
 */
static void
test_against_glib (void)
{
  for (gunichar c = 0; c <= 0x110000; c++)
    {
      char bytes[6];
      int len = g_unichar_to_utf8 (c, bytes);
      WeirUtf8 utf8 = { 0 };
      gboolean is_good = c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);

      g_assert_cmpint (weir_utf8_push (&utf8, (const guint8 *) bytes, len) && weir_utf8_is_complete (&utf8), ==,
                       is_good);
    }
  for (guint32 i = 0; i < 1 << 24; i++)
    {
      guint8 bytes[3] = { i >> 16, i >> 8, i };
      WeirUtf8 utf8 = { 0 };
      gboolean is_good = weir_utf8_push (&utf8, bytes, sizeof bytes) && weir_utf8_is_complete (&utf8);

      for (guint j = 0; j < sizeof bytes; j++)
        bytes[j] = bytes[j] == 0 ? 'x' : bytes[j];
      if (is_good != g_utf8_validate ((const char *) bytes, sizeof bytes, NULL))
        g_error ("%06x", i);
    }
}

/* A fault at every place of a text that is longer than the steps in which ASCII is skipped. */
static void
test_every_place (void)
{
  for (gsize len = 1; len <= 100; len++)
    for (gsize at = 0; at < len; at++)
      {
        g_autofree guint8 *text = g_malloc (len);
        WeirUtf8 utf8 = { 0 };

        memset (text, 'a', len);
        text[at] = 0xff;
        g_assert_false (weir_utf8_push (&utf8, text, len));
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *path = g_strdup_printf ("/websocket/utf8/%s", rows[i].name);

      g_test_add_data_func (path, &rows[i], test_row);
    }
  g_test_add_func ("/websocket/utf8/fails-early", test_fails_early);
  g_test_add_func ("/websocket/utf8/against-glib", test_against_glib);
  g_test_add_func ("/websocket/utf8/every-place", test_every_place);

  return g_test_run ();
}
