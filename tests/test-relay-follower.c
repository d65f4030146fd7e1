/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-follower.h"
#include "weir-viewer.h"

#include <string.h>

/* --- a stream of all kinds of frames, and what it counts --- */

typedef struct
{
  GByteArray *bytes;
  GArray *frames;      /* of gsize: where each begins */
  GArray *messages;    /* of gsize: where each ends */
  GPtrArray *payloads; /* of GByteArray */
  guint64 n_text;
  guint64 n_bytes;
} Stream;

static void
stream_clear (Stream *self)
{
  g_byte_array_unref (self->bytes);
  g_array_unref (self->frames);
  g_array_unref (self->messages);
  g_ptr_array_unref (self->payloads);
}

static void
stream_add_frame (Stream *self, WeirOp op, gboolean is_final, gboolean is_masked, const guint8 *data, gsize len)
{
  WeirFrameHead head = { .op = op, .is_final = is_final, .is_masked = is_masked, .length = len };
  guint8 wire[WEIR_FRAME_HEAD_MAX_SIZE];
  gsize at = self->bytes->len;
  guint32 mask = g_random_int ();

  if (is_masked)
    memcpy (head.mask, &mask, 4);
  g_array_append_val (self->frames, at);
  g_byte_array_append (self->bytes, wire, weir_frame_head_write (&head, wire));
  if (len == 0)
    return;
  at = self->bytes->len;
  g_byte_array_append (self->bytes, data, len);
  if (is_masked)
    weir_mask_apply (self->bytes->data + at, len, head.mask, 0);
}

static gsize
random_size (GRand *rand)
{
  static const int limits[] = { 1, 4, 126, 127, 300, 70000 };

  return g_rand_int_range (rand, 0, limits[g_rand_int_range (rand, 0, G_N_ELEMENTS (limits))]);
}

static void
stream_add_message (Stream *self, GRand *rand, gboolean is_masked)
{
  WeirOp op = g_rand_boolean (rand) ? WEIR_OP_TEXT : WEIR_OP_BINARY;
  guint n_frames = g_rand_int_range (rand, 1, 4);
  GByteArray *payload = g_byte_array_new ();

  for (guint i = 0; i < n_frames; i++)
    {
      gsize len = random_size (rand);
      g_autofree guint8 *data = g_malloc (len + 1);

      for (gsize j = 0; j < len; j++)
        data[j] = g_rand_int (rand);
      stream_add_frame (self, i == 0 ? op : WEIR_OP_CONTINUATION, i == n_frames - 1, is_masked, data, len);
      if (len > 0)
        g_byte_array_append (payload, data, len);
      if (i < n_frames - 1 && g_rand_boolean (rand))
        stream_add_frame (self, WEIR_OP_PING, TRUE, is_masked, (const guint8 *) "between", 7);
    }
  self->n_text += op == WEIR_OP_TEXT;
  self->n_bytes += payload->len;
  g_ptr_array_add (self->payloads, payload);
  g_array_append_val (self->messages, (gsize){ self->bytes->len });
}

static void
stream_init (Stream *self, GRand *rand, gboolean is_masked)
{
  *self = (Stream){
    .bytes = g_byte_array_new (),
    .frames = g_array_new (FALSE, FALSE, sizeof (gsize)),
    .messages = g_array_new (FALSE, FALSE, sizeof (gsize)),
    .payloads = g_ptr_array_new_with_free_func ((GDestroyNotify) g_byte_array_unref),
  };
  for (guint i = 0; i < 30; i++)
    {
      stream_add_message (self, rand, is_masked);
      if (g_rand_boolean (rand))
        stream_add_frame (self, WEIR_OP_PONG, TRUE, is_masked, (const guint8 *) "x", g_rand_int_range (rand, 0, 2));
    }
}

static gsize
random_piece (GRand *rand, gsize left)
{
  static const int limits[] = { 2, 3, 20, 5000, 300000 };
  gsize size = g_rand_int_range (rand, 1, limits[g_rand_int_range (rand, 0, G_N_ELEMENTS (limits))]);

  return MIN (left, size);
}

