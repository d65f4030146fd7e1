/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine-stage.h"

/* HTTP triggers, by hand on both sides: what a function is called with, what its answers come to, how bodies flow, and
 * what is refused. */

#define HTTP "--http", "127.0.0.1:0"

/* --- a client --- */

static RawPeer *
client_send (EngineProgram *engine, const char *text)
{
  RawPeer *client = raw_peer_connect (engine->http_port);

  raw_peer_write (client, text, strlen (text));
  return client;
}

/* @text: without its empty line. */
static RawPeer *
client_ask (EngineProgram *engine, const char *text)
{
  g_autofree char *request = g_strconcat (text, " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", NULL);

  return client_send (engine, request);
}

/* All of the answer, to the end of the connection. (transfer full) */
static char *
client_finish (RawPeer *client)
{
  char *answer = raw_peer_read_all (client);

  raw_peer_free (client);
  return answer;
}

static void
assert_has (const char *answer, const char *words)
{
  if (strstr (answer, words) == NULL)
    g_error ("“%s” is not in:\n%s", words, answer);
}

static void
assert_answer (RawPeer *client, const char *status, const char *words)
{
  g_autofree char *answer = client_finish (client);
  g_autofree char *line = g_strconcat ("HTTP/1.1 ", status, NULL);

  if (!g_str_has_prefix (answer, line))
    g_error ("no %s:\n%s", status, answer);
  assert_has (answer, words);
}

/* Reads until @words have come. */
static void
client_wait (RawPeer *client, const char *words)
{
  while (client->in->len == 0 || memmem (client->in->data, client->in->len, words, strlen (words)) == NULL)
    {
      g_assert_true (raw_peer_fill (client, RAW_LIMIT_MS));
      if (client->is_at_end)
        g_error ("“%s” has not come before the end:\n%.*s", words, (int) client->in->len, (char *) client->in->data);
    }
}

/* --- a worker --- */

/* @config: more of it, beginning with a comma. */
static void
worker_bind (RawPeer *worker, const char *id, const char *path, const char *config)
{
  g_autofree char *message =
      g_strdup_printf ("{\"type\":\"registertrigger\",\"id\":\"%s\",\"trigger_type\":\"http\",\"function_id\":"
                       "\"api::%s\",\"config\":{\"api_path\":\"%s\"%s},\"metadata\":{\"m\":1.50}}",
                       id, id, path, config);
  g_autofree char *function_id = g_strconcat ("api::", id, NULL);

  worker_register (worker, function_id);
  raw_peer_send_text (worker, message);
  worker_sync (worker);
}

/* Takes the next call; its `data` in @data (inout). (transfer full): its id */
static char *
worker_take_call (RawPeer *worker, const char *function_id, char **data)
{
  g_autofree char *call = raw_peer_next_text (worker);

  assert_message (call, "type", "invokefunction");
  assert_message (call, "function_id", function_id);
  g_free (*data);
  *data = message_dup_span (call, "data");
  return message_dup (call, "invocation_id");
}

static void
worker_serve (RawPeer *worker, const char *function_id, const char *result)
{
  g_autofree char *data = NULL;
  g_autofree char *id = worker_take_call (worker, function_id, &data);

  worker_answer (worker, function_id, id, result);
}

/* Opens the end of a channel whose ref is a member of @data. */
static RawPeer *
open_ref (EngineProgram *engine, const char *data, const char *member)
{
  g_autoptr (WeirRef) ref = weir_ref_from_span (weir_json_member (WEIR_SPAN (data), member), NULL);
  g_autofree char *path = NULL;

  g_assert_nonnull (ref);
  path = weir_ref_dup_path (ref);
  return raw_peer_open (engine->port, path);
}

/* --- what is called, and what comes of it --- */

