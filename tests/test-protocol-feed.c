/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "weir-feed.h"

#include <string.h>

static WeirChannelInfo *
info_new (guint n)
{
  g_autofree char *id = g_strdup_printf ("channel-%u", n);
  WeirChannelInfo *info = weir_channel_info_new (id);

  info->n = n;
  info->state = WEIR_STATE_FLOWING;
  info->totals.written_bytes = n * 1000;
  return info;
}

static WeirFeed *
parse (GString *message)
{
  g_autoptr (GError) error = NULL;
  WeirFeed *feed = weir_feed_parse ((WeirSpan){ message->str, message->len }, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (message->len, <=, WEIR_FEED_MAX_SIZE);
  return feed;
}

static WeirChannelInfo *
channel_at (WeirFeed *feed, guint i)
{
  return g_ptr_array_index (feed->channels, i);
}

static void
test_opened_and_changed (void)
{
  g_autoptr (WeirChannelInfo) info = info_new (17);
  g_autoptr (GString) opened = weir_feed_write_opened (info);
  g_autoptr (GString) changed = weir_feed_write_changed (info);
  g_autoptr (WeirFeed) opened_feed = parse (opened);
  g_autoptr (WeirFeed) changed_feed = parse (changed);

  g_assert_true (g_str_has_prefix (opened->str, "{\"type\":\"opened\",\"channel\":{\"channel_id\":\"channel-17\","));
  g_assert_true (g_str_has_prefix (changed->str, "{\"type\":\"changed\",\"channel_id\":\"channel-17\","));
  g_assert_cmpint (opened_feed->type, ==, WEIR_FEED_OPENED);
  g_assert_cmpint (changed_feed->type, ==, WEIR_FEED_CHANGED);
  g_assert_cmpuint (opened_feed->channels->len, ==, 1);
  g_assert_cmpuint (changed_feed->channels->len, ==, 1);
  g_assert_cmpstr (channel_at (opened_feed, 0)->channel_id, ==, "channel-17");
  g_assert_cmpint (channel_at (changed_feed, 0)->state, ==, WEIR_STATE_FLOWING);
  g_assert_cmpuint (channel_at (changed_feed, 0)->totals.written_bytes, ==, 17000);
}

static void
test_forgotten (void)
{
  g_autoptr (GString) message = weir_feed_write_forgotten ("a\"b");
  g_autoptr (WeirFeed) feed = parse (message);

  g_assert_cmpint (feed->type, ==, WEIR_FEED_FORGOTTEN);
  g_assert_cmpstr (feed->channel_id, ==, "a\"b");
}

static void
test_empty_snapshot (void)
{
  guint next = 7;
  g_autoptr (GString) message = weir_feed_write_snapshot (123, NULL, 0, 0, &next);
  g_autoptr (WeirFeed) feed = parse (message);

  g_assert_cmpstr (message->str, ==, "{\"type\":\"snapshot\",\"now_ms\":123,\"channels\":[],\"last\":true}");
  g_assert_cmpuint (next, ==, 0);
  g_assert_cmpint (feed->type, ==, WEIR_FEED_SNAPSHOT);
  g_assert_cmpint (feed->now_ms, ==, 123);
  g_assert_true (feed->is_last);
}

/* Parts together are the whole, in order, each within the limit, and the last one alone says so. */
static void
test_snapshot_in_parts (void)
{
  g_autoptr (GPtrArray) infos = g_ptr_array_new_with_free_func ((GDestroyNotify) weir_channel_info_free);
  guint first = 0, n_parts = 0, n_read = 0;

  for (guint i = 0; i < 2000; i++)
    g_ptr_array_add (infos, info_new (i));
  while (first < infos->len)
    {
      guint next = 0;
      g_autoptr (GString) message =
          weir_feed_write_snapshot (5, (WeirChannelInfo *const *) infos->pdata, infos->len, first, &next);
      g_autoptr (WeirFeed) feed = parse (message);

      g_assert_cmpuint (next, >, first);
      g_assert_cmpuint (feed->channels->len, ==, next - first);
      g_assert_cmpint (feed->is_last, ==, next == infos->len);
      if (!feed->is_last)
        g_assert_cmpuint (message->len, >, WEIR_FEED_MAX_SIZE * 9 / 10);
      for (guint i = 0; i < feed->channels->len; i++)
        g_assert_cmpuint (channel_at (feed, i)->n, ==, n_read++);
      first = next;
      n_parts++;
    }
  g_assert_cmpuint (n_read, ==, infos->len);
  g_assert_cmpuint (n_parts, >, 3);
}

static void
test_samples (void)
{
  WeirSample samples[3] = { { .n = 17 }, { .n = G_MAXUINT32 }, { .n = 18, .totals.written_messages = 9 } };
  guint next = 0;
  g_autoptr (GString) message = NULL;
  g_autoptr (WeirFeed) feed = NULL;

  for (guint i = 0; i < WEIR_TOTALS_N_COLUMNS; i++)
    weir_totals_set (&samples[1].totals, i, (guint64) G_MAXINT64 - i);
  weir_totals_set_unknown (&samples[2].totals, WEIR_TOTALS_OF_READER | WEIR_TOTALS_OF_BUFFER);
  message = weir_feed_write_samples (99, samples, 3, 0, &next);
  g_assert_cmpuint (next, ==, 3);
  g_assert_true (g_str_has_prefix (
      message->str, "{\"type\":\"samples\",\"now_ms\":99,\"columns\":[\"written_bytes\",\"written_messages\","
                    "\"written_text\",\"sent_bytes\",\"sent_messages\",\"acked_bytes\",\"acked_messages\","
                    "\"paused_us\",\"buffered_messages\",\"buffered_bytes\",\"injected_bytes\",\"injected_messages\"],"
                    "\"rows\":[[17,0,0,0,0,0,0,0,0,0,0,0,0],["));
  g_assert_true (g_str_has_suffix (message->str, ",[18,0,9,0,null,null,null,null,0,null,null,0,0]]}"));
  feed = parse (message);
  g_assert_cmpint (feed->type, ==, WEIR_FEED_SAMPLES);
  g_assert_cmpint (feed->now_ms, ==, 99);
  g_assert_cmpmem (feed->samples->data, feed->samples->len * sizeof (WeirSample), samples, sizeof samples);
}

static void
test_empty_samples (void)
{
  guint next = 7;
  g_autoptr (GString) message = weir_feed_write_samples (99, NULL, 0, 0, &next);
  g_autoptr (WeirFeed) feed = parse (message);

  g_assert_cmpuint (next, ==, 0);
  g_assert_cmpuint (feed->samples->len, ==, 0);
}

static void
test_samples_in_parts (void)
{
  guint n_samples = 20000, first = 0, n_parts = 0, n_read = 0;
  g_autofree WeirSample *samples = g_new0 (WeirSample, n_samples);

  for (guint i = 0; i < n_samples; i++)
    samples[i] = (WeirSample){ .n = i, .totals = { .written_bytes = G_GUINT64_CONSTANT (123456789012345) } };
  while (first < n_samples)
    {
      guint next = 0;
      g_autoptr (GString) message = weir_feed_write_samples (5, samples, n_samples, first, &next);
      g_autoptr (WeirFeed) feed = parse (message);

      g_assert_cmpuint (next, >, first);
      g_assert_cmpuint (feed->samples->len, ==, next - first);
      for (guint i = 0; i < feed->samples->len; i++)
        g_assert_cmpuint (g_array_index (feed->samples, WeirSample, i).n, ==, n_read++);
      first = next;
      n_parts++;
    }
  g_assert_cmpuint (n_read, ==, n_samples);
  g_assert_cmpuint (n_parts, >, 1);
}

#define COLUMNS                                                                                                        \
  "\"sent_bytes\",\"sent_messages\",\"acked_bytes\",\"acked_messages\",\"paused_us\",\"buffered_messages\","           \
  "\"buffered_bytes\",\"written_bytes\",\"written_messages\",\"written_text\""

/* Columns go by their names: in any order, with others between, with figures that the point does not know. */
static void
test_columns_by_name (void)
{
  g_autoptr (GString) message =
      g_string_new ("{\"rows\":[[5,[\"x\"],1,2,3,4,5,6,7,8,null,10]],\"columns\":[\"future\"," COLUMNS
                    "],\"now_ms\":1,\"type\":\"samples\"}");
  g_autoptr (WeirFeed) feed = parse (message);
  const WeirSample *sample = &g_array_index (feed->samples, WeirSample, 0);

  g_assert_cmpuint (sample->n, ==, 5);
  g_assert_cmpuint (sample->totals.sent_bytes, ==, 1);
  g_assert_cmpuint (sample->totals.buffered_bytes, ==, 7);
  g_assert_cmpuint (sample->totals.written_bytes, ==, 8);
  g_assert_cmpuint (sample->totals.written_messages, ==, 0);
  g_assert_cmpuint (sample->totals.unknown, ==, WEIR_TOTALS_WRITTEN_MESSAGES);
  g_assert_cmpuint (sample->totals.written_text, ==, 10);
}

static void
test_unknown_type (void)
{
  g_autoptr (GString) message = g_string_new ("{\"type\":\"of-the-future\",\"x\":[1,2]}");
  g_autoptr (WeirFeed) feed = parse (message);

  g_assert_cmpint (feed->type, ==, WEIR_FEED_UNKNOWN);
}

static void
test_call (void)
{
  WeirCallInfo call = { .function_id = (char *) "files::store",
                        .by_worker_id = (char *) "w1",
                        .by_worker_name = (char *) "node-a",
                        .bytes = 3 << 20,
                        .n_calls = 12,
                        .at_ms = 1700000000000,
                        .has_stream = TRUE };
  g_autoptr (GString) message = weir_feed_write_call (&call);
  g_autoptr (WeirFeed) feed = parse (message);
  g_autoptr (GString) least =
      g_string_new ("{\"type\":\"call\",\"function_id\":\"f\",\"bytes\":1,\"by\":null,\"at_ms\":2}");
  g_autoptr (WeirFeed) of_least = parse (least);

  g_assert_cmpint (feed->type, ==, WEIR_FEED_CALL);
  g_assert_cmpstr (feed->call->function_id, ==, "files::store");
  g_assert_cmpstr (feed->call->by_worker_id, ==, "w1");
  g_assert_cmpstr (feed->call->by_worker_name, ==, "node-a");
  g_assert_cmpuint (feed->call->bytes, ==, 3 << 20);
  g_assert_cmpuint (feed->call->n_calls, ==, 12);
  g_assert_cmpint (feed->call->at_ms, ==, 1700000000000);
  g_assert_true (feed->call->has_stream);
  g_assert_cmpstr (of_least->call->function_id, ==, "f");
  g_assert_null (of_least->call->by_worker_name);
  g_assert_cmpuint (of_least->call->n_calls, ==, 1);
  g_assert_false (of_least->call->has_stream);
}

static void
test_broken (void)
{
  static const struct
  {
    const char *text;
    int code; /* WeirJsonError, as a GError has it */
    const char *names;
  } rows[] = {
    { "", WEIR_JSON_ERROR_SYNTAX, "" },
    { "{", WEIR_JSON_ERROR_SYNTAX, "" },
    { "[]", WEIR_JSON_ERROR_TYPE, "object" },
    { "{}", WEIR_JSON_ERROR_MISSING, "type" },
    { "{\"type\":7}", WEIR_JSON_ERROR_TYPE, "type" },
    { "{\"type\":\"snapshot\"}", WEIR_JSON_ERROR_MISSING, "now_ms" },
    { "{\"type\":\"snapshot\",\"now_ms\":\"1\"}", WEIR_JSON_ERROR_TYPE, "now_ms" },
    { "{\"type\":\"snapshot\",\"now_ms\":0.5}", WEIR_JSON_ERROR_TYPE, "now_ms" },
    { "{\"type\":\"snapshot\",\"now_ms\":1}", WEIR_JSON_ERROR_MISSING, "channels" },
    { "{\"type\":\"snapshot\",\"now_ms\":1,\"channels\":{},\"last\":true}", WEIR_JSON_ERROR_TYPE, "channels" },
    { "{\"type\":\"snapshot\",\"now_ms\":1,\"channels\":[]}", WEIR_JSON_ERROR_MISSING, "last" },
    { "{\"type\":\"snapshot\",\"now_ms\":1,\"channels\":[],\"last\":1}", WEIR_JSON_ERROR_TYPE, "last" },
    { "{\"type\":\"snapshot\",\"now_ms\":1,\"channels\":[{}],\"last\":true}", WEIR_JSON_ERROR_MISSING, "channel_id" },
    { "{\"type\":\"snapshot\",\"now_ms\":1,\"channels\":[7],\"last\":true}", WEIR_JSON_ERROR_TYPE, "channel" },
    { "{\"type\":\"opened\"}", WEIR_JSON_ERROR_MISSING, "channel" },
    { "{\"type\":\"opened\",\"channel\":null}", WEIR_JSON_ERROR_TYPE, "channel" },
    { "{\"type\":\"changed\"}", WEIR_JSON_ERROR_MISSING, "channel_id" },
    { "{\"type\":\"changed\",\"channel_id\":\"c\"}", WEIR_JSON_ERROR_MISSING, "“n”" },
    { "{\"type\":\"internal\"}", WEIR_JSON_ERROR_MISSING, "channel_id" },
    { "{\"type\":\"forgotten\"}", WEIR_JSON_ERROR_MISSING, "channel_id" },
    { "{\"type\":\"forgotten\",\"channel_id\":7}", WEIR_JSON_ERROR_TYPE, "channel_id" },
    { "{\"type\":\"samples\"}", WEIR_JSON_ERROR_MISSING, "now_ms" },
    { "{\"type\":\"samples\",\"now_ms\":1}", WEIR_JSON_ERROR_MISSING, "columns" },
    { "{\"type\":\"samples\",\"now_ms\":1,\"columns\":[" COLUMNS "]}", WEIR_JSON_ERROR_MISSING, "rows" },
    { "{\"type\":\"samples\",\"now_ms\":1,\"columns\":[\"sent_bytes\"],\"rows\":[]}", WEIR_JSON_ERROR_MISSING,
      "written_bytes" },
    { "{\"type\":\"samples\",\"now_ms\":1,\"columns\":[" COLUMNS "],\"rows\":[7]}", WEIR_JSON_ERROR_TYPE, "rows" },
    { "{\"type\":\"samples\",\"now_ms\":1,\"columns\":[" COLUMNS "],\"rows\":[[]]}", WEIR_JSON_ERROR_TYPE, "rows" },
    { "{\"type\":\"samples\",\"now_ms\":1,\"columns\":[" COLUMNS "],\"rows\":[[1,2,3]]}", WEIR_JSON_ERROR_TYPE,
      "rows" },
    { "{\"type\":\"samples\",\"now_ms\":1,\"columns\":[" COLUMNS "],\"rows\":[[-1,1,2,3,4,5,6,7,8,9,10]]}",
      WEIR_JSON_ERROR_TYPE, "rows" },
    { "{\"type\":\"samples\",\"now_ms\":1,\"columns\":[" COLUMNS "],\"rows\":[[1,1,2,3,4,5,6,7,8,9,-10]]}",
      WEIR_JSON_ERROR_TYPE, "rows" },
    { "{\"type\":\"samples\",\"now_ms\":1,\"columns\":[" COLUMNS "],\"rows\":[[1,1,2,3,4,5,6,7,8,9,\"10\"]]}",
      WEIR_JSON_ERROR_TYPE, "rows" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (weir_feed_parse (WEIR_SPAN (rows[i].text), &error));
      g_assert_error (error, WEIR_JSON_ERROR, rows[i].code);
      g_assert_nonnull (strstr (error->message, rows[i].names));
    }
}

static void
test_too_large (void)
{
  gsize len = WEIR_FEED_MAX_SIZE + 1;
  g_autofree char *text = g_strnfill (len, ' ');
  g_autoptr (GError) error = NULL;

  memcpy (text, "{\"type\":\"x\"}", 12);
  g_assert_null (weir_feed_parse ((WeirSpan){ text, len }, &error));
  g_assert_error (error, WEIR_JSON_ERROR, WEIR_JSON_ERROR_SYNTAX);
  g_clear_error (&error);
  weir_feed_free (weir_feed_parse ((WeirSpan){ text, len - 1 }, &error));
  g_assert_no_error (error);
}

static void
test_cut_at_every_byte (void)
{
  g_autoptr (WeirChannelInfo) info = info_new (1);
  WeirSample sample = { .n = 1 };
  guint next;
  GString *messages[] = { weir_feed_write_snapshot (1, &info, 1, 0, &next), weir_feed_write_opened (info),
                          weir_feed_write_changed (info), weir_feed_write_forgotten ("c"),
                          weir_feed_write_samples (1, &sample, 1, 0, &next) };

  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    {
      for (gsize cut = 0; cut < messages[i]->len; cut++)
        {
          g_autofree char *copy = g_memdup2 (messages[i]->str, MAX (cut, 1));
          g_autoptr (GError) error = NULL;

          g_assert_null (weir_feed_parse ((WeirSpan){ copy, cut }, &error));
          g_assert_error (error, WEIR_JSON_ERROR, WEIR_JSON_ERROR_SYNTAX);
        }
      g_string_free (messages[i], TRUE);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/feed/opened-and-changed", test_opened_and_changed);
  g_test_add_func ("/protocol/feed/forgotten", test_forgotten);
  g_test_add_func ("/protocol/feed/empty-snapshot", test_empty_snapshot);
  g_test_add_func ("/protocol/feed/snapshot-in-parts", test_snapshot_in_parts);
  g_test_add_func ("/protocol/feed/samples", test_samples);
  g_test_add_func ("/protocol/feed/empty-samples", test_empty_samples);
  g_test_add_func ("/protocol/feed/samples-in-parts", test_samples_in_parts);
  g_test_add_func ("/protocol/feed/columns-by-name", test_columns_by_name);
  g_test_add_func ("/protocol/feed/unknown-type", test_unknown_type);
  g_test_add_func ("/protocol/feed/call", test_call);
  g_test_add_func ("/protocol/feed/broken", test_broken);
  g_test_add_func ("/protocol/feed/too-large", test_too_large);
  g_test_add_func ("/protocol/feed/cut-at-every-byte", test_cut_at_every_byte);
  return g_test_run ();
}
