/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tls-test.h"
#include "weir-conn.h"
#include "weir-handshake.h"
#include "weir-tls.h"

#include <glib/gstdio.h>
#include <string.h>

/* The second transport: the same connection over TLS, both ends in one context. */

/* Only a test that fails waits for it. */
#define LIMIT_S 60

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

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* One end of the connection under test. */
typedef struct
{
  WeirConn *conn;
  gboolean echoes;
  guint n_messages;
  guint64 n_bytes;
  GChecksum *sum; /* of all payloads */
  gboolean has_ended, has_closed;
  guint n_drained;
  WeirClosedHow how;
  guint16 code;
} End;

static gboolean
message_cb (WeirConn *conn, WeirOp kind, const guint8 *data, gsize len, gpointer user_data)
{
  End *self = user_data;

  self->n_messages++;
  self->n_bytes += len;
  g_checksum_update (self->sum, data, len);
  if (self->echoes)
    weir_conn_send (conn, kind, data, len);

  return !self->echoes || weir_conn_get_queued (conn) == 0;
}

static void
drained_cb (WeirConn *conn, gpointer user_data)
{
  End *self = user_data;

  self->n_drained++;
  weir_conn_set_paused (conn, FALSE);
}

static void
ended_cb (WeirConn *conn, WeirClosedHow how, guint16 code, const char *reason, gpointer user_data)
{
  End *self = user_data;

  self->has_ended = TRUE;
  self->how = how;
  self->code = code;
}

static void
closed_cb (WeirConn *conn, gpointer user_data)
{
  End *self = user_data;

  self->has_closed = TRUE;
  g_clear_pointer (&self->conn, weir_conn_free);
}

static const WeirConnEvents events = {
  .message = message_cb,
  .drained = drained_cb,
  .ended = ended_cb,
  .closed = closed_cb,
};

typedef struct
{
  GSocketService *service;
  GTlsCertificate *certificate;
  guint16 port;
  WeirLoop *loop;
  GIOStream *accepted;
  GString *request;
  char buffer[4096];
  char *answer;
  End server, client;
  GError *error;
} Fixture;

static void
answered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;

  g_assert_true (g_output_stream_write_all_finish (G_OUTPUT_STREAM (object), result, NULL, NULL));
  self->server.conn =
      weir_conn_new (self->loop, g_steal_pointer (&self->accepted), WEIR_ROLE_SERVER, NULL, &events, &self->server);
}

static void
request_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (object), result, NULL);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
  g_autofree char *accept = NULL;
  const char *key;
  guint8 digest[20];
  gsize size = sizeof digest;

  if (n <= 0) /* a client that does not trust us */
    return;
  g_string_append_len (self->request, self->buffer, n);
  if (strstr (self->request->str, "\r\n\r\n") == NULL)
    {
      g_input_stream_read_async (G_INPUT_STREAM (object), self->buffer, sizeof self->buffer, 0, NULL, request_cb, self);
      return;
    }
  key = strstr (self->request->str, "Sec-WebSocket-Key: ") + strlen ("Sec-WebSocket-Key: ");
  g_checksum_update (checksum, (const guchar *) key, strcspn (key, "\r"));
  g_checksum_update (checksum, (const guchar *) "258EAFA5-E914-47DA-95CA-C5AB0DC85B11", -1);
  g_checksum_get_digest (checksum, digest, &size);
  accept = g_base64_encode (digest, size);
  self->answer = g_strdup_printf ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                  "Sec-WebSocket-Accept: %s\r\n\r\n",
                                  accept);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (self->accepted), self->answer, strlen (self->answer),
                                   0, NULL, answered_cb, self);
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer user_data)
{
  Fixture *self = user_data;
  GError *error = NULL;

  self->accepted = g_tls_server_connection_new (G_IO_STREAM (connection), self->certificate, &error);
  g_assert_no_error (error);
  g_input_stream_read_async (g_io_stream_get_input_stream (self->accepted), self->buffer, sizeof self->buffer, 0, NULL,
                             request_cb, self);

  return TRUE;
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;
  GBytes *early;
  GIOStream *stream = weir_handshake_connect_finish (result, &early, NULL, &self->error);

  if (stream != NULL)
    self->client.conn = weir_conn_new (self->loop, stream, WEIR_ROLE_CLIENT, early, &events, &self->client);
  g_clear_pointer (&early, g_bytes_unref);
}

