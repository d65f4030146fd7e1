/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-key-mask.h"

#include <string.h>

#include "weir-json.h"

/* @wanted NULL: unchanged. */
static void
check (const char *text, const char *wanted)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GBytes) masked = NULL;
  g_autofree char *got = NULL;
  guint n_keys;

  masked = weir_key_mask (bytes, &n_keys);
  got = g_strndup (g_bytes_get_data (masked, NULL), g_bytes_get_size (masked));
  g_assert_cmpstr (got, ==, wanted != NULL ? wanted : text);
  g_assert_cmpuint (n_keys > 0, ==, wanted != NULL);
  g_assert_cmpuint (strlen (got), ==, strlen (text));
}

static void
test_json (void)
{
  check ("{\"channel_id\":\"c1\",\"access_key\":\"0123456789abcdef0123\",\"direction\":\"read\"}",
         "{\"channel_id\":\"c1\",\"access_key\":\"0123****************\",\"direction\":\"read\"}");
  check ("[{ \"access_key\" : \"0123456789abcdef\" }, {\n\"access_key\":\n\"secret\"}]",
         "[{ \"access_key\" : \"0123************\" }, {\n\"access_key\":\n\"s*****\"}]");
  check ("{\"access_key\":\"abc\"}", "{\"access_key\":\"***\"}"); /* short: nothing of it */
  check ("{'access_key':12345678}", "{'access_key':12******}");   /* no JSON: any word may be a key */
  check ("{\"accessKey\":\"secretsecret\"}", "{\"accessKey\":\"sec*********\"}");
}

static void
test_escapes (void)
{
  check ("{\"access\\u005fkey\":\"secretsecret\"}", "{\"access\\u005fkey\":\"sec*********\"}");
  check ("{\"access_key\":\"a\\\"b\\/c\\\\\\\"secret\",\"x\":1}", "{\"access_key\":\"a****************\",\"x\":1}");
  check ("{\"access_key\":\"\\u0041bcdefgh\"}", "{\"access_key\":\"*************\"}"); /* no half of an escape stays */

  /* JSON in a string of JSON, and in one of that */
  check ("{\"body\":\"{\\\"access_key\\\":\\\"secretsecret\\\",\\\"x\\\":1}\"}",
         "{\"body\":\"{\\\"access_key\\\":\\\"sec*********\\\",\\\"x\\\":1}\"}");
  check ("\"\\\"{\\\\\\\"access_key\\\\\\\":\\\\\\\"secretsecret\\\\\\\"}\\\"\"",
         "\"\\\"{\\\\\\\"access_key\\\\\\\":\\\\\\\"sec*********\\\\\\\"}\\\"\"");
}

static void
test_other_text (void)
{
  check ("GET /x?access_key=secretsecret&dir=read", "GET /x?access_key=sec*********&dir=read");
  check ("access_key: secretsecret, dir: read", "access_key: sec*********, dir: read");
  check ("{'access_key': 'secretsecret'}", "{'access_key': 'sec*********'}");
  check ("ACCESS-KEY=secretsecret", "ACCESS-KEY=sec*********");
  check ("k\",\"access_key\":\"secretsecret\"}, \"",
         "k\",\"access_key\":\"sec*********\"}, \""); /* begins in a string */
}

/* Whatever a ref is read from is masked, too. */
static void
test_signs (void)
{
  check ("access_key => secretsecret", "access_key => sec*********");
  check (":access_key=>\"secretsecret\"", ":access_key=>\"sec*********\"");
  check ("[access_key] => secretsecret", "[access_key] => sec*********");
  check ("{\"log\":\"access_key =\\u003e secretsecret\"}", "{\"log\":\"access_key =\\u003e sec*********\"}");
  check ("access_key == secretsecret", "access_key == sec*********");
  check ("access_key=<secretsecret>", "access_key=<sec*********>");
  check ("access_key: `secretsecret`", "access_key: `sec*********`");
  check ("access__key_: secretsecret", "access__key_: sec*********");
}

