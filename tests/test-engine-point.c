/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine-stage.h"
#include "weir-record.h"

/* The engine as a point: what an observer is told of channels that real sockets use. */

static void
test_describe (void)
{
  const char *const arguments[] = { "--name", "My Engine!", NULL };
  g_auto (Stage) stage = { 0 };
  g_autofree char *text = NULL;
  g_autofree char *permits = NULL;

  stage_begin (&stage, arguments);
  text = ask_point (&stage, "describe", "{}");
  assert_message (text, "mode", "engine");
  assert_message (text, "version", WEIR_VERSION);
  g_assert_true (g_str_has_prefix (stage.prefix, "weir::my-engine"));
  permits = message_dup_span (text, "permits");
  g_assert_cmpstr (permits, ==, "[\"see\",\"read\"]");
}

/* From nothing to closed, each state with the sockets that make it. */
static void
test_life_of_a_channel (void)
{
  g_auto (Stage) stage = { 0 };
  g_autofree char *writer_path = NULL;
  g_autofree char *reader_path = NULL;
  g_autofree char *id = NULL;
  g_autoptr (RawPeer) writer = NULL;
  g_autoptr (RawPeer) reader = NULL;
  g_autoptr (WeirChannelInfo) created = NULL;
  g_autoptr (WeirChannelInfo) waiting = NULL;
  g_autoptr (WeirChannelInfo) flowing = NULL;
  g_autoptr (WeirChannelInfo) closed = NULL;

  stage_begin (&stage, NULL);
  stage_watch (&stage);
  worker_create_channel (stage.maker, "{\"buffer_size\":7}", &writer_path, &reader_path);
  id = channel_of (writer_path);
  created = wait_state (&stage, id, WEIR_STATE_CREATED);
  g_assert_cmpuint (created->buffer_items, ==, 7);
  g_assert_cmpstr (created->creator_worker_name, ==, "maker");
  g_assert_cmpint (created->expires_at_ms, >, created->created_at_ms);
  reader = raw_peer_open (stage.engine->port, reader_path);
  waiting = wait_state (&stage, id, WEIR_STATE_WAITING_WRITER);
  g_assert_cmpint (waiting->reader.presence, ==, WEIR_PRESENCE_HERE);
  writer = raw_peer_open (stage.engine->port, writer_path);
  raw_peer_send_text (writer, "hello");
  g_free (raw_peer_next_text (reader));
  flowing = wait_state (&stage, id, WEIR_STATE_FLOWING);
  g_assert_cmpint (flowing->writer.how, ==, WEIR_HOW_CREATOR);
  raw_peer_send_close (writer, 1000, "stream_complete");
  g_assert_cmpuint (raw_peer_wait_close (reader, NULL), ==, 0);
  raw_peer_send_close (reader, 1000, "");
  closed = wait_state (&stage, id, WEIR_STATE_CLOSED);
  g_assert_cmpint (closed->ended_by, ==, WEIR_ENDED_WRITER);
  g_assert_cmpuint (closed->totals.written_messages, ==, 1);
  g_assert_cmpuint (closed->totals.written_text, ==, 1);
  g_assert_cmpuint (closed->totals.sent_bytes, ==, 5);
  g_assert_cmpint (closed->first_message_at_ms, >=, closed->writer.connected_at_ms);
  g_assert_cmpint (closed->first_message_at_ms, <=, closed->writer.closed_at_ms);
  g_assert_cmpint (waiting->first_message_at_ms, ==, 0);
  g_assert_cmpint (closed->writer.close_code, ==, 1000);
  g_assert_cmpstr (closed->writer.close_reason, ==, "stream_complete");
}

