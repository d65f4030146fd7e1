/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine-program.h"
#include "weir-engine.h"

/* The life of a channel, without the faults of the stock engine (§5.11 of the protocol notes). */

typedef struct
{
  EngineProgram *engine;
  RawPeer *worker;
  char *writer_path;
  char *reader_path;
} Stage;

static void
stage_begin (Stage *stage, const char *create)
{
  stage->engine = engine_program_start (NULL);
  stage->worker = worker_connect (stage->engine, NULL, NULL);
  worker_create_channel (stage->worker, create, &stage->writer_path, &stage->reader_path);
}

static char *
dup_key (Stage *stage)
{
  const char *key = strstr (stage->reader_path, "key=") + strlen ("key=");

  return g_strndup (key, strcspn (key, "&"));
}

/* Whatever has happened, the access key is not in the log. */
static void
stage_clear (Stage *stage)
{
  g_autofree char *key = dup_key (stage);

  g_assert_false (engine_program_has_logged (stage->engine, key, 0));
  raw_peer_free (stage->worker);
  engine_program_stop (stage->engine);
  g_free (stage->writer_path);
  g_free (stage->reader_path);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Stage, stage_clear)

static RawPeer *
open_writer (Stage *stage)
{
  return raw_peer_open (stage->engine->port, stage->writer_path);
}

static RawPeer *
open_reader (Stage *stage)
{
  return raw_peer_open (stage->engine->port, stage->reader_path);
}

static void
send_binary (RawPeer *peer, const char *text)
{
  g_assert_true (raw_peer_send (peer, RAW_FINAL | RAW_BINARY, text, strlen (text)));
}

static void
assert_next (RawPeer *peer, guint8 first, const char *text)
{
  g_auto (RawFrame) frame = { 0 };

  raw_peer_next (peer, &frame);
  g_assert_cmphex (frame.first, ==, first);
  g_assert_cmpmem (g_bytes_get_data (frame.payload, NULL), g_bytes_get_size (frame.payload), text, strlen (text));
}

static void
wait_forgotten (Stage *stage)
{
  gint64 until = g_get_monotonic_time () + RAW_LIMIT_MS * 1000;

  while (raw_peer_probe (stage->engine->port, stage->reader_path, NULL) != 404)
    g_assert_cmpint (g_get_monotonic_time (), <, until);
}

static void
test_both_kinds_in_order (void)
{
  g_auto (Stage) stage = { 0 };
  g_autoptr (RawPeer) reader = NULL;
  g_autoptr (RawPeer) writer = NULL;

  stage_begin (&stage, "{}");
  reader = open_reader (&stage);
  writer = open_writer (&stage);
  send_binary (writer, "one");
  raw_peer_send_text (writer, "two ö");
  send_binary (writer, "");
  raw_peer_send_text (writer, "");
  send_binary (writer, "three");
  raw_peer_send_close (writer, 1000, "stream_complete");
  assert_next (reader, RAW_FINAL | RAW_BINARY, "one");
  assert_next (reader, RAW_FINAL | RAW_TEXT, "two ö");
  assert_next (reader, RAW_FINAL | RAW_BINARY, "");
  assert_next (reader, RAW_FINAL | RAW_TEXT, "");
  assert_next (reader, RAW_FINAL | RAW_BINARY, "three");
  g_assert_cmpuint (raw_peer_wait_close (reader, NULL), ==, 0);
  g_assert_cmpuint (raw_peer_wait_close (writer, NULL), ==, 1000);
}

static void
test_writer_leaves_first (void)
{
  g_auto (Stage) stage = { 0 };
  g_autoptr (RawPeer) writer = NULL;
  g_autoptr (RawPeer) reader = NULL;

  stage_begin (&stage, "{}");
  writer = open_writer (&stage);
  for (guint i = 0; i < 63; i++)
    send_binary (writer, "kept");
  raw_peer_send_close (writer, 1000, "");
  g_assert_cmpuint (raw_peer_wait_close (writer, NULL), ==, 1000); /* at once: nobody reads yet */
  reader = open_reader (&stage);
  for (guint i = 0; i < 63; i++)
    assert_next (reader, RAW_FINAL | RAW_BINARY, "kept");
  g_assert_cmpuint (raw_peer_wait_close (reader, NULL), ==, 0);
}