static void
test_payload (void)
{
  const char *const arguments[] = { HTTP, NULL };
  g_autoptr (EngineProgram) engine = engine_program_start (arguments);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  RawPeer *client;
  g_autofree char *call = NULL;
  g_autofree char *data = NULL;
  g_autofree char *metadata = NULL;
  g_autofree char *id = NULL;

  worker_bind (worker, "put", "users/:id/x", ",\"http_method\":\"PUT\"");
  client = client_send (
      engine, "PUT /users/a%20%C3%A4/x?q=1&q=b+c&e&&a%20b=%C3%A4=&z=%zz%2B HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
              "X-One: 1\r\nContent-Type: application/json; x\r\nContent-Length: 13\r\n"
              "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n"
              "{\"a\": [1.50]}");
  call = raw_peer_next_text (worker);
  assert_message (call, "function_id", "api::put");
  assert_message (call, "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
  metadata = message_dup_span (call, "metadata");
  g_assert_cmpstr (metadata, ==, "{\"m\":1.50}");
  data = message_dup_span (call, "data");
  assert_has (data, "\"path_params\":{\"id\":\"a%20%C3%A4\"}");
  assert_has (data, "\"path\":\"/users/:id/x\"");
  assert_has (data, "\"method\":\"PUT\"");
  assert_has (data, "\"body\":{\"a\": [1.50]}"); /* as it came */
  assert_has (data, "\"trigger\":{\"type\":\"http\",\"path\":\"/users/:id/x\",\"method\":\"PUT\"}");
  assert_has (data, "\"x-one\":\"1\"");
  assert_has (data, "\"q\":\"b c\"");
  assert_has (data, "\"e\":\"\"");
  assert_has (data, "\"a b\":\"\xc3\xa4=\"");
  assert_has (data, "\"z\":\"%zz+\"");
  g_assert_null (strstr (data, "_caller_worker_id"));
  id = message_dup (call, "invocation_id");
  worker_answer (worker, "api::put", id, "{\"status_code\":201,\"headers\":{\"X-Two\":\"2\"},\"body\":{\"ok\":true}}");
  assert_answer (client, "201 Created\r\n", "X-Two: 2\r\n");
}

/* What is returned, and what the client gets. */
static void
test_values (void)
{
  static const struct
  {
    const char *result;
    const char *status;
    const char *header;
    const char *body;
  } cases[] = {
    { "{\"body\":{\"a\":1.50}}", "200 OK", "Content-Type: application/json", "{\"a\":1.50}" },
    { "{\"body\":\"text\"}", "200 OK", "Content-Type: application/json", "\"text\"" },
    { "{\"body\":\"text\",\"headers\":{\"Content-Type\":\"text/plain\"}}", "200 OK", "Content-Type: text/plain",
      "text" },
    { "{\"body\":[1],\"headers\":[\"content-type: text/x\",\"Set-Cookie: a=b\",\"bad\"]}", "200 OK", "Set-Cookie: a=b",
      "[1]" },
    { "{\"body\":null,\"headers\":{\"content-type\":\"text/x\"}}", "200 OK", "Content-Length: 0", "" },
    { "{\"status_code\":404,\"body\":null}", "404 Not Found", "Content-Type: application/json", "null" },
    { "{\"other\":1}", "200 OK", "Content-Type: application/json", "{}" },
    { "\"text\"", "200 OK", "Content-Type: application/json", "{}" },
    { "{\"status_code\":99,\"body\":1}", "200 OK", "Content-Length: 1", "1" },
    { "{\"status_code\":429,\"body\":1}", "429 ", "Content-Length: 1", "1" },
    { "{\"status_code\":204,\"body\":1}", "204 No Content", "Date: ", "" },
    { "{\"body\":1,\"headers\":{\"A\":\"b\\r\\nC: d\",\"E f\":\"g\",\"Transfer-Encoding\":\"chunked\",\"H\":\"i\"}}",
      "200 OK", "H: i", "1" },
  };
  const char *const arguments[] = { HTTP, NULL };
  g_autoptr (EngineProgram) engine = engine_program_start (arguments);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);

  worker_bind (worker, "get", "/get", "");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      RawPeer *client = client_ask (engine, "GET /get");
      g_autofree char *line = g_strconcat ("HTTP/1.1 ", cases[i].status, "\r\n", NULL);
      g_autofree char *answer = NULL;

      worker_serve (worker, "api::get", cases[i].result);
      answer = client_finish (client);
      g_test_message ("%s\n%s", cases[i].result, answer);
      g_assert_true (g_str_has_prefix (answer, line));
      assert_has (answer, cases[i].header);
      g_assert_cmpstr (strstr (answer, "\r\n\r\n") + 4, ==, cases[i].body);
      g_assert_null (strstr (answer, "C: d"));
      g_assert_null (strstr (answer, "Transfer-Encoding"));
    }
}

