/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine-program.h"

/* weir-demo, the client's example, on a real weir-engine: something is to be seen at once, and it leaves properly. */

static GSubprocess *
start_demo (EngineProgram *engine, const char *first, const char *second)
{
  g_autofree char *program = g_test_build_filename (G_TEST_BUILT, "..", "src", "demo", "weir-demo", NULL);
  g_autofree char *url = g_strdup_printf ("ws://127.0.0.1:%u", engine->port);
  g_autoptr (GError) error = NULL;
  GSubprocess *demo = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, program, "--url", url, first, second, NULL);

  g_assert_no_error (error);

  return demo;
}

static void
assert_good_end (GSubprocess *demo)
{
  engine_program_wait (demo);
  g_assert_true (g_subprocess_get_successful (demo));
}

static void
test_begins_and_leaves (void)
{
  static const char *const signs[] = {
    "worker files",         "worker dashboard",     "registered files::download", "registered transform::worker",
    "its reader connected", "its writer connected",
  };
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autoptr (GSubprocess) demo = start_demo (engine, NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (signs); i++)
    engine_program_assert_logged (engine, signs[i]);
  g_subprocess_send_signal (demo, SIGTERM);
  assert_good_end (demo);
  engine_program_assert_logged (engine, "has left: it closed");
}

/* A scenario that is over in a few seconds, from beginning to end. */
static void
test_once (void)
{
  g_autoptr (EngineProgram) engine = engine_program_start (NULL);
  g_autoptr (GSubprocess) demo = start_demo (engine, "--once", "download");

  engine_program_assert_logged (engine, "has ended by writer: 2000 messages written, 2000 sent");
  assert_good_end (demo);
}

static char *
read_line (GSubprocess *demo)
{
  g_autoptr (GDataInputStream) lines = g_data_input_stream_new (g_subprocess_get_stderr_pipe (demo));

  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines), FALSE);
  g_buffered_input_stream_set_buffer_size (G_BUFFERED_INPUT_STREAM (lines), 1); /* the rest is for the next */
  return g_data_input_stream_read_line (lines, NULL, NULL, NULL);
}

/* Who waits for an engine says so, once, and when it has come. */
static void
test_no_engine (void)
{
  g_autofree char *program = g_test_build_filename (G_TEST_BUILT, "..", "src", "demo", "weir-demo", NULL);
  EngineProgram *before = engine_program_start (NULL);
  g_autofree char *listen = g_strdup_printf ("127.0.0.1:%u", before->port);
  g_autofree char *url = g_strconcat ("ws://", listen, NULL);
  const char *const arguments[] = { "--listen", listen, NULL };
  g_autoptr (EngineProgram) engine = NULL;
  g_autoptr (GSubprocess) demo = NULL;
  g_autofree char *away = NULL, *there = NULL;

  engine_program_stop (before);
  demo = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_PIPE, NULL, program, "--url", url, NULL);
  g_assert_nonnull (demo);
  away = read_line (demo);
  g_assert_nonnull (strstr (away, "refused. Trying again"));
  engine = engine_program_start (arguments);
  there = read_line (demo);
  g_assert_cmpstr (there, ==, "weir-demo: connected.");
  g_subprocess_send_signal (demo, SIGTERM);
  assert_good_end (demo);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/client/demo/begins-and-leaves", test_begins_and_leaves);
  g_test_add_func ("/client/demo/once", test_once);
  g_test_add_func ("/client/demo/no-engine", test_no_engine);

  return g_test_run ();
}
