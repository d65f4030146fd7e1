/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-async.h"
#include "engine-program.h"
#include "weir-client.h"

#include <string.h>

/* The client against a real weir-engine. */

typedef struct
{
  EngineProgram *engine;
  char *url;
  WeirWorker *caller;
  WeirWorker *callee;
} Fixture;

static void
wait_state (WeirWorker *worker, WeirWorkerState state)
{
  mock_wait_until (weir_worker_get_state (worker) == state);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *listen = g_strdup_printf ("127.0.0.1:%u", engine_program_pick_port ());
  const char *const argv[] = { "--listen", listen, NULL };

  f->engine = engine_program_start (argv);
  f->url = g_strdup_printf ("ws://127.0.0.1:%u", f->engine->port);
  f->caller = weir_worker_new (f->url, "caller");
  f->callee = weir_worker_new (f->url, "callee");
  weir_worker_start (f->caller);
  weir_worker_start (f->callee);
  wait_state (f->caller, WEIR_WORKER_CONNECTED);
  wait_state (f->callee, WEIR_WORKER_CONNECTED);
}

static gpointer
stop_thread (gpointer data)
{
  Fixture *f = data;

  engine_program_stop (f->engine);
  g_atomic_pointer_set (&f->engine, NULL);

  return NULL;
}

/* The goodbyes of both sides go on meanwhile. */
static void
stop_engine (Fixture *f)
{
  GThread *thread = g_thread_new ("stop", stop_thread, f);

  mock_poll_until (g_atomic_pointer_get (&f->engine) == NULL);
  g_thread_join (thread);
  run_idle ();
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_object_unref (f->caller);
  g_object_unref (f->callee);
  stop_engine (f);
  g_free (f->url);
}

static WeirChannelPair *
create_channel (Fixture *f)
{
  g_autoptr (GError) error = NULL;
  Async async = NULL;
  WeirChannelPair *pair;

  weir_worker_create_channel_async (f->caller, 0, NULL, async_cb, &async);
  pair = ASYNC_FINISH (weir_worker_create_channel_finish, f->caller, async, &error);
  g_assert_no_error (error);

  return pair;
}

/* TRUE once the function is known: the engine acknowledges no registration. */
static void
call_until_known (Fixture *f, const char *function_id)
{
  for (;;)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) answer = NULL;
      Async async = NULL;

      weir_worker_trigger_async (f->caller, function_id, NULL, 0, NULL, async_cb, &async);
      answer = ASYNC_FINISH (weir_worker_trigger_finish, f->caller, async, &error);
      if (answer != NULL)
        return;
      g_assert_cmpstr (weir_worker_error_get_code (error), ==, "function_not_found");
    }
}

static JsonNode *
payload_of (const WeirRef *ref)
{
  JsonObject *object = json_object_new ();
  JsonNode *node = json_node_init_object (json_node_alloc (), object);

  json_object_set_member (object, "end", weir_ref_to_json (ref));
  json_object_unref (object);

  return node;
}

static GBytes *
make_bytes (gsize size)
{
  guint8 *data = g_malloc (size);
  guint32 state = 1;

  for (gsize i = 0; i < size; i++)
    data[i] = (state = state * 1664525 + 1013904223) >> 24;

  return g_bytes_new_take (data, size);
}

static void
write_some (WeirChannelWriter *writer, gsize size)
{
  g_autoptr (GBytes) bytes = make_bytes (size);
  g_autoptr (GError) error = NULL;
  Async async = NULL;

  weir_channel_writer_write_async (writer, bytes, NULL, async_cb, &async);
  ASYNC_FINISH (weir_channel_writer_write_finish, writer, async, &error);
  g_assert_no_error (error);
}

static void
close_writer (WeirChannelWriter *writer)
{
  g_autoptr (GError) error = NULL;
  Async async = NULL;

  weir_channel_writer_close_async (writer, NULL, async_cb, &async);
  ASYNC_FINISH (weir_channel_writer_close_finish, writer, async, &error);
  g_assert_no_error (error);
}

static gssize
read_some (WeirChannelReader *reader, gsize count, GError **error)
{
  GInputStream *stream = weir_channel_reader_get_stream (reader);
  g_autofree guint8 *buffer = g_malloc (count);
  Async async = NULL;

  g_input_stream_read_async (stream, buffer, count, G_PRIORITY_DEFAULT, NULL, async_cb, &async);

  return ASYNC_FINISH (g_input_stream_read_finish, stream, async, error);
}

