/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "websocket-peer.h"

/* How a connection ends: in order, by a broken rule, lost, or by its owner in the middle of an event. */

#define CLOSE_1000_BYE                                                                                                 \
  "\x88\x05\x03\xe8"                                                                                                   \
  "bye"

/* --- the peer closes --- */

static void
test_peer_closes (void)
{
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  peer_send_text (&peer, "last");
  peer_send_frame (&peer, WEIR_OP_CLOSE,
                   "\x03\xe8"
                   "bye",
                   5);
  peer_expect_bytes (&peer, "\x88\x02\x03\xe8"); /* its code, and then nothing more */
  peer_expect_end (&peer);
  peer_expect_log (&peer, "T(last) clean(1000,bye) ");
  g_assert_false (weir_conn_send (peer.conn, WEIR_OP_TEXT, "late", 4));
  peer_settle (&peer);
  g_assert_cmpstr (peer.log->str, ==, "");
  peer_close (&peer);
  peer_expect_log (&peer, "closed ");
  peer_clear (&peer);
}

static void
test_peer_closes_without_code (void)
{
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  peer_send_frame (&peer, WEIR_OP_CLOSE, "", 0);
  peer_expect_bytes (&peer, "\x88\x00");
  peer_close (&peer);
  peer_expect_log (&peer, "clean(0,) closed ");
  peer_clear (&peer);
}

/* Data behind a close frame is not looked at, and does not keep the end away. */
static void
test_data_after_close (void)
{
  g_autofree char *junk = g_strnfill (500000, '\xff');
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  peer_send_frame (&peer, WEIR_OP_CLOSE, "\x03\xe9", 2);
  peer_send_text (&peer, "late");
  peer_send (&peer, junk, 500000);
  peer_expect_bytes (&peer, "\x88\x02\x03\xe9");
  peer_expect_log (&peer, "clean(1001,) ");
  peer_close (&peer);
  peer_expect_log (&peer, "closed ");
  peer_clear (&peer);
}

/* A peer that has closed and then says nothing is dropped after 2 s. */
static void
test_peer_lingers (void)
{
  Peer peer;
  gint64 start = g_get_monotonic_time ();

  peer_init (&peer, WEIR_ROLE_SERVER);
  peer_send_frame (&peer, WEIR_OP_CLOSE, "", 0);
  peer_expect_log (&peer, "clean(0,) closed ");
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 2 * G_USEC_PER_SEC);
  peer_clear (&peer);
}

static void
test_paused_close_waits (void)
{
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  weir_conn_set_paused (peer.conn, TRUE);
  peer_send_text (&peer, "kept");
  peer_send_frame (&peer, WEIR_OP_CLOSE, "\x03\xe8", 2);
  peer_settle (&peer);
  peer_close (&peer); /* what it had sent is delivered all the same */
  peer_settle (&peer);
  g_assert_cmpstr (peer.log->str, ==, "");
  g_assert_false (g_main_context_iteration (peer.context, FALSE)); /* a hang-up does not make it spin */
  weir_conn_set_paused (peer.conn, FALSE);
  peer_expect_log (&peer, "T(kept) clean(1000,) closed ");
  peer_clear (&peer);
}

/* The answer goes behind what is queued. */
static void
test_answer_goes_last (void)
{
  g_autofree char *payload = g_strnfill (50000, 'q');
  g_autofree guint8 *buffer = g_malloc (1 << 20);
  Peer peer;
  gsize expected = 0, received = 0;
  guint8 tail[2];

  peer_init (&peer, WEIR_ROLE_SERVER);
  while (weir_conn_get_queued (peer.conn) == 0)
    {
      weir_conn_send (peer.conn, WEIR_OP_BINARY, payload, 50000);
      expected += 50004;
    }
  peer_send_frame (&peer, WEIR_OP_CLOSE, "", 0);
  peer_expect_log (&peer, "clean(0,) ");
  while (received < expected)
    {
      gssize n = peer_receive (&peer, buffer, MIN (expected - received, 1 << 20));

      received += MAX (n, 0);
      peer_settle (&peer);
    }
  peer_receive_exactly (&peer, tail, 2);
  g_assert_cmpmem (tail, 2, "\x88\x00", 2);
  peer_expect_end (&peer);
  peer_close (&peer);
  peer_expect_log (&peer, "closed ");
  peer_clear (&peer);
}

