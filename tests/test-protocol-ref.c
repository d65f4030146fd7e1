/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-ref.h"

#include <string.h>

#define REF "{\"channel_id\":\"c1\",\"access_key\":\"secret-key-1\",\"direction\":\"read\"}"

static void
test_from_span (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirRef) ref = weir_ref_from_span (
      WEIR_SPAN ("{\"x\":[1], \"direction\" : \"wr\\u0069te\",\"access_key\":\"k\\/\", \"channel_id\":\"\\u00e9\"}"),
      &error);
  g_autoptr (WeirRef) copy = NULL;
  g_autoptr (GString) out = g_string_new (NULL);

  g_assert_no_error (error);
  copy = weir_ref_copy (ref);
  g_assert_cmpstr (copy->channel_id, ==, "é");
  g_assert_cmpstr (copy->access_key, ==, "k/");
  g_assert_cmpint (copy->direction, ==, WEIR_DIRECTION_WRITE);
  weir_ref_append (out, copy);
  g_assert_cmpstr (out->str, ==, "{\"channel_id\":\"é\",\"access_key\":\"k/\",\"direction\":\"write\"}");
}

static void
test_json (void)
{
  g_autoptr (WeirRef) ref = weir_ref_new ("c", "k", WEIR_DIRECTION_READ);
  g_autoptr (JsonNode) node = weir_ref_to_json (ref);
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirRef) again = weir_ref_from_json (node, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (again->channel_id, ==, "c");
  g_assert_cmpstr (again->access_key, ==, "k");
  g_assert_cmpint (again->direction, ==, WEIR_DIRECTION_READ);
}

static const struct
{
  const char *text;
  int code; /* WeirJsonError, as a GError has it */
  const char *names;
} broken[] = {
  { "null", WEIR_JSON_ERROR_TYPE, "ref" },
  { "\"channel_id\"", WEIR_JSON_ERROR_TYPE, "ref" },
  { "[]", WEIR_JSON_ERROR_TYPE, "ref" },
  { "{}", WEIR_JSON_ERROR_MISSING, "channel_id" },
  { "{\"channel_id\":\"c\",\"direction\":\"read\"}", WEIR_JSON_ERROR_MISSING, "access_key" },
  { "{\"channel_id\":\"c\",\"access_key\":\"sesame\"}", WEIR_JSON_ERROR_MISSING, "direction" },
  { "{\"channel_id\":7,\"access_key\":\"sesame\",\"direction\":\"read\"}", WEIR_JSON_ERROR_TYPE, "channel_id" },
  { "{\"channel_id\":\"c\",\"access_key\":[\"sesame\"],\"direction\":\"read\"}", WEIR_JSON_ERROR_TYPE, "access_key" },
  { "{\"channel_id\":\"c\",\"access_key\":\"sesame\",\"direction\":null}", WEIR_JSON_ERROR_TYPE, "direction" },
  { "{\"channel_id\":\"c\",\"access_key\":\"sesame\",\"direction\":\"both\"}", WEIR_JSON_ERROR_TYPE, "direction" },
  { "{\"channel_id\":\"c\",\"access_key\":\"sesame\",\"direction\":\"READ\"}", WEIR_JSON_ERROR_TYPE, "direction" },
  { "{\"channel_id\":\"c\",\"access_key\":\"sesame\",\"direction\":\"read\",\"direction\":1}", WEIR_JSON_ERROR_TYPE,
    "direction" },
};

static void
test_broken (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) json_error = NULL;
      g_autoptr (JsonNode) node = weir_json_parse (WEIR_SPAN (broken[i].text), NULL);

      g_assert_null (weir_ref_from_span (WEIR_SPAN (broken[i].text), &error));
      g_assert_error (error, WEIR_JSON_ERROR, broken[i].code);
      g_assert_nonnull (strstr (error->message, broken[i].names));
      g_assert_null (strstr (error->message, "sesame"));
      g_assert_null (weir_ref_from_json (node, &json_error));
      g_assert_cmpstr (json_error->message, ==, error->message);
    }
}

