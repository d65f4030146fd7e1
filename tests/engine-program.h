/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "raw-peer.h"
#include "weir-json.h"
#include "weir-ref.h"

/* The real weir-engine for a test, or another server of ours: started on a free port, its log read, ended by SIGTERM
 * and asked for its exit status. */

typedef struct
{
  const char *name;
  GSubprocess *process;
  guint16 port;
  guint16 http_port; /* 0: it serves no HTTP */
  GThread *reader;
  GMutex lock; /* guards the two below */
  GCond changed;
  GPtrArray *log; /* lines */
  gboolean log_ended;
} EngineProgram;

/* It must not outlive a test that fails. */
static inline void
engine_program_die_with_test (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static inline gpointer
engine_program_read_log (gpointer data)
{
  EngineProgram *self = data;
  g_autoptr (GDataInputStream) stream = g_data_input_stream_new (g_subprocess_get_stderr_pipe (self->process));
  char *line;

  while ((line = g_data_input_stream_read_line (stream, NULL, NULL, NULL)) != NULL)
    {
      g_mutex_lock (&self->lock);
      g_ptr_array_add (self->log, line);
      g_cond_broadcast (&self->changed);
      g_mutex_unlock (&self->lock);
    }
  g_mutex_lock (&self->lock);
  self->log_ended = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  return NULL;
}

/* Of the next line, which begins with the program's name and @words. */
static inline guint16
engine_program_take_port (EngineProgram *self, GDataInputStream *stream, const char *words)
{
  g_autofree char *line = g_data_input_stream_read_line (stream, NULL, NULL, NULL);
  g_autofree char *ready = g_strconcat (self->name, ": ", words, NULL);

  if (line == NULL || !g_str_has_prefix (line, ready))
    g_error ("%s did not start: %s", self->name, line != NULL ? line : "it said nothing");
  return (guint16) g_ascii_strtoull (strrchr (line, ':') + 1, NULL, 10);
}

static inline void
engine_program_read_ports (EngineProgram *self, gboolean has_http)
{
  g_autoptr (GDataInputStream) stream = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));

  self->port = engine_program_take_port (self, stream, "listening on ws://");
  self->http_port = has_http ? engine_program_take_port (self, stream, "HTTP triggers at http://") : 0;
}

/* Whether a line with all of @words, separated by `*`, has been logged; waits for it. */
static inline gboolean
engine_program_has_logged (EngineProgram *self, const char *words, gint64 limit_us)
{
  gint64 until = g_get_monotonic_time () + limit_us;
  g_autofree char *pattern = g_strdup_printf ("*%s*", words);
  gboolean found = FALSE;

  g_mutex_lock (&self->lock);
  for (guint i = 0;; i++)
    {
      while (i >= self->log->len && !self->log_ended && g_cond_wait_until (&self->changed, &self->lock, until))
        ;
      if (i >= self->log->len)
        break;
      found = g_pattern_match_simple (pattern, self->log->pdata[i]);
      if (found)
        break;
    }
  g_mutex_unlock (&self->lock);
  return found;
}

/* The engine is a worker of its own; what a test sees must not depend on when that one is done with its registrations.
 */
static inline void
engine_program_wait_point (EngineProgram *self)
{
  const char *const lines[] = {
    "has announced itself", "::describe", "::watch", "::tap", "::stop", "::reveal", "::inject", "::shape", "::close"
  };

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    g_assert_true (engine_program_has_logged (self, lines[i], RAW_LIMIT_MS * 1000));
}

/* @name: `weir-engine`, for which `WEIR_ENGINE` names another, or `weir-relay` (`WEIR_RELAY`) */
static inline char *
server_program_dup_path (const char *name)
{
  gboolean is_relay = g_str_equal (name, "weir-relay");
  const char *path = g_getenv (is_relay ? "WEIR_RELAY" : "WEIR_ENGINE");

  return path != NULL ? g_strdup (path)
                      : g_test_build_filename (G_TEST_BUILT, "..", "src", is_relay ? "relay" : "engine", name, NULL);
}

static inline char *
engine_program_dup_path (void)
{
  return server_program_dup_path ("weir-engine");
}

/* For an engine that is to be started again where it was: a port that no other program is given by chance meanwhile, as
 * it is below those that the kernel gives (32768 and above, unless it was set otherwise). */
