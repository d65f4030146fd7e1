/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-http-routes.h"

#include <string.h>

/* A segment of patterns, and those that follow it. */
typedef struct _WeirHttpNode WeirHttpNode;
struct _WeirHttpNode
{
  GHashTable *fixed;      /* (nullable) segment → WeirHttpNode */
  WeirHttpNode *variable; /* nullable: any segment */
  GHashTable *routes;     /* (nullable) method → WeirHttpRoute */
};

struct _WeirHttpRoutes
{
  WeirHttpNode *root;
  GHashTable *by_id; /* id → WeirHttpRoute, of its node */
};

/* A request's way through the nodes. */
typedef struct
{
  char **segments;
  const char *values[WEIR_HTTP_ROUTES_MAX_SEGMENTS];
  guint n_values;
  const char *method;  /* NULL: all of them are gathered */
  GPtrArray *gathered; /* nullable */
} Search;

static void
route_free (gpointer data)
{
  WeirHttpRoute *route = data;

  g_free (route->method);
  g_free (route->pattern);
  g_free (route->id);
  g_strfreev (route->names);
  g_free (route);
}

static void
node_free (gpointer data)
{
  WeirHttpNode *node = data;

  g_clear_pointer (&node->fixed, g_hash_table_unref);
  g_clear_pointer (&node->variable, node_free);
  g_clear_pointer (&node->routes, g_hash_table_unref);
  g_free (node);
}

WeirHttpRoutes *
weir_http_routes_new (void)
{
  WeirHttpRoutes *self = g_new0 (WeirHttpRoutes, 1);

  self->root = g_new0 (WeirHttpNode, 1);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

void
weir_http_routes_free (WeirHttpRoutes *self)
{
  g_hash_table_unref (self->by_id);
  node_free (self->root);
  g_free (self);
}

/* --- patterns --- */

static gboolean
is_method (const char *method)
{
  static const char *const methods[] = { "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", NULL };

  return g_strv_contains (methods, method);
}

/* The segments behind the leading `/`: "" for `/`, "a", "" for `/a/`. NULL: too many. */
static GStrv
split (const char *path)
{
  g_auto (GStrv) segments = g_strsplit (*path == '/' ? path + 1 : path, "/", WEIR_HTTP_ROUTES_MAX_SEGMENTS + 1);

  return g_strv_length (segments) > WEIR_HTTP_ROUTES_MAX_SEGMENTS ? NULL : g_steal_pointer (&segments);
}

/* The names of a pattern's parameters; NULL: one has none, or one twice. */
static GStrv
dup_names (char **segments)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (char **segment = segments; *segment != NULL; segment++)
    if (**segment == ':')
      {
        if ((*segment)[1] == '\0' || !g_hash_table_add (seen, *segment + 1))
          return NULL;
        g_strv_builder_add (builder, *segment + 1);
      }
  return g_strv_builder_end (builder);
}

static char *
check_pattern (const char *method, const char *pattern, char **segments, char **names)
{
  if (!is_method (method))
    return g_strdup_printf ("http_method %s is none of GET, POST, PUT, DELETE, PATCH, HEAD and OPTIONS", method);
  if (segments == NULL)
    return g_strdup_printf ("api_path has more than %d segments", WEIR_HTTP_ROUTES_MAX_SEGMENTS);
  if (names == NULL)
    return g_strdup ("a parameter of api_path has no name, or the name of another");
  if (strpbrk (pattern, "?# ") != NULL)
    return g_strdup ("api_path is a path: it has no query, no fragment and no spaces");
  return NULL;
}

static WeirHttpNode *
get_next (WeirHttpNode *node, const char *segment)
{
  WeirHttpNode *next;

  if (*segment == ':')
    {
      if (node->variable == NULL)
        node->variable = g_new0 (WeirHttpNode, 1);
      return node->variable;
    }
  if (node->fixed == NULL)
    node->fixed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, node_free);
  next = g_hash_table_lookup (node->fixed, segment);
  if (next == NULL)
    {
      next = g_new0 (WeirHttpNode, 1);
      g_hash_table_insert (node->fixed, g_strdup (segment), next);
    }
  return next;
}

static gboolean
has_routes (WeirHttpNode *node)
{
  return node->routes != NULL && g_hash_table_size (node->routes) > 0;
}

static gboolean
is_empty (WeirHttpNode *node)
{
  return !has_routes (node) && node->variable == NULL && (node->fixed == NULL || g_hash_table_size (node->fixed) == 0);
}

/* Forgets the nodes on the way that lead nowhere any more. */
static void
prune (WeirHttpNode *node, char **segments)
{
  WeirHttpNode *next;

  if (*segments == NULL)
    return;
  if (**segments == ':')
    next = node->variable;
  else
    next = node->fixed != NULL ? g_hash_table_lookup (node->fixed, *segments) : NULL;
  if (next == NULL)
    return;
  prune (next, segments + 1);
  if (!is_empty (next))
    return;
  if (**segments == ':')
    g_clear_pointer (&node->variable, node_free);
  else
    g_hash_table_remove (node->fixed, *segments);
}

static WeirHttpNode *
walk (WeirHttpRoutes *self, char **segments)
{
  WeirHttpNode *node = self->root;

  for (char **segment = segments; *segment != NULL; segment++)
    node = get_next (node, *segment);
  return node;
}

