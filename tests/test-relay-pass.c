/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "relay-fixture.h"

/* What passes a link: everything, as it is. */

static void
test_both_ways (void)
{
  Fixture fixture;
  Link link = { 0 };

  fixture_init (&fixture);
  fixture_open_link (&fixture, &link, WEIR_LINK_OTEL);
  peer_send_text (&link.worker, "{\"type\":\"ping\"}");
  peer_expect (&link.engine, WEIR_OP_TEXT, "{\"type\":\"ping\"}");
  peer_send_text (&link.engine, "{\"type\":\"pong\"}");
  peer_expect (&link.worker, WEIR_OP_TEXT, "{\"type\":\"pong\"}");
  link_clear (&link);
  fixture_clear (&fixture);
}

/* What the handshakes have read too far goes first. */
static void
test_early (void)
{
  g_autoptr (GByteArray) hello = make_any_frame (WEIR_OP_TEXT, TRUE, FALSE, "hello", 5);
  g_autoptr (GByteArray) first = make_frame (WEIR_OP_TEXT, "first", 5);
  Fixture fixture;
  Link link = { 0 };

  fixture_init (&fixture);
  fixture_open_link_with (&fixture, &link,
                          (WeirLinkConfig){
                              .kind = WEIR_LINK_MAIN,
                              .worker_early = g_bytes_new (first->data, first->len),
                              .upstream_early = g_bytes_new (hello->data, hello->len),
                          });
  peer_expect (&link.worker, WEIR_OP_TEXT, "hello");
  peer_expect (&link.engine, WEIR_OP_TEXT, "first");
  peer_send_text (&link.worker, "second");
  peer_expect (&link.engine, WEIR_OP_TEXT, "second");
  link_clear (&link);
  fixture_clear (&fixture);
}

/* --- any bytes in any pieces --- */

static void
append_random_message (GByteArray *bytes, GRand *rand, gboolean is_masked)
{
  static const int limits[] = { 1, 126, 300, 5000, 70000 };
  guint n_frames = g_rand_int_range (rand, 1, 4);

  for (guint i = 0; i < n_frames; i++)
    {
      gsize len = g_rand_int_range (rand, 0, limits[g_rand_int_range (rand, 0, G_N_ELEMENTS (limits))]);
      g_autofree guint8 *data = g_malloc (len + 1);
      g_autoptr (GByteArray) frame = NULL;
      g_autoptr (GByteArray) pong = make_any_frame (WEIR_OP_PONG, TRUE, is_masked, "foreign pong!!!!", 16);
      g_autoptr (GByteArray) ping = make_any_frame (WEIR_OP_PING, TRUE, is_masked, data, MIN (len, 125));

      for (gsize j = 0; j < len; j++)
        data[j] = g_rand_int (rand);
      frame = make_any_frame (i == 0 ? (guint) g_rand_int_range (rand, 1, 3) : WEIR_OP_CONTINUATION, i == n_frames - 1,
                              is_masked, data, len);
      g_byte_array_append (bytes, frame->data, frame->len);
      if (g_rand_boolean (rand))
        g_byte_array_append (bytes, pong->data, pong->len);
      if (g_rand_boolean (rand))
        g_byte_array_append (bytes, ping->data, ping->len);
    }
}

static void
send_in_pieces (Peer *peer, const GByteArray *bytes, GRand *rand)
{
  static const int limits[] = { 2, 4, 50, 10000, 400000 };
  int limit = limits[g_rand_int_range (rand, 0, G_N_ELEMENTS (limits))];
  gsize len;

  for (gsize at = 0; at < bytes->len; at += len)
    {
      len = g_rand_int_range (rand, 1, limit);
      len = MIN (len, bytes->len - at);
      peer_send_bytes (peer, bytes->data + at, len);
      if (at > 2000) /* so that there are not too many system calls */
        limit = 400000;
    }
}

static void
pass_random (Fixture *fixture, Link *link, GRand *rand, gboolean to_engine)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint n = g_rand_int_range (rand, 1, 6);

  for (guint i = 0; i < n; i++)
    append_random_message (bytes, rand, to_engine);
  send_in_pieces (to_engine ? &link->worker : &link->engine, bytes, rand);
  expect_bytes (to_engine ? &link->engine : &link->worker, bytes->data, bytes->len);
}

