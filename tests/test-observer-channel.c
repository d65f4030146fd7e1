/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "weir-channel-private.h"
#include "weir-own-ends.h"
#include "weir-point-model.h"
#include "weir-summary.h"

#define S      ((gint64) G_USEC_PER_SEC)
#define NOW_US (5000 * S)                        /* monotonic, of the observer */
#define NOW_MS G_GINT64_CONSTANT (1700000000000) /* wall clock of the point, then */

/* --- a channel --- */

static WeirPlane *
make_plane (void)
{
  WeirPlane *plane = weir_plane_new ("weir-engine-1", WEIR_PLANE_ENGINE);

  weir_clock_learn (plane->clock, NOW_MS, NOW_US);
  return plane;
}

static WeirChannelInfo *
make_info (const char *id, guint32 n)
{
  WeirChannelInfo *info = weir_channel_info_new (id);

  info->n = n;
  info->created_at_ms = NOW_MS - 48000;
  info->state = WEIR_STATE_FLOWING;
  info->since_ms = NOW_MS - 30000;
  info->buffer_items = 64;
  info->writer.presence = WEIR_PRESENCE_HERE;
  info->writer.connected_at_ms = NOW_MS - 40000;
  info->reader.presence = WEIR_PRESENCE_HERE;
  info->reader.connected_at_ms = NOW_MS - 40000;
  return info;
}

static WeirChannel *
make_channel (const char *id)
{
  g_autoptr (WeirPlane) plane = make_plane ();

  return weir_channel_new (plane, make_info (id, 1), NOW_US);
}

static void
count_cb (gpointer object, guint *count)
{
  (*count)++;
}

static void
test_times (void)
{
  g_autoptr (WeirChannel) channel = make_channel ("a");

  g_assert_cmpstr (weir_channel_get_id (channel), ==, "a");
  g_assert_cmpstr (weir_channel_get_point (channel), ==, "weir-engine-1");
  g_assert_cmpint (weir_channel_to_local_us (channel, NOW_MS), ==, NOW_US);
  g_assert_cmpint (weir_channel_to_local_us (channel, 0), ==, 0);
  g_assert_cmpint (weir_channel_get_age_us (channel, NOW_US + S), ==, 49 * S);
  g_assert_cmpint (weir_channel_get_state_age_us (channel, NOW_US + S), ==, 31 * S);
  g_assert_cmpint (weir_channel_get_state_age_us (channel, NOW_US - 60 * S), ==, 0); /* not before it began */
}

static void
test_rates (void)
{
  g_autoptr (WeirChannel) channel = make_channel ("a");
  WeirTotals totals = { 0 };
  guint n_changed = 0;

  g_signal_connect (channel, "changed", G_CALLBACK (count_cb), &n_changed);
  for (guint i = 1; i <= 8; i++)
    {
      totals.written_bytes += 2000;
      totals.sent_bytes += 1000;
      weir_channel_apply_totals (channel, weir_channel_get_home (channel), &totals, NOW_US + i * S / 4);
    }
  g_assert_cmpfloat_with_epsilon (weir_channel_get_written_rate (channel, NOW_US + 2 * S), 8000, 1);
  g_assert_cmpfloat_with_epsilon (weir_channel_get_sent_rate (channel, NOW_US + 2 * S), 4000, 1);
  g_assert_cmpuint (weir_channel_get_info (channel)->totals.written_bytes, ==, 16000);
  g_assert_cmpuint (n_changed, ==, 0); /* figures notify nothing */
}

static void
test_recent_ids (void)
{
  WeirRecentIds *ids = weir_recent_ids_new (3);

  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *id = g_strdup_printf ("%u", i);

      weir_recent_ids_add (ids, "kept"); /* is a recent one each time */
      weir_recent_ids_add (ids, id);
      g_assert_true (weir_recent_ids_contains (ids, "kept") && weir_recent_ids_contains (ids, id));
      g_assert_cmpuint (weir_recent_ids_get_size (ids), ==, MIN (i + 2, 3));
    }
  g_assert_true (weir_recent_ids_contains (ids, "8"));
  g_assert_false (weir_recent_ids_contains (ids, "7"));
  g_assert_true (weir_recent_ids_remove (ids, "8"));
  g_assert_false (weir_recent_ids_remove (ids, "8"));
  g_assert_cmpuint (weir_recent_ids_get_size (ids), ==, 2);
  weir_recent_ids_unref (ids);
}

/* What nobody knows is not nought of all: it is at least what is known of the others, or unknown. */
static void
test_summary (void)
{
  enum
  {
    SEEN = WEIR_CERTAINTY_SEEN,
    AT_LEAST = WEIR_CERTAINTY_INFERRED,
    UNKNOWN = WEIR_CERTAINTY_UNKNOWN,
    OF_READER = WEIR_TOTALS_OF_READER | WEIR_TOTALS_OF_BUFFER
  };
  typedef struct
  {
    WeirState state;
    guint32 unknown, old;
  } Part;

  static const struct
  {
    Part parts[2];
    guint n_parts;
    int sums[3]; /* written, sent, buffered */
  } cases[] = {
    { .n_parts = 0, .sums = { SEEN, SEEN, SEEN } },
    { { { WEIR_STATE_FLOWING } }, 1, { SEEN, SEEN, SEEN } },
    { { { WEIR_STATE_FLOWING }, { WEIR_STATE_IDLE, OF_READER } }, 2, { SEEN, SEEN, SEEN } },
    { { { WEIR_STATE_FLOWING }, { WEIR_STATE_CLOSED, OF_READER } }, 2, { SEEN, SEEN, SEEN } },
    { { { WEIR_STATE_FLOWING }, { WEIR_STATE_UNKNOWN, OF_READER } }, 2, { SEEN, AT_LEAST, AT_LEAST } },
    { { { WEIR_STATE_STALLED, OF_READER } }, 1, { SEEN, SEEN, UNKNOWN } },
    { { { WEIR_STATE_UNKNOWN, 0, WEIR_TOTALS_OF_WRITER }, { WEIR_STATE_UNKNOWN, ~0u } },
      2,
      { UNKNOWN, AT_LEAST, AT_LEAST } },
    { { { WEIR_STATE_FLOWING, ~0u } }, 1, { UNKNOWN, UNKNOWN, UNKNOWN } },
  };

  static const WeirSum sums[] = { WEIR_SUM_WRITTEN, WEIR_SUM_SENT, WEIR_SUM_BUFFERED };
  static const guint32 columns[] = { WEIR_TOTALS_WRITTEN_BYTES, WEIR_TOTALS_SENT_BYTES, WEIR_TOTALS_BUFFERED_BYTES };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WeirPlane) plane = make_plane ();
      WeirSummary summary = { 0 };
      guint32 unknown;

      for (guint j = 0; j < cases[i].n_parts; j++)
        {
          WeirChannelInfo *info = make_info ("a", 1);
          g_autoptr (WeirChannel) channel = NULL;

          info->state = cases[i].parts[j].state;
          weir_totals_set_unknown (&info->totals, cases[i].parts[j].unknown);
          info->totals.old = cases[i].parts[j].old;
          channel = weir_channel_new (plane, info, NOW_US);
          weir_summary_add (&summary, channel, NOW_US);
        }
      g_test_message ("case %u", i);
      unknown = weir_summary_get_unknown (&summary);
      g_assert_cmpuint (summary.n_channels, ==, cases[i].n_parts);
      for (guint j = 0; j < 3; j++)
        {
          g_assert_cmpint (weir_summary_get_certainty (&summary, sums[j]), ==, cases[i].sums[j]);
          g_assert_true (((unknown & columns[j]) != 0) == (cases[i].sums[j] == WEIR_CERTAINTY_UNKNOWN));
        }
    }
}

