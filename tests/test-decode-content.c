/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "say-escaped.h"
#include "weir-content.h"

#include <string.h>

#include "weir-csv.h"
#include "weir-garble.h"
#include "weir-image-head.h"
#include "weir-sse.h"

#define BYTES(literal) (const guint8 *) (literal), sizeof (literal) - 1

static void
test_detect (void)
{
  static const struct
  {
    const char *text;
    WeirContent content, content_from_middle;
  } cases[] = {
    { "", WEIR_CONTENT_TEXT, WEIR_CONTENT_TEXT },
    { "hello", WEIR_CONTENT_TEXT, WEIR_CONTENT_TEXT },
    { "\xef\xbb\xbf{\"a\":1}\n", WEIR_CONTENT_NDJSON, WEIR_CONTENT_TEXT },
    { "cut \342\202", WEIR_CONTENT_TEXT, WEIR_CONTENT_TEXT },
    { "\254 rest", WEIR_CONTENT_BINARY, WEIR_CONTENT_TEXT },
    { "broken \377 here", WEIR_CONTENT_BINARY, WEIR_CONTENT_BINARY },
    { "one\ntwo\nthree\nb\377d\nfive\n", WEIR_CONTENT_TEXT, WEIR_CONTENT_TEXT },
    { "P5\n16 16\n255\n\377\001\002\003\004\005\006\016\017\020", WEIR_CONTENT_BINARY, WEIR_CONTENT_BINARY },
    { "{\"a\":1}\n{\"b\":\"\001\"}\n{\"c\":3}\n", WEIR_CONTENT_NDJSON, WEIR_CONTENT_NDJSON },
    { "{\"a\":1}\n{\"b\":\n{\"c\":3}\n", WEIR_CONTENT_NDJSON, WEIR_CONTENT_NDJSON },
    { "data: 1\n\nd\1ta: 2\n\ndata: 3\n\n", WEIR_CONTENT_SSE, WEIR_CONTENT_SSE },
    { "\033[1mbold\033[0m\n", WEIR_CONTENT_TEXT, WEIR_CONTENT_TEXT },
    { "bell \a", WEIR_CONTENT_BINARY, WEIR_CONTENT_BINARY },
    { "{\"a\":1}\n{\"b\":2}\n", WEIR_CONTENT_NDJSON, WEIR_CONTENT_NDJSON },
    { "{\"a\":1}", WEIR_CONTENT_JSON, WEIR_CONTENT_TEXT },
    { "{\"a\":\n1}\n", WEIR_CONTENT_JSON, WEIR_CONTENT_TEXT },
    { "[1, 2]\n", WEIR_CONTENT_NDJSON, WEIR_CONTENT_NDJSON },
    { "{", WEIR_CONTENT_JSON, WEIR_CONTENT_TEXT },
    { "{ok}\n", WEIR_CONTENT_TEXT, WEIR_CONTENT_TEXT },
    { "data: 1\n\n", WEIR_CONTENT_SSE, WEIR_CONTENT_SSE },
    { "ta: 1\n\ndata: 2\n\n", WEIR_CONTENT_TEXT, WEIR_CONTENT_SSE },
    { "event: tick\ndata: 1\n\n: ping\n\nid: 7\nretry: 5\n", WEIR_CONTENT_SSE, WEIR_CONTENT_SSE },
    { "data: 1\nname: 2\n", WEIR_CONTENT_TEXT, WEIR_CONTENT_TEXT },
    { "a,b,c\n1,2,3\n", WEIR_CONTENT_CSV, WEIR_CONTENT_TEXT },
    { "x,y\n1,2\n3,4\n5,6", WEIR_CONTENT_CSV, WEIR_CONTENT_TEXT },
    { "a;b\n1;2\n3;4\n5;6\n", WEIR_CONTENT_CSV, WEIR_CONTENT_CSV },
    { "a,b,c\n1,2\n", WEIR_CONTENT_TEXT, WEIR_CONTENT_TEXT },
    { "GIF89a......", WEIR_CONTENT_IMAGE, WEIR_CONTENT_TEXT },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const guint8 *data = (const guint8 *) cases[i].text;
      gsize len = strlen (cases[i].text);

      say_escaped (cases[i].text);
      g_assert_cmpint (weir_content_detect (data, len, TRUE), ==, cases[i].content);
      g_assert_cmpint (weir_content_detect (data, len, FALSE), ==, cases[i].content_from_middle);
    }
  g_assert_cmpint (weir_content_detect (BYTES ("nul\0"), TRUE), ==, WEIR_CONTENT_BINARY);
}

