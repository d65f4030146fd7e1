/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-http-routes.h"

#include <string.h>

static WeirHttpRoutes *
make_routes (void)
{
  static const char *const patterns[][2] = {
    { "GET", "/" },
    { "GET", "/users/:id" },
    { "POST", "users" },
    { "GET", "/users/me" },
    { "GET", "/users/:id/posts/:post" },
    { "DELETE", "/users/:who" },
    { "GET", "/users/me/posts" },
    { "GET", "/a/" },
    { "HEAD", "/headed" },
    { "GET", "/:first/:second/last" },
  };
  WeirHttpRoutes *routes = weir_http_routes_new ();

  for (guint i = 0; i < G_N_ELEMENTS (patterns); i++)
    {
      g_autofree char *id = g_strdup_printf ("%u", i);
      g_autofree char *why = NULL;

      g_assert_true (weir_http_routes_add (routes, patterns[i][0], patterns[i][1], id, &why));
      g_assert_null (why);
    }
  return routes;
}

static void
test_find (void)
{
  static const struct
  {
    const char *method;
    const char *path;
    const char *id; /* NULL: none */
    const char *values;
  } cases[] = {
    { "GET", "/", "0", "" },
    { "HEAD", "/", "0", "" },
    { "GET", "/users/7", "1", "7" },
    { "GET", "/users/a%20b%2Fc", "1", "a%20b%2Fc" },
    { "GET", "/users/%zz", "1", "%zz" },
    { "GET", "/users/%00", "1", "%00" },
    { "GET", "/users/me", "3", "" },
    { "GET", "/users/Me", "1", "Me" },
    { "POST", "/users", "2", "" },
    { "GET", "/users/7/posts/8", "4", "7 8" },
    { "GET", "/users/me/posts", "6", "" },
    { "GET", "/users/me/posts/9", "4", "me 9" }, /* the written-out segment leads nowhere */
    { "GET", "/users/me/last", "9", "users me" },
    { "DELETE", "/users/7", "5", "7" },
    { "GET", "/a/", "7", "" },
    { "HEAD", "/headed", "8", "" },
    { "GET", "/headed", NULL },
    { "GET", "/a", NULL },
    { "GET", "/users/", NULL },
    { "GET", "//", NULL },
    { "GET", "/users/7/", NULL },
    { "GET", "/users/../users/7", NULL },
    { "PUT", "/users/7", NULL },
    { "get", "/", NULL },
    { "GET", "*", NULL },
    { "GET", "/users/7/posts/8/9", NULL },
  };
  g_autoptr (WeirHttpRoutes) routes = make_routes ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) values = NULL;
      const WeirHttpRoute *route = weir_http_routes_find (routes, cases[i].method, cases[i].path, &values);
      g_autofree char *joined = values != NULL ? g_strjoinv (" ", values) : NULL;

      g_test_message ("%s %s", cases[i].method, cases[i].path);
      g_assert_cmpstr (route != NULL ? route->id : NULL, ==, cases[i].id);
      g_assert_cmpstr (joined, ==, cases[i].values);
      g_assert_true (route == NULL || *route->pattern == '/');
    }
}

static void
assert_methods (WeirHttpRoutes *routes, const char *path, const char *wanted)
{
  g_autofree char *methods = weir_http_routes_dup_methods (routes, path);

  g_assert_cmpstr (methods, ==, wanted);
}

static void
test_methods (void)
{
  g_autoptr (WeirHttpRoutes) routes = make_routes ();

  assert_methods (routes, "/users/7", "DELETE, GET");
  assert_methods (routes, "/users/me", "DELETE, GET"); /* both of the two that match */
  assert_methods (routes, "/users", "POST");
  assert_methods (routes, "/nothing", NULL);
}

static void
assert_refused (WeirHttpRoutes *routes, const char *method, const char *pattern, const char *words)
{
  g_autofree char *why = NULL;

  g_assert_false (weir_http_routes_add (routes, method, pattern, "new", &why));
  g_assert_nonnull (strstr (why, words));
}

static void
test_refused (void)
{
  g_autoptr (WeirHttpRoutes) routes = make_routes ();
  g_autoptr (GString) deep = g_string_new (NULL);

  for (guint i = 0; i <= WEIR_HTTP_ROUTES_MAX_SEGMENTS; i++)
    g_string_append (deep, "/a");
  assert_refused (routes, "FETCH", "/x", "http_method");
  assert_refused (routes, "GET", "/x/:", "no name");
  assert_refused (routes, "GET", "/:x/:x", "name of another");
  assert_refused (routes, "GET", "/x?y", "api_path");
  assert_refused (routes, "GET", "/users/:other", "conflicts with already-registered route GET /users/:id");
  assert_refused (routes, "GET", deep->str, "segments");
}

/* The latest has a place; who had it before takes nothing away from it by leaving. */
static void
test_replaced (void)
{
  g_autoptr (WeirHttpRoutes) routes = make_routes ();
  g_autofree char *why = NULL;
  g_auto (GStrv) values = NULL;

  g_assert_true (weir_http_routes_add (routes, "GET", "/users/:id", "new", &why));
  weir_http_routes_remove (routes, "1");
  g_assert_cmpstr (weir_http_routes_find (routes, "GET", "/users/7", &values)->id, ==, "new");
  g_clear_pointer (&values, g_strfreev);
  g_assert_true (weir_http_routes_add (routes, "GET", "/moved", "new", &why));
  g_assert_null (weir_http_routes_find (routes, "GET", "/users/7", &values));
  g_assert_nonnull (weir_http_routes_find (routes, "GET", "/moved", &values));
  g_clear_pointer (&values, g_strfreev);
  weir_http_routes_remove (routes, "new");
  g_assert_null (weir_http_routes_find (routes, "GET", "/moved", &values));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/routes/find", test_find);
  g_test_add_func ("/http/routes/methods", test_methods);
  g_test_add_func ("/http/routes/refused", test_refused);
  g_test_add_func ("/http/routes/replaced", test_replaced);
  return g_test_run ();
}
