/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-exchange.h"

#include "weir-handshake.h"
#include "weir-secret.h"

#define HEALTH_PATH  "/healthz"
#define FIGURES_PATH "/metrics"

/* How long a client may keep a connection without asking for anything. */
#define IDLE_US (60 * G_USEC_PER_SEC)

/* How long a page need not ask again whether it may. */
#define PREFLIGHT_AGE "600"

/* --- answers --- */

void
weir_web_add_cors (WeirWeb *self, const WeirHttpHead *head, SoupMessageHeaders *headers)
{
  const char *origin = head != NULL ? soup_message_headers_get_one (head->headers, "Origin") : NULL;

  if (origin == NULL || !weir_handshake_origin_is_allowed (origin, (const char *const *) self->origins))
    return;
  soup_message_headers_replace (headers, "Access-Control-Allow-Origin", origin);
  soup_message_headers_append (headers, "Vary", "Origin");
  soup_message_headers_replace (headers, "Access-Control-Expose-Headers", "*");
}

void
weir_web_respond (WeirWeb *self, WeirHttpConn *conn, WeirHttpAnswer *answer)
{
  gsize len = answer->body != NULL ? answer->body->len : 0;

  weir_web_add_cors (self, weir_http_conn_get_head (conn), answer->headers);
  self->counts.out_bytes += len;
  weir_http_conn_respond (conn, answer->status, answer->headers, len > 0 ? answer->body->str : "", len);
}

void
weir_web_respond_error (WeirWeb *self, WeirHttpConn *conn, guint status, const char *code, const char *message)
{
  g_auto (WeirHttpAnswer) answer = { 0 };
  g_autofree char *id = NULL;
  const WeirHttpHead *head = weir_http_conn_get_head (conn);

  weir_http_answer_init (&answer);
  id = weir_http_answer_take_error (&answer, status, code, message);
  g_message ("%s: %s %s: HTTP %u %s: %s (error_id %s)", weir_http_conn_get_peer (conn), head->method, head->path,
             status, code, message, id);
  weir_web_respond (self, conn, &answer);
}

static void
refuse (WeirWeb *self, WeirHttpConn *conn, guint status, const char *code, const char *message)
{
  self->counts.n_refused++;
  weir_web_respond_error (self, conn, status, code, message);
}

static void
respond_text (WeirWeb *self, WeirHttpConn *conn, const char *type, GString *text)
{
  g_auto (WeirHttpAnswer) answer = { 0 };

  weir_http_answer_init (&answer);
  answer.body = text;
  soup_message_headers_replace (answer.headers, "Content-Type", type);
  soup_message_headers_replace (answer.headers, "Cache-Control", "no-store");
  weir_web_respond (self, conn, &answer);
}

/* --- who may ask --- */

/* A page from elsewhere makes a browser on this machine ask: it is refused before anything is done. */
static gboolean
check_origin (WeirWeb *self, WeirHttpConn *conn, const WeirHttpHead *head)
{
  const char *origin = soup_message_headers_get_one (head->headers, "Origin");

  if (weir_handshake_origin_is_allowed (origin, (const char *const *) self->origins))
    return TRUE;
  refuse (self, conn, SOUP_STATUS_FORBIDDEN, "ORIGIN_NOT_ALLOWED",
          "Pages of that origin may not ask here: start the engine with --allow-origin and the origin.");
  return FALSE;
}

/* It is the engine's, and goes no further. */
static gboolean
check_token (WeirWeb *self, WeirHttpConn *conn, const WeirHttpHead *head)
{
  if (weir_http_server_is_loopback (self->server) || g_str_equal (head->path, HEALTH_PATH))
    return TRUE;
  if (weir_secret_equal (self->token, weir_handshake_find_token (head->headers, NULL)))
    {
      soup_message_headers_remove (head->headers, "Authorization");
      return TRUE;
    }
  refuse (self, conn, SOUP_STATUS_UNAUTHORIZED, "UNAUTHORIZED",
          "This engine wants its token: send the header Authorization: Bearer TOKEN.");
  return FALSE;
}

