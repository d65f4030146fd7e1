/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-preview.h"

#include <string.h>

#define BYTES(literal) (const guint8 *) (literal), sizeof (literal) - 1

static void
check (char *got, const char *wanted)
{
  g_assert_cmpstr (got, ==, wanted);
  g_assert_true (g_utf8_validate (got, -1, NULL));
  g_free (got);
}

static void
test_line (void)
{
  check (weir_preview_line (BYTES ("plain"), 80), "plain");
  check (weir_preview_line (BYTES ("two\nlines\tand\r\n"), 80), "two lines and· ");
  check (weir_preview_line (BYTES ("nul\0esc\033del\177"), 80), "nul·esc·del·");
  check (weir_preview_line (BYTES ("bad \377 cut \303"), 80), "bad \357\277\275 cut \357\277\275");
  check (weir_preview_line (BYTES ("h\303\244tte"), 3), "h\303\244t…");
  check (weir_preview_line (BYTES ("abc"), 3), "abc");
  check (weir_preview_line (BYTES (""), 3), "");
}

static void
test_lines (void)
{
  check (weir_preview_lines (BYTES ("a\r\n\tb\0c\n")), "a\n\tb·c\n");
  check (weir_preview_text ("a\n\tb\033", 80), "a\n\tb·");
  check (weir_preview_text ("h\303\244\ntte", 3), "h\303\244\n…");
  check (weir_preview_text ("", 3), "");
}

/* What turns the direction or is not seen shows another text than there is; what joins or chooses looks may do so. */
static void
test_unseen (void)
{
  check (weir_preview_line (BYTES ("\342\200\256evil\342\200\254"), 80), "·evil·");
  check (weir_preview_lines (BYTES ("\342\200\256evil\n\342\201\246")), "·evil\n·");
  check (weir_preview_text ("a\342\200\213b\357\273\277", 80), "a·b·");
  check (weir_preview_line (BYTES ("a\342\200\215b\357\270\217"), 80), "a·b·");
  check (weir_preview_line (BYTES ("\343\205\244\363\240\201\201"), 80), "··");
  check (weir_preview_line (BYTES ("\331\206\342\200\214\331\207"), 80), "\331\206\342\200\214\331\207"); /* Persian */
  check (weir_preview_line (BYTES ("\342\235\244\357\270\217\342\200\215\360\237\224\245"), 80),
         "\342\235\244\357\270\217\342\200\215\360\237\224\245"); /* an emoji of two */
  check (weir_preview_line (BYTES ("\342\235\244\357\270\217\357\270\217"), 80), "\342\235\244\357\270\217·");
}

static void
test_hex (void)
{
  check (weir_preview_hex (BYTES ("PAR1\025")), "50 41 52 31 15");
  check (weir_preview_hex (BYTES ("")), "");
  check (weir_preview_characters (BYTES ("PA\0\377~")), "PA··~");
  check (weir_preview_hex_line (BYTES ("0123456789abcdef"), 0x50),
         "00000050  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  0123456789abcdef");
  check (weir_preview_hex_line (BYTES ("01"), 0), "00000000  30 31                                             01");
}

static void
test_any_bytes (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  for (guint round = 0; round < 1000; round++)
    {
      guint8 data[40];
      gsize len = g_rand_int_range (rand, 0, sizeof data);
      g_autofree char *line = NULL, *lines = NULL;

      for (gsize i = 0; i < len; i++)
        data[i] = g_rand_int (rand);
      line = weir_preview_line (data, len, 30);
      lines = weir_preview_lines (data, len);
      g_assert_true (g_utf8_validate (line, -1, NULL));
      g_assert_true (g_utf8_validate (lines, -1, NULL));
      g_assert_cmpint (g_utf8_strlen (line, -1), <=, 31);
      g_assert_null (strpbrk (line, "\n\t\033"));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decode/preview/line", test_line);
  g_test_add_func ("/decode/preview/lines", test_lines);
  g_test_add_func ("/decode/preview/unseen", test_unseen);
  g_test_add_func ("/decode/preview/hex", test_hex);
  g_test_add_func ("/decode/preview/any-bytes", test_any_bytes);
  return g_test_run ();
}
