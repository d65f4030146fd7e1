/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "websocket-peer.h"

#include <sys/resource.h>

/* --- reading --- */

static void
test_messages (void)
{
  Peer peer;
  g_autofree char *large = g_strnfill (100000, 'x');

  peer_init (&peer, WEIR_ROLE_SERVER);
  g_assert_cmpstr (weir_conn_get_peer (peer.conn), ==, "local");
  peer_send_text (&peer, "hello");
  peer_send_frame (&peer, WEIR_OP_BINARY, "", 0);
  peer_send_frame (&peer, WEIR_OP_BINARY, large, 100000);
  peer_send_text (&peer, "after");
  peer_expect_log (&peer, "T(hello) B() B100000 T(after) ");
  g_assert_cmpuint (weir_conn_get_unread (peer.conn), ==, 0);
  peer_clear (&peer);
}

static void
test_as_client (void)
{
  Peer peer;

  peer_init (&peer, WEIR_ROLE_CLIENT);
  peer_send (&peer, "\x81\x02hi", 4);
  peer_expect_log (&peer, "T(hi) ");
  peer_clear (&peer);
}

static void
test_early (void)
{
  static const guint8 early_bytes[] = { 0x81, 0x02, 'h', 'i', 0x81, 0x05, 'h', 'e' }; /* and a half */
  g_autoptr (GBytes) early = g_bytes_new_static (early_bytes, sizeof early_bytes);
  Peer peer;
  int fds[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), ==, 0);
  peer_init_with_fds (&peer, fds, WEIR_ROLE_CLIENT, early);
  g_assert_cmpstr (peer.log->str, ==, ""); /* never from in there */
  peer_expect_log (&peer, "T(hi) ");
  peer_send (&peer, "llo", 3);
  peer_expect_log (&peer, "T(hello) ");
  peer_clear (&peer);
}

static gboolean
stop_at_third (Peer *peer, WeirOp kind, const guint8 *data, gsize len)
{
  return peer->n_messages != 3;
}

static void
test_stops_in_the_middle (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  peer.on_message = stop_at_third;
  for (char letter = 'a'; letter <= 'f'; letter++)
    peer_append_frame (bytes, WEIR_OP_TEXT, TRUE, TRUE, &letter, 1);
  peer_send (&peer, bytes->data, bytes->len);
  peer_expect_log (&peer, "T(a) T(b) T(c) ");
  peer_settle (&peer);
  g_assert_cmpstr (peer.log->str, ==, "");
  g_assert_true (weir_conn_get_paused (peer.conn));
  g_assert_cmpuint (weir_conn_get_unread (peer.conn), ==, 3 * 7);

  peer_send_text (&peer, "g"); /* is not read meanwhile */
  peer_settle (&peer);
  g_assert_cmpuint (weir_conn_get_unread (peer.conn), ==, 3 * 7);
  weir_conn_set_paused (peer.conn, FALSE);
  g_assert_cmpstr (peer.log->str, ==, ""); /* never from in there */
  peer_expect_log (&peer, "T(d) T(e) T(f) T(g) ");
  g_assert_cmpuint (weir_conn_get_unread (peer.conn), ==, 0);
  peer_clear (&peer);
}

static gboolean
stop_always (Peer *peer, WeirOp kind, const guint8 *data, gsize len)
{
  return FALSE;
}

