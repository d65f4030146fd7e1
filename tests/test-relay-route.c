/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-route.h"
#include "weir-upstream.h"

/* What is asked for at the relay's door, and where the relay is told to go. */

static const struct
{
  const char *target;
  WeirLinkKind kind;
  const char *channel_id;
  const char *key;
  WeirDirection direction;
  const char *before; /* the path; NULL: nothing */
} routes[] = {
  { "/", WEIR_LINK_MAIN, NULL, NULL, 0 },
  { "/?token=a%2Fb", WEIR_LINK_MAIN, NULL, NULL, 0 },
  { "/otel", WEIR_LINK_OTEL, NULL, NULL, 0 },
  { "/ws/channels/c-1?key=k%20k&dir=write", WEIR_LINK_CHANNEL, "c-1", "k k", WEIR_DIRECTION_WRITE },
  { "/ws/channels/c-1?dir=read&key=k", WEIR_LINK_CHANNEL, "c-1", "k", WEIR_DIRECTION_READ },
  { "/?token=t/ws/channels/c-1?key=k&dir=read", WEIR_LINK_CHANNEL, "c-1", "k", WEIR_DIRECTION_READ, "/?token=t" },
  /* The engine is to say what these are. */
  { "/ws/channels/c-1?key=k", WEIR_LINK_OTEL, NULL, NULL, 0 },
  { "/ws/channels/c-1?key=k&dir=both", WEIR_LINK_OTEL, NULL, NULL, 0 },
  { "/ws/channels/../x?key=k&dir=read", WEIR_LINK_OTEL, NULL, NULL, 0 },
  { "/ws/channels/?key=k&dir=read", WEIR_LINK_OTEL, NULL, NULL, 0 },
  { "/ws/channels/", WEIR_LINK_OTEL, NULL, NULL, 0 },
  { "/ws/channels/c-1", WEIR_LINK_OTEL, NULL, NULL, 0 },
  { "/?/ws/channels/", WEIR_LINK_OTEL, NULL, NULL, 0 },
  { "/nothing", WEIR_LINK_OTEL, NULL, NULL, 0 },
  { "/x/ws/channels/c-1?key=k&dir=read", WEIR_LINK_OTEL, NULL, NULL, 0 },
};

static void
test_routes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (routes); i++)
    {
      g_auto (WeirRoute) route = { 0 };

      weir_route_parse (&route, routes[i].target);
      g_test_message ("%s", routes[i].target);
      g_assert_cmpint (route.kind, ==, routes[i].kind);
      g_assert_cmpstr (route.channel_id, ==, routes[i].channel_id);
      g_assert_cmpstr (route.access_key, ==, routes[i].key);
      if (route.kind == WEIR_LINK_CHANNEL)
        {
          g_assert_cmpint (route.direction, ==, routes[i].direction);
          g_assert_cmpuint (route.path_offset, ==, routes[i].before != NULL ? strlen (routes[i].before) : 0);
        }
    }
}

static const struct
{
  const char *url;
  const char *authority; /* NULL: refused */
  gboolean is_tls;
  const char *prefix;
  const char *client_url; /* of those behind a relay at ws://r */
} upstreams[] = {
  { "ws://127.0.0.1:49134", "127.0.0.1:49134", FALSE, "", "ws://r" },
  { "ws://127.0.0.1:49134/?token=t", "127.0.0.1:49134", FALSE, "", "ws://r?token=t" },
  { "wss://iii.example/engine/", "iii.example:443", TRUE, "/engine", "ws://r" },
  { "ws://[::1]", "[::1]:80", FALSE, "", "ws://r" },
  { "http://127.0.0.1:1", NULL, FALSE, NULL, NULL },
  { "ws://user:s3cret@127.0.0.1:1", NULL, FALSE, NULL, NULL },
  { "ws://", NULL, FALSE, NULL, NULL },
  { "nonsense", NULL, FALSE, NULL, NULL },
};

static void
test_upstreams (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (upstreams); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (WeirUpstream) upstream = weir_upstream_new (upstreams[i].url, &error);
      g_autofree char *client_url = NULL;
      g_autofree char *token_url = NULL;
      g_autofree char *wanted = NULL;

      g_test_message ("%s", upstreams[i].url);
      if (upstreams[i].authority == NULL)
        {
          g_assert_null (upstream);
          g_assert_nonnull (error);
          g_assert_null (strstr (error->message, "s3cret"));
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpstr (upstream->authority, ==, upstreams[i].authority);
      g_assert_cmpint (upstream->is_tls, ==, upstreams[i].is_tls);
      g_assert_cmpstr (upstream->prefix, ==, upstreams[i].prefix);
      g_assert_null (strchr (upstream->shown_url, '?'));
      client_url = weir_upstream_dup_client_url (upstream, "ws://r", NULL);
      g_assert_cmpstr (client_url, ==, upstreams[i].client_url);
      token_url = weir_upstream_dup_client_url (upstream, "ws://r", "a/b+");
      wanted = g_strdup_printf ("%s%ctoken=a%%2Fb%%2B", client_url, upstream->query != NULL ? '&' : '?');
      g_assert_cmpstr (token_url, ==, wanted);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/route/routes", test_routes);
  g_test_add_func ("/relay/route/upstreams", test_upstreams);
  return g_test_run ();
}