static void
test_errors (void)
{
  const char *const arguments[] = { HTTP, "--http-timeout", "0.3", NULL };
  g_autoptr (EngineProgram) engine = engine_program_start (arguments);
  RawPeer *worker = worker_connect (engine, NULL, NULL);
  g_autoptr (RawPeer) owner = worker_connect (engine, NULL, NULL);
  RawPeer *client;
  g_autofree char *id = NULL;
  g_autofree char *late_id = NULL;
  g_autofree char *data = NULL;
  g_autofree char *late_data = NULL;
  g_autofree char *failure = NULL;

  worker_bind (worker, "get", "/get", "");
  client = client_ask (engine, "GET /get");
  id = worker_take_call (worker, "api::get", &data);
  failure = g_strdup_printf ("{\"type\":\"invocationresult\",\"invocation_id\":\"%s\",\"function_id\":\"api::get\","
                             "\"error\":{\"code\":\"MINE\",\"message\":\"It is.\"}}",
                             id);
  raw_peer_send_text (worker, failure);
  assert_answer (client, "500 ", "{\"error\":{\"code\":\"MINE\",\"message\":\"It is.\",\"error_id\":\"");

  client = client_ask (engine, "GET /get"); /* nothing comes of it */
  late_id = worker_take_call (worker, "api::get", &late_data);
  assert_answer (client, "504 ", "Function api::get has not answered within 0.3 s.");
  worker_answer (worker, "api::get", late_id, "{\"body\":1}"); /* is nobody's any more */

  client = client_ask (engine, "GET /get");
  worker_serve (worker, "api::get", "null");
  assert_answer (client, "504 ", "It returned without a value, and has not written to the response's channel.");

  raw_peer_send_text (owner, "{\"type\":\"registertrigger\",\"id\":\"lonely\",\"trigger_type\":\"http\","
                             "\"function_id\":\"api::none\",\"config\":{\"api_path\":\"/lonely\"}}");
  worker_sync (owner);
  assert_answer (client_ask (engine, "GET /lonely"), "500 ", "\"function_not_found\"");

  client = client_ask (engine, "GET /get");
  g_free (worker_take_call (worker, "api::get", &data));
  raw_peer_free (worker);
  assert_answer (client, "500 ", "\"invocation_stopped\"");
  assert_answer (client_ask (engine, "GET /get"), "404 ", "\"NOT_FOUND\""); /* its trigger has gone with it */
}

/* --- what is asked for --- */

static void
test_routing (void)
{
  const char *const arguments[] = { HTTP, "--allow-origin", "https://good.example", NULL };
  g_autoptr (EngineProgram) engine = engine_program_start (arguments);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  RawPeer *client;

  worker_bind (worker, "get", "/get", "");
  worker_bind (worker, "post", "/get", ",\"http_method\":\"post\"");
  assert_answer (client_ask (engine, "GET /nothing"), "404 ", "{\"error\":{\"code\":\"NOT_FOUND\"");
  assert_answer (client_ask (engine, "PUT /get"), "405 ", "Allow: GET, POST\r\n");
  assert_answer (client_ask (engine, "OPTIONS /get"), "204 ", "Allow: GET, POST\r\n");
  client = client_ask (engine, "HEAD /get");
  worker_serve (worker, "api::get", "{\"body\":12}");
  {
    g_autofree char *answer = client_finish (client);

    assert_has (answer, "Content-Length: 2\r\n");
    g_assert_true (g_str_has_suffix (answer, "\r\n\r\n"));
  }

  assert_answer (client_ask (engine, "OPTIONS /get HTTP/1.1\r\nOrigin: https://good.example\r\n"
                                     "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: x\r\nA:"),
                 "204 ", "Access-Control-Allow-Methods: GET, POST\r\n");
  client = client_ask (engine, "GET /get HTTP/1.1\r\nOrigin: http://localhost:5173\r\nA:");
  worker_serve (worker, "api::get", "{\"body\":12}");
  assert_answer (client, "200 ", "Access-Control-Allow-Origin: http://localhost:5173\r\n");
  assert_answer (client_ask (engine, "GET /get HTTP/1.1\r\nOrigin: https://bad.example\r\nA:"), "403 ",
                 "--allow-origin");

  assert_answer (client_ask (engine, "GET /healthz"), "200 ", "\r\n\r\nok\n");
  assert_answer (client_ask (engine, "GET /metrics"), "200 ", "\nweir_refused_total{what=\"http_request\"} 3\n");
}

static void
assert_unbound (RawPeer *worker, const char *config, const char *words)
{
  g_autofree char *message = g_strdup_printf ("{\"type\":\"registertrigger\",\"id\":\"bad\",\"trigger_type\":\"http\","
                                              "\"function_id\":\"api::bad\",\"config\":%s}",
                                              config);
  g_autofree char *answer = NULL;

  raw_peer_send_text (worker, message);
  answer = raw_peer_next_text (worker);
  assert_message (answer, "type", "triggerregistrationresult");
  assert_error (answer, "trigger_registration_failed");
  assert_has (answer, words);
}

