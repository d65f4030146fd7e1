/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pipe-fixture.h"
#include "weir-flow.h"

/* Flow control: what the bounds are, that they hold the writer, and that nothing is lost or put out of order by them.
 */

/* --- a writer in a thread of its own, who writes what a seed says --- */

typedef struct
{
  Peer peer;
  guint32 seed;
  guint n_messages;
  gsize max_size;
  gboolean pauses;
  guint64 n_bytes; /* atomic: written so far */
  GChecksum *checksum;
} Source;

/* Message @i of a seed: its kind and size are in the hash too, so that order and boundaries are. */
static WeirOp
make_message (GRand *rand, guint8 *data, gsize max_size, gsize *len)
{
  WeirOp kind = g_rand_boolean (rand) ? WEIR_OP_TEXT : WEIR_OP_BINARY;
  guint8 fill = g_rand_int_range (rand, 'a', 'z');

  *len = g_rand_int_range (rand, 0, 4) > 0 ? g_rand_int_range (rand, 0, 300) : g_rand_int_range (rand, 0, max_size);
  *len = MIN (*len, max_size);
  memset (data, fill, *len);
  for (gsize i = 0; i + 4 <= *len; i += 64)
    memcpy (data + i, &(guint32){ 0x61616161 + g_rand_int_range (rand, 0, 25) }, 4);
  return kind;
}

static void
add_to_checksum (GChecksum *checksum, WeirOp kind, const guint8 *data, gsize len)
{
  guint64 head[2] = { kind, len };

  g_checksum_update (checksum, (const guint8 *) head, sizeof head);
  g_checksum_update (checksum, data, len);
}

static gpointer
source_thread (gpointer user_data)
{
  Source *source = user_data;
  g_autoptr (GRand) rand = g_rand_new_with_seed (source->seed);
  g_autofree guint8 *data = g_malloc (source->max_size + 1);
  g_autoptr (GByteArray) wire = g_byte_array_new ();

  for (guint i = 0; i < source->n_messages; i++)
    {
      gsize len;
      WeirOp kind = make_message (rand, data, source->max_size, &len);
      g_autoptr (GByteArray) frame = make_frame (kind, data, len);

      add_to_checksum (source->checksum, kind, data, len);
      g_byte_array_append (wire, frame->data, frame->len);
      if (i + 1 < source->n_messages && wire->len < (guint) g_rand_int_range (rand, 1, 200000))
        continue;
      peer_send_bytes (&source->peer, wire->data, wire->len);
      g_atomic_pointer_add (&source->n_bytes, wire->len);
      g_byte_array_set_size (wire, 0);
      if (source->pauses && g_rand_int_range (rand, 0, 20) == 0)
        g_usleep (g_rand_int_range (rand, 0, 2000));
    }
  peer_send_close (&source->peer, 1000, NULL);
  peer_expect_close (&source->peer, 1000, "");
  peer_clear (&source->peer);
  return NULL;
}

static Source *
source_new (guint32 seed, guint n_messages, gsize max_size, gboolean pauses)
{
  Source *source = g_new0 (Source, 1);

  *source = (Source){ .seed = seed, .n_messages = n_messages, .max_size = max_size, .pauses = pauses };
  source->checksum = g_checksum_new (G_CHECKSUM_SHA256);
  return source;
}

static void
source_free (Source *source)
{
  peer_clear (&source->peer);
  g_checksum_free (source->checksum);
  g_free (source);
}

/* Reads until the close frame; stops for a while now and then. Returns the number of bytes. */
static guint64
read_all (Peer *reader, GChecksum *checksum, guint32 seed, guint stops_per_thousand, guint max_stop_us)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  guint64 n_bytes = 0;

  for (;;)
    {
      g_autoptr (Frame) frame = peer_read (reader);

      g_assert_nonnull (frame);
      if (frame->op == WEIR_OP_CLOSE)
        {
          g_assert_cmpuint (frame->len, ==, 0);
          return n_bytes;
        }
      add_to_checksum (checksum, frame->op, frame->data, frame->len);
      n_bytes += frame->len;
      if (g_rand_int_range (rand, 0, 1000) < (gint) stops_per_thousand)
        g_usleep (g_rand_int_range (rand, 0, max_stop_us));
    }
}