/* One at a time, from a stream that is cut anywhere. */
static void
test_one_at_a_time (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *payload = g_strnfill (400000, 'y');
  static const gsize sizes[] = { 5, 0, 300, 70000, 125, 300000, 1, 65536, 400000, 2 };
  Peer peer;
  guint64 expected = 0;

  peer_init (&peer, WEIR_ROLE_SERVER);
  peer.is_brief = TRUE;
  peer.on_message = stop_always;
  for (int i = 0; i < 40; i++)
    {
      gsize size = sizes[i % G_N_ELEMENTS (sizes)];

      if (i % 7 == 3)
        {
          peer_append_frame (bytes, WEIR_OP_BINARY, FALSE, TRUE, payload, size / 2);
          peer_append_frame (bytes, WEIR_OP_CONTINUATION, TRUE, TRUE, payload, size - size / 2);
        }
      else
        {
          peer_append_frame (bytes, WEIR_OP_TEXT, TRUE, TRUE, payload, size);
        }
      expected += size;
    }
  for (gsize done = 0; done < bytes->len || peer.n_messages < 40;)
    {
      gssize n = send (peer.fd, bytes->data + done, bytes->len - done, MSG_DONTWAIT | MSG_NOSIGNAL);
      guint n_before = peer.n_messages;

      done += MAX (n, 0);
      weir_conn_set_paused (peer.conn, FALSE);
      peer_settle (&peer);
      g_assert_cmpuint (peer.n_messages, <=, n_before + 1);
    }
  g_assert_cmpuint (peer.n_bytes, ==, expected);
  peer_clear (&peer);
}

static void
test_paused_from_outside (void)
{
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  weir_conn_set_paused (peer.conn, TRUE);
  peer_send_text (&peer, "a");
  peer_send_frame (&peer, WEIR_OP_PING, "", 0);
  peer_settle (&peer);
  g_assert_cmpstr (peer.log->str, ==, "");
  g_assert_cmpuint (weir_conn_get_unread (peer.conn), ==, 0);      /* nothing is taken from the socket */
  g_assert_false (g_main_context_iteration (peer.context, FALSE)); /* and nothing spins */
  weir_conn_set_paused (peer.conn, FALSE);
  peer_expect_log (&peer, "T(a) ");
  peer_expect_bytes (&peer, "\x8a\x00");
  peer_clear (&peer);
}

static void
resume_at_batch_end (Peer *peer)
{
  g_string_append (peer->log, "| ");
  weir_conn_set_paused (peer->conn, FALSE);
}

static void
test_resumed_at_batch_end (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  peer.on_message = stop_always;
  peer.on_batch_end = resume_at_batch_end;
  for (char letter = 'a'; letter <= 'd'; letter++)
    peer_append_frame (bytes, WEIR_OP_TEXT, TRUE, TRUE, &letter, 1);
  peer_send (&peer, bytes->data, bytes->len);
  peer_expect_log (&peer, "T(a) | T(b) | T(c) | T(d) | ");
  peer_clear (&peer);
}

typedef struct
{
  const guint8 *data[16];
  gsize lens[16];
  char *sums[16];
  guint n;
  guint n_blocks;
} Lent;

static gboolean
remember_lent (Peer *peer, WeirOp kind, const guint8 *data, gsize len)
{
  Lent *lent = peer->data;

  g_assert_cmpuint (lent->n, <, G_N_ELEMENTS (lent->data));
  lent->data[lent->n] = data;
  lent->lens[lent->n] = len;
  lent->sums[lent->n] = g_compute_checksum_for_data (G_CHECKSUM_MD5, data, len);
  lent->n++;
  if (weir_conn_get_block (peer->conn) != NULL)
    {
      lent->n_blocks++;
      g_assert_true (weir_conn_get_block (peer->conn)->data == data);
      g_assert_cmpuint (weir_conn_get_block (peer->conn)->size, ==, len);
    }

  return TRUE;
}

static void
check_lent (Peer *peer)
{
  Lent *lent = peer->data;

  for (guint i = 0; i < lent->n; i++)
    {
      g_autofree char *sum = g_compute_checksum_for_data (G_CHECKSUM_MD5, lent->data[i], lent->lens[i]);

      g_assert_cmpstr (sum, ==, lent->sums[i]);
      g_free (lent->sums[i]);
    }
  lent->n = 0;
}