static void
assert_pong (RawPeer *peer, const char *text)
{
  raw_peer_send (peer, RAW_FINAL | RAW_PING, text, strlen (text));
  for (;;)
    {
      g_auto (RawFrame) frame = { 0 };

      raw_peer_receive (peer, &frame);
      if (frame.first == (RAW_FINAL | RAW_PING)) /* the engine's question, what we have taken */
        continue;
      g_assert_cmphex (frame.first, ==, RAW_FINAL | RAW_PONG);
      g_assert_cmpmem (g_bytes_get_data (frame.payload, NULL), g_bytes_get_size (frame.payload), text, strlen (text));
      return;
    }
}

static void
test_reader_pings (void)
{
  g_auto (Stage) stage = { 0 };
  g_autoptr (RawPeer) reader = NULL;
  g_autoptr (RawPeer) writer = NULL;

  stage_begin (&stage, "{}");
  reader = open_reader (&stage);
  assert_pong (reader, "before there is a writer");
  writer = open_writer (&stage);
  assert_pong (writer, "a writer that is not held");
  assert_pong (reader, "while it is idle");
  send_binary (writer, "data");
  assert_next (reader, RAW_FINAL | RAW_BINARY, "data");
  assert_pong (reader, "afterwards");
}

static void
test_reader_leaves (void)
{
  g_auto (Stage) stage = { 0 };
  g_autoptr (RawPeer) reader = NULL;
  g_autoptr (RawPeer) writer = NULL;
  g_autofree char *reason = NULL;

  stage_begin (&stage, "{}");
  reader = open_reader (&stage);
  writer = open_writer (&stage);
  send_binary (writer, "one");
  assert_next (reader, RAW_FINAL | RAW_BINARY, "one");
  raw_peer_send_close (reader, 1000, "channel_close");
  g_assert_cmpuint (raw_peer_wait_close (writer, &reason), ==, 1001); /* it writes nothing, and is told */
  g_assert_cmpstr (reason, ==, "reader_left");
  engine_program_assert_logged (stage.engine, "its reader left");
  wait_forgotten (&stage);
}

static void
test_reader_lost (void)
{
  g_auto (Stage) stage = { 0 };
  RawPeer *reader = NULL;
  g_autoptr (RawPeer) writer = NULL;

  stage_begin (&stage, "{}");
  reader = open_reader (&stage);
  writer = open_writer (&stage);
  send_binary (writer, "one");
  assert_next (reader, RAW_FINAL | RAW_BINARY, "one");
  raw_peer_free (reader);
  g_assert_cmpuint (raw_peer_wait_close (writer, NULL), ==, 1001);
}

static void
test_writer_lost (void)
{
  g_auto (Stage) stage = { 0 };
  g_autoptr (RawPeer) reader = NULL;
  RawPeer *writer = NULL;
  g_autofree char *reason = NULL;

  stage_begin (&stage, "{}");
  writer = open_writer (&stage);
  for (guint i = 0; i < 10; i++)
    send_binary (writer, "accepted");
  raw_peer_free (writer);
  reader = open_reader (&stage);
  for (guint i = 0; i < 10; i++)
    assert_next (reader, RAW_FINAL | RAW_BINARY, "accepted");
  g_assert_cmpuint (raw_peer_wait_close (reader, &reason), ==, 1011);
  g_assert_cmpstr (reason, ==, "writer_lost");
  engine_program_assert_logged (stage.engine, "its writer was lost without a close after 10 messages");
}

