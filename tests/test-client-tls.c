/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-async.h"
#include "weir-client.h"

#include <glib/gstdio.h>
#include <string.h>

/* wss://, with a certificate that is made for the test and trusted by it alone. */

static char *folder;

#ifdef __SANITIZE_ADDRESS__
/* LeakSanitizer crashes at exit on the threads of GnuTLS, which GIO loads as a module. */
int __lsan_is_turned_off (void);
int
__lsan_is_turned_off (void)
{
  return 1;
}
#endif

/* NULL: there is nothing to make one with. */
static GTlsCertificate *
make_certificate (GError **error)
{
  g_autofree char *path = g_build_filename (folder, "key-and-certificate.pem", NULL);
  const char *const argv[] = {
    "openssl",
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-days",
    "2",
    "-subj",
    "/CN=127.0.0.1",
    "-addext",
    "subjectAltName=IP:127.0.0.1",
    "-keyout",
    path,
    "-out",
    "-",
    NULL,
  };
  g_autofree char *certificate = NULL;
  g_autofree char *key = NULL;
  g_autofree char *both = NULL;
  int status;

  if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                     &certificate, NULL, &status, error) ||
      !g_spawn_check_wait_status (status, error) || !g_file_get_contents (path, &key, NULL, error))
    return NULL;
  both = g_strconcat (key, certificate, NULL);
  if (!g_file_set_contents (path, both, -1, error))
    return NULL;

  return g_tls_certificate_new_from_file (path, error);
}

static void
trust (void)
{
  g_autofree char *path = g_build_filename (folder, "key-and-certificate.pem", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsDatabase) database = g_tls_file_database_new (path, &error);

  g_assert_no_error (error);
  g_tls_backend_set_default_database (g_tls_backend_get_default (), database);
}

/* --- what stands before an engine that speaks no TLS itself, as in life --- */

typedef struct
{
  GSocketService *service;
  GTlsCertificate *certificate;
  guint16 target;
  char *url;
} Front;

static void
spliced_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GIOStream) other = user_data; /* keeps the stream that was read */

  g_output_stream_splice_finish (G_OUTPUT_STREAM (object), result, NULL);
}

static void
splice (GIOStream *from, GIOStream *to)
{
  g_output_stream_splice_async (g_io_stream_get_output_stream (to), g_io_stream_get_input_stream (from),
                                G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, G_PRIORITY_DEFAULT, NULL, spliced_cb,
                                g_object_ref (from));
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GIOStream) outside = user_data;
  g_autoptr (GSocketConnection) inside =
      g_socket_client_connect_to_host_finish (G_SOCKET_CLIENT (object), result, NULL);

  if (inside == NULL)
    return;
  splice (outside, G_IO_STREAM (inside));
  splice (G_IO_STREAM (inside), outside);
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer user_data)
{
  Front *front = user_data;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  GIOStream *outside = g_tls_server_connection_new (G_IO_STREAM (connection), front->certificate, &error);

  g_assert_no_error (error);
  g_socket_client_connect_to_host_async (client, "127.0.0.1", front->target, NULL, connected_cb, outside);

  return TRUE;
}

static Front *
front_new (MockEngine *engine, gconstpointer certificate)
{
  Front *front = g_new0 (Front, 1);
  g_autoptr (GUri) uri = g_uri_parse (engine->url, G_URI_FLAGS_NONE, NULL);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  front->certificate = (GTlsCertificate *) certificate;
  front->target = g_uri_get_port (uri);
  front->service = g_socket_service_new ();
  g_socket_listener_add_address (G_SOCKET_LISTENER (front->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &bound, &error);
  g_assert_no_error (error);
  g_signal_connect (front->service, "incoming", G_CALLBACK (incoming_cb), front);
  g_socket_service_start (front->service);
  front->url = g_strdup_printf ("wss://127.0.0.1:%u", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));

  return front;
}

static void
front_free (Front *front)
{
  g_socket_service_stop (front->service);
  g_socket_listener_close (G_SOCKET_LISTENER (front->service));
  g_object_unref (front->service);
  g_free (front->url);
  g_free (front);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Front, front_free)

static void
wait_state (WeirWorker *worker, WeirWorkerState state)
{
  mock_wait_until (weir_worker_get_state (worker) == state);
}

static void
test_untrusted (gconstpointer certificate)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (Front) front = front_new (engine, certificate);
  g_autoptr (WeirWorker) worker = weir_worker_new (front->url, "careful");

  weir_worker_start (worker);
  wait_state (worker, WEIR_WORKER_WAITING);
  g_assert_error (weir_worker_get_last_error (worker), WEIR_WORKER_ERROR, WEIR_WORKER_ERROR_UNKNOWN_AUTHORITY);
  g_assert_nonnull (strstr (weir_worker_get_last_error (worker)->message, "its authority is not trusted here"));
  g_assert_cmpuint (engine->n_requests, ==, 0);
}

