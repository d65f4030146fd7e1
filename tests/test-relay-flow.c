/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "relay-fixture.h"

#include <malloc.h>

/* Whoever takes nothing is felt on the other side. */

#define MESSAGE_SIZE (64 * 1024)

/* What a link may hold by itself: what was read at once, on its way in one direction. */
#define KEPT_MAX (256 * 1024)

/* As much as the relay takes while nobody reads on the other side. Returns how many bytes that were. */
static gsize
fill (Fixture *fixture, Peer *peer, const guint8 *data, gsize len)
{
  gsize sent = 0;
  gint64 quiet_us = g_get_monotonic_time ();

  while (g_get_monotonic_time () - quiet_us < G_USEC_PER_SEC / 2)
    {
      gssize n = send (peer->fd, data + sent % len, len - sent % len, MSG_DONTWAIT | MSG_NOSIGNAL);

      if (n > 0)
        {
          sent += n;
          quiet_us = g_get_monotonic_time ();
          continue;
        }
      g_assert_cmpint (errno, ==, EAGAIN);
      g_main_context_iteration (fixture->heard.context, FALSE);
      g_usleep (1000);
    }
  return sent;
}

static void
expect_many (Peer *peer, const guint8 *data, gsize len, gsize total)
{
  g_autofree guint8 *got = g_malloc (len);

  for (gsize at = 0, n; at < total; at += n)
    {
      n = MIN (len - at % len, total - at);
      g_assert_true (peer_read_bytes (peer, got, n));
      g_assert_cmpint (memcmp (got, data + at % len, n), ==, 0);
    }
}

/* The same without a relay. */
static gsize
fill_directly (Fixture *fixture, const guint8 *data, gsize len)
{
  Peer far = { 0 };
  g_autoptr (GIOStream) stream = peer_init (&far);
  Peer near = { .fd = g_socket_get_fd (g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream))) };
  gsize n = fill (fixture, &near, data, len);

  peer_clear (&far);
  return n;
}

/* A held side: its sender is held, nothing is read beyond the bound, and all of it arrives when it goes on. */
static void
test_held (gconstpointer data)
{
  WeirSide side = GPOINTER_TO_INT (data);
  g_autofree guint8 *payload = g_malloc0 (MESSAGE_SIZE);
  g_autoptr (GByteArray) frame = make_any_frame (WEIR_OP_BINARY, TRUE, side == WEIR_SIDE_WRITER, payload, MESSAGE_SIZE);
  Fixture fixture;
  Link link = { 0 }, reader = { 0 };
  Peer *from = side == WEIR_SIDE_WRITER ? &link.worker : &link.engine;
  Peer *to = side == WEIR_SIDE_WRITER ? &link.engine : &link.worker;
  gsize sent, directly, rest;

  fixture_init (&fixture);
  fixture_open_channel (&fixture, 1, WEIR_PRESENCE_ELSEWHERE, WEIR_PRESENCE_ELSEWHERE);
  fixture_attach (&fixture, &link, 1, side);
  sent = fill (&fixture, from, frame->data, frame->len);
  directly = fill_directly (&fixture, frame->data, frame->len);
  g_test_message ("%" G_GSIZE_FORMAT " bytes were taken, %" G_GSIZE_FORMAT " directly", sent, directly);
  g_assert_cmpuint (sent, <, directly + 4 * KEPT_MAX); /* with the kernel's buffers */
  WAIT_FOR (&fixture, heard_get_meters (&fixture.heard, 1)->outstanding_since_us != 0);
  g_assert_cmpuint (weir_budget_get_used (fixture.budget), >, 0);
  g_assert_cmpuint (weir_budget_get_used (fixture.budget), <=, KEPT_MAX);
  g_assert_cmpint (heard_get_meters (&fixture.heard, 1)->paused_since_us != 0, ==, side == WEIR_SIDE_WRITER);
  if (side == WEIR_SIDE_WRITER) /* of a reader that comes now nothing is owed yet */
    {
      fixture_attach (&fixture, &reader, 1, WEIR_SIDE_READER);
      g_assert_cmpint (
          heard_wait_event (&fixture.heard, 1, WEIR_PIPE_CONNECTED, WEIR_SIDE_READER)->meters.outstanding_since_us, ==,
          0);
    }

  rest = (frame->len - sent % frame->len) % frame->len;
  expect_many (to, frame->data, frame->len, sent);
  peer_send_bytes (from, frame->data + frame->len - rest, rest);
  expect_bytes (to, frame->data + frame->len - rest, rest);
  WAIT_FOR (&fixture, heard_get_totals (&fixture.heard, 1)->written_messages +
                              heard_get_totals (&fixture.heard, 1)->sent_messages ==
                          (sent + rest) / frame->len);
  WAIT_FOR (&fixture, heard_get_meters (&fixture.heard, 1)->outstanding_since_us == 0);
  g_assert_cmpuint (weir_budget_get_used (fixture.budget), ==, 0);
  g_assert_cmpint (heard_get_totals (&fixture.heard, 1)->paused_us > 0, ==, side == WEIR_SIDE_WRITER);
  link_clear (&link);
  if (side == WEIR_SIDE_WRITER)
    link_clear (&reader);
  fixture_clear (&fixture);
}