static void
test_forgotten (void)
{
  g_auto (Stage) stage = { 0 };

  stage_begin (&stage, "{}");
  {
    g_autoptr (RawPeer) reader = open_reader (&stage);
    g_autoptr (RawPeer) writer = open_writer (&stage);

    raw_peer_send_close (writer, 1000, "");
    g_assert_cmpuint (raw_peer_wait_close (reader, NULL), ==, 0);
    raw_peer_send_close (reader, 1000, "");
  }
  wait_forgotten (&stage);
  g_assert_cmpuint (raw_peer_probe (stage.engine->port, stage.writer_path, NULL), ==, 404);
}

static void
test_second_end (void)
{
  g_auto (Stage) stage = { 0 };
  g_autoptr (RawPeer) reader = NULL;
  g_autoptr (RawPeer) writer = NULL;
  g_autoptr (RawPeer) second_reader = NULL;
  g_autoptr (RawPeer) second_writer = NULL;

  stage_begin (&stage, "{}");
  reader = open_reader (&stage);
  writer = open_writer (&stage);
  send_binary (writer, "before");
  assert_next (reader, RAW_FINAL | RAW_BINARY, "before");
  second_reader = open_reader (&stage);
  g_assert_cmpuint (raw_peer_wait_close (second_reader, NULL), ==, 0);
  second_writer = open_writer (&stage);
  send_binary (second_writer, "not taken");
  g_assert_cmpuint (raw_peer_wait_close (second_writer, NULL), ==, 0);
  engine_program_assert_logged (stage.engine, "closed a second reader");
  engine_program_assert_logged (stage.engine, "closed a second writer");
  send_binary (writer, "after");
  assert_next (reader, RAW_FINAL | RAW_BINARY, "after");
}

static void
test_refused_requests (void)
{
  g_auto (Stage) stage = { 0 };
  g_autofree char *key = NULL;
  g_autofree char *no_dir = NULL;
  g_autofree char *bad_dir = NULL;
  g_autofree char *wrong_key = NULL;
  guint16 port;

  stage_begin (&stage, "{}");
  port = stage.engine->port;
  key = dup_key (&stage);
  no_dir = g_strndup (stage.reader_path, (gsize) (strstr (stage.reader_path, "&dir") - stage.reader_path));
  bad_dir = g_strconcat (no_dir, "&dir=both", NULL);
  wrong_key = g_strdup (stage.reader_path);
  *strstr (wrong_key, key) ^= 1;
  g_assert_cmpuint (raw_peer_probe (port, no_dir, NULL), ==, 400);
  g_assert_cmpuint (raw_peer_probe (port, bad_dir, NULL), ==, 400);
  g_assert_cmpuint (raw_peer_probe (port, "/ws/channels/x?dir=read", NULL), ==, 400);
  g_assert_cmpuint (raw_peer_probe (port, wrong_key, NULL), ==, 404);
  g_assert_cmpuint (raw_peer_probe (port, "/ws/channels/?key=x&dir=read", NULL), ==, 404);
  g_assert_cmpuint (raw_peer_probe (port, "/ws/channels/a/b?key=x&dir=read", NULL), ==, 404);
  g_assert_cmpuint (raw_peer_probe (port, "/elsewhere", NULL), ==, 404);
  g_assert_cmpuint (raw_peer_probe (port, "/ws/channels/no-such?key=hush&dir=read", NULL), ==, 404);
  engine_program_assert_logged (stage.engine,
                                "refused with HTTP 404: Channel not found*channel *-*-* is there*its key");
  engine_program_assert_logged (stage.engine, "refused with HTTP 404: Channel not found*no channel no-such,");
  engine_program_assert_logged (stage.engine, "refused with HTTP 404: Channel not found*no channel's id");
  g_assert_false (engine_program_has_logged (stage.engine, key, 0));
  g_assert_false (engine_program_has_logged (stage.engine, "hush", 0));
}

