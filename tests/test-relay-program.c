/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <sys/resource.h>

#include "engine-stage.h"
#include "raw-upstream.h"
#include "weir-relay-options.h"

/* The program: its options, what passes its door and what does not, engines that do not do as they should, the command
 * behind it, and how it ends. */

#define SWITCHING                                                                                                      \
  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"                                  \
  "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"

static EngineProgram *
relay_start (const char *upstream, const char *option, const char *value)
{
  const char *const arguments[] = { "--upstream", upstream, option, value, NULL };

  return server_program_start ("weir-relay", arguments);
}

static EngineProgram *
relay_start_before (EngineProgram *engine)
{
  g_autofree char *url = g_strdup_printf ("ws://127.0.0.1:%u", engine->port);
  EngineProgram *relay = relay_start (url, NULL, NULL);

  /* What a test sees must not depend on when its own worker is done. */
  engine_program_wait_point (engine);
  return relay;
}

static guint
count_descriptors (EngineProgram *self)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/fd", g_subprocess_get_identifier (self->process));
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (folder) != NULL)
    n++;
  return n;
}

/* --- options --- */

static WeirRelayOptions *
parse (const char *arguments, GError **error)
{
  g_autoptr (WeirRelayOptions) options = weir_relay_options_new ();
  g_autofree char *line = g_strconcat ("weir-relay ", arguments, NULL);
  g_auto (GStrv) argv = NULL;

  g_assert_true (g_shell_parse_argv (line, NULL, &argv, NULL));
  return weir_relay_options_parse (options, argv, error) ? g_steal_pointer (&options) : NULL;
}

static void
test_options (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirRelayOptions) defaults = parse ("", &error);
  g_autoptr (WeirRelayOptions) all = NULL;
  g_autoptr (WeirRelayOptions) command = NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (defaults->common.listen, ==, "localhost:49135");
  g_assert_cmpstr (defaults->upstream->url, ==, "ws://127.0.0.1:49134");
  g_assert_true (defaults->common.probe);
  g_assert_false (defaults->mend);
  g_assert_null (defaults->command);
  all = parse ("--upstream wss://[::1]/iii/?token=s --listen [::1]:1 --name n --permit see,read --no-probe --mend "
               "--tls-ca f",
               &error);
  g_assert_no_error (error);
  g_assert_cmpstr (all->upstream->authority, ==, "[::1]:443");
  g_assert_cmpstr (all->upstream->prefix, ==, "/iii");
  g_assert_cmpstr (all->upstream->shown_url, ==, "wss://[::1]/iii/");
  g_assert_true (all->upstream->is_tls && all->mend && !all->common.probe);
  g_assert_cmpstr (all->common.name, ==, "n");
  g_assert_cmpstr (all->tls_ca, ==, "f");
  command = parse ("--mend -- program --mend -- x", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (command->common.listen, ==, "localhost:0");
  g_assert_cmpuint (g_strv_length (command->command), ==, 4);
  g_assert_cmpstr (command->command[1], ==, "--mend");
}

static void
test_upstream_of_environment (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (WeirRelayOptions) options = NULL;
  g_autoptr (WeirRelayOptions) given = NULL;

  g_setenv ("III_URL", "ws://engine.example:7", TRUE);
  options = parse ("", &error);
  given = parse ("--upstream ws://other.example", &error);
  g_unsetenv ("III_URL");
  g_assert_no_error (error);
  g_assert_cmpstr (options->upstream->authority, ==, "engine.example:7");
  g_assert_cmpstr (given->upstream->authority, ==, "other.example:80");
}

static void
test_refusals (void)
{
  g_autofree char *port = g_strdup_printf ("127.0.0.1:%u", engine_program_pick_port ());
  g_autofree char *own = g_strdup_printf ("--upstream=ws://%s", port);
  g_autofree char *near = g_strdup_printf ("--upstream=ws://localhost%s", strchr (port, ':'));
  g_autofree char *listen = g_strconcat ("--listen=", port, NULL);

  server_program_assert_refused ("weir-relay", "--upstream", "http://127.0.0.1:1", "ws:// or wss://");
  server_program_assert_refused ("weir-relay", "--upstream", "ws://", "address");
  server_program_assert_refused ("weir-relay", "--upstream", "ws://host:99999", "address");
  server_program_assert_refused ("weir-relay", "--listen", "0.0.0.0:0", "--token-file");
  server_program_assert_refused ("weir-relay", "--listen", "nowhere", "ADDRESS:PORT");
  server_program_assert_refused ("weir-relay", "--permit", "all", "--permit");
  server_program_assert_refused ("weir-relay", "--permit", "", "--permit is empty");
  server_program_assert_refused ("weir-relay", "--tls-ca", "/nonexistent", "/nonexistent");
  server_program_assert_refused ("weir-relay", "--token-file", "/nonexistent", "/nonexistent");
  server_program_assert_refused ("weir-relay", "positional", NULL, "positional");
  server_program_assert_refused ("weir-relay", "--", NULL, "command");
  server_program_assert_refused ("weir-relay", own, listen, "has to lead to an engine");
  server_program_assert_refused ("weir-relay", near, listen, "has to lead to an engine");
}

static void
test_version (void)
{
  server_program_assert_version ("weir-relay");
}

/* --- heads --- */