static void
test_addresses (void)
{
  check ("/ws/channels/ID?key=secretsecret&dir=read", "/ws/channels/ID?key=sec*********&dir=read");
  check ("GET ws://h:1/ws/channels/a%20b?dir=read&key=secretsecret HTTP/1.1",
         "GET ws://h:1/ws/channels/a%20b?dir=read&key=sec********* HTTP/1.1");
  check ("<a href=\"/ws/channels/ID/?dir=read&amp;key=secretsecret\">",
         "<a href=\"/ws/channels/ID/?dir=read&amp;key=sec*********\">");
  check ("{\"url\":\"\\/ws\\/channels\\/ID?dir=read\\u0026key=se\\/cr\\u002bsecret\",\"x\":1}",
         "{\"url\":\"\\/ws\\/channels\\/ID?dir=read\\u0026key=se****************\",\"x\":1}");
  check ("\"{\\\"url\\\":\\\"\\/ws\\/channels\\/ID?key=secretsecret\\\"}\"",
         "\"{\\\"url\\\":\\\"\\/ws\\/channels\\/ID?key=sec*********\\\"}\"");
  check ("/ws/channels/1?key=secretsecret,/ws/channels/2?key=secretsecret",
         "/ws/channels/1?key=sec*********,/ws/channels/2?key=sec*********");
  check ("/ws/channels/1?to=/ws/channels/2?key=secretsecret&key=secretsecret",
         "/ws/channels/1?to=/ws/channels/2?key=sec*********&key=sec*********");
  check ("/ws/channels/ID?keys=none&monkey=see", NULL);
  check ("/ws/channels/ID?key=", NULL);
  check ("/other/ID?key=value", NULL);
}

static void
test_none (void)
{
  check ("", NULL);
  check ("{\"key\":\"value\",\"access\":\"granted\"}", NULL);
  check ("the access_key is missing", NULL);
  check ("{\"access_key\":\"\"}", NULL);
  check ("\"access_key\"", NULL);
  check ("access_ke", NULL);
  check ("access\\u00", NULL);

  /* no strings, no keys: JSON would break */
  check ("{\"access_key\":12345678}", NULL);
  check ("{\"access_key\":null,\"x\":\"secretsecret\"}", NULL);
  check ("{\"access_key\":[\"x\"]}", NULL);
  check ("[\"access_key\",\"secretsecret\"]", NULL);
}

/* Wherever a message is cut, nothing of its key is shown but the first few letters. */
static void
test_cut (void)
{
  static const char text[] = "{\"access_key\":\"0123456789abcdefghij\",\"x\":\"access_key=0123456789abcdefghij\","
                             "\"y\":\"\\/ws\\/channels\\/ID?key=0123456789abcdefghij\"}";

  for (gsize len = 1; len < sizeof text; len++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (text, len); /* of that size, for the sanitizer */
      g_autoptr (GBytes) masked = weir_key_mask (bytes, NULL);
      g_autofree char *got = g_strndup (g_bytes_get_data (masked, NULL), len);

      g_assert_cmpuint (g_bytes_get_size (masked), ==, len);
      g_assert_null (strstr (got, "01234"));
    }
}

/* --- behind a border --- */

/* @wanted NULL: unchanged. */
static void
check_after (const char *before, gboolean is_stream, const char *text, const char *wanted)
{
  g_autoptr (GBytes) first = g_bytes_new (before, strlen (before)), bytes = g_bytes_new (text, strlen (text));
  WeirKeyLead lead = { first, is_stream };
  guint n_keys;
  g_autoptr (GBytes) masked = weir_key_mask_after (&lead, bytes, &n_keys);
  g_autofree char *got = g_strndup (g_bytes_get_data (masked, NULL), g_bytes_get_size (masked));

  g_assert_cmpstr (got, ==, wanted != NULL ? wanted : text);
  g_assert_cmpuint (n_keys > 0, ==, wanted != NULL);
}

