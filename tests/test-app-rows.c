/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-channel-private.h"
#include "weir-channel-rows.h"

#define S      ((gint64) G_USEC_PER_SEC)
#define NOW_US (5000 * S)
#define NOW_MS G_GINT64_CONSTANT (1700000000000)

/* A source of channels, the rows over it, and what they last said. */
typedef struct
{
  WeirPlane *plane;
  GListStore *source;
  WeirChannelRows *rows;
  guint n_signals;
  guint position, removed, added;
} Fixture;

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, Fixture *fixture)
{
  fixture->n_signals++;
  fixture->position = position;
  fixture->removed = removed;
  fixture->added = added;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->plane = weir_plane_new ("weir-engine-1", WEIR_PLANE_ENGINE);
  weir_clock_learn (fixture->plane->clock, NOW_MS, NOW_US);
  fixture->source = g_list_store_new (WEIR_TYPE_CHANNEL);
  fixture->rows = weir_channel_rows_new ();
  weir_channel_rows_set_source (fixture->rows, G_LIST_MODEL (fixture->source));
  g_signal_connect (fixture->rows, "items-changed", G_CALLBACK (items_changed_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->rows);
  g_object_unref (fixture->source);
  weir_plane_unref (fixture->plane);
}

/* @age_s: how old it is */
static WeirChannel *
add (Fixture *fixture, const char *id, gint64 age_s, WeirState state)
{
  WeirChannelInfo *info = weir_channel_info_new (id);
  g_autoptr (WeirChannel) channel = NULL;

  info->created_at_ms = NOW_MS - age_s * 1000;
  info->since_ms = info->created_at_ms;
  info->state = state;
  info->buffer_items = 64;
  info->writer.function_id = g_strdup_printf ("writer-of-%s", id);
  info->writer.how = WEIR_HOW_REF;
  channel = weir_channel_new (fixture->plane, info, NOW_US);
  g_list_store_insert (fixture->source, 0, channel);
  return channel; /* the store keeps it */
}

static void
assert_rows (Fixture *fixture, const char *expected)
{
  g_autoptr (GString) ids = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (fixture->rows)); i++)
    {
      g_autoptr (WeirChannel) channel = g_list_model_get_item (G_LIST_MODEL (fixture->rows), i);

      g_string_append_printf (ids, "%s%s", i > 0 ? " " : "", weir_channel_get_id (channel));
    }
  g_assert_cmpstr (ids->str, ==, expected);
}

static void
set_state (WeirChannel *channel, WeirState state)
{
  WeirChannelInfo *info = weir_channel_info_copy (weir_channel_get_info (channel));

  info->state = state;
  weir_channel_apply_info (channel, weir_channel_get_home (channel), info, NOW_US);
}

static void
test_newest_first (Fixture *fixture, gconstpointer data)
{
  add (fixture, "a", 30, WEIR_STATE_FLOWING);
  add (fixture, "b", 10, WEIR_STATE_FLOWING);
  add (fixture, "c", 20, WEIR_STATE_FLOWING);

  g_assert_cmpint (weir_channel_rows_update (fixture->rows, NOW_US), ==, WEIR_ROWS_ADDED);
  assert_rows (fixture, "b c a");
  weir_channel_rows_set_sort (fixture->rows, WEIR_SORT_AGE, TRUE);
  g_assert_cmpint (weir_channel_rows_update (fixture->rows, NOW_US), ==, WEIR_ROWS_MOVED);
  assert_rows (fixture, "a c b");
}

/* Equal keys have an order of their own, the same each time. */
static void
test_ties (Fixture *fixture, gconstpointer data)
{
  add (fixture, "b", 10, WEIR_STATE_FLOWING);
  add (fixture, "a", 10, WEIR_STATE_FLOWING);
  add (fixture, "c", 10, WEIR_STATE_FLOWING);
  weir_channel_rows_update (fixture->rows, NOW_US);
  assert_rows (fixture, "a b c");
  weir_channel_rows_set_sort (fixture->rows, WEIR_SORT_THROUGHPUT, TRUE);
  weir_channel_rows_update (fixture->rows, NOW_US);
  assert_rows (fixture, "a b c");
}