/* What is handed over stays until batch_end, whether it was cut, fragmented or lay whole in the buffer. */
static void
test_lent_until_batch_end (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *payload = g_strnfill (300000, 'z');
  Lent lent = { .n = 0 };
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  peer.is_brief = TRUE;
  peer.on_message = remember_lent;
  peer.on_batch_end = check_lent;
  peer.data = &lent;
  for (int i = 0; i < 20; i++)
    {
      peer_append_frame (bytes, WEIR_OP_BINARY, TRUE, TRUE, payload, 50000 + i);
      peer_append_frame (bytes, WEIR_OP_BINARY, FALSE, TRUE, payload, 40000 + i);
      peer_append_frame (bytes, WEIR_OP_CONTINUATION, TRUE, TRUE, payload, 30000 + i);
      peer_append_frame (bytes, WEIR_OP_BINARY, TRUE, TRUE, payload, 300000);
    }
  peer_send (&peer, bytes->data, bytes->len);
  peer_wait_for (&peer, peer.n_messages == 60);
  g_assert_cmpuint (lent.n, ==, 0);
  g_assert_cmpuint (lent.n_blocks, >=, 40);
  peer_clear (&peer);
}

typedef struct
{
  gboolean is_kept;
  guint n_buffers; /* offered */
  WeirBlock *block;
  const guint8 *data; /* of the first message, in block */
} Kept;

static gboolean
ask_for_buffer (Peer *peer, WeirOp kind, const guint8 *data, gsize len)
{
  Kept *kept = peer->data;
  WeirBlock *buffer = weir_conn_get_buffer (peer->conn, len);

  if (buffer == NULL)
    return TRUE;
  kept->n_buffers++;
  g_assert_true (data >= buffer->data && data + len <= buffer->data + buffer->size);
  if (kept->is_kept && kept->block == NULL)
    {
      kept->block = weir_block_ref (buffer);
      kept->data = data;
    }
  return TRUE;
}

/* Four messages in one buffer: a reference is offered while it keeps no more than twice what is needed, or as long as
 * somebody has one; what it keeps is not written over. */
static void
test_buffer_is_offered (gconstpointer is_kept)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *payload = g_strnfill (1000, 'k');
  g_autoptr (GBytes) early = NULL;
  Kept kept = { .is_kept = is_kept != NULL };
  Peer peer;
  int fds[2];

  for (guint i = 0; i < 4; i++)
    peer_append_frame (bytes, WEIR_OP_BINARY, TRUE, TRUE, payload, 1000);
  early = g_bytes_new (bytes->data, bytes->len);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), ==, 0);
  peer_init_with_fds (&peer, fds, WEIR_ROLE_SERVER, early);
  peer.is_brief = TRUE;
  peer.on_message = ask_for_buffer;
  peer.data = &kept;
  g_assert_cmpuint (weir_conn_get_memory (peer.conn), ==, bytes->len);
  peer_wait_for (&peer, peer.n_messages == 4);
  g_assert_cmpuint (kept.n_buffers, ==, is_kept != NULL ? 4 : 2);
  g_assert_null (weir_conn_get_buffer (peer.conn, 1 << 20)); /* nothing is lent */
  peer_send (&peer, bytes->data, bytes->len);
  peer_wait_for (&peer, peer.n_messages == 8);
  if (is_kept != NULL)
    g_assert_cmpmem (kept.data, 1000, payload, 1000);
  g_assert_cmpuint (weir_conn_get_memory (peer.conn), ==, 0);
  g_clear_pointer (&kept.block, weir_block_unref);
  peer_clear (&peer);
}

static void
test_read_limit (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  weir_conn_set_read_limit (peer.conn, 20);
  peer.on_message = stop_always;
  for (char letter = 'a'; letter <= 'z'; letter++)
    peer_append_frame (bytes, WEIR_OP_TEXT, TRUE, TRUE, &letter, 1);
  peer_send (&peer, bytes->data, bytes->len);
  peer_expect_log (&peer, "T(a) ");
  g_assert_cmpuint (weir_conn_get_unread (peer.conn), ==, 20 - 7);
  peer_clear (&peer);
}

