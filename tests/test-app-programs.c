/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "weir-connect-dialog.h"
#include "weir-engine-users.h"
#include "weir-local-server.h"
#include "weir-process.h"
#include "weir-relay-use.h"

/* Programs that the window starts: stand-ins in a folder of the test's, found through WEIR_PROGRAMS. */

#define LIMIT_S 30

typedef struct
{
  char *folder;
  GMainLoop *loop;
  GString *lines;
  char *reason; /* why it ended */
  gboolean has_ended;
  const char *url;
  GError *error;
  guint timer;
} Fixture;

static gboolean
late_cb (gpointer user_data)
{
  g_error ("Nothing happened within %d s", LIMIT_S);
  return G_SOURCE_REMOVE;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("weir-programs-XXXXXX", NULL);
  g_setenv ("WEIR_PROGRAMS", fixture->folder, TRUE);
  fixture->loop = g_main_loop_new (NULL, FALSE);
  fixture->lines = g_string_new (NULL);
  fixture->timer = g_timeout_add_seconds (LIMIT_S, late_cb, NULL);
}

static void
remove_program (Fixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

  g_unlink (path);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  remove_program (fixture, "weir-engine");
  remove_program (fixture, "weir-demo");
  remove_program (fixture, "weir-engine.tried");
  g_rmdir (fixture->folder);
  g_source_remove (fixture->timer);
  g_free (fixture->folder);
  g_free (fixture->reason);
  g_clear_error (&fixture->error);
  g_string_free (fixture->lines, TRUE);
  g_main_loop_unref (fixture->loop);
}

static void
write_program (Fixture *fixture, const char *name, const char *script)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
  g_autofree char *text = g_strdup_printf ("#!/bin/sh\n%s\n", script);

  g_assert_true (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0755, NULL));
}

static void
line_cb (WeirProcess *process, const char *line, Fixture *fixture)
{
  g_string_append_printf (fixture->lines, "%s|", line);
  if (g_str_equal (line, "ready"))
    weir_process_stop (process);
}

static void
ended_cb (WeirProcess *process, const char *reason, Fixture *fixture)
{
  fixture->has_ended = TRUE;
  fixture->reason = g_strdup (reason);
  g_main_loop_quit (fixture->loop);
}

static WeirProcess *
start (Fixture *fixture, const char *script)
{
  const char *arguments[] = { "one", "two words", NULL };
  const char *environment[] = { "III_URL", "ws://here:1", NULL };
  g_autoptr (GError) error = NULL;
  WeirProcess *process;

  write_program (fixture, "weir-engine", script);
  process = weir_process_new ("weir-engine", arguments, environment, WEIR_PROCESS_GOES_WITH_US, &error);
  g_assert_no_error (error);
  g_signal_connect (process, "line", G_CALLBACK (line_cb), fixture);
  g_signal_connect (process, "ended", G_CALLBACK (ended_cb), fixture);
  return process;
}

/* Arguments and environment reach it, its lines reach us, and stopping it is not a failure. */
static void
test_stopped (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirProcess) process = start (
      fixture, "trap 'exit 0' TERM; echo \"$#:$2\"; echo \"$III_URL\"; echo ready; while :; do sleep 0.05; done");

  g_main_loop_run (fixture->loop);
  g_assert_cmpstr (fixture->lines->str, ==, "2:two words|ws://here:1|ready|");
  g_assert_null (fixture->reason);
}

/* How it ended, and its last words: they may say why. */
static void
test_last_words (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirProcess) process = start (fixture, "echo first >&2; echo the address is taken >&2; exit 3");

  g_main_loop_run (fixture->loop);
  g_assert_cmpstr (fixture->reason, ==, "It ended with status 3. Its last words: the address is taken");
}

static void
test_signalled (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirProcess) process = start (fixture, "kill -9 $$");

  g_main_loop_run (fixture->loop);
  g_assert_cmpstr (fixture->reason, ==, "It was ended by signal 9.");
}

