/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "engine-program.h"
#include "wait-for.h"
#include "weir-client.h"
#include "weir-observer.h"

/* All of it: a real weir-engine, which is a point; workers that use channels; and the observer that sees them do it. */

typedef struct
{
  EngineProgram *engine;
  WeirObserver *observer;
  WeirWorker *producer;
  WeirWorker *consumer;

  /* The consumer's function. */
  WeirInvocation *call; /* keeps its reader */
  guint n_calls;
  guint n_read;
  gboolean is_lazy; /* takes the first message and no more */
  gboolean fails;

  WeirChannelPair *pair; /* the producer's */
  WeirChannel *channel;  /* as the observer sees it */
} Fixture;

/* --- the consumer --- */

static gboolean
read_cb (WeirChannelReader *reader, gboolean is_text, const guint8 *data, gsize len, gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->n_read++;
  return !fixture->is_lazy;
}

static void
consume_cb (WeirInvocation *invocation, gpointer user_data)
{
  Fixture *fixture = user_data;
  WeirChannelReader *reader = weir_invocation_get_reader (invocation, "reader");

  fixture->n_calls++;
  if (fixture->fails)
    {
      weir_invocation_return_error (invocation, "invocation_failed", "ENOENT: no such file");
      return;
    }
  g_assert_nonnull (reader);
  weir_channel_reader_set_handler (reader, read_cb, fixture, NULL);
  g_set_object (&fixture->call, invocation);
  weir_invocation_return (invocation, NULL);
}

/* --- the fixture --- */

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *url = NULL;

  fixture->engine = engine_program_start (NULL);
  url = g_strdup_printf ("ws://127.0.0.1:%u", fixture->engine->port);
  fixture->observer = weir_observer_new (url);
  fixture->producer = weir_worker_new (url, "producer-worker");
  fixture->consumer = weir_worker_new (url, "consumer-worker");
  weir_worker_register_function (fixture->consumer, "pipeline::consumer", NULL, NULL, consume_cb, fixture, NULL);
  weir_worker_start (fixture->consumer);
  WAIT_FOR (weir_worker_get_state (fixture->consumer) == WEIR_WORKER_CONNECTED);
  weir_worker_start (fixture->producer);
  weir_observer_start (fixture->observer);
  WAIT_FOR (weir_observer_get_state (fixture->observer) == WEIR_OBSERVER_LIVE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gpointer observer = fixture->observer;

  g_clear_pointer (&fixture->pair, weir_channel_pair_free);
  g_clear_object (&fixture->call);
  g_clear_object (&fixture->channel);
  weir_observer_stop (fixture->observer);
  g_object_add_weak_pointer (observer, &observer);
  g_object_unref (fixture->observer);
  WAIT_FOR (observer == NULL);
  weir_worker_stop (fixture->producer);
  weir_worker_stop (fixture->consumer);
  g_object_unref (fixture->producer);
  g_object_unref (fixture->consumer);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  engine_program_stop (fixture->engine);
}

static void
created_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  *(WeirChannelPair **) user_data = weir_worker_create_channel_finish (WEIR_WORKER (object), result, &error);
  g_assert_no_error (error);
}

static gboolean
is_in_state (Fixture *fixture, WeirState state)
{
  return weir_channel_get_state (fixture->channel) == state;
}

/* A channel of the producer, which the observer sees as created. */
static void
make_channel (Fixture *fixture, guint buffer_size)
{
  const char *id;

  weir_worker_create_channel_async (fixture->producer, buffer_size, NULL, created_cb, &fixture->pair);
  WAIT_FOR (fixture->pair != NULL);
  id = fixture->pair->writer_ref->channel_id;
  WAIT_FOR (weir_observer_lookup (fixture->observer, id) != NULL);
  fixture->channel = g_object_ref (weir_observer_lookup (fixture->observer, id));
  g_assert_true (is_in_state (fixture, WEIR_STATE_CREATED));
}

static void
write_text (Fixture *fixture, const char *text)
{
  weir_channel_writer_send_message_async (fixture->pair->writer, text, NULL, NULL, NULL);
}

static void
write_bytes (Fixture *fixture, gsize size)
{
  g_autofree guint8 *data = g_malloc (size);
  g_autoptr (GBytes) bytes = NULL;

  memset (data, 'b', size);
  bytes = g_bytes_new_take (g_steal_pointer (&data), size);
  weir_channel_writer_write_async (fixture->pair->writer, bytes, NULL, NULL, NULL);
}

static void
triggered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = weir_worker_trigger_finish (WEIR_WORKER (object), result, &error);

  *(gboolean *) user_data = TRUE;
}

