/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "weir-history.h"
#include "weir-ring.h"
#include "weir-tap-set.h"

/* The tap's queue, the history and the ring, by themselves. */

#define KINDS (WEIR_TAP_TEXT | WEIR_TAP_BINARY)

typedef struct
{
  GMainContext *context;
  WeirTap *tap;
  guint n_wakes;
  GArray *heads;       /* of WeirRecordHead */
  GPtrArray *payloads; /* of GBytes */
} Tapped;

static gboolean
wake_cb (gpointer user_data)
{
  Tapped *self = user_data;

  self->n_wakes++;
  return G_SOURCE_CONTINUE;
}

static void
tapped_init (Tapped *self, guint32 snaplen, WeirTapKinds kinds)
{
  *self = (Tapped){ .context = g_main_context_new () };
  self->tap = weir_tap_new (snaplen, kinds, self->context, wake_cb, self);
  self->heads = g_array_new (FALSE, FALSE, sizeof (WeirRecordHead));
  self->payloads = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
}

static void
tapped_clear (Tapped *self)
{
  weir_tap_cancel (self->tap);
  weir_tap_unref (self->tap);
  g_array_unref (self->heads);
  g_ptr_array_unref (self->payloads);
  g_main_context_unref (self->context);
}

static void
record_cb (const WeirRecordHead *head, const guint8 *payload, gsize len, gpointer user_data)
{
  Tapped *self = user_data;

  g_array_append_val (self->heads, *head);
  g_ptr_array_add (self->payloads, g_bytes_new (payload, len));
}

/* Takes all there is. Returns the size of the largest piece. */
static gsize
tapped_take (Tapped *self, gsize max_size)
{
  WeirRecordReader *reader = weir_record_reader_new (record_cb, self);
  const char *reason = NULL;
  gsize largest = 0;
  GBytes *bytes;

  while ((bytes = weir_tap_take (self->tap, max_size)) != NULL)
    {
      largest = MAX (largest, g_bytes_get_size (bytes));
      g_assert_true (
          weir_record_reader_push (reader, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &reason));
      g_assert_true (weir_record_reader_is_empty (reader)); /* records are whole */
      g_bytes_unref (bytes);
    }
  weir_record_reader_free (reader);
  return largest;
}

static const WeirRecordHead *
tapped_get (Tapped *self, guint i)
{
  g_assert_cmpuint (i, <, self->heads->len);
  return &g_array_index (self->heads, WeirRecordHead, i);
}

static void
put (WeirTap *tap, WeirRecordKind kind, guint64 seq, gsize len)
{
  g_autofree guint8 *data = g_malloc (len + 1);

  memset (data, 'a' + seq % 26, len);
  weir_tap_put (tap, kind, 0, seq, 1000 + seq, data, len, NULL);
}

static void
test_records (void)
{
  Tapped tapped;

  tapped_init (&tapped, 0, KINDS);
  put (tapped.tap, WEIR_RECORD_TEXT, 1, 0);
  put (tapped.tap, WEIR_RECORD_BINARY, 2, 100);
  put (tapped.tap, WEIR_RECORD_BINARY, 3, WEIR_TAP_COPY_SIZE);
  put (tapped.tap, WEIR_RECORD_TEXT, 4, 5);
  tapped_take (&tapped, 65536);

  g_assert_cmpuint (tapped.heads->len, ==, 4);
  for (guint i = 0; i < 4; i++)
    {
      const WeirRecordHead *head = tapped_get (&tapped, i);
      gsize len;
      const guint8 *data = g_bytes_get_data (tapped.payloads->pdata[i], &len);

      g_assert_cmpuint (head->seq, ==, i + 1);
      g_assert_cmpint (head->time_us, ==, 1001 + i);
      g_assert_cmpuint (head->flags, ==, 0);
      g_assert_cmpuint (head->payload_size, ==, len);
      g_assert_true (len == 0 || (data[0] == 'b' + i && data[len - 1] == 'b' + i));
    }
  tapped_clear (&tapped);
}