/* A warning of an hour ago is not why it crashed. */
static void
test_signalled_after_words (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirProcess) process = start (fixture, "echo a slow worker >&2; kill -11 $$");

  g_main_loop_run (fixture->loop);
  g_assert_cmpstr (fixture->reason, ==, "It was ended by signal 11. Its last words: a slow worker");
}

static void
test_missing (Fixture *fixture, gconstpointer data)
{
  const char *arguments[] = { NULL };
  g_autoptr (GError) error = NULL;

  g_assert_null (weir_process_new ("weir-there-is-none", arguments, NULL, WEIR_PROCESS_STAYS, &error));
  g_assert_error (error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT);
}

static void
started_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->url = weir_local_server_start_finish (WEIR_LOCAL_SERVER (object), result, &fixture->error);
  g_main_loop_quit (fixture->loop);
}

#define LISTEN                                                                                                         \
  "trap 'exit 0' TERM; echo \"weir-engine: listening on ws://127.0.0.1:4711\"; while :; do sleep 0.05; done"
#define LISTEN_UNTIL_GONE                                                                                              \
  "echo \"weir-engine: listening on ws://127.0.0.1:4711\"; while [ -e \"$0\" ]; do sleep 0.05; done"
/* The first time it fails as if the port were taken; the second time it must have been asked for any port. */
#define BUSY                                                                                                           \
  "if [ ! -e \"$0.tried\" ]; then touch \"$0.tried\"; echo taken >&2; exit 1; fi; [ \"$2\" = localhost:0 ] || exit "   \
  "2; "

static void
test_engine (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirLocalServer) engine = weir_local_server_new_engine ();

  write_program (fixture, "weir-engine", "[ \"$2\" = localhost:49134 ] || exit 2; " LISTEN);
  weir_local_server_start_async (engine, FALSE, NULL, started_cb, fixture);
  g_main_loop_run (fixture->loop);
  g_assert_no_error (fixture->error);
  g_assert_cmpstr (fixture->url, ==, "ws://127.0.0.1:4711");
  g_assert_false (weir_local_server_has_demo (engine));
  weir_local_server_stop (engine);
}

/* What gives every right is in the environment, where other users do not see it, and in a file of ours; each engine has
 * its own. */
static void
test_engine_token (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirLocalServer) engine = weir_local_server_new_engine ();
  g_autoptr (WeirLocalServer) second = weir_local_server_new_engine ();
  g_autofree char *said = g_build_filename (fixture->folder, "said", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;

  write_program (fixture, "weir-engine", "echo \"$* $WEIR_POINT_TOKEN\" > \"$(dirname \"$0\")/said\"; " LISTEN);
  weir_local_server_start_async (engine, FALSE, NULL, started_cb, fixture);
  g_main_loop_run (fixture->loop);
  g_assert_no_error (fixture->error);
  g_assert_true (g_file_get_contents (said, &text, NULL, NULL));
  g_unlink (said);
  words = g_strsplit (g_strstrip (text), " ", -1);
  g_assert_cmpuint (g_strv_length (words), ==, 5);
  g_assert_cmpstr (words[2], ==, "--name");
  g_assert_cmpstr (words[3], ==, weir_local_server_get_point_name (engine));
  g_assert_cmpstr (words[4], ==, weir_local_server_get_point_token (engine));
  g_assert_cmpuint (strlen (words[4]), ==, 36);
  weir_local_server_stop (engine);

  weir_local_server_start_async (second, FALSE, NULL, started_cb, fixture);
  g_main_loop_run (fixture->loop);
  g_assert_no_error (fixture->error);
  g_assert_cmpstr (words[4], !=, weir_local_server_get_point_token (second));
  g_unlink (said);
  weir_local_server_stop (second);
}

static void
test_engine_any_port (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirLocalServer) engine = weir_local_server_new_engine ();

  write_program (fixture, "weir-engine", BUSY LISTEN);
  weir_local_server_start_async (engine, TRUE, NULL, started_cb, fixture);
  g_main_loop_run (fixture->loop);
  g_assert_no_error (fixture->error);
  g_assert_cmpstr (fixture->url, ==, "ws://127.0.0.1:4711");
}

