/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "relay-fixture.h"

/* Links in the midst of traffic both ways, one side of which goes at a random moment, in one of the ways there are: the
 * other sees what it would have seen without a relay, and nothing is left. */

#define N_LINKS 40

/* What goes in one direction of a link, over and over. */
typedef struct
{
  GByteArray *bytes;
  guint64 sent;
  guint64 received;
} Way;

typedef struct
{
  Link link;
  Way up;
  Way down;
} Traffic;

static void
way_init (Way *self, GRand *rand, gboolean is_masked)
{
  *self = (Way){ .bytes = g_byte_array_new () };
  for (guint i = 0; i < 20; i++)
    {
      static const int limits[] = { 1, 126, 2000, 40000 };
      gsize len = g_rand_int_range (rand, 0, limits[g_rand_int_range (rand, 0, G_N_ELEMENTS (limits))]);
      g_autofree guint8 *data = g_malloc (len + 1);
      g_autoptr (GByteArray) frame = NULL;

      memset (data, i, len);
      frame = make_any_frame (g_rand_boolean (rand) ? WEIR_OP_TEXT : WEIR_OP_BINARY, TRUE, is_masked, data, len);
      g_byte_array_append (self->bytes, frame->data, frame->len);
    }
}

/* Some more of it. FALSE: the other side is gone. */
static gboolean
way_send (Way *self, Peer *peer, GRand *rand)
{
  gsize at = self->sent % self->bytes->len;
  gsize len = g_rand_int_range (rand, 1, 50000);
  gssize n = send (peer->fd, self->bytes->data + at, MIN (len, self->bytes->len - at), MSG_DONTWAIT | MSG_NOSIGNAL);

  if (n > 0)
    self->sent += n;
  return n > 0 || errno == EAGAIN;
}

/* Takes what is there, which has to be what was sent. Returns as recv (). */
static gssize
way_receive (Way *self, Peer *peer, gsize max)
{
  g_autofree guint8 *data = g_malloc (max);
  gssize n = recv (peer->fd, data, max, MSG_DONTWAIT);

  for (gssize done = 0, len; done < n; done += len)
    {
      gsize at = (self->received + done) % self->bytes->len;

      len = MIN ((gsize) (n - done), self->bytes->len - at);
      g_assert_cmpint (memcmp (data + done, self->bytes->data + at, len), ==, 0);
    }
  if (n > 0)
    self->received += n;
  g_assert_cmpuint (self->received, <=, self->sent);
  return n;
}

/* Until its end. Returns errno, 0 for an end of stream. */
static int
way_receive_all (Way *self, Peer *peer)
{
  gssize n;

  do
    {
      peer_wait (peer, POLLIN);
      n = way_receive (self, peer, 100000);
    }
  while (n > 0 || (n < 0 && errno == EAGAIN));
  return n == 0 ? 0 : errno;
}

static void
run_traffic (Traffic *traffic, GRand *rand)
{
  guint n = g_rand_int_range (rand, 0, 60);

  for (guint i = 0; i < n; i++)
    {
      way_send (&traffic->up, &traffic->link.worker, rand);
      way_send (&traffic->down, &traffic->link.engine, rand);
      if (g_rand_boolean (rand))
        way_receive (&traffic->up, &traffic->link.engine, g_rand_int_range (rand, 1, 100000));
      if (g_rand_boolean (rand))
        way_receive (&traffic->down, &traffic->link.worker, g_rand_int_range (rand, 1, 100000));
    }
}

/* An end of stream behind all that was sent; then the other side goes, too. */
static void
end_softly (Traffic *traffic, gboolean by_worker)
{
  Way *way = by_worker ? &traffic->up : &traffic->down;
  Way *back = by_worker ? &traffic->down : &traffic->up;
  Peer *from = by_worker ? &traffic->link.worker : &traffic->link.engine;
  Peer *to = by_worker ? &traffic->link.engine : &traffic->link.worker;

  shutdown (from->fd, SHUT_WR);
  g_assert_cmpint (way_receive_all (way, to), ==, 0);
  g_assert_cmpuint (way->received, ==, way->sent);
  shutdown (to->fd, SHUT_WR);
  g_assert_cmpint (way_receive_all (back, from), ==, 0);
  g_assert_cmpuint (back->received, ==, back->sent);
}

static void
end_hard (Traffic *traffic, gboolean by_worker)
{
  Way *way = by_worker ? &traffic->up : &traffic->down;
  Peer *from = by_worker ? &traffic->link.worker : &traffic->link.engine;
  Peer *to = by_worker ? &traffic->link.engine : &traffic->link.worker;

  peer_reset (from);
  g_assert_cmpint (way_receive_all (way, to), ==, ECONNRESET);
}

/* As a process that ends: what it had not read makes it a reset. */
static void
end_at_once (Traffic *traffic, gboolean by_worker)
{
  Way *way = by_worker ? &traffic->up : &traffic->down;
  Peer *to = by_worker ? &traffic->link.engine : &traffic->link.worker;
  int error;

  peer_clear (by_worker ? &traffic->link.worker : &traffic->link.engine);
  error = way_receive_all (way, to);
  g_assert_true (error == 0 || error == ECONNRESET);
}

static void
test_random (gconstpointer data)
{
  gboolean is_tapped = GPOINTER_TO_INT (data);
  guint32 seed = g_test_rand_int ();
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  Fixture fixture;

  g_test_message ("seed %u", seed);
  fixture_init (&fixture);
  for (guint i = 1; i <= N_LINKS; i++)
    {
      static void (*const ends[]) (Traffic * traffic, gboolean by_worker) = { end_softly, end_hard, end_at_once };
      g_autoptr (WeirTap) tap = fixture_new_tap (&fixture);
      Traffic traffic = { 0 };

      way_init (&traffic.up, rand, TRUE);
      way_init (&traffic.down, rand, FALSE);
      fixture_open_channel (&fixture, i, WEIR_PRESENCE_ELSEWHERE, WEIR_PRESENCE_ELSEWHERE);
      if (is_tapped)
        weir_channel_door_add_tap (fixture.door, i, tap, TRUE);
      fixture_attach (&fixture, &traffic.link, i, g_rand_boolean (rand));
      run_traffic (&traffic, rand);
      ends[i % G_N_ELEMENTS (ends)](&traffic, g_rand_boolean (rand));
      link_clear (&traffic.link);
      heard_wait_event (&fixture.heard, i, WEIR_PIPE_ENDED, -1);
      weir_tap_cancel (tap);
      g_byte_array_unref (traffic.up.bytes);
      g_byte_array_unref (traffic.down.bytes);
    }
  WAIT_FOR (&fixture, g_hash_table_size (fixture.ended) == N_LINKS);
  g_assert_cmpuint (weir_budget_get_used (fixture.budget), ==, 0);
  fixture_clear (&fixture);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/relay/random/ends", GINT_TO_POINTER (FALSE), test_random);
  g_test_add_data_func ("/relay/random/ends-tapped", GINT_TO_POINTER (TRUE), test_random);
  return g_test_run ();
}