/* --- files, by ref, from one worker to another --- */

static void
received_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (WeirInvocation) invocation = user_data;
  g_autoptr (GError) error = NULL;
  gssize n = g_output_stream_splice_finish (G_OUTPUT_STREAM (object), result, &error);

  g_assert_no_error (error);
  weir_invocation_return (invocation, json_node_init_int (json_node_alloc (), n));
}

static void
receive_cb (WeirInvocation *invocation, gpointer user_data)
{
  WeirChannelReader *reader = weir_invocation_get_reader (invocation, "end");

  if (reader == NULL)
    weir_invocation_return (invocation, NULL);
  else
    g_output_stream_splice_async (user_data, weir_channel_reader_get_stream (reader),
                                  G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE | G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
                                  G_PRIORITY_DEFAULT, NULL, received_cb, g_object_ref (invocation));
}

static void
test_files (Fixture *f, gconstpointer data)
{
  const gsize size = 40 * 1000 * 1000;
  g_autoptr (GBytes) bytes = make_bytes (size);
  g_autoptr (GFileIOStream) source_io = NULL;
  g_autoptr (GFileIOStream) target_io = NULL;
  g_autoptr (GFile) source = g_file_new_tmp ("weir-XXXXXX", &source_io, NULL);
  g_autoptr (GFile) target = g_file_new_tmp ("weir-XXXXXX", &target_io, NULL);
  g_autoptr (GFileInputStream) input = NULL;
  g_autoptr (GFileOutputStream) output = g_file_replace (target, NULL, FALSE, G_FILE_CREATE_NONE, NULL, NULL);
  g_autoptr (WeirChannelPair) pair = create_channel (f);
  g_autoptr (JsonNode) payload = payload_of (pair->reader_ref);
  g_autoptr (JsonNode) answer = NULL;
  g_autoptr (GBytes) got = NULL;
  g_autoptr (GError) error = NULL;
  Async called = NULL, spliced = NULL;

  g_assert_true (g_file_replace_contents (source, g_bytes_get_data (bytes, NULL), size, NULL, FALSE, G_FILE_CREATE_NONE,
                                          NULL, NULL, NULL));
  input = g_file_read (source, NULL, NULL);
  weir_worker_register_function (f->callee, "files::receive", NULL, NULL, receive_cb, output, NULL);
  call_until_known (f, "files::receive");
  weir_worker_trigger_async (f->caller, "files::receive", payload, 60 * 1000, NULL, async_cb, &called);
  g_output_stream_splice_async (weir_channel_writer_get_stream (pair->writer), G_INPUT_STREAM (input),
                                G_OUTPUT_STREAM_SPLICE_CLOSE_SOURCE | G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
                                G_PRIORITY_DEFAULT, NULL, async_cb, &spliced);
  g_assert_cmpint (
      ASYNC_FINISH (g_output_stream_splice_finish, weir_channel_writer_get_stream (pair->writer), spliced, &error), ==,
      (gssize) size);
  g_assert_no_error (error);
  answer = ASYNC_FINISH (weir_worker_trigger_finish, f->caller, called, &error);
  g_assert_no_error (error);
  g_assert_cmpint (json_node_get_int (answer), ==, (gint64) size);
  got = g_file_load_bytes (target, NULL, NULL, NULL);
  g_assert_true (g_bytes_equal (got, bytes));
  g_file_delete (source, NULL, NULL);
  g_file_delete (target, NULL, NULL);
}

/* --- order, and the end --- */

static gboolean
log_message_cb (WeirChannelReader *reader, gboolean is_text, const guint8 *data, gsize len, gpointer user_data)
{
  GString *log = user_data;

  if (is_text)
    g_string_append_printf (log, "%.*s ", (int) len, (const char *) data);
  else
    g_string_append_printf (log, "[%" G_GSIZE_FORMAT "] ", len);

  return TRUE;
}

static void
log_end_cb (WeirChannelReader *reader, const GError *error, gpointer user_data)
{
  g_string_append_printf (user_data, "%s",
                          error == NULL                                   ? "end"
                          : error->code == WEIR_CHANNEL_ERROR_WRITER_LOST ? "lost"
                                                                          : "?");
}

static gboolean
has_ended (GString *log)
{
  return g_str_has_suffix (log->str, "end") || g_str_has_suffix (log->str, "lost") || g_str_has_suffix (log->str, "?");
}

