/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "pipe-fixture.h"

/* How a channel begins and ends: each line of "Nothing accepted is lost" and of the stock engine's faults that we do
 * not have. */

static void
expect_left (Fixture *fixture, WeirSide side, gboolean is_clean, guint16 code, const char *reason)
{
  const WeirPipeEvent *event = heard_wait_event (&fixture->heard, 1, WEIR_PIPE_LEFT, side);

  g_assert_cmpint (event->is_clean, ==, is_clean);
  g_assert_cmpuint (event->code, ==, code);
  g_assert_cmpstr (event->reason, ==, reason);
}

static void
expect_ended (Fixture *fixture, WeirEndedBy by)
{
  const WeirPipeEvent *event = heard_wait_event (&fixture->heard, 1, WEIR_PIPE_ENDED, -1);

  g_assert_cmpint (event->by, ==, by);
  g_assert_cmpint (event->meters.ended, ==, by);
  g_assert_cmpint (weir_state_decide (&event->meters, event->at_us), ==, WEIR_STATE_CLOSED);
}

static void
test_writer_closes (void)
{
  Fixture fixture;
  Peer writer, reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 64, 1 << 20);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  peer_send_text (&writer, "one");
  peer_send (&writer, WEIR_OP_BINARY, "two", 3);
  peer_send (&writer, WEIR_OP_TEXT, NULL, 0);
  peer_send_close (&writer, 1000, "stream_complete");

  peer_expect (&reader, WEIR_OP_TEXT, "one");
  peer_expect (&reader, WEIR_OP_BINARY, "two");
  peer_expect (&reader, WEIR_OP_TEXT, "");
  peer_expect_close (&reader, 0, NULL);
  peer_finish (&reader);
  peer_expect_close (&writer, 1000, "");
  peer_clear (&writer);

  expect_left (&fixture, WEIR_SIDE_WRITER, TRUE, 1000, "stream_complete");
  expect_left (&fixture, WEIR_SIDE_READER, TRUE, 0, NULL);
  expect_ended (&fixture, WEIR_ENDED_WRITER);
  g_assert_cmpuint (heard_get_meters (&fixture.heard, 1)->totals.written_messages, ==, 3);
  g_assert_cmpuint (heard_get_meters (&fixture.heard, 1)->totals.written_text, ==, 2);
  g_assert_cmpuint (heard_get_meters (&fixture.heard, 1)->totals.acked_bytes, ==, 6);
  fixture_clear (&fixture);
}

/* It was handed all of it and told that this was all, but refused a message: that is no answer to a close. */
static void
test_reader_refuses_what_the_close_follows (void)
{
  Fixture fixture;
  Peer writer, reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 64, 1 << 20);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  reader.keeps_silent = TRUE;
  peer_send_text (&writer, "much");
  peer_send_close (&writer, 1000, "stream_complete");
  peer_expect (&reader, WEIR_OP_TEXT, "much");
  peer_expect_close (&reader, 0, NULL);
  peer_send_close (&reader, 1009, "too large");
  expect_left (&fixture, WEIR_SIDE_WRITER, TRUE, 1000, "stream_complete");
  expect_left (&fixture, WEIR_SIDE_READER, TRUE, 1009, "too large");
  peer_clear (&writer);
  peer_clear (&reader);
  expect_ended (&fixture, WEIR_ENDED_READER);
  g_assert_cmpuint (heard_get_meters (&fixture.heard, 1)->totals.acked_bytes, ==, 0);
  fixture_clear (&fixture);
}

static void
test_writer_closes_before_the_reader_comes (void)
{
  Fixture fixture;
  Peer writer, reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 64, 1 << 20);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  peer_send_text (&writer, "early");
  peer_send_close (&writer, 1000, NULL);
  peer_expect_close (&writer, 1000, ""); /* answered at once: there was room */
  peer_clear (&writer);
  heard_wait_event (&fixture.heard, 1, WEIR_PIPE_LEFT, WEIR_SIDE_WRITER);
  g_assert_cmpint (heard_get_state (&fixture.heard, 1), ==, WEIR_STATE_WAITING_READER);

  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  peer_expect (&reader, WEIR_OP_TEXT, "early");
  peer_expect_close (&reader, 0, NULL);
  peer_finish (&reader);
  expect_ended (&fixture, WEIR_ENDED_WRITER);
  fixture_clear (&fixture);
}