/* Channels that are told of once, when it is over or nearly: what is known of them is in their series, at its time. */
static void
test_short (void)
{
  static const struct
  {
    gint64 created_ago, first_ago, ended_ago; /* ms; 0: not */
    guint64 messages;
    gboolean is_known;
  } cases[] = {
    { 120, 100, 40, 3, TRUE },                                   /* shorter than a sample */
    { 20000, 19700, 19600, 3, TRUE },                            /* the same, long ago */
    { 120, 0, 40, 3, TRUE },                                     /* a point that does not tell of the first message */
    { 120, 100, 0, 3, TRUE },                                    /* it goes on */
    { 20000, 19900, 10000, 3, FALSE },                           /* who knows when */
    { 20000, 19900, 0, 3, FALSE },     { 120, 0, 40, 0, FALSE }, /* nothing came */
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (WeirPlane) plane = make_plane ();
      WeirChannelInfo *info = make_info ("a", 1);
      g_autoptr (WeirChannel) channel = NULL;
      gint64 ended_us = NOW_US - cases[i].ended_ago * 1000;
      double written;

      info->created_at_ms = NOW_MS - cases[i].created_ago;
      info->first_message_at_ms = cases[i].first_ago != 0 ? NOW_MS - cases[i].first_ago : 0;
      if (cases[i].ended_ago != 0)
        {
          info->state = WEIR_STATE_CLOSED;
          info->ended_by = WEIR_ENDED_WRITER;
          info->ended_at_ms = NOW_MS - cases[i].ended_ago;
        }
      info->totals.written_messages = info->totals.sent_messages = cases[i].messages;
      info->totals.written_bytes = info->totals.sent_bytes = cases[i].messages * 1000;
      channel = weir_channel_new (plane, info, NOW_US);
      written = weir_series_rate (weir_channel_get_series (channel), WEIR_SERIES_WRITTEN, ended_us, S);
      g_assert_cmpfloat_with_epsilon (written, cases[i].is_known ? 3000 : 0, 1);
    }
}

static void
test_held (void)
{
  g_autoptr (WeirChannel) channel = make_channel ("a");
  WeirChannelInfo *info = make_info ("a", 1);

  info->paused_since_ms = NOW_MS;
  info->totals.paused_us = 3 * S;
  weir_channel_apply_info (channel, weir_channel_get_home (channel), info, NOW_US + 1);
  g_assert_cmpint (weir_channel_get_held_us (channel, NOW_US + S), ==, NOW_US);
  g_assert_cmpfloat_with_epsilon (weir_channel_get_held_share_now (channel, NOW_US + 2 * S), 1, 0.001);
  g_assert_cmpfloat_with_epsilon (weir_channel_get_held_share (channel, NOW_US + 2 * S), 5.0 / 42, 0.001);
  g_assert_cmpint (weir_channel_get_held_in_all_us (channel, NOW_US + 2 * S), ==, 5 * S);

  /* A writer that has closed: its life ends there. */
  info = make_info ("a", 1);
  info->totals.paused_us = 10 * S;
  info->writer.closed_at_ms = NOW_MS - 20000;
  weir_channel_apply_info (channel, weir_channel_get_home (channel), info, NOW_US + 2 * S);
  g_assert_cmpint (weir_channel_get_held_us (channel, NOW_US + 3 * S), ==, 0);
  g_assert_cmpfloat_with_epsilon (weir_channel_get_held_share (channel, NOW_US + 20 * S), 0.5, 0.001);
  g_assert_cmpint (weir_channel_get_held_in_all_us (channel, NOW_US + 20 * S), ==, 10 * S);
}

/* A writer that was let go for a moment is held since before: the graph's figure says what the life says. */
static void
test_held_on (void)
{
  g_autoptr (WeirChannel) channel = make_channel ("a");
  g_autoptr (GPtrArray) events = NULL;
  const WeirLifeEvent *last;

  for (guint i = 0; i < 3; i++)
    {
      WeirChannelInfo *info = make_info ("a", 1);

      info->paused_since_ms = NOW_MS + i * 4000; /* let go for 10 ms each time */
      info->totals.paused_us = i * (4 * S - 10000);
      weir_channel_apply_info (channel, weir_channel_get_home (channel), info, NOW_US + (gint64) i * 4 * S + 1);
    }
  g_assert_cmpint (weir_channel_get_held_us (channel, NOW_US + 9 * S), ==, NOW_US);
  events = weir_channel_dup_life (channel);
  last = g_ptr_array_index (events, events->len - 1);
  g_assert_cmpint (last->kind, ==, WEIR_LIFE_HELD);
  g_assert_cmpint (last->at_ms, ==, NOW_MS);
  g_assert_cmpint (last->duration_us, ==, 0);
}

static void
test_last_read (void)
{
  g_autoptr (WeirChannel) channel = make_channel ("a");
  WeirTotals totals = { .written_messages = 5 };

  g_assert_cmpint (weir_channel_get_last_read_us (channel), ==, 0);
  totals.sent_messages = 1;
  weir_channel_apply_totals (channel, weir_channel_get_home (channel), &totals,
                             NOW_US + S); /* nothing better is known than that it was sent */
  g_assert_cmpint (weir_channel_get_last_read_us (channel), ==, NOW_US + S);
  totals.acked_messages = 1;
  weir_channel_apply_totals (channel, weir_channel_get_home (channel), &totals, NOW_US + 2 * S);
  g_assert_cmpint (weir_channel_get_last_read_us (channel), ==, NOW_US + 2 * S);
}

/* Where acknowledgements come, sending is not reading. */
static void
test_last_read_probed (void)
{
  g_autoptr (WeirPlane) plane = make_plane ();
  WeirChannelInfo *info = make_info ("a", 1);
  g_autoptr (WeirChannel) channel = NULL;
  WeirTotals totals = { .sent_messages = 9 };

  info->reader.probed = TRUE;
  channel = weir_channel_new (plane, info, NOW_US);
  weir_channel_apply_totals (channel, weir_channel_get_home (channel), &totals, NOW_US + S);
  g_assert_cmpint (weir_channel_get_last_read_us (channel), ==, 0);
  totals.acked_bytes = 1;
  weir_channel_apply_totals (channel, weir_channel_get_home (channel), &totals, NOW_US + 2 * S);
  g_assert_cmpint (weir_channel_get_last_read_us (channel), ==, NOW_US + 2 * S);
}