static void
test_groups (Fixture *fixture, gconstpointer data)
{
  WeirChannel *in = add (fixture, "in", 31, WEIR_STATE_FLOWING);
  WeirChannel *out;

  add (fixture, "between", 30, WEIR_STATE_FLOWING);
  out = add (fixture, "out", 29, WEIR_STATE_FLOWING);
  add (fixture, "new", 5, WEIR_STATE_FLOWING);
  weir_channel_set_group (in, 7, NULL);
  weir_channel_set_group (out, 7, NULL);
  weir_channel_rows_update (fixture->rows, NOW_US);

  assert_rows (fixture, "new in out between");
  g_assert_cmpint (weir_channel_rows_get_join (fixture->rows, 0), ==, WEIR_JOIN_NONE);
  g_assert_cmpint (weir_channel_rows_get_join (fixture->rows, 1), ==, WEIR_JOIN_BELOW);
  g_assert_cmpint (weir_channel_rows_get_join (fixture->rows, 2), ==, WEIR_JOIN_ABOVE);
  g_assert_cmpint (weir_channel_rows_get_join (fixture->rows, 3), ==, WEIR_JOIN_NONE);
  g_assert_cmpint (weir_channel_rows_get_join (fixture->rows, 4), ==, WEIR_JOIN_NONE);
}

static void
test_filter (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    WeirFilter filter;
    const char *rows;
  } cases[] = {
    { WEIR_FILTER_ALL, "j i h g f e d c b a" },
    { WEIR_FILTER_FLOWING, "b a" },
    { WEIR_FILTER_STALLED, "h c" },
    { WEIR_FILTER_WAITING, "f e d" },
    { WEIR_FILTER_IDLE, "g" },
    { WEIR_FILTER_UNKNOWN, "j" },
    { WEIR_FILTER_CLOSED, "i" },
  };

  add (fixture, "a", 19, WEIR_STATE_FLOWING);
  add (fixture, "b", 18, WEIR_STATE_DRAINING);
  add (fixture, "c", 17, WEIR_STATE_STALLED);
  add (fixture, "d", 16, WEIR_STATE_CREATED);
  add (fixture, "e", 15, WEIR_STATE_WAITING_READER);
  add (fixture, "f", 14, WEIR_STATE_WAITING_WRITER);
  add (fixture, "g", 13, WEIR_STATE_IDLE);
  add (fixture, "h", 12, WEIR_STATE_READER_GONE);
  add (fixture, "i", 11, WEIR_STATE_CLOSED);
  add (fixture, "j", 10, WEIR_STATE_UNKNOWN);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      weir_channel_rows_set_filter (fixture->rows, cases[i].filter, NULL);
      weir_channel_rows_update (fixture->rows, NOW_US);
      assert_rows (fixture, cases[i].rows);
    }
}

/* A channel whose details are open stays when it stalls under the filter *Flowing*: that is when it is looked at. */
static void
test_kept (Fixture *fixture, gconstpointer data)
{
  WeirChannel *kept = add (fixture, "a", 30, WEIR_STATE_FLOWING);
  WeirChannel *other = add (fixture, "b", 20, WEIR_STATE_FLOWING);

  weir_channel_rows_set_filter (fixture->rows, WEIR_FILTER_FLOWING, NULL);
  weir_channel_rows_update (fixture->rows, NOW_US);
  weir_channel_rows_set_kept (fixture->rows, kept);
  set_state (kept, WEIR_STATE_STALLED);
  set_state (other, WEIR_STATE_STALLED);
  weir_channel_rows_update (fixture->rows, NOW_US + S);
  assert_rows (fixture, "a");
  weir_channel_rows_set_sort (fixture->rows, WEIR_SORT_ROUTE, TRUE);
  weir_channel_rows_update (fixture->rows, NOW_US + S);
  assert_rows (fixture, "a");

  weir_channel_rows_set_filter (fixture->rows, WEIR_FILTER_STALLED, NULL); /* fits, and is kept on */
  set_state (kept, WEIR_STATE_FLOWING);
  weir_channel_rows_update (fixture->rows, NOW_US + 2 * S);
  assert_rows (fixture, "b a");
  weir_channel_rows_set_filter (fixture->rows, WEIR_FILTER_IDLE, NULL); /* does not fit: the user asked */
  weir_channel_rows_update (fixture->rows, NOW_US + 2 * S);
  assert_rows (fixture, "");
}