static void
test_path (void)
{
  g_autoptr (WeirRef) plain = weir_ref_new ("a7701be4-913e", "k-1_2.~", WEIR_DIRECTION_READ);
  g_autoptr (WeirRef) hostile = weir_ref_new ("../x?y#z", "a&dir=write é", WEIR_DIRECTION_WRITE);
  g_autofree char *path = weir_ref_dup_path (plain);
  g_autofree char *encoded = weir_ref_dup_path (hostile);

  g_assert_cmpstr (path, ==, "/ws/channels/a7701be4-913e?key=k-1_2.~&dir=read");
  g_assert_cmpstr (encoded, ==, "/ws/channels/..%2Fx%3Fy%23z?key=a%26dir%3Dwrite%20%C3%A9&dir=write");
}

static void
test_direction (void)
{
  WeirDirection direction;

  g_assert_true (weir_direction_from_string (weir_direction_to_string (WEIR_DIRECTION_READ), &direction));
  g_assert_cmpint (direction, ==, WEIR_DIRECTION_READ);
  g_assert_true (weir_direction_from_string (weir_direction_to_string (WEIR_DIRECTION_WRITE), &direction));
  g_assert_cmpint (direction, ==, WEIR_DIRECTION_WRITE);
  g_assert_false (weir_direction_from_string ("both", &direction));
  g_assert_false (weir_direction_from_string (NULL, &direction));
}

typedef struct
{
  GString *paths;
  guint n;
  guint stop_after;
} Found;

static gboolean
found_cb (WeirSpan ref, const char *path, gpointer user_data)
{
  Found *found = user_data;
  g_autoptr (WeirRef) parsed = weir_ref_from_span (ref, NULL);

  g_assert_nonnull (parsed);
  g_string_append_printf (found->paths, "%s;", path);
  return ++found->n != found->stop_after;
}

static void
assert_found (const char *payload, guint stop_after, const char *expected)
{
  Found found = { g_string_new (NULL), 0, stop_after };

  g_assert_true (weir_json_check (WEIR_SPAN (payload), WEIR_JSON_MAX_DEPTH, NULL));
  weir_ref_foreach (WEIR_SPAN (payload), found_cb, &found);
  g_assert_cmpstr (found.paths->str, ==, expected);
  g_string_free (found.paths, TRUE);
}

static void
test_foreach (void)
{
  assert_found ("null", 0, "");
  assert_found ("\"{\"", 0, "");
  assert_found (REF, 0, ";");
  assert_found (" [ " REF " ] ", 0, "[0];");
  assert_found ("{\"reader\":" REF "}", 0, "reader;");
  assert_found ("{\"a\":1,\"input\":{\"parts\":[1,[],{\"reader\": " REF " }," REF "]},\"writer\":" REF "}", 0,
                "input.parts[2].reader;input.parts[3];writer;");
  assert_found ("[[" REF "],{\"x\":[" REF "]}]", 0, "[0][0];[1].x[0];");
  assert_found ("{\"a\":" REF ",\"b\":" REF ",\"c\":" REF "}", 2, "a;b;");
  assert_found ("{\"\\u0061.b\":" REF "}", 0, "a.b;");
  /* commas and brackets in strings are not structure */
  assert_found ("[\",[{\",\"\\\",\"," REF "]", 0, "[2];");
}

/* Refs inside of refs are not looked for, wherever the outer one says that it is one. */
static void
test_foreach_nested (void)
{
  assert_found ("{\"r\":{\"x\":" REF ",\"channel_id\":\"c\",\"access_key\":\"k\",\"direction\":\"read\"}}", 0, "r;");
  assert_found ("{\"r\":{\"channel_id\":\"c\",\"access_key\":\"k\",\"direction\":\"read\",\"x\":[" REF "]},\"s\":" REF
                "}",
                0, "r;s;");
  assert_found ("{\"r\":{\"channel_id\":" REF ",\"access_key\":\"k\",\"direction\":\"read\"}}", 0, "r.channel_id;");
}

static void
test_foreach_not_refs (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autofree char *payload = g_strdup_printf ("{\"a\":%s}", broken[i].text);

      assert_found (payload, 0, "");
    }
  /* members of inner objects do not count, nor do strings in arrays */
  assert_found ("{\"channel_id\":\"c\",\"access_key\":\"k\",\"x\":{\"direction\":\"read\"}}", 0, "");
  assert_found ("[\"channel_id\",\"access_key\",\"direction\",\"read\"]", 0, "");
  assert_found ("{\"channel_id\":\"c\",\"access_key\":\"k\",\"direction\":[\"read\"]}", 0, "");
}