/* A request with odd headers, up to @size bytes. */
static char *
make_odd_request (const char *host, gsize size)
{
  GString *request = g_string_new ("GET /ws/channels/odd?a=%2F+b&a=%zz&key=k;&dir=&c HTTP/1.1\r\n");
  const char *const lines[] = {
    "x-FIRST:no space",
    "X-Many:  1",
    "X-Many: 2 ",
    "X-Empty:",
    "Accept: \t a",
    "X-Latin: caf\xe9",
    "Cookie: a=b; c=\"d\"",
    "Connection: keep-alive, Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    g_string_append_printf (request, "%s\r\n", lines[i]);
  g_string_append_printf (request, "HOST: %s\r\n", host);
  while (request->len + 100 < size)
    g_string_append_printf (request, "X-Long-%zu: %080d\r\n", request->len, 7);
  g_string_append (request, "\r\n");
  return g_string_free (request, FALSE);
}

static void
check_head_passes (gsize size)
{
  g_autoptr (RawUpstream) upstream = raw_upstream_new ();
  g_autoptr (EngineProgram) relay = relay_start (upstream->url, NULL, NULL);
  g_autoptr (RawPeer) worker = raw_peer_connect (relay->port);
  g_autoptr (RawPeer) engine = NULL;
  const char *authority = upstream->url + strlen ("ws://");
  g_autofree char *host = g_strnfill (strlen (authority), 'h');
  g_autofree char *request = make_odd_request (host, size);
  g_autofree char *wanted = make_odd_request (authority, size);
  g_autofree char *head = NULL;

  g_assert_true (raw_peer_write (worker, request, strlen (request)));
  engine = raw_upstream_accept (upstream, "x-FIRST", &head);
  g_assert_cmpstr (head, ==, wanted);
  g_assert_true (raw_peer_write (engine, SWITCHING "\x81\x02hi", strlen (SWITCHING) + 4));
  g_assert_cmpuint (raw_peer_read_answer (worker), ==, 101);
  {
    g_autofree char *text = raw_peer_next_text (worker);

    g_assert_cmpstr (text, ==, "hi");
  }
}

static void
test_head (void)
{
  check_head_passes (0);
}

static void
test_long_head (void)
{
  check_head_passes (60 * 1024);
}

/* What follows the head at once belongs to the stream, whichever side it is from. */
static void
test_early_bytes (void)
{
  g_autoptr (RawUpstream) upstream = raw_upstream_new ();
  g_autoptr (EngineProgram) relay = relay_start (upstream->url, NULL, NULL);
  g_autoptr (RawPeer) worker = raw_peer_connect (relay->port);
  g_autoptr (RawPeer) engine = NULL;
  g_autofree char *request = make_odd_request ("h", 0);
  g_autoptr (GByteArray) frame = raw_frame_build (RAW_FINAL | RAW_TEXT, TRUE, "early", 5);
  g_autoptr (GByteArray) all = g_byte_array_new ();

  g_byte_array_append (all, (const guint8 *) request, (guint) strlen (request));
  g_byte_array_append (all, frame->data, frame->len);
  raw_peer_write (worker, all->data, all->len);
  engine = raw_upstream_accept (upstream, "x-FIRST", NULL);
  for (const char *p = SWITCHING "\x81\x02hi"; *p != '\0'; p++)
    {
      raw_peer_write (engine, p, 1);
      g_usleep (50); /* so that they do not come together */
    }
  while (engine->in->len < frame->len)
    g_assert_true (raw_peer_fill (engine, RAW_LIMIT_MS) && !engine->is_at_end);
  g_assert_cmpmem (engine->in->data, engine->in->len, frame->data, frame->len);
  g_assert_cmpuint (raw_peer_read_answer (worker), ==, 101);
  {
    g_autofree char *text = raw_peer_next_text (worker);

    g_assert_cmpstr (text, ==, "hi");
  }
}

/* --- answers --- */

/* All that comes back for a request, to the end of the stream. */
static char *
ask_raw (guint16 port, const char *request)
{
  g_autoptr (RawPeer) peer = raw_peer_connect (port);

  raw_peer_write (peer, request, strlen (request));
  return raw_peer_read_all (peer);
}

/* Two answers may fall into two seconds. */
static void
mask_date (char *answer)
{
  char *date = strstr (answer, "\r\nDate: ");

  if (date != NULL)
    memset (date + strlen ("\r\nDate: "), '-', strcspn (date + strlen ("\r\nDate: "), "\r"));
}

/* A refusal is the engine's, body and all. */
static void
test_refusals_pass (void)
{
  static const char *const requests[] = {
    "GET /ws/channels/none?key=a&dir=read HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    "GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 12\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    "DELETE / HTTP/1.1\r\nHost: a\r\n\r\n",
  };
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autoptr (EngineProgram) relay = relay_start_before (engine);

  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      g_autofree char *direct = ask_raw (engine->port, requests[i]);
      g_autofree char *through = ask_raw (relay->port, requests[i]);

      mask_date (through);
      mask_date (direct);
      g_assert_cmpstr (through, ==, direct);
    }
}

/* libsoup would take these lines; what an engine makes of them is another matter, and where they begin must be the same
 * to all. */