/* --- we close --- */

static void
test_we_close (void)
{
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  weir_conn_close (peer.conn, 1000, "bye", 10 * G_USEC_PER_SEC);
  weir_conn_close (peer.conn, 1011, "again", 20 * G_USEC_PER_SEC); /* changes nothing */
  g_assert_false (weir_conn_send (peer.conn, WEIR_OP_TEXT, "late", 4));
  peer_expect_bytes (&peer, CLOSE_1000_BYE);
  peer_expect_nothing (&peer);     /* not shut before the answer */
  peer_send_text (&peer, "still"); /* not handed over any more */
  peer_settle (&peer);
  g_assert_cmpstr (peer.log->str, ==, "");
  peer_send_frame (&peer, WEIR_OP_CLOSE, "\x03\xe8", 2);
  peer_expect_log (&peer, "by-us(1000,bye) ");
  peer_expect_end (&peer);
  peer_close (&peer);
  peer_expect_log (&peer, "closed ");
  peer_clear (&peer);
}

static void
test_we_close_without_code (void)
{
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  weir_conn_close (peer.conn, 0, "is not sent", 10 * G_USEC_PER_SEC);
  peer_expect_bytes (&peer, "\x88\x00");
  peer_close (&peer); /* an end of stream is an answer too */
  peer_expect_log (&peer, "by-us(0,is not sent) closed ");
  peer_clear (&peer);
}

static void
test_we_close_and_nobody_answers (void)
{
  Peer peer;
  gint64 start = g_get_monotonic_time ();

  peer_init (&peer, WEIR_ROLE_SERVER);
  weir_conn_close (peer.conn, 1000, NULL, 50000);
  peer_expect_bytes (&peer, "\x88\x02\x03\xe8");
  peer_expect_log (&peer, "by-us(1000,) ");
  g_assert_cmpint (g_get_monotonic_time () - start, >=, 50000);
  peer_expect_end (&peer);
  peer_close (&peer);
  peer_expect_log (&peer, "closed ");
  peer_clear (&peer);
}

/* A wait without an end ends when somebody says so. */
static void
test_close_is_hurried (void)
{
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  weir_conn_close (peer.conn, 1000, NULL, WEIR_CONN_NO_LIMIT);
  peer_expect_bytes (&peer, "\x88\x02\x03\xe8");
  weir_conn_close (peer.conn, 1001, NULL, WEIR_CONN_NO_LIMIT);
  peer_settle (&peer);
  g_assert_cmpstr (peer.log->str, ==, "");
  weir_conn_close (peer.conn, 1001, NULL, 10000);
  weir_conn_close (peer.conn, 1001, NULL, 100 * G_USEC_PER_SEC); /* not longer again */
  peer_expect_log (&peer, "by-us(1000,) ");
  peer_clear (&peer);
}

/* A close behind the last message that is wanted is seen, whether it comes with that or later; a message is not. */
static void
test_paused_sees_a_close (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  weir_conn_set_paused (peer.conn, TRUE);
  peer_send_frame (&peer, WEIR_OP_PING, "a", 1);
  peer_expect_bytes (&peer, "\x8a\x01"
                            "a");
  peer_settle (&peer);
  peer_append_frame (bytes, WEIR_OP_PING, TRUE, TRUE, "b", 1);
  peer_append_frame (bytes, WEIR_OP_CLOSE, TRUE, TRUE, "\x03\xe8", 2);
  peer_send (&peer, bytes->data, bytes->len);
  peer_expect_log (&peer, "clean(1000,) ");
  peer_clear (&peer);
}

/* The peer does not even take what is queued: there is nothing to wait for then. */
static void
test_we_close_and_nobody_reads (void)
{
  g_autofree char *payload = g_strnfill (50000, 'q');
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  while (weir_conn_get_queued (peer.conn) == 0)
    weir_conn_send (peer.conn, WEIR_OP_BINARY, payload, 50000);
  weir_conn_close (peer.conn, 1000, NULL, 50000);
  peer_expect_log (&peer, "by-us(1000,) closed ");
  peer_clear (&peer);
}