static void
test_after (void)
{
  check_after ("{\"access_key\":\"0123", FALSE, "456789abcdef\",\"x\":1}", "************\",\"x\":1}");
  check_after ("{\"access_key\":\"", FALSE, "0123456789abcdef\"}", "0123************\"}");
  check_after ("{\"access_k", FALSE, "ey\":\"0123456789abcdef\"}", "ey\":\"0123************\"}");
  check_after ("{\"access_key\"", FALSE, ":\"0123456789abcdef\"}", ":\"0123************\"}");
  check_after ("{\"access_key\":\"0123", FALSE, "4567\", \"access_key\":\"0123456789abcdef\"",
               "****\", \"access_key\":\"0123************\"");
  check_after ("{\\\"access_key\\\":\\\"01", TRUE, "23\\\" x", "**\\\" x");
  check_after ("{\"access_key\":\"0123", TRUE, "45", "**"); /* it goes on */

  /* a word goes on in a stream alone */
  check_after ("GET /x?access_key=0123", TRUE, "4567&dir=read", "****&dir=read");
  check_after ("GET /x?access_key=0123", FALSE, "hello", NULL);
  check_after ("GET /x?access_key=", FALSE, "01234567 HTTP", "01****** HTTP");

  check_after ("", TRUE, "hello", NULL);
  check_after ("{\"access_key\":\"0123\"}", TRUE, "\"hello\"", NULL);
  check_after ("{\"access_key\":\"0123", FALSE, "{\"a\":1}", NULL); /* no rest of anything */
  check_after ("access_key=0123\n", TRUE, "hello", NULL);
}

/* A stream that is cut in two anywhere, with all or only the end of the first part known. */
static void
test_after_any_cut (void)
{
  static const char text[] =
      "data: {\"access_key\": \"0123456789abcdefghij\", \"x\":\"access_key=0123456789abcdefghij\"}\n";
  gsize len = strlen (text);

  for (gsize cut = 1; cut < len; cut++)
    {
      g_autoptr (GBytes) first = g_bytes_new (text, cut), rest = g_bytes_new (text + cut, len - cut);
      WeirKeyLead lead = { first, TRUE };
      g_autoptr (GBytes) masked_first = weir_key_mask (first, NULL);
      g_autoptr (GBytes) masked_rest = weir_key_mask_after (&lead, rest, NULL);
      g_autofree char *got =
          g_strdup_printf ("%.*s%.*s", (int) cut, (const char *) g_bytes_get_data (masked_first, NULL),
                           (int) (len - cut), (const char *) g_bytes_get_data (masked_rest, NULL));

      g_assert_cmpuint (strlen (got), ==, len);
      for (const char *piece = "456789abcdefghij"; strlen (piece) >= 5; piece++)
        g_assert_null (g_strstr_len (got, -1, piece));
      g_assert_nonnull (strstr (got, "\"}\n"));
    }
}

static void
test_any_bytes (void)
{
  static const char *const parts[] = { "access_key",    "\"",    "\\", ":",  "\\u005f",
                                       "access",        "key",   "=",  " ",  "abcdefgh",
                                       "\xff",          "'",     ",",  ">",  "`",
                                       "/ws/channels/", "?key=", "&",  "\\/" };
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);

  for (guint round = 0; round < 5000; round++)
    {
      GString *text = g_string_new (NULL);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GBytes) masked = NULL;
      g_autoptr (GBytes) again = NULL;

      for (guint i = 0; i < 12; i++)
        g_string_append (text, parts[g_rand_int_range (rand, 0, G_N_ELEMENTS (parts))]);
      bytes = g_string_free_to_bytes (text);
      masked = weir_key_mask (bytes, NULL);
      g_assert_cmpuint (g_bytes_get_size (masked), ==, g_bytes_get_size (bytes));
      again = weir_key_mask (masked, NULL);
      g_assert_cmpuint (g_bytes_get_size (again), ==, g_bytes_get_size (bytes));
    }
}

/* The key in the address of a channel's socket, as of a client's object that was written to JSON. */
static void
test_address (void)
{
  check ("{\"url\":\"ws://h:1/ws/channels/c1?key=0123456789abcdef&dir=write\",\"x\":1}",
         "{\"url\":\"ws://h:1/ws/channels/c1?key=0123************&dir=write\",\"x\":1}");
  check ("{\"url\":\"ws:\\/\\/h\\/ws\\/channels\\/c1?dir=write&key=0123456789abcdef\"}",
         "{\"url\":\"ws:\\/\\/h\\/ws\\/channels\\/c1?dir=write&key=0123************\"}");
  check ("{\"url\":\"ws://h/ws/channels/c1?dir=read\\u0026key\\u003d0123456789abcdef\\u0026x=1\"}",
         "{\"url\":\"ws://h/ws/channels/c1?dir=read\\u0026key\\u003d0123************\\u0026x=1\"}");
  check ("GET /ws/channels/c1?key=0123456789abcdef&dir=read HTTP/1.1",
         "GET /ws/channels/c1?key=0123************&dir=read HTTP/1.1");
  check ("cannot open ws://h/?token=t/ws/channels/c1?key=0123456789abcdef&dir=read.",
         "cannot open ws://h/?token=t/ws/channels/c1?key=0123************&dir=read.");
  check ("ws://h/ws/channels/c1?monkey=0123456789abcdef", NULL);
  check ("/ws/channels/c1 ?key=0123456789abcdef", NULL);
  check ("http://h/channels/c1?key=0123456789abcdef", NULL);
  check ("/ws/channels/c1?key=", NULL);
}