/* A connection that floods leaves the others their turn. */
static void
test_fairness (void)
{
  g_autoptr (GByteArray) flood = g_byte_array_new ();
  Peer peer;
  int fds[2], size = 8 << 20;

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), ==, 0);
  setsockopt (fds[1], SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof size);
  peer_init_with_fds (&peer, fds, WEIR_ROLE_SERVER, NULL);
  peer.is_brief = TRUE;
  while (flood->len < 4 << 20)
    peer_append_frame (flood, WEIR_OP_TEXT, TRUE, TRUE, "0123456789", 10);
  if (send (peer.fd, flood->data, flood->len, MSG_DONTWAIT) < 3 << 20)
    {
      g_test_skip ("the kernel does not buffer that much here");
    }
  else
    {
      g_main_context_iteration (peer.context, FALSE);
      g_assert_cmpuint (peer.n_bytes, <, (1 << 20) + WEIR_LOOP_BUFFER_SIZE);
      g_assert_cmpuint (peer.n_bytes, >, 100000);
    }
  peer_clear (&peer);
}

/* --- writing --- */

static void
test_send (void)
{
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  g_assert_true (weir_conn_send (peer.conn, WEIR_OP_TEXT, "hello", 5)); /* goes out at once */
  g_assert_cmpuint (weir_conn_get_queued (peer.conn), ==, 0);
  peer_expect_bytes (&peer, "\x81\x05hello");
  g_assert_true (weir_conn_send (peer.conn, WEIR_OP_BINARY, NULL, 0));
  peer_expect_bytes (&peer, "\x82\x00");
  peer_clear (&peer);
}

/* What the raw end received, parsed. */
typedef struct
{
  WeirReader reader;
  GPtrArray *sums;  /* of messages */
  GString *control; /* op(payload) */
  guint8 *buffer;
  gboolean has_ended;
} Sink;

#define SINK_BUFFER_SIZE (1 << 20)

static void
sink_init (Sink *self, WeirRole role)
{
  weir_reader_init (&self->reader, role);
  self->sums = g_ptr_array_new_with_free_func (g_free);
  self->control = g_string_new (NULL);
  self->buffer = g_malloc (SINK_BUFFER_SIZE);
  self->has_ended = FALSE;
}

static void
sink_clear (Sink *self)
{
  weir_reader_clear (&self->reader);
  g_ptr_array_unref (self->sums);
  g_string_free (self->control, TRUE);
  g_free (self->buffer);
}

static char *
sum_of (WeirOp kind, const void *data, gsize len)
{
  g_autofree char *sum = g_compute_checksum_for_data (G_CHECKSUM_MD5, data, len);

  return g_strdup_printf ("%x %" G_GSIZE_FORMAT " %s", kind, len, sum);
}

/* Takes up to @most bytes of what there is. Returns whether something came. */
static gboolean
sink_take (Sink *self, Peer *peer, gsize most)
{
  gssize n = peer_receive (peer, self->buffer, MIN (most, SINK_BUFFER_SIZE));
  guint8 *cursor = self->buffer;
  WeirReaderItem item;
  WeirReaderResult result;

  self->has_ended |= n == 0;
  if (n <= 0)
    return FALSE;
  while ((result = weir_reader_next (&self->reader, &cursor, self->buffer + n, &item)) != WEIR_READER_MORE)
    {
      g_assert_cmpint (result, !=, WEIR_READER_BAD);
      if (result == WEIR_READER_MESSAGE)
        g_ptr_array_add (self->sums, sum_of (item.op, item.data, item.len));
      else
        g_string_append_printf (self->control, "%x(%.*s) ", item.op, (int) item.len, item.data);
    }
  weir_reader_release (&self->reader);

  return TRUE;
}

/* Many messages of all sizes, by all ways, to a peer that reads in bits: order and contents are kept, whatever is cut.
 */
