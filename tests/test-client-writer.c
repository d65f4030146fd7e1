/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-async.h"
#include "weir-client.h"

#include <string.h>

/* The writing end of a channel, against a mock of the stock engine's wire. */

typedef struct
{
  MockEngine *engine;
  WeirChannelWriter *writer;
  guint n_closed;
  GError *closed_error; /* nullable */
} Fixture;

static void
closed_cb (WeirChannelWriter *writer, const GError *error, gpointer user_data)
{
  Fixture *f = user_data;

  f->n_closed++;
  f->closed_error = error != NULL ? g_error_copy (error) : NULL;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (WeirRef) ref = weir_ref_new ("c1", "k1", WEIR_DIRECTION_WRITE);

  f->engine = mock_engine_new ();
  f->writer = weir_channel_writer_new (f->engine->url, ref);
  g_signal_connect (f->writer, "closed", G_CALLBACK (closed_cb), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gpointer weak = f->writer;

  g_signal_handlers_disconnect_by_data (f->writer, f);
  g_object_add_weak_pointer (weak, &weak);
  g_object_unref (f->writer);
  mock_engine_free (f->engine);
  g_assert_null (weak);
  g_clear_error (&f->closed_error);
}

static void
write_text (Fixture *f, const char *text)
{
  Async async = NULL;
  g_autoptr (GError) error = NULL;

  weir_channel_writer_send_message_async (f->writer, text, NULL, async_cb, &async);
  ASYNC_FINISH (weir_channel_writer_send_message_finish, f->writer, async, &error);
  g_assert_no_error (error);
}

static GBytes *
make_bytes (gsize size)
{
  guint8 *data = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    data[i] = i * 7 + (i >> 8) * 13;

  return g_bytes_new_take (data, size);
}

static void
write_bytes (Fixture *f, gsize size)
{
  g_autoptr (GBytes) bytes = make_bytes (size);
  g_autoptr (GError) error = NULL;
  Async async = NULL;

  weir_channel_writer_write_async (f->writer, bytes, NULL, async_cb, &async);
  ASYNC_FINISH (weir_channel_writer_write_finish, f->writer, async, &error);
  g_assert_no_error (error);
}

/* Tries to write until it is told that there is no sense in it. */
static GError *
write_until_it_fails (Fixture *f)
{
  g_autoptr (GBytes) bytes = make_bytes (1000);
  GError *error = NULL;

  while (error == NULL)
    {
      Async async = NULL;

      weir_channel_writer_write_async (f->writer, bytes, NULL, async_cb, &async);
      ASYNC_FINISH (weir_channel_writer_write_finish, f->writer, async, &error);
    }

  return error;
}

/* --- */

static void
test_messages (Fixture *f, gconstpointer data)
{
  MockPeer *peer;
  Async closed = NULL;
  g_autoptr (GError) error = NULL;
  gint64 sent_us;

  run_idle ();
  g_assert_cmpuint (f->engine->n_requests, ==, 0);
  write_text (f, "{\"n\":1}");
  peer = mock_engine_get_peer (f->engine, 0);
  g_assert_cmpstr (peer->path, ==, "/ws/channels/c1?key=k1&dir=write");
  write_bytes (f, 3);
  write_text (f, "");
  write_bytes (f, 0);
  sent_us = g_get_monotonic_time ();
  weir_channel_writer_close_async (f->writer, NULL, async_cb, &closed);
  g_assert_true (ASYNC_FINISH (weir_channel_writer_close_finish, f->writer, closed, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_get_monotonic_time () - sent_us, >=, 9 * 1000); /* as every SDK waits before its close */

  g_assert_cmpuint (peer->messages->len, ==, 4);
  g_assert_cmpstr (mock_peer_get_text (peer, 0), ==, "{\"n\":1}");
  g_assert_false (mock_peer_get_message (peer, 1)->is_text);
  g_assert_cmpuint (mock_peer_get_message (peer, 1)->size, ==, 3);
  g_assert_cmpstr (mock_peer_get_text (peer, 2), ==, "");
  g_assert_false (mock_peer_get_message (peer, 3)->is_text);
  g_assert_cmpuint (mock_peer_get_message (peer, 3)->size, ==, 0);
  g_assert_cmpint (peer->how, ==, WEIR_CLOSED_CLEAN);
  g_assert_cmpint (peer->code, ==, 1000);
  g_assert_cmpstr (peer->reason, ==, "stream_complete");
  g_assert_cmpuint (f->n_closed, ==, 1);
  g_assert_no_error (f->closed_error);
}

static void
test_chunks (Fixture *f, gconstpointer data)
{
  static const gsize sizes[] = { 65535, 65536, 65537, 200000, 5 * 65536 };
  MockPeer *peer = NULL;
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GBytes) bytes = make_bytes (sizes[i]);
      const char *wanted = g_bytes_get_data (bytes, NULL);
      gsize at = 0;

      write_bytes (f, sizes[i]);
      peer = mock_engine_get_peer (f->engine, 0);
      while (at < sizes[i])
        {
          const MockMessage *message = mock_peer_get_message (peer, n++);

          g_assert_cmpuint (message->size, ==, MIN (sizes[i] - at, 65536));
          g_assert_cmpmem (message->data, message->size, wanted + at, message->size);
          at += message->size;
        }
    }
  g_assert_cmpuint (peer->messages->len, ==, n);
}

