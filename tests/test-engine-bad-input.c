/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "engine-program.h"

/* Hostile input: each gets its error or close code, the log names the cause, and a stream that runs beside it loses
 * nothing. */

/* --- the stream beside it --- */

typedef struct
{
  EngineProgram *engine;
  RawPeer *worker;
  RawPeer *writer;
  RawPeer *reader;
  GThread *thread;
  int is_ending;
  guint n_written; /* the thread's, until it is joined */
} Stage;

/* Numbered messages without an end, with what the engine's buffer holds between us and the reader. */
static gpointer
write_stream (gpointer data)
{
  Stage *stage = data;

  do
    {
      guint32 number = stage->n_written++;
      g_auto (RawFrame) frame = { 0 };

      g_assert_true (raw_peer_send (stage->writer, RAW_FINAL | RAW_BINARY, &number, sizeof number));
      raw_peer_next (stage->reader, &frame);
      g_assert_cmphex (frame.first, ==, RAW_FINAL | RAW_BINARY);
      g_assert_cmpmem (g_bytes_get_data (frame.payload, NULL), g_bytes_get_size (frame.payload), &number,
                       sizeof number);
    }
  while (!g_atomic_int_get (&stage->is_ending));
  return NULL;
}

static void
stage_begin (Stage *stage, const char *const *arguments)
{
  g_autofree char *writer_path = NULL;
  g_autofree char *reader_path = NULL;

  stage->engine = engine_program_start (arguments);
  stage->worker = worker_connect (stage->engine, NULL, NULL);
  worker_create_channel (stage->worker, "{}", &writer_path, &reader_path);
  stage->reader = raw_peer_open (stage->engine->port, reader_path);
  stage->writer = raw_peer_open (stage->engine->port, writer_path);
  stage->thread = g_thread_new ("stream", write_stream, stage);
}

static void
stage_clear (Stage *stage)
{
  g_atomic_int_set (&stage->is_ending, TRUE);
  g_thread_join (stage->thread);
  raw_peer_send_close (stage->writer, 1000, "stream_complete");
  g_assert_cmpuint (raw_peer_wait_close (stage->reader, NULL), ==, 0);
  g_assert_cmpuint (stage->n_written, >, 0);
  worker_sync (stage->worker);
  raw_peer_free (stage->writer);
  raw_peer_free (stage->reader);
  raw_peer_free (stage->worker);
  engine_program_stop (stage->engine);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Stage, stage_clear)

/* --- frames that break a rule --- */

typedef struct
{
  const char *name;
  guint8 bytes[64];
  gsize len;
  guint code;
  const char *logged;
} Broken;

#define MASK 0x37, 0xfa, 0x21, 0x3d

static const Broken broken[] = {
  { "unmasked", { 0x81, 0x02, 'h', 'i' }, 4, 1002, "mask" },
  { "rsv", { 0xc1, 0x80, MASK }, 6, 1002, "RSV" },
  { "opcode", { 0x83, 0x80, MASK }, 6, 1002, "opcode" },
  { "fragmented-control", { 0x09, 0x80, MASK }, 6, 1002, "control" },
  { "long-control", { 0x89, 0xfe, 0x00, 0x7e, MASK }, 8, 1002, "control" },
  { "17-MiB-frame", { 0x82, 0xff, 0, 0, 0, 0, 0x01, 0x10, 0, 0, MASK }, 14, 1009, "16 MiB" },
  { "length-top-bit", { 0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, MASK }, 14, 1002, "length" },
  { "stray-continuation", { 0x80, 0x80, MASK }, 6, 1002, "continuation" },
  { "invalid-utf8", { 0x81, 0x82, 0, 0, 0, 0, 0xc3, 0x28 }, 8, 1007, "UTF-8" },
  { "close-code", { 0x88, 0x82, 0, 0, 0, 0, 0x03, 0xed }, 8, 1002, "close" }, /* 1005 must not be sent */
};