static void
test_both_close (void)
{
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  peer_send_frame (&peer, WEIR_OP_CLOSE, "\x03\xe9", 2);
  weir_conn_close (peer.conn, 1000, NULL, 10 * G_USEC_PER_SEC); /* before it was read */
  peer_expect_bytes (&peer, "\x88\x02\x03\xe8");
  peer_expect_end (&peer); /* one close frame each */
  peer_close (&peer);
  peer_expect_log (&peer, "by-us(1000,) closed ");
  peer_clear (&peer);
}

/* What was read and is held back by a pause is searched for the peer's close, as it is in the way. */
static void
test_we_close_while_paused (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  weir_conn_set_paused (peer.conn, TRUE);
  peer_append_frame (bytes, WEIR_OP_TEXT, TRUE, TRUE, "dropped", 7);
  peer_append_frame (bytes, WEIR_OP_CLOSE, TRUE, TRUE, "", 0);
  peer_send (&peer, bytes->data, bytes->len);
  weir_conn_close (peer.conn, 1001, NULL, 10 * G_USEC_PER_SEC);
  peer_expect_bytes (&peer, "\x88\x02\x03\xe9");
  peer_close (&peer);
  peer_expect_log (&peer, "by-us(1001,) closed ");
  peer_clear (&peer);
}

static gboolean
close_at_second (Peer *peer, WeirOp kind, const guint8 *data, gsize len)
{
  if (peer->n_messages == 2)
    weir_conn_close (peer->conn, 1000, NULL, 10 * G_USEC_PER_SEC);

  return TRUE;
}

static void
log_batch_end (Peer *peer)
{
  g_string_append (peer->log, "| ");
}

static void
test_we_close_in_a_message (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  peer.on_message = close_at_second;
  peer.on_batch_end = log_batch_end;
  for (char letter = 'a'; letter <= 'd'; letter++)
    peer_append_frame (bytes, WEIR_OP_TEXT, TRUE, TRUE, &letter, 1);
  peer_append_frame (bytes, WEIR_OP_CLOSE, TRUE, TRUE, "", 0);
  peer_send (&peer, bytes->data, bytes->len);
  peer_expect_bytes (&peer, "\x88\x02\x03\xe8");
  peer_close (&peer);
  peer_expect_log (&peer, "T(a) T(b) | by-us(1000,) closed ");
  peer_clear (&peer);
}

static void
test_long_reason (void)
{
  g_autofree char *reason = g_strnfill (122, 'x');
  g_autofree char *text = g_strconcat (reason, "é and more", NULL); /* must not be cut inside of a character */
  Peer peer;
  guint8 frame[2 + 2 + 122];

  peer_init (&peer, WEIR_ROLE_SERVER);
  weir_conn_close (peer.conn, 1011, text, 10 * G_USEC_PER_SEC);
  peer_receive_exactly (&peer, frame, sizeof frame);
  g_assert_cmpmem (frame, 4, "\x88\x7c\x03\xf3", 4);
  g_assert_cmpmem (frame + 4, 122, reason, 122);
  peer_expect_nothing (&peer);
  peer_clear (&peer);
}

/* --- the peer breaks a rule --- */

typedef struct
{
  const char *name;
  const char *bytes;
  gsize len;
  guint16 code;
} Violation;

#define NO_MASK "\0\0\0\0"
#define VIOLATION(name, bytes, code)                                                                                   \
  {                                                                                                                    \
    name, bytes, sizeof bytes - 1, code                                                                                \
  }

