/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "relay-fixture.h"

#include "weir-close.h"
#include "weir-probe.h"
#include "weir-record.h"

/* What a relay says of a channel, and what observers do to it. */

/* The engine: one message from its writer to its reader. */
static void
pair_pass (Pair *self, const char *text)
{
  peer_expect (&self->writer.engine, WEIR_OP_TEXT, text);
  peer_send_text (&self->reader.engine, text);
}

static const WeirTotals *
pair_get_totals (Pair *self)
{
  return heard_get_totals (&self->fixture.heard, 1);
}

/* --- meters --- */

static void
test_meters (void)
{
  Pair pair;
  const WeirTotals *totals;

  pair_init (&pair, (WeirRelayConfig){ 0 });
  peer_send_text (&pair.writer.worker, "one");
  pair_pass (&pair, "one");
  peer_expect (&pair.reader.worker, WEIR_OP_TEXT, "one");
  peer_send (&pair.writer.worker, WEIR_OP_BINARY, "four", 4);
  peer_expect (&pair.writer.engine, WEIR_OP_BINARY, "four");
  WAIT_FOR (&pair.fixture, pair_get_totals (&pair)->written_messages == 2);
  totals = pair_get_totals (&pair);
  g_assert_cmpuint (totals->written_bytes, ==, 7);
  g_assert_cmpuint (totals->written_text, ==, 1);
  g_assert_cmpuint (totals->sent_messages, ==, 1);
  g_assert_cmpuint (totals->sent_bytes, ==, 3);
  g_assert_cmpuint (totals->acked_messages, ==, 0);
  g_assert_cmpuint (totals->buffered_messages, ==, 1); /* it is in the engine */
  g_assert_cmpuint (totals->buffered_bytes, ==, 4);
  g_assert_false (heard_get_meters (&pair.fixture.heard, 1)->is_reader_unseen);
  g_assert_cmpint (heard_get_state (&pair.fixture.heard, 1), ==, WEIR_STATE_FLOWING);
  pair_clear (&pair);
}

/* Of an end that is not here nothing is made up. */
static void
test_meters_of_one (gconstpointer data)
{
  WeirSide side = GPOINTER_TO_INT (data);
  Fixture fixture;
  Link link = { 0 };
  const WeirTotals *totals;
  const WeirMeters *meters;

  fixture_init (&fixture);
  fixture_open_channel (&fixture, 1, WEIR_PRESENCE_ELSEWHERE, WEIR_PRESENCE_ELSEWHERE);
  fixture_attach (&fixture, &link, 1, side);
  peer_send_text (side == WEIR_SIDE_WRITER ? &link.worker : &link.engine, "message");
  peer_expect (side == WEIR_SIDE_WRITER ? &link.engine : &link.worker, WEIR_OP_TEXT, "message");
  WAIT_FOR (&fixture, heard_get_totals (&fixture.heard, 1)->written_messages +
                              heard_get_totals (&fixture.heard, 1)->sent_messages ==
                          1);
  totals = heard_get_totals (&fixture.heard, 1);
  meters = heard_get_meters (&fixture.heard, 1);
  g_assert_cmpuint (totals->written_messages, ==, side == WEIR_SIDE_WRITER);
  g_assert_cmpuint (totals->written_bytes, ==, side == WEIR_SIDE_WRITER ? 7 : 0);
  g_assert_cmpuint (totals->sent_bytes, ==, side == WEIR_SIDE_WRITER ? 0 : 7);
  g_assert_cmpuint (totals->buffered_messages, ==, 0);
  g_assert_cmpint (meters->is_writer_unseen, ==, side != WEIR_SIDE_WRITER);
  g_assert_cmpint (meters->is_reader_unseen, ==, side != WEIR_SIDE_READER);
  g_assert_cmpint (heard_get_state (&fixture.heard, 1), ==, WEIR_STATE_FLOWING);
  link_clear (&link);
  fixture_clear (&fixture);
}

/* --- acknowledgement --- */

/* The first end of a channel, a reader, whose client has answered the first ping. */
static void
open_probed_reader (Fixture *fixture, Link *link, gboolean mends)
{
  g_autoptr (Frame) ping = NULL;

  fixture_init_with (fixture, (WeirRelayConfig){ .probe = TRUE, .mend = mends });
  fixture_open_channel (fixture, 1, WEIR_PRESENCE_ELSEWHERE, WEIR_PRESENCE_NONE);
  fixture_attach (fixture, link, 1, WEIR_SIDE_READER);
  ping = peer_read_frame (&link->worker);
  g_assert_cmpint (ping->op, ==, WEIR_OP_PING);
  peer_send (&link->worker, WEIR_OP_PONG, ping->data, ping->len);
}

