/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-tap-event.h"

#include <string.h>

static void
check (const char *json, const char *wanted)
{
  g_autofree char *got = weir_describe_tap_event (WEIR_SPAN (json));

  g_assert_cmpstr (got, ==, wanted);
}

static void
test_words (void)
{
  check ("{\"event\":\"connected\",\"side\":\"writer\"}", "writer connected");
  check ("{\"event\":\"connected\",\"side\":\"reader\"}", "reader connected");
  check ("{\"event\":\"closed\",\"side\":\"writer\",\"code\":1000,\"clean\":true,\"reason\":\"stream_complete\"}",
         "writer closed: 1000 stream_complete");
  check ("{\"event\":\"closed\",\"side\":\"reader\",\"code\":1001,\"clean\":true}", "reader closed: 1001");
  check ("{\"event\":\"closed\",\"side\":\"reader\",\"code\":0,\"clean\":true}", "reader closed");
  check ("{\"event\":\"closed\",\"side\":\"writer\",\"code\":0,\"clean\":false}", "writer gone, without a close");
  check ("{\"event\":\"closed\",\"side\":\"reader\",\"code\":0,\"clean\":false}", "reader gone, without a close");
  check ("{\"event\":\"closed\",\"side\":\"writer\",\"code\":0,\"clean\":false,\"violation\":\"message not masked\"}",
         "writer broke the protocol: message not masked");
  check ("{\"event\":\"closed\",\"by\":\"writer\"}", "ended by the writer");
  check ("{\"event\":\"closed\",\"by\":\"expired\"}", "removed: nobody came");
  check ("{\"event\":\"shaped\",\"pause\":true,\"rate_bytes_per_s\":null,\"by\":\"weir:7\"}", "held by weir:7");
  check ("{\"event\":\"shaped\",\"pause\":false,\"rate_bytes_per_s\":null,\"by\":null}", "let go by Weir");
  check ("{\"event\":\"shaped\",\"pause\":false,\"rate_bytes_per_s\":1000,\"by\":\"weir:7\"}",
         "slowed to 1.0 kB/s by weir:7");
  check ("{\"event\":\"injected\",\"seq\":7,\"by\":\"weir:7\"}", "message injected by weir:7");
  check ("{\"event\":\"dismissed\",\"side\":\"writer\",\"by\":\"weir:7\"}", "writer’s end closed by weir:7");
}

/* A point is a program of somebody else's: what it says is shown, never trusted. */
static void
test_anything (void)
{
  static const char *const texts[] = {
    "",
    "x",
    "{",
    "[]",
    "7",
    "\"closed\"",
    "{\"event\":7}",
    "{\"event\":\"connected\"}",
    "{\"event\":\"connected\",\"side\":[]}",
    "{\"event\":\"closed\"}",
    "{\"event\":\"closed\",\"by\":{}}",
    "{\"event\":\"closed\",\"by\":\"x\"}",
    "{\"event\":\"of the future\",\"side\":\"writer\"}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    check (texts[i], texts[i]);
  check ("{\"event\":\"closed\",\"side\":\"writer\",\"code\":\"1000\",\"reason\":\"\",\"clean\":1}",
         "writer gone, without a close");
  check ("{\"event\":\"closed\",\"side\":\"writer\",\"code\":1000,\"reason\":\"a\\nb\\u0000c\"}",
         "writer closed: 1000 a b\357\277\275c");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decode/tap-event/words", test_words);
  g_test_add_func ("/decode/tap-event/anything", test_anything);
  return g_test_run ();
}