static void
test_search (Fixture *fixture, gconstpointer data)
{
  add (fixture, "abc", 3, WEIR_STATE_FLOWING);
  add (fixture, "xyz", 2, WEIR_STATE_STALLED);
  weir_channel_rows_set_filter (fixture->rows, WEIR_FILTER_ALL, "WRITER-OF-ABC");
  weir_channel_rows_update (fixture->rows, NOW_US);
  assert_rows (fixture, "abc");
  weir_channel_rows_set_filter (fixture->rows, WEIR_FILTER_ALL, "writer-of-abc → "); /* as it is seen */
  weir_channel_rows_update (fixture->rows, NOW_US);
  assert_rows (fixture, "abc");
  weir_channel_rows_set_filter (fixture->rows, WEIR_FILTER_ALL, "xy");
  weir_channel_rows_update (fixture->rows, NOW_US);
  assert_rows (fixture, "xyz");
  weir_channel_rows_set_filter (fixture->rows, WEIR_FILTER_FLOWING, "xy");
  weir_channel_rows_update (fixture->rows, NOW_US);
  assert_rows (fixture, "");
  weir_channel_rows_set_filter (fixture->rows, WEIR_FILTER_ALL, "");
  weir_channel_rows_update (fixture->rows, NOW_US);
  assert_rows (fixture, "xyz abc");
}

/* What is searched follows what the channel says, and is put together once for many updates. */
static void
test_search_follows (Fixture *fixture, gconstpointer data)
{
  WeirChannel *channel = add (fixture, "a", 3, WEIR_STATE_FLOWING);
  gint64 start_us, first_us;

  weir_channel_rows_set_filter (fixture->rows, WEIR_FILTER_ALL, "stalled");
  weir_channel_rows_update (fixture->rows, NOW_US);
  assert_rows (fixture, "");
  set_state (channel, WEIR_STATE_STALLED);
  weir_channel_rows_update (fixture->rows, NOW_US + S);
  assert_rows (fixture, "a");
  set_state (channel, WEIR_STATE_FLOWING);
  weir_channel_rows_update (fixture->rows, NOW_US + 2 * S);
  assert_rows (fixture, "");

  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *id = g_strdup_printf ("c%u", i);

      add (fixture, id, 3, WEIR_STATE_FLOWING);
    }
  start_us = g_get_monotonic_time ();
  weir_channel_rows_update (fixture->rows, NOW_US + 3 * S);
  first_us = g_get_monotonic_time () - start_us;
  start_us = g_get_monotonic_time ();
  weir_channel_rows_update (fixture->rows, NOW_US + 4 * S);
  g_test_message ("10 000 channels: first %.1f ms, then %.1f ms", first_us / 1e3,
                  (g_get_monotonic_time () - start_us) / 1e3);
}

/* New channels come within a quarter of a second, order follows figures and states once a second. */
static void
test_pace (Fixture *fixture, gconstpointer data)
{
  WeirChannel *channel = add (fixture, "a", 30, WEIR_STATE_FLOWING);

  weir_channel_rows_set_filter (fixture->rows, WEIR_FILTER_FLOWING, NULL);
  weir_channel_rows_update (fixture->rows, NOW_US);
  add (fixture, "b", 0, WEIR_STATE_FLOWING);
  weir_channel_rows_update (fixture->rows, NOW_US + S / 5);
  assert_rows (fixture, "a");
  weir_channel_rows_update (fixture->rows, NOW_US + S / 4);
  assert_rows (fixture, "b a");

  set_state (channel, WEIR_STATE_IDLE);
  weir_channel_rows_update (fixture->rows, NOW_US + S);
  assert_rows (fixture, "b a");
  weir_channel_rows_update (fixture->rows, NOW_US + S / 4 + S);
  assert_rows (fixture, "b");
}

/* While the pointer is over the list nothing moves; what the user asks for is done all the same. */
static void
test_held (Fixture *fixture, gconstpointer data)
{
  WeirChannel *old = add (fixture, "a", 30, WEIR_STATE_FLOWING);
  guint position;

  add (fixture, "b", 20, WEIR_STATE_FLOWING);
  weir_channel_rows_update (fixture->rows, NOW_US);
  weir_channel_rows_set_held (fixture->rows, TRUE);
  add (fixture, "c", 1, WEIR_STATE_FLOWING);
  g_assert_cmpint (weir_channel_rows_update (fixture->rows, NOW_US + S), ==, WEIR_ROWS_ADDED);
  assert_rows (fixture, "b a c");

  g_assert_true (g_list_store_find (fixture->source, old, &position));
  g_list_store_remove (fixture->source, position);
  g_assert_cmpint (weir_channel_rows_update (fixture->rows, NOW_US + 2 * S), ==, WEIR_ROWS_SAME);
  assert_rows (fixture, "b a c");

  weir_channel_rows_set_held (fixture->rows, FALSE);
  g_assert_cmpint (weir_channel_rows_update (fixture->rows, NOW_US + 3 * S), ==, WEIR_ROWS_MOVED);
  assert_rows (fixture, "c b");

  weir_channel_rows_set_held (fixture->rows, TRUE);
  weir_channel_rows_set_sort (fixture->rows, WEIR_SORT_AGE, TRUE);
  weir_channel_rows_update (fixture->rows, NOW_US + 3 * S);
  assert_rows (fixture, "b c");
}

