/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include "weir-http-routes.h"

#include <string.h>

/* Lines: `+METHOD PATTERN` adds, `-N` removes the N-th, `METHOD PATH` asks. What is found fits, and what has been added
 * last is found by its own pattern. */

static void
check_found (WeirHttpRoutes *routes, const char *method, const char *path)
{
  g_auto (GStrv) values = NULL;
  const WeirHttpRoute *route = weir_http_routes_find (routes, method, path, &values);
  g_autofree char *methods = weir_http_routes_dup_methods (routes, path);

  g_assert_true ((route == NULL) == (values == NULL));
  if (route == NULL)
    return;
  g_assert_cmpuint (g_strv_length (values), ==, g_strv_length (route->names));
  g_assert_nonnull (methods);
  g_assert_nonnull (strstr (methods, route->method));
}

static void
add (WeirHttpRoutes *routes, const char *method, const char *pattern, const char *id)
{
  g_autofree char *why = NULL;
  g_autofree char *path = g_strconcat (*pattern == '/' ? "" : "/", pattern, NULL);
  gboolean added = weir_http_routes_add (routes, method, pattern, id, &why);
  g_auto (GStrv) values = NULL;

  g_assert_true (added == (why == NULL));
  if (added) /* `:a` is a value of `:a`, unless another pattern is nearer */
    g_assert_nonnull (weir_http_routes_find (routes, method, path, &values));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 200);
  g_autoptr (WeirHttpRoutes) routes = weir_http_routes_new ();

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *space = strchr (lines[i], ' ');
      g_autofree char *id = g_strdup_printf ("%u", i);

      if (*lines[i] == '-')
        {
          weir_http_routes_remove (routes, lines[i] + 1);
          continue;
        }
      if (space == NULL)
        continue;
      *space = '\0';
      if (*lines[i] == '+')
        add (routes, lines[i] + 1, space + 1, id);
      else
        check_found (routes, lines[i], space + 1);
    }
  return 0;
}
