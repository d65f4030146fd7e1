/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "engine-program.h"
#include "relay-fixture.h"
#include "tls-test.h"

/* A link whose upstream is TLS; and the program before such an engine, trusting it or not. */

#define CHUNK_SIZE 100000

/* An engine that sends back what it gets, in a thread of its own, until the end of the stream. */
typedef struct
{
  GSocketListener *listener;
  GThread *thread;
  guint16 port;
  gint stops; /* atomic: it closes by itself once so many bytes have come */
  gsize n_bytes;
} Echo;

static gboolean
echo_bytes (Echo *self, GIOStream *stream)
{
  guint8 buffer[16384];
  gssize n = g_input_stream_read (g_io_stream_get_input_stream (stream), buffer, sizeof buffer, NULL, NULL);

  if (n <= 0)
    return FALSE;
  self->n_bytes += n;
  if (!g_output_stream_write_all (g_io_stream_get_output_stream (stream), buffer, n, NULL, NULL, NULL))
    return FALSE;
  return self->stops == 0 || self->n_bytes < (gsize) self->stops;
}

static gpointer
echo_main (gpointer data)
{
  Echo *self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *pem = g_strconcat (certificate_pem, key_pem, NULL);
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_pem (pem, -1, &error);
  g_autoptr (GSocketConnection) connection = g_socket_listener_accept (self->listener, NULL, NULL, &error);
  g_autoptr (GIOStream) stream = NULL;

  g_assert_no_error (error);
  stream = g_tls_server_connection_new (G_IO_STREAM (connection), certificate, &error);
  g_assert_no_error (error);
  while (echo_bytes (self, stream))
    ;
  g_io_stream_close (stream, NULL, NULL);
  return NULL;
}

static void
echo_init (Echo *self, int stops)
{
  g_autoptr (GError) error = NULL;

  *self = (Echo){ .listener = g_socket_listener_new (), .stops = stops };
  self->port = g_socket_listener_add_any_inet_port (self->listener, NULL, &error);
  g_assert_no_error (error);
  self->thread = g_thread_new ("echo", echo_main, self);
}

static void
echo_clear (Echo *self)
{
  g_thread_join (self->thread);
  g_object_unref (self->listener);
}

static gboolean
accept_cb (GTlsConnection *connection, GTlsCertificate *certificate, GTlsCertificateFlags errors, gpointer user_data)
{
  return TRUE;
}

static void
client_event_cb (GSocketClient *client, GSocketClientEvent event, GSocketConnectable *connectable, GIOStream *stream,
                 gpointer user_data)
{
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING)
    g_signal_connect (stream, "accept-certificate", G_CALLBACK (accept_cb), NULL);
}

static GIOStream *
connect_tls (guint16 port)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection;

  g_socket_client_set_tls (client, TRUE);
  g_signal_connect (client, "event", G_CALLBACK (client_event_cb), NULL);
  connection = g_socket_client_connect_to_host (client, "127.0.0.1", port, NULL, &error);
  g_assert_no_error (error);
  return G_IO_STREAM (connection);
}

/* @link: its engine is not a peer. */
static void
open_link (Fixture *fixture, Link *link, const Echo *echo)
{
  WeirLinkConfig config = { .kind = WEIR_LINK_CHANNEL, .n = 1, .side = WEIR_SIDE_WRITER };

  fixture_init_with (fixture, (WeirRelayConfig){ .tls = TRUE });
  fixture_open_channel (fixture, 1, WEIR_PRESENCE_NONE, WEIR_PRESENCE_ELSEWHERE);
  config.link = link->id = 1;
  config.worker = peer_init (&link->worker);
  config.upstream = connect_tls (echo->port);
  link->engine.fd = -1;
  weir_relay_thread_open_link (fixture->thread, &config);
}

/* Everything arrives, and comes back; then the worker is lost, which the engine sees as an end. */
static void
test_there_and_back (void)
{
  g_autofree guint8 *data = g_malloc0 (CHUNK_SIZE);
  g_autoptr (GByteArray) frame = make_frame (WEIR_OP_BINARY, data, CHUNK_SIZE);
  Fixture fixture;
  Link link = { 0 };
  Echo echo;

  echo_init (&echo, 0);
  open_link (&fixture, &link, &echo);
  for (guint i = 0; i < 20; i++)
    {
      peer_send_bytes (&link.worker, frame->data, frame->len);
      expect_bytes (&link.worker, frame->data, frame->len);
    }
  WAIT_FOR (&fixture, heard_get_totals (&fixture.heard, 1)->written_messages == 20);
  link_clear (&link);
  fixture_wait_link_end (&fixture, &link, WEIR_LINK_END_WORKER);
  g_assert_cmpint (heard_wait_event (&fixture.heard, 1, WEIR_PIPE_ENDED, -1)->by, ==, WEIR_ENDED_WRITER_LOST);
  echo_clear (&echo);
  fixture_clear (&fixture);
}

/* A worker that has said good-bye gets what the engine says to that. */
static void
test_close (void)
{
  Fixture fixture;
  Link link = { 0 };
  Echo echo;

  echo_init (&echo, 0);
  open_link (&fixture, &link, &echo);
  peer_send_close (&link.worker, 1000, "done");
  shutdown (link.worker.fd, SHUT_WR);
  link.worker.is_server = TRUE; /* what comes back is masked */
  peer_expect_close (&link.worker, 1000, "done");
  expect_eof (&link.worker);
  fixture_wait_link_end (&fixture, &link, WEIR_LINK_END_WORKER);
  link_clear (&link);
  echo_clear (&echo);
  fixture_clear (&fixture);
}

