/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pipe-fixture.h"
#include "weir-pipe.h"
#include "weir-shaper.h"
#include "weir-tap.h"

/* What observers do to a channel on purpose: nothing that was accepted is lost or comes in another order. */

#define N_ITEMS 8

typedef struct
{
  Fixture base;
  Peer writer;
  Peer reader;
} Pair;

static void
pair_init (Pair *self)
{
  fixture_init (&self->base, 1 << 30);
  fixture_open (&self->base, 1, N_ITEMS, 1 << 20);
  fixture_attach (&self->base, 1, WEIR_SIDE_WRITER, &self->writer);
  fixture_attach (&self->base, 1, WEIR_SIDE_READER, &self->reader);
  heard_wait_event (&self->base.heard, 1, WEIR_PIPE_CONNECTED, WEIR_SIDE_READER);
}

static void
pair_clear (Pair *self)
{
  peer_clear (&self->writer);
  peer_clear (&self->reader);
  fixture_clear (&self->base);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pair, pair_clear)

static const WeirPipeEvent *
wait_answer (Pair *self, guint ticket, WeirOutcome outcome)
{
  const WeirPipeEvent *event = heard_wait_answer (&self->base.heard, ticket);

  g_assert_cmpint (event->outcome, ==, outcome);
  return event;
}

static void
shape (Pair *self, guint ticket, gboolean is_held, guint64 rate)
{
  weir_channel_door_shape (self->base.door, 1, ticket, is_held, rate, "weir:1");
  wait_answer (self, ticket, WEIR_OUTCOME_DONE);
}

static void
inject (Pair *self, guint ticket, const char *text)
{
  g_autoptr (GBytes) payload = g_bytes_new (text, strlen (text));

  weir_channel_door_inject (self->base.door, 1, ticket, TRUE, payload, "weir:1");
}

static void
send_numbers (Pair *self, guint from, guint until)
{
  for (guint i = from; i < until; i++)
    {
      g_autofree char *text = g_strdup_printf ("message %u", i);

      peer_send_text (&self->writer, text);
    }
}

static void
expect_numbers (Pair *self, guint from, guint until)
{
  for (guint i = from; i < until; i++)
    {
      g_autofree char *text = g_strdup_printf ("message %u", i);

      peer_expect (&self->reader, WEIR_OP_TEXT, text);
    }
}

static void
test_hold (void)
{
  g_auto (Pair) pair = { 0 };
  const WeirMeters *meters;

  pair_init (&pair);
  shape (&pair, 1, TRUE, 0);
  send_numbers (&pair, 0, 3 * N_ITEMS);
  WAIT_FOR (&pair.base, heard_get_meters (&pair.base.heard, 1)->paused_since_us != 0);
  meters = heard_get_meters (&pair.base.heard, 1);
  g_assert_cmpuint (meters->totals.buffered_messages, ==, N_ITEMS);
  g_assert_cmpuint (meters->totals.sent_messages, ==, 0);
  g_assert_cmpint (heard_get_state (&pair.base.heard, 1), ==, WEIR_STATE_HELD);

  /* Nobody is to blame, however long it lasts. */
  g_assert_cmpint (meters->outstanding_since_us, ==, 0);
  g_assert_cmpint (weir_state_decide (meters, g_get_monotonic_time () + G_TIME_SPAN_HOUR), ==, WEIR_STATE_HELD);

  shape (&pair, 2, FALSE, 0);
  expect_numbers (&pair, 0, 3 * N_ITEMS);
  peer_send_close (&pair.writer, 1000, NULL);
  peer_expect_close (&pair.reader, 0, NULL);
}

/* What was accepted before the writer's close reaches the reader, and the end behind it. */
static void
test_close_while_held (void)
{
  g_auto (Pair) pair = { 0 };

  pair_init (&pair);
  shape (&pair, 1, TRUE, 0);
  send_numbers (&pair, 0, N_ITEMS / 2);
  peer_send_close (&pair.writer, 1000, NULL);
  heard_wait_event (&pair.base.heard, 1, WEIR_PIPE_LEFT, WEIR_SIDE_WRITER);
  g_assert_cmpint (heard_get_state (&pair.base.heard, 1), ==, WEIR_STATE_HELD);

  shape (&pair, 2, FALSE, 0);
  expect_numbers (&pair, 0, N_ITEMS / 2);
  peer_expect_close (&pair.reader, 0, NULL);
  peer_finish (&pair.reader);
  g_assert_cmpint (heard_wait_event (&pair.base.heard, 1, WEIR_PIPE_ENDED, -1)->by, ==, WEIR_ENDED_WRITER);
}

