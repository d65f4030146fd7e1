/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-conn.h"
#include "weir-handshake.h"

#include <string.h>

/* Only a test that fails waits for it. */
#define LIMIT_S 60

/* RFC 6455 §1.3 */
#define RFC_KEY    "dGhlIHNhbXBsZSBub25jZQ=="
#define RFC_ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

static gboolean
too_late_cb (gpointer data)
{
  g_error ("nothing came in time");

  return G_SOURCE_REMOVE;
}

#define wait_for(condition)                                                                                            \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    guint limit_ = g_timeout_add_seconds (LIMIT_S, too_late_cb, NULL);                                                 \
    while (!(condition))                                                                                               \
      g_main_context_iteration (NULL, TRUE);                                                                           \
    g_source_remove (limit_);                                                                                          \
  }                                                                                                                    \
  G_STMT_END

/* Runs what is left over: closings, idle calls. */
static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* --- a soup server that accepts --- */

typedef struct
{
  GSocketService *service; /* libsoup's own listener loses a reference to each socket it accepts */
  GSocket *socket;         /* of the latest connection */
  SoupServer *server;
  guint16 port;
  WeirLoop *loop;
  guint n_accepted, n_lost;
  GIOStream *stream;
  GBytes *early;
  GSocket *victim; /* nullable: closed as soon as its request has been accepted */
} Acceptor;

static void
accepted_cb (GIOStream *stream, GBytes *early, gpointer user_data)
{
  Acceptor *self = user_data;

  if (stream == NULL)
    {
      self->n_lost++;
      return;
    }
  self->n_accepted++;
  /* As libsoup does for what it accepts itself; it is how a connection finds its socket. */
  g_object_set_data_full (G_OBJECT (stream), "GSocket", g_object_ref (self->socket), g_object_unref);
  g_clear_object (&self->stream);
  self->stream = stream;
  g_clear_pointer (&self->early, g_bytes_unref);
  self->early = early != NULL ? g_bytes_ref (early) : NULL;
}

static void
request_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query, gpointer user_data)
{
  if (strcmp (path, "/ws/channels/unknown") == 0)
    soup_server_message_set_status (message, SOUP_STATUS_NOT_FOUND, NULL);
  else
    weir_handshake_accept (message, accepted_cb, user_data);
  if (((Acceptor *) user_data)->victim != NULL)
    g_socket_close (((Acceptor *) user_data)->victim, NULL);
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer user_data)
{
  Acceptor *self = user_data;
  g_autoptr (GSocketAddress) local = g_socket_connection_get_local_address (connection, NULL);
  g_autoptr (GSocketAddress) remote = g_socket_connection_get_remote_address (connection, NULL);
  g_autoptr (GError) error = NULL;

  g_set_object (&self->socket, g_socket_connection_get_socket (connection));
  soup_server_accept_iostream (self->server, G_IO_STREAM (connection), local, remote, &error);
  g_assert_no_error (error);
  return TRUE;
}

static void
acceptor_init (Acceptor *self)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  memset (self, 0, sizeof *self);
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, request_cb, self, NULL);
  self->service = g_socket_service_new ();
  g_signal_connect (self->service, "incoming", G_CALLBACK (incoming_cb), self);
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
}

static void
acceptor_clear (Acceptor *self)
{
  g_clear_object (&self->stream);
  g_clear_pointer (&self->early, g_bytes_unref);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_clear_object (&self->service);
  g_clear_object (&self->socket);
  soup_server_disconnect (self->server);
  g_clear_object (&self->server);
  settle ();
}

/* Sends @request and returns what comes back until the end of stream, or until @enough is in it. */
static char *
talk (guint16 port, const char *request, gsize len, const char *enough, GSocketConnection **connection)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  GString *answer = g_string_new (NULL);
  GSocketConnection *stream;
  GSocket *socket;
  char buffer[4096];
  gssize n = 1;

  g_socket_client_set_enable_proxy (client, FALSE);
  stream = g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, &error);
  g_assert_no_error (error);
  socket = g_socket_connection_get_socket (stream);
  g_socket_send (socket, request, len, NULL, &error);
  g_assert_no_error (error);
  g_socket_set_blocking (socket, FALSE);
  while (n != 0 && (enough == NULL || strstr (answer->str, enough) == NULL))
    {
      n = g_socket_receive (socket, buffer, sizeof buffer, NULL, NULL);
      if (n > 0)
        g_string_append_len (answer, buffer, n);
      else
        g_main_context_iteration (NULL, FALSE);
    }
  if (connection != NULL)
    *connection = stream;
  else
    g_object_unref (stream);

  return g_string_free (answer, FALSE);
}