/* Who comes when a reader has stalled already knows since when. */
static void
test_last_read_late (void)
{
  g_autoptr (WeirPlane) plane = make_plane ();
  WeirChannelInfo *info = make_info ("a", 1);
  g_autoptr (WeirChannel) channel = NULL;

  info->state = WEIR_STATE_STALLED;
  info->since_ms = NOW_MS - 1200;
  info->reader.probed = TRUE;
  info->totals.acked_messages = 4;
  info->totals.buffered_messages = 64;
  channel = weir_channel_new (plane, info, NOW_US);
  g_assert_cmpint (weir_channel_get_last_read_us (channel), ==, NOW_US - 4200 * 1000);
  g_assert_cmpint (weir_channel_get_state_age_us (channel, NOW_US), ==, 4200 * 1000);
}

static void
test_changed (void)
{
  g_autoptr (WeirChannel) channel = make_channel ("a");
  WeirChannelInfo *info = make_info ("a", 1);
  guint n_changed = 0;

  g_signal_connect (channel, "changed", G_CALLBACK (count_cb), &n_changed);
  info->totals.written_bytes = 77;
  info->paused_since_ms = NOW_MS;
  weir_channel_apply_info (channel, weir_channel_get_home (channel), info, NOW_US); /* figures only */
  g_assert_cmpuint (n_changed, ==, 0);
  g_assert_cmpuint (weir_channel_get_info (channel)->totals.written_bytes, ==, 77);

  info = make_info ("a", 1);
  info->reader.function_id = g_strdup ("pipeline::consumer");
  weir_channel_apply_info (channel, weir_channel_get_home (channel), info, NOW_US);
  g_assert_cmpuint (n_changed, ==, 1);

  weir_channel_set_stale (channel, weir_channel_get_home (channel));
  weir_channel_set_stale (channel, weir_channel_get_home (channel));
  g_assert_cmpuint (n_changed, ==, 2);
  g_assert_true (weir_channel_is_stale (channel));
  info = make_info ("a", 1);
  info->reader.function_id = g_strdup ("pipeline::consumer");
  weir_channel_apply_info (channel, weir_channel_get_home (channel), info, NOW_US);
  g_assert_cmpuint (n_changed, ==, 3);
  g_assert_false (weir_channel_is_stale (channel));
}

static gboolean
has_finding (WeirChannel *channel, WeirFindingKind kind)
{
  g_autoptr (GPtrArray) findings = weir_channel_dup_findings (channel, NOW_US + 2 * S);

  for (guint i = 0; i < findings->len; i++)
    {
      if (((WeirFinding *) g_ptr_array_index (findings, i))->kind == kind)
        return TRUE;
    }
  return FALSE;
}

/* One message among many can be told from the totals only where it was written alone. */
static void
test_big_text (void)
{
  g_autoptr (WeirChannel) channel = make_channel ("a");
  WeirTotals totals = { 0 };

  totals = (WeirTotals){ .written_messages = 2, .written_text = 1, .written_bytes = 4 << 20 };
  weir_channel_apply_totals (channel, weir_channel_get_home (channel), &totals, NOW_US + S / 4);
  g_assert_false (has_finding (channel, WEIR_FINDING_BIG_TEXT)); /* it may have been the binary one */
  totals.written_messages = 5;
  totals.written_text = 4;
  totals.written_bytes += 3 << 20;
  weir_channel_apply_totals (channel, weir_channel_get_home (channel), &totals, NOW_US + S / 2);
  g_assert_false (has_finding (channel, WEIR_FINDING_BIG_TEXT)); /* 1 MiB each is allowed */
  totals.written_messages = 6;
  totals.written_text = 5;
  totals.written_bytes += (1 << 20) + 1;
  weir_channel_apply_totals (channel, weir_channel_get_home (channel), &totals, NOW_US + S);
  g_assert_true (has_finding (channel, WEIR_FINDING_BIG_TEXT));
}

/* Text is behind data where a whole interval of data lies before it, unsent; as soon as that has gone, it is not. */
static void
test_text_waits (void)
{
  g_autoptr (WeirChannel) channel = make_channel ("a");
  WeirChannelInfo *info = make_info ("a", 1);

  info->state = WEIR_STATE_STALLED;
  info->totals = (WeirTotals){ .written_messages = 10, .sent_messages = 4, .buffered_messages = 6 };
  weir_channel_apply_info (channel, weir_channel_get_home (channel), info, NOW_US);
  info = weir_channel_info_copy (info);
  info->totals.written_messages = 11;
  weir_channel_apply_info (channel, weir_channel_get_home (channel), info, NOW_US + S);
  g_assert_false (has_finding (channel, WEIR_FINDING_TEXT_WAITS));
  info = weir_channel_info_copy (info);
  info->totals.written_messages = 12;
  info->totals.written_text = 1;
  weir_channel_apply_info (channel, weir_channel_get_home (channel), info, NOW_US + 2 * S);
  g_assert_true (has_finding (channel, WEIR_FINDING_TEXT_WAITS));
  info = weir_channel_info_copy (info);
  info->totals.sent_messages = 11;
  weir_channel_apply_info (channel, weir_channel_get_home (channel), info, NOW_US + 3 * S);
  g_assert_false (has_finding (channel, WEIR_FINDING_TEXT_WAITS));
}

/* A peer's times must not overflow anything. */
static void
test_hostile_times (void)
{
  static const gint64 times[] = { G_MININT64, -1, 0, 1, G_MAXINT64 };

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    {
      g_autoptr (WeirPlane) plane = make_plane ();
      WeirChannelInfo *info = make_info ("a", 1);
      g_autoptr (WeirChannel) channel = NULL;
      g_autoptr (GPtrArray) findings = NULL;
      g_autoptr (GPtrArray) life = NULL;
      WeirPassedInfo *passed = weir_passed_info_new ();

      passed->at_ms = passed->returned_at_ms = times[i];
      passed->error_code = g_strdup ("x");
      g_ptr_array_add (info->passed, passed);
      info->created_at_ms = info->since_ms = info->paused_since_ms = info->expires_at_ms = info->ended_at_ms = times[i];
      info->writer.connected_at_ms = info->writer.closed_at_ms = times[G_N_ELEMENTS (times) - 1 - i];
      info->totals.paused_us = info->totals.written_bytes = (guint64) times[i];
      info->state = i % 2 == 0 ? WEIR_STATE_STALLED : WEIR_STATE_IDLE;
      channel = weir_channel_new (plane, info, NOW_US);
      weir_clock_learn (plane->clock, times[i], NOW_US + S);
      weir_channel_apply_info (channel, weir_channel_get_home (channel), make_info ("a", 1), NOW_US + S);
      findings = weir_channel_dup_findings (channel, NOW_US + S);
      life = weir_channel_dup_life (channel);
      g_assert_cmpint (weir_channel_get_age_us (channel, NOW_US), >=, 0);
      g_assert_cmpint (weir_channel_get_state_age_us (channel, NOW_US), >=, 0);
      g_assert_cmpfloat (weir_channel_get_held_share (channel, NOW_US), <=, 1);
    }
}

