/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine-stage.h"

/* What an observer does to channels on purpose, by the point's functions, with real sockets. */

typedef struct
{
  Stage base;
  RawPeer *writer;
  RawPeer *reader;
  char *id;
} Live;

static const char *const permitted[] = { "--permit", "see,read,interfere", NULL };

static void
live_begin (Live *self)
{
  g_autofree char *writer_path = NULL;
  g_autofree char *reader_path = NULL;

  stage_begin (&self->base, permitted);
  worker_announce (self->base.observer, "weir:17");
  stage_watch (&self->base);
  worker_create_channel (self->base.maker, "{}", &writer_path, &reader_path);
  self->id = channel_of (writer_path);
  self->reader = raw_peer_open (self->base.engine->port, reader_path);
  self->writer = raw_peer_open (self->base.engine->port, writer_path);
}

static void
live_clear (Live *self)
{
  g_clear_pointer (&self->writer, raw_peer_free);
  g_clear_pointer (&self->reader, raw_peer_free);
  g_free (self->id);
  stage_clear (&self->base);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Live, live_clear)

/* @more: members of the call beside the channel's id. */
static char *
ask (Live *self, const char *verb, const char *more)
{
  g_autofree char *data = g_strdup_printf ("{\"channel_id\":\"%s\",%s}", self->id, more);

  return ask_point (&self->base, verb, data);
}

static void
shape (Live *self, const char *how)
{
  g_autofree char *more = g_strdup_printf ("\"watch_id\":%u%s", self->base.watch_id, how);
  g_autofree char *result = ask (self, "shape", more);

  g_assert_cmpstr (result, ==, "{}");
}

static void
expect_text (RawPeer *peer, const char *wanted)
{
  g_autofree char *text = raw_peer_next_text (peer);

  g_assert_cmpstr (text, ==, wanted);
}

/* Reads the feed until the channel is shaped by @n, and returns what it tells. */
static WeirChannelInfo *
wait_shapes (Live *self, guint n)
{
  gint64 until = g_get_monotonic_time () + RAW_LIMIT_MS * 1000;

  while (g_get_monotonic_time () < until)
    {
      g_autoptr (WeirFeed) feed = next_feed (&self->base);

      for (guint i = 0; i < feed->channels->len; i++)
        {
          const WeirChannelInfo *info = feed->channels->pdata[i];

          if (g_str_equal (info->channel_id, self->id) && (info->shapes != NULL ? info->shapes->len : 0) == n)
            return weir_channel_info_copy (info);
        }
    }
  g_error ("the channel has not been shaped by %u", n);
}

static const WeirActInfo *
last_act (const WeirChannelInfo *info)
{
  g_assert_nonnull (info->acts);
  return info->acts->pdata[info->acts->len - 1];
}

static void
test_hold (void)
{
  g_auto (Live) live = { 0 };
  g_autoptr (WeirChannelInfo) held = NULL;
  g_autoptr (WeirChannelInfo) free = NULL;
  const WeirShapeInfo *info;

  live_begin (&live);
  shape (&live, ",\"pause\":true");
  raw_peer_send_text (live.writer, "one");
  held = wait_state (&live.base, live.id, WEIR_STATE_HELD);
  g_assert_cmpuint (held->shapes->len, ==, 1);
  info = held->shapes->pdata[0];
  g_assert_true (info->pause);
  g_assert_cmpstr (info->worker_name, ==, "weir:17");
  g_assert_cmpint (last_act (held)->act, ==, WEIR_ACT_HELD);
  g_assert_cmpstr (last_act (held)->worker_name, ==, "weir:17");

  shape (&live, "");
  expect_text (live.reader, "one");
  free = wait_shapes (&live, 0);
  g_assert_cmpint (last_act (free)->act, ==, WEIR_ACT_LET_GO);
}