#define GOOD_HEADERS                                                                                                   \
  "Host: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\nSec-WebSocket-Version: 13\r\n"                  \
  "Sec-WebSocket-Key: " RFC_KEY "\r\n"

static void
test_accept (void)
{
  static const char request[] =
      "GET /x HTTP/1.1\r\n" GOOD_HEADERS "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
      "Sec-WebSocket-Protocol: chat, superchat\r\n\r\n";
  g_autoptr (GSocketConnection) connection = NULL;
  g_autofree char *answer = NULL;
  Acceptor acceptor;

  acceptor_init (&acceptor);
  answer = talk (acceptor.port, request, strlen (request), "\r\n\r\n", &connection);
  wait_for (acceptor.n_accepted == 1);
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 101 "));
  g_assert_nonnull (strstr (answer, "Sec-WebSocket-Accept: " RFC_ACCEPT "\r\n"));
  g_assert_null (strstr (answer, "Sec-WebSocket-Extensions"));
  g_assert_null (strstr (answer, "Sec-WebSocket-Protocol"));
  g_assert_null (acceptor.early);
  acceptor_clear (&acceptor);
}

static GString *received;

static gboolean
message_cb (WeirConn *conn, WeirOp kind, const guint8 *data, gsize len, gpointer user_data)
{
  g_string_append_len (received, (const char *) data, len);

  return TRUE;
}

static void
closed_cb (WeirConn *conn, gpointer user_data)
{
  g_string_append (received, "!");
}

static const WeirConnEvents events = { .message = message_cb, .closed = closed_cb };

/* What comes with the request, and behind it, is not lost: cut in every place. */
static void
test_bytes_with_the_request (void)
{
  static const char request[] = "GET /x HTTP/1.1\r\n" GOOD_HEADERS "\r\n"
                                "\x81\x83\0\0\0\0one\x81\x83\0\0\0\0two";
  const gsize size = sizeof request - 1;

  for (gsize behind = 0; behind <= 18; behind++)
    {
      g_autoptr (GSocketConnection) connection = NULL;
      g_autoptr (WeirLoop) loop = weir_loop_new_attached (NULL, G_PRIORITY_DEFAULT, NULL);
      g_autofree char *answer = NULL;
      Acceptor acceptor;
      WeirConn *conn;

      acceptor_init (&acceptor);
      received = g_string_new (NULL);
      answer = talk (acceptor.port, request, size - behind, "\r\n\r\n", &connection);
      wait_for (acceptor.n_accepted == 1);
      if (behind < 18)
        g_assert_nonnull (acceptor.early);
      conn = weir_conn_new (loop, g_steal_pointer (&acceptor.stream), WEIR_ROLE_SERVER, acceptor.early, &events, NULL);
      if (behind > 0)
        g_socket_send (g_socket_connection_get_socket (connection), request + size - behind, behind, NULL, NULL);
      wait_for (received->len >= 6);
      g_assert_cmpstr (received->str, ==, "onetwo");
      g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
      wait_for (g_str_has_suffix (received->str, "!"));
      weir_conn_free (conn);
      g_string_free (received, TRUE);
      acceptor_clear (&acceptor);
    }
}

typedef struct
{
  const char *name;
  const char *request;
  const char *status;
  const char *header; /* nullable */
} Refusal;

static const Refusal refusals[] = {
  { "post", "POST / HTTP/1.1\r\n" GOOD_HEADERS "Content-Length: 0\r\n\r\n", "405", "Allow: GET" },
  { "plain-get", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "426", "Upgrade: websocket" },
  { "other-upgrade", "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", "426",
    "Upgrade: websocket" },
  { "version-8",
    "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 8\r\n"
    "Sec-WebSocket-Key: " RFC_KEY "\r\n\r\n",
    "426", "Sec-WebSocket-Version: 13" },
  { "no-version",
    "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: " RFC_KEY "\r\n\r\n",
    "400", NULL },
  { "no-key",
    "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n",
    "400", NULL },
  { "short-key",
    "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: c2hvcnQ=\r\n\r\n",
    "400", NULL },
  { "no-connection",
    "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " RFC_KEY
    "\r\n\r\n",
    "400", NULL },
};