/* A consumer that hangs behind small messages: its kernel takes them all, but nobody has read them. */
static void
test_stalled (void)
{
  g_auto (Stage) stage = { 0 };
  g_autofree char *writer_path = NULL;
  g_autofree char *reader_path = NULL;
  g_autofree char *id = NULL;
  g_autoptr (RawPeer) writer = NULL;
  g_autoptr (RawPeer) reader = NULL;
  g_autoptr (WeirChannelInfo) stalled = NULL;
  g_autoptr (WeirChannelInfo) flowing = NULL;
  char message[41] = "0123456789012345678901234567890123456789";
  gint64 begin;

  stage_begin (&stage, NULL);
  stage_watch (&stage);
  worker_create_channel (stage.maker, "{}", &writer_path, &reader_path);
  id = channel_of (writer_path);
  reader = raw_peer_open (stage.engine->port, reader_path);
  writer = raw_peer_open (stage.engine->port, writer_path);
  begin = g_get_monotonic_time ();
  for (guint i = 0; i < 100; i++)
    raw_peer_send_text (writer, message);
  stalled = wait_state (&stage, id, WEIR_STATE_STALLED);
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, WEIR_STATE_QUIET_US);
  g_assert_cmpuint (stalled->totals.written_messages, ==, 100);
  g_assert_cmpuint (stalled->totals.acked_messages, <, 100);
  for (guint i = 0; i < 100; i++) /* it wakes up, reads, and answers what it was asked */
    {
      g_autofree char *text = raw_peer_next_text (reader);

      g_assert_cmpstr (text, ==, message);
    }
  {
    g_auto (RawFrame) ping = { 0 };

    raw_peer_receive (reader, &ping);
    g_assert_cmphex (ping.first, ==, RAW_FINAL | RAW_PING);
    raw_peer_send (reader, RAW_FINAL | RAW_PONG, g_bytes_get_data (ping.payload, NULL),
                   g_bytes_get_size (ping.payload));
  }
  flowing = wait_state (&stage, id, WEIR_STATE_FLOWING);
}

/* Whom a ref was handed to, and what became of that call. */
static void
test_passed (void)
{
  g_auto (Stage) stage = { 0 };
  g_autoptr (RawPeer) executor = NULL;
  g_autofree char *executor_id = NULL;
  g_autofree char *pair = NULL;
  g_autofree char *reader = NULL;
  g_autofree char *channel_id = NULL;
  g_autofree char *data = NULL;
  g_autofree char *id = NULL;
  g_autofree char *failure = NULL;
  gboolean has_failed = FALSE;

  stage_begin (&stage, NULL);
  executor = worker_connect (stage.engine, &executor_id, NULL);
  worker_announce (executor, "processor");
  worker_register (executor, "files::process");
  stage_watch (&stage);
  pair = worker_ask (stage.maker, "engine::channels::create", "{}");
  reader = message_dup_span (pair, "reader");
  channel_id = message_dup (reader, "channel_id");
  data = g_strdup_printf ("{\"input\":[{\"reader\":%s}]}", reader);
  id = worker_call (stage.maker, "files::process", data);
  g_free (raw_peer_next_text (executor));
  failure =
      g_strdup_printf ("{\"type\":\"invocationresult\",\"invocation_id\":\"%s\",\"function_id\":\"files::process\","
                       "\"error\":{\"code\":\"invocation_failed\",\"message\":\"no such file\"}}",
                       id);
  raw_peer_send_text (executor, failure);
  g_free (worker_take_answer (stage.maker, id));
  while (!has_failed)
    {
      g_autoptr (WeirChannelInfo) info = wait_state (&stage, channel_id, WEIR_STATE_CREATED);
      const WeirPassedInfo *passed = info->passed->len > 0 ? info->passed->pdata[0] : NULL;

      if (passed == NULL || passed->returned_at_ms == 0)
        continue;
      has_failed = TRUE;
      g_assert_cmpstr (passed->function_id, ==, "files::process");
      g_assert_cmpstr (passed->path, ==, "input[0].reader");
      g_assert_cmpstr (passed->by_worker_name, ==, "maker");
      g_assert_cmpstr (passed->error_code, ==, "invocation_failed");
      g_assert_cmpstr (passed->error_message, ==, "no such file");
      g_assert_cmpstr (info->reader.function_id, ==, "files::process");
      g_assert_cmpstr (info->reader.worker_id, ==, executor_id);
      g_assert_cmpstr (info->reader.worker_name, ==, "processor");
      g_assert_cmpint (info->reader.how, ==, WEIR_HOW_REF);
    }
}