static void
test_odd_lines (void)
{
  static const char *const requests[] = {
    "GET\t/\tHTTP/1.1\r\nHost:a\r\n\r\n", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
    "GET /\tHTTP/1.1\r\nHost: a\r\n\r\n", "GET / HTTP/1.1\nHost: a\n\n",
  };
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autoptr (EngineProgram) relay = relay_start_before (engine);

  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      g_autofree char *got = ask_raw (relay->port, requests[i]);

      g_assert_true (g_str_has_prefix (got, "HTTP/1.1 400 "));
    }
  g_assert_cmpuint (raw_peer_probe (relay->port, "/", NULL), ==, 101);
}

typedef struct
{
  const char *what;
  const char *answer;    /* of the upstream, that closes after it */
  const char *wanted;    /* the beginning of what the worker gets */
  const char *wanted_in; /* and something in it */
} OddEngine;

static const OddEngine odd_engines[] = {
  { "says nothing", "", "HTTP/1.1 502 ", "without an answer" },
  { "speaks another language", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 502 ", "does not speak HTTP" },
  { "stops in its head", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: webs", "HTTP/1.1 502 ", "without an answer" },
  { "has no status", "HTTP/1.1 hello\r\n\r\n", "HTTP/1.1 502 ", "does not speak HTTP" },
  { "is another server", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", "HTTP/1.1 200 OK\r\n", "\r\n\r\nhello" },
  { "sends chunks", "HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n", "HTTP/1.1 404 No\r\n",
    "2\r\nno\r\n0\r\n\r\n" },
  { "ends its text by closing", "HTTP/1.0 503 Later\r\n\r\nlater", "HTTP/1.0 503 Later\r\n", "\r\n\r\nlater" },
  { "gives a hint first",
    "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\nHTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\nno", "HTTP/1.1 103 ",
    "</x>\r\n\r\nHTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\nno" },
  { "sends elsewhere", "HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 302 Found\r\n",
    "Location: /x\r\n" },
};

static void
test_odd_engines (void)
{
  g_autoptr (RawUpstream) upstream = raw_upstream_new ();
  g_autoptr (EngineProgram) relay = relay_start (upstream->url, NULL, NULL);
  g_autofree char *request = make_odd_request ("h", 0);

  for (guint i = 0; i < G_N_ELEMENTS (odd_engines); i++)
    {
      const OddEngine *odd = &odd_engines[i];
      g_autoptr (RawPeer) worker = raw_peer_connect (relay->port);
      g_autoptr (RawPeer) engine = NULL;
      g_autofree char *got = NULL;

      raw_peer_write (worker, request, strlen (request));
      engine = raw_upstream_accept (upstream, "x-FIRST", NULL);
      raw_peer_write (engine, odd->answer, strlen (odd->answer));
      g_clear_pointer (&engine, raw_peer_free);
      got = raw_peer_read_all (worker);
      if (!g_str_has_prefix (got, odd->wanted) || strstr (got, odd->wanted_in) == NULL)
        g_error ("an engine that %s: the worker got “%s”", odd->what, got);
    }
}

/* An answer has its end also where the connection has not. */
static void
test_kept_alive (void)
{
  g_autoptr (RawUpstream) upstream = raw_upstream_new ();
  g_autoptr (EngineProgram) relay = relay_start (upstream->url, NULL, NULL);
  static const struct
  {
    const char *method, *answer;
  } cases[] = {
    { "GET", "HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\nno" },
    { "HEAD", "HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\n" },
    { "GET", "HTTP/1.1 204 Empty\r\n\r\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (RawPeer) worker = raw_peer_connect (relay->port);
      g_autoptr (RawPeer) engine = NULL;
      g_autofree char *request = g_strdup_printf ("%s / HTTP/1.1\r\nHost: h\r\nX-Case: kept\r\n\r\n", cases[i].method);
      g_autofree char *got = NULL;
      gint64 begin = g_get_monotonic_time ();

      raw_peer_write (worker, request, strlen (request));
      engine = raw_upstream_accept (upstream, "X-Case", NULL);
      raw_peer_write (engine, cases[i].answer, strlen (cases[i].answer));
      got = raw_peer_read_all (worker);
      g_assert_cmpstr (got, ==, cases[i].answer);
      /* The handshake's limit would have ended it, too. */
      g_assert_cmpint (g_get_monotonic_time () - begin, <, 8 * G_USEC_PER_SEC);
    }
}

static guint
count_logged (EngineProgram *self, const char *words)
{
  guint n = 0;

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->log->len; i++)
    n += strstr (self->log->pdata[i], words) != NULL;
  g_mutex_unlock (&self->lock);
  return n;
}

/* Each worker is told; the log says it once, and once that it is over. */
static void
test_engine_down (void)
{
  g_autofree char *listen = g_strdup_printf ("127.0.0.1:%u", engine_program_pick_port ());
  g_autofree char *url = g_strdup_printf ("ws://%s/?token=s3cret", listen);
  const char *const arguments[] = { "--listen", listen, NULL };
  g_autoptr (EngineProgram) engine = NULL;
  g_autoptr (EngineProgram) relay = relay_start (url, NULL, NULL);
  g_autofree char *request = make_odd_request ("h", 0);
  g_autofree char *got = ask_raw (relay->port, request);

  g_assert_true (g_str_has_prefix (got, "HTTP/1.1 502 Bad Gateway\r\n"));
  g_assert_nonnull (strstr (got, "The engine at ws://127.0.0.1:"));
  g_assert_null (strstr (got, "s3cret"));
  engine_program_assert_logged (relay, "the engine at ws://127.0.0.1:*cannot be reached: ");
  engine = engine_program_start (arguments);
  engine_program_assert_logged (relay, "the engine at ws://127.0.0.1:*is reached again");
  g_assert_cmpuint (count_logged (relay, "cannot be reached"), ==, 1);
  g_assert_false (engine_program_has_logged (relay, "s3cret", 0));
}

/* It costs its connections for the time of a handshake, not more; the worker is told, and a stop does not wait for it.
 */
static void
test_mute_engine (void)
{
  g_autoptr (RawUpstream) upstream = raw_upstream_new ();
  g_autoptr (EngineProgram) relay = relay_start (upstream->url, NULL, NULL);
  g_autofree char *request = make_odd_request ("h", 0);
  g_autofree char *got = ask_raw (relay->port, request);
  g_autoptr (RawPeer) engine = raw_upstream_accept (upstream, "x-FIRST", NULL);
  g_autoptr (RawPeer) worker = raw_peer_connect (relay->port);

  g_assert_true (g_str_has_prefix (got, "HTTP/1.1 504 Gateway Timeout\r\n"));
  g_assert_nonnull (strstr (got, "The engine at ws://127.0.0.1:"));
  g_clear_pointer (&engine, raw_peer_free);
  raw_peer_write (worker, request, strlen (request));
  engine = raw_upstream_accept (upstream, "x-FIRST", NULL);
  g_clear_pointer (&relay, engine_program_stop);
  g_assert_true (raw_peer_fill (engine, RAW_LIMIT_MS) && engine->is_at_end);
  g_assert_true (raw_peer_fill (worker, RAW_LIMIT_MS) && worker->is_at_end);
}

/* --- who may come --- */

#define GOOD "Origin: https://good.example\r\n"
#define EVIL "Origin: https://evil.example\r\n"

/* The engine is told where a page is from, as without a relay: each of the two has to let it in. */
static void
test_origin (void)
{
  const char *const arguments[] = { "--allow-origin", "https://good.example", NULL };
  g_autoptr (EngineProgram) strict = engine_program_start (NULL);
  g_autoptr (EngineProgram) engine = engine_program_start (arguments);
  g_autofree char *strict_url = g_strdup_printf ("ws://127.0.0.1:%u", strict->port);
  g_autofree char *url = g_strdup_printf ("ws://127.0.0.1:%u", engine->port);
  g_autoptr (EngineProgram) closed = relay_start_before (engine);
  g_autoptr (EngineProgram) half = relay_start (strict_url, "--allow-origin", "https://good.example");
  g_autoptr (EngineProgram) open = relay_start (url, "--allow-origin", "https://good.example");

  g_assert_cmpuint (raw_peer_probe (closed->port, "/", GOOD), ==, 403);
  engine_program_assert_logged (closed, "HTTP 403*--allow-origin");
  g_assert_cmpuint (raw_peer_probe (closed->port, "/", "Origin: http://localhost:3000\r\n"), ==, 101);
  g_assert_cmpuint (raw_peer_probe (closed->port, "/", NULL), ==, 101);
  g_assert_cmpuint (raw_peer_probe (open->port, "/", EVIL), ==, 403);
  g_assert_cmpuint (raw_peer_probe (open->port, "/", GOOD), ==, 101);
  g_assert_cmpuint (raw_peer_probe (open->port, "/otel", GOOD), ==, 101);
  g_assert_cmpuint (raw_peer_probe (open->port, "/ws/channels/x?key=y&dir=read", GOOD), ==, 404);
  g_assert_cmpuint (raw_peer_probe (half->port, "/", GOOD), ==, 403);
  engine_program_assert_logged (strict, "HTTP 403*--allow-origin");
}

static char *
write_token (const char *token)
{
  char *path = NULL;
  int fd = g_file_open_tmp ("weir-token-XXXXXX", &path, NULL);

  close (fd);
  g_assert_true (g_file_set_contents (path, token, -1, NULL));
  return path;
}

/* Others can reach it: it wants a token, and says what it opens. */
static void
test_open_door (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autofree char *url = g_strdup_printf ("ws://127.0.0.1:%u", engine->port);
  g_autofree char *file = write_token ("s3cret\n");
  const char *const arguments[] = { "--upstream", url, "--listen", "0.0.0.0:0", "--token-file", file, NULL };
  g_autoptr (EngineProgram) relay = server_program_start ("weir-relay", arguments);
  g_autoptr (RawPeer) worker = NULL;
  g_autofree char *writer_path = NULL;
  g_autofree char *reader_path = NULL;
  g_autofree char *hello = NULL;

  engine_program_assert_logged (relay, "other machines connect to ws://");
  g_assert_false (engine_program_has_logged (relay, "connect to ws://0.0.0.0", 0));
  engine_program_assert_logged (relay, "can reach the engine at ws://127.0.0.1:");
  g_assert_cmpuint (raw_peer_probe (relay->port, "/", NULL), ==, 401);
  g_assert_cmpuint (raw_peer_probe (relay->port, "/otel", NULL), ==, 401);
  g_assert_cmpuint (raw_peer_probe (relay->port, "/?token=s3cre", NULL), ==, 401);
  g_assert_cmpuint (raw_peer_probe (relay->port, "/", "Authorization: Bearer s3cret\r\n"), ==, 101);
  worker = raw_peer_open (relay->port, "/?token=s3cret");
  hello = raw_peer_next_text (worker);
  worker_create_channel (worker, "{}", &writer_path, &reader_path);
  g_assert_cmpuint (raw_peer_probe (relay->port, reader_path, NULL), ==, 101); /* its key is its token */
  g_assert_false (engine_program_has_logged (relay, "s3cret", 0));
  g_unlink (file);
}

/* What needs no token at the door is a channel to the engine, too: to the stock one a channel's path in a query is a
 * worker's. */
static void
test_path_in_query (void)
{
  g_autoptr (RawUpstream) upstream = raw_upstream_new ();
  g_autoptr (EngineProgram) relay = relay_start (upstream->url, "--token", "s3cret");
  g_autoptr (EngineProgram) open = relay_start (upstream->url, NULL, NULL);
  const struct
  {
    EngineProgram *relay;
    const char *target, *wanted;
  } cases[] = {
    { relay, "/?/ws/channels/c-1?key=k&dir=read", "GET /ws/channels/c-1?key=k&dir=read HTTP/1.1\r\n" },
    { relay, "/?token=s3cret/ws/channels/c-1?key=k&dir=read", "GET /ws/channels/c-1?key=k&dir=read HTTP/1.1\r\n" },
    { open, "/?a=b/ws/channels/c-1?key=k&dir=read", "GET /?a=b/ws/channels/c-1?key=k&dir=read HTTP/1.1\r\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (RawPeer) worker = raw_peer_connect (cases[i].relay->port);
      g_autoptr (RawPeer) engine = NULL;
      g_autofree char *request =
          g_strdup_printf ("GET %s HTTP/1.1\r\nHost: h\r\nX-Case: path\r\n\r\n", cases[i].target);
      g_autofree char *head = NULL;

      raw_peer_write (worker, request, strlen (request));
      engine = raw_upstream_accept (upstream, "X-Case", &head);
      g_assert_true (g_str_has_prefix (head, cases[i].wanted));
    }
}

typedef struct
{
  const char *target, *header;      /* as the worker has them */
  const char *wanted, *kept_header; /* as the engine gets them */
} TokenCase;

static void
check_token_case (RawUpstream *upstream, EngineProgram *relay, const TokenCase *wanted)
{
  g_autoptr (RawPeer) worker = raw_peer_connect (relay->port);
  g_autoptr (RawPeer) engine = NULL;
  const char *host = upstream->url + strlen ("ws://");
  g_autofree char *request =
      g_strdup_printf ("GET %s HTTP/1.1\r\nHost: h\r\n%sX-Case: token\r\n\r\n", wanted->target, wanted->header);
  g_autofree char *passed = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: %s\r\n%sX-Case: token\r\n\r\n", wanted->wanted,
                                             host, wanted->kept_header);
  g_autofree char *head = NULL;

  raw_peer_write (worker, request, strlen (request));
  engine = raw_upstream_accept (upstream, "X-Case", &head);
  g_assert_cmpstr (head, ==, passed);
}

#define OURS   "Authorization: Bearer s3/cret\r\n"
#define OTHERS "Authorization: Bearer engine\r\n"

/* The relay's token is not the engine's to know; what is the engine's goes on, and one address has both. */
static void
test_own_token_stays (void)
{
  static const TokenCase cases[] = {
    { "/?token=s3%2Fcret", "", "/", "" },
    { "/?token=s3/cret&a=b", "", "/?a=b", "" },
    { "/?a=b&token=s3/cret", "", "/?a=b", "" },
    { "/?token=engine&token=s3%2Fcret", "", "/?token=engine", "" },
    { "/?token=s3/cret&token=engine", "", "/?token=engine", "" },
    { "/?token=s3/cret&token=s3/cret", "", "/?token=s3/cret", "" },
    { "/otel", OURS, "/otel", "" },
    { "/?token=engine", OURS, "/?token=engine", "" },
    { "/?token=s3/cret", OTHERS, "/", OTHERS },
    { "/ws/channels/c-1?key=k&dir=read", OURS, "/ws/channels/c-1?key=k&dir=read", "" },
    { "/ws/channels/c-1?key=k&dir=read", OTHERS, "/ws/channels/c-1?key=k&dir=read", OTHERS },
  };
  static const TokenCase shared = { "/?token=s3/cret", OURS, "/?token=s3/cret", OURS };
  g_autoptr (RawUpstream) upstream = raw_upstream_new ();
  g_autoptr (EngineProgram) relay = relay_start (upstream->url, "--token", "s3/cret");
  g_autoptr (EngineProgram) sharing = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    check_token_case (upstream, relay, &cases[i]);
  g_setenv ("WEIR_UPSTREAM_TOKEN", "s3/cret", TRUE);
  sharing = relay_start (upstream->url, "--token", "s3/cret");
  g_unsetenv ("WEIR_UPSTREAM_TOKEN");
  check_token_case (upstream, sharing, &shared);
}

/* Each finds it out at once, and no request goes round and round. */
static void
test_ring (void)
{
  guint16 ports[2] = { engine_program_pick_port (), engine_program_pick_port () };
  EngineProgram *relays[2];

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *listen = g_strdup_printf ("127.0.0.1:%u", ports[i]);
      g_autofree char *url = g_strdup_printf ("ws://127.0.0.1:%u", ports[1 - i]);

      relays[i] = relay_start (url, "--listen", listen);
    }
  for (guint i = 0; i < 10; i++)
    {
      g_assert_cmpuint (raw_peer_probe (ports[i % 2], "/", NULL), ==, 508);
      g_assert_cmpuint (raw_peer_probe (ports[i % 2], "/otel", NULL), ==, 508);
    }
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpuint (count_descriptors (relays[i]), <, 40);
      engine_program_stop (relays[i]);
    }
}

/* --- losing the engine --- */

typedef struct
{
  RawPeer *worker, *telemetry, *writer, *reader, *lonely;
} Ends;

static void
ends_open (Ends *ends, guint16 port, const char *const *paths)
{
  g_autofree char *hello = NULL;

  ends->worker = raw_peer_open (port, "/");
  hello = raw_peer_next_text (ends->worker);
  ends->telemetry = raw_peer_open (port, "/otel");
  ends->writer = raw_peer_open (port, paths[0]);
  ends->reader = raw_peer_open (port, paths[1]);
  ends->lonely = raw_peer_open (port, paths[2]);
}

/* The bytes of each to its end, with pings taken out: those are of a probe. */
static char *
ends_close (Ends *ends)
{
  RawPeer *peers[] = { ends->worker, ends->telemetry, ends->writer, ends->reader, ends->lonely };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (peers); i++)
    {
      for (gboolean is_open = TRUE; is_open;)
        {
          g_auto (RawFrame) frame = { 0 };

          raw_peer_receive (peers[i], &frame);
          is_open = frame.first != RAW_END;
          if (is_open && frame.first != (RAW_FINAL | RAW_PING))
            g_string_append_printf (text, "%02x %.*s, ", frame.first, (int) g_bytes_get_size (frame.payload),
                                    (const char *) g_bytes_get_data (frame.payload, NULL));
        }
      g_string_append (text, "end\n");
      raw_peer_free (peers[i]);
    }
  return g_string_free (text, FALSE);
}

