/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-payload.h"

#include <string.h>

#include "weir-number.h"

#define NB "\302\240"

static void
test_numbers (void)
{
  static const guint8 data[] = { 0x64, 0x69, 0x73, 0x6b, 0x5f, 0x69, 0x6f, 0xf0 };
  static const guint8 pi[] = { 0x40, 0x09, 0x21, 0xfb, 0x54, 0x44, 0x2d, 0x18 };
  static const struct
  {
    WeirNumber number;
    const guint8 *data;
    gsize len;
    gboolean big;
    const char *text;
  } cases[] = {
    { WEIR_NUMBER_U8, data, 1, FALSE, "100" },
    { WEIR_NUMBER_U16, data, 2, FALSE, "26" NB "980" },
    { WEIR_NUMBER_U16, data, 2, TRUE, "25" NB "705" },
    { WEIR_NUMBER_U32, data, 8, FALSE, "1" NB "802" NB "725" NB "732" },
    { WEIR_NUMBER_U32, data, 3, FALSE, NULL },
    { WEIR_NUMBER_I8, data + 7, 1, FALSE, "−16" },
    { WEIR_NUMBER_I64, (const guint8 *) "\0\0\0\0\0\0\0\x80", 8, FALSE,
      "−9" NB "223" NB "372" NB "036" NB "854" NB "775" NB "808" },
    { WEIR_NUMBER_F64, pi, 8, TRUE, "3.1415926535897931" },
    { WEIR_NUMBER_F32, (const guint8 *) "\0\0\x80\x3f", 4, FALSE, "1" },
    { WEIR_NUMBER_F32, (const guint8 *) "\0\0\xc0\x7f", 4, FALSE, "nan" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = weir_number_dup_text (cases[i].number, cases[i].data, cases[i].len, cases[i].big);

      g_test_message ("%u %s", i, weir_number_get_name (cases[i].number));
      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
check_payload (const char *text, gboolean is_json, guint n_keys, const char *as_json)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (WeirPayload) payload = weir_payload_new (bytes, NULL);
  guint n_broken;
  g_autofree char *shown = weir_payload_dup_text (payload, FALSE, is_json, &n_broken);

  g_assert_true (payload->is_json == is_json);
  g_assert_cmpuint (payload->n_keys, ==, n_keys);
  g_assert_cmpstr (shown, ==, as_json);
}

static void
test_payload (void)
{
  check_payload ("", FALSE, 0, "");
  check_payload ("{\"a\":[1,2]}", TRUE, 0, "{\n  \"a\": [\n    1,\n    2\n  ]\n}");
  check_payload ("{\"access_key\":\"0123456789abcdef\"}", TRUE, 1, "{\n  \"access_key\": \"0123************\"\n}");
  check_payload ("{\"a\":", FALSE, 0, "{\"a\":");
}

/* Two bytes a character, and a byte before: the border is inside of one. */
static void
test_long_lines (void)
{
  g_autoptr (GString) line = g_string_new ("x");
  g_autofree char *broken = NULL;
  g_auto (GStrv) lines = NULL;
  guint n_broken;

  for (guint i = 0; i < WEIR_PAYLOAD_MAX_LINE; i++)
    g_string_append (line, "\303\244");
  g_string_append (line, "\nshort\n");
  broken = weir_payload_break_lines (line->str, &n_broken);
  lines = g_strsplit (broken, "\n", -1);
  g_assert_cmpuint (n_broken, ==, 1);
  g_assert_cmpuint (g_strv_length (lines), ==, 5);
  g_assert_cmpuint (strlen (lines[0]), ==, WEIR_PAYLOAD_MAX_LINE - 1);
  g_assert_cmpstr (lines[3], ==, "short");
  g_assert_true (g_utf8_validate (broken, -1, NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/payload/numbers", test_numbers);
  g_test_add_func ("/payload/payload", test_payload);
  g_test_add_func ("/payload/long-lines", test_long_lines);

  return g_test_run ();
}