/* Whatever the link is of, and whoever looks. */
static void
test_any_pieces (void)
{
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  Fixture fixture;

  g_test_message ("seed %u", seed);
  fixture_init_with (&fixture, (WeirRelayConfig){ .mend = FALSE });
  for (guint i = 0; i < 12; i++)
    {
      WeirTap *tap = fixture_new_tap (&fixture);
      Link link = { 0 };

      fixture_open_channel (&fixture, i + 1, WEIR_PRESENCE_NONE, WEIR_PRESENCE_NONE);
      if (i % 4 == 3)
        weir_channel_door_add_tap (fixture.door, i + 1, tap, TRUE);
      fixture_open_link_with (&fixture, &link,
                              (WeirLinkConfig){ .kind = i % 3, .n = i + 1, .side = g_rand_boolean (rand) });
      for (guint j = 0; j < 6; j++)
        pass_random (&fixture, &link, rand, j % 2 == 0);
      link_clear (&link);
      weir_tap_cancel (tap);
      weir_tap_unref (tap);
    }
  fixture_clear (&fixture);
}

/* Nothing of this is WebSocket, or from here on it is not. */
static void
test_hostile (void)
{
  static const char *const starts[] = {
    "\xc1\x85\1\2\3\4hello",
    "\x83\x80\1\2\3\4",
    "\x8f\x80\1\2\3\4",
    "\x08\x80\1\2\3\4",
    "\x0a\x80\1\2\3\4",
    "\x88\xfe\xff\xff\1\2\3\4",
    "\x8a\xff\xff\xff\xff",
    "\x80\x81\1\2\3\4x",
    "\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff",
    "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
  };
  static const guint8 rest[] = "\x89\x80\1\2\3\4 and whatever comes \x88\x80\1\2\3\4 after it";

  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    for (guint piece = 0; piece < 3; piece++)
      {
        Fixture fixture;
        Link link = { 0 };
        gsize len = strlen (starts[i]), first = piece == 0 ? len : piece;

        fixture_init_with (&fixture, (WeirRelayConfig){ .probe = TRUE, .mend = TRUE });
        fixture_open_channel (&fixture, 1, WEIR_PRESENCE_NONE, WEIR_PRESENCE_NONE);
        fixture_attach (&fixture, &link, 1, piece == 2 ? WEIR_SIDE_READER : WEIR_SIDE_WRITER);
        peer_send_text (&link.worker, "a good one");
        peer_expect (&link.engine, WEIR_OP_TEXT, "a good one");
        peer_send_bytes (&link.worker, starts[i], first);
        peer_send_bytes (&link.worker, starts[i] + first, len - first);
        peer_send_bytes (&link.worker, rest, sizeof rest);
        expect_bytes (&link.engine, starts[i], len);
        expect_bytes (&link.engine, rest, sizeof rest);
        if (piece != 2)
          WAIT_FOR (&fixture, heard_get_state (&fixture.heard, 1) == WEIR_STATE_UNKNOWN);
        link_clear (&link);
        fixture_clear (&fixture);
      }
}

/* --- messages of a main link --- */

static void
test_told (void)
{
  g_autofree char *large = g_strnfill (300000, 'x');
  Fixture fixture;
  Link link = { 0 };

  fixture_init (&fixture);
  fixture_open_link (&fixture, &link, WEIR_LINK_MAIN);
  peer_send_text (&link.worker, "one");
  peer_send (&link.worker, WEIR_OP_BINARY, "OTLP", 4);
  peer_send (&link.worker, WEIR_OP_PING, "", 0);
  peer_send_text (&link.worker, large);
  peer_send_text (&link.worker, "");
  peer_expect (&link.engine, WEIR_OP_TEXT, "one");
  peer_expect (&link.engine, WEIR_OP_BINARY, "OTLP");
  peer_expect (&link.engine, WEIR_OP_TEXT, large); /* after the ping */
  g_assert_cmpstr (fixture_wait_told (&fixture, 0)->text, ==, "one");
  g_assert_cmpstr (fixture_wait_told (&fixture, 1)->text, ==, large);
  g_assert_cmpstr (fixture_wait_told (&fixture, 2)->text, ==, "");
  g_assert_true (fixture_wait_told (&fixture, 2)->is_from_worker);
  peer_send_text (&link.engine, "back");
  g_assert_cmpstr (fixture_wait_told (&fixture, 3)->text, ==, "back");
  g_assert_false (fixture_wait_told (&fixture, 3)->is_from_worker);
  g_assert_cmpuint (fixture_wait_told (&fixture, 3)->link, ==, link.id);
  link_clear (&link);
  fixture_clear (&fixture);
}

