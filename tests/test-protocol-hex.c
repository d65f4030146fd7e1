/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-hex.h"

#include <string.h>

static void
test_parse (void)
{
  static const struct
  {
    const char *text;
    const char *bytes;
    gsize n_bytes;
    int bad; /* -1: nothing is */
  } cases[] = {
    { "", "", 0, -1 },
    { "  \n", "", 0, -1 },
    { "50415231", "PAR1", 4, -1 },
    { "50 41\n52,31:0a", "PAR1\n", 5, -1 },
    { "0x50, 0x41", "PA", 2, -1 },
    { "\\x00\\xfF", "\x00\xff", 2, -1 },
    { "0X50-41;52|31", "PAR1", 4, -1 },
    { "5", NULL, 0, 0 },
    { "50 4", NULL, 0, 3 },
    { "50 4g", NULL, 0, 3 },
    { "5 0", NULL, 0, 0 },
    { "50 hello", NULL, 0, 3 },
    { "50 \xe2\x82\xac", NULL, 0, 3 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *bad = NULL, *checked = NULL;
      g_autoptr (GBytes) bytes = weir_hex_parse (cases[i].text, &bad);

      g_assert_cmpint (bad != NULL ? bad - cases[i].text : -1, ==, cases[i].bad);
      g_assert_true (weir_hex_check (cases[i].text, &checked) == (bytes != NULL) && checked == bad);
      g_assert_true ((bytes == NULL) == (cases[i].bytes == NULL));
      if (bytes != NULL)
        g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), cases[i].bytes, cases[i].n_bytes);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/hex/parse", test_parse);
  return g_test_run ();
}