/* A call of a function that is not there carries its refs nowhere: who looks is told that it did. */
static void
test_no_function (void)
{
  g_auto (Stage) stage = { 0 };
  g_autofree char *pair = NULL;
  g_autofree char *reader = NULL;
  g_autofree char *channel_id = NULL;
  g_autofree char *data = NULL;
  g_autofree char *id = NULL;
  const WeirPassedInfo *passed;
  g_autoptr (WeirChannelInfo) info = NULL;

  stage_begin (&stage, NULL);
  stage_watch (&stage);
  pair = worker_ask (stage.maker, "engine::channels::create", "{}");
  reader = message_dup_span (pair, "reader");
  channel_id = message_dup (reader, "channel_id");
  data = g_strdup_printf ("{\"reader\":%s}", reader);
  id = worker_call (stage.maker, "c::nosuch", data);
  g_free (worker_take_answer (stage.maker, id));
  while (info == NULL || info->passed->len == 0)
    {
      g_clear_pointer (&info, weir_channel_info_free);
      info = wait_state (&stage, channel_id, WEIR_STATE_CREATED);
    }
  passed = info->passed->pdata[0];
  g_assert_cmpstr (passed->function_id, ==, "c::nosuch");
  g_assert_cmpstr (passed->invocation_id, ==, id);
  g_assert_cmpstr (passed->error_code, ==, "function_not_found");
  g_assert_cmpint (passed->returned_at_ms, !=, 0);
  g_assert_null (info->reader.function_id);
  g_assert_cmpstr (info->reader.worker_name, ==, "maker");
}

/* A function that makes a channel while it is the only one its worker executes has that channel's ends. */
static void
test_creator_function (void)
{
  g_auto (Stage) stage = { 0 };
  g_autofree char *call = NULL;
  g_autofree char *id = NULL;
  g_autofree char *writer_path = NULL;
  g_autofree char *reader_path = NULL;
  g_autofree char *channel_id = NULL;
  g_autoptr (WeirChannelInfo) info = NULL;

  stage_begin (&stage, NULL);
  stage_watch (&stage);
  worker_register (stage.maker, "makes::one");
  id = worker_call (stage.observer, "makes::one", "{}");
  call = raw_peer_next_text (stage.maker);
  worker_create_channel (stage.maker, "{}", &writer_path, &reader_path);
  channel_id = channel_of (writer_path);
  info = wait_state (&stage, channel_id, WEIR_STATE_CREATED);
  g_assert_cmpstr (info->writer.function_id, ==, "makes::one");
  g_assert_cmpstr (info->reader.function_id, ==, "makes::one");
  worker_answer (stage.maker, "makes::one", id, "null");
  g_free (worker_take_answer (stage.observer, id));
}