/* Hands the reader to the consumer's function, and waits for that to return. */
static void
pass_reader (Fixture *fixture)
{
  g_autoptr (JsonNode) payload = json_node_alloc ();
  JsonObject *object = json_object_new ();
  gboolean has_returned = FALSE;

  json_object_set_member (object, "reader", weir_ref_to_json (fixture->pair->reader_ref));
  json_node_init_object (payload, object);
  json_object_unref (object);
  weir_worker_trigger_async (fixture->producer, "pipeline::consumer", payload, 0, NULL, triggered_cb, &has_returned);
  WAIT_FOR (has_returned);
}

static WeirFindingKind
first_finding (Fixture *fixture)
{
  g_autoptr (GPtrArray) findings = weir_channel_dup_findings (fixture->channel, g_get_monotonic_time ());

  return ((WeirFinding *) g_ptr_array_index (findings, 0))->kind;
}

static gboolean
has_life (Fixture *fixture, WeirLifeKind kind)
{
  g_autoptr (GPtrArray) events = weir_channel_dup_life (fixture->channel);

  for (guint i = 0; i < events->len; i++)
    {
      if (((WeirLifeEvent *) g_ptr_array_index (events, i))->kind == kind)
        return TRUE;
    }
  return FALSE;
}

/* --- the tests --- */

/* created → waiting → flowing → idle → closed, with the ends' names and figures. */
static void
test_life (Fixture *fixture, gconstpointer data)
{
  const WeirChannelInfo *info;
  WeirSummary summary;

  make_channel (fixture, 8);
  g_assert_cmpuint (weir_channel_get_info (fixture->channel)->buffer_items, ==, 8);
  write_text (fixture, "{\"type\":\"progress\",\"n\":1}");
  WAIT_FOR (is_in_state (fixture, WEIR_STATE_WAITING_READER));
  g_assert_cmpint (first_finding (fixture), ==, WEIR_FINDING_WAITS_FOR_READER);

  pass_reader (fixture);
  for (guint i = 0; i < 4; i++)
    write_bytes (fixture, 10000);
  WAIT_FOR (is_in_state (fixture, WEIR_STATE_FLOWING));
  WAIT_FOR (weir_channel_get_info (fixture->channel)->totals.acked_messages == 5);
  info = weir_channel_get_info (fixture->channel);
  g_assert_cmpstr (info->reader.function_id, ==, "pipeline::consumer");
  g_assert_cmpstr (info->reader.worker_name, ==, "consumer-worker");
  g_assert_cmpstr (info->creator_worker_name, ==, "producer-worker");
  g_assert_cmpuint (info->totals.written_text, ==, 1);
  g_assert_cmpint (first_finding (fixture), ==, WEIR_FINDING_FLOWS);
  g_assert_cmpint (weir_channel_get_last_read_us (fixture->channel), >, 0);
  summary = weir_observer_get_summary (fixture->observer, g_get_monotonic_time ());
  g_assert_cmpuint (summary.n_channels, ==, 1); /* our own feeds are not among them */
  g_assert_cmpuint (summary.n_flowing, ==, 1);
  g_assert_cmpfloat (summary.rates.sent, >, 0);

  WAIT_FOR (is_in_state (fixture, WEIR_STATE_IDLE));
  weir_channel_writer_close_async (fixture->pair->writer, NULL, NULL, NULL);
  WAIT_FOR (is_in_state (fixture, WEIR_STATE_CLOSED));
  g_assert_cmpint (weir_channel_get_info (fixture->channel)->ended_by, ==, WEIR_ENDED_WRITER);
  g_assert_cmpint (first_finding (fixture), ==, WEIR_FINDING_CLOSED);
  for (WeirLifeKind kind = WEIR_LIFE_CREATED; kind <= WEIR_LIFE_FIRST_MESSAGE; kind++)
    g_assert_true (has_life (fixture, kind) ==
                   (kind != WEIR_LIFE_WITH && kind != WEIR_LIFE_ASKED)); /* its ref went alone */
  g_assert_true (has_life (fixture, WEIR_LIFE_WRITER_CLOSED));
  g_assert_true (has_life (fixture, WEIR_LIFE_ENDED));
}