static gboolean
check_limit (WeirWeb *self, WeirHttpConn *conn)
{
  g_autofree char *why = NULL;

  if (g_hash_table_size (self->exchanges) < self->max_requests)
    return TRUE;
  why = g_strdup_printf ("%u requests are open, and --http-requests allows no more.", self->max_requests);
  refuse (self, conn, SOUP_STATUS_SERVICE_UNAVAILABLE, "REQUEST_LIMIT", why);
  return FALSE;
}

/* --- requests --- */

static gboolean
is_preflight (const WeirHttpHead *head)
{
  return g_str_equal (head->method, "OPTIONS") &&
         soup_message_headers_get_one (head->headers, "Access-Control-Request-Method") != NULL;
}

/* Without a preflight that asks: what there is. */
static void
respond_options (WeirWeb *self, WeirHttpConn *conn, const WeirHttpHead *head, const char *methods)
{
  g_auto (WeirHttpAnswer) answer = { 0 };
  const char *asked = soup_message_headers_get_list (head->headers, "Access-Control-Request-Headers");

  weir_http_answer_init (&answer);
  answer.status = SOUP_STATUS_NO_CONTENT;
  soup_message_headers_replace (answer.headers, "Allow", methods);
  if (is_preflight (head))
    {
      soup_message_headers_replace (answer.headers, "Access-Control-Allow-Methods", methods);
      soup_message_headers_replace (answer.headers, "Access-Control-Max-Age", PREFLIGHT_AGE);
      if (asked != NULL)
        soup_message_headers_replace (answer.headers, "Access-Control-Allow-Headers", asked);
    }
  weir_web_respond (self, conn, &answer);
}