/* What a function returns is its caller's; what it keeps stays the creator's. */
static void
test_returned (void)
{
  g_auto (Stage) stage = { 0 };
  g_autoptr (RawPeer) caller = NULL;
  g_autofree char *caller_id = NULL;
  g_autofree char *id = NULL;
  g_autofree char *call = NULL;
  g_autofree char *pair = NULL;
  g_autofree char *reader = NULL;
  g_autofree char *channel_id = NULL;
  g_autofree char *result = NULL;

  stage_begin (&stage, NULL);
  caller = worker_connect (stage.engine, &caller_id, NULL);
  worker_announce (caller, "caller");
  worker_register (stage.maker, "files::open");
  stage_watch (&stage);
  id = worker_call (caller, "files::open", "{}");
  call = raw_peer_next_text (stage.maker);
  pair = worker_ask (stage.maker, "engine::channels::create", "{}");
  reader = message_dup_span (pair, "reader");
  channel_id = message_dup (reader, "channel_id");
  result = g_strdup_printf ("{\"parts\":[%s]}", reader);
  worker_answer (stage.maker, "files::open", id, result);
  g_free (worker_take_answer (caller, id));
  for (gboolean is_told = FALSE; !is_told;)
    {
      g_autoptr (WeirChannelInfo) info = wait_state (&stage, channel_id, WEIR_STATE_CREATED);

      is_told = g_strcmp0 (info->reader.worker_id, caller_id) == 0;
      if (!is_told)
        continue;
      g_assert_cmpstr (info->reader.worker_name, ==, "caller");
      g_assert_null (info->reader.function_id);
      g_assert_cmpint (info->reader.how, ==, WEIR_HOW_REF);
      g_assert_cmpstr (info->writer.worker_name, ==, "maker");
      g_assert_cmpstr (info->writer.function_id, ==, "files::open");
      g_assert_cmpint (info->writer.how, ==, WEIR_HOW_CREATOR);
    }
}

/* The ids are small numbers: who guesses one must not end what another looks at. */
static void
test_stop_of_another (void)
{
  g_auto (Stage) stage = { 0 };
  g_autoptr (RawPeer) own = NULL;
  g_autoptr (RawPeer) feed = NULL;
  g_autofree char *writer_path = NULL;
  g_autofree char *reader_path = NULL;
  g_autofree char *id = NULL;
  g_autofree char *ref = NULL;
  g_autofree char *data = NULL;
  g_autofree char *answer = NULL;
  g_autofree char *second = NULL;
  g_autofree char *reader = NULL;
  g_autofree char *second_id = NULL;
  const char *kinds[] = { "watch_id", "tap_id" };
  guint ids[2];

  stage_begin (&stage, NULL);
  stage_watch (&stage);
  worker_create_channel (stage.maker, "{}", &writer_path, &reader_path);
  id = channel_of (writer_path);
  ref = create_feed (stage.observer, stage.engine->port, &feed);
  data = g_strdup_printf ("{\"channel_id\":\"%s\",\"writer\":%s}", id, ref);
  answer = ask_point (&stage, "tap", data);
  ids[0] = stage.watch_id;
  ids[1] = (guint) g_ascii_strtoull (strchr (answer, ':') + 1, NULL, 10);

  own = g_steal_pointer (&stage.observer);
  stage.observer = worker_connect (stage.engine, NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autofree char *stop = g_strdup_printf ("{\"%s\":%u}", kinds[i], ids[i]);
      g_autofree char *code = ask_point_error (&stage, "stop", stop);

      g_assert_cmpstr (code, ==, "WEIR_BAD_REQUEST");
    }
  second = worker_ask (stage.maker, "engine::channels::create", "{}");
  reader = message_dup_span (second, "reader");
  second_id = message_dup (reader, "channel_id");
  weir_channel_info_free (wait_state (&stage, second_id, WEIR_STATE_CREATED)); /* the feed goes on */

  raw_peer_free (stage.observer);
  stage.observer = g_steal_pointer (&own);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autofree char *stop = g_strdup_printf ("{\"%s\":%u}", kinds[i], ids[i]);
      g_autofree char *done = ask_point (&stage, "stop", stop);

      g_assert_cmpstr (done, ==, "{}");
    }
  raw_peer_wait_close (feed, NULL);
}

typedef struct
{
  GString *messages; /* payloads, one a line */
} Tapped;