/* Where frames come in: the main socket, telemetry, and both ends of a channel. */
typedef enum
{
  DOOR_WORKER,
  DOOR_OTEL,
  DOOR_WRITER,
  DOOR_READER,
  N_DOORS,
} Door;

static RawPeer *
open_door (Stage *stage, Door door)
{
  g_autofree char *writer_path = NULL;
  g_autofree char *reader_path = NULL;

  if (door == DOOR_WORKER)
    return worker_connect (stage->engine, NULL, NULL);
  if (door == DOOR_OTEL)
    return raw_peer_open (stage->engine->port, "/otel");
  worker_create_channel (stage->worker, "{}", &writer_path, &reader_path);
  return raw_peer_open (stage->engine->port, door == DOOR_WRITER ? writer_path : reader_path);
}

static void
test_frames (gconstpointer data)
{
  const Broken *rule = data;
  g_auto (Stage) stage = { 0 };
  g_autofree char *pattern = g_strdup_printf ("broke the WebSocket protocol*%s", rule->logged);

  stage_begin (&stage, NULL);
  for (Door door = 0; door < N_DOORS; door++)
    {
      g_autoptr (RawPeer) peer = open_door (&stage, door);

      g_assert_true (raw_peer_write (peer, rule->bytes, rule->len));
      g_assert_cmpuint (raw_peer_wait_close (peer, NULL), ==, rule->code);
    }
  engine_program_assert_logged (stage.engine, pattern);
}

/* 8 MiB at a time, never final: refused once 64 MiB are passed, and not kept after that. */
static void
test_endless_fragments (void)
{
  g_auto (Stage) stage = { 0 };
  g_autofree char *part = g_strnfill (8 << 20, 'x');
  g_autoptr (RawPeer) peer = NULL;
  guint n = 0;

  stage_begin (&stage, NULL);
  peer = open_door (&stage, DOOR_WORKER);
  while (n < 20 && raw_peer_send (peer, n == 0 ? RAW_TEXT : RAW_CONTINUATION, part, 8 << 20) &&
         !raw_peer_fill (peer, 0))
    n++;
  g_assert_cmpuint (n, <, 20);
  g_assert_cmpuint (raw_peer_wait_close (peer, NULL), ==, 1009);
  engine_program_assert_logged (stage.engine, "broke the WebSocket protocol*64 MiB");
}

/* --- handshakes --- */

static char *
talk (Stage *stage, const void *data, gsize len)
{
  g_autoptr (RawPeer) peer = raw_peer_connect (stage->engine->port);

  raw_peer_write (peer, data, len);
  return raw_peer_read_all (peer);
}

static void
test_half_a_handshake (void)
{
  g_auto (Stage) stage = { 0 };
  g_autoptr (RawPeer) silent = NULL;
  g_autoptr (RawPeer) half = NULL;
  g_autoptr (RawPeer) left = NULL;
  const char *request = "GET / HTTP/1.1\r\nHost: x\r\n";
  g_autofree char *nothing = NULL;
  gint64 begin = g_get_monotonic_time ();

  stage_begin (&stage, NULL);
  silent = raw_peer_connect (stage.engine->port);
  half = raw_peer_connect (stage.engine->port);
  raw_peer_write (half, request, strlen (request));
  left = raw_peer_connect (stage.engine->port);
  raw_peer_write (left, request, strlen (request));
  shutdown (left->fd, SHUT_WR);
  nothing = raw_peer_read_all (left); /* it is not waited for: nothing can come any more */
  engine_program_assert_logged (stage.engine, "left before its request was complete");
  while (!half->is_at_end)
    g_assert_true (raw_peer_fill (half, RAW_LIMIT_MS));
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, 9900 * 1000);
  while (!silent->is_at_end)
    g_assert_true (raw_peer_fill (silent, RAW_LIMIT_MS));
  engine_program_assert_logged (stage.engine, "its handshake was not complete after 10 s");
}