static void
test_kinds (void)
{
  Tapped tapped;

  tapped_init (&tapped, 0, WEIR_TAP_TEXT);
  put (tapped.tap, WEIR_RECORD_BINARY, 1, 10);
  put (tapped.tap, WEIR_RECORD_TEXT, 2, 10);
  put (tapped.tap, WEIR_RECORD_EVENT, 0, 10);
  tapped_take (&tapped, 65536);
  g_assert_cmpuint (tapped.heads->len, ==, 2);
  g_assert_cmpuint (tapped_get (&tapped, 0)->seq, ==, 2);
  g_assert_cmpuint (tapped_get (&tapped, 0)->n_dropped, ==, 0); /* not wanted is not dropped */
  tapped_clear (&tapped);
}

static void
test_snaplen (void)
{
  const gsize sizes[] = { 99, 100, 101, 50000 };
  Tapped tapped;

  tapped_init (&tapped, 100, KINDS);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    put (tapped.tap, WEIR_RECORD_BINARY, i + 1, sizes[i]);
  tapped_take (&tapped, 65536);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_assert_cmpuint (tapped_get (&tapped, i)->payload_size, ==, sizes[i]);
      g_assert_cmpuint (g_bytes_get_size (tapped.payloads->pdata[i]), ==, MIN (sizes[i], 100));
      g_assert_cmpuint (tapped_get (&tapped, i)->flags, ==, sizes[i] > 100 ? WEIR_RECORD_CUT : 0);
    }
  tapped_clear (&tapped);
}

static void
test_limit (void)
{
  static const guint32 snaplens[] = { 100, 50000, 0, 7 };
  static const gsize limits[] = { 100, 50000, 16 << 20, 16 << 20 };
  WeirTapSet set = { 0 };

  g_assert_cmpuint (weir_tap_set_get_limit (&set), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (snaplens); i++)
    {
      g_autoptr (WeirTap) tap = weir_tap_new (snaplens[i], KINDS, NULL, wake_cb, NULL);

      weir_tap_set_add (&set, tap);
      g_assert_cmpuint (weir_tap_set_get_limit (&set), ==, limits[i]);
    }
  weir_tap_set_clear (&set);
}

static void
test_takes_whole_records_of_a_size (void)
{
  Tapped tapped;

  tapped_init (&tapped, 0, KINDS);
  for (guint i = 1; i <= 1000; i++)
    put (tapped.tap, WEIR_RECORD_BINARY, i, (i * 37) % 700);
  g_assert_cmpuint (tapped_take (&tapped, 1000), <=, 1000);
  put (tapped.tap, WEIR_RECORD_BINARY, 1001, 5000);
  g_assert_cmpuint (tapped_take (&tapped, 1000), ==, 5000 + WEIR_RECORD_HEAD_SIZE); /* larger alone */
  for (guint i = 0; i < 1001; i++)
    g_assert_cmpuint (tapped_get (&tapped, i)->seq, ==, i + 1);
  tapped_clear (&tapped);
}

static void
test_drops_records (void)
{
  Tapped tapped;

  tapped_init (&tapped, 0, KINDS);
  for (guint i = 1; i <= WEIR_TAP_MAX_RECORDS + 10; i++)
    put (tapped.tap, WEIR_RECORD_BINARY, i, 10);
  g_assert_true (weir_tap_is_full (tapped.tap));
  g_assert_cmpuint (weir_tap_get_n_dropped (tapped.tap), ==, 10);
  tapped_take (&tapped, 65536);
  g_assert_cmpuint (tapped.heads->len, ==, WEIR_TAP_MAX_RECORDS);

  put (tapped.tap, WEIR_RECORD_BINARY, WEIR_TAP_MAX_RECORDS + 11, 10);
  put (tapped.tap, WEIR_RECORD_BINARY, WEIR_TAP_MAX_RECORDS + 12, 10);
  tapped_take (&tapped, 65536);
  g_assert_cmpuint (tapped_get (&tapped, WEIR_TAP_MAX_RECORDS)->n_dropped, ==, 10);
  g_assert_cmpuint (tapped_get (&tapped, WEIR_TAP_MAX_RECORDS)->flags, ==, WEIR_RECORD_DROPPED);
  g_assert_cmpuint (tapped_get (&tapped, WEIR_TAP_MAX_RECORDS + 1)->n_dropped, ==, 0);
  tapped_clear (&tapped);
}