static void
test_create (void)
{
  const char *const good[] = { "null",
                               "{}",
                               "{\"buffer_size\":null}",
                               "{\"buffer_size\":0}",
                               "{\"buffer_size\":8,\"x\":1}",
                               "{\"buffer_size\":1000000}" };
  const char *const bad[] = { "7", "[]", "{\"buffer_size\":-1}", "{\"buffer_size\":1.5}", "{\"buffer_size\":\"8\"}" };
  g_auto (Stage) stage = { 0 };

  stage_begin (&stage, "{}");
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *writer = NULL;
      g_autofree char *reader = NULL;

      worker_create_channel (stage.worker, good[i], &writer, &reader);
    }
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *id = worker_call (stage.worker, "engine::channels::create", bad[i]);
      g_autofree char *answer = worker_take_answer (stage.worker, id);

      assert_error (answer, "deserialization_error");
      g_assert_nonnull (strstr (answer, "Failed to deserialize input for engine::channels::create: "));
    }
}

/* A buffer of one holds its writer at the second message, and lets it go on when that is read. */
static void
test_buffer_size (void)
{
  g_auto (Stage) stage = { 0 };
  g_autoptr (RawPeer) writer = NULL;
  g_autoptr (RawPeer) reader = NULL;
  g_auto (RawFrame) nothing = { 0 };

  stage_begin (&stage, "{\"buffer_size\":1}");
  writer = open_writer (&stage);
  send_binary (writer, "one");
  send_binary (writer, "two");
  raw_peer_send (writer, RAW_FINAL | RAW_PING, "behind", 6);
  g_assert_false (raw_peer_poll (writer, &nothing, 200)); /* held: the ping behind the second is not reached */
  reader = open_reader (&stage);
  assert_next (reader, RAW_FINAL | RAW_BINARY, "one");
  assert_next (reader, RAW_FINAL | RAW_BINARY, "two");
  raw_peer_receive (writer, &nothing);
  g_assert_cmphex (nothing.first, ==, RAW_FINAL | RAW_PONG);
}

/* --- an engine of our own, whose channels expire soon --- */

typedef struct
{
  GThread *thread;
  GMutex lock;
  GCond changed;
  GMainContext *context;
  GMainLoop *loop;
  guint16 port;
} Quick;

static gpointer
run_quick (gpointer data)
{
  Quick *quick = data;
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (context, FALSE);
  g_autoptr (WeirEngineOptions) options = weir_engine_options_new ();
  g_autoptr (WeirEngine) engine = NULL;
  g_autoptr (GError) error = NULL;

  g_main_context_push_thread_default (context);
  g_free (options->common.listen);
  options->common.listen = g_strdup ("localhost:0");
  options->expiry_us = G_USEC_PER_SEC; /* a loaded machine may keep a sign of life waiting for some of that */
  engine = weir_engine_new (options, &error);
  g_assert_no_error (error);
  g_mutex_lock (&quick->lock);
  quick->loop = loop;
  quick->port = (guint16) atoi (strrchr (weir_engine_get_url (engine), ':') + 1);
  g_cond_signal (&quick->changed);
  g_mutex_unlock (&quick->lock);
  g_main_loop_run (loop);
  g_clear_pointer (&engine, weir_engine_free);
  g_main_context_pop_thread_default (context);
  return NULL;
}

static void
quick_begin (Quick *quick)
{
  g_mutex_init (&quick->lock);
  g_cond_init (&quick->changed);
  quick->thread = g_thread_new ("engine", run_quick, quick);
  g_mutex_lock (&quick->lock);
  while (quick->port == 0)
    g_cond_wait (&quick->changed, &quick->lock);
  g_mutex_unlock (&quick->lock);
}

static void
quick_clear (Quick *quick)
{
  g_main_loop_quit (quick->loop);
  g_thread_join (quick->thread);
  g_mutex_clear (&quick->lock);
  g_cond_clear (&quick->changed);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Quick, quick_clear)

static RawPeer *
quick_connect (Quick *quick)
{
  RawPeer *worker = raw_peer_open (quick->port, "/");

  g_free (raw_peer_next_text (worker));
  return worker;
}