static void
check_partial_writes (WeirRole role)
{
  static const gsize sizes[] = { 0, 1, 100, 125, 126, 2000, 2048, 2049, 5000, 65535, 65536, 70000, 300000, 600000 };
  g_autoptr (GPtrArray) expected = g_ptr_array_new_with_free_func (g_free);
  int fds[2], size = 20000;
  Peer peer;
  Sink sink;

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), ==, 0);
  setsockopt (fds[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  peer_init_with_fds (&peer, fds, role, NULL);
  sink_init (&sink, role == WEIR_ROLE_SERVER ? WEIR_ROLE_CLIENT : WEIR_ROLE_SERVER);
  for (int round = 0; round < 300; round++)
    {
      WeirOut out[8];
      guint n_out = g_test_rand_int_range (1, 9), n_taken;

      for (guint i = 0; i < n_out; i++)
        {
          gsize len = sizes[g_test_rand_int_range (0, G_N_ELEMENTS (sizes))];
          WeirBlock *block = weir_block_new (len);

          for (gsize j = 0; j < len; j++)
            block->data[j] = (j * 31 + round + i) & 0x7f;
          out[i] = (WeirOut){
            .kind = g_test_rand_bit () ? WEIR_OP_TEXT : WEIR_OP_BINARY,
            .is_lent = g_test_rand_bit (),
            .data = block->data,
            .len = len,
            .block = block,
          };
        }
      if (g_test_rand_int_range (0, 4) == 0)
        {
          g_assert_true (weir_conn_send (peer.conn, out[0].kind, out[0].data, out[0].len));
          n_taken = 1;
        }
      else
        {
          WeirOut copies[8];
          gboolean was_queued = weir_conn_get_queued (peer.conn) > 0;

          memcpy (copies, out, sizeof out);
          for (guint i = 0; i < n_out; i++)
            if (out[i].is_lent)
              copies[i].block = NULL;
          n_taken = weir_conn_sendv (peer.conn, copies, n_out);
          g_assert_cmpuint (n_taken, <=, n_out);
          if (was_queued)
            g_assert_cmpuint (n_taken, ==, 0);
          if (n_taken < n_out) /* else nobody would say when to come again */
            g_assert_cmpuint (weir_conn_get_queued (peer.conn) + !was_queued, >, 0);
        }
      for (guint i = 0; i < n_taken; i++)
        g_ptr_array_add (expected, sum_of (out[i].kind, out[i].data, out[i].len));
      for (guint i = 0; i < n_out; i++)
        {
          if (out[i].is_lent) /* nobody may look at it any more */
            memset (out[i].block->data, 0xee, out[i].len);
          weir_block_unref (out[i].block);
        }
      for (int i = g_test_rand_int_range (0, 4); i > 0; i--)
        {
          sink_take (&sink, &peer, g_test_rand_int_range (1, 200000));
          g_main_context_iteration (peer.context, FALSE);
        }
    }
  peer_wait_for (&peer, (sink_take (&sink, &peer, SINK_BUFFER_SIZE), sink.sums->len >= expected->len));
  g_assert_cmpuint (sink.sums->len, ==, expected->len);
  g_assert_cmpuint (expected->len, >, 30);
  for (guint i = 0; i < expected->len; i++)
    g_assert_cmpstr (g_ptr_array_index (sink.sums, i), ==, g_ptr_array_index (expected, i));
  g_assert_cmpuint (weir_conn_get_queued (peer.conn), ==, 0);
  sink_clear (&sink);
  peer_clear (&peer);
}

static void
test_partial_writes_of_a_server (void)
{
  check_partial_writes (WEIR_ROLE_SERVER);
}

static void
test_partial_writes_of_a_client (void)
{
  check_partial_writes (WEIR_ROLE_CLIENT);
}

static void
count_drained (Peer *peer)
{
  g_string_append (peer->log, "drained ");
}

static void
fill_output (Peer *peer)
{
  g_autofree char *payload = g_strnfill (50000, 'f');

  while (weir_conn_get_queued (peer->conn) == 0)
    weir_conn_send (peer->conn, WEIR_OP_BINARY, payload, 50000);
}

static void
test_drained (void)
{
  WeirOut out = { .kind = WEIR_OP_TEXT, .data = (const guint8 *) "x", .len = 1 };
  Peer peer;
  Sink sink;

  peer_init (&peer, WEIR_ROLE_SERVER);
  sink_init (&sink, WEIR_ROLE_CLIENT);
  peer.on_drained = count_drained;
  fill_output (&peer);
  g_assert_cmpuint (weir_conn_sendv (peer.conn, &out, 1), ==, 0); /* does nothing while something is queued */
  peer_settle (&peer);
  g_assert_cmpstr (peer.log->str, ==, "");
  peer_wait_for (&peer, (sink_take (&sink, &peer, SINK_BUFFER_SIZE), peer.log->len > 0));
  peer_settle (&peer);
  g_assert_cmpstr (peer.log->str, ==, "drained "); /* once */
  g_assert_cmpuint (weir_conn_get_queued (peer.conn), ==, 0);
  g_assert_cmpuint (weir_conn_sendv (peer.conn, &out, 1), ==, 1);
  sink_clear (&sink);
  peer_clear (&peer);
}

/* A socket that is full just between two messages: nothing is queued, and `drained` is owed all the same. */
static void
test_full_between_messages (void)
{
  WeirOut out = { .kind = WEIR_OP_TEXT, .data = (const guint8 *) "x", .len = 1 };
  Peer peer;
  Sink sink;

  peer_init (&peer, WEIR_ROLE_SERVER);
  sink_init (&sink, WEIR_ROLE_CLIENT);
  peer.on_drained = count_drained;
  while (weir_conn_sendv (peer.conn, &out, 1) == 1)
    ;
  g_assert_cmpuint (weir_conn_get_queued (peer.conn), ==,
                    0); /* a local socket takes a small message whole or not at all */
  peer_settle (&peer);
  peer_wait_for (&peer, (sink_take (&sink, &peer, SINK_BUFFER_SIZE), peer.log->len > 0));
  g_assert_cmpuint (weir_conn_sendv (peer.conn, &out, 1), ==, 1);
  sink_clear (&sink);
  peer_clear (&peer);
}

static gboolean
echo (Peer *peer, WeirOp kind, const guint8 *data, gsize len)
{
  return weir_conn_send (peer->conn, kind, data, len);
}

/* What is written while more is read may wait for company in the kernel (TCP), but all of it goes in order. */
static void
test_small_writes_are_pushed (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GByteArray) expected = g_byte_array_new ();
  g_autofree guint8 *answer = NULL;
  Peer peer;
  int fds[2];

  peer_make_tcp_pair (fds);
  peer_init_with_fds (&peer, fds, WEIR_ROLE_SERVER, NULL);
  peer.on_message = echo;
  for (int i = 0; i < 100; i++)
    {
      peer_append_frame (bytes, WEIR_OP_TEXT, TRUE, TRUE, "hello", 5);
      peer_append_frame (expected, WEIR_OP_TEXT, TRUE, FALSE, "hello", 5);
    }
  answer = g_malloc (expected->len);
  for (int i = 0; i < 3; i++)
    {
      peer_send (&peer, bytes->data, bytes->len);
      peer_receive_exactly (&peer, answer, expected->len);
      g_assert_cmpmem (answer, expected->len, expected->data, expected->len);
    }
  peer_clear (&peer);
}