static inline guint16
engine_program_pick_port (void)
{
  for (guint tries = 0; tries < 1000; tries++)
    {
      guint16 port = g_random_int_range (10000, 32768);
      g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
      g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, port);
      g_autoptr (GSocket) socket =
          g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);

      if (g_socket_bind (socket, address, FALSE, NULL))
        return port;
    }
  g_error ("no port is free");
}

/* @more: NULL-terminated arguments, nullable. Without a --listen in them it listens on 127.0.0.1:0. */
static inline EngineProgram *
server_program_start (const char *name, const char *const *more)
{
  EngineProgram *self = g_new0 (EngineProgram, 1);
  g_autofree char *program = server_program_dup_path (name);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (argv, program);
  g_ptr_array_add (argv, (gpointer) "--verbose");
  if (more == NULL || !g_strv_contains (more, "--listen"))
    {
      g_ptr_array_add (argv, (gpointer) "--listen");
      g_ptr_array_add (argv, (gpointer) "127.0.0.1:0");
    }
  for (guint i = 0; more != NULL && more[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer) more[i]);
  g_ptr_array_add (argv, NULL);
  self->name = name;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->log = g_ptr_array_new_with_free_func (g_free);
  g_subprocess_launcher_set_child_setup (launcher, engine_program_die_with_test, NULL, NULL);
  self->process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, &error);
  g_assert_no_error (error);
  self->reader = g_thread_new ("engine-log", engine_program_read_log, self);
  engine_program_read_ports (self, more != NULL && g_strv_contains (more, "--http"));
  return self;
}

/* As server_program_start (), with its own worker done. */
static inline EngineProgram *
engine_program_start (const char *const *more)
{
  EngineProgram *self = server_program_start ("weir-engine", more);

  engine_program_wait_point (self);
  return self;
}

static inline void
engine_program_print_log (EngineProgram *self)
{
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->log->len; i++)
    g_test_message ("%s: %s", self->name, (char *) self->log->pdata[i]);
  g_mutex_unlock (&self->lock);
}

static inline void
engine_program_assert_logged (EngineProgram *self, const char *words)
{
  if (engine_program_has_logged (self, words, RAW_LIMIT_MS * 1000))
    return;
  engine_program_print_log (self);
  g_error ("%s has not logged “%s”", self->name, words);
}

/* Resident memory, KiB. */
static inline gint64
engine_program_get_rss (EngineProgram *self)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/status", g_subprocess_get_identifier (self->process));
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return g_ascii_strtoll (strstr (text, "VmRSS:") + strlen ("VmRSS:"), NULL, 10);
}

static inline void
engine_program_ended_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_wait_finish (G_SUBPROCESS (object), result, &error);
  g_assert_no_error (error);
  *(gboolean *) user_data = TRUE;
}

/* Not g_subprocess_wait (): what it makes for the waiting is freed by a thread of GLib's, and ThreadSanitizer does not
 * see why it may. */
static inline void
engine_program_wait (GSubprocess *process)
{
  gboolean has_ended = FALSE;

  g_subprocess_wait_async (process, NULL, engine_program_ended_cb, &has_ended);
  while (!has_ended)
    g_main_context_iteration (NULL, TRUE);
}

static inline void
engine_program_free (EngineProgram *self)
{
  g_object_unref (self->process);
  g_ptr_array_unref (self->log);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}

static inline void
engine_program_kill (EngineProgram *self)
{
  g_subprocess_force_exit (self->process);
  engine_program_wait (self->process);
  g_thread_join (self->reader);
  engine_program_free (self);
}

/* It has to end by itself, with status 0, and soon: two seconds are its own limits, the rest is for a busy machine. */
static inline void
engine_program_stop (EngineProgram *self)
{
  gint64 begin = g_get_monotonic_time ();

  g_subprocess_send_signal (self->process, SIGTERM);
  engine_program_wait (self->process);
  g_thread_join (self->reader);
  if (!g_subprocess_get_if_exited (self->process) || g_subprocess_get_exit_status (self->process) != 0)
    engine_program_print_log (self);
  g_assert_true (g_subprocess_get_if_exited (self->process));
  g_assert_cmpint (g_subprocess_get_exit_status (self->process), ==, 0);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, RAW_LIMIT_MS * 1000);
  engine_program_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EngineProgram, engine_program_stop)