static char *trusted_path; /* GLib reads it again for every connection */

/* Whether this process trusts the certificate. */
static void
set_trust (gboolean is_trusted)
{
  g_autoptr (GTlsDatabase) database = NULL;
  g_autoptr (GError) error = NULL;

  if (is_trusted)
    database = g_tls_file_database_new (trusted_path, &error);
  g_assert_no_error (error);
  g_tls_backend_set_default_database (g_tls_backend_get_default (), database);
}

static void
make_trusted_file (void)
{
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("weir-test-XXXXXX", &trusted_path, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  g_file_set_contents (trusted_path, certificate_pem, -1, &error);
  g_assert_no_error (error);
}

static void
fixture_init (Fixture *self)
{
  g_autofree char *pem = g_strconcat (certificate_pem, key_pem, NULL);
  g_autofree char *url = NULL;
  g_autoptr (GError) error = NULL;

  memset (self, 0, sizeof *self);
  self->certificate = g_tls_certificate_new_from_pem (pem, -1, &error);
  g_assert_no_error (error);
  self->loop = weir_loop_new_attached (NULL, G_PRIORITY_DEFAULT, NULL);
  self->request = g_string_new (NULL);
  self->server.sum = g_checksum_new (G_CHECKSUM_SHA256);
  self->client.sum = g_checksum_new (G_CHECKSUM_SHA256);
  self->service = g_socket_service_new ();
  self->port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (self->service), NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (self->service, "incoming", G_CALLBACK (incoming_cb), self);
  url = g_strdup_printf ("wss://127.0.0.1:%d", self->port);
  weir_handshake_connect_async (url, "/", NULL, 30000, NULL, connected_cb, self);
  wait_for ((self->client.conn != NULL && self->server.conn != NULL) || self->error != NULL);
}

static void
fixture_clear (Fixture *self)
{
  g_clear_pointer (&self->server.conn, weir_conn_free);
  g_clear_pointer (&self->client.conn, weir_conn_free);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  settle ();
  g_clear_object (&self->accepted);
  g_clear_object (&self->service);
  g_clear_object (&self->certificate);
  g_clear_pointer (&self->loop, weir_loop_unref);
  g_clear_error (&self->error);
  g_free (self->answer);
  g_string_free (self->request, TRUE);
  g_checksum_free (self->server.sum);
  g_checksum_free (self->client.sum);
}

static void
test_echo (void)
{
  g_autoptr (GChecksum) expected = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *payload = g_malloc (3000000);
  guint64 total = 0;
  Fixture fixture;
  const guint n = 400;

  set_trust (TRUE);
  fixture_init (&fixture);
  g_assert_no_error (fixture.error);
  fixture.server.echoes = TRUE;
  for (guint i = 0; i < 3000000; i++)
    payload[i] = i * 7 % 251;
  for (guint i = 0; i < n; i++)
    {
      gsize len = i % 50 == 49 ? 3000000 : i % 10 == 0 ? 60000 : i;

      payload[0] = i;
      g_assert_true (weir_conn_send (fixture.client.conn, WEIR_OP_BINARY, payload, len));
      g_checksum_update (expected, payload, len);
      total += len;
    }
  wait_for (fixture.client.n_messages == n);
  g_assert_cmpuint (fixture.client.n_bytes, ==, total);
  g_assert_cmpstr (g_checksum_get_string (fixture.client.sum), ==, g_checksum_get_string (expected));
  g_assert_cmpuint (fixture.client.n_drained, >, 0); /* it had been full */
  g_assert_cmpuint (weir_conn_get_queued (fixture.client.conn), ==, 0);
  fixture_clear (&fixture);
}

/* A reader that is paused holds the writer up, and gets all of it in the end. */
static void
test_flow_control (void)
{
  g_autofree char *payload = g_strnfill (100000, 'p');
  Fixture fixture;
  guint n = 0, n_before;

  set_trust (TRUE);
  fixture_init (&fixture);
  weir_conn_set_paused (fixture.client.conn, TRUE);
  do
    {
      for (; weir_conn_get_queued (fixture.server.conn) == 0; n++)
        weir_conn_send (fixture.server.conn, WEIR_OP_TEXT, payload, 100000);
      n_before = fixture.server.n_drained;
      settle ();
    }
  while (fixture.server.n_drained > n_before);
  g_assert_cmpuint (weir_conn_get_queued (fixture.server.conn), >, 0);
  g_assert_cmpuint (fixture.client.n_messages, ==, 0);
  weir_conn_set_paused (fixture.client.conn, FALSE);
  wait_for (fixture.client.n_messages == n);
  g_assert_cmpuint (fixture.client.n_bytes, ==, (guint64) n * 100000);
  fixture_clear (&fixture);
}

static void
test_close (void)
{
  Fixture fixture;

  set_trust (TRUE);
  fixture_init (&fixture);
  weir_conn_send (fixture.client.conn, WEIR_OP_TEXT, "last", 4);
  weir_conn_close (fixture.client.conn, 1000, "done", 10 * G_USEC_PER_SEC);
  wait_for (fixture.client.has_closed && fixture.server.has_closed);
  g_assert_cmpuint (fixture.server.n_messages, ==, 1);
  g_assert_cmpint (fixture.client.how, ==, WEIR_CLOSED_BY_US);
  g_assert_cmpint (fixture.server.how, ==, WEIR_CLOSED_CLEAN);
  g_assert_cmpint (fixture.server.code, ==, 1000);
  fixture_clear (&fixture);
}

static void
test_abort (void)
{
  Fixture fixture;

  set_trust (TRUE);
  fixture_init (&fixture);
  weir_conn_abort (fixture.client.conn);
  wait_for (fixture.client.has_closed && fixture.server.has_closed);
  g_assert_cmpint (fixture.client.how, ==, WEIR_CLOSED_LOST);
  g_assert_cmpint (fixture.server.how, ==, WEIR_CLOSED_LOST);
  fixture_clear (&fixture);
}

static void
test_freed_while_full (void)
{
  g_autofree char *payload = g_strnfill (100000, 'p');
  Fixture fixture;

  set_trust (TRUE);
  fixture_init (&fixture);
  weir_conn_set_paused (fixture.client.conn, TRUE);
  while (weir_conn_get_queued (fixture.server.conn) == 0)
    weir_conn_send (fixture.server.conn, WEIR_OP_TEXT, payload, 100000);
  g_clear_pointer (&fixture.server.conn, weir_conn_free); /* must not wait for anybody */
  weir_conn_set_paused (fixture.client.conn, FALSE);
  wait_for (fixture.client.has_closed);
  g_assert_cmpint (fixture.client.how, ==, WEIR_CLOSED_LOST);
  fixture_clear (&fixture);
}

static void
test_not_trusted (void)
{
  Fixture fixture;

  set_trust (FALSE);
  fixture_init (&fixture);
  g_assert_error (fixture.error, WEIR_TLS_ERROR, WEIR_TLS_ERROR_UNKNOWN_AUTHORITY);
  fixture_clear (&fixture);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);

#ifdef __SANITIZE_THREAD__
  /* Neither GIO's threads nor GnuTLS are built for it, and we have one thread here. */
  g_print ("1..0 # SKIP ThreadSanitizer does not see what GIO and GnuTLS order\n");
  return 0;
#endif
  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_print ("1..0 # SKIP GLib has no TLS here (glib-networking)\n");
      return 0;
    }
  make_trusted_file ();
  g_test_add_func ("/websocket/tls/echo", test_echo);
  g_test_add_func ("/websocket/tls/flow-control", test_flow_control);
  g_test_add_func ("/websocket/tls/close", test_close);
  g_test_add_func ("/websocket/tls/abort", test_abort);
  g_test_add_func ("/websocket/tls/freed-while-full", test_freed_while_full);
  g_test_add_func ("/websocket/tls/not-trusted", test_not_trusted);

  status = g_test_run ();
  g_unlink (trusted_path);
  g_free (trusted_path);

  return status;
}