static GString *
log_reader (WeirChannelReader *reader)
{
  GString *log = g_string_new (NULL);

  g_signal_connect (reader, "ended", G_CALLBACK (log_end_cb), log);
  weir_channel_reader_set_handler (reader, log_message_cb, log, NULL);

  return log;
}

static void
test_order (Fixture *f, gconstpointer data)
{
  g_autoptr (WeirChannelPair) pair = create_channel (f);
  g_autoptr (GString) log = NULL;

  weir_channel_writer_send_message_async (pair->writer, "one", NULL, NULL, NULL);
  write_some (pair->writer, 100 * 1000);
  weir_channel_writer_send_message_async (pair->writer, "two", NULL, NULL, NULL);
  write_some (pair->writer, 0);
  weir_channel_writer_send_message_async (pair->writer, "three", NULL, NULL, NULL);
  close_writer (pair->writer); /* before the reader comes */
  log = log_reader (pair->reader);
  mock_wait_until (has_ended (log));
  g_assert_cmpstr (log->str, ==, "one [65536] [34464] two [0] three end");
}

static void
test_empty (Fixture *f, gconstpointer data)
{
  g_autoptr (WeirChannelPair) pair = create_channel (f);
  g_autoptr (GString) log = log_reader (pair->reader);

  close_writer (pair->writer);
  mock_wait_until (has_ended (log));
  g_assert_cmpstr (log->str, ==, "end");
}

static void
test_writer_lost (Fixture *f, gconstpointer data)
{
  g_autoptr (WeirChannelPair) pair = create_channel (f);
  g_autoptr (GString) log = log_reader (pair->reader);

  write_some (pair->writer, 10);
  mock_wait_until (log->len > 0);
  weir_channel_writer_abort (pair->writer);
  mock_wait_until (has_ended (log));
  g_assert_cmpstr (log->str, ==, "[10] lost");
}

static void
test_reader_left (Fixture *f, gconstpointer data)
{
  g_autoptr (WeirChannelPair) pair = create_channel (f);
  g_autoptr (GBytes) bytes = make_bytes (100 * 1000 * 1000);
  g_autoptr (GError) error = NULL;
  Async async = NULL;

  weir_channel_writer_write_async (pair->writer, bytes, NULL, async_cb, &async); /* more than all buffers hold */
  g_assert_cmpint (read_some (pair->reader, 1000, NULL), ==, 1000);
  weir_channel_reader_close (pair->reader);
  g_assert_false (ASYNC_FINISH (weir_channel_writer_write_finish, pair->writer, async, &error));
  g_assert_error (error, WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_READER_LEFT);
}

static void
test_taken_and_forgotten (Fixture *f, gconstpointer data)
{
  g_autoptr (WeirChannelPair) pair = create_channel (f);
  g_autoptr (WeirChannelWriter) second = weir_worker_open_writer (f->callee, pair->writer_ref);
  g_autoptr (WeirChannelWriter) third = weir_worker_open_writer (f->callee, pair->writer_ref);
  g_autoptr (GString) log = log_reader (pair->reader);
  g_autoptr (GError) taken = NULL;
  g_autoptr (GError) forgotten = NULL;
  Async async = NULL;

  write_some (pair->writer, 1);
  mock_wait_until (log->len > 0);
  weir_channel_writer_close_async (second, NULL, async_cb, &async);
  g_assert_false (ASYNC_FINISH (weir_channel_writer_close_finish, second, async, &taken));
  g_assert_error (taken, WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_TAKEN);

  close_writer (pair->writer); /* the first was not disturbed */
  mock_wait_until (has_ended (log));
  g_assert_cmpstr (log->str, ==, "[1] end");
  engine_program_assert_logged (f->engine, "has ended");
  weir_channel_writer_close_async (third, NULL, async_cb, &async);
  g_assert_false (ASYNC_FINISH (weir_channel_writer_close_finish, third, async, &forgotten));
  g_assert_error (forgotten, WEIR_CHANNEL_ERROR, WEIR_CHANNEL_ERROR_NOT_FOUND);
}