/* A reader that leaves while it is held is told of as ever. */
static void
test_reader_leaves_while_held (void)
{
  g_auto (Pair) pair = { 0 };

  pair_init (&pair);
  shape (&pair, 1, TRUE, 0);
  send_numbers (&pair, 0, 2);
  peer_send_close (&pair.reader, 1000, NULL);
  peer_expect_close (&pair.writer, 1001, "reader_left");
  peer_finish (&pair.writer);
  g_assert_cmpint (heard_wait_event (&pair.base.heard, 1, WEIR_PIPE_ENDED, -1)->by, ==, WEIR_ENDED_READER);
}

static void
test_slow (void)
{
  g_autofree char *data = g_strnfill (1000, 'd');
  gint64 begin_us, took_us;
  g_auto (Pair) pair = { 0 };

  pair_init (&pair);
  shape (&pair, 1, FALSE, 20 * 1000);
  begin_us = g_get_monotonic_time ();
  for (guint i = 0; i < 20; i++)
    peer_send (&pair.writer, WEIR_OP_BINARY, data, 1000);
  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (Frame) frame = peer_read (&pair.reader);

      g_assert_cmpint (frame->op, ==, WEIR_OP_BINARY);
    }
  took_us = g_get_monotonic_time () - begin_us;
  g_assert_cmpint (took_us, >=, 800 * 1000); /* 20 kB less what it had saved up, and the last */

  shape (&pair, 2, FALSE, 0);
  send_numbers (&pair, 0, 100);
  expect_numbers (&pair, 0, 100);
}

/* A single thread serves it between two looks at the clock. */
static void
test_shaper (void)
{
  WeirOut outs[] = { { .len = 50 }, { .len = 60 }, { .len = 1000 }, { .len = 1 } };
  WeirShaper shaper = { 0 };

  g_assert_true (weir_shaper_may_send (&shaper, 0));
  g_assert_cmpuint (weir_shaper_admit (&shaper, outs, 4), ==, 4);

  weir_shaper_set (&shaper, TRUE, 1000, 0);
  g_assert_false (weir_shaper_may_send (&shaper, G_TIME_SPAN_DAY));
  g_assert_cmpint (weir_shaper_next_us (&shaper, 0), ==, 0);

  weir_shaper_set (&shaper, FALSE, 1000, 0);
  g_assert_false (weir_shaper_may_send (&shaper, 0));
  g_assert_cmpint (weir_shaper_next_us (&shaper, 0), ==, WEIR_SHAPER_STEP_US);
  g_assert_true (weir_shaper_may_send (&shaper, G_USEC_PER_SEC)); /* saves up 100 bytes at most */
  g_assert_cmpuint (weir_shaper_admit (&shaper, outs, 4), ==, 2);
  weir_shaper_spend (&shaper, outs, 3);
  g_assert_false (weir_shaper_may_send (&shaper, G_USEC_PER_SEC));
  g_assert_cmpint (weir_shaper_next_us (&shaper, G_USEC_PER_SEC), ==, G_USEC_PER_SEC + 1010 * 1000);
  g_assert_true (weir_shaper_may_send (&shaper, G_USEC_PER_SEC + 1020 * 1000));
}

static void
test_inject (void)
{
  g_auto (Pair) pair = { 0 };
  const WeirMeters *meters;

  pair_init (&pair);
  shape (&pair, 1, TRUE, 0);
  send_numbers (&pair, 0, N_ITEMS);
  WAIT_FOR (&pair.base, heard_get_meters (&pair.base.heard, 1)->totals.written_messages == N_ITEMS);
  for (guint i = 0; i < WEIR_PIPE_MAX_INJECTED; i++)
    inject (&pair, 10 + i, i % 2 == 0 ? "even" : "odd");
  for (guint i = 0; i < WEIR_PIPE_MAX_INJECTED; i++)
    g_assert_cmpuint (wait_answer (&pair, 10 + i, WEIR_OUTCOME_DONE)->seq, ==, N_ITEMS + i + 1);
  inject (&pair, 99, "one too many");
  wait_answer (&pair, 99, WEIR_OUTCOME_TOO_MANY);
  send_numbers (&pair, N_ITEMS, N_ITEMS + 2);

  meters = heard_get_meters (&pair.base.heard, 1);
  g_assert_cmpuint (meters->totals.written_messages, ==, N_ITEMS);
  g_assert_cmpuint (meters->totals.written_text, ==, N_ITEMS);
  g_assert_cmpuint (meters->totals.injected_messages, ==, WEIR_PIPE_MAX_INJECTED);
  g_assert_cmpuint (meters->totals.injected_bytes, ==, WEIR_PIPE_MAX_INJECTED / 2 * (4 + 3));

  shape (&pair, 2, FALSE, 0);
  expect_numbers (&pair, 0, N_ITEMS);
  for (guint i = 0; i < WEIR_PIPE_MAX_INJECTED; i++)
    peer_expect (&pair.reader, WEIR_OP_TEXT, i % 2 == 0 ? "even" : "odd");
  expect_numbers (&pair, N_ITEMS, N_ITEMS + 2);
  peer_send_close (&pair.writer, 1000, NULL);
  peer_expect_close (&pair.reader, 0, NULL);
  heard_wait_event (&pair.base.heard, 1, WEIR_PIPE_LEFT, WEIR_SIDE_WRITER);
  inject (&pair, 100, "late");
  wait_answer (&pair, 100, WEIR_OUTCOME_CLOSED);

  peer_finish (&pair.reader);
  meters = &heard_wait_event (&pair.base.heard, 1, WEIR_PIPE_ENDED, -1)->meters;
  g_assert_cmpuint (meters->totals.written_messages, ==, N_ITEMS + 2);
  g_assert_cmpuint (meters->totals.sent_messages, ==, N_ITEMS + 2 + WEIR_PIPE_MAX_INJECTED);
  g_assert_cmpuint (weir_totals_get_unsent (&meters->totals), ==, 0);
  inject (&pair, 101, "too late");
  wait_answer (&pair, 101, WEIR_OUTCOME_GONE);
}