static void
lose_engine (int number)
{
  g_autofree char *listen = g_strdup_printf ("127.0.0.1:%u", engine_program_pick_port ());
  const char *const arguments[] = { "--listen", listen, NULL };
  EngineProgram *engine = engine_program_start (arguments);
  g_autoptr (EngineProgram) relay = relay_start_before (engine);
  g_autoptr (RawPeer) maker = worker_connect (engine, NULL, NULL);
  Ends ends[2];
  g_autofree char *direct = NULL;
  g_autofree char *through = NULL;
  g_autoptr (RawPeer) again = NULL;

  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *writer = NULL, *reader = NULL, *other = NULL, *lonely = NULL;

      worker_create_channel (maker, "{}", &writer, &reader);
      worker_create_channel (maker, "{}", &other, &lonely);
      ends_open (&ends[i], i == 0 ? engine->port : relay->port, (const char *const[]){ writer, reader, lonely });
      assert_flows (ends[i].writer, ends[i].reader);
    }
  g_subprocess_send_signal (engine->process, number);
  direct = ends_close (&ends[0]);
  through = ends_close (&ends[1]);
  g_assert_cmpstr (through, ==, direct);
  g_clear_pointer (&maker, raw_peer_free);
  if (number == SIGKILL)
    engine_program_kill (engine);
  else
    engine_program_stop (engine);
  engine = engine_program_start (arguments);
  engine_program_assert_logged (engine, "relay-*::describe");
  again = worker_connect (relay, NULL, NULL);
  worker_sync (again);
  engine_program_stop (engine);
}