/* A route of another method at the same place may call its parameters otherwise; one of the same would be
 * indistinguishable, and the stock engine refuses it, too. */
static char *
check_conflict (WeirHttpNode *node, const char *method, char **names)
{
  const WeirHttpRoute *old = node->routes != NULL ? g_hash_table_lookup (node->routes, method) : NULL;

  if (old == NULL || g_strv_equal ((const char *const *) old->names, (const char *const *) names))
    return NULL;
  return g_strdup_printf ("it conflicts with already-registered route %s %s", method, old->pattern);
}

static void
place (WeirHttpRoutes *self, WeirHttpNode *node, WeirHttpRoute *route)
{
  const WeirHttpRoute *old;

  if (node->routes == NULL)
    node->routes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, route_free);
  old = g_hash_table_lookup (node->routes, route->method);
  if (old != NULL)
    g_hash_table_remove (self->by_id, old->id);
  g_hash_table_replace (node->routes, route->method, route);
  g_hash_table_replace (self->by_id, route->id, route);
}

gboolean
weir_http_routes_add (WeirHttpRoutes *self, const char *method, const char *pattern, const char *id, char **why)
{
  g_auto (GStrv) segments = split (pattern);
  g_auto (GStrv) names = segments != NULL ? dup_names (segments) : NULL;
  WeirHttpNode *node;
  WeirHttpRoute *route;

  weir_http_routes_remove (self, id);
  *why = check_pattern (method, pattern, segments, names);
  if (*why != NULL)
    return FALSE;
  node = walk (self, segments);
  *why = check_conflict (node, method, names);
  if (*why != NULL)
    return FALSE;
  route = g_new0 (WeirHttpRoute, 1);
  route->method = g_strdup (method);
  route->pattern = g_strconcat (*pattern == '/' ? "" : "/", pattern, NULL);
  route->id = g_strdup (id);
  route->names = g_steal_pointer (&names);
  place (self, node, route);
  return TRUE;
}

void
weir_http_routes_remove (WeirHttpRoutes *self, const char *id)
{
  WeirHttpRoute *route = g_hash_table_lookup (self->by_id, id);
  g_auto (GStrv) segments = route != NULL ? split (route->pattern) : NULL;

  if (route == NULL)
    return;
  g_hash_table_remove (self->by_id, route->id);
  g_hash_table_remove (walk (self, segments)->routes, route->method);
  prune (self->root, segments);
}

/* --- requests --- */

static gboolean
gather (const Search *search, WeirHttpNode *node)
{
  GHashTableIter iter;
  gpointer method;

  g_hash_table_iter_init (&iter, node->routes);
  while (g_hash_table_iter_next (&iter, &method, NULL))
    if (!g_ptr_array_find_with_equal_func (search->gathered, method, g_str_equal, NULL))
      g_ptr_array_add (search->gathered, method);
  return FALSE;
}

static const WeirHttpRoute *
find_method (WeirHttpNode *node, const char *method)
{
  const WeirHttpRoute *route = g_hash_table_lookup (node->routes, method);

  return route == NULL && g_str_equal (method, "HEAD") ? g_hash_table_lookup (node->routes, "GET") : route;
}

/* @depth: of the segment that is to be matched next. */
static const WeirHttpRoute *
search_node (Search *search, WeirHttpNode *node, guint depth)
{
  const char *segment = search->segments[depth];
  WeirHttpNode *fixed = segment != NULL && node->fixed != NULL ? g_hash_table_lookup (node->fixed, segment) : NULL;
  const WeirHttpRoute *route = NULL;

  if (segment == NULL && has_routes (node) && search->method != NULL)
    return find_method (node, search->method);
  if (segment == NULL && has_routes (node))
    gather (search, node);
  if (fixed != NULL)
    route = search_node (search, fixed, depth + 1);
  if (route != NULL || segment == NULL || node->variable == NULL || *segment == '\0')
    return route;
  search->values[search->n_values++] = segment;
  route = search_node (search, node->variable, depth + 1);
  if (route == NULL)
    search->n_values--;
  return route;
}

const WeirHttpRoute *
weir_http_routes_find (WeirHttpRoutes *self, const char *method, const char *path, GStrv *values)
{
  g_auto (GStrv) segments = split (path);
  Search search = { .segments = segments, .method = method };
  const WeirHttpRoute *route = segments != NULL && *path == '/' ? search_node (&search, self->root, 0) : NULL;

  *values = NULL;
  if (route == NULL)
    return NULL;
  *values = g_new0 (char *, search.n_values + 1);
  for (guint i = 0; i < search.n_values; i++)
    (*values)[i] = g_strdup (search.values[i]);
  return route;
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

char *
weir_http_routes_dup_methods (WeirHttpRoutes *self, const char *path)
{
  g_auto (GStrv) segments = split (path);
  g_autoptr (GPtrArray) methods = g_ptr_array_new ();
  Search search = { .segments = segments, .gathered = methods };

  if (segments != NULL && *path == '/')
    search_node (&search, self->root, 0);
  if (methods->len == 0)
    return NULL;
  g_ptr_array_sort (methods, compare_names);
  g_ptr_array_add (methods, NULL);
  return g_strjoinv (", ", (char **) methods->pdata);
}