/* A head that comes byte by byte is a head. */
static void
test_slow_handshake (void)
{
  g_auto (Stage) stage = { 0 };
  g_autoptr (RawPeer) peer = NULL;
  const char *request = "GET / HTTP/1.1\r\nHost: test\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n"
                        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        "Sec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Protocol: x\r\n\r\n";
  g_autofree char *answer = NULL;

  stage_begin (&stage, NULL);
  peer = raw_peer_connect (stage.engine->port);
  for (const char *p = request; *p != '\0'; p++)
    g_assert_true (raw_peer_write (peer, p, 1));
  while (peer->in->len == 0 || memmem (peer->in->data, peer->in->len, "workerregistered", 16) == NULL)
    g_assert_true (raw_peer_fill (peer, RAW_LIMIT_MS) && !peer->is_at_end);
  answer = g_strndup ((const char *) peer->in->data, peer->in->len);
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 101"));
  g_assert_null (strcasestr (answer, "Sec-WebSocket-Extensions"));
  g_assert_null (strcasestr (answer, "Sec-WebSocket-Protocol"));
}

/* Messages right behind the request are not lost. */
static void
test_bytes_with_the_handshake (void)
{
  g_auto (Stage) stage = { 0 };
  g_autoptr (RawPeer) peer = NULL;
  g_autoptr (GByteArray) all = g_byte_array_new ();
  const char *request = "GET / HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

  stage_begin (&stage, NULL);
  g_byte_array_append (all, (const guint8 *) request, (guint) strlen (request));
  for (guint i = 0; i < 1000; i++)
    {
      g_autoptr (GByteArray) frame = raw_frame_build (RAW_FINAL | RAW_TEXT, TRUE, "{\"type\":\"ping\"}", 15);

      g_byte_array_append (all, frame->data, frame->len);
    }
  peer = raw_peer_connect (stage.engine->port);
  g_assert_true (raw_peer_write (peer, all->data, all->len));
  g_assert_cmpuint (raw_peer_read_answer (peer), ==, 101);
  g_free (raw_peer_next_text (peer)); /* workerregistered */
  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *pong = raw_peer_next_text (peer);

      g_assert_cmpstr (pong, ==, "{\"type\":\"pong\"}");
    }
}

static void
test_garbage (void)
{
  const struct
  {
    const char *text;
    const char *status;
    const char *logged;
  } cases[] = {
    { "GARBAGE\r\n\r\n", "HTTP/1.1 400", "HTTP 400*not HTTP as it should be" },
    { "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400", "HTTP 400*a Host" },
    { "GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 400", "HTTP 400*a path" },
    { "\x16\x03\x01\x02\x01", "HTTP/1.1 400", "HTTP 400*TLS" },
    { "hello?\r\n", "HTTP/1.1 400", "HTTP 400*this is not HTTP" },
    { "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n", "HTTP/1.1 413", "HTTP 413*no body" },
    { "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 413", "HTTP 413*no body" },
    { "POST / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 405", "HTTP 405" },
    { "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 426", "HTTP 426" },
    { "GET /../etc HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 4", "HTTP 4" },
  };
  g_auto (Stage) stage = { 0 };

  stage_begin (&stage, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *answer = talk (&stage, cases[i].text, strlen (cases[i].text));

      if (!g_str_has_prefix (answer, cases[i].status))
        g_error ("“%s” was answered “%s”", cases[i].text, answer);
      engine_program_assert_logged (stage.engine, cases[i].logged);
    }
}

static void
test_large_header (void)
{
  g_auto (Stage) stage = { 0 };
  g_autofree char *filler = g_strnfill (1 << 20, 'x');
  g_autofree char *request = g_strdup_printf ("GET / HTTP/1.1\r\nHost: x\r\nX-Filler: %s\r\n\r\n", filler);
  g_autofree char *answer = NULL;

  stage_begin (&stage, NULL);
  answer = talk (&stage, request, strlen (request));
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 431"));
  engine_program_assert_logged (stage.engine, "HTTP 431*larger than 64 KiB");
}