/* Everything that a source writes arrives, in order, whole, whatever the bounds. */
static void
check_stream (guint32 seed, guint n_messages, gsize max_size, guint max_items, guint64 max_bytes, guint stops)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  Source *source = source_new (seed, n_messages, max_size, stops > 0);
  const WeirPipeEvent *ended;
  g_autoptr (GThread) thread = NULL;
  Fixture fixture;
  guint64 n_bytes;
  Peer reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, max_items, max_bytes);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &source->peer);
  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  thread = g_thread_ref (g_thread_new ("source", source_thread, source));
  n_bytes = read_all (&reader, checksum, seed + 1, stops, 3000);
  peer_finish (&reader);
  g_thread_join (thread);

  ended = heard_wait_event (&fixture.heard, 1, WEIR_PIPE_ENDED, -1);
  g_assert_cmpint (ended->by, ==, WEIR_ENDED_WRITER);
  g_assert_cmpstr (g_checksum_get_string (checksum), ==, g_checksum_get_string (source->checksum));
  g_assert_cmpuint (ended->meters.totals.written_messages, ==, n_messages);
  g_assert_cmpuint (ended->meters.totals.sent_messages, ==, n_messages);
  g_assert_cmpuint (ended->meters.totals.acked_messages, ==, n_messages);
  g_assert_cmpuint (ended->meters.totals.sent_bytes, ==, n_bytes);
  g_assert_cmpuint (ended->meters.totals.buffered_messages, ==, 0);
  g_assert_cmpuint (ended->meters.totals.buffered_bytes, ==, 0);
  source_free (source);
  fixture_clear (&fixture);
}

static void
test_stream_of_anything (void)
{
  guint32 seed = g_test_rand_int ();

  for (guint i = 0; i < 24; i++)
    {
      guint max_items = i % 3 == 0 ? 1 : g_test_rand_int_range (1, 200);
      guint64 max_bytes = i % 4 == 0 ? 1 : g_test_rand_int_range (1, 300000);

      check_stream (seed + i, 2000, i % 2 == 0 ? 100000 : 2000, max_items, max_bytes, 20);
    }
}

static void
test_large_messages (void)
{
  check_stream (1, 40, 12 << 20, 64, 8 << 20, 0);
}

static void
test_small_messages (void)
{
  check_stream (2, 200000, 100, 64, 8 << 20, 0);
}

/* 120 MB against a reader that stops and goes. */
static void
test_slow_reader_is_bounded (void)
{
  const guint64 max_bytes = 1 << 20;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  Source *source = source_new (3, 8000, 128 * 1024, FALSE);
  g_autoptr (GThread) thread = NULL;
  guint64 max_used = 0, n_bytes = 0;
  Fixture fixture;
  Peer reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 64, max_bytes);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &source->peer);
  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  thread = g_thread_ref (g_thread_new ("source", source_thread, source));
  for (guint stop = 0;; stop++)
    {
      g_autoptr (Frame) frame = peer_read (&reader);

      g_assert_nonnull (frame);
      if (frame->op == WEIR_OP_CLOSE)
        break;
      add_to_checksum (checksum, frame->op, frame->data, frame->len);
      n_bytes += frame->len;
      max_used = MAX (max_used, weir_budget_get_used (fixture.budget));
      if (stop % 500 == 499) /* stands still until the writer is held */
        {
          WAIT_FOR (&fixture, heard_get_meters (&fixture.heard, 1)->paused_since_us != 0 ||
                                  heard_get_meters (&fixture.heard, 1)->writer == WEIR_PRESENCE_GONE);
          max_used = MAX (max_used, weir_budget_get_used (fixture.budget));
        }
    }
  g_thread_join (thread);
  peer_finish (&reader);

  g_assert_cmpuint (n_bytes, >, 100 * 1000 * 1000);
  g_assert_cmpstr (g_checksum_get_string (checksum), ==, g_checksum_get_string (source->checksum));
  /* Twice the bound, as a block that was read into stays for half of it; one message more, and the block that is read
   * and the one that is sent from. */
  g_assert_cmpuint (max_used, <=, 2 * max_bytes + 128 * 1024 + 2 * WEIR_BLOCK_BUFFER_SIZE);
  g_assert_cmpuint (heard_wait_event (&fixture.heard, 1, WEIR_PIPE_ENDED, -1)->meters.totals.paused_us, >, 0);
  source_free (source);
  fixture_clear (&fixture);
}