/* Text is one message, whatever its size. */
static void
test_long_text (Fixture *f, gconstpointer data)
{
  g_autofree char *text = g_strnfill (4 * 1024 * 1024, 'x');

  write_text (f, text);
  g_assert_cmpstr (mock_peer_get_text (mock_engine_get_peer (f->engine, 0), 0), ==, text);
}

static void
test_bad_text (Fixture *f, gconstpointer data)
{
  g_autofree char *text = g_strnfill (17 * 1024 * 1024, 'x');
  g_autoptr (GError) large = NULL;
  g_autoptr (GError) broken = NULL;
  Async async = NULL;

  weir_channel_writer_send_message_async (f->writer, text, NULL, async_cb, &async);
  g_assert_false (ASYNC_FINISH (weir_channel_writer_send_message_finish, f->writer, async, &large));
  g_assert_error (large, WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_TOO_LARGE);
  weir_channel_writer_send_message_async (f->writer, "\xff", NULL, async_cb, &async);
  g_assert_false (ASYNC_FINISH (weir_channel_writer_send_message_finish, f->writer, async, &broken));
  g_assert_error (broken, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  write_text (f, "fine");
}

/* Text and binary in one order, also where nobody waits for one write before the next. */
static void
test_order (Fixture *f, gconstpointer data)
{
  Async asyncs[60] = { NULL };
  MockPeer *peer;

  for (guint i = 0; i < G_N_ELEMENTS (asyncs); i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);
      g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

      if (i % 3 == 0)
        weir_channel_writer_send_message_async (f->writer, text, NULL, async_cb, &asyncs[i]);
      else
        weir_channel_writer_write_async (f->writer, bytes, NULL, async_cb, &asyncs[i]);
    }
  peer = mock_engine_get_peer (f->engine, 0);
  for (guint i = 0; i < G_N_ELEMENTS (asyncs); i++)
    {
      g_autofree char *text = g_strdup_printf ("%u", i);

      g_assert_true (ASYNC_FINISH (weir_channel_writer_write_finish, f->writer, asyncs[i], NULL));
      g_assert_cmpstr (mock_peer_get_message (peer, i)->data, ==, text);
      g_assert_cmpint (mock_peer_get_message (peer, i)->is_text, ==, i % 3 == 0);
    }
}

/* Whether it is done while there is anything left to do, and a while beyond. */
static gboolean
write_completes (Async *async)
{
  gint64 end_us = g_get_monotonic_time () + 200 * 1000;

  mock_poll_until (*async != NULL || g_get_monotonic_time () > end_us);

  return *async != NULL;
}