static void
take_record (const WeirRecordHead *head, const guint8 *payload, gsize len, gpointer user_data)
{
  Tapped *tapped = user_data;

  if (head->kind == WEIR_RECORD_EVENT)
    return;
  g_string_append_printf (tapped->messages, "%" G_GUINT64_FORMAT "%c ", head->seq,
                          head->kind == WEIR_RECORD_TEXT ? 't' : 'b');
  g_string_append_len (tapped->messages, (const char *) payload, (gssize) len);
  g_string_append_c (tapped->messages, '\n');
}

/* Until @size bytes of what they say have come. */
static void
read_records (RawPeer *feed, WeirRecordReader *records, const GString *messages, gsize size)
{
  while (messages->len < size)
    {
      g_auto (RawFrame) frame = { 0 };
      const guint8 *bytes;
      const char *reason;
      gsize len;

      raw_peer_next (feed, &frame);
      g_assert_cmphex (frame.first, ==, RAW_FINAL | RAW_BINARY);
      bytes = g_bytes_get_data (frame.payload, &len);
      g_assert_true (weir_record_reader_push (records, bytes, len, &reason));
    }
}

/* What went before comes from the history, what goes after as it goes. */
static void
test_tap (void)
{
  g_auto (Stage) stage = { 0 };
  g_autofree char *writer_path = NULL;
  g_autofree char *reader_path = NULL;
  g_autofree char *id = NULL;
  g_autofree char *ref = NULL;
  g_autofree char *data = NULL;
  g_autofree char *result = NULL;
  g_autoptr (RawPeer) writer = NULL;
  g_autoptr (RawPeer) reader = NULL;
  g_autoptr (RawPeer) feed = NULL;
  g_autoptr (GString) messages = g_string_new (NULL);
  Tapped tapped = { messages };
  g_autoptr (WeirRecordReader) records = weir_record_reader_new (take_record, &tapped);
  const char *wanted = "1t before\n2b \xff\n3t after\n";

  stage_begin (&stage, NULL);
  worker_create_channel (stage.maker, "{}", &writer_path, &reader_path);
  id = channel_of (writer_path);
  reader = raw_peer_open (stage.engine->port, reader_path);
  writer = raw_peer_open (stage.engine->port, writer_path);
  raw_peer_send_text (writer, "before");
  raw_peer_send (writer, RAW_FINAL | RAW_BINARY, "\xff", 1);
  g_free (raw_peer_next_text (reader));
  ref = create_feed (stage.observer, stage.engine->port, &feed);
  data = g_strdup_printf ("{\"channel_id\":\"%s\",\"writer\":%s}", id, ref);
  result = ask_point (&stage, "tap", data);
  g_assert_true (g_str_has_prefix (result, "{\"tap_id\":"));
  raw_peer_send_text (writer, "after");
  read_records (feed, records, messages, strlen (wanted));
  g_assert_cmpstr (messages->str, ==, wanted);
  raw_peer_send_close (writer, 1000, "");
  g_assert_cmpuint (raw_peer_wait_close (reader, NULL), ==, 0);
}