/* What a reference keeps alive is charged, not what is looked at. */
static void
test_drops_bytes (void)
{
  WeirBlock *block = weir_block_new (5 << 20);
  g_autoptr (WeirBlock) other = weir_block_new (5 << 20);
  Tapped tapped;

  memset (block->data, 0, block->size);
  tapped_init (&tapped, 20000, KINDS);
  weir_tap_put (tapped.tap, WEIR_RECORD_BINARY, 0, 1, 1, block->data, block->size, block);
  weir_tap_put (tapped.tap, WEIR_RECORD_BINARY, 0, 2, 1, other->data, other->size, other);
  g_assert_cmpuint (weir_tap_get_n_dropped (tapped.tap), ==, 1);
  put (tapped.tap, WEIR_RECORD_BINARY, 3, 2 << 20);
  g_assert_cmpuint (weir_tap_get_n_dropped (tapped.tap), ==, 1);
  weir_block_unref (block);
  tapped_take (&tapped, 65536);
  g_assert_cmpuint (tapped.heads->len, ==, 2);
  g_assert_cmpuint (g_bytes_get_size (tapped.payloads->pdata[0]), ==, 20000);
  tapped_clear (&tapped);
}

static void
test_neighbours_are_charged_once (void)
{
  g_autoptr (WeirBlock) block = weir_block_new (5 << 20);
  g_autoptr (WeirBlock) other = weir_block_new (5 << 20);
  Tapped tapped;
  gsize largest;

  memset (block->data, 0, block->size);
  tapped_init (&tapped, 0, KINDS);
  for (guint i = 0; i < 8; i++)
    weir_tap_put (tapped.tap, WEIR_RECORD_BINARY, 0, 1 + i, 1, block->data + i * 20000, 20000, block);
  weir_tap_put (tapped.tap, WEIR_RECORD_BINARY, 0, 9, 1, other->data, 20000, other);
  g_assert_cmpuint (weir_tap_get_n_dropped (tapped.tap), ==, 1);
  largest = tapped_take (&tapped, 65536);
  g_assert_cmpuint (largest, ==, 3 * (20000 + WEIR_RECORD_HEAD_SIZE)); /* many in one */
  g_assert_cmpuint (tapped.heads->len, ==, 8);
  g_assert_false (weir_block_is_shared (block));
  tapped_clear (&tapped);
}

static void
test_empty_queue_takes_any_size (void)
{
  Tapped tapped;

  tapped_init (&tapped, 0, KINDS);
  put (tapped.tap, WEIR_RECORD_BINARY, 1, 12 << 20);
  put (tapped.tap, WEIR_RECORD_BINARY, 2, 1);
  tapped_take (&tapped, 65536);
  g_assert_cmpuint (tapped.heads->len, ==, 1);
  g_assert_cmpuint (tapped_get (&tapped, 0)->payload_size, ==, 12 << 20);

  put (tapped.tap, WEIR_RECORD_BINARY, 3, 20 << 20); /* no record is larger than 16 MiB */
  tapped_take (&tapped, 65536);
  g_assert_cmpuint (tapped_get (&tapped, 1)->size, ==, WEIR_RECORD_MAX_SIZE);
  g_assert_cmpuint (tapped_get (&tapped, 1)->flags, ==, WEIR_RECORD_CUT | WEIR_RECORD_DROPPED);
  tapped_clear (&tapped);
}

static void
test_wakes_once (void)
{
  Tapped tapped;

  tapped_init (&tapped, 0, KINDS);
  g_assert_false (g_main_context_iteration (tapped.context, FALSE));
  for (guint i = 1; i <= 3; i++)
    put (tapped.tap, WEIR_RECORD_TEXT, i, 3);
  while (g_main_context_iteration (tapped.context, FALSE))
    ;
  g_assert_cmpuint (tapped.n_wakes, ==, 1);
  g_bytes_unref (weir_tap_take (tapped.tap, 65536));
  put (tapped.tap, WEIR_RECORD_TEXT, 4, 3);
  while (g_main_context_iteration (tapped.context, FALSE))
    ;
  g_assert_cmpuint (tapped.n_wakes, ==, 1); /* nobody has seen it empty */
  tapped_take (&tapped, 65536);
  put (tapped.tap, WEIR_RECORD_TEXT, 5, 3);
  while (g_main_context_iteration (tapped.context, FALSE))
    ;
  g_assert_cmpuint (tapped.n_wakes, ==, 2);
  tapped_clear (&tapped);
}