static void
test_refusal (gconstpointer data)
{
  const Refusal *refusal = data;
  g_autofree char *expected = g_strconcat ("HTTP/1.1 ", refusal->status, " ", NULL);
  g_autofree char *answer = NULL;
  Acceptor acceptor;

  acceptor_init (&acceptor);
  answer =
      talk (acceptor.port, refusal->request, strlen (refusal->request), ".\n", NULL); /* the sentence in its body */
  g_assert_true (g_str_has_prefix (answer, expected));
  if (refusal->header != NULL)
    g_assert_nonnull (strstr (answer, refusal->header));
  settle ();
  g_assert_cmpuint (acceptor.n_accepted + acceptor.n_lost, ==, 0);
  acceptor_clear (&acceptor);
}

/* Whoever goes before the answer is told of all the same, once. */
static void
test_lost_before_the_answer (void)
{
  static const char request[] = "GET /x HTTP/1.1\r\n" GOOD_HEADERS "\r\n";

  for (int i = 0; i < 5; i++)
    {
      g_autoptr (GSocketClient) client = g_socket_client_new ();
      g_autoptr (GSocketConnection) connection = NULL;
      Acceptor acceptor;

      acceptor_init (&acceptor);
      g_socket_client_set_enable_proxy (client, FALSE);
      connection = g_socket_client_connect_to_host (client, "127.0.0.1", acceptor.port, NULL, NULL);
      acceptor.victim = g_socket_connection_get_socket (connection);
      g_socket_send (acceptor.victim, request, strlen (request), NULL, NULL);
      wait_for (acceptor.n_accepted + acceptor.n_lost == 1);
      settle ();
      g_assert_cmpuint (acceptor.n_accepted + acceptor.n_lost, ==, 1);
      acceptor_clear (&acceptor);
    }
}

