/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pipe-fixture.h"

/* The states of a channel, from the meters of one with real sockets. Where a state comes by the passing of time, the
 * time that is waited for is on the meters, so that nothing here sleeps for luck. */

#define WAIT_FOR_STATE(fixture, state) WAIT_FOR (fixture, heard_get_state (&(fixture)->heard, 1) == (state))

/* Whether it will be @state in @later_us if nothing happens until then. */
static gboolean
becomes (Fixture *fixture, WeirState state, gint64 later_us)
{
  return weir_state_decide (heard_get_meters (&fixture->heard, 1), g_get_monotonic_time () + later_us) == state;
}

static void
test_transitions (void)
{
  g_autofree char *data = g_strnfill (65536, 'd');
  guint n_sent = 0;
  Fixture fixture;
  Peer writer, reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 8, 1 << 20);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  WAIT_FOR_STATE (&fixture, WEIR_STATE_WAITING_READER);
  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  WAIT_FOR_STATE (&fixture, WEIR_STATE_IDLE);

  peer_send_text (&writer, "one");
  peer_expect (&reader, WEIR_OP_TEXT, "one");
  WAIT_FOR_STATE (&fixture, WEIR_STATE_FLOWING);

  /* The reader stops reading: buffers fill, the writer is held, and after three seconds that is a stall. */
  for (; heard_get_meters (&fixture.heard, 1)->paused_since_us == 0;
       g_main_context_iteration (fixture.heard.context, FALSE))
    {
      struct pollfd pollfd = { .fd = writer.fd, .events = POLLOUT };

      if (poll (&pollfd, 1, 10) == 0 || n_sent >= 1000)
        continue;
      peer_send (&writer, WEIR_OP_BINARY, data, 65536);
      n_sent++;
    }
  WAIT_FOR_STATE (&fixture, WEIR_STATE_STALLED);
  g_assert_cmpuint (heard_get_meters (&fixture.heard, 1)->totals.buffered_messages, >, 0);

  /* It goes on: flowing again, then the writer closes with something left, then all is read. */
  for (guint i = 0; i < n_sent / 2; i++)
    {
      g_autoptr (Frame) frame = peer_read (&reader);

      g_assert_cmpuint (frame->len, ==, 65536);
    }
  WAIT_FOR_STATE (&fixture, WEIR_STATE_FLOWING);
  for (guint i = n_sent / 2; i < n_sent; i++)
    {
      g_autoptr (Frame) frame = peer_read (&reader);

      g_assert_cmpuint (frame->len, ==, 65536);
    }
  peer_send_text (&writer, "last");
  peer_send_close (&writer, 1000, NULL);
  WAIT_FOR_STATE (&fixture, WEIR_STATE_DRAINING);
  peer_expect (&reader, WEIR_OP_TEXT, "last");
  peer_expect_close (&reader, 0, NULL);
  peer_finish (&reader);
  WAIT_FOR_STATE (&fixture, WEIR_STATE_CLOSED);
  peer_clear (&writer);
  fixture_clear (&fixture);
}

static void
test_waiting_writer (void)
{
  Fixture fixture;
  Peer reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 8, 1 << 20);
  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  WAIT_FOR_STATE (&fixture, WEIR_STATE_WAITING_WRITER);
  peer_clear (&reader);
  fixture_clear (&fixture);
}

/* Reads pings as they come and answers them, until @n messages have been acknowledged. */
static void
answer_until_acked (Fixture *fixture, Peer *reader, guint64 n)
{
  while (heard_get_meters (&fixture->heard, 1)->totals.acked_messages < n)
    {
      struct pollfd pollfd = { .fd = reader->fd, .events = POLLIN };

      g_main_context_iteration (fixture->heard.context, FALSE);
      if (poll (&pollfd, 1, 10) == 1)
        {
          g_autoptr (Frame) frame = peer_read_frame (reader);

          g_assert_cmpint (frame->op, ==, WEIR_OP_PING);
          reader->n_pings++;
          peer_send (reader, WEIR_OP_PONG, frame->data, frame->len);
        }
    }
}