static void
test_cancelled (void)
{
  Tapped tapped;

  tapped_init (&tapped, 0, KINDS);
  put (tapped.tap, WEIR_RECORD_TEXT, 1, 3);
  weir_tap_cancel (tapped.tap);
  weir_tap_cancel (tapped.tap);
  put (tapped.tap, WEIR_RECORD_TEXT, 2, 30000);
  put (tapped.tap, WEIR_RECORD_EVENT, 0, 3);
  g_assert_false (g_main_context_iteration (tapped.context, FALSE));
  g_assert_cmpuint (tapped.n_wakes, ==, 0);
  g_assert_null (weir_tap_take (tapped.tap, 65536));
  g_assert_cmpuint (weir_tap_get_n_dropped (tapped.tap), ==, 0);
  tapped_clear (&tapped);
}

/* One thread puts, the other takes: what is missing has been counted. */
static gpointer
producer_thread (gpointer user_data)
{
  for (guint i = 1; i <= 200000; i++)
    put (user_data, WEIR_RECORD_BINARY, i, i % 1000 == 0 ? 40000 : i % 90);
  return NULL;
}

static void
test_threads (void)
{
  guint64 expected = 1;
  Tapped tapped;
  GThread *thread;

  tapped_init (&tapped, 0, KINDS);
  thread = g_thread_new ("producer", producer_thread, tapped.tap);
  while (tapped.n_wakes == 0 || tapped_take (&tapped, 65536) > 0)
    g_main_context_iteration (tapped.context, tapped.n_wakes == 0);
  g_thread_join (thread);
  tapped_take (&tapped, 65536);

  for (guint i = 0; i < tapped.heads->len; i++)
    {
      expected += tapped_get (&tapped, i)->n_dropped;
      g_assert_cmpuint (tapped_get (&tapped, i)->seq, ==, expected);
      expected++;
    }
  g_assert_cmpuint (tapped.heads->len + weir_tap_get_n_dropped (tapped.tap), ==, 200000);
  tapped_clear (&tapped);
}

/* --- history --- */

static void
remember (WeirHistory *history, guint64 seq, gsize len, gint64 now_us)
{
  g_autofree guint8 *data = g_malloc0 (len + 1);

  weir_history_push (history, &(WeirHistoryItem){ WEIR_RECORD_TEXT, data, len, seq }, 1000 + seq, now_us);
}

static void
test_history_keeps_the_last (void)
{
  g_autoptr (WeirBudget) budget = weir_budget_new (1);
  g_autoptr (WeirHistoryStore) store = weir_history_store_new (budget);
  g_autoptr (WeirHistory) history = weir_history_new (store);
  Tapped tapped;

  for (guint i = 1; i <= 100; i++)
    remember (history, i, 10, 0);
  g_assert_cmpuint (weir_history_get_n_messages (history), ==, WEIR_HISTORY_MAX_MESSAGES);
  tapped_init (&tapped, 0, KINDS);
  weir_history_replay (history, tapped.tap);
  tapped_take (&tapped, 65536);
  g_assert_cmpuint (tapped.heads->len, ==, WEIR_HISTORY_MAX_MESSAGES);
  g_assert_cmpuint (tapped_get (&tapped, 0)->seq, ==, 37);
  g_assert_cmpuint (tapped_get (&tapped, 63)->seq, ==, 100);
  g_assert_cmpint (tapped_get (&tapped, 63)->time_us, ==, 1100);
  tapped_clear (&tapped);
}

static void
test_history_bound_of_bytes (void)
{
  g_autoptr (WeirBudget) budget = weir_budget_new (1);
  g_autoptr (WeirHistoryStore) store = weir_history_store_new (budget);
  g_autoptr (WeirHistory) history = weir_history_new (store);

  for (guint i = 1; i <= 10; i++)
    remember (history, i, 100 * 1024, i * G_USEC_PER_SEC);
  g_assert_cmpuint (weir_history_get_n_messages (history), ==, 2);
  remember (history, 11, 1 << 20, 11 * G_USEC_PER_SEC); /* the start of it */
  g_assert_cmpuint (weir_history_get_n_messages (history), ==, 1);
  g_assert_cmpuint (weir_history_get_n_bytes (history), ==, WEIR_HISTORY_MAX_BYTES);
}