static void
test_clock (void)
{
  g_autoptr (WeirPlane) plane = make_plane ();
  WeirClock *clock = plane->clock;

  g_assert_cmpint (weir_clock_to_wall_ms (clock, NOW_US + S), ==, NOW_MS + 1000);

  /* A message that was 640 ms late moves it by a 64th of that; one in time brings it back. */
  weir_clock_learn (clock, NOW_MS + 1000, NOW_US + S + 640 * 1000);
  g_assert_cmpint (weir_clock_to_local_us (clock, NOW_MS), ==, NOW_US + 10 * 1000);
  weir_clock_learn (clock, NOW_MS + 2000, NOW_US + 2 * S);
  g_assert_cmpint (weir_clock_to_local_us (clock, NOW_MS), ==, NOW_US);

  /* We have slept for a minute: what was said meanwhile comes at once, and keeps the time at which it was said. */
  for (gint64 second = 3; second <= 62; second++)
    weir_clock_learn (clock, NOW_MS + second * 1000, NOW_US + 62 * S);
  g_assert_cmpint (weir_clock_to_local_us (clock, NOW_MS), ==, NOW_US);

  /* The point's machine has slept for an hour: its time stays behind. */
  for (gint64 second = 0; second <= 2; second++)
    weir_clock_learn (clock, NOW_MS + second * 1000, NOW_US + (3600 + second) * S);
  g_assert_cmpint (weir_clock_to_local_us (clock, NOW_MS), ==, NOW_US + 3600 * S);
}

/* --- the feed, the list, the groups --- */

typedef struct
{
  WeirChannelList *list;
  WeirRows *rows;
  WeirPointModel *model;
  GPtrArray *view; /* (element-type WeirChannel): what a view would show, kept by the model's signals alone */
  guint n_signals;
} Fixture;

/* As a view does it; checks that what the signal says is what the model holds. */
static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, Fixture *fixture)
{
  fixture->n_signals++;
  g_assert_cmpuint (position + removed, <=, fixture->view->len);
  if (removed > 0)
    g_ptr_array_remove_range (fixture->view, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (fixture->view, position + i, g_list_model_get_item (model, position + i));

  g_assert_cmpuint (fixture->view->len, ==, g_list_model_get_n_items (model));
  for (guint i = 0; i < fixture->view->len; i++)
    {
      g_autoptr (WeirChannel) channel = g_list_model_get_item (model, i);

      g_assert_true (channel == g_ptr_array_index (fixture->view, i));
    }
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->list = weir_channel_list_new ();
  fixture->rows = weir_rows_new (fixture->list);
  fixture->view = g_ptr_array_new_with_free_func (g_object_unref);
  fixture->model = weir_point_model_new ("engine-1", WEIR_PLANE_ENGINE, fixture->rows);
  g_signal_connect (fixture->list, "items-changed", G_CALLBACK (items_changed_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  weir_point_model_free (fixture->model);
  g_assert_cmpuint (fixture->view->len, ==, 0); /* its rows went with it */
  g_ptr_array_unref (fixture->view);
  weir_rows_free (fixture->rows);
  g_object_unref (fixture->list);
}

static gboolean
take (Fixture *fixture, GString *text, gint64 now_us, GError **error)
{
  gboolean is_good = weir_point_model_take (fixture->model, text->str, text->len, now_us, error);

  g_string_free (text, TRUE);
  return is_good;
}

static void
take_good (Fixture *fixture, GString *text, gint64 now_us)
{
  g_autoptr (GError) error = NULL;

  take (fixture, text, now_us, &error);
  g_assert_no_error (error);
}

static void
take_bad (Fixture *fixture, const char *text, const char *part)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (weir_point_model_take (fixture->model, text, strlen (text), NOW_US, &error));
  g_assert_error (error, WEIR_POINT_ERROR, WEIR_POINT_ERROR_FEED);
  g_assert_true (g_str_has_prefix (error->message, "engine-1: "));
  if (strstr (error->message, part) == NULL)
    g_error ("“%s” does not say “%s”", error->message, part);
}

/* As many parts as there are bytes for. */
static void
take_snapshot (Fixture *fixture, WeirChannelInfo **infos, guint n_infos, gint64 now_us)
{
  guint next = 0;

  do
    take_good (fixture, weir_feed_write_snapshot (NOW_MS + (now_us - NOW_US) / 1000, infos, n_infos, next, &next),
               now_us);
  while (next < n_infos);
  for (guint i = 0; i < n_infos; i++)
    weir_channel_info_free (infos[i]);
}

static void
take_opened (Fixture *fixture, WeirChannelInfo *info, gint64 now_us)
{
  take_good (fixture, weir_feed_write_opened (info), now_us);
  weir_channel_info_free (info);
}

static void
take_changed (Fixture *fixture, WeirChannelInfo *info, gint64 now_us)
{
  take_good (fixture, weir_feed_write_changed (info), now_us);
  weir_channel_info_free (info);
}

static void
assert_ids (Fixture *fixture, const char *ids)
{
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < fixture->view->len; i++)
    g_string_append_printf (found, "%s%s", i > 0 ? " " : "",
                            weir_channel_get_id (g_ptr_array_index (fixture->view, i)));
  g_assert_cmpstr (found->str, ==, ids);
}

static WeirChannelInfo *
info_at (const char *id, guint32 n, gint64 created_at_ms)
{
  WeirChannelInfo *info = make_info (id, n);

  info->created_at_ms = created_at_ms;
  return info;
}

static void
begin (Fixture *fixture)
{
  WeirChannelInfo *infos[] = { info_at ("b", 2, NOW_MS - 2000), info_at ("d", 4, NOW_MS - 1000),
                               info_at ("a", 1, NOW_MS - 9000) };

  take_snapshot (fixture, infos, G_N_ELEMENTS (infos), NOW_US);
}

static void
test_feed (Fixture *fixture, gconstpointer data)
{
  WeirSample sample = { 2, { .written_bytes = 1000, .sent_bytes = 500 } };
  guint next = 0;

  g_assert_false (weir_point_model_is_live (fixture->model));
  begin (fixture);
  g_assert_true (weir_point_model_is_live (fixture->model));
  assert_ids (fixture, "d b a"); /* newest first */
  g_assert_cmpuint (fixture->n_signals, ==, 1);

  take_opened (fixture, info_at ("e", 5, NOW_MS + 10), NOW_US);
  take_opened (fixture, info_at ("c", 3, NOW_MS - 1500), NOW_US);
  assert_ids (fixture, "e d c b a");

  take_good (fixture, weir_feed_write_samples (NOW_MS + 250, &sample, 1, 0, &next), NOW_US + S / 4);
  g_assert_cmpuint (weir_channel_get_info (weir_channel_list_lookup (fixture->list, "b"))->totals.written_bytes, ==,
                    1000);

  take_good (fixture, weir_feed_write_forgotten ("d"), NOW_US);
  take_good (fixture, weir_feed_write_forgotten ("never known"), NOW_US);
  g_assert_null (weir_point_model_lookup (fixture->model, "d"));
  weir_rows_sweep (fixture->rows);
  assert_ids (fixture, "e c b a");
  g_assert_null (weir_channel_list_lookup (fixture->list, "d"));
  take_good (fixture, weir_feed_write_samples (NOW_MS + 500, &(WeirSample){ 4 }, 1, 0, &next), NOW_US + S / 2);
}

/* A sample is of the time that the point says, not of when we came to read it. */
static void
test_sample_time (Fixture *fixture, gconstpointer data)
{
  WeirTotals totals = { 0 };
  WeirChannel *channel;
  float values[4];
  guint next = 0;

  begin (fixture);
  channel = weir_channel_list_lookup (fixture->list, "b");
  for (guint i = 1; i <= 4; i++) /* a second late, all at once */
    {
      totals.sent_bytes += 1000;
      take_good (fixture, weir_feed_write_samples (NOW_MS + i * 250, &(WeirSample){ 2, totals }, 1, 0, &next),
                 NOW_US + 2 * S + i);
    }
  weir_series_reduce (weir_channel_get_series (channel), WEIR_SERIES_SENT, NOW_US + S / 8, NOW_US + S, values, 4);
  for (guint i = 0; i < 4; i++)
    g_assert_cmpfloat_with_epsilon (values[i], 4000, 800);
}

static void
test_internal (Fixture *fixture, gconstpointer data)
{
  WeirChannelInfo *info;
  g_autoptr (WeirPlane) log = weir_plane_new ("", WEIR_PLANE_PASSIVE);

  begin (fixture);
  weir_rows_see (fixture->rows, log, info_at ("other's feed", 0, NOW_MS), NOW_US); /* which passes no point … */
  weir_rows_flush (fixture->rows);
  assert_ids (fixture, "d b a other's feed");
  take_good (fixture, weir_feed_write_internal ("other's feed"), NOW_US); /* … and one says what it is */
  assert_ids (fixture, "d b a");
  g_assert_null (weir_rows_see (fixture->rows, log, info_at ("other's feed", 0, NOW_MS), NOW_US));
  info = info_at ("feed", 9, NOW_MS);
  info->internal = TRUE;
  take_opened (fixture, info, NOW_US);
  assert_ids (fixture, "d b a");

  /* It turns out to be one. */
  take_opened (fixture, info_at ("feed2", 10, NOW_MS), NOW_US);
  assert_ids (fixture, "feed2 d b a");
  info = info_at ("feed2", 10, NOW_MS);
  info->internal = TRUE;
  take_changed (fixture, info, NOW_US);
  assert_ids (fixture, "d b a");

  /* Ours, whatever the point says. */
  weir_recent_ids_add (weir_rows_get_own_ids (fixture->rows), "ours");
  take_opened (fixture, info_at ("ours", 11, NOW_MS), NOW_US);
  take_changed (fixture, info_at ("ours", 11, NOW_MS), NOW_US);
  assert_ids (fixture, "d b a");
  take_good (fixture, weir_feed_write_forgotten ("ours"), NOW_US);
  g_assert_cmpuint (weir_recent_ids_get_size (weir_rows_get_own_ids (fixture->rows)), ==, 0);
}

/* One message that names a channel, then says that it is a feed: no row may stay that nothing knows of. */
static void
test_internal_at_once (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *id = g_strdup_printf ("feed-%u", i);
      WeirChannelInfo *infos[] = { info_at (id, 9, NOW_MS), info_at (id, 9, NOW_MS), info_at ("a", 1, NOW_MS) };

      infos[1]->internal = TRUE;
      take_snapshot (fixture, infos, G_N_ELEMENTS (infos), NOW_US);
      assert_ids (fixture, "a");
    }
  g_assert_cmpuint (weir_point_model_get_size (fixture->model), ==, 1);
}