static const Violation violations[] = {
  VIOLATION ("unmasked",
             "\x81\x01"
             "a",
             1002),
  VIOLATION ("rsv", "\xc1\x80" NO_MASK, 1002),
  VIOLATION ("opcode", "\x83\x80" NO_MASK, 1002),
  VIOLATION ("fragmented-control", "\x09\x80" NO_MASK, 1002),
  VIOLATION ("long-control", "\x89\xfe\x00\x7e" NO_MASK, 1002),
  VIOLATION ("length-not-shortest", "\x82\xfe\x00\x01" NO_MASK "a", 1002),
  VIOLATION ("continuation-of-nothing", "\x80\x80" NO_MASK, 1002),
  VIOLATION ("message-in-a-message", "\x01\x80" NO_MASK "\x82\x80" NO_MASK, 1002),
  VIOLATION ("frame-of-17-mib", "\x82\xff\0\0\0\0\x01\x10\0\0" NO_MASK, 1009),
  VIOLATION ("not-utf-8", "\x81\x82" NO_MASK "\xc3\x28", 1007),
  VIOLATION ("utf-8-cut", "\x81\x81" NO_MASK "\xc3", 1007),
  VIOLATION ("close-of-one-byte", "\x88\x81" NO_MASK "\x03", 1002),
  VIOLATION ("close-999", "\x88\x82" NO_MASK "\x03\xe7", 1002),
  VIOLATION ("close-1004", "\x88\x82" NO_MASK "\x03\xec", 1002),
  VIOLATION ("close-1005", "\x88\x82" NO_MASK "\x03\xed", 1002),
  VIOLATION ("close-1006", "\x88\x82" NO_MASK "\x03\xee", 1002),
  VIOLATION ("close-1015", "\x88\x82" NO_MASK "\x03\xf7", 1002),
  VIOLATION ("close-2999", "\x88\x82" NO_MASK "\x0b\xb7", 1002),
  VIOLATION ("close-5000", "\x88\x82" NO_MASK "\x13\x88", 1002),
  VIOLATION ("close-reason-not-utf-8", "\x88\x84" NO_MASK "\x03\xe8\xc3\x28", 1007),
};

static void
test_violation (gconstpointer data)
{
  const Violation *violation = data;
  g_autofree char *start = g_strdup_printf ("T(good) | violated(%u,", violation->code);
  Peer peer;
  guint8 head[4];

  peer_init (&peer, WEIR_ROLE_SERVER);
  peer.on_batch_end = log_batch_end;
  peer_send_text (&peer, "good");
  peer_send (&peer, violation->bytes, violation->len);
  peer_send_text (&peer, "after");
  peer_receive_exactly (&peer, head, sizeof head);
  g_assert_cmpint (head[0], ==, 0x88);
  g_assert_cmpint (head[2] << 8 | head[3], ==, violation->code);
  peer_wait_for (&peer, strstr (peer.log->str, "violated") != NULL);
  g_assert_true (g_str_has_prefix (peer.log->str, start));
  g_assert_cmpuint (strlen (peer.log->str), ==, strlen (start) + head[1] - 2 + strlen (") "));
  g_assert_null (strstr (peer.log->str, "after"));
  peer_close (&peer);
  peer_wait_for (&peer, peer.conn == NULL);
  g_assert_true (g_str_has_suffix (peer.log->str, ") closed "));
  peer_clear (&peer);
}

static void
test_utf8_not_validated (void)
{
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  weir_conn_set_validate_utf8 (peer.conn, FALSE);
  peer_send_text (&peer, "\xc3\x28");
  peer_wait_for (&peer, peer.n_messages == 1);
  peer_clear (&peer);
}

static void
test_endless_fragments (void)
{
  g_autoptr (GByteArray) fragment = g_byte_array_new ();
  g_autofree char *payload = g_strnfill (1 << 20, 'x');
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  for (int i = 0; i < 65; i++)
    {
      g_byte_array_set_size (fragment, 0);
      peer_append_frame (fragment, i == 0 ? WEIR_OP_TEXT : WEIR_OP_CONTINUATION, FALSE, TRUE, payload, 1 << 20);
      peer_send (&peer, fragment->data, fragment->len);
    }
  peer_expect_log (&peer, "violated(1009,message larger than 64 MiB) ");
  peer_clear (&peer);
}

/* A rule broken while our close is on its way ends the wait, and is still our close. */
static void
test_violation_while_closing (void)
{
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  weir_conn_close (peer.conn, 1000, NULL, 10 * G_USEC_PER_SEC);
  peer_send (&peer, "\xff\xff", 2);
  peer_expect_log (&peer, "by-us(1000,) ");
  peer_close (&peer);
  peer_expect_log (&peer, "closed ");
  peer_clear (&peer);
}

/* --- lost --- */

static void
test_lost (void)
{
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  peer_send_text (&peer, "all of it");
  peer_send (&peer, "\x81\x85", 2); /* and a half */
  peer_close (&peer);
  peer_expect_log (&peer, "T(all of it) lost(0,) closed ");
  peer_clear (&peer);
}