static void
test_engine_killed (void)
{
  lose_engine (SIGKILL);
}

static void
test_engine_stopped (void)
{
  lose_engine (SIGTERM);
}

/* --- the command --- */

/* Runs a relay with `sh -c script` behind it, before no engine. */
static int
run_script (const char *script, char **out, char **err)
{
  const char *const arguments[] = { "--upstream", "ws://127.0.0.1:9/?token=s3cret", "--", "sh", "-c", script, NULL };

  return server_program_run ("weir-relay", arguments, out, err);
}

static void
test_command (void)
{
  static const struct
  {
    const char *script;
    int status;
    const char *out;
  } cases[] = {
    { "exit 0", 0, "" },
    { "exit 7", 7, "" },
    { "printf 'only\\nthis'", 0, "only\nthis" },
    { "kill -KILL $$", 128 + SIGKILL, "" },
    { "kill -TERM $$", 128 + SIGTERM, "" },
    { "case $III_URL in ws://127.0.0.1:*?token=s3cret) echo good;; *) echo $III_URL;; esac", 0, "good\n" },
    { "grep SigBlk /proc/self/status | tr -d '\\t\\n'", 0, "SigBlk:0000000000000000" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *out = NULL;
      g_autofree char *err = NULL;

      g_assert_cmpint (run_script (cases[i].script, &out, &err), ==, cases[i].status);
      g_assert_cmpstr (out, ==, cases[i].out);
      g_assert_nonnull (strstr (err, "weir-relay: listening on ws://127.0.0.1:"));
    }
}

/* What whoever runs it needs for the relay's door and its engine, and nothing that is more. */
static void
test_command_tokens (void)
{
  const char *const arguments[] = { "--upstream", "ws://127.0.0.1:9",
                                    "--token",    "s3/cret",
                                    "--",         "sh",
                                    "-c",         "echo ${III_URL#*\\?} ${WEIR_POINT_TOKEN:-none}",
                                    NULL };
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;

  g_setenv ("WEIR_POINT_TOKEN", "everything", TRUE);
  g_assert_cmpint (server_program_run ("weir-relay", arguments, &out, &err), ==, 0);
  g_unsetenv ("WEIR_POINT_TOKEN");
  g_assert_cmpstr (out, ==, "token=s3%2Fcret none\n");
  g_assert_null (strstr (err, "cret"));
}

/* It ignores what whoever started the test has it ignore, but for what GLib resets in the relay that the test starts,
 * and nothing that the relay ignores for itself (SIGPIPE). */
static void
test_command_ignores (void)
{
  static const int reset[] = { SIGPIPE, SIGHUP, SIGINT, SIGTERM, SIGCHLD };
  g_autofree char *status = NULL;
  g_autofree char *wanted = NULL;
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;
  guint64 ignored;

  g_assert_true (g_file_get_contents ("/proc/self/status", &status, NULL, NULL));
  ignored = g_ascii_strtoull (strstr (status, "SigIgn:") + strlen ("SigIgn:"), NULL, 16);
  for (guint i = 0; i < G_N_ELEMENTS (reset); i++)
    ignored &= ~(G_GUINT64_CONSTANT (1) << (reset[i] - 1));
  wanted = g_strdup_printf ("SigIgn:%016" G_GINT64_MODIFIER "x", ignored);
  g_assert_cmpint (run_script ("grep SigIgn /proc/self/status | tr -d '\\t\\n'", &out, &err), ==, 0);
  g_assert_cmpstr (out, ==, wanted);
}

/* What the relay sets for itself is not for the command. */
static void
test_command_limits (void)
{
  struct rlimit limit, low;
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;
  g_autofree char *wanted = NULL;

  g_assert_no_errno (getrlimit (RLIMIT_NOFILE, &limit));
  low = limit;
  low.rlim_cur = MIN (limit.rlim_max, 321);
  wanted = g_strdup_printf ("%lu\n", (gulong) low.rlim_cur);
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &low));
  g_assert_cmpint (run_script ("ulimit -S -n", &out, &err), ==, 0);
  g_assert_no_errno (setrlimit (RLIMIT_NOFILE, &limit));
  g_assert_cmpstr (out, ==, wanted);
}