static void
respond_not_allowed (WeirWeb *self, WeirHttpConn *conn, const WeirHttpHead *head, const char *methods)
{
  g_auto (WeirHttpAnswer) answer = { 0 };
  g_autofree char *why = g_strdup_printf ("%s is not registered for this path, but %s.", head->method, methods);
  g_autofree char *id = NULL;

  weir_http_answer_init (&answer);
  id = weir_http_answer_take_error (&answer, SOUP_STATUS_METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", why);
  soup_message_headers_replace (answer.headers, "Allow", methods);
  self->counts.n_refused++;
  weir_web_respond (self, conn, &answer);
}

static void
respond_unrouted (WeirWeb *self, WeirHttpConn *conn, const WeirHttpHead *head)
{
  g_autofree char *methods = weir_http_routes_dup_methods (self->routes, head->path);

  if (methods == NULL)
    refuse (self, conn, SOUP_STATUS_NOT_FOUND, "NOT_FOUND", "Not Found");
  else if (g_str_equal (head->method, "OPTIONS"))
    respond_options (self, conn, head, methods);
  else
    respond_not_allowed (self, conn, head, methods);
}

/* @path: of a pattern, whose leading `/` may be missing. */
static gboolean
is_own_path (const char *path)
{
  gsize n = *path == '/' ? 0 : 1;

  return g_str_equal (path, HEALTH_PATH + n) || g_str_equal (path, FIGURES_PATH + n);
}

static gboolean
is_reading (const char *method)
{
  return g_str_equal (method, "GET") || g_str_equal (method, "HEAD");
}

static void
route (WeirWeb *self, WeirHttpConn *conn, const WeirHttpHead *head)
{
  g_auto (GStrv) values = NULL;
  const WeirHttpRoute *found;

  if (is_reading (head->method) && g_str_equal (head->path, HEALTH_PATH))
    respond_text (self, conn, "text/plain", g_string_new ("ok\n"));
  else if (is_reading (head->method) && g_str_equal (head->path, FIGURES_PATH))
    respond_text (self, conn, "text/plain; version=0.0.4; charset=utf-8", weir_figures_write (self));
  else if (is_preflight (head) ||
           (found = weir_http_routes_find (self->routes, head->method, head->path, &values)) == NULL)
    respond_unrouted (self, conn, head);
  else if (check_limit (self, conn))
    weir_exchange_start (self, conn, found, weir_trigger_table_lookup (self->router->triggers, found->id),
                         g_steal_pointer (&values));
}

static void
server_request (WeirHttpConn *conn, const WeirHttpHead *head, gpointer user_data)
{
  WeirWeb *self = user_data;

  if (check_origin (self, conn, head) && check_token (self, conn, head))
    route (self, conn, head);
}

static void
server_refused (WeirHttpConn *conn, guint status, const char *why, gpointer user_data)
{
  WeirWeb *self = user_data;

  self->counts.n_refused++;
  g_message ("%s: refused with HTTP %u: %s", weir_http_conn_get_peer (conn), status, why);
}

static const WeirHttpServerEvents server_events = {
  .request = server_request,
  .refused = server_refused,
};

/* --- triggers --- */

gboolean
weir_web_add_trigger (WeirWeb *self, const WeirTrigger *trigger, char **why)
{
  WeirSpan config = trigger->config != NULL ? WEIR_SPAN (trigger->config) : (WeirSpan){ NULL, 0 };
  gboolean is_object = weir_json_type (config) == WEIR_JSON_OBJECT;
  g_autofree char *path = is_object ? weir_json_dup_string (weir_json_member (config, "api_path")) : NULL;
  g_autofree char *said = is_object ? weir_json_dup_string (weir_json_member (config, "http_method")) : NULL;
  g_autofree char *method = g_ascii_strup (said != NULL ? said : "GET", -1);

  weir_http_routes_remove (self->routes, trigger->id);
  *why = NULL;
  if (path == NULL)
    *why = g_strdup ("api_path is required for http triggers");
  else if (is_reading (method) && is_own_path (path))
    *why = g_strdup_printf ("%s %s is the engine's own", method, path);
  return *why == NULL && weir_http_routes_add (self->routes, method, path, trigger->id, why);
}

void
weir_web_remove_trigger (WeirWeb *self, const char *id)
{
  weir_http_routes_remove (self->routes, id);
}

/* --- channels --- */

gboolean
weir_web_open_channel (WeirWeb *self, const char *id, const char *key, gboolean *has_id)
{
  WeirExchange *exchange = g_hash_table_lookup (self->unopened, id);

  *has_id = exchange != NULL;
  return exchange != NULL && weir_exchange_open_channel (exchange, id, key);
}

/* --- life --- */

WeirWeb *
weir_web_new (WeirLoop *loop, WeirRouter *router, const WeirWebConfig *config, GError **error)
{
  g_autoptr (WeirWeb) self = g_new0 (WeirWeb, 1);
  WeirHttpServerConfig server = {
    .listen = config->listen,
    .has_token = config->token != NULL,
    .limits = { .head_us = config->head_us, .idle_us = IDLE_US },
  };

  self->loop = loop;
  self->router = router;
  self->token = g_strdup (config->token);
  self->origins = g_strdupv ((char **) config->origins);
  self->timeout_us = config->timeout_us;
  self->max_requests = config->max_requests;
  self->routes = weir_http_routes_new ();
  self->exchanges = g_hash_table_new_full (NULL, NULL, (GDestroyNotify) weir_exchange_free, NULL);
  self->unopened = g_hash_table_new (g_str_hash, g_str_equal);
  self->ends = weir_channel_end_set_new ();
  self->server = weir_http_server_new (loop, &server, &server_events, self, error);
  if (self->server == NULL)
    return NULL;
  router->web = self;
  return g_steal_pointer (&self);
}

void
weir_web_free (WeirWeb *self)
{
  self->router->web = NULL;
  g_clear_pointer (&self->server, weir_http_server_free); /* and with it the exchanges */
  g_hash_table_unref (self->exchanges);
  g_hash_table_unref (self->unopened);
  g_hash_table_unref (self->ends);
  weir_http_routes_free (self->routes);
  g_strfreev (self->origins);
  g_free (self->token);
  g_free (self);
}

const char *
weir_web_get_url (WeirWeb *self)
{
  return weir_http_server_get_url (self->server);
}

const WeirWebCounts *
weir_web_get_counts (WeirWeb *self)
{
  return &self->counts;
}

guint
weir_web_get_n_open (WeirWeb *self)
{
  return g_hash_table_size (self->exchanges);
}