static void
peer_reset (Peer *peer)
{
  struct linger linger = { .l_onoff = 1 };

  setsockopt (peer->fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  peer_close (peer);
}

static void
test_reset (void)
{
  Peer peer;
  int fds[2];

  peer_make_tcp_pair (fds);
  peer_init_with_fds (&peer, fds, WEIR_ROLE_SERVER, NULL);
  g_assert_true (g_str_has_prefix (weir_conn_get_peer (peer.conn), "127.0.0.1:"));
  peer_send_text (&peer, "all of it");
  peer_reset (&peer);
  peer_expect_log (&peer, "T(all of it) lost(0,) closed ");
  peer_clear (&peer);
}

/* The loss shows when we write: what had come before is handed over all the same. */
static void
test_reset_while_paused (void)
{
  g_autofree char *payload = g_strnfill (50000, 'q');
  Peer peer;
  int fds[2];

  peer_make_tcp_pair (fds);
  peer_init_with_fds (&peer, fds, WEIR_ROLE_SERVER, NULL);
  weir_conn_set_paused (peer.conn, TRUE);
  peer_send_text (&peer, "kept");
  while (weir_conn_get_queued (peer.conn) == 0)
    weir_conn_send (peer.conn, WEIR_OP_BINARY, payload, 50000);
  peer_reset (&peer);
  peer_wait_for (&peer, weir_conn_get_queued (peer.conn) == 0);
  peer_settle (&peer);
  g_assert_false (g_main_context_iteration (peer.context, FALSE));
  g_assert_false (weir_conn_send (peer.conn, WEIR_OP_TEXT, "late", 4));
  weir_conn_set_paused (peer.conn, FALSE);
  peer_expect_log (&peer, "T(kept) lost(0,) closed ");
  peer_clear (&peer);
}

static void
test_write_to_lost (void)
{
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  peer_close (&peer);
  weir_conn_send (peer.conn, WEIR_OP_TEXT, "a", 1);
  weir_conn_send (peer.conn, WEIR_OP_TEXT, "b", 1);
  g_assert_cmpuint (weir_conn_get_queued (peer.conn), ==, 0);
  peer_expect_log (&peer, "lost(0,) closed ");
  peer_clear (&peer);
}

static void
test_lost_before_our_close_went (void)
{
  g_autofree char *payload = g_strnfill (50000, 'q');
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  while (weir_conn_get_queued (peer.conn) == 0)
    weir_conn_send (peer.conn, WEIR_OP_BINARY, payload, 50000);
  weir_conn_close (peer.conn, 1000, NULL, 10 * G_USEC_PER_SEC);
  peer_close (&peer);
  peer_expect_log (&peer, "lost(0,) closed ");
  peer_clear (&peer);
}

static void
test_abort (void)
{
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  weir_conn_abort (peer.conn);
  weir_conn_abort (peer.conn);
  g_assert_false (weir_conn_send (peer.conn, WEIR_OP_TEXT, "late", 4));
  weir_conn_close (peer.conn, 1000, NULL, 0);
  weir_conn_ping (peer.conn, "", 0);
  weir_conn_set_paused (peer.conn, TRUE);
  weir_conn_set_paused (peer.conn, FALSE);
  g_assert_cmpstr (peer.log->str, ==, ""); /* never from in there */
  peer_expect_end (&peer);                 /* at once, and without a close frame */
  peer_expect_log (&peer, "lost(0,) closed ");
  peer_clear (&peer);
}

static gboolean
abort_in_message (Peer *peer, WeirOp kind, const guint8 *data, gsize len)
{
  weir_conn_abort (peer->conn);

  return TRUE;
}

static void
test_abort_in_message (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  peer.on_message = abort_in_message;
  peer.on_batch_end = log_batch_end;
  peer_append_frame (bytes, WEIR_OP_TEXT, TRUE, TRUE, "a", 1);
  peer_append_frame (bytes, WEIR_OP_TEXT, TRUE, TRUE, "b", 1);
  peer_send (&peer, bytes->data, bytes->len);
  peer_expect_log (&peer, "T(a) | lost(0,) closed ");
  peer_clear (&peer);
}

static void
test_abort_after_close (void)
{
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  peer_send_frame (&peer, WEIR_OP_CLOSE, "", 0);
  peer_expect_log (&peer, "clean(0,) ");
  weir_conn_abort (peer.conn);
  peer_expect_log (&peer, "closed "); /* how it ended is said once */
  peer_clear (&peer);
}

/* --- freed in an event --- */

static void
free_conn (Peer *peer)
{
  g_string_append (peer->log, "freed ");
  g_clear_pointer (&peer->conn, weir_conn_free);
}

static gboolean
free_in_message (Peer *peer, WeirOp kind, const guint8 *data, gsize len)
{
  free_conn (peer);

  return peer->data != NULL; /* either answer */
}

static void
check_freed (Peer *peer, const char *expected)
{
  peer_expect_log (peer, expected);
  peer_settle (peer);
  g_assert_cmpstr (peer->log->str, ==, "");
  g_assert_null (peer->conn);
  if (peer->fd >= 0)
    {
      g_autofree guint8 *buffer = g_malloc (1 << 20);

      peer_wait_for (peer, peer_receive (peer, buffer, 1 << 20) == 0);
    }
  peer_clear (peer);
}

static void
test_free_in_message (void)
{
  for (int i = 0; i < 4; i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autofree char *payload = g_strnfill (30, 'x');
      Peer peer;

      peer_init (&peer, WEIR_ROLE_SERVER);
      peer.on_message = free_in_message;
      peer.data = (i & 1) != 0 ? &peer : NULL;
      peer_append_frame (bytes, WEIR_OP_BINARY, (i & 2) != 0, TRUE, "one", 3);
      if ((i & 2) == 0)
        peer_append_frame (bytes, WEIR_OP_CONTINUATION, TRUE, TRUE, "", 0);
      peer_append_frame (bytes, WEIR_OP_BINARY, TRUE, TRUE, payload, 30);
      peer_send (&peer, bytes->data, bytes->len);
      check_freed (&peer, "B(one) freed ");
    }
}

static void
test_free_in_batch_end (void)
{
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  peer.on_batch_end = free_conn;
  peer_send_text (&peer, "a");
  peer_send_frame (&peer, WEIR_OP_CLOSE, "", 0);
  check_freed (&peer, "T(a) freed ");
}

static void
test_free_in_drained (void)
{
  g_autofree char *payload = g_strnfill (50000, 'q');
  g_autofree guint8 *buffer = g_malloc (1 << 20);
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  peer.on_drained = free_conn;
  while (weir_conn_get_queued (peer.conn) == 0)
    weir_conn_send (peer.conn, WEIR_OP_BINARY, payload, 50000);
  peer_send_text (&peer, "unread");
  while (peer.conn != NULL)
    {
      peer_receive (&peer, buffer, 1 << 20);
      g_main_context_iteration (peer.context, FALSE);
    }
  g_string_truncate (peer.log, 0); /* the message may have come first */
  check_freed (&peer, "");
}

static void
test_free_in_pong (void)
{
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  peer.on_pong = free_conn;
  peer_send_frame (&peer, WEIR_OP_PONG, "x", 1);
  peer_send_text (&peer, "a");
  check_freed (&peer, "pong(x) freed ");
}

static void
test_free_in_ended (void)
{
  static const char *const endings[] = { "\x88\x80\0\0\0\0", "\xff\xff\xff\xff\xff\xff", NULL };
  static const char *const expected[] = { "clean(0,) freed ", "violated(1002,RSV bit set without an extension) freed ",
                                          "lost(0,) freed " };

  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      Peer peer;

      peer_init (&peer, WEIR_ROLE_SERVER);
      peer.on_ended = free_conn;
      if (endings[i] != NULL)
        peer_send (&peer, endings[i], 6);
      else
        peer_close (&peer);
      check_freed (&peer, expected[i]);
    }
}