/* A writer that goes on, slowly, is no progress of the reader that hangs behind full sockets. */
static void
test_hung_reader (void)
{
  g_autofree guint8 *payload = g_malloc0 (MESSAGE_SIZE);
  g_autoptr (GByteArray) frame = make_any_frame (WEIR_OP_BINARY, TRUE, FALSE, payload, MESSAGE_SIZE);
  Fixture fixture;
  Link writer = { 0 }, reader = { 0 };
  gint64 since_us;

  fixture_init (&fixture);
  fixture_open_channel (&fixture, 1, WEIR_PRESENCE_NONE, WEIR_PRESENCE_NONE);
  fixture_attach (&fixture, &writer, 1, WEIR_SIDE_WRITER);
  fixture_attach (&fixture, &reader, 1, WEIR_SIDE_READER);
  fill (&fixture, &reader.engine, frame->data, frame->len);
  WAIT_FOR (&fixture, heard_get_meters (&fixture.heard, 1)->outstanding_since_us != 0);
  since_us = heard_get_meters (&fixture.heard, 1)->outstanding_since_us;
  for (guint i = 1; i <= 3; i++)
    {
      peer_send_text (&writer.worker, "more");
      peer_expect (&writer.engine, WEIR_OP_TEXT, "more");
      WAIT_FOR (&fixture, heard_get_totals (&fixture.heard, 1)->written_messages == i);
      g_assert_cmpint (heard_get_meters (&fixture.heard, 1)->outstanding_since_us, ==, since_us);
    }
  link_clear (&writer);
  link_clear (&reader);
  fixture_clear (&fixture);
}

/* What was not handed over does not count as sent. */
static void
test_sent (void)
{
  gsize n_messages = 0, sent;
  g_autoptr (GByteArray) frame = make_any_frame (WEIR_OP_BINARY, TRUE, FALSE, "0123456789", 10);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  Fixture fixture;
  Link link = { 0 };
  const WeirTotals *totals;

  for (guint i = 0; i < 10000; i++)
    g_byte_array_append (bytes, frame->data, frame->len);
  fixture_init_end (&fixture, &link, WEIR_SIDE_READER);
  sent = fill (&fixture, &link.engine, bytes->data, bytes->len);
  WAIT_FOR (&fixture, heard_get_totals (&fixture.heard, 1)->buffered_messages > 0);
  totals = heard_get_totals (&fixture.heard, 1);
  n_messages = sent / frame->len;
  g_assert_cmpuint (totals->sent_messages + totals->buffered_messages, <=, n_messages);
  g_assert_cmpuint (totals->sent_messages * 10, ==, totals->sent_bytes);
  g_assert_cmpuint (totals->buffered_bytes, ==, totals->buffered_messages * 10);
  g_assert_cmpuint (totals->buffered_bytes, <=, KEPT_MAX);
  expect_many (&link.worker, bytes->data, bytes->len, sent);
  WAIT_FOR (&fixture, heard_get_totals (&fixture.heard, 1)->sent_messages == n_messages);
  g_assert_cmpuint (heard_get_totals (&fixture.heard, 1)->buffered_messages, ==, 0);
  fixture_clear_end (&fixture, &link);
}

/* A reader that takes nothing stalls its channel, and no other. */
static void
test_others_go_on (void)
{
  g_autofree guint8 *payload = g_malloc0 (MESSAGE_SIZE);
  g_autoptr (GByteArray) frame = make_any_frame (WEIR_OP_BINARY, TRUE, FALSE, payload, MESSAGE_SIZE);
  Fixture fixture;
  Link held = { 0 }, other = { 0 };

  fixture_init (&fixture);
  fixture_open_link (&fixture, &held, WEIR_LINK_CHANNEL);
  fixture_open_link (&fixture, &other, WEIR_LINK_CHANNEL);
  fill (&fixture, &held.engine, frame->data, frame->len);
  peer_send_bytes (&other.engine, frame->data, frame->len);
  expect_bytes (&other.worker, frame->data, frame->len);
  peer_send_text (&held.worker, "the other way is free");
  peer_expect (&held.engine, WEIR_OP_TEXT, "the other way is free");
  link_clear (&held);
  link_clear (&other);
  WAIT_FOR (&fixture, weir_budget_get_used (fixture.budget) == 0);
  fixture_clear (&fixture);
}