/* Runs one to its end; returns its exit status. */
static inline int
server_program_run (const char *name, const char *const *arguments, char **out, char **err)
{
  g_autofree char *program = server_program_dup_path (name);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  int status;

  g_ptr_array_add (argv, program);
  for (guint i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer) arguments[i]);
  g_ptr_array_add (argv, NULL);
  g_spawn_sync (NULL, (char **) argv->pdata, NULL, G_SPAWN_DEFAULT, NULL, NULL, out, err, &status, &error);
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

/* It has to end at once, with one sentence that has @words in it. */
static inline void
server_program_assert_refused (const char *name, const char *option, const char *value, const char *words)
{
  const char *const arguments[] = { option, value, NULL };
  g_autofree char *prefix = g_strconcat (name, ": ", NULL);
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;

  g_assert_cmpint (server_program_run (name, arguments, &out, &err), ==, 2);
  g_assert_cmpstr (out, ==, "");
  g_assert_true (g_str_has_prefix (err, prefix));
  g_assert_cmpint (strchr (err, '\n') - err, ==, (gssize) strlen (err) - 1); /* one line */
  if (strstr (err, words) == NULL)
    g_error ("“%s” is not in “%s”", words, err);
}

/* What `--version` says. */
static inline void
server_program_assert_version (const char *name)
{
  const char *const arguments[] = { "--version", NULL };
  g_autofree char *wanted = g_strdup_printf ("%s %s\n", name, WEIR_VERSION);
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;

  g_assert_cmpint (server_program_run (name, arguments, &out, &err), ==, 0);
  g_assert_cmpstr (out, ==, wanted);
  g_assert_cmpstr (err, ==, "");
}

/* --- a worker on a raw socket --- */

/* The value of a top-level string of a message; NULL if there is none. */
static inline char *
message_dup (const char *message, const char *member)
{
  g_autoptr (GError) error = NULL;

  weir_json_check (WEIR_SPAN (message), 1000, &error);
  g_assert_no_error (error);
  return weir_json_dup_string (weir_json_member (WEIR_SPAN (message), member));
}

/* The text of a top-level value; NULL if there is none. */
static inline char *
message_dup_span (const char *message, const char *member)
{
  WeirSpan span = weir_json_member (WEIR_SPAN (message), member);

  return span.text != NULL ? g_strndup (span.text, span.len) : NULL;
}

static inline void
assert_message (const char *message, const char *member, const char *value)
{
  g_autofree char *actual = message_dup (message, member);

  if (g_strcmp0 (actual, value) != 0)
    g_test_message ("%s", message);
  g_assert_cmpstr (actual, ==, value);
}

/* Connects and takes `workerregistered`. @id, @token: (out) (nullable). */
static inline RawPeer *
worker_connect (EngineProgram *engine, char **id, char **token)
{
  RawPeer *worker = raw_peer_open (engine->port, "/");
  g_autofree char *hello = raw_peer_next_text (worker);

  assert_message (hello, "type", "workerregistered");
  if (id != NULL)
    *id = message_dup (hello, "worker_id");
  if (token != NULL)
    *token = message_dup (hello, "reattach_token");
  return worker;
}

/* Until the engine has dealt with all that was sent: messages of one connection are taken in order. */
static inline void
worker_sync (RawPeer *worker)
{
  g_autofree char *answer = NULL;

  raw_peer_send_text (worker, "{\"type\":\"ping\"}");
  answer = raw_peer_next_text (worker);
  assert_message (answer, "type", "pong");
}

static inline void
worker_register (RawPeer *worker, const char *function_id)
{
  g_autofree char *message = g_strdup_printf ("{\"type\":\"registerfunction\",\"id\":\"%s\"}", function_id);

  raw_peer_send_text (worker, message);
  worker_sync (worker);
}

static inline void
worker_announce (RawPeer *worker, const char *name)
{
  g_autofree char *message =
      g_strdup_printf ("{\"type\":\"invokefunction\",\"function_id\":\"engine::workers::register\",\"data\":"
                       "{\"runtime\":\"test\",\"version\":\"1\",\"name\":\"%s\",\"os\":\"linux\",\"pid\":17},"
                       "\"action\":{\"type\":\"void\"}}",
                       name);

  raw_peer_send_text (worker, message);
  worker_sync (worker);
}