/* The connection breaks: what was seen stays, marked, until a snapshot says what is there now. */
static void
test_lost (Fixture *fixture, gconstpointer data)
{
  WeirChannelInfo *infos[] = { info_at ("b", 1, NOW_MS - 2000),
                               info_at ("f", 2, NOW_MS + 5000) }; /* numbers have changed */
  WeirChannel *b;
  guint next = 0;

  begin (fixture);
  b = weir_channel_list_lookup (fixture->list, "b");
  weir_point_model_lose (fixture->model);
  g_assert_false (weir_point_model_is_live (fixture->model));
  assert_ids (fixture, "d b a");
  g_assert_true (weir_channel_is_stale (b));

  take_good (fixture, weir_feed_write_snapshot (NOW_MS, infos, 2, 0, &next), NOW_US);
  g_assert_cmpuint (next, ==, 2);
  assert_ids (fixture, "f b");
  g_assert_true (weir_channel_list_lookup (fixture->list, "b") == b);
  g_assert_false (weir_channel_is_stale (b));
  take_good (fixture, weir_feed_write_samples (NOW_MS + 250, &(WeirSample){ 1, { .sent_bytes = 7 } }, 1, 0, &next),
             NOW_US);
  g_assert_cmpuint (weir_channel_get_info (b)->totals.sent_bytes, ==, 7);
  weir_channel_info_free (infos[0]);
  weir_channel_info_free (infos[1]);
}

/* Between the parts of a snapshot nothing goes, and what comes meanwhile stays. */
static void
test_parts (Fixture *fixture, gconstpointer data)
{
  static const char first[] = "{\"type\":\"snapshot\",\"now_ms\":1700000000000,\"channels\":[],\"last\":false}";
  static const char last[] = "{\"type\":\"snapshot\",\"now_ms\":1700000000000,\"channels\":[],\"last\":true}";

  begin (fixture);
  take_good (fixture, g_string_new (first), NOW_US);
  assert_ids (fixture, "d b a");
  g_assert_true (weir_point_model_is_live (fixture->model));
  take_opened (fixture, info_at ("e", 5, NOW_MS), NOW_US);
  take_changed (fixture, info_at ("a", 1, NOW_MS - 9000), NOW_US);
  take_good (fixture, g_string_new (last), NOW_US);
  assert_ids (fixture, "e a");
}

static void
test_bad_feed (Fixture *fixture, gconstpointer data)
{
  g_autofree char *huge = g_strnfill (WEIR_FEED_MAX_SIZE + 1, ' ');
  g_autofree char *deep = g_strnfill (200 * 1000, '[');
  guint next = 0;

  take_bad (fixture, "{\"type\":\"forgotten\",\"channel_id\":\"a\"}", "does not begin with a snapshot");
  begin (fixture);
  take_bad (fixture, "", "cannot be understood");
  take_bad (fixture, "[]", "cannot be understood");
  take_bad (fixture, "{\"type\":\"opened\"}", "channel");
  take_bad (fixture, "{\"type\":\"samples\",\"now_ms\":1,\"rows\":[]}", "columns");
  take_bad (fixture, "{\"type\":\"forgotten\"}", "channel_id");
  take_bad (fixture, deep, "cannot be understood");
  take_bad (fixture, huge, "bytes");
  assert_ids (fixture, "d b a"); /* what was known stays */

  /* A type of the future is skipped. */
  take_good (fixture, g_string_new ("{\"type\":\"weather\",\"rain\":true}"), NOW_US);
  take_good (fixture, weir_feed_write_samples (NOW_MS, NULL, 0, 0, &next), NOW_US);
}

