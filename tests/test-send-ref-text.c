/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "weir-key-mask.h"
#include "weir-ref-text.h"

/* Refs as people paste them. */

#define ID "5d2e90b4-1111-4222-8333-444455556666"

static const char *const spellings[] = {
  /* JSON, in one line and in several, with text around it, in a string, twice */
  "{\"channel_id\":\"" ID "\",\"access_key\":\"0f1e2d\",\"direction\":\"read\"}",
  "{\n  \"direction\" : \"read\",\n  \"access_key\": \"0f1e2d\",\n  \"channel_id\": \"" ID "\"\n}\n",
  "2026-11-21 14:02 INFO got {\"reader\": {\"channel_id\":\"" ID
  "\",\"access_key\":\"0f1e2d\",\"direction\":\"read\"}}.",
  "\"{\\\"channel_id\\\":\\\"" ID "\\\",\\\"access_key\\\":\\\"0f1e2d\\\",\\\"direction\\\":\\\"read\\\"}\"",
  "{\"channel_id\":\"" ID "\",\"access_key\":\"0f1e2d\",\"direction\":\"read\"} {\"channel_id\":\"" ID
  "\",\"access_key\":\"0f1e2d\",\"direction\":\"read\"}",
  "{'channel_id': '" ID "', 'access_key': '0f1e2d', 'direction': 'read'}", /* Python's repr, Node's console.log */
  "{\n  channel_id: '" ID "',\n  access_key: '0f1e2d',\n  direction: 'read'\n}",
  "StreamChannelRef(channel_id='" ID "', access_key='0f1e2d', direction=<ChannelDirection.read: 'read'>)",
  "StreamChannelRef(channel_id='" ID "', access_key='0f1e2d', direction='read')",
  "StreamChannelRef { channel_id: \"" ID "\", access_key: \"0f1e2d\", direction: Read }", /* Rust's {:?} */
  "{ChannelID:" ID " AccessKey:0f1e2d Direction:read}",                                   /* Go's %+v */
  "channelId: " ID "\naccessKey: 0f1e2d\ndirection: read",
  "channel_id=" ID ", access_key=0f1e2d, direction=read",
  "ws://127.0.0.1:49134/ws/channels/" ID "?key=0f1e2d&dir=read",
  "<ws://host/ws/channels/" ID "?dir=read&key=0f1e2d>",
  "{\"url\":\"ws:\\/\\/h\\/ws\\/channels\\/" ID "?dir=read\\u0026key=0f1e2d\"}",
  "<a href='/ws/channels/" ID "?dir=read&amp;key=0f1e2d'>",
  "{\"channel_id\"=>\"" ID "\", \"access_key\"=>\"0f1e2d\", \"direction\"=>\"read\"}", /* Ruby's inspect */
  "Array ( [channel_id] => " ID " [access_key] => 0f1e2d [direction] => read )",       /* PHP's print_r */
};

static const WeirRef *
get (GPtrArray *refs, guint i)
{
  return g_ptr_array_index (refs, i);
}

static void
test_spellings (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (spellings); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) refs = weir_ref_text_find (spellings[i], &error);

      g_test_message ("%s", spellings[i]);
      g_assert_no_error (error);
      g_assert_cmpuint (refs->len, ==, 1);
      g_assert_cmpstr (get (refs, 0)->channel_id, ==, ID);
      g_assert_cmpstr (get (refs, 0)->access_key, ==, "0f1e2d");
      g_assert_cmpint (get (refs, 0)->direction, ==, WEIR_DIRECTION_READ);
    }
}

static void
test_several (void)
{
  g_autoptr (GPtrArray) refs =
      weir_ref_text_find ("{ writerRef: { channel_id: 'a-1', access_key: 'k1', direction: 'write' },\n"
                          "  readerRef: { channel_id: 'a-1', access_key: 'k2', direction: 'read' },\n"
                          "  other: { channel_id: 'b-2' } }",
                          NULL);

  g_assert_nonnull (refs);
  g_assert_cmpuint (refs->len, ==, 2);
  g_assert_cmpint (get (refs, 0)->direction, ==, WEIR_DIRECTION_WRITE);
  g_assert_cmpstr (get (refs, 0)->access_key, ==, "k1");
  g_assert_cmpint (get (refs, 1)->direction, ==, WEIR_DIRECTION_READ);
  g_assert_cmpstr (get (refs, 1)->access_key, ==, "k2");
}