static void
test_foreach_deep (void)
{
  g_autoptr (GString) payload = g_string_new (NULL);
  g_autoptr (GString) expected = g_string_new (NULL);

  for (guint i = 0; i < WEIR_JSON_MAX_DEPTH - 1; i++)
    {
      g_string_append_c (payload, '[');
      g_string_append (expected, "[0]");
    }
  g_string_append (payload, REF);
  for (guint i = 0; i < WEIR_JSON_MAX_DEPTH - 1; i++)
    g_string_append_c (payload, ']');
  g_string_append_c (expected, ';');
  assert_found (payload->str, 0, expected->str);
}

static gboolean
count_cb (WeirSpan ref, const char *path, gpointer user_data)
{
  (*(guint *) user_data)++;
  return TRUE;
}

/* What was not checked must do no harm. */
static gboolean
measure_cb (WeirSpan ref, const char *path, gpointer user_data)
{
  gsize *longest = user_data;

  *longest = MAX (*longest, strlen (path));
  g_assert_true (g_utf8_validate (path, -1, NULL));
  return TRUE;
}

/* A name of megabytes above thousands of refs: whoever copied it for each of them would be busy for minutes. */
static void
test_foreach_long_names (void)
{
  g_autoptr (GString) text = g_string_new ("{\"");
  gsize longest = 0;

  for (guint i = 0; i < 1 << 20; i++)
    g_string_append (text, "né\\u00e9");
  g_string_append (text, "\":[");
  for (guint i = 0; i < 20000; i++)
    g_string_append (text, i > 0 ? "," REF : REF);
  g_string_append (text, "]}");
  weir_ref_foreach ((WeirSpan){ text->str, text->len }, measure_cb, &longest);
  g_assert_cmpuint (longest, >, 100);
  g_assert_cmpuint (longest, <, 4096);
}

static void
test_foreach_broken_text (void)
{
  const char *payload = "{\"a\":[" REF ",{\"b\":" REF "}]}";
  gsize len = strlen (payload);
  g_autofree char *brackets = g_malloc (1 << 20);
  guint n = 0;

  for (gsize cut = 0; cut <= len; cut++)
    {
      g_autofree char *copy = g_memdup2 (payload, cut);

      n = 0;
      weir_ref_foreach ((WeirSpan){ copy, cut }, count_cb, &n);
      g_assert_cmpuint (n, <=, 2);
    }
  g_assert_cmpuint (n, ==, 2);

  n = 0;
  memset (brackets, '[', 1 << 20);
  weir_ref_foreach ((WeirSpan){ brackets, 1 << 20 }, count_cb, &n);
  memset (brackets, '}', 1 << 20);
  weir_ref_foreach ((WeirSpan){ brackets, 1 << 20 }, count_cb, &n);
  weir_ref_foreach ((WeirSpan){ NULL, 0 }, count_cb, &n);
  g_assert_cmpuint (n, ==, 0);
}

/* As JSON.stringify () leaves a writer of the Node client that was never used: of its versions 0.11 and 0.22. */
#define LIVE(id, dir, state)                                                                                           \
  "{\"ws\":null,\"wsReady\":false,\"url\":\"ws://127.0.0.1:49134/ws/channels/" id "?key=SECRET&dir=" dir "\","         \
  "\"stream\":{\"_events\":{},\"" state "\":{\"highWaterMark\":16384}}}"
#define LIVE_WRITER(id) LIVE (id, "write", "_writableState")
#define LIVE_READER(id) LIVE (id, "read", "_readableState")

static void
tell_live_cb (const char *channel_id, WeirDirection direction, const char *path, gpointer user_data)
{
  g_string_append_printf (user_data, "%s %s at %s;", channel_id, weir_direction_to_string (direction), path);
}