static void
test_same_number (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirChannelInfo) info = info_at ("x", 2, NOW_MS);
  g_autoptr (GString) text = weir_feed_write_opened (info);

  begin (fixture);
  take_bad (fixture, text->str, "same number 2");
}

/* 10 000 channels, in as many messages as it takes, and each of them forgotten. */
static void
test_many (Fixture *fixture, gconstpointer data)
{
  WeirChannelInfo **infos = g_new (WeirChannelInfo *, 10000);
  g_autoptr (GArray) samples = g_array_new (FALSE, FALSE, sizeof (WeirSample));
  gint64 start = g_get_monotonic_time ();
  guint next = 0;

  g_signal_handlers_disconnect_by_func (fixture->list, items_changed_cb,
                                        fixture); /* it compares all of the list each time */
  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *id = g_strdup_printf ("channel-%u", i);
      WeirSample sample = { i, { .written_bytes = i } };

      infos[i] = info_at (id, i, NOW_MS - i % 977);
      g_array_append_val (samples, sample);
    }
  take_snapshot (fixture, infos, 10000, NOW_US);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->list)), ==, 10000);
  g_test_message ("snapshot: %.3f s", (g_get_monotonic_time () - start) / 1e6);

  start = g_get_monotonic_time ();
  while (next < 10000)
    take_good (fixture, weir_feed_write_samples (NOW_MS + 250, (WeirSample *) samples->data, 10000, next, &next),
               NOW_US + S / 4);
  g_test_message ("samples: %.3f s", (g_get_monotonic_time () - start) / 1e6);

  for (guint i = 1; i < 10000; i++)
    g_assert_cmpint (weir_channel_get_info (weir_channel_list_peek (fixture->list, i - 1))->created_at_ms, <=,
                     weir_channel_get_info (weir_channel_list_peek (fixture->list, i))->created_at_ms);
  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *id = g_strdup_printf ("channel-%u", i);

      take_good (fixture, weir_feed_write_forgotten (id), NOW_US);
    }
  weir_rows_sweep (fixture->rows);
  g_assert_cmpuint (weir_channel_list_get_size (fixture->list), ==, 0);
  g_free (infos);
}

/* Those that are forgotten between two ticks leave in one step; one that comes again meanwhile is a new one. */
static void
test_forgotten_together (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirChannel) before = NULL;
  guint n_signals;

  begin (fixture);
  n_signals = fixture->n_signals;
  take_good (fixture, weir_feed_write_forgotten ("a"), NOW_US);
  take_good (fixture, weir_feed_write_forgotten ("d"), NOW_US);
  weir_rows_sweep (fixture->rows);
  assert_ids (fixture, "b");
  g_assert_cmpuint (fixture->n_signals, ==, n_signals + 1);

  before = g_object_ref (weir_channel_list_lookup (fixture->list, "b"));
  take_good (fixture, weir_feed_write_forgotten ("b"), NOW_US);
  assert_ids (fixture, "b");
  take_opened (fixture, info_at ("b", 7, NOW_MS), NOW_US);
  assert_ids (fixture, "b");
  g_assert_true (weir_channel_list_lookup (fixture->list, "b") != before);
  weir_rows_sweep (fixture->rows);
  assert_ids (fixture, "b");

  take_good (fixture, weir_feed_write_forgotten ("b"), NOW_US);
  weir_point_model_lose (fixture->model);
  assert_ids (fixture, "");
}

/* What a point says takes only so much memory, and so does what is drawn of it; what goes makes room. */
static void
test_memory (Fixture *fixture, gconstpointer data)
{
  g_autofree char *long_name = g_strnfill (1000, 'x');
  WeirChannelInfo *info = info_at ("e", 5, NOW_MS);
  g_autoptr (GString) text = NULL;
  WeirSeries *series;
  gsize size;
  guint next = 0;

  begin (fixture);
  weir_point_model_set_limits (fixture->model, 4 * sizeof (WeirChannelInfo) + 400, 0);
  g_free (info->writer.function_id);
  info->writer.function_id = g_steal_pointer (&long_name);
  text = weir_feed_write_opened (info);
  take_bad (fixture, text->str, "takes more than");
  assert_ids (fixture, "d b a");
  weir_channel_info_free (info);
  take_opened (fixture, info_at ("e", 5, NOW_MS), NOW_US);
  take_good (fixture, weir_feed_write_forgotten ("e"), NOW_US);
  take_opened (fixture, info_at ("f", 6, NOW_MS), NOW_US);

  series = weir_channel_get_series (weir_channel_list_lookup (fixture->list, "b"));
  size = weir_series_get_size (series);
  for (guint i = 1; i <= 100; i++)
    take_good (fixture,
               weir_feed_write_samples (NOW_MS + i * 250, &(WeirSample){ 2, { .sent_bytes = i } }, 1, 0, &next),
               NOW_US + i * S / 4);
  g_assert_cmpuint (weir_series_get_size (series), ==, size);
  g_assert_cmpfloat (weir_series_rate (series, WEIR_SERIES_SENT, NOW_US + 25 * S, S), >, 0);
}

/* Random comings and goings, checked against the plain way by the view of the fixture. */
static void
test_random (Fixture *fixture, gconstpointer data)
{
  WeirChannelInfo *infos[20];

  for (guint round = 0; round < 200; round++)
    {
      guint n_infos = g_test_rand_int_range (0, G_N_ELEMENTS (infos) + 1);

      for (guint i = 0; i < n_infos; i++)
        {
          guint32 n = g_test_rand_int_range (0, 2) * G_N_ELEMENTS (infos) + i;
          g_autofree char *id = g_strdup_printf ("c%u", n);

          infos[i] = info_at (id, n, NOW_MS - g_test_rand_int_range (0, 50));
        }
      take_snapshot (fixture, infos, n_infos, NOW_US);
      g_assert_cmpuint (fixture->view->len, ==, n_infos);
      for (guint i = 1; i < n_infos; i++)
        g_assert_cmpuint (weir_channel_list_get_size (fixture->list), ==, n_infos);
    }
}

static const char *
point_of (Fixture *fixture, const char *id)
{
  return weir_channel_get_point (weir_channel_list_lookup (fixture->list, id));
}