/* --- the bounds --- */

static void
test_bound_of_messages (void)
{
  Fixture fixture;
  Peer writer, reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 8, 1 << 20);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  for (guint i = 0; i < 7; i++)
    peer_send_text (&writer, "x");
  WAIT_FOR (&fixture, heard_get_meters (&fixture.heard, 1)->totals.buffered_messages == 7);
  g_assert_cmpint (heard_get_meters (&fixture.heard, 1)->paused_since_us, ==, 0);

  for (guint i = 0; i < 20; i++)
    peer_send_text (&writer, "x");
  WAIT_FOR (&fixture, heard_get_meters (&fixture.heard, 1)->paused_since_us != 0);
  g_assert_cmpuint (heard_get_meters (&fixture.heard, 1)->totals.buffered_messages, ==, 8);
  g_assert_cmpuint (heard_get_meters (&fixture.heard, 1)->totals.written_messages, ==, 8);

  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  for (guint i = 0; i < 27; i++)
    peer_expect (&reader, WEIR_OP_TEXT, "x");
  WAIT_FOR (&fixture, heard_get_meters (&fixture.heard, 1)->paused_since_us == 0 &&
                          heard_get_meters (&fixture.heard, 1)->totals.written_messages == 27);
  g_assert_cmpuint (heard_get_meters (&fixture.heard, 1)->totals.paused_us, >, 0);
  peer_clear (&writer);
  peer_clear (&reader);
  fixture_clear (&fixture);
}

static void
test_bound_of_bytes (void)
{
  g_autofree char *data = g_strnfill (40000, 'd');
  const WeirMeters *meters;
  Fixture fixture;
  Peer writer;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 64, 100000);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  for (guint i = 0; i < 6; i++)
    peer_send (&writer, WEIR_OP_BINARY, data, 40000);
  WAIT_FOR (&fixture, (meters = heard_get_meters (&fixture.heard, 1))->paused_since_us != 0);
  g_assert_cmpuint (meters->totals.buffered_messages, >=, 1); /* an unfinished one counts for the bound … */
  g_assert_cmpuint (meters->totals.buffered_messages, <=, 3);
  g_assert_cmpuint (meters->totals.buffered_bytes, ==, meters->totals.buffered_messages * 40000); /* … and is none */
  g_assert_false (meters->lacks_memory);
  g_assert_cmpuint (weir_budget_get_used (fixture.budget), >=, 100000);
  g_assert_cmpuint (weir_budget_get_used (fixture.budget), <=, 2 * WEIR_BLOCK_BUFFER_SIZE + 100000);
  peer_clear (&writer);
  fixture_clear (&fixture);
}

static void
test_one_message_always_fits (void)
{
  g_autofree char *data = g_strnfill (3 << 20, 'd');
  Fixture fixture;
  Peer writer, reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 64, 1000);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  for (guint i = 0; i < 2; i++)
    {
      peer_send (&writer, WEIR_OP_BINARY, data, 3 << 20);
      WAIT_FOR (&fixture, heard_get_meters (&fixture.heard, 1)->totals.written_messages == i + 1);
      if (i == 0) /* with a reader it may have left already */
        {
          g_assert_cmpuint (heard_get_meters (&fixture.heard, 1)->totals.buffered_messages, ==, 1);
          fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
        }
      for (g_autoptr (Frame) frame = peer_read (&reader);; frame = NULL)
        {
          g_assert_cmpuint (frame->len, ==, 3 << 20);
          break;
        }
    }
  peer_clear (&writer);
  peer_clear (&reader);
  fixture_clear (&fixture);
}