/* A peer that does not read: the writes stop completing after what the kernel takes, and go on when it reads. */
static void
test_backpressure (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) bytes = make_bytes (1024 * 1024);
  MockPeer *peer;
  Async async = NULL, closed = NULL;
  g_autoptr (GError) error = NULL;
  guint n_taken = 0;
  gint64 held_us;

  f->engine->does_not_read = TRUE;
  weir_channel_writer_write_async (f->writer, bytes, NULL, async_cb, &async);
  peer = mock_engine_get_peer (f->engine, 0);
  while (write_completes (&async))
    {
      g_assert_true (ASYNC_FINISH (weir_channel_writer_write_finish, f->writer, async, NULL));
      g_assert_cmpuint (++n_taken, <, 64);
      weir_channel_writer_write_async (f->writer, bytes, NULL, async_cb, &async);
    }
  g_assert_null (async);
  held_us = weir_channel_writer_get_held_us (f->writer);
  mock_poll_until (weir_channel_writer_get_held_us (f->writer) > held_us);

  weir_channel_writer_close_async (f->writer, NULL, async_cb, &closed);
  weir_conn_set_paused (peer->conn, FALSE);
  g_assert_true (ASYNC_FINISH (weir_channel_writer_write_finish, f->writer, async, NULL));
  g_assert_true (ASYNC_FINISH (weir_channel_writer_close_finish, f->writer, closed, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (peer->n_bytes, ==, (n_taken + 1) * g_bytes_get_size (bytes));
  held_us = weir_channel_writer_get_held_us (f->writer);
  g_assert_cmpint (held_us, >, 0);
  g_assert_cmpint (weir_channel_writer_get_held_us (f->writer), ==, held_us);
}

/* All writes have been taken, and wait behind our end of the connection: so does the close. */
static void
test_held_to_the_end (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) bytes = make_bytes (64 * 1024);
  Async async = NULL, closed = NULL;
  g_autoptr (GError) error = NULL;
  MockPeer *peer;

  f->engine->does_not_read = TRUE;
  weir_channel_writer_write_async (f->writer, bytes, NULL, async_cb, &async);
  peer = mock_engine_get_peer (f->engine, 0);
  g_assert_true (ASYNC_FINISH (weir_channel_writer_write_finish, f->writer, async, NULL));
  weir_channel_writer_close_async (f->writer, NULL, async_cb, &closed);
  mock_poll_until (weir_channel_writer_get_held_us (f->writer) > 20000);
  g_assert_true (weir_channel_writer_is_held (f->writer));
  weir_conn_set_paused (peer->conn, FALSE);
  g_assert_true (ASYNC_FINISH (weir_channel_writer_close_finish, f->writer, closed, &error));
  g_assert_no_error (error);
  g_assert_false (weir_channel_writer_is_held (f->writer));
}