static void
test_silent_connections (void)
{
  g_auto (Stage) stage = { 0 };
  g_autoptr (GPtrArray) silent = g_ptr_array_new_with_free_func ((GDestroyNotify) raw_peer_free);

  stage_begin (&stage, NULL);
  for (guint i = 0; i < 5000; i++)
    g_ptr_array_add (silent, raw_peer_connect (stage.engine->port));
  for (guint i = 0; i < 10; i++) /* a worker gets in */
    {
      g_autoptr (RawPeer) worker = worker_connect (stage.engine, NULL, NULL);

      worker_sync (worker);
    }
  engine_program_assert_logged (stage.engine, "closed*to make room");
}

/* A program that opens all its connections in one go, and speaks then, loses none of them. */
static void
test_burst (void)
{
  const char *request = "GET / HTTP/1.1\r\nHost: test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  g_auto (Stage) stage = { 0 };
  g_autoptr (GPtrArray) peers = g_ptr_array_new_with_free_func ((GDestroyNotify) raw_peer_free);
  gint64 start_us;

  stage_begin (&stage, NULL);
  start_us = g_get_monotonic_time ();
  for (guint i = 0; i < 1000; i++)
    g_ptr_array_add (peers, raw_peer_connect (stage.engine->port));
  /* The engine goes on accepting meanwhile, a connection a turn; on a slow machine they are not to seem silent. */
  for (guint i = 0; i < 600 && g_get_monotonic_time () - start_us < G_USEC_PER_SEC / 2; i++)
    worker_sync (stage.worker);
  for (guint i = 0; i < peers->len; i++)
    g_assert_true (raw_peer_write (peers->pdata[i], request, strlen (request)));
  for (guint i = 0; i < peers->len; i++)
    g_assert_cmpuint (raw_peer_read_answer (peers->pdata[i]), ==, 101);
  g_assert_false (engine_program_has_logged (stage.engine, "to make room", 0));
}

/* --- who may come in --- */

static void
test_origin (void)
{
  const char *const arguments[] = { "--allow-origin", "https://good.example", NULL };
  g_auto (Stage) stage = { 0 };
  guint16 port;

  stage_begin (&stage, arguments);
  port = stage.engine->port;
  g_assert_cmpuint (raw_peer_probe (port, "/", "Origin: https://evil.example\r\n"), ==, 403);
  g_assert_cmpuint (raw_peer_probe (port, "/otel", "Origin: https://evil.example\r\n"), ==, 403);
  g_assert_cmpuint (raw_peer_probe (port, "/ws/channels/x?key=y&dir=read", "Origin: https://evil.example\r\n"), ==,
                    403);
  g_assert_cmpuint (raw_peer_probe (port, "/", "Origin: null\r\n"), ==, 403);
  g_assert_cmpuint (raw_peer_probe (port, "/", "Origin: http://localhost.evil.example\r\n"), ==, 403);
  g_assert_cmpuint (raw_peer_probe (port, "/", "Origin: http://localhost:3000\r\n"), ==, 101);
  g_assert_cmpuint (raw_peer_probe (port, "/", "Origin: https://good.example\r\n"), ==, 101);
  engine_program_assert_logged (stage.engine, "HTTP 403*--allow-origin");
}