/* As many messages as there may be, and a close, together or later: it takes no room. */
static void
test_writer_closes_at_the_bound (gconstpointer is_later)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  Fixture fixture;
  Peer writer, reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 64, 1 << 20);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  for (guint i = 0; i < 64; i++)
    {
      g_autoptr (GByteArray) frame = make_frame (WEIR_OP_TEXT, "item", 4);

      g_byte_array_append (bytes, frame->data, frame->len);
    }
  if (is_later == NULL)
    {
      g_autoptr (GByteArray) frame = make_frame (WEIR_OP_CLOSE, "\x03\xe8", 2);

      g_byte_array_append (bytes, frame->data, frame->len);
    }
  peer_send_bytes (&writer, bytes->data, bytes->len);
  if (is_later != NULL)
    {
      WAIT_FOR (&fixture, heard_get_meters (&fixture.heard, 1)->paused_since_us != 0);
      peer_send_close (&writer, 1000, NULL);
    }
  peer_expect_close (&writer, 1000, "");
  peer_clear (&writer);
  expect_left (&fixture, WEIR_SIDE_WRITER, TRUE, 1000, NULL);

  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  for (guint i = 0; i < 64; i++)
    peer_expect (&reader, WEIR_OP_TEXT, "item");
  peer_expect_close (&reader, 0, NULL);
  peer_finish (&reader);
  expect_ended (&fixture, WEIR_ENDED_WRITER);
  fixture_clear (&fixture);
}

/* A reader has all the time it wants, but for a stop. */
static void
test_stop_does_not_wait_for_a_reader (void)
{
  g_autofree char *data = g_strnfill (1 << 20, 'd');
  Fixture fixture;
  Peer writer, reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 64, 8 << 20);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  peer_send (&writer, WEIR_OP_BINARY, data, 1 << 20);
  peer_send_close (&writer, 1000, NULL);
  expect_left (&fixture, WEIR_SIDE_WRITER, TRUE, 1000, NULL);
  WAIT_FOR (&fixture, heard_get_meters (&fixture.heard, 1)->totals.sent_messages == 1 ||
                          heard_get_meters (&fixture.heard, 1)->totals.buffered_messages == 1);
  weir_data_thread_stop (fixture.thread, 1001, "stopping", 10000);
  WAIT_FOR (&fixture, fixture.has_stopped);
  g_clear_pointer (&fixture.thread, weir_data_thread_free);
  peer_clear (&writer);
  peer_clear (&reader);
  fixture_clear (&fixture);
}

static void
test_empty_channel_ends (void)
{
  Fixture fixture;
  Peer writer, reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 64, 1 << 20);
  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  peer_send_close (&writer, 0, NULL);
  peer_expect_close (&reader, 0, NULL);
  peer_finish (&reader);
  peer_clear (&writer);
  expect_ended (&fixture, WEIR_ENDED_WRITER);
  fixture_clear (&fixture);
}

static void
test_writer_lost (void)
{
  Fixture fixture;
  Peer writer, reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 64, 1 << 20);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  peer_send_text (&writer, "kept");
  peer_send_bytes (&writer, "\x82\xfe\x01", 3); /* begins another and dies */
  peer_clear (&writer);
  expect_left (&fixture, WEIR_SIDE_WRITER, FALSE, 0, NULL);

  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  peer_expect (&reader, WEIR_OP_TEXT, "kept");
  peer_expect_close (&reader, 1011, "writer_lost");
  peer_finish (&reader);
  expect_ended (&fixture, WEIR_ENDED_WRITER_LOST);
  fixture_clear (&fixture);
}