static void
test_free_in_ended_by_timer (void)
{
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  peer.on_ended = free_conn;
  weir_conn_close (peer.conn, 1000, NULL, 1000);
  check_freed (&peer, "by-us(1000,) freed ");
}

static void
test_free_while_closing (void)
{
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  weir_conn_close (peer.conn, 1000, NULL, 1000);
  g_clear_pointer (&peer.conn, weir_conn_free);
  check_freed (&peer, "");
}

/* One connection frees another whose event is in the same batch of the loop. */
static gboolean
free_other (Peer *peer, WeirOp kind, const guint8 *data, gsize len)
{
  WeirConn **conns = peer->data;

  for (int i = 0; i < 2; i++)
    g_clear_pointer (&conns[i], weir_conn_free);

  return TRUE;
}

static void
test_free_other (void)
{
  WeirConn *conns[2];
  int ends[2];
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  peer.on_message = free_other;
  peer.data = conns;
  for (int i = 0; i < 2; i++)
    {
      int fds[2];

      g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), ==, 0);
      conns[i] = weir_conn_new (peer.loop, peer_stream_of_fd (fds[0]), WEIR_ROLE_SERVER, NULL, &peer_events, &peer);
      ends[i] = fds[1];
      g_assert_cmpint (send (ends[i], "\x81\x81\0\0\0\0x", 7, 0), ==, 7);
    }
  peer_expect_log (&peer, "T(x) ");
  peer_settle (&peer);
  g_assert_cmpstr (peer.log->str, ==, "");
  for (int i = 0; i < 2; i++)
    close (ends[i]);
  peer_clear (&peer);
}

