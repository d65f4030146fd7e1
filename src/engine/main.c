/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib-unix.h>
#include <locale.h>
#include <stdio.h>

#include "weir-engine.h"
#include "weir-listening.h"
#include "weir-server-log.h"

typedef struct
{
  GMainLoop *loop;
  WeirEngine *engine;
  gboolean is_stopping;
} Program;

static void
on_stopped (gpointer user_data)
{
  Program *program = user_data;

  g_main_loop_quit (program->loop);
}

static gboolean
on_signal (gpointer user_data)
{
  Program *program = user_data;

  if (!program->is_stopping)
    weir_engine_stop (program->engine, on_stopped, program);
  program->is_stopping = TRUE;
  return G_SOURCE_CONTINUE;
}

static int
fail (const char *what, int status)
{
  fprintf (stderr, "weir-engine: %s\n", what);
  return status;
}

int
main (int argc, char **argv)
{
  g_autoptr (WeirEngineOptions) options = weir_engine_options_new ();
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (WeirEngine) engine = NULL;
  g_autoptr (GError) error = NULL;
  Program program;

  setlocale (LC_ALL, "");
  if (!weir_engine_options_parse (options, argv, &error))
    return fail (error->message, 2);
  if (options->common.wants_version)
    {
      puts ("weir-engine " WEIR_VERSION);
      return 0;
    }
  weir_server_log_start (options->common.is_verbose);
  weir_listening_raise_file_limit ();
  engine = weir_engine_new (options, &error);
  if (engine == NULL)
    return fail (error->message, 2);
  program = (Program){ .loop = loop, .engine = engine };
  g_unix_signal_add (SIGTERM, on_signal, &program);
  g_unix_signal_add (SIGINT, on_signal, &program);
  printf ("weir-engine: listening on %s\n", weir_engine_get_url (engine));
  if (weir_engine_get_http_url (engine) != NULL)
    printf ("weir-engine: HTTP triggers at %s\n", weir_engine_get_http_url (engine));
  fflush (stdout);
  g_main_loop_run (loop);
  return 0;
}