static void
test_history_at_full_speed (void)
{
  g_autoptr (WeirBudget) budget = weir_budget_new (1);
  g_autoptr (WeirHistoryStore) store = weir_history_store_new (budget);
  g_autoptr (WeirHistory) history = weir_history_new (store);
  Tapped tapped;

  for (guint i = 1; i <= 64; i++)
    remember (history, i, 64 * 1024, G_USEC_PER_SEC);
  tapped_init (&tapped, 0, KINDS);
  weir_history_replay (history, tapped.tap);
  tapped_take (&tapped, 65536);
  g_assert_cmpuint (tapped_get (&tapped, tapped.heads->len - 1)->seq, ==, 64);
  g_assert_cmpuint (tapped_get (&tapped, tapped.heads->len - 1)->payload_size, ==, 64 * 1024);
  g_assert_cmpuint (tapped_get (&tapped, tapped.heads->len - 1)->size, ==,
                    WEIR_HISTORY_CUT_SIZE + WEIR_RECORD_HEAD_SIZE);
  g_assert_cmpuint (tapped_get (&tapped, tapped.heads->len - 1)->flags, ==, WEIR_RECORD_CUT);

  remember (history, 65, 64 * 1024, 2 * G_USEC_PER_SEC); /* at leisure again */
  g_assert_cmpuint (weir_history_get_n_bytes (history), >=, 64 * 1024);
  tapped_clear (&tapped);
}

/* 64 MiB in all: the oldest of all channels go. */
static void
test_history_of_all (void)
{
  g_autoptr (WeirBudget) budget = weir_budget_new (1);
  g_autoptr (WeirHistoryStore) store = weir_history_store_new (budget);
  g_autoptr (GPtrArray) histories = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_history_free);

  for (guint i = 0; i < 400; i++)
    {
      g_ptr_array_add (histories, weir_history_new (store));
      remember (histories->pdata[i], 1, 200 * 1024, i * G_USEC_PER_SEC);
      g_assert_cmpuint (weir_budget_get_history_used (budget), <=, WEIR_BUDGET_HISTORY_MAX_BYTES);
    }
  g_assert_cmpuint (weir_history_get_n_messages (histories->pdata[0]), ==, 0);
  g_assert_cmpuint (weir_history_get_n_messages (histories->pdata[399]), ==, 1);
  g_assert_cmpuint (weir_budget_get_history_used (budget), >, WEIR_BUDGET_HISTORY_MAX_BYTES - (1 << 20));
  g_ptr_array_set_size (histories, 0);
  g_assert_cmpuint (weir_budget_get_history_used (budget), ==, 0);
}

static void
test_recent (void)
{
  g_autoptr (WeirBudget) budget = weir_budget_new (1);
  g_autoptr (WeirHistoryStore) store = weir_history_store_new (budget);
  g_autoptr (WeirHistory) history = weir_history_new (store);
  g_autofree WeirRecent *recent = g_new0 (WeirRecent, 1);
  Tapped tapped;

  for (guint i = 1; i <= 1000; i++)
    weir_recent_note (recent, WEIR_RECORD_TEXT, (const guint8 *) "x", 1, i);
  weir_history_push_recent (history, recent, 1, 1);
  g_assert_cmpuint (recent->n_items, ==, 0);
  weir_recent_note (recent, WEIR_RECORD_TEXT, (const guint8 *) "y", 1, 1001);
  weir_history_push_recent (history, recent, 1, 1);
  tapped_init (&tapped, 0, KINDS);
  weir_history_replay (history, tapped.tap);
  tapped_take (&tapped, 65536);
  for (guint i = 0; i < 64; i++)
    g_assert_cmpuint (tapped_get (&tapped, i)->seq, ==, 938 + i);
  tapped_clear (&tapped);
}

/* --- ring --- */