/* The process holds no more than its budget, and one message of each channel, and goes on when there is room. */
static void
test_budget (void)
{
  g_autofree char *data = g_strnfill (50000, 'd');
  Fixture fixture;
  Peer writers[4], readers[4];

  fixture_init (&fixture, 200000);
  for (guint n = 0; n < 4; n++)
    {
      fixture_open (&fixture, n, 64, 8 << 20);
      fixture_attach (&fixture, n, WEIR_SIDE_WRITER, &writers[n]);
      for (guint i = 0; i < 20 && n < 2; i++)
        peer_send (&writers[n], WEIR_OP_BINARY, data, 1000);
    }
  WAIT_FOR (&fixture, weir_budget_get_used (fixture.budget) == 40000);
  for (guint i = 0; i < 10; i++)
    for (guint n = 0; n < 4; n++)
      peer_send (&writers[n], WEIR_OP_BINARY, data, 50000);
  for (guint n = 0; n < 4; n++)
    WAIT_FOR (&fixture, heard_get_meters (&fixture.heard, n)->paused_since_us != 0);
  g_assert_cmpuint (weir_budget_get_used (fixture.budget), <=, 200000 + 4 * 256 * 1024);

  for (guint n = 0; n < 4; n++)
    {
      fixture_attach (&fixture, n, WEIR_SIDE_READER, &readers[n]);
      for (guint i = 0; i < (n < 2 ? 30 : 10); i++)
        {
          g_autoptr (Frame) frame = peer_read (&readers[n]);

          g_assert_cmpuint (frame->len, ==, n < 2 && i < 20 ? 1000 : 50000);
        }
    }
  WAIT_FOR (&fixture, weir_budget_get_used (fixture.budget) == 0);
  for (guint n = 0; n < 4; n++)
    {
      peer_clear (&writers[n]);
      peer_clear (&readers[n]);
    }
  fixture_clear (&fixture);
}

/* Of the channels below @n. */
static guint
count_paused (Fixture *fixture, guint n)
{
  guint n_paused = 0;

  for (guint i = 0; i < n; i++)
    n_paused += heard_get_meters (&fixture->heard, i)->paused_since_us != 0;
  return n_paused;
}

/* The first that may be written to; @n: none. */
static guint
find_going_on (Fixture *fixture, const gboolean *is_done, guint n)
{
  for (guint i = 0; i < n; i++)
    if (!is_done[i] && heard_get_meters (&fixture->heard, i)->paused_since_us == 0)
      return i;
  return n;
}

/* With no memory left, unfinished messages wait; but one goes on to its end, and then the next. */
static void
test_budget_bounds_unfinished_messages (void)
{
  enum
  {
    SIZE = 400000,
    HALF = 200000,
    N = 4
  };
  g_autofree char *data = g_strnfill (SIZE, 'd');
  g_autoptr (GByteArray) wire = make_frame (WEIR_OP_BINARY, data, SIZE);
  Fixture fixture;
  Peer full, writers[N], readers[N];
  gboolean is_done[N] = { FALSE };

  fixture_init (&fixture, 50000);
  fixture_open (&fixture, 100, 64, 8 << 20);
  fixture_attach (&fixture, 100, WEIR_SIDE_WRITER, &full);
  for (guint i = 0; i < 60; i++)
    peer_send (&full, WEIR_OP_BINARY, data, 1000);
  WAIT_FOR (&fixture, weir_budget_get_used (fixture.budget) >= 50000);
  for (guint n = 0; n < N; n++)
    {
      fixture_open (&fixture, n, 64, 8 << 20);
      fixture_attach (&fixture, n, WEIR_SIDE_WRITER, &writers[n]);
      fixture_attach (&fixture, n, WEIR_SIDE_READER, &readers[n]);
      peer_send_bytes (&writers[n], wire->data, HALF);
    }
  WAIT_FOR (&fixture, count_paused (&fixture, N) == N - 1); /* one of them has the right to go on */
  for (guint n = 0; n < N; n++)
    {
      const WeirMeters *meters = heard_get_meters (&fixture.heard, n);

      g_assert_true (meters->lacks_memory == (meters->paused_since_us != 0));
      g_assert_cmpuint (meters->totals.buffered_bytes, ==, 0); /* of no message there is all */
    }
  g_assert_cmpuint (weir_budget_get_used (fixture.budget), <=, (N + 2) * WEIR_BLOCK_BUFFER_SIZE);

  for (guint left = N; left > 0; left--)
    {
      g_autoptr (Frame) frame = NULL;
      guint n = 0;

      WAIT_FOR (&fixture, (n = find_going_on (&fixture, is_done, N)) < N);
      peer_send_bytes (&writers[n], wire->data + HALF, wire->len - HALF);
      frame = peer_read (&readers[n]);
      g_assert_cmpuint (frame->len, ==, SIZE);
      is_done[n] = TRUE;
      peer_clear (&writers[n]);
      peer_clear (&readers[n]);
    }
  peer_clear (&full);
  fixture_clear (&fixture);
}