/* Sends a call; returns its id. @data: JSON. */
static inline char *
worker_call (RawPeer *worker, const char *function_id, const char *data)
{
  char *id = g_uuid_string_random ();
  g_autofree char *message =
      g_strdup_printf ("{\"type\":\"invokefunction\",\"invocation_id\":\"%s\",\"function_id\":\"%s\",\"data\":%s}", id,
                       function_id, data);

  raw_peer_send_text (worker, message);
  return id;
}

/* Answers a call. @result: JSON. */
static inline void
worker_answer (RawPeer *worker, const char *function_id, const char *invocation_id, const char *result)
{
  g_autofree char *message =
      g_strdup_printf ("{\"type\":\"invocationresult\",\"invocation_id\":\"%s\",\"function_id\":\"%s\",\"result\":%s}",
                       invocation_id, function_id, result);

  raw_peer_send_text (worker, message);
}

/* Takes the next message, which has to be the answer to that call. */
static inline char *
worker_take_answer (RawPeer *worker, const char *invocation_id)
{
  g_autofree char *answer = raw_peer_next_text (worker);

  assert_message (answer, "type", "invocationresult");
  assert_message (answer, "invocation_id", invocation_id);
  return g_steal_pointer (&answer);
}

/* Calls and returns the text of the result. */
static inline char *
worker_ask (RawPeer *worker, const char *function_id, const char *data)
{
  g_autofree char *id = worker_call (worker, function_id, data);
  g_autofree char *answer = worker_take_answer (worker, id);

  return message_dup_span (answer, "result");
}

static inline void
assert_error (const char *answer, const char *code)
{
  g_autofree char *error = message_dup_span (answer, "error");

  if (error == NULL)
    g_test_message ("%s", answer);
  g_assert_nonnull (error);
  assert_message (error, "code", code);
}

/* Creates a channel and gives the paths of its two ends. */
static inline void
worker_create_channel (RawPeer *worker, const char *data, char **writer_path, char **reader_path)
{
  g_autofree char *result = worker_ask (worker, "engine::channels::create", data);
  g_autoptr (WeirRef) writer = weir_ref_from_span (weir_json_member (WEIR_SPAN (result), "writer"), NULL);
  g_autoptr (WeirRef) reader = weir_ref_from_span (weir_json_member (WEIR_SPAN (result), "reader"), NULL);

  g_assert_nonnull (writer);
  g_assert_nonnull (reader);
  *writer_path = weir_ref_dup_path (writer);
  *reader_path = weir_ref_dup_path (reader);
}

/* Until both ends are through: what comes back is one message later than the handshake. */
static inline void
assert_flows (RawPeer *writer, RawPeer *reader)
{
  g_autofree char *text = NULL;

  raw_peer_send_text (writer, "one");
  text = raw_peer_next_text (reader);
  g_assert_cmpstr (text, ==, "one");
}

/* --- how a program ends --- */

/* By that signal, with one of each connection that there is: all are told. @self: (transfer full) */
static inline void
server_program_end_by (EngineProgram *self, int number, const char *wanted_reason)
{
  g_autoptr (RawPeer) worker = worker_connect (self, NULL, NULL);
  g_autoptr (RawPeer) mute = worker_connect (self, NULL, NULL); /* never answers */
  g_autoptr (RawPeer) half = raw_peer_connect (self->port);
  g_autoptr (RawPeer) telemetry = raw_peer_open (self->port, "/otel");
  g_autoptr (RawPeer) reader = NULL;
  g_autoptr (RawPeer) writer = NULL;
  g_autofree char *writer_path = NULL;
  g_autofree char *reader_path = NULL;
  g_autofree char *reason = NULL;

  worker_create_channel (worker, "{}", &writer_path, &reader_path);
  reader = raw_peer_open (self->port, reader_path);
  writer = raw_peer_open (self->port, writer_path);
  assert_flows (writer, reader);
  worker_register (worker, "some::function");
  g_subprocess_send_signal (self->process, number);
  g_assert_cmpuint (raw_peer_wait_close (worker, &reason), ==, 1001);
  g_assert_cmpstr (reason, ==, wanted_reason);
  raw_peer_send_close (worker, 1001, "");
  g_assert_cmpuint (raw_peer_wait_close (reader, NULL), ==, 1001);
  g_assert_cmpuint (raw_peer_wait_close (writer, NULL), ==, 1001);
  g_assert_cmpuint (raw_peer_wait_close (telemetry, NULL), ==, 1001);
  engine_program_stop (self); /* a second signal on the way changes nothing */
}