static void
test_writer_breaks_the_protocol (void)
{
  const WeirPipeEvent *event;
  Fixture fixture;
  Peer writer, reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 64, 1 << 20);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  peer_send_text (&writer, "good");
  peer_send_bytes (&writer,
                   "\x81\x03"
                   "bad",
                   5); /* not masked */
  peer_expect (&reader, WEIR_OP_TEXT, "good");
  peer_expect_close (&reader, 1011, "writer_lost");
  peer_finish (&reader);

  event = heard_wait_event (&fixture.heard, 1, WEIR_PIPE_LEFT, WEIR_SIDE_WRITER);
  g_assert_false (event->is_clean);
  g_assert_nonnull (event->violation);
  g_assert_null (event->reason);
  peer_clear (&writer);
  expect_ended (&fixture, WEIR_ENDED_WRITER_LOST);
  fixture_clear (&fixture);
}

/* @leave: how the reader goes. The writer says nothing all the time, and is told at once. */
static void
check_reader_leaves (void (*leave) (Peer *reader), gboolean is_clean, guint16 code)
{
  Fixture fixture;
  Peer writer, reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 64, 1 << 20);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  heard_wait_event (&fixture.heard, 1, WEIR_PIPE_CONNECTED, WEIR_SIDE_READER);
  leave (&reader);
  expect_left (&fixture, WEIR_SIDE_READER, is_clean, code, NULL);
  g_assert_cmpint (heard_get_state (&fixture.heard, 1), ==, WEIR_STATE_READER_GONE);
  peer_expect_close (&writer, 1001, "reader_left");
  peer_finish (&writer);
  expect_ended (&fixture, WEIR_ENDED_READER);
  peer_clear (&reader);
  fixture_clear (&fixture);
}

/* What a reader sends is read, so that its close is seen, but never held: no bound counts it. */
static void
test_reader_that_talks (void)
{
  guint8 head[] = { 0x02, 0xff, 0, 0, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0 }; /* 1 MiB, and not the last frame */
  g_autofree guint8 *mebibyte = g_malloc0 (1 << 20);
  Fixture fixture;
  Peer writer, reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 64, 1 << 20);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  for (guint i = 0; i < 60; i++) /* as much as a message may be, nearly */
    {
      head[0] = i == 0 ? 0x02 : 0x00;
      peer_send_bytes (&reader, head, sizeof head);
      peer_send_bytes (&reader, mebibyte, 1 << 20);
    }
  peer_send_text (&writer, "still there");
  peer_expect (&reader, WEIR_OP_TEXT, "still there");
  peer_send_close (&reader, 1000, NULL);
  expect_left (&fixture, WEIR_SIDE_READER, TRUE, 1000, NULL);
  peer_expect_close (&writer, 1001, "reader_left");
  peer_finish (&writer);
  peer_clear (&reader);
  expect_ended (&fixture, WEIR_ENDED_READER);
  fixture_clear (&fixture);
}

static void
leave_with_close (Peer *reader)
{
  peer_send_close (reader, 1000, NULL);
}

static void
test_reader_closes (void)
{
  check_reader_leaves (leave_with_close, TRUE, 1000);
}

static void
test_reader_lost (void)
{
  check_reader_leaves (peer_clear, FALSE, 0);
}

static void
test_reader_reset (void)
{
  check_reader_leaves (peer_reset, FALSE, 0);
}

static void
test_reader_leaves_a_held_writer (void)
{
  Fixture fixture;
  Peer writer, reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 1, 1 << 20);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  for (guint i = 0; i < 10; i++)
    peer_send_text (&writer, "waits");
  WAIT_FOR (&fixture, heard_get_meters (&fixture.heard, 1)->paused_since_us != 0);

  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  peer_clear (&reader);
  peer_expect_close (&writer, 1001, "reader_left");
  peer_finish (&writer);
  expect_ended (&fixture, WEIR_ENDED_READER);
  g_assert_cmpint (heard_get_meters (&fixture.heard, 1)->paused_since_us, ==, 0);
  g_assert_cmpuint (heard_get_meters (&fixture.heard, 1)->totals.paused_us, >, 0);
  fixture_clear (&fixture);
}

