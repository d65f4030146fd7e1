/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine-program.h"

/* Flow control: a fast writer, a slow reader, an engine that stays small. */

#define MESSAGE_SIZE (64 * 1024)
#define TEXT_EVERY   16 /* each so many-th message is text */

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TOTAL_BYTES (150ull * 1000 * 1000)
#else
#define TOTAL_BYTES (500ull * 1000 * 1000)
#endif

#define N_MESSAGES ((guint) (TOTAL_BYTES / MESSAGE_SIZE))

/* What the engine may grow by while it holds a channel's buffer of 8 MiB. */
#define MAX_GROWTH_KIB (40 * 1024)

/* The largest that the kernel lets a socket's buffer grow to by itself. */
static guint64
kernel_limit (const char *name)
{
  g_autofree char *path = g_strdup_printf ("/proc/sys/net/ipv4/%s", name);
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return g_ascii_strtoull (strrchr (g_strstrip (text), '\t') + 1, NULL, 10);
}

/* What may lie between the ends beside the engine's buffer: the kernel's buffers of two loopback connections. How far
 * they really grow depends on how the processes are scheduled. */
static guint64
get_slack_bytes (void)
{
  return 2 * (kernel_limit ("tcp_rmem") + kernel_limit ("tcp_wmem"));
}

typedef struct
{
  RawPeer *peer;
  gint n_written; /* atomic */
} Writer;

/* Each message says its number, over and over. */
static void
fill (guint8 *data, guint32 number, gboolean is_text)
{
  for (guint i = 0; i < MESSAGE_SIZE; i += 8)
    {
      char text[9];

      g_snprintf (text, sizeof text, "%08x", number);
      memcpy (data + i, text, 8);
    }
  if (!is_text)
    data[0] = 0xff; /* no UTF-8 */
}

static gpointer
write_all (gpointer user_data)
{
  Writer *writer = user_data;
  g_autofree guint8 *data = g_malloc (MESSAGE_SIZE);

  for (guint32 i = 0; i < N_MESSAGES; i++)
    {
      gboolean is_text = i % TEXT_EVERY == 0;

      fill (data, i, is_text);
      g_assert_true (raw_peer_send (writer->peer, RAW_FINAL | (is_text ? RAW_TEXT : RAW_BINARY), data, MESSAGE_SIZE));
      g_atomic_int_inc (&writer->n_written);
    }
  raw_peer_send_close (writer->peer, 1000, "stream_complete");
  return NULL;
}

static void
take (RawPeer *reader, guint32 number, guint8 *wanted)
{
  g_auto (RawFrame) frame = { 0 };
  gboolean is_text = number % TEXT_EVERY == 0;
  gsize len;
  const guint8 *data;

  raw_peer_next (reader, &frame);
  g_assert_cmphex (frame.first, ==, RAW_FINAL | (is_text ? RAW_TEXT : RAW_BINARY));
  data = g_bytes_get_data (frame.payload, &len);
  fill (wanted, number, is_text);
  g_assert_cmpuint (len, ==, MESSAGE_SIZE);
  g_assert_true (memcmp (data, wanted, len) == 0);
}

/* Sanitizers keep what was freed. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_MEASURABLE FALSE
#else
#define IS_MEASURABLE TRUE
#endif

static void
assert_small (EngineProgram *engine, gint64 start_kib)
{
  if (IS_MEASURABLE)
    g_assert_cmpint (engine_program_get_rss (engine), <, start_kib + MAX_GROWTH_KIB);
}

static void
test_slow_then_everything (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  g_autofree char *writer_path = NULL;
  g_autofree char *reader_path = NULL;
  g_autoptr (RawPeer) reader = NULL;
  g_autofree guint8 *wanted = g_malloc (MESSAGE_SIZE);
  gint64 start_kib = engine_program_get_rss (engine);
  Writer writer = { 0 };
  GThread *thread;
  guint32 n = 0;

  worker_create_channel (worker, "{\"buffer_size\":1024}", &writer_path, &reader_path);
  reader = raw_peer_open (engine->port, reader_path);
  writer.peer = raw_peer_open (engine->port, writer_path);
  thread = g_thread_new ("writer", write_all, &writer);
  for (; n < 48; n++) /* 3 MB at 1 MB/s: the rate is the test's, nothing waits for it */
    {
      take (reader, n, wanted);
      g_usleep (MESSAGE_SIZE);
      assert_small (engine, start_kib);
    }
  /* Held: what it could write is what the engine and the kernels hold, and not the half gigabyte that it has. */
  g_assert_cmpuint ((guint) g_atomic_int_get (&writer.n_written), <,
                    n + ((8u << 20) + get_slack_bytes ()) / MESSAGE_SIZE);
  for (; n < N_MESSAGES; n++)
    {
      take (reader, n, wanted);
      if (n % 256 == 0)
        assert_small (engine, start_kib);
    }
  g_assert_cmpuint (raw_peer_wait_close (reader, NULL), ==, 0);
  g_thread_join (thread);
  g_assert_cmpuint (raw_peer_wait_close (writer.peer, NULL), ==, 1000);
  raw_peer_free (writer.peer);
}

/* Nobody reads: the writers of many channels are held, each at its buffer, all together at the engine's memory. */
static void
test_memory_is_bounded (void)
{
  const char *const arguments[] = { "--memory", "16M", "--buffer-bytes", "4M", NULL };
  g_autoptr (EngineProgram) engine = engine_program_start (arguments);
  g_autoptr (RawPeer) worker = worker_connect (engine, NULL, NULL);
  g_autoptr (GPtrArray) writers = g_ptr_array_new_with_free_func ((GDestroyNotify) raw_peer_free);
  g_autofree guint8 *data = g_malloc0 (MESSAGE_SIZE);
  g_autoptr (GByteArray) frame = raw_frame_build (RAW_FINAL | RAW_BINARY, TRUE, data, MESSAGE_SIZE);
  gint64 start_kib = engine_program_get_rss (engine);

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *writer_path = NULL;
      g_autofree char *reader_path = NULL;
      RawPeer *writer;
      gsize sent = 0;

      worker_create_channel (worker, "{\"buffer_size\":1024}", &writer_path, &reader_path);
      writer = raw_peer_open (engine->port, writer_path);
      g_ptr_array_add (writers, writer);
      for (;;) /* until it takes no more */
        {
          struct pollfd poll_fd = { .fd = writer->fd, .events = POLLOUT };
          gssize written;

          if (poll (&poll_fd, 1, 100) <= 0)
            break;
          written = send (writer->fd, frame->data + sent % frame->len, frame->len - sent % frame->len,
                          MSG_DONTWAIT | MSG_NOSIGNAL);
          g_assert_cmpint (written, >, 0);
          sent += (gsize) written;
          g_assert_cmpuint (sent, <, 64u << 20);
        }
    }
  if (IS_MEASURABLE)
    g_assert_cmpint (engine_program_get_rss (engine), <, start_kib + MAX_GROWTH_KIB);
  worker_sync (worker);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/flow/slow-then-everything", test_slow_then_everything);
  g_test_add_func ("/engine/flow/memory-is-bounded", test_memory_is_bounded);
  return g_test_run ();
}