/* Two points see one channel: one row, the nearer's, and it stays the same one when either forgets it. */
static void
test_two_points (Fixture *fixture, gconstpointer data)
{
  WeirPointModel *relay = weir_point_model_new ("relay-1", WEIR_PLANE_RELAY, fixture->rows);
  WeirChannelInfo *info = info_at ("b", 77, NOW_MS - 2000);
  WeirChannelInfo *infos[] = { info };
  g_autoptr (GString) text = NULL;
  WeirChannel *row;
  guint n_signals;
  guint next = 0;

  begin (fixture);
  row = weir_channel_list_lookup (fixture->list, "b");
  n_signals = fixture->n_signals;
  text = weir_feed_write_snapshot (NOW_MS, infos, 1, 0, &next);
  g_assert_true (weir_point_model_take (relay, text->str, text->len, NOW_US, NULL));
  assert_ids (fixture, "d b a");
  g_assert_true (weir_point_model_lookup (relay, "b") == row);
  g_assert_cmpuint (weir_channel_get_n_planes (row), ==, 2);
  g_assert_cmpstr (point_of (fixture, "b"), ==, "relay-1");

  take_good (fixture, weir_feed_write_forgotten ("b"), NOW_US);
  weir_rows_sweep (fixture->rows);
  g_assert_cmpstr (point_of (fixture, "b"), ==, "relay-1");
  g_assert_cmpint (weir_channel_get_info (row)->ended_by, ==, WEIR_ENDED_NOT); /* the relay sees it */
  take_opened (fixture, info_at ("b", 2, NOW_MS - 2000), NOW_US);
  g_assert_cmpstr (point_of (fixture, "b"), ==, "relay-1");
  g_assert_cmpuint (fixture->n_signals, ==, n_signals); /* the row never moved */

  weir_channel_info_free (info);
  weir_point_model_free (relay);
  assert_ids (fixture, "d b a");
  g_assert_cmpstr (point_of (fixture, "b"), ==, "engine-1");
  g_assert_true (weir_channel_list_lookup (fixture->list, "b") == row);
}

/* What one point says is a feed is none of the channels, whoever sees it. */
static void
test_hidden_everywhere (Fixture *fixture, gconstpointer data)
{
  WeirPointModel *relay = weir_point_model_new ("relay-1", WEIR_PLANE_RELAY, fixture->rows);
  WeirChannelInfo *info = info_at ("feed", 77, NOW_MS);
  WeirChannelInfo *infos[] = { info };
  g_autoptr (GString) text = NULL, again = NULL;
  guint next = 0;

  begin (fixture);
  text = weir_feed_write_snapshot (NOW_MS, infos, 1, 0, &next);
  g_assert_true (weir_point_model_take (relay, text->str, text->len, NOW_US, NULL));
  assert_ids (fixture, "feed d b a");
  info->internal = TRUE;
  take_opened (fixture, g_steal_pointer (&info), NOW_US);
  assert_ids (fixture, "d b a");

  info = info_at ("feed", 77, NOW_MS);
  again = weir_feed_write_changed (info);
  g_assert_true (weir_point_model_take (relay, again->str, again->len, NOW_US, NULL));
  assert_ids (fixture, "d b a");
  weir_channel_info_free (info);
  weir_point_model_free (relay);
}

/* --- groups --- */

static WeirChannelInfo *
passed_in (const char *id, guint32 n, const char *invocation_id, gint64 at_ms)
{
  WeirChannelInfo *info = info_at (id, n, NOW_MS - 1000 + n);
  WeirPassedInfo *passed = weir_passed_info_new ();

  passed->function_id = g_strdup ("transform::worker");
  passed->path = g_strdup ("reader");
  passed->by_worker_id = g_strdup ("w1");
  passed->invocation_id = g_strdup (invocation_id);
  passed->at_ms = at_ms;
  g_ptr_array_add (info->passed, passed);
  return info;
}

static guint
group_of (Fixture *fixture, const char *id)
{
  return weir_channel_get_group (weir_channel_list_lookup (fixture->list, id));
}

static void
test_groups (Fixture *fixture, gconstpointer data)
{
  WeirChannelInfo *infos[] = { passed_in ("in", 1, "call-1", NOW_MS),    passed_in ("out", 2, "call-1", NOW_MS),
                               passed_in ("alone", 3, "call-2", NOW_MS), passed_in ("void1", 4, NULL, NOW_MS),
                               passed_in ("void2", 5, NULL, NOW_MS),     passed_in ("void3", 6, NULL, NOW_MS + 1) };

  take_snapshot (fixture, infos, G_N_ELEMENTS (infos), NOW_US);
  g_assert_cmpuint (group_of (fixture, "in"), !=, 0);
  g_assert_cmpuint (group_of (fixture, "in"), ==, group_of (fixture, "out"));
  g_assert_cmpuint (group_of (fixture, "alone"), ==, 0);
  g_assert_cmpuint (group_of (fixture, "void1"), !=, 0);
  g_assert_cmpuint (group_of (fixture, "void1"), !=, group_of (fixture, "in"));
  g_assert_cmpuint (group_of (fixture, "void1"), ==, group_of (fixture, "void2"));
  g_assert_cmpuint (group_of (fixture, "void3"), ==, 0);

  /* One that is left alone has no group any more. */
  take_good (fixture, weir_feed_write_forgotten ("out"), NOW_US);
  weir_rows_sweep (fixture->rows);
  g_assert_cmpuint (group_of (fixture, "in"), ==, 0);
}

/* The life of a channel says whose refs went with its own: in that call, not in another of the group. */
static void
test_groups_life (Fixture *fixture, gconstpointer data)
{
  WeirChannelInfo *infos[] = { passed_in ("in", 1, "call-1", NOW_MS), passed_in ("out", 2, "call-1", NOW_MS),
                               passed_in ("far", 3, "call-2", NOW_MS + 5), passed_in ("alone", 4, NULL, NOW_MS) };
  WeirPassedInfo *passed = weir_passed_info_new ();
  g_autoptr (GPtrArray) life = NULL;
  g_autoptr (GPtrArray) alone = NULL;
  guint n_with = 0;

  passed->function_id = g_strdup ("x");
  passed->path = g_strdup ("reader");
  passed->invocation_id = g_strdup ("call-2");
  passed->at_ms = NOW_MS + 5;
  g_ptr_array_add (infos[1]->passed, passed);
  take_snapshot (fixture, infos, G_N_ELEMENTS (infos), NOW_US);
  g_assert_cmpuint (group_of (fixture, "in"), ==, group_of (fixture, "far"));

  life = weir_channel_dup_life (weir_channel_list_lookup (fixture->list, "out"));
  for (guint i = 0; i < life->len; i++)
    {
      const WeirLifeEvent *event = life->pdata[i];

      if (event->kind != WEIR_LIFE_WITH)
        continue;
      g_assert_cmpint (((WeirLifeEvent *) life->pdata[i - 1])->kind, ==, WEIR_LIFE_PASSED);
      g_assert_cmpuint (g_strv_length (event->with), ==, 1);
      g_assert_cmpstr (event->with[0], ==, n_with++ == 0 ? "in" : "far");
    }
  g_assert_cmpuint (n_with, ==, 2);

  alone = weir_channel_dup_life (weir_channel_list_lookup (fixture->list, "alone"));
  for (guint i = 0; i < alone->len; i++)
    g_assert_cmpint (((WeirLifeEvent *) alone->pdata[i])->kind, !=, WEIR_LIFE_WITH);
}

