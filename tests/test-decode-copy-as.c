/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-copy-as.h"

#include <string.h>

static void
test_forms (void)
{
  static const struct
  {
    const char *bytes;
    gsize len;
    const char *as[WEIR_N_COPIES];
  } cases[] = {
    { "", 0, { "", "", "", "/* no bytes */\n" } },
    { "PAR1",
      4,
      { "PAR1", "50 41 52 31", "UEFSMQ==", "const unsigned char data[4] = {\n  0x50, 0x41, 0x52, 0x31,\n};\n" } },
    { "a\r\n\x1b\0\xff",
      6,
      { "a\r\n\x1b\357\277\275\357\277\275", "61 0d 0a 1b 00 ff", "YQ0KGwD/",
        "const unsigned char data[6] = {\n  0x61, 0x0d, 0x0a, 0x1b, 0x00, 0xff,\n};\n" } },
    { "0123456789abc",
      13,
      { "0123456789abc", "30 31 32 33 34 35 36 37 38 39 61 62 63", "MDEyMzQ1Njc4OWFiYw==",
        "const unsigned char data[13] = {\n  0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x61, "
        "0x62,\n  0x63,\n};\n" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint as = 0; as < WEIR_N_COPIES; as++)
      {
        g_autofree char *copy = weir_copy_as ((const guint8 *) cases[i].bytes, cases[i].len, as);

        g_assert_cmpstr (copy, ==, cases[i].as[as]);
        g_assert_true (g_utf8_validate (copy, -1, NULL));
      }
}

static void
test_bounded (void)
{
  gsize len = WEIR_COPY_MAX_BYTES + 1;
  g_autofree char *data = g_malloc (len);
  g_autofree char *copy = NULL, *said = NULL, *all = NULL;

  memset (data, 'a', len);
  copy = weir_copy_as ((const guint8 *) data, len, WEIR_COPY_TEXT);
  g_assert_cmpuint (strlen (copy), ==, WEIR_COPY_MAX_BYTES);
  said = weir_copy_describe (len, WEIR_COPY_TEXT);
  g_assert_true (g_str_has_prefix (said, "Copied the first "));
  all = weir_copy_describe (4, WEIR_COPY_BASE64);
  g_assert_cmpstr (all, ==, "Copied 4\302\240B as base64");
}

static void
test_names (void)
{
  WeirCopyAs found;

  for (guint as = 0; as < WEIR_N_COPIES; as++)
    {
      g_assert_true (weir_copy_as_from_name (weir_copy_as_get_name (as), &found));
      g_assert_cmpint (found, ==, as);
    }
  g_assert_false (weir_copy_as_from_name ("morse", &found));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/copy-as/forms", test_forms);
  g_test_add_func ("/copy-as/bounded", test_bounded);
  g_test_add_func ("/copy-as/names", test_names);

  return g_test_run ();
}