/* A stream that was over before anybody could look is remembered, and the feed of such a tap ends at once. */
static void
test_tap_after_end (void)
{
  g_auto (Stage) stage = { 0 };
  g_autofree char *writer_path = NULL;
  g_autofree char *reader_path = NULL;
  g_autofree char *id = NULL;
  g_autofree char *ref = NULL;
  g_autofree char *data = NULL;
  g_autofree char *code = NULL;
  g_autoptr (RawPeer) writer = NULL;
  g_autoptr (RawPeer) reader = NULL;
  g_autoptr (RawPeer) feed = NULL;
  g_autoptr (GString) messages = g_string_new (NULL);
  Tapped tapped = { messages };
  g_autoptr (WeirRecordReader) records = weir_record_reader_new (take_record, &tapped);
  const char *wanted = "1t first\n2b \xff\n";

  stage_begin (&stage, NULL);
  stage_watch (&stage);
  worker_create_channel (stage.maker, "{}", &writer_path, &reader_path);
  id = channel_of (writer_path);
  reader = raw_peer_open (stage.engine->port, reader_path);
  writer = raw_peer_open (stage.engine->port, writer_path);
  raw_peer_send_text (writer, "first");
  raw_peer_send (writer, RAW_FINAL | RAW_BINARY, "\xff", 1);
  raw_peer_send_close (writer, 1000, "");
  g_assert_cmpuint (raw_peer_wait_close (reader, NULL), ==, 0);
  raw_peer_send_close (reader, 1000, "");
  weir_channel_info_free (wait_state (&stage, id, WEIR_STATE_CLOSED));

  ref = create_feed (stage.observer, stage.engine->port, &feed);
  data = g_strdup_printf ("{\"channel_id\":\"%s\",\"writer\":%s}", id, ref);
  g_free (ask_point (&stage, "tap", data));
  read_records (feed, records, messages, strlen (wanted));
  g_assert_cmpstr (messages->str, ==, wanted);
  raw_peer_wait_close (feed, NULL);

  g_free (data);
  data = g_strdup_printf ("{\"channel_id\":\"%s\",\"writer\":%s,\"history\":false}", id, ref);
  code = ask_point_error (&stage, "tap", data);
  g_assert_cmpstr (code, ==, "WEIR_UNKNOWN_CHANNEL");
}

static void
test_errors (void)
{
  g_auto (Stage) stage = { 0 };
  g_autofree char *no_writer = NULL;
  g_autofree char *bad_ref = NULL;
  g_autofree char *reveal = NULL;

  stage_begin (&stage, NULL);
  no_writer = ask_point_error (&stage, "watch", "{}");
  g_assert_cmpstr (no_writer, ==, "WEIR_BAD_REQUEST");
  bad_ref =
      ask_point_error (&stage, "watch", "{\"writer\":{\"channel_id\":1,\"access_key\":true,\"direction\":\"write\"}}");
  g_assert_cmpstr (bad_ref, ==, "WEIR_BAD_REQUEST");
  reveal = ask_point_error (&stage, "reveal", "{\"channel_id\":\"x\",\"direction\":\"read\"}");
  g_assert_cmpstr (reveal, ==, "WEIR_NOT_PERMITTED");
}

static void
test_reveal (void)
{
  const char *const arguments[] = { "--permit", "see,reveal", NULL };
  g_auto (Stage) stage = { 0 };
  g_autofree char *writer_path = NULL;
  g_autofree char *reader_path = NULL;
  g_autofree char *id = NULL;
  g_autofree char *data = NULL;
  g_autofree char *result = NULL;
  g_autoptr (WeirRef) ref = NULL;
  g_autofree char *path = NULL;

  stage_begin (&stage, arguments);
  worker_create_channel (stage.maker, "{}", &writer_path, &reader_path);
  id = channel_of (writer_path);
  data = g_strdup_printf ("{\"channel_id\":\"%s\",\"direction\":\"read\"}", id);
  result = ask_point (&stage, "reveal", data);
  ref = weir_ref_from_span (weir_json_member (WEIR_SPAN (result), "ref"), NULL);
  g_assert_nonnull (ref);
  path = weir_ref_dup_path (ref);
  g_assert_cmpstr (path, ==, reader_path);
}

/* The watcher goes without a word: its feed ends, and so does the engine, cleanly. */
static void
test_watcher_gone (void)
{
  g_auto (Stage) stage = { 0 };
  g_autofree char *writer_path = NULL;
  g_autofree char *reader_path = NULL;

  stage_begin (&stage, NULL);
  stage_watch (&stage);
  weir_feed_free (next_feed (&stage));
  g_clear_pointer (&stage.feed, raw_peer_free);
  worker_create_channel (stage.maker, "{}", &writer_path, &reader_path);
  engine_program_assert_logged (stage.engine, "its reader left");
  stage_watch (&stage);
  weir_feed_free (next_feed (&stage));
}