static void
test_keys (void)
{
  g_autoptr (GPtrArray) refs =
      weir_ref_text_find ("{\"channel_id\":\"c\",\"access_key\":\"aB-_.~+/9%\",\"direction\":\"write\"}", NULL);
  g_autoptr (GPtrArray) encoded = weir_ref_text_find ("/ws/channels/a%20b?key=x%2By&dir=write", NULL);

  g_assert_cmpstr (get (refs, 0)->access_key, ==, "aB-_.~+/9%");
  g_assert_cmpstr (get (encoded, 0)->channel_id, ==, "a b");
  g_assert_cmpstr (get (encoded, 0)->access_key, ==, "x+y");
}

static void
test_wrong (void)
{
  static const struct
  {
    const char *text, *says;
  } wrong[] = {
    { "", "no ref" },
    { "hello", "no ref" },
    { "{\"channel_id\":\"c\"}", "“access_key” is missing" },
    { "{\"channel_id\":\"c\",\"access_key\":\"s3cret\"}", "“direction” is missing" },
    { "{\"access_key\":\"s3cret\",\"direction\":\"read\"}", "“channel_id” is missing" },
    { "{\"channel_id\":\"c\",\"access_key\":\"\",\"direction\":\"read\"}", "“access_key” is missing" },
    { "{\"channel_id\":\"c\",\"access_key\":\"s3cr****\",\"direction\":\"read\"}", "masked" },
    { "{\"channel_id\":\"c\",\"access_key\":\"s3cr…\",\"direction\":\"read\"}", "masked" },
    { "{\"channel_id\":\"c\",\"access_key\":\"s3cret\",\"direction\":\"up\"}", "neither" },
    { "ws://127.0.0.1/ws/channels/c?key=s3cret", "“direction” is missing" },
    { "channel_id access_key direction", "no ref" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (weir_ref_text_find (wrong[i].text, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      g_test_message ("%s: %s", wrong[i].text, error->message);
      g_assert_nonnull (strstr (error->message, wrong[i].says));
      g_assert_null (strstr (error->message, "s3cret"));
    }
}

/* What is read as a ref is masked wherever it is shown: of its key too little is left for a ref. */
static void
test_is_masked (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (spellings); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (spellings[i], strlen (spellings[i]));
      g_autoptr (GBytes) masked = weir_key_mask (bytes, NULL);
      g_autofree char *text = g_strndup (g_bytes_get_data (masked, NULL), g_bytes_get_size (masked));

      g_test_message ("%s", text);
      g_assert_null (strstr (text, "0f1e2d"));
      g_assert_null (weir_ref_text_find (text, NULL));
    }
}

/* Cut anywhere it is a ref or an error, never a wrong one. */
static void
test_cut (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (spellings); i++)
    for (gsize len = 0; len < strlen (spellings[i]); len++)
      {
        g_autofree char *text = g_strndup (spellings[i], len);
        g_autoptr (GPtrArray) refs = weir_ref_text_find (text, NULL);

        if (refs != NULL)
          g_assert_cmpuint (refs->len, ==, 1);
      }
}

/* A megabyte of whatever is gone through once: what looks back or ahead at each step does not come to an end here. */
static void
test_large (void)
{
  static const char *const pieces[] = { "{",     "channel_id:", "\"",           "access_key", "a", "/ws/channels/",
                                        "?key=", "=\\",         "ws/channels/?" };

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GPtrArray) refs = NULL;

      while (text->len + strlen (pieces[i]) <= WEIR_REF_TEXT_MAX)
        g_string_append (text, pieces[i]);
      refs = weir_ref_text_find (text->str, NULL);
      g_assert_null (refs);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/send/ref-text/spellings", test_spellings);
  g_test_add_func ("/send/ref-text/several", test_several);
  g_test_add_func ("/send/ref-text/keys", test_keys);
  g_test_add_func ("/send/ref-text/wrong", test_wrong);
  g_test_add_func ("/send/ref-text/is-masked", test_is_masked);
  g_test_add_func ("/send/ref-text/cut", test_cut);
  g_test_add_func ("/send/ref-text/large", test_large);
  return g_test_run ();
}