/* A reader that takes everything and then stops in the midst of a large batch: the figures keep to the bound. */
static void
test_bound_behind_a_fast_reader (void)
{
  Source *source = source_new (4, 200000, 100, FALSE);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GThread) thread = NULL;
  const WeirTotals *totals;
  Fixture fixture;
  Peer reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 5, 1 << 20);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &source->peer);
  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  thread = g_thread_ref (g_thread_new ("source", source_thread, source));
  WAIT_FOR (&fixture, heard_get_meters (&fixture.heard, 1)->paused_since_us != 0);
  totals = &heard_get_meters (&fixture.heard, 1)->totals;
  g_assert_cmpuint (totals->buffered_messages, ==, 5);
  g_assert_cmpuint (totals->buffered_bytes, ==, totals->written_bytes - totals->sent_bytes);
  g_assert_cmpuint (totals->written_messages, ==, totals->sent_messages + 5);
  g_assert_cmpuint (totals->written_bytes, <=, totals->sent_bytes + 5 * 100);

  read_all (&reader, checksum, 1, 0, 0);
  peer_finish (&reader);
  g_thread_join (thread);
  g_assert_cmpstr (g_checksum_get_string (checksum), ==, g_checksum_get_string (source->checksum));
  source_free (source);
  fixture_clear (&fixture);
}

/* A close behind what does not fit is seen when there is room for that. */
static void
test_close_behind_a_full_buffer (void)
{
  Fixture fixture;
  Peer writer, reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 2, 1 << 20);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  for (guint i = 0; i < 5; i++)
    peer_send_text (&writer, "x");
  peer_send_close (&writer, 1000, NULL);
  WAIT_FOR (&fixture, heard_get_meters (&fixture.heard, 1)->paused_since_us != 0);
  g_assert_null (heard_find (&fixture.heard, 1, WEIR_PIPE_LEFT, -1));

  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  for (guint i = 0; i < 5; i++)
    peer_expect (&reader, WEIR_OP_TEXT, "x");
  peer_expect_close (&reader, 0, NULL);
  peer_expect_close (&writer, 1000, "");
  peer_clear (&writer);
  peer_clear (&reader);
  fixture_clear (&fixture);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pipe/flow/bound-of-messages", test_bound_of_messages);
  g_test_add_func ("/pipe/flow/bound-of-bytes", test_bound_of_bytes);
  g_test_add_func ("/pipe/flow/one-message-always-fits", test_one_message_always_fits);
  g_test_add_func ("/pipe/flow/budget", test_budget);
  g_test_add_func ("/pipe/flow/budget-bounds-unfinished-messages", test_budget_bounds_unfinished_messages);
  g_test_add_func ("/pipe/flow/bound-behind-a-fast-reader", test_bound_behind_a_fast_reader);
  g_test_add_func ("/pipe/flow/close-behind-a-full-buffer", test_close_behind_a_full_buffer);
  g_test_add_func ("/pipe/flow/stream-of-anything", test_stream_of_anything);
  g_test_add_func ("/pipe/flow/large-messages", test_large_messages);
  g_test_add_func ("/pipe/flow/small-messages", test_small_messages);
  g_test_add_func ("/pipe/flow/slow-reader-is-bounded", test_slow_reader_is_bounded);
  return g_test_run ();
}