static void
test_any_pieces (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);

  for (guint turn = 0; turn < 200; turn++)
    {
      WeirFollower follower = { 0 };
      Stream stream;
      gsize size;

      stream_init (&stream, rand, turn % 2 == 0);
      for (gsize at = 0; at < stream.bytes->len; at += size)
        {
          gsize len = random_piece (rand, stream.bytes->len - at);

          g_assert_cmpint (weir_follower_walk (&follower, stream.bytes->data + at, len, 0, WEIR_STOP_NOWHERE, &size),
                           ==, WEIR_STEP_MORE);
          g_assert_cmpuint (size, ==, len);
        }
      g_assert_cmpuint (follower.n_messages, ==, stream.messages->len);
      g_assert_cmpuint (follower.n_text, ==, stream.n_text);
      g_assert_cmpuint (follower.n_bytes, ==, stream.n_bytes);
      g_assert_true (weir_follower_is_at_message (&follower));
      stream_clear (&stream);
    }
}

/* It stops at each end of a message, and nowhere else. */
static void
test_stops (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (2);
  WeirFollower follower = { 0 };
  Stream stream;
  gsize at = 0;

  stream_init (&stream, rand, TRUE);
  for (guint i = 0; i < stream.frames->len; i++)
    {
      gsize size, end = i + 1 < stream.frames->len ? g_array_index (stream.frames, gsize, i + 1) : stream.bytes->len;

      g_assert_cmpint (
          weir_follower_walk (&follower, stream.bytes->data + at, stream.bytes->len - at, 0, WEIR_STOP_AT_FRAME, &size),
          ==, WEIR_STEP_FRAME);
      at += size;
      g_assert_cmpuint (at, ==, end);
    }
  follower = (WeirFollower){ 0 };
  at = 0;
  for (guint i = 0; i < stream.messages->len; i++)
    {
      guint64 before = follower.n_messages;
      gsize size;

      while (follower.n_messages == before) /* a control frame between two is at a boundary, too */
        {
          g_assert_cmpint (weir_follower_walk (&follower, stream.bytes->data + at, stream.bytes->len - at, 0,
                                               WEIR_STOP_AT_MESSAGE, &size),
                           ==, WEIR_STEP_FRAME);
          g_assert_true (weir_follower_is_at_message (&follower));
          at += size;
        }
      g_assert_cmpuint (at, ==, g_array_index (stream.messages, gsize, i));
    }
  stream_clear (&stream);
}

static void
test_bad (void)
{
  static const char *const bad[] = {
    "\xc1\x00",         /* RSV1 */
    "\x83\x00",         /* a data frame of a kind there is not */
    "\x8b\x00",         /* a control frame of a kind there is not */
    "\x09\x00",         /* a fragmented ping */
    "\x89\x7e\x00\x80", /* a long ping */
    "\x82\x7e\x00\x01", /* a length not in its shortest form */
    "\x80\x00",         /* goes on with nothing */
  };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    for (gsize piece = 1; piece <= 4; piece++)
      {
        WeirFollower follower = { 0 };
        guint8 bytes[4];
        WeirStepResult result = WEIR_STEP_MORE;
        gsize size;

        memcpy (bytes, bad[i], 2);
        memcpy (bytes + 2, (guint8) bad[i][1] == 0x7e ? bad[i] + 2 : "\0\0", 2);
        for (gsize at = 0; at < 4 && result == WEIR_STEP_MORE; at += piece)
          result = weir_follower_walk (&follower, bytes + at, MIN (piece, 4 - at), 0, WEIR_STOP_NOWHERE, &size);
        g_assert_cmpint (result, ==, WEIR_STEP_BAD);
      }
}

/* --- what is seen --- */

typedef struct
{
  Stream *stream;
  guint64 n_seen;
  gsize limit;
} View;

static void
viewed_cb (WeirViewed *message, gpointer user_data)
{
  View *view = user_data;
  const GByteArray *payload = view->stream->payloads->pdata[message->seq - 1];

  g_assert_cmpuint (message->seq, ==, ++view->n_seen);
  g_assert_cmpuint (message->size, ==, payload->len);
  g_assert_cmpuint (message->len, >=, MIN (payload->len, view->limit));
  weir_viewed_unmask (message);
  g_assert_cmpmem (message->data, message->len, payload->data, message->len);
}