static void
test_probe (void)
{
  Fixture fixture;
  Link link = { 0 };
  g_autoptr (Frame) ping = NULL;

  open_probed_reader (&fixture, &link, FALSE);
  peer_send_text (&link.engine, "one");
  peer_expect (&link.worker, WEIR_OP_TEXT, "one");
  ping = peer_read_frame (&link.worker);
  g_assert_cmpint (ping->op, ==, WEIR_OP_PING);
  WAIT_FOR (&fixture, heard_get_meters (&fixture.heard, 1)->outstanding_since_us != 0);
  g_assert_cmpuint (heard_get_totals (&fixture.heard, 1)->acked_messages, ==, 0);
  peer_send (&link.worker, WEIR_OP_PONG, ping->data, ping->len);
  WAIT_FOR (&fixture, heard_get_totals (&fixture.heard, 1)->acked_messages == 1);
  g_assert_cmpuint (heard_get_totals (&fixture.heard, 1)->acked_bytes, ==, 3);
  g_assert_cmpint (heard_get_meters (&fixture.heard, 1)->outstanding_since_us, ==, 0);
  g_assert_true (heard_get_meters (&fixture.heard, 1)->reader_answers);
  g_assert_cmpint (heard_get_meters (&fixture.heard, 1)->patience_us, >, 0); /* it is known how long that took */
  link_clear (&link);
  fixture_clear (&fixture);
}

/* Pongs of other pings, and pings, go on; ours do not, also where they come twice, or in pieces. */
static void
test_foreign_pongs (void)
{
  static const guint8 number[WEIR_PROBE_SIZE] = { 0, 0, 0, 0, 0, 0, 0, 2 };
  Fixture fixture;
  Link link = { 0 };
  g_autoptr (Frame) ping = NULL;
  g_autoptr (GByteArray) pong = NULL;

  open_probed_reader (&fixture, &link, FALSE);
  peer_send (&link.engine, WEIR_OP_PING, "engine's", 8);
  ping = peer_read_frame (&link.worker);
  g_assert_cmpmem (ping->data, ping->len, "engine's", 8);
  frame_free (g_steal_pointer (&ping));
  peer_send_text (&link.engine, "one");
  peer_expect (&link.worker, WEIR_OP_TEXT, "one");
  ping = peer_read_frame (&link.worker);

  peer_send (&link.worker, WEIR_OP_PONG, "engine's", 8);
  peer_send (&link.worker, WEIR_OP_PONG, number, sizeof number); /* of a probe, but not of one of ours */
  pong = make_frame (WEIR_OP_PONG, ping->data, ping->len);
  for (guint i = 0; i < pong->len; i++)
    peer_send_bytes (&link.worker, pong->data + i, 1);
  peer_send_bytes (&link.worker, pong->data, pong->len);
  peer_send (&link.worker, WEIR_OP_PING, "client's", 8);
  peer_expect (&link.engine, WEIR_OP_PONG, "engine's");
  frame_free (g_steal_pointer (&ping));
  ping = peer_read_frame (&link.engine);
  g_assert_cmpint (ping->op, ==, WEIR_OP_PONG);
  g_assert_cmpmem (ping->data, ping->len, number, sizeof number);
  frame_free (g_steal_pointer (&ping));
  ping = peer_read_frame (&link.engine);
  g_assert_cmpint (ping->op, ==, WEIR_OP_PING);
  g_assert_cmpmem (ping->data, ping->len, "client's", 8);
  WAIT_FOR (&fixture, heard_get_totals (&fixture.heard, 1)->acked_messages == 1);
  link_clear (&link);
  fixture_clear (&fixture);
}