/* Every descriptor that the relay was given is the command's, and none of its own is. */
static void
test_command_descriptors (void)
{
  static const char script[] =
      "exec \"$0\" --upstream ws://127.0.0.1:9 -- sh -c '"
      "for fd in /proc/$$/fd/*; do [ -e $fd ] && printf \"${fd##*/} \"; done; cat <&7' 7<\"$1\"";
  g_autofree char *program = server_program_dup_path ("weir-relay");
  g_autofree char *file = write_token ("given");
  const char *const argv[] = { "sh", "-c", script, program, file, NULL };
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;
  g_autoptr (GError) error = NULL;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, &err, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (out, ==, "0 1 2 7 given");
  g_unlink (file);
}

static void
test_no_command (void)
{
  static const struct
  {
    const char *program;
    int status;
  } cases[] = { { "no-such-program-here", 127 }, { "/nonexistent/program", 127 }, { "/", 126 } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *const arguments[] = { "--upstream", "ws://127.0.0.1:9", "--", cases[i].program, NULL };
      g_autofree char *out = NULL;
      g_autofree char *err = NULL;

      g_assert_cmpint (server_program_run ("weir-relay", arguments, &out, &err), ==, cases[i].status);
      g_assert_cmpstr (out, ==, "");
      g_assert_nonnull (strstr (err, cases[i].program));
      g_assert_null (strstr (err, "listening"));
    }
}