static void
test_origins (void)
{
  static const char *const allowed[] = { "https://example.org", NULL };
  static const struct
  {
    const char *origin;
    gboolean is_allowed;
  } rows[] = {
    { NULL, TRUE },
    { "http://localhost", TRUE },
    { "http://localhost:5173", TRUE },
    { "https://LOCALHOST:1", TRUE },
    { "http://127.0.0.1:8080", TRUE },
    { "http://127.5.5.5", TRUE },
    { "http://[::1]:3000", TRUE },
    { "https://example.org", TRUE },
    { "https://example.org:8443", FALSE },
    { "http://example.org", FALSE },
    { "https://example.org.evil.com", FALSE },
    { "http://localhost.evil.com", FALSE },
    { "http://evil.com/localhost", FALSE },
    { "http://localhost@evil.com", FALSE },
    { "http://127.0.0.1.evil.com", FALSE },
    { "http://192.168.1.1", FALSE },
    { "null", FALSE },
    { "file://", FALSE },
    { "", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (weir_handshake_origin_is_allowed (rows[i].origin, allowed), ==, rows[i].is_allowed);
  g_assert_false (weir_handshake_origin_is_allowed ("https://example.org", NULL));
}

/* --- the client --- */

typedef struct
{
  gboolean is_done;
  GIOStream *stream;
  GBytes *early;
  guint status;
  GError *error;
} Outcome;

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Outcome *self = user_data;

  self->stream = weir_handshake_connect_finish (result, &self->early, &self->status, &self->error);
  self->is_done = TRUE;
}

static void
outcome_clear (Outcome *self)
{
  g_clear_object (&self->stream);
  g_clear_pointer (&self->early, g_bytes_unref);
  g_clear_error (&self->error);
}

static void
test_both_ends (void)
{
  Acceptor acceptor;
  Outcome outcome = { 0 };
  g_autofree char *url = NULL;

  acceptor_init (&acceptor);
  url = g_strdup_printf ("ws://127.0.0.1:%d/", acceptor.port);
  weir_handshake_connect_async (url, "/", NULL, 30000, NULL, connected_cb, &outcome);
  wait_for (outcome.is_done && acceptor.n_accepted == 1);
  g_assert_no_error (outcome.error);
  g_assert_nonnull (outcome.stream);
  g_assert_cmpuint (outcome.status, ==, 101);
  outcome_clear (&outcome);
  acceptor_clear (&acceptor);
}

static void
test_not_found (void)
{
  Acceptor acceptor;
  Outcome outcome = { 0 };
  g_autofree char *url = NULL;

  acceptor_init (&acceptor);
  url = g_strdup_printf ("ws://127.0.0.1:%d", acceptor.port);
  weir_handshake_connect_async (url, "/ws/channels/unknown?key=secret&dir=read", NULL, 30000, NULL, connected_cb,
                                &outcome);
  wait_for (outcome.is_done);
  g_assert_error (outcome.error, WEIR_HANDSHAKE_ERROR, WEIR_HANDSHAKE_ERROR_REFUSED);
  g_assert_nonnull (strstr (outcome.error->message, "404"));
  g_assert_nonnull (strstr (outcome.error->message, "channel"));
  g_assert_null (strstr (outcome.error->message, "secret"));
  g_assert_null (outcome.stream);
  g_assert_cmpuint (outcome.status, ==, 404);
  outcome_clear (&outcome);
  acceptor_clear (&acceptor);
}

/* A raw server: reads a request, answers with what the test says; @accept@ in it becomes the right key. */
typedef struct
{
  GSocketListener *listener;
  GSocketConnection *connection;
  guint16 port;
  const char *answer;
  gsize piece; /* it is sent in pieces of so many bytes; 0: at once */
  gboolean stays_open;
  GString *request;
  char buffer[4096];
} RawServer;

static char *
dup_accept (const char *request)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
  const char *key = strstr (request, "Sec-WebSocket-Key: ") + strlen ("Sec-WebSocket-Key: ");
  guint8 digest[20];
  gsize size = sizeof digest;

  g_checksum_update (checksum, (const guchar *) key, strcspn (key, "\r"));
  g_checksum_update (checksum, (const guchar *) "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", -1);
  g_checksum_get_digest (checksum, digest, &size);

  return g_base64_encode (digest, size);
}

static void
raw_server_answer (RawServer *self)
{
  g_autofree char *accept = dup_accept (self->request->str);
  g_auto (GStrv) parts = g_strsplit (self->answer, "@accept@", 2);
  g_autofree char *answer = g_strjoinv (accept, parts);
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (self->connection));
  gsize len = strlen (answer), piece = self->piece > 0 ? self->piece : len;

  for (gsize done = 0; done < len; done += piece)
    {
      g_output_stream_write_all (output, answer + done, MIN (piece, len - done), NULL, NULL, NULL);
      settle ();
    }
  if (!self->stays_open)
    g_io_stream_close (G_IO_STREAM (self->connection), NULL, NULL);
}

static void
raw_server_read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  RawServer *self = user_data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (object), result, NULL);

  if (n <= 0)
    return;
  g_string_append_len (self->request, self->buffer, n);
  if (strstr (self->request->str, "\r\n\r\n") != NULL)
    raw_server_answer (self);
  else
    g_input_stream_read_async (G_INPUT_STREAM (object), self->buffer, sizeof self->buffer, 0, NULL, raw_server_read_cb,
                               self);
}

static void
raw_server_accept_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GSocketConnection *connection = g_socket_listener_accept_finish (G_SOCKET_LISTENER (object), result, NULL, NULL);
  RawServer *self = user_data;

  if (connection == NULL)
    return;
  self->connection = connection;
  if (self->answer != NULL)
    g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (connection)), self->buffer,
                               sizeof self->buffer, 0, NULL, raw_server_read_cb, self);
}

static void
raw_server_init (RawServer *self, const char *answer)
{
  memset (self, 0, sizeof *self);
  self->listener = g_socket_listener_new ();
  self->port = g_socket_listener_add_any_inet_port (self->listener, NULL, NULL);
  self->answer = answer;
  self->request = g_string_new (NULL);
  g_socket_listener_accept_async (self->listener, NULL, raw_server_accept_cb, self);
}