/* What is JSON stays JSON, and the same when masked again. */
static void
test_stays_json (void)
{
  static const struct
  {
    const char *text, *wanted;
  } cases[] = {
    { "{\"reader\":{\"access_key\":\"\\u00e4\\\\\\\"0123\",\"direction\":\"read\"}}",
      "{\"reader\":{\"access_key\":\"**************\",\"direction\":\"read\"}}" },
    /* the quote behind it ends the name */
    { "{\"accesskey :   \":\"\\u0030\\u00389abcdef\"}", "{\"accesskey :   \":\"\\u0030\\u00389abcdef\"}" },
    { "[\"accesskey= \",\"abcdefgh\"]", "[\"accesskey= \",\"abcdefgh\"]" },
    { "{\"accesskey: sec\":\"abcdefgh\"}", "{\"accesskey: ***\":\"abcdefgh\"}" },
    /* a backslash of its own before the end */
    { "{\"access_key\":\"abcdefg\\\\\",\"x\":\"y\"}", "{\"access_key\":\"ab*******\",\"x\":\"y\"}" },
    { "{\"x\":\"{'access_key':'abcdefg\",\"y\":\"'\"}", "{\"x\":\"{'access_key':'a******\",\"y\":\"'\"}" },
    { "{\"my access_key\"\n: \"abcdefgh\"}", "{\"my access_key\"\n: \"ab******\"}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gboolean is_masked = strcmp (cases[i].text, cases[i].wanted) != 0;

      check (cases[i].text, is_masked ? cases[i].wanted : NULL);
      check (cases[i].wanted, is_masked ? cases[i].wanted : NULL);
      g_assert_true (weir_json_check (WEIR_SPAN (cases[i].wanted), WEIR_JSON_MAX_DEPTH, NULL));
    }
}

/* What is shown or kept is text, whatever bytes it was made of, and also if it was none: the GBytes of an empty text
 * may have NULL for data. */
static void
test_as_text (void)
{
  static const struct
  {
    const char *bytes;
    gsize len;
    const char *wanted;
  } cases[] = {
    { NULL, 0, "" },
    { "", 0, "" },
    { "a\0b\377", 4, "a\357\277\275b\357\277\275" },
    { "access_key=secretsecret", 23, "access_key=sec*********" },
  };
  g_autofree char *none = weir_key_mask_text ("");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (cases[i].bytes, cases[i].len);
      g_autofree char *text = weir_key_mask_dup_text (NULL, bytes);

      g_assert_cmpstr (text, ==, cases[i].wanted);
    }
  g_assert_null (weir_key_mask_text (NULL));
  g_assert_cmpstr (none, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/key-mask/json", test_json);
  g_test_add_func ("/protocol/key-mask/escapes", test_escapes);
  g_test_add_func ("/protocol/key-mask/other-text", test_other_text);
  g_test_add_func ("/protocol/key-mask/signs", test_signs);
  g_test_add_func ("/protocol/key-mask/addresses", test_addresses);
  g_test_add_func ("/protocol/key-mask/none", test_none);
  g_test_add_func ("/protocol/key-mask/address", test_address);
  g_test_add_func ("/protocol/key-mask/cut", test_cut);
  g_test_add_func ("/protocol/key-mask/after", test_after);
  g_test_add_func ("/protocol/key-mask/after-any-cut", test_after_any_cut);
  g_test_add_func ("/protocol/key-mask/any-bytes", test_any_bytes);
  g_test_add_func ("/protocol/key-mask/stays-json", test_stays_json);
  g_test_add_func ("/protocol/key-mask/as-text", test_as_text);
  return g_test_run ();
}