static void
test_registrations (void)
{
  const char *const arguments[] = { HTTP, NULL };
  g_autoptr (EngineProgram) engine = engine_program_start (arguments);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  g_autoptr (RawPeer) other = worker_connect (engine, NULL, NULL);
  RawPeer *client;

  assert_unbound (worker, "{}", "api_path is required for http triggers");
  assert_unbound (worker, "null", "api_path is required for http triggers");
  assert_unbound (worker, "{\"api_path\":\"/x\",\"http_method\":\"FETCH\"}", "http_method");
  assert_unbound (worker, "{\"api_path\":\"metrics\"}", "the engine's own");
  worker_bind (worker, "a", "/x/:id", "");
  assert_unbound (other, "{\"api_path\":\"/x/:other\"}", "conflicts with already-registered route GET /x/:id");
  raw_peer_send_text (other, "{\"type\":\"registertriggertype\",\"id\":\"http\",\"description\":\"Mine\"}");
  engine_program_assert_logged (engine, "refused its trigger type http, which is the engine's own");

  worker_bind (other, "b", "/x/:id", ""); /* the last one has it */
  client = client_ask (engine, "GET /x/1");
  worker_serve (other, "api::b", "{\"body\":\"b\"}");
  assert_answer (client, "200 ", "\"b\"");
  raw_peer_send_text (worker, "{\"type\":\"unregistertrigger\",\"id\":\"a\"}");
  worker_sync (worker);
  client = client_ask (engine, "GET /x/1");
  worker_serve (other, "api::b", "{\"body\":\"b\"}");
  assert_answer (client, "200 ", "\"b\"");
  raw_peer_send_text (other, "{\"type\":\"unregistertrigger\",\"id\":\"b\"}");
  worker_sync (other);
  assert_answer (client_ask (engine, "GET /x/1"), "404 ", "NOT_FOUND");
}

static void
test_steps (void)
{
  const char *const arguments[] = { HTTP, NULL };
  g_autoptr (EngineProgram) engine = engine_program_start (arguments);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  g_autofree char *data = NULL;
  g_autofree char *id = NULL;
  RawPeer *client;

  worker_register (worker, "is::ok");
  worker_register (worker, "mid::one");
  worker_bind (worker, "get", "/get",
               ",\"condition_function_id\":\"is::ok\",\"middleware_function_ids\":[\"mid::one\"]");
  client = client_ask (engine, "GET /get");
  worker_serve (worker, "is::ok", "false");
  assert_answer (client, "422 ", ",\"skipped\":true}");

  client = client_ask (engine, "GET /get?a=b");
  id = worker_take_call (worker, "is::ok", &data);
  g_assert_null (strstr (data, "access_key"));
  worker_answer (worker, "is::ok", id, "true");
  g_clear_pointer (&id, g_free);
  g_clear_pointer (&data, g_free);
  id = worker_take_call (worker, "mid::one", &data);
  assert_has (data, "{\"phase\":\"preHandler\",\"request\":{\"query_params\":{\"a\":\"b\"},\"path_params\":{}");
  worker_answer (worker, "mid::one", id,
                 "{\"action\":\"respond\",\"response\":{\"status_code\":401,\"body\":{\"no\":1}}}");
  assert_answer (client, "401 ", "{\"no\":1}");

  client = client_ask (engine, "GET /get");
  worker_serve (worker, "is::ok", "null");
  worker_serve (worker, "mid::one", "{\"action\":\"continue\"}");
  worker_serve (worker, "api::get", "{\"body\":1}");
  assert_answer (client, "200 ", "\r\n\r\n1");
}

/* --- what is no HTTP, or too much --- */

static void
test_hostile (void)
{
  static const struct
  {
    const char *request;
    const char *status; /* "": nothing is answered */
  } cases[] = {
    { "GET\r\n\r\n", "400 " },
    { "GET /get HTTP/1.1\r\n\r\n", "400 " },
    { "GET /get HTTP/9.9\r\nHost: h\r\n\r\n", "505 " },
    { "\x16\x03\x01 TLS\r\n\r\n", "400 " },
    { "POST /post HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", "400 " },
    { "POST /post HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400 " },
    { "POST /post HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", "501 " },
    { "POST /post HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
      "400 " },
    { "POST /post HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 9000000\r\n\r\n", "413 " },
    { "GET /../../etc/passwd HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "404 " },
  };
  const char *const arguments[] = { HTTP, NULL };
  g_autoptr (EngineProgram) engine = engine_program_start (arguments);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  g_autofree char *long_line = g_strnfill (70000, 'a');
  g_autofree char *long_head = g_strconcat ("GET /", long_line, " HTTP/1.1\r\nHost: h\r\n\r\n", NULL);

  worker_bind (worker, "post", "/post", ",\"http_method\":\"POST\"");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].request);
      assert_answer (client_send (engine, cases[i].request), cases[i].status, "\r\n\r\n");
    }
  assert_answer (client_send (engine, long_head), "431 ", "64 KiB");
  worker_sync (worker); /* none of it came through */
}