static void
test_inject (void)
{
  g_auto (Live) live = { 0 };
  g_autofree char *text = NULL;
  g_autofree char *binary = NULL;
  g_auto (RawFrame) frame = { 0 };

  live_begin (&live);
  raw_peer_send_text (live.writer, "before");
  expect_text (live.reader, "before");
  text = ask (&live, "inject", "\"kind\":\"text\",\"data\":\"grüße\"");
  g_assert_cmpstr (text, ==, "{\"seq\":2}");
  binary = ask (&live, "inject", "\"kind\":\"binary\",\"data_base64\":\"AP8=\"");
  g_assert_cmpstr (binary, ==, "{\"seq\":3}");
  expect_text (live.reader, "grüße");
  raw_peer_next (live.reader, &frame);
  g_assert_cmphex (frame.first, ==, RAW_FINAL | RAW_BINARY);
  g_assert_cmpmem (g_bytes_get_data (frame.payload, NULL), g_bytes_get_size (frame.payload), "\x00\xff", 2);
  raw_peer_send_text (live.writer, "after");
  expect_text (live.reader, "after");
  raw_peer_send_close (live.writer, 1000, "");
  g_assert_cmpuint (raw_peer_wait_close (live.reader, NULL), ==, 0);
  raw_peer_send_close (live.reader, 1000, "");
  {
    g_autoptr (WeirChannelInfo) info = wait_state (&live.base, live.id, WEIR_STATE_CLOSED);

    g_assert_cmpuint (info->totals.written_messages, ==, 2);
    g_assert_cmpuint (info->totals.injected_messages, ==, 2);
    g_assert_cmpuint (info->totals.injected_bytes, ==, strlen ("grüße") + 2);
    g_assert_cmpuint (info->totals.sent_messages, ==, 4);
    g_assert_cmpint (last_act (info)->act, ==, WEIR_ACT_INJECTED);
    g_assert_cmpuint (last_act (info)->value, ==, 3);
  }
}

static void
test_close (void)
{
  for (guint is_writer = 0; is_writer < 2; is_writer++)
    {
      g_auto (Live) live = { 0 };
      g_autoptr (WeirChannelInfo) info = NULL;
      g_autofree char *result = NULL;
      g_autofree char *reason = NULL;

      live_begin (&live);
      raw_peer_send_text (live.writer, "one");
      expect_text (live.reader, "one");
      result = ask (&live, "close", is_writer ? "\"side\":\"writer\"" : "\"side\":\"reader\"");
      g_assert_cmpstr (result, ==, "{}");
      g_assert_cmpuint (raw_peer_wait_close (is_writer ? live.writer : live.reader, &reason), ==, 1001);
      g_assert_cmpstr (reason, ==, "closed_by_observer");
      g_assert_cmpuint (raw_peer_wait_close (is_writer ? live.reader : live.writer, NULL), ==, is_writer ? 0 : 1001);
      raw_peer_send_close (live.writer, 1000, "");
      raw_peer_send_close (live.reader, 1000, "");
      info = wait_state (&live.base, live.id, WEIR_STATE_CLOSED);
      g_assert_cmpint (info->ended_by, ==, WEIR_ENDED_OBSERVER);
      g_assert_cmpint (last_act (info)->act, ==, is_writer ? WEIR_ACT_CLOSED_WRITER : WEIR_ACT_CLOSED_READER);
    }
}

/* The shape goes with its watch: when that is stopped, when its feed is not read any more, when its observer dies. */
static void
test_undone (void)
{
  for (guint how = 0; how < 3; how++)
    {
      g_auto (Live) live = { 0 };
      g_autofree char *stop = NULL;

      live_begin (&live);
      stop = g_strdup_printf ("{\"watch_id\":%u}", live.base.watch_id);
      shape (&live, ",\"pause\":true");
      raw_peer_send_text (live.writer, "one");
      weir_channel_info_free (wait_state (&live.base, live.id, WEIR_STATE_HELD));
      if (how == 0)
        g_free (ask_point (&live.base, "stop", stop));
      else
        g_clear_pointer (&live.base.feed, raw_peer_free);
      if (how == 2)
        {
          raw_peer_free (live.base.observer);
          live.base.observer = worker_connect (live.base.engine, NULL, NULL);
        }
      expect_text (live.reader, "one");
    }
}