/* A ping that is due in the midst of a frame goes behind it, also where the message goes on after that. */
static void
test_probe_between_frames (void)
{
  static const guint8 rest[65535];
  Fixture fixture;
  Link link = { 0 };
  g_autoptr (Frame) ping = NULL;
  gint64 until;
  guint n;

  open_probed_reader (&fixture, &link, FALSE);
  peer_send_bytes (&link.engine, "\x81\3one\1\x7e\xff\xff", 9);
  expect_bytes (&link.worker, "\x81\3one\1\x7e\xff\xff", 9);
  until = g_get_monotonic_time () + 2 * WEIR_PROBE_INTERVAL_US;
  for (n = 0; n < sizeof rest - 1 && g_get_monotonic_time () < until; n++)
    {
      peer_send_bytes (&link.engine, "x", 1);
      expect_bytes (&link.worker, "x", 1);
    }
  expect_rest ();
  peer_send_bytes (&link.engine, rest, sizeof rest - n);
  expect_bytes (&link.worker, rest, sizeof rest - n);
  ping = peer_read_frame (&link.worker);
  g_assert_cmpint (ping->op, ==, WEIR_OP_PING);
  peer_send_bytes (&link.engine, "\x80\3end", 5);
  expect_bytes (&link.worker, "\x80\3end", 5);
  link_clear (&link);
  fixture_clear (&fixture);
}

/* --- mend --- */

/* The stock engine answers no ping of a reader's (§5.7). */
static void
test_mend_ping (void)
{
  Fixture fixture;
  Link link = { 0 };

  open_probed_reader (&fixture, &link, TRUE);
  peer_send_bytes (&link.engine, "\1\5he", 4);
  expect_bytes (&link.worker, "\1\5he", 4);
  peer_send (&link.worker, WEIR_OP_PING, "are you there", 13);
  peer_send_text (&link.worker, "behind it");
  peer_expect (&link.engine, WEIR_OP_TEXT, "behind it"); /* and no ping */
  peer_send_bytes (&link.engine, "llo", 3);
  expect_bytes (&link.worker, "llo", 3);
  peer_expect (&link.worker, WEIR_OP_PONG, "are you there");
  link_clear (&link);
  fixture_clear (&fixture);
}