/* Loopback takes them all, and still they are not read. */
static void
test_hung_consumer_of_small_messages (void)
{
  const WeirMeters *meters;
  Fixture fixture;
  Peer writer, reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 64, 1 << 20);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  for (guint i = 0; i < 20; i++)
    peer_send_text (&writer, "0123456789012345678901234567890123456789");
  WAIT_FOR (&fixture, (meters = heard_get_meters (&fixture.heard, 1))->totals.sent_messages == 20);
  g_assert_cmpuint (meters->totals.buffered_messages, ==, 0);
  g_assert_true (becomes (&fixture, WEIR_STATE_STALLED, 5 * G_USEC_PER_SEC));

  /* It wakes up and reads; its pongs tell. */
  for (guint i = 0; i < 20; i++)
    peer_expect (&reader, WEIR_OP_TEXT, "0123456789012345678901234567890123456789");
  answer_until_acked (&fixture, &reader, 20);
  peer_clear (&writer);
  peer_clear (&reader);
  fixture_clear (&fixture);
}

/* What waits while nobody is there to take it is nobody's slowness: the time of a reader begins when it comes. */
static void
test_late_reader (void)
{
  const WeirPipeEvent *connected;
  const WeirMeters *meters;
  Fixture fixture;
  Peer writer, reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 8, 1 << 20);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  for (guint i = 0; i < 8; i++)
    peer_send_text (&writer, "tick");
  WAIT_FOR (&fixture, (meters = heard_get_meters (&fixture.heard, 1))->paused_since_us != 0);
  g_assert_cmpint (meters->outstanding_since_us, ==, 0);
  g_assert_true (becomes (&fixture, WEIR_STATE_WAITING_READER, 60 * G_USEC_PER_SEC));

  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  connected = heard_wait_event (&fixture.heard, 1, WEIR_PIPE_CONNECTED, WEIR_SIDE_READER);
  g_assert_cmpint (connected->meters.outstanding_since_us, !=, 0);
  g_assert_cmpint (connected->at_us - connected->meters.outstanding_since_us, <, WEIR_STATE_QUIET_US);
  g_assert_cmpint (weir_state_decide (&connected->meters, connected->at_us), ==, WEIR_STATE_FLOWING);
  for (guint i = 0; i < 8; i++)
    peer_expect (&reader, WEIR_OP_TEXT, "tick");
  answer_until_acked (&fixture, &reader, 8);
  g_assert_cmpint (heard_get_meters (&fixture.heard, 1)->patience_us, <=,
                   2 * (g_get_monotonic_time () - connected->at_us));
  peer_clear (&writer);
  peer_clear (&reader);
  fixture_clear (&fixture);
}

/* A ping at the start, and one behind the last message; none while nothing is said. */
static void
test_acknowledged (void)
{
  gint64 until_us;
  Fixture fixture;
  Peer writer, reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 64, 1 << 20);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  for (guint i = 0; i < 30; i++)
    {
      peer_send_text (&writer, "tick");
      peer_expect (&reader, WEIR_OP_TEXT, "tick");
    }
  answer_until_acked (&fixture, &reader, 30);
  g_assert_cmpuint (reader.n_pings, <=, 4);
  g_assert_cmpuint (heard_get_meters (&fixture.heard, 1)->totals.acked_bytes, ==, 120);
  g_assert_cmpint (heard_get_meters (&fixture.heard, 1)->outstanding_since_us, ==, 0);
  g_assert_true (heard_get_meters (&fixture.heard, 1)->reader_answers);
  g_assert_true (becomes (&fixture, WEIR_STATE_IDLE, 5 * G_USEC_PER_SEC));

  until_us = g_get_monotonic_time () + 600 * G_TIME_SPAN_MILLISECOND;
  WAIT_FOR (&fixture, g_get_monotonic_time () >= until_us);
  g_assert_cmpint (recv (reader.fd, &until_us, 1, MSG_DONTWAIT), ==, -1);
  peer_clear (&writer);
  peer_clear (&reader);
  fixture_clear (&fixture);
}