/* A reader that does not read holds the writer, and then gets all of it. */
static void
test_backpressure (Fixture *f, gconstpointer data)
{
  const gsize size = 64 * 1000 * 1000;
  g_autoptr (WeirChannelPair) pair = create_channel (f);
  g_autoptr (GBytes) bytes = make_bytes (size);
  g_autoptr (GError) error = NULL;
  Async async = NULL, closed = NULL;
  gsize n_read;
  gssize n;
  gint64 held_us;

  weir_channel_writer_write_async (pair->writer, bytes, NULL, async_cb, &async);
  n_read = read_some (pair->reader, 1, NULL);
  held_us = weir_channel_writer_get_held_us (pair->writer);
  mock_poll_until (weir_channel_writer_get_held_us (pair->writer) > held_us + 200 * 1000);
  g_assert_null (async);

  weir_channel_writer_close_async (pair->writer, NULL, async_cb, &closed);
  while ((n = read_some (pair->reader, 256 * 1024, &error)) > 0)
    n_read += n;
  g_assert_no_error (error);
  g_assert_cmpuint (n_read, ==, size);
  g_assert_true (ASYNC_FINISH (weir_channel_writer_write_finish, pair->writer, async, NULL));
  g_assert_true (ASYNC_FINISH (weir_channel_writer_close_finish, pair->writer, closed, NULL));
}

/* --- calls --- */

static void
keep_cb (WeirInvocation *invocation, gpointer user_data)
{
  if (JSON_NODE_HOLDS_NULL (weir_invocation_get_payload (invocation)))
    weir_invocation_return (invocation, NULL);
  else
    *(WeirInvocation **) user_data = g_object_ref (invocation);
}

static void
test_calls (Fixture *f, gconstpointer data)
{
  g_autoptr (JsonNode) payload = json_from_string ("{\"a\":1}", NULL);
  g_autoptr (JsonNode) answer = NULL;
  g_autoptr (WeirInvocation) first = NULL;
  g_autoptr (WeirInvocation) second = NULL;
  g_autoptr (GError) mine = NULL;
  g_autoptr (GError) stopped = NULL;
  Async call = NULL;

  weir_worker_register_function (f->callee, "a::first", NULL, NULL, keep_cb, &first, NULL);
  weir_worker_register_function (f->callee, "a::second", NULL, NULL, keep_cb, &second, NULL);
  call_until_known (f, "a::second");
  weir_worker_trigger_async (f->caller, "a::first", payload, 0, NULL, async_cb, &call);
  mock_wait_until (first != NULL);
  g_assert_cmpstr (weir_invocation_get_caller (first), ==, weir_worker_get_worker_id (f->caller));
  weir_invocation_return_error (first, "E_MINE", "not today");
  g_assert_null (ASYNC_FINISH (weir_worker_trigger_finish, f->caller, call, &mine));
  g_assert_cmpstr (weir_worker_error_get_code (mine), ==, "E_MINE");

  weir_worker_trigger_async (f->caller, "a::second", payload, 0, NULL, async_cb, &call);
  mock_wait_until (second != NULL);
  weir_worker_stop (f->callee);
  g_assert_null (ASYNC_FINISH (weir_worker_trigger_finish, f->caller, call, &stopped));
  g_assert_cmpstr (weir_worker_error_get_code (stopped), ==, "invocation_stopped");
}

/* The engine goes and comes back at the same address: the worker is there again, with its functions. */
static void
test_engine_restarts (Fixture *f, gconstpointer data)
{
  g_autofree char *listen = g_strdup_printf ("127.0.0.1:%u", f->engine->port);
  const char *const argv[] = { "--listen", listen, NULL };
  WeirInvocation *unused = NULL;

  weir_worker_register_function (f->callee, "a::b", NULL, NULL, keep_cb, &unused, NULL);
  call_until_known (f, "a::b");
  stop_engine (f);
  wait_state (f->caller, WEIR_WORKER_WAITING);
  wait_state (f->callee, WEIR_WORKER_WAITING);
  f->engine = engine_program_start (argv);
  weir_worker_retry_now (f->caller);
  weir_worker_retry_now (f->callee);
  call_until_known (f, "a::b");
}

static void
add (const char *name, void (*func) (Fixture *f, gconstpointer data))
{
  g_autofree char *path = g_strconcat ("/client/engine/", name, NULL);

  g_test_add (path, Fixture, NULL, set_up, func, tear_down);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  add ("files", test_files);
  add ("order", test_order);
  add ("empty", test_empty);
  add ("writer-lost", test_writer_lost);
  add ("reader-left", test_reader_left);
  add ("taken-and-forgotten", test_taken_and_forgotten);
  add ("backpressure", test_backpressure);
  add ("calls", test_calls);
  add ("engine-restarts", test_engine_restarts);

  return g_test_run ();
}