/* The feed's next message that holds @words. */
static char *
wait_words (Stage *stage, const char *words)
{
  gint64 until = g_get_monotonic_time () + RAW_LIMIT_MS * 1000;

  while (g_get_monotonic_time () < until)
    {
      char *text = raw_peer_next_text (stage->feed);

      g_assert_null (strstr (text, "key=")); /* whatever a payload holds, the feed has none of it */
      if (strstr (text, words) != NULL)
        return text;
      g_free (text);
    }
  g_error ("the feed has not said “%s”", words);
}

/* A client's object in place of a ref, and a payload that should have been a channel: passed on as they are, and told.
 */
static void
test_wrong_payloads (void)
{
  g_auto (Stage) stage = { 0 };
  g_autoptr (RawPeer) executor = NULL;
  g_autofree char *writer_path = NULL;
  g_autofree char *reader_path = NULL;
  g_autofree char *channel_id = NULL;
  g_autofree char *live = NULL;
  g_autofree char *big = NULL;
  g_autofree char *passed_on = NULL;
  g_autofree char *changed = NULL;
  g_autofree char *told = NULL;
  g_autofree char *by = NULL;
  g_autofree char *bytes = NULL;
  g_autofree char *filling = g_strnfill (WEIR_CALL_INFO_BIG_SIZE, 'x');

  stage_begin (&stage, NULL);
  executor = worker_connect (stage.engine, NULL, NULL);
  worker_register (executor, "files::store");
  stage_watch (&stage);
  worker_create_channel (stage.maker, "{}", &writer_path, &reader_path);
  channel_id = channel_of (writer_path);
  live = g_strdup_printf ("{\"to\":{\"ws\":null,\"url\":\"ws://127.0.0.1:%u%s\",\"stream\":{}}}", stage.engine->port,
                          writer_path);
  g_free (worker_call (stage.maker, "files::store", live));
  passed_on = raw_peer_next_text (executor);
  g_assert_nonnull (strstr (passed_on, writer_path));
  changed = wait_words (&stage, "\"live\":true");
  g_assert_nonnull (strstr (changed, channel_id));

  big = g_strdup_printf ("\"%s\"", filling);
  g_free (worker_call (stage.maker, "files::store", big));
  told = wait_words (&stage, "\"type\":\"call\"");
  assert_message (told, "function_id", "files::store");
  by = message_dup_span (told, "by");
  assert_message (by, "worker_name", "maker");
  bytes = message_dup_span (told, "bytes");
  g_assert_cmpstr (bytes, ==, "1048578");
}

/* Sends a registration, and takes the answer, which has to be that the engine's own worker has that function. */
static void
assert_reserved (RawPeer *attacker, const char *id)
{
  g_autofree char *message = g_strdup_printf ("{\"type\":\"registerfunction\",\"id\":\"%s\"}", id);
  g_autofree char *answer = NULL;

  raw_peer_send_text (attacker, message);
  answer = raw_peer_next_text (attacker);
  assert_message (answer, "type", "registrationrejected");
  assert_message (answer, "code", "FUNCTION_NAMESPACE_CONFLICT");
}

/* What an observer would send its token to is nobody's but the engine's, in whatever way it is written; names that no
 * observer takes for it are free, as are those of other points. */
static void
test_reserved (void)
{
  static const char *const taken[] = {
    "weir::mine::describe",
    "weir::mine::tap-2", /* the engine does not have it, yet */
    "proxy::weir::mine::describe",
    "weir::other::weir::mine::describe",
    "w\\u0065ir\\u003a:mine::describe-2",
    "weir::mine::",
  };
  static const char *const free[] = {
    "weir::minefield::describe", "weir::other::describe", "myweir::mine::describe", "weir::mine", "mine::describe",
  };
  const char *const arguments[] = { "--name", "mine", NULL };
  g_auto (Stage) stage = { 0 };
  g_autofree char *description = NULL;

  stage_begin (&stage, arguments);
  for (guint i = 0; i < G_N_ELEMENTS (taken); i++)
    assert_reserved (stage.maker, taken[i]);
  for (guint i = 0; i < G_N_ELEMENTS (free); i++)
    worker_register (stage.maker, free[i]); /* the next answer is not a rejection */
  description = ask_point (&stage, "describe", "{}");
  assert_message (description, "mode", "engine");
}