static void
test_reader_leaves_before_the_writer_comes (void)
{
  Fixture fixture;
  Peer writer, reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 64, 1 << 20);
  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  peer_clear (&reader);
  expect_ended (&fixture, WEIR_ENDED_READER);

  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer); /* it comes while the news does */
  peer_expect_close (&writer, 1001, "reader_left");
  peer_finish (&writer);
  fixture_clear (&fixture);
}

static void
test_second_is_refused (void)
{
  Fixture fixture;
  Peer writer, reader, second;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 64, 1 << 20);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  for (guint side = 0; side < WEIR_N_SIDES; side++)
    {
      fixture_attach (&fixture, 1, side, &second);
      peer_expect_close (&second, 0, NULL);
      peer_finish (&second);
      heard_wait_event (&fixture.heard, 1, WEIR_PIPE_REFUSED, side);
    }

  peer_send_text (&writer, "undisturbed");
  peer_expect (&reader, WEIR_OP_TEXT, "undisturbed");
  g_assert_null (heard_find (&fixture.heard, 1, WEIR_PIPE_LEFT, -1));
  peer_clear (&writer);
  peer_clear (&reader);
  fixture_clear (&fixture);
}

/* Also after the first has left: an end is taken once. */
static void
test_second_writer_after_the_first (void)
{
  Fixture fixture;
  Peer writer, second;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 64, 1 << 20);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  peer_send_close (&writer, 1000, NULL);
  heard_wait_event (&fixture.heard, 1, WEIR_PIPE_LEFT, WEIR_SIDE_WRITER);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &second);
  peer_expect_close (&second, 0, NULL);
  peer_clear (&second);
  peer_clear (&writer);
  fixture_clear (&fixture);
}

static void
open_expiring (Fixture *fixture, gint64 expiry_us)
{
  WeirPipeConfig config = { .n = 1, .max_items = 64, .max_bytes = 1 << 20, .expiry_us = expiry_us, .probe = TRUE };

  weir_data_thread_open (fixture->thread, &config);
}

static void
test_expires_untaken (void)
{
  Fixture fixture;

  fixture_init (&fixture, 1 << 30);
  open_expiring (&fixture, 20 * G_TIME_SPAN_MILLISECOND);
  expect_ended (&fixture, WEIR_ENDED_EXPIRED);
  fixture_clear (&fixture);
}

static void
test_expires_with_a_lone_end (void)
{
  for (guint side = 0; side < WEIR_N_SIDES; side++)
    {
      Fixture fixture;
      Peer peer;

      fixture_init (&fixture, 1 << 30);
      open_expiring (&fixture, 100 * G_TIME_SPAN_MILLISECOND);
      fixture_attach (&fixture, 1, side, &peer);
      peer_expect_close (&peer, 1001, "expired");
      peer_finish (&peer);
      expect_ended (&fixture, WEIR_ENDED_EXPIRED);
      fixture_clear (&fixture);
    }
}

/* It counts from the last sign of life, not from creation. */
static void
test_life_puts_expiry_off (void)
{
  const gint64 expiry_us = 400 * G_TIME_SPAN_MILLISECOND;
  gint64 last_us = 0;
  Fixture fixture;
  Peer writer;

  fixture_init (&fixture, 1 << 30);
  open_expiring (&fixture, expiry_us);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  for (guint i = 1; i <= 6; i++)
    {
      gint64 next_us = g_get_monotonic_time () + expiry_us / 4;

      last_us = g_get_monotonic_time ();
      peer_send_text (&writer, "alive");
      WAIT_FOR (&fixture, g_get_monotonic_time () >= next_us);
    }
  g_assert_cmpint (heard_wait_event (&fixture.heard, 1, WEIR_PIPE_ENDED, -1)->at_us - last_us, >=, expiry_us);
  peer_expect_close (&writer, 1001, "expired");
  peer_clear (&writer);
  fixture_clear (&fixture);
}