static void
test_view (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);
  static const gsize limits[] = { G_MAXSIZE, 4096, 1 };

  for (guint turn = 0; turn < 90; turn++)
    {
      WeirFollower follower = { 0 };
      WeirViewer viewer = { 0 };
      Stream stream;
      View view = { .stream = &stream, .limit = limits[turn % 3] };
      gsize size;

      stream_init (&stream, rand, turn % 2 == 0);
      for (gsize at = 0; at < stream.bytes->len; at += size)
        {
          gsize len = random_piece (rand, stream.bytes->len - at);
          WeirFollower from = follower;

          weir_follower_walk (&follower, stream.bytes->data + at, len, 0, WEIR_STOP_NOWHERE, &size);
          weir_viewer_take (&viewer, &from, stream.bytes->data + at, len, view.limit, viewed_cb, &view);
        }
      g_assert_cmpuint (view.n_seen, ==, stream.messages->len);
      weir_viewer_clear (&viewer);
      stream_clear (&stream);
    }
}

/* What is wanted may be more, and less again, in the midst of a message: what is shown is its beginning. */
static void
test_view_limits (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (4);

  for (guint turn = 0; turn < 60; turn++)
    {
      WeirFollower follower = { 0 };
      WeirViewer viewer = { 0 };
      Stream stream;
      View view = { .stream = &stream }; /* nothing is demanded */
      gsize size;

      stream_init (&stream, rand, turn % 2 == 0);
      for (gsize at = 0; at < stream.bytes->len; at += size)
        {
          gsize len = random_piece (rand, stream.bytes->len - at);
          gsize limit = g_rand_boolean (rand) ? G_MAXSIZE : (gsize) g_rand_int_range (rand, 0, 5000);
          WeirFollower from = follower;

          weir_follower_walk (&follower, stream.bytes->data + at, len, 0, WEIR_STOP_NOWHERE, &size);
          weir_viewer_take (&viewer, &from, stream.bytes->data + at, len, limit, viewed_cb, &view);
        }
      g_assert_cmpuint (view.n_seen, ==, stream.messages->len);
      weir_viewer_clear (&viewer);
      stream_clear (&stream);
    }
}

static void
count_cb (WeirViewed *message, gpointer user_data)
{
  GArray *seen = user_data;

  g_array_append_val (seen, message->seq);
  g_assert_cmpint (message->is_missed, ==, message->seq == 2);
}

/* One that had begun before is passed over; one that there is no room for is said. */
static void
test_view_misses (void)
{
  static const guint8 payload[40000];
  g_autoptr (GArray) seen = g_array_new (FALSE, FALSE, sizeof (guint64));
  WeirViewAccount account = { .max = 20000 };
  WeirViewer viewer = { .account = &account };
  WeirFollower follower = { 0 };
  Stream stream = { .bytes = g_byte_array_new (), .frames = g_array_new (FALSE, FALSE, sizeof (gsize)) };
  gsize size;

  for (guint i = 0; i < 3; i++)
    stream_add_frame (&stream, WEIR_OP_BINARY, TRUE, FALSE, payload, i == 1 ? sizeof payload : 10);
  weir_follower_walk (&follower, stream.bytes->data, 5, 0, WEIR_STOP_NOWHERE, &size);
  for (gsize at = 5; at < stream.bytes->len; at += size)
    {
      WeirFollower from = follower;

      weir_follower_walk (&follower, stream.bytes->data + at, MIN (1000, stream.bytes->len - at), 0, WEIR_STOP_NOWHERE,
                          &size);
      weir_viewer_take (&viewer, &from, stream.bytes->data + at, size, G_MAXSIZE, count_cb, seen);
      g_assert_cmpint (account.used, <=, account.max);
    }
  g_assert_cmpuint (seen->len, ==, 2);
  g_assert_cmpuint (g_array_index (seen, guint64, 0), ==, 2);
  g_assert_cmpuint (g_array_index (seen, guint64, 1), ==, 3);
  weir_viewer_clear (&viewer);
  g_assert_cmpint (account.used, ==, 0);
  g_byte_array_unref (stream.bytes);
  g_array_unref (stream.frames);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/follower/any-pieces", test_any_pieces);
  g_test_add_func ("/relay/follower/stops", test_stops);
  g_test_add_func ("/relay/follower/bad", test_bad);
  g_test_add_func ("/relay/follower/view", test_view);
  g_test_add_func ("/relay/follower/view-limits", test_view_limits);
  g_test_add_func ("/relay/follower/view-misses", test_view_misses);
  return g_test_run ();
}