static void
test_ring (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (g_test_rand_int ());
  WeirRing ring = { 0 };
  guint64 n_in = 0, n_out = 0;
  gsize n_bytes = 0;

  for (guint round = 0; round < 5000; round++)
    {
      guint8 data[40][sizeof (guint64)];
      WeirOut outs[40];
      guint n = g_rand_int_range (rand, 1, 40), n_outs;
      g_autoptr (WeirBlock) block = weir_block_new (sizeof (guint64));
      const WeirOut *peeked;

      for (guint i = 0; i < n; i++)
        {
          gboolean is_lent = g_rand_int_range (rand, 0, 20) > 0;

          memcpy (is_lent ? data[i] : block->data, &n_in, sizeof n_in);
          outs[i] =
              (WeirOut){ WEIR_OP_BINARY, is_lent, FALSE, is_lent ? data[i] : block->data, 8, is_lent ? NULL : block };
          n_in++;
          n_bytes += 8;
          if (!is_lent) /* one block cannot hold two */
            n = i + 1;
        }
      weir_ring_append (&ring, outs, n, NULL);
      memset (data, 0xff, sizeof data);
      g_assert_cmpuint (ring.n_bytes, ==, n_bytes);
      g_assert_cmpuint (ring.n_memory, >=, n_bytes);

      while (ring.n_items > (guint) g_rand_int_range (rand, 0, 100))
        {
          guint wanted = g_rand_int_range (rand, 1, 50);

          peeked = weir_ring_peek (&ring, &n_outs);
          n_outs = MIN (n_outs, wanted);
          for (guint i = 0; i < n_outs; i++, n_out++)
            g_assert_cmpmem (peeked[i].data, peeked[i].len, &n_out, sizeof n_out);
          n_bytes -= 8 * n_outs;
          weir_ring_drop (&ring, n_outs);
        }
      if (ring.n_items == 0)
        {
          g_assert_null (ring.outs);
          g_assert_cmpuint (ring.n_memory, ==, 0);
        }
    }
  weir_ring_clear (&ring);
}

/* What lies in a buffer that may stay is not copied, and counts with all of it until its last message has gone. */
static void
test_ring_keeps_a_buffer (void)
{
  g_autoptr (WeirBlock) buffer = weir_block_new (1000);
  g_autoptr (WeirBlock) other = weir_block_new (10);
  WeirRing ring = { 0 };
  WeirOut outs[] = {
    { WEIR_OP_BINARY, TRUE, FALSE, buffer->data, 300, NULL },
    { WEIR_OP_BINARY, TRUE, FALSE, buffer->data + 300, 300, NULL },
    { WEIR_OP_BINARY, FALSE, FALSE, other->data, 10, other },
  };
  guint n_outs;

  weir_ring_append (&ring, outs, 3, buffer);
  g_assert_true (weir_ring_peek (&ring, &n_outs)[1].data == buffer->data + 300);
  g_assert_cmpuint (ring.n_bytes, ==, 610);
  g_assert_cmpuint (ring.n_memory, ==, 1010);
  weir_ring_drop (&ring, 1);
  g_assert_cmpuint (ring.n_memory, ==, 1010);
  weir_ring_drop (&ring, 1);
  g_assert_cmpuint (ring.n_memory, ==, 10);
  g_assert_false (weir_block_is_shared (buffer));
  weir_ring_drop (&ring, 1);
  g_assert_cmpuint (ring.n_memory, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pipe/tap/records", test_records);
  g_test_add_func ("/pipe/tap/kinds", test_kinds);
  g_test_add_func ("/pipe/tap/snaplen", test_snaplen);
  g_test_add_func ("/pipe/tap/limit", test_limit);
  g_test_add_func ("/pipe/tap/takes-whole-records-of-a-size", test_takes_whole_records_of_a_size);
  g_test_add_func ("/pipe/tap/drops-records", test_drops_records);
  g_test_add_func ("/pipe/tap/drops-bytes", test_drops_bytes);
  g_test_add_func ("/pipe/tap/neighbours-are-charged-once", test_neighbours_are_charged_once);
  g_test_add_func ("/pipe/tap/empty-queue-takes-any-size", test_empty_queue_takes_any_size);
  g_test_add_func ("/pipe/tap/wakes-once", test_wakes_once);
  g_test_add_func ("/pipe/tap/cancelled", test_cancelled);
  g_test_add_func ("/pipe/tap/threads", test_threads);
  g_test_add_func ("/pipe/history/keeps-the-last", test_history_keeps_the_last);
  g_test_add_func ("/pipe/history/bound-of-bytes", test_history_bound_of_bytes);
  g_test_add_func ("/pipe/history/at-full-speed", test_history_at_full_speed);
  g_test_add_func ("/pipe/history/of-all", test_history_of_all);
  g_test_add_func ("/pipe/history/recent", test_recent);
  g_test_add_func ("/pipe/ring/random", test_ring);
  g_test_add_func ("/pipe/ring/keeps-a-buffer", test_ring_keeps_a_buffer);
  return g_test_run ();
}