/* What is wrong with an item, and how it is shown. */
static void
test_garble (void)
{
  static const struct
  {
    WeirContent content;
    const char *item, *words, *lines;
  } cases[] = {
    { WEIR_CONTENT_TEXT, "h\303\244tte\t5", NULL, "h\303\244tte\t5" },
    { WEIR_CONTENT_TEXT, "b\377d", "1 byte of it is no text, at 0x1", "b⟨ff⟩d" },
    { WEIR_CONTENT_TEXT, "a\377\001\303b\a", "4 bytes of it are no text, the first at 0x1", "a⟨ff 01 c3⟩b⟨07⟩" },
    { WEIR_CONTENT_TEXT, "cut \342\202", "2 bytes of it are no text, the first at 0x4", "cut ⟨e2 82⟩" },
    { WEIR_CONTENT_NDJSON, "{\"a\":1}", NULL, "{\"a\":1}" },
    { WEIR_CONTENT_NDJSON, "\357\273\277{}", NULL, NULL },
    { WEIR_CONTENT_NDJSON, "{\"a\":", "It is no whole JSON value: its end is missing", "{\"a\":" },
    { WEIR_CONTENT_NDJSON, "{\"a\":1}}", "It is no JSON value: wrong at 0x7", "{\"a\":1}}" },
    { WEIR_CONTENT_NDJSON, "", NULL, "" },
    { WEIR_CONTENT_SSE, "data: 1\r\ndata\r: 2", NULL, NULL },
    { WEIR_CONTENT_SSE, "data: 1\nxata: 2", "Not all of its lines are fields of an event", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      WeirSpan item = WEIR_SPAN (cases[i].item);
      g_autofree char *words = weir_garble_describe (cases[i].content, item), *lines = weir_garble_dup_lines (item);

      say_escaped (cases[i].item);
      g_assert_cmpstr (words, ==, cases[i].words);
      g_assert_true (weir_garble_is_item (cases[i].content, item) == (cases[i].words == NULL));
      if (cases[i].lines != NULL)
        g_assert_cmpstr (lines, ==, cases[i].lines);
    }
}

static void
check_csv (const char *record, const char *wanted)
{
  g_autoptr (GPtrArray) fields = weir_csv_split (record, strlen (record), ',');
  g_autofree char *joined = NULL;

  g_ptr_array_add (fields, NULL);
  joined = g_strjoinv ("|", (char **) fields->pdata);
  g_assert_cmpstr (joined, ==, wanted);
}

static void
test_csv (void)
{
  check_csv ("", "");
  check_csv ("a,b", "a|b");
  check_csv (",", "|");
  check_csv ("\"a,\"\"b\"\"\nc\",d", "a,\"b\" c|d");
  check_csv ("\"open,d", "open,d");
  check_csv ("\"a\"b,c", "ab|c");
  check_csv ("\377,\001", "\357\277\275|·");
}

static void
test_sse (void)
{
  static const char text[] = "event: tick\r\ndata: one\ndata:two\rid: 7\n: a\n:b\nretry: 10\nother: x\ndata";
  g_auto (WeirSse) event = { 0 };
  g_auto (WeirSse) none = { 0 };

  weir_sse_read (&event, text, strlen (text));
  g_assert_cmpstr (event.event, ==, "tick");
  g_assert_cmpstr (event.data, ==, "one\ntwo\n");
  g_assert_cmpstr (event.id, ==, "7");
  g_assert_cmpstr (event.comment, ==, "a\nb");
  g_assert_cmpstr (event.retry, ==, "10");
  weir_sse_read (&none, "", 0);
  g_assert_null (none.data);
}

static void
check_image (const guint8 *data, gsize len, WeirImageFind found, guint width, guint height)
{
  WeirImageHead head;

  for (gsize cut = 0; cut < len; cut++) /* what is not there yet makes no other image of it */
    {
      WeirImageFind find = weir_image_head_read (data, cut, &head);

      g_assert_true (find == WEIR_IMAGE_NONE || find == WEIR_IMAGE_PARTIAL || find == found);
    }
  g_assert_cmpint (weir_image_head_read (data, len, &head), ==, found);
  g_assert_cmpuint (head.width, ==, width);
  g_assert_cmpuint (head.height, ==, height);
}

static void
test_images (void)
{
  check_image (BYTES ("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\2\x80\0\0\1\xe0"), WEIR_IMAGE_KNOWN, 640, 480);
  check_image (BYTES ("\x89PNG\r\n\x1a\n\0\0\0\rIHDX\0\0\2\x80\0\0\1\xe0"), WEIR_IMAGE_BROKEN, 0, 0);
  check_image (BYTES ("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\1\xe0"), WEIR_IMAGE_BROKEN, 0, 480);
  check_image (BYTES ("GIF89a\x80\2\xe0\1"), WEIR_IMAGE_KNOWN, 640, 480);
  check_image (BYTES ("\xff\xd8\xff\xe0\0\4xx\xff\xff\xc0\0\x11\x08\1\xe0\2\x80"), WEIR_IMAGE_KNOWN, 640, 480);
  check_image (BYTES ("\xff\xd8\xff\xe0\0\4xx\xff\xda\0\4xx"), WEIR_IMAGE_BROKEN, 0, 0);
  check_image (BYTES ("\xff\xd8\xff\xe0\0\1"), WEIR_IMAGE_BROKEN, 0, 0);
  check_image (BYTES ("RIFF\1\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0\x7f\2\0\xdf\1\0"), WEIR_IMAGE_KNOWN, 640, 480);
  check_image (BYTES ("RIFF\1\0\0\0WEBPVP8L\0\0\0\0\x2f\x7f\xc2\x77\0\0\0\0\0\0"), WEIR_IMAGE_KNOWN, 640, 480);
  check_image (BYTES ("RIFF\1\0\0\0WEBPVP8 \0\0\0\0\0\0\0\x9d\1\x2a\x80\2\xe0\1"), WEIR_IMAGE_KNOWN, 640, 480);
  check_image (BYTES ("RIFF\1\0\0\0WEBPALPH\0\0\0\0\0\0\0\x9d\1\x2a\x80\2\xe0\1"), WEIR_IMAGE_BROKEN, 0, 0);
  check_image (BYTES ("RIFF\1\0\0\0WAVE"), WEIR_IMAGE_NONE, 0, 0);
  check_image (BYTES ("hello"), WEIR_IMAGE_NONE, 0, 0);
}

static void
test_too_large (void)
{
  g_assert_false (weir_image_head_is_too_large (&(WeirImageHead){ WEIR_IMAGE_PNG, 8192, 4096 }));
  g_assert_true (weir_image_head_is_too_large (&(WeirImageHead){ WEIR_IMAGE_PNG, 8192, 4097 }));
  g_assert_true (weir_image_head_is_too_large (&(WeirImageHead){ WEIR_IMAGE_PNG, 16385, 1 }));
  g_assert_true (weir_image_head_is_too_large (&(WeirImageHead){ WEIR_IMAGE_PNG, G_MAXUINT32, G_MAXUINT32 }));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/content/detect", test_detect);
  g_test_add_func ("/content/garble", test_garble);
  g_test_add_func ("/content/csv", test_csv);
  g_test_add_func ("/content/sse", test_sse);
  g_test_add_func ("/content/images", test_images);
  g_test_add_func ("/content/too-large", test_too_large);

  return g_test_run ();
}