/* A message too large is passed and not told, and that is said; what comes after it is told again. Nor is what cannot
 * be read. */
static void
test_told_missed (void)
{
  gsize len = WEIR_LINK_MESSAGE_MAX_SIZE + 1;
  g_autofree char *large = g_strnfill (len, 'x');
  g_autoptr (GByteArray) bytes = make_frame (WEIR_OP_TEXT, large, len);
  g_autofree guint8 *got = g_malloc (bytes->len);
  Fixture fixture;
  Link link = { 0 };

  fixture_init (&fixture);
  fixture_open_link (&fixture, &link, WEIR_LINK_MAIN);
  for (gsize at = 0, n; at < bytes->len; at += n)
    {
      n = MIN (100000, bytes->len - at);
      peer_send_bytes (&link.worker, bytes->data + at, n);
      g_assert_true (peer_read_bytes (&link.engine, got + at, n));
    }
  g_assert_cmpint (memcmp (got, bytes->data, bytes->len), ==, 0);
  g_assert_null (fixture_wait_told (&fixture, 0)->text);
  peer_send_text (&link.worker, "small");
  g_assert_cmpstr (fixture_wait_told (&fixture, 1)->text, ==, "small");
  peer_send_bytes (&link.worker, "\xff\xff", 2);
  g_assert_null (fixture_wait_told (&fixture, 2)->text);
  link_clear (&link);
  fixture_wait_link_end (&fixture, &link, WEIR_LINK_END_WORKER);
  fixture_clear (&fixture);
}

/* Whoever does not take what is told holds nobody up, and keeps no more than the bound. */
static void
test_told_bounded (void)
{
  gsize len = 4 << 20;
  g_autofree char *large = g_strnfill (len, 'x');
  g_autoptr (GByteArray) bytes = make_frame (WEIR_OP_TEXT, large, len);
  guint n_missed = 0, n_told = 0, n = 2 * WEIR_LINK_MESSAGES_MAX_BYTES / len;
  g_autofree guint8 *got = g_malloc (bytes->len);
  Fixture fixture;
  Link link = { 0 };

  fixture_init (&fixture);
  fixture_open_link (&fixture, &link, WEIR_LINK_MAIN);
  for (guint i = 0; i < n; i++)
    for (gsize at = 0, piece; at < bytes->len; at += piece)
      {
        piece = MIN (100000, bytes->len - at);
        peer_send_bytes (&link.worker, bytes->data + at, piece);
        g_assert_true (peer_read_bytes (&link.engine, got, piece));
      }
  peer_send_close (&link.worker, 1000, NULL);
  link_clear (&link);
  fixture_wait_link_end (&fixture, &link, WEIR_LINK_END_WORKER);
  for (guint i = 0; i < fixture.told->len; i++)
    {
      const Told *told = fixture.told->pdata[i];

      n_told += told->text != NULL;
      n_missed += told->text == NULL;
    }
  g_assert_cmpuint (n_missed, ==, 1);
  g_assert_cmpuint (n_told, >, 10);
  g_assert_cmpuint (n_told * len, <=, WEIR_LINK_MESSAGES_MAX_BYTES);
  fixture_clear (&fixture);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/pass/both-ways", test_both_ways);
  g_test_add_func ("/relay/pass/early", test_early);
  g_test_add_func ("/relay/pass/any-pieces", test_any_pieces);
  g_test_add_func ("/relay/pass/hostile", test_hostile);
  g_test_add_func ("/relay/pass/told", test_told);
  g_test_add_func ("/relay/pass/told-missed", test_told_missed);
  g_test_add_func ("/relay/pass/told-bounded", test_told_bounded);
  return g_test_run ();
}
