/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "relay-fixture.h"

#include <dirent.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>

/* How a link ends: each side sees what it would have seen of the other. */

static guint
count_descriptors (void)
{
  DIR *dir = opendir ("/proc/self/fd");
  guint n = 0;

  while (readdir (dir) != NULL)
    n++;
  closedir (dir);
  return n;
}

/* The worker closes, the engine answers and ends its stream first, as a server does. */
static void
test_clean_by_worker (void)
{
  Fixture fixture;
  Link link = { 0 };
  const WeirPipeEvent *left;

  fixture_init_end (&fixture, &link, WEIR_SIDE_WRITER);
  peer_send_text (&link.worker, "last");
  peer_send_close (&link.worker, 1000, "stream_complete");
  peer_expect (&link.engine, WEIR_OP_TEXT, "last");
  peer_expect_close (&link.engine, 1000, "stream_complete");
  peer_send_close (&link.engine, 1000, "stream_complete");
  shutdown (link.engine.fd, SHUT_WR);
  peer_expect_close (&link.worker, 1000, "stream_complete");
  expect_eof (&link.worker);
  peer_clear (&link.worker);
  expect_eof (&link.engine);
  left = heard_wait_event (&fixture.heard, 1, WEIR_PIPE_LEFT, WEIR_SIDE_WRITER);
  g_assert_true (left->is_clean);
  g_assert_cmpuint (left->code, ==, 1000);
  g_assert_cmpstr (left->reason, ==, "stream_complete");
  g_assert_cmpint (heard_wait_event (&fixture.heard, 1, WEIR_PIPE_ENDED, -1)->by, ==, WEIR_ENDED_WRITER);
  fixture_wait_link_end (&fixture, &link, WEIR_LINK_END_WORKER);
  fixture_clear_end (&fixture, &link);
}

/* The engine closes with nothing said, as the stock one at the end of a stream, and drops the connection. */
static void
test_clean_by_engine (void)
{
  Fixture fixture;
  Link link = { 0 };
  const WeirPipeEvent *left;

  fixture_init_end (&fixture, &link, WEIR_SIDE_READER);
  peer_send_text (&link.engine, "last");
  peer_send_close (&link.engine, 0, NULL);
  peer_clear (&link.engine);
  peer_expect (&link.worker, WEIR_OP_TEXT, "last");
  peer_expect_close (&link.worker, 0, NULL);
  peer_send_close (&link.worker, 1000, NULL);
  expect_eof (&link.worker);
  left = heard_wait_event (&fixture.heard, 1, WEIR_PIPE_LEFT, WEIR_SIDE_READER);
  g_assert_true (left->is_clean);
  g_assert_cmpuint (left->code, ==, 0);
  g_assert_cmpuint (left->meters.totals.acked_messages, ==, 1); /* it has read all that was before the close frame */
  peer_clear (&link.worker);
  g_assert_cmpint (heard_wait_event (&fixture.heard, 1, WEIR_PIPE_ENDED, -1)->by, ==, WEIR_ENDED_WRITER);
  fixture_wait_link_end (&fixture, &link, WEIR_LINK_END_UPSTREAM);
  fixture_clear_end (&fixture, &link);
}

/* An end of stream without a close frame passes as one; the other direction goes on until it ends, too. */
static void
test_half_close (void)
{
  Fixture fixture;
  Link link = { 0 };

  fixture_init_end (&fixture, &link, WEIR_SIDE_WRITER);
  peer_send_text (&link.worker, "last");
  shutdown (link.worker.fd, SHUT_WR);
  peer_expect (&link.engine, WEIR_OP_TEXT, "last");
  expect_eof (&link.engine);
  peer_send_text (&link.engine, "still there");
  peer_expect (&link.worker, WEIR_OP_TEXT, "still there");
  g_assert_false (heard_wait_event (&fixture.heard, 1, WEIR_PIPE_LEFT, WEIR_SIDE_WRITER)->is_clean);
  g_assert_null (heard_find (&fixture.heard, 1, WEIR_PIPE_ENDED, -1));
  shutdown (link.engine.fd, SHUT_WR);
  expect_eof (&link.worker);
  g_assert_cmpint (heard_wait_event (&fixture.heard, 1, WEIR_PIPE_ENDED, -1)->by, ==, WEIR_ENDED_WRITER_LOST);
  fixture_wait_link_end (&fixture, &link, WEIR_LINK_END_WORKER);
  fixture_clear_end (&fixture, &link);
}