static void
test_empty (Fixture *f, gconstpointer data)
{
  MockPeer *peer;
  g_autoptr (GError) error = NULL;
  Async closed = NULL;

  weir_channel_writer_close_async (f->writer, NULL, async_cb, &closed);
  peer = mock_engine_get_peer (f->engine, 0);
  g_assert_true (ASYNC_FINISH (weir_channel_writer_close_finish, f->writer, closed, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (peer->messages->len, ==, 0);
  g_assert_cmpint (peer->code, ==, 1000);
}

/* Whoever closes and forgets: what was accepted arrives, and the close. */
static void
test_close_and_forget (Fixture *f, gconstpointer data)
{
  g_autoptr (WeirRef) ref = weir_ref_new ("c2", "k2", WEIR_DIRECTION_WRITE);
  WeirChannelWriter *writer = weir_channel_writer_new (f->engine->url, ref);
  g_autoptr (GBytes) bytes = make_bytes (3 * 1024 * 1024);
  gpointer weak = writer;
  MockPeer *peer;

  g_object_add_weak_pointer (weak, &weak);
  f->engine->does_not_read = TRUE;
  weir_channel_writer_write_async (writer, bytes, NULL, NULL, NULL);
  weir_channel_writer_close_async (writer, NULL, NULL, NULL);
  g_object_unref (writer);
  peer = mock_engine_get_peer (f->engine, 0);
  run_idle ();
  weir_conn_set_paused (peer->conn, FALSE);
  mock_peer_wait_end (peer);
  g_assert_cmpuint (peer->n_bytes, ==, g_bytes_get_size (bytes));
  g_assert_cmpint (peer->code, ==, 1000);
  wait_gone (&weak);
}

/* Dropped without a close it looks like a crash, not like the end. */
static void
test_drop (Fixture *f, gconstpointer data)
{
  g_autoptr (WeirRef) ref = weir_ref_new ("c2", "k2", WEIR_DIRECTION_WRITE);
  WeirChannelWriter *writer = weir_channel_writer_new (f->engine->url, ref);
  Async sent = NULL;
  MockPeer *peer;

  weir_channel_writer_send_message_async (writer, "half of it", NULL, async_cb, &sent);
  g_assert_true (ASYNC_FINISH (weir_channel_writer_send_message_finish, writer, sent, NULL));
  g_object_unref (writer);
  peer = mock_engine_get_peer (f->engine, 0);
  mock_peer_wait_end (peer);
  g_assert_cmpint (peer->how, ==, WEIR_CLOSED_LOST);
  g_assert_cmpstr (mock_peer_get_text (peer, 0), ==, "half of it");
}

static void
test_abort (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) bytes = make_bytes (32 * 1024 * 1024);
  g_autoptr (GError) error = NULL;
  Async async = NULL;
  MockPeer *peer;

  f->engine->does_not_read = TRUE;
  weir_channel_writer_write_async (f->writer, bytes, NULL, async_cb, &async);
  peer = mock_engine_get_peer (f->engine, 0);
  run_idle ();
  weir_channel_writer_abort (f->writer);
  g_assert_false (ASYNC_FINISH (weir_channel_writer_write_finish, f->writer, async, &error));
  g_assert_error (error, WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_CLOSED);
  weir_conn_set_paused (peer->conn, FALSE);
  mock_peer_wait_end (peer);
  g_assert_cmpint (peer->how, ==, WEIR_CLOSED_LOST);
  g_assert_cmpuint (f->n_closed, ==, 1);
  weir_channel_writer_abort (f->writer);
  g_assert_cmpuint (f->n_closed, ==, 1);
}

static void
test_abort_unused (Fixture *f, gconstpointer data)
{
  weir_channel_writer_abort (f->writer);
  g_assert_cmpuint (f->n_closed, ==, 1);
  g_assert_error (f->closed_error, WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_CLOSED);
  run_idle ();
  g_assert_cmpuint (f->engine->n_requests, ==, 0);
}

static void
test_after_close (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) bytes = make_bytes (1);
  g_autoptr (GError) early = NULL;
  g_autoptr (GError) late = NULL;
  g_autoptr (GError) again = NULL;
  Async write = NULL, closed = NULL, second = NULL;

  weir_channel_writer_close_async (f->writer, NULL, async_cb, &closed);
  weir_channel_writer_write_async (f->writer, bytes, NULL, async_cb, &write);
  g_assert_false (ASYNC_FINISH (weir_channel_writer_write_finish, f->writer, write, &early));
  g_assert_error (early, WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_CLOSED);
  g_assert_true (ASYNC_FINISH (weir_channel_writer_close_finish, f->writer, closed, NULL));
  weir_channel_writer_write_async (f->writer, bytes, NULL, async_cb, &write);
  g_assert_false (ASYNC_FINISH (weir_channel_writer_write_finish, f->writer, write, &late));
  g_assert_error (late, WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_CLOSED);
  weir_channel_writer_close_async (f->writer, NULL, async_cb, &second);
  g_assert_false (ASYNC_FINISH (weir_channel_writer_close_finish, f->writer, second, &again));
  g_assert_error (again, WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_CLOSED);
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) bytes = make_bytes (10);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) closing = NULL;
  Async async = NULL, closed = NULL;
  int code = GPOINTER_TO_INT (data) == 404 ? WEIR_CHANNEL_ERROR_NOT_FOUND : WEIR_CHANNEL_ERROR_CONNECT;

  f->engine->refuse_with = GPOINTER_TO_INT (data);
  weir_channel_writer_write_async (f->writer, bytes, NULL, async_cb, &async);
  weir_channel_writer_close_async (f->writer, NULL, async_cb, &closed);
  g_assert_false (ASYNC_FINISH (weir_channel_writer_write_finish, f->writer, async, &error));
  g_assert_error (error, WEIR_CHANNEL_ERROR, code);
  g_assert_null (strstr (error->message, "k1"));
  g_assert_false (ASYNC_FINISH (weir_channel_writer_close_finish, f->writer, closed, &closing));
  g_assert_error (closing, WEIR_CHANNEL_ERROR, code);
  g_assert_cmpuint (f->n_closed, ==, 1);
  g_assert_error (f->closed_error, WEIR_CHANNEL_ERROR, code);
}

/* How an engine may end a connection whose writer has not closed. */
typedef struct
{
  guint16 code;
  const char *reason;
  gboolean is_abort;
  int error;
} End;

static const End reader_left = { 1001, "reader_left", FALSE, WEIR_CHANNEL_ERROR_READER_LEFT };
static const End expired = { 1001, "expired", FALSE, WEIR_CHANNEL_ERROR_LOST };
static const End taken = { 0, NULL, FALSE, WEIR_CHANNEL_ERROR_TAKEN };
static const End other = { 1011, "trouble", FALSE, WEIR_CHANNEL_ERROR_LOST };
static const End dropped = { 0, NULL, TRUE, WEIR_CHANNEL_ERROR_LOST };

