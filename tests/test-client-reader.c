/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-async.h"
#include "weir-client.h"

#include <string.h>

/* The reading end of a channel, against a mock of the stock engine's wire. */

typedef struct
{
  MockEngine *engine;
  WeirChannelReader *reader;
  GString *log; /* what came, in order: "t:TEXT " and "b:SIZE " */
  GByteArray *bytes;
  guint n_messages;
  guint stop_after; /* the handler holds after so many messages, if it is not 0 */
  guint n_ended;
  GError *ended_error; /* nullable */
  guint n_destroyed;
} Fixture;

static void
ended_cb (WeirChannelReader *reader, const GError *error, gpointer user_data)
{
  Fixture *f = user_data;

  f->n_ended++;
  f->ended_error = error != NULL ? g_error_copy (error) : NULL;
  g_string_append (f->log, "end");
}

static void
text_cb (WeirChannelReader *reader, const char *text, gpointer user_data)
{
  Fixture *f = user_data;

  g_string_append_printf (f->log, "t:%s ", text);
}

static gboolean
message_cb (WeirChannelReader *reader, gboolean is_text, const guint8 *data, gsize len, gpointer user_data)
{
  Fixture *f = user_data;

  if (is_text)
    g_string_append_printf (f->log, "t:%.*s ", (int) len, (const char *) data);
  else
    g_string_append_printf (f->log, "b:%" G_GSIZE_FORMAT " ", len);

  return ++f->n_messages != f->stop_after;
}