/* A piece of a control frame that is held back, as it may be one that is not passed on, is passed on at the end. */
static void
test_half_frame (void)
{
  Fixture fixture;
  Link link = { 0 };

  fixture_init (&fixture);
  fixture_open_link (&fixture, &link, WEIR_LINK_MAIN);
  peer_send_text (&link.worker, "whole");
  peer_send_bytes (&link.worker, "\x88\x82\1", 3);
  shutdown (link.worker.fd, SHUT_WR);
  peer_expect (&link.engine, WEIR_OP_TEXT, "whole");
  expect_bytes (&link.engine, "\x88\x82\1", 3);
  expect_eof (&link.engine);
  link_clear (&link);
  fixture_clear (&fixture);
}

static void
test_reset (gconstpointer data)
{
  gboolean is_worker = GPOINTER_TO_INT (data);
  Fixture fixture;
  Link link = { 0 };
  Peer *from = is_worker ? &link.worker : &link.engine;
  Peer *to = is_worker ? &link.engine : &link.worker;

  fixture_init (&fixture);
  fixture_open_link (&fixture, &link, WEIR_LINK_MAIN);
  peer_send_text (from, "before");
  peer_expect (to, WEIR_OP_TEXT, "before");
  peer_reset (from);
  expect_reset (to);
  fixture_wait_link_end (&fixture, &link, is_worker ? WEIR_LINK_END_WORKER_LOST : WEIR_LINK_END_UPSTREAM_LOST);
  link_clear (&link);
  fixture_clear (&fixture);
}

/* The stock engine drops a writer whose reader has left (§5.6): what it writes meets nobody, and that is felt. */
static void
test_dropped_writer (void)
{
  g_autofree char *large = g_strnfill (50000, 'x');
  Fixture fixture;
  Link link = { 0 };
  g_autoptr (GByteArray) frame = make_frame (WEIR_OP_BINARY, large, 50000);
  gboolean is_refused = FALSE;

  fixture_init_end (&fixture, &link, WEIR_SIDE_WRITER);
  peer_send_text (&link.worker, "one");
  peer_expect (&link.engine, WEIR_OP_TEXT, "one");
  peer_clear (&link.engine);
  expect_eof (&link.worker);
  for (gint64 limit = g_get_monotonic_time () + LIMIT_US; !is_refused; g_usleep (1000))
    {
      is_refused = send (link.worker.fd, frame->data, frame->len, MSG_NOSIGNAL) < 0;
      g_assert_cmpint (g_get_monotonic_time (), <, limit);
    }
  fixture_wait_link_end (&fixture, &link, WEIR_LINK_END_UPSTREAM);
  g_assert_cmpint (heard_wait_event (&fixture.heard, 1, WEIR_PIPE_ENDED, -1)->by, ==, WEIR_ENDED_READER);
  fixture_clear_end (&fixture, &link);
}

/* What has not reached the other side's machine. */
static int
count_unsent (Peer *peer)
{
  int n = -1;

  g_assert_cmpint (ioctl (peer->fd, SIOCOUTQ, &n), ==, 0);
  return n;
}

