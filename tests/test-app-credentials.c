/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-credentials.h"

static void
assert_same (const WeirCredentials *a, const WeirCredentials *b)
{
  const char *const none[] = { NULL };

  g_assert_cmpstr (a->token, ==, b->token);
  g_assert_true (g_strv_equal (a->headers != NULL ? (const char *const *) a->headers : none,
                               b->headers != NULL ? (const char *const *) b->headers : none));
}

static void
test_text (void)
{
  const char *const headers[] = { "X-Tenant", "blue \"and\" grün", "X-Empty", "", NULL };
  g_autoptr (WeirCredentials) all = weir_credentials_new ("se\"same", headers);
  g_autoptr (WeirCredentials) token = weir_credentials_new ("sesame", NULL);
  g_autoptr (WeirCredentials) none = weir_credentials_new ("", (const char *[]){ NULL });
  const WeirCredentials *each[] = { all, token, none };

  g_assert_true (weir_credentials_is_empty (none));
  g_assert_false (weir_credentials_is_empty (token));
  for (guint i = 0; i < G_N_ELEMENTS (each); i++)
    {
      g_autofree char *text = weir_credentials_to_text (each[i]);
      g_autoptr (WeirCredentials) again = weir_credentials_from_text (text);

      g_assert_nonnull (again);
      assert_same (each[i], again);
    }
}

/* What another program put there under our name is not taken. */
static void
test_bad_text (void)
{
  static const char *const texts[] = {
    "",
    "sesame",
    "[]",
    "{\"token\":\"t\",\"headers\":[\"X\"]}",
    "{\"token\":\"t\",\"headers\":[\"X\",7]}",
    "{\"token\":\"t\",\"headers\":[\"X\",\"a\\r\\nEvil: b\"]}",
    "{\"token\":\"t\",\"headers\":[\"Host\",\"elsewhere\"]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_null (weir_credentials_from_text (texts[i]));
}

static void
test_headers (void)
{
  g_assert_null (weir_credentials_check_header ("X-Tenant", "blue"));
  g_assert_null (weir_credentials_check_header ("Authorization", "Basic eDp5"));
  g_assert_nonnull (weir_credentials_check_header ("", "blue"));
  g_assert_nonnull (weir_credentials_check_header ("X Tenant", "blue"));
  g_assert_nonnull (weir_credentials_check_header ("X-Tenant:", "blue"));
  g_assert_nonnull (weir_credentials_check_header ("X-Ténant", "blue"));
  g_assert_nonnull (weir_credentials_check_header ("X-Tenant", "blue\r\nX-Other: red"));
  g_assert_nonnull (weir_credentials_check_header ("upgrade", "x"));
  g_assert_nonnull (weir_credentials_check_header ("Sec-WebSocket-Key", "x"));

  g_assert_true (weir_credentials_is_secret_header ("X-Api-Key"));
  g_assert_true (weir_credentials_is_secret_header ("COOKIE"));
  g_assert_true (weir_credentials_is_secret_header ("Proxy-Authorization"));
  g_assert_false (weir_credentials_is_secret_header ("X-Tenant"));
}

static void
test_split_url (void)
{
  static const struct
  {
    const char *url, *bare, *token;
  } cases[] = {
    { "ws://h:1", "ws://h:1", NULL },
    { "ws://h:1?token=s3cr3t~x", "ws://h:1", "s3cr3t~x" },
    { "ws://h:1/p?a=b&token=a%2Fb%20c&d", "ws://h:1/p?a=b&d", "a/b c" },
    { "ws://h:1?token=", "ws://h:1", "" },
    { "ws://h:1?mytoken=x", "ws://h:1?mytoken=x", NULL },
    { "ws://h:1?token=a%0d%0aEvil:%20b", "ws://h:1?token=a%0d%0aEvil:%20b", NULL },
    { "ws://h:1?token=%zz", "ws://h:1?token=%zz", NULL },
    { "ws://h:1?token=a&token=b", "ws://h:1?token=b", "a" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *token = NULL;
      g_autofree char *bare = weir_credentials_split_url (cases[i].url, &token);

      g_assert_cmpstr (bare, ==, cases[i].bare);
      g_assert_cmpstr (token, ==, cases[i].token);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/credentials/text", test_text);
  g_test_add_func ("/app/credentials/bad-text", test_bad_text);
  g_test_add_func ("/app/credentials/headers", test_headers);
  g_test_add_func ("/app/credentials/split-url", test_split_url);
  return g_test_run ();
}
