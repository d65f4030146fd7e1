/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-growing.h"

#include <string.h>

#define NBSP "\302\240"

static void
test_names (void)
{
  static const struct
  {
    const char *text;
    WeirNameKind kind;
    const char *name, *gist;
  } cases[] = {
    { "", WEIR_NAME_NONE, NULL, NULL },
    { "hello", WEIR_NAME_NONE, NULL, NULL },
    { "{\"type\":\"chunk\"}", WEIR_NAME_NONE, NULL, NULL },
    { "{\"type\":\"set_status\",\"status_code\":201}", WEIR_NAME_STATUS, "set_status", "201 Created" },
    { "{\"type\":\"set_status\",\"status_code\":299}", WEIR_NAME_STATUS, "set_status", "299" },
    { "{\"type\":\"set_status\",\"status_code\":\"201\"}", WEIR_NAME_STATUS, "set_status", NULL },
    { "{\"type\":\"set_headers\",\"headers\":{\"content-type\":\"text/event-stream\",\"x\":1}}", WEIR_NAME_HEADERS,
      "set_headers", "content-type: text/event-stream, x: 1" },
    { "{\"type\":\"set_headers\"}", WEIR_NAME_HEADERS, "set_headers", NULL },
    { "{\"type\":\"progress\",\"rows\":96000,\"of\":120000}", WEIR_NAME_PROGRESS, "progress",
      "80" NBSP "%, 96" NBSP "000 of 120" NBSP "000 rows" },
    { "{\"type\":\"progress\",\"fraction\":0.25}", WEIR_NAME_PROGRESS, "progress", "25" NBSP "%" },
    { "{\"type\":\"progress\",\"percent\":-5}", WEIR_NAME_PROGRESS, "progress",
      "\u2212"
      "5" NBSP "%" },
    { "{\"type\":\"progress\",\"percent\":-1e300}", WEIR_NAME_PROGRESS, "progress", "0" NBSP "%" },
    { "{\"type\":\"progress\",\"percent\":130}", WEIR_NAME_PROGRESS, "progress", "130" NBSP "%" },
    { "{\"type\":\"progress\"}", WEIR_NAME_NONE, NULL, NULL },
    { "{\"type\":\"progress\",\"rows\":3,\"of\":12,\"note\":\"cut", WEIR_NAME_PROGRESS, "progress",
      "25" NBSP "%, 3 of 12 rows" },
    { "{\"type\":\"text_delta\",\"delta\":\" a\\n\"}", WEIR_NAME_DELTA, "text_delta", "“ a ”" },
    { "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hi\"}}",
      WEIR_NAME_DELTA, "content_block_delta", "“Hi”" },
    { "{\"id\":\"c\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}", WEIR_NAME_DELTA, "delta", "“Hi”" },
    { "{\"choices\":[]}", WEIR_NAME_NONE, NULL, NULL },
    { "{\"choices\":[3]}", WEIR_NAME_NONE, NULL, NULL },
    { "{\"type\":\"message_start\",\"model\":\"small-1\"}", WEIR_NAME_EVENT, "message_start", "small-1" },
    { "{\"type\":\"done\",\"reason\":\"stop\"}", WEIR_NAME_EVENT, "done", "stop" },
    { "{\"type\":\"error\",\"message\":\"no such row\"}", WEIR_NAME_ERROR, "error", "no such row" },
    { "{\"error\":{\"code\":\"x\",\"message\":\"broken\"}}", WEIR_NAME_ERROR, "error", "broken" },
    { "{\"type\":\"error\"}", WEIR_NAME_ERROR, "error", NULL },
    { "{\"type\":\"result\",\"error\":\"late\"}", WEIR_NAME_ERROR, "result", "late" },
    { "{\"type\":\"result\",\"error\":null}", WEIR_NAME_NONE, NULL, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (WeirName) name = { 0 };

      g_test_message ("%s", cases[i].text);
      g_assert_true (weir_name_read (&name, WEIR_SPAN (cases[i].text)) == (cases[i].kind != WEIR_NAME_NONE));
      g_assert_cmpint (name.kind, ==, cases[i].kind);
      g_assert_cmpstr (name.name, ==, cases[i].name);
      g_assert_cmpstr (name.gist, ==, cases[i].gist);
    }
}

static void
check_line (const char *text, const char *wanted, gsize wanted_prefix)
{
  gsize prefix;
  g_autofree char *line = weir_name_dup_line ((const guint8 *) text, strlen (text), 40, &prefix);

  g_assert_cmpstr (line, ==, wanted);
  g_assert_cmpuint (prefix, ==, wanted_prefix);
}

static void
test_line (void)
{
  check_line ("plain", "plain", 0);
  check_line ("{\"type\":\"set_status\",\"status_code\":404}",
              "set_status  404 Not Found   {\"type\":\"set_status\",\"status_code\":404}", 25);
  check_line ("{\"type\":\"error\"}", "error   {\"type\":\"error\"}", 5);
}

static void
add (WeirGrowing *growing, guint64 seq, const char *text)
{
  g_auto (WeirName) name = { 0 };

  weir_name_read (&name, WEIR_SPAN (text));
  weir_growing_add (growing, seq, &name);
}

static void
check_text (WeirGrowing *growing, guint64 seq, gsize max, const char *wanted, gboolean wanted_gaps)
{
  gboolean has_gaps;
  g_autofree char *text = weir_growing_dup_text (growing, seq, max, &has_gaps);

  g_assert_cmpstr (text, ==, wanted);
  g_assert_true (has_gaps == wanted_gaps);
}

static void
test_growing (void)
{
  g_autoptr (WeirGrowing) growing = weir_growing_new ();

  weir_growing_add_gap (growing);
  add (growing, 1, "{\"type\":\"message_start\"}");
  add (growing, 2, "{\"type\":\"text_delta\",\"delta\":\"A \"}");
  add (growing, 3, "{\"type\":\"thinking_delta\",\"delta\":\"hm\"}");
  add (growing, 4, "{\"type\":\"text_delta\",\"delta\":\"ch\303\244nnel\"}");
  weir_growing_add_gap (growing);
  weir_growing_add_gap (growing);
  add (growing, 8, "{\"type\":\"text_delta\",\"delta\":\".\"}");
  add (growing, 9, "{\"type\":\"message_start\"}");
  add (growing, 10, "{\"type\":\"text_delta\",\"delta\":\"B\"}");

  check_text (growing, 1, 100, NULL, FALSE);
  check_text (growing, 2, 100, "A ", FALSE);
  check_text (growing, 3, 100, "hm", FALSE);
  check_text (growing, 4, 100, "A ch\303\244nnel", FALSE);
  check_text (growing, 8, 100, "A ch\303\244nnel[…].", TRUE);
  check_text (growing, 4, 5, "…nnel", FALSE);
  check_text (growing, 10, 100, "B", FALSE);
  check_text (growing, 11, 100, NULL, FALSE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/name/names", test_names);
  g_test_add_func ("/name/line", test_line);
  g_test_add_func ("/name/growing", test_growing);

  return g_test_run ();
}