static gboolean
echo_and_free (Peer *peer, WeirOp kind, const guint8 *data, gsize len)
{
  weir_conn_send (peer->conn, kind, data, len);
  g_clear_pointer (&peer->conn, weir_conn_free);

  return TRUE;
}

static void
test_small_writes_before_free (void)
{
  Peer peer;
  int fds[2];

  peer_make_tcp_pair (fds);
  peer_init_with_fds (&peer, fds, WEIR_ROLE_SERVER, NULL);
  peer.on_message = echo_and_free;
  peer_send_text (&peer, "last");
  peer_expect_bytes (&peer, "\x81\x04last");
  peer_expect_end (&peer);
  peer_clear (&peer);
}

static void
test_notsent_lowat (void)
{
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  weir_conn_set_notsent_lowat (peer.conn, 16384); /* not TCP: no effect, no complaint */
  g_assert_true (weir_conn_send (peer.conn, WEIR_OP_TEXT, "x", 1));
  peer_expect_bytes (&peer, "\x81\x01x");
  peer_clear (&peer);
}

/* --- control frames --- */

static void
test_ping_is_answered (void)
{
  Peer peer;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  peer_init (&peer, WEIR_ROLE_SERVER);
  peer_send_frame (&peer, WEIR_OP_PING, "one", 3);
  peer_expect_bytes (&peer, "\x8a\x03one");
  peer_append_frame (bytes, WEIR_OP_TEXT, FALSE, TRUE, "a", 1); /* inside of a message, and several at once */
  peer_append_frame (bytes, WEIR_OP_PING, TRUE, TRUE, "two", 3);
  peer_append_frame (bytes, WEIR_OP_PING, TRUE, TRUE, "", 0);
  peer_append_frame (bytes, WEIR_OP_CONTINUATION, TRUE, TRUE, "b", 1);
  peer_append_frame (bytes, WEIR_OP_PONG, TRUE, TRUE, "unasked", 7);
  peer_send (&peer, bytes->data, bytes->len);
  peer_expect_bytes (&peer, "\x8a\x03two\x8a\x00");
  peer_expect_log (&peer, "T(ab) pong(unasked) ");
  peer_clear (&peer);
}