static void
test_without_probes (void)
{
  WeirPipeConfig config = { .n = 1, .max_items = 64, .max_bytes = 1 << 20 };
  Fixture fixture;
  Peer writer, reader;

  fixture_init (&fixture, 1 << 30);
  weir_data_thread_open (fixture.thread, &config);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  peer_send_text (&writer, "x");
  peer_expect (&reader, WEIR_OP_TEXT, "x");
  WAIT_FOR (&fixture, heard_get_meters (&fixture.heard, 1)->totals.sent_messages == 1);
  g_assert_cmpuint (reader.n_pings, ==, 0);
  g_assert_false (heard_get_meters (&fixture.heard, 1)->reader_answers);
  g_assert_cmpint (heard_get_meters (&fixture.heard, 1)->outstanding_since_us, ==, 0);
  g_assert_true (becomes (&fixture, WEIR_STATE_IDLE, 5 * G_USEC_PER_SEC));
  peer_clear (&writer);
  peer_clear (&reader);
  fixture_clear (&fixture);
}

/* Ten seconds without a pong, while nothing is on its way: this client does not answer, and only what is buffered
 * counts. */
static void
test_client_that_never_answers (void)
{
  Fixture fixture;
  Peer writer, reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 64, 1 << 20);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  reader.keeps_silent = TRUE;
  peer_send_text (&writer, "x");
  peer_expect (&reader, WEIR_OP_TEXT, "x");
  WAIT_FOR (&fixture, heard_get_meters (&fixture.heard, 1)->totals.sent_messages == 1);
  g_assert_true (heard_get_meters (&fixture.heard, 1)->reader_answers);
  WAIT_FOR (&fixture, !heard_get_meters (&fixture.heard, 1)->reader_answers);
  WAIT_FOR_STATE (&fixture, WEIR_STATE_IDLE);
  peer_clear (&writer);
  peer_clear (&reader);
  fixture_clear (&fixture);
}

/* Neither does one that reads on and on: what flows is not stalled for good. */
static void
test_silent_client_of_a_stream (void)
{
  Fixture fixture;
  Peer writer, reader;
  guint64 n = 0;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 64, 1 << 20);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  reader.keeps_silent = TRUE;
  do
    {
      peer_send_text (&writer, "x");
      peer_expect (&reader, WEIR_OP_TEXT, "x");
      n++;
      WAIT_FOR (&fixture, heard_get_meters (&fixture.heard, 1)->totals.sent_messages == n);
    }
  while (heard_get_meters (&fixture.heard, 1)->reader_answers);
  g_assert_cmpint (weir_state_decide (heard_get_meters (&fixture.heard, 1), g_get_monotonic_time ()), ==,
                   WEIR_STATE_FLOWING);
  peer_clear (&writer);
  peer_clear (&reader);
  fixture_clear (&fixture);
}

/* With all of it in its socket: that is not read, though the writer was done. */
static void
test_killed_consumer (void)
{
  const WeirPipeEvent *ended;
  Fixture fixture;
  Peer writer, reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 64, 1 << 20);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  for (guint i = 0; i < 5; i++)
    peer_send_text (&writer, "never read");
  peer_send_close (&writer, 1000, NULL);
  heard_wait_event (&fixture.heard, 1, WEIR_PIPE_LEFT, WEIR_SIDE_WRITER);
  WAIT_FOR_STATE (&fixture, WEIR_STATE_DRAINING);
  peer_clear (&writer);
  peer_reset (&reader);
  ended = heard_wait_event (&fixture.heard, 1, WEIR_PIPE_ENDED, -1);
  g_assert_cmpuint (ended->meters.totals.sent_messages, ==, 5);
  g_assert_cmpuint (ended->meters.totals.acked_messages, ==, 0);
  g_assert_cmpint (ended->by, ==, WEIR_ENDED_READER);
  fixture_clear (&fixture);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pipe/states/transitions", test_transitions);
  g_test_add_func ("/pipe/states/waiting-writer", test_waiting_writer);
  g_test_add_func ("/pipe/states/hung-consumer-of-small-messages", test_hung_consumer_of_small_messages);
  g_test_add_func ("/pipe/states/late-reader", test_late_reader);
  g_test_add_func ("/pipe/states/acknowledged", test_acknowledged);
  g_test_add_func ("/pipe/states/without-probes", test_without_probes);
  g_test_add_func ("/pipe/states/client-that-never-answers", test_client_that_never_answers);
  g_test_add_func ("/pipe/states/silent-client-of-a-stream", test_silent_client_of_a_stream);
  g_test_add_func ("/pipe/states/killed-consumer", test_killed_consumer);
  return g_test_run ();
}