static void
raw_server_clear (RawServer *self)
{
  if (self->connection != NULL)
    g_io_stream_close (G_IO_STREAM (self->connection), NULL, NULL);
  g_socket_listener_close (self->listener);
  settle ();
  g_clear_object (&self->connection);
  g_clear_object (&self->listener);
  g_string_free (self->request, TRUE);
}

#define SWITCH "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"

typedef struct
{
  const char *name;
  const char *answer; /* NULL: none */
  int code;
  guint status;
  const char *word;
} BadAnswer;

static const BadAnswer bad_answers[] = {
  { "garbage", "220 mail.example.org ESMTP\r\n\r\n", WEIR_HANDSHAKE_ERROR_NOT_HTTP, 0, "HTTP" },
  { "half-garbage", "HTTX", WEIR_HANDSHAKE_ERROR_NOT_HTTP, 0, "HTTP" },
  { "bad-status-line", "HTTP/1.1\r\n\r\n", WEIR_HANDSHAKE_ERROR_NOT_HTTP, 0, "HTTP" },
  { "no-answer", "", WEIR_HANDSHAKE_ERROR_NOT_HTTP, 0, "without an answer" },
  { "cut", "HTTP/1.1 101 Switching", WEIR_HANDSHAKE_ERROR_NOT_HTTP, 0, "without an answer" },
  { "unauthorized", "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", WEIR_HANDSHAKE_ERROR_REFUSED, 401,
    "401" },
  { "ok", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", WEIR_HANDSHAKE_ERROR_REFUSED, 200, "200" },
  { "no-accept", SWITCH "\r\n", WEIR_HANDSHAKE_ERROR_NOT_HTTP, 101, "somebody else" },
  { "wrong-accept", SWITCH "Sec-WebSocket-Accept: " RFC_ACCEPT "\r\n\r\n", WEIR_HANDSHAKE_ERROR_NOT_HTTP, 101,
    "somebody else" },
  { "other-protocol",
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: @accept@\r\n\r\n",
    WEIR_HANDSHAKE_ERROR_NOT_HTTP, 101, "another protocol" },
  { "extension", SWITCH "Sec-WebSocket-Accept: @accept@\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
    WEIR_HANDSHAKE_ERROR_NOT_HTTP, 101, "extension" },
};

static void
test_bad_answer (gconstpointer data)
{
  const BadAnswer *bad = data;
  g_autofree char *url = NULL;
  Outcome outcome = { 0 };
  RawServer server;

  raw_server_init (&server, bad->answer);
  url = g_strdup_printf ("ws://127.0.0.1:%d", server.port);
  weir_handshake_connect_async (url, "/", NULL, 30000, NULL, connected_cb, &outcome);
  wait_for (outcome.is_done);
  g_assert_error (outcome.error, WEIR_HANDSHAKE_ERROR, bad->code);
  g_assert_nonnull (strstr (outcome.error->message, bad->word));
  g_assert_cmpuint (outcome.status, ==, bad->status);
  g_assert_null (outcome.stream);
  outcome_clear (&outcome);
  raw_server_clear (&server);
}

static void
test_endless_head (void)
{
  g_autofree char *filler = g_strnfill (200000, 'x');
  g_autofree char *answer = g_strconcat ("HTTP/1.1 101 X\r\nFiller: ", filler, NULL);
  g_autofree char *url = NULL;
  Outcome outcome = { 0 };
  RawServer server;

  raw_server_init (&server, answer);
  server.piece = 16000;
  url = g_strdup_printf ("ws://127.0.0.1:%d", server.port);
  weir_handshake_connect_async (url, "/", NULL, 30000, NULL, connected_cb, &outcome);
  wait_for (outcome.is_done);
  g_assert_error (outcome.error, WEIR_HANDSHAKE_ERROR, WEIR_HANDSHAKE_ERROR_NOT_HTTP);
  outcome_clear (&outcome);
  raw_server_clear (&server);
}

/* In pieces of every size, with bytes behind it. */
static void
test_answer_in_pieces (void)
{
  for (gsize piece = 1; piece < 40; piece += 3)
    {
      g_autofree char *url = NULL;
      Outcome outcome = { 0 };
      RawServer server;

      raw_server_init (&server, SWITCH "Sec-WebSocket-Accept: @accept@\r\n\r\nearly");
      server.piece = piece;
      server.stays_open = TRUE;
      url = g_strdup_printf ("ws://127.0.0.1:%d", server.port);
      weir_handshake_connect_async (url, "/", NULL, 30000, NULL, connected_cb, &outcome);
      wait_for (outcome.is_done);
      g_assert_no_error (outcome.error);
      g_assert_cmpuint (outcome.status, ==, 101);
      if (outcome.early != NULL) /* the rest is still in the socket */
        g_assert_cmpint (strncmp (g_bytes_get_data (outcome.early, NULL), "early", g_bytes_get_size (outcome.early)),
                         ==, 0);
      outcome_clear (&outcome);
      raw_server_clear (&server);
    }
}

static void
test_early_answer (void)
{
  g_autofree char *url = NULL;
  Outcome outcome = { 0 };
  RawServer server;

  raw_server_init (&server, SWITCH "Sec-WebSocket-Accept: @accept@\r\n\r\nearly");
  server.stays_open = TRUE;
  url = g_strdup_printf ("ws://127.0.0.1:%d", server.port);
  weir_handshake_connect_async (url, "/", NULL, 30000, NULL, connected_cb, &outcome);
  wait_for (outcome.is_done);
  g_assert_no_error (outcome.error);
  g_assert_cmpmem (g_bytes_get_data (outcome.early, NULL), g_bytes_get_size (outcome.early), "early", 5);
  outcome_clear (&outcome);
  raw_server_clear (&server);
}

/* Where the request goes, and what is in it. */
static void
test_request (void)
{
  static const struct
  {
    const char *suffix;
    const char *path;
    const char *line;
  } rows[] = {
    { "", "/", "GET / HTTP/1.1\r\n" },
    { "/", "/", "GET / HTTP/1.1\r\n" },
    { "/?token=a%20b", "/", "GET /?token=a%20b HTTP/1.1\r\n" },
    { "?token=a", "/", "GET /?token=a HTTP/1.1\r\n" },
    { "/?token=a", "/ws/channels/1?key=k&dir=read", "GET /ws/channels/1?key=k&dir=read HTTP/1.1\r\n" },
    { "/iii/", "/", "GET /iii/ HTTP/1.1\r\n" },
    { "/iii", "/ws/channels/1?key=k", "GET /iii/ws/channels/1?key=k HTTP/1.1\r\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (SoupMessageHeaders) headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_REQUEST);
      g_autofree char *url = NULL, *host = NULL;
      Outcome outcome = { 0 };
      RawServer server;

      raw_server_init (&server, "HTTP/1.1 503 Busy\r\n\r\n");
      url = g_strdup_printf ("ws://127.0.0.1:%d%s", server.port, rows[i].suffix);
      host = g_strdup_printf ("\r\nHost: 127.0.0.1:%d\r\n", server.port);
      soup_message_headers_append (headers, "Authorization", "Bearer token");
      weir_handshake_connect_async (url, rows[i].path, headers, 30000, NULL, connected_cb, &outcome);
      wait_for (outcome.is_done);
      g_assert_error (outcome.error, WEIR_HANDSHAKE_ERROR, WEIR_HANDSHAKE_ERROR_REFUSED);
      g_assert_true (g_str_has_prefix (server.request->str, rows[i].line));
      g_assert_nonnull (strstr (server.request->str, host));
      g_assert_nonnull (strstr (server.request->str, "\r\nUpgrade: websocket\r\n"));
      g_assert_nonnull (strstr (server.request->str, "\r\nConnection: Upgrade\r\n"));
      g_assert_nonnull (strstr (server.request->str, "\r\nSec-WebSocket-Version: 13\r\n"));
      g_assert_nonnull (strstr (server.request->str, "\r\nAuthorization: Bearer token\r\n"));
      g_assert_null (strstr (server.request->str, "Sec-WebSocket-Extensions"));
      g_assert_null (strstr (server.request->str, "Sec-WebSocket-Protocol"));
      outcome_clear (&outcome);
      raw_server_clear (&server);
    }
}

static void
test_bad_addresses (void)
{
  static const char *const urls[] = { "",        "localhost:49134", "http://localhost", "ws://",
                                      "ws:///x", "ws://a b/",       "ws://host:99999",  "ws://host/\r\nX: y" };

  for (guint i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      Outcome outcome = { 0 };

      weir_handshake_connect_async (urls[i], "/", NULL, 30000, NULL, connected_cb, &outcome);
      wait_for (outcome.is_done);
      g_assert_error (outcome.error, WEIR_HANDSHAKE_ERROR, WEIR_HANDSHAKE_ERROR_ADDRESS);
      g_assert_cmpuint (outcome.status, ==, 0);
      outcome_clear (&outcome);
    }
}

static void
test_nobody_listens (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_autofree char *url = g_strdup_printf ("ws://127.0.0.1:%d", port);
  Outcome outcome = { 0 };

  g_socket_listener_close (listener);
  weir_handshake_connect_async (url, "/", NULL, 30000, NULL, connected_cb, &outcome);
  wait_for (outcome.is_done);
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  outcome_clear (&outcome);
}

static void
test_times_out (void)
{
  g_autofree char *url = NULL;
  Outcome outcome = { 0 };
  RawServer server;

  raw_server_init (&server, NULL);
  url = g_strdup_printf ("ws://127.0.0.1:%d", server.port);
  weir_handshake_connect_async (url, "/", NULL, 20, NULL, connected_cb, &outcome);
  wait_for (outcome.is_done);
  g_assert_error (outcome.error, WEIR_HANDSHAKE_ERROR, WEIR_HANDSHAKE_ERROR_TIMED_OUT);
  outcome_clear (&outcome);
  raw_server_clear (&server);
}

static void
test_cancelled (void)
{
  for (int i = 0; i < 3; i++) /* before, at once, and while the answer is awaited */
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autofree char *url = NULL;
      Outcome outcome = { 0 };
      RawServer server;

      raw_server_init (&server, NULL);
      url = g_strdup_printf ("ws://127.0.0.1:%d", server.port);
      if (i == 0)
        g_cancellable_cancel (cancellable);
      weir_handshake_connect_async (url, "/", NULL, 30000, cancellable, connected_cb, &outcome);
      if (i == 2)
        wait_for (server.connection != NULL);
      g_assert_false (outcome.is_done);
      g_cancellable_cancel (cancellable);
      wait_for (outcome.is_done);
      g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      outcome_clear (&outcome);
      raw_server_clear (&server);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/websocket/handshake/accept", test_accept);
  g_test_add_func ("/websocket/handshake/accept/bytes-with-the-request", test_bytes_with_the_request);
  g_test_add_func ("/websocket/handshake/accept/lost", test_lost_before_the_answer);
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autofree char *path = g_strdup_printf ("/websocket/handshake/refuse/%s", refusals[i].name);

      g_test_add_data_func (path, &refusals[i], test_refusal);
    }
  g_test_add_func ("/websocket/handshake/origins", test_origins);
  g_test_add_func ("/websocket/handshake/connect", test_both_ends);
  g_test_add_func ("/websocket/handshake/connect/not-found", test_not_found);
  for (guint i = 0; i < G_N_ELEMENTS (bad_answers); i++)
    {
      g_autofree char *path = g_strdup_printf ("/websocket/handshake/bad-answer/%s", bad_answers[i].name);

      g_test_add_data_func (path, &bad_answers[i], test_bad_answer);
    }
  g_test_add_func ("/websocket/handshake/bad-answer/endless-head", test_endless_head);
  g_test_add_func ("/websocket/handshake/connect/answer-in-pieces", test_answer_in_pieces);
  g_test_add_func ("/websocket/handshake/connect/early", test_early_answer);
  g_test_add_func ("/websocket/handshake/connect/request", test_request);
  g_test_add_func ("/websocket/handshake/connect/bad-addresses", test_bad_addresses);
  g_test_add_func ("/websocket/handshake/connect/nobody-listens", test_nobody_listens);
  g_test_add_func ("/websocket/handshake/connect/times-out", test_times_out);
  g_test_add_func ("/websocket/handshake/connect/cancelled", test_cancelled);

  return g_test_run ();
}