static void
do_end (MockPeer *peer, const End *end)
{
  if (end->is_abort)
    mock_peer_abort (peer);
  else
    mock_peer_close (peer, end->code, end->reason);
}

static void
test_ended_by_engine (Fixture *f, gconstpointer data)
{
  const End *end = data;
  g_autoptr (GError) error = NULL;

  write_text (f, "one");
  do_end (mock_engine_get_peer (f->engine, 0), end);
  mock_wait_until (f->n_closed == 1);
  g_assert_error (f->closed_error, WEIR_CHANNEL_ERROR, end->error);
  error = write_until_it_fails (f);
  g_assert_error (error, WEIR_CHANNEL_ERROR, end->error);
}

/* While writes wait for room: they fail at once, and all of them. */
static void
test_ended_while_held (Fixture *f, gconstpointer data)
{
  const End *end = data;
  g_autoptr (GBytes) bytes = make_bytes (32 * 1024 * 1024);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) second_error = NULL;
  Async first = NULL, second = NULL;

  f->engine->does_not_read = TRUE;
  weir_channel_writer_write_async (f->writer, bytes, NULL, async_cb, &first);
  weir_channel_writer_send_message_async (f->writer, "after that", NULL, async_cb, &second);
  do_end (mock_engine_get_peer (f->engine, 0), end);
  g_assert_false (ASYNC_FINISH (weir_channel_writer_write_finish, f->writer, first, &error));
  g_assert_error (error, WEIR_CHANNEL_ERROR, end->error);
  g_assert_false (ASYNC_FINISH (weir_channel_writer_send_message_finish, f->writer, second, &second_error));
  g_assert_error (second_error, WEIR_CHANNEL_ERROR, end->error);
}

/* While the close waits for its answer: not everything arrived, and the caller is told. */
static void
test_ended_while_closing (Fixture *f, gconstpointer data)
{
  const End *end = data;
  g_autoptr (GError) error = NULL;
  Async closed = NULL;
  MockPeer *peer;

  f->engine->does_not_read = TRUE;
  write_text (f, "one");
  peer = mock_engine_get_peer (f->engine, 0);
  weir_channel_writer_close_async (f->writer, NULL, async_cb, &closed);
  g_assert_false (write_completes (&closed)); /* beyond the delay before the close */
  do_end (peer, end);
  g_assert_false (ASYNC_FINISH (weir_channel_writer_close_finish, f->writer, closed, &error));
  g_assert_error (error, WEIR_CHANNEL_ERROR, end->error);
}

/* A second writer, who has nothing to say, must not believe that it was heard. */
static void
test_taken_empty (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  Async closed = NULL;

  f->engine->closes_at_once = TRUE;
  weir_channel_writer_close_async (f->writer, NULL, async_cb, &closed);
  g_assert_false (ASYNC_FINISH (weir_channel_writer_close_finish, f->writer, closed, &error));
  g_assert_error (error, WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_TAKEN);
}