/* Before any end has come: what is tried without a peer waits for it. */
static void
test_inject_before_ends (void)
{
  g_auto (Pair) pair = { 0 };

  fixture_init (&pair.base, 1 << 30);
  fixture_open (&pair.base, 1, N_ITEMS, 1 << 20);
  pair.writer.fd = -1;
  inject (&pair, 1, "first");
  g_assert_cmpuint (wait_answer (&pair, 1, WEIR_OUTCOME_DONE)->seq, ==, 1);
  fixture_attach (&pair.base, 1, WEIR_SIDE_READER, &pair.reader);
  peer_expect (&pair.reader, WEIR_OP_TEXT, "first");
}

static gboolean
wake_cb (gpointer user_data)
{
  return G_SOURCE_REMOVE;
}

static void
take_cb (const WeirRecordHead *head, const guint8 *payload, gsize len, gpointer user_data)
{
  g_string_append_printf (user_data, "%u/%u/%u:%.*s\n", head->kind, head->flags, (guint) head->seq, (int) len, payload);
}

static void
test_tap (void)
{
  static const char expected[] =
      "1/0/1:message 0\n1/2/2:test\n3/0/0:{\"event\":\"injected\",\"seq\":2,\"by\":\"weir:1\"}\n"
      "3/0/0:{\"event\":\"shaped\",\"pause\":false,\"rate_bytes_per_s\":5,\"by\":\"weir:1\"}\n"
      "3/0/0:{\"event\":\"dismissed\",\"side\":\"writer\",\"by\":\"weir:1\"}\n";
  g_autoptr (GString) seen = g_string_new (NULL);
  g_autoptr (WeirRecordReader) records = weir_record_reader_new (take_cb, seen);
  g_autoptr (WeirTap) late = NULL;
  g_autoptr (WeirTap) tap = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_auto (Pair) pair = { 0 };
  const char *reason;

  pair_init (&pair);
  tap = weir_tap_new (0, WEIR_TAP_TEXT | WEIR_TAP_BINARY, pair.base.heard.context, wake_cb, NULL);
  weir_channel_door_add_tap (pair.base.door, 1, tap, TRUE);
  send_numbers (&pair, 0, 1);
  WAIT_FOR (&pair.base, heard_get_meters (&pair.base.heard, 1)->totals.written_messages == 1);
  inject (&pair, 1, "test");
  shape (&pair, 2, FALSE, 5);
  weir_channel_door_dismiss (pair.base.door, 1, 3, WEIR_SIDE_WRITER, "weir:1");
  wait_answer (&pair, 3, WEIR_OUTCOME_DONE);
  bytes = weir_tap_take (tap, 1 << 20);
  g_assert_true (weir_record_reader_push (records, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &reason));
  if (!g_str_has_prefix (seen->str, expected))
    g_error ("the tap has seen:\n%s", seen->str);
  weir_channel_door_remove_tap (pair.base.door, 1, tap);
  weir_tap_cancel (tap);

  /* A tap that is opened later is told so, too. */
  g_string_truncate (seen, 0);
  g_clear_pointer (&bytes, g_bytes_unref);
  late = weir_tap_new (0, WEIR_TAP_TEXT, pair.base.heard.context, wake_cb, NULL);
  weir_channel_door_add_tap (pair.base.door, 1, late, TRUE);
  WAIT_FOR (&pair.base, (bytes = weir_tap_take (late, 1 << 20)) != NULL);
  g_assert_true (weir_record_reader_push (records, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &reason));
  g_assert_true (g_str_has_prefix (seen->str, "1/0/1:message 0\n1/2/2:test\n"));
  weir_tap_cancel (late);
}