typedef struct
{
  GSubprocess *process;
  GDataInputStream *out;
} Running;

/* A relay whose command says on standard output that it waits for signals. */
static void
start_waiting (Running *running, const char *script)
{
  g_autofree char *program = server_program_dup_path ("weir-relay");
  g_autoptr (GError) error = NULL;
  g_autofree char *line = NULL;

  running->process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error,
                                       program, "--upstream", "ws://127.0.0.1:9", "--", "sh", "-c", script, NULL);
  g_assert_no_error (error);
  running->out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (running->process));
  line = g_data_input_stream_read_line (running->out, NULL, NULL, NULL);
  g_assert_cmpstr (line, ==, "ready");
}

static void
test_command_signals (void)
{
  static const int numbers[] = { SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2 };

  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autofree char *script =
          g_strdup_printf ("trap 'echo got; exit 9' %d; echo ready; while :; do sleep 0.05; done", numbers[i]);
      Running running;
      g_autofree char *line = NULL;

      start_waiting (&running, script);
      g_subprocess_send_signal (running.process, numbers[i]);
      line = g_data_input_stream_read_line (running.out, NULL, NULL, NULL);
      g_assert_cmpstr (line, ==, "got");
      engine_program_wait (running.process);
      g_assert_cmpint (g_subprocess_get_exit_status (running.process), ==, 9);
      g_object_unref (running.out);
      g_object_unref (running.process);
    }
}