static void
test_cancel (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) bytes = make_bytes (32 * 1024 * 1024);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) close_error = NULL;
  Async first = NULL, second = NULL, closed = NULL;
  MockPeer *peer;

  f->engine->does_not_read = TRUE;
  weir_channel_writer_write_async (f->writer, bytes, NULL, async_cb, &first);
  weir_channel_writer_send_message_async (f->writer, "never mind", cancellable, async_cb, &second);
  weir_channel_writer_close_async (f->writer, cancellable, async_cb, &closed);
  peer = mock_engine_get_peer (f->engine, 0);
  g_cancellable_cancel (cancellable);
  g_assert_false (ASYNC_FINISH (weir_channel_writer_send_message_finish, f->writer, second, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (ASYNC_FINISH (weir_channel_writer_close_finish, f->writer, closed, &close_error));
  g_assert_error (close_error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  /* Only the waiting has ended: the channel is closed all the same, behind what was accepted. */
  weir_conn_set_paused (peer->conn, FALSE);
  g_assert_true (ASYNC_FINISH (weir_channel_writer_write_finish, f->writer, first, NULL));
  mock_peer_wait_end (peer);
  g_assert_cmpint (peer->code, ==, 1000);
  g_assert_cmpuint (peer->messages->len, ==, 512);
  mock_wait_until (f->n_closed == 1);
}

/* --- the stream --- */

static void
test_stream (Fixture *f, gconstpointer data)
{
  GOutputStream *stream = weir_channel_writer_get_stream (f->writer);
  g_autoptr (GBytes) bytes = make_bytes (150 * 1000);
  g_autoptr (GError) error = NULL;
  Async async = NULL, closed = NULL;
  MockPeer *peer;

  g_assert_true (stream == weir_channel_writer_get_stream (f->writer));
  g_assert_cmpint (g_output_stream_write (stream, "x", 1, NULL, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_output_stream_write_bytes_async (stream, bytes, G_PRIORITY_DEFAULT, NULL, async_cb, &async);
  g_assert_cmpint (ASYNC_FINISH (g_output_stream_write_bytes_finish, stream, async, NULL), ==, 150 * 1000);
  peer = mock_engine_get_peer (f->engine, 0);
  g_assert_cmpuint (mock_peer_get_message (peer, 2)->size, ==, 150 * 1000 - 2 * 65536);
  g_output_stream_close_async (stream, G_PRIORITY_DEFAULT, NULL, async_cb, &closed);
  g_assert_true (ASYNC_FINISH (g_output_stream_close_finish, stream, closed, NULL));
  g_assert_true (g_output_stream_is_closed (stream));
  g_assert_cmpint (peer->code, ==, 1000);
}

/* What had been taken by then is whole messages; nothing of the rest goes after it. */
static void
test_stream_cancel (Fixture *f, gconstpointer data)
{
  GOutputStream *stream = weir_channel_writer_get_stream (f->writer);
  g_autoptr (GBytes) bytes = make_bytes (32 * 1024 * 1024);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  MockPeer *peer;
  Async async = NULL;

  f->engine->does_not_read = TRUE;
  g_output_stream_write_bytes_async (stream, bytes, G_PRIORITY_DEFAULT, cancellable, async_cb, &async);
  mock_poll_until (weir_channel_writer_get_held_us (f->writer) > 0);
  g_cancellable_cancel (cancellable);
  g_assert_cmpint (ASYNC_FINISH (g_output_stream_write_bytes_finish, stream, async, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  peer = mock_engine_get_peer (f->engine, 0);
  weir_conn_set_paused (peer->conn, FALSE);
  write_text (f, "after that");
  mock_peer_find (peer, "after that", NULL);
  g_assert_cmpuint (peer->n_bytes, <, g_bytes_get_size (bytes));
  g_assert_cmpuint (peer->n_bytes % 65536, ==, 0);
}

static void
test_stream_outlives (Fixture *f, gconstpointer data)
{
  g_autoptr (WeirRef) ref = weir_ref_new ("c2", "k2", WEIR_DIRECTION_WRITE);
  WeirChannelWriter *writer = weir_channel_writer_new (f->engine->url, ref);
  g_autoptr (GOutputStream) stream = g_object_ref (weir_channel_writer_get_stream (writer));
  g_autoptr (GError) error = NULL;
  Async async = NULL;

  g_object_unref (writer);
  g_output_stream_write_async (stream, "x", 1, G_PRIORITY_DEFAULT, NULL, async_cb, &async);
  g_assert_cmpint (ASYNC_FINISH (g_output_stream_write_finish, stream, async, &error), ==, -1);
  g_assert_error (error, WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_CLOSED);
}

static void
test_splice (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) bytes = make_bytes (1000 * 1000);
  g_autoptr (GInputStream) source = g_memory_input_stream_new_from_bytes (bytes);
  GOutputStream *stream = weir_channel_writer_get_stream (f->writer);
  g_autoptr (GByteArray) got = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  Async async = NULL;
  MockPeer *peer;

  g_output_stream_splice_async (stream, source,
                                G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE | G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
                                G_PRIORITY_DEFAULT, NULL, async_cb, &async);
  peer = mock_engine_get_peer (f->engine, 0);
  g_assert_cmpint (ASYNC_FINISH (g_output_stream_splice_finish, stream, async, &error), ==, 1000 * 1000);
  g_assert_no_error (error);
  g_assert_true (g_output_stream_is_closed (stream));
  g_assert_true (g_input_stream_is_closed (source));
  g_assert_cmpuint (peer->messages->len, ==, 16); /* of 64 KiB, not of the 8 KiB that GIO would read */
  for (guint i = 0; i < peer->messages->len; i++)
    g_byte_array_append (got, (const guint8 *) mock_peer_get_message (peer, i)->data,
                         mock_peer_get_message (peer, i)->size);
  g_assert_cmpmem (got->data, got->len, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* What could not be read to its end must not end like something whole. */
static void
test_splice_broken_source (Fixture *f, gconstpointer data)
{
  g_autoptr (GInputStream) garbage = g_memory_input_stream_new_from_data ("not compressed", -1, NULL);
  g_autoptr (GConverter) converter = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  g_autoptr (GInputStream) source = g_converter_input_stream_new (garbage, converter);
  GOutputStream *stream = weir_channel_writer_get_stream (f->writer);
  g_autoptr (GError) error = NULL;
  Async async = NULL;
  MockPeer *peer;

  write_text (f, "a beginning");
  g_output_stream_splice_async (stream, source, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, G_PRIORITY_DEFAULT, NULL, async_cb,
                                &async);
  g_assert_cmpint (ASYNC_FINISH (g_output_stream_splice_finish, stream, async, &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  peer = mock_engine_get_peer (f->engine, 0);
  mock_peer_wait_end (peer);
  g_assert_cmpint (peer->how, ==, WEIR_CLOSED_LOST);
}

static void
test_splice_reader_leaves (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) bytes = make_bytes (32 * 1024 * 1024);
  g_autoptr (GInputStream) source = g_memory_input_stream_new_from_bytes (bytes);
  GOutputStream *stream = weir_channel_writer_get_stream (f->writer);
  g_autoptr (GError) error = NULL;
  Async async = NULL;

  f->engine->does_not_read = TRUE;
  g_output_stream_splice_async (stream, source,
                                G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE | G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
                                G_PRIORITY_DEFAULT, NULL, async_cb, &async);
  mock_poll_until (weir_channel_writer_get_held_us (f->writer) > 0);
  mock_peer_close (mock_engine_get_peer (f->engine, 0), 1001, "reader_left");
  g_assert_cmpint (ASYNC_FINISH (g_output_stream_splice_finish, stream, async, &error), ==, -1);
  g_assert_error (error, WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_READER_LEFT);
  g_assert_true (g_input_stream_is_closed (source));
}

static void
add (const char *name, gconstpointer data, void (*func) (Fixture *f, gconstpointer data))
{
  g_autofree char *path = g_strconcat ("/client/writer/", name, NULL);

  g_test_add (path, Fixture, data, set_up, func, tear_down);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("messages", NULL, test_messages);
  add ("held-to-the-end", NULL, test_held_to_the_end);
  add ("chunks", NULL, test_chunks);
  add ("long-text", NULL, test_long_text);
  add ("bad-text", NULL, test_bad_text);
  add ("order", NULL, test_order);
  add ("backpressure", NULL, test_backpressure);
  add ("empty", NULL, test_empty);
  add ("close-and-forget", NULL, test_close_and_forget);
  add ("drop", NULL, test_drop);
  add ("abort", NULL, test_abort);
  add ("abort-unused", NULL, test_abort_unused);
  add ("after-close", NULL, test_after_close);
  add ("not-found", GINT_TO_POINTER (404), test_refused);
  add ("refused", GINT_TO_POINTER (503), test_refused);
  add ("reader-left", &reader_left, test_ended_by_engine);
  add ("expired", &expired, test_ended_by_engine);
  add ("taken", &taken, test_ended_by_engine);
  add ("closed-otherwise", &other, test_ended_by_engine);
  add ("dropped", &dropped, test_ended_by_engine);
  add ("reader-left-while-held", &reader_left, test_ended_while_held);
  add ("dropped-while-held", &dropped, test_ended_while_held);
  add ("reader-left-while-closing", &reader_left, test_ended_while_closing);
  add ("dropped-while-closing", &dropped, test_ended_while_closing);
  add ("taken-empty", NULL, test_taken_empty);
  add ("cancel", NULL, test_cancel);
  add ("stream", NULL, test_stream);
  add ("stream-cancel", NULL, test_stream_cancel);
  add ("stream-outlives", NULL, test_stream_outlives);
  add ("splice", NULL, test_splice);
  add ("splice-broken-source", NULL, test_splice_broken_source);
  add ("splice-reader-leaves", NULL, test_splice_reader_leaves);

  return g_test_run ();
}