static void
test_both_ends_taken_do_not_expire (void)
{
  gint64 until_us = g_get_monotonic_time () + 200 * G_TIME_SPAN_MILLISECOND;
  Fixture fixture;
  Peer writer, reader;

  fixture_init (&fixture, 1 << 30);
  open_expiring (&fixture, 50 * G_TIME_SPAN_MILLISECOND);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  WAIT_FOR (&fixture, g_get_monotonic_time () >= until_us);
  g_assert_null (heard_find (&fixture.heard, 1, WEIR_PIPE_ENDED, -1));
  peer_clear (&writer);
  peer_clear (&reader);
  fixture_clear (&fixture);
}

static void
test_stop_closes_all (void)
{
  Fixture fixture;
  Peer peers[4];

  fixture_init (&fixture, 1 << 30);
  for (guint i = 0; i < G_N_ELEMENTS (peers); i++)
    {
      if (i % 2 == 0)
        fixture_open (&fixture, i, 64, 1 << 20);
      fixture_attach (&fixture, i & ~1u, i % 2, &peers[i]);
    }
  fixture_clear (&fixture); /* nobody answers: it does not wait for ever */
  for (guint i = 0; i < G_N_ELEMENTS (peers); i++)
    {
      peer_expect_close (&peers[i], 1001, "stopping");
      peer_clear (&peers[i]);
    }
}

/* A stop is asked for and told, and all that ends by it before: the control thread waits for nobody. */
static void
test_stop_is_told (void)
{
  Fixture fixture;
  Peer writer, reader, late;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 64, 1 << 20);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  weir_data_thread_stop (fixture.thread, 1001, "stopping", 10 * LIMIT_US);
  fixture_open (&fixture, 2, 64, 1 << 20); /* too late */
  fixture_attach (&fixture, 2, WEIR_SIDE_WRITER, &late);
  peer_expect_close (&writer, 1001, "stopping");
  peer_expect_close (&reader, 1001, "stopping");
  peer_expect_close (&late, 0, NULL);
  g_assert_false (fixture.has_stopped);
  peer_finish (&writer);
  peer_finish (&reader);
  peer_finish (&late);
  WAIT_FOR (&fixture, fixture.has_stopped);
  expect_ended (&fixture, WEIR_ENDED_ENGINE);
  g_clear_pointer (&fixture.thread, weir_data_thread_free);
  fixture_clear (&fixture);
}

static void
free_when_stopped_cb (WeirDataThread *thread, gpointer user_data)
{
  gboolean *is_freed = user_data;

  weir_data_thread_free (thread);
  *is_freed = TRUE;
}

static void
ignore_event_cb (const WeirPipeEvent *event, gpointer user_data)
{
}

static void
ignore_meters_cb (const WeirMeterRow *rows, guint n_rows, gint64 now_us, gpointer user_data)
{
}

static void
test_stop_frees (void)
{
  static const WeirDataEvents events = { ignore_event_cb, ignore_meters_cb, free_when_stopped_cb };
  Fixture fixture;
  WeirDataThread *thread;
  gboolean is_freed = FALSE;

  fixture_init (&fixture, 1 << 30);
  thread = weir_data_thread_new ("data", fixture.budget, fixture.heard.context, &events, &is_freed, NULL);
  weir_data_thread_stop (thread, 1001, NULL, 10 * LIMIT_US);
  WAIT_FOR (&fixture, is_freed);
  fixture_clear (&fixture);
}

static void
test_free_drops_all (void)
{
  Fixture fixture;
  Peer writer;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 64, 1 << 20);
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  g_clear_pointer (&fixture.thread, weir_data_thread_free);
  peer_expect_end (&writer);
  peer_clear (&writer);
  fixture_clear (&fixture);
}