/* Of two observers, each undoes its own; the channel goes on when neither holds it. */
static void
test_two_observers (void)
{
  g_auto (Live) live = { 0 };
  g_autoptr (RawPeer) other = NULL;
  g_autoptr (RawPeer) feed = NULL;
  g_autoptr (WeirChannelInfo) both = NULL;
  g_autoptr (WeirChannelInfo) one = NULL;
  g_autofree char *ref = NULL;
  g_autofree char *watch = NULL;
  g_autofree char *shape_id = NULL;
  g_autofree char *watch_id = NULL;
  g_autofree char *watch_call = NULL;
  g_autofree char *result = NULL;
  g_autofree char *data = NULL;
  g_autofree char *stolen = NULL;

  live_begin (&live);
  other = worker_connect (live.base.engine, NULL, NULL);
  worker_announce (other, "weir:18");
  ref = create_feed (other, live.base.engine->port, &feed);
  watch = g_strconcat (live.base.prefix, "watch", NULL);
  shape_id = g_strconcat (live.base.prefix, "shape", NULL);
  watch_call = g_strdup_printf ("{\"writer\":%s}", ref);
  result = worker_ask (other, watch, watch_call);
  watch_id = message_dup_span (result, "watch_id");
  data = g_strdup_printf ("{\"channel_id\":\"%s\",\"watch_id\":%s,\"rate_bytes_per_s\":5000}", live.id, watch_id);
  g_free (worker_ask (other, shape_id, data));
  shape (&live, ",\"pause\":true");
  both = wait_shapes (&live, 2);
  g_assert_cmpstr (((WeirShapeInfo *) both->shapes->pdata[0])->worker_name, ==, "weir:18");
  g_assert_cmpuint (((WeirShapeInfo *) both->shapes->pdata[0])->rate_bytes_per_s, ==, 5000);
  g_assert_cmpstr (((WeirShapeInfo *) both->shapes->pdata[1])->worker_name, ==, "weir:17");

  /* Nobody uses the watch of another. */
  stolen = g_strdup_printf ("{\"channel_id\":\"%s\",\"watch_id\":%s}", live.id, watch_id);
  {
    g_autofree char *code = ask_point_error (&live.base, "shape", stolen);

    g_assert_cmpstr (code, ==, "WEIR_BAD_REQUEST");
  }

  raw_peer_send_text (live.writer, "one");
  weir_channel_info_free (wait_state (&live.base, live.id, WEIR_STATE_HELD));
  shape (&live, ",\"pause\":false");
  expect_text (live.reader, "one");
  one = wait_shapes (&live, 1);
  g_assert_cmpstr (((WeirShapeInfo *) one->shapes->pdata[0])->worker_name, ==, "weir:18");
  g_clear_pointer (&other, raw_peer_free);
  g_clear_pointer (&feed, raw_peer_free);
  weir_channel_info_free (wait_shapes (&live, 0));
}