/* Connects as soon as the engine listens, and is there before the engine's own worker is. */
static gpointer
attack_first (gpointer data)
{
  guint16 port = GPOINTER_TO_UINT (data);
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_port = htons (port),
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  gint64 until = g_get_monotonic_time () + RAW_LIMIT_MS * 1000;
  gboolean is_there = FALSE;
  g_autoptr (RawPeer) attacker = NULL;
  g_autofree char *hello = NULL;

  while (!is_there && g_get_monotonic_time () < until)
    {
      int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

      is_there = connect (fd, (struct sockaddr *) &address, sizeof address) == 0;
      close (fd);
    }
  attacker = raw_peer_open (port, "/");
  hello = raw_peer_next_text (attacker);
  assert_message (hello, "type", "workerregistered");
  assert_reserved (attacker, "weir::mine::describe");
  return NULL;
}

static void
test_reserved_from_the_start (void)
{
  guint16 port = engine_program_pick_port ();
  g_autofree char *listen = g_strdup_printf ("127.0.0.1:%u", port);
  const char *const arguments[] = { "--name", "mine", "--listen", listen, NULL };
  GThread *attacker = g_thread_new ("attacker", attack_first, GUINT_TO_POINTER (port));
  g_auto (Stage) stage = { 0 };
  g_autofree char *description = NULL;

  stage_begin (&stage, arguments);
  g_thread_join (attacker);
  description = ask_point (&stage, "describe", "{}");
  assert_message (description, "mode", "engine");
}

/* A key that is not the engine's is no key. */
static void
test_wrong_key (void)
{
  const char *const arguments[] = { "--name", "mine", NULL };
  static const char *const keys[] = { "", "x", "00000000-0000-4000-8000-000000000000" };
  g_auto (Stage) stage = { 0 };

  stage_begin (&stage, arguments);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *header = g_strdup_printf ("Weir-Own-Key: %s\r\n", keys[i]);
      g_autoptr (RawPeer) attacker = raw_peer_connect (stage.engine->port);
      g_autofree char *hello = NULL;

      g_assert_cmpuint (raw_peer_request (attacker, "/", header), ==, 101);
      hello = raw_peer_next_text (attacker);
      assert_reserved (attacker, "weir::mine::describe-2");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/point/describe", test_describe);
  g_test_add_func ("/engine/point/life-of-a-channel", test_life_of_a_channel);
  g_test_add_func ("/engine/point/stalled", test_stalled);
  g_test_add_func ("/engine/point/passed", test_passed);
  g_test_add_func ("/engine/point/no-function", test_no_function);
  g_test_add_func ("/engine/point/tap-after-end", test_tap_after_end);
  g_test_add_func ("/engine/point/creator-function", test_creator_function);
  g_test_add_func ("/engine/point/returned", test_returned);
  g_test_add_func ("/engine/point/stop-of-another", test_stop_of_another);
  g_test_add_func ("/engine/point/tap", test_tap);
  g_test_add_func ("/engine/point/errors", test_errors);
  g_test_add_func ("/engine/point/reveal", test_reveal);
  g_test_add_func ("/engine/point/watcher-gone", test_watcher_gone);
  g_test_add_func ("/engine/point/wrong-payloads", test_wrong_payloads);
  g_test_add_func ("/engine/point/reserved", test_reserved);
  g_test_add_func ("/engine/point/reserved-from-the-start", test_reserved_from_the_start);
  g_test_add_func ("/engine/point/wrong-key", test_wrong_key);
  return g_test_run ();
}