/* As nohup has it: GLib has who it starts forget that, a shell does not. */
static void
test_ignored_signals (void)
{
  static const char script[] =
      "trap '' HUP USR1; exec \"$0\" --verbose --upstream ws://127.0.0.1:9 --listen 127.0.0.1:0";
  g_autofree char *program = server_program_dup_path ("weir-relay");
  g_autoptr (GError) error = NULL;
  Running running;
  g_autofree char *line = NULL;
  guint16 port;

  running.process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, "sh",
                                      "-c", script, program, NULL);
  g_assert_no_error (error);
  running.out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (running.process));
  line = g_data_input_stream_read_line (running.out, NULL, NULL, NULL);
  g_assert_nonnull (line);
  port = (guint16) g_ascii_strtoull (strrchr (line, ':') + 1, NULL, 10);
  g_subprocess_send_signal (running.process, SIGHUP);
  g_subprocess_send_signal (running.process, SIGUSR1);
  g_assert_cmpuint (raw_peer_probe (port, "/", NULL), ==, 502); /* what it was sent before has come by now */
  g_subprocess_send_signal (running.process, SIGTERM);
  engine_program_wait (running.process);
  g_assert_true (g_subprocess_get_if_exited (running.process));
  g_assert_cmpint (g_subprocess_get_exit_status (running.process), ==, 0);
  g_object_unref (running.out);
  g_object_unref (running.process);
}

/* --- ending --- */

static void
end_by (int number)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);

  server_program_end_by (relay_start_before (engine), number, "relay_stopping");
}

static void
test_sigterm (void)
{
  end_by (SIGTERM);
}

static void
test_sigint (void)
{
  end_by (SIGINT);
}

/* Its own channels reach the engine without it: what they hold gets there, and then their end. */
static void
test_last_words (void)
{
  g_auto (Stage) stage = { 0 };
  g_autofree char *url = NULL;
  g_autofree char *id = NULL;
  g_autofree char *writer_path = NULL;
  g_autofree char *reader_path = NULL;
  g_autoptr (WeirChannelInfo) seen = NULL;
  g_autoptr (RawPeer) worker = NULL;
  EngineProgram *relay;

  stage_begin (&stage, NULL);
  url = g_strdup_printf ("ws://127.0.0.1:%u", stage.engine->port);
  relay = relay_start (url, "--name", "n");
  engine_program_assert_logged (stage.engine, "weir::n::close");
  g_free (stage.prefix);
  stage.prefix = g_strdup ("weir::n::");
  stage_watch (&stage);
  worker = worker_connect (relay, NULL, NULL);
  worker_create_channel (worker, "{}", &writer_path, &reader_path);
  id = channel_of (writer_path);
  seen = wait_state (&stage, id, WEIR_STATE_CREATED);
  g_subprocess_send_signal (relay->process, SIGTERM);
  g_assert_cmpuint (raw_peer_wait_close (stage.feed, NULL), ==, 0); /* as every stream that was closed by its writer */
  g_assert_cmpuint (raw_peer_wait_close (worker, NULL), ==, 1001);
  engine_program_stop (relay);
}

int
main (int argc, char **argv)
{
  g_unsetenv ("WEIR_TOKEN");
  g_unsetenv ("WEIR_POINT_TOKEN");
  g_unsetenv ("III_URL");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/program/options", test_options);
  g_test_add_func ("/relay/program/upstream-of-environment", test_upstream_of_environment);
  g_test_add_func ("/relay/program/refusals", test_refusals);
  g_test_add_func ("/relay/program/version", test_version);
  g_test_add_func ("/relay/program/head", test_head);
  g_test_add_func ("/relay/program/long-head", test_long_head);
  g_test_add_func ("/relay/program/early-bytes", test_early_bytes);
  g_test_add_func ("/relay/program/refusals-pass", test_refusals_pass);
  g_test_add_func ("/relay/program/odd-lines", test_odd_lines);
  g_test_add_func ("/relay/program/odd-engines", test_odd_engines);
  g_test_add_func ("/relay/program/kept-alive", test_kept_alive);
  g_test_add_func ("/relay/program/engine-down", test_engine_down);
  g_test_add_func ("/relay/program/mute-engine", test_mute_engine);
  g_test_add_func ("/relay/program/origin", test_origin);
  g_test_add_func ("/relay/program/open-door", test_open_door);
  g_test_add_func ("/relay/program/path-in-query", test_path_in_query);
  g_test_add_func ("/relay/program/own-token-stays", test_own_token_stays);
  g_test_add_func ("/relay/program/ring", test_ring);
  g_test_add_func ("/relay/program/engine-killed", test_engine_killed);
  g_test_add_func ("/relay/program/engine-stopped", test_engine_stopped);
  g_test_add_func ("/relay/program/command", test_command);
  g_test_add_func ("/relay/program/command-tokens", test_command_tokens);
  g_test_add_func ("/relay/program/command-ignores", test_command_ignores);
  g_test_add_func ("/relay/program/command-limits", test_command_limits);
  g_test_add_func ("/relay/program/command-descriptors", test_command_descriptors);
  g_test_add_func ("/relay/program/no-command", test_no_command);
  g_test_add_func ("/relay/program/command-signals", test_command_signals);
  g_test_add_func ("/relay/program/ignored-signals", test_ignored_signals);
  g_test_add_func ("/relay/program/last-words", test_last_words);
  g_test_add_func ("/relay/program/sigterm", test_sigterm);
  g_test_add_func ("/relay/program/sigint", test_sigint);
  return g_test_run ();
}