/* Links in all the states in which there is nothing to do. */
static void
test_rests (void)
{
  g_autofree guint8 *payload = g_malloc0 (MESSAGE_SIZE);
  g_autoptr (GByteArray) frame = make_any_frame (WEIR_OP_BINARY, TRUE, FALSE, payload, MESSAGE_SIZE);
  enum
  {
    IDLE,
    HELD,
    HALF_CLOSED,
    CLOSED_BY_WORKER,
    CLOSED_BY_ENGINE,
    RESET_BEHIND_DATA,
    HELD_BY_OBSERVER,
    N
  };
  Link links[N] = { 0 };
  Fixture fixture;

  fixture_init (&fixture);
  for (guint i = 0; i < N; i++)
    {
      fixture_open_channel (&fixture, i + 1, WEIR_PRESENCE_ELSEWHERE, WEIR_PRESENCE_ELSEWHERE);
      fixture_attach (&fixture, &links[i], i + 1, WEIR_SIDE_READER);
    }
  weir_channel_door_shape (fixture.door, HELD_BY_OBSERVER + 1, 1, TRUE, 1000, NULL);
  heard_wait_answer (&fixture.heard, 1);
  fill (&fixture, &links[HELD].engine, frame->data, frame->len);
  fill (&fixture, &links[RESET_BEHIND_DATA].engine, frame->data, frame->len);
  peer_send_text (&links[HELD_BY_OBSERVER].engine, "held");
  shutdown (links[HALF_CLOSED].worker.fd, SHUT_WR);
  expect_eof (&links[HALF_CLOSED].engine);
  peer_clear (&links[CLOSED_BY_WORKER].worker);
  expect_eof (&links[CLOSED_BY_WORKER].engine);
  peer_clear (&links[CLOSED_BY_ENGINE].engine);
  expect_eof (&links[CLOSED_BY_ENGINE].worker);
  peer_reset (&links[RESET_BEHIND_DATA].engine);
  WAIT_FOR (&fixture, heard_get_meters (&fixture.heard, HELD + 1)->outstanding_since_us != 0);
  expect_rest ();
  for (guint i = 0; i < N; i++)
    link_clear (&links[i]);
  fixture_clear (&fixture);
}

/* Memory of a link where nothing happens. */
static void
test_idle (void)
{
  Fixture fixture;
  Link links[100] = { 0 };
  gsize before, after;

  fixture_init_with (&fixture, (WeirRelayConfig){ .probe = TRUE });
  before = mallinfo2 ().uordblks;
  for (guint i = 0; i < G_N_ELEMENTS (links); i++)
    {
      fixture_open_channel (&fixture, i + 1, WEIR_PRESENCE_ELSEWHERE, WEIR_PRESENCE_ELSEWHERE);
      fixture_attach (&fixture, &links[i], i + 1, i % 2);
      peer_send_text (&links[i].worker, "x");
      peer_expect (&links[i].engine, WEIR_OP_TEXT, "x");
    }
  after = mallinfo2 ().uordblks;
  g_test_message ("%" G_GSIZE_FORMAT " bytes a link", (after - before) / G_N_ELEMENTS (links));
  g_assert_cmpuint (after - before, <=, 4096 * G_N_ELEMENTS (links)); /* a sanitizer counts nothing there */
  for (guint i = 0; i < G_N_ELEMENTS (links); i++)
    link_clear (&links[i]);
  WAIT_FOR (&fixture, g_hash_table_size (fixture.ended) == G_N_ELEMENTS (links));
  fixture_clear (&fixture);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/relay/flow/held-writer", GINT_TO_POINTER (WEIR_SIDE_WRITER), test_held);
  g_test_add_data_func ("/relay/flow/held-reader", GINT_TO_POINTER (WEIR_SIDE_READER), test_held);
  g_test_add_func ("/relay/flow/hung-reader", test_hung_reader);
  g_test_add_func ("/relay/flow/sent", test_sent);
  g_test_add_func ("/relay/flow/others-go-on", test_others_go_on);
  g_test_add_func ("/relay/flow/rests", test_rests);
  g_test_add_func ("/relay/flow/idle", test_idle);
  return g_test_run ();
}