static void
test_stalled (Fixture *fixture, gconstpointer data)
{
  fixture->is_lazy = TRUE;
  make_channel (fixture, 4);
  pass_reader (fixture);
  for (guint i = 0; i < 200; i++)
    write_bytes (fixture, 60000);
  WAIT_FOR (is_in_state (fixture, WEIR_STATE_STALLED));
  WAIT_FOR (weir_channel_get_held_us (fixture->channel, g_get_monotonic_time ()) != 0);
  g_assert_cmpint (first_finding (fixture), ==, WEIR_FINDING_READER_SLOW);
  g_assert_true (has_life (fixture, WEIR_LIFE_STALLED));
  g_assert_cmpfloat (weir_channel_get_held_share_now (fixture->channel, g_get_monotonic_time ()), >, 0.5);

  fixture->is_lazy = FALSE;
  weir_channel_reader_resume (weir_invocation_get_reader (fixture->call, "reader"));
  WAIT_FOR (is_in_state (fixture, WEIR_STATE_FLOWING));
  WAIT_FOR (fixture->n_read == 200);
}

static void
test_failed_call (Fixture *fixture, gconstpointer data)
{
  fixture->fails = TRUE;
  make_channel (fixture, 0);
  write_text (fixture, "x");
  pass_reader (fixture);
  WAIT_FOR (first_finding (fixture) == WEIR_FINDING_CALL_FAILED);
}

static void
assert_row (WeirTapReader *tap, guint i, WeirMessageKind kind, guint64 seq, const char *start)
{
  g_autoptr (WeirMessage) message = g_list_model_get_item (G_LIST_MODEL (weir_tap_reader_get_messages (tap)), i);
  g_autoptr (GBytes) bytes = weir_message_dup_start (message, strlen (start));

  g_assert_cmpint (weir_message_get_kind (message), ==, kind);
  g_assert_cmpuint (weir_message_get_seq (message), ==, seq);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), start, strlen (start));
}

/* The exact messages, those from before the tap among them; the end of the channel is the end of the tap. */
static void
test_tap (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirTapReader) tap = NULL;
  GListModel *messages;
  WeirTapFigures figures;

  make_channel (fixture, 0);
  write_text (fixture, "{\"type\":\"progress\",\"n\":1}");
  WAIT_FOR (weir_channel_get_info (fixture->channel)->totals.written_messages == 1);
  tap = weir_observer_tap (fixture->observer, fixture->channel);
  messages = G_LIST_MODEL (weir_tap_reader_get_messages (tap));
  WAIT_FOR (weir_tap_reader_get_state (tap) == WEIR_TAP_READER_LIVE);

  write_bytes (fixture, 65536);
  write_text (fixture, "{\"type\":\"complete\"}");
  pass_reader (fixture);
  weir_channel_writer_close_async (fixture->pair->writer, NULL, NULL, NULL);
  WAIT_FOR (weir_tap_reader_get_state (tap) == WEIR_TAP_READER_ENDED);
  weir_message_list_set_filter (weir_tap_reader_get_messages (tap), WEIR_SHOW_TEXT | WEIR_SHOW_BINARY, NULL);
  WAIT_FOR (g_list_model_get_n_items (messages) == 3);
  assert_row (tap, 0, WEIR_MESSAGE_TEXT, 1, "{\"type\":\"progress\",\"n\":1}");
  assert_row (tap, 1, WEIR_MESSAGE_BINARY, 2, "bbbb");
  assert_row (tap, 2, WEIR_MESSAGE_TEXT, 3, "{\"type\":\"complete\"}");
  figures = weir_tap_reader_get_figures (tap);
  g_assert_cmpuint (figures.n_seen, ==, 3);
  g_assert_cmpuint (figures.n_dropped, ==, 0);
  g_assert_cmpuint (figures.bytes_kept, ==, 25 + 65536 + 19);
  g_assert_cmpuint (weir_observer_get_summary (fixture->observer, g_get_monotonic_time ()).n_channels, ==, 1);
}

/* A channel that is gone by the time it is tapped. */
static void
test_tap_unknown (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirTapReader) tap = NULL;

  make_channel (fixture, 0);
  weir_channel_writer_close_async (fixture->pair->writer, NULL, NULL, NULL);
  pass_reader (fixture);
  WAIT_FOR (is_in_state (fixture, WEIR_STATE_CLOSED));
  tap = weir_observer_tap (fixture->observer, fixture->channel);
  WAIT_FOR (weir_tap_reader_get_state (tap) >= WEIR_TAP_READER_ENDED);
}

#define CASE(name, test) g_test_add ("/observer/engine/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_autofree char *cache = g_dir_make_tmp ("weir-test-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (cache, "weir", NULL);
  int result;

  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  g_test_init (&argc, &argv, NULL);
  CASE ("life", test_life);
  CASE ("stalled", test_stalled);
  CASE ("failed-call", test_failed_call);
  CASE ("tap", test_tap);
  CASE ("tap-unknown", test_tap_unknown);
  result = g_test_run ();
  g_rmdir (folder);
  g_rmdir (cache);
  return result;
}