static void
test_token (void)
{
  g_autofree char *file = g_build_filename (g_get_tmp_dir (), "weir-token-XXXXXX", NULL);
  int fd = g_mkstemp (file);
  const char *const arguments[] = { "--token-file", file, NULL };
  g_autoptr (EngineProgram) engine = NULL;
  guint16 port;

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, "s3cret\n", 7), ==, 7);
  close (fd);
  engine = engine_program_start (arguments);
  port = engine->port;
  g_assert_cmpuint (raw_peer_probe (port, "/", NULL), ==, 401);
  g_assert_cmpuint (raw_peer_probe (port, "/otel", NULL), ==, 401);
  g_assert_cmpuint (raw_peer_probe (port, "/", "Authorization: Bearer s3cre\r\n"), ==, 401);
  g_assert_cmpuint (raw_peer_probe (port, "/?token=S3cret", NULL), ==, 401);
  g_assert_cmpuint (raw_peer_probe (port, "/", "Authorization: Bearer s3cret\r\n"), ==, 101);
  g_assert_cmpuint (raw_peer_probe (port, "/?token=s3cret", NULL), ==, 101);
  g_assert_cmpuint (raw_peer_probe (port, "/otel?token=s3cret", NULL), ==, 101);
  g_assert_cmpuint (raw_peer_probe (port, "/ws/channels/x?key=y&dir=read", NULL), ==, 404); /* its key is its own */
  /* as SDKs ask that were given an address with a token */
  g_assert_cmpuint (raw_peer_probe (port, "/?token=s3cret/ws/channels/x?key=y&dir=read", NULL), ==, 404);
  g_assert_cmpuint (raw_peer_probe (port, "/?token=s3cret/ws/channels/x", NULL), ==, 400);
  g_assert_cmpuint (raw_peer_probe (port, "/?token=s3cret/ws/channels/", NULL), ==, 400);
  engine_program_assert_logged (engine, "HTTP 401*wants a token");
  engine_program_assert_logged (engine, "HTTP 401*not the token");
  g_assert_false (engine_program_has_logged (engine, "3cre", 0));
  g_unlink (file);
}

/* --- payloads --- */

/* What looks like a ref and is none is a payload as any other. */
static void
test_bad_refs (void)
{
  const char *const refs[] = {
    "{\"r\":{\"channel_id\":1,\"access_key\":true,\"direction\":\"read\"}}",
    "{\"r\":{\"channel_id\":\"x\",\"access_key\":null,\"direction\":\"read\"}}",
    "{\"r\":{\"channel_id\":\"x\",\"access_key\":\"y\",\"direction\":\"sideways\"}}",
    "{\"r\":{\"channel_id\":[\"x\"],\"access_key\":{},\"direction\":7}}",
  };
  g_auto (Stage) stage = { 0 };
  g_autoptr (RawPeer) executor = NULL;

  stage_begin (&stage, NULL);
  executor = worker_connect (stage.engine, NULL, NULL);
  worker_register (executor, "takes::refs");
  for (guint i = 0; i < G_N_ELEMENTS (refs); i++)
    {
      g_autofree char *id = worker_call (stage.worker, "takes::refs", refs[i]);
      g_autofree char *call = raw_peer_next_text (executor);
      g_autofree char *body = g_strndup (refs[i], strlen (refs[i]) - 1);

      assert_message (call, "invocation_id", id);
      g_assert_nonnull (strstr (call, body));
      worker_answer (executor, "takes::refs", id, "1");
      g_free (worker_take_answer (stage.worker, id));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autofree char *path = g_strconcat ("/engine/bad-input/", broken[i].name, NULL);

      g_test_add_data_func (path, &broken[i], test_frames);
    }
  g_test_add_func ("/engine/bad-input/endless-fragments", test_endless_fragments);
  g_test_add_func ("/engine/bad-input/half-a-handshake", test_half_a_handshake);
  g_test_add_func ("/engine/bad-input/slow-handshake", test_slow_handshake);
  g_test_add_func ("/engine/bad-input/bytes-with-the-handshake", test_bytes_with_the_handshake);
  g_test_add_func ("/engine/bad-input/garbage", test_garbage);
  g_test_add_func ("/engine/bad-input/large-header", test_large_header);
  g_test_add_func ("/engine/bad-input/silent-connections", test_silent_connections);
  g_test_add_func ("/engine/bad-input/burst", test_burst);
  g_test_add_func ("/engine/bad-input/origin", test_origin);
  g_test_add_func ("/engine/bad-input/token", test_token);
  g_test_add_func ("/engine/bad-input/bad-refs", test_bad_refs);
  return g_test_run ();
}