/* Two requests at once, on one connection: answered in their order. */
static void
test_pipelined (void)
{
  const char *const arguments[] = { HTTP, NULL };
  g_autoptr (EngineProgram) engine = engine_program_start (arguments);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  g_autofree char *answer = NULL;
  RawPeer *client;

  worker_bind (worker, "post", "/post/:n", ",\"http_method\":\"POST\"");
  client = client_send (engine, "\r\nPOST /post/1 HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello"
                                "POST /post/2 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                                "2\r\n{}\r\n0\r\n\r\n"
                                "GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  worker_serve (worker, "api::post", "{\"body\":\"first\"}");
  worker_serve (worker, "api::post", "{\"body\":\"second\"}");
  answer = client_finish (client);
  assert_has (answer, "\"first\"HTTP/1.1 200 OK\r\n");
  assert_has (answer, "\"second\"HTTP/1.1 200 OK\r\n");
  g_assert_true (g_str_has_suffix (answer, "ok\n"));
}

static void
test_limits (void)
{
  const char *const arguments[] = { HTTP, "--http-requests", "1", NULL };
  g_autoptr (EngineProgram) engine = engine_program_start (arguments);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  RawPeer *first;

  worker_bind (worker, "get", "/get", "");
  first = client_ask (engine, "GET /get");
  g_free (raw_peer_next_text (worker));
  assert_answer (client_ask (engine, "GET /get"), "503 ", "1 requests are open, and --http-requests allows no more.");
  raw_peer_free (first);
  engine_program_assert_logged (engine, "has gone before its answer was complete");
  first = client_ask (engine, "GET /get");
  worker_serve (worker, "api::get", "{\"body\":1}");
  assert_answer (first, "200 ", "\r\n\r\n1");
}

/* --- streams --- */

static void
test_response (void)
{
  const char *const arguments[] = { HTTP, NULL };
  g_autoptr (EngineProgram) engine = engine_program_start (arguments);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  g_autoptr (RawPeer) writer = NULL;
  g_autofree char *data = NULL;
  g_autofree char *id = NULL;
  g_autofree char *answer = NULL;
  RawPeer *client;

  worker_bind (worker, "get", "/get", "");
  client = client_send (engine, "GET /get HTTP/1.1\r\nHost: h\r\n\r\n");
  id = worker_take_call (worker, "api::get", &data);
  writer = open_ref (engine, data, "response");
  raw_peer_send_text (writer, "{\"type\":\"set_status\",\"status_code\":700}");
  raw_peer_send_text (writer, "{\"type\":\"set_status\",\"status_code\":202}");
  raw_peer_send_text (writer,
                      "{\"type\":\"set_headers\",\"headers\":{\"Content-Type\":\"text/event-stream\",\"n\":1}}");
  raw_peer_send_text (writer, "no JSON");
  raw_peer_send (writer, RAW_FINAL | RAW_BINARY, "one", 3);
  client_wait (client, "3\r\none\r\n");                                         /* as it is written */
  raw_peer_send_text (writer, "{\"type\":\"set_status\",\"status_code\":500}"); /* too late */
  worker_answer (worker, "api::get", id, "{\"status_code\":404}");              /* the same */
  worker_sync (worker);
  raw_peer_send (writer, RAW_FINAL | RAW_BINARY, "second", 6);
  raw_peer_send_close (writer, 1000, "stream_complete");
  client_wait (client, "\r\n6\r\nsecond\r\n0\r\n\r\n");
  raw_peer_write (client, "GET /healthz HTTP/1.0\r\n\r\n", 25); /* the connection goes on */
  answer = client_finish (client);
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 202 Accepted\r\nContent-Type: text/event-stream\r\n"));
  g_assert_true (g_str_has_suffix (answer, "ok\n"));
}

/* A writer that is lost leaves an answer that is visibly not whole: the stock engine ends it as if it were. */
static void
test_response_lost (void)
{
  const char *const arguments[] = { HTTP, NULL };
  g_autoptr (EngineProgram) engine = engine_program_start (arguments);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  g_autofree char *data = NULL;
  g_autofree char *id = NULL;
  g_autofree char *answer = NULL;
  RawPeer *client;
  RawPeer *writer;

  worker_bind (worker, "get", "/get", "");
  client = client_send (engine, "GET /get HTTP/1.1\r\nHost: h\r\n\r\n");
  id = worker_take_call (worker, "api::get", &data);
  writer = open_ref (engine, data, "response");
  raw_peer_send (writer, RAW_FINAL | RAW_BINARY, "one", 3);
  client_wait (client, "3\r\none\r\n");
  raw_peer_free (writer);
  answer = client_finish (client);
  g_assert_true (g_str_has_suffix (answer, "3\r\none\r\n"));
}

static void
test_request (void)
{
  const char *const arguments[] = { HTTP, NULL };
  g_autoptr (EngineProgram) engine = engine_program_start (arguments);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  g_autoptr (RawPeer) reader = NULL;
  g_auto (RawFrame) first = { 0 };
  g_auto (RawFrame) second = { 0 };
  g_autofree char *data = NULL;
  g_autofree char *id = NULL;
  RawPeer *client;

  worker_bind (worker, "post", "/post", ",\"http_method\":\"POST\"");
  client = client_send (engine, "POST /post HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Type: text/csv\r\n"
                                "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n");
  id = worker_take_call (worker, "api::post", &data);
  assert_has (data, "\"body\":null");
  reader = open_ref (engine, data, "request_body");
  client_wait (client, "HTTP/1.1 100 Continue\r\n\r\n"); /* now it is wanted */
  g_byte_array_set_size (client->in, 0);
  raw_peer_write (client, "4\r\na,b\n\r\n", 9);
  raw_peer_next (reader, &first); /* as it comes */
  g_assert_cmpmem (g_bytes_get_data (first.payload, NULL), g_bytes_get_size (first.payload), "a,b\n", 4);
  raw_peer_write (client, "4\r\nc,d\n\r\n0\r\n\r\n", 14);
  raw_peer_next (reader, &second);
  g_assert_cmpmem (g_bytes_get_data (second.payload, NULL), g_bytes_get_size (second.payload), "c,d\n", 4);
  raw_peer_wait_close (reader, NULL);
  worker_answer (worker, "api::post", id, "{\"body\":{\"rows\":2}}");
  assert_answer (client, "200 ", "{\"rows\":2}");
}

/* A JSON body is one message of the channel, too. */
static void
test_request_json (void)
{
  const char *const arguments[] = { HTTP, NULL };
  g_autoptr (EngineProgram) engine = engine_program_start (arguments);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  g_autoptr (RawPeer) reader = NULL;
  g_auto (RawFrame) frame = { 0 };
  g_autofree char *data = NULL;
  g_autofree char *id = NULL;
  RawPeer *client;

  worker_bind (worker, "post", "/post", ",\"http_method\":\"POST\"");
  client = client_send (engine, "POST /post HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 3\r\n"
                                "Content-Type: application/json\r\n\r\n[1,");
  id = worker_take_call (worker, "api::post", &data);
  assert_has (data, "\"body\":null"); /* it is none */
  reader = open_ref (engine, data, "request_body");
  raw_peer_next (reader, &frame);
  g_assert_cmpmem (g_bytes_get_data (frame.payload, NULL), g_bytes_get_size (frame.payload), "[1,", 3);
  raw_peer_wait_close (reader, NULL);
  worker_answer (worker, "api::post", id, "{\"body\":1}");
  assert_answer (client, "200 ", "\r\n\r\n1");
}

/* Writes @bytes again and again until nothing is taken any more for a while, or @limit bytes were. */
static gsize
fill (int fd, const GByteArray *bytes, gsize limit)
{
  gsize n = 0;

  while (n < limit)
    {
      struct pollfd poll_fd = { .fd = fd, .events = POLLOUT };
      gsize from = n % bytes->len;
      gssize sent = send (fd, bytes->data + from, bytes->len - from, MSG_DONTWAIT | MSG_NOSIGNAL);

      if (sent > 0)
        n += (gsize) sent;
      else if (poll (&poll_fd, 1, 500) == 0)
        break;
    }
  return n;
}

/* Far more than a channel, its sockets and a client's may hold. */
#define FLOOD (256u << 20)

/* A reader that takes nothing holds the client, and the engine holds next to nothing. */
static void
test_upload_held (void)
{
  const char *const arguments[] = { HTTP, NULL };
  g_autoptr (EngineProgram) engine = engine_program_start (arguments);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  g_autoptr (RawPeer) reader = NULL;
  RawPeer *client;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *data = NULL;
  g_autofree char *id = NULL;
  gint64 rss;
  guint code;

  g_byte_array_set_size (bytes, 65536);

  worker_bind (worker, "post", "/post", ",\"http_method\":\"POST\"");
  client = client_send (engine, "POST /post HTTP/1.1\r\nHost: h\r\nContent-Length: 999999999999\r\n\r\n");
  id = worker_take_call (worker, "api::post", &data);
  rss = engine_program_get_rss (engine);
  reader = open_ref (engine, data, "request_body");
  g_assert_cmpuint (fill (client->fd, bytes, FLOOD), <, FLOOD / 4);
  g_assert_cmpint (engine_program_get_rss (engine) - rss, <, 32 * 1024);
  raw_peer_free (client); /* goes midway: what came is read, and the end is none */
  code = raw_peer_wait_close (reader, NULL);
  g_assert_cmpuint (code, ==, 1011);
}

/* A client that takes nothing holds the writer; when it goes, the writer is told. */
static void
test_download_held (void)
{
  const char *const arguments[] = { HTTP, NULL };
  g_autoptr (EngineProgram) engine = engine_program_start (arguments);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  g_autoptr (RawPeer) writer = NULL;
  g_autoptr (GByteArray) frame = NULL;
  g_autofree char *reason = NULL;
  g_autofree char *data = NULL;
  g_autofree char *id = NULL;
  g_autofree guint8 *bytes = g_malloc0 (65536);
  RawPeer *client;
  gint64 rss;

  worker_bind (worker, "get", "/get", "");
  client = client_send (engine, "GET /get HTTP/1.1\r\nHost: h\r\n\r\n");
  id = worker_take_call (worker, "api::get", &data);
  writer = open_ref (engine, data, "response");
  frame = raw_frame_build (RAW_FINAL | RAW_BINARY, TRUE, bytes, 65536);
  rss = engine_program_get_rss (engine);
  g_assert_cmpuint (fill (writer->fd, frame, FLOOD), <, FLOOD / 4);
  g_assert_cmpint (engine_program_get_rss (engine) - rss, <, 32 * 1024);
  raw_peer_free (client);
  g_assert_cmpuint (raw_peer_wait_close (writer, &reason), ==, 1001);
  g_assert_cmpstr (reason, ==, "reader_left");
}

/* Clients that reset their connections just as they are written to. */
static void
test_reset (void)
{
  const char *const arguments[] = { HTTP, NULL };
  const struct linger linger = { .l_onoff = 1 };
  g_autoptr (EngineProgram) engine = engine_program_start (arguments);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  g_autoptr (GByteArray) frame = NULL;
  g_autofree guint8 *bytes = g_malloc0 (65536);
  g_autofree char *data = NULL;

  frame = raw_frame_build (RAW_FINAL | RAW_BINARY, TRUE, bytes, 65536);
  worker_bind (worker, "get", "/get", "");
  for (guint i = 0; i < 100; i++)
    {
      RawPeer *client = client_send (engine, "GET /get HTTP/1.1\r\nHost: h\r\n\r\n");
      g_autofree char *id = worker_take_call (worker, "api::get", &data);
      g_autoptr (RawPeer) writer = open_ref (engine, data, "response");

      for (guint n = 0; n < 8; n++)
        {
          if (n == 4)
            setsockopt (client->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
          if (n == 4)
            g_clear_pointer (&client, raw_peer_free);
          send (writer->fd, frame->data, frame->len, MSG_DONTWAIT | MSG_NOSIGNAL);
        }
    }
  worker_sync (worker);
  assert_answer (client_ask (engine, "GET /healthz"), "200 ", "ok");
}

/* --- what is seen of it --- */

static WeirChannelInfo *
wait_flowing (Stage *stage, RawPeer *writer, const char *data, const char *member)
{
  g_autoptr (WeirRef) ref = weir_ref_from_span (weir_json_member (WEIR_SPAN (data), member), NULL);

  if (writer != NULL)
    raw_peer_send (writer, RAW_FINAL | RAW_BINARY, "x", 1);
  return wait_state (stage, ref->channel_id, WEIR_STATE_FLOWING);
}

/* An end of the engine's own is called HTTP; a request that uses no channel shows none. */
static void
test_seen (void)
{
  const char *const arguments[] = { HTTP, NULL };
  g_auto (Stage) stage = { 0 };
  g_autoptr (RawPeer) writer = NULL;
  g_autoptr (RawPeer) reader = NULL;
  g_autoptr (WeirChannelInfo) response = NULL;
  g_autoptr (WeirChannelInfo) request = NULL;
  g_autofree char *data = NULL;
  g_autofree char *id = NULL;
  RawPeer *client;

  stage_begin (&stage, arguments);
  worker_bind (stage.maker, "post", "/post", ",\"http_method\":\"POST\"");
  client = client_ask (stage.engine, "POST /post");
  worker_serve (stage.maker, "api::post", "{\"body\":1}");
  assert_answer (client, "200 ", "\r\n\r\n1");
  assert_answer (client_ask (stage.engine, "GET /metrics"), "200 ",
                 "\nweir_channel_messages_total{way=\"written\"} 0\n");
  stage_watch (&stage);

  client = client_send (stage.engine, "POST /post HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
  id = worker_take_call (stage.maker, "api::post", &data);
  writer = open_ref (stage.engine, data, "response");
  response = wait_flowing (&stage, writer, data, "response");
  g_assert_cmpstr (response->reader.worker_name, ==, "HTTP");
  g_assert_cmpstr (response->writer.worker_name, ==, "maker");
  g_assert_cmpstr (response->writer.function_id, ==, "api::post");
  g_assert_cmpuint (response->passed->len, ==, 1);
  reader = open_ref (stage.engine, data, "request_body");
  request = wait_flowing (&stage, NULL, data, "request_body");
  g_assert_cmpstr (request->writer.worker_name, ==, "HTTP");
  g_assert_cmpstr (request->reader.function_id, ==, "api::post");
  raw_peer_free (client);
}

/* An address that others can reach wants the token of each request. */
static void
test_token (void)
{
  const char *const open[] = { "--http", "0.0.0.0:0", NULL };
  const char *const arguments[] = { "--http", "0.0.0.0:0", "--token", "secret", NULL };
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;
  EngineProgram *engine;

  g_assert_cmpint (server_program_run ("weir-engine", open, &out, &err), ==, 2);
  assert_has (err, "0.0.0.0 can be reached by others");
  engine = engine_program_start (arguments);
  assert_answer (client_ask (engine, "GET /x"), "401 ", "Authorization: Bearer TOKEN");
  assert_answer (client_ask (engine, "GET /x HTTP/1.1\r\nAuthorization: Bearer other\r\nA:"), "401 ", "UNAUTHORIZED");
  assert_answer (client_ask (engine, "GET /x HTTP/1.1\r\nAuthorization: Bearer secret\r\nA:"), "404 ", "NOT_FOUND");
  assert_answer (client_ask (engine, "GET /healthz"), "200 ", "ok");
  engine_program_stop (engine);
}

/* Ends while a request is open and a body flows. */
static void
test_stop (void)
{
  const char *const arguments[] = { HTTP, NULL };
  EngineProgram *engine = engine_program_start (arguments);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  g_autoptr (RawPeer) reader = NULL;
  g_autoptr (RawPeer) client = NULL;
  g_autofree char *data = NULL;
  g_autofree char *id = NULL;

  worker_bind (worker, "post", "/post", ",\"http_method\":\"POST\"");
  client = client_send (engine, "POST /post HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
  id = worker_take_call (worker, "api::post", &data);
  reader = open_ref (engine, data, "request_body");
  engine_program_stop (engine);
  g_free (raw_peer_read_all (client));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/http/payload", test_payload);
  g_test_add_func ("/engine/http/values", test_values);
  g_test_add_func ("/engine/http/errors", test_errors);
  g_test_add_func ("/engine/http/routing", test_routing);
  g_test_add_func ("/engine/http/registrations", test_registrations);
  g_test_add_func ("/engine/http/steps", test_steps);
  g_test_add_func ("/engine/http/hostile", test_hostile);
  g_test_add_func ("/engine/http/pipelined", test_pipelined);
  g_test_add_func ("/engine/http/limits", test_limits);
  g_test_add_func ("/engine/http/response", test_response);
  g_test_add_func ("/engine/http/response-lost", test_response_lost);
  g_test_add_func ("/engine/http/request", test_request);
  g_test_add_func ("/engine/http/request-json", test_request_json);
  g_test_add_func ("/engine/http/upload-held", test_upload_held);
  g_test_add_func ("/engine/http/download-held", test_download_held);
  g_test_add_func ("/engine/http/reset", test_reset);
  g_test_add_func ("/engine/http/seen", test_seen);
  g_test_add_func ("/engine/http/token", test_token);
  g_test_add_func ("/engine/http/stop", test_stop);
  return g_test_run ();
}