/* The answer waits for the frame on its way, and overtakes the others. */
static void
test_ping_overtakes (void)
{
  g_autofree char *payload = g_strnfill (50000, 'q');
  Peer peer;
  Sink sink;
  guint n_sent = 0;

  peer_init (&peer, WEIR_ROLE_SERVER);
  sink_init (&sink, WEIR_ROLE_CLIENT);
  while (weir_conn_get_queued (peer.conn) == 0)
    n_sent += weir_conn_send (peer.conn, WEIR_OP_BINARY, payload, 50000);
  for (int i = 0; i < 5; i++)
    n_sent += weir_conn_send (peer.conn, WEIR_OP_BINARY, payload, 50000);
  peer_send_frame (&peer, WEIR_OP_PING, "hello", 5);
  peer_settle (&peer);
  peer_wait_for (&peer, (sink_take (&sink, &peer, 1000), sink.control->len > 0));
  g_assert_cmpstr (sink.control->str, ==, "a(hello) ");
  g_assert_cmpuint (sink.sums->len, ==, n_sent - 5);
  peer_wait_for (&peer, (sink_take (&sink, &peer, SINK_BUFFER_SIZE), sink.sums->len == n_sent));
  sink_clear (&sink);
  peer_clear (&peer);
}

/* A peer that pings and never reads costs bounded memory, and its last ping is answered. */
static void
test_flood_of_pings (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  Peer peer;
  Sink sink;
  gsize queued;

  peer_init (&peer, WEIR_ROLE_SERVER);
  sink_init (&sink, WEIR_ROLE_CLIENT);
  fill_output (&peer);
  queued = weir_conn_get_queued (peer.conn);
  for (int i = 0; i < 20000; i++)
    {
      g_autofree char *text = g_strdup_printf ("%d", i);

      peer_append_frame (bytes, WEIR_OP_PING, TRUE, TRUE, text, strlen (text));
    }
  peer_send (&peer, bytes->data, bytes->len);
  peer_settle (&peer);
  g_assert_cmpuint (weir_conn_get_queued (peer.conn), <=, queued + 4096);
  peer_wait_for (&peer,
                 (sink_take (&sink, &peer, SINK_BUFFER_SIZE), g_str_has_suffix (sink.control->str, "a(19999) ")));
  sink_clear (&sink);
  peer_clear (&peer);
}

static void
test_our_ping (void)
{
  Peer peer;
  Sink sink;

  peer_init (&peer, WEIR_ROLE_SERVER);
  sink_init (&sink, WEIR_ROLE_CLIENT);
  weir_conn_ping (peer.conn, "first", 5);
  peer_expect_bytes (&peer, "\x89\x05"
                            "first");
  peer_send_frame (&peer, WEIR_OP_PONG, "first", 5);
  peer_expect_log (&peer, "pong(first) ");

  fill_output (&peer);
  weir_conn_ping (peer.conn, "second", 6);
  weir_conn_ping (peer.conn, "third", 5); /* replaces it */
  peer_wait_for (&peer, (sink_take (&sink, &peer, SINK_BUFFER_SIZE), sink.control->len > 0));
  g_assert_cmpstr (sink.control->str, ==, "9(third) ");
  sink_clear (&sink);
  peer_clear (&peer);
}