static void
test_foreach_live (void)
{
  static const struct
  {
    const char *payload, *told;
    gboolean is_any;
  } cases[] = {
    { "{\"w\":" LIVE_WRITER ("c1") "}", "c1 write at w;", TRUE },
    { "{\"input\":[1," LIVE_READER ("c1") "," LIVE_WRITER ("c2") "]}", "c1 read at input[1];c2 write at input[2];",
      TRUE },
    { LIVE_WRITER ("c1"), "c1 write at ;", TRUE },
    { "{\"c\":{\"writer\":" LIVE_WRITER ("c1") ",\"reader\":" LIVE_READER ("c1") "}}",
      "c1 write at c.writer;c1 read at c.reader;", TRUE },
    /* connected: the socket has a URL of its own, under another name */
    { "{\"w\":{\"ws\":{\"_url\":\"ws://h/ws/channels/c1?key=K&dir=read\"},\"url\":\"ws://h/ws/channels/"
      "c1?key=K&dir=read\"}}",
      "c1 read at w;", TRUE },
    /* a stream of Node's alone: of no channel */
    { "{\"w\":{\"_events\":{},\"_writableState\":{\"highWaterMark\":16384}}}", "", TRUE },
    { "{\"r\":{\"_readableState\":{}}}", "", TRUE },
    /* an address is not an object of a client, a ref neither, nor is what stands in a string */
    { "{\"url\":\"ws://h/ws/channels/c1?key=K&dir=read\"}", "", FALSE },
    { "{\"ws\":1,\"url\":\"ws://h/ws/channels/c1?key=K\"}", "", FALSE },
    { "{\"ws\":1,\"url\":\"ws://h/ws/channels/c1?key=K&dir=both\"}", "", FALSE },
    { "{\"reader\":" REF "}", "", FALSE },
    { "\"{\\\"_readableState\\\":{}} /ws/channels/ \"", "", FALSE },
    { "{\"tableState\":{}}", "", FALSE },
    { "null", "", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) told = g_string_new (NULL);
      WeirSpan payload = WEIR_SPAN (cases[i].payload);

      g_assert_cmpint (weir_ref_foreach_live (payload, tell_live_cb, told), ==, cases[i].is_any);
      g_assert_cmpstr (told->str, ==, cases[i].told);
      for (gsize cut = 0; cut < payload.len; cut++) /* what was not checked does no harm */
        {
          g_autofree char *copy = g_memdup2 (payload.text, cut);

          weir_ref_foreach_live ((WeirSpan){ copy, cut }, tell_live_cb, told);
        }
      g_assert_null (strstr (told->str, "SECRET"));
    }
}

/* Every payload is looked through, so it must cost next to nothing: some 0.15 ms for 1 MiB. */
static void
test_foreach_live_is_cheap (void)
{
  static const char row[] = "{\"name\":\"a row of some table\",\"value\":12345,\"tags\":[\"x\",\"yy\"]},";
  g_autoptr (GString) text = g_string_new ("[");
  gint64 begin, took_us = G_MAXINT64;

  while (text->len < 1 << 20)
    g_string_append (text, row);
  g_string_append (text, "1]");
  for (guint i = 0; i < 10; i++) /* the best of them: the machine may be busy */
    {
      begin = g_get_monotonic_time ();
      g_assert_false (weir_ref_foreach_live ((WeirSpan){ text->str, text->len }, tell_live_cb, NULL));
      took_us = MIN (took_us, g_get_monotonic_time () - begin);
    }
  g_test_message ("%" G_GINT64_FORMAT " µs for %" G_GSIZE_FORMAT " bytes", took_us, text->len);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/ref/from-span", test_from_span);
  g_test_add_func ("/protocol/ref/json", test_json);
  g_test_add_func ("/protocol/ref/broken", test_broken);
  g_test_add_func ("/protocol/ref/path", test_path);
  g_test_add_func ("/protocol/ref/direction", test_direction);
  g_test_add_func ("/protocol/ref/foreach", test_foreach);
  g_test_add_func ("/protocol/ref/foreach-nested", test_foreach_nested);
  g_test_add_func ("/protocol/ref/foreach-not-refs", test_foreach_not_refs);
  g_test_add_func ("/protocol/ref/foreach-deep", test_foreach_deep);
  g_test_add_func ("/protocol/ref/foreach-long-names", test_foreach_long_names);
  g_test_add_func ("/protocol/ref/foreach-broken-text", test_foreach_broken_text);
  g_test_add_func ("/protocol/ref/foreach-live", test_foreach_live);
  g_test_add_func ("/protocol/ref/foreach-live-is-cheap", test_foreach_live_is_cheap);

  return g_test_run ();
}