/* What was sent before a reset arrives, however slowly it is taken. */
static void
test_reset_behind_data (void)
{
  gsize len = 200000;
  g_autofree char *large = g_strnfill (len, 'x');
  Fixture fixture;
  Link link = { 0 };
  g_autoptr (GByteArray) frame = make_any_frame (WEIR_OP_BINARY, TRUE, FALSE, large, len);
  int small = 4096;

  fixture_init_end (&fixture, &link, WEIR_SIDE_READER);
  setsockopt (link.worker.fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  peer_send_bytes (&link.engine, frame->data, frame->len);
  WAIT_FOR (&fixture, count_unsent (&link.engine) == 0);
  peer_reset (&link.engine);
  expect_bytes (&link.worker, frame->data, frame->len);
  expect_reset (&link.worker);
  g_assert_cmpint (heard_wait_event (&fixture.heard, 1, WEIR_PIPE_ENDED, -1)->by, ==, WEIR_ENDED_ENGINE);
  fixture_clear_end (&fixture, &link);
}

/* --- which end ended it --- */

static void
test_reader_leaves (void)
{
  Pair pair;

  pair_init (&pair, (WeirRelayConfig){ 0 });
  peer_send_text (&pair.writer.worker, "one");
  peer_expect (&pair.writer.engine, WEIR_OP_TEXT, "one");
  peer_send_close (&pair.reader.worker, 1000, "channel_close");
  peer_expect_close (&pair.reader.engine, 1000, "channel_close");
  heard_wait_event (&pair.fixture.heard, 1, WEIR_PIPE_LEFT, WEIR_SIDE_READER);
  g_assert_cmpint (heard_get_state (&pair.fixture.heard, 1), ==, WEIR_STATE_READER_GONE);
  peer_send_close (&pair.writer.engine, 1001, "reader_left");
  peer_expect_close (&pair.writer.worker, 1001, "reader_left");
  link_clear (&pair.writer);
  link_clear (&pair.reader);
  g_assert_cmpint (heard_wait_event (&pair.fixture.heard, 1, WEIR_PIPE_ENDED, -1)->by, ==, WEIR_ENDED_READER);
  g_assert_cmpint (heard_get_state (&pair.fixture.heard, 1), ==, WEIR_STATE_CLOSED);
  pair_clear (&pair);
}

/* A client that gives up reads no more, whatever it is sent until its close is answered. */
static void
test_reader_gives_up (void)
{
  Fixture fixture;
  Link link = { 0 };
  const WeirTotals *totals;

  fixture_init_end (&fixture, &link, WEIR_SIDE_READER);
  peer_send_text (&link.engine, "one");
  peer_expect (&link.worker, WEIR_OP_TEXT, "one");
  peer_send_close (&link.worker, 1011, "keepalive ping timeout");
  peer_expect_close (&link.engine, 1011, "keepalive ping timeout");
  for (guint i = 0; i < 3; i++)
    {
      peer_send_text (&link.engine, "more");
      peer_expect (&link.worker, WEIR_OP_TEXT, "more");
    }
  peer_send_close (&link.engine, 1011, "bye");
  peer_expect_close (&link.worker, 1011, "bye");
  shutdown (link.engine.fd, SHUT_WR);
  expect_eof (&link.worker);
  peer_clear (&link.worker);
  g_assert_cmpint (heard_wait_event (&fixture.heard, 1, WEIR_PIPE_ENDED, -1)->by, ==, WEIR_ENDED_READER);
  totals = heard_get_totals (&fixture.heard, 1);
  g_assert_cmpuint (totals->sent_messages, ==, 1);
  g_assert_cmpuint (totals->sent_bytes, ==, 3);
  fixture_wait_link_end (&fixture, &link, WEIR_LINK_END_WORKER);
  fixture_clear_end (&fixture, &link);
}

/* What a reader's client asked with its pings, and got of the engine. */
static const struct
{
  const char *name;
  gboolean asks, is_answered, mends;
  gboolean is_unanswered;
} ping_cases[] = {
  { "none", FALSE, FALSE, FALSE, FALSE },
  { "unanswered", TRUE, FALSE, FALSE, TRUE },
  { "answered", TRUE, TRUE, FALSE, FALSE },
  { "mended", TRUE, FALSE, TRUE, FALSE },
};

/* A client that gives up as its pings are not answered: it is known whose fault that is (§5.7). */
static void
test_pings (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  Fixture fixture;
  Link link = { 0 };

  fixture_init_with (&fixture, (WeirRelayConfig){ .mend = ping_cases[i].mends });
  fixture_open_channel (&fixture, 1, WEIR_PRESENCE_ELSEWHERE, WEIR_PRESENCE_NONE);
  fixture_attach (&fixture, &link, 1, WEIR_SIDE_READER);
  if (ping_cases[i].asks)
    peer_send (&link.worker, WEIR_OP_PING, "are you there", 13);
  link.engine.keeps_silent = !ping_cases[i].is_answered;
  peer_send_text (&link.worker, "behind it");
  peer_expect (&link.engine, WEIR_OP_TEXT, "behind it");
  g_assert_cmpuint (link.engine.n_pings, ==, ping_cases[i].asks && !ping_cases[i].mends);
  if (ping_cases[i].is_answered || ping_cases[i].mends)
    peer_expect (&link.worker, WEIR_OP_PONG, "are you there");
  peer_send_close (&link.worker, 1011, "keepalive ping timeout");
  peer_expect_close (&link.engine, 1011, "keepalive ping timeout");
  g_assert_cmpint (heard_wait_event (&fixture.heard, 1, WEIR_PIPE_LEFT, WEIR_SIDE_READER)->is_unanswered, ==,
                   ping_cases[i].is_unanswered);
  link_clear (&link);
  fixture_clear (&fixture);
}

/* The head of what the writer sends, and what the engine says of it. */
static const struct
{
  const char *name;
  const char head[10];
  int code; /* of its close frame; 0: it just drops the connection */
  const char *violation;
} size_cases[] = {
  { "frame", "\x82\x7f\0\0\0\0\1\0\0\1", 0, WEIR_VIOLATION_FRAME_SIZE },
  { "frame-refused", "\x82\x7f\0\0\0\0\1\0\0\1", 1009, WEIR_VIOLATION_FRAME_SIZE },
  { "largest-frame", "\x82\x7f\0\0\0\0\1\0\0\0", 0, NULL },
};

/* The stock engine drops a writer whose message is too large without a word: it is neither lost itself, nor is its
 * reader. */
static void
test_too_large (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  guint8 head[14] = { 0 }; /* with an empty mask */
  const WeirPipeEvent *left;
  Pair pair;

  memcpy (head, size_cases[i].head, sizeof size_cases[i].head);
  head[1] |= 0x80;
  pair_init (&pair, (WeirRelayConfig){ 0 });
  peer_send_bytes (&pair.writer.worker, head, sizeof head);
  g_assert_true (peer_read_bytes (&pair.writer.engine, head, sizeof head));
  if (size_cases[i].code != 0)
    peer_send_close (&pair.writer.engine, size_cases[i].code, "too big");
  peer_clear (&pair.writer.engine);
  if (size_cases[i].code != 0)
    peer_expect_close (&pair.writer.worker, size_cases[i].code, "too big");
  expect_eof (&pair.writer.worker);
  peer_clear (&pair.writer.worker);
  left = heard_wait_event (&pair.fixture.heard, 1, WEIR_PIPE_LEFT, WEIR_SIDE_WRITER);
  g_assert_cmpstr (left->violation, ==, size_cases[i].violation);
  peer_send_close (&pair.reader.engine, 0, NULL);
  peer_expect_close (&pair.reader.worker, 0, NULL);
  link_clear (&pair.reader);
  g_assert_cmpint (heard_wait_event (&pair.fixture.heard, 1, WEIR_PIPE_ENDED, -1)->by, ==,
                   size_cases[i].violation != NULL ? WEIR_ENDED_WRITER_LOST : WEIR_ENDED_ENGINE);
  pair_clear (&pair);
}

/* The engine dies: both its connections are reset, or just end. */
static void
test_engine_dies (void)
{
  Pair pair;

  pair_init (&pair, (WeirRelayConfig){ 0 });
  peer_clear (&pair.writer.engine);
  peer_clear (&pair.reader.engine);
  expect_eof (&pair.writer.worker);
  expect_eof (&pair.reader.worker);
  link_clear (&pair.writer);
  link_clear (&pair.reader);
  g_assert_cmpint (heard_wait_event (&pair.fixture.heard, 1, WEIR_PIPE_ENDED, -1)->by, ==, WEIR_ENDED_ENGINE);
  pair_clear (&pair);
}

/* An end of which nothing is known may come until the channel expires. */
static void
test_expires (void)
{
  WeirRelayChannelConfig config = {
    .n = 1, .writer = WEIR_PRESENCE_NONE, .reader = WEIR_PRESENCE_UNKNOWN, .expiry_us = G_USEC_PER_SEC / 5
  };
  Fixture fixture;
  Link writer = { 0 };

  fixture_init (&fixture);
  weir_relay_thread_open_channel (fixture.thread, &config);
  config.n = 2;
  weir_relay_thread_open_channel (fixture.thread, &config);
  fixture_attach (&fixture, &writer, 1, WEIR_SIDE_WRITER);
  peer_send_close (&writer.worker, 1000, NULL);
  peer_expect_close (&writer.engine, 1000, "");
  link_clear (&writer);
  g_assert_cmpint (heard_wait_event (&fixture.heard, 1, WEIR_PIPE_ENDED, -1)->by, ==, WEIR_ENDED_WRITER);
  g_assert_cmpint (heard_wait_event (&fixture.heard, 2, WEIR_PIPE_ENDED, -1)->by, ==, WEIR_ENDED_EXPIRED);
  fixture_clear (&fixture);
}

/* The engine lets go of a writer to which no reader came: it has removed the channel. Before its time it was for
 * another reason, and no reader has left that never was. */
static void
test_removed (gconstpointer data)
{
  WeirRelayChannelConfig config = { .n = 1,
                                    .writer = WEIR_PRESENCE_NONE,
                                    .reader = WEIR_PRESENCE_NONE,
                                    .expiry_us = GPOINTER_TO_INT (data) ? G_USEC_PER_SEC / 10 : 60 * G_USEC_PER_SEC };
  Fixture fixture;
  Link writer = { 0 };

  fixture_init (&fixture);
  weir_relay_thread_open_channel (fixture.thread, &config);
  fixture_attach (&fixture, &writer, 1, WEIR_SIDE_WRITER);
  heard_wait_event (&fixture.heard, 1, WEIR_PIPE_CONNECTED, WEIR_SIDE_WRITER);
  if (GPOINTER_TO_INT (data)) /* its age is what counts */
    g_usleep (config.expiry_us);
  peer_clear (&writer.engine);
  expect_eof (&writer.worker);
  link_clear (&writer);
  g_assert_cmpint (heard_wait_event (&fixture.heard, 1, WEIR_PIPE_ENDED, -1)->by, ==,
                   GPOINTER_TO_INT (data) ? WEIR_ENDED_EXPIRED : WEIR_ENDED_ENGINE);
  fixture_clear (&fixture);
}

typedef struct
{
  const char *name;
  gboolean is_known_first; /* that the engine is lost, before it cuts off the writer */
  gboolean is_reset;
} LostCase;

static const LostCase lost_cases[] = {
  { "cut-first", FALSE, FALSE },
  { "cut-first-reset", FALSE, TRUE },
  { "known-first", TRUE, FALSE },
  { "known-first-reset", TRUE, TRUE },
};

/* The engine dies, and with it a channel whose reader is elsewhere, however old: nobody has left, and it has not
 * expired. */
static void
test_engine_lost (gconstpointer data)
{
  const LostCase *lost = data;
  WeirRelayChannelConfig config = { .n = 1, .reader = WEIR_PRESENCE_UNKNOWN, .expiry_us = G_USEC_PER_SEC / 10 };
  Fixture fixture;
  Link writer = { 0 };

  fixture_init (&fixture);
  weir_relay_thread_open_channel (fixture.thread, &config);
  fixture_attach (&fixture, &writer, 1, WEIR_SIDE_WRITER);
  heard_wait_event (&fixture.heard, 1, WEIR_PIPE_CONNECTED, WEIR_SIDE_WRITER);
  g_usleep (config.expiry_us); /* its age is what counts */
  if (lost->is_known_first)
    weir_relay_thread_note_engine (fixture.thread, WEIR_ENGINE_LOST);
  if (lost->is_reset)
    peer_reset (&writer.engine);
  else
    peer_clear (&writer.engine);
  if (lost->is_reset)
    expect_reset (&writer.worker);
  else
    expect_eof (&writer.worker);
  link_clear (&writer);
  heard_wait_event (&fixture.heard, 1, WEIR_PIPE_LEFT, WEIR_SIDE_WRITER);
  if (!lost->is_known_first)
    weir_relay_thread_note_engine (fixture.thread, WEIR_ENGINE_LOST);
  g_assert_cmpint (heard_wait_event (&fixture.heard, 1, WEIR_PIPE_ENDED, -1)->by, ==, WEIR_ENDED_ENGINE);
  fixture_clear (&fixture);
}

/* Channels of which no end is here have gone with it, too: not while it may be back. */
static void
test_engine_gone (void)
{
  Fixture fixture;
  Link writer = { 0 };

  fixture_init (&fixture);
  fixture_open_channel (&fixture, 1, WEIR_PRESENCE_NONE, WEIR_PRESENCE_UNKNOWN);
  fixture_open_channel (&fixture, 2, WEIR_PRESENCE_NONE, WEIR_PRESENCE_NONE);
  fixture_attach (&fixture, &writer, 1, WEIR_SIDE_WRITER);
  peer_send_close (&writer.worker, 1000, NULL);
  peer_expect_close (&writer.engine, 1000, "");
  link_clear (&writer);
  heard_wait_event (&fixture.heard, 1, WEIR_PIPE_LEFT, WEIR_SIDE_WRITER);
  weir_relay_thread_note_engine (fixture.thread, WEIR_ENGINE_LOST);
  weir_relay_thread_note_engine (fixture.thread, WEIR_ENGINE_BACK);
  fixture_open_channel (&fixture, 3, WEIR_PRESENCE_NONE, WEIR_PRESENCE_NONE);
  fixture_attach (&fixture, &writer, 3, WEIR_SIDE_WRITER);
  heard_wait_event (&fixture.heard, 3, WEIR_PIPE_CONNECTED, WEIR_SIDE_WRITER); /* what was told before is done */
  g_assert_cmpint (heard_get_state (&fixture.heard, 1), !=, WEIR_STATE_CLOSED);
  g_assert_cmpint (heard_get_state (&fixture.heard, 2), !=, WEIR_STATE_CLOSED);
  weir_relay_thread_note_engine (fixture.thread, WEIR_ENGINE_LOST);
  weir_relay_thread_note_engine (fixture.thread, WEIR_ENGINE_GONE);
  g_assert_cmpint (heard_wait_event (&fixture.heard, 1, WEIR_PIPE_ENDED, -1)->by, ==, WEIR_ENDED_ENGINE);
  g_assert_cmpint (heard_wait_event (&fixture.heard, 2, WEIR_PIPE_ENDED, -1)->by, ==, WEIR_ENDED_ENGINE);
  peer_clear (&writer.engine);
  expect_eof (&writer.worker);
  link_clear (&writer);
  g_assert_cmpint (heard_wait_event (&fixture.heard, 3, WEIR_PIPE_ENDED, -1)->by, ==, WEIR_ENDED_ENGINE);
  fixture_clear (&fixture);
}

/* That the other end is elsewhere is enough, once it is known. */
static void
test_elsewhere (void)
{
  Fixture fixture;
  Link writer = { 0 };

  fixture_init (&fixture);
  fixture_open_channel (&fixture, 1, WEIR_PRESENCE_NONE, WEIR_PRESENCE_UNKNOWN);
  fixture_attach (&fixture, &writer, 1, WEIR_SIDE_WRITER);
  heard_wait_event (&fixture.heard, 1, WEIR_PIPE_CONNECTED, WEIR_SIDE_WRITER);
  g_assert_cmpint (heard_get_state (&fixture.heard, 1), ==, WEIR_STATE_UNKNOWN);
  weir_relay_thread_set_presence (fixture.thread, 1, WEIR_SIDE_READER, WEIR_PRESENCE_ELSEWHERE);
  weir_relay_thread_set_presence (fixture.thread, 1, WEIR_SIDE_WRITER, WEIR_PRESENCE_ELSEWHERE); /* it is here */
  WAIT_FOR (&fixture, heard_get_state (&fixture.heard, 1) == WEIR_STATE_IDLE);
  g_assert_true (heard_get_meters (&fixture.heard, 1)->is_reader_unseen);
  link_clear (&writer);
  g_assert_cmpint (heard_wait_event (&fixture.heard, 1, WEIR_PIPE_ENDED, -1)->by, ==, WEIR_ENDED_WRITER_LOST);
  fixture_clear (&fixture);
}

/* What comes for a reader tells that its writer is somewhere; what we put in does not. */
static void
test_writer_shown (void)
{
  Fixture fixture;
  Link reader = { 0 };
  g_autoptr (GBytes) payload = g_bytes_new_static ("ours", 4);

  fixture_init (&fixture);
  fixture_open_channel (&fixture, 1, WEIR_PRESENCE_UNKNOWN, WEIR_PRESENCE_NONE);
  fixture_attach (&fixture, &reader, 1, WEIR_SIDE_READER);
  weir_channel_door_inject (fixture.door, 1, 1, TRUE, payload, NULL);
  heard_wait_answer (&fixture.heard, 1);
  peer_expect (&reader.worker, WEIR_OP_TEXT, "ours");
  WAIT_FOR (&fixture, heard_get_totals (&fixture.heard, 1)->sent_messages == 1);
  g_assert_cmpint (heard_get_state (&fixture.heard, 1), ==, WEIR_STATE_UNKNOWN);
  peer_send_text (&reader.engine, "its own");
  peer_expect (&reader.worker, WEIR_OP_TEXT, "its own");
  WAIT_FOR (&fixture, heard_get_state (&fixture.heard, 1) == WEIR_STATE_FLOWING);
  g_assert_cmpint (heard_get_meters (&fixture.heard, 1)->writer, ==, WEIR_PRESENCE_ELSEWHERE);
  weir_relay_thread_set_presence (fixture.thread, 1, WEIR_SIDE_WRITER, WEIR_PRESENCE_UNKNOWN); /* says less */
  link_clear (&reader);
  g_assert_cmpint (heard_wait_event (&fixture.heard, 1, WEIR_PIPE_ENDED, -1)->by, ==, WEIR_ENDED_READER);
  fixture_clear (&fixture);
}

/* A second reader is passed on, and the engine's business; so is one of a channel that has ended. */
static void
test_refused (void)
{
  Fixture fixture;
  Link first = { 0 }, second = { 0 }, late = { 0 };

  fixture_init (&fixture);
  fixture_open_channel (&fixture, 1, WEIR_PRESENCE_ELSEWHERE, WEIR_PRESENCE_NONE);
  fixture_attach (&fixture, &first, 1, WEIR_SIDE_READER);
  fixture_attach (&fixture, &second, 1, WEIR_SIDE_READER);
  heard_wait_event (&fixture.heard, 1, WEIR_PIPE_REFUSED, WEIR_SIDE_READER);
  peer_send_close (&second.engine, 0, NULL);
  peer_expect_close (&second.worker, 0, NULL);
  link_clear (&second);
  fixture_wait_link_end (&fixture, &second, WEIR_LINK_END_UPSTREAM);
  g_assert_null (heard_find (&fixture.heard, 1, WEIR_PIPE_LEFT, -1));
  link_clear (&first);
  heard_wait_event (&fixture.heard, 1, WEIR_PIPE_ENDED, -1);
  fixture_attach (&fixture, &late, 1, WEIR_SIDE_READER);
  peer_send_text (&late.engine, "goes on");
  peer_expect (&late.worker, WEIR_OP_TEXT, "goes on");
  link_clear (&late);
  fixture_clear (&fixture);
}

/* --- by us --- */

/* In the midst of a message nothing can be said; else both sides are told, and a peer that answers is waited for. */
static void
test_stop (void)
{
  Fixture fixture;
  Link quiet = { 0 }, busy = { 0 };

  fixture_init (&fixture);
  fixture_open_link (&fixture, &quiet, WEIR_LINK_MAIN);
  fixture_open_link (&fixture, &busy, WEIR_LINK_MAIN);
  peer_send_bytes (&busy.worker, "\x81\x85\1\2\3\4he", 8);
  expect_bytes (&busy.engine, "\x81\x85\1\2\3\4he", 8);
  weir_relay_thread_stop (fixture.thread, 1001, "engine_stopping", LIMIT_US);
  peer_expect_close (&quiet.worker, 1001, "engine_stopping");
  peer_expect_close (&quiet.engine, 1001, "engine_stopping");
  expect_eof (&quiet.worker);
  expect_eof (&quiet.engine);
  peer_expect_close (&busy.worker, 1001, "engine_stopping");
  peer_send_bytes (&busy.worker, "llo", 3);
  expect_bytes (&busy.engine, "llo", 3);
  peer_expect_close (&busy.engine, 1001, "engine_stopping");
  link_clear (&quiet);
  link_clear (&busy);
  WAIT_FOR (&fixture, fixture.has_stopped);
  fixture_wait_link_end (&fixture, &quiet, WEIR_LINK_END_STOPPED);
  fixture_clear (&fixture);
}

/* Two descriptors a link, and none when it is over. */
static void
test_descriptors (void)
{
  Fixture fixture;
  Link links[20] = { 0 };
  guint before;

  fixture_init (&fixture);
  before = count_descriptors ();
  for (guint i = 0; i < G_N_ELEMENTS (links); i++)
    {
      fixture_open_link (&fixture, &links[i], WEIR_LINK_OTEL);
      peer_send_text (&links[i].worker, "x");
      peer_expect (&links[i].engine, WEIR_OP_TEXT, "x");
    }
  g_assert_cmpuint (count_descriptors () - before, ==, 4 * G_N_ELEMENTS (links)); /* the peers' are ours, too */
  for (guint i = 0; i < G_N_ELEMENTS (links); i++)
    {
      if (i % 2 == 0)
        peer_reset (&links[i].worker);
      link_clear (&links[i]);
    }
  WAIT_FOR (&fixture, g_hash_table_size (fixture.ended) == G_N_ELEMENTS (links));
  WAIT_FOR (&fixture, count_descriptors () == before);
  fixture_clear (&fixture);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/ends/clean-by-worker", test_clean_by_worker);
  g_test_add_func ("/relay/ends/clean-by-engine", test_clean_by_engine);
  g_test_add_func ("/relay/ends/half-close", test_half_close);
  g_test_add_func ("/relay/ends/half-frame", test_half_frame);
  g_test_add_data_func ("/relay/ends/reset-by-worker", GINT_TO_POINTER (TRUE), test_reset);
  g_test_add_data_func ("/relay/ends/reset-by-engine", GINT_TO_POINTER (FALSE), test_reset);
  g_test_add_func ("/relay/ends/dropped-writer", test_dropped_writer);
  g_test_add_func ("/relay/ends/reset-behind-data", test_reset_behind_data);
  g_test_add_func ("/relay/ends/reader-leaves", test_reader_leaves);
  g_test_add_func ("/relay/ends/reader-gives-up", test_reader_gives_up);
  for (guint i = 0; i < G_N_ELEMENTS (ping_cases); i++)
    {
      g_autofree char *path = g_strconcat ("/relay/ends/pings/", ping_cases[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_pings);
    }
  for (guint i = 0; i < G_N_ELEMENTS (size_cases); i++)
    {
      g_autofree char *path = g_strconcat ("/relay/ends/too-large/", size_cases[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_too_large);
    }
  g_test_add_func ("/relay/ends/engine-dies", test_engine_dies);
  g_test_add_func ("/relay/ends/expires", test_expires);
  g_test_add_data_func ("/relay/ends/removed", GINT_TO_POINTER (TRUE), test_removed);
  g_test_add_data_func ("/relay/ends/removed-early", GINT_TO_POINTER (FALSE), test_removed);
  for (guint i = 0; i < G_N_ELEMENTS (lost_cases); i++)
    {
      g_autofree char *path = g_strconcat ("/relay/ends/engine-lost/", lost_cases[i].name, NULL);

      g_test_add_data_func (path, &lost_cases[i], test_engine_lost);
    }
  g_test_add_func ("/relay/ends/engine-gone", test_engine_gone);
  g_test_add_func ("/relay/ends/elsewhere", test_elsewhere);
  g_test_add_func ("/relay/ends/writer-shown", test_writer_shown);
  g_test_add_func ("/relay/ends/refused", test_refused);
  g_test_add_func ("/relay/ends/stop", test_stop);
  g_test_add_func ("/relay/ends/descriptors", test_descriptors);
  return g_test_run ();
}