/* However long the pointer rests on the list: it does not grow by what is forgotten, and what is on top stays there. */
static void
test_held_bounded (Fixture *fixture, gconstpointer data)
{
  gint64 now_us = NOW_US;
  g_autoptr (WeirChannel) first = NULL;

  add (fixture, "first", 50, WEIR_STATE_FLOWING);
  weir_channel_rows_update (fixture->rows, now_us);
  weir_channel_rows_set_held (fixture->rows, TRUE);
  for (guint i = 0; i < 3 * WEIR_CHANNEL_ROWS_MAX_FORGOTTEN; i++)
    {
      g_autofree char *id = g_strdup_printf ("%u", i);

      g_list_store_remove_all (fixture->source);
      add (fixture, id, 1, WEIR_STATE_FLOWING);
      weir_channel_rows_update (fixture->rows, now_us += S);
    }
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->rows)), ==, WEIR_CHANNEL_ROWS_MAX_FORGOTTEN + 1);
  first = g_list_model_get_item (G_LIST_MODEL (fixture->rows), 0);
  g_assert_cmpstr (weir_channel_get_id (first), ==, "first");

  weir_channel_rows_set_held (fixture->rows, FALSE);
  weir_channel_rows_update (fixture->rows, now_us + S);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->rows)), ==, 1);
}

/* One signal, for no more than differs. */
static void
test_one_range (Fixture *fixture, gconstpointer data)
{
  WeirChannel *middle;

  add (fixture, "a", 50, WEIR_STATE_FLOWING);
  middle = add (fixture, "b", 40, WEIR_STATE_FLOWING);
  add (fixture, "c", 30, WEIR_STATE_FLOWING);
  weir_channel_rows_set_filter (fixture->rows, WEIR_FILTER_FLOWING, NULL);
  weir_channel_rows_update (fixture->rows, NOW_US);
  fixture->n_signals = 0;

  weir_channel_rows_update (fixture->rows, NOW_US + S);
  g_assert_cmpuint (fixture->n_signals, ==, 0);

  set_state (middle, WEIR_STATE_STALLED);
  weir_channel_rows_update (fixture->rows, NOW_US + 2 * S);
  g_assert_cmpuint (fixture->n_signals, ==, 1);
  g_assert_cmpuint (fixture->position, ==, 1);
  g_assert_cmpuint (fixture->removed, ==, 1);
  g_assert_cmpuint (fixture->added, ==, 0);

  set_state (middle, WEIR_STATE_FLOWING);
  add (fixture, "d", 1, WEIR_STATE_FLOWING);
  g_assert_cmpint (weir_channel_rows_update (fixture->rows, NOW_US + 3 * S), ==, WEIR_ROWS_ADDED);
  g_assert_cmpuint (fixture->n_signals, ==, 2);
  g_assert_cmpuint (fixture->position, ==, 0);
  g_assert_cmpuint (fixture->removed, ==, 1);
  g_assert_cmpuint (fixture->added, ==, 3);
  assert_rows (fixture, "d c b a");
}

static void
test_source_goes (Fixture *fixture, gconstpointer data)
{
  add (fixture, "a", 50, WEIR_STATE_FLOWING);
  weir_channel_rows_update (fixture->rows, NOW_US);
  weir_channel_rows_set_source (fixture->rows, NULL);
  weir_channel_rows_update (fixture->rows, NOW_US);
  assert_rows (fixture, "");
}

#define ADD(path, func) g_test_add ("/app/rows/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("newest-first", test_newest_first);
  ADD ("ties", test_ties);
  ADD ("groups", test_groups);
  ADD ("filter", test_filter);
  ADD ("kept", test_kept);
  ADD ("search", test_search);
  ADD ("search-follows", test_search_follows);
  ADD ("pace", test_pace);
  ADD ("held", test_held);
  ADD ("held-bounded", test_held_bounded);
  ADD ("one-range", test_one_range);
  ADD ("source-goes", test_source_goes);
  return g_test_run ();
}