static void
test_freed_at_once (void)
{
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  g_clear_pointer (&peer.conn, weir_conn_free);
  peer_expect_end (&peer);
  peer_clear (&peer);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/websocket/close/by-peer", test_peer_closes);
  g_test_add_func ("/websocket/close/by-peer/without-code", test_peer_closes_without_code);
  g_test_add_func ("/websocket/close/by-peer/data-after", test_data_after_close);
  g_test_add_func ("/websocket/close/by-peer/lingers", test_peer_lingers);
  g_test_add_func ("/websocket/close/by-peer/paused", test_paused_close_waits);
  g_test_add_func ("/websocket/close/by-peer/answer-goes-last", test_answer_goes_last);
  g_test_add_func ("/websocket/close/by-us", test_we_close);
  g_test_add_func ("/websocket/close/by-us/without-code", test_we_close_without_code);
  g_test_add_func ("/websocket/close/by-us/nobody-answers", test_we_close_and_nobody_answers);
  g_test_add_func ("/websocket/close/by-us/nobody-reads", test_we_close_and_nobody_reads);
  g_test_add_func ("/websocket/close/by-us/hurried", test_close_is_hurried);
  g_test_add_func ("/websocket/close/by-us/paused-sees-a-close", test_paused_sees_a_close);
  g_test_add_func ("/websocket/close/by-us/paused", test_we_close_while_paused);
  g_test_add_func ("/websocket/close/by-us/in-a-message", test_we_close_in_a_message);
  g_test_add_func ("/websocket/close/by-us/long-reason", test_long_reason);
  g_test_add_func ("/websocket/close/by-both", test_both_close);
  for (guint i = 0; i < G_N_ELEMENTS (violations); i++)
    {
      g_autofree char *path = g_strdup_printf ("/websocket/close/violation/%s", violations[i].name);

      g_test_add_data_func (path, &violations[i], test_violation);
    }
  g_test_add_func ("/websocket/close/violation/endless-fragments", test_endless_fragments);
  g_test_add_func ("/websocket/close/violation/while-closing", test_violation_while_closing);
  g_test_add_func ("/websocket/close/utf8-not-validated", test_utf8_not_validated);
  g_test_add_func ("/websocket/close/lost", test_lost);
  g_test_add_func ("/websocket/close/lost/reset", test_reset);
  g_test_add_func ("/websocket/close/lost/reset-while-paused", test_reset_while_paused);
  g_test_add_func ("/websocket/close/lost/write", test_write_to_lost);
  g_test_add_func ("/websocket/close/lost/before-our-close-went", test_lost_before_our_close_went);
  g_test_add_func ("/websocket/close/abort", test_abort);
  g_test_add_func ("/websocket/close/abort/in-message", test_abort_in_message);
  g_test_add_func ("/websocket/close/abort/after-close", test_abort_after_close);
  g_test_add_func ("/websocket/close/free/in-message", test_free_in_message);
  g_test_add_func ("/websocket/close/free/in-batch-end", test_free_in_batch_end);
  g_test_add_func ("/websocket/close/free/in-drained", test_free_in_drained);
  g_test_add_func ("/websocket/close/free/in-pong", test_free_in_pong);
  g_test_add_func ("/websocket/close/free/in-ended", test_free_in_ended);
  g_test_add_func ("/websocket/close/free/in-ended-by-timer", test_free_in_ended_by_timer);
  g_test_add_func ("/websocket/close/free/while-closing", test_free_while_closing);
  g_test_add_func ("/websocket/close/free/other", test_free_other);
  g_test_add_func ("/websocket/close/free/at-once", test_freed_at_once);

  return g_test_run ();
}