/* Whoever asks and asks, and reads nothing, makes nothing grow. */
static void
test_mend_many_pings (void)
{
  g_autofree guint8 *data = g_malloc0 (125);
  g_autoptr (GByteArray) frame = make_any_frame (WEIR_OP_BINARY, TRUE, FALSE, data, 125);
  g_autoptr (GByteArray) ping = make_frame (WEIR_OP_PING, data, 125);
  Fixture fixture;
  Link link = { 0 };

  open_probed_reader (&fixture, &link, TRUE);
  while (weir_budget_get_used (fixture.budget) == 0) /* its way is full */
    if (send (link.engine.fd, frame->data, frame->len, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
      g_usleep (100);
  for (guint i = 0; i < 20000; i++)
    peer_send_bytes (&link.worker, ping->data, ping->len);
  peer_send_text (&link.worker, "behind them");
  peer_expect (&link.engine, WEIR_OP_TEXT, "behind them");
  g_assert_cmpuint (weir_budget_get_used (fixture.budget), <, 512 * 1024);
  link_clear (&link);
  fixture_clear (&fixture);
}

/* It ends the stream as if nothing were missing (§5.6). */
static void
test_mend_lost_writer (void)
{
  Pair pair;

  pair_init (&pair, (WeirRelayConfig){ .mend = TRUE });
  peer_send_text (&pair.writer.worker, "one");
  pair_pass (&pair, "one");
  peer_clear (&pair.writer.worker);
  expect_eof (&pair.writer.engine);
  peer_clear (&pair.writer.engine);
  heard_wait_event (&pair.fixture.heard, 1, WEIR_PIPE_LEFT, WEIR_SIDE_WRITER);
  peer_send_close (&pair.reader.engine, 0, NULL);
  peer_expect (&pair.reader.worker, WEIR_OP_TEXT, "one");
  peer_expect_close (&pair.reader.worker, 1011, WEIR_REASON_WRITER_LOST);
  peer_send_close (&pair.reader.worker, 1011, NULL);
  peer_expect_close (&pair.reader.engine, 1011, "");
  peer_clear (&pair.reader.engine);
  expect_eof (&pair.reader.worker);
  peer_clear (&pair.reader.worker);
  g_assert_cmpint (heard_wait_event (&pair.fixture.heard, 1, WEIR_PIPE_ENDED, -1)->by, ==, WEIR_ENDED_WRITER_LOST);
  pair_clear (&pair);
}

/* --- taps --- */

typedef struct
{
  GString *seen; /* "1:text 2:#70000 " */
  WeirTap *tap;
} Tapped;

static void
record_cb (const WeirRecordHead *head, const guint8 *payload, gsize len, gpointer user_data)
{
  Tapped *self = user_data;

  if (head->kind == WEIR_RECORD_EVENT)
    return;
  g_string_append_printf (self->seen, "%" G_GUINT64_FORMAT "%s:", head->seq,
                          (head->flags & WEIR_RECORD_INJECTED) != 0 ? "i" : "");
  if (len > 50)
    g_string_append_printf (self->seen, "#%" G_GSIZE_FORMAT "%c ", len, payload[len - 1]);
  else
    g_string_append_printf (self->seen, "%.*s ", (int) len, (const char *) payload);
  if ((head->flags & WEIR_RECORD_CUT) != 0)
    g_string_append_printf (self->seen, "of %u ", head->payload_size);
}

static void
tapped_init (Tapped *self, Fixture *fixture)
{
  self->seen = g_string_new (NULL);
  self->tap = fixture_new_tap (fixture);
  weir_channel_door_add_tap (fixture->door, 1, self->tap, TRUE);
}

static void
tapped_expect (Tapped *self, Fixture *fixture, const char *expected)
{
  WeirRecordReader *reader = weir_record_reader_new (record_cb, self);
  const char *reason;
  GBytes *bytes;

  while (self->seen->len < strlen (expected))
    {
      WAIT_FOR (fixture, (bytes = weir_tap_take (self->tap, 65536)) != NULL);
      g_assert_true (
          weir_record_reader_push (reader, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &reason));
      g_bytes_unref (bytes);
    }
  g_assert_cmpstr (self->seen->str, ==, expected);
  weir_record_reader_free (reader);
}

static void
tapped_clear (Tapped *self)
{
  weir_tap_cancel (self->tap);
  weir_tap_unref (self->tap);
  g_string_free (self->seen, TRUE);
}

/* What is masked on the way is shown unmasked: small and large, whole and in pieces. */
static void
tap_side (WeirSide side)
{
  g_autofree char *large = g_strnfill (70000, 'z');
  Fixture fixture;
  Link link = { 0 };
  Peer *from = side == WEIR_SIDE_WRITER ? &link.worker : &link.engine;
  Peer *to = side == WEIR_SIDE_WRITER ? &link.engine : &link.worker;
  g_autoptr (GByteArray) first = NULL;
  g_autoptr (GByteArray) last = NULL;
  Tapped tapped;

  fixture_init (&fixture);
  fixture_open_channel (&fixture, 1, WEIR_PRESENCE_ELSEWHERE, WEIR_PRESENCE_ELSEWHERE);
  fixture_attach (&fixture, &link, 1, side);
  peer_send_text (from, "history");
  peer_expect (to, WEIR_OP_TEXT, "history");
  tapped_init (&tapped, &fixture);
  tapped_expect (&tapped, &fixture, "1:history ");
  peer_send (from, WEIR_OP_BINARY, large, 70000);
  peer_expect (to, WEIR_OP_BINARY, large);
  first = make_any_frame (WEIR_OP_TEXT, FALSE, side == WEIR_SIDE_WRITER, "in ", 3);
  last = make_any_frame (WEIR_OP_CONTINUATION, TRUE, side == WEIR_SIDE_WRITER, "pieces", 6);
  peer_send_bytes (from, first->data, first->len);
  expect_bytes (to, first->data, first->len);
  peer_send (from, WEIR_OP_PING, "between", 7);
  peer_send_bytes (from, last->data, last->len);
  peer_send_text (from, "");
  tapped_expect (&tapped, &fixture, "1:history 2:#70000z 3:in pieces 4: ");
  weir_channel_door_remove_tap (fixture.door, 1, tapped.tap);
  tapped_clear (&tapped);
  link_clear (&link);
  heard_wait_event (&fixture.heard, 1, WEIR_PIPE_ENDED, -1);

  tapped_init (&tapped, &fixture); /* late */
  heard_wait_event (&fixture.heard, 1, WEIR_PIPE_REPLAYED, -1);
  tapped_expect (&tapped, &fixture, "1:history 2:#70000z 3:in pieces 4: ");
  weir_channel_door_forget (fixture.door, 1);
  tapped_clear (&tapped);
  fixture_clear (&fixture);
}

static void
test_tap (gconstpointer data)
{
  tap_side (GPOINTER_TO_INT (data));
}

/* Of what comes in pieces as much is shown as is wanted, and how much it was. */
static void
test_tap_cut (void)
{
  static const gsize sizes[] = { 50, 2 * 1024 * 1024 };
  g_autofree char *large = g_strnfill (sizes[1], 'z');
  Fixture fixture;
  Link link = { 0 };
  Tapped tapped = { .seen = g_string_new (NULL) };

  fixture_init (&fixture);
  tapped.tap = weir_tap_new (60, WEIR_TAP_BINARY, fixture.heard.context, fixture_wake_cb, NULL);
  fixture_open_channel (&fixture, 1, WEIR_PRESENCE_ELSEWHERE, WEIR_PRESENCE_ELSEWHERE);
  weir_channel_door_add_tap (fixture.door, 1, tapped.tap, FALSE);
  fixture_attach (&fixture, &link, 1, WEIR_SIDE_WRITER);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (GByteArray) bytes = make_frame (WEIR_OP_BINARY, large, sizes[i]);
      g_autofree guint8 *got = g_malloc (bytes->len);

      for (gsize at = 0, n; at < bytes->len; at += n)
        {
          n = MIN (100000, bytes->len - at);
          peer_send_bytes (&link.worker, bytes->data + at, n);
          g_assert_true (peer_read_bytes (&link.engine, got + at, n));
        }
    }
  large[50] = '\0';
  {
    g_autofree char *expected = g_strdup_printf ("1:%s 2:#60z of 2097152 ", large);

    tapped_expect (&tapped, &fixture, expected);
  }
  tapped_clear (&tapped);
  link_clear (&link);
  fixture_clear (&fixture);
}

static void
append_frame (GByteArray *to, WeirOp op, gboolean is_final, const char *text)
{
  g_autoptr (GByteArray) frame = make_any_frame (op, is_final, TRUE, text, strlen (text));

  g_byte_array_append (to, frame->data, frame->len);
}

/* Of many messages that come at once, behind the end of one that has begun before, the last ones are remembered. */
static void
test_history_of_many (void)
{
  g_autoptr (GByteArray) start = g_byte_array_new ();
  g_autoptr (GByteArray) rest = g_byte_array_new ();
  g_autoptr (GString) expected = g_string_new (NULL);
  guint n = 400;
  Fixture fixture;
  Link link = { 0 };
  Tapped tapped;

  append_frame (start, WEIR_OP_TEXT, FALSE, "be");
  append_frame (rest, WEIR_OP_CONTINUATION, TRUE, "gun");
  for (guint i = 2; i <= n; i++)
    {
      g_autofree char *text = g_strdup_printf ("message %u", i);
      gboolean is_split = i % 7 == 0;

      append_frame (rest, WEIR_OP_TEXT, !is_split, is_split ? "" : text);
      if (is_split)
        append_frame (rest, WEIR_OP_CONTINUATION, TRUE, text);
      if (i > n - WEIR_HISTORY_MAX_MESSAGES)
        g_string_append_printf (expected, "%u:%s ", i, text);
    }

  fixture_init_end (&fixture, &link, WEIR_SIDE_WRITER);
  peer_send_bytes (&link.worker, start->data, start->len);
  expect_bytes (&link.engine, start->data, start->len);
  peer_send_bytes (&link.worker, rest->data, rest->len);
  expect_bytes (&link.engine, rest->data, rest->len);
  tapped_init (&tapped, &fixture);
  tapped_expect (&tapped, &fixture, expected->str);
  tapped_clear (&tapped);
  fixture_clear_end (&fixture, &link);
}

/* Nobody takes anything out of it: the link does not care. */
static void
test_tap_is_full (void)
{
  gsize len = 100000;
  g_autofree char *large = g_strnfill (len, 'z');
  Fixture fixture;
  Link link = { 0 };
  Tapped tapped;

  fixture_init (&fixture);
  fixture_open_channel (&fixture, 1, WEIR_PRESENCE_ELSEWHERE, WEIR_PRESENCE_ELSEWHERE);
  tapped_init (&tapped, &fixture);
  fixture_attach (&fixture, &link, 1, WEIR_SIDE_WRITER);
  for (guint i = 0; i < 2 * WEIR_TAP_MAX_BYTES / len; i++)
    {
      peer_send (&link.worker, WEIR_OP_BINARY, large, len);
      peer_expect (&link.engine, WEIR_OP_BINARY, large);
    }
  WAIT_FOR (&fixture, weir_tap_get_n_dropped (tapped.tap) > 0);
  g_assert_cmpint (heard_get_totals (&fixture.heard, 1)->paused_us, <, G_USEC_PER_SEC);
  tapped_clear (&tapped);
  link_clear (&link);
  fixture_clear (&fixture);
}

/* Nor pings, also where it was known to be one before it came. */
static void
test_internal_reader (void)
{
  Fixture fixture;
  Link link = { 0 };
  g_autoptr (Frame) frame = NULL;

  fixture_init_with (&fixture, (WeirRelayConfig){ .probe = TRUE });
  fixture_open_channel (&fixture, 1, WEIR_PRESENCE_ELSEWHERE, WEIR_PRESENCE_NONE);
  weir_channel_door_set_internal (fixture.door, 1);
  fixture_attach (&fixture, &link, 1, WEIR_SIDE_READER);
  peer_send_text (&link.engine, "one");
  frame = peer_read_frame (&link.worker);
  g_assert_cmpint (frame->op, ==, WEIR_OP_TEXT);
  link_clear (&link);
  fixture_clear (&fixture);
}

/* A watcher's own feed: no samples, no taps. */
static void
test_internal (void)
{
  Fixture fixture;
  Link link = { 0 };
  Tapped tapped;

  fixture_init (&fixture);
  fixture_open_channel (&fixture, 1, WEIR_PRESENCE_ELSEWHERE, WEIR_PRESENCE_ELSEWHERE);
  weir_channel_door_set_internal (fixture.door, 1);
  tapped_init (&tapped, &fixture);
  fixture_attach (&fixture, &link, 1, WEIR_SIDE_WRITER);
  peer_send_text (&link.worker, "one");
  peer_expect (&link.engine, WEIR_OP_TEXT, "one");
  link_clear (&link);
  fixture_wait_link_end (&fixture, &link, WEIR_LINK_END_WORKER);
  g_assert_null (weir_tap_take (tapped.tap, 65536));
  g_assert_cmpuint (heard_wait_event (&fixture.heard, 1, WEIR_PIPE_ENDED, -1)->meters.totals.written_messages, ==, 1);
  tapped_clear (&tapped);
  fixture_clear (&fixture);
}

/* --- what observers do --- */

static GBytes *
bytes_of (const char *text)
{
  return g_bytes_new_static (text, strlen (text));
}

/* As if the writer had sent it, but never in the midst of a message. */
static void
test_inject (void)
{
  g_autoptr (GBytes) payload = bytes_of ("injected");
  g_autoptr (GByteArray) first = make_any_frame (WEIR_OP_TEXT, FALSE, TRUE, "be", 2);
  g_autoptr (GByteArray) last = make_any_frame (WEIR_OP_CONTINUATION, TRUE, TRUE, "fore", 4);
  const WeirPipeEvent *answer;
  Tapped tapped;
  Pair pair;

  pair_init (&pair, (WeirRelayConfig){ 0 });
  tapped_init (&tapped, &pair.fixture);
  peer_send_bytes (&pair.writer.worker, first->data, first->len);
  expect_bytes (&pair.writer.engine, first->data, first->len);
  weir_channel_door_inject (pair.fixture.door, 1, 7, TRUE, payload, "somebody");
  weir_channel_door_shape (pair.fixture.door, 1, 8, FALSE, 0, NULL); /* is answered when that has been seen */
  heard_wait_answer (&pair.fixture.heard, 8);
  peer_send_bytes (&pair.writer.worker, last->data, last->len);
  peer_send_text (&pair.writer.worker, "after");
  expect_bytes (&pair.writer.engine, last->data, last->len);
  peer_expect (&pair.writer.engine, WEIR_OP_TEXT, "injected");
  peer_expect (&pair.writer.engine, WEIR_OP_TEXT, "after");
  answer = heard_wait_answer (&pair.fixture.heard, 7);
  g_assert_cmpint (answer->outcome, ==, WEIR_OUTCOME_DONE);
  g_assert_cmpuint (answer->seq, ==, 2);
  tapped_expect (&tapped, &pair.fixture, "1:before 2i:injected 3:after ");
  WAIT_FOR (&pair.fixture, pair_get_totals (&pair)->written_messages == 2);
  g_assert_cmpuint (pair_get_totals (&pair)->injected_messages, ==, 1);
  g_assert_cmpuint (pair_get_totals (&pair)->injected_bytes, ==, 8);
  tapped_clear (&tapped);
  pair_clear (&pair);
}

/* Where the writer is elsewhere, the reader gets it; where nobody is, nobody does. */
static void
test_inject_to_reader (void)
{
  g_autoptr (GBytes) payload = bytes_of ("injected");
  Fixture fixture;
  Link link = { 0 };

  fixture_init (&fixture);
  fixture_open_channel (&fixture, 1, WEIR_PRESENCE_ELSEWHERE, WEIR_PRESENCE_NONE);
  weir_channel_door_inject (fixture.door, 1, 1, TRUE, payload, NULL);
  g_assert_cmpint (heard_wait_answer (&fixture.heard, 1)->outcome, ==, WEIR_OUTCOME_NOT_CONNECTED);
  weir_channel_door_inject (fixture.door, 2, 2, TRUE, payload, NULL);
  g_assert_cmpint (heard_wait_answer (&fixture.heard, 2)->outcome, ==, WEIR_OUTCOME_GONE);
  fixture_attach (&fixture, &link, 1, WEIR_SIDE_READER);
  weir_channel_door_inject (fixture.door, 1, 3, FALSE, payload, NULL);
  peer_expect (&link.worker, WEIR_OP_BINARY, "injected");
  g_assert_cmpuint (heard_wait_answer (&fixture.heard, 3)->seq, ==, 1);
  WAIT_FOR (&fixture, heard_get_totals (&fixture.heard, 1)->sent_messages == 1);
  g_assert_cmpuint (heard_get_totals (&fixture.heard, 1)->written_messages, ==, 0);
  link_clear (&link);
  fixture_clear (&fixture);
}

static void
test_hold (void)
{
  Pair pair;

  pair_init (&pair, (WeirRelayConfig){ 0 });
  weir_channel_door_shape (pair.fixture.door, 1, 1, TRUE, 0, "somebody");
  heard_wait_answer (&pair.fixture.heard, 1);
  peer_send_text (&pair.reader.engine, "held");
  peer_send_text (&pair.writer.worker, "passes");
  peer_expect (&pair.writer.engine, WEIR_OP_TEXT, "passes");
  WAIT_FOR (&pair.fixture, heard_get_state (&pair.fixture.heard, 1) == WEIR_STATE_HELD);
  g_assert_cmpuint (pair_get_totals (&pair)->sent_messages, ==, 0);
  weir_channel_door_shape (pair.fixture.door, 1, 2, FALSE, 0, "somebody");
  peer_expect (&pair.reader.worker, WEIR_OP_TEXT, "held");
  pair_clear (&pair);
}

static void
test_slow (void)
{
  gsize len = 20000;
  g_autofree char *data = g_strnfill (len, 'x');
  gint64 start_us = g_get_monotonic_time ();
  Fixture fixture;
  Link link = { 0 };

  fixture_init_end (&fixture, &link, WEIR_SIDE_WRITER);
  weir_channel_door_shape (fixture.door, 1, 1, FALSE, 50000, NULL);
  heard_wait_answer (&fixture.heard, 1);
  peer_send (&link.worker, WEIR_OP_BINARY, data, len);
  peer_expect (&link.engine, WEIR_OP_BINARY, data);
  g_assert_cmpint (g_get_monotonic_time () - start_us, >, G_USEC_PER_SEC / 5); /* 0.4 s, less the burst of 0.1 s */
  g_assert_true (heard_get_meters (&fixture.heard, 1)->is_slowed);
  fixture_clear_end (&fixture, &link);
}

/* The writer is told, and its answer ends the stream for the engine. */
static void
test_dismiss_writer (void)
{
  Pair pair;

  pair_init (&pair, (WeirRelayConfig){ 0 });
  peer_send_text (&pair.writer.worker, "last");
  peer_expect (&pair.writer.engine, WEIR_OP_TEXT, "last");
  weir_channel_door_dismiss (pair.fixture.door, 1, 1, WEIR_SIDE_WRITER, "somebody");
  peer_expect_close (&pair.writer.worker, 1001, WEIR_REASON_OBSERVER);
  peer_send_close (&pair.writer.worker, 1001, "closed_by_observer");
  peer_expect_close (&pair.writer.engine, 1001, "closed_by_observer");
  peer_send_close (&pair.writer.engine, 1001, NULL);
  peer_clear (&pair.writer.engine);
  expect_eof (&pair.writer.worker); /* and no second close frame */
  peer_clear (&pair.writer.worker);
  g_assert_true (heard_wait_event (&pair.fixture.heard, 1, WEIR_PIPE_LEFT, WEIR_SIDE_WRITER)->is_clean);
  fixture_wait_link_end (&pair.fixture, &pair.writer, WEIR_LINK_END_STOPPED);
  peer_send_text (&pair.reader.engine, "last");
  peer_send_close (&pair.reader.engine, 0, NULL);
  peer_expect (&pair.reader.worker, WEIR_OP_TEXT, "last");
  peer_expect_close (&pair.reader.worker, 0, NULL);
  peer_send_close (&pair.reader.worker, 1000, NULL); /* so it has read all of it */
  peer_expect_close (&pair.reader.engine, 1000, "");
  link_clear (&pair.reader);
  g_assert_cmpint (heard_wait_event (&pair.fixture.heard, 1, WEIR_PIPE_ENDED, -1)->by, ==, WEIR_ENDED_OBSERVER);
  pair_clear (&pair);
}

/* The stock engine never looks at a reader's close frame. */
static void
test_dismiss_reader (void)
{
  Pair pair;

  pair_init (&pair, (WeirRelayConfig){ 0 });
  weir_channel_door_dismiss (pair.fixture.door, 1, 1, WEIR_SIDE_READER, NULL);
  peer_expect_close (&pair.reader.worker, 1001, WEIR_REASON_OBSERVER);
  peer_send_close (&pair.reader.worker, 1001, NULL);
  expect_eof (&pair.reader.worker);
  peer_clear (&pair.reader.worker);
  fixture_wait_link_end (&pair.fixture, &pair.reader, WEIR_LINK_END_STOPPED);
  peer_expect_close (&pair.reader.engine, 1001, "");
  expect_eof (&pair.reader.engine);
  weir_channel_door_dismiss (pair.fixture.door, 1, 2, WEIR_SIDE_READER, NULL);
  g_assert_cmpint (heard_wait_answer (&pair.fixture.heard, 2)->outcome, ==, WEIR_OUTCOME_NOT_CONNECTED);
  pair_clear (&pair);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/channel/meters", test_meters);
  g_test_add_data_func ("/relay/channel/meters-of-writer", GINT_TO_POINTER (WEIR_SIDE_WRITER), test_meters_of_one);
  g_test_add_data_func ("/relay/channel/meters-of-reader", GINT_TO_POINTER (WEIR_SIDE_READER), test_meters_of_one);
  g_test_add_func ("/relay/channel/probe", test_probe);
  g_test_add_func ("/relay/channel/foreign-pongs", test_foreign_pongs);
  g_test_add_func ("/relay/channel/probe-between-frames", test_probe_between_frames);
  g_test_add_func ("/relay/channel/mend-ping", test_mend_ping);
  g_test_add_func ("/relay/channel/mend-many-pings", test_mend_many_pings);
  g_test_add_func ("/relay/channel/mend-lost-writer", test_mend_lost_writer);
  g_test_add_data_func ("/relay/channel/tap-writer", GINT_TO_POINTER (WEIR_SIDE_WRITER), test_tap);
  g_test_add_data_func ("/relay/channel/tap-reader", GINT_TO_POINTER (WEIR_SIDE_READER), test_tap);
  g_test_add_func ("/relay/channel/tap-cut", test_tap_cut);
  g_test_add_func ("/relay/channel/history-of-many", test_history_of_many);
  g_test_add_func ("/relay/channel/tap-is-full", test_tap_is_full);
  g_test_add_func ("/relay/channel/internal", test_internal);
  g_test_add_func ("/relay/channel/internal-reader", test_internal_reader);
  g_test_add_func ("/relay/channel/inject", test_inject);
  g_test_add_func ("/relay/channel/inject-to-reader", test_inject_to_reader);
  g_test_add_func ("/relay/channel/hold", test_hold);
  g_test_add_func ("/relay/channel/slow", test_slow);
  g_test_add_func ("/relay/channel/dismiss-writer", test_dismiss_writer);
  g_test_add_func ("/relay/channel/dismiss-reader", test_dismiss_reader);
  return g_test_run ();
}