/* A ref that is passed on later joins what it went with then. */
static void
test_groups_join (Fixture *fixture, gconstpointer data)
{
  WeirChannelInfo *infos[] = { passed_in ("a", 1, "call-1", NOW_MS), passed_in ("b", 2, "call-1", NOW_MS),
                               passed_in ("c", 3, "call-2", NOW_MS), passed_in ("d", 4, "call-2", NOW_MS) };
  WeirChannelInfo *more;
  WeirPassedInfo *passed = weir_passed_info_new ();
  guint n_changed = 0;

  take_snapshot (fixture, infos, G_N_ELEMENTS (infos), NOW_US);
  g_assert_cmpuint (group_of (fixture, "a"), !=, group_of (fixture, "c"));
  g_signal_connect (weir_channel_list_lookup (fixture->list, "d"), "changed", G_CALLBACK (count_cb), &n_changed);

  more = passed_in ("a", 1, "call-1", NOW_MS);
  passed->function_id = g_strdup ("x");
  passed->path = g_strdup ("reader");
  passed->invocation_id = g_strdup ("call-2");
  g_ptr_array_add (more->passed, passed);
  take_changed (fixture, more, NOW_US);
  g_assert_cmpuint (group_of (fixture, "a"), ==, group_of (fixture, "d"));
  g_assert_cmpuint (group_of (fixture, "b"), ==, group_of (fixture, "c"));
  g_assert_cmpuint (n_changed, <=, 1);
}

/* One channel that is passed on for ever. */
static void
test_groups_bounded (Fixture *fixture, gconstpointer data)
{
  begin (fixture);
  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *call = g_strdup_printf ("call-%u", i);

      take_changed (fixture, passed_in ("a", 1, call, NOW_MS + i), NOW_US);
    }
  take_opened (fixture, passed_in ("late", 50, "call-9999", NOW_MS), NOW_US);
  g_assert_cmpuint (group_of (fixture, "late"), ==, group_of (fixture, "a"));
  take_opened (fixture, passed_in ("early", 51, "call-0", NOW_MS), NOW_US);
  g_assert_cmpuint (group_of (fixture, "early"), ==, 0); /* forgotten */
}

/* What is known of our ends stays, whatever the point says of them, and as long as there is room. */
static void
test_own (void)
{
  g_autoptr (WeirChannel) channel = make_channel ("a");
  g_autoptr (WeirPlane) other = make_plane ();
  WeirChannelInfo *ours = make_info ("a", 1);
  guint n_changed = 0;

  g_signal_connect (channel, "changed", G_CALLBACK (count_cb), &n_changed);
  weir_channel_set_own (channel, WEIR_DIRECTION_WRITE, TRUE);
  weir_channel_set_own (channel, WEIR_DIRECTION_WRITE, TRUE);
  weir_channel_set_own (channel, WEIR_DIRECTION_READ, FALSE);
  g_assert_cmpuint (n_changed, ==, 1);
  g_assert_true (weir_channel_get_info (channel)->writer.is_ours);
  g_assert_false (weir_channel_get_info (channel)->reader.is_ours);

  ours->is_ours = TRUE;
  weir_channel_apply_info (channel, weir_channel_get_home (channel), ours, NOW_US);
  g_assert_true (weir_channel_get_info (channel)->writer.is_ours);
  weir_channel_apply_info (channel, weir_channel_get_home (channel), make_info ("a", 1), NOW_US);
  g_assert_true (weir_channel_get_info (channel)->is_ours);

  weir_channel_apply_info (channel, other, make_info ("a", 7), NOW_US); /* another plane sees it, too */
  g_assert_true (weir_channel_get_info (channel)->is_ours);
  g_assert_true (weir_channel_get_info (channel)->writer.is_ours);
  g_assert_false (weir_channel_get_info (channel)->reader.is_ours);

  weir_channel_set_own (channel, WEIR_DIRECTION_WRITE, FALSE);
  g_assert_false (weir_channel_get_info (channel)->writer.is_ours);
}

static void
test_own_ends (void)
{
  g_autoptr (WeirOwnEnds) ends = weir_own_ends_new ();

  g_assert_false (weir_own_ends_set (ends, "a", WEIR_DIRECTION_READ, FALSE));
  g_assert_true (weir_own_ends_set (ends, "a", WEIR_DIRECTION_READ, TRUE));
  g_assert_false (weir_own_ends_set (ends, "a", WEIR_DIRECTION_READ, TRUE));
  g_assert_true (weir_own_ends_has (ends, "a", WEIR_DIRECTION_READ));
  g_assert_false (weir_own_ends_has (ends, "a", WEIR_DIRECTION_WRITE));
  g_assert_true (weir_own_ends_set (ends, "a", WEIR_DIRECTION_READ, FALSE));
  g_assert_false (weir_own_ends_has (ends, "a", WEIR_DIRECTION_READ));

  for (guint i = 0; i <= WEIR_OWN_ENDS_MAX; i++)
    {
      g_autofree char *id = g_strdup_printf ("%u", i);

      g_assert_true (weir_own_ends_set (ends, id, WEIR_DIRECTION_WRITE, TRUE));
    }
  g_assert_false (weir_own_ends_has (ends, "0", WEIR_DIRECTION_WRITE));
  g_assert_true (weir_own_ends_has (ends, "1", WEIR_DIRECTION_WRITE));
}

#define FEED(path, test) g_test_add ("/observer/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/observer/channel/times", test_times);
  g_test_add_func ("/observer/channel/rates", test_rates);
  g_test_add_func ("/observer/channel/short", test_short);
  g_test_add_func ("/observer/channel/held", test_held);
  g_test_add_func ("/observer/channel/held-on", test_held_on);
  g_test_add_func ("/observer/channel/last-read", test_last_read);
  g_test_add_func ("/observer/channel/last-read-probed", test_last_read_probed);
  g_test_add_func ("/observer/channel/last-read-late", test_last_read_late);
  g_test_add_func ("/observer/channel/changed", test_changed);
  g_test_add_func ("/observer/channel/big-text", test_big_text);
  g_test_add_func ("/observer/channel/text-waits", test_text_waits);
  g_test_add_func ("/observer/channel/hostile-times", test_hostile_times);
  g_test_add_func ("/observer/channel/own", test_own);
  g_test_add_func ("/observer/summary", test_summary);
  g_test_add_func ("/observer/recent-ids", test_recent_ids);
  g_test_add_func ("/observer/own-ends", test_own_ends);
  g_test_add_func ("/observer/clock/learn", test_clock);
  FEED ("feed/whole", test_feed);
  FEED ("feed/sample-time", test_sample_time);
  FEED ("feed/internal", test_internal);
  FEED ("feed/internal-at-once", test_internal_at_once);
  FEED ("feed/memory", test_memory);
  FEED ("feed/forgotten-together", test_forgotten_together);
  FEED ("feed/lost", test_lost);
  FEED ("feed/parts", test_parts);
  FEED ("feed/bad", test_bad_feed);
  FEED ("feed/same-number", test_same_number);
  FEED ("feed/many", test_many);
  FEED ("feed/random", test_random);
  FEED ("feed/two-points", test_two_points);
  FEED ("hidden-everywhere", test_hidden_everywhere);
  FEED ("groups/calls", test_groups);
  FEED ("groups/join", test_groups_join);
  FEED ("groups/life", test_groups_life);
  FEED ("groups/bounded", test_groups_bounded);
  return g_test_run ();
}