static void
test_session (gconstpointer certificate)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (Front) front = front_new (engine, certificate);
  g_autoptr (WeirWorker) worker = weir_worker_new (front->url, "sealed");
  g_autofree char *text = g_strnfill (3 * 1024 * 1024, 'x');
  g_autoptr (JsonNode) payload = json_node_init_string (json_node_alloc (), text);
  g_autoptr (JsonNode) answer = NULL;
  g_autofree char *id = NULL;
  Async call = NULL;
  MockPeer *peer;

  trust ();
  weir_worker_set_token (worker, "sesame");
  weir_worker_start (worker);
  wait_state (worker, WEIR_WORKER_CONNECTED);
  peer = mock_engine_get_peer (engine, 0);
  g_assert_cmpstr (peer->authorization, ==, "Bearer sesame");
  weir_worker_trigger_async (worker, "a::b", payload, 0, NULL, async_cb, &call);
  id = mock_member (mock_peer_find (peer, "a::b", NULL), "invocation_id");
  mock_peer_send_text (
      peer, "{\"type\":\"invocationresult\",\"invocation_id\":\"%s\",\"function_id\":\"x\",\"result\":\"%s\"}", id,
      text);
  answer = ASYNC_FINISH (weir_worker_trigger_finish, worker, call, NULL);
  g_assert_cmpstr (json_node_get_string (answer), ==, text);
}

/* Through a writer to the mock and from the mock through a reader: flow control and order hold with TLS, too. */
static void
test_channel (gconstpointer certificate)
{
  g_autoptr (MockEngine) engine = mock_engine_new ();
  g_autoptr (Front) front = front_new (engine, certificate);
  g_autoptr (WeirRef) write_ref = weir_ref_new ("c", "k", WEIR_DIRECTION_WRITE);
  g_autoptr (WeirRef) read_ref = weir_ref_new ("c", "k", WEIR_DIRECTION_READ);
  g_autoptr (WeirChannelWriter) writer = weir_channel_writer_new (front->url, write_ref);
  g_autoptr (WeirChannelReader) reader = weir_channel_reader_new (front->url, read_ref);
  g_autoptr (GByteArray) data = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) got = NULL;
  g_autoptr (GError) error = NULL;
  Async written = NULL, closed = NULL, all = NULL;
  MockPeer *peer;

  trust ();
  g_byte_array_set_size (data, 20 * 1000 * 1000);
  for (guint i = 0; i < data->len; i++)
    data->data[i] = i * 7 + (i >> 8) * 13;
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&data));

  weir_channel_writer_write_async (writer, bytes, NULL, async_cb, &written);
  weir_channel_writer_close_async (writer, NULL, async_cb, &closed);
  g_assert_true (ASYNC_FINISH (weir_channel_writer_write_finish, writer, written, &error));
  g_assert_true (ASYNC_FINISH (weir_channel_writer_close_finish, writer, closed, &error));
  g_assert_no_error (error);
  peer = mock_engine_get_peer (engine, 0);
  g_assert_cmpuint (peer->n_bytes, ==, g_bytes_get_size (bytes));
  g_assert_cmpint (peer->code, ==, 1000);

  weir_channel_reader_read_all_async (reader, 0, NULL, async_cb, &all);
  peer = mock_engine_get_peer (engine, 1);
  for (gsize at = 0; at < g_bytes_get_size (bytes); at += 50 * 1000)
    mock_peer_send_binary (peer, (const char *) g_bytes_get_data (bytes, NULL) + at, 50 * 1000);
  mock_peer_close (peer, 0, NULL);
  got = ASYNC_FINISH (weir_channel_reader_read_all_finish, reader, all, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (got, bytes));
}

static void
test_skipped (void)
{
  g_test_skip ("wss:// was not tried: openssl, or TLS for GLib (glib-networking), is not installed");
}

int
main (int argc, char *argv[])
{
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("weir-tls-XXXXXX", &error);
  g_assert_no_error (error);
  path = g_build_filename (folder, "key-and-certificate.pem", NULL);
  if (g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    certificate = make_certificate (&error);

  if (certificate != NULL)
    {
      g_test_add_data_func ("/client/tls/untrusted", certificate, test_untrusted);
      g_test_add_data_func ("/client/tls/session", certificate, test_session);
      g_test_add_data_func ("/client/tls/channel", certificate, test_channel);
    }
  else
    {
      g_test_add_func ("/client/tls", test_skipped);
    }
  status = g_test_run ();
  g_unlink (path);
  g_rmdir (folder);
  g_free (folder);

  return status;
}