static void
test_expiry (void)
{
  g_auto (Quick) quick = { 0 };
  g_autoptr (RawPeer) worker = NULL;
  g_autoptr (RawPeer) writer = NULL;
  g_autoptr (RawPeer) reader = NULL;
  g_autofree char *alone_writer = NULL;
  g_autofree char *alone_reader = NULL;
  g_autofree char *unread_writer = NULL;
  g_autofree char *unread_reader = NULL;
  g_autofree char *unused_writer = NULL;
  g_autofree char *unused_reader = NULL;
  gint64 until = g_get_monotonic_time () + RAW_LIMIT_MS * 1000;

  quick_begin (&quick);
  worker = quick_connect (&quick);
  worker_create_channel (worker, "{}", &alone_writer, &alone_reader);
  worker_create_channel (worker, "{}", &unread_writer, &unread_reader);
  worker_create_channel (worker, "{}", &unused_writer, &unused_reader);
  reader = raw_peer_open (quick.port, alone_reader);
  writer = raw_peer_open (quick.port, unread_writer);
  g_assert_cmpuint (raw_peer_wait_close (reader, NULL), ==, 1001);
  g_assert_cmpuint (raw_peer_wait_close (writer, NULL), ==, 1001);
  while (raw_peer_probe (quick.port, unused_reader, NULL) != 404)
    g_assert_cmpint (g_get_monotonic_time (), <, until);
}

/* Every sign of life counts: a writer that writes now and then keeps its channel for a reader that comes late. */
static void
test_life_defers_expiry (void)
{
  g_auto (Quick) quick = { 0 };
  g_autoptr (RawPeer) worker = NULL;
  g_autoptr (RawPeer) writer = NULL;
  g_autoptr (RawPeer) reader = NULL;
  g_autofree char *writer_path = NULL;
  g_autofree char *reader_path = NULL;
  g_auto (RawFrame) nothing = { 0 };

  quick_begin (&quick);
  worker = quick_connect (&quick);
  worker_create_channel (worker, "{}", &writer_path, &reader_path);
  writer = raw_peer_open (quick.port, writer_path);
  for (guint i = 0; i < 30; i++) /* 3 s, three times the expiry */
    {
      send_binary (writer, "still here");
      g_assert_false (raw_peer_poll (writer, &nothing, 100));
    }
  reader = raw_peer_open (quick.port, reader_path);
  assert_next (reader, RAW_FINAL | RAW_BINARY, "still here");
}

/* An engine that is dropped with everything in use leaves nothing behind (leaks are looked for). */
static void
test_engine_freed (void)
{
  g_auto (Quick) quick = { 0 };
  g_autoptr (RawPeer) worker = NULL;
  g_autoptr (RawPeer) writer = NULL;
  g_autoptr (RawPeer) telemetry = NULL;
  g_autofree char *writer_path = NULL;
  g_autofree char *reader_path = NULL;

  quick_begin (&quick);
  worker = quick_connect (&quick);
  worker_register (worker, "some::function");
  telemetry = raw_peer_open (quick.port, "/otel");
  worker_create_channel (worker, "{}", &writer_path, &reader_path);
  writer = raw_peer_open (quick.port, writer_path);
  send_binary (writer, "data");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/channels/both-kinds-in-order", test_both_kinds_in_order);
  g_test_add_func ("/engine/channels/writer-leaves-first", test_writer_leaves_first);
  g_test_add_func ("/engine/channels/reader-pings", test_reader_pings);
  g_test_add_func ("/engine/channels/reader-leaves", test_reader_leaves);
  g_test_add_func ("/engine/channels/reader-lost", test_reader_lost);
  g_test_add_func ("/engine/channels/writer-lost", test_writer_lost);
  g_test_add_func ("/engine/channels/forgotten", test_forgotten);
  g_test_add_func ("/engine/channels/second-end", test_second_end);
  g_test_add_func ("/engine/channels/refused-requests", test_refused_requests);
  g_test_add_func ("/engine/channels/create", test_create);
  g_test_add_func ("/engine/channels/buffer-size", test_buffer_size);
  g_test_add_func ("/engine/channels/expiry", test_expiry);
  g_test_add_func ("/engine/channels/life-defers-expiry", test_life_defers_expiry);
  g_test_add_func ("/engine/channels/engine-freed", test_engine_freed);
  return g_test_run ();
}