static void
test_reader_is_answered_at_all_times (void)
{
  Fixture fixture;
  Peer writer, reader;

  fixture_init (&fixture, 1 << 30);
  fixture_open (&fixture, 1, 64, 1 << 20);
  fixture_attach (&fixture, 1, WEIR_SIDE_READER, &reader);
  for (guint i = 0; i < 100; i++) /* no writer; what it says as data is nobody's */
    {
      peer_send_text (&reader, "to nobody");
      peer_send (&reader, WEIR_OP_PING, "are you there", 13);
      peer_expect (&reader, WEIR_OP_PONG, "are you there");
    }
  fixture_attach (&fixture, 1, WEIR_SIDE_WRITER, &writer);
  peer_send_text (&writer, "data");
  peer_expect (&reader, WEIR_OP_TEXT, "data");
  peer_clear (&writer);
  peer_clear (&reader);
  fixture_clear (&fixture);
}

static void
test_unknown_channel (void)
{
  Fixture fixture;
  Peer peer;

  fixture_init (&fixture, 1 << 30);
  fixture_attach (&fixture, 7, WEIR_SIDE_READER, &peer);
  weir_channel_door_set_internal (fixture.door, 7);
  peer_expect_close (&peer, 0, NULL);
  peer_finish (&peer);
  g_assert_cmpuint (fixture.heard.events->len, ==, 0);
  fixture_clear (&fixture);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pipe/ends/writer-closes", test_writer_closes);
  g_test_add_func ("/pipe/ends/reader-refuses-what-the-close-follows", test_reader_refuses_what_the_close_follows);
  g_test_add_func ("/pipe/ends/writer-closes-before-the-reader-comes", test_writer_closes_before_the_reader_comes);
  g_test_add_data_func ("/pipe/ends/writer-closes-at-the-bound", NULL, test_writer_closes_at_the_bound);
  g_test_add_data_func ("/pipe/ends/writer-closes-at-the-bound-later", "later", test_writer_closes_at_the_bound);
  g_test_add_func ("/pipe/ends/stop-does-not-wait-for-a-reader", test_stop_does_not_wait_for_a_reader);
  g_test_add_func ("/pipe/ends/empty-channel-ends", test_empty_channel_ends);
  g_test_add_func ("/pipe/ends/writer-lost", test_writer_lost);
  g_test_add_func ("/pipe/ends/writer-breaks-the-protocol", test_writer_breaks_the_protocol);
  g_test_add_func ("/pipe/ends/reader-closes", test_reader_closes);
  g_test_add_func ("/pipe/ends/reader-lost", test_reader_lost);
  g_test_add_func ("/pipe/ends/reader-reset", test_reader_reset);
  g_test_add_func ("/pipe/ends/reader-that-talks", test_reader_that_talks);
  g_test_add_func ("/pipe/ends/reader-leaves-a-held-writer", test_reader_leaves_a_held_writer);
  g_test_add_func ("/pipe/ends/reader-leaves-before-the-writer-comes", test_reader_leaves_before_the_writer_comes);
  g_test_add_func ("/pipe/ends/second-is-refused", test_second_is_refused);
  g_test_add_func ("/pipe/ends/second-writer-after-the-first", test_second_writer_after_the_first);
  g_test_add_func ("/pipe/ends/expires-untaken", test_expires_untaken);
  g_test_add_func ("/pipe/ends/expires-with-a-lone-end", test_expires_with_a_lone_end);
  g_test_add_func ("/pipe/ends/life-puts-expiry-off", test_life_puts_expiry_off);
  g_test_add_func ("/pipe/ends/both-ends-taken-do-not-expire", test_both_ends_taken_do_not_expire);
  g_test_add_func ("/pipe/ends/stop-closes-all", test_stop_closes_all);
  g_test_add_func ("/pipe/ends/stop-is-told", test_stop_is_told);
  g_test_add_func ("/pipe/ends/stop-frees", test_stop_frees);
  g_test_add_func ("/pipe/ends/free-drops-all", test_free_drops_all);
  g_test_add_func ("/pipe/ends/reader-is-answered-at-all-times", test_reader_is_answered_at_all_times);
  g_test_add_func ("/pipe/ends/unknown-channel", test_unknown_channel);
  return g_test_run ();
}