static void
test_dismiss_writer (void)
{
  g_auto (Pair) pair = { 0 };

  pair_init (&pair);
  shape (&pair, 1, TRUE, 0);
  send_numbers (&pair, 0, 3);
  WAIT_FOR (&pair.base, heard_get_meters (&pair.base.heard, 1)->totals.written_messages == 3);
  weir_channel_door_dismiss (pair.base.door, 1, 2, WEIR_SIDE_WRITER, NULL);
  wait_answer (&pair, 2, WEIR_OUTCOME_DONE);
  peer_expect_close (&pair.writer, 1001, "closed_by_observer");
  peer_finish (&pair.writer);
  weir_channel_door_dismiss (pair.base.door, 1, 3, WEIR_SIDE_WRITER, NULL);
  wait_answer (&pair, 3, WEIR_OUTCOME_NOT_CONNECTED);

  shape (&pair, 4, FALSE, 0);
  expect_numbers (&pair, 0, 3);
  peer_expect_close (&pair.reader, 0, NULL);
  peer_finish (&pair.reader);
  g_assert_cmpint (heard_wait_event (&pair.base.heard, 1, WEIR_PIPE_ENDED, -1)->by, ==, WEIR_ENDED_OBSERVER);
}

static void
test_dismiss_reader (void)
{
  g_auto (Pair) pair = { 0 };

  pair_init (&pair);
  send_numbers (&pair, 0, 1);
  expect_numbers (&pair, 0, 1);
  weir_channel_door_dismiss (pair.base.door, 1, 1, WEIR_SIDE_READER, NULL);
  wait_answer (&pair, 1, WEIR_OUTCOME_DONE);
  peer_expect_close (&pair.reader, 1001, "closed_by_observer");
  peer_expect_close (&pair.writer, 1001, "reader_left");
  peer_finish (&pair.writer);
  peer_finish (&pair.reader);
  g_assert_cmpint (heard_wait_event (&pair.base.heard, 1, WEIR_PIPE_ENDED, -1)->by, ==, WEIR_ENDED_OBSERVER);
}

/* Held, let go, slowed and written into at random, from another thread than moves the data: all of it arrives, in
 * order. */
static void
test_all_at_random (void)
{
  guint n_sent = 0, n_read = 0, n_injected = 0, ticket = 0;
  g_auto (Pair) pair = { 0 };

  pair_init (&pair);
  while (n_read < 2000)
    {
      guint n = g_test_rand_int_range (1, 20);

      if (n_sent < 2000)
        send_numbers (&pair, n_sent, n_sent + n);
      n_sent += n_sent < 2000 ? n : 0;
      weir_channel_door_shape (pair.base.door, 1, ++ticket, g_test_rand_bit (), g_test_rand_int_range (0, 3) * 1000000,
                               NULL);
      if (n_read % 7 == 0)
        inject (&pair, ++ticket, "injected");
      weir_channel_door_shape (pair.base.door, 1, ++ticket, FALSE, 0, NULL);
      while (n_read < n_sent)
        {
          g_autoptr (Frame) frame = peer_read (&pair.reader);
          g_autofree char *text = g_strdup_printf ("message %u", n_read);

          g_assert_nonnull (frame);
          if (strcmp ((char *) frame->data, "injected") == 0)
            {
              n_injected++;
              continue;
            }
          g_assert_cmpstr ((char *) frame->data, ==, text);
          n_read++;
        }
    }
  g_assert_cmpuint (n_injected, >, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pipe/acts/shaper", test_shaper);
  g_test_add_func ("/pipe/acts/hold", test_hold);
  g_test_add_func ("/pipe/acts/close-while-held", test_close_while_held);
  g_test_add_func ("/pipe/acts/reader-leaves-while-held", test_reader_leaves_while_held);
  g_test_add_func ("/pipe/acts/slow", test_slow);
  g_test_add_func ("/pipe/acts/inject", test_inject);
  g_test_add_func ("/pipe/acts/inject-before-ends", test_inject_before_ends);
  g_test_add_func ("/pipe/acts/tap", test_tap);
  g_test_add_func ("/pipe/acts/dismiss-writer", test_dismiss_writer);
  g_test_add_func ("/pipe/acts/dismiss-reader", test_dismiss_reader);
  g_test_add_func ("/pipe/acts/all-at-random", test_all_at_random);
  return g_test_run ();
}