static void
test_errors (void)
{
  static const struct
  {
    const char *verb, *more, *code, *words;
  } cases[] = {
    { "inject", "\"data\":\"x\"", "WEIR_BAD_REQUEST", "“kind”" },
    { "inject", "\"kind\":\"ping\",\"data\":\"x\"", "WEIR_BAD_REQUEST", "“kind”" },
    { "inject", "\"kind\":\"text\"", "WEIR_BAD_REQUEST", "“data”" },
    { "inject", "\"kind\":\"text\",\"data\":7", "WEIR_BAD_REQUEST", "“data”" },
    { "inject", "\"kind\":\"text\",\"data\":\"x\",\"data_base64\":\"eA==\"", "WEIR_BAD_REQUEST", "“data_base64”" },
    { "inject", "\"kind\":\"binary\",\"data_base64\":\"e A=\"", "WEIR_BAD_REQUEST", "“data_base64”" },
    { "inject", "\"kind\":\"text\",\"data_base64\":\"/w==\"", "WEIR_BAD_REQUEST", "UTF-8" },
    { "shape", "\"pause\":true", "WEIR_BAD_REQUEST", "“watch_id”" },
    { "shape", "\"pause\":true,\"watch_id\":99", "WEIR_BAD_REQUEST", "“watch_id”" },
    { "shape", "\"pause\":1,\"watch_id\":1", "WEIR_BAD_REQUEST", "“pause”" },
    { "shape", "\"rate_bytes_per_s\":0,\"watch_id\":1", "WEIR_BAD_REQUEST", "“rate_bytes_per_s”" },
    { "close", "\"side\":\"both\"", "WEIR_BAD_REQUEST", "“side”" },
    { "close", "\"code\":1000", "WEIR_BAD_REQUEST", "“side”" },
  };
  g_auto (Live) live = { 0 };
  g_autofree char *large = NULL;
  g_autofree char *filler = g_strnfill ((4u << 20) + 1, 'x');
  g_autofree char *code = NULL;
  g_autofree char *unknown = NULL;

  live_begin (&live);
  g_assert_cmpuint (live.base.watch_id, ==, 1);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *data = g_strdup_printf ("{\"channel_id\":\"%s\",%s}", live.id, cases[i].more);
      g_autofree char *function_id = g_strconcat (live.base.prefix, cases[i].verb, NULL);
      g_autofree char *id = worker_call (live.base.observer, function_id, data);
      g_autofree char *answer = worker_take_answer (live.base.observer, id);

      if (strstr (answer, cases[i].code) == NULL || strstr (answer, cases[i].words) == NULL)
        g_error ("%s of %s was answered with %s", cases[i].verb, cases[i].more, answer);
    }
  large = g_strdup_printf ("{\"channel_id\":\"%s\",\"kind\":\"text\",\"data\":\"%s\"}", live.id, filler);
  code = ask_point_error (&live.base, "inject", large);
  g_assert_cmpstr (code, ==, "WEIR_LIMIT");
  unknown = ask_point_error (&live.base, "close", "{\"channel_id\":\"x\",\"side\":\"writer\"}");
  g_assert_cmpstr (unknown, ==, "WEIR_UNKNOWN_CHANNEL");
}

/* Everybody may look, and nobody interferes, unless the engine was told so. */
static void
test_not_permitted (void)
{
  static const char *const verbs[] = { "inject", "shape", "close" };
  g_auto (Stage) stage = { 0 };

  stage_begin (&stage, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (verbs); i++)
    {
      g_autofree char *code = ask_point_error (&stage, verbs[i], "{\"channel_id\":\"x\"}");

      g_assert_cmpstr (code, ==, "WEIR_NOT_PERMITTED");
    }
}

/* A second connection for an end that is taken: who comes is closed, and the channel says so. */
static void
test_opened_twice (void)
{
  g_auto (Live) live = { 0 };
  g_autofree char *writer_path = NULL;
  g_autofree char *reader_path = NULL;
  g_autoptr (WeirChannelInfo) info = NULL;
  g_autoptr (RawPeer) first = NULL;
  g_autoptr (RawPeer) second = NULL;

  live_begin (&live);
  worker_create_channel (live.base.maker, "{}", &writer_path, &reader_path);
  first = raw_peer_open (live.base.engine->port, reader_path);
  second = raw_peer_open (live.base.engine->port, reader_path);
  g_assert_cmpuint (raw_peer_wait_close (second, NULL), ==, 0);
  g_free (live.id);
  live.id = channel_of (reader_path);
  do
    {
      g_clear_pointer (&info, weir_channel_info_free);
      info = wait_state (&live.base, live.id, WEIR_STATE_WAITING_WRITER);
    }
  while (info->reader.n_refused == 0);
  g_assert_cmpuint (info->reader.n_refused, ==, 1);
  g_assert_cmpint (info->reader.refused_at_ms, >=, info->reader.connected_at_ms);
  g_assert_cmpuint (info->writer.n_refused, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/interfere/hold", test_hold);
  g_test_add_func ("/engine/interfere/inject", test_inject);
  g_test_add_func ("/engine/interfere/close", test_close);
  g_test_add_func ("/engine/interfere/undone", test_undone);
  g_test_add_func ("/engine/interfere/two-observers", test_two_observers);
  g_test_add_func ("/engine/interfere/errors", test_errors);
  g_test_add_func ("/engine/interfere/not-permitted", test_not_permitted);
  g_test_add_func ("/engine/interfere/opened-twice", test_opened_twice);
  return g_test_run ();
}