static void
test_engine_port_taken (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirLocalServer) engine = weir_local_server_new_engine ();

  write_program (fixture, "weir-engine", BUSY LISTEN);
  weir_local_server_start_async (engine, FALSE, NULL, started_cb, fixture);
  g_main_loop_run (fixture->loop);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_cmpstr (fixture->error->message, ==,
                   "The engine did not start: It ended with status 1. Its last words: taken");
}

static void
failed_cb (WeirLocalServer *engine, const char *message, Fixture *fixture)
{
  fixture->reason = g_strdup (message);
  g_main_loop_quit (fixture->loop);
}

/* Left running it is found by who comes next, who can stop it: then it is found no more. */
static void
test_engine_left (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirLocalServer) engine = weir_local_server_new_engine ();
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GPtrArray) again = NULL;
  WeirLocalServer *other;

  write_program (fixture, "weir-engine", LISTEN);
  weir_local_server_start_async (engine, FALSE, NULL, started_cb, fixture);
  g_main_loop_run (fixture->loop);
  g_assert_no_error (fixture->error);
  weir_local_server_leave (engine);
  g_assert_false (weir_local_server_is_running (engine));

  found = weir_local_server_find_all ();
  g_assert_cmpuint (found->len, ==, 1);
  other = found->pdata[0];
  g_assert_cmpstr (weir_local_server_get_url (other), ==, "ws://127.0.0.1:4711");
  g_assert_cmpstr (weir_local_server_get_point_name (other), ==, weir_local_server_get_point_name (engine));
  g_assert_cmpstr (weir_local_server_get_point_token (other), ==, weir_local_server_get_point_token (engine));
  g_assert_true (weir_local_server_is_running (other));
  weir_local_server_stop (other);

  again = weir_local_server_find_all ();
  g_assert_cmpuint (again->len, ==, 0);
}

/* One that was found and ends by itself says so; and what it was written down with is of no use any more. */
static void
test_found_ends (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirLocalServer) engine = weir_local_server_new_engine ();
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GPtrArray) again = NULL;

  write_program (fixture, "weir-engine", LISTEN_UNTIL_GONE);
  weir_local_server_start_async (engine, FALSE, NULL, started_cb, fixture);
  g_main_loop_run (fixture->loop);
  g_assert_no_error (fixture->error);
  weir_local_server_leave (engine);

  found = weir_local_server_find_all ();
  g_assert_cmpuint (found->len, ==, 1);
  g_signal_connect (found->pdata[0], "failed", G_CALLBACK (failed_cb), fixture);
  remove_program (fixture, "weir-engine");
  g_main_loop_run (fixture->loop);
  g_assert_cmpstr (fixture->reason, ==, "weir-engine has ended: It is not there any more.");
  again = weir_local_server_find_all ();
  g_assert_cmpuint (again->len, ==, 0);
}

static void
test_users (void)
{
  static const char answer[] =
      "{\"workers\":[{\"id\":\"weir-engine\",\"isolation\":\"in-process\"},{\"id\":\"we\",\"isolation\":null},"
      "{\"id\":\"p\",\"name\":\"weir-point\"},{\"id\":\"a\",\"description\":\"Sample worker of weir-demo, process "
      "12\"},"
      "{\"id\":\"b\",\"description\":\"Sample worker of weir-demo, process "
      "13\"},{\"id\":\"c\",\"description\":null},7]}";
  g_autoptr (JsonNode) node = json_from_string (answer, NULL);
  g_autoptr (JsonNode) empty = json_from_string ("{}", NULL);

  g_assert_cmpuint (weir_engine_users_count (node, "we", 12), ==, 2);
  g_assert_cmpuint (weir_engine_users_count (node, "we", 0), ==, 3);
  g_assert_cmpuint (weir_engine_users_count (node, NULL, 12), ==, 3);
  g_assert_cmpuint (weir_engine_users_count (empty, "we", 12), ==, 0);
}