/* --- many --- */

/* 10 000, if the limit of descriptors allows: each takes two here. */
static guint
raise_limit (void)
{
  struct rlimit limit;

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);

  return MIN (10000, (limit.rlim_cur - 100) / 2);
}

static void
test_many_idle (void)
{
  guint n = raise_limit ();
  g_autofree WeirConn **conns = g_new0 (WeirConn *, n);
  g_autofree int *ends = g_new (int, n);
  Peer peer;

  peer_init (&peer, WEIR_ROLE_SERVER);
  peer.is_brief = TRUE;
  for (guint i = 0; i < n; i++)
    {
      int fds[2];

      g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), ==, 0);
      conns[i] = weir_conn_new (peer.loop, peer_stream_of_fd (fds[0]), WEIR_ROLE_SERVER, NULL, &peer_events, &peer);
      ends[i] = fds[1];
    }
  for (guint i = 0; i < n; i++)
    g_assert_cmpint (send (ends[i], "\x81\x81\0\0\0\0x", 7, 0), ==, 7);
  peer_wait_for (&peer, peer.n_messages == n);
  for (guint i = 0; i < n; i++)
    {
      weir_conn_free (conns[i]);
      close (ends[i]);
    }
  peer_clear (&peer);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/websocket/conn/read/messages", test_messages);
  g_test_add_func ("/websocket/conn/read/as-client", test_as_client);
  g_test_add_func ("/websocket/conn/read/early", test_early);
  g_test_add_func ("/websocket/conn/read/stops-in-the-middle", test_stops_in_the_middle);
  g_test_add_func ("/websocket/conn/read/one-at-a-time", test_one_at_a_time);
  g_test_add_func ("/websocket/conn/read/paused-from-outside", test_paused_from_outside);
  g_test_add_func ("/websocket/conn/read/resumed-at-batch-end", test_resumed_at_batch_end);
  g_test_add_func ("/websocket/conn/read/lent-until-batch-end", test_lent_until_batch_end);
  g_test_add_func ("/websocket/conn/read/limit", test_read_limit);
  g_test_add_func ("/websocket/conn/read/fairness", test_fairness);
  g_test_add_func ("/websocket/conn/write/send", test_send);
  g_test_add_func ("/websocket/conn/write/partial/server", test_partial_writes_of_a_server);
  g_test_add_func ("/websocket/conn/write/partial/client", test_partial_writes_of_a_client);
  g_test_add_func ("/websocket/conn/write/drained", test_drained);
  g_test_add_func ("/websocket/conn/write/full-between-messages", test_full_between_messages);
  g_test_add_func ("/websocket/conn/write/small-ones-are-pushed", test_small_writes_are_pushed);
  g_test_add_func ("/websocket/conn/write/small-ones-before-free", test_small_writes_before_free);
  g_test_add_data_func ("/websocket/conn/read/buffer-is-offered", NULL, test_buffer_is_offered);
  g_test_add_data_func ("/websocket/conn/read/buffer-is-kept", "kept", test_buffer_is_offered);
  g_test_add_func ("/websocket/conn/write/notsent-lowat", test_notsent_lowat);
  g_test_add_func ("/websocket/conn/control/ping-is-answered", test_ping_is_answered);
  g_test_add_func ("/websocket/conn/control/ping-overtakes", test_ping_overtakes);
  g_test_add_func ("/websocket/conn/control/flood-of-pings", test_flood_of_pings);
  g_test_add_func ("/websocket/conn/control/our-ping", test_our_ping);
  g_test_add_func ("/websocket/conn/many-idle", test_many_idle);

  return g_test_run ();
}