static void
test_engine_ends (void)
{
  Fixture fixture;
  Link link = { 0 };
  Echo echo;

  echo_init (&echo, 11);
  open_link (&fixture, &link, &echo);
  peer_send_text (&link.worker, "hello");
  link.worker.is_server = TRUE;
  peer_expect (&link.worker, WEIR_OP_TEXT, "hello");
  expect_eof (&link.worker);
  peer_clear (&link.worker);
  fixture_wait_link_end (&fixture, &link, WEIR_LINK_END_UPSTREAM);
  link_clear (&link);
  echo_clear (&echo);
  fixture_clear (&fixture);
}

/* --- the program --- */

/* A server that answers 404 to whoever accepts its certificate. */
typedef struct
{
  GSocketListener *listener;
  GTlsCertificate *certificate;
  GCancellable *cancellable;
  GThread *thread;
  guint16 port;
} Server;

static gpointer
server_main (gpointer data)
{
  static const char answer[] = "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n";
  Server *self = data;

  while (!g_cancellable_is_cancelled (self->cancellable))
    {
      g_autoptr (GSocketConnection) connection =
          g_socket_listener_accept (self->listener, NULL, self->cancellable, NULL);
      g_autoptr (GIOStream) stream = NULL;

      if (connection == NULL)
        continue;
      stream = g_tls_server_connection_new (G_IO_STREAM (connection), self->certificate, NULL);
      g_output_stream_write_all (g_io_stream_get_output_stream (stream), answer, strlen (answer), NULL, NULL, NULL);
      g_io_stream_close (stream, NULL, NULL);
    }
  return NULL;
}

static void
server_init (Server *self)
{
  g_autofree char *pem = g_strconcat (certificate_pem, key_pem, NULL);
  g_autoptr (GError) error = NULL;

  *self = (Server){ .listener = g_socket_listener_new (), .cancellable = g_cancellable_new () };
  self->certificate = g_tls_certificate_new_from_pem (pem, -1, &error);
  g_assert_no_error (error);
  self->port = g_socket_listener_add_any_inet_port (self->listener, NULL, &error);
  g_assert_no_error (error);
  self->thread = g_thread_new ("server", server_main, self);
}

static void
server_clear (Server *self)
{
  g_cancellable_cancel (self->cancellable);
  g_thread_join (self->thread);
  g_object_unref (self->listener);
  g_object_unref (self->certificate);
  g_object_unref (self->cancellable);
}

/* The authority's file has no path before it; where it is not trusted, the log and the worker are told why, and what
 * can be done. */
static void
test_trust (void)
{
  static const struct
  {
    const char *host, *ca, *answer, *why, *remedy;
  } cases[] = {
    { "127.0.0.1", "ca.pem", "HTTP/1.1 404 ", "", "" },
    { "127.0.0.1", NULL, "HTTP/1.1 502 ", "its authority is not trusted here", "--tls-ca FILE" },
    { "127.0.0.2", "ca.pem", "HTTP/1.1 502 ", "127.0.0.2:*it is for another name", "" },
  };
  g_autofree char *here = g_get_current_dir ();
  g_autofree char *folder = g_dir_make_tmp ("weir-tls-XXXXXX", NULL);
  Server server;

  server_init (&server);
  g_assert_no_errno (g_chdir (folder));
  g_assert_true (g_file_set_contents ("ca.pem", certificate_pem, -1, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *url = g_strdup_printf ("wss://%s:%u", cases[i].host, server.port);
      const char *const arguments[] = { "--upstream", url, cases[i].ca != NULL ? "--tls-ca" : NULL, cases[i].ca, NULL };
      EngineProgram *relay = server_program_start ("weir-relay", arguments);
      g_autoptr (RawPeer) worker = raw_peer_connect (relay->port);
      g_autofree char *words = g_strdup_printf ("cannot be reached: *%s*%s", cases[i].why, cases[i].remedy);
      g_autofree char *pattern = g_strdup_printf ("%s*%s*%s*", cases[i].answer, cases[i].why, cases[i].remedy);
      g_autofree char *got = NULL;

      raw_peer_write (worker, "GET / HTTP/1.1\r\nHost: h\r\n\r\n", strlen ("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
      got = raw_peer_read_all (worker);
      if (!g_pattern_match_simple (pattern, got))
        g_error ("“%s” is not “%s”", got, pattern);
      engine_program_assert_logged (relay, words);
      engine_program_kill (relay); /* LeakSanitizer crashes at its end, too: see tls-test.h */
    }
  g_unlink ("ca.pem");
  g_assert_no_errno (g_chdir (here));
  g_rmdir (folder);
  server_clear (&server);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_print ("1..0 # SKIP GIO has no TLS\n");
      return 0;
    }
  g_test_add_func ("/relay/tls/there-and-back", test_there_and_back);
  g_test_add_func ("/relay/tls/close", test_close);
  g_test_add_func ("/relay/tls/engine-ends", test_engine_ends);
  g_test_add_func ("/relay/tls/trust", test_trust);
  return g_test_run ();
}