static void
test_relay_use (void)
{
  static const struct
  {
    WeirRelayUse use;
    gboolean is_none;
    const char *text, *heading;
  } rows[] = {
    { { TRUE, 0, 0 }, TRUE, "No worker uses it yet", NULL },
    { { TRUE, 1, 0 }, FALSE, "1 worker uses it", "1 Worker Uses This Relay" },
    { { TRUE, 2, 5 }, FALSE, "2 workers use it", "2 Workers Use This Relay" },
    { { TRUE, 0, 3 }, FALSE, "3 channels go through it", "3 Channels Go Through This Relay" },
    { { FALSE, 0, 0 }, FALSE, "Nobody can tell whether workers use it", "Workers May Use This Relay" },
    { { FALSE, 0, 1 }, FALSE, "1 channel goes through it", "1 Channel Goes Through This Relay" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = weir_relay_use_describe (&rows[i].use);
      g_autofree char *heading = weir_relay_use_dup_heading (&rows[i].use);

      g_assert_cmpint (weir_relay_use_is_none (&rows[i].use), ==, rows[i].is_none);
      g_assert_cmpstr (text, ==, rows[i].text);
      if (rows[i].heading != NULL)
        g_assert_cmpstr (heading, ==, rows[i].heading);
    }
}

/* The sample workers get the engine's address, and their end is told. */
static void
test_demo (Fixture *fixture, gconstpointer data)
{
  g_autoptr (WeirLocalServer) engine = weir_local_server_new_engine ();
  g_autoptr (GError) error = NULL;

  write_program (fixture, "weir-engine", LISTEN);
  write_program (fixture, "weir-demo", "echo \"no engine at $III_URL\" >&2; exit 1");
  weir_local_server_start_async (engine, FALSE, NULL, started_cb, fixture);
  g_main_loop_run (fixture->loop);
  g_assert_no_error (fixture->error);
  g_signal_connect (engine, "failed", G_CALLBACK (failed_cb), fixture);
  g_assert_true (weir_local_server_start_demo (engine, &error));
  g_assert_no_error (error);
  g_assert_true (weir_local_server_has_demo (engine));
  g_main_loop_run (fixture->loop);
  g_assert_cmpstr (fixture->reason, ==,
                   "weir-demo has ended: It ended with status 1. Its last words: no engine at ws://127.0.0.1:4711");
  g_assert_false (weir_local_server_has_demo (engine));
}

static void
test_addresses (void)
{
  static const struct
  {
    const char *typed, *url; /* NULL: refused */
  } cases[] = {
    { "ws://127.0.0.1:49134", "ws://127.0.0.1:49134" },
    { "  localhost ", "ws://localhost:49134" },
    { "localhost:1234", "ws://localhost:1234" },
    { "http://engine.example:80/x", "ws://engine.example:80/x" },
    { "https://engine.example", "wss://engine.example" },
    { "wss://engine.example/a?b=c", "wss://engine.example/a?b=c" },
    { "[::1]:5", "ws://[::1]:5" },
    { "ftp://engine.example", NULL },
    { "", NULL },
    { "ws://", NULL },
    { "not an address", NULL },
    { "foo://bar", NULL },
    { "ws://me:s3cret@engine.example", NULL },
    { "me@engine.example", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *reason = NULL;
      g_autofree char *url = weir_connect_dialog_complete_url (cases[i].typed, &reason);

      g_assert_cmpstr (url, ==, cases[i].url);
      g_assert_true ((reason != NULL) == (url == NULL));
    }
}

#define ADD(path, func) g_test_add ("/app/programs/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL); /* what is written down about engines, too */
  ADD ("stopped", test_stopped);
  ADD ("last-words", test_last_words);
  ADD ("signalled", test_signalled);
  ADD ("signalled-after-words", test_signalled_after_words);
  ADD ("missing", test_missing);
  ADD ("engine", test_engine);
  ADD ("engine-token", test_engine_token);
  ADD ("engine-any-port", test_engine_any_port);
  ADD ("engine-port-taken", test_engine_port_taken);
  ADD ("engine-left", test_engine_left);
  ADD ("found-ends", test_found_ends);
  ADD ("demo", test_demo);
  g_test_add_func ("/app/programs/users", test_users);
  g_test_add_func ("/app/programs/relay-use", test_relay_use);
  g_test_add_func ("/app/programs/addresses", test_addresses);
  return g_test_run ();
}