static void
destroyed_cb (gpointer user_data)
{
  ((Fixture *) user_data)->n_destroyed++;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (WeirRef) ref = weir_ref_new ("c1", "k1", WEIR_DIRECTION_READ);

  f->engine = mock_engine_new ();
  f->reader = weir_channel_reader_new (f->engine->url, ref);
  f->log = g_string_new (NULL);
  f->bytes = g_byte_array_new ();
  g_signal_connect (f->reader, "ended", G_CALLBACK (ended_cb), f);
  g_signal_connect (f->reader, "message", G_CALLBACK (text_cb), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gpointer weak = f->reader;

  g_object_add_weak_pointer (weak, &weak);
  g_signal_handlers_disconnect_by_data (f->reader, f);
  g_object_unref (f->reader);
  mock_engine_free (f->engine);
  mock_wait_until (weak == NULL);
  g_string_free (f->log, TRUE);
  g_byte_array_unref (f->bytes);
  g_clear_error (&f->ended_error);
}

static MockPeer *
set_handler (Fixture *f)
{
  weir_channel_reader_set_handler (f->reader, message_cb, f, destroyed_cb);

  return mock_engine_get_peer (f->engine, 0);
}

static GBytes *
make_bytes (gsize size)
{
  guint8 *data = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    data[i] = i * 7 + (i >> 8) * 13;

  return g_bytes_new_take (data, size);
}

/* Reads once; returns how many bytes came, which go to f->bytes. */
static gssize
read_some (Fixture *f, gsize count, GError **error)
{
  GInputStream *stream = weir_channel_reader_get_stream (f->reader);
  g_autofree guint8 *buffer = g_malloc (count);
  Async async = NULL;
  gssize n;

  g_input_stream_read_async (stream, buffer, count, G_PRIORITY_DEFAULT, NULL, async_cb, &async);
  n = ASYNC_FINISH (g_input_stream_read_finish, stream, async, error);
  if (n > 0)
    {
      g_byte_array_append (f->bytes, buffer, n);
      g_string_append_printf (f->log, "b:%" G_GSSIZE_FORMAT " ", n);
    }

  return n;
}

/* --- the handler --- */

static void
test_handler (Fixture *f, gconstpointer data)
{
  MockPeer *peer;

  run_idle ();
  g_assert_cmpuint (f->engine->n_requests, ==, 0);
  peer = set_handler (f);
  g_assert_cmpstr (peer->path, ==, "/ws/channels/c1?key=k1&dir=read");
  mock_peer_send_text (peer, "one");
  mock_peer_send_binary (peer, "two", 3);
  mock_peer_send_text (peer, "%s", "");
  mock_peer_send_binary (peer, "", 0);
  mock_peer_close (peer, 0, NULL);
  mock_wait_until (f->n_ended == 1);
  g_assert_cmpstr (f->log->str, ==, "t:one b:3 t: b:0 end");
  g_assert_no_error (f->ended_error);
  g_assert_cmpuint (f->n_destroyed, ==, 1); /* at the end: the data may be what keeps the reader */
}

static void
test_hold (Fixture *f, gconstpointer data)
{
  MockPeer *peer;

  f->stop_after = 2;
  peer = set_handler (f);
  for (guint i = 0; i < 5; i++)
    mock_peer_send_text (peer, "%u", i);
  mock_peer_close (peer, 1000, "stream_complete");
  mock_wait_until (f->n_messages == 2);
  run_idle ();
  g_assert_cmpstr (f->log->str, ==, "t:0 t:1 ");
  weir_channel_reader_resume (f->reader);
  mock_wait_until (f->n_ended == 1);
  g_assert_cmpstr (f->log->str, ==, "t:0 t:1 t:2 t:3 t:4 end");
}

/* A handler that holds holds the writer: at most what the kernel takes has left it. */
static void
test_hold_is_felt (Fixture *f, gconstpointer data)
{
  g_autofree char *chunk = g_malloc0 (64 * 1024);
  MockPeer *peer;

  f->stop_after = 1;
  peer = set_handler (f);
  for (guint i = 0; i < 1024; i++)
    mock_peer_send_binary (peer, chunk, 64 * 1024);
  mock_wait_until (f->n_messages == 1);
  run_idle ();
  g_assert_cmpuint (weir_conn_get_queued (peer->conn), >, 32 * 1024 * 1024);
  g_assert_cmpuint (f->n_messages, ==, 1);
  weir_channel_reader_resume (f->reader);
  mock_peer_close (peer, 0, NULL);
  mock_wait_until (f->n_ended == 1);
  g_assert_cmpuint (f->n_messages, ==, 1024);
}

static gboolean
close_in_handler_cb (WeirChannelReader *reader, gboolean is_text, const guint8 *data, gsize len, gpointer user_data)
{
  Fixture *f = user_data;

  f->n_messages++;
  weir_channel_reader_close (reader);
  g_assert_cmpuint (f->n_destroyed, ==, 0); /* still in use */

  return TRUE;
}

static void
test_close_in_handler (Fixture *f, gconstpointer data)
{
  MockPeer *peer;

  weir_channel_reader_set_handler (f->reader, close_in_handler_cb, f, destroyed_cb);
  peer = mock_engine_get_peer (f->engine, 0);
  mock_peer_send_text (peer, "one");
  mock_peer_send_text (peer, "two");
  mock_peer_wait_end (peer);
  g_assert_cmpint (peer->how, ==, WEIR_CLOSED_CLEAN);
  g_assert_cmpint (peer->code, ==, 1000);
  g_assert_cmpstr (peer->reason, ==, "channel_close");
  g_assert_cmpuint (f->n_messages, ==, 1);
  g_assert_cmpuint (f->n_ended, ==, 1);
  g_assert_error (f->ended_error, WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_CLOSED);
  g_assert_cmpuint (f->n_destroyed, ==, 1);
}

static gboolean
drop_in_handler_cb (WeirChannelReader *reader, gboolean is_text, const guint8 *data, gsize len, gpointer user_data)
{
  WeirChannelReader **own = user_data;

  g_clear_object (own);

  return TRUE;
}

static void
test_drop_in_handler (Fixture *f, gconstpointer data)
{
  g_autoptr (WeirRef) ref = weir_ref_new ("c2", "k2", WEIR_DIRECTION_READ);
  WeirChannelReader *reader = weir_channel_reader_new (f->engine->url, ref);
  MockPeer *peer;

  weir_channel_reader_set_handler (reader, drop_in_handler_cb, &reader, NULL);
  peer = mock_engine_get_peer (f->engine, 0);
  mock_peer_send_text (peer, "one");
  mock_peer_send_text (peer, "two");
  mock_peer_wait_end (peer);
  g_assert_null (reader);
}

/* --- the end --- */

typedef struct
{
  guint16 code;
  const char *reason;
  gboolean is_abort;
  int error; /* -1: none */
} End;

static const End ends[] = {
  { 0, NULL, FALSE, -1 },
  { 1000, "stream_complete", FALSE, -1 },
  { 1011, "writer_lost", FALSE, WEIR_CHANNEL_ERROR_WRITER_LOST },
  { 1011, "keepalive ping timeout", FALSE, WEIR_CHANNEL_ERROR_LOST },
  { 1001, "expired", FALSE, WEIR_CHANNEL_ERROR_LOST },
  { 0, NULL, TRUE, WEIR_CHANNEL_ERROR_LOST },
};

static void
do_end (MockPeer *peer, const End *end)
{
  if (end->is_abort)
    mock_peer_abort (peer);
  else
    mock_peer_close (peer, end->code, end->reason);
}

static void
assert_end (const GError *error, const End *end)
{
  if (end->error < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, WEIR_CHANNEL_ERROR, end->error);
}

static void
test_end_of_handler (Fixture *f, gconstpointer data)
{
  MockPeer *peer = set_handler (f);

  mock_peer_send_text (peer, "last words");
  mock_wait_until (weir_conn_get_queued (peer->conn) == 0);
  do_end (peer, data);
  mock_wait_until (f->n_ended == 1);
  g_assert_cmpstr (f->log->str, ==, "t:last words end");
  assert_end (f->ended_error, data);
}

static void
test_end_of_stream (Fixture *f, gconstpointer data)
{
  const End *end = data;
  g_autoptr (GError) error = NULL;
  GInputStream *stream = weir_channel_reader_get_stream (f->reader);
  guint8 buffer[100];
  Async async = NULL;
  MockPeer *peer;

  g_input_stream_read_async (stream, buffer, sizeof buffer, G_PRIORITY_DEFAULT, NULL, async_cb, &async);
  peer = mock_engine_get_peer (f->engine, 0);
  mock_peer_send_binary (peer, "1234567890", 10);
  g_assert_cmpint (ASYNC_FINISH (g_input_stream_read_finish, stream, async, NULL), ==, 10);
  do_end (peer, end);
  g_assert_cmpint (read_some (f, 100, &error), ==, end->error < 0 ? 0 : -1);
  assert_end (error, end);
  g_clear_error (&error);
  g_assert_cmpint (read_some (f, 100, &error), ==, end->error < 0 ? 0 : -1); /* and stays so */
  assert_end (error, end);
}

static void
test_end_of_all (Fixture *f, gconstpointer data)
{
  const End *end = data;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  Async async = NULL;
  MockPeer *peer;

  weir_channel_reader_read_all_async (f->reader, 0, NULL, async_cb, &async);
  peer = mock_engine_get_peer (f->engine, 0);
  mock_peer_send_binary (peer, "1234567890", 10);
  mock_wait_until (weir_conn_get_queued (peer->conn) == 0);
  do_end (peer, end);
  bytes = ASYNC_FINISH (weir_channel_reader_read_all_finish, f->reader, async, &error);
  assert_end (error, end);
  g_assert_cmpint (bytes != NULL, ==, end->error < 0);
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  int code = GPOINTER_TO_INT (data) == 404 ? WEIR_CHANNEL_ERROR_NOT_FOUND : WEIR_CHANNEL_ERROR_CONNECT;

  f->engine->refuse_with = GPOINTER_TO_INT (data);
  weir_channel_reader_set_handler (f->reader, message_cb, f, NULL);
  mock_wait_until (f->n_ended == 1);
  g_assert_error (f->ended_error, WEIR_CHANNEL_ERROR, code);
  g_assert_null (strstr (f->ended_error->message, "k1"));
}

/* --- the stream --- */

static void
test_stream (Fixture *f, gconstpointer data)
{
  GInputStream *stream = weir_channel_reader_get_stream (f->reader);
  g_autoptr (GBytes) bytes = make_bytes (300 * 1000);
  const char *at = g_bytes_get_data (bytes, NULL);
  g_autoptr (GError) error = NULL;
  guint8 buffer[8];
  Async async = NULL;
  MockPeer *peer;
  gsize step = 1;

  g_assert_true (stream == weir_channel_reader_get_stream (f->reader));
  g_assert_cmpint (g_input_stream_read (stream, buffer, sizeof buffer, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  run_idle ();
  g_assert_cmpuint (f->engine->n_requests, ==, 0);

  g_input_stream_read_async (stream, buffer, sizeof buffer, G_PRIORITY_DEFAULT, NULL, async_cb, &async);
  peer = mock_engine_get_peer (f->engine, 0);
  mock_peer_send_binary (peer, at, 65536);
  mock_peer_send_binary (peer, "", 0); /* is nothing in a stream, and no end */
  mock_peer_send_binary (peer, at + 65536, 65536);
  mock_peer_send_binary (peer, at + 2 * 65536, 300 * 1000 - 2 * 65536);
  mock_peer_close (peer, 0, NULL);
  g_assert_cmpint (ASYNC_FINISH (g_input_stream_read_finish, stream, async, NULL), ==, sizeof buffer);
  g_byte_array_append (f->bytes, buffer, sizeof buffer);
  while (read_some (f, step, NULL) > 0)
    step = step * 3 + 1;
  g_assert_cmpmem (f->bytes->data, f->bytes->len, at, 300 * 1000);
  g_assert_cmpuint (f->n_ended, ==, 1);
}

/* One read takes many small messages, as many as there are. */
static void
test_stream_gathers (Fixture *f, gconstpointer data)
{
  GInputStream *stream = weir_channel_reader_get_stream (f->reader);
  guint8 buffer[1000];
  Async async = NULL;
  MockPeer *peer;
  guint n_reads = 0;

  g_input_stream_read_async (stream, buffer, 1, G_PRIORITY_DEFAULT, NULL, async_cb, &async);
  peer = mock_engine_get_peer (f->engine, 0);
  for (guint i = 0; i < 500; i++)
    mock_peer_send_binary (peer, "ab", 2);
  mock_peer_close (peer, 0, NULL);
  g_assert_cmpint (ASYNC_FINISH (g_input_stream_read_finish, stream, async, NULL), ==, 1);
  while (read_some (f, sizeof buffer, NULL) > 0)
    n_reads++;
  g_assert_cmpuint (f->bytes->len, ==, 999);
  g_assert_cmpuint (n_reads, <, 50);
}

/* A text is told after the bytes that were before it, and before those after it. */
static void
test_stream_order (Fixture *f, gconstpointer data)
{
  GInputStream *stream = weir_channel_reader_get_stream (f->reader);
  g_autoptr (GError) error = NULL;
  guint8 buffer[3];
  Async async = NULL;
  MockPeer *peer;

  g_input_stream_read_async (stream, buffer, sizeof buffer, G_PRIORITY_DEFAULT, NULL, async_cb, &async);
  peer = mock_engine_get_peer (f->engine, 0);
  mock_peer_send_text (peer, "first");
  mock_peer_send_binary (peer, "abc", 3);
  mock_peer_send_text (peer, "second");
  mock_peer_send_text (peer, "third");
  mock_peer_send_binary (peer, "defghi", 6);
  mock_peer_send_text (peer, "fourth");
  mock_peer_close (peer, 0, NULL);
  g_assert_cmpint (ASYNC_FINISH (g_input_stream_read_finish, stream, async, NULL), ==, 3);
  g_string_append (f->log, "b:3 ");
  run_idle ();
  g_assert_cmpstr (f->log->str, ==, "t:first b:3 ");
  while (read_some (f, 4, &error) > 0)
    ;
  g_assert_no_error (error);
  g_assert_cmpstr (f->log->str, ==, "t:first b:3 t:second t:third b:4 b:2 t:fourth end");
}

/* Nobody reads, so nothing is taken from the writer but one message and a buffer. */
static void
test_stream_holds (Fixture *f, gconstpointer data)
{
  GInputStream *stream = weir_channel_reader_get_stream (f->reader);
  g_autofree char *chunk = g_malloc0 (64 * 1024);
  Async async = NULL;
  guint8 byte;
  MockPeer *peer;

  g_input_stream_read_async (stream, &byte, 1, G_PRIORITY_DEFAULT, NULL, async_cb, &async);
  peer = mock_engine_get_peer (f->engine, 0);
  for (guint i = 0; i < 512; i++)
    mock_peer_send_binary (peer, chunk, 64 * 1024);
  mock_peer_close (peer, 0, NULL);
  g_assert_cmpint (ASYNC_FINISH (g_input_stream_read_finish, stream, async, NULL), ==, 1);
  run_idle ();
  g_assert_cmpuint (weir_conn_get_queued (peer->conn), >, 16 * 1024 * 1024);
  while (read_some (f, 1024 * 1024, NULL) > 0)
    ;
  g_assert_cmpuint (f->bytes->len, ==, 512 * 64 * 1024 - 1);
}

static void
test_stream_cancel (Fixture *f, gconstpointer data)
{
  GInputStream *stream = weir_channel_reader_get_stream (f->reader);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  guint8 *buffer = g_malloc (100);
  Async async = NULL;
  MockPeer *peer;

  g_input_stream_read_async (stream, buffer, 100, G_PRIORITY_DEFAULT, cancellable, async_cb, &async);
  peer = mock_engine_get_peer (f->engine, 0);
  g_cancellable_cancel (cancellable);
  g_assert_cmpint (ASYNC_FINISH (g_input_stream_read_finish, stream, async, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_free (buffer); /* it is ours again */
  mock_peer_send_binary (peer, "later", 5);
  g_assert_cmpint (read_some (f, 100, NULL), ==, 5);
}

static void
test_stream_close (Fixture *f, gconstpointer data)
{
  GInputStream *stream = weir_channel_reader_get_stream (f->reader);
  Async async = NULL, closed = NULL;
  guint8 buffer[10];
  MockPeer *peer;

  g_input_stream_read_async (stream, buffer, sizeof buffer, G_PRIORITY_DEFAULT, NULL, async_cb, &async);
  peer = mock_engine_get_peer (f->engine, 0);
  mock_peer_send_binary (peer, "x", 1);
  g_assert_cmpint (ASYNC_FINISH (g_input_stream_read_finish, stream, async, NULL), ==, 1);
  g_input_stream_close_async (stream, G_PRIORITY_DEFAULT, NULL, async_cb, &closed);
  g_assert_true (ASYNC_FINISH (g_input_stream_close_finish, stream, closed, NULL));
  mock_peer_wait_end (peer);
  g_assert_cmpstr (peer->reason, ==, "channel_close");
}

static void
test_stream_outlives (Fixture *f, gconstpointer data)
{
  g_autoptr (WeirRef) ref = weir_ref_new ("c2", "k2", WEIR_DIRECTION_READ);
  WeirChannelReader *reader = weir_channel_reader_new (f->engine->url, ref);
  g_autoptr (GInputStream) stream = g_object_ref (weir_channel_reader_get_stream (reader));
  g_autoptr (GError) error = NULL;
  Async async = NULL;
  char byte;

  g_object_unref (reader);
  g_input_stream_read_async (stream, &byte, 1, G_PRIORITY_DEFAULT, NULL, async_cb, &async);
  g_assert_cmpint (ASYNC_FINISH (g_input_stream_read_finish, stream, async, &error), ==, -1);
  g_assert_error (error, WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_CLOSED);
}

static void
test_splice (Fixture *f, gconstpointer data)
{
  GInputStream *stream = weir_channel_reader_get_stream (f->reader);
  g_autoptr (GOutputStream) target = g_memory_output_stream_new_resizable ();
  g_autoptr (GBytes) bytes = make_bytes (1000 * 1000);
  g_autoptr (GBytes) got = NULL;
  g_autoptr (GError) error = NULL;
  Async async = NULL;
  MockPeer *peer;

  g_output_stream_splice_async (target, stream,
                                G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE | G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
                                G_PRIORITY_DEFAULT, NULL, async_cb, &async);
  peer = mock_engine_get_peer (f->engine, 0);
  for (gsize at = 0; at < 1000 * 1000; at += 50 * 1000)
    mock_peer_send_binary (peer, (const char *) g_bytes_get_data (bytes, NULL) + at, 50 * 1000);
  mock_peer_close (peer, 0, NULL);
  g_assert_cmpint (ASYNC_FINISH (g_output_stream_splice_finish, target, async, &error), ==, 1000 * 1000);
  g_assert_no_error (error);
  got = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (target));
  g_assert_true (g_bytes_equal (got, bytes));
}

/* --- all of it --- */

static void
test_read_all (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  Async async = NULL;
  MockPeer *peer;

  weir_channel_reader_read_all_async (f->reader, 10, NULL, async_cb, &async);
  peer = mock_engine_get_peer (f->engine, 0);
  mock_peer_send_binary (peer, "12345", 5);
  mock_peer_send_text (peer, "between");
  mock_peer_send_binary (peer, "67890", 5);
  mock_peer_close (peer, 0, NULL);
  bytes = ASYNC_FINISH (weir_channel_reader_read_all_finish, f->reader, async, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "1234567890", 10);
  g_assert_cmpstr (f->log->str, ==, "t:between end");
}

static void
test_read_all_empty (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  Async async = NULL;

  f->engine->closes_at_once = TRUE;
  weir_channel_reader_read_all_async (f->reader, 0, NULL, async_cb, &async);
  bytes = ASYNC_FINISH (weir_channel_reader_read_all_finish, f->reader, async, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, 0);
}

static void
test_read_all_too_large (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  Async async = NULL;
  MockPeer *peer;

  weir_channel_reader_read_all_async (f->reader, 9, NULL, async_cb, &async);
  peer = mock_engine_get_peer (f->engine, 0);
  mock_peer_send_binary (peer, "12345", 5);
  mock_peer_send_binary (peer, "67890", 5);
  g_assert_null (ASYNC_FINISH (weir_channel_reader_read_all_finish, f->reader, async, &error));
  g_assert_error (error, WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_TOO_LARGE);
  mock_peer_wait_end (peer); /* the writer need not go on */
  g_assert_cmpstr (peer->reason, ==, "channel_close");
}

static void
test_read_all_cancel (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  Async async = NULL;
  MockPeer *peer;

  weir_channel_reader_read_all_async (f->reader, 0, cancellable, async_cb, &async);
  peer = mock_engine_get_peer (f->engine, 0);
  mock_peer_send_binary (peer, "12345", 5);
  g_cancellable_cancel (cancellable);
  g_assert_null (ASYNC_FINISH (weir_channel_reader_read_all_finish, f->reader, async, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  mock_peer_wait_end (peer);
}

/* --- leaving --- */

static void
test_close_early (Fixture *f, gconstpointer data)
{
  weir_channel_reader_close (f->reader); /* never used */
  g_assert_cmpuint (f->n_ended, ==, 1);
  g_assert_error (f->ended_error, WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_CLOSED);
  weir_channel_reader_close (f->reader);
  g_assert_cmpuint (f->n_ended, ==, 1);
  g_assert_cmpuint (f->engine->n_requests, ==, 0);
}

static void
test_close_while_connecting (Fixture *f, gconstpointer data)
{
  weir_channel_reader_set_handler (f->reader, message_cb, f, destroyed_cb);
  weir_channel_reader_close (f->reader);
  g_assert_cmpuint (f->n_ended, ==, 1);
  g_assert_cmpuint (f->n_destroyed, ==, 1);
  run_idle ();
  g_assert_cmpuint (f->n_ended, ==, 1);
}

/* A stock engine never looks at a reader's socket; leaving must not wait for it. Data that comes meanwhile is not
 * handed over. */
static void
test_close_unanswered (Fixture *f, gconstpointer data)
{
  MockPeer *peer = set_handler (f);

  mock_peer_send_text (peer, "one");
  mock_wait_until (f->n_messages == 1);
  weir_conn_set_paused (peer->conn, TRUE);
  weir_channel_reader_close (f->reader);
  mock_peer_send_text (peer, "two");
  run_idle ();
  g_assert_cmpstr (f->log->str, ==, "t:one end");
}

static void
test_abort (Fixture *f, gconstpointer data)
{
  MockPeer *peer = set_handler (f);

  mock_peer_send_text (peer, "one");
  mock_wait_until (f->n_messages == 1);
  weir_channel_reader_abort (f->reader);
  g_assert_cmpuint (f->n_ended, ==, 1);
  mock_peer_wait_end (peer);
  g_assert_cmpint (peer->how, ==, WEIR_CLOSED_LOST);
  weir_channel_reader_abort (f->reader);
  g_assert_cmpuint (f->n_ended, ==, 1);
}

static void
add (const char *name, gconstpointer data, void (*func) (Fixture *f, gconstpointer data))
{
  g_autofree char *path = g_strconcat ("/client/reader/", name, NULL);

  g_test_add (path, Fixture, data, set_up, func, tear_down);
}

static void
add_ends (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *handler = g_strdup_printf ("end-of-handler/%u", i);
      g_autofree char *stream = g_strdup_printf ("end-of-stream/%u", i);
      g_autofree char *all = g_strdup_printf ("end-of-all/%u", i);

      add (handler, &ends[i], test_end_of_handler);
      add (stream, &ends[i], test_end_of_stream);
      add (all, &ends[i], test_end_of_all);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("handler", NULL, test_handler);
  add ("hold", NULL, test_hold);
  add ("hold-is-felt", NULL, test_hold_is_felt);
  add ("close-in-handler", NULL, test_close_in_handler);
  add ("drop-in-handler", NULL, test_drop_in_handler);
  add_ends ();
  add ("not-found", GINT_TO_POINTER (404), test_refused);
  add ("refused", GINT_TO_POINTER (503), test_refused);
  add ("stream", NULL, test_stream);
  add ("stream-gathers", NULL, test_stream_gathers);
  add ("stream-order", NULL, test_stream_order);
  add ("stream-holds", NULL, test_stream_holds);
  add ("stream-cancel", NULL, test_stream_cancel);
  add ("stream-close", NULL, test_stream_close);
  add ("stream-outlives", NULL, test_stream_outlives);
  add ("splice", NULL, test_splice);
  add ("read-all", NULL, test_read_all);
  add ("read-all-empty", NULL, test_read_all_empty);
  add ("read-all-too-large", NULL, test_read_all_too_large);
  add ("read-all-cancel", NULL, test_read_all_cancel);
  add ("close-early", NULL, test_close_early);
  add ("close-while-connecting", NULL, test_close_while_connecting);
  add ("close-unanswered", NULL, test_close_unanswered);
  add ("abort", NULL, test_abort);

  return g_test_run ();
}
